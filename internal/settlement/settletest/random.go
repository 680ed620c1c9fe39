package settletest

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
)

// policyID is what random plans are called.
const policyID = "p-2021"

// spans are the scopes of random plans: the usual one most often, then part of a
// year, one across the turn of the year, and a single month.
var spans = func() []civil.Range {
	span := func(y1, m1, y2, m2 int) civil.Range {
		first, _ := civil.MonthOf(y1, m1)
		last, _ := civil.MonthOf(y2, m2)
		return civil.Range{First: first.First(), Last: last.Last()}
	}
	return []civil.Range{Year, Year, Year, span(2021, 2, 2021, 8), span(2020, 11, 2021, 4), span(2021, 6, 2021, 6)}
}()

// Random makes a plan and facts for it from a seed, the same every time. The facts
// are valid: keys are unique, links lead somewhere, decisions keep to what is
// open. All else that can be missing or odd is, somewhere. It panics if it writes
// what does not compile.
func Random(seed uint64) (*policy.Plan, fact.Memory) {
	d := newDice(seed)
	scope := pick(d, spans...)
	p := &planner{dice: d, plan: &policy.Plan{Policy: policyID, Scope: scope}, days: daysAround(scope)}
	p.makePools()
	p.makeItems()
	p.makeGroups()
	p.makeIndicators()
	return p.plan, randomFacts(d, p.plan, p.days)
}

// daysAround are the dates that facts and conditions use for a scope: few, so that
// they meet, and at every edge.
func daysAround(scope civil.Range) []string {
	first, last := scope.First, scope.Last
	middle := first + (last-first)/2
	var days []string
	for _, d := range []civil.Date{
		first - 400, first - 32, first - 31, first - 1, first, first, first + 1, middle.Month().Last(),
		middle, middle, middle + 1, last - 1, last, last, last + 1, last + 100,
	} {
		days = append(days, d.String())
	}
	return days
}

// planner makes a plan.
type planner struct {
	dice
	plan *policy.Plan
	days []string
}

// words returns a writer of expressions on rows of parent, or of child in them.
func (p *planner) words(parent, child *fact.Table) *writer {
	return &writer{dice: p.dice, scope: scopeOf(p.plan.Scope, parent, child), days: p.days}
}

func (w *writer) compile(kind expr.Kind, source string) *expr.Expr {
	return compileAll(w.scope, kind, []string{source})[0]
}

// conditions writes up to most conditions; many of them hold for most rows, else
// hardly any row would come far.
func (w *writer) conditions(most int) []*expr.Expr {
	var es []*expr.Expr
	for range w.IntN(most + 1) {
		source := w.condition(w.IntN(3))
		switch w.IntN(7) {
		case 0, 1, 2:
			source = "(" + source + " || " + w.condition(1) + " || " + w.condition(1) + ")"
		case 3, 4, 5:
			source = "(!(" + source + " && " + w.condition(1) + " && " + w.condition(0) + "))"
		}
		es = append(es, w.compile(expr.Bool, source))
	}
	return es
}

func (p *planner) makePools() {
	for _, id := range []string{"pool-b", "B", "池"}[:pick(p.dice, 0, 1, 1, 2, 3)] {
		allocator := pick(p.dice, policy.ProRata, policy.ScaleRate, policy.FirstComplete, policy.Reserve)
		p.plan.Pools = append(p.plan.Pools, &policy.Pool{ID: id, Clause: "三", Allocator: allocator})
	}
}

func (p *planner) makeItems() {
	ids := []string{"b", "a", "B", "10", "9", "项目", "a-1"}
	p.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	for i, id := range ids[:2+p.IntN(5)] {
		table := "loans"
		if i > 0 && p.chance(50) {
			table = pick(p.dice, "loans", "branches", "projects", "enterprises", "guarantees", "institutions", "collaterals")
		}
		p.plan.Items = append(p.plan.Items, p.item(id, fact.Lookup(table)))
	}
}

func (p *planner) item(id string, t *fact.Table) *policy.Item {
	w := p.words(t, nil)
	it := &policy.Item{ID: id, Clause: "三(一)1", Title: "项目" + id, Table: t, When: w.conditions(2), Payee: policy.PayInstitution}
	it.Related = p.related(t)
	if t.Name == "loans" && p.chance(30) {
		it.FirstLoan = pick(p.dice, policy.YearNotesOfFirstBank, policy.FirstNote, policy.YearNotesAllBanks)
	}
	if t.Column("enterprise_id") != nil && p.chance(30) {
		it.Payee = policy.PayEnterprise
	}
	if t.Name == "enterprises" && (it.Payee == policy.PayInstitution || p.chance(40)) {
		it.Bank = p.bank(t)
	}
	if p.chance(22) {
		it.Gate = p.gate(it)
	}
	it.Base = p.base(t, w)
	counts := it.Base.Average == "" && it.Base.Of == nil
	if !counts && p.chance(45) {
		it.Limit = &policy.Limit{Per: p.per(it), Amount: money.Fen(pick(p.dice, yuans...))}
		it.Limit.EachMonth = it.Base.Average != "" && !it.Base.Average.Daily() && p.chance(40)
	}
	if counts || p.chance(20) {
		it.Amount = p.amountTerm()
	} else {
		it.Rate = p.rateTerm()
	}
	if p.chance(40) {
		it.Cap = &policy.Cap{Per: p.per(it), Amount: money.Fen(pick(p.dice, yuans...))}
	}
	if len(p.plan.Pools) > 0 && p.chance(75) {
		if pool := pick(p.dice, p.plan.Pools...); it.Rate != nil || pool.Allocator != policy.ScaleRate {
			it.Pool = pool
		}
	}
	it.Rounding = p.rounding()
	return it
}

func (p *planner) related(t *fact.Table) []policy.Related {
	var children []*fact.Table
	for _, c := range fact.Tables() {
		if c.LinkTo(t.Name) != nil {
			children = append(children, c)
		}
	}
	var all []policy.Related
	for len(children) > 0 && len(all) < 2 && p.chance(22) {
		child := pick(p.dice, children...)
		all = append(all, policy.Related{Table: child, When: p.words(t, child).conditions(2), Not: p.chance(40)})
	}
	return all
}

func (p *planner) bank(t *fact.Table) *policy.Earliest {
	child := fact.Lookup(pick(p.dice, "loans", "guarantees"))
	by := map[string][]string{"loans": {"disbursed_on", "due_on"}, "guarantees": {"start_on", "end_on"}}[child.Name]
	return &policy.Earliest{Table: child, When: p.words(t, child).conditions(2), By: child.Column(pick(p.dice, by...))}
}

func (p *planner) gate(it *policy.Item) *policy.Gate {
	if it.Payee == policy.PayInstitution && p.chance(60) {
		return &policy.Gate{Above: &policy.AboveAverage{When: p.words(fact.Lookup("guarantees"), nil).conditions(1), Share: p.chance(50)}}
	}
	table := "institutions"
	if it.Payee == policy.PayEnterprise {
		table = "enterprises"
	}
	for {
		if es := p.words(fact.Lookup(table), nil).conditions(2); len(es) > 0 {
			return &policy.Gate{Require: es}
		}
	}
}

func (p *planner) base(t *fact.Table, w *writer) policy.Base {
	switch {
	case t.Name == "loans" && p.chance(70):
		b := policy.Base{Average: pick(p.dice, policy.Averages...)}
		if p.chance(35) {
			source := pick(p.dice, "project.released_on", "loan.disbursed_on", "scope.first + 45", w.number(expr.Day, 1))
			b.From = w.compile(expr.Int, source)
		}
		return b
	case p.chance(60):
		source := "0"
		w.small = true // the sum of all bases must stay within int64
		if v, ok := w.variable(expr.Type{Kind: expr.Int, Unit: expr.Money}); ok {
			source = v
		}
		if p.chance(50) {
			source = w.number(expr.Money, p.IntN(3))
		}
		return policy.Base{Of: w.compile(expr.Int, source)}
	}
	return policy.Base{}
}

// per picks by whom rows of an item can be put together.
func (p *planner) per(it *policy.Item) policy.PerGroup {
	pers := []policy.PerGroup{policy.PerItem}
	if it.Table.Column("enterprise_id") != nil {
		pers = append(pers, policy.PerEnterprise, policy.PerEnterprise)
	}
	if it.Table.Column("institution_id") != nil || it.Bank != nil {
		pers = append(pers, policy.PerInstitution)
	}
	return pick(p.dice, pers...)
}

// rates are whole hundreds of ppb, as decisions write them.
var rates = []money.Rate{
	0, 100, 1_000, 5_000_000, 5_000_000, 5_000_100, 20_000_000, 20_000_000, 200_000_000, 200_000_000,
	333_333_300, money.One, money.One,
}

func (p *planner) rateTerm() *policy.RateTerm {
	if p.chance(50) {
		return &policy.RateTerm{Value: pick(p.dice, append(rates, 333_333_333, 1, 999_999_999)...)}
	}
	a, b, c := pick(p.dice, rates...), pick(p.dice, rates...), pick(p.dice, rates...)
	t := &policy.RateTerm{Open: true, Min: min(a, b), Max: max(a, b)}
	if p.chance(50) {
		t.Default = new(min(max(c, t.Min), t.Max))
	}
	return t
}

func (p *planner) amountTerm() *policy.AmountTerm {
	fen := func() money.Fen { return money.Fen(pick(p.dice, yuans...)) }
	if p.chance(50) {
		return &policy.AmountTerm{Value: fen()}
	}
	a, b := fen(), fen()
	t := &policy.AmountTerm{Open: true, Min: min(a, b), Max: max(a, b)}
	if p.chance(50) {
		t.Default = new(min(max(fen(), t.Min), t.Max))
	}
	return t
}

func (p *planner) rounding() money.Rounding {
	return money.Rounding{
		Unit: pick(p.dice, 0, 1, money.Yuan, money.Yuan, 100*money.Yuan, money.Wan),
		Mode: pick(p.dice, money.Floor, money.HalfUp),
	}
}

// makeGroups puts items about rows of one table into exclusion groups, in any order
// but the same in all, so that none gives way to another in a circle.
func (p *planner) makeGroups() {
	byTable := map[string][]*policy.Item{}
	for _, i := range p.Perm(len(p.plan.Items)) {
		it := p.plan.Items[i]
		byTable[it.Table.Name] = append(byTable[it.Table.Name], it)
	}
	deducting := false
	for _, id := range []string{"one-loan-once", "G"} {
		table := pick(p.dice, p.plan.Items...).Table.Name
		g := &policy.Group{ID: id, Clause: "三", Strategy: pick(p.dice, policy.Priority, policy.Priority, policy.FirstFiled)}
		if table == "loans" && p.chance(50) {
			g.Strategy = pick(p.dice, policy.DeductPaid, policy.OneInstitution)
		}
		for _, it := range byTable[table] {
			if p.chance(80) {
				g.Items = append(g.Items, it)
			}
		}
		if len(g.Items) > 0 && p.chance(75) && !(deducting && g.Strategy == policy.DeductPaid) {
			deducting = deducting || g.Strategy == policy.DeductPaid
			p.plan.Groups = append(p.plan.Groups, g)
		}
	}
}

func (p *planner) makeIndicators() {
	for _, id := range []string{"b", "A", "指标"}[:p.IntN(4)] {
		in := &policy.Indicator{ID: id, Clause: "二", Title: "指标" + id}
		in.Measure.Kind = pick(p.dice, policy.Sum, policy.Count, policy.CountDistinct, policy.WeightedMean, policy.Ratio, policy.External)
		p.plan.Indicators = append(p.plan.Indicators, in)
		if p.chance(70) {
			in.Target = &policy.Target{AtLeast: p.chance(50), Value: pick[int64](p.dice, 0, 1, 3, 43_500_000, 1_000_000)}
		}
		if in.Measure.Kind == policy.External {
			in.Measure.Why = "由其他部门提供"
			continue
		}
		tables := []string{"loans", "loans", "enterprises", "guarantees"}
		if in.Measure.Kind != policy.CountDistinct {
			tables = append(tables, "branches", "projects", "institutions", "month_balances", "collaterals")
		}
		in.Table = fact.Lookup(pick(p.dice, tables...))
		w := p.words(in.Table, nil)
		in.When, in.Related = w.conditions(2), p.related(in.Table)
		if in.Table.Name == "loans" && p.chance(25) {
			in.FirstLoan = pick(p.dice, policy.YearNotesOfFirstBank, policy.FirstNote, policy.YearNotesAllBanks)
		}
		switch in.Measure.Kind {
		case policy.WeightedMean, policy.Ratio:
			in.Measure.By = w.compile(expr.Int, w.number(expr.Money, p.IntN(2)))
			fallthrough
		case policy.Sum:
			in.Measure.Of = w.compile(expr.Int, w.number(pick(p.dice, expr.Money, expr.Share), p.IntN(2)))
		}
	}
}
