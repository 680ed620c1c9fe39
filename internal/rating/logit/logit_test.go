package logit_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/rating/logit"

	"pgregory.net/rapid"
)

// TestSlopeIsFlatAtTheFit looks at the fit from outside: at the best place every slope is 0.
func TestSlopeIsFlatAtTheFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		random := rand.New(rand.NewPCG(seed, 1))
		rows, columns := 60+random.IntN(200), 1+random.IntN(5)
		x, bad := make([][]float64, columns), make([]bool, rows)
		o := logit.Options{Ridge: []float64{0.01, 1, 10}[random.IntN(3)]}
		if random.IntN(2) == 0 {
			o.Weights = make([]float64, rows)
			for i := range o.Weights {
				o.Weights[i] = 0.1 + random.Float64()
			}
		}
		for j := range x {
			x[j] = make([]float64, rows)
		}
		for i := range bad {
			z := -1.0
			for j := range x {
				x[j][i] = random.NormFloat64()
				z += x[j][i]
			}
			bad[i] = random.Float64() < logit.Probability(z)
		}
		bad[0], bad[1] = true, false
		f, err := logit.Train(x, bad, o)
		if err != nil {
			t.Fatal(err)
		}
		for j := -1; j < columns; j++ {
			slope := 0.0
			if j >= 0 {
				slope = o.Ridge * f.Beta[j]
			}
			for i, b := range bad {
				z := f.Intercept
				for k, v := range f.Beta {
					z += v * x[k][i]
				}
				d := logit.Probability(z)
				if b {
					d--
				}
				if o.Weights != nil {
					d *= o.Weights[i]
				}
				if j >= 0 {
					d *= x[j][i]
				}
				slope += d
			}
			if math.Abs(slope) > 1e-4 {
				t.Fatalf("the slope of column %d is %g", j, slope)
			}
		}
	})
}

// TestFitOfTwoByTwo has a closed form: ln of the odds ratio, with the deviation of Woolf.
func TestFitOfTwoByTwo(t *testing.T) {
	var x []float64
	var bad []bool
	for _, c := range []struct {
		x   float64
		bad bool
		n   int
	}{{0, false, 80}, {0, true, 20}, {1, false, 30}, {1, true, 70}} {
		for range c.n {
			x, bad = append(x, c.x), append(bad, c.bad)
		}
	}
	f, err := logit.Train([][]float64{x}, bad, logit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	beta, deviation := math.Log(70.0*80/30/20), math.Sqrt(1.0/80+1.0/20+1.0/30+1.0/70)
	if math.Abs(f.Intercept-math.Log(20.0/80)) > 1e-9 || math.Abs(f.Beta[0]-beta) > 1e-9 || math.Abs(f.Deviations[0]-deviation) > 1e-9 {
		t.Errorf("%+v, want %v %v", f, beta, deviation)
	}
}

func TestWhatCannotBeFittedIsSaid(t *testing.T) {
	y := []bool{false, true, false, true}
	for want, c := range map[string]struct {
		x   [][]float64
		bad []bool
		o   logit.Options
	}{
		"rating.one_class": {[][]float64{{1, 2}}, []bool{true, true}, logit.Options{}},
		"rating.columns":   {nil, y, logit.Options{}},
		"rating.infinite":  {[][]float64{{1, 2, math.NaN(), 4}}, y, logit.Options{}},
		"rating.collinear": {[][]float64{{1, 2, 3, 5}, {2, 4, 6, 10}}, y, logit.Options{}},
		"rating.separated": {[][]float64{{0, 1, 0, 1}}, y, logit.Options{}},
		"rating.weight":    {[][]float64{{0, 1, 0, 1}}, y, logit.Options{Weights: []float64{1, 0, 1, 1}}},
	} {
		if _, err := logit.Train(c.x, c.bad, c.o); fault.CodeOf(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := logit.Train([][]float64{{1}}, y, logit.Options{}); fault.CodeOf(err) != "rating.columns" {
		t.Error(err)
	}
	if _, err := logit.Train([][]float64{{3, 3, 3, 3}}, y, logit.Options{}); fault.CodeOf(err) != "rating.collinear" {
		t.Error(err)
	}
}
