package loanbook

import (
	"context"
	"fmt"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
)

// city is a Source of n notes of two banks with twelve balances and two events
// each, made up while it is read.
type city struct{ notes int }

const cityBatch = 8192

func (s city) Has(table string) bool {
	switch table {
	case "institutions", "enterprises", "loans", "month_balances", "loan_events":
		return true
	}
	return false
}

func (s city) Scan(_ context.Context, table string, columns []string, _ int, fn func(int, *fact.Batch) error) error {
	rows := map[string]int{"institutions": 2, "enterprises": s.notes / 4, "loans": s.notes, "month_balances": 12 * s.notes, "loan_events": 2 * s.notes}[table]
	b := fact.NewBatch(fact.Lookup(table), columns)
	var cell []byte
	for from := 0; from < rows; from += cityBatch {
		b.Reset()
		for i := from; i < min(rows, from+cityBatch); i++ {
			for _, v := range b.Vectors {
				cell = s.append(v, cell[:0], table, i)
			}
		}
		if err := fn(0, b); err != nil {
			return err
		}
	}
	return nil
}

// append makes up one cell; balances fall by an even amount from the first
// month on, and are repaid in the second.
func (s city) append(v *fact.Vector, cell []byte, table string, i int) []byte {
	note, month := i, 0
	switch table {
	case "month_balances":
		note, month = i/12, i%12
	case "loan_events":
		note, month = i/2, i%2
	}
	day, _ := civil.Of(2021, 1, 5)
	switch v.Column.Name {
	case "institution_id":
		v.AppendText([]byte([2]string{bankA, bankB}[note&1]))
	case "enterprise_id":
		v.AppendText(fmt.Appendf(cell, "91331082DEM%07d", note%(s.notes/4)))
	case "loan_id":
		cell = fmt.Appendf(cell, "JJ2021%010d", note)
		v.AppendText(cell)
	case "event_no":
		cell = fmt.Appendf(cell, "LS%012d", i)
		v.AppendText(cell)
	case "kind":
		v.AppendText([]byte([2]string{"disburse", "repay"}[month&1]))
	case "principal":
		v.AppendInt(1000)
	case "amount":
		v.AppendInt([2]int64{1000, 100}[month&1])
	case "balance":
		v.AppendInt([2]int64{1000, 900}[min(month, 1)])
	case "disbursed_on":
		v.AppendInt(int64(day))
	case "due_on":
		v.AppendInt(int64(day + 365))
	case "on":
		v.AppendInt(int64(day) + 30*int64(month))
	case "month":
		v.AppendInt(int64(day.Month()) + int64(month))
	default:
		v.AppendEmpty()
	}
	return cell
}

// BenchmarkCheck checks 200,000 notes with 12 balances and 2 events each.
func BenchmarkCheck(b *testing.B) {
	src := city{200_000}
	b.ReportAllocs()
	for b.Loop() {
		findings := 0
		err := Check(context.Background(), src, Options{}, func(f fact.Finding) {
			if findings++; findings < 5 {
				b.Log(f)
			}
		})
		if err != nil || findings > 0 {
			b.Fatal(err, findings)
		}
	}
	b.ReportMetric(float64(12*src.notes*b.N)/b.Elapsed().Seconds(), "balances/s")
}
