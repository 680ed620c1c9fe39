package train

import (
	"fmt"
	"math"
	"slices"

	"changrong/internal/base/fault"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/logit"
	"changrong/internal/rating/metric"
	"changrong/internal/rating/scorecard"
)

// Report says how a card was made and how it does on the rows it was made of, which flatters
// it: Validate says how it does on others.
type Report struct {
	Total      binning.Count `json:"total"`
	Items      []Item        `json:"items"` // in the order of the sample
	Bins       []Bins        `json:"bins"`  // of each, also of those left out
	Iterations int           `json:"iterations"`
	Shift      float64       `json:"shift"` // of the intercept, for the central tendency

	Shown
	Fit  float64 `json:"hosmer_lemeshow"` // over the grades
	FitP float64 `json:"hosmer_lemeshow_p"`
	// Grades count rows by grade, with the mean probability that was given.
	Grades []GradeRow `json:"grades"`
}

// Item is what became of a feature.
type Item struct {
	Name      string  `json:"name"`
	Zh        string  `json:"zh"`
	IV        float64 `json:"iv"`
	Beta      float64 `json:"beta,omitempty"`
	Deviation float64 `json:"deviation,omitempty"` // of beta
	OutZh     string  `json:"out_zh,omitempty"`    // why it is left out
	OutEn     string  `json:"out_en,omitempty"`
}

// GradeRow is a grade of the sample.
type GradeRow struct {
	Grade string `json:"grade"`
	metric.Cell
	// Worse is the probability of at least so many bad rows where the grade's own
	// probability holds: small when the grade is worse than its name.
	Worse float64 `json:"worse_p"`
}

// Train makes a card.
//
// Errors: rating.plan; all that is wrong with the sample, together (rating.rows,
// rating.one_class, rating.few, rating.columns, rating.missing, rating.constant, rating.infinite,
// rating.range, rating.category, rating.leak); rating.against_trend of bins set by hand;
// rating.nothing_left where every feature is left out, with the reasons; those of logit.Train
// and of the plan's Watch.
func Train(s *Sample, p *Plan) (*scorecard.Card, *Report, error) {
	if err := p.Check(); err != nil {
		return nil, nil, err
	}
	if err := p.tell(Checking, 0, 1); err != nil {
		return nil, nil, err
	}
	if err := s.check(p); err != nil {
		return nil, nil, err
	}
	card, report, err := s.train(p)
	if err != nil {
		return nil, nil, err
	}
	var all faults
	for i := range report.Bins {
		if err := report.Bins[i].Check(); err != nil {
			all.add(err)
		}
	}
	if err := all.join(); err != nil {
		return nil, nil, err
	}
	return card, report, nil
}

// train makes a card of a sample that has been checked.
func (s *Sample) train(p *Plan) (*scorecard.Card, *Report, error) {
	m := &making{s: s, p: p, report: &Report{}}
	for _, bad := range s.Bad {
		m.report.Total = m.report.Total.Plus(one(bad))
	}
	if err := m.bin(); err != nil {
		return nil, nil, err
	}
	if err := p.tell(Selecting, 0, 1); err != nil {
		return nil, nil, err
	}
	m.same()
	if err := m.fit(); err != nil {
		return nil, nil, err
	}
	if err := p.tell(Points, 0, 1); err != nil {
		return nil, nil, err
	}
	card := m.card()
	if err := card.Check(); err != nil {
		return nil, nil, err
	}
	return card, m.report, m.measure(card)
}

// making is a card in the making.
type making struct {
	s      *Sample
	p      *Plan
	all    []*binned
	fitted *logit.Fit
	report *Report
}

// bin cuts every column into bins.
func (m *making) bin() error {
	n := len(m.s.Columns)
	for i := range m.s.Columns {
		if err := m.p.tell(Prebinning, i, n); err != nil {
			return err
		}
		b, err := m.s.prebin(&m.s.Columns[i], m.p)
		if err != nil {
			return err
		}
		m.all = append(m.all, b)
	}
	for i, b := range m.all {
		if err := m.p.tell(Binning, i, n); err != nil {
			return err
		}
		if err := m.s.bin(b, m.p, m.report.Total); err != nil {
			return err
		}
	}
	return nil
}

// kept are the characteristics that are not left out.
func (m *making) kept() (out []*binned) {
	for _, b := range m.all {
		if b.why == "" {
			out = append(out, b)
		}
	}
	return out
}

// same leaves out what says nearly the same as one that holds more.
func (m *making) same() {
	kept := m.kept()
	slices.SortStableFunc(kept, func(a, b *binned) int {
		switch {
		case a.iv > b.iv:
			return -1
		case a.iv < b.iv:
			return 1
		}
		return 0
	})
	var chosen []*binned
	var columns [][]float64
	for _, b := range kept {
		x := m.column(b)
		for i, c := range columns {
			if r := correlation(x, c); math.Abs(r) > m.p.MaxCorrelation {
				b.why = fmt.Sprintf("与“%s”几乎相同（相关系数%.3f），后者信息值更高", chosen[i].Zh, r)
				b.whyEn = fmt.Sprintf("nearly the same as %s, which holds more (correlation %.3f)", chosen[i].Name, r)
				break
			}
		}
		if b.why == "" {
			chosen, columns = append(chosen, b), append(columns, x)
		}
	}
}

// column are the WOE of a characteristic, by row.
func (m *making) column(b *binned) []float64 {
	table := b.table()
	out := make([]float64, len(b.codes))
	for i := range out {
		out[i] = b.woe(table, i)
	}
	return out
}

// correlation of two columns; 0 where one does not vary.
func correlation(x, y []float64) float64 {
	var mx, my float64
	for i := range x {
		mx, my = mx+x[i], my+y[i]
	}
	mx, my = mx/float64(len(x)), my/float64(len(y))
	var xy, xx, yy float64
	for i := range x {
		a, b := x[i]-mx, y[i]-my
		xy, xx, yy = xy+a*b, xx+a*a, yy+b*b
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

// fit fits what is kept, and leaves out, one at a time, the characteristic whose weight
// speaks most against its own bins: more WOE must never mean more risk.
func (m *making) fit() error {
	for round := 0; ; round++ {
		if err := m.p.tell(Regression, round, round+1); err != nil {
			return err
		}
		kept := m.kept()
		if len(kept) == 0 {
			e := fault.Invalidf("rating.nothing_left", "没有一项特征可用，不能建模", "no feature is left to make a card of")
			for _, b := range m.all {
				e.Zh += "；" + b.Zh + "：" + b.why
			}
			return e
		}
		x := make([][]float64, len(kept))
		for i, b := range kept {
			x[i] = m.column(b)
		}
		f, err := logit.Train(x, m.s.Bad, logit.Options{Ridge: m.p.Ridge})
		if err != nil {
			return err
		}
		worst := -1
		for i, beta := range f.Beta {
			if beta >= 0 && (worst < 0 || beta > f.Beta[worst]) {
				worst = i
			}
		}
		if worst < 0 {
			m.fitted = f
			return nil
		}
		kept[worst].why = "与其他特征一起时方向反转，只会误导"
		kept[worst].whyEn = "its weight turns round beside the others"
	}
}

// card puts the card together.
func (m *making) card() *scorecard.Card {
	c := &scorecard.Card{Format: scorecard.Format, Name: m.p.Name, Scale: m.p.Scale, Grades: m.p.grades()}
	n := 0
	for _, b := range m.all {
		item := Item{Name: b.Name, Zh: b.Zh, IV: b.iv, OutZh: b.why, OutEn: b.whyEn}
		if b.why == "" {
			item.Beta, item.Deviation = m.fitted.Beta[n], m.fitted.Deviations[n]
			b.Beta = item.Beta
			c.Characteristics = append(c.Characteristics, b.Characteristic)
			n++
		}
		m.report.Items = append(m.report.Items, item)
		m.report.Bins = append(m.report.Bins, b.shown(m.report.Total))
	}
	m.report.Iterations = m.fitted.Iterations
	if m.p.Tendency != 0 {
		m.report.Shift = m.shift()
	}
	c.Intercept = m.fitted.Intercept + m.report.Shift
	c.Weigh()
	return c
}

// shift is by how much the intercept moves for the mean probability to be the central
// tendency.
func (m *making) shift() float64 {
	kept := m.kept()
	z := make([]float64, len(m.s.Bad))
	for j, b := range kept {
		for i, w := range m.column(b) {
			z[i] += m.fitted.Beta[j] * w
		}
	}
	low, high := -50.0, 50.0
	for range 100 {
		mid := (low + high) / 2
		var sum float64
		for _, v := range z {
			sum += logit.Probability(m.fitted.Intercept + mid + v)
		}
		if sum/float64(len(z)) < m.p.Tendency {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// scores are the points of each row.
func (m *making) scores(card *scorecard.Card) ([]int32, error) {
	s, err := card.Scorer()
	if err != nil {
		return nil, err
	}
	var columns [][]scorecard.Code
	for _, b := range m.kept() {
		columns = append(columns, b.codes)
	}
	return s.Batch(columns)
}

// measure says how the card does on the rows it was made of.
func (m *making) measure(card *scorecard.Card) error {
	scores, err := m.scores(card)
	if err != nil {
		return err
	}
	rows := make([]judged, len(scores))
	grades := make([]GradeRow, len(card.Grades))
	for i, score := range scores {
		pd := card.Scale.PD(int(score))
		rows[i] = judged{int(score), pd, m.s.Bad[i]}
		g := &grades[slices.IndexFunc(card.Grades, func(g scorecard.Grade) bool { return g.Name == card.GradeOf(int(score)).Name })]
		g.Rows, g.PD = g.Rows+1, g.PD+pd
		if m.s.Bad[i] {
			g.Bad++
		}
	}
	cells := make([]metric.Cell, len(grades))
	for i := range grades {
		g := &grades[i]
		g.Grade = card.Grades[i].Name
		g.PD /= float64(max(1, g.Rows))
		g.Worse = metric.BinomialAbove(g.Bad, g.Rows, float64(card.Grades[i].PD)/1e9)
		cells[i] = g.Cell
	}
	m.report.Grades = grades
	m.report.Fit, m.report.FitP = metric.HosmerLemeshow(cells)
	m.report.Shown, err = show(rows)
	return err
}
