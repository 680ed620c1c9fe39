package columnar

import (
	"changrong/internal/base/civil"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement/columnar/vec"
)

// binder finds the columns of variables of expressions on rows of a table, which
// belong to rows of a parent if that is not nil.
type binder struct {
	book          *Book
	part          *part
	plan          *policy.Plan
	table, parent *fact.Table
	paths         []vec.Path
	known         map[string]int // paths by owner
}

func (r *running) binder(p *part, t, parent *fact.Table) *binder {
	return &binder{book: r.Book, part: p, plan: r.plan, table: t, parent: parent, paths: []vec.Path{{}}, known: map[string]int{}}
}

// bind is a vec.Bind.
func (b *binder) bind(v *expr.Variable) (path int, values vec.Values, err error) {
	hops, to := route(b.table, b.parent, v.Owner)
	path, ok := b.known[v.Owner]
	if !ok {
		for _, h := range hops {
			b.paths = append(b.paths, vec.Path{From: path, Link: b.book.linkIn(b.part, h)})
			path = len(b.paths) - 1
		}
		b.known[v.Owner] = path
	}
	t := b.book.tableIn(b.part, to.Name)
	switch {
	case t == nil:
		return path, vec.Absent(v.Column), nil
	case v.Column.Derived:
		return path, monthEnd{b.part.balances, b.month(v.Column)}, nil
	}
	return path, t.cols[v.Column.Name], nil
}

// month returns which of the months that are held a derived column is about.
func (b *binder) month(c *fact.Column) int {
	m := b.plan.Opening()
	if c.Name == "closing_balance" {
		m = b.plan.Scope.Last.Month()
	}
	return b.part.balances.index(m)
}

// index returns the place of a month among those that are held.
func (b *balances) index(m civil.Month) int { return int(m - b.first) }

// linkIn returns where a link leads, by row; nil when nobody knows.
func (b *Book) linkIn(p *part, h hop) []uint32 {
	from := b.tableIn(p, h.from.Name)
	switch {
	case !isParty(h.link.Table):
		return from.links[h.link.Name]
	case b.whole[h.link.Table] == nil:
		return nil
	case h.link.Table == "institutions":
		return from.inst
	}
	return from.ent
}
