package columnar

import (
	"cmp"
	"context"
	"slices"

	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// assign is step 2: a row that several items of an exclusion group select is kept
// as the group says. DeductPaid keeps all, and comes back in step 6.
func (r *running) assign(context.Context) error {
	for _, g := range r.Plan.Groups {
		var members []*claims
		for _, it := range g.Items {
			members = append(members, r.claimsOf(it))
		}
		switch g.Strategy {
		case policy.Priority:
			keepOneItem(members, nil)
		case policy.FirstFiled:
			keepOneItem(members, func(c *claims, i int) int64 { return c.filed(i).filed })
		case policy.OneInstitution:
			keepOneInstitution(members)
		}
	}
	return nil
}

func (r *running) claimsOf(it *policy.Item) *claims {
	for _, c := range r.items {
		if c.item == it {
			return c
		}
	}
	return nil
}

// keepOneItem keeps, of what several items make of the same row, the one that
// comes first by when, if that matters, and by the order of the items. It goes
// through all items at once: the rows of each are in the same order.
func keepOneItem(members []*claims, when func(*claims, int) int64) {
	heads, lost := make([]int, len(members)), make([][]bool, len(members))
	for m, c := range members {
		lost[m] = make([]bool, len(c.inst))
	}
	var rivals []int
	for {
		rivals = rivals[:0]
		for m, c := range members {
			if heads[m] == len(c.inst) {
				continue
			}
			order := 0
			if len(rivals) > 0 {
				order = c.compare(heads[m], members[rivals[0]], heads[rivals[0]])
			}
			if order < 0 {
				rivals = rivals[:0]
			}
			if order <= 0 {
				rivals = append(rivals, m)
			}
		}
		if len(rivals) == 0 {
			break
		}
		settleRivals(members, rivals, heads, lost, when)
		for _, m := range rivals {
			heads[m]++
		}
	}
	for m, c := range members {
		c.keep(func(i int) bool { return !lost[m][i] })
	}
}

// settleRivals excludes all but one of the heads of rivals, which are the same row.
func settleRivals(members []*claims, rivals, heads []int, lost [][]bool, when func(*claims, int) int64) {
	winner := rivals[0]
	if when != nil {
		winner = slices.MinFunc(rivals, func(a, b int) int {
			return cmp.Or(cmp.Compare(when(members[a], heads[a]), when(members[b], heads[b])), cmp.Compare(a, b))
		})
	}
	for _, m := range rivals {
		if m != winner {
			c := members[m]
			c.excluded = append(c.excluded, c.tell(heads[m], settlement.LostTo, members[winner].item.ID))
			lost[m][heads[m]] = true
		}
	}
}

// keepOneInstitution keeps, of all the rows of an enterprise, those of the
// institution that lent first.
func keepOneInstitution(members []*claims) {
	type lent struct {
		on   int64
		inst uint32
	}
	first := map[uint32]lent{}
	for _, c := range members {
		for i, e := range c.ent {
			x := lent{c.opened[i], c.inst[i]}
			if y, ok := first[e]; !ok || x.on < y.on || x.on == y.on && x.inst < y.inst {
				first[e] = x
			}
		}
	}
	for _, c := range members {
		c.keep(func(i int) bool {
			bank := first[c.ent[i]].inst
			if c.inst[i] == bank {
				return true
			}
			c.excluded = append(c.excluded, c.tell(i, settlement.OtherBank, c.InstID(bank)))
			return false
		})
	}
}
