package samplefile

import (
	"cmp"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/base/fault"
	"changrong/internal/rating/training"
)

// maxDistinct is how many values of a column are told apart.
const maxDistinct = 2000

// Profile says what the columns of a sample are like.
//
// Errors: rating.file of what is no CSV in UTF-8, or has no rows; rating.columns of columns
// without a name, of the same name, or too many; rating.cell of a character nobody can see;
// rating.size of more cells than can be trained on.
func Profile(r io.Reader) (*training.Table, error) {
	in, err := Open(r)
	if err != nil {
		return nil, err
	}
	p := &profile{}
	for _, name := range in.Names {
		p.columns = append(p.columns, seen{Column: training.Column{Name: name}, values: map[string]int64{}})
	}
	for {
		cells, _, err := in.Next()
		if errors.Is(err, io.EOF) {
			return p.table()
		}
		if err != nil {
			return nil, err
		}
		if err := p.row(cells); err != nil {
			return nil, err
		}
	}
}

// profile is a table in the making.
type profile struct {
	rows    int64
	columns []seen
}

// seen is what was seen of a column.
type seen struct {
	training.Column
	text   bool
	values map[string]int64
}

// row looks at a row.
func (p *profile) row(cells []string) error {
	p.rows++
	if err := enough(p.rows, len(p.columns)); err != nil {
		return err
	}
	for i := range p.columns {
		p.columns[i].cell(cells[i])
	}
	return nil
}

// enough tells whether there are more cells than can be trained on.
func enough(rows int64, columns int) error {
	if rows*int64(columns) > training.MaxCells {
		return fault.Invalidf("rating.size", "样本过大：行数乘列数最多%d万。请抽样，或去掉不用的列", "the sample is too large: rows times columns is 10,000 × %d at most", training.MaxCells/10_000)
	}
	return nil
}

// cell looks at a cell.
func (c *seen) cell(text string) {
	if text == "" {
		c.Missing++
		return
	}
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || math.IsNaN(x):
		c.text = true
	case math.IsInf(x, 0):
		c.Infinite++
	default:
		if c.Min == nil || x < *c.Min {
			c.Min = &x
		}
		if c.Max == nil || x > *c.Max {
			c.Max = &x
		}
	}
	if _, known := c.values[text]; !known {
		if len(c.values) >= maxDistinct {
			c.Many = true
			return
		}
		text = strings.Clone(text)
	}
	c.values[text]++
}

// table is what was seen of all columns.
func (p *profile) table() (*training.Table, error) {
	if p.rows == 0 {
		return nil, fault.New(fault.Invalid, "rating.file", "样本只有列名，没有数据", "the sample has names, and no rows")
	}
	out := &training.Table{Rows: p.rows}
	for i := range p.columns {
		c := &p.columns[i]
		if c.Kind = training.Number; c.text || len(c.values) == 0 {
			c.Kind, c.Min, c.Max, c.Infinite = training.Text, nil, nil, 0
		}
		if c.Distinct = int64(len(c.values)); c.Distinct <= training.MaxClasses && !c.Many {
			for _, text := range slices.Sorted(maps.Keys(c.values)) {
				c.Values = append(c.Values, training.Value{Text: text, Rows: c.values[text]})
			}
			slices.SortStableFunc(c.Values, func(a, b training.Value) int { return cmp.Compare(b.Rows, a.Rows) })
		}
		out.Columns = append(out.Columns, c.Column)
	}
	return out, nil
}
