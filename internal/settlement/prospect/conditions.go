package prospect

import (
	"slices"
	"strings"

	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/oracle"
)

// conditions writes down what of an item's conditions fails or is unknown for a row.
func (q *asking) conditions(b *Benefit, it *policy.Item, f *oracle.Fact, cs []oracle.Condition) {
	words := explain.Conditions(q.books, it, f, cs)
	for i, c := range cs {
		switch {
		case c.Truth == oracle.Holds:
		case c.Expr != nil:
			b.gaps(expr.RowsOf(it.Table), c)
		case c.Truth == oracle.Fails:
			b.related(it, c, words[i])
		case c.First != "":
			b.lack("loan.first_loan", "是否首次贷款", "first loan", OfBank)
		default:
			for _, r := range c.Rows {
				if r.Truth == oracle.Unknown {
					b.allGaps(it, r)
				}
			}
		}
	}
}

// related tells of a failing condition on rows of another table, or on first loans: what
// is asked for, and how far the nearest row is from it.
func (b *Benefit) related(it *policy.Item, c oracle.Condition, w explain.Condition) {
	m := Miss{Need: w.Text, Says: w.Text}
	if w.Note != (explain.Words{}) {
		m.Says = explain.Words{Zh: w.Text.Zh + "（" + w.Note.Zh + "）", En: w.Text.En + " (" + w.Note.En + ")"}
	}
	if wanted := c.Related == nil || !c.Related.Not; wanted && len(c.Rows) > 0 {
		near := slices.MinFunc(c.Rows, func(x, y oracle.Candidate) int { return failing(x) - failing(y) })
		before := len(b.Misses)
		b.allGaps(it, near)
		if len(b.Misses) > before {
			return // these say it
		}
	}
	b.Misses = append(b.Misses, m)
}

func failing(c oracle.Candidate) int {
	n := 0
	for _, x := range c.Conditions {
		if x.Truth == oracle.Fails {
			n++
		}
	}
	return n
}

// allGaps writes down all that keeps a row of another table from being one that counts.
func (b *Benefit) allGaps(it *policy.Item, r oracle.Candidate) {
	rows := expr.ChildRows(it.Table, r.Fact.Table)
	for _, c := range r.Conditions {
		b.gaps(rows, c)
	}
}

// gaps writes down what keeps an expression from holding.
func (b *Benefit) gaps(rows []expr.Row, c oracle.Condition) {
	if c.Truth == oracle.Holds {
		return
	}
	_, gaps := c.Expr.Gaps(func(v *expr.Variable) expr.Value {
		for _, r := range c.Readings {
			if r.Var.Name == v.Name {
				return r.Value
			}
		}
		return expr.Value{}
	})
	for i := range gaps {
		if g := &gaps[i]; g.Unknown {
			b.lacks(rows, g.Lacks)
		} else {
			b.miss(g)
		}
	}
}

func (b *Benefit) miss(g *expr.Gap) {
	zh, en := g.Sentence()
	m := Miss{Need: explain.Words{Zh: g.Zh, En: g.En}, Says: explain.Words{Zh: zh, En: en}, Side: g.Side.String()}
	if g.Side != expr.Aside {
		m.Distance, m.Unit = g.Distance, g.Unit.String()
	}
	b.Misses = append(b.Misses, m)
}

// lacks writes down variables that are unknown, and who has them.
func (b *Benefit) lacks(rows []expr.Row, vars []*expr.Variable) {
	for _, v := range vars {
		i := slices.IndexFunc(rows, func(r expr.Row) bool { return r.Name == v.Owner })
		of, whose := "的", OfBank
		if rows[i].Table.Name == "enterprises" {
			whose = OfEnterprise
		}
		if strings.HasPrefix(v.Column.Zh, "是否") {
			of = ""
		}
		b.lack(v.Name, rows[i].Zh+of+v.Column.Zh, v.Column.En+" ("+rows[i].En+")", whose)
	}
}

func (b *Benefit) lack(name, zh, en string, whose Whose) {
	if !slices.ContainsFunc(b.Lacks, func(l Lack) bool { return l.Name == name }) {
		b.Lacks = append(b.Lacks, Lack{name, explain.Words{Zh: zh, En: en}, whose})
	}
}

// outcome writes down what became of a row after its conditions; nil: they fail.
func (q *asking) outcome(b *Benefit, it *policy.Item, r *oracle.Row) {
	says := func(zh, en string) {
		w := explain.Words{Zh: zh, En: en}
		b.Misses = append(b.Misses, Miss{Need: w, Says: w})
	}
	if b.State = Not; r == nil {
		return
	}
	if r.Ended {
		says("政策期间内须有余额或金额", "there must be a balance or an amount within the scope")
		return
	}
	switch r.Why {
	case settlement.LostTo:
		b.State, b.Other = Elsewhere, r.Detail
	case settlement.OtherBank:
		says("同一企业只计最早放款的金融机构", "of an enterprise only the institution that lent first counts")
	case settlement.FirstElsewhere: // the condition on first loans has said it
	case settlement.GateFailed, settlement.GateUnknown:
		q.gate(b, it, r)
	case settlement.MonthGap:
		b.State = Lacks
		b.lack("month_balance.balance", "月末余额（"+strings.ReplaceAll(r.Detail, ";", "、")+"）", "month-end balances ("+r.Detail+")", OfBank)
	case settlement.NotComputable:
		b.State = Lacks
		b.lack("loan_event.amount", "贷款发生额", "events of the loan", OfBank)
	case settlement.UnknownBase:
		b.State = Lacks
		q.base(b, it, r)
	default:
		b.State = Lacks
	}
}

// gate tells of a payee that does not pass, or of whom it is not known.
func (q *asking) gate(b *Benefit, it *policy.Item, r *oracle.Row) {
	table := fact.Lookup("institutions")
	if it.Payee == policy.PayEnterprise {
		table = fact.Lookup("enterprises")
	}
	if r.Why == settlement.GateUnknown {
		b.State = Lacks
	}
	for _, c := range q.books.Gate(it, r.PayeeID).Conditions {
		rows := expr.RowsOf(table)
		b.gaps(rows, c)
	}
}

// base names the facts that the amount is reckoned from and that are unknown.
func (q *asking) base(b *Benefit, it *policy.Item, r *oracle.Row) {
	for _, e := range []*expr.Expr{it.Base.Of, it.Base.From} {
		if e == nil {
			continue
		}
		var vars []*expr.Variable
		for _, v := range e.Vars {
			if slices.Contains(strings.Split(r.Detail, ";"), v.Name) {
				vars = append(vars, v)
			}
		}
		b.lacks(expr.RowsOf(it.Table), vars)
	}
}
