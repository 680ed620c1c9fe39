package oracle_test

import (
	"fmt"
	"testing"

	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement/settletest"
)

func TestIndicators(t *testing.T) {
	principal, rate := settletest.Number("loans", "loan.principal"), settletest.Number("loans", "loan.rate")
	of := func(kind policy.MeasureKind, of, by *expr.Expr) policy.Measure {
		return policy.Measure{Kind: kind, Of: of, By: by}
	}
	for _, c := range []struct {
		name    string
		measure policy.Measure
		when    string
		target  *policy.Target
		want    string
	}{
		{"sum", of(policy.Sum, principal, nil), "true", &policy.Target{AtLeast: true, Value: 3100}, "known 3100 of 4, 0 unknown, met"},
		{"sum, missed", of(policy.Sum, principal, nil), "true", &policy.Target{AtLeast: true, Value: 3101}, "known 3100 of 4, 0 unknown"},
		{"at most", of(policy.Sum, principal, nil), "true", &policy.Target{Value: 3100}, "known 3100 of 4, 0 unknown, met"},
		{"some", of(policy.Count, nil, nil), "loan.first_loan", nil, "known 1 of 1, 2 unknown"},
		{"borrowers", of(policy.CountDistinct, nil, nil), "true", nil, "known 2 of 4, 0 unknown"},
		// (10 × 2 % + 20 × 5 %) ÷ 30 = 4 %; one rate is unknown, one principal 0.
		{"weighted", of(policy.WeightedMean, rate, principal), `loan.principal <= yuan(20)`, nil, "known 40000000 of 3, 1 unknown"},
		{"ratio", of(policy.Ratio, principal, settletest.Number("loans", "yuan(90)")), "true", nil, "known 86111111 of 4, 0 unknown"},
		{"nothing to divide by", of(policy.Ratio, principal, settletest.Number("loans", "loan.principal - loan.principal")), "true", nil, "unknown 0 of 4, 0 unknown"},
		{"no rows", of(policy.Sum, principal, nil), "false", &policy.Target{Value: 0}, "known 0 of 0, 0 unknown, met"},
		{"elsewhere", policy.Measure{Kind: policy.External}, "true", &policy.Target{Value: 1}, "unknown 0 of 0, 0 unknown"},
	} {
		w := newWorld()
		in := &policy.Indicator{ID: "i", Measure: c.measure, Target: c.target}
		if c.measure.Kind != policy.External {
			in.Table, in.When = fact.Lookup("loans"), settletest.Conditions("loans", c.when)
		}
		w.plan.Indicators = []*policy.Indicator{in}
		w.note("a/1", "e", "2021-01-01", "10", "rate", "2", "first_loan", "1").note("a/2", "e", "2021-01-01", "20", "rate", "5")
		w.note("b/3", "f", "2021-01-01", "0", "rate", "9", "first_loan", "0").note("b/4", "f", "2021-01-01", "1")
		m := w.run(t).Indicators[0]
		got := fmt.Sprintf("%d of %d, %d unknown", m.Value, m.Rows, m.Unknown)
		if m.Known {
			got = "known " + got
		} else {
			got = "unknown " + got
		}
		if m.Met {
			got += ", met"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
