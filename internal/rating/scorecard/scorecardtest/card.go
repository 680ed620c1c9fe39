// Package scorecardtest draws cards and firms, for tests that hold what is made of a card
// against the card.
package scorecardtest

import (
	"math"
	"slices"
	"strconv"

	"changrong/internal/rating/binning"
	"changrong/internal/rating/scorecard"

	"pgregory.net/rapid"
)

// Draw makes some card.
func Draw(t *rapid.T) *scorecard.Card {
	bin := func() scorecard.Bin {
		return scorecard.Bin{
			Count: binning.Count{Good: rapid.Int64Range(0, 99).Draw(t, "good"), Bad: rapid.Int64Range(0, 99).Draw(t, "bad")},
			WOE:   rapid.Float64Range(-3, 3).Draw(t, "woe"),
		}
	}
	c := &scorecard.Card{
		Format: scorecard.Format, Name: "某评分卡", Scale: scorecard.Scale{Base: 600, Odds: 30, PDO: 20},
		Intercept: rapid.Float64Range(-3, 3).Draw(t, "intercept"),
		Grades:    []scorecard.Grade{{Name: "A", From: 620, PD: 1e7}, {Name: "B", From: 560, PD: 5e7}, {Name: "C", PD: 3e8}},
	}
	for i := range rapid.IntRange(1, 6).Draw(t, "characteristics") {
		x := scorecard.Characteristic{
			Name: "x" + strconv.Itoa(i), Zh: "第" + strconv.Itoa(i) + "项", En: "item " + strconv.Itoa(i), Unit: "元", Beta: rapid.Float64Range(-2, 0).Draw(t, "beta"),
		}
		if x.Owner = rapid.Bool().Draw(t, "owner"); x.Owner {
			x.AdviceZh, x.AdviceEn = "按时报税。", "File in time."
		}
		if rapid.Bool().Draw(t, "category") {
			x.Groups = [][]string{{"甲", "o'clock"}, {`so "called"`, `back\slash`}, {"𠮷 🏭"}}
		} else {
			x.Splits = slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(rapid.SampledFrom([]float64{-2.5, 0, 1e-7, 0.1, 1 / 3.0, 5, 1e12}), 0, 4).Draw(t, "splits"))))
			if rapid.Bool().Draw(t, "special") {
				x.Specials = []scorecard.Special{{Value: -999, Zh: "未申报", En: "not filed", Bin: bin()}, {Value: 1.5, Zh: "免报", En: "exempt", Bin: bin()}}
			}
			if rapid.Bool().Draw(t, "range") {
				x.Low, x.High = -100, 1e15
			}
		}
		for range max(len(x.Groups), len(x.Splits)+1) {
			x.Bins = append(x.Bins, bin())
		}
		if rapid.Bool().Draw(t, "unknown") {
			b := bin()
			x.Unknown = &b
		}
		c.Characteristics = append(c.Characteristics, x)
	}
	c.Weigh()
	return c
}

// Values draws values of one firm for a card, of which some are refused.
func Values(t *rapid.T, c *scorecard.Card) []scorecard.Value {
	out := make([]scorecard.Value, len(c.Characteristics))
	for i := range out {
		x := &c.Characteristics[i]
		switch {
		case rapid.IntRange(0, 9).Draw(t, "known") == 0:
		case x.Category():
			out[i] = scorecard.Text(rapid.SampledFrom([]string{"甲", "o'clock", `so "called"`, `back\slash`, "𠮷 🏭", "甲", "乙"}).Draw(t, "text"))
		default:
			out[i] = scorecard.Number(rapid.SampledFrom([]float64{-101, -999, 1.5, -2.5, math.Nextafter(-2.5, -3), 0, 1e-7, 0.1, 1 / 3.0, math.Nextafter(1/3.0, 0), 5, 6, 1e12, 1e15, 1e16, math.Inf(1), math.Inf(-1), math.NaN()}).Draw(t, "number"))
		}
	}
	return out
}
