package binning_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/rating/binning"

	"pgregory.net/rapid"
)

// TestOptimaOfVectors holds the merge against optima that were found by another solver: 30
// variables under four trends.
func TestOptimaOfVectors(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "dp_prebin_vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Feature  string  `json:"feature"`
		Nonevent []int64 `json:"nonevent"`
		Event    []int64 `json:"event"`
		Trend    map[binning.Trend]struct {
			IV   float64 `json:"iv"`
			Cuts []int   `json:"cuts"`
		} `json:"trend"`
	}
	if err := json.Unmarshal(b, &vectors); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, v := range vectors {
		cells := make([]binning.Count, len(v.Event))
		for i := range cells {
			cells[i] = binning.Count{Good: v.Nonevent[i], Bad: v.Event[i]}
		}
		for trend, want := range v.Trend {
			m, err := binning.Optimal(cells, binning.Options{Trend: trend})
			if err != nil {
				t.Errorf("%s %s: %v", v.Feature, trend, err)
				continue
			}
			if math.Abs(m.IV-want.IV) > 1e-9 || !slices.Equal(m.Cuts, want.Cuts) {
				t.Errorf("%s %s: %v %.12f, want %v %.12f", v.Feature, trend, m.Cuts, m.IV, want.Cuts, want.IV)
			}
			checked++
		}
	}
	t.Logf("%d variables, %d optima", len(vectors), checked)
	if len(vectors) != 30 || checked < 100 {
		t.Errorf("only %d optima of %d variables", checked, len(vectors))
	}
}

// brute tries every merge.
func brute(cells []binning.Count, o binning.Options) float64 {
	n := len(cells)
	var total binning.Count
	for _, c := range cells {
		total = total.Plus(c)
	}
	if o.Total != (binning.Count{}) {
		total = o.Total
	}
	best := math.Inf(-1)
	for mask := range 1 << (n - 1) {
		m := binning.Merge{}
		for i := 1; i < n; i++ {
			if mask>>(i-1)&1 == 1 {
				m.Cuts = append(m.Cuts, i)
			}
		}
		bins := m.Apply(cells)
		if o.MaxBins > 0 && len(bins) > o.MaxBins || !holds(bins, o.Trend, true) {
			continue
		}
		ok := true
		for _, p := range o.Periods {
			ok = ok && inPeriod(bins, m.Apply(p))
		}
		iv := 0.0
		for _, b := range bins {
			ok = ok && b.Good > 0 && b.Bad > 0 && b.Rows() >= o.MinRows
			if ok {
				iv += binning.Information(b, total)
			}
		}
		if ok {
			best = max(best, iv)
		}
	}
	return best
}

// rate is a bad rate.
func rate(c binning.Count) float64 { return float64(c.Bad) / float64(c.Rows()) }

// holds tells whether the bad rates of bins go as a trend says.
func holds(bins []binning.Count, trend binning.Trend, strict bool) bool {
	var steps []int
	for i := 1; i < len(bins); i++ {
		switch a, b := bins[i-1].Bad*bins[i].Rows(), bins[i].Bad*bins[i-1].Rows(); {
		case a < b:
			steps = append(steps, 1)
		case a > b:
			steps = append(steps, -1)
		case strict:
			return false
		}
	}
	up, down := 1, -1
	if trend == binning.Descending || trend == binning.Valley {
		up, down = -1, 1
	}
	turns := trend == binning.Peak || trend == binning.Valley
	turned := false
	for _, s := range steps {
		switch {
		case s == down && turns:
			turned = true
		case s == up && !turned:
		default:
			return false
		}
	}
	return true
}

// inPeriod tells whether no neighbours stand in the other order in a period.
func inPeriod(all, period []binning.Count) bool {
	for i := 1; i < len(all); i++ {
		if period[i-1].Rows() == 0 || period[i].Rows() == 0 {
			continue
		}
		if d := rate(period[i]) - rate(period[i-1]); rate(all[i]) > rate(all[i-1]) && d < 0 || rate(all[i]) < rate(all[i-1]) && d > 0 {
			return false
		}
	}
	return true
}

// TestNoMergeHoldsMore compares with every merge there is, of few pre-bins.
func TestNoMergeHoldsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "n")
		draw := func(what string) []binning.Count {
			out := make([]binning.Count, n)
			for i := range out {
				out[i] = binning.Count{Good: rapid.Int64Range(0, 12).Draw(t, what), Bad: rapid.Int64Range(0, 12).Draw(t, what)}
			}
			return out
		}
		cells := draw("cells")
		o := binning.Options{
			Trend:   rapid.SampledFrom(binning.Trends[:4]).Draw(t, "trend"),
			MinRows: rapid.Int64Range(0, 20).Draw(t, "least"),
			MaxBins: rapid.SampledFrom([]int{0, 2, 3, 4}).Draw(t, "most"),
		}
		if rapid.Bool().Draw(t, "periods") {
			first := draw("period")
			second := make([]binning.Count, n)
			for i := range cells {
				first[i].Good, first[i].Bad = min(first[i].Good, cells[i].Good), min(first[i].Bad, cells[i].Bad)
				second[i] = binning.Count{Good: cells[i].Good - first[i].Good, Bad: cells[i].Bad - first[i].Bad}
			}
			o.Periods = [][]binning.Count{first, second}
		}
		m, err := binning.Optimal(cells, o)
		if err != nil {
			if code := fault.CodeOf(err); code != "rating.one_class" && code != "rating.min_rows" {
				t.Fatal(err)
			}
			return
		}
		bins := m.Apply(cells)
		if !holds(bins, o.Trend, true) || o.MaxBins > 0 && len(bins) > o.MaxBins {
			t.Fatalf("%v do not go as %s", bins, o.Trend)
		}
		if want := brute(cells, o); math.Abs(want-m.IV) > 1e-9 {
			t.Fatalf("%v %v: %.12f, and there is %.12f", cells, m.Cuts, m.IV, want)
		}
	})
}

// TestAutoPrefersPlainTrends says by which rule auto decides.
func TestAutoPrefersPlainTrends(t *testing.T) {
	for name, c := range map[string]struct {
		cells []binning.Count
		want  binning.Trend
	}{
		"rises":             {[]binning.Count{{Good: 90, Bad: 10}, {Good: 70, Bad: 30}, {Good: 40, Bad: 60}}, binning.Ascending},
		"falls":             {[]binning.Count{{Good: 40, Bad: 60}, {Good: 70, Bad: 30}, {Good: 90, Bad: 10}}, binning.Descending},
		"turns":             {[]binning.Count{{Good: 90, Bad: 10}, {Good: 40, Bad: 60}, {Good: 90, Bad: 10}}, binning.Peak},
		"turns back":        {[]binning.Count{{Good: 40, Bad: 60}, {Good: 90, Bad: 10}, {Good: 40, Bad: 60}}, binning.Valley},
		"turns hardly":      {[]binning.Count{{Good: 90, Bad: 10}, {Good: 70, Bad: 30}, {Good: 40, Bad: 60}, {Good: 42, Bad: 58}}, binning.Ascending},
		"is the same there": {[]binning.Count{{Good: 50, Bad: 50}, {Good: 50, Bad: 50}}, binning.Ascending},
	} {
		m, err := binning.Optimal(c.cells, binning.Options{Trend: binning.Auto})
		if err != nil || m.Trend != c.want {
			t.Errorf("%s: %+v %v, want %s", name, m, err, c.want)
		}
	}
}

func TestWhatCannotBeMergedIsSaid(t *testing.T) {
	good := []binning.Count{{Good: 5, Bad: 1}, {Good: 4, Bad: 3}}
	for want, c := range map[string]struct {
		cells []binning.Count
		o     binning.Options
	}{
		"rating.prebins":       {nil, binning.Options{Trend: binning.Peak}},
		"rating.one_class":     {[]binning.Count{{Good: 5}, {Good: 4}}, binning.Options{Trend: binning.Peak}},
		"rating.trend":         {good, binning.Options{}},
		"rating.min_rows":      {good, binning.Options{Trend: binning.Peak, MinRows: 14}},
		"rating.max_bins":      {good, binning.Options{Trend: binning.Peak, MaxBins: 1}},
		"rating.too_many_rows": {[]binning.Count{{Good: binning.MaxRows, Bad: 1}}, binning.Options{Trend: binning.Peak}},
	} {
		if _, err := binning.Optimal(c.cells, c.o); fault.CodeOf(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	periods := binning.Options{Trend: binning.Peak, Periods: [][]binning.Count{good[:1]}}
	if _, err := binning.Optimal(good, periods); fault.CodeOf(err) != "rating.prebins" {
		t.Error(err)
	}
}

func TestSplitsSeparate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "n")
		rows := make([]binning.Row, n)
		for i := range rows {
			rows[i] = binning.Row{X: float64(rapid.IntRange(-20, 20).Draw(t, "x")), Bad: rapid.Bool().Draw(t, "bad")}
		}
		o := binning.Prebin{MaxLeaves: rapid.IntRange(1, 25).Draw(t, "leaves"), MinRows: rapid.Int64Range(1, 20).Draw(t, "least")}
		splits, err := binning.Splits(rows, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(splits) >= max(o.MaxLeaves, 1) || !slices.IsSorted(splits) {
			t.Fatalf("%v", splits)
		}
		var seen int64
		for _, c := range binning.Tally(rows, splits) {
			seen += c.Rows()
			if len(splits) > 0 && c.Rows() < o.MinRows {
				t.Fatalf("%v has %v", splits, c)
			}
		}
		if seen != int64(n) {
			t.Fatalf("%d of %d rows", seen, n)
		}
		for _, x := range []float64{-21, 21} {
			place := 0
			for _, s := range splits {
				if s <= x {
					place++
				}
			}
			if binning.Place(splits, x) != place {
				t.Fatal(splits, x)
			}
		}
	})
	for _, x := range []float64{math.Inf(1), math.NaN()} {
		if _, err := binning.Splits([]binning.Row{{X: x}}, binning.Prebin{}); fault.CodeOf(err) != "rating.infinite" {
			t.Error(err)
		}
	}
	// Two values next to each other: the upper one is a cut that tells them apart.
	a, b := 1.0, math.Nextafter(1, 2)
	if got, err := binning.Splits([]binning.Row{{a, false}, {a, false}, {b, true}, {b, true}}, binning.Prebin{}); err != nil || !slices.Equal(got, []float64{b}) {
		t.Error(got, err)
	}
}

func BenchmarkOptimal(b *testing.B) {
	cells := make([]binning.Count, 20)
	for i := range cells {
		cells[i] = binning.Count{Good: int64(100 + i*7%13), Bad: int64(10 + i*5%17)}
	}
	for _, trend := range binning.Trends {
		b.Run(string(trend), func(b *testing.B) {
			for b.Loop() {
				if _, err := binning.Optimal(cells, binning.Options{Trend: trend, MinRows: 100}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
