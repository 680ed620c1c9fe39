package scorecard

import (
	"math"
	"slices"

	"changrong/internal/base/fault"
)

// Limits of a card.
const (
	MaxCharacteristics = 60
	maxBins            = 100       // of a characteristic, specials and unknown counted
	maxPoints          = 1_000_000 // of a bin, either way: sums stay far from 32 bits
	maxGrades          = 30
)

// Check tells what is wrong with a card, whoever made it.
//
// Errors: rating.card, with the characteristic it is about.
func (c *Card) Check() error {
	bad := func(zh, en string) *fault.Error {
		return fault.New(fault.Invalid, "rating.card", "评分卡"+zh, "the card "+en)
	}
	switch n := len(c.Characteristics); {
	case c.Format != Format:
		return bad("不是"+Format+"格式", "is not of the form "+Format)
	case n == 0 || n > MaxCharacteristics:
		return bad("没有评分项，或评分项过多", "has no characteristics, or too many")
	case !(c.Scale.PDO > 0) || !(c.Scale.Odds > 0) || math.IsInf(c.Scale.PDO, 0) || math.IsInf(c.Scale.Odds, 0):
		return bad("的分值刻度不对", "has no scale")
	case len(c.Grades) == 0 || len(c.Grades) > maxGrades:
		return bad("没有等级，或等级过多", "has no grades, or too many")
	}
	names := map[string]bool{}
	for i := range c.Grades {
		g := &c.Grades[i]
		if g.Name == "" || names[g.Name] || g.PD <= 0 || g.PD >= 1e9 || i > 0 && (g.PD <= c.Grades[i-1].PD || i < len(c.Grades)-1 && g.From >= c.Grades[i-1].From) {
			return bad("的等级“"+g.Name+"”重名，或次序不对", "has the grade "+g.Name+" twice, or out of order")
		}
		names[g.Name] = true
	}
	seen := map[string]bool{}
	for i := range c.Characteristics {
		x := &c.Characteristics[i]
		if zh, en := x.wrong(); zh != "" || seen[x.Name] {
			if zh == "" {
				zh, en = "重复", "comes twice"
			}
			return bad("的评分项“"+x.Name+"”"+zh, "has a characteristic "+x.Name+" that "+en).In(fault.Place{Field: x.Name})
		}
		seen[x.Name] = true
	}
	return nil
}

// wrong tells what is wrong with a characteristic; "": nothing is.
func (c *Characteristic) wrong() (zh, en string) {
	finite := func(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
	switch {
	case c.Name == "" || c.Zh == "" || c.En == "":
		return "没有名称", "has no name"
	case c.Category() && (len(c.Splits) > 0 || len(c.Bins) != len(c.Groups)):
		return "的分组与分箱数不符", "has other groups than bins"
	case !c.Category() && len(c.Bins) != len(c.Splits)+1:
		return "的切点与分箱数不符", "has other splits than bins"
	case c.Codes() > maxBins:
		return "分箱过多", "has too many bins"
	case c.Low > c.High || !finite(c.Low) || !finite(c.High):
		return "的范围不对", "has no range"
	case c.Owner && (c.AdviceZh == "" || c.AdviceEn == ""):
		return "没有写明企业可以做什么", "does not say what the owner can do"
	}
	for i, s := range c.Splits {
		if !finite(s) || i > 0 && s <= c.Splits[i-1] {
			return "的切点没有依次增大", "has splits that do not rise"
		}
	}
	var classes []string
	for _, g := range c.Groups {
		classes = append(classes, g...)
	}
	slices.Sort(classes)
	if len(slices.Compact(slices.Clone(classes))) != len(classes) {
		return "有一类出现在两箱", "has a category in two bins"
	}
	for i := range c.Specials {
		if s := &c.Specials[i]; s.Zh == "" || s.En == "" || !finite(s.Value) {
			return "的特殊值没有说明", "has a special value that is not said in words"
		}
		for j := range i {
			if c.Specials[i].Value == c.Specials[j].Value {
				return "的特殊值重复", "has a special value twice"
			}
		}
	}
	for b := range c.all() {
		if b.Points > maxPoints || b.Points < -maxPoints || !finite(b.WOE) {
			return "的分值不对", "has points that cannot be"
		}
	}
	return "", ""
}
