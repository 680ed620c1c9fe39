package page

import (
	"fmt"
	"html/template"
	"io"
	"strings"

	"changrong/internal/base/money"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/oracle"
)

// words are the page's own, in both languages.
var words = map[explain.Lang]map[string]string{
	explain.Zh: {
		"title": "计算说明", "agrees": "与结算结果逐步一致", "differs": "与结算结果不一致", "conditions": "条件", "months": "月末余额",
		"base": "基数", "limited": "限额后", "amount": "应得", "deducted": "扣除已享受后", "capped": "封顶后", "pooled": "资金池分配后", "paid": "拨付",
		"needs": "若要享受，须", "more": "另有未列出的行：", "payee": "收款人", "clause": "依据",
	},
	explain.En: {
		"title": "Explanation", "agrees": "agrees with the settlement at every step", "differs": "differs from the settlement", "conditions": "Conditions", "months": "Month-end balances",
		"base": "base", "limited": "within the limit", "amount": "amount", "deducted": "less benefits", "capped": "within the cap", "pooled": "from the pool", "paid": "paid",
		"needs": "It would need", "more": "rows not shown: ", "payee": "payee", "clause": "clause",
	},
}

type explainView struct {
	*explain.Trace
	Lang explain.Lang
	W    map[string]string
	Rows []explainRow
}

type explainRow struct {
	explain.RowTrace
	Item    explain.ItemTrace
	Picture template.HTML
	Months  template.HTML
}

// Say returns words in the page's language.
func (v *explainView) Say(w explain.Words) string { return w.In(v.Lang) }

// Mark is the sign of a condition that holds, fails, or is unknown.
func (v *explainView) Mark(t oracle.Truth) string {
	switch t {
	case oracle.Holds:
		return "✓"
	case oracle.Fails:
		return "✗"
	}
	return "？"
}

// Explain writes a trace as an HTML page: the sentence, the waterfall as a picture,
// the conditions and the month ends of every row.
func Explain(w io.Writer, t *explain.Trace, lang explain.Lang) error {
	v := &explainView{Trace: t, Lang: lang, W: words[lang]}
	for _, it := range t.Items {
		for _, r := range it.Rows {
			row := explainRow{RowTrace: r, Item: it}
			row.Picture = v.waterfall(&r)
			row.Months = v.months(&r)
			v.Rows = append(v.Rows, row)
		}
	}
	return draw(w, "explain.html", v)
}

// step is one bar of a waterfall.
type step struct {
	name  string
	value money.Fen
	last  bool
}

// waterfall draws the steps a row came to: those in bases and those in amounts,
// each to a scale of its own, since a base is hundreds of times an amount.
func (v *explainView) waterfall(r *explain.RowTrace) template.HTML {
	var bases, amounts []step
	if r.Base != nil {
		bases = append(bases, step{name: v.W["base"], value: r.Base.Result})
	}
	if r.Limit != nil {
		bases = append(bases, step{name: v.W["limited"], value: r.Limit.After})
	}
	if r.Term != nil && !r.Term.Undecided {
		amounts = append(amounts, step{name: v.W["amount"], value: r.Term.Amount})
	}
	if r.Deducted != 0 && r.Term != nil {
		amounts = append(amounts, step{name: v.W["deducted"], value: r.Term.Amount - r.Deducted})
	}
	if r.Cap != nil {
		amounts = append(amounts, step{name: v.W["capped"], value: r.Cap.After})
	}
	if r.Pool != nil {
		amounts = append(amounts, step{name: v.W["pooled"], value: r.Pool.After})
	}
	if r.Outcome == explain.Paid {
		amounts = append(amounts, step{name: v.W["paid"], value: r.Paid, last: true})
	}
	if len(amounts) == 0 {
		return ""
	}
	var s strings.Builder
	height := (barHeight+barGap)*(len(bases)+len(amounts)) + barGap
	fmt.Fprintf(&s, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, chartWidth, height, v.W["title"])
	y := drawSteps(&s, bases, 0, "#9fb3c8")
	if len(bases) > 0 {
		y += barGap
	}
	drawSteps(&s, amounts, y, "#7aa7d6")
	s.WriteString(`</svg>`)
	return template.HTML(s.String()) //nolint:gosec // every name is escaped below
}

// drawSteps draws bars from y on, what each lost against the one before in outline,
// and returns where they end.
func drawSteps(s *strings.Builder, steps []step, y int, fill string) int {
	const names, room = 150, chartWidth - 150 - 190
	var most money.Fen = 1
	for _, p := range steps {
		most = max(most, p.value)
	}
	scale := func(f money.Fen) int64 { n, _ := money.MulDiv(int64(max(0, f)), room, int64(most)); return n }
	for i, p := range steps {
		own, full := scale(p.value), scale(p.value)
		if i > 0 && steps[i-1].value > p.value {
			full = scale(steps[i-1].value)
			fmt.Fprintf(s, `<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="#b3261e" stroke-dasharray="3 3"/>`, names+own, y, max(1, full-own), barHeight)
		}
		colour := fill
		if p.last {
			colour = "#0b57a4"
		}
		fmt.Fprintf(s, `<text x="0" y="%d" font-size="14">%s</text><rect x="%d" y="%d" width="%d" height="%d" rx="3" fill="%s"/><text x="%d" y="%d" font-size="14">%s</text>`,
			y+16, template.HTMLEscapeString(p.name), names, y, max(1, own), barHeight, colour, names+full+8, y+16, Grouped(p.value))
		y += barHeight + barGap
	}
	return y
}

// months draws the month-end balances as columns.
func (v *explainView) months(r *explain.RowTrace) template.HTML {
	if r.Base == nil || len(r.Base.MonthEnds) == 0 {
		return ""
	}
	const height, foot = 110, 20
	var most money.Fen = 1
	for _, m := range r.Base.MonthEnds {
		most = max(most, money.Fen(m.Fen))
	}
	width := int64(chartWidth / len(r.Base.MonthEnds))
	var s strings.Builder
	fmt.Fprintf(&s, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, chartWidth, height+foot, v.W["months"])
	for i, m := range r.Base.MonthEnds {
		h, _ := money.MulDiv(m.Fen, height-18, int64(most))
		x := int64(i) * width
		fmt.Fprintf(&s, `<rect x="%d" y="%d" width="%d" height="%d" fill="#cddff2"/><text x="%d" y="%d" font-size="11">%s</text><text x="%d" y="%d" font-size="11">%s</text>`,
			x, height-h, width-6, max(1, h), x, height-h-4, money.Fen(m.Fen).Human(), x, height+14, m.Month)
	}
	s.WriteString(`</svg>`)
	return template.HTML(s.String()) //nolint:gosec // numbers and months only
}
