package train

import (
	"cmp"
	"math"
	"slices"

	"changrong/internal/rating/logit"
	"changrong/internal/rating/metric"
	"changrong/internal/rating/scorecard"
)

// Measured is how a way to tell good from bad does on rows that it was not made of.
type Measured struct {
	AUC   []float64 `json:"auc"` // of each fold of each seed
	KS    []float64 `json:"ks"`
	Brier []float64 `json:"brier"`
}

// Mean and deviation of figures.
func Mean(x []float64) (mean, deviation float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		deviation += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(deviation / float64(max(1, len(x)-1)))
}

// Validation compares the card with a plain logistic regression on the same rows: numbers
// standardised, categories one column each, unknowns a column of their own.
type Validation struct {
	Card  Measured `json:"card"`
	Plain Measured `json:"plain"`
	// Held shows the rows of the first seed, each scored by the card that was not made of it.
	Held Shown `json:"held"`
	// Tried is the sample that a card of elsewhere was tried on instead; nil of one made here.
	Tried *Tried `json:"tried,omitempty"`
}

// Validate makes cards from all folds but one, and looks how each does on the one that was
// left out: bins, choices and weights are made anew each time. The folds of each seed keep
// the share of bad rows.
//
// Bins that the plan sets by hand are the same in every fold, though somebody has set them
// looking at all rows: the figures flatter such a card a little.
//
// Errors: those of Train.
func Validate(s *Sample, p *Plan, folds int, seeds []uint64) (*Validation, error) {
	return s.validate(p, folds, seeds, func(in *Sample, p *Plan) (*scorecard.Card, error) {
		card, _, err := in.train(p)
		return card, err
	})
}

// ValidateParcel is Validate of cards that Parcel makes: of accepted firms but one fold, and
// of all rejects. It looks at the accepted ones that were left out, as of others nobody knows
// what came.
//
// Both samples go together, as Parcel has found. Errors: those of Train.
func ValidateParcel(accepted, rejected *Sample, p *Plan, factor float64, folds int, seeds []uint64) (*Validation, error) {
	return accepted.validate(p, folds, seeds, func(in *Sample, p *Plan) (*scorecard.Card, error) {
		card, _, _, err := parcel(in, rejected, p, factor, (*Sample).train)
		return card, err
	})
}

// validate looks how the cards do that are made of all folds but one.
func (s *Sample) validate(p *Plan, folds int, seeds []uint64, made func(*Sample, *Plan) (*scorecard.Card, error)) (*Validation, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if err := s.check(p); err != nil {
		return nil, err
	}
	v := &Validation{}
	var held []judged
	for n, seed := range seeds {
		fold := s.Folds(folds, seed)
		for f := range folds {
			inner := *p
			inner.Watch = func(Step, int, int) error { return p.tell(Validating, n*folds+f, len(seeds)*folds) }
			in, out := s.split(fold, f)
			card, err := made(in, &inner)
			if err != nil {
				return nil, err
			}
			rows, err := v.Card.card(card, out)
			if err != nil {
				return nil, err
			}
			if n == 0 {
				held = append(held, rows...)
			}
			if err := v.Plain.plain(in, out); err != nil {
				return nil, err
			}
		}
	}
	var err error
	v.Held, err = show(held)
	return v, err
}

// Folds gives each row one of n folds, good and bad ones alike.
func (s *Sample) Folds(n int, seed uint64) []int {
	out := make([]int, len(s.Bad))
	for _, kind := range []bool{false, true} {
		var rows []int
		for i, b := range s.Bad {
			if b == kind {
				rows = append(rows, i)
			}
		}
		slices.SortFunc(rows, func(a, b int) int { return cmp.Or(cmp.Compare(mixed(seed, a), mixed(seed, b)), cmp.Compare(a, b)) })
		for i, row := range rows {
			out[row] = i % n
		}
	}
	return out
}

// mixed is a number that a seed gives a row (SplitMix64; Steele, Lea and Flood 2014): rows in
// its order are as good as shuffled.
func mixed(seed uint64, row int) uint64 {
	const step, first, second = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
	z := seed*second + uint64(row+1)*step
	z = (z ^ z>>30) * first
	z = (z ^ z>>27) * second
	return z ^ z>>31
}

// split parts the rows of one fold from the others.
func (s *Sample) split(fold []int, f int) (in, out *Sample) {
	var a, b []int
	for i, x := range fold {
		if x == f {
			b = append(b, i)
		} else {
			a = append(a, i)
		}
	}
	return s.Pick(a), s.Pick(b)
}

// Pick is a sample of some rows.
func (s *Sample) Pick(rows []int) *Sample {
	out := &Sample{Bad: pick(s.Bad, rows), Periods: pick(s.Periods, rows)}
	for i := range s.Columns {
		c := &s.Columns[i]
		out.Columns = append(out.Columns, Column{c.Feature, pick(c.Known, rows), pick(c.Numbers, rows), pick(c.Texts, rows)})
	}
	return out
}

// pick are some of x; nil of nil.
func pick[T any](x []T, rows []int) []T {
	if x == nil {
		return nil
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = x[r]
	}
	return out
}

// note adds how one fold did.
func (m *Measured) note(risk, pd []float64, bad []bool) error {
	rows, told := make([]metric.Scored, len(bad)), make([]metric.Predicted, len(bad))
	for i := range bad {
		rows[i], told[i] = metric.Scored{Risk: risk[i], Bad: bad[i]}, metric.Predicted{PD: pd[i], Bad: bad[i]}
	}
	r, err := metric.Rank(rows)
	if err != nil {
		return err
	}
	ks, _ := r.KS()
	m.AUC, m.KS, m.Brier = append(m.AUC, r.AUC()), append(m.KS, ks), append(m.Brier, metric.Brier(told))
	return nil
}

// card measures a card on rows. A row with an unknown where training had none is scored
// as if the feature said nothing (WOE 0): only here, where no firm is rated.
func (m *Measured) card(c *scorecard.Card, rows *Sample) ([]judged, error) {
	z := make([]float64, len(rows.Bad))
	for i := range z {
		z[i] = c.Intercept
	}
	for j := range c.Characteristics {
		x := &c.Characteristics[j]
		find := x.Finder()
		for k := range rows.Columns {
			if rows.Columns[k].Feature.Name != x.Name {
				continue
			}
			for i := range z {
				if code, err := find(rows.Columns[k].value(i)); err == nil {
					z[i] += x.Beta * x.Bin(code).WOE
				}
			}
		}
	}
	pd, out := make([]float64, len(z)), make([]judged, len(z))
	for i := range z {
		pd[i] = logit.Probability(z[i])
		out[i] = judged{c.Scale.Of(z[i]), pd[i], rows.Bad[i]}
	}
	return out, m.note(z, pd, rows.Bad)
}

// plainRidge is the hold that the plain regression has: that of common libraries.
const plainRidge = 1

// plain measures a plain logistic regression.
func (m *Measured) plain(in, out *Sample) error {
	var x, y [][]float64
	for j := range in.Columns {
		a, b := &in.Columns[j], &out.Columns[j]
		for _, class := range a.Feature.Categories {
			if u := dummy(a, class); varies(u) {
				x, y = append(x, u), append(y, dummy(b, class))
			}
		}
		if len(a.Feature.Categories) == 0 {
			u, v := standard(a, b)
			if varies(u) {
				x, y = append(x, u), append(y, v)
			}
		}
		if u := missing(a); varies(u) {
			x, y = append(x, u), append(y, missing(b))
		}
	}
	f, err := logit.Train(x, in.Bad, logit.Options{Ridge: plainRidge})
	if err != nil {
		return err
	}
	z, pd := make([]float64, len(out.Bad)), make([]float64, len(out.Bad))
	for i := range z {
		z[i] = f.Intercept
		for j := range y {
			z[i] += f.Beta[j] * y[j][i]
		}
		pd[i] = logit.Probability(z[i])
	}
	return m.note(z, pd, out.Bad)
}

// varies tells whether a column is not the same everywhere.
func varies(x []float64) bool {
	for _, v := range x {
		if v != x[0] {
			return true
		}
	}
	return false
}

// dummy is 1 where the value is a class.
func dummy(c *Column, class string) []float64 {
	out := make([]float64, len(c.Known))
	for i := range out {
		if c.Known[i] && c.Texts[i] == class {
			out[i] = 1
		}
	}
	return out
}

// missing is 1 where the value is unknown.
func missing(c *Column) []float64 {
	out := make([]float64, len(c.Known))
	for i := range out {
		if !c.Known[i] {
			out[i] = 1
		}
	}
	return out
}

// standard are the numbers of both columns less the mean of the first, by its deviation;
// unknowns are the mean.
func standard(a, b *Column) (u, v []float64) {
	var known []float64
	for i, x := range a.Numbers {
		if a.Known[i] {
			known = append(known, x)
		}
	}
	mean, deviation := Mean(known)
	scale := func(c *Column) []float64 {
		out := make([]float64, len(c.Numbers))
		for i, x := range c.Numbers {
			if c.Known[i] && deviation > 0 {
				out[i] = (x - mean) / deviation
			}
		}
		return out
	}
	return scale(a), scale(b)
}
