package columnar

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"strings"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// pool is step 8: what several items draw on together, shared when it is too small.
func (r *running) pool(ctx context.Context) error {
	for _, c := range r.items {
		c.pooled = c.capped
	}
	pools := slices.SortedFunc(slices.Values(r.Plan.Pools), func(a, b *policy.Pool) int { return strings.Compare(a.ID, b.ID) })
	for _, p := range pools {
		members := r.drawingOn(p)
		requested := sumOf(members, func(c *claims) []int64 { return c.capped })
		use := settlement.PoolUse{Pool: p.ID, Allocator: string(p.Allocator), Requested: money.Fen(requested)}
		budget, limited := r.budgets[p.ID]
		if limited {
			use.Limited, use.Budget = true, money.Fen(budget)
		}
		if limited && requested > budget {
			rate, err := r.allocate(ctx, p, members, budget)
			if err != nil {
				return err
			}
			use.Rate = rate
		}
		use.Pooled = money.Fen(sumOf(members, func(c *claims) []int64 { return c.pooled }))
		r.result.Pools = append(r.result.Pools, use)
	}
	return nil
}

// drawingOn returns the items of a pool, in the order of their ids.
func (r *running) drawingOn(p *policy.Pool) []*claims {
	var members []*claims
	for _, c := range r.items {
		if c.item.Pool == p {
			members = append(members, c)
		}
	}
	return members
}

// sumOf adds up amounts that are known to fit.
func sumOf(members []*claims, of func(*claims) []int64) int64 {
	var sum int64
	for _, c := range members {
		for _, x := range of(c) {
			sum += x
		}
	}
	return sum
}

// allocate shares a pool that is too small. rate is, of ScaleRate, the highest paid.
func (r *running) allocate(ctx context.Context, p *policy.Pool, members []*claims, budget int64) (rate money.Rate, err error) {
	switch p.Allocator {
	case policy.ProRata:
		return 0, proRata(members, budget)
	case policy.ScaleRate:
		return r.scale(ctx, p, members, budget)
	}
	r.inTurn(p, members, budget)
	return 0, nil
}

// proRata shares the budget in proportion over all rows, in order of (item,
// institution_id, subject_id).
func proRata(members []*claims, budget int64) error {
	var all []int64
	for _, c := range members {
		all = append(all, c.capped...)
	}
	if !money.SplitInto(all, budget, all) {
		return errOverflow()
	}
	for _, c := range members {
		c.pooled, all = all[:len(c.capped):len(c.capped)], all[len(c.capped):]
	}
	return nil
}

// scale finds the highest rate in whole ppm at which the pool suffices, no row
// having more, by halving the distance: the lower the rate, the less is asked for.
func (r *running) scale(ctx context.Context, p *policy.Pool, members []*claims, budget int64) (money.Rate, error) {
	var failed error
	tooMuch := sort.Search(int(money.MaxRate/money.PPM), func(ppm int) bool {
		if failed = cmp.Or(failed, ctx.Err()); failed != nil {
			return true
		}
		steps, err := r.atCeiling(p, members, money.Rate(ppm)*money.PPM)
		if err != nil {
			failed = err
			return true
		}
		asked := int64(0)
		for _, s := range steps {
			for _, x := range s.capped {
				asked += x
			}
		}
		return asked > budget
	})
	if failed != nil {
		return 0, failed
	}
	rate := money.Rate(tooMuch-1) * money.PPM
	steps, err := r.atCeiling(p, members, rate)
	if err != nil {
		return 0, err
	}
	for _, c := range members {
		c.pooled = steps[c].capped
	}
	return rate, nil
}

// atCeiling does steps 6 and 7 again, with no rate of the pool's rows above ceiling;
// rows outside of it stay as they are.
func (r *running) atCeiling(p *policy.Pool, members []*claims, ceiling money.Rate) (map[*claims]*step, error) {
	steps := map[*claims]*step{}
	for _, c := range members {
		amount, err := atRates(c.limited, c.rate, ceiling)
		if err != nil {
			return nil, err
		}
		steps[c] = &step{amount: amount, capped: amount}
	}
	err := r.deduct(func(c *claims) *step {
		if steps[c] == nil {
			steps[c] = &step{amount: c.amount, capped: c.amount}
		}
		return steps[c]
	})
	if err != nil {
		return nil, err
	}
	for c, s := range steps {
		if c.item.Pool != p {
			delete(steps, c)
			continue
		}
		if s.capped, err = c.under(s.capped); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// queuer is a row in the queue: where it stands, and where it is.
type queuer struct {
	reserved, completed int64
	item                *claims
	row                 int
}

// inTurn pays rows until nothing is left: those reserved first, where the pool
// knows reservations, then in the order in which claims were complete.
func (r *running) inTurn(p *policy.Pool, members []*claims, left int64) {
	var queue []queuer
	for _, c := range members {
		for i := range c.capped {
			f := c.filed(i)
			q := queuer{0, f.completed, c, i}
			if p.Allocator == policy.Reserve {
				if q.reserved = f.reserved; q.reserved != never {
					q.completed = 0
				}
			}
			queue = append(queue, q)
		}
		c.pooled = make([]int64, len(c.capped))
	}
	slices.SortStableFunc(queue, func(a, b queuer) int { // rows are in order of their keys already
		return cmp.Or(cmp.Compare(a.reserved, b.reserved), cmp.Compare(a.completed, b.completed))
	})
	for _, q := range queue {
		paid := min(q.item.capped[q.row], left)
		q.item.pooled[q.row] = paid
		left -= paid
	}
}
