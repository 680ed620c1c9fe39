package parquetfile

import (
	"errors"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"changrong/internal/fact"
)

// columnReader reads one column of a row group into vectors.
type columnReader struct {
	plan  *Plan  // nil when the file lacks the column
	buf   []byte // the chunk
	pages parquet.Pages
	dict  *dictionary

	// The page being read. Values that are null are in levels alone.
	page    parquet.Page
	entries []int32 // of dict; nil when the page holds values
	values  values
	levels  []byte // 1 where there is a value; nil when there always is
	row     int    // rows taken
	value   int    // values taken
	rows    int

	// The vector being filled, and memory for it.
	vec   *fact.Vector
	index []int32
	null  []bool
	bytes []byte
	off   []uint32
	bad   []badRow
}

// badRow is a value that is wrong, at a row of the batch.
type badRow struct {
	row    int
	column *fact.Column
	badValue
}

// start begins to read a row group of f.
func (c *columnReader) start(f *File, plan *Plan, group int) (err error) {
	c.plan, c.dict, c.rows, c.row = plan, nil, 0, 0
	if c.plan == nil {
		return nil
	}
	c.pages, c.buf, err = f.chunk(group, plan.field, c.buf)
	return err
}

// stop ends the reading of a row group.
func (c *columnReader) stop() {
	if c.page != nil {
		parquet.Release(c.page)
		c.page = nil
	}
	if c.pages != nil {
		_ = c.pages.Close() // it is in memory
		c.pages = nil
	}
}

// fill reads the next n rows into c.vec, and what is wrong with them into c.bad.
func (c *columnReader) fill(n int) error {
	c.begin()
	if c.plan == nil {
		for range n {
			c.vec.AppendEmpty()
		}
		return nil
	}
	for c.vec.Len() < n {
		if c.row == c.rows {
			if err := c.nextPage(); err != nil {
				return err
			}
			continue
		}
		k := min(n-c.vec.Len(), c.rows-c.row)
		switch {
		case c.entries != nil:
			if err := c.takeEntries(k); err != nil {
				return err
			}
		case c.plan.form == asText || c.plan.form == asDigits || c.levels != nil:
			c.takeEach(k)
		default:
			c.takeNumbers(k)
		}
		c.row += k
	}
	return nil
}

// begin empties the vector and keeps its memory; its texts may have been those
// of a dictionary.
func (c *columnReader) begin() {
	v := c.vec
	if v.Texts.Index != nil {
		c.index = v.Texts.Index
	} else if v.Texts.Off != nil {
		c.bytes, c.off = v.Texts.Bytes, v.Texts.Off
	}
	if v.Null != nil {
		c.null = v.Null
	}
	v.Ints, v.Null = v.Ints[:0], nil
	v.Texts = fact.Texts{Bytes: c.bytes[:0], Off: c.off[:0]}
	v.SetLen(0)
	c.bad = c.bad[:0]
}

// nextPage reads the next page.
func (c *columnReader) nextPage() error {
	if c.page != nil {
		parquet.Release(c.page)
		c.page = nil
	}
	page, err := c.pages.ReadPage()
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF // the footer promised more
	}
	if err != nil {
		return err
	}
	c.page, c.levels, c.entries = page, nil, nil
	c.row, c.value, c.rows = 0, 0, int(page.NumValues())
	n := c.rows
	if c.plan.field.Optional() {
		if c.levels = page.DefinitionLevels(); len(c.levels) != c.rows {
			return errLength
		}
		nulls := int(page.NumNulls())
		if nulls == 0 {
			c.levels = nil
		}
		n -= nulls
	}
	if d := page.Dictionary(); d != nil {
		if c.dict == nil {
			c.dict = c.plan.dictionary(d)
		}
		data := page.Data()
		if c.entries = data.Int32(); len(c.entries) < n {
			return errLength
		}
		if c.entries = c.entries[:n]; c.entries == nil {
			c.entries = []int32{} // a page of nulls
		}
		return nil
	}
	c.values = c.plan.load(page.Data(), n)
	return nil
}

// present counts the rows among the next k that have a value.
func (c *columnReader) present(k int) int {
	if c.levels == nil {
		return k
	}
	n := 0
	for _, level := range c.levels[c.row : c.row+k] {
		if level == 1 {
			n++
		}
	}
	return n
}

// takeEntries appends the next k rows of a page of dictionary entries.
func (c *columnReader) takeEntries(k int) error {
	m := c.present(k)
	if c.value+m > len(c.entries) {
		return errLength
	}
	entries := c.entries[c.value : c.value+m]
	c.value += m
	for _, e := range entries {
		if uint32(e) >= uint32(c.dict.none) {
			return errLength
		}
	}
	if m < k {
		entries = c.spread(entries, k)
	}
	if c.dict.bad != nil {
		c.blame(entries)
	}
	c.markNull(entries)
	v, d := c.vec, c.dict.vec
	switch {
	case !v.Column.Type.Textual():
		n := len(v.Ints)
		v.Ints = slices.Grow(v.Ints, k)[:n+k]
		for i, e := range entries {
			v.Ints[n+i] = d.Ints[e]
		}
		v.SetLen(n + k)
	case v.Len() == 0:
		v.Texts = fact.Texts{Bytes: d.Texts.Bytes, Off: d.Texts.Off, Index: append(c.index[:0], entries...), Dict: c.dict.id}
		v.SetLen(k)
	case v.Texts.Index != nil:
		v.Texts.Index = append(v.Texts.Index, entries...)
		v.SetLen(v.Len() + k)
	default: // behind a page of values
		null := v.Null
		v.Null = nil
		for _, e := range entries {
			v.AppendText(d.Texts.Entry(int(e)))
		}
		v.Null = null
	}
	return nil
}

// spread gives each of the next k rows its entry, and those without one the last.
func (c *columnReader) spread(entries []int32, k int) []int32 {
	all := make([]int32, k)
	i := 0
	for row, level := range c.levels[c.row : c.row+k] {
		if level != 1 {
			all[row] = c.dict.none
			continue
		}
		all[row] = entries[i]
		i++
	}
	return all
}

// blame notes the rows whose entries are wrong.
func (c *columnReader) blame(entries []int32) {
	for i, e := range entries {
		if b, ok := c.dict.bad[e]; ok {
			c.bad = append(c.bad, badRow{c.vec.Len() + i, c.vec.Column, b})
		}
	}
}

// markNull notes which of the entries, about to be appended, are unknown.
func (c *columnReader) markNull(entries []int32) {
	v, unknown := c.vec, c.dict.vec.Null
	if unknown == nil && v.Null == nil {
		return
	}
	if v.Null == nil {
		v.Null = slices.Grow(c.null[:0], v.Len()+len(entries))[:v.Len()]
		clear(v.Null)
	}
	for _, e := range entries {
		v.Null = append(v.Null, unknown != nil && unknown[e])
	}
}

// takeEach appends the next k rows of a page of values, one by one.
func (c *columnReader) takeEach(k int) {
	c.plainTexts()
	for row := c.row; row < c.row+k; row++ {
		var text string
		var err error
		if c.levels != nil && c.levels[row] != 1 {
			err = c.vec.AppendCell(nil)
		} else {
			text, err = c.plan.append(c.vec, &c.values, c.value)
			c.value++
		}
		if err != nil {
			c.bad = append(c.bad, badRow{c.vec.Len(), c.vec.Column, badValue{text, err}})
			appendNothing(c.vec)
		}
	}
}

// plainTexts makes texts that are entries of a dictionary into plain ones, for
// the values of a page without one to follow.
func (c *columnReader) plainTexts() {
	v := c.vec
	if v.Texts.Index == nil {
		return
	}
	dict, null, n := v.Texts, v.Null, v.Len()
	c.index = dict.Index
	v.Texts, v.Null = fact.Texts{Bytes: c.bytes[:0], Off: c.off[:0]}, nil
	v.SetLen(0)
	for i := range n {
		v.AppendText(dict.At(i))
	}
	v.Null = null
}

// takeNumbers appends the next k rows of a page of integers, none of them null.
func (c *columnReader) takeNumbers(k int) {
	v, p := c.vec, c.plan
	n := len(v.Ints)
	v.Ints = slices.Grow(v.Ints, k)[:n+k]
	for i := range k {
		x := c.values.at(c.value + i)
		y, ok := p.number(x)
		if !ok {
			text, err := p.refuse(x)
			c.bad = append(c.bad, badRow{n + i, v.Column, badValue{text, err}})
		}
		v.Ints[n+i] = y
	}
	c.value += k
	v.SetLen(n + k)
	if v.Null != nil {
		v.Null = append(v.Null, make([]bool, k)...)
	}
}
