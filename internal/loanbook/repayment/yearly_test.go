package repayment_test

import (
	"math"
	"math/big"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/repayment"

	"pgregory.net/rapid"
)

func flows(t testing.TB, of ...any) []repayment.Flow {
	t.Helper()
	var fs []repayment.Flow
	for i := 0; i < len(of); i += 2 {
		fs = append(fs, repayment.Flow{On: on(t, of[i].(string)), Amount: money.Fen(of[i+1].(int))})
	}
	return fs
}

func TestYearlyRates(t *testing.T) {
	for name, c := range map[string]struct {
		flows []repayment.Flow
		rate  money.Rate
		found repayment.Found
	}{
		"a year at 5 %":                {flows(t, "2023-01-01", 100_00, "2024-01-01", -105_00), 50_000_000, repayment.OneRate},
		"seen from the other side":     {flows(t, "2023-01-01", -100_00, "2024-01-01", 105_00), 50_000_000, repayment.OneRate},
		"two years at 10 %":            {flows(t, "2021-01-01", 100_00, "2023-01-01", -121_00), 100_000_000, repayment.OneRate},
		"nothing to pay for it":        {flows(t, "2023-01-01", 100_00, "2024-01-01", -100_00), 0, repayment.OneRate},
		"half comes back":              {flows(t, "2023-01-01", 100_00, "2024-01-01", -50_00), -500_000_000, repayment.OneRate},
		"five payments, see below":     {flows(t, "2008-01-01", -10000, "2008-03-01", 2750, "2008-10-30", 4250, "2009-02-15", 3250, "2009-04-01", 2750), 373_362_535, repayment.OneRate},
		"two in one day":               {flows(t, "2023-01-01", 60_00, "2023-01-01", 40_00, "2024-01-01", -105_00), 50_000_000, repayment.OneRate},
		"order does not matter":        {flows(t, "2024-01-01", -105_00, "2023-01-01", 100_00), 50_000_000, repayment.OneRate},
		"10 % and 20 %":                {flows(t, "2021-01-01", -100_00, "2022-01-01", 230_00, "2023-01-01", -132_00), 0, repayment.ManyRates},
		"never worth nothing":          {flows(t, "2021-01-01", 100_00, "2022-01-01", -200_00, "2023-01-01", 150_00), 0, repayment.NoRate},
		"touching nothing":             {flows(t, "2021-01-01", 100_00, "2022-01-01", -200_00, "2023-01-01", 100_00), 0, repayment.NotSettled},
		"only gains":                   {flows(t, "2021-01-01", 100_00, "2022-01-01", 1), 0, repayment.NoRate},
		"all in one day":               {flows(t, "2021-01-01", 100_00, "2021-01-01", -105_00), 0, repayment.NoRate},
		"nothing":                      {nil, 0, repayment.NoRate},
		"dearer than can be":           {flows(t, "2021-01-01", 1, "2021-01-02", -2), 0, repayment.NoRate},
		"drawn twice":                  {flows(t, "2023-01-01", 100_00, "2023-02-01", -1_00, "2023-03-01", 50_00, "2024-01-01", -155_00), 42_594_762, repayment.OneRate},
		"more than is looked at":       {make([]repayment.Flow, repayment.MaxFlows+1), 0, repayment.NotSettled},
		"over three centuries":         {flows(t, "1900-01-01", 100_00, "2199-12-31", -200_00), 2_311_640, repayment.OneRate},
		"until never":                  {[]repayment.Flow{{On: 0, Amount: 1}, {On: civil.Never, Amount: -2}}, 0, repayment.NotSettled},
		"a fee at the very beginning":  {flows(t, "2023-01-01", 98_00, "2024-01-01", -105_00), 71_428_571, repayment.OneRate},
		"three quarters are lost":      {flows(t, "2023-01-01", 100_00, "2024-01-01", -25_00), 0, repayment.NoRate},
		"and money given back at last": {flows(t, "2023-01-01", 100_00, "2024-01-01", -105_00, "2024-12-31", 2_00), 30_593_710, repayment.OneRate},
	} {
		rate, found := repayment.YearlyRate(c.flows)
		if found != c.found || rate-c.rate > 1 || c.rate-rate > 1 {
			t.Errorf("%s: %d %s, want %d %s", name, rate, found, c.rate, c.found)
		}
	}
}

// worth is what flows are worth at a rate, on the first day, in fen.
func worth(fs []repayment.Flow, rate float64) float64 {
	sum := 0.0
	for _, f := range fs {
		sum += float64(f.Amount) * math.Pow(1+rate, -float64(f.On-fs[0].On)/365)
	}
	return sum
}

// At the rate found the payments are worth nothing: a millionth of a percent up or
// down they are worth more, and less.
func TestPaymentsAreWorthNothingAtTheirYearlyRate(t *testing.T) {
	shown := 0
	rapid.Check(t, func(t *rapid.T) {
		x := terms(t)
		x.Drawdowns[0].Amount += 10_000_00
		s, err := repayment.Make(x)
		if err != nil {
			return
		}
		fs := s.Flows()
		rate, found := repayment.YearlyRate(fs)
		if found != repayment.OneRate {
			if s.EndsOn() > x.First() && len(x.Drawdowns) == 1 {
				t.Fatalf("%s\n%s", found, table(s))
			}
			return
		}
		shown++
		r, tiny := float64(rate)/1e9, 1e-8
		if a, b := worth(fs, r-tiny), worth(fs, r+tiny); a > 0 == (b > 0) && math.Abs(a)+math.Abs(b) > 1e-3 {
			t.Fatalf("%d: worth %g and %g\n%s", rate, a, b, table(s))
		}
	})
	if !testing.Short() && shown < 10 {
		t.Errorf("only %d rates", shown)
	}
}

// Without fees a loan costs its rate: over one year to the digit, and by the month
// what compounding makes of it.
func TestLoanWithoutFeesCostsItsRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Int64Range(0, 360).Draw(t, "in tenths of a percent") * int64(money.Percent) / 10
		first := civil.Date(rapid.IntRange(18000, 20000).Draw(t, "first"))
		x := repayment.Terms{
			Method: repayment.Bullet, Rate: money.Rate(rate), Basis: repayment.Act365, Every: repayment.Monthly, Periods: 1,
			FirstDue: new(first + 365), Drawdowns: []repayment.Drawdown{{On: first, Amount: 100 * money.Wan}},
		}
		s, err := repayment.Make(x)
		if err != nil {
			t.Fatal(err)
		}
		if got, found := repayment.YearlyRate(s.Flows()); found != repayment.OneRate || int64(got) != rate {
			t.Fatalf("%d: %d %s", rate, got, found)
		}
		if got, ok := s.SimpleRate(0); !ok || int64(got) != rate {
			t.Fatalf("%d: simple %d", rate, got)
		}
		x.Method, x.FirstDue, x.Periods = rapid.SampledFrom([]repayment.Method{repayment.InterestFirst, repayment.EqualPrincipal, repayment.EqualInstalments}).Draw(t, "method"), nil, 12
		if s, err = repayment.Make(x); err != nil {
			t.Fatal(err)
		}
		got, _ := repayment.YearlyRate(s.Flows())
		monthly := math.Pow(1+float64(rate)/12e9, 12) - 1
		if math.Abs(float64(got)/1e9-monthly) > 1e-4*(1+10*monthly) {
			t.Fatalf("%d by the month: %d, about %g", rate, got, monthly)
		}
		if simple, ok := s.SimpleRate(0); !ok || math.Abs(float64(simple)-float64(rate)) > 1e4 { // rounding to the fen
			t.Fatalf("%d by the month: simple %d", rate, simple)
		}
	})
}

// Flat interest is almost twice what it says.
func TestFlatInterestIsDearer(t *testing.T) {
	s := made(t, loan(t, func(x *repayment.Terms) { x.Method = repayment.Flat }))
	rate, _ := repayment.YearlyRate(s.Flows())
	if rate < 11*money.Percent || rate > 12*money.Percent {
		t.Errorf("6%% flat is %s", rate.Human())
	}
	// 7200 × 365 ÷ Σ balance × days: 120000×31 + 110000×29 + 100000×31 + 90000×30 + …
	nights := []int64{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	used := int64(0)
	for i, n := range nights {
		used += (12 - int64(i)) * 10_000 * n
	}
	want := new(big.Rat).SetFrac64(7200*365*int64(money.One), used)
	simple, _ := s.SimpleRate(0)
	off := want.Sub(want, new(big.Rat).SetInt64(int64(simple)))
	if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
		t.Errorf("simple %s, off by %s", simple.Human(), off.FloatString(3))
	}
	if free, _ := s.SimpleRate(-s.Interest); free != 0 {
		t.Errorf("all given back: %s", free.Human())
	}
	if gain, _ := s.SimpleRate(-2 * s.Interest); gain != -simple {
		t.Errorf("twice given back: %s", gain.Human())
	}
}

func TestCostHasFeesAndSubsidies(t *testing.T) {
	s := made(t, loan(t, func(x *repayment.Terms) {
		x.Method, x.Basis, x.Rate, x.Periods, x.FirstDue = repayment.Bullet, repayment.Act365, 4*money.Percent, 1, new(x.Drawdowns[0].On+365)
	}))
	first, last := s.Rows[0].On, s.EndsOn()
	for name, c := range map[string]struct {
		fees             []repayment.Fee
		compound, simple money.Rate
	}{
		"none":           {nil, 40_000_000, 40_000_000},
		"a fee":          {[]repayment.Fee{{On: last, Amount: 1200_00}}, 50_000_000, 50_000_000},
		"a fee at first": {[]repayment.Fee{{On: first, Amount: 1200_00}}, 50_505_051, 50_000_000},
		"a subsidy":      {[]repayment.Fee{{On: last, Amount: -2400_00, Title: "贴息"}}, 20_000_000, 20_000_000},
		"both":           {[]repayment.Fee{{On: last, Amount: 2400_00}, {On: last, Amount: -2400_00}}, 40_000_000, 40_000_000},
	} {
		got, err := s.CostWith(c.fees)
		if err != nil || got.Found != repayment.OneRate || *got.Compound != c.compound || *got.Simple != c.simple {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := s.CostWith(make([]repayment.Fee, repayment.MaxEvents+1)); err == nil {
		t.Error("too many fees")
	}
	if _, err := s.CostWith([]repayment.Fee{{On: last, Amount: money.Max + 1}}); err == nil {
		t.Error("too large a fee")
	}
	// Nothing owed over a night has no simple rate, and nothing to compound.
	at := made(t, loan(t, func(x *repayment.Terms) { x.PayoffOn = new(x.Drawdowns[0].On) }))
	if got, err := at.CostWith(nil); err != nil || got.Found != repayment.NoRate || got.Compound != nil || got.Simple != nil {
		t.Errorf("%+v, %v", got, err)
	}
}

// Whatever the payments are, an answer comes, the same from both sides, and one that
// holds: a little below and above it they are worth more than nothing, and less.
func FuzzYearlyRate(f *testing.F) {
	f.Add([]byte{0, 100, 30, 200, 60, 150})
	f.Add([]byte{0, 228, 255, 102, 255, 252, 255, 7})
	f.Fuzz(func(t *testing.T, b []byte) {
		var fs, other []repayment.Flow
		at := civil.Date(19000)
		for i := 0; i+1 < len(b) && i < 400; i += 2 {
			at += civil.Date(b[i]) * 3
			amount := money.Fen(int8(b[i+1])) * 100
			fs, other = append(fs, repayment.Flow{On: at, Amount: amount}), append(other, repayment.Flow{On: at, Amount: -amount})
		}
		rate, found := repayment.YearlyRate(fs)
		if again, same := repayment.YearlyRate(other); again != rate || same != found {
			t.Fatalf("%d %s, and from the other side %d %s", rate, found, again, same)
		}
		if found != repayment.OneRate || rate > 10*money.One {
			return
		}
		r := float64(rate) / 1e9
		below, above := worth(fs, r-1e-7), worth(fs, r+1e-7)
		if below > 1e-3 && above > 1e-3 || below < -1e-3 && above < -1e-3 {
			t.Fatalf("%d: worth %g and %g", rate, below, above)
		}
	})
}

func BenchmarkYearlyRate(b *testing.B) {
	for _, periods := range []int{12, 36, 360} {
		s := made(b, loan(b, func(x *repayment.Terms) { x.Periods = periods }))
		b.Run(big.NewInt(int64(periods)).String(), func(b *testing.B) {
			fs := s.Flows()
			for b.Loop() {
				repayment.YearlyRate(fs)
			}
		})
	}
	b.Run("drawn twice", func(b *testing.B) {
		fs := made(b, loan(b, func(x *repayment.Terms) {
			x.Periods = 36
			x.Drawdowns = append(x.Drawdowns, repayment.Drawdown{On: x.Drawdowns[0].On + 100, Amount: 6 * money.Wan})
		})).Flows()
		for b.Loop() {
			if _, found := repayment.YearlyRate(fs); found != repayment.OneRate {
				b.Fatal(found)
			}
		}
	})
}
