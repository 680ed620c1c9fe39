package money

import (
	"cmp"
	"math"
	"slices"
)

// Split shares total over weights in proportion, by largest remainder: every
// share is the proportional amount rounded down or up, ties go to the lower
// index, and the shares sum to total exactly. ok is false when total or a
// weight is negative, when the weights overflow, and when all of them are 0
// but total is not; shares then mean nothing.
func Split(total int64, weights []int64) (shares []int64, ok bool) {
	shares = make([]int64, len(weights))
	return shares, SplitInto(shares, total, weights)
}

// SplitInto is Split into dst, which has the length of weights and may be
// weights itself. Up to 16 weights, as most groups of loans have, it allocates
// nothing.
func SplitInto(dst []int64, total int64, weights []int64) bool {
	sum, ok := sumWeights(weights)
	if !ok || total < 0 {
		return false
	}
	if sum == 0 {
		clear(dst)
		return total == 0
	}
	if len(weights) == 1 {
		dst[0] = total
		return true
	}
	var few [16]part
	parts := few[:0]
	if len(weights) > len(few) {
		parts = make([]part, 0, len(weights))
	}
	left := total
	for i, w := range weights {
		q, rem, _ := MulDivFloor(total, w, sum) // w ≤ sum, so q ≤ total
		dst[i] = q
		left -= q
		parts = append(parts, part{rem, i})
	}
	if left == 0 {
		return true
	}
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.rem, a.rem), cmp.Compare(a.at, b.at))
	})
	for _, p := range parts[:left] { // the remainders sum to left·sum, so left of them are above 0
		dst[p.at]++
	}
	return true
}

// part is what rounding down took from the share at an index.
type part struct {
	rem int64
	at  int
}

// sumWeights returns the sum; ok is false for a negative weight or on overflow.
func sumWeights(weights []int64) (sum int64, ok bool) {
	for _, w := range weights {
		if w < 0 || sum > math.MaxInt64-w {
			return 0, false
		}
		sum += w
	}
	return sum, true
}
