package binning

import (
	"cmp"
	"math"
	"slices"

	"changrong/internal/base/fault"
)

// Row is one value of a characteristic, and whether it came out bad.
type Row struct {
	X   float64
	Bad bool
}

// Prebin says how finely values are cut before bins are merged.
type Prebin struct {
	MaxLeaves int   // 0: 20
	MinRows   int64 // of a leaf; 0: one in twenty
}

// The usual fineness.
const (
	leaves   = 20
	fraction = 20
)

// Splits cuts values by a tree that grows where the cut tells good and bad best apart
// (least Gini impurity, the best leaf first), and returns the cuts, rising: a bin holds
// what is at least its lower cut and below its upper one. A cut lies half-way between two
// values. None: the values do not tell good and bad apart, or there are too few.
//
// rows are put in order. Errors: rating.infinite of a value that is no finite number.
func Splits(rows []Row, o Prebin) ([]float64, error) {
	for _, r := range rows {
		if math.IsInf(r.X, 0) || math.IsNaN(r.X) {
			return nil, fault.Invalidf("rating.infinite", "有无穷大或不是数的值；未知请留空", "a value is infinite or no number; leave unknown ones empty")
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Compare(a.X, b.X) })
	if o.MaxLeaves == 0 {
		o.MaxLeaves = leaves
	}
	if o.MinRows == 0 {
		o.MinRows = max(1, int64(len(rows)/fraction))
	}
	bad := make([]int64, len(rows)+1)
	for i, r := range rows {
		bad[i+1] = bad[i]
		if r.Bad {
			bad[i+1]++
		}
	}
	t := tree{rows: rows, bad: bad, min: int(o.MinRows)}
	open := []leaf{t.grow(0, len(rows))}
	var splits []float64
	for len(open) < o.MaxLeaves {
		best := 0
		for i := range open {
			if open[i].gain > open[best].gain {
				best = i
			}
		}
		l := open[best]
		if l.gain <= 0 {
			break
		}
		splits = append(splits, middle(rows[l.cut-1].X, rows[l.cut].X))
		open[best] = t.grow(l.from, l.cut)
		open = append(open, t.grow(l.cut, l.to))
	}
	slices.Sort(splits)
	return splits, nil
}

// middle is half-way from a to b, above a whatever the rounding.
func middle(a, b float64) float64 {
	if m := a + (b-a)/2; m > a {
		return m
	}
	return b
}

// tree grows over rows in order.
type tree struct {
	rows []Row
	bad  []int64 // of the rows before each
	min  int
}

// leaf is a run of rows with its best cut, and by how much that lowers the impurity.
type leaf struct {
	from, to, cut int
	gain          float64
}

// grow finds the best cut of a run.
func (t *tree) grow(from, to int) leaf {
	l := leaf{from: from, to: to}
	whole := t.impurity(from, to)
	for cut := from + t.min; cut <= to-t.min; cut++ {
		if cut == from || cut == to || t.rows[cut-1].X == t.rows[cut].X {
			continue
		}
		if gain := whole - t.impurity(from, cut) - t.impurity(cut, to); gain > l.gain+tiny {
			l.cut, l.gain = cut, gain
		}
	}
	return l
}

// tiny is what rounding may make of no gain at all.
const tiny = 1e-9

// impurity is the Gini impurity of a run times its rows: 2·good·bad ÷ rows.
func (t *tree) impurity(from, to int) float64 {
	n, b := float64(to-from), float64(t.bad[to]-t.bad[from])
	if n == 0 {
		return 0
	}
	return 2 * b * (n - b) / n
}

// Tally counts rows by the bins of splits.
func Tally(rows []Row, splits []float64) []Count {
	out := make([]Count, len(splits)+1)
	for _, r := range rows {
		c := &out[Place(splits, r.X)]
		if r.Bad {
			c.Bad++
		} else {
			c.Good++
		}
	}
	return out
}

// Place is the bin of a value: how many splits are at or below it.
func Place(splits []float64, x float64) int {
	low, high := 0, len(splits)
	for low < high {
		mid := int(uint(low+high) >> 1)
		if x < splits[mid] {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// Apply are the counts of the bins that m makes of pre-bins.
func (m *Merge) Apply(cells []Count) []Count {
	out := make([]Count, len(m.Cuts)+1)
	bin := 0
	for i, c := range cells {
		if bin < len(m.Cuts) && i == m.Cuts[bin] {
			bin++
		}
		out[bin] = out[bin].Plus(c)
	}
	return out
}
