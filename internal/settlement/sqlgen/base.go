package sqlgen

import (
	"fmt"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
)

// baseFacts adds to a selection what the base is reckoned from of the row's own
// facts, and returns the columns: base_fact, an amount or the date of Base.From,
// and base_detail, what it hangs on when it is unknown.
func (g *generator) baseFacts(s *selection, it *policy.Item) []string {
	e := it.Base.Of
	if e == nil {
		e = it.Base.From
	}
	if e == nil {
		return nil
	}
	s.columns = append(s.columns, Expression(g.d, e.Root, s.f.of)+" AS base_fact /* "+flat(e.Source)+" */")
	var cases []string
	for i, v := range e.Vars {
		if s.f.known(v) {
			continue
		}
		s.columns = append(s.columns, fmt.Sprintf("%s IS NULL AS b%d", s.f.of(v), i+1))
		cases = append(cases, fmt.Sprintf("CASE WHEN b%d THEN %s END", i+1, literal(v.Name)))
	}
	return []string{"base_fact", "CASE WHEN base_fact IS NULL THEN " + joined(g.d, cases) + " END AS base_detail"}
}

// base adds "based": the rows of an item with their base, or with the reason why
// they go no further; and, of an average, "balances", what it is taken of.
func (g *generator) base(b *block, it *policy.Item) {
	b.add("kept", "选取后未落选的行  rows that are selected and not lost", fmt.Sprintf("SELECT s.*, s.%s AS payee_id\nFROM %s_select AS s\nWHERE s.reason IS NULL%s",
		payee(it), g.items[it], g.notLost(it, nil)))
	from, reasons := "kept", ""
	if it.Gate != nil {
		b.add("gated", "", fmt.Sprintf("SELECT kept.*, gate.passed\nFROM kept\nJOIN %s_gate AS gate ON gate.payee_id = kept.payee_id", g.items[it]))
		from, reasons = "gated", " WHEN NOT passed THEN 'gate_failed' WHEN passed IS NULL THEN 'gate_unknown'"
	}
	if it.Base.Of != nil || it.Base.From != nil {
		reasons += " WHEN base_fact IS NULL THEN 'unknown_base'"
	}
	total, divisor := g.d.wide("1"), "1"
	switch {
	case it.Base.Of != nil:
		total = g.d.wide("base_fact")
	case it.Base.Average.Daily():
		from = g.daily(b, it, from)
		total, divisor = "total", "days"
		reasons += " WHEN days IS NULL THEN 'not_computable'"
	case it.Base.Average != "":
		from = g.monthly(b, it, from)
		total, divisor = g.mean(it)
		reasons += " WHEN gap <> '' THEN 'month_gap'"
	}
	reason := "CAST(NULL AS VARCHAR)"
	if reasons != "" {
		reason = "(CASE" + reasons + " END)"
	}
	b.add("summed", "", fmt.Sprintf("SELECT *, %s AS base_total, %s AS base_divisor, %s AS held\nFROM %s",
		total, divisor, g.d.ordered(reason), from))
	base := "CASE WHEN base_divisor = 0 THEN 0 ELSE " + halfUp(g.d, "base_total", "base_divisor") + " END"
	b.add("based", "4 基数 base", "SELECT *,\n  CASE WHEN held IS NULL AND base_total > 0 THEN "+base+" ELSE 0 END AS base,\n  "+g.heldDetail(it)+" AS held_detail\nFROM summed")
}

// heldDetail is the names that the reason speaks of why a row goes no further.
func (g *generator) heldDetail(it *policy.Item) string {
	cases := ""
	if it.Base.Of != nil || it.Base.From != nil {
		cases += " WHEN 'unknown_base' THEN base_detail"
	}
	if it.Base.Average != "" && !it.Base.Average.Daily() {
		cases += " WHEN 'month_gap' THEN gap"
	}
	if cases == "" {
		return g.d.text("")
	}
	return "CASE held" + cases + " ELSE " + g.d.text("") + " END"
}

// average is a month-end average as weights of months and a divisor.
type average struct {
	months  []int // indexes into generator.months of those it needs
	weights []int64
	divisor int64 // 0: the number of months with a balance
}

func (g *generator) average(it *policy.Item) average {
	var a average
	k := len(g.plan.Months())
	for i, m := range g.months() {
		_, month := m.YM()
		weight := int64(1)
		switch it.Base.Average {
		case policy.Chronological:
			if 0 < i && i < k {
				weight = 2
			}
		case policy.QuarterEndMean:
			if i == 0 || month%3 != 0 {
				continue
			}
		default:
			if i == 0 {
				continue
			}
		}
		a.months = append(a.months, i)
		a.weights = append(a.weights, weight)
	}
	switch it.Base.Average {
	case policy.Chronological:
		a.divisor = int64(2 * k)
	case policy.MonthEndMean, policy.QuarterEndMean:
		a.divisor = int64(len(a.months))
	}
	return a
}

// monthly adds "balances": b<i>, the balance of every month the average needs,
// NULL where there is a gap that nobody has waived; and "gap", the names of those.
func (g *generator) monthly(b *block, it *policy.Item, from string) string {
	a, months := g.average(it), g.months()
	var columns, gaps []string
	for _, i := range a.months {
		x := fmt.Sprintf("COALESCE(m.m%d, s.when_missing)", i)
		if it.Base.From != nil { // months before that of the date count 0
			x = fmt.Sprintf("CASE WHEN s.base_fact <= %d THEN %s ELSE 0 END", months[i].Last(), x)
		}
		columns = append(columns, fmt.Sprintf("%s AS b%d /* %s */", x, i, months[i]))
		gaps = append(gaps, fmt.Sprintf("CASE WHEN b%d IS NULL THEN %s END", i, literal(months[i].String())))
	}
	g.decisions(b, it)
	b.add("waivers", "缺月末余额而豁免者计0  where a decision waives what is missing it counts 0", "SELECT s.*, CASE WHEN "+waived+" THEN 0 END AS when_missing\nFROM "+from+" AS s"+joinDecisions)
	b.add("month_ends", "所需各月末的余额  the balances it needs", "SELECT\n"+list(append([]string{"s.*"}, columns...)...)+
		fmt.Sprintf("\nFROM waivers AS s\nLEFT JOIN %s AS m ON m.institution_id = s.institution_id AND m.loan_id = s.subject_id", g.loanMonths()))
	b.add("balances", "", "SELECT *, "+joined(g.d, gaps)+" AS gap\nFROM month_ends")
	return "balances"
}

// mean is what a month-end average divides, in terms of b<i>, and by what.
func (g *generator) mean(it *policy.Item) (total, divisor string) {
	a := g.average(it)
	var terms, out []string
	for n, i := range a.months {
		term := fmt.Sprintf("b%d", i)
		out = append(out, fmt.Sprintf("CASE WHEN b%d > 0 THEN 1 ELSE 0 END", i))
		if a.weights[n] != 1 {
			term = fmt.Sprintf("%d * %s", a.weights[n], term)
		}
		terms = append(terms, term)
	}
	if len(terms) == 0 { // no quarter ends in the scope
		return g.d.wide("0"), "1"
	}
	terms[0] = g.d.wide(terms[0])
	if a.divisor > 0 {
		return strings.Join(terms, " + "), fmt.Sprint(a.divisor)
	}
	return strings.Join(terms, " + "), strings.Join(out, " + ")
}

// waived is the condition that a decision waives what is missing in row s.
const waived = "d_row.waiver = 1 OR d_institution.waiver = 1 OR d_enterprise.waiver = 1 OR d_all.waiver = 1"

// joinDecisions joins the decisions that apply to row s.
const joinDecisions = `
LEFT JOIN decided AS d_row ON d_row.subject_id = s.subject_id
LEFT JOIN decided AS d_institution ON d_institution.subject_id = s.institution_id
LEFT JOIN decided AS d_enterprise ON d_enterprise.subject_id = s.enterprise_id
LEFT JOIN decided AS d_all ON d_all.subject_id = '*'`

// decisions adds "decided", the decisions on an item, once.
func (g *generator) decisions(b *block, it *policy.Item) {
	for _, w := range b.with {
		if strings.Contains(w, "decided AS (") {
			return
		}
	}
	g.facts("decisions", "policy", "item", "subject_id", "rate", "amount")
	b.add("decided", "本项目的人工决定；既无比例也无金额的是豁免  what people decided on the item; neither rate nor amount is a waiver", fmt.Sprintf(
		"SELECT subject_id, rate, amount, CASE WHEN rate IS NULL AND amount IS NULL THEN 1 ELSE 0 END AS waiver\nFROM decisions\nWHERE policy = %s AND item = %s",
		literal(g.plan.Policy), literal(it.ID)))
}

// fromMonth is the first day of the month of a date in column fact, when that
// lies in the scope; its first day for earlier dates, the day after it for later.
func (g *generator) fromMonth(e *expr.Expr) string {
	if e == nil {
		return fmt.Sprint(int32(g.plan.Scope.First))
	}
	var cases []string
	for _, m := range g.plan.Months() {
		cases = append(cases, fmt.Sprintf("WHEN s.base_fact <= %d THEN %d", m.Last(), m.First()))
	}
	return "CASE " + strings.Join(cases, " ") + fmt.Sprintf(" ELSE %d END", g.plan.Scope.Last+civil.Date(1))
}
