package train

import (
	"math"
	"slices"
	"strconv"

	"changrong/internal/base/fault"
	"changrong/internal/rating/scorecard"
)

// Feature declares a characteristic: what may be said of it before any sample is seen. Its
// bins, points and WOE are not read.
type Feature struct {
	scorecard.Characteristic
	// Categories are all values of a category there may be; none: it is a quantity.
	Categories []string `json:"categories,omitempty"`
}

// Column is a feature of every row of a sample.
type Column struct {
	Feature *Feature
	Known   []bool
	Numbers []float64 // of a quantity
	Texts   []string  // of a category
}

// value is the value of a row.
func (c *Column) value(i int) scorecard.Value {
	v := scorecard.Value{Known: c.Known[i]}
	switch {
	case !v.Known:
	case c.Texts != nil:
		v.Text = c.Texts[i]
	default:
		v.Number = c.Numbers[i]
	}
	return v
}

// Sample is what a card is trained on.
type Sample struct {
	Columns []Column
	Bad     []bool
	// Periods are the periods of rows, from 0; nil: bins need no order in each.
	Periods []int
}

// Limits of a sample.
const (
	maxRows    = 5_000_000
	minRows    = 50 // below it no bin holds what a bin must
	minKind    = 10 // good or bad rows: of fewer nothing but chance is learnt
	maxPeriods = 60
)

// check tells all that is wrong with a sample.
//
// Errors: rating.rows, rating.one_class, rating.few, rating.columns, rating.missing, rating.constant,
// rating.infinite, rating.range, rating.category, rating.leak.
func (s *Sample) check(p *Plan) error {
	n := len(s.Bad)
	if n < minRows || n > maxRows {
		return fault.Invalidf("rating.rows", "样本%d条，应为%d至%d条", "%d rows; %d to %d can be trained on", n, minRows, maxRows)
	}
	bad := 0
	for _, b := range s.Bad {
		if b {
			bad++
		}
	}
	if bad == 0 || bad == n {
		return fault.Invalidf("rating.one_class", "样本%d条，其中坏样本%d条：两类都要有，才能训练", "%d rows of which %d are bad: both kinds are needed", n, bad)
	}
	if few := min(bad, n-bad); few < minKind {
		return fault.Invalidf("rating.few", "样本%d条，其中坏样本%d条：好坏都至少要有%d条，否则学到的只是偶然", "%d rows of which %d are bad: of either kind %d are needed at least", n, bad, minKind)
	}
	if len(s.Columns) == 0 || s.Periods != nil && len(s.Periods) != n {
		return fault.Invalidf("rating.columns", "样本没有变量，或时期与样本条数不同", "the sample has no columns, or periods of other rows")
	}
	for _, p := range s.Periods {
		if p < 0 || p >= maxPeriods {
			return fault.Invalidf("rating.columns", "时期%d超出范围，应为0至%d", "the period %d is none of 0 to %d", p, maxPeriods-1)
		}
	}
	seen := map[string]bool{}
	var all faults
	for i := range s.Columns {
		c := &s.Columns[i]
		if seen[c.Feature.Name] {
			all.add(c.refuse("rating.columns", "", "出现两次", "comes twice"))
		}
		seen[c.Feature.Name] = true
		if err := c.check(n); err != nil {
			all.add(err)
		} else if err := s.leaks(c, p); err != nil {
			all.add(err)
		}
	}
	return all.join()
}

// refuse says why a column cannot be trained on.
func (c *Column) refuse(code, value, zh, en string) error {
	return fault.New(fault.Invalid, code, c.Feature.Zh+zh, c.Feature.Name+" "+en).In(fault.Place{Field: c.Feature.Name, Value: value})
}

// check tells what is wrong with a column.
func (c *Column) check(n int) error {
	category := len(c.Feature.Categories) > 0
	if len(c.Known) != n || category && len(c.Texts) != n || !category && len(c.Numbers) != n {
		return c.refuse("rating.columns", "", "的行数与样本不同", "has other rows than the sample")
	}
	var first scorecard.Value
	known, varies := 0, false
	for i := range n {
		if !c.Known[i] {
			continue
		}
		v := c.value(i)
		if err := c.admits(v, i); err != nil {
			return err
		}
		if known == 0 {
			first = v
		}
		varies = varies || v != first
		known++
	}
	switch {
	case known == 0:
		return c.refuse("rating.missing", "", "全部未知，不能训练；请检查来源，或从方案中剔除", "is unknown everywhere")
	case !varies && known == n:
		return c.refuse("rating.constant", "", "只有一个值，没有区分能力；请检查来源，或从方案中剔除", "is the same everywhere")
	}
	return nil
}

// admits tells whether a value may be, by the feature's declaration.
func (c *Column) admits(v scorecard.Value, row int) error {
	f := c.Feature
	at := "第" + strconv.Itoa(row+1) + "行"
	if len(f.Categories) > 0 {
		if !slices.Contains(f.Categories, v.Text) {
			return c.refuse("rating.category", v.Text, at+"的值不在所声明的类别中", "has an undeclared category in row "+strconv.Itoa(row+1))
		}
		return nil
	}
	if math.IsInf(v.Number, 0) || math.IsNaN(v.Number) {
		return c.refuse("rating.infinite", "", at+"是无穷大或不是数；未知请留空", "is infinite or no number in row "+strconv.Itoa(row+1))
	}
	for i := range f.Specials {
		if v.Number == f.Specials[i].Value {
			return nil
		}
	}
	if (f.Low != 0 || f.High != 0) && (v.Number < f.Low || v.Number > f.High) {
		return c.refuse("rating.range", strconv.FormatFloat(v.Number, 'g', -1, 64), at+"超出所声明的范围，多半是单位不对", "is beyond its range in row "+strconv.Itoa(row+1)+": its unit is likely another")
	}
	return nil
}
