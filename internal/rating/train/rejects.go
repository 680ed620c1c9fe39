package train

import (
	"cmp"
	"math"
	"slices"

	"changrong/internal/base/fault"
	"changrong/internal/rating/scorecard"
)

// Parcelled says what was assumed of firms that were refused, and by how much it moves the
// card.
type Parcelled struct {
	Factor float64 `json:"factor"`
	Bands  []Band  `json:"bands"` // the lowest scores first
	// Refused counts rejects that the card of accepted firms cannot score; they are left out.
	Refused int `json:"refused"`
	// Accepted is the report of the card of accepted firms alone: what to hold the other one
	// against.
	Accepted *Report `json:"accepted"`
}

// Band is a range of scores of the card of accepted firms.
type Band struct {
	From     int   `json:"from"` // the least score; of the first band, any
	Accepted int64 `json:"accepted"`
	Bad      int64 `json:"bad"` // of the accepted
	Rejected int64 `json:"rejected"`
	Assumed  int64 `json:"assumed_bad"` // of the rejected
}

// bands is how many ranges of scores there are: each has a tenth of the accepted.
const bands = 10

// MaxFactor bounds how much worse than accepted firms of the same score refused ones may be
// assumed to be.
const MaxFactor = 10

// Parcel makes a card of accepted and of rejected firms (拒绝推断, parcelling): a card of the
// accepted alone scores the rejected; in each band of scores, so many of the rejected are
// taken for bad as the band's bad rate times factor says, chosen by the plan's seed; then a
// card is made of all.
//
// Nobody knows what the rejected would have done: the factor is a guess, no data can confirm
// it, and gains reported in the literature are modest (Hand & Henley 1993; Crook & Banasik
// 2004). To let each reject count as partly good and partly bad by its score instead ("fuzzy
// augmentation") leaves the weights of a logistic regression as they were, and is not offered.
//
// What rejects have in Bad is not read. Errors: rating.plan of a factor outside 1 to
// MaxFactor, rating.columns where the two samples differ in their columns, those of Train.
func Parcel(accepted, rejected *Sample, p *Plan, factor float64) (*scorecard.Card, *Report, *Parcelled, error) {
	if err := CheckFactor(factor); err != nil {
		return nil, nil, nil, err
	}
	same := slices.EqualFunc(accepted.Columns, rejected.Columns, func(a, b Column) bool { return a.Feature.Name == b.Feature.Name })
	if !same || accepted.Periods != nil || rejected.Periods != nil {
		return nil, nil, nil, fault.Invalidf("rating.columns", "通过和拒绝的样本，指标应相同，且不分时期", "accepted and rejected firms have other columns, or periods")
	}
	return parcel(accepted, rejected, p, factor, Train)
}

// parcel makes both cards of samples that go together.
func parcel(accepted, rejected *Sample, p *Plan, factor float64, made func(*Sample, *Plan) (*scorecard.Card, *Report, error)) (*scorecard.Card, *Report, *Parcelled, error) {
	card, report, err := made(accepted, p)
	if err != nil {
		return nil, nil, nil, err
	}
	out := &Parcelled{Factor: factor, Accepted: report}
	of, err := scoresOf(card, accepted)
	if err != nil {
		return nil, nil, nil, err
	}
	rejects, err := scoresOf(card, rejected)
	if err != nil {
		return nil, nil, nil, err
	}
	all := accepted.Pick(order(len(accepted.Bad)))
	for _, r := range out.assume(of, rejects, accepted.Bad, p) {
		one := rejected.Pick([]int{r.row})
		all.Bad = append(all.Bad, r.bad)
		for i := range all.Columns {
			a, b := &all.Columns[i], &one.Columns[i]
			a.Known, a.Numbers, a.Texts = append(a.Known, b.Known...), append(a.Numbers, b.Numbers...), append(a.Texts, b.Texts...)
		}
	}
	whole, wholeReport, err := made(all, p)
	return whole, wholeReport, out, err
}

// CheckFactor tells whether firms may be assumed to be so much worse.
//
// Errors: rating.plan.
func CheckFactor(factor float64) error {
	if !(factor >= 1) || factor > MaxFactor {
		return fault.Invalidf("rating.plan", "拒绝推断的倍数应在1至%d之间", "the factor is from 1 to %d", MaxFactor).In(fault.Place{Field: "factor"})
	}
	return nil
}

// order are the rows from 0.
func order(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// refused is the score of a firm that cannot be scored.
const refused = math.MinInt

// scoresOf scores rows; refused where a row cannot be.
func scoresOf(card *scorecard.Card, s *Sample) ([]int, error) {
	scorer, err := card.Scorer()
	if err != nil {
		return nil, err
	}
	var columns []*Column
	for i := range card.Characteristics {
		n := slices.IndexFunc(s.Columns, func(c Column) bool { return c.Feature.Name == card.Characteristics[i].Name })
		columns = append(columns, &s.Columns[n])
	}
	out := make([]int, len(s.Bad))
	values := make([]scorecard.Value, len(columns))
	for row := range out {
		for i, c := range columns {
			values[i] = c.value(row)
		}
		out[row] = refused
		if r, err := scorer.Score(values); err == nil {
			out[row] = r.Score
		}
	}
	return out, nil
}

// parcelled is a reject, and what is assumed of it.
type parcelled struct {
	row int
	bad bool
}

// assume cuts scores into bands, and decides which rejects are taken for bad.
func (out *Parcelled) assume(accepted, rejected []int, bad []bool, p *Plan) (list []parcelled) {
	sorted := slices.Clone(accepted)
	slices.Sort(sorted)
	out.Bands = []Band{{From: math.MinInt}}
	for i := 1; i < bands; i++ {
		if from := sorted[len(sorted)*i/bands]; from > out.Bands[len(out.Bands)-1].From {
			out.Bands = append(out.Bands, Band{From: from})
		}
	}
	at := func(score int) int {
		n, _ := slices.BinarySearchFunc(out.Bands, score+1, func(b Band, s int) int { return cmp.Compare(b.From, s) })
		return n - 1
	}
	for i, score := range accepted {
		b := &out.Bands[at(score)]
		b.Accepted++
		if bad[i] {
			b.Bad++
		}
	}
	rows := make([][]int, len(out.Bands))
	for row, score := range rejected {
		if score == refused {
			out.Refused++
			continue
		}
		n := at(score)
		out.Bands[n].Rejected++
		rows[n] = append(rows[n], row)
	}
	for n := range out.Bands {
		b := &out.Bands[n]
		rate := math.Min(1, float64(b.Bad)/float64(max(1, b.Accepted))*out.Factor)
		b.Assumed = int64(math.Round(rate * float64(b.Rejected)))
		slices.SortFunc(rows[n], func(x, y int) int { return cmp.Compare(mixed(p.Seed, x), mixed(p.Seed, y)) })
		for i, row := range rows[n] {
			list = append(list, parcelled{row, int64(i) < b.Assumed})
		}
	}
	out.Bands[0].From = 0
	return list
}
