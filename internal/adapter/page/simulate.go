package page

import (
	"encoding/csv"
	"html/template"
	"io"
	"strconv"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/simulate"
)

// Simulation is what a simulation page shows.
type Simulation struct {
	Pack        *policy.Pack
	Plan        *policy.Plan
	Chosen      *settlement.Result
	Comparisons []simulate.Comparison
}

// shownPayees is how many of those that gain or lose most a page names.
const shownPayees = 8

type simulationView struct {
	*Simulation
	Total    money.Fen
	Chart    template.HTML
	Variants []variantView
}

type variantView struct {
	simulate.Comparison
	Chart         template.HTML
	Gaining       []simulate.Change
	Losing        []simulate.Change
	Delta         money.Fen
	Less          money.Fen // −Delta
	RefusedReason string
}

// Difference returns how much more, or less, the variant costs.
func Difference(c simulate.Comparison) money.Fen { return c.After - c.Before }

// Simulate writes the simulation as an HTML page with charts.
func Simulate(w io.Writer, s *Simulation) error {
	v := simulationView{Simulation: s}
	for _, t := range s.Chosen.Totals {
		v.Total += t.Paid
	}
	bars := []bar{{name: "所采用的理解", value: v.Total, strong: true}}
	for _, c := range s.Comparisons {
		x := variantView{Comparison: c, Gaining: c.Most(shownPayees, false), Losing: c.Most(shownPayees, true), Delta: Difference(c), Less: -Difference(c)}
		if c.Refused != nil {
			x.RefusedReason = c.Refused.Error()
		} else {
			bars = append(bars, bar{name: c.Title, value: c.After})
			items := make([]bar, len(c.Items))
			for i, it := range c.Items {
				items[i] = bar{name: s.Plan.Item(it.Item).Title, value: it.After - it.Before}
			}
			x.Chart = signedChart(items)
		}
		v.Variants = append(v.Variants, x)
	}
	v.Chart = barChart(bars, false)
	return draw(w, "simulate.html", v)
}

// SimulateCSV writes every payee's change under every variant.
func SimulateCSV(w io.Writer, s *Simulation) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"variant", "item", "payee_id", "chosen_paid_fen", "variant_paid_fen", "difference_fen"}}
	for _, v := range s.Comparisons {
		for _, ch := range v.Changes {
			rows = append(rows, []string{v.Name, ch.Item, ch.PayeeID, itoa(ch.Before), itoa(ch.After), itoa(ch.Difference())})
		}
	}
	return c.WriteAll(rows)
}

func itoa(f money.Fen) string { return strconv.FormatInt(int64(f), 10) }
