package metric

import (
	"cmp"
	"math"
	"slices"

	"changrong/internal/base/fault"
)

// Scored is a row with its risk, higher is worse, and what came of it.
type Scored struct {
	Risk float64
	Bad  bool
}

// Step is what lies at one risk.
type Step struct {
	Risk      float64 `json:"risk"`
	Good, Bad int64
}

// Ranking is a scored population, the worst risks first.
type Ranking struct {
	Steps     []Step
	Good, Bad int64
}

// Rank puts rows in order. Errors: rating.one_class, rating.infinite.
func Rank(rows []Scored) (*Ranking, error) {
	rows = slices.Clone(rows)
	r := &Ranking{}
	for _, x := range rows {
		if math.IsNaN(x.Risk) {
			return nil, fault.Invalidf("rating.infinite", "有样本没有评分", "a row has no score")
		}
		if x.Bad {
			r.Bad++
		} else {
			r.Good++
		}
	}
	if r.Good == 0 || r.Bad == 0 {
		return nil, fault.Invalidf("rating.one_class", "好样本%d条、坏样本%d条：两类都要有，才能评价", "%d good rows, %d bad: both are needed", r.Good, r.Bad)
	}
	slices.SortFunc(rows, func(a, b Scored) int { return cmp.Compare(b.Risk, a.Risk) })
	for i, x := range rows {
		if i == 0 || x.Risk != rows[i-1].Risk {
			r.Steps = append(r.Steps, Step{Risk: x.Risk})
		}
		if s := &r.Steps[len(r.Steps)-1]; x.Bad {
			s.Bad++
		} else {
			s.Good++
		}
	}
	return r, nil
}

// AUC is the share of pairs in which the bad row has the higher risk, ties half.
func (r *Ranking) AUC() float64 {
	var twice float64 // whole numbers: exact up to 2^53
	good := r.Good
	for _, s := range r.Steps {
		good -= s.Good
		twice += float64(s.Bad) * float64(2*good+s.Good)
	}
	return twice / 2 / float64(r.Good) / float64(r.Bad)
}

// Gini is 2·AUC−1.
func (r *Ranking) Gini() float64 { return 2*r.AUC() - 1 }

// KS is the largest distance of the shares of bad and of good rows, and the risk at and
// above which they lie.
func (r *Ranking) KS() (ks, at float64) {
	var good, bad int64
	for _, s := range r.Steps {
		good, bad = good+s.Good, bad+s.Bad
		if d := math.Abs(float64(bad)/float64(r.Bad) - float64(good)/float64(r.Good)); d > ks {
			ks, at = d, s.Risk
		}
	}
	return ks, at
}

// Deviation is the standard deviation of the AUC, by DeLong: what another sample of the same
// size would make of it. 0 where a class has one row.
func (r *Ranking) Deviation() float64 {
	auc := r.AUC()
	var bads, goods float64
	above, below := int64(0), r.Good // bad rows of higher risk; good rows of no higher
	for _, s := range r.Steps {
		below -= s.Good
		b := (float64(below) + float64(s.Good)/2) / float64(r.Good)
		g := (float64(above) + float64(s.Bad)/2) / float64(r.Bad)
		bads += float64(s.Bad) * (b - auc) * (b - auc)
		goods += float64(s.Good) * (g - auc) * (g - auc)
		above += s.Bad
	}
	var v float64
	if r.Bad > 1 {
		v += bads / float64(r.Bad-1) / float64(r.Bad)
	}
	if r.Good > 1 {
		v += goods / float64(r.Good-1) / float64(r.Good)
	}
	return math.Sqrt(v)
}

// Point is a point of a curve.
type Point struct {
	Risk float64 `json:"risk"`
	Good float64 `json:"good"` // share of good rows at and above the risk
	Bad  float64 `json:"bad"`  // share of bad ones
}

// Curve is the ROC curve from (0, 0) to (1, 1), of at most n points beside its ends: all
// steps where there are no more, else the points nearest to even shares of all rows.
func (r *Ranking) Curve(n int) []Point {
	out := []Point{{Risk: math.MaxFloat64}}
	var good, bad, every, next int64
	all := r.Good + r.Bad
	if len(r.Steps) > n {
		every = max(1, all/int64(max(n, 1)))
	}
	for i, s := range r.Steps {
		good, bad = good+s.Good, bad+s.Bad
		if good+bad < next && i < len(r.Steps)-1 {
			continue
		}
		next = good + bad + every
		out = append(out, Point{s.Risk, float64(good) / float64(r.Good), float64(bad) / float64(r.Bad)})
	}
	return out
}
