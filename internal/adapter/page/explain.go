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
	Sum     explain.Words // of the item, before the first of its rows
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
		for i, r := range it.Rows {
			row := explainRow{RowTrace: r, Item: it}
			if i == 0 {
				row.Sum = it.Sum(t.Compared)
			}
			row.Picture = v.waterfall(&r)
			row.Months = v.months(&r)
			v.Rows = append(v.Rows, row)
		}
	}
	return draw(w, "explain.html", v)
}

// waterfall draws the steps a row came to: those in bases and those in amounts,
// each to a scale of its own, since a base is hundreds of times an amount.
func (v *explainView) waterfall(r *explain.RowTrace) template.HTML {
	var bases, amounts []bar
	if r.Base != nil {
		bases = append(bases, bar{name: v.W["base"], value: r.Base.Result, pale: true})
	}
	if r.Limit != nil {
		bases = append(bases, bar{name: v.W["limited"], value: r.Limit.After, pale: true})
	}
	if r.Term != nil && !r.Term.Undecided {
		amounts = append(amounts, bar{name: v.W["amount"], value: r.Term.Amount})
	}
	if r.Deducted != 0 && r.Term != nil {
		amounts = append(amounts, bar{name: v.W["deducted"], value: r.Term.Amount - r.Deducted})
	}
	if r.Cap != nil {
		amounts = append(amounts, bar{name: v.W["capped"], value: r.Cap.After})
	}
	if r.Pool != nil {
		amounts = append(amounts, bar{name: v.W["pooled"], value: r.Pool.After})
	}
	if r.Outcome == explain.Paid {
		amounts = append(amounts, bar{name: v.W["paid"], value: r.Paid, strong: true})
	}
	if len(amounts) == 0 {
		return ""
	}
	return barChart(bases, true) + barChart(amounts, true)
}

// Sizes of the picture of month ends, in units of its viewBox.
const (
	chartWidth  = 900
	chartHeight = 110
	chartFoot   = 20
)

// months draws the month-end balances as columns.
func (v *explainView) months(r *explain.RowTrace) template.HTML {
	if r.Base == nil || len(r.Base.MonthEnds) == 0 {
		return ""
	}
	var most money.Fen = 1
	for _, m := range r.Base.MonthEnds {
		most = max(most, money.Fen(m.Fen))
	}
	width := int64(chartWidth / len(r.Base.MonthEnds))
	var s strings.Builder
	fmt.Fprintf(&s, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, chartWidth, chartHeight+chartFoot, v.W["months"])
	for i, m := range r.Base.MonthEnds {
		h, _ := money.MulDiv(m.Fen, chartHeight-18, int64(most))
		x := int64(i) * width
		fmt.Fprintf(&s, `<rect x="%d" y="%d" width="%d" height="%d" fill="#cddff2"/><text x="%d" y="%d" font-size="11">%s</text><text x="%d" y="%d" font-size="11">%s</text>`,
			x, chartHeight-h, width-6, max(1, h), x, chartHeight-h-4, money.Fen(m.Fen).Human(), x, chartHeight+14, m.Month)
	}
	s.WriteString(`</svg>`)
	return template.HTML(s.String()) //nolint:gosec // numbers and months only
}
