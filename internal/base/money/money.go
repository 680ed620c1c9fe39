// Package money is amounts and rates as integers: fen and parts per billion.
// Products go through 128 bits, there is one rounding, and shares always sum.
package money

import (
	"math"
	"math/bits"
)

// Fen is an amount of money in fen, a hundredth of a yuan.
type Fen int64

// Rate is a share in parts per billion: 1 % is 10,000,000.
type Rate int64

// Units of amounts and rates.
const (
	Yuan    Fen  = 100
	Wan     Fen  = 10_000 * Yuan // 万元
	Yi      Fen  = 10_000 * Wan  // 亿元
	Percent Rate = 10_000_000    // 1 %
	PPM     Rate = 1_000         // a millionth
	One     Rate = 1_000_000_000 // 100 %
)

// MulDiv returns a×b÷d rounded half up (away from zero for a negative product),
// through a 128-bit product. ok is false when d ≤ 0 or the result leaves int64.
func MulDiv(a, b, d int64) (q int64, ok bool) {
	hi, lo, neg := mul128(a, b)
	if d <= 0 || hi >= uint64(d) {
		return 0, false
	}
	quo, rem := bits.Div64(hi, lo, uint64(d))
	if quo > math.MaxInt64+1 { // also keeps quo++ from wrapping to 0
		return 0, false
	}
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
func Add(a, b Fen) (sum Fen, ok bool) {
	sum = a + b
	return sum, (sum > a) == (b > 0) // adding what is positive, and only that, must grow
}
