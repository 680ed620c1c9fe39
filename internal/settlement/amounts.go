package settlement

import (
	"context"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// CountableAmounts returns src, in which an amount below zero is an error: every
// column of money says how much there is of something, and a settlement that
// added up a negative one would be wrong without a word.
//
// Its Scan has the error settlement.negative, with file, line, column and value.
func CountableAmounts(src fact.Source) fact.Source { return countable{src} }

type countable struct{ fact.Source }

// Scan implements fact.Source.
func (c countable) Scan(ctx context.Context, table string, columns []string, workers int, fn func(int, *fact.Batch) error) error {
	return c.Source.Scan(ctx, table, columns, workers, func(worker int, b *fact.Batch) error {
		for _, v := range b.Vectors {
			if v.Column.Type != fact.Fen {
				continue
			}
			for i, x := range v.Ints {
				if x < 0 {
					return negative(b, v, i)
				}
			}
		}
		return fn(worker, b)
	})
}

func negative(b *fact.Batch, v *fact.Vector, i int) error {
	at := fault.Place{File: b.File, Line: b.LineOf(i), Field: v.Column.Name, Value: string(v.AppendValue(nil, i))}
	return fault.Invalidf("settlement.negative", "%[1]s（%[2]s）的“%[3]s”不能为负", "%[4]s of %[2]s must not be negative",
		b.Table.Zh, b.Table.Name, v.Column.Zh, v.Column.Name).In(at)
}
