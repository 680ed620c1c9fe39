package columnar

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"changrong/internal/base/fault"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar/book"
	"changrong/internal/settlement/columnar/choose"
)

// running is one run of a plan over a book.
type running struct {
	*choose.Run
	items      []*claims // in byte order of their ids
	indicators []*measuring

	decisions []settlement.Decision
	filings   map[filingKey]filing
	budgets   map[string]int64
	result    settlement.Result
}

func run(ctx context.Context, b *book.Book, plan *policy.Plan) (*settlement.Result, error) {
	r := &running{Run: choose.NewRun(b, plan)}
	for _, step := range []func(context.Context) error{
		r.begin, r.choose, r.assign, r.gate, r.base, r.limit, r.decide, r.rate, r.cap, r.pool, r.round, r.finish,
	} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return &r.result, nil
}

// begin readies the items, and reads what people have decided, filed and budgeted.
func (r *running) begin(ctx context.Context) error {
	if err := r.readDecisions(ctx); err != nil {
		return err
	}
	r.readFilings()
	r.readBudgets()
	for _, it := range r.Plan.Items {
		r.items = append(r.items, r.newClaims(it))
	}
	slices.SortFunc(r.items, func(a, b *claims) int { return strings.Compare(a.item.ID, b.item.ID) })
	for _, in := range r.Plan.Indicators {
		r.indicators = append(r.indicators, r.newMeasuring(in))
	}
	slices.SortFunc(r.indicators, func(a, b *measuring) int { return cmp.Compare(a.of.ID, b.of.ID) })
	return nil
}

// choose is step 1 and the part of step 4 that looks at facts: partition by
// partition for notes and what belongs to them, then the tables that are held whole.
func (r *running) choose(ctx context.Context) error {
	for i := range r.Passes() {
		p, err := r.Turn(ctx, i)
		if err != nil {
			return err
		}
		r.Enter(p)
		if err := r.look(ctx, p); err != nil {
			return err
		}
		if err := r.collect(ctx, p, true); err != nil {
			return err
		}
		if i == r.Passes()-1 {
			err = r.collect(ctx, p, false)
		}
		if err != nil {
			return err
		}
	}
	return r.each(ctx, func(c *claims) error {
		c.sort()
		return nil
	})
}

// look goes through what belongs to other rows, and the guarantees of gates.
func (r *running) look(ctx context.Context, p *book.Part) error {
	var choosers []*choose.Chooser
	for _, c := range r.items {
		choosers = append(choosers, &c.Chooser)
		if err := c.guarantees(ctx, p); err != nil {
			return err
		}
	}
	for _, m := range r.indicators {
		if m.Of != nil {
			choosers = append(choosers, &m.Chooser)
		}
	}
	var firsts *choose.FirstLoans
	if slices.ContainsFunc(choosers, (*choose.Chooser).AsksFirstLoans) {
		var err error
		if firsts, err = r.FirstLoans(ctx, p); err != nil {
			return err
		}
	}
	for _, c := range choosers {
		if err := c.Look(ctx, p, firsts); err != nil {
			return err
		}
	}
	return nil
}

// collect gathers the rows of items and indicators: of the tables that are held by
// partition, or of those held whole.
func (r *running) collect(ctx context.Context, p *book.Part, partitioned bool) error {
	for _, c := range r.items {
		if r.Partitioned(c.Of) != partitioned {
			continue
		}
		if err := c.collect(ctx, p); err != nil {
			return err
		}
	}
	for _, m := range r.indicators {
		if m.Of == nil || r.Partitioned(m.Of) != partitioned {
			continue
		}
		if err := m.collect(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// each calls do for every item, several at once.
func (r *running) each(ctx context.Context, do func(*claims) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(len(r.Crew))
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

// errOverflow is the fault of amounts that add up to more than int64 holds.
func errOverflow() error {
	return fault.New(fault.Invalid, "settlement.overflow", "金额合计超出可表示的范围", "the amounts add up to more than can be told")
}
