package intake

import (
	"math"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
	"changrong/internal/loanbook/intern"
)

// unknown is the number of a cell nobody has told. A date of what has not
// happened is unknown too until the row is handed on.
const unknown = math.MinInt64

// origin is where a row was told first, or, from messages, last.
type origin struct{ file, line int32 }

// grid is one table of facts in memory, column by column; a row's number is that
// of its key. A column nobody has told takes no memory.
type grid struct {
	table   *fact.Table
	columns []*column
	keys    intern.Table
	origins []origin
}

// column is one column of a grid. Texts are held once each.
type column struct {
	*fact.Column
	g       *grid
	key     bool // the text is the row's key in grid.keys
	told    bool
	numbers []int64
	ids     []int32 // of texts; 0 is the empty text
	texts   intern.Table
}

// newGrid returns the empty grid of the table called name. Its key is either one
// column, or two of which the first is a small set: an institution.
func newGrid(name string) *grid {
	t := fact.Lookup(name)
	g := &grid{table: t}
	for _, c := range t.Stored() {
		col := &column{Column: t.Column(c), g: g}
		col.texts.Add(nil)
		g.columns = append(g.columns, col)
	}
	if len(t.Key) <= 2 {
		g.column(t.Key[len(t.Key)-1]).key = true
	}
	return g
}

// column returns the column called name.
func (g *grid) column(name string) *column {
	for _, c := range g.columns {
		if c.Name == name {
			return c
		}
	}
	panic("intake: " + g.table.Name + " has no column " + name)
}

// rows returns how many rows there are.
func (g *grid) rows() int { return g.keys.Len() }

// row returns the row with a key, a new one when there is none. space is the
// number of the institution where the key has two columns, else 0.
func (g *grid) row(space uint32, key []byte, from origin) (row uint32, fresh bool) {
	row, fresh = g.keys.AddIn(space, key)
	if fresh {
		g.origins = append(g.origins, from)
	}
	return row, fresh
}

// full tells whether the grid, or one of its columns, holds all it can.
func (g *grid) full() bool {
	full := g.keys.Full()
	for _, c := range g.columns {
		full = full || c.texts.Full()
	}
	return full
}

// grow makes room in c for row.
func (c *column) grow(row uint32) {
	c.told = true
	if c.Type.Textual() {
		for len(c.ids) <= int(row) {
			c.ids = append(c.ids, 0)
		}
		return
	}
	for len(c.numbers) <= int(row) {
		c.numbers = append(c.numbers, unknown)
	}
}

// text returns the text of row, empty when nobody told it.
func (c *column) text(row uint32) []byte {
	if c.key {
		return c.g.keys.Text(row)
	}
	if int(row) >= len(c.ids) {
		return nil
	}
	return c.texts.Text(uint32(c.ids[row]))
}

// number returns the number of row.
func (c *column) number(row uint32) int64 {
	if int(row) >= len(c.numbers) {
		return unknown
	}
	return c.numbers[row]
}

// known tells whether somebody told row.
func (c *column) known(row uint32) bool {
	if c.Type.Textual() {
		return len(c.text(row)) > 0
	}
	return c.number(row) != unknown
}

// setText puts b in row; an empty b leaves it as it is. Messages repeat most texts
// month by month, and those are compared and not looked up.
func (c *column) setText(row uint32, b []byte) {
	if len(b) == 0 || c.key {
		return
	}
	if int(row) < len(c.ids) && string(c.texts.Text(uint32(c.ids[row]))) == string(b) {
		return
	}
	c.grow(row)
	id, _ := c.texts.Add(b)
	c.ids[row] = int32(id)
}

// set puts x in row, unless it is unknown.
func (c *column) set(row uint32, x int64) {
	if x == unknown {
		return
	}
	if int(row) >= len(c.numbers) {
		c.grow(row)
	}
	c.numbers[row] = x
}

// appendValue appends the cell of row as text.
func (c *column) appendValue(b []byte, row uint32) []byte {
	if c.Type.Textual() {
		return append(b, c.text(row)...)
	}
	if x := c.number(row); x != unknown {
		return c.AppendInt(b, x)
	}
	return b
}

// key returns the row's key, its parts joined by a slash as loanbook does.
func (g *grid) key(row uint32) string {
	var b []byte
	for i, name := range g.table.Key {
		if i > 0 {
			b = append(b, '/')
		}
		b = g.column(name).appendValue(b, row)
	}
	return string(b)
}

// vector appends rows from to to of c to v.
func (c *column) vector(v *fact.Vector, from, to int) {
	textual := c.Type.Textual()
	for row := uint32(from); row < uint32(to); row++ {
		switch {
		case textual:
			if b := c.text(row); len(b) > 0 {
				v.AppendText(b)
			} else {
				v.AppendEmpty()
			}
		default:
			if x := c.number(row); x != unknown {
				v.AppendInt(x)
			} else {
				v.AppendEmpty()
			}
		}
	}
}

// never turns what a vector holds for "has not happened" into unknown.
func never(v *fact.Vector, i int) int64 {
	x := v.Ints[i]
	if v.Unknown(i) || (v.Column.None && x == int64(civil.Never)) {
		return unknown
	}
	return x
}
