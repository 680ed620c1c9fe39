package train

import (
	"math"
	"slices"

	"changrong/internal/base/fault"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/scorecard"
)

// Plan says how a card is made.
type Plan struct {
	Name string `json:"name"`
	Seed uint64 `json:"seed"` // of folds and of samples that are drawn

	MaxLeaves int     `json:"max_leaves"` // of the tree that pre-bins
	MinShare  float64 `json:"min_share"`  // of all rows, in every bin
	MaxBins   int     `json:"max_bins"`   // 0: any number
	MinIV     float64 `json:"min_iv"`     // of a characteristic
	// MaxCorrelation of two characteristics' WOE: of a pair above it the one that holds less
	// is left out. 1: none is.
	MaxCorrelation float64 `json:"max_correlation"`
	Ridge          float64 `json:"ridge"`

	Scale scorecard.Scale `json:"scale"`
	// Tendency is the share of bad firms that the card expects in the long run; 0: that of
	// the sample.
	Tendency float64     `json:"tendency,omitempty"`
	Grades   []GradePlan `json:"grades"` // the best first

	// Cuts and Groups set the bins of a quantity and of a category by hand, instead of the
	// best ones. A trend that is declared holds all the same.
	Cuts   map[string][]float64  `json:"cuts,omitempty"`
	Groups map[string][][]string `json:"groups,omitempty"`
	// Leave names features that are left out, and why.
	Leave map[string]string `json:"leave,omitempty"`
	// Vouched names features that alone tell good from bad nearly without error, and why
	// they still cannot know the outcome.
	Vouched map[string]string `json:"vouched,omitempty"`

	// Watch is told how far the making has come; nil: nobody is.
	Watch Watch `json:"-"`
}

// Step is a part of the making of a card.
type Step string

// The steps, in their order.
const (
	Checking   Step = "checking"
	Prebinning Step = "prebinning"
	Binning    Step = "binning"
	Selecting  Step = "selecting"
	Regression Step = "regression"
	Points     Step = "points"
	Validating Step = "validating"
)

// Watch is told how much of a step is done. Its error ends the making.
type Watch func(step Step, done, total int) error

// tell tells how much of a step is done.
func (p *Plan) tell(step Step, done, total int) error {
	if p.Watch == nil {
		return nil
	}
	return p.Watch(step, done, total)
}

// GradePlan is a grade and the highest probability of default that it takes.
type GradePlan struct {
	Name string  `json:"name"`
	PD   float64 `json:"pd"` // of the last, what it stands for
}

// DefaultPlan is a plan as it is mostly made: grades whose probabilities double.
func DefaultPlan(name string) *Plan {
	p := &Plan{
		Name: name, Seed: 1, MaxLeaves: 20, MinShare: 0.05, MinIV: 0.02, MaxCorrelation: 0.9, Ridge: 1,
		Scale: scorecard.Scale{Base: 600, Odds: 20, PDO: 40},
	}
	pd := 0.005
	for _, g := range []string{"AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C"} {
		p.Grades = append(p.Grades, GradePlan{g, math.Min(pd, 0.999)})
		pd *= 2
	}
	return p
}

// Check tells what is wrong with a plan.
//
// Errors: rating.plan, with the field.
func (p *Plan) Check() error {
	between := func(x, low, high float64) bool { return x >= low && x <= high }
	bad := func(field, zh string) error {
		return fault.New(fault.Invalid, "rating.plan", "建模方案："+zh, "the plan: "+field).In(fault.Place{Field: field})
	}
	switch {
	case p.Name == "" || len([]rune(p.Name)) > 60:
		return bad("name", "名称应为1至60字")
	case p.MaxLeaves < 2 || p.MaxLeaves > binning.MaxPrebins:
		return bad("max_leaves", "初始分箱应为2至200个")
	case !between(p.MinShare, 0, 0.5):
		return bad("min_share", "每箱至少的占比应在0至0.5之间")
	case p.MaxBins == 1 || !between(float64(p.MaxBins), 0, 90):
		return bad("max_bins", "最多的箱数应为0（不限）或2至90")
	case !between(p.MinIV, 0, 10):
		return bad("min_iv", "最低信息值应在0至10之间")
	case !between(p.MaxCorrelation, 0.1, 1):
		return bad("max_correlation", "最高相关系数应在0.1至1之间")
	case !between(p.Ridge, 0, 1e6):
		return bad("ridge", "岭惩罚应在0至1000000之间")
	case !between(p.Scale.PDO, 1, 1000) || !between(p.Scale.Odds, 1e-3, 1e6) || !between(float64(p.Scale.Base), -1e5, 1e5):
		return bad("scale", "分值刻度不对")
	case p.Tendency != 0 && !between(p.Tendency, 1e-6, 0.99):
		return bad("tendency", "中心违约率应在0.000001至0.99之间；0为样本中的占比")
	case len(p.Grades) == 0 || len(p.Grades) > 30:
		return bad("grades", "等级应为1至30个")
	}
	for i, g := range p.Grades {
		if g.Name == "" || !between(g.PD, 1e-6, 0.999) || i > 0 && g.PD <= p.Grades[i-1].PD || slices.ContainsFunc(p.Grades[:i], func(o GradePlan) bool { return o.Name == g.Name }) {
			return bad("grades", "等级的违约率应依次增大，名称不能重复")
		}
	}
	for name, cuts := range p.Cuts {
		for i, x := range cuts {
			if math.IsNaN(x) || math.IsInf(x, 0) || i > 0 && x <= cuts[i-1] || len(cuts) > 60 {
				return bad("cuts."+name, "切点应依次增大，至多60个")
			}
		}
	}
	return nil
}

// grades are the grades of a card: each from the score whose probability is the highest
// that it takes, standing for the geometric mean of its two ends; the first for half of
// its upper end, the last for its own.
func (p *Plan) grades() []scorecard.Grade {
	out := make([]scorecard.Grade, len(p.Grades))
	for i, g := range p.Grades {
		out[i] = scorecard.Grade{Name: g.Name, From: p.Scale.Score(g.PD)}
		switch {
		case i == len(p.Grades)-1:
			out[i].PD, out[i].From = scorecard.PPB(g.PD), 0
		case i == 0:
			out[i].PD = scorecard.PPB(g.PD / 2)
		default:
			out[i].PD = scorecard.PPB(math.Sqrt(g.PD * p.Grades[i-1].PD))
		}
	}
	return out
}
