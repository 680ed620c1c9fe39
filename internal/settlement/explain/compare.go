package explain

import (
	"strconv"

	"changrong/internal/base/money"
	"changrong/internal/settlement"
)

// compare holds what was recomputed of a row against the stored result, step by step.
func compare(t *RowTrace, f asked, stored *settlement.Result) {
	c := &comparison{row: t}
	line, aside, outcome := storedRow(t, f.item.ID, stored)
	if outcome != t.Outcome && !(outcome == NotSelected && t.Outcome == NoBase) {
		c.differ(Words{"结果", "outcome"}, outcomeWords[outcome].Zh+" "+string(outcome), outcomeWords[t.Outcome].Zh+" "+string(t.Outcome))
	}
	switch {
	case line != nil && f.row != nil && t.Outcome == Paid:
		c.line(line, f, t)
	case aside != nil && f.row != nil && outcome == t.Outcome:
		c.text(Words{"原因", "reason"}, string(aside.Reason), string(t.Reason))
		c.text(Words{"详情", "detail"}, aside.Detail, f.row.Detail)
	}
	if t.Gate != nil {
		for _, g := range stored.Gates {
			if g.Item == f.item.ID && g.PayeeID == t.PayeeID && g != t.Gate.Value {
				c.differ(Words{"门槛", "gate"}, gateText(g), gateText(t.Gate.Value))
			}
		}
	}
	if t.Pool != nil {
		for _, p := range stored.Pools {
			if p.Pool == t.Pool.ID && p != t.Pool.Use {
				c.differ(Words{"资金池", "pool"}, poolText(p), poolText(t.Pool.Use))
			}
		}
	}
	t.Agrees = len(t.Differences) == 0
}

// storedRow finds a row in a stored result. What is nowhere was not selected, or
// had no base.
func storedRow(t *RowTrace, item string, stored *settlement.Result) (*settlement.Line, *settlement.Aside, Outcome) {
	for i := range stored.Lines {
		if l := &stored.Lines[i]; l.Item == item && l.InstitutionID == t.InstitutionID && l.SubjectID == t.SubjectID {
			return l, nil, Paid
		}
	}
	for _, list := range []struct {
		rows    []settlement.Aside
		outcome Outcome
	}{{stored.SetAside, Waits}, {stored.Excluded, Excluded}} {
		for i := range list.rows {
			if a := &list.rows[i]; a.Item == item && a.InstitutionID == t.InstitutionID && a.SubjectID == t.SubjectID {
				return nil, a, list.outcome
			}
		}
	}
	return nil, nil, NotSelected
}

var outcomeWords = map[Outcome]Words{
	Paid: {"拨付", "paid"}, Waits: {"待补", "set aside"}, Excluded: {"排除", "excluded"},
	NotSelected: {"未入选", "not selected"}, NoBase: {"无基数", "no base"},
}

type comparison struct{ row *RowTrace }

func (c *comparison) differ(step Words, stored, recomputed string) {
	c.row.Differences = append(c.row.Differences, Difference{step, stored, recomputed})
}

func (c *comparison) text(step Words, stored, recomputed string) {
	if stored != recomputed {
		c.differ(step, stored, recomputed)
	}
}

func (c *comparison) fen(step Words, stored, recomputed money.Fen) {
	if stored != recomputed {
		c.differ(step, figure(stored), figure(recomputed))
	}
}

// line compares the steps of a line with those of the trace.
func (c *comparison) line(l *settlement.Line, f asked, t *RowTrace) {
	c.text(Words{"收款人", "payee"}, l.PayeeID, t.PayeeID)
	c.text(Words{"企业", "enterprise"}, l.EnterpriseID, t.EnterpriseID)
	if f.item.Base.Average == "" && f.item.Base.Of == nil { // a count
		c.text(stepBase, strconv.FormatInt(l.Base, 10), strconv.FormatInt(int64(t.Base.Result), 10))
	} else {
		c.fen(stepBase, money.Fen(l.Base), t.Base.Result)
	}
	limited := t.Base.Result
	if t.Limit != nil {
		limited = t.Limit.After
	}
	c.fen(stepLimit, money.Fen(l.LimitedBase), limited)
	c.text(stepRate, l.Rate.Human(), t.Term.Rate.Human())
	c.fen(stepAmount, l.Amount, t.Term.Amount)
	c.fen(stepDeduct, l.Deducted, t.Deducted)
	capped := t.Term.Amount - t.Deducted
	if t.Cap != nil {
		capped = t.Cap.After
	}
	c.fen(stepCap, l.Capped, capped)
	c.fen(stepPool, l.Pooled, t.Rounding.Before)
	c.fen(stepPaid, l.Paid, t.Paid)
}

// The names of the steps.
var (
	stepConditions = Words{"条件", "conditions"}
	stepExclusion  = Words{"不重复享受", "exclusion"}
	stepGate       = Words{"门槛", "gate"}
	stepBase       = Words{"基数", "base"}
	stepLimit      = Words{"限额", "limit"}
	stepRate       = Words{"比例", "rate"}
	stepAmount     = Words{"金额", "amount"}
	stepDeduct     = Words{"扣除", "deducted"}
	stepCap        = Words{"上限", "cap"}
	stepPool       = Words{"资金池", "pool"}
	stepRound      = Words{"取整", "rounding"}
	stepPaid       = Words{"拨付", "paid"}
)

func gateText(g settlement.GateValue) string {
	if !g.Known {
		return "?"
	}
	verdict := "✗"
	if g.Passed {
		verdict = "✓"
	}
	return verdict + " " + figure(g.Start) + " → " + figure(g.End) + " / " + figure(g.SumStart) + " → " + figure(g.SumEnd)
}

func poolText(p settlement.PoolUse) string {
	budget := "∞"
	if p.Limited {
		budget = figure(p.Budget)
	}
	return budget + ": " + figure(p.Requested) + " → " + figure(p.Pooled) + " → " + figure(p.Paid)
}
