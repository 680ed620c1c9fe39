package train

import (
	"math"
	"slices"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/rating/metric"

	"pgregory.net/rapid"
)

// TestNoRowIsLostFromACurve counts rows in everything that is shown.
func TestNoRowIsLostFromACurve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := []judged{{-7, 0.9, true}, {3, 0.1, false}}
		for range rapid.IntRange(0, 300).Draw(t, "rows") {
			score := rapid.IntRange(-40, 900).Draw(t, "score")
			rows = append(rows, judged{score, 1 / (1 + math.Exp(float64(score-300)/90)), rapid.Bool().Draw(t, "bad")})
		}
		s, err := show(rows)
		if err != nil {
			t.Fatal(err)
		}
		var good, bad, all, worse int64
		for i, h := range s.Heaps {
			good, bad = good+h.Good, bad+h.Bad
			if i > 0 && h.From-s.Heaps[i-1].From != s.Heaps[1].From-s.Heaps[0].From {
				t.Fatalf("uneven: %+v", s.Heaps)
			}
		}
		for i, c := range s.Calibration {
			all, worse = all+c.Rows, worse+c.Bad
			if i > 0 && c.PD <= s.Calibration[i-1].PD {
				t.Fatalf("out of order: %+v", s.Calibration)
			}
		}
		n := int64(len(rows))
		if good+bad != n || all != n || worse != bad || len(s.Heaps) > heaps || len(s.Calibration) > cells {
			t.Fatalf("%d rows, %d bad: %+v %+v", n, bad, s.Heaps, s.Calibration)
		}
		// the widest gap is where the curve has it
		var widest float64
		for _, p := range s.Curve {
			widest = max(widest, math.Abs(p.Good-p.Bad))
		}
		if widest > s.KS+1e-12 || len(rows) <= curvePoints && (math.Abs(widest-s.KS) > 1e-12 ||
			!slices.ContainsFunc(s.Curve, func(p metric.Point) bool {
				return int(-p.Risk) == s.KSScore && math.Abs(math.Abs(p.Good-p.Bad)-s.KS) < 1e-12
			})) {
			t.Fatalf("%v at %d, and %v", s.KS, s.KSScore, widest)
		}
	})
	if _, err := show([]judged{{1, 0.5, true}}); fault.CodeOf(err) != "rating.one_class" {
		t.Error(err)
	}
}

// TestTiesStayTogetherInCalibration: half of the rows have one probability.
func TestTiesStayTogetherInCalibration(t *testing.T) {
	var rows []judged
	for i := range 100 {
		rows = append(rows, judged{600, max(0.5, float64(i)/100), i%2 == 0})
	}
	got := calibration(rows)
	if len(got) != 6 || got[0].Rows != 51 || got[1].Rows != 9 || got[2].Rows != 10 {
		t.Errorf("%+v", got)
	}
}
