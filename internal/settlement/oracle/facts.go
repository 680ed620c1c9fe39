package oracle

import (
	"context"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

// Fact is one row of a table of facts.
type Fact struct {
	Table  *fact.Table
	places map[string]int // of the columns among the values
	values []expr.Value
}

// Value returns what the row holds in column.
func (f *Fact) Value(column string) expr.Value {
	i, ok := f.places[column]
	if !ok {
		return expr.Value{}
	}
	return f.values[i]
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
func (f *Fact) key(columns ...string) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = f.Text(c)
	}
	return join(parts...)
}

// join makes one key of several texts, none of which holds a control character.
func join(parts ...string) string { return strings.Join(parts, "\x00") }

// facts are all the tables a plan can ask for.
type facts struct {
	rows     map[string][]*Fact               // by table
	byKey    map[string]map[string]*Fact      // by table and key; nothing for a table that is not there
	children map[string][]*Fact               // by table, table linked to, and the latter's key
	balances map[string]map[civil.Month]int64 // month-end balances by note and month
	events   map[string][]*Fact               // by note
}

// readFacts reads every table that is there. Month-end balances, of which there
// are twelve times as many as notes, are held as rows only if asked so.
func readFacts(ctx context.Context, src fact.Source, balanceRows bool) (*facts, error) {
	f := &facts{
		rows: map[string][]*Fact{}, byKey: map[string]map[string]*Fact{}, children: map[string][]*Fact{},
		balances: map[string]map[civil.Month]int64{}, events: map[string][]*Fact{},
	}
	for _, t := range fact.Tables() {
		if !src.Has(t.Name) {
			continue
		}
		f.byKey[t.Name] = map[string]*Fact{}
		places := map[string]int{}
		for i, c := range t.Stored() {
			places[c] = i
		}
		err := src.Scan(ctx, t.Name, t.Stored(), 1, func(_ int, b *fact.Batch) error {
			for i := range b.Len() {
				row := &Fact{Table: t, places: places, values: valuesOf(b, i)}
				if t.Name == "month_balances" {
					f.addBalance(row)
				}
				if t.Name != "month_balances" || balanceRows {
					f.add(row)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// valuesOf copies row i out of a batch.
func valuesOf(b *fact.Batch, i int) []expr.Value {
	values := make([]expr.Value, len(b.Vectors))
	for at, v := range b.Vectors {
		switch {
		case v.Unknown(i):
		case v.Column.Type.Textual():
			values[at] = expr.Value{Known: true, Text: string(v.Texts.At(i))}
		default:
			values[at] = expr.Value{Known: true, Int: v.Ints[i]}
		}
	}
	return values
}

// addBalance files a month-end balance by its note and month.
func (f *facts) addBalance(row *Fact) {
	note := noteOf(row)
	if f.balances[note] == nil {
		f.balances[note] = map[civil.Month]int64{}
	}
	f.balances[note][civil.Month(row.Value("month").Int)] = row.Value("balance").Int
}

// noteOf returns the key of the note that a row is or speaks of.
func noteOf(row *Fact) string { return row.key("institution_id", "loan_id") }

// add files a row by its key, and by the keys of the rows it belongs to. To what
// table it belongs the first of its links to that table says.
func (f *facts) add(row *Fact) {
	t := row.Table
	f.rows[t.Name] = append(f.rows[t.Name], row)
	f.byKey[t.Name][row.key(t.Key...)] = row
	if t.Name == "loan_events" {
		f.events[noteOf(row)] = append(f.events[noteOf(row)], row)
	}
	seen := map[string]bool{}
	for _, l := range t.Links {
		if !seen[l.Table] && row.knows(l.On) {
			at := join(t.Name, l.Table, row.key(l.On...))
			f.children[at] = append(f.children[at], row)
		}
		seen[l.Table] = true
	}
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

// childrenOf returns the rows of table that belong to row.
func (f *facts) childrenOf(row *Fact, table *fact.Table) []*Fact {
	return f.children[join(table.Name, row.Table.Name, row.key(row.Table.Key...))]
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
	table, there := f.byKey[l.Table]
	if !there {
		return nil, toUnknown, nil
	}
	if to := table[row.key(l.On...)]; to != nil {
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
