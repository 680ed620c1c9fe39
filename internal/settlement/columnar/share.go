package columnar

import (
	"slices"

	"changrong/internal/base/money"
	"changrong/internal/policy"
)

// groups are rows that are limited or capped together: row numbers, group after
// group, each in the order of the rows.
type groups struct {
	rows []uint32
	ends []int // where each group ends in rows
}

// groupsOf puts the rows of an item together.
func (c *claims) groupsOf(per policy.PerGroup) groups {
	n := len(c.inst)
	g := groups{rows: make([]uint32, n)}
	switch per {
	case policy.PerItem:
		for i := range g.rows {
			g.rows[i] = uint32(i)
		}
		if n > 0 {
			g.ends = []int{n}
		}
	case policy.PerInstitution: // the order of the rows already
		for i := range g.rows {
			g.rows[i] = uint32(i)
			if i+1 == n || c.inst[i+1] != c.inst[i] {
				g.ends = append(g.ends, i+1)
			}
		}
	default:
		g.byNumber(c.ent)
	}
	return g
}

// byNumber puts rows with the same number together.
func (g *groups) byNumber(numbers []uint32) {
	order := make([]uint64, len(numbers))
	for i, x := range numbers {
		order[i] = uint64(x+1)<<32 | uint64(i) // without a number comes first
	}
	slices.Sort(order)
	for i, x := range order {
		g.rows[i] = uint32(x)
		if i+1 == len(order) || order[i+1]>>32 != x>>32 {
			g.ends = append(g.ends, i+1)
		}
	}
}

// within returns amounts as they are where those of a group add up to no more than
// most, and elsewhere shares of most in their proportion, by largest remainder.
// Amounts that are not changed are returned themselves.
func (g *groups) within(most int64, amounts []int64) ([]int64, error) {
	var to, part []int64
	from := 0
	for _, end := range g.ends {
		rows := g.rows[from:end]
		from = end
		if !exceeds(rows, amounts, most) {
			continue
		}
		if to == nil {
			to = slices.Clone(amounts)
		}
		part = part[:0]
		for _, r := range rows {
			part = append(part, amounts[r])
		}
		if !money.SplitInto(part, most, part) {
			return nil, errOverflow()
		}
		for i, r := range rows {
			to[r] = part[i]
		}
	}
	if to == nil {
		return amounts, nil
	}
	return to, nil
}

// exceeds tells whether the amounts of rows add up to more than most.
func exceeds(rows []uint32, amounts []int64, most int64) bool {
	var sum int64
	for _, r := range rows {
		next := sum + amounts[r]
		if (sum^next)&(amounts[r]^next) < 0 {
			return true
		}
		sum = next
	}
	return sum > most
}
