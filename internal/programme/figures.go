package programme

import (
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement"
)

// figures puts pools and indicators into rows, with what the plan says of them.
func (r *Rows) figures(plan *policy.Plan, res *settlement.Result) {
	for _, p := range res.Pools {
		use := PoolUse{
			Pool: p.Pool, Allocator: p.Allocator, Limited: p.Limited, Budget: p.Budget, Requested: p.Requested, Pooled: p.Pooled, Paid: p.Paid, Rate: p.Rate,
		}
		for _, of := range plan.Pools {
			if of.ID == p.Pool {
				use.Title = of.Title
			}
		}
		r.Pools = append(r.Pools, use)
	}
	found := map[string]settlement.Measured{}
	for _, m := range res.Indicators {
		found[m.Indicator] = m
	}
	for _, ind := range plan.Indicators {
		m := found[ind.ID]
		x := Measured{
			Indicator: ind.ID, Title: ind.Title, Clause: ind.Clause, Responsible: ind.Responsible, Unit: unitOf(ind), Why: ind.Measure.Why,
			Known: m.Known, Value: m.Value, Rows: m.Rows, Unknown: m.Unknown, Met: m.Met,
		}
		if t := ind.Target; t != nil {
			x.HasTarget, x.AtLeast, x.Target = true, t.AtLeast, t.Value
		}
		r.Indicators = append(r.Indicators, x)
	}
}

// unitOf says in what an indicator is measured: "fen", "ppb" or "count".
func unitOf(ind *policy.Indicator) string {
	unit := func(u expr.Unit) string {
		switch u {
		case expr.Money:
			return "fen"
		case expr.Share:
			return "ppb"
		}
		return "count"
	}
	switch ind.Measure.Kind {
	case policy.Sum, policy.WeightedMean:
		return unit(ind.Measure.Of.Root.Type.Unit)
	case policy.Ratio:
		return "ppb"
	}
	if ind.Target != nil {
		return unit(ind.Target.Unit)
	}
	return "count"
}
