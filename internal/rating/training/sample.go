package training

import (
	"cmp"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
)

// Limits of samples.
const (
	MaxBytes   = 200 << 20  // of a file
	MaxCells   = 20_000_000 // rows × columns: as many as are held in memory at once
	MaxColumns = 300
	MaxClasses = 50 // values of a category; more are names
	maxName    = 60
)

// Sample is a file that was handed in to train on.
type Sample struct {
	ID     string        `json:"id"`
	Name   string        `json:"name"`
	SHA256 string        `json:"sha256"` // of the file as it came
	Size   int64         `json:"size"`
	By     string        `json:"by"`
	ByName string        `json:"by_name"`
	At     civil.Instant `json:"at_ms"`
	Table
	Sealed File `json:"-"`
}

// File is where a sample is kept, sealed.
type File struct {
	SHA256 string
	Size   int64
}

// Table is what the columns of a sample are like.
type Table struct {
	Rows    int64    `json:"rows"`
	Columns []Column `json:"columns"`
}

// Kind is what the cells of a column are.
type Kind string

// The kinds.
const (
	Number Kind = "number" // every cell that is not empty is one
	Text   Kind = "text"
)

// Column is what a column of a sample is like.
type Column struct {
	Name     string   `json:"name"`
	Kind     Kind     `json:"kind" enum:"number,text"`
	Missing  int64    `json:"missing"`  // empty cells
	Infinite int64    `json:"infinite"` // cells that are infinite
	Distinct int64    `json:"distinct"` // values; with Many, at least so many
	Many     bool     `json:"many"`
	Min      *float64 `json:"min,omitempty"` // of finite numbers
	Max      *float64 `json:"max,omitempty"`
	// Values are all there are, where they are few: the most frequent first.
	Values []Value `json:"values,omitempty"`
}

// Value is a value of a column, and how many cells have it.
type Value struct {
	Text string `json:"text"`
	Rows int64  `json:"rows"`
}

// Column is the column of a name; nil: there is none.
func (t *Table) Column(name string) *Column {
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &t.Columns[i]
}

// find is the column of a name.
func (t *Table) find(field, name string) (*Column, error) {
	if c := t.Column(name); c != nil {
		return c, nil
	}
	return nil, fault.Invalidf("rating.columns", "样本没有列“%s”", "the sample has no column %s", fault.Clip(name)).In(fault.Place{Field: field, Value: name})
}

// Declared says what a column means, where no set of features does.
type Declared struct {
	Zh   string `json:"zh,omitempty"` // what it is called; empty: as the column
	Unit string `json:"unit,omitempty"`
	// Trend is how the bad rate goes as the value rises; empty: nobody has said, so that the
	// data decide, for a look only.
	Trend    binning.Trend `json:"trend,omitempty" enum:"ascending,descending,peak,valley,auto"`
	Low      *float64      `json:"low,omitempty"` // the least that may be
	High     *float64      `json:"high,omitempty"`
	Category bool          `json:"category,omitempty"` // its numbers are names
}

// source is where features come from that only a sample has: no department answers it, and
// a firm is not rated by them.
const source = "sample"

// declare makes a set of features of columns.
//
// Errors: rating.columns of one that is not there, or is neither numbers nor a category.
func (t *Table) declare(name string, columns map[string]Declared, without []string) (*feature.Set, error) {
	for c := range columns {
		if _, err := t.find("columns", c); err != nil {
			return nil, err
		}
	}
	set := &feature.Set{Name: name}
	for i := range t.Columns {
		c := &t.Columns[i]
		if slices.Contains(without, c.Name) {
			continue
		}
		f, err := c.feature(columns[c.Name])
		if err != nil {
			return nil, err
		}
		set.Features = append(set.Features, *f)
	}
	return set, nil
}

// feature is a column as it is declared.
func (c *Column) feature(d Declared) (*feature.Feature, error) {
	wrong := func(zh, en string) error {
		return fault.New(fault.Invalid, "rating.columns", "列“"+c.Name+"”"+zh, "column "+c.Name+" "+en).In(fault.Place{Field: c.Name})
	}
	f := &feature.Feature{Source: source, Measure: feature.Latest, Field: c.Name}
	f.Characteristic = scorecard.Characteristic{Name: c.Name, Zh: cmp.Or(strings.TrimSpace(d.Zh), c.Name), En: c.Name, Unit: d.Unit}
	if c.Kind == Text || d.Category {
		switch {
		case d.Trend != "":
			return nil, wrong("是类别，没有方向", "is a category, and has no trend")
		case len(c.Values) == 0:
			return nil, wrong("没有值，或类别超过50种，像是名称；请剔除", "has no values, or more than a category has")
		}
		for _, v := range c.Values {
			f.Categories = append(f.Categories, v.Text)
		}
		slices.Sort(f.Categories)
		return f, nil
	}
	f.Trend = cmp.Or(d.Trend, binning.Auto)
	if !slices.Contains(binning.Trends, f.Trend) {
		return nil, wrong("的方向不对", "has no such trend")
	}
	if d.Low != nil || d.High != nil {
		if d.Low == nil || d.High == nil || *d.Low >= *d.High {
			return nil, wrong("的范围应写明最小和最大，最小在前", "has a range of two ends, the least first")
		}
		f.Low, f.High = *d.Low, *d.High
	}
	return f, nil
}
