package choose

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"changrong/internal/policy"
	"changrong/internal/settlement/columnar/book"
	"changrong/internal/settlement/columnar/vec"
)

// Run is a run of a plan over a book.
type Run struct {
	*book.Book
	Plan *policy.Plan
	Crew []*Worker
}

// NewRun starts a run.
func NewRun(b *book.Book, plan *policy.Plan) *Run {
	r := &Run{Book: b, Plan: plan}
	for range b.Workers {
		r.Crew = append(r.Crew, &Worker{rows: make([]uint32, vec.Chunk), truth: make([]vec.Truth, vec.Chunk), frames: map[*Filter]*vec.Frame{}})
	}
	return r
}

// Worker is one goroutine's memory.
type Worker struct {
	Daily book.Daily // of the partition

	machine vec.Machine
	frames  map[*Filter]*vec.Frame
	rows    []uint32 // the chunk at hand
	truth   []vec.Truth
}

// Enter prepares the workers for a partition, and lets go of the last one.
func (r *Run) Enter(p *book.Part) {
	for _, w := range r.Crew {
		clear(w.frames)
		w.Daily = p.Daily()
	}
}

// morsel is how many rows a worker takes at a time.
const morsel = 1 << 14

// Morsels returns how many morsels n rows are.
func Morsels(n int) int { return (n + morsel - 1) / morsel }

// Morsels calls do for stretches of n rows, numbered from 0, several at once.
func (r *Run) Morsels(ctx context.Context, n int, do func(w *Worker, morsel int, lo, hi uint32) error) error {
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for _, w := range r.Crew {
		g.Go(func() error {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i*morsel >= n {
					return nil
				}
				if err := do(w, i, uint32(i*morsel), uint32(min(n, (i+1)*morsel))); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	return g.Wait()
}

// Chunks calls take for the rows from lo to before hi that keep lets through and
// for which no condition of f is false: truth is True or Unknown for each.
func (w *Worker) Chunks(f *Filter, lo, hi uint32, keep func(row uint32) bool, take func(rows []uint32, truth []vec.Truth) error) error {
	for ; lo < hi; lo += vec.Chunk {
		n := 0
		for r := lo; r < min(hi, lo+vec.Chunk); r++ {
			if keep == nil || keep(r) {
				w.rows[n], w.truth[n] = r, vec.True
				n++
			}
		}
		if n = f.apply(w, w.rows[:n], w.truth[:n]); n == 0 {
			continue
		}
		if err := take(w.rows[:n], w.truth[:n]); err != nil {
			return err
		}
	}
	return nil
}

// sift keeps, in place, the rows for which holds is not False, and notes those in
// doubt.
func sift(rows []uint32, truth []vec.Truth, holds func(i int) vec.Truth) ([]uint32, []vec.Truth) {
	n := 0
	for i := range rows {
		if t := holds(i); t != vec.False {
			rows[n], truth[n] = rows[i], truth[i]|t
			n++
		}
	}
	return rows[:n], truth[:n]
}
