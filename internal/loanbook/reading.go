package loanbook

import (
	"context"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// reading is one pass over a table.
type reading struct {
	c     *checker
	table *fact.Table
	self  *index
	rows  rowReader // nil: keys, links, amounts and dates are all there is
	refs  []*ref
	whose *ref     // the link that all key columns but the last stand for, or nil
	keys  []string // the key columns that whose does not stand for

	// of the current batch
	key     []*fact.Vector
	amounts []*fact.Vector
	order   [][2]*fact.Vector
	joined  []byte
}

// rowReader is what a table is asked for besides keys, links, amounts and dates.
type rowReader interface {
	columns() []string
	// start is told of each batch, row of each row whose key is new and whose
	// links lead somewhere; id is the number of its key.
	start(b *fact.Batch)
	row(rd *reading, b *fact.Batch, i int, id uint32)
}

// dateOrder holds, by table, dates of which the first must not be after the second.
var dateOrder = map[string][][2]string{
	"loans":       {{"disbursed_on", "due_on"}, {"disbursed_on", "closed_on"}, {"due_on", "extended_to"}},
	"guarantees":  {{"start_on", "end_on"}, {"start_on", "released_on"}, {"start_on", "compensated_on"}},
	"collaterals": {{"registered_on", "cancelled_on"}},
}

func (c *checker) rowReader(table string) rowReader {
	switch table {
	case "enterprises":
		return &enterprises{}
	case "loans":
		return &c.notes
	case "month_balances":
		return &c.months
	case "loan_events":
		return &c.events
	case "guarantees":
		return &c.shares
	case "collaterals":
		return &collaterals{}
	case "decisions":
		return &decisions{}
	}
	return nil
}

// readTable reads one table: its keys, its links, its amounts and dates, and
// what its rowReader asks for.
// Error: loanbook.too_large.
func (c *checker) readTable(ctx context.Context, t *fact.Table) error {
	rd := &reading{c: c, table: t, self: c.tables[t.Name], rows: c.rowReader(t.Name)}
	if !rd.self.there {
		return nil
	}
	rd.link()
	err := c.src.Scan(ctx, t.Name, rd.columns(), 1, func(_ int, b *fact.Batch) error {
		rd.batch(b)
		return ctx.Err()
	})
	rd.self.known = rd.self.ids.Len()
	if err == nil && rd.full() {
		return fault.Invalidf("loanbook.too_large", "表“%s”太大，无法一次检查", "table %s is too large to check at once", t.Name)
	}
	return err
}

// full tells whether a table of keys has overflowed.
func (rd *reading) full() bool {
	full := rd.self.ids.Full()
	for _, r := range rd.refs {
		full = full || r.to.ids.Full()
	}
	return full
}

// lenderOf is the link to the institution of tables that only link to the note,
// whose bank has been asked for already.
var lenderOf = fact.Link{Table: "institutions", On: []string{"institution_id"}}

// link lists the links, those by one column before those by two, and finds the
// one the key begins with.
func (rd *reading) link() {
	for i := range rd.table.Links {
		l := &rd.table.Links[i]
		rd.refs = append(rd.refs, &ref{link: l, to: rd.c.tables[l.Table]})
	}
	if rd.table.LinkTo("loans") != nil && rd.table.LinkTo("institutions") == nil {
		rd.refs = append(rd.refs, &ref{link: &lenderOf, to: rd.c.tables["institutions"], silent: true})
	}
	slices.SortStableFunc(rd.refs, func(a, b *ref) int { return len(a.link.On) - len(b.link.On) })
	rd.keys = rd.table.Key
	for _, r := range rd.refs {
		if len(r.link.On) == 2 {
			r.space = rd.refs[slices.IndexFunc(rd.refs, func(o *ref) bool { return o.link.On[0] == r.link.On[0] })]
		}
		if n := len(r.link.On); n == len(rd.table.Key)-1 && slices.Equal(r.link.On, rd.table.Key[:n]) {
			rd.whose, rd.keys = r, rd.table.Key[n:]
		}
	}
}

// columns returns what is read of the table.
func (rd *reading) columns() []string {
	columns := slices.Clone(rd.table.Key)
	for _, r := range rd.refs {
		columns = append(columns, r.link.On...)
	}
	for _, pair := range dateOrder[rd.table.Name] {
		columns = append(columns, pair[0], pair[1])
	}
	columns = append(columns, rd.amountColumns()...)
	if rd.rows != nil {
		columns = append(columns, rd.rows.columns()...)
	}
	slices.Sort(columns)
	return slices.Compact(columns)
}

func (rd *reading) amountColumns() (names []string) {
	for i := range rd.table.Columns {
		if c := &rd.table.Columns[i]; c.Type == fact.Fen && !c.Derived {
			names = append(names, c.Name)
		}
	}
	return names
}

// prepare finds the vectors of a batch.
func (rd *reading) prepare(b *fact.Batch) {
	for _, r := range rd.refs {
		r.column = b.Vector(r.link.On[len(r.link.On)-1])
	}
	rd.key, rd.amounts, rd.order = rd.key[:0], rd.amounts[:0], rd.order[:0]
	for _, name := range rd.keys {
		rd.key = append(rd.key, b.Vector(name))
	}
	for _, name := range rd.amountColumns() {
		rd.amounts = append(rd.amounts, b.Vector(name))
	}
	for _, pair := range dateOrder[rd.table.Name] {
		rd.order = append(rd.order, [2]*fact.Vector{b.Vector(pair[0]), b.Vector(pair[1])})
	}
	if rd.rows != nil {
		rd.rows.start(b)
	}
}

func (rd *reading) batch(b *fact.Batch) {
	rd.prepare(b)
	for i, n := 0, b.Len(); i < n; i++ {
		linked := rd.follow(b, i)
		rd.checkCells(b, i)
		id, fresh := rd.number(b, i)
		if rd.rows != nil && linked && fresh {
			rd.rows.row(rd, b, i, id)
		}
	}
}

// follow resolves the links of row i; it is false when the note it belongs to,
// of which all else depends, is not there.
func (rd *reading) follow(b *fact.Batch, i int) bool {
	linked := true
	for _, r := range rd.refs {
		r.resolve(i)
		if !r.missing() {
			continue
		}
		if r.link.Table == "loans" {
			linked = false
		}
		if !r.silent {
			value := string(r.column.Texts.At(i))
			rd.c.find(unknownRow[r.link.Table], b, i, r.column.Column.Name, value, value)
		}
	}
	return linked
}

// checkCells checks that amounts are not negative and dates are in order.
func (rd *reading) checkCells(b *fact.Batch, i int) {
	for _, v := range rd.amounts {
		if v.Ints[i] < 0 {
			rd.c.find(&ruleNegative, b, i, v.Column.Name, yuan(v.Ints[i])+" 元", yuan(v.Ints[i])+" yuan")
		}
	}
	for _, p := range rd.order {
		if first, second := p[0], p[1]; first.Ints[i] > second.Ints[i] && !first.Unknown(i) && !second.Unknown(i) {
			zh, en := both("%[1]s %[3]s 晚于%[2]s %[4]s", "%[5]s %[3]s is after %[6]s %[4]s",
				first.Column.Zh, second.Column.Zh, civil.Date(first.Ints[i]), civil.Date(second.Ints[i]), first.Column.Name, second.Column.Name)
			rd.c.find(&ruleDates, b, i, second.Column.Name, zh, en)
		}
	}
}

// number numbers the key of row i and reports one that stands twice. Balances are
// told apart by note and month, in months.
func (rd *reading) number(b *fact.Batch, i int) (id uint32, fresh bool) {
	if rd.rows == rowReader(&rd.c.months) {
		return 0, true
	}
	space, key := uint32(0), rd.joined[:0]
	if rd.whose != nil {
		if space = rd.whose.id; space == none {
			return 0, false
		}
	}
	if len(rd.key) == 1 {
		key = rd.key[0].Texts.At(i)
	} else {
		for _, v := range rd.key { // no cell holds a control character
			key = append(v.AppendValue(key, i), 0)
		}
		rd.joined = key
	}
	if id, fresh = rd.self.ids.AddIn(space, key); !fresh {
		rd.c.find(&ruleDuplicate, b, i, rd.table.Key[len(rd.table.Key)-1], "", "")
	}
	return id, fresh
}
