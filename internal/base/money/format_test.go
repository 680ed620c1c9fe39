package money_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/base/money"
)

func TestYuanText(t *testing.T) {
	for _, c := range []struct {
		fen  money.Fen
		want string
	}{
		{0, "0.00"},
		{1, "0.01"},
		{-1, "-0.01"},
		{99, "0.99"},
		{100, "1.00"},
		{-12345, "-123.45"},
		{123456789, "1234567.89"},
		{math.MaxInt64, "92233720368547758.07"},
		{math.MinInt64, "-92233720368547758.08"},
	} {
		if got := c.fen.String(); got != c.want {
			t.Errorf("%d is %s; want %s", int64(c.fen), got, c.want)
		}
	}
	if got := string(money.Fen(5).AppendYuan([]byte("¥"))); got != "¥0.05" {
		t.Errorf("AppendYuan made %s", got)
	}
}

func TestFenHuman(t *testing.T) {
	for _, c := range []struct {
		fen  money.Fen
		want string
	}{
		{20 * money.Wan, "20万元"},
		{180_000_000 * money.Yuan, "1.8亿元"},
		{180 * money.Yi, "180亿元"},
		{3000 * money.Wan, "3000万元"}, // not 0.3亿元
		{500 * money.Yuan, "500元"},
		{1, "0.01元"},
		{50, "0.5元"},
		{0, "0元"},
		{9999 * money.Yuan, "9999元"},
		{5000 * money.Yuan, "5000元"}, // not 0.5万元
		{money.Wan, "1万元"},
		{12_345 * money.Yuan, "12345元"},
		{12_340 * money.Yuan, "12340元"},
		{12_300 * money.Yuan, "1.23万元"}, // as short as 12300元
		{12_500 * money.Yuan, "1.25万元"},
		{money.Wan + 1, "10000.01元"},
		{money.Yi - money.Wan, "9999万元"},
		{money.Yi, "1亿元"},
		{money.Max, "100000亿元"},
		{-20 * money.Wan, "-20万元"},
		{math.MinInt64, "-92233720368547758.08元"},
	} {
		if got := c.fen.Human(); got != c.want {
			t.Errorf("%s is %s; want %s", c.fen, got, c.want)
		}
	}
}

func TestFenHumanRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := anyFen(t)
		if f < 0 { // which no policy writes
			f = -f
		}
		if q, err := money.ParseAmount(f.Human()); err != nil || q != (money.Quantity{Fen: f}) {
			t.Fatalf("%d is written %s and read %v, %v", int64(f), f.Human(), q, err)
		}
	})
}

func TestQuantityString(t *testing.T) {
	for _, text := range []string{"20万元", "500元/户", "1.8亿元/年"} {
		if q, err := money.ParseAmount(text); err != nil || q.String() != text {
			t.Errorf("%s comes back as %s, %v", text, q, err)
		}
	}
}

func TestRateHuman(t *testing.T) {
	for _, c := range []struct {
		rate money.Rate
		want string
	}{
		{money.Percent / 2, "0.5%"},
		{2 * money.Percent, "2%"},
		{43_500_000, "4.35%"},
		{0, "0%"},
		{1, "0.0000001%"},
		{money.One, "100%"},
		{-money.Percent / 2, "-0.5%"},
		{money.PPM, "0.0001%"},
	} {
		if got := c.rate.Human(); got != c.want {
			t.Errorf("%d ppb is %s; want %s", int64(c.rate), got, c.want)
		}
	}
}

func TestRateHumanRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := money.Rate(rapid.Int64Range(0, int64(money.MaxRate)).Draw(t, "ppb"))
		if back, err := money.ParseRate(r.Human()); err != nil || back != r {
			t.Fatalf("%d is written %s and read %d, %v", int64(r), r.Human(), int64(back), err)
		}
	})
}

func TestPercentRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := money.Rate(rapid.Int64Range(0, int64(money.MaxRate)/100).Draw(t, "ppb/100")) * 100
		text := r.AppendPercent(nil)
		if back, err := money.ParsePercent(text); err != nil || back != r {
			t.Fatalf("%d is written %s and read %d, %v", int64(r), text, int64(back), err)
		}
	})
	if got := string(money.Rate(-43_500_000).AppendPercent([]byte("rate "))); got != "rate -4.35" {
		t.Errorf("AppendPercent made %q", got)
	}
}
