package rating

import (
	"math"

	"changrong/internal/base/civil"
	"changrong/internal/rating/metric"
	"changrong/internal/rating/scorecard"
)

// Alarms of monitoring. The limits of PSI are those of the trade (Siddiqi 2017); AUC alarms
// when it falls by more than two of its own deviations below that of validation.
const (
	Watch   = 0.10 // a population that moves
	Shifted = 0.25 // another population
	deviate = 2
)

// Tally is how many firms a month's scores put into each bin.
type Tally struct {
	Scores []int64            `json:"scores"` // by grade of the card
	Bins   map[string][]int64 `json:"bins"`   // by characteristic, by code
	// Outcomes are those whose outcome is known by now.
	Outcomes []metric.Scored `json:"-"`
}

// Month is how a model did in a month.
type Month struct {
	Month   civil.Month        `json:"month"`
	Firms   int64              `json:"firms"`
	Score   float64            `json:"score_psi"`
	Bins    map[string]float64 `json:"bins_psi"`
	Matured int64              `json:"matured"` // firms whose outcome is known
	Bad     int64              `json:"bad"`
	// AUC, KS and Deviation are of those; nil while they are all good or all bad.
	AUC       *float64 `json:"auc,omitempty"`
	KS        *float64 `json:"ks,omitempty"`
	Deviation *float64 `json:"deviation,omitempty"`
	Alarms    []Alarm  `json:"alarms,omitempty"`
}

// Alarm is what somebody should look at.
type Alarm struct {
	Code  string  `json:"code"` // psi, psi_watch, auc
	Name  string  `json:"name"` // of the characteristic; "": the score
	Value float64 `json:"value"`
	Zh    string  `json:"title"`
	En    string  `json:"title_en"`
}

// fewest is below how many firms a month says nothing of a population.
const fewest = 30

// Watched says how a model did in a month, held against the grades and bins of its training
// and the AUC of its validation.
//
// Errors: rating.prebins where the bins are others than the card's.
func Watched(c *scorecard.Card, trained []int64, validated float64, month civil.Month, t *Tally) (*Month, error) {
	out := &Month{Month: month, Bins: map[string]float64{}}
	for _, n := range t.Scores {
		out.Firms += n
	}
	if out.Firms >= fewest {
		var err error
		if out.Score, err = metric.PSI(trained, t.Scores); err != nil {
			return nil, err
		}
		out.moved("", "评分", "the score", out.Score)
		for i := range c.Characteristics {
			x := &c.Characteristics[i]
			psi, err := metric.PSI(x.Counts(), t.Bins[x.Name])
			if err != nil {
				return nil, err
			}
			out.Bins[x.Name] = psi
			out.moved(x.Name, x.Zh, x.En, psi)
		}
	}
	for _, r := range t.Outcomes {
		out.Matured++
		if r.Bad {
			out.Bad++
		}
	}
	if out.Bad == 0 || out.Bad == out.Matured {
		return out, nil
	}
	r, err := metric.Rank(t.Outcomes)
	if err != nil {
		return nil, err
	}
	auc, deviation := r.AUC(), r.Deviation()
	ks, _ := r.KS()
	out.AUC, out.KS, out.Deviation = &auc, &ks, &deviation
	if out.Matured >= fewest && auc < validated-deviate*deviation {
		out.Alarms = append(out.Alarms, Alarm{"auc", "", auc, "区分能力明显低于验证时", "it tells good from bad less well than when it was validated"})
	}
	return out, nil
}

// moved adds the alarm of a population that has moved.
func (m *Month) moved(name, zh, en string, psi float64) {
	switch {
	case math.IsNaN(psi) || psi < Watch:
	case psi < Shifted:
		m.Alarms = append(m.Alarms, Alarm{"psi_watch", name, psi, zh + "的分布有所变化", "the distribution of " + en + " moves"})
	default:
		m.Alarms = append(m.Alarms, Alarm{"psi", name, psi, zh + "的分布已明显不同，应评估是否重新训练", "the distribution of " + en + " is another: consider training anew"})
	}
}
