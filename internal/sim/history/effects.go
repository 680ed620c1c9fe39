package history

import (
	"math"

	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
)

// effect is what a feature does to the odds of default, in hundredths of a doubling.
type effect struct {
	name string
	of   func(scorecard.Value) int
}

// effects are all that departments know and that matters. Where a department knows nothing,
// it does nothing.
var effects = []effect{
	{"tax_grade", func(v scorecard.Value) int {
		return map[string]int{"A": -170, "B": 0, "M": 80, "C": 160, "D": 280}[v.Text]
	}},
	{"tax_paid_months", below(12, 170)},
	{"tax_filed", below(12, 60)},
	{"tax_arrears", above(0, 250)},
	{"tax_sales", func(v scorecard.Value) int { return bounded(-45*math.Log2(max(v.Number, 1)/6e6), 180) }},
	{"tax_age", func(v scorecard.Value) int { return bounded(-1.1*(v.Number-126), 70) }},
	{"invoiced_growth", func(v scorecard.Value) int { return bounded(-300*v.Number, 60) }},
	{"insurance_arrears", above(0, 230)},
	{"electricity_late", func(v scorecard.Value) int { return bounded(75*(v.Number-0.6), 220) }},
	{"enforcement_open", above(0, 270)},
	{"cases_as_defendant", func(v scorecard.Value) int { return bounded(90*v.Number, 180) }},
	{"awards", above(0, -110)},
}

// Odds of default in hundredths of a doubling: of a firm of which nothing is said, and how far
// what nobody knows moves them, as a standard deviation.
const (
	usual = -535
	luck  = 70
)

// below and above are effects of being so.
func below(x float64, e int) func(scorecard.Value) int {
	return func(v scorecard.Value) int { return truth(v.Number < x) * e }
}

func above(x float64, e int) func(scorecard.Value) int {
	return func(v scorecard.Value) int { return truth(v.Number > x) * e }
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// bounded is x as a whole number, within so much of 0.
func bounded(x, most float64) int { return int(math.Round(max(-most, min(most, x)))) }

// odds are those of a firm by what departments know of it, whoever may read it.
func odds(set *feature.Set, values []scorecard.Value) int {
	out := usual
	for _, e := range effects {
		for i := range set.Features {
			if set.Features[i].Name == e.name && values[i].Known {
				out += e.of(values[i])
			}
		}
	}
	return out
}
