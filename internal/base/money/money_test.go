package money_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/base/money"
)

// bigMulDiv is MulDiv by the book: magnitudes, then the sign.
func bigMulDiv(a, b, d int64) (q int64, ok bool) {
	product := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	sign := product.Sign()
	product.Abs(product).Lsh(product, 1).Add(product, big.NewInt(d))
	product.Quo(product, new(big.Int).Lsh(big.NewInt(d), 1)) // ⌊(2ab+d)/2d⌋
	if sign < 0 {
		product.Neg(product)
	}
	return product.Int64(), product.IsInt64()
}

func TestMulDiv(t *testing.T) {
	const lo, hi = math.MinInt64, math.MaxInt64
	for _, c := range []struct {
		a, b, d, q int64
		ok         bool
	}{
		{0, 0, 1, 0, true},
		{1, 1, 2, 1, true},
		{1, 49, 100, 0, true},
		{1, 50, 100, 1, true},
		{-1, 50, 100, -1, true},
		{-1, 49, 100, 0, true},
		{1, 1, 3, 0, true},
		{2, 1, 3, 1, true},
		{hi, hi, hi, hi, true},
		{hi, 1, 1, hi, true},
		{lo, 1, 1, lo, true},
		{lo, -1, 1, 0, false},
		{hi, 2, 1, 0, false},
		{lo, lo, hi, 0, false},
		{1, 1, 0, 0, false},
		{1, 1, -1, 0, false},
		{-1, 0, 5, 0, true},
		{3, 6148914691236517205, 2, 0, false}, // MaxInt64 and a half
		{-3, 6148914691236517205, 2, lo, true},
		{31, 1190112520884487201, 2, 0, false}, // 2^64 less a half, which must not wrap to 0
	} {
		q, ok := money.MulDiv(c.a, c.b, c.d)
		if ok != c.ok || ok && q != c.q {
			t.Errorf("MulDiv(%d, %d, %d) = %d, %t; want %d, %t", c.a, c.b, c.d, q, ok, c.q, c.ok)
		}
	}
}

func TestMulDivIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		d := rapid.Int64Range(1, math.MaxInt64).Draw(t, "d")
		q, ok := money.MulDiv(a, b, d)
		want, fits := bigMulDiv(a, b, d)
		if ok != fits || ok && q != want {
			t.Fatalf("MulDiv(%d, %d, %d) = %d, %t; want %d, %t", a, b, d, q, ok, want, fits)
		}
	})
}

func TestMulDivFloor(t *testing.T) {
	const hi = math.MaxInt64
	for _, c := range []struct {
		a, b, d, q, rem int64
		ok              bool
	}{
		{0, 5, 3, 0, 0, true},
		{7, 5, 6, 5, 5, true},
		{hi, hi, hi, hi, 0, true},
		{hi, 2, 2, hi, 0, true},
		{hi, 3, 2, 0, 0, false},  // 64 bits, but not 63
		{hi, hi, 1, 0, 0, false}, // more than 64
		{-1, 1, 1, 0, 0, false},
		{1, -1, 1, 0, 0, false},
		{1, 1, 0, 0, 0, false},
		{1, 1, -1, 0, 0, false},
	} {
		if q, rem, ok := money.MulDivFloor(c.a, c.b, c.d); q != c.q || rem != c.rem || ok != c.ok {
			t.Errorf("MulDivFloor(%d, %d, %d) = %d, %d, %t; want %d, %d, %t", c.a, c.b, c.d, q, rem, ok, c.q, c.rem, c.ok)
		}
	}
}

func TestMulDivFloorIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		d := rapid.Int64().Draw(t, "d")
		q, rem, ok := money.MulDivFloor(a, b, d)
		if a < 0 || b < 0 || d <= 0 {
			if ok {
				t.Fatalf("MulDivFloor(%d, %d, %d) is ok", a, b, d)
			}
			return
		}
		product := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
		wantQ, wantRem := product.QuoRem(product, big.NewInt(d), new(big.Int))
		if ok != wantQ.IsInt64() || ok && (q != wantQ.Int64() || rem != wantRem.Int64()) {
			t.Fatalf("MulDivFloor(%d, %d, %d) = %d, %d, %t; want %d, %d", a, b, d, q, rem, ok, wantQ, wantRem)
		}
	})
}

func TestAt(t *testing.T) {
	for _, c := range []struct {
		fen  money.Fen
		rate money.Rate
		want money.Fen
	}{
		{15_000_000 * money.Yuan, money.Percent / 2, 75_000 * money.Yuan},
		{100, money.Percent / 2, 1}, // half a fen
		{99, money.Percent / 2, 0},
		{-100, money.Percent / 2, -1},
		{money.Max, money.One, money.Max},
		{1, 0, 0},
	} {
		if got, ok := c.fen.At(c.rate); !ok || got != c.want {
			t.Errorf("(%d).At(%d) = %d, %t; want %d", c.fen, c.rate, got, ok, c.want)
		}
	}
	if got, ok := money.Fen(math.MaxInt64).At(2 * money.One); ok {
		t.Errorf("twice the largest amount is %d", got)
	}
}

func TestAdd(t *testing.T) {
	const lo, hi = math.MinInt64, math.MaxInt64
	for _, c := range []struct {
		a, b money.Fen
		ok   bool
	}{
		{0, 0, true},
		{1, -1, true},
		{-1, 1, true},
		{0, hi, true},
		{0, lo, true},
		{hi, 0, true},
		{hi, -1, true},
		{hi, 1, false},
		{1, hi, false},
		{hi, hi, false},
		{lo, 0, true},
		{lo, 1, true},
		{lo, -1, false},
		{-1, lo, false},
		{lo, lo, false},
		{hi, lo, true},
		{lo, hi, true},
		{hi - 1, 1, true},
		{lo + 1, -1, true},
	} {
		sum, ok := money.Add(c.a, c.b)
		if ok != c.ok || ok && sum-c.b != c.a {
			t.Errorf("Add(%d, %d) = %d, %t", int64(c.a), int64(c.b), int64(sum), ok)
		}
	}
}

func TestAddIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		want := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		sum, ok := money.Add(money.Fen(a), money.Fen(b))
		if ok != want.IsInt64() || ok && int64(sum) != want.Int64() {
			t.Fatalf("Add(%d, %d) = %d, %t; want %d", a, b, int64(sum), ok, want)
		}
	})
}
