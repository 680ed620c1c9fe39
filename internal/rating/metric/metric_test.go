package metric_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/rating/metric"

	"pgregory.net/rapid"
)

func draw(t *rapid.T) []metric.Scored {
	rows := make([]metric.Scored, rapid.IntRange(2, 60).Draw(t, "n"))
	for i := range rows {
		rows[i] = metric.Scored{Risk: float64(rapid.IntRange(0, 8).Draw(t, "risk")), Bad: rapid.Bool().Draw(t, "bad")}
	}
	rows[0].Bad, rows[1].Bad = true, false
	return rows
}

// TestRanksAgreeWithPairs counts every pair, and looks between all scores.
func TestRanksAgreeWithPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := draw(t)
		var wins, pairs, ks float64
		for _, a := range rows {
			for _, b := range rows {
				if a.Bad && !b.Bad {
					pairs++
					switch {
					case a.Risk > b.Risk:
						wins++
					case a.Risk == b.Risk:
						wins += 0.5
					}
				}
			}
			var n, bad, worse, worseBad float64
			for _, b := range rows {
				n++
				if b.Bad {
					bad++
				}
				if b.Risk >= a.Risk {
					worse++
					if b.Bad {
						worseBad++
					}
				}
			}
			ks = max(ks, math.Abs(worseBad/bad-(worse-worseBad)/(n-bad)))
		}
		r, err := metric.Rank(rows)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := r.KS(); math.Abs(r.AUC()-wins/pairs) > 1e-12 || math.Abs(got-ks) > 1e-12 || math.Abs(r.Gini()-2*wins/pairs+1) > 1e-12 {
			t.Fatalf("auc %v want %v, ks %v want %v", r.AUC(), wins/pairs, got, ks)
		}
		shuffled := slices.Clone(rows)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		s, err := metric.Rank(shuffled)
		if err != nil || s.AUC() != r.AUC() || s.Deviation() != r.Deviation() {
			t.Fatal("the order of rows matters")
		}
		curve := r.Curve(1000)
		var area float64
		for i := 1; i < len(curve); i++ {
			area += (curve[i].Good - curve[i-1].Good) * (curve[i].Bad + curve[i-1].Bad) / 2
		}
		if math.Abs(area-r.AUC()) > 1e-12 {
			t.Fatalf("the area under the curve is %v, not %v", area, r.AUC())
		}
		if short := r.Curve(3); len(short) > 6 || short[len(short)-1].Bad != 1 {
			t.Fatalf("%v", short)
		}
	})
}

// TestDeviationIsThatOfSamples draws samples, and looks how far their AUC lie apart.
func TestDeviationIsThatOfSamples(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	var sum, squares, told float64
	const samples = 400
	for range samples {
		rows := make([]metric.Scored, 200)
		for i := range rows {
			rows[i].Bad = i%4 == 0
			rows[i].Risk = random.NormFloat64()
			if rows[i].Bad {
				rows[i].Risk++
			}
		}
		r, err := metric.Rank(rows)
		if err != nil {
			t.Fatal(err)
		}
		sum, squares, told = sum+r.AUC(), squares+r.AUC()*r.AUC(), told+r.Deviation()
	}
	is := math.Sqrt(squares/samples - sum*sum/samples/samples)
	if said := told / samples; math.Abs(said-is)/is > 0.1 {
		t.Errorf("said %.4f, is %.4f", said, is)
	}
}

func TestOneClassIsRefused(t *testing.T) {
	if _, err := metric.Rank([]metric.Scored{{1, true}}); fault.CodeOf(err) != "rating.one_class" {
		t.Error(err)
	}
	if _, err := metric.Rank([]metric.Scored{{math.NaN(), true}, {1, false}}); fault.CodeOf(err) != "rating.infinite" {
		t.Error(err)
	}
}

func TestPSI(t *testing.T) {
	for _, c := range []struct {
		expected, actual []int64
		want             float64
	}{
		{[]int64{10, 20}, []int64{20, 40}, 0},
		{[]int64{50, 50}, []int64{25, 75}, 0.25*math.Log(2) + 0.25*math.Log(1.5)},
		{[]int64{50, 50, 0}, []int64{50, 50, 0}, 0},
		{[]int64{100, 0}, []int64{99, 1}, (0.99-1)*math.Log(0.99) + (0.01-0.005)*math.Log(2)},
	} {
		if got, err := metric.PSI(c.expected, c.actual); err != nil || math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v %v: %v %v, want %v", c.expected, c.actual, got, err, c.want)
		}
	}
	if _, err := metric.PSI([]int64{0}, []int64{1}); fault.CodeOf(err) != "rating.empty" {
		t.Error(err)
	}
	if _, err := metric.PSI([]int64{0}, nil); fault.CodeOf(err) != "rating.prebins" {
		t.Error(err)
	}
}

func TestBrier(t *testing.T) {
	rows := []metric.Predicted{{0.2, false}, {0.7, true}, {1, true}, {0, true}}
	if got, want := metric.Brier(rows), (0.04+0.09+0+1)/4; math.Abs(got-want) > 1e-12 {
		t.Error(got, want)
	}
}

// TestTailsOfTables holds probabilities against printed tables, and against plain sums.
func TestTailsOfTables(t *testing.T) {
	// A chi-square of 8 degrees is above 15.507 once in twenty, above 2.733 in 95 of 100.
	for _, c := range []struct{ statistic, want float64 }{{15.507, 0.05}, {2.733, 0.95}, {20.090, 0.01}} {
		cells := make([]metric.Cell, 10)
		for i := range cells { // each gives a tenth of the statistic
			d := math.Sqrt(c.statistic / 10 * 25)
			cells[i] = metric.Cell{Rows: 100, PD: 0.5, Bad: 50}
			cells[i].PD = solve(d)
		}
		if s, p := metric.HosmerLemeshow(cells); math.Abs(s-c.statistic) > 1e-6 || math.Abs(p-c.want) > 5e-5 {
			t.Errorf("%v: %v %v, want %v", c.statistic, s, p, c.want)
		}
	}
	if _, p := metric.HosmerLemeshow([]metric.Cell{{Rows: 1, PD: 0.5}, {}}); p != 1 {
		t.Error(p)
	}
	rapid.Check(t, func(t *rapid.T) {
		n, pd := rapid.Int64Range(1, 40).Draw(t, "n"), rapid.Float64Range(0.001, 0.999).Draw(t, "pd")
		bad := rapid.Int64Range(0, n).Draw(t, "bad")
		var want float64
		for k := bad; k <= n; k++ {
			choose := 1.0
			for i := range k {
				choose = choose * float64(n-i) / float64(i+1)
			}
			want += choose * math.Pow(pd, float64(k)) * math.Pow(1-pd, float64(n-k))
		}
		if got := metric.BinomialAbove(bad, n, pd); math.Abs(got-want) > 1e-9 {
			t.Fatalf("%d of %d at %v: %v, want %v", bad, n, pd, got, want)
		}
	})
	for _, c := range []struct {
		bad, n int64
		pd     float64
		want   float64
	}{{0, 5, 0, 1}, {1, 5, 0, 0}, {5, 5, 1, 1}, {6, 5, 0.5, 0}} {
		if got := metric.BinomialAbove(c.bad, c.n, c.pd); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// solve finds the predicted share at which 50 of 100 bad rows deviate by d²/25.
func solve(d float64) float64 {
	low, high := 0.001, 0.5
	for range 200 {
		p := (low + high) / 2
		x := 50 - 100*p
		if x*x/(100*p*(1-p)) > d*d/25 {
			low = p
		} else {
			high = p
		}
	}
	return high
}

// TestPSIOfOnePopulation draws pairs of samples of one population, and looks how often their
// PSI is told to be as rare as it is.
func TestPSIOfOnePopulation(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	shares := []float64{0.1, 0.2, 0.3, 0.25, 0.15}
	draw := func(n int) []int64 {
		out := make([]int64, len(shares))
		for range n {
			x := random.Float64()
			i := 0
			for x > shares[i] && i < len(shares)-1 {
				x -= shares[i]
				i++
			}
			out[i]++
		}
		return out
	}
	rare, large := 0, 0
	const pairs = 4000
	for range pairs {
		e, a := draw(2000), draw(100)
		psi, err := metric.PSI(e, a)
		if err != nil {
			t.Fatal(err)
		}
		if metric.PSIChance(psi, e, a) < 0.05 {
			rare++
		}
		if psi >= 0.1 {
			large++
		}
	}
	if share := float64(rare) / pairs; share < 0.03 || share > 0.07 {
		t.Errorf("%.3f of pairs are told to come once in twenty", share)
	}
	if large == 0 {
		t.Error("no sample of a hundred is far from its own population: the test shows nothing")
	}
	if got := metric.PSIChance(1, []int64{5, 0}, []int64{5, 0}); got != 1 {
		t.Error(got)
	}
	// two degrees: exp(−x/2)
	if got, want := metric.PSIChance(0.2, []int64{10, 20, 30}, []int64{20, 10, 10}), math.Exp(-0.1/(1.0/60+1.0/40)); math.Abs(got-want) > 1e-9 {
		t.Error(got, want)
	}
}
