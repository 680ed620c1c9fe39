package wide_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/settlement/columnar/wide"
)

// anyInt draws numbers of all sizes, the ends of int64 among them.
func anyInt(t *rapid.T, name string) int64 {
	return rapid.OneOf(rapid.Int64(), rapid.Int64Range(-10, 10), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64})).Draw(t, name)
}

// TestSumsAreThoseOfBigIntegers adds numbers and products both ways.
func TestSumsAreThoseOfBigIntegers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s, part wide.Sum
		want := new(big.Int)
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			a, b := anyInt(t, "a"), anyInt(t, "b")
			if rapid.Bool().Draw(t, "product") {
				part.AddProduct(a, b)
				want.Add(want, new(big.Int).Mul(big.NewInt(a), big.NewInt(b)))
			} else {
				s.Add(a)
				want.Add(want, big.NewInt(a))
			}
		}
		s.Plus(&part)
		if s.Big().Cmp(want) != 0 {
			t.Fatalf("the sum is %s, want %s", s.Big(), want)
		}
		if x, ok := s.Int64(); ok != want.IsInt64() || ok && x != want.Int64() {
			t.Fatalf("%s as int64 is %d, %v", want, x, ok)
		}
		d := rapid.Int64Range(1, math.MaxInt64).Draw(t, "d")
		q, ok := s.Quotient(d)
		exact := nearest(want, d)
		if ok != exact.IsInt64() || ok && q != exact.Int64() {
			t.Fatalf("%s ÷ %d is %d, %v; want %s", want, d, q, ok, exact)
		}
	})
}

// nearest is a÷d by another way than HalfUp: floor of the absolute value, and one
// more when what is left is at least what is missing.
func nearest(a *big.Int, d int64) *big.Int {
	q, rest := new(big.Int).QuoRem(new(big.Int).Abs(a), big.NewInt(d), new(big.Int))
	if missing := new(big.Int).Sub(big.NewInt(d), rest); rest.Cmp(missing) >= 0 {
		q.Add(q, big.NewInt(1))
	}
	if a.Sign() < 0 {
		q.Neg(q)
	}
	return q
}

func TestQuotientAtTheHalf(t *testing.T) {
	for _, c := range []struct{ sum, d, want int64 }{
		{0, 12, 0},
		{5, 12, 0},
		{6, 12, 1},
		{7, 12, 1},
		{17, 12, 1},
		{18, 12, 2},
		{-5, 12, 0},
		{-6, 12, -1},
		{-7, 12, -1},
		{-18, 12, -2},
		{1, 2, 1},
		{-1, 2, -1},
		{7, 1, 7},
		{math.MaxInt64, math.MaxInt64, 1},
		{math.MinInt64, math.MaxInt64, -1},
		{math.MaxInt64 / 2, math.MaxInt64, 0},
		{math.MaxInt64/2 + 1, math.MaxInt64, 1},
	} {
		var s wide.Sum
		s.Add(c.sum)
		if q, ok := s.Quotient(c.d); q != c.want || !ok {
			t.Errorf("%d ÷ %d is %d, %v; want %d", c.sum, c.d, q, ok, c.want)
		}
	}
}

func TestLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a, b wide.Sum
		a.AddProduct(anyInt(t, "a"), anyInt(t, "b"))
		b.AddProduct(anyInt(t, "c"), anyInt(t, "d"))
		if want := a.Big().Cmp(b.Big()) < 0; a.Less(&b) != want {
			t.Fatalf("%s < %s is %v", a.Big(), b.Big(), !want)
		}
	})
}
