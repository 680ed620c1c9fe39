package columnar

import (
	"changrong/internal/base/civil"
	"changrong/internal/policy"
	"changrong/internal/settlement/columnar/wide"
)

// averaging is how an item averages month-end balances.
type averaging struct {
	kind    policy.Average
	months  []civil.Month // that are needed
	ends    []civil.Date  // their last days
	divisor int64
}

func averagingOf(kind policy.Average, plan *policy.Plan) averaging {
	a := averaging{kind: kind}
	if kind == policy.Chronological {
		a.months = append(a.months, plan.Opening())
	}
	for _, m := range plan.Months() {
		if _, month := m.YM(); kind != policy.QuarterEndMean || month%3 == 0 {
			a.months = append(a.months, m)
		}
	}
	for _, m := range a.months {
		a.ends = append(a.ends, m.Last())
	}
	a.divisor = int64(len(a.months))
	if kind == policy.Chronological {
		a.divisor = 2 * (a.divisor - 1)
	}
	return a
}

// of averages the balances of the needed months; ok is false when that leaves int64.
func (a *averaging) of(fen []int64) (mean int64, ok bool) {
	divisor := a.divisor
	if a.kind == policy.MonthEndOutstanding {
		divisor = 0
		for _, x := range fen {
			if x > 0 {
				divisor++
			}
		}
	}
	if divisor == 0 {
		return 0, true
	}
	var sum, carried int64
	for _, x := range fen {
		t := sum + x
		carried |= (sum ^ t) & (x ^ t)
		sum = t
	}
	if carried < 0 || a.kind == policy.Chronological {
		return a.exactly(fen, divisor)
	}
	quotient, rest := sum/divisor, sum%divisor
	if sum > 0 && rest >= divisor-rest {
		quotient++
	}
	return max(0, quotient), true // below 0 it ends the row, however far
}

// exactly is of through wide sums. Chronological counts the months between the ends
// double: (M_0 + 2M_1 + … + M_k) ÷ 2k.
func (a *averaging) exactly(fen []int64, divisor int64) (mean int64, ok bool) {
	var sum wide.Sum
	for i, x := range fen {
		sum.Add(x)
		if a.kind == policy.Chronological && i > 0 && i < len(fen)-1 {
			sum.Add(x)
		}
	}
	return sum.Quotient(divisor)
}
