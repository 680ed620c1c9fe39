package party

import (
	"context"
	"slices"
	"sync/atomic"

	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// Sized is a source of facts in which an enterprise without a size has the one that
// its indicators tell, where they do: an empty size in the table of enterprises
// means just that.
type Sized struct {
	fact.Source
	filled atomic.Int64
}

// NewSized puts sizes into src.
func NewSized(src fact.Source) *Sized { return &Sized{Source: src} }

// Filled returns how many sizes scans have filled in so far, each scan counted.
func (s *Sized) Filled() int64 { return s.filled.Load() }

// told are the columns that a size is computed from.
var told = []string{"industry", "employees", "annual_sales", "total_assets"}

// Scan is the source's, but for the sizes of enterprises.
func (s *Sized) Scan(ctx context.Context, table string, columns []string, workers int, fn func(int, *fact.Batch) error) error {
	at := slices.Index(columns, "size")
	if table != "enterprises" || at < 0 {
		return s.Source.Scan(ctx, table, columns, workers, fn)
	}
	all := slices.Clone(columns)
	for _, name := range told {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return s.Source.Scan(ctx, table, all, workers, func(worker int, b *fact.Batch) error {
		view := *b
		view.Vectors = slices.Clone(b.Vectors[:len(columns)])
		if b.Vectors[at].Null != nil {
			view.Vectors[at] = s.fill(b, b.Vectors[at])
		}
		return fn(worker, &view)
	})
}

// fill returns the sizes of b with what its indicators tell.
func (s *Sized) fill(b *fact.Batch, sizes *fact.Vector) *fact.Vector {
	industry, employees, sales, assets := b.Vector("industry"), b.Vector("employees"), b.Vector("annual_sales"), b.Vector("total_assets")
	amount := func(v *fact.Vector, i int) Amount { return Amount{Fen: money.Fen(v.Ints[i]), Known: !v.Unknown(i)} }
	out := fact.NewVector(sizes.Column)
	for i := range b.Len() {
		if !sizes.Unknown(i) {
			out.AppendText(sizes.Texts.At(i))
			continue
		}
		size, why := Size(string(industry.Texts.At(i)), Indicators{
			Employees: Count{N: employees.Ints[i], Known: !employees.Unknown(i)},
			Sales:     amount(sales, i), Assets: amount(assets, i),
		})
		if why != Told {
			out.AppendEmpty()
			continue
		}
		s.filled.Add(1)
		out.AppendText([]byte(size))
	}
	return out
}
