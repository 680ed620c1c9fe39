package feature_test

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
)

// month of 2025; below 1, of the year before.
func month(t *testing.T, m int) civil.Month {
	out, ok := civil.MonthOf(2025, 1)
	if !ok {
		t.Fatal(m)
	}
	return out + civil.Month(m-1)
}

// declared reads one feature.
func declared(t *testing.T, line string) feature.Feature {
	s, err := feature.LoadFrom(fstest.MapFS{"a.yaml": {Data: []byte("format: changrong.features/1\nname: 试\nfeatures:\n  - {name: x, zh: 项, en: item, " + line + "}\n")}}, "a.yaml")
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return s.Features[0]
}

// TestMeasuresByHand says what each measure makes of four months of sales: 100, 300, none
// and 200, with 100 in the four before.
func TestMeasuresByHand(t *testing.T) {
	on, err := civil.ParseDate("2025-07-15")
	if err != nil {
		t.Fatal(err)
	}
	began, err := civil.ParseDate("2024-07-16")
	if err != nil {
		t.Fatal(err)
	}
	sales := &feature.Table{
		Months: []civil.Month{month(t, 2), month(t, 3), month(t, 4), month(t, 4), month(t, 6), month(t, 7)},
		Numbers: map[string][]float64{
			"amount": {100, 100, 250, 50, 200, 9999}, // of July, nothing counts yet
			"void":   {0, 1, 0, 1, 0, 1}, "count": {1, 1, 1, 1, 1, 1},
		},
		Texts: map[string][]string{"party": {"甲", "甲", "乙", "丙", "甲", "丁"}, "grade": {"A", "B", "C", "D", "M", "A"}},
		Days:  map[string][]civil.Date{"on": {on, began, on, on, on, on}},
	}
	holes := &feature.Table{
		Months: sales.Months, Numbers: sales.Numbers, Texts: sales.Texts,
		Unknown: map[string][]bool{"amount": {false, false, true, false, false, false}, "grade": {false, false, false, false, true, false}},
	}
	now := &feature.Table{Months: []civil.Month{feature.NoMonth}, Numbers: map[string][]float64{"amount": {7}}}
	firm := feature.Firm{"s": sales, "h": holes, "n": now, "e": {}}
	// March to June: 100, 300, 0, 200; November to February: 0, 0, 0, 100.
	deviation := math.Sqrt((50*50 + 150*150 + 150*150 + 50*50) / 3.0)
	trend := "trend: descending"
	for line, want := range map[string]float64{
		"source: s, measure: sum, field: amount, window: 4, " + trend:                      600,
		"source: s, measure: sum, field: amount, " + trend:                                 700,
		"source: s, measure: count, window: 4, " + trend:                                   4,
		"source: s, measure: count, field: void, window: 4, " + trend:                      2,
		"source: s, measure: ratio, field: void, to: count, window: 4, " + trend:           0.5,
		"source: s, measure: growth, field: amount, window: 4, " + trend:                   5,
		"source: s, measure: volatility, field: amount, window: 4, " + trend:               deviation / 150,
		"source: s, measure: slope, field: amount, window: 4, " + trend:                    ((-1.5)*(-50) + (-0.5)*150 + 0.5*(-150) + 1.5*50) / 5 / 150,
		"source: s, measure: active, field: amount, window: 4, " + trend:                   3,
		"source: s, measure: gap, field: amount, window: 8, " + trend:                      3,
		"source: s, measure: concentration, field: amount, to: party, window: 4, " + trend: (300*300 + 250*250 + 50*50) / 360000.0,
		"source: s, measure: latest, field: amount, " + trend:                              200,
		"source: s, measure: since, field: on, " + trend:                                   11, // to the 15th it is a day short of 12
		"source: n, measure: sum, field: amount, window: 3, " + trend:                      7,
		"source: e, measure: sum, field: amount, window: 3, " + trend:                      0,
		"source: e, measure: count, window: 3, " + trend:                                   0,
		"source: e, measure: gap, field: amount, window: 3, " + trend:                      3,
		"source: h, measure: sum, field: amount, window: 1, " + trend:                      200,
	} {
		f := declared(t, line)
		if v := f.Of(firm, on); !v.Known || math.Abs(v.Number-want) > 1e-12 {
			t.Errorf("%s: %+v, want %v", line, v, want)
		}
	}
	for _, line := range []string{
		"source: none, measure: sum, field: amount, " + trend, // it was not read
		"source: e, measure: latest, field: amount, " + trend,
		"source: e, measure: growth, field: amount, window: 2, " + trend,
		"source: e, measure: volatility, field: amount, window: 2, " + trend,
		"source: e, measure: concentration, field: amount, to: party, " + trend,
		"source: e, measure: ratio, field: void, to: count, " + trend,
		"source: e, measure: since, field: on, " + trend,
		"source: h, measure: sum, field: amount, window: 4, " + trend,
		"source: h, measure: active, field: amount, window: 4, " + trend,
		"source: n, measure: active, field: amount, window: 4, " + trend, // it says nothing of months
	} {
		f := declared(t, line)
		if v := f.Of(firm, on); v != (scorecard.Value{}) {
			t.Errorf("%s: %+v, want unknown", line, v)
		}
	}
	grade := declared(t, "source: s, measure: latest, field: grade, categories: [A, B, M, C, D]")
	if v := grade.Of(firm, on); v != scorecard.Text("M") {
		t.Errorf("%+v", v)
	}
	grade.Source = "h"
	if v := grade.Of(firm, on); v != scorecard.Text("D") {
		t.Errorf("the last one known: %+v", v)
	}
}

func TestSetThatShips(t *testing.T) {
	s, err := feature.Load("smefeatures")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Features) < 30 {
		t.Errorf("%d features", len(s.Features))
	}
	for _, f := range s.Features {
		if len(f.Categories) == 0 && f.Low == f.High {
			t.Errorf("%s has no range: another unit would not be noticed", f.Name)
		}
		if strings.Contains(f.Zh, " ") {
			t.Errorf("%q", f.Zh)
		}
	}
}

func TestWrongDeclarationsAreRefused(t *testing.T) {
	for line, code := range map[string]string{
		"source: s, measure: sum, trend: descending":                                                                          "rating.feature",
		"source: s, measure: sum, field: a, to: b, trend: descending":                                                         "rating.feature",
		"source: s, measure: ratio, field: a, trend: descending":                                                              "rating.feature",
		"source: s, measure: growth, field: a, trend: descending":                                                             "rating.feature",
		"source: s, measure: growth, field: a, window: 200, trend: descending":                                                "rating.feature",
		"source: s, measure: sum, field: a":                                                                                   "rating.feature",
		"source: s, measure: latest, field: a, categories: [A], trend: peak":                                                  "rating.feature",
		"source: s, measure: sum, field: a, trend: peak, advice_zh: 甲。":                                                       "rating.feature",
		"source: s, measure: sum, field: a, trend: peak, high: 一亿":                                                            "rating.feature",
		"source: s, measure: sum, field: a, trend: peak, specials: [{value: x, zh: 甲, en: a}]":                                "rating.feature",
		"source: s, measure: sum, field: a, trend: peak}\n  - {name: x, zh: 项, en: i, source: s, measure: count, trend: peak": "rating.feature",
	} {
		_, err := feature.LoadFrom(fstest.MapFS{"a.yaml": {Data: []byte("format: changrong.features/1\nname: 试\nfeatures:\n  - {name: x, zh: 项, en: item, " + line + "}\n")}}, "a.yaml")
		if fault.CodeOf(err) != code {
			t.Errorf("%s: %v", line, err)
		}
		var f *fault.Error
		if f = fault.Of(err); f.At.File != "a.yaml" || f.At.Line == 0 {
			t.Errorf("%s: no place: %v", line, err)
		}
	}
}

// TestWhatIsWrittenIsReadAgain writes the shipped set, and one of awkward names.
func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	shipped, err := feature.Load("smefeatures")
	if err != nil {
		t.Fatal(err)
	}
	odd := &feature.Set{Name: "冒号: #井号"}
	for _, name := range []string{"是否逾期？", "a: b", `引"号`, "yes", "1e3", "- x", "<&>", "null", "~", "x #y"} {
		f := feature.Feature{Source: "sample", Measure: feature.Latest, Field: name}
		f.Name, f.Zh, f.En, f.Categories = name, name, name, []string{name, "no", "0.10"}
		odd.Features = append(odd.Features, f)
	}
	for _, set := range []*feature.Set{shipped, odd} {
		again, err := feature.Parse(set.Text())
		if err != nil {
			t.Fatalf("%v\n%s", err, set.Text())
		}
		if !reflect.DeepEqual(again, set) {
			t.Errorf("%s", set.Text())
		}
	}
}
