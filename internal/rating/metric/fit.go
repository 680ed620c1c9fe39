package metric

import (
	"math"

	"changrong/internal/base/fault"
)

// PSI is how much the shares of bins have moved from expected to actual counts. Below 0.1
// is called stable, above 0.25 another population. A bin that is empty on one side counts
// as half a row there, so that one lone row does not make it infinite.
//
// Errors: rating.empty of a population without rows, rating.prebins of different bins.
func PSI(expected, actual []int64) (float64, error) {
	if len(expected) != len(actual) {
		return 0, fault.Invalidf("rating.prebins", "分箱数不同：%d与%d", "%d bins, and %d", len(expected), len(actual))
	}
	var e, a int64
	for i := range expected {
		e, a = e+expected[i], a+actual[i]
	}
	if e == 0 || a == 0 {
		return 0, fault.Invalidf("rating.empty", "没有样本，不能比较分布", "a population without rows")
	}
	var psi float64
	for i := range expected {
		if expected[i] == 0 && actual[i] == 0 {
			continue
		}
		p, q := share(expected[i], e), share(actual[i], a)
		psi += (q - p) * math.Log(q/p)
	}
	return psi, nil
}

// Where nothing is said, and what is put down to chance.
const (
	Fewest   = 30   // firms of a population, or of a group, below which it says nothing
	ByChance = 0.01 // what comes by chance less often is not put down to it
)

// PSIChance is the probability that two samples of one population lie as far apart as a PSI
// of these counts: over 1/E + 1/A it is a chi-square of one degree less than there are bins
// with rows (Yurdakul 2018). The smaller the samples, the larger the PSI that means nothing.
func PSIChance(psi float64, expected, actual []int64) float64 {
	var e, a int64
	bins := 0
	for i := range expected {
		e, a = e+expected[i], a+actual[i]
		if expected[i]+actual[i] > 0 {
			bins++
		}
	}
	if bins < 2 || e == 0 || a == 0 {
		return 1
	}
	return chiSquareAbove(psi/(1/float64(e)+1/float64(a)), float64(bins-1))
}

// share of n among all, half a row at least.
func share(n, all int64) float64 {
	if n == 0 {
		return 0.5 / float64(all)
	}
	return float64(n) / float64(all)
}

// Predicted is a row with its probability of turning out bad, and what came of it.
type Predicted struct {
	PD  float64
	Bad bool
}

// Brier is the mean squared difference of what was predicted and what came.
func Brier(rows []Predicted) float64 {
	var sum float64
	for _, r := range rows {
		d := r.PD
		if r.Bad {
			d = 1 - r.PD
		}
		sum += d * d
	}
	return sum / float64(max(1, len(rows)))
}

// Cell is a group of rows of which some turned out bad, with the mean probability that
// was predicted for them.
type Cell struct {
	Rows int64   `json:"rows"`
	Bad  int64   `json:"bad"`
	PD   float64 `json:"pd"`
}

// HosmerLemeshow is the statistic over cells and the probability of one at least as large
// if the predictions hold, with two fewer degrees of freedom than cells that have rows;
// 1 where fewer than three have.
func HosmerLemeshow(cells []Cell) (statistic, p float64) {
	n := 0
	for _, c := range cells {
		if c.Rows == 0 {
			continue
		}
		want := c.PD * float64(c.Rows)
		if v := want * (1 - c.PD); v > 0 {
			d := float64(c.Bad) - want
			statistic += d * d / v
		}
		n++
	}
	if n < 3 {
		return statistic, 1
	}
	return statistic, chiSquareAbove(statistic, float64(n-2))
}

// chiSquareAbove is the probability that a chi-square of k degrees is above x: the upper
// regularised gamma function Q(k/2, x/2).
func chiSquareAbove(x, k float64) float64 {
	if x <= 0 {
		return 1
	}
	a, z := k/2, x/2
	front, _ := math.Lgamma(a)
	scale := math.Exp(a*math.Log(z) - z - front)
	if z < a+1 { // the series of the lower one
		term, sum := 1/a, 1/a
		for i := 1; i < 1000 && term > sum*1e-16; i++ {
			term *= z / (a + float64(i))
			sum += term
		}
		return 1 - sum*scale
	}
	// the continued fraction of the upper one (Lentz)
	const least = 1e-300
	b := z + 1 - a
	c, d := 1/least, 1/b
	h := d
	for i := 1; i < 1000; i++ {
		n := float64(i)
		f := -n * (n - a)
		b += 2
		d = 1 / guard(f*d+b, least)
		c = guard(b+f/c, least)
		h *= d * c
		if math.Abs(d*c-1) < 1e-16 {
			break
		}
	}
	return h * scale
}

// guard keeps x off 0.
func guard(x, least float64) float64 {
	if math.Abs(x) < least {
		return least
	}
	return x
}

// BinomialAbove is the probability that at least bad of n rows turn out bad where each does
// with probability pd: small when a grade is worse than its name.
func BinomialAbove(bad, n int64, pd float64) float64 {
	switch {
	case bad <= 0:
		return 1
	case pd <= 0:
		return 0
	case pd >= 1 || bad > n:
		if bad > n {
			return 0
		}
		return 1
	}
	lg := func(x int64) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
	log := lg(n) - lg(bad) - lg(n-bad) + float64(bad)*math.Log(pd) + float64(n-bad)*math.Log1p(-pd)
	term := math.Exp(log)
	if float64(bad) > float64(n)*pd { // the tail is short
		var sum float64
		for k := bad; k <= n && term > 0; k++ {
			sum += term
			term *= float64(n-k) / float64(k+1) * pd / (1 - pd)
		}
		return min(1, sum)
	}
	var sum float64 // else what is below it is
	for k := bad; k > 0 && term > 0; k-- {
		term *= float64(k) / float64(n-k+1) * (1 - pd) / pd
		sum += term
	}
	return max(0, 1-sum)
}
