package columnar_test

import (
	"context"
	"math/rand/v2"

	"golang.org/x/sync/errgroup"

	"changrong/internal/fact"
)

// chopped hands out facts as a reader of large files does: in small batches, from
// several goroutines, with texts numbered by dictionaries.
type chopped struct {
	fact.Memory
	seed uint64
}

// Scan implements fact.Source.
func (c chopped) Scan(ctx context.Context, table string, columns []string, workers int, fn func(int, *fact.Batch) error) error {
	whole := c.Memory[table]
	if whole == nil {
		return nil
	}
	dice := rand.New(rand.NewPCG(c.seed, uint64(len(table))))
	batches := make(chan *fact.Batch)
	g, ctx := errgroup.WithContext(ctx)
	for w := range workers {
		g.Go(func() error {
			for b := range batches {
				if err := fn(w, b); err != nil {
					return err
				}
			}
			return nil
		})
	}
	g.Go(func() error {
		defer close(batches)
		dict := c.seed<<32 | uint64(len(table)+len(columns))<<16 // not the same for two tables read at once
		coding := dice.IntN(3)
		for from := 0; from < whole.Len(); {
			n := min(1+dice.IntN(6), whole.Len()-from)
			select {
			case batches <- cutBatch(whole, columns, from, n, coding, dict):
			case <-ctx.Done():
				return ctx.Err()
			}
			from += n
		}
		return nil
	})
	return g.Wait()
}

// cutBatch copies n rows. Texts are coded with one dictionary for the table
// (coding 0), one for the batch (1), or not at all (2).
func cutBatch(whole *fact.Batch, columns []string, from, n, coding int, dict uint64) *fact.Batch {
	b := &fact.Batch{Table: whole.Table, File: whole.File, Line: whole.LineOf(from)}
	for at, name := range columns {
		v, to := whole.Vector(name), fact.NewVector(whole.Table.Column(name))
		for i := from; i < from+n; i++ {
			switch {
			case v.Unknown(i):
				to.AppendEmpty()
			case v.Column.Type.Textual():
				to.AppendText(v.Texts.At(i))
			default:
				to.AppendInt(v.Ints[i])
			}
		}
		if v.Column.Type.Textual() && coding < 2 {
			code(to, v, from, coding, dict+uint64(at)+1)
		}
		b.Vectors = append(b.Vectors, to)
	}
	return b
}

func code(to, v *fact.Vector, from, coding int, dict uint64) {
	entries := v // one entry for every row of the table, equal ones too
	if coding == 1 {
		c := *to
		entries, from, dict = &c, 0, 0
	}
	index := make([]int32, to.Len())
	for i := range index {
		index[i] = int32(from + i)
		for j := range from + i { // the first of equal entries, most of the time
			if string(entries.Texts.At(j)) == string(entries.Texts.At(from+i)) && j%5 > 0 {
				index[i] = int32(j)
				break
			}
		}
	}
	to.Texts = fact.Texts{Bytes: entries.Texts.Bytes, Off: entries.Texts.Off, Index: index, Dict: dict}
}
