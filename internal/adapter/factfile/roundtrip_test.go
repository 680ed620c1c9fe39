package factfile

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// genBatch draws a batch of all stored columns of t.
func genBatch(t *rapid.T, table *fact.Table, rows int) *fact.Batch {
	b := fact.NewBatch(table, table.Stored())
	for _, v := range b.Vectors {
		few := rapid.Bool().Draw(t, "few values")
		pool := make([][]byte, 1+rows/8)
		for i := range pool {
			pool[i] = genCell(t, v.Column)
		}
		for range rows {
			cell := pool[rapid.IntRange(0, len(pool)-1).Draw(t, "which")]
			if !few {
				cell = genCell(t, v.Column)
			}
			if err := v.AppendCell(cell); err != nil {
				t.Fatalf("%s %q: %v", v.Column.Name, cell, err)
			}
		}
	}
	return b
}

// genCell draws a cell of column c.
func genCell(t *rapid.T, c *fact.Column) []byte {
	if !c.Required && rapid.IntRange(0, 3).Draw(t, "empty") == 0 {
		return nil
	}
	day := rapid.Int64Range(int64(mustDay(1900, 1, 1)), int64(mustDay(2199, 12, 31)))
	switch c.Type {
	case fact.Bool:
		return c.AppendInt(nil, rapid.Int64Range(0, 1).Draw(t, "bool"))
	case fact.Int:
		return c.AppendInt(nil, rapid.Int64Range(0, 999_999_999_999).Draw(t, "int"))
	case fact.Fen:
		return c.AppendInt(nil, rapid.Int64Range(-int64(money.Max), int64(money.Max)).Draw(t, "fen"))
	case fact.Rate:
		return c.AppendInt(nil, 100*rapid.Int64Range(0, int64(money.MaxRate)/100).Draw(t, "rate"))
	case fact.Date:
		return c.AppendInt(nil, day.Draw(t, "date"))
	case fact.Month:
		return c.AppendInt(nil, int64(civil.Date(day.Draw(t, "month")).Month()))
	case fact.Time:
		return c.AppendInt(nil, 86400*rapid.Int64Range(0, 80_000).Draw(t, "day")+rapid.Int64Range(0, 86399).Draw(t, "second"))
	case fact.Code:
		return []byte(rapid.SampledFrom(c.Codes).Draw(t, "code").Code)
	case fact.USCC:
		return []byte(rapid.SampledFrom([]string{bank, firm}).Draw(t, "uscc"))
	case fact.Industry:
		return []byte(rapid.SampledFrom([]string{"C13", "C1311", "T97", "A01"}).Draw(t, "industry"))
	case fact.Town:
		return []byte(rapid.StringMatching(`[0-9]{9}`).Draw(t, "town"))
	}
	return []byte(rapid.StringMatching(`["',; 科技=\-a-z]{1,9}`).Draw(t, "text"))
}

func mustDay(y, m, d int) civil.Date {
	date, ok := civil.Of(y, m, d)
	if !ok {
		panic("no such day")
	}
	return date
}

// What is written is what is read, in either format: values, what is unknown,
// and what has not happened.
func TestRoundTrip(t *testing.T) {
	root := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		table := rapid.SampledFrom(fact.Tables()).Draw(t, "table")
		var batches []*fact.Batch
		for range rapid.IntRange(0, 3).Draw(t, "batches") {
			batches = append(batches, genBatch(t, table, rapid.IntRange(0, 30).Draw(t, "rows")))
		}
		var want []string
		for _, b := range batches {
			want = append(want, rowsOf(b, false)...)
		}
		for _, format := range []Format{CSV, Parquet} {
			runs++
			dir := filepath.Join(root, fmt.Sprint(runs))
			var file bytes.Buffer
			w := newWriter(&file, format, table)
			for _, b := range batches {
				if err := w.Write(b); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, table.Name+"."+string(format)), file.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			got, err := scanRows(f, table.Name, table.Stored(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s:\n%q\nwant\n%q", format, got, want)
			}
			if n, known := f.Rows(table.Name); known != (format == Parquet) || known && n != int64(len(want)) {
				t.Fatalf("%s: %d rows, known %v", format, n, known)
			}
			if f.Canonical(table.Name) != (format == Parquet) {
				t.Fatalf("%s is canonical: %v", format, f.Canonical(table.Name))
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// scanRows returns the rows of a table; in order when there is one worker.
func scanRows(f fact.Source, table string, columns []string, workers int) ([]string, error) {
	var mu sync.Mutex
	var all []string
	err := f.Scan(context.Background(), table, columns, workers, func(_ int, b *fact.Batch) error {
		rows := rowsOf(b, false)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, rows...)
		return nil
	})
	return all, err
}

// Equal rows make equal files, however they come in batches.
func TestParquetBytes(t *testing.T) {
	table := fact.Lookup("month_balances")
	month, _ := civil.MonthOf(2021, 1)
	write := func(size int) []byte {
		var file bytes.Buffer
		w := NewParquetWriter(&file, table)
		b := fact.NewBatch(table, table.Stored())
		for i := range 200_000 {
			b.Vectors[0].AppendText([]byte(bank))
			b.Vectors[1].AppendText(fmt.Appendf(nil, "%d", i/12))
			b.Vectors[2].AppendInt(int64(month) + int64(i%12))
			b.Vectors[3].AppendInt(int64(i) * 7919)
			if i%3 == 0 {
				b.Vectors[4].AppendEmpty()
			} else {
				b.Vectors[4].AppendText([]byte("normal"))
			}
			if b.Len() == size || i == 199_999 {
				if err := w.Write(b); err != nil {
					t.Fatal(err)
				}
				b.Reset()
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return file.Bytes()
	}
	first := write(200_000)
	for _, size := range []int{1, 977, 65_536} {
		if !bytes.Equal(first, write(size)) {
			t.Errorf("batches of %d make another file", size)
		}
	}
}

// Several workers read the same rows as one, in every format and over parts.
func TestParallelScan(t *testing.T) {
	const rows = 300_000
	for _, format := range []Format{CSV, Parquet} {
		dir := t.TempDir()
		for part := range 3 {
			var file bytes.Buffer
			writeBalances(t, newWriter(&file, format, fact.Lookup("month_balances")), rows)
			writeFile(t, dir, fmt.Sprintf("month_balances/%d.%s", part, format), file.String())
		}
		f, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		columns := []string{"balance", "loan_id"}
		one, err := scanRows(f, "month_balances", columns, 1)
		if err != nil {
			t.Fatal(err)
		}
		several, err := scanRows(f, "month_balances", columns, 4)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(one)
		slices.Sort(several)
		if len(one) != 3*rows || !slices.Equal(one, several) {
			t.Errorf("%s: %d rows by one, %d by several", format, len(one), len(several))
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A dictionary keeps its number over the batches of a row group, and only there.
func TestDictionaryNumbers(t *testing.T) {
	dir := t.TempDir()
	var file bytes.Buffer
	writeBalances(t, NewParquetWriter(&file, fact.Lookup("month_balances")), groupsOf2)
	writeFile(t, dir, "month_balances.parquet", file.String())
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read from
	entries := map[uint64]string{}
	batches := 0
	err = f.Scan(context.Background(), "month_balances", []string{"institution_id"}, 1, func(_ int, b *fact.Batch) error {
		x := b.Vectors[0].Texts
		if x.Index == nil || x.Dict == 0 {
			return fmt.Errorf("batch %d has no dictionary", batches)
		}
		batches++
		all := string(x.Bytes)
		if before, ok := entries[x.Dict]; ok && before != all {
			return fmt.Errorf("dictionary %d has changed", x.Dict)
		}
		entries[x.Dict] = all
		return nil
	})
	if err != nil || len(entries) != 2 || batches < 10 {
		t.Errorf("%d dictionaries in %d batches: %v", len(entries), batches, err)
	}
}

// groupsOf2 is a number of rows that makes two row groups.
const groupsOf2 = 1<<20 + 100
