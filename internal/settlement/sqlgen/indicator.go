package sqlgen

import (
	"fmt"
	"slices"

	"changrong/internal/base/money"
	"changrong/internal/policy"
)

// measure makes <indicator>_measure: one row with the value of an indicator, how
// many rows count, and for how many that is not known.
func (g *generator) measure(ind *policy.Indicator) {
	if ind.Measure.Kind == policy.External {
		return
	}
	b := &block{}
	f := g.rowFrame(ind.Table)
	s := g.tested(b, f, &policy.Item{Table: ind.Table, When: ind.When, Related: ind.Related, FirstLoan: ind.FirstLoan})
	counts := noneUnknown(s.v.answers)
	g.read(ind.Table, ind.Table.Key...)
	s.columns = append(s.columns, ind.Table.Row+"."+ind.Table.Key[0]+" AS of_row")
	if ind.Measure.Of != nil {
		s.columns = append(s.columns, Expression(g.d, ind.Measure.Of.Root, f.of)+" AS measured")
		counts += " AND measured IS NOT NULL"
	}
	if ind.Measure.By != nil {
		s.columns = append(s.columns, Expression(g.d, ind.Measure.By.Root, f.of)+" AS weight")
		counts += " AND weight IS NOT NULL"
	}
	if ind.Measure.Kind == policy.CountDistinct {
		g.read(ind.Table, "enterprise_id")
		s.columns = append(s.columns, ind.Table.Row+".enterprise_id AS borrower_id")
	}
	s.finish(s.v.notOut())
	b.add("counted", "", "SELECT *, "+counts+" AS counts\nFROM tested")
	b.add("sums", "", "SELECT\n"+list(slices.Concat(sums(g.d, ind.Measure), []string{
		"COUNT(CASE WHEN counts THEN 1 END) AS row_count", "COUNT(CASE WHEN NOT counts THEN 1 END) AS unknown_count",
	})...)+"\nFROM counted")
	value := "top"
	if ind.Measure.By != nil { // half up, of a negative number away from 0
		value = fmt.Sprintf("CASE WHEN bottom > 0 THEN %s END", g.d.quotient("2 * top + CASE WHEN top < 0 THEN -bottom ELSE bottom END", "2 * bottom"))
	}
	g.step(g.measureName(ind), fmt.Sprintf("%s %s（%s，%s）", ind.Clause, ind.Title, ind.ID, ind.Measure.Kind),
		b.query("SELECT "+g.d.fit(value)+" AS value, row_count, unknown_count\nFROM sums"))
}

// sums are the sums a measure is made of: top, and what it is divided by, bottom.
func sums(d Dialect, m policy.Measure) []string {
	sum := func(x string) string { return "COALESCE(SUM(CASE WHEN counts THEN " + d.wide(x) + " END), 0)" }
	switch m.Kind {
	case policy.Sum:
		return []string{sum("measured") + " AS top"}
	case policy.CountDistinct:
		return []string{d.wide("COUNT(DISTINCT CASE WHEN counts THEN borrower_id END)") + " AS top"}
	case policy.WeightedMean:
		return []string{"COALESCE(SUM(CASE WHEN counts THEN " + d.wide("measured") + " * weight END), 0) AS top", sum("weight") + " AS bottom"}
	case policy.Ratio:
		return []string{fmt.Sprintf("%s * %d AS top", sum("measured"), money.One), sum("weight") + " AS bottom"}
	}
	return []string{d.wide("COUNT(CASE WHEN counts THEN 1 END)") + " AS top"}
}

func (g *generator) measureName(ind *policy.Indicator) string {
	return g.measures[slices.Index(g.plan.Indicators, ind)] + "_measure"
}

// measured writes the list of indicators.
func (g *generator) measured() string {
	columns := struct{ texts, integers []string }{[]string{"indicator"}, []string{"known", "value", "rows", "unknown", "met"}}
	queries := []string{g.noRows(columns)}
	for _, ind := range g.plan.Indicators {
		if ind.Measure.Kind == policy.External {
			queries = append(queries, fmt.Sprintf("SELECT %s, 0, 0, 0, 0, 0", g.d.text(ind.ID)))
			continue
		}
		met := "0"
		if t := ind.Target; t != nil {
			compare := "<="
			if t.AtLeast {
				compare = ">="
			}
			met = fmt.Sprintf("CASE WHEN value %s %s THEN 1 ELSE 0 END", compare, number(t.Value))
		}
		queries = append(queries, fmt.Sprintf("SELECT %s, CASE WHEN value IS NULL THEN 0 ELSE 1 END, COALESCE(value, 0), row_count, unknown_count, %s FROM %s",
			g.d.text(ind.ID), met, g.measureName(ind)))
	}
	return "SELECT *\nFROM (\n" + indent(unionAll(queries, "")) + "\n) AS measures\nORDER BY indicator"
}
