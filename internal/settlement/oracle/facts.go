package oracle

import (
	"context"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/fact/shelf"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
)

// Fact is one row of a table of facts.
type Fact struct {
	Table *fact.Table
	on    *shelf.Table // nil: of the row nothing is known
	row   int32
}

// Value returns what the row holds in column.
func (f *Fact) Value(column string) expr.Value {
	c := f.Table.Column(column)
	if c == nil || f.on == nil {
		return expr.Value{}
	}
	if c.Type.Textual() {
		text, known := f.on.Text(f.row, column)
		return expr.Value{Known: known, Text: text}
	}
	x, known := f.on.Int(f.row, column)
	return expr.Value{Known: known, Int: x}
}

// Text returns what the row holds in column as text; "" when it is not known.
func (f *Fact) Text(column string) string {
	c, x := f.Table.Column(column), f.Value(column)
	switch {
	case c == nil || !x.Known:
		return ""
	case c.Type.Textual():
		return x.Text
	}
	return string(c.AppendInt(nil, x.Int))
}

// date returns a date that the dictionary requires, or whose absence means never.
func (f *Fact) date(column string) civil.Date { return civil.Date(f.Value(column).Int) }

// key returns the texts of columns, joined.
func (f *Fact) key(columns ...string) string { return join(f.texts(columns)...) }

// texts returns the texts of columns.
func (f *Fact) texts(columns []string) []string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = f.Text(c)
	}
	return parts
}

// join makes one key of several texts, none of which holds a control character.
func join(parts ...string) string { return strings.Join(parts, "\x00") }

// facts are all the tables a plan can ask for. A row is made into a Fact when it is
// asked for the first time, and is the same Fact from then on.
type facts struct {
	shelf    *shelf.Shelf
	made     map[string]map[int32]*Fact
	balances map[string]map[civil.Month]int64 // month-end balances by note and month
}

// ReadShelf reads what the oracle may ask of the facts under a plan: all tables, but
// loan events only where a daily average or a condition needs them.
func ReadShelf(ctx context.Context, plan *policy.Plan, src fact.Source) (*shelf.Shelf, error) {
	daily := slices.ContainsFunc(plan.Items, func(it *policy.Item) bool { return it.Base.Average.Daily() })
	events, balances := daily || looksAt(plan, "loan_events"), looksAt(plan, "month_balances")
	return shelf.Read(ctx, src, func(t *fact.Table) []string {
		switch {
		case t.Name == "loan_events" && !events:
			return nil
		case t.Name == "month_balances" && !balances:
			return []string{"institution_id", "loan_id", "month", "balance"}
		}
		return t.Stored()
	}, subjects()...)
}

// subjects are the columns that explanations find rows by: payees, and the last of
// the keys of all tables.
func subjects() []string {
	names := []string{"institution_id", "enterprise_id"}
	for _, t := range fact.Tables() {
		if last := t.Key[len(t.Key)-1]; t.Column(last).Type.Textual() && t.Name != "month_balances" {
			names = append(names, last)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// onShelf starts with nothing made.
func onShelf(s *shelf.Shelf) *facts {
	return &facts{shelf: s, made: map[string]map[int32]*Fact{}, balances: map[string]map[civil.Month]int64{}}
}

// there tells whether the facts have a table.
func (f *facts) there(table string) bool { return f.shelf.Table(table) != nil }

// at returns row number row of a table.
func (f *facts) at(on *shelf.Table, row int32) *Fact {
	rows := f.made[on.Of.Name]
	if rows == nil {
		rows = map[int32]*Fact{}
		f.made[on.Of.Name] = rows
	}
	if rows[row] == nil {
		rows[row] = &Fact{Table: on.Of, on: on, row: row}
	}
	return rows[row]
}

// all returns the rows of a table.
func (f *facts) all(table string) []*Fact {
	on := f.shelf.Table(table)
	if on == nil {
		return nil
	}
	rows := make([]*Fact, on.Rows())
	for i := range rows {
		rows[i] = f.at(on, int32(i))
	}
	return rows
}

// lookup returns the row of a table with a key, or nil.
func (f *facts) lookup(table string, key ...string) *Fact {
	on := f.shelf.Table(table)
	if on == nil {
		return nil
	}
	row := on.Key(key...)
	if row < 0 {
		return nil
	}
	return f.at(on, row)
}

// by returns the rows of a table that hold text in a column.
func (f *facts) by(table, column, text string) (rows []*Fact) {
	if on := f.shelf.Table(table); on != nil {
		on.By(column, text, func(row int32) { rows = append(rows, f.at(on, row)) })
	}
	return rows
}

// children returns the rows of table that belong to the row of another table with
// this key. To what table a row belongs the first of its links to that table says.
func (f *facts) children(table, of string, key ...string) (rows []*Fact) {
	if on := f.shelf.Table(table); on != nil {
		on.Children(of, key, func(row int32) { rows = append(rows, f.at(on, row)) })
	}
	return rows
}

// childrenOf returns the rows of table that belong to row.
func (f *facts) childrenOf(row *Fact, table *fact.Table) []*Fact {
	return f.children(table.Name, row.Table.Name, row.texts(row.Table.Key)...)
}

// noteKey is the key of the note that a row is or speaks of.
var noteKey = []string{"institution_id", "loan_id"}

// noteOf returns the key of the note that a row is or speaks of, joined.
func noteOf(row *Fact) string { return row.key(noteKey...) }

// balancesOf returns the month-end balances of a note.
func (f *facts) balancesOf(note string) map[civil.Month]int64 {
	if of, ok := f.balances[note]; ok {
		return of
	}
	of := map[civil.Month]int64{}
	f.balances[note] = of
	if on := f.shelf.Table("month_balances"); on != nil {
		on.Children("loans", strings.Split(note, "\x00"), func(row int32) {
			month, _ := on.Int(row, "month")
			of[civil.Month(month)], _ = on.Int(row, "balance")
		})
	}
	return of
}

// knows tells whether all of columns are known.
func (f *Fact) knows(columns []string) bool {
	for _, c := range columns {
		if !f.Value(c).Known {
			return false
		}
	}
	return true
}

// whither says where a link leads.
type whither uint8

const (
	toRow     whither = iota // to a row
	toNothing                // there is none, and that is known: a loan of no project
	toUnknown                // nobody knows
)

// follow goes from a row along a link.
// Error: settlement.link when it leads nowhere although the table is there.
func (f *facts) follow(row *Fact, l *fact.Link) (*Fact, whither, error) {
	if !row.knows(l.On) {
		return nil, toUnknown, nil
	}
	for _, c := range l.On {
		if row.Table.Column(c).None && row.Text(c) == "" {
			return nil, toNothing, nil
		}
	}
	if !f.there(l.Table) {
		return nil, toUnknown, nil
	}
	if to := f.lookup(l.Table, row.texts(l.On)...); to != nil {
		return to, toRow, nil
	}
	return nil, 0, fault.Invalidf("settlement.link", "%[1]s“%[2]s”所指的%[3]s不在数据中",
		"%[4]s %[2]q leads to a row of %[5]s that is not there",
		row.Table.Zh, strings.ReplaceAll(row.key(row.Table.Key...), "\x00", " "), l.Zh, row.Table.Name, l.Table)
}

// emptiness is what a column of a row that is known not to exist holds.
func emptiness(c *fact.Column) expr.Value {
	if !c.None {
		return expr.Value{}
	}
	if c.Type.Textual() {
		return expr.Value{Known: true}
	}
	return expr.Value{Known: true, Int: int64(civil.Never)}
}
