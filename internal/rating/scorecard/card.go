package scorecard

import (
	"math"

	"changrong/internal/rating/binning"
)

// Scale says what a score means.
type Scale struct {
	Base int     `json:"base"` // points at which the odds are Odds
	Odds float64 `json:"odds"` // good rows for one bad
	PDO  float64 `json:"pdo"`  // points that double the odds
}

// Factor is how many points e-fold odds are worth.
func (s Scale) Factor() float64 { return s.PDO / math.Ln2 }

// Offset is the score of even odds.
func (s Scale) Offset() float64 { return float64(s.Base) - s.Factor()*math.Log(s.Odds) }

// PD is the probability of default that a score stands for.
func (s Scale) PD(score int) float64 {
	return 1 / (1 + math.Exp((float64(score)-s.Offset())/s.Factor()))
}

// Of is the score of log odds of bad.
func (s Scale) Of(odds float64) int { return int(math.Round(s.Offset() - s.Factor()*odds)) }

// Score is the least score whose probability of default is at most pd.
func (s Scale) Score(pd float64) int {
	return int(math.Ceil(s.Offset() + s.Factor()*math.Log((1-pd)/pd)))
}

// Bin is one bin of a characteristic.
type Bin struct {
	binning.Count
	WOE    float64 `json:"woe"` // ln(share of good rows ÷ share of bad ones)
	Points int     `json:"points"`
}

// Special is a value that is no quantity, such as -999 for "no return filed".
type Special struct {
	Value float64 `json:"value"`
	Zh    string  `json:"zh"`
	En    string  `json:"en"`
	Bin
}

// Characteristic is a feature that a card looks at.
type Characteristic struct {
	Name string `json:"name"` // of the feature
	Zh   string `json:"zh"`
	En   string `json:"en"`
	Unit string `json:"unit,omitempty"` // as said behind a number: 元, 个月; Share of a part of 1, said in percent

	// Low and High are the least and the largest value that may be, in the unit; a number
	// beyond is refused. Both 0: any.
	Low  float64 `json:"low,omitempty"`
	High float64 `json:"high,omitempty"`

	Trend    binning.Trend `json:"trend,omitempty"`    // of a quantity
	Splits   []float64     `json:"splits,omitempty"`   // rising; bin i is from splits[i-1] to below splits[i]
	Groups   [][]string    `json:"groups,omitempty"`   // of a category: bin i holds groups[i]
	Bins     []Bin         `json:"bins"`               // of quantities from low to high, or of groups
	Specials []Special     `json:"specials,omitempty"` // looked for first
	Unknown  *Bin          `json:"unknown,omitempty"`  // nil: training has seen none, and an unknown is refused

	Beta float64 `json:"beta"` // of its WOE

	// Owner tells that the firm's owner can do something about it; only then is it a reason,
	// with what to do.
	Owner    bool   `json:"owner,omitempty"`
	AdviceZh string `json:"advice_zh,omitempty"`
	AdviceEn string `json:"advice_en,omitempty"`
}

// Category tells whether it is a category, not a quantity.
func (c *Characteristic) Category() bool { return len(c.Groups) > 0 }

// Grade is a step of the master scale (主标尺).
type Grade struct {
	Name string `json:"name"`
	From int    `json:"from"`   // the least score; of the last, any
	PD   int64  `json:"pd_ppb"` // what it stands for
}

// Card is a scorecard.
type Card struct {
	Format string `json:"format"` // "changrong.scorecard/1"
	Name   string `json:"name"`
	Scale  Scale  `json:"scale"`
	// Intercept is of the regression on WOE, after calibration.
	Intercept       float64          `json:"intercept"`
	Characteristics []Characteristic `json:"characteristics"`
	Grades          []Grade          `json:"grades"` // the best first
}

// Format is the form of cards in files.
const Format = "changrong.scorecard/1"

// Range is the least and the largest score that a card gives.
func (c *Card) Range() (low, high int) {
	for i := range c.Characteristics {
		l, h := c.Characteristics[i].extremes()
		low, high = low+l, high+h
	}
	return low, high
}

// extremes are the fewest and the most points of a characteristic.
func (c *Characteristic) extremes() (low, high int) {
	low, high = math.MaxInt, math.MinInt
	for b := range c.all() {
		low, high = min(low, b.Points), max(high, b.Points)
	}
	return low, high
}

// all are the bins of a characteristic: the specials, the unknown, then the others.
func (c *Characteristic) all() func(func(*Bin) bool) {
	return func(yield func(*Bin) bool) {
		for i := range c.Specials {
			if !yield(&c.Specials[i].Bin) {
				return
			}
		}
		if c.Unknown != nil && !yield(c.Unknown) {
			return
		}
		for i := range c.Bins {
			if !yield(&c.Bins[i]) {
				return
			}
		}
	}
}

// Weigh sets the points of every bin from its WOE, β, the intercept and the scale; each
// characteristic carries an even part of the intercept and of the offset.
func (c *Card) Weigh() {
	n := float64(len(c.Characteristics))
	for i := range c.Characteristics {
		x := &c.Characteristics[i]
		for b := range x.all() {
			b.Points = int(math.Round(c.Scale.Offset()/n - c.Scale.Factor()*(x.Beta*b.WOE+c.Intercept/n)))
		}
	}
}

// PPB is a probability in parts per billion.
func PPB(p float64) int64 { return int64(math.Round(p * 1e9)) }
