package train

import (
	"changrong/internal/base/fault"
	"changrong/internal/rating/scorecard"
)

// Tried is the sample that a card of elsewhere was tried on.
type Tried struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	SHA256  string `json:"sha256"`
	Rows    int64  `json:"rows"`
	Bad     int64  `json:"bad"`
	Refused int64  `json:"refused"` // rows that the card does not score
}

// Assess tries a card that was made elsewhere on rows that it was not made of, by the points
// that firms are given. Rows that the card refuses count for nothing.
//
// Errors: rating.columns where the sample lacks a characteristic, rating.rows where hardly
// any row is scored, rating.one_class.
func Assess(c *scorecard.Card, s *Sample) (*Validation, error) {
	scorer, err := c.Scorer()
	if err != nil {
		return nil, err
	}
	columns := make([]*Column, len(c.Characteristics))
	for i := range columns {
		for j := range s.Columns {
			if s.Columns[j].Feature.Name == c.Characteristics[i].Name {
				columns[i] = &s.Columns[j]
			}
		}
		if columns[i] == nil {
			x := &c.Characteristics[i]
			return nil, fault.New(fault.Invalid, "rating.columns", "样本没有评分项“"+x.Zh+"”（列名"+x.Name+"）", "the sample has no column "+x.Name).In(fault.Place{Field: "sample", Value: x.Name})
		}
	}
	tried := &Tried{Rows: int64(len(s.Bad))}
	var rows []judged
	values := make([]scorecard.Value, len(columns))
	for i, bad := range s.Bad {
		if bad {
			tried.Bad++
		}
		for j, col := range columns {
			values[j] = col.value(i)
		}
		r, err := scorer.Score(values)
		if err != nil {
			tried.Refused++
			continue
		}
		rows = append(rows, judged{r.Score, c.Scale.PD(r.Score), bad})
	}
	if len(rows) < minRows || 2*tried.Refused > tried.Rows {
		return nil, fault.Invalidf("rating.rows", "样本%d条中有%d条评分卡不能评分，能评分的太少，不能验证", "of %d rows the card does not score %d: too few are left to tell anything", tried.Rows, tried.Refused).In(fault.Place{Field: "sample"})
	}
	v := &Validation{Tried: tried}
	if v.Held, err = show(rows); err != nil {
		return nil, err
	}
	v.Card = Measured{AUC: []float64{v.Held.AUC}, KS: []float64{v.Held.KS}, Brier: []float64{v.Held.Brier}}
	return v, nil
}
