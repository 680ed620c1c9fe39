package columnar

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// portion is what a payee has coming of an item.
type portion struct {
	of   *claims
	rows []uint32 // in order of (institution_id, subject_id)
	due  int64    // Σ after step 8
	paid int64
	unit int64
}

// round is step 9: what a payee gets of an item is rounded, and spread over its rows.
func (r *running) round(ctx context.Context) error {
	var all []*portion // in order of (item, payee)
	for _, c := range r.items {
		c.paid = make([]int64, len(c.pooled))
		c.parts = c.portions()
		for i := range c.parts {
			all = append(all, &c.parts[i])
		}
	}
	for i := range r.result.Pools {
		pool := &r.result.Pools[i]
		pool.Paid = takeBack(pool, all)
	}
	return r.spread(ctx, all)
}

// spread shares what is paid over the rows of each portion.
func (r *running) spread(ctx context.Context, all []*portion) error {
	const atOnce = 64
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	for range r.Crew {
		g.Go(func() error {
			for ctx.Err() == nil {
				from := int(next.Add(atOnce)) - atOnce
				if from >= len(all) {
					return nil
				}
				for _, p := range all[from:min(from+atOnce, len(all))] {
					if err := p.spread(); err != nil {
						return err
					}
				}
			}
			return ctx.Err()
		})
	}
	return g.Wait()
}

// portions puts an item's rows together by payee, and rounds.
func (c *claims) portions() []portion {
	per := policy.PerInstitution
	if c.item.Payee == policy.PayEnterprise {
		per = policy.PerEnterprise
	}
	g := c.groupsOf(per)
	all := make([]portion, 0, len(g.ends))
	from := 0
	for _, end := range g.ends {
		p := portion{of: c, rows: g.rows[from:end], unit: max(1, int64(c.item.Rounding.Unit))}
		for _, i := range p.rows {
			p.due += c.pooled[i]
		}
		p.paid = int64(c.item.Rounding.Round(money.Fen(p.due)))
		all = append(all, p)
		from = end
	}
	return all
}

// takeBack takes back what rounding up pays beyond a pool: a unit from each that
// was rounded up, the smallest fraction first, of equals the higher (item, payee),
// until the pool holds. It returns what the pool pays.
func takeBack(pool *settlement.PoolUse, all []*portion) money.Fen {
	var paid money.Fen
	var up []*portion
	for _, p := range slices.Backward(all) {
		if p.of.item.Pool == nil || p.of.item.Pool.ID != pool.Pool {
			continue
		}
		paid += money.Fen(p.paid)
		if p.paid > p.due {
			up = append(up, p)
		}
	}
	slices.SortStableFunc(up, func(a, b *portion) int {
		h1, l1 := bits.Mul64(uint64(a.due%a.unit), uint64(b.unit))
		h2, l2 := bits.Mul64(uint64(b.due%b.unit), uint64(a.unit))
		return cmp.Or(cmp.Compare(h1, h2), cmp.Compare(l1, l2))
	})
	for _, p := range up {
		if !pool.Limited || paid <= pool.Budget {
			break
		}
		p.paid -= p.unit
		paid -= money.Fen(p.unit)
	}
	return paid
}

// spread shares what is paid over the rows.
func (p *portion) spread() error {
	part := make([]int64, len(p.rows))
	for i, r := range p.rows {
		part[i] = p.of.pooled[r]
	}
	if p.due > 0 && !money.SplitInto(part, p.paid, part) {
		return errOverflow()
	}
	for i, r := range p.rows {
		p.of.paid[r] = part[i]
	}
	return nil
}
