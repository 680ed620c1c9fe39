package samplefile

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

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
	in := csv.NewReader(bufio.NewReader(r))
	in.ReuseRecord = true
	names, err := in.Read()
	if err != nil {
		return nil, headless(err)
	}
	p := &profile{}
	if err := p.header(names); err != nil {
		return nil, err
	}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return p.table()
		}
		if err != nil {
			return nil, unreadable(err)
		}
		line, _ := in.FieldPos(0)
		if err := p.row(cells, line); err != nil {
			return nil, err
		}
	}
}

// headless is a file without a first line.
func headless(err error) error {
	if fault.CodeOf(err) != "" {
		return err
	}
	return fault.New(fault.Invalid, "rating.file", "样本文件是空的，或不是CSV", "the sample is empty, or no CSV").Because(err)
}

// unreadable is a CSV that ends in an error; one of whoever sends it is handed up as it is.
func unreadable(err error) error {
	if fault.CodeOf(err) != "" {
		return err
	}
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		zh := "第" + strconv.Itoa(wrong.Line) + "行不是CSV：列数与第一行不同，或引号没有成对"
		return fault.New(fault.Invalid, "rating.file", zh, "line "+strconv.Itoa(wrong.Line)+" is no CSV").Because(err).In(fault.Place{Line: wrong.Line})
	}
	return err
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

// header reads the names.
func (p *profile) header(names []string) error {
	if len(names) > training.MaxColumns {
		return fault.Invalidf("rating.columns", "样本有%d列，最多%d列", "the sample has %d columns; %d at most", len(names), training.MaxColumns)
	}
	for i, name := range names {
		if i == 0 {
			name = strings.TrimPrefix(name, "\ufeff")
		}
		if err := visible(name, 1, "第"+strconv.Itoa(i+1)+"列的名称"); err != nil {
			return err
		}
		if strings.TrimSpace(name) == "" {
			return fault.Invalidf("rating.columns", "第%d列没有名称；第一行应为列名", "column %d has no name: the first line has the names", i+1)
		}
		if slices.ContainsFunc(p.columns, func(c seen) bool { return c.Name == name }) {
			return fault.Invalidf("rating.columns", "样本有两列“%s”", "the sample has two columns %s", name).In(fault.Place{Field: name})
		}
		p.columns = append(p.columns, seen{Column: training.Column{Name: strings.Clone(name)}, values: map[string]int64{}})
	}
	return nil
}

// visible refuses what is not text that one can see.
func visible(s string, line int, field string) error {
	at := fault.Place{Line: line, Field: field, Value: s}
	if !utf8.ValidString(s) {
		return fault.New(fault.Invalid, "rating.file", "样本文件不是UTF-8编码；请在表格软件中另存为“CSV UTF-8”", "the sample is not in UTF-8").In(at)
	}
	for _, r := range s {
		if !unicode.IsGraphic(r) {
			return fault.New(fault.Invalid, "rating.cell", "含有看不见的字符，请去掉", "has a character that nobody can see").In(at)
		}
	}
	return nil
}

// row looks at a row.
func (p *profile) row(cells []string, line int) error {
	if p.rows++; p.rows*int64(len(p.columns)) > training.MaxCells {
		return fault.Invalidf("rating.size", "样本过大：行数乘列数最多%d万。请抽样，或去掉不用的列", "the sample is too large: rows times columns is 10,000 × %d at most", training.MaxCells/10_000)
	}
	for i := range p.columns {
		if err := p.columns[i].cell(strings.TrimSpace(cells[i]), line); err != nil {
			return err
		}
	}
	return nil
}

// cell looks at a cell.
func (c *seen) cell(text string, line int) error {
	if text == "" {
		c.Missing++
		return nil
	}
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || math.IsNaN(x):
		if c.text = true; visible(text, line, c.Name) != nil {
			return visible(text, line, c.Name)
		}
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
			return nil
		}
		text = strings.Clone(text)
	}
	c.values[text]++
	return nil
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
