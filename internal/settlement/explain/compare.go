package explain

import (
	"strconv"

	"changrong/internal/base/money"
	"changrong/internal/settlement"
)

// compare holds what was recomputed of a row against the stored result, step by step.
func compare(t *RowTrace, f asked, stored *stored) {
	c := &comparison{row: t}
	line, aside, outcome := stored.row(f.item.ID, t.InstitutionID, t.SubjectID)
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
		if g, ok := stored.gates[key2{f.item.ID, t.PayeeID}]; ok && g != t.Gate.Value {
			c.differ(Words{"门槛", "gate"}, gateText(g), gateText(t.Gate.Value))
		}
	}
	if t.Pool != nil {
		for _, p := range stored.pools {
			if p.Pool == t.Pool.ID && p != t.Pool.Use {
				c.differ(Words{"资金池", "pool"}, poolText(p), poolText(t.Pool.Use))
			}
		}
	}
	t.Agrees = len(t.Differences) == 0
}

// key3 is the key of a row, key2 that of a payee of an item.
type (
	key3 struct{ item, institution, subject string }
	key2 struct{ item, payee string }
)

// stored is a stored result, by key.
type stored struct {
	lines    map[key3]*settlement.Line
	setAside map[key3]*settlement.Aside
	excluded map[key3]*settlement.Aside
	totals   map[key2]*settlement.Total
	gates    map[key2]settlement.GateValue
	pools    []settlement.PoolUse
}

// newStored makes the keys; nil of nothing. Of two rows with one key the first counts.
func newStored(r *settlement.Result) *stored {
	if r == nil {
		return nil
	}
	s := &stored{
		lines: make(map[key3]*settlement.Line, len(r.Lines)), setAside: map[key3]*settlement.Aside{}, excluded: map[key3]*settlement.Aside{},
		totals: make(map[key2]*settlement.Total, len(r.Totals)), gates: map[key2]settlement.GateValue{}, pools: r.Pools,
	}
	for i := len(r.Lines) - 1; i >= 0; i-- {
		l := &r.Lines[i]
		s.lines[key3{l.Item, l.InstitutionID, l.SubjectID}] = l
	}
	for _, list := range []struct {
		rows []settlement.Aside
		into map[key3]*settlement.Aside
	}{{r.SetAside, s.setAside}, {r.Excluded, s.excluded}} {
		for i := len(list.rows) - 1; i >= 0; i-- {
			a := &list.rows[i]
			list.into[key3{a.Item, a.InstitutionID, a.SubjectID}] = a
		}
	}
	for i := len(r.Totals) - 1; i >= 0; i-- {
		s.totals[key2{r.Totals[i].Item, r.Totals[i].PayeeID}] = &r.Totals[i]
	}
	for _, g := range r.Gates {
		s.gates[key2{g.Item, g.PayeeID}] = g
	}
	return s
}

// row finds a row. What is nowhere was not selected, or had no base.
func (s *stored) row(item, institution, subject string) (*settlement.Line, *settlement.Aside, Outcome) {
	k := key3{item, institution, subject}
	if l := s.lines[k]; l != nil {
		return l, nil, Paid
	}
	if a := s.setAside[k]; a != nil {
		return nil, a, Waits
	}
	if a := s.excluded[k]; a != nil {
		return nil, a, Excluded
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
