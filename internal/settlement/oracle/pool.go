package oracle

import (
	"cmp"
	"slices"
	"sort"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// budget returns the size of a pool; without a row in the budgets it has none,
// and below 0 there is nothing in it.
func (b *Books) budget(p *policy.Pool) (int64, bool) {
	f := b.facts.lookup("budgets", p.ID)
	if f == nil {
		return 0, false
	}
	return max(0, f.Value("amount").Int), true
}

// queued tells whether those who draw on a pool are paid in turn.
func (b *Books) queued(p *policy.Pool) bool {
	if p == nil || p.Allocator != policy.FirstComplete && p.Allocator != policy.Reserve {
		return false
	}
	_, limited := b.budget(p)
	return limited
}

// unclaimed tells whether a row must queue and has no place: no complete claim,
// nor, where those go first, a reservation.
func (b *Books) unclaimed(r *Row) bool {
	if !b.queued(r.Item.Pool) || b.filedAt(r, "completed_at") != never {
		return false
	}
	return r.Item.Pool.Allocator != policy.Reserve || b.filedAt(r, "reserved_at") == never
}

// pool is step 8: what several items draw on together, shared when it is too small.
func (b *Books) pool() error {
	for _, r := range b.rows {
		r.Pooled = r.Capped
	}
	for _, p := range b.plan.Pools {
		rows := b.going(func(r *Row) bool { return r.Item.Pool == p })
		wanted := make([]int64, len(rows))
		for i, r := range rows {
			wanted[i] = r.Capped
		}
		requested := sum(wanted).Int64()
		use := &settlement.PoolUse{Pool: p.ID, Allocator: string(p.Allocator), Requested: money.Fen(requested), Pooled: money.Fen(requested)}
		b.pools[p] = use
		budget, limited := b.budget(p)
		if use.Limited, use.Budget = limited, money.Fen(budget); !limited || requested <= budget {
			continue
		}
		switch p.Allocator {
		case policy.ProRata:
			for i, part := range share(budget, wanted) {
				rows[i].Pooled = part
			}
		case policy.ScaleRate:
			use.Rate = b.scale(p, budget)
			for r, m := range b.amounts(p, use.Rate) {
				if r.Item.Pool == p {
					r.Pooled = m.capped
				}
			}
		default:
			b.payInTurn(p, rows, budget)
		}
		use.Pooled = 0
		for _, r := range rows {
			use.Pooled += money.Fen(r.Pooled)
		}
	}
	return nil
}

// scale finds the highest rate in whole ppm at which a pool suffices, no row
// having more. The lower the rate, the less is asked for; so halve the distance.
func (b *Books) scale(p *policy.Pool, budget int64) money.Rate {
	tooMuch := sort.Search(int(money.MaxRate/money.PPM), func(ppm int) bool {
		asked := int64(0)
		for r, m := range b.amounts(p, money.Rate(ppm)*money.PPM) {
			if r.Item.Pool == p {
				asked += m.capped
			}
		}
		return asked > budget
	})
	return money.Rate(tooMuch-1) * money.PPM
}

// queue returns rows in the order in which they are paid: those reserved first,
// where the pool knows reservations, then as claims were complete.
func (b *Books) queue(p *policy.Pool, rows []*Row) []*Row {
	place := func(r *Row) (reserved, completed int64) {
		if p.Allocator == policy.Reserve {
			if reserved = b.filedAt(r, "reserved_at"); reserved != never {
				return reserved, 0
			}
		}
		return reserved, b.filedAt(r, "completed_at")
	}
	queue := slices.Clone(rows)
	slices.SortStableFunc(queue, func(x, y *Row) int { // rows are in order of their keys already
		r1, c1 := place(x)
		r2, c2 := place(y)
		return cmp.Or(cmp.Compare(r1, r2), cmp.Compare(c1, c2))
	})
	return queue
}

// payInTurn pays the first of the queue in full, until nothing is left.
func (b *Books) payInTurn(p *policy.Pool, rows []*Row, left int64) {
	for _, r := range b.queue(p, rows) {
		r.Pooled = min(r.Capped, left)
		left -= r.Pooled
	}
}
