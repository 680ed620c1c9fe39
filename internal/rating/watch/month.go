package watch

import (
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/rating/metric"
	"changrong/internal/rating/scorecard"
)

// State is how far a month has come.
type State string

// The states.
const (
	Closed  State = "closed"  // what the firms are like is known
	Matured State = "matured" // also what became of them
)

// Month is how a model did in a month.
type Month struct {
	Model   string        `json:"model"`
	Month   civil.Month   `json:"month"`
	State   State         `json:"state" enum:"closed,matured"`
	At      civil.Instant `json:"at_ms" doc:"when it was computed"`
	Firms   int64         `json:"firms" doc:"scored; each once, by its last score"`
	Refused int64         `json:"refused" doc:"firms of which the model said nothing"`
	Shift   *Shift        `json:"shift,omitempty" doc:"of the grades against training; missing: too few firms, or the training is not known"`
	Items   []Item        `json:"items"`
	Grades  []Grade       `json:"grades"`
	Came    *Came         `json:"came,omitempty" doc:"what became of the firms, once matured"`
	Beside  *Beside       `json:"beside,omitempty" doc:"of a shadow: beside the model in use, on the same firms"`
	Alarms  []Alarm       `json:"alarms"`
}

// Shift is how far the shares of bins lie from those of training.
type Shift struct {
	PSI    float64 `json:"psi"`
	Chance float64 `json:"chance" doc:"how often two samples of one population lie as far apart"`
}

// Item is a characteristic.
type Item struct {
	Name           string `json:"name"`
	Zh             string `json:"title"`
	En             string `json:"title_en"`
	Shift          *Shift `json:"shift,omitempty"`
	Unknown        int64  `json:"unknown" doc:"firms of which it is unknown"`
	TrainedUnknown int64  `json:"trained_unknown"`
	Trained        int64  `json:"trained"`
}

// Grade is a grade of the master scale.
type Grade struct {
	Grade    string   `json:"grade"`
	PD       int64    `json:"pd_ppb" doc:"what it stands for"`
	Trained  int64    `json:"trained"`
	Firms    int64    `json:"firms"`
	Good     int64    `json:"good"`
	Bad      int64    `json:"bad"`
	Worse    *float64 `json:"worse_p,omitempty" doc:"how often as many bad firms or more come of it if its probability holds"`
	Asked    int64    `json:"asked" doc:"applications that it was asked for"`
	Offered  int64    `json:"offered" doc:"of those, where the bank made an offer"`
	Declined int64    `json:"declined" doc:"of those, where the bank declined"`
}

// Came is what became of a month's firms.
type Came struct {
	Rule      Rule        `json:"rule"`
	Until     civil.Month `json:"until" doc:"the last month observed"`
	Good      int64       `json:"good"`
	Bad       int64       `json:"bad"`
	NoLoan    int64       `json:"no_loan"`
	Short     int64       `json:"short"`
	Already   int64       `json:"already"`
	Expected  float64     `json:"expected" doc:"mean probability of default of the good and the bad"`
	Worse     *float64    `json:"worse_p,omitempty"`
	Safer     *float64    `json:"safer_p,omitempty"`
	AUC       *float64    `json:"auc,omitempty" doc:"missing while they are all good or all bad"`
	Deviation *float64    `json:"auc_deviation,omitempty"`
	Gini      *float64    `json:"gini,omitempty"`
	KS        *float64    `json:"ks,omitempty"`
	Validated *float64    `json:"validated,omitempty" doc:"AUC of its validation"`
}

// Beside is a shadow beside the model in use, on the firms that both scored.
type Beside struct {
	Model     string   `json:"model"`
	Name      string   `json:"name"`
	Edition   int64    `json:"edition"`
	Firms     int64    `json:"firms"`
	Same      int64    `json:"same" doc:"the same grade"`
	Safer     int64    `json:"safer" doc:"another grade, of less probability"`
	Riskier   int64    `json:"riskier"`
	Matured   int64    `json:"matured" doc:"firms of which it is known what became of them"`
	AUC       *float64 `json:"auc,omitempty"`
	Deviation *float64 `json:"auc_deviation,omitempty"`
	UsedAUC   *float64 `json:"used_auc,omitempty" doc:"of the one in use"`
	UsedDev   *float64 `json:"used_auc_deviation,omitempty"`
}

// Rated is what a model said of a firm last in a month.
type Rated struct {
	Refused bool
	Score   int
	Grade   string
	PD      int64
	Codes   []scorecard.Code // of the characteristics, in the order of the card
	at      civil.Instant
	id      string
}

// Use is what a bank made of an application that a score was asked for.
type Use string

// The uses.
const (
	Open     Use = "open"
	Offered  Use = "offered"
	Declined Use = "declined"
)

// Looked is all that a month is computed from.
type Looked struct {
	Card      *scorecard.Card
	Trained   []int64           // rows of training by grade; nil: not known
	Validated *float64          // AUC
	Rated     map[string]*Rated // by firm
	Used      map[string][]Use  // by grade
	Rule      Rule
	Fates     map[string]Fate   // by firm; nil: not matured
	InUse     map[string]*Rated // by the model in use, of a shadow
}

// Compute says how a model did in a month, and what is alarming.
//
// Errors: those of metric.PSI where the bins are others than the card's.
func Compute(month civil.Month, l *Looked) (*Month, error) {
	m := &Month{Month: month, State: Closed, Alarms: []Alarm{}}
	if err := m.populate(l); err != nil {
		return nil, err
	}
	if l.Fates != nil {
		m.State = Matured
		if err := m.mature(month, l); err != nil {
			return nil, err
		}
	}
	if err := m.compare(l); err != nil {
		return nil, err
	}
	m.alarm(l)
	return m, nil
}

// populate says what the firms are like.
func (m *Month) populate(l *Looked) error {
	c := l.Card
	bins := make([][]int64, len(c.Characteristics))
	for i := range bins {
		bins[i] = make([]int64, c.Characteristics[i].Codes())
	}
	m.Grades = make([]Grade, len(c.Grades))
	firms := make([]int64, len(c.Grades))
	for _, r := range l.Rated {
		at := gradeAt(c, r)
		if at < 0 || len(r.Codes) != len(bins) {
			m.Refused++
			continue
		}
		m.Firms++
		firms[at]++
		for i, code := range r.Codes {
			if int(code) < len(bins[i]) {
				bins[i][code]++
			}
		}
	}
	for i, g := range c.Grades {
		m.Grades[i] = Grade{Grade: g.Name, PD: g.PD, Firms: firms[i]}
		if l.Trained != nil {
			m.Grades[i].Trained = l.Trained[i]
		}
		for _, u := range l.Used[g.Name] {
			m.Grades[i].Asked++
			switch u {
			case Offered:
				m.Grades[i].Offered++
			case Declined:
				m.Grades[i].Declined++
			case Open:
			}
		}
	}
	var err error
	if l.Trained != nil {
		if m.Shift, err = m.shift(l.Trained, firms); err != nil {
			return err
		}
	}
	m.Items = make([]Item, len(bins))
	for i := range bins {
		x := &c.Characteristics[i]
		trained, none := x.Counts(), len(x.Specials) // the code of the unknown comes after those of specials
		it := Item{Name: x.Name, Zh: x.Zh, En: x.En, Unknown: bins[i][none], TrainedUnknown: trained[none]}
		for _, n := range trained {
			it.Trained += n
		}
		if it.Trained > 0 {
			if it.Shift, err = m.shift(trained, bins[i]); err != nil {
				return err
			}
		}
		m.Items[i] = it
	}
	return nil
}

// gradeAt is the place of a firm's grade on the card; -1 where the card said nothing.
func gradeAt(c *scorecard.Card, r *Rated) int {
	if r.Refused {
		return -1
	}
	return slices.IndexFunc(c.Grades, func(g scorecard.Grade) bool { return g.Name == r.Grade })
}

// shift is how far the shares lie from those of training; nil of too few firms.
func (m *Month) shift(trained, now []int64) (*Shift, error) {
	if m.Firms < metric.Fewest {
		return nil, nil
	}
	psi, err := metric.PSI(trained, now)
	if err != nil {
		return nil, err
	}
	return &Shift{psi, metric.PSIChance(psi, trained, now)}, nil
}

// mature says what became of the firms.
func (m *Month) mature(month civil.Month, l *Looked) error {
	c := &Came{Rule: l.Rule, Until: month + civil.Month(l.Rule.Observe), Validated: l.Validated}
	m.Came = c
	var rows []metric.Scored
	for firm, r := range l.Rated {
		at := gradeAt(l.Card, r)
		if at < 0 {
			continue
		}
		fate := l.Fates[firm]
		switch fate {
		case Good:
			c.Good++
			m.Grades[at].Good++
		case Bad:
			c.Bad++
			m.Grades[at].Bad++
		case Short:
			c.Short++
		case Already:
			c.Already++
		default:
			c.NoLoan++
		}
		if fate == Good || fate == Bad {
			rows = append(rows, metric.Scored{Risk: -float64(r.Score), Bad: fate == Bad})
		}
	}
	n := c.Good + c.Bad
	if n == 0 {
		return nil
	}
	for i := range m.Grades { // by grade, so that the sum hangs on no order
		g := &m.Grades[i]
		c.Expected += float64(g.PD) / 1e9 * float64(g.Good+g.Bad) / float64(n)
	}
	if n >= metric.Fewest {
		worse, safer := metric.BinomialAbove(c.Bad, n, c.Expected), 1-metric.BinomialAbove(c.Bad+1, n, c.Expected)
		c.Worse, c.Safer = &worse, &safer
	}
	for i := range m.Grades {
		if g := &m.Grades[i]; g.Good+g.Bad > 0 {
			p := metric.BinomialAbove(g.Bad, g.Good+g.Bad, float64(g.PD)/1e9)
			g.Worse = &p
		}
	}
	ranking, err := ranked(rows)
	if err != nil || ranking == nil {
		return err
	}
	auc, deviation, gini := ranking.AUC(), ranking.Deviation(), ranking.Gini()
	ks, _ := ranking.KS()
	c.AUC, c.Deviation, c.Gini, c.KS = &auc, &deviation, &gini, &ks
	return nil
}

// ranked puts rows in order; nil where all came out alike.
func ranked(rows []metric.Scored) (*metric.Ranking, error) {
	bad := 0
	for _, r := range rows {
		if r.Bad {
			bad++
		}
	}
	if bad == 0 || bad == len(rows) {
		return nil, nil
	}
	return metric.Rank(rows)
}

// compare puts a shadow beside the model in use.
func (m *Month) compare(l *Looked) error {
	if l.InUse == nil {
		return nil
	}
	b := &Beside{}
	m.Beside = b
	var own, used []metric.Scored
	for firm, r := range l.Rated {
		o := l.InUse[firm]
		if r.Refused || o == nil || o.Refused {
			continue
		}
		b.Firms++
		switch {
		case r.Grade == o.Grade:
			b.Same++
		case r.PD < o.PD:
			b.Safer++
		default:
			b.Riskier++
		}
		if f := l.Fates[firm]; f == Good || f == Bad {
			own = append(own, metric.Scored{Risk: -float64(r.Score), Bad: f == Bad})
			used = append(used, metric.Scored{Risk: -float64(o.Score), Bad: f == Bad})
		}
	}
	b.Matured = int64(len(own))
	for _, x := range []struct {
		rows           []metric.Scored
		auc, deviation **float64
	}{{own, &b.AUC, &b.Deviation}, {used, &b.UsedAUC, &b.UsedDev}} {
		r, err := ranked(x.rows)
		if err != nil || r == nil {
			return err
		}
		auc, deviation := r.AUC(), r.Deviation()
		*x.auc, *x.deviation = &auc, &deviation
	}
	return nil
}
