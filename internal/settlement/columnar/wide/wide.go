// Package wide adds up int64s and products of them without ever overflowing.
package wide

import (
	"math/big"
	"math/bits"
)

// Sum is a sum of products of int64s, in 192 bits two's complement: room for 2⁶⁴ of
// them. The zero Sum is 0.
type Sum struct{ hi, mid, lo uint64 }

// Add adds a.
func (s *Sum) Add(a int64) { s.add(uint64(a>>63), uint64(a>>63), uint64(a)) }

// AddProduct adds a×b.
func (s *Sum) AddProduct(a, b int64) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	// The unsigned product counts a negative factor 2⁶⁴ too high.
	hi -= uint64(a>>63&b) + uint64(b>>63&a)
	s.add(uint64(int64(hi)>>63), hi, lo)
}

// Plus adds another sum.
func (s *Sum) Plus(x *Sum) { s.add(x.hi, x.mid, x.lo) }

func (s *Sum) add(hi, mid, lo uint64) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.mid, carry = bits.Add64(s.mid, mid, carry)
	s.hi, _ = bits.Add64(s.hi, hi, carry)
}

// Less tells whether s is below x.
func (s *Sum) Less(x *Sum) bool {
	_, borrow := bits.Sub64(s.lo, x.lo, 0)
	_, borrow = bits.Sub64(s.mid, x.mid, borrow)
	hi, _ := bits.Sub64(s.hi, x.hi, borrow)
	return int64(hi) < 0 // no sum comes near the ends of 192 bits
}

// Int64 returns the sum; ok is false when it leaves int64.
func (s *Sum) Int64() (x int64, ok bool) {
	sign := uint64(int64(s.lo) >> 63)
	return int64(s.lo), s.mid == sign && s.hi == sign
}

// Big returns the sum.
func (s *Sum) Big() *big.Int {
	x := big.NewInt(int64(s.hi))
	for _, word := range [...]uint64{s.mid, s.lo} {
		x.Lsh(x, 64)
		x.Add(x, new(big.Int).SetUint64(word))
	}
	return x
}

// Quotient returns the sum ÷ d, which is above 0, as HalfUp does.
func (s *Sum) Quotient(d int64) (q int64, ok bool) {
	x, ok := s.Int64()
	if !ok {
		return HalfUp(s.Big(), big.NewInt(d))
	}
	q, rem := x/d, x%d
	switch {
	case rem > 0 && rem >= d-rem:
		q++
	case rem < 0 && -rem >= d+rem:
		q--
	}
	return q, true
}

// HalfUp returns a÷b, b above 0, rounded to the nearest whole number; from exactly
// half, to the one farther from 0. ok is false when that leaves int64.
func HalfUp(a, b *big.Int) (q int64, ok bool) {
	x := new(big.Int).Lsh(new(big.Int).Abs(a), 1)
	x.Add(x, b)
	x.Quo(x, new(big.Int).Lsh(b, 1))
	if a.Sign() < 0 {
		x.Neg(x)
	}
	return x.Int64(), x.IsInt64()
}
