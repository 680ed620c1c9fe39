package inbox

import (
	"context"

	"changrong/internal/adapter/intake"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/loanbook/through"
	"changrong/internal/reporting"
	"changrong/internal/reporting/match"
)

var _ match.Reader = (*Checker)(nil)

// noteColumns are what is read of loans to know one again, in this order.
var noteColumns = []string{"loan_id", "contract_id", "enterprise_id", "principal", "rate", "disbursed_on", "due_on", "security"}

// Notes implements match.Reader.
func (k *Checker) Notes(ctx context.Context, parts []reporting.SnapshotPart, f func(*through.Note)) error {
	l, err := k.lay(ctx, parts, func(int64, int64, string) {})
	if err != nil {
		return err
	}
	defer l.remove()
	_, err = intake.Import(ctx, intake.Options{
		In: l.dir, Check: true, Workers: k.Workers, Codes: k.Codes, Waits: l.waits,
		Look: func(ctx context.Context, src intake.Taken) error {
			if !src.Has("loans") {
				return nil
			}
			return src.Scan(ctx, "loans", noteColumns, 1, func(_ int, b *fact.Batch) error {
				for i := range b.Len() {
					n := noteOf(b, i)
					f(&n)
				}
				return nil
			})
		},
	})
	return err
}

// noteOf returns row i of loans; what is unknown stays open.
func noteOf(b *fact.Batch, i int) through.Note {
	text := func(column string) string { return string(b.Vector(column).Texts.At(i)) }
	day := func(column string) *civil.Date {
		v := b.Vector(column)
		if v.Unknown(i) {
			return nil
		}
		d := civil.Date(v.Ints[i])
		return &d
	}
	n := through.Note{
		NoteNo: text("loan_id"), Contract: text("contract_id"), USCC: text("enterprise_id"), Security: text("security"),
		Principal: -1, Drawn: day("disbursed_on"), Due: day("due_on"),
	}
	if v := b.Vector("principal"); !v.Unknown(i) {
		n.Principal = money.Fen(v.Ints[i])
	}
	if v := b.Vector("rate"); !v.Unknown(i) {
		r := money.Rate(v.Ints[i])
		n.Rate = &r
	}
	return n
}
