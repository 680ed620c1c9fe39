package page

import (
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"

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
	bars := []bar{{Name: "所采用的理解", Value: v.Total, Base: true}}
	for _, c := range s.Comparisons {
		x := variantView{Comparison: c, Gaining: c.Most(shownPayees, false), Losing: c.Most(shownPayees, true), Delta: Difference(c), Less: -Difference(c)}
		if c.Refused != nil {
			x.RefusedReason = c.Refused.Error()
		} else {
			bars = append(bars, bar{Name: c.Title, Value: c.After})
			items := make([]bar, len(c.Items))
			for i, it := range c.Items {
				items[i] = bar{Name: s.Plan.Item(it.Item).Title, Value: it.After - it.Before}
			}
			x.Chart = signedBars(items)
		}
		v.Variants = append(v.Variants, x)
	}
	v.Chart = totalBars(bars, v.Total)
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

// bar is one bar of a chart.
type bar struct {
	Name  string
	Value money.Fen
	Base  bool // the one others are held against
}

// Sizes of charts, in the units of their viewBox.
const (
	chartWidth = 900
	barHeight  = 22
	barGap     = 12
	nameHeight = 18
)

// totalBars draws amounts as horizontal bars, each name above its bar, with a line
// where the base amount ends.
func totalBars(bars []bar, base money.Fen) template.HTML {
	var most money.Fen = 1
	for _, b := range bars {
		most = max(most, b.Value)
	}
	scale := func(f money.Fen) int64 { n, _ := money.MulDiv(int64(f), chartWidth-170, int64(most)); return n }
	step := nameHeight + barHeight + barGap
	var s strings.Builder
	fmt.Fprintf(&s, `<svg viewBox="0 0 %d %d" role="img" aria-label="各种理解的总额">`, chartWidth, step*len(bars))
	for i, b := range bars {
		y := i * step
		fill := "#7aa7d6"
		if b.Base {
			fill = "#0b57a4"
		}
		fmt.Fprintf(&s, `<text x="0" y="%d" font-size="14">%s</text><rect x="0" y="%d" width="%d" height="%d" rx="3" fill="%s"/><text x="%d" y="%d" font-size="14">%s 元</text>`,
			y+13, template.HTMLEscapeString(b.Name), y+nameHeight, max(1, scale(b.Value)), barHeight, fill, scale(b.Value)+8, y+nameHeight+16, Grouped(b.Value))
	}
	fmt.Fprintf(&s, `<line x1="%d" y1="0" x2="%d" y2="%d" stroke="#b3261e" stroke-dasharray="4 3"/></svg>`, scale(base), scale(base), step*len(bars))
	return template.HTML(s.String()) //nolint:gosec // every name is escaped above
}

// signedBars draws differences around a middle line, gains to the right.
func signedBars(bars []bar) template.HTML {
	if len(bars) == 0 {
		return ""
	}
	var most money.Fen = 1
	for _, b := range bars {
		most = max(most, b.Value, -b.Value)
	}
	const names, middle = 250, 250 + (chartWidth-250)/2
	const half = (chartWidth-names)/2 - 130
	var s strings.Builder
	step := barHeight + barGap
	fmt.Fprintf(&s, `<svg viewBox="0 0 %d %d" role="img" aria-label="各项目的增减">`, chartWidth, step*len(bars))
	for i, b := range bars {
		n, _ := money.MulDiv(int64(max(b.Value, -b.Value)), half, int64(most))
		n = max(1, n)
		y := i * step
		x, fill, label, anchor, sign := int64(middle), "#1b7f4d", middle+n+6, "start", "+"
		if b.Value < 0 {
			x, fill, label, anchor, sign = middle-n, "#b3261e", middle-n-6, "end", ""
		}
		fmt.Fprintf(&s, `<text x="0" y="%d" font-size="14">%s</text><rect x="%d" y="%d" width="%d" height="%d" rx="3" fill="%s"/><text x="%d" y="%d" font-size="14" text-anchor="%s">%s%s</text>`,
			y+16, template.HTMLEscapeString(b.Name), x, y, n, barHeight, fill, label, y+16, anchor, sign, Grouped(b.Value))
	}
	fmt.Fprintf(&s, `<line x1="%d" y1="0" x2="%d" y2="%d" stroke="#5a6876"/></svg>`, middle, middle, step*len(bars))
	return template.HTML(s.String()) //nolint:gosec // every name is escaped above
}
