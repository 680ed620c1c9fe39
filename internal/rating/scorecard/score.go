package scorecard

import (
	"math"
	"strconv"

	"changrong/internal/base/fault"
	"changrong/internal/rating/binning"
)

// Value is a characteristic of one firm. The zero Value is unknown.
type Value struct {
	Known  bool
	Number float64 // of a quantity
	Text   string  // of a category
}

// Number is a quantity that is known.
func Number(x float64) Value { return Value{Known: true, Number: x} }

// Text is a category that is known.
func Text(s string) Value { return Value{Known: true, Text: s} }

// Code names a bin of a characteristic: specials first, then the unknown, then the others.
// It is what batches keep.
type Code uint8

// Unknown is the code of what is unknown, in a characteristic with so many specials.
func (c *Characteristic) unknown() Code { return Code(len(c.Specials)) }

// Bin is the bin of a code; nil: that of the unknown, where there is none.
func (c *Characteristic) Bin(code Code) *Bin {
	switch n := c.unknown(); {
	case code < n:
		return &c.Specials[code].Bin
	case code == n:
		return c.Unknown
	default:
		return &c.Bins[code-n-1]
	}
}

// Codes is how many codes there are.
func (c *Characteristic) Codes() int { return len(c.Specials) + 1 + len(c.Bins) }

// find finds the bin of what is unknown, or of a quantity.
func (c *Characteristic) find(v Value) (Code, error) {
	base := c.unknown()
	switch {
	case v.Known:
	case c.Unknown == nil:
		return 0, c.refuse("rating.unknown", "", "未知，而模型训练时没有出现过未知，不能评分", "is unknown, and training has seen no unknown")
	default:
		return base, nil
	}
	for i := range c.Specials {
		if v.Number == c.Specials[i].Value {
			return Code(i), nil
		}
	}
	if math.IsNaN(v.Number) || math.IsInf(v.Number, 0) {
		return 0, c.refuse("rating.infinite", "", "是无穷大或不是数，不能评分", "is infinite or no number")
	}
	if (c.Low != 0 || c.High != 0) && (v.Number < c.Low || v.Number > c.High) {
		return 0, c.refuse("rating.range", strconv.FormatFloat(v.Number, 'g', -1, 64), "超出可能的范围，多半是单位不对，不能评分", "is beyond what may be; its unit is likely another")
	}
	return base + 1 + Code(binning.Place(c.Splits, v.Number)), nil
}

// refuse says why a value has no bin.
func (c *Characteristic) refuse(code, value, zh, en string) error {
	return fault.New(fault.Invalid, code, c.Zh+zh, c.Name+" "+en).In(fault.Place{Field: c.Name, Value: value})
}

// Result is what a card says of one firm.
type Result struct {
	Score int    `json:"score"`
	Grade string `json:"grade"`
	PD    int64  `json:"pd_ppb"` // of the score
	Parts []Part `json:"parts"`  // in the order of the card
}

// Part is what one characteristic gives.
type Part struct {
	Code   Code `json:"code"`
	Points int  `json:"points"`
	Most   int  `json:"most"` // that it may give
}

// Scorer is a card that has been looked through, ready to score. It is safe for concurrent
// use; the card must not be changed any more.
type Scorer struct {
	*Card
	most []int // points of each characteristic
	find []func(Value) (Code, error)
}

// Scorer looks a card through. Errors: those of Check.
func (c *Card) Scorer() (*Scorer, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	s := &Scorer{Card: c, most: make([]int, len(c.Characteristics)), find: make([]func(Value) (Code, error), len(c.Characteristics))}
	for i := range c.Characteristics {
		_, s.most[i] = c.Characteristics[i].extremes()
		s.find[i] = c.Characteristics[i].Finder()
	}
	return s, nil
}

// Finder returns what finds the bin of a value.
//
// Errors of it, each naming the characteristic: rating.unknown, rating.infinite,
// rating.range, rating.category.
func (c *Characteristic) Finder() func(Value) (Code, error) {
	if !c.Category() {
		return c.find
	}
	classes := map[string]Code{}
	for i, g := range c.Groups {
		for _, v := range g {
			classes[v] = c.unknown() + 1 + Code(i)
		}
	}
	return func(v Value) (Code, error) {
		if !v.Known {
			return c.find(v)
		}
		code, ok := classes[v.Text]
		if !ok {
			return 0, c.refuse("rating.category", v.Text, "没有这一类，不能评分", "has no such category")
		}
		return code, nil
	}
}

// Score scores one firm, whose values come in the order of the card's characteristics.
//
// Errors: rating.columns where they are not as many; those of Finder.
func (s *Scorer) Score(values []Value) (*Result, error) {
	c := s.Card
	r := &Result{Parts: make([]Part, len(c.Characteristics))}
	if len(values) != len(r.Parts) {
		return nil, fault.Invalidf("rating.columns", "给出%d项，评分卡有%d项", "%d values, and the card has %d", len(values), len(r.Parts))
	}
	for i := range values {
		code, err := s.find[i](values[i])
		if err != nil {
			return nil, err
		}
		r.Parts[i] = Part{Code: code, Points: c.Characteristics[i].Bin(code).Points, Most: s.most[i]}
		r.Score += r.Parts[i].Points
	}
	r.Grade, r.PD = c.GradeOf(r.Score).Name, PPB(c.Scale.PD(r.Score))
	return r, nil
}

// GradeOf is the grade of a score.
func (c *Card) GradeOf(score int) *Grade {
	last := len(c.Grades) - 1
	for i := range c.Grades[:last] {
		if score >= c.Grades[i].From {
			return &c.Grades[i]
		}
	}
	return &c.Grades[last]
}

// Batch scores many firms from codes: one column a characteristic, in the order of the
// card, each with a code a firm. It is the sum that Score makes, and says no more.
//
// Errors: rating.columns where columns are missing or of different lengths, rating.code of
// a code that the card does not have.
func (s *Scorer) Batch(columns [][]Code) ([]int32, error) {
	c := s.Card
	if len(columns) != len(c.Characteristics) || len(columns) == 0 {
		return nil, fault.Invalidf("rating.columns", "给出%d列，评分卡有%d项", "%d columns, and the card has %d", len(columns), len(c.Characteristics))
	}
	out := make([]int32, len(columns[0]))
	for i, column := range columns {
		if len(column) != len(out) {
			return nil, fault.Invalidf("rating.columns", "第%d列有%d行，应为%d行", "column %d has %d rows, not %d", i+1, len(column), len(out))
		}
		x := &c.Characteristics[i]
		var table [256]int32
		for code := range x.Codes() {
			if b := x.Bin(Code(code)); b != nil {
				table[code] = int32(b.Points)
			} else {
				table[code] = absent
			}
		}
		for code := x.Codes(); code < len(table); code++ {
			table[code] = absent
		}
		add(out, column, &table)
	}
	for i, score := range out {
		if score < absent/2 {
			return nil, fault.Invalidf("rating.code", "第%d行有评分卡没有的编码", "row %d has a code that the card does not have", i+1)
		}
	}
	return out, nil
}

// absent are the points of a code that there is not: no sum of a card comes near.
const absent = math.MinInt32 / 256

// add adds the points of a column.
func add(out []int32, column []Code, table *[256]int32) {
	column = column[:len(out)]
	for i := range out {
		out[i] += table[column[i]]
	}
}

// Counts are the rows of training by code.
func (c *Characteristic) Counts() []int64 {
	out := make([]int64, c.Codes())
	for code := range out {
		if b := c.Bin(Code(code)); b != nil {
			out[code] = b.Rows()
		}
	}
	return out
}
