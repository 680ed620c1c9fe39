// Package simulate holds settlements under other readings or parameters against
// the chosen one: what each would cost, who would gain and who would lose.
package simulate

import (
	"cmp"
	"slices"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// Variant is one other way to settle.
type Variant struct {
	Name    string // average=daily_mean
	Title   string // 月均贷款余额怎样算：每日余额之和除以全年天数
	Choices policy.Choices
}

// Variants returns every reading of the pack with every value but the one the
// plan has, one change at a time.
func Variants(pack *policy.Pack, plan *policy.Plan) []Variant {
	var vs []Variant
	for _, r := range pack.Readings {
		for _, v := range r.Values {
			if v.Value != plan.Readings[r.Name] {
				vs = append(vs, Variant{
					Name: r.Name + "=" + v.Value, Title: r.Title + "：" + v.Title,
					Choices: policy.Choices{Readings: map[string]string{r.Name: v.Value}},
				})
			}
		}
	}
	return vs
}

// Change is what one payee of one item would get instead.
type Change struct {
	Item, PayeeID string
	Before, After money.Fen
}

// Difference is After − Before.
func (c Change) Difference() money.Fen { return c.After - c.Before }

// ItemChange is an item over all payees.
type ItemChange struct {
	Item          string
	Before, After money.Fen
}

// Comparison is a variant beside the chosen settlement.
type Comparison struct {
	Variant
	// Refused says why the variant cannot be settled; then the rest is empty.
	Refused       error
	Before, After money.Fen
	Items         []ItemChange // of the items that change, in byte order
	Changes       []Change     // of the payees that change, by item and payee
	Gainers       int          // payees that get more over all items
	Losers        int
	Gain, Loss    money.Fen // what they gain and lose together, both positive
	// What the rows come to by item, by institution of the row, and by town; all that
	// have any, in byte order. By town only when CompareTowns compared.
	ByItem, ByBank, ByTown []KeyChange
	// Waiting are the rows set aside under the variant, less those under the chosen one.
	Waiting int64
}

// KeyChange is what the rows of one item, institution or town come to.
type KeyChange struct {
	Key           string
	Before, After money.Fen
}

// CompareTowns is Compare, and by town: townOf tells an enterprise's.
func CompareTowns(v Variant, before, after *settlement.Result, townOf func(enterprise string) string) Comparison {
	c := Compare(v, before, after)
	c.ByTown = byKey(before, after, func(l *settlement.Line) string { return townOf(l.EnterpriseID) })
	return c
}

// byKey adds up what lines pay by what key makes of them.
func byKey(before, after *settlement.Result, key func(*settlement.Line) string) []KeyChange {
	at := map[string]*KeyChange{}
	for i, res := range []*settlement.Result{before, after} {
		for j := range res.Lines {
			l := &res.Lines[j]
			k := key(l)
			if at[k] == nil {
				at[k] = &KeyChange{Key: k}
			}
			if i == 0 {
				at[k].Before += l.Paid
			} else {
				at[k].After += l.Paid
			}
		}
	}
	out := make([]KeyChange, 0, len(at))
	for _, c := range at {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b KeyChange) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// Compare holds after, the settlement under v, against before.
func Compare(v Variant, before, after *settlement.Result) Comparison {
	c := Comparison{
		Variant: v, Waiting: int64(len(after.SetAside)) - int64(len(before.SetAside)),
		ByItem: byKey(before, after, func(l *settlement.Line) string { return l.Item }),
		ByBank: byKey(before, after, func(l *settlement.Line) string { return l.InstitutionID }),
	}
	type key struct{ item, payee string }
	changes := map[key]*Change{}
	at := func(t settlement.Total) *Change {
		k := key{t.Item, t.PayeeID}
		if changes[k] == nil {
			changes[k] = &Change{Item: t.Item, PayeeID: t.PayeeID}
		}
		return changes[k]
	}
	for _, t := range before.Totals {
		at(t).Before = t.Paid
		c.Before += t.Paid
	}
	for _, t := range after.Totals {
		at(t).After = t.Paid
		c.After += t.Paid
	}
	items, payees := map[string]*ItemChange{}, map[string]money.Fen{}
	for k, ch := range changes {
		if items[k.item] == nil {
			items[k.item] = &ItemChange{Item: k.item}
		}
		items[k.item].Before += ch.Before
		items[k.item].After += ch.After
		payees[k.payee] += ch.Difference()
		if ch.Before != ch.After {
			c.Changes = append(c.Changes, *ch)
		}
	}
	for _, it := range items {
		if it.Before != it.After {
			c.Items = append(c.Items, *it)
		}
	}
	for _, d := range payees {
		switch {
		case d > 0:
			c.Gainers++
			c.Gain += d
		case d < 0:
			c.Losers++
			c.Loss -= d
		}
	}
	slices.SortFunc(c.Items, func(a, b ItemChange) int { return cmp.Compare(a.Item, b.Item) })
	slices.SortFunc(c.Changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.PayeeID, b.PayeeID))
	})
	return c
}

// Most returns the n payees of an item that gain most, or lose most.
func (c *Comparison) Most(n int, losing bool) []Change {
	sign := money.Fen(1)
	if losing {
		sign = -1
	}
	var out []Change
	for _, ch := range c.Changes {
		if sign*ch.Difference() > 0 {
			out = append(out, ch)
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int { return cmp.Compare(sign*b.Difference(), sign*a.Difference()) })
	return out[:min(n, len(out))]
}
