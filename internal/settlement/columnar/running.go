package columnar

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar/vec"
)

// running is one run of a plan over a book.
type running struct {
	*Book
	plan    *policy.Plan
	crew    []*worker
	items   []*claims // in byte order of item ids
	targets []*measuring

	decisions []settlement.Decision
	filings   map[filingKey]filing
	budgets   map[string]int64
	result    settlement.Result
}

// worker is one goroutine's memory.
type worker struct {
	vec.Machine
	frames map[*filter]*vec.Frame
	rows   []uint32    // the chunk at hand
	truth  []vec.Truth // of each of the rows: True or Unknown
	daily  daily
	fen    []int64 // balances of a row
	gaps   []int   // needed months of a row without a balance
	ofs    figures // of an indicator
	bys    figures
}

// Run settles a plan that the book was loaded for.
//
// Errors: those of settlement.CheckDecisions; settlement.overflow; with several
// partitions also those of Load.
func (b *Book) Run(ctx context.Context, plan *policy.Plan) (*settlement.Result, error) {
	r := &running{Book: b, plan: plan}
	for range b.workers {
		r.crew = append(r.crew, &worker{
			frames: map[*filter]*vec.Frame{}, rows: make([]uint32, vec.Chunk), truth: make([]vec.Truth, vec.Chunk),
		})
	}
	for _, step := range []func(context.Context) error{
		r.terms, r.collect, r.assign, r.gate, r.base, r.limit, r.decide, r.rates, r.caps, r.pools, r.round,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return r.finish(ctx)
}

// morsel is how many rows a worker takes at a time.
const morsel = 1 << 14

// morsels calls do for stretches of n rows, numbered from 0, several at once.
func (r *running) morsels(ctx context.Context, n int, do func(w *worker, morsel int, lo, hi uint32) error) error {
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for _, w := range r.crew {
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

// each calls do for every item, several at once.
func (r *running) each(ctx context.Context, do func(*claims) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(len(r.crew))
	for _, c := range r.items {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return do(c)
		})
	}
	return g.Wait()
}

// collect is step 1 and the part of step 4 that looks at facts: partition by
// partition for notes and what belongs to them, then the tables that are held whole.
func (r *running) collect(ctx context.Context) error {
	passes := r.partitions
	if r.needs.of["loans"] == nil {
		passes = 1
	}
	for i := range passes {
		if err := r.turnTo(ctx, i); err != nil {
			return err
		}
		if err := r.pass(ctx, r.part); err != nil {
			return err
		}
	}
	for _, c := range r.items {
		if !r.needs.partitioned(c.item.Table.Name) {
			if err := c.collect(ctx, nil); err != nil {
				return err
			}
		}
		c.sort()
	}
	for _, m := range r.targets {
		if m.table != nil && !r.needs.partitioned(m.table.Name) {
			if err := m.collect(ctx, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// pass goes through the partition that is in memory.
func (r *running) pass(ctx context.Context, p *part) error {
	for _, w := range r.crew {
		clear(w.frames)
		w.daily = daily{events: p.events, balances: p.balances}
	}
	firsts, err := r.firstLoans(ctx, p)
	if err != nil {
		return err
	}
	var all []*chooser
	for _, c := range r.items {
		all = append(all, &c.chooser)
		if err := c.guarantees(ctx, p); err != nil {
			return err
		}
	}
	for _, m := range r.targets {
		if m.table != nil {
			all = append(all, &m.chooser)
		}
	}
	for _, c := range all {
		c.firsts = firsts
		if err := c.look(ctx, p); err != nil {
			return err
		}
	}
	for _, c := range r.items {
		if r.needs.partitioned(c.item.Table.Name) {
			if err := c.collect(ctx, p); err != nil {
				return err
			}
		}
	}
	for _, m := range r.targets {
		if m.table != nil && r.needs.partitioned(m.table.Name) {
			if err := m.collect(ctx, p); err != nil {
				return err
			}
		}
	}
	return nil
}
