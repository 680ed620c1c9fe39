package inbox

import (
	"context"

	"changrong/internal/adapter/intake"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/rating/watch"
	"changrong/internal/reporting"
)

// Ends is watch.LoanBook over what the desk has accepted, and what the platform itself knows
// of loans that came through it.
func (k *Checker) Ends(desk *reporting.Service) watch.LoanBook {
	return func(ctx context.Context, first, last civil.Month, wanted func(uscc string) bool, f func(*watch.Note)) error {
		snap, err := desk.Preview(ctx, reporting.Period(first.String()), reporting.Period(last.String()))
		if fault.CodeOf(err) == "reporting.nothing_accepted" {
			return nil
		}
		if err != nil {
			return err
		}
		l, err := k.lay(ctx, snap.Parts, func(int64, int64, string) {})
		if err != nil {
			return err
		}
		defer l.remove()
		_, err = intake.Import(ctx, intake.Options{
			In: l.dir, Check: true, Workers: k.Workers, Codes: k.Codes, Waits: l.waits, Behind: l.behind,
			Look: func(ctx context.Context, src intake.Taken) error {
				e := ends{at: map[string]*watch.Note{}, wanted: wanted}
				for _, t := range []struct {
					table string
					take  func(*fact.Batch)
				}{{"loans", e.loans}, {"month_balances", e.balances}, {"loan_events", e.events}} {
					if err := e.read(ctx, src, t.table, t.take); err != nil {
						return err
					}
				}
				for _, n := range e.order {
					f(n)
				}
				return nil
			},
		})
		return err
	}
}

// ends are notes in the making.
type ends struct {
	at     map[string]*watch.Note // by institution and note
	order  []*watch.Note
	wanted func(uscc string) bool
}

// endColumns are what is read of each table.
var endColumns = map[string][]string{
	"loans":          {"institution_id", "loan_id", "enterprise_id", "due_on", "extended_to"},
	"month_balances": {"institution_id", "loan_id", "month", "balance", "quality"},
	"loan_events":    {"institution_id", "loan_id", "on", "kind"},
}

func (e *ends) read(ctx context.Context, src intake.Taken, table string, take func(*fact.Batch)) error {
	if !src.Has(table) {
		return nil
	}
	return src.Scan(ctx, table, endColumns[table], 1, func(_ int, b *fact.Batch) error {
		take(b)
		return nil
	})
}

// key names the note of row i.
func key(b *fact.Batch, i int) string {
	return string(b.Vectors[0].Texts.At(i)) + "/" + string(b.Vectors[1].Texts.At(i))
}

// loans takes notes of firms that are wanted. A note that lacks its due day is never overdue.
func (e *ends) loans(b *fact.Batch) {
	for i := range b.Len() {
		uscc := string(b.Vectors[2].Texts.At(i))
		if !e.wanted(uscc) {
			continue
		}
		n := &watch.Note{USCC: uscc, Due: civil.Never, WrittenOff: civil.Never}
		if due := b.Vectors[3]; !due.Unknown(i) {
			n.Due = civil.Date(due.Ints[i])
		}
		if longer := civil.Date(b.Vectors[4].Ints[i]); longer != civil.Never && longer > n.Due {
			n.Due = longer
		}
		e.at[key(b, i)] = n
		e.order = append(e.order, n)
	}
}

func (e *ends) balances(b *fact.Batch) {
	for i := range b.Len() {
		if n := e.at[key(b, i)]; n != nil && !b.Vectors[3].Unknown(i) {
			n.Ends = append(n.Ends, watch.End{Month: civil.Month(b.Vectors[2].Ints[i]), Balance: money.Fen(b.Vectors[3].Ints[i]), Quality: string(b.Vectors[4].Texts.At(i))})
		}
	}
}

func (e *ends) events(b *fact.Batch) {
	for i := range b.Len() {
		if n := e.at[key(b, i)]; n != nil && string(b.Vectors[3].Texts.At(i)) == "write_off" {
			n.WrittenOff = min(n.WrittenOff, civil.Date(b.Vectors[2].Ints[i]))
		}
	}
}
