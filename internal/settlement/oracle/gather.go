package oracle

import (
	"cmp"
	"slices"

	"changrong/internal/base/money"
	"changrong/internal/settlement"
)

// gather writes down the result, every list in its order.
func (b *Books) gather(indicators []settlement.Measured) *settlement.Result {
	result := &settlement.Result{Indicators: indicators}
	for _, r := range b.rows {
		switch {
		case r.Waits:
			result.SetAside = append(result.SetAside, r.aside())
		case r.Why != "":
			result.Excluded = append(result.Excluded, r.aside())
		case !r.Ended:
			result.Lines = append(result.Lines, r.line())
		}
	}
	slices.SortFunc(result.Lines, func(x, y settlement.Line) int {
		return cmp.Or(
			cmp.Compare(x.Item, y.Item), cmp.Compare(x.PayeeID, y.PayeeID),
			cmp.Compare(x.InstitutionID, y.InstitutionID), cmp.Compare(x.SubjectID, y.SubjectID))
	})
	result.Totals = totals(result.Lines)
	for _, g := range b.gates {
		result.Gates = append(result.Gates, g.GateValue)
	}
	for _, p := range b.plan.Pools {
		result.Pools = append(result.Pools, *b.pools[p])
	}
	slices.SortFunc(result.Pools, func(x, y settlement.PoolUse) int { return cmp.Compare(x.Pool, y.Pool) })
	slices.SortFunc(result.Indicators, func(x, y settlement.Measured) int { return cmp.Compare(x.Indicator, y.Indicator) })
	return result
}

// aside writes down a row that waits or is excluded; rows are in order already.
func (r *Row) aside() settlement.Aside {
	return settlement.Aside{
		Item: r.Item.ID, InstitutionID: r.InstitutionID, SubjectID: r.SubjectID,
		EnterpriseID: r.EnterpriseID, Reason: r.Why, Detail: r.Detail,
	}
}

func (r *Row) line() settlement.Line {
	return settlement.Line{
		Item: r.Item.ID, PayeeID: r.PayeeID, InstitutionID: r.InstitutionID, SubjectID: r.SubjectID,
		EnterpriseID: r.EnterpriseID, Base: r.Base, LimitedBase: r.LimitedBase, Rate: r.Rate, Amount: money.Fen(r.Amount),
		Deducted: money.Fen(r.Deducted), Capped: money.Fen(r.Capped), Pooled: money.Fen(r.Pooled), Paid: money.Fen(r.Paid),
	}
}

// totals adds up lines, which are in order, by item and payee.
func totals(lines []settlement.Line) []settlement.Total {
	var all []settlement.Total
	for _, l := range lines {
		if n := len(all); n == 0 || all[n-1].Item != l.Item || all[n-1].PayeeID != l.PayeeID {
			all = append(all, settlement.Total{Item: l.Item, PayeeID: l.PayeeID})
		}
		t := &all[len(all)-1]
		t.Rows++
		t.Base += l.Base
		t.Amount += l.Capped
		t.Pooled += l.Pooled
		t.Paid += l.Paid
	}
	return all
}
