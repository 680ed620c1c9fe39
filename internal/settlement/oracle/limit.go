package oracle

import (
	"math/big"

	"changrong/internal/policy"
)

// groups puts rows together that are limited or capped together; inside a group
// they keep their order.
func groups(rows []*Row, per policy.PerGroup) map[string][]*Row {
	of := map[string][]*Row{}
	for _, r := range rows {
		of[r.owner(per)] = append(of[r.owner(per)], r)
	}
	return of
}

// owner names whose rows of the item this one is put together with.
func (r *Row) owner(per policy.PerGroup) string {
	switch per {
	case policy.PerEnterprise:
		return r.EnterpriseID
	case policy.PerInstitution:
		return r.InstitutionID
	}
	return ""
}

// limit is step 5: where the bases of a group add up to more than the limit, the
// limit is shared among them in proportion. With a limit for each month the same is
// done to the balances of every month first, and the averages of what that leaves
// stand for the bases.
func (b *Books) limit() error {
	for _, it := range b.plan.Items {
		rows := b.goingOf(it)
		for _, r := range rows {
			r.LimitedBase = r.Base
		}
		if it.Limit == nil {
			continue
		}
		most := int64(it.Limit.Amount)
		for _, group := range groups(rows, it.Limit.Per) {
			if it.Limit.EachMonth {
				limitMonths(most, group)
			}
			limitTogether(most, group, func(r *Row) *int64 { return &r.LimitedBase })
		}
	}
	return nil
}

// limitMonths limits the balances of a group in every month, and averages what is
// left to a row.
func limitMonths(most int64, group []*Row) {
	for m := range group[0].MonthEnds {
		limitTogether(most, group, func(r *Row) *int64 { return &r.MonthEnds[m].Limited })
	}
	for _, r := range group {
		r.MonthlyLimited = r.averageOfMonths(func(e MonthEnd) int64 { return e.Limited })
		r.LimitedBase = r.MonthlyLimited
	}
}

// limitTogether leaves the amounts of a group as they are, or shares most among
// them if they add up to more.
func limitTogether(most int64, group []*Row, amount func(*Row) *int64) {
	amounts := make([]int64, len(group))
	for i, r := range group {
		amounts[i] = *amount(r)
	}
	for i, left := range within(most, amounts) {
		*amount(group[i]) = left
	}
}

// within returns amounts as they are when they add up to no more than most, and
// else shares of most in their proportion.
func within(most int64, amounts []int64) []int64 {
	if sum(amounts).Cmp(big.NewInt(most)) <= 0 {
		return amounts
	}
	return share(most, amounts)
}
