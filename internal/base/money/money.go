// Package money is amounts and rates as integers: fen and parts per billion.
// Products go through 128 bits, there is one rounding, and shares always sum.
package money

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strconv"
)

// Fen is an amount of money in fen, a hundredth of a yuan.
type Fen int64

// Rate is a share in parts per billion: 1 % is 10,000,000.
type Rate int64

// Units of amounts and rates.
const (
	Yuan    Fen  = 100
	Wan     Fen  = 10_000 * Yuan      // 万元
	Yi      Fen  = 10_000 * Wan       // 亿元
	Percent Rate = 10_000_000         // 1 %
	PPM     Rate = 1_000              // a millionth
	One     Rate = 1_000_000_000      // 100 %
	Max     Fen  = 1_000_000_000_000_000 // the largest amount an input may hold: 10 万亿元
)

// MulDiv returns a×b÷d rounded half up (away from zero for a negative product),
// through a 128-bit product. ok is false when d ≤ 0 or the result leaves int64.
func MulDiv(a, b, d int64) (q int64, ok bool) {
	hi, lo, neg := mul128(a, b)
	if d <= 0 || hi >= uint64(d) {
		return 0, false
	}
	quo, rem := bits.Div64(hi, lo, uint64(d))
	if rem >= uint64(d)-rem { // 2·rem ≥ d without overflow
		quo++
	}
	return signed(quo, neg)
}

// MulDivFloor is MulDiv for non-negative a and b, rounded down, with the remainder.
func MulDivFloor(a, b, d int64) (q, rem int64, ok bool) {
	if a < 0 || b < 0 || d <= 0 {
		return 0, 0, false
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(d) {
		return 0, 0, false
	}
	quo, r := bits.Div64(hi, lo, uint64(d))
	if quo > math.MaxInt64 {
		return 0, 0, false
	}
	return int64(quo), int64(r), true
}

func mul128(a, b int64) (hi, lo uint64, neg bool) {
	hi, lo = bits.Mul64(abs(a), abs(b))
	return hi, lo, (a < 0) != (b < 0)
}

func abs(a int64) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

func signed(u uint64, neg bool) (int64, bool) {
	switch {
	case !neg && u <= math.MaxInt64:
		return int64(u), true
	case neg && u <= math.MaxInt64+1:
		return -int64(u), true
	}
	return 0, false
}

// At returns f × r, rounded half up to the fen. ok is false on overflow.
func (f Fen) At(r Rate) (Fen, bool) {
	q, ok := MulDiv(int64(f), int64(r), int64(One))
	return Fen(q), ok
}

// Add returns a+b; ok is false on overflow.
func Add(a, b Fen) (Fen, bool) {
	s := a + b
	return s, (a < 0) == (b < 0) == ((s < 0) == (a < 0)) || (a < 0) != (b < 0)
}

// Split shares total over weights in proportion, by largest remainder: every
// share is the proportional amount rounded down or up, ties go to the lower
// index, and the shares sum to total exactly. Weights and total must not be
// negative; when all weights are 0 everything is 0 and ok is total == 0.
// ok is false when the weights overflow.
func Split(total int64, weights []int64) (shares []int64, ok bool) {
	shares = make([]int64, len(weights))
	return shares, SplitInto(shares, total, weights)
}

// SplitInto is Split into dst, which has the length of weights and may be weights itself.
func SplitInto(dst []int64, total int64, weights []int64) bool {
	var sum int64
	for _, w := range weights {
		if w < 0 || sum > math.MaxInt64-w {
			return false
		}
		sum += w
	}
	if sum == 0 {
		clear(dst)
		return total == 0
	}
	if total < 0 {
		return false
	}
	if len(weights) == 1 {
		dst[0] = total
		return true
	}
	type part struct {
		rem int64
		at  int32
	}
	parts := make([]part, len(weights))
	left := total
	for i, w := range weights {
		q, rem, ok := MulDivFloor(total, w, sum)
		if !ok {
			return false
		}
		dst[i] = q
		left -= q
		parts[i] = part{rem, int32(i)}
	}
	if left == 0 {
		return true
	}
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.rem, a.rem), cmp.Compare(a.at, b.at))
	})
	for _, p := range parts[:left] {
		dst[p.at]++
	}
	return true
}

// AppendYuan appends f as yuan with two decimals: 1234567.89.
func (f Fen) AppendYuan(b []byte) []byte {
	u := abs(int64(f))
	if f < 0 {
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, u/100, 10)
	return append(b, '.', byte('0'+u/10%10), byte('0'+u%10))
}

// String renders f as yuan with two decimals.
func (f Fen) String() string { return string(f.AppendYuan(nil)) }
