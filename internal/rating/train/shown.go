package train

import (
	"cmp"
	"slices"

	"changrong/internal/rating/metric"
)

// Shown is how well scores tell good from bad, with the curves that show it.
type Shown struct {
	AUC       float64 `json:"auc"`
	Deviation float64 `json:"auc_deviation"` // what another sample of the size would make of it
	KS        float64 `json:"ks"`
	KSScore   int     `json:"ks_score"` // at and below which the shares of good and bad differ most
	Brier     float64 `json:"brier"`
	// Curve is of the shares of good and of bad rows at and below a score, which is −risk:
	// that of ROC and that of KS.
	Curve []metric.Point `json:"curve"`
	// Heaps count rows by score, the lowest first.
	Heaps []Heap `json:"heaps"`
	// Calibration has tenths of the rows, the least probability first.
	Calibration []metric.Cell `json:"calibration"`
	// CutOffs say what a least score would take and what it would bring.
	CutOffs []CutOff `json:"cut_offs"`
}

// Heap counts the rows whose score is From or more, and less than that of the next.
type Heap struct {
	From int   `json:"from"`
	Good int64 `json:"good"`
	Bad  int64 `json:"bad"`
}

// CutOff is a least score: of all rows, the share it takes; of those, the bad.
type CutOff struct {
	Score    int     `json:"score"`
	Approved float64 `json:"approved"`
	BadRate  float64 `json:"bad_rate"`
}

// judged is a row with what a card said of it, and what came.
type judged struct {
	score int
	pd    float64
	bad   bool
}

// Points of curves that are kept: a screen shows no more.
const (
	curvePoints = 200
	cutPoints   = 60
	heaps       = 24
	cells       = 10
)

// show looks how rows did. Errors: rating.one_class.
func show(rows []judged) (s Shown, err error) {
	ranked, told := make([]metric.Scored, len(rows)), make([]metric.Predicted, len(rows))
	for i, r := range rows {
		ranked[i], told[i] = metric.Scored{Risk: -float64(r.score), Bad: r.bad}, metric.Predicted{PD: r.pd, Bad: r.bad}
	}
	r, err := metric.Rank(ranked)
	if err != nil {
		return s, err
	}
	ks, at := r.KS()
	return Shown{
		AUC: r.AUC(), Deviation: r.Deviation(), KS: ks, KSScore: int(-at), Brier: metric.Brier(told),
		Curve: r.Curve(curvePoints), Heaps: heap(rows), Calibration: calibration(rows), CutOffs: cutOffs(r),
	}, nil
}

// heap counts rows by score, in round widths.
func heap(rows []judged) []Heap {
	low, high := rows[0].score, rows[0].score
	for _, r := range rows {
		low, high = min(low, r.score), max(high, r.score)
	}
	width := 1
	for k := 0; (high-low)/width+2 > heaps; k++ {
		width = width * [...]int{4, 5, 4}[k%3] / 2 // 1, 2, 5, 10, 20, 50 …
	}
	first := low - ((low%width)+width)%width
	out := make([]Heap, (high-first)/width+1)
	for i := range out {
		out[i].From = first + i*width
	}
	for _, r := range rows {
		if h := &out[(r.score-first)/width]; r.bad {
			h.Bad++
		} else {
			h.Good++
		}
	}
	return out
}

// calibration parts rows into tenths by their probability, those of the same one together.
func calibration(rows []judged) (out []metric.Cell) {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b judged) int { return cmp.Compare(a.pd, b.pd) })
	var c metric.Cell
	next := 1
	for i, r := range rows {
		c.Rows, c.PD = c.Rows+1, c.PD+r.pd
		if r.bad {
			c.Bad++
		}
		if n := (i + 1) * cells / len(rows); i == len(rows)-1 || n >= next && r.pd != rows[i+1].pd {
			c.PD /= float64(c.Rows)
			out, c, next = append(out, c), metric.Cell{}, n+1
		}
	}
	return out
}

// cutOffs say what each of some least scores would take.
func cutOffs(r *metric.Ranking) (out []CutOff) {
	all, good, bad := r.Good+r.Bad, int64(0), int64(0)
	var next int64
	for i := len(r.Steps) - 1; i >= 0; i-- { // the best first
		s := r.Steps[i]
		good, bad = good+s.Good, bad+s.Bad
		if good+bad < next && i > 0 {
			continue
		}
		next = good + bad + all/cutPoints
		out = append(out, CutOff{Score: int(-s.Risk), Approved: float64(good+bad) / float64(all), BadRate: float64(bad) / float64(good+bad)})
	}
	return out
}
