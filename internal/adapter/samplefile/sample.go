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
// Errors: rating.file of what is no CSV; rating.columns of a column that is not there or comes
// twice; rating.cell, placed by line and column, of a cell that is not what it should be.
func Read(r io.Reader, o Options) (*train.Sample, error) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	names, err := in.Read()
	if err != nil {
		return nil, headless(err)
	}
	names = slices.Clone(names)
	names[0] = strings.TrimPrefix(names[0], "\ufeff")
	s, err := reading(names, o)
	if err != nil {
		return nil, err
	}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return s.sample()
		}
		if err != nil {
			return nil, unreadable(err)
		}
		line, _ := in.FieldPos(0)
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
	out            train.Sample
}

// column is a column of the file.
type column struct {
	at int
	train.Column
	guess bool // its kind is not declared: texts until all are read
}

// reading finds the columns.
func reading(names []string, o Options) (*reader, error) {
	at := func(name string) (int, error) {
		i := slices.Index(names, name)
		if i < 0 {
			return 0, fault.Invalidf("rating.columns", "样本没有列“%s”", "the sample has no column %s", name).In(fault.Place{Field: name})
		}
		if slices.Contains(names[i+1:], name) {
			return 0, fault.Invalidf("rating.columns", "样本有两列“%s”", "the sample has two columns %s", name).In(fault.Place{Field: name})
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
		if _, err := at(name); err != nil {
			return nil, err
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
	outcome := ""
	if s.target >= 0 {
		if outcome = strings.TrimSpace(cells[s.target]); outcome == "" {
			return wrong(s.target, "没有写明结果是好是坏", "does not say what came of it")
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
		text := strings.TrimSpace(cells[c.at])
		c.Known = append(c.Known, text != "")
		if c.guess || len(c.Feature.Categories) > 0 {
			c.Texts = append(c.Texts, strings.Clone(text))
			continue
		}
		var x float64
		if text != "" {
			var err error
			if x, err = strconv.ParseFloat(text, 64); err != nil {
				return wrong(c.at, "不是数；未知请留空", "is no number; leave unknown ones empty")
			}
		}
		c.Numbers = append(c.Numbers, x)
	}
	return nil
}

// sample decides the kinds that nobody declared.
func (s *reader) sample() (*train.Sample, error) {
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

// settle decides whether a column is of numbers or of categories.
func (c *column) settle() error {
	numbers := make([]float64, len(c.Texts))
	for i, text := range c.Texts {
		if text == "" {
			continue
		}
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(x) {
			numbers = nil
			break
		}
		numbers[i] = x
	}
	if numbers != nil {
		c.Numbers, c.Texts, c.Feature.Trend = numbers, nil, binning.Auto
		return nil
	}
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
