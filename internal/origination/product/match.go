package product

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/repayment"
	"changrong/internal/policy/expr"
)

// Wish is what a firm asks for.
type Wish struct {
	Key        string // of the application or draft: among equals it decides who is first
	Amount     money.Fen
	Months     int
	Purpose    string
	Securities []string // what the firm can offer; none: it does not say
	Method     repayment.Method
	On         civil.Date // the day that costs are reckoned from
}

// Outcome is whether a product is for a firm.
type Outcome string

// The outcomes.
const (
	Fits    Outcome = "fits"    // 符合
	Lacking Outcome = "lacking" // 待补信息: it hangs on what nobody knows
	Not     Outcome = "not"     // 不符合
)

// Gap is one thing that keeps a product from fitting.
type Gap struct {
	Unknown    bool   `json:"unknown" doc:"nobody knows; else it is known and not so"`
	Zh         string `json:"zh" doc:"what is asked for, what there is, and how far apart they are"`
	En         string `json:"en"`
	Far        string `json:"far" doc:"the distance alone: 还差3个月; empty: there is none"`
	Words      string `json:"words" doc:"how the bank says the condition"`
	Table      string `json:"table" doc:"whose facts; empty: what the firm asks for"`
	Dataset    string `json:"dataset" doc:"of the catalogue; empty: none"`
	Department string `json:"department" doc:"who would know"`
	Withheld   bool   `json:"withheld" doc:"the firm has not let it be used"`
}

// Match is one product and one firm.
type Match struct {
	Product  string   `json:"product"`
	Edition  int64    `json:"edition"`
	Bank     string   `json:"bank"`
	BankName string   `json:"bank_name"`
	Name     string   `json:"name"`
	Outcome  Outcome  `json:"outcome" enum:"fits,lacking,not"`
	Why      []string `json:"why" doc:"what holds, in words"`
	Gaps     []Gap    `json:"gaps"`
	Cost     *Cost    `json:"cost,omitempty" doc:"of what fits and what lacks"`
	Days     int      `json:"promise_days"`
	MinRate  int64    `json:"min_rate_ppb"`
	MaxRate  int64    `json:"max_rate_ppb"`

	tie [sha256.Size]byte
}

// Offered is an edition that is published, ready to be matched.
type Offered struct {
	Product  string
	Edition  int64
	Bank     string
	BankName string
	BankCode string // its credit code
	Terms    Terms

	conditions []*expr.Expr
	said       []string
}

// Prepare makes o ready to be matched.
//
// Errors: those of Schema.Check, with the condition.
func (s *Schema) Prepare(o *Offered) error {
	conditions, err := s.conditions(&o.Terms)
	if err != nil {
		return err
	}
	o.conditions, o.said = conditions, make([]string, len(conditions))
	for i, e := range conditions {
		if o.said[i] = o.Terms.Conditions[i].Words; o.said[i] == "" {
			o.said[i] = e.Zh()
		}
	}
	return nil
}

// Matcher says which products fit a firm.
type Matcher struct{ Schema *Schema }

// Match says of every product whether it fits, in the order of docs/matching.md, which
// does not depend on the order of the products.
func (m *Matcher) Match(ctx context.Context, products []*Offered, w *Wish, f *Facts) ([]Match, error) {
	f.wish(w)
	out := make([]Match, len(products))
	loans := make([]*loan, len(products))
	costs := costs{wish: w, facts: f}
	for i, o := range products {
		x := &out[i]
		*x = Match{
			Product: o.Product, Edition: o.Edition, Bank: o.Bank, BankName: o.BankName, Name: o.Terms.Name, Days: o.Terms.Days,
			MinRate: int64(o.Terms.MinRate), MaxRate: int64(o.Terms.MaxRate), Why: []string{}, Gaps: []Gap{},
			tie: sha256.Sum256([]byte(w.Key + "\x00" + o.Product)),
		}
		m.judge(x, o, w, f)
		if x.Outcome == Not {
			continue
		}
		loans[i] = costs.of(o)
	}
	if err := costs.reckon(ctx); err != nil {
		return nil, err
	}
	for i, l := range loans {
		if l != nil {
			out[i].Cost = l.cost
		}
	}
	slices.SortFunc(out, compare)
	return out, nil
}

// compare puts a before b. It is the order of docs/matching.md, and nothing else is.
func compare(a, b Match) int {
	if c := cmp.Compare(a.Outcome.place(), b.Outcome.place()); c != 0 {
		return c
	}
	failing, unknown := a.gaps()
	failing2, unknown2 := b.gaps()
	return cmp.Or(
		cmp.Compare(failing, failing2),
		cmp.Compare(unknown, unknown2),
		cmp.Compare(a.Cost.order(), b.Cost.order()),
		cmp.Compare(a.Days, b.Days),
		bytes.Compare(a.tie[:], b.tie[:]),
		strings.Compare(a.Product, b.Product),
	)
}

func (o Outcome) place() int { return slices.Index([]Outcome{Fits, Lacking, Not}, o) }

func (x *Match) gaps() (failing, unknown int) {
	for i := range x.Gaps {
		if x.Gaps[i].Unknown {
			unknown++
		} else {
			failing++
		}
	}
	return failing, unknown
}

// judge finds what holds and what does not.
func (m *Matcher) judge(x *Match, o *Offered, w *Wish, f *Facts) {
	o.Terms.wanted(x, w, f)
	for i, e := range o.conditions {
		is, gaps := e.Gaps(f.of)
		if is.Known && is.Int == 1 {
			x.Why = append(x.Why, o.said[i])
			continue
		}
		for j := range gaps {
			x.Gaps = append(x.Gaps, m.Schema.gap(&gaps[j], e, o.Terms.Conditions[i].Words, f))
		}
	}
	failing, unknown := x.gaps()
	switch {
	case failing > 0:
		x.Outcome = Not
	case unknown > 0:
		x.Outcome = Lacking
	default:
		x.Outcome = Fits
	}
}

// gap says a gap of a condition, and who would know what is not known.
func (s *Schema) gap(g *expr.Gap, e *expr.Expr, words string, f *Facts) Gap {
	out := Gap{Unknown: g.Unknown, Words: words}
	out.Zh, out.En = g.Sentence()
	out.Far, _ = g.Far()
	owner := e.Vars[0].Owner
	if len(g.Lacks) > 0 {
		owner = g.Lacks[0].Owner
	} else {
		for _, v := range e.Vars { // of what is known, the condition's first
			if strings.HasPrefix(e.Source, v.Name) {
				owner = v.Owner
			}
		}
	}
	if src := s.of(owner); src != nil && src.Table != applicationTable {
		out.Table, out.Dataset, out.Department, out.Withheld = owner, src.Dataset, src.Department, g.Unknown && !f.shared[owner]
	}
	return out
}

// wanted holds what the firm asks for against what is offered.
func (t *Terms) wanted(x *Match, w *Wish, f *Facts) {
	no := func(zh, en, far string) { x.Gaps = append(x.Gaps, Gap{Zh: zh, En: en, Far: far}) }
	switch {
	case w.Amount > t.MaxAmount:
		no("金额不超过"+t.MaxAmount.Human(), "at most "+t.MaxAmount.String()+" yuan", "超出"+(w.Amount-t.MaxAmount).Human())
	case w.Amount < t.MinAmount:
		no("金额不低于"+t.MinAmount.Human(), "at least "+t.MinAmount.String()+" yuan", "还差"+(t.MinAmount-w.Amount).Human())
	}
	switch {
	case w.Months > t.MaxMonths:
		no("期限不超过"+months(t.MaxMonths), "at most "+number(t.MaxMonths)+" months", "超出"+months(w.Months-t.MaxMonths))
	case w.Months < t.MinMonths:
		no("期限不少于"+months(t.MinMonths), "at least "+number(t.MinMonths)+" months", "还差"+months(t.MinMonths-w.Months))
	}
	if len(t.Purposes) > 0 && !slices.Contains(t.Purposes, w.Purpose) {
		words := make([]string, len(t.Purposes))
		for i, p := range t.Purposes {
			words[i] = named(Purposes, p)
		}
		no("用途为"+strings.Join(words, "、"), "for: "+strings.Join(t.Purposes, ", "), "")
	}
	if w.Method != "" && !slices.Contains(t.Methods, w.Method) {
		words := make([]string, len(t.Methods))
		for i, m := range t.Methods {
			words[i] = m.Zh()
		}
		no("还款方式为"+strings.Join(words, "、"), "repaid another way", "")
	}
	t.secured(x, w)
	t.near(x, f)
}

// secured holds what the firm can offer against what is asked for.
func (t *Terms) secured(x *Match, w *Wish) {
	words := make([]string, len(t.Securities))
	for i, s := range t.Securities {
		words[i] = named(Securities, s)
	}
	said := "担保方式为" + strings.Join(words, "或")
	enough := func(s string) bool { return s == onCredit || slices.Contains(w.Securities, s) }
	switch {
	case slices.ContainsFunc(t.Securities, enough):
		x.Why = append(x.Why, said)
	case len(w.Securities) == 0:
		x.Gaps = append(x.Gaps, Gap{Unknown: true, Zh: said + "（您还没有说明可提供的担保）", En: "a security; the firm has not said which it can offer"})
	default:
		x.Gaps = append(x.Gaps, Gap{Zh: said, En: "another security: " + strings.Join(t.Securities, ", ")})
	}
}

// near tells whether the firm is where the product is offered.
func (t *Terms) near(x *Match, f *Facts) {
	if len(t.Towns) == 0 {
		return
	}
	town := f.of(&expr.Variable{Name: "firm.town", Owner: "firm"})
	if !town.Known {
		x.Gaps = append(x.Gaps, Gap{
			Unknown: true, Zh: "企业在产品适用区域内（企业所在地未知）", En: "the firm is where the product is offered (its town is not known)", Table: "firm", Department: "市场监管部门",
		})
		return
	}
	if !slices.ContainsFunc(t.Towns, func(area string) bool { return strings.HasPrefix(town.Text, area) }) {
		x.Gaps = append(x.Gaps, Gap{Zh: "企业不在产品适用区域内", En: "the firm is not where the product is offered", Table: "firm"})
	}
}

// wish makes facts of what the firm asks for.
func (f *Facts) wish(w *Wish) {
	f.Share("application")
	f.Set("application.amount", expr.Value{Known: true, Int: int64(w.Amount)})
	f.Set("application.months", expr.Value{Known: true, Int: int64(w.Months)})
	f.Set("application.purpose", expr.Value{Known: w.Purpose != "", Text: w.Purpose})
	for name, has := range map[string][]string{"offers_mortgage": {"mortgage"}, "offers_pledge": {"pledge"}, "offers_guarantee": {"guarantee", "public_guarantee"}} {
		v := expr.Value{Known: len(w.Securities) > 0}
		for _, s := range has {
			if slices.Contains(w.Securities, s) {
				v.Int = 1
			}
		}
		f.Set("application."+name, v)
	}
}
