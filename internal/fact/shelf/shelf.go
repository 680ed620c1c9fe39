// Package shelf holds tables of facts in memory, column by column, so that a row,
// and the rows that belong to it, are found by key without going through the
// others. Texts that come again are held once.
package shelf

import (
	"context"

	"changrong/internal/fact"
)

// Shelf is facts in memory. It does not change, so many may read it at once.
type Shelf struct{ tables map[string]*Table }

// Table is one table on a shelf. Rows are numbered from 0 in the order of the facts.
type Table struct {
	Of      *fact.Table
	columns []*column // by place; nil of a column that was not read
	places  map[string]int
	rows    int
	key     *index            // of a key that is all text
	links   map[string]*index // by table linked to: the first link to it
	by      map[string]*index // by column
}

// Read reads tables of src. columns says which columns of a table; none: the table
// is left out. by names columns that rows are to be found by.
func Read(ctx context.Context, src fact.Source, columns func(*fact.Table) []string, by ...string) (*Shelf, error) {
	s := &Shelf{map[string]*Table{}}
	for _, t := range fact.Tables() {
		names := columns(t)
		if !src.Has(t.Name) || len(names) == 0 {
			continue
		}
		table := newTable(t, names)
		if err := src.Scan(ctx, t.Name, names, 1, func(_ int, b *fact.Batch) error {
			table.add(b)
			return nil
		}); err != nil {
			return nil, err
		}
		table.ready(by)
		s.tables[t.Name] = table
	}
	return s, nil
}

// Table returns a table, or nil when it is not there.
func (s *Shelf) Table(name string) *Table { return s.tables[name] }

func newTable(of *fact.Table, names []string) *Table {
	t := &Table{Of: of, places: map[string]int{}, links: map[string]*index{}, by: map[string]*index{}}
	for i, name := range names {
		t.places[name] = i
		t.columns = append(t.columns, newColumn(of.Column(name)))
	}
	return t
}

func (t *Table) add(b *fact.Batch) {
	for i, v := range b.Vectors {
		t.columns[i].add(v)
	}
	t.rows += b.Len()
}

// ready makes the indexes.
func (t *Table) ready(by []string) {
	for _, c := range t.columns {
		c.seen = nil
	}
	t.key = t.indexOn(t.Of.Key)
	for i := range t.Of.Links {
		if l := &t.Of.Links[i]; t.links[l.Table] == nil {
			t.links[l.Table] = t.indexOn(l.On)
		}
	}
	for _, name := range by {
		if x := t.indexOn([]string{name}); x != nil {
			t.by[name] = x
		}
	}
}

// Rows returns how many rows t has.
func (t *Table) Rows() int { return t.rows }

// Text returns what a row holds in a textual column; known is false when it is not.
func (t *Table) Text(row int32, column string) (text string, known bool) {
	place, ok := t.places[column]
	if !ok {
		return "", false
	}
	c := t.columns[place]
	if c.unknown(row) || c.entries == nil {
		return "", false
	}
	return c.entries[c.index[row]], true
}

// Int returns what a row holds in a column that is not textual.
func (t *Table) Int(row int32, column string) (x int64, known bool) {
	place, ok := t.places[column]
	if !ok {
		return 0, false
	}
	c := t.columns[place]
	if c.unknown(row) || c.entries != nil {
		return 0, false
	}
	return c.ints[row], true
}

// Key returns the row with a key of several texts; of rows with the same one, the
// last. It is -1 when there is none.
func (t *Table) Key(texts ...string) int32 {
	found := int32(-1)
	if t.key != nil {
		t.key.each(texts, func(row int32) { found = row })
	}
	return found
}

// Children calls f with the rows of t, in order, whose first link to table leads to
// the row with this key, and of which the link is known.
func (t *Table) Children(table string, key []string, f func(row int32)) {
	if x := t.links[table]; x != nil {
		x.each(key, f)
	}
}

// By calls f with the rows that hold text in a column that rows are found by.
func (t *Table) By(column, text string, f func(row int32)) {
	if x := t.by[column]; x != nil {
		x.each([]string{text}, f)
	}
}

// column is the values of one column.
type column struct {
	of      *fact.Column
	ints    []int64
	entries []string // of a textual column; never nil there
	index   []int32
	seen    map[string]int32 // entries by text, while reading
	null    []bool           // nil: all are known
	n       int
}

func newColumn(of *fact.Column) *column {
	c := &column{of: of}
	if of.Type.Textual() {
		c.entries, c.seen = []string{}, map[string]int32{}
	}
	return c
}

func (c *column) unknown(row int32) bool { return c.null != nil && c.null[row] }

func (c *column) add(v *fact.Vector) {
	n := v.Len()
	if v.Null != nil || c.null != nil {
		for len(c.null) < c.n {
			c.null = append(c.null, false)
		}
		for i := range n {
			c.null = append(c.null, v.Unknown(i))
		}
	}
	c.n += n
	if c.entries == nil {
		c.ints = append(c.ints, v.Ints[:n]...)
		return
	}
	if v.Texts.Index == nil {
		for i := range n {
			c.index = append(c.index, c.entry(v.Texts.At(i)))
		}
		return
	}
	numbers := make([]int32, v.Texts.Entries()) // an entry of the batch is looked up once
	for i := range n {
		at := v.Texts.Index[i]
		if numbers[at] == 0 {
			numbers[at] = c.entry(v.Texts.Entry(int(at))) + 1
		}
		c.index = append(c.index, numbers[at]-1)
	}
}

// entry returns the number of a text.
func (c *column) entry(text []byte) int32 {
	if n, ok := c.seen[string(text)]; ok {
		return n
	}
	n := int32(len(c.entries))
	s := string(text)
	c.entries, c.seen[s] = append(c.entries, s), n
	return n
}
