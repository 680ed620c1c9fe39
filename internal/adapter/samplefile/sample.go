// Package samplefile reads samples (建模样本) from CSV, for scorecards to be trained on, and
// writes what features make of firms in the same form: a row a firm, a column a feature, an
// empty cell where it is unknown.
package samplefile

import (
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/base/fault"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
)

// Options say what the columns of a file mean.
type Options struct {
	// Features are the columns that are read; nil: all are, as they look: numbers if every
	// cell is one, else categories, under whatever trend the data have. That is for a first
	// look at a file; a card that firms are rated with declares its features.
	Features *feature.Set
	Target   string   // column that says what came of a firm; "": nobody knows
	Bad      string   // its value where it turned out bad
	Period   string   // column of the period, as a whole number from 0; "": none
	Leave    []string // columns that are left out
}

// maxClasses is how many values a column may have to be taken for a category when nobody
// declared it: more are names.
const maxClasses = 50

// Read reads a sample.
//
// Errors: those of Open; rating.columns of a column that is not there; rating.cell, placed by
// line and column, of a cell that is not what it should be; rating.bad of outcomes that are not
// two, of which one is bad; rating.size of more cells than can be trained on.
func Read(r io.Reader, o Options) (*train.Sample, error) {
	in, err := Open(r)
	if err != nil {
		return nil, err
	}
	s, err := reading(in.Names, o)
	if err != nil {
		return nil, err
	}
	for {
		cells, line, err := in.Next()
		if errors.Is(err, io.EOF) {
			return s.sample()
		}
		if err != nil {
			return nil, err
		}
		if err := s.row(cells, line); err != nil {
			return nil, err
		}
	}
}

// reader is a sample in the making.
type reader struct {
	o              Options
	names          []string
	target, period int
	columns        []column
	outcomes       []string // that there are, some at most
	out            train.Sample
}

// column is a column of the file.
type column struct {
	at int
	train.Column
	guess bool // its kind is not declared: numbers and texts until all are read
	odd   int  // cells that are no numbers, and the first of them
	first fault.Place
}

// reading finds the columns.
func reading(names []string, o Options) (*reader, error) {
	at := func(name string) (int, error) {
		i := slices.Index(names, name)
		if i < 0 {
			return 0, fault.Invalidf("rating.columns", "样本没有列“%s”", "the sample has no column %s", name).In(fault.Place{Field: name})
		}
		return i, nil
	}
	s := &reader{o: o, names: names, target: -1, period: -1}
	var err error
	if o.Target != "" {
		if s.target, err = at(o.Target); err != nil {
			return nil, err
		}
	}
	if o.Period != "" {
		if s.period, err = at(o.Period); err != nil {
			return nil, err
		}
	}
	for _, name := range o.Leave {
		if _, err := at(name); err != nil {
			return nil, err
		}
	}
	if o.Features != nil {
		for i := range o.Features.Features {
			f := &o.Features.Features[i].Feature
			if slices.Contains(o.Leave, f.Name) {
				continue
			}
			n, err := at(f.Name)
			if err != nil {
				return nil, err
			}
			s.columns = append(s.columns, column{at: n, Column: train.Column{Feature: f}})
		}
		return s, nil
	}
	for i, name := range names {
		if i == s.target || i == s.period || slices.Contains(o.Leave, name) {
			continue
		}
		f := &train.Feature{Characteristic: scorecard.Characteristic{Name: name, Zh: name, En: name}}
		s.columns = append(s.columns, column{at: i, Column: train.Column{Feature: f}, guess: true})
	}
	return s, nil
}

// row reads a row.
func (s *reader) row(cells []string, line int) error {
	wrong := func(at int, zh, en string) error {
		return fault.New(fault.Invalid, "rating.cell", zh, en).In(fault.Place{Line: line, Field: s.names[at], Value: cells[at]})
	}
	if err := enough(int64(len(s.out.Bad))+1, len(s.columns)); err != nil {
		return err
	}
	outcome := ""
	if s.target >= 0 {
		if outcome = cells[s.target]; outcome == "" {
			return wrong(s.target, "没有写明结果是好是坏", "does not say what came of it")
		}
		if len(s.outcomes) < 3 && !slices.Contains(s.outcomes, outcome) {
			s.outcomes = append(s.outcomes, strings.Clone(outcome))
		}
	}
	s.out.Bad = append(s.out.Bad, s.target >= 0 && outcome == s.o.Bad)
	if s.period >= 0 {
		n, err := strconv.Atoi(cells[s.period])
		if err != nil {
			return wrong(s.period, "时期应为从0起的整数", "is no period")
		}
		s.out.Periods = append(s.out.Periods, n)
	}
	for i := range s.columns {
		c := &s.columns[i]
		category := len(c.Feature.Categories) > 0
		v, err := Value(cells[c.at], category)
		if c.guess {
			c.Texts = append(c.Texts, strings.Clone(cells[c.at]))
			if err != nil || math.IsNaN(v.Number) {
				if v.Known, v.Number, err = true, 0, nil; c.odd == 0 {
					c.first = fault.Place{Line: line, Field: c.Feature.Name, Value: c.Texts[len(c.Texts)-1]}
				}
				c.odd++
			}
		}
		if err != nil {
			return fault.Of(err).In(fault.Place{Line: line, Field: s.names[c.at], Value: cells[c.at]})
		}
		c.Known = append(c.Known, v.Known)
		if category {
			c.Texts = append(c.Texts, v.Text)
		} else {
			c.Numbers = append(c.Numbers, v.Number)
		}
	}
	return nil
}

// sample decides the kinds that nobody declared.
func (s *reader) sample() (*train.Sample, error) {
	if err := s.two(); err != nil {
		return nil, err
	}
	for i := range s.columns {
		c := &s.columns[i]
		if c.guess {
			if err := c.settle(); err != nil {
				return nil, err
			}
		}
		s.out.Columns = append(s.out.Columns, c.Column)
	}
	return &s.out, nil
}

// two tells whether the outcomes are good and bad, and nothing beside.
func (s *reader) two() error {
	said := strings.Join(s.outcomes, "、")
	at := fault.Place{Field: s.o.Target, Value: s.o.Bad}
	switch n := len(s.outcomes); {
	case n > 2:
		return fault.Invalidf("rating.bad", "结果列“%s”不止两种值（%s……）；请归成好坏两种，没有定论的去掉", "the target %s has more than two values (%s …)", s.o.Target, said).In(at)
	case n == 2 && !slices.Contains(s.outcomes, s.o.Bad):
		return fault.Invalidf("rating.bad", "结果列“%s”只有%s，没有写明为坏的值“%s”", "the target %s has %s, and not %s, which is said to be bad", s.o.Target, said, s.o.Bad).In(at)
	}
	return nil
}

// few: of so many cells that are numbers but for one, that one is taken for a mistake.
const few = 20

// settle decides whether a column is of numbers or of categories.
func (c *column) settle() error {
	known := 0
	for _, k := range c.Known {
		if k {
			known++
		}
	}
	switch {
	case c.odd == 0:
		c.Texts, c.Feature.Trend = nil, binning.Auto
		return nil
	case c.odd*few <= known:
		return fault.New(fault.Invalid, "rating.cell", "不是数，而这一列其余的多是数；未知请留空", "is no number, and others of the column are; leave unknown ones empty").In(c.first)
	}
	c.Numbers = nil
	for i, text := range c.Texts {
		if c.Known[i] && !slices.Contains(c.Feature.Categories, text) {
			if c.Feature.Categories = append(c.Feature.Categories, text); len(c.Feature.Categories) > maxClasses {
				return fault.Invalidf("rating.columns", "列“%s”的类别超过%d种，像是名称；请剔除，或在指标文件中声明", "column %s has more than %d categories; leave it out or declare it", c.Feature.Name, maxClasses).In(fault.Place{Field: c.Feature.Name})
			}
		}
	}
	slices.Sort(c.Feature.Categories)
	return nil
}

// Writer writes a sample.
type Writer struct {
	out *csv.Writer
	set *feature.Set
}

// NewWriter writes the names: those of what is said of a firm otherwise, then the features.
func NewWriter(w io.Writer, set *feature.Set, before []string) (*Writer, error) {
	s := &Writer{out: csv.NewWriter(w), set: set}
	names := slices.Clone(before)
	for i := range set.Features {
		names = append(names, set.Features[i].Name)
	}
	return s, s.out.Write(names)
}

// Write writes a firm.
func (s *Writer) Write(before []string, values []scorecard.Value) error {
	cells := slices.Clone(before)
	for i, v := range values {
		switch {
		case !v.Known:
			cells = append(cells, "")
		case len(s.set.Features[i].Categories) > 0:
			cells = append(cells, v.Text)
		default:
			cells = append(cells, strconv.FormatFloat(v.Number, 'g', -1, 64))
		}
	}
	return s.out.Write(cells)
}

// Close writes what is left.
func (s *Writer) Close() error {
	s.out.Flush()
	return s.out.Error()
}
