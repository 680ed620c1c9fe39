package oracle

import (
	"cmp"
	"math/big"
	"slices"

	"changrong/internal/base/money"
	"changrong/internal/policy"
)

// portion is what a payee has coming of an item.
type portion struct {
	item  *policy.Item
	payee string
	rows  []*Row
	due   int64 // Σ after step 8
	paid  int64
	unit  int64
}

// round is step 9: what a payee gets of an item is rounded, and spread over its rows.
func (b *Books) round() error {
	portions := b.portions()
	for _, p := range portions {
		p.paid = rounded(p.due, p.unit, p.item.Rounding.Mode)
	}
	for _, pool := range b.plan.Pools {
		b.takeBack(pool, portions)
	}
	for _, p := range portions {
		weights := make([]int64, len(p.rows))
		for i, r := range p.rows {
			weights[i] = r.Pooled
		}
		for i, part := range share(p.paid, weights) {
			p.rows[i].Paid = part
		}
	}
	return nil
}

// portions returns what is due, in order of (item, payee).
func (b *Books) portions() []*portion {
	of := map[string]*portion{}
	var all []*portion
	for _, r := range b.rows {
		if !r.going() {
			continue
		}
		key := join(r.Item.ID, r.PayeeID)
		p := of[key]
		if p == nil {
			p = &portion{item: r.Item, payee: r.PayeeID, unit: max(1, int64(r.Item.Rounding.Unit))}
			of[key] = p
			all = append(all, p)
		}
		p.rows, p.due = append(p.rows, r), p.due+r.Pooled
	}
	slices.SortFunc(all, func(x, y *portion) int {
		return cmp.Or(cmp.Compare(x.item.ID, y.item.ID), cmp.Compare(x.payee, y.payee))
	})
	return all
}

// rounded returns due in whole units.
func rounded(due, unit int64, mode money.Mode) int64 {
	if mode == money.HalfUp {
		return halfUp(big.NewInt(due), big.NewInt(unit)).Int64() * unit
	}
	return due / unit * unit
}

// takeBack takes back what rounding up pays beyond a pool: a unit from each that
// was rounded up, the smallest fraction first, of equals the higher (item, payee),
// until the pool holds.
func (b *Books) takeBack(pool *policy.Pool, portions []*portion) {
	paid, up := int64(0), []*portion(nil)
	for _, p := range portions {
		if p.item.Pool != pool {
			continue
		}
		paid += p.paid
		if p.paid > p.due {
			up = append(up, p)
		}
	}
	slices.Reverse(up)
	slices.SortStableFunc(up, func(x, y *portion) int { return x.fraction().Cmp(y.fraction()) })
	use := b.pools[pool]
	for _, p := range up {
		if !use.Limited || paid <= int64(use.Budget) {
			break
		}
		p.paid -= p.unit
		paid -= p.unit
	}
	use.Paid = money.Fen(paid)
}

// fraction is the part of a unit by which due exceeds whole units.
func (p *portion) fraction() *big.Rat { return big.NewRat(p.due%p.unit, p.unit) }
