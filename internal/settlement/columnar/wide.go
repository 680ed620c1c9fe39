package columnar

import (
	"math/big"
	"math/bits"

	"changrong/internal/base/fault"
)

// wide is a sum of products of int64s, in 192 bits two's complement: room for 2^64
// of them.
type wide struct{ hi, mid, lo uint64 }

// addProduct adds a×b.
func (w *wide) addProduct(a, b int64) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	// The unsigned product counts a negative factor 2^64 too high.
	hi -= uint64(a>>63&b) + uint64(b>>63&a)
	w.add3(uint64(int64(hi)>>63), hi, lo)
}

// add adds a.
func (w *wide) add(a int64) { w.add3(uint64(a>>63), uint64(a>>63), uint64(a)) }

// plus adds another sum.
func (w *wide) plus(x *wide) { w.add3(x.hi, x.mid, x.lo) }

func (w *wide) add3(hi, mid, lo uint64) {
	var carry uint64
	w.lo, carry = bits.Add64(w.lo, lo, 0)
	w.mid, carry = bits.Add64(w.mid, mid, carry)
	w.hi, _ = bits.Add64(w.hi, hi, carry)
}

// less tells whether w is below x.
func (w *wide) less(x *wide) bool {
	_, borrow := bits.Sub64(w.lo, x.lo, 0)
	_, borrow = bits.Sub64(w.mid, x.mid, borrow)
	high, _ := bits.Sub64(w.hi, x.hi, borrow)
	return int64(high) < 0 // no sum is near the ends of 192 bits
}

// int64 returns the sum; ok is false when it leaves int64.
func (w *wide) int64() (x int64, ok bool) {
	sign := uint64(int64(w.lo) >> 63)
	return int64(w.lo), w.mid == sign && w.hi == sign
}

func (w *wide) big() *big.Int {
	x := big.NewInt(int64(w.hi))
	for _, word := range []uint64{w.mid, w.lo} {
		x.Lsh(x, 64)
		x.Add(x, new(big.Int).SetUint64(word))
	}
	return x
}

// quotient returns the sum ÷ d, which is above 0, rounded half up, away from zero
// below it.
func (w *wide) quotient(d int64) (q int64, ok bool) {
	if x, ok := w.int64(); ok {
		q, rem := x/d, x%d
		switch {
		case rem >= d-rem:
			q++
		case -rem >= d+rem && rem < 0:
			q--
		}
		return q, true
	}
	return halfUp(w.big(), big.NewInt(d))
}

// halfUp returns a÷b, b above 0.
func halfUp(a, b *big.Int) (q int64, ok bool) {
	x := new(big.Int).Lsh(new(big.Int).Abs(a), 1)
	x.Add(x, b)
	x.Quo(x, new(big.Int).Lsh(b, 1))
	if a.Sign() < 0 {
		x.Neg(x)
	}
	return x.Int64(), x.IsInt64()
}

// errOverflow is the fault of amounts that add up to more than int64 holds.
func errOverflow() error {
	return fault.New(fault.Invalid, "settlement.overflow", "金额合计超出可表示的范围", "the amounts add up to more than can be told")
}
