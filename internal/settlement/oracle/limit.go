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
// limit is shared among them in proportion.
func (b *Books) limit() error {
	for _, it := range b.plan.Items {
		rows := b.goingOf(it)
		for _, r := range rows {
			r.LimitedBase = r.Base
		}
		if it.Limit == nil {
			continue
		}
		for _, group := range groups(rows, it.Limit.Per) {
			bases := make([]int64, len(group))
			for i, r := range group {
				bases[i] = r.Base
			}
			for i, base := range within(int64(it.Limit.Amount), bases) {
				group[i].LimitedBase = base
			}
		}
	}
	return nil
}

// limitMonths does the same to the balances of every single month, before they
// are averaged.
func limitMonths(it *policy.Item, rows []*Row) {
	for _, group := range groups(rows, it.Limit.Per) {
		for m := range group[0].MonthEnds {
			balances := make([]int64, len(group))
			for i, r := range group {
				balances[i] = r.MonthEnds[m].Fen
			}
			for i, balance := range within(int64(it.Limit.Amount), balances) {
				group[i].MonthEnds[m].Limited = balance
			}
		}
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
