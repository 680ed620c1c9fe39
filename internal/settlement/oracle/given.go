package oracle

import (
	"context"
	"slices"

	"changrong/internal/fact/shelf"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement"
)

// Given is a settlement as it is stored, opened for those who ask about single
// rows: of all rows it takes from the stored result what came of conditions,
// exclusion, gate and base, and does the steps from the limit on itself. What
// somebody asks about is computed from the facts from the beginning (View, Work);
// where that differs from what is stored, the later steps are done again with it.
//
// Shares of limits, caps, pools and roundings hang on nothing of other rows but
// what Given takes from the stored result, so what it says of a row is what Open
// says, as long as the other rows are stored as they should be. That they are,
// Open tells, and verifying a bundle.
//
// A Given does not change once it is open; many may ask at once.
type Given struct {
	plan *policy.Plan
	done *Books // its rows have no Fact
	of   map[place]*Row
}

// place is where a row of an item stands: the number of its fact.
type place struct {
	item *policy.Item
	row  int32
}

// OpenGiven opens a stored result of plan over the facts on a shelf.
//
// Errors: settlement.link, settlement.overflow.
func OpenGiven(ctx context.Context, plan *policy.Plan, held *shelf.Shelf, stored *settlement.Result) (*Given, error) {
	b := &Books{
		plan: plan, facts: onShelf(held), programs: map[*expr.Expr]*expr.Program{}, pools: map[*policy.Pool]*settlement.PoolUse{},
		standings: map[*policy.Item]*standing{},
	}
	if err := b.compile(); err != nil {
		return nil, err
	}
	b.readDecisions()
	b.readFilings()
	for _, it := range plan.Items {
		if it.Gate != nil && it.Gate.Above != nil {
			if _, err := b.standingOf(it); err != nil {
				return nil, err
			}
		}
	}
	g := &Given{plan: plan, done: b, of: map[place]*Row{}}
	if err := g.take(ctx, stored); err != nil {
		return nil, err
	}
	if err := b.later(ctx); err != nil {
		return nil, err
	}
	b.group()
	b.facts.forget()
	return g, nil
}

// compile plans all expressions of items, so that nobody has to do so later.
func (b *Books) compile() error {
	var all []*expr.Expr
	for _, it := range b.plan.Items {
		all = append(all, it.When...)
		for _, r := range it.Related {
			all = append(all, r.When...)
		}
		if it.Bank != nil {
			all = append(all, it.Bank.When...)
		}
		if it.Gate != nil {
			all = append(all, it.Gate.Require...)
			if it.Gate.Above != nil {
				all = append(all, it.Gate.Above.When...)
			}
		}
		for _, e := range []*expr.Expr{it.Base.Of, it.Base.From} {
			if e != nil {
				all = append(all, e)
			}
		}
	}
	for _, e := range all {
		program, err := e.Program()
		if err != nil {
			return err
		}
		b.programs[e] = program
	}
	return nil
}

// later does the steps from the limit on.
func (b *Books) later(ctx context.Context) error {
	for _, step := range []func() error{b.limit, b.terms, b.pool, b.round} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	b.result = b.gather(nil)
	return nil
}

// take makes rows of what is stored. What is stored of a row that the facts do not
// have is left out: nothing can be said about it.
func (g *Given) take(ctx context.Context, stored *settlement.Result) error {
	for i := range stored.Lines {
		l := &stored.Lines[i]
		if r := g.row(l.Item, l.InstitutionID, l.SubjectID); r != nil {
			r.Base = l.Base
		}
	}
	open := map[*Row]bool{} // rows that take part in limits, with a base that is not stored
	for i, list := range [][]settlement.Aside{stored.SetAside, stored.Excluded} {
		for _, a := range list {
			r := g.row(a.Item, a.InstitutionID, a.SubjectID)
			switch {
			case r == nil:
			case a.Reason == settlement.Undecided || a.Reason == settlement.NoClaim:
				open[r] = true
			default:
				r.Why, r.Detail, r.Waits = a.Reason, a.Detail, i == 0
			}
		}
	}
	b := g.done
	slices.SortFunc(b.rows, byRowKey)
	for i, r := range b.rows {
		if i&1023 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		monthly := r.going() && r.Item.Limit != nil && r.Item.Limit.EachMonth // single months are not stored
		if !open[r] && !monthly {
			continue
		}
		r.Fact = b.facts.at(b.facts.shelf.Table(r.Item.Table.Name), r.at)
		if err := b.inputs(r); err != nil {
			return err
		}
		if r.going() {
			r.reckon()
		}
		r.Fact = nil
	}
	return nil
}

// row starts a row of what is stored; nil when the plan or the facts do not have it.
func (g *Given) row(item, institution, subject string) *Row {
	it := g.plan.Item(item)
	if it == nil {
		return nil
	}
	on := g.done.facts.shelf.Table(it.Table.Name)
	if on == nil {
		return nil
	}
	own := it.Table.Column("institution_id") != nil
	at := int32(-1)
	on.By(it.Subject().Name, subject, func(row int32) {
		if bank, _ := on.Text(row, "institution_id"); !own || bank == institution {
			at = row
		}
	})
	if at < 0 {
		return nil
	}
	enterprise, _ := on.Text(at, "enterprise_id")
	r := &Row{Item: it, at: at, SubjectID: subject, EnterpriseID: enterprise, InstitutionID: institution, PayeeID: institution}
	if it.Payee == policy.PayEnterprise {
		r.PayeeID = enterprise
	}
	if g.of[place{it, at}] != nil {
		return nil // the row is stored twice; the first counts
	}
	g.of[place{it, at}] = r
	g.done.rows = append(g.done.rows, r)
	return r
}

// View returns books to ask about single rows: Work them out first.
func (g *Given) View() *Books {
	b := *g.done
	b.facts, b.given, b.rows, b.gates = onShelf(g.done.facts.shelf), g, nil, nil
	b.own, b.twins, b.byPlace = map[*Row]*Row{}, map[*Row]*Row{}, map[place]*Row{}
	return &b
}

// Work computes rows of items from the facts, with all that contend for them. Of
// books that are not a View everything is worked out already.
//
// Errors: settlement.link, settlement.overflow.
func (b *Books) Work(ctx context.Context, asked []Asked) error {
	if b.given == nil {
		return nil
	}
	near := b.contenders(asked)
	for _, it := range b.plan.Items {
		for _, f := range near {
			if f.Table != it.Table {
				continue
			}
			if err := b.selectRow(it, f); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(b.rows, byRowKey)
	for _, step := range []func() error{b.assign, b.gate, b.base} {
		if err := step(); err != nil {
			return err
		}
	}
	for _, r := range b.rows {
		b.byPlace[place{r.Item, r.Fact.row}] = r
	}
	if b.agreed(near) {
		return nil
	}
	return b.redo(ctx, near)
}

// Asked is a row that somebody asks about.
type Asked struct {
	Item *policy.Item
	Fact *Fact
}

// contenders are the facts whose rows may keep a row that is asked about, or lose
// it: its own, in other items, and where only one institution counts those of its
// enterprise.
func (b *Books) contenders(asked []Asked) []*Fact {
	seen := map[*Fact]bool{}
	var near []*Fact
	add := func(f *Fact) {
		if !seen[f] {
			seen[f] = true
			near = append(near, f)
		}
	}
	for _, a := range asked {
		add(a.Fact)
		one := slices.ContainsFunc(b.plan.Groups, func(g *policy.Group) bool { return g.Strategy == policy.OneInstitution })
		if one && a.Fact.Table.Column("enterprise_id") != nil {
			for _, f := range b.facts.by(a.Fact.Table.Name, "enterprise_id", a.Fact.Text("enterprise_id")) {
				add(f)
			}
		}
	}
	return near
}

// agreed holds what was worked out against what is stored, up to the base. Where all
// of it agrees, the rows get what the stored ones came to.
func (b *Books) agreed(near []*Fact) bool {
	for _, f := range near {
		for _, it := range b.plan.Items {
			at := place{it, f.row}
			if it.Table == f.Table && !agree(b.byPlace[at], b.given.of[at]) {
				return false
			}
		}
	}
	for _, r := range b.rows {
		if twin := b.given.of[place{r.Item, r.Fact.row}]; twin != nil {
			b.own[twin], b.twins[r] = r, twin
			r.follow(twin)
		}
	}
	return true
}

// agree tells whether a row came to the same, up to its base, as it is stored.
func agree(r, stored *Row) bool {
	switch {
	case r == nil || r.Ended:
		return stored == nil
	case stored == nil:
		return false
	case r.InstitutionID != stored.InstitutionID:
		return false
	case stored.waitsForTerms():
		return r.Why == "" && r.Base == stored.Base
	}
	return r.Why == stored.Why && r.Detail == stored.Detail && r.Waits == stored.Waits && (r.Why != "" || r.Base == stored.Base)
}

// waitsForTerms tells whether the row came as far as the limit, and waits since then.
func (r *Row) waitsForTerms() bool {
	return r.Why == settlement.Undecided || r.Why == settlement.NoClaim
}

// follow takes the steps from the limit on from another row of the same base.
func (r *Row) follow(twin *Row) {
	if r.Why != "" || r.Ended {
		return
	}
	r.Why, r.Detail, r.Waits = twin.Why, twin.Detail, twin.Waits
	r.MonthlyLimited, r.LimitedBase, r.Decision, r.Rate = twin.MonthlyLimited, twin.LimitedBase, twin.Decision, twin.Rate
	r.Amount, r.Deducted, r.Capped, r.Pooled, r.Paid = twin.Amount, twin.Deducted, twin.Capped, twin.Pooled, twin.Paid
	for i := range r.MonthEnds {
		if i < len(twin.MonthEnds) {
			r.MonthEnds[i].Limited = twin.MonthEnds[i].Limited
		}
	}
}

// redo does the steps from the limit on again, with the rows that were worked out in
// the place of those stored.
func (b *Books) redo(ctx context.Context, near []*Fact) error {
	whole := *b
	whole.given, whole.pools, whole.rows = nil, map[*policy.Pool]*settlement.PoolUse{}, slices.Clone(b.rows)
	replaced := map[place]bool{}
	for _, f := range near {
		for _, it := range b.plan.Items {
			if it.Table == f.Table {
				replaced[place{it, f.row}] = true
			}
		}
	}
	for _, r := range b.given.done.rows {
		if !replaced[place{r.Item, r.at}] {
			whole.rows = append(whole.rows, r.anew())
		}
	}
	slices.SortFunc(whole.rows, byRowKey)
	if err := whole.later(ctx); err != nil {
		return err
	}
	whole.group()
	b.pools, b.result, b.groups, b.own, b.twins = whole.pools, whole.result, whole.groups, nil, nil
	return nil
}

// anew is a copy of a row as it was before the limit.
func (r *Row) anew() *Row {
	c := *r
	if c.waitsForTerms() {
		c.Why, c.Detail, c.Waits = "", "", false
	}
	c.MonthEnds = slices.Clone(r.MonthEnds)
	for i := range c.MonthEnds {
		c.MonthEnds[i].Limited = c.MonthEnds[i].Fen
	}
	return &c
}

// forget lets go of rows that were made on the way.
func (f *facts) forget() { *f = *onShelf(f.shelf) }
