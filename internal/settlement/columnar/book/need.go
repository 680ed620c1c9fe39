package book

import (
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
)

// need is what is read of one table.
type need struct {
	table  *fact.Table
	values map[string]bool // columns whose values are looked at
	links  map[string]bool // links that are followed
}

// needs are what plans read: of every table that is there, the key, the columns
// that conditions and steps name, and those that hold the links they follow.
type needs struct {
	src      fact.Source
	of       map[string]*need
	absent   map[string]bool // tables that are read, and are not in the facts
	balances bool            // M_0 … M_k of every note
	events   bool            // the balance of every day
	scope    civil.Range     // from the first to the last day of the plans' scopes
}

// needsOf collects what plans read.
func needsOf(src fact.Source, plans []*policy.Plan) *needs {
	n := &needs{src: src, of: map[string]*need{}, absent: map[string]bool{}, scope: plans[0].Scope}
	for _, name := range []string{"institutions", "enterprises"} {
		n.table(fact.Lookup(name)) // they number the parties
	}
	for _, p := range plans {
		n.scope.First, n.scope.Last = min(n.scope.First, p.Scope.First), max(n.scope.Last, p.Scope.Last)
		n.read("decisions", "rate", "amount")
		for _, it := range p.Items {
			n.item(it)
		}
		for _, in := range p.Indicators {
			n.indicator(in)
		}
		for _, g := range p.Groups {
			n.group(g)
		}
		for _, pool := range p.Pools {
			n.read("budgets", "amount")
			switch pool.Allocator {
			case policy.FirstComplete, policy.Reserve:
				n.read("filings", "completed_at", "reserved_at")
			}
		}
	}
	if n.balances {
		n.read("loans", "disbursed_on", "closed_on")
		n.absent["month_balances"] = !src.Has("month_balances")
	}
	if n.events {
		n.read("loan_events", "on", "kind", "amount")
		n.follow(fact.Lookup("loan_events"), fact.Lookup("loan_events").LinkTo("loans"))
	}
	return n
}

// table returns what is read of t; nil when it is not in the facts.
func (n *needs) table(t *fact.Table) *need {
	if !n.src.Has(t.Name) {
		n.absent[t.Name] = true
		return nil
	}
	of := n.of[t.Name]
	if of == nil {
		of = &need{table: t, values: map[string]bool{}, links: map[string]bool{}}
		n.of[t.Name] = of
		if t.Name == "loans" {
			of.links["borrower"] = true // who the note belongs to decides where it is held
		}
	}
	return of
}

// read asks for columns of a table.
func (n *needs) read(table string, columns ...string) {
	if of := n.table(fact.Lookup(table)); of != nil {
		for _, c := range columns {
			of.values[c] = true
		}
	}
}

// follow asks for a link, and for the key of the table it leads to.
func (n *needs) follow(t *fact.Table, l *fact.Link) {
	of := n.table(t)
	if of == nil {
		return
	}
	of.links[l.Name] = true
	if n.table(fact.Lookup(l.Table)) == nil {
		if c := telling(t, l); c != nil {
			of.values[c.Name] = true
		}
	}
}

// telling returns the column of a link whose emptiness has a meaning: it says that
// there is no other row, even where the other table is not in the facts.
func telling(t *fact.Table, l *fact.Link) *fact.Column {
	for _, name := range l.On {
		if c := t.Column(name); c.None {
			return c
		}
	}
	return nil
}

// rows asks for what makes a line of a row of t, or counts it.
func (n *needs) rows(t *fact.Table) {
	n.table(t)
	for _, name := range []string{"institutions", "enterprises"} {
		if l := t.LinkTo(name); l != nil {
			n.follow(t, l)
		}
	}
}

func (n *needs) item(it *policy.Item) {
	n.selection(it.Table, it.When, it.Related, it.FirstLoan)
	if it.Bank != nil {
		n.children(it.Table, it.Bank.Table, it.Bank.When)
		n.rows(it.Bank.Table)
		n.read(it.Bank.Table.Name, it.Bank.By.Name)
	}
	if it.Gate != nil {
		n.gate(it)
	}
	if it.Base.Average != "" {
		n.balances, n.events = true, n.events || it.Base.Average.Daily()
		n.table(fact.Lookup("loans"))
	}
	for _, e := range []*expr.Expr{it.Base.From, it.Base.Of} {
		if e != nil {
			n.exprs(it.Table, nil, []*expr.Expr{e})
		}
	}
}

func (n *needs) gate(it *policy.Item) {
	if it.Gate.Above == nil {
		payees := fact.Lookup("institutions")
		if it.Payee == policy.PayEnterprise {
			payees = fact.Lookup("enterprises")
		}
		n.exprs(payees, nil, it.Gate.Require)
		return
	}
	n.balances = true
	guarantees := fact.Lookup("guarantees")
	n.rows(guarantees)
	n.follow(guarantees, guarantees.LinkTo("loans"))
	n.exprs(guarantees, nil, it.Gate.Above.When)
	n.read("guarantees", "start_on", "end_on", "released_on", "compensated_on")
	if it.Gate.Above.Share {
		n.read("guarantees", "share")
	}
}

func (n *needs) indicator(in *policy.Indicator) {
	if in.Measure.Kind == policy.External {
		return
	}
	n.selection(in.Table, in.When, in.Related, in.FirstLoan)
	for _, e := range []*expr.Expr{in.Measure.Of, in.Measure.By} {
		if e != nil {
			n.exprs(in.Table, nil, []*expr.Expr{e})
		}
	}
}

func (n *needs) selection(t *fact.Table, when []*expr.Expr, related []policy.Related, first policy.FirstLoan) {
	n.rows(t)
	n.exprs(t, nil, when)
	for i := range related {
		n.children(t, related[i].Table, related[i].When)
	}
	if first != "" {
		n.read("loans", "disbursed_on", "first_loan")
	}
}

func (n *needs) children(parent, child *fact.Table, when []*expr.Expr) {
	n.follow(child, child.LinkTo(parent.Name))
	n.exprs(child, parent, when)
}

func (n *needs) group(g *policy.Group) {
	switch g.Strategy {
	case policy.FirstFiled:
		n.read("filings", "filed_at")
	case policy.DeductPaid:
		n.read("benefits", "institution_id", "loan_id", "amount")
	case policy.OneInstitution:
		n.read("loans", "disbursed_on")
	}
}

// exprs asks for the variables of expressions on rows of t that belong to rows of
// parent, which may be nil.
func (n *needs) exprs(t, parent *fact.Table, es []*expr.Expr) {
	for _, e := range es {
		for _, v := range e.Vars {
			hops, to := Route(t, parent, v.Owner)
			for _, h := range hops {
				n.follow(h.From, h.Link)
			}
			switch {
			case v.Column.Derived:
				n.balances = true
				n.table(to)
			default:
				n.read(to.Name, v.Column.Name)
			}
		}
	}
}

// Hop is a step from a row along a link.
type Hop struct {
	From *fact.Table
	Link *fact.Link
}

// Route says how to come from a row of t, which belongs to a row of parent if that
// is not nil, to the row that an expression calls owner, and what table it is of.
// What both could be is seen from t.
func Route(t, parent *fact.Table, owner string) ([]Hop, *fact.Table) {
	if t.Row == owner {
		return nil, t
	}
	if l := t.Link(owner); l != nil {
		return []Hop{{t, l}}, fact.Lookup(l.Table)
	}
	up := Hop{t, t.LinkTo(parent.Name)}
	if parent.Row == owner {
		return []Hop{up}, parent
	}
	l := parent.Link(owner)
	return []Hop{up, {parent, l}}, fact.Lookup(l.Table)
}

// Follow returns where a link leads, by row; nil when nobody knows.
func (b *Book) Follow(p *Part, h Hop) []uint32 {
	from := b.Table(p, h.From.Name)
	switch {
	case !isParty(h.Link.Table):
		return from.links[h.Link.Name]
	case b.whole[h.Link.Table] == nil:
		return nil
	case h.Link.Table == "institutions":
		return from.inst
	}
	return from.ent
}

// partitioned tells whether a table is held partition by partition: notes, and
// what belongs to a note.
func (n *needs) partitioned(table string) bool {
	of := n.of[table]
	if of == nil {
		return false
	}
	return table == "loans" || of.links["loan"] && n.of["loans"] != nil
}

// columns returns what is read of a table, in the order of the dictionary.
func (n *needs) columns(of *need) []string {
	var names []string
	for _, c := range of.table.Stored() {
		wanted := of.values[c] || slices.Contains(of.table.Key, c)
		for i := range of.table.Links {
			l := &of.table.Links[i]
			if of.links[l.Name] && (n.src.Has(l.Table) || isParty(l.Table)) {
				wanted = wanted || slices.Contains(l.On, c)
			}
		}
		if wanted {
			names = append(names, c)
		}
	}
	return names
}

// isParty tells whether a table is one of parties, which are numbered even where it
// is not in the facts.
func isParty(table string) bool { return table == "institutions" || table == "enterprises" }

// months returns the first of the months whose ends are held, and how many.
func (n *needs) months() (first civil.Month, count int) {
	first = n.scope.First.Month() - 1
	return first, int(n.scope.Last.Month()-first) + 1
}
