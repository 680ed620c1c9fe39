package sqlgen

import (
	"fmt"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

// frame is the rows that expressions may name, as relations of one query: a row,
// those its links lead to, and for rows of another table that belong to it, both.
// A relation is joined when an expression first asks for it.
type frame struct {
	g      *generator
	owners map[string]*owner
	joins  []string
}

// owner is one row in scope.
type owner struct {
	name   string
	table  *fact.Table
	via    *fact.Link // nil: it stands in FROM
	from   *owner     // the row that via leaves from
	joined bool
	inner  bool // a row without it is not in the frame
	months bool // its month-end balances are joined too
}

// rowFrame is the scope expr.RowsOf(t).
func (g *generator) rowFrame(t *fact.Table) *frame {
	f := &frame{g: g, owners: map[string]*owner{}}
	f.add(t)
	f.joins = []string{"FROM " + t.Name + " AS " + t.Row}
	return f
}

// childFrame is the scope expr.ChildRows(parent, child): only rows of child that
// belong to a row of parent. The link that says so has been used.
func (g *generator) childFrame(parent, child *fact.Table) *frame {
	f := &frame{g: g, owners: map[string]*owner{}}
	c := f.add(child)
	l := child.LinkTo(parent.Name)
	f.joins = []string{"FROM " + child.Name + " AS " + child.Row}
	p := f.owners[parent.Row]
	if p == nil || p.via != l {
		p = f.add(parent)
	} else { // the child's own link leads to the very row
		f.links(p)
	}
	p.joined, p.inner = true, true
	f.joins = append(f.joins, fmt.Sprintf("JOIN %s AS %s ON %s", parent.Name, p.name, g.linked(c, l, p.name)))
	return f
}

// add puts a row and those its links lead to in scope; names that are taken stay.
func (f *frame) add(t *fact.Table) *owner {
	o := &owner{name: t.Row, table: t, joined: true}
	f.owners[t.Row] = o
	f.links(o)
	return o
}

func (f *frame) links(o *owner) {
	for i := range o.table.Links {
		l := &o.table.Links[i]
		if f.owners[l.Name] == nil {
			f.owners[l.Name] = &owner{name: l.Name, table: fact.Lookup(l.Table), via: l, from: o}
		}
	}
}

// linked is the condition that the row called to is the one that l leads to.
func (g *generator) linked(from *owner, l *fact.Link, to string) string {
	key := fact.Lookup(l.Table).Key
	parts := make([]string, len(key))
	for i := range key {
		g.read(from.table, l.On[i])
		g.read(fact.Lookup(l.Table), key[i])
		parts[i] = to + "." + key[i] + " = " + from.name + "." + l.On[i]
	}
	return strings.Join(parts, " AND ")
}

// of reads a variable.
func (f *frame) of(v *expr.Variable) string {
	o := f.owners[v.Owner]
	f.join(o)
	if v.Column.Derived {
		return f.derived(o, v.Column)
	}
	f.g.read(o.table, v.Column.Name)
	x := o.name + "." + column(v.Column.Name)
	if o.via == nil || !v.Column.None {
		return x
	}
	for _, c := range o.via.On {
		if !o.from.table.Column(c).None {
			continue
		}
		empty := number(int64(civil.Never))
		if v.Column.Type.Textual() {
			empty = literal("")
		}
		x = fmt.Sprintf("CASE WHEN %s.%s = '' THEN %s ELSE %s END", o.from.name, c, empty, x)
	}
	return x
}

// known tells whether a variable is never unknown: it is a column of a row that is
// there, and every row has it or its emptiness has a meaning.
func (f *frame) known(v *expr.Variable) bool {
	o := f.owners[v.Owner]
	there := o.via == nil || o.inner
	return there && !v.Column.Derived && (v.Column.Required || v.Column.None)
}

func (f *frame) join(o *owner) {
	if o.joined {
		return
	}
	o.joined = true
	f.joins = append(f.joins, fmt.Sprintf("LEFT JOIN %s AS %s ON %s", o.table.Name, o.name, f.g.linked(o.from, o.via, o.name)))
	f.g.check(o.from.table, o.via)
}

// derived reads a balance at an end of the scope.
func (f *frame) derived(o *owner, c *fact.Column) string {
	if !o.months {
		o.months = true
		f.joins = append(f.joins, fmt.Sprintf("LEFT JOIN %[1]s AS %[2]s_months ON %[2]s_months.institution_id = %[2]s.institution_id AND %[2]s_months.loan_id = %[2]s.loan_id",
			f.g.loanMonths(), o.name))
		f.g.read(o.table, "institution_id", "loan_id")
	}
	at := 0
	if c.Name == "closing_balance" {
		at = len(f.g.plan.Months())
	}
	return fmt.Sprintf("%s_months.m%d", o.name, at)
}

// source is the FROM clause, with everything that has been asked for.
func (f *frame) source() string { return strings.Join(f.joins, "\n") }

// key is the key of the row called name as columns named k1, k2, ….
func key(name string, t *fact.Table) []string {
	out := make([]string, len(t.Key))
	for i, c := range t.Key {
		out[i] = fmt.Sprintf("%s.%s AS k%d", name, c, i+1)
	}
	return out
}

// onKey is the condition that the row called name has the key of relation.
func onKey(relation, name string, t *fact.Table) string {
	parts := make([]string, len(t.Key))
	for i, c := range t.Key {
		parts[i] = fmt.Sprintf("%s.k%d = %s.%s", relation, i+1, name, c)
	}
	return strings.Join(parts, " AND ")
}

// keyNames are the names that key gives.
func keyNames(columns []string) string {
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = fmt.Sprintf("k%d", i+1)
	}
	return strings.Join(names, ", ")
}
