package page

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
)

// policyView is a pack as a page: the clauses on the left, what becomes of each on
// the right.
type policyView struct {
	Pack     *policy.Pack
	Reviewed string
	Official bool
	Coverage policy.Coverage
	Clauses  []clauseView
	Cases    int
}

type clauseView struct {
	policy.Clause
	Kinds      []string
	Text       string // the official text, when attached
	Items      []itemView
	Indicators []IndicatorView
	Readings   []*policy.Reading
}

type itemView struct {
	ID, Title, Note string
	Rule            []string
	Parameters      []policy.Parameter
	Case            *policy.Case
	Expected        []string
}

// IndicatorView is an indicator in words.
type IndicatorView struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Responsible string   `json:"responsible"`
	Source      string   `json:"source"`
	Formula     string   `json:"formula"`
	Target      string   `json:"target"`
	Conditions  []string `json:"conditions"`
}

// kindZh is what becomes of clauses.
var kindZh = map[string]string{"money": "资金", "indicator": "指标", "capability": "平台能力", "not_computed": "不计算"}

func newPolicyView(pack *policy.Pack, plan *policy.Plan, official *policy.Official) *policyView {
	v := &policyView{Pack: pack, Official: official != nil, Coverage: pack.Coverage(), Reviewed: strings.Join(pack.Reviewers, " → ")}
	for _, f := range pack.Cases {
		v.Cases += len(f.Cases)
	}
	for _, c := range pack.Clauses {
		cv := clauseView{Clause: c}
		for _, as := range c.As {
			cv.Kinds = append(cv.Kinds, kindZh[as])
		}
		if official != nil {
			cv.Text = official.Of(c.Ref)
		}
		for _, it := range plan.Items {
			if it.Clause == c.Ref {
				cv.Items = append(cv.Items, newItemView(pack, it))
			}
		}
		for _, ind := range plan.Indicators {
			if ind.Clause == c.Ref {
				cv.Indicators = append(cv.Indicators, NewIndicatorView(ind))
			}
		}
		for _, r := range pack.Readings {
			if r.Clause == c.Ref {
				cv.Readings = append(cv.Readings, r)
			}
		}
		v.Clauses = append(v.Clauses, cv)
	}
	return v
}

func newItemView(pack *policy.Pack, it *policy.Item) itemView {
	v := itemView{ID: it.ID, Title: it.Title, Rule: it.Zh()}
	for _, name := range pack.Items() {
		if name.ID == it.ID {
			v.Note = name.Note
		}
	}
	for _, p := range pack.Parameters {
		if slices.Contains(it.Parameters, p.Name) {
			v.Parameters = append(v.Parameters, p)
		}
	}
	for _, f := range pack.Cases {
		if f.Item == it.ID && len(f.Cases) > 0 {
			v.Case = &f.Cases[0]
			v.Expected = Expected(v.Case)
		}
	}
	return v
}

// Expected says what a case was worked out to come to.
func Expected(c *policy.Case) []string {
	var out []string
	for _, t := range c.Totals {
		out = append(out, fmt.Sprintf("%s 得 %s 元", t.Payee, t.Paid))
	}
	for _, a := range c.SetAside {
		out = append(out, fmt.Sprintf("%s 等待：%s", a.Subject, reasonZh(a.Reason)))
	}
	for _, a := range c.Excluded {
		out = append(out, fmt.Sprintf("%s 不付：%s", a.Subject, reasonZh(a.Reason)))
	}
	return out
}

var measureZh = map[policy.MeasureKind]string{
	policy.Sum: "合计", policy.Count: "行数", policy.CountDistinct: "户数", policy.WeightedMean: "加权平均", policy.Ratio: "比率", policy.External: "外部数据",
}

// NewIndicatorView puts an indicator into words.
func NewIndicatorView(ind *policy.Indicator) IndicatorView {
	v := IndicatorView{ID: ind.ID, Title: ind.Title, Responsible: ind.Responsible, Source: ind.Source, Conditions: ind.SelectionZh()}
	v.Formula = measureZh[ind.Measure.Kind]
	switch {
	case ind.Measure.By != nil && ind.Measure.Kind == policy.WeightedMean:
		v.Formula = ind.Measure.Of.Zh() + "，以" + ind.Measure.By.Zh() + "加权平均"
	case ind.Measure.By != nil:
		v.Formula = ind.Measure.Of.Zh() + "之和除以" + ind.Measure.By.Zh() + "之和"
	case ind.Measure.Of != nil:
		v.Formula = ind.Measure.Of.Zh() + "之和"
	case ind.Measure.Why != "":
		v.Formula = ind.Measure.Why
	}
	if t := ind.Target; t != nil {
		v.Target = "不高于"
		if t.AtLeast {
			v.Target = "不低于"
		}
		v.Target += expr.ValueZh(t.Unit, t.Value)
	}
	return v
}

// Policy writes the pack as an HTML page; official may be nil.
func Policy(w io.Writer, pack *policy.Pack, plan *policy.Plan, official *policy.Official) error {
	return draw(w, "policy.html", newPolicyView(pack, plan, official))
}

// PolicyMarkdown writes the same as Markdown.
func PolicyMarkdown(w io.Writer, pack *policy.Pack, plan *policy.Plan, official *policy.Official) error {
	v := newPolicyView(pack, plan, official)
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s · %s · %s\n\n", pack.Title, pack.Number, pack.Issuer, pack.IssuedOn.Zh())
	fmt.Fprintf(&b, "施行 %s；计算 %s；申报截至 %s。审核：%s。\n", pack.InForce, pack.Scope, pack.ClaimBy.Zh(), v.Reviewed)
	for _, c := range v.Clauses {
		fmt.Fprintf(&b, "\n## %s %s（%s）\n\n", c.Ref, c.Title, strings.Join(c.Kinds, "、"))
		if c.Text != "" {
			fmt.Fprintf(&b, "> %s\n\n", strings.ReplaceAll(c.Text, "\n", "\n> "))
		}
		fmt.Fprintf(&b, "%s。\n", c.Summary)
		c.markdown(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *clauseView) markdown(b *strings.Builder) {
	if c.Capability != "" {
		fmt.Fprintf(b, "\n由平台承担：%s。\n", c.Capability)
	}
	if c.Reason != "" {
		fmt.Fprintf(b, "\n不计算：%s。\n", c.Reason)
	}
	for _, it := range c.Items {
		fmt.Fprintf(b, "\n### %s `%s`\n\n", it.Title, it.ID)
		for _, s := range it.Rule {
			fmt.Fprintf(b, "- %s\n", s)
		}
		if len(it.Parameters) > 0 {
			b.WriteString("\n| 数量 | 值 | 出处 |\n|---|---|---|\n")
			for _, p := range it.Parameters {
				fmt.Fprintf(b, "| %s | %s | %s |\n", p.Title, p.Value, p.Clause)
			}
		}
		if it.Case != nil {
			fmt.Fprintf(b, "\n案例：%s。%s 结果：%s。\n", it.Case.Name, it.Case.Why, strings.Join(it.Expected, "；"))
		}
	}
	for _, i := range c.Indicators {
		fmt.Fprintf(b, "\n- **%s** %s（%s；%s）：%s\n", i.Title, i.Target, i.Responsible, i.Source, i.Formula)
	}
	for _, r := range c.Readings {
		fmt.Fprintf(b, "\n**%s**　%s\n\n", r.Title, r.Question)
		for _, x := range r.Values {
			mark := " "
			if x.Value == r.Chosen {
				mark = "x"
			}
			fmt.Fprintf(b, "- [%s] %s `%s`\n", mark, x.Title, x.Value)
		}
		if r.Chosen != "" {
			fmt.Fprintf(b, "\n采用理由：%s（%s）\n", r.Why, r.By)
		}
	}
}

// yuan writes an amount with thousands separators: 1,234,567.89.
func yuan(v any) string {
	f, ok := v.(money.Fen)
	if !ok {
		if n, isInt := v.(int64); isInt {
			f = money.Fen(n)
		}
	}
	return Grouped(f)
}

// Grouped writes f as yuan with thousands separators.
func Grouped(f money.Fen) string {
	s := f.String()
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	whole, cents, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + "." + cents
}
