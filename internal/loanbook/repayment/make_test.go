package repayment_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/repayment"

	"pgregory.net/rapid"
)

func on(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// loan is 120,000 yuan over twelve months at 6 %, from 15 January 2024.
func loan(t testing.TB, change ...func(*repayment.Terms)) repayment.Terms {
	t.Helper()
	terms := repayment.Terms{
		Method: repayment.EqualPrincipal, Rate: 6 * money.Percent, Basis: repayment.Thirty360, Every: repayment.Monthly, Periods: 12,
		Drawdowns: []repayment.Drawdown{{On: on(t, "2024-01-15"), Amount: 12 * money.Wan}},
	}
	for _, f := range change {
		f(&terms)
	}
	return terms
}

func made(t testing.TB, terms repayment.Terms) *repayment.Schedule {
	t.Helper()
	s, err := repayment.Make(terms)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// table writes a schedule as its tests do: kind or number, day, drawn or principal,
// interest, balance, and what grace puts off.
func table(s *repayment.Schedule) string {
	var b strings.Builder
	for _, r := range s.Rows {
		name := string(r.Kind)
		if r.No > 0 {
			name = fmt.Sprint(r.No)
		}
		fmt.Fprintf(&b, "%s %s %s %s %s", name, r.On, r.Drawn+r.Principal, r.Interest, r.Balance)
		if r.Deferred+r.Capitalised > 0 {
			fmt.Fprintf(&b, " %s", r.Deferred+r.Capitalised)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func same(t *testing.T, s *repayment.Schedule, want string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(want), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	if got := strings.TrimSpace(table(s)); got != strings.Join(lines, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(lines, "\n"))
	}
}

func TestEqualPrincipal(t *testing.T) {
	s := made(t, loan(t, func(x *repayment.Terms) { x.Periods = 4 }))
	same(t, s, `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 30000.00 600.00 90000.00
		2 2024-03-15 30000.00 450.00 60000.00
		3 2024-04-15 30000.00 300.00 30000.00
		4 2024-05-15 30000.00 150.00 0.00`)
	if s.Interest != 1500*money.Yuan || s.Paid != 121500*money.Yuan || s.Drawn != 120000*money.Yuan {
		t.Errorf("%+v", s)
	}
}

// 10,000 yuan at 1 % a month over 12 months is 888.49 a month in every textbook.
func TestEqualInstalmentsAreTheAnnuity(t *testing.T) {
	s := made(t, loan(t, func(x *repayment.Terms) {
		x.Method, x.Rate, x.Drawdowns[0].Amount = repayment.EqualInstalments, 12*money.Percent, money.Wan
	}))
	same(t, s, `drawdown 2024-01-15 10000.00 0.00 10000.00
		1 2024-02-15 788.49 100.00 9211.51
		2 2024-03-15 796.37 92.12 8415.14
		3 2024-04-15 804.34 84.15 7610.80
		4 2024-05-15 812.38 76.11 6798.42
		5 2024-06-15 820.51 67.98 5977.91
		6 2024-07-15 828.71 59.78 5149.20
		7 2024-08-15 837.00 51.49 4312.20
		8 2024-09-15 845.37 43.12 3466.83
		9 2024-10-15 853.82 34.67 2613.01
		10 2024-11-15 862.36 26.13 1750.65
		11 2024-12-15 870.98 17.51 879.67
		12 2025-01-15 879.67 8.80 0.00`)
	if last := s.Rows[12].Payment; last != 888_47 {
		t.Errorf("the last instalment, with what rounding left over, is %s", last)
	}
}

func TestOtherMethods(t *testing.T) {
	three := func(m repayment.Method) repayment.Terms {
		return loan(t, func(x *repayment.Terms) { x.Method, x.Periods = m, 3 })
	}
	same(t, made(t, three(repayment.InterestFirst)), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 0.00 600.00 120000.00
		2 2024-03-15 0.00 600.00 120000.00
		3 2024-04-15 120000.00 600.00 0.00`)
	same(t, made(t, three(repayment.Bullet)), `drawdown 2024-01-15 120000.00 0.00 120000.00
		3 2024-04-15 120000.00 1800.00 0.00`)
	same(t, made(t, three(repayment.Flat)), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 40000.00 600.00 80000.00
		2 2024-03-15 40000.00 600.00 40000.00
		3 2024-04-15 40000.00 600.00 0.00`)
}

// 1,000,000 yuan at 3.6 % over January, February of a leap year and March.
func TestBases(t *testing.T) {
	for basis, want := range map[repayment.Basis][]money.Fen{
		repayment.Act360:    {3100_00, 2900_00, 3100_00},
		repayment.Act365:    {3057_53, 2860_27, 3057_53},
		repayment.Thirty360: {3000_00, 3000_00, 3000_00},
	} {
		s := made(t, loan(t, func(x *repayment.Terms) {
			x.Method, x.Basis, x.Rate, x.Periods = repayment.InterestFirst, basis, 36*money.Percent/10, 3
			x.Drawdowns = []repayment.Drawdown{{On: on(t, "2024-01-01"), Amount: 100 * money.Wan}}
		}))
		for i, w := range want {
			if got := s.Rows[i+1].Interest; got != w {
				t.Errorf("%s, month %d: %s, want %s", basis, i+1, got, w)
			}
		}
	}
}

func TestDueDays(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*repayment.Terms)
		want   string
	}{
		"from the 31st, month ends and back": {func(x *repayment.Terms) { x.Drawdowns[0].On = on(t, "2023-12-31") }, "2024-01-31 2024-02-29 2024-03-31 2024-04-30"},
		"from a short month's end, its day":  {func(x *repayment.Terms) { x.Drawdowns[0].On = on(t, "2024-02-29") }, "2024-03-29 2024-04-29 2024-05-29 2024-06-29"},
		"or always the end":                  {func(x *repayment.Terms) { x.Drawdowns[0].On, x.MonthEnd = on(t, "2024-02-29"), true }, "2024-03-31 2024-04-30 2024-05-31 2024-06-30"},
		"a due day of its own":               {func(x *repayment.Terms) { x.DueDay = 20 }, "2024-02-20 2024-03-20 2024-04-20 2024-05-20"},
		"a first due day of its own":         {func(x *repayment.Terms) { x.FirstDue = new(on(t, "2024-03-31")) }, "2024-03-31 2024-04-30 2024-05-31 2024-06-30"},
		"both":                               {func(x *repayment.Terms) { x.FirstDue, x.DueDay = new(on(t, "2024-02-01")), 20 }, "2024-02-01 2024-03-20 2024-04-20 2024-05-20"},
		"quarters":                           {func(x *repayment.Terms) { x.Every, x.Drawdowns[0].On = repayment.Quarterly, on(t, "2023-11-30") }, "2024-02-29 2024-05-30 2024-08-30 2024-11-30"},
		"weeks":                              {func(x *repayment.Terms) { x.Every = repayment.Weekly }, "2024-01-22 2024-01-29 2024-02-05 2024-02-12"},
		"moved to working days": {func(x *repayment.Terms) {
			x.Working = func(d civil.Date) civil.Date { // no Saturdays and Sundays: 1970-01-01 was a Thursday
				for (d+3)%7 >= 5 {
					d++
				}
				return d
			}
		}, "2024-02-15 2024-03-15 2024-04-15 2024-05-15"},
		"moved over a weekend": {func(x *repayment.Terms) {
			x.DueDay = 8
			x.Working = func(d civil.Date) civil.Date {
				for (d+3)%7 >= 5 {
					d++
				}
				return d
			}
		}, "2024-02-08 2024-03-08 2024-04-08 2024-05-08"},
		"a Saturday is Monday": {func(x *repayment.Terms) {
			x.DueDay = 9
			x.Working = func(d civil.Date) civil.Date {
				for (d+3)%7 >= 5 {
					d++
				}
				return d
			}
		}, "2024-02-09 2024-03-11 2024-04-09 2024-05-09"},
	} {
		terms := loan(t, func(x *repayment.Terms) { x.Periods = 4 }, c.change)
		var days []string
		for _, r := range made(t, terms).Rows[1:] {
			days = append(days, r.On.String())
		}
		if got := strings.Join(days, " "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Whole periods are months, whatever their days; a broken one is counted by 30E/360.
func TestBrokenPeriods(t *testing.T) {
	interest := func(change func(*repayment.Terms)) money.Fen {
		return made(t, loan(t, func(x *repayment.Terms) { x.Method, x.Periods = repayment.InterestFirst, 2 }, change)).Rows[1].Interest
	}
	for name, c := range map[string]struct {
		change func(*repayment.Terms)
		want   money.Fen
	}{
		"a whole month":                   {func(*repayment.Terms) {}, 600_00},
		"a whole month of 28 days":        {func(x *repayment.Terms) { x.Drawdowns[0].On = on(t, "2023-01-31") }, 600_00},
		"5 days":                          {func(x *repayment.Terms) { x.FirstDue = new(on(t, "2024-01-20")) }, 100_00},
		"a month and 5 days":              {func(x *repayment.Terms) { x.FirstDue = new(on(t, "2024-02-20")) }, 700_00},
		"to the 31st is to the 30th":      {func(x *repayment.Terms) { x.FirstDue = new(on(t, "2024-01-31")) }, 300_00},
		"5 days of 365":                   {func(x *repayment.Terms) { x.FirstDue, x.Basis = new(on(t, "2024-01-20")), repayment.Act365 }, 98_63},
		"a quarter":                       {func(x *repayment.Terms) { x.Every = repayment.Quarterly }, 1800_00},
		"a week of 360 by calendar":       {func(x *repayment.Terms) { x.Every = repayment.Weekly }, 140_00},
		"from month's end to month's end": {func(x *repayment.Terms) { x.Drawdowns[0].On, x.MonthEnd = on(t, "2024-02-29"), true }, 600_00},
	} {
		if got := interest(c.change); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestGrace(t *testing.T) {
	with := func(k repayment.GraceKind) *repayment.Schedule {
		return made(t, loan(t, func(x *repayment.Terms) { x.Periods, x.Grace = 4, &repayment.Grace{Periods: 2, Kind: k} }))
	}
	same(t, with(repayment.GracePrincipal), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 0.00 600.00 120000.00
		2 2024-03-15 0.00 600.00 120000.00
		3 2024-04-15 60000.00 600.00 60000.00
		4 2024-05-15 60000.00 300.00 0.00`)
	same(t, with(repayment.GraceCollected), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 0.00 0.00 120000.00 600.00
		2 2024-03-15 0.00 0.00 120000.00 600.00
		3 2024-04-15 60000.00 1800.00 60000.00
		4 2024-05-15 60000.00 300.00 0.00`)
	same(t, with(repayment.GraceCapitalised), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 0.00 0.00 120600.00 600.00
		2 2024-03-15 0.00 0.00 121203.00 603.00
		3 2024-04-15 60601.50 606.02 60601.50
		4 2024-05-15 60601.50 303.01 0.00`)
	// All of it paid back in grace: what was put off is still paid.
	s := made(t, loan(t, func(x *repayment.Terms) {
		x.Periods, x.Grace = 4, &repayment.Grace{Periods: 2, Kind: repayment.GraceCollected}
		x.Prepayments = []repayment.Prepayment{{On: on(t, "2024-02-15"), Amount: 12 * money.Wan, Keep: repayment.KeepTerm}}
	}))
	if s.Paid != 120600*money.Yuan {
		t.Errorf("paid %s\n%s", s.Paid, table(s))
	}
}

func TestRateChangesOnAndBetweenDueDays(t *testing.T) {
	change := func(day string) *repayment.Schedule {
		return made(t, loan(t, func(x *repayment.Terms) {
			x.Method, x.Periods = repayment.InterestFirst, 3
			x.RateChanges = []repayment.RateChange{{On: on(t, day), Rate: 3 * money.Percent}, {On: on(t, "2030-01-01"), Rate: 1}}
		}))
	}
	for day, want := range map[string][3]money.Fen{
		"2024-02-15": {600_00, 300_00, 300_00},
		"2024-02-25": {600_00, 400_00, 300_00}, // 10 of 30 days at 6 %
		"2024-03-14": {600_00, 590_00, 300_00}, // 29 of 30
		"2024-04-14": {600_00, 600_00, 590_00},
		"2024-04-15": {600_00, 600_00, 600_00},
	} {
		for i, r := range change(day).Rows[1:] {
			if r.Interest != want[i] {
				t.Errorf("changed on %s: instalment %d has %s, want %s", day, i+1, r.Interest, want[i])
			}
		}
	}
	// An annuity is reckoned anew over what is left: 40,000 × … see the exact test below;
	// at no interest at all it is a third each.
	s := made(t, loan(t, func(x *repayment.Terms) {
		x.Method, x.Periods = repayment.EqualInstalments, 4
		x.RateChanges = []repayment.RateChange{{On: on(t, "2024-02-15"), Rate: 0}}
	}))
	left := s.Rows[1].Balance
	if s.Rows[2].Payment != (left+1)/3 || s.Rows[3].Payment != (left+1)/3 || s.Rows[4].Payment != left-2*((left+1)/3) {
		t.Errorf("\n%s", table(s))
	}
}

func TestPartPayments(t *testing.T) {
	with := func(m repayment.Method, k repayment.Keep, day string) *repayment.Schedule {
		return made(t, loan(t, func(x *repayment.Terms) {
			x.Method, x.Periods = m, 6
			x.Prepayments = []repayment.Prepayment{{On: on(t, day), Amount: 5 * money.Wan, Keep: k}}
		}))
	}
	same(t, with(repayment.EqualPrincipal, repayment.KeepTerm, "2024-03-01"), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 20000.00 600.00 100000.00
		part 2024-03-01 50000.00 0.00 50000.00
		2 2024-03-15 10000.00 383.33 40000.00
		3 2024-04-15 10000.00 200.00 30000.00
		4 2024-05-15 10000.00 150.00 20000.00
		5 2024-06-15 10000.00 100.00 10000.00
		6 2024-07-15 10000.00 50.00 0.00`) // 16 days of 100,000 and 14 of 50,000: 266.67 + 116.67
	same(t, with(repayment.EqualPrincipal, repayment.KeepInstalment, "2024-03-01"), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 20000.00 600.00 100000.00
		part 2024-03-01 50000.00 0.00 50000.00
		2 2024-03-15 20000.00 383.33 30000.00
		3 2024-04-15 20000.00 150.00 10000.00
		4 2024-05-15 10000.00 50.00 0.00`)
	// On a due day the instalment comes first, and bears no interest afterwards.
	same(t, with(repayment.Flat, repayment.KeepTerm, "2024-02-15"), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 20000.00 600.00 100000.00
		part 2024-02-15 50000.00 0.00 50000.00
		2 2024-03-15 10000.00 250.00 40000.00
		3 2024-04-15 10000.00 250.00 30000.00
		4 2024-05-15 10000.00 250.00 20000.00
		5 2024-06-15 10000.00 250.00 10000.00
		6 2024-07-15 10000.00 250.00 0.00`)
	// The instalment of an annuity stays the same, to its last but one.
	whole := made(t, loan(t, func(x *repayment.Terms) { x.Method, x.Periods = repayment.EqualInstalments, 6 }))
	for _, day := range []string{"2024-01-16", "2024-02-15", "2024-03-01"} {
		kept := with(repayment.EqualInstalments, repayment.KeepInstalment, day)
		n := 0
		for i, r := range kept.Rows {
			if r.Kind != repayment.InstalmentRow {
				continue
			}
			if n++; i < len(kept.Rows)-1 && r.Payment != whole.Rows[1].Payment || r.Payment > whole.Rows[1].Payment+1 {
				t.Errorf("kept on %s: pays %s, not %s\n%s", day, r.Payment, whole.Rows[1].Payment, table(kept))
			}
		}
		if n != 4 {
			t.Errorf("kept on %s: %d instalments", day, n)
		}
		if less := with(repayment.EqualInstalments, repayment.KeepTerm, day); less.EndsOn() != whole.EndsOn() || less.Interest <= kept.Interest {
			t.Errorf("the term kept:\n%s", table(less))
		}
	}
}

func TestPayoffExtensionAndDrawdowns(t *testing.T) {
	same(t, made(t, loan(t, func(x *repayment.Terms) { x.Periods, x.PayoffOn = 4, new(on(t, "2024-02-25")) })), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 30000.00 600.00 90000.00
		payoff 2024-02-25 90000.00 150.00 0.00`)
	same(t, made(t, loan(t, func(x *repayment.Terms) { x.Periods, x.PayoffOn = 4, new(on(t, "2024-02-15")) })), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 30000.00 600.00 90000.00
		payoff 2024-02-15 90000.00 0.00 0.00`)
	same(t, made(t, loan(t, func(x *repayment.Terms) {
		x.Periods = 2
		x.Extensions = []repayment.Extension{{On: on(t, "2024-03-01"), Periods: 2}}
	})), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 60000.00 600.00 60000.00
		2 2024-03-15 20000.00 300.00 40000.00
		3 2024-04-15 20000.00 200.00 20000.00
		4 2024-05-15 20000.00 100.00 0.00`)
	same(t, made(t, loan(t, func(x *repayment.Terms) {
		x.Method, x.Periods = repayment.Bullet, 1
		x.Extensions = []repayment.Extension{{On: on(t, "2024-02-14"), Periods: 1}}
	})), `drawdown 2024-01-15 120000.00 0.00 120000.00
		2 2024-03-15 120000.00 1200.00 0.00`)
	same(t, made(t, loan(t, func(x *repayment.Terms) {
		x.Periods = 3
		x.Drawdowns = append(x.Drawdowns, repayment.Drawdown{On: on(t, "2024-03-05"), Amount: 6 * money.Wan})
	})), `drawdown 2024-01-15 120000.00 0.00 120000.00
		1 2024-02-15 40000.00 600.00 80000.00
		drawdown 2024-03-05 60000.00 0.00 140000.00
		2 2024-03-15 70000.00 500.00 70000.00
		3 2024-04-15 70000.00 350.00 0.00`) // 20 days of 80,000 and 10 of 140,000
}

// A half of a fen: 1 yuan and 3 yuan at half a percent a month.
func TestRoundings(t *testing.T) {
	interest := func(amount money.Fen, r repayment.Rounding) money.Fen {
		return made(t, loan(t, func(x *repayment.Terms) { x.Periods, x.Rounding, x.Drawdowns[0].Amount = 1, r, amount })).Interest
	}
	for _, c := range []struct{ amount, up, even money.Fen }{{100, 1, 0}, {300, 2, 2}, {99, 0, 0}, {101, 1, 1}, {500, 3, 2}} {
		if up, even := interest(c.amount, repayment.HalfUp), interest(c.amount, repayment.HalfEven); up != c.up || even != c.even {
			t.Errorf("%d: %d and %d, want %d and %d", c.amount, up, even, c.up, c.even)
		}
		if interest(c.amount, "") != c.up {
			t.Error("nothing said is half up")
		}
	}
	s := made(t, loan(t, func(x *repayment.Terms) { x.Periods, x.Drawdowns[0].Amount = 3, 10000 }))
	if s.Rows[1].Principal != 3333 || s.Rows[2].Principal != 3333 || s.Rows[3].Principal != 3334 {
		t.Errorf("the last has the remainder:\n%s", table(s))
	}
}

func TestRefusals(t *testing.T) {
	part := func(day string, amount money.Fen, k repayment.Keep) func(*repayment.Terms) {
		return func(x *repayment.Terms) {
			x.Prepayments = append(x.Prepayments, repayment.Prepayment{On: on(t, day), Amount: amount, Keep: k})
		}
	}
	for name, c := range map[string]struct {
		change func(*repayment.Terms)
		code   string
	}{
		"no such method":   {func(x *repayment.Terms) { x.Method = "balloon" }, "repayment.word"},
		"no such basis":    {func(x *repayment.Terms) { x.Basis = "act_act" }, "repayment.word"},
		"no such distance": {func(x *repayment.Terms) { x.Every = "day" }, "repayment.word"},
		"no such rounding": {func(x *repayment.Terms) { x.Rounding = "up" }, "repayment.word"},
		"no such grace":    {func(x *repayment.Terms) { x.Grace = &repayment.Grace{Periods: 1} }, "repayment.word"},
		"nothing kept":     {part("2024-03-01", 1, ""), "repayment.word"},
		"no periods":       {func(x *repayment.Terms) { x.Periods = 0 }, "repayment.periods"},
		"too many periods": {func(x *repayment.Terms) { x.Periods = repayment.MaxInstalments + 1 }, "repayment.periods"},
		"all grace":        {func(x *repayment.Terms) { x.Grace = &repayment.Grace{Periods: 12, Kind: repayment.GracePrincipal} }, "repayment.grace"},
		"grace of a bullet": {func(x *repayment.Terms) {
			x.Method, x.Grace = repayment.Bullet, &repayment.Grace{Periods: 1, Kind: repayment.GracePrincipal}
		}, "repayment.grace"},
		"a rate below 0":          {func(x *repayment.Terms) { x.Rate = -1 }, "repayment.rate"},
		"a rate above all":        {func(x *repayment.Terms) { x.Rate = money.MaxRate + 1 }, "repayment.rate"},
		"no drawdown":             {func(x *repayment.Terms) { x.Drawdowns = nil }, "repayment.amount"},
		"a drawdown of nothing":   {func(x *repayment.Terms) { x.Drawdowns[0].Amount = 0 }, "repayment.amount"},
		"drawdowns beyond all":    {func(x *repayment.Terms) { x.Drawdowns[0].Amount = money.Max + 1 }, "repayment.amount"},
		"the 32nd":                {func(x *repayment.Terms) { x.DueDay = 32 }, "repayment.days"},
		"a day of a week's month": {func(x *repayment.Terms) { x.Every, x.DueDay = repayment.Weekly, 3 }, "repayment.days"},
		"due before it begins":    {func(x *repayment.Terms) { x.FirstDue = new(on(t, "2024-01-15")) }, "repayment.days"},
		"due after ten years":     {func(x *repayment.Terms) { x.FirstDue = new(on(t, "2034-02-15")) }, "repayment.days"},
		"a rate of the first day": {func(x *repayment.Terms) { x.RateChanges = []repayment.RateChange{{On: on(t, "2024-01-15")}} }, "repayment.days"},
		"two rates of one day": {func(x *repayment.Terms) {
			x.RateChanges = []repayment.RateChange{{On: on(t, "2024-02-15")}, {On: on(t, "2024-02-15"), Rate: 1}}
		}, "repayment.events"},
		"two things kept": {func(x *repayment.Terms) {
			part("2024-03-01", 1, repayment.KeepTerm)(x)
			part("2024-03-01", 1, repayment.KeepInstalment)(x)
		}, "repayment.events"},
		"paid before it begins": {part("2024-01-15", 1, repayment.KeepTerm), "repayment.days"},
		"paid after it ends":    {part("2025-01-15", 1, repayment.KeepTerm), "repayment.days"},
		"more paid than owed":   {part("2024-02-15", 11*money.Wan+1, repayment.KeepTerm), "repayment.amount"},
		"nothing paid":          {part("2024-02-15", 0, repayment.KeepTerm), "repayment.amount"},
		"drawn after it ends": {func(x *repayment.Terms) {
			x.Drawdowns = append(x.Drawdowns, repayment.Drawdown{On: on(t, "2025-01-15"), Amount: 1})
		}, "repayment.days"},
		"paid off after it ends":    {func(x *repayment.Terms) { x.PayoffOn = new(on(t, "2025-01-15")) }, "repayment.days"},
		"paid off before it begins": {func(x *repayment.Terms) { x.PayoffOn = new(on(t, "2024-01-14")) }, "repayment.days"},
		"extended by nothing":       {func(x *repayment.Terms) { x.Extensions = []repayment.Extension{{On: on(t, "2024-02-15")}} }, "repayment.periods"},
		"extended for ever": {func(x *repayment.Terms) {
			x.Extensions = []repayment.Extension{{On: on(t, "2024-02-15"), Periods: 589}}
		}, "repayment.periods"},
		"extended when it has ended": {func(x *repayment.Terms) { x.Extensions = []repayment.Extension{{On: on(t, "2025-01-15"), Periods: 1}} }, "repayment.days"},
		"beyond the calendar": {func(x *repayment.Terms) {
			x.Drawdowns[0].On, x.Periods, x.Every = on(t, "2149-12-31"), 600, repayment.Quarterly
		}, "repayment.days"},
		"days that do not move on": {func(x *repayment.Terms) { x.Working = func(civil.Date) civil.Date { return on(t, "2024-05-01") } }, "repayment.days"},
		"a debt beyond all": {func(x *repayment.Terms) {
			x.Rate, x.Periods, x.Grace = money.MaxRate, 120, &repayment.Grace{Periods: 100, Kind: repayment.GraceCapitalised}
		}, "repayment.range"},
		"too many drawdowns": {func(x *repayment.Terms) { x.Drawdowns = slices.Repeat(x.Drawdowns, repayment.MaxEvents+1) }, "repayment.events"},
	} {
		if _, err := repayment.Make(loan(t, c.change)); fault.CodeOf(err) != c.code || fault.Of(err).Zh == "" {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// terms draws a loan with all that may happen to it.
func terms(t *rapid.T) repayment.Terms {
	first := civil.Date(rapid.IntRange(19000, 20500).Draw(t, "first"))
	x := repayment.Terms{
		Method:   rapid.SampledFrom(repayment.Methods).Draw(t, "method"),
		Rate:     money.Rate(rapid.Int64Range(0, int64(40*money.Percent)).Draw(t, "rate")),
		Basis:    rapid.SampledFrom([]repayment.Basis{repayment.Act360, repayment.Act365, repayment.Thirty360}).Draw(t, "basis"),
		Rounding: rapid.SampledFrom([]repayment.Rounding{repayment.HalfUp, repayment.HalfEven}).Draw(t, "rounding"),
		Every:    rapid.SampledFrom([]repayment.Every{repayment.Weekly, repayment.Monthly, repayment.Quarterly}).Draw(t, "every"),
		Periods:  rapid.IntRange(1, 40).Draw(t, "periods"),
	}
	x.Drawdowns = []repayment.Drawdown{{On: first, Amount: money.Fen(rapid.Int64Range(1, 1_000_000_00).Draw(t, "amount"))}}
	if rapid.Bool().Draw(t, "broken") {
		x.FirstDue = new(first + civil.Date(rapid.IntRange(1, 200).Draw(t, "first due")))
	}
	if x.Every != repayment.Weekly {
		x.DueDay, x.MonthEnd = rapid.IntRange(0, 31).Draw(t, "due day"), rapid.Bool().Draw(t, "month end")
	}
	if x.Method != repayment.Bullet && x.Periods > 1 && rapid.Bool().Draw(t, "grace") {
		x.Grace = &repayment.Grace{
			Periods: rapid.IntRange(0, x.Periods-1).Draw(t, "spared"),
			Kind:    rapid.SampledFrom([]repayment.GraceKind{repayment.GracePrincipal, repayment.GraceCollected, repayment.GraceCapitalised}).Draw(t, "kind"),
		}
	}
	day := func() civil.Date { return first + civil.Date(rapid.IntRange(1, 400).Draw(t, "on")) }
	for range rapid.IntRange(0, 2).Draw(t, "changes") {
		x.RateChanges = append(x.RateChanges, repayment.RateChange{On: day(), Rate: money.Rate(rapid.Int64Range(0, int64(40*money.Percent)).Draw(t, "new rate"))})
	}
	for range rapid.IntRange(0, 3).Draw(t, "part payments") {
		x.Prepayments = append(x.Prepayments, repayment.Prepayment{
			On: day(), Amount: money.Fen(rapid.Int64Range(1, 30_000_00).Draw(t, "part")), Keep: rapid.SampledFrom([]repayment.Keep{repayment.KeepTerm, repayment.KeepInstalment}).Draw(t, "keep"),
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "drawdowns") {
		x.Drawdowns = append(x.Drawdowns, repayment.Drawdown{On: day(), Amount: money.Fen(rapid.Int64Range(1, 30_000_00).Draw(t, "more"))})
	}
	for range rapid.IntRange(0, 1).Draw(t, "extensions") {
		x.Extensions = append(x.Extensions, repayment.Extension{On: day(), Periods: rapid.IntRange(1, 9).Draw(t, "longer")})
	}
	if rapid.IntRange(0, 3).Draw(t, "payoff") == 0 {
		x.PayoffOn = new(day())
	}
	return x
}

// adds checks what every schedule must be.
func adds(t interface{ Fatalf(string, ...any) }, x repayment.Terms, s *repayment.Schedule) {
	var drawn, principal, interest, capitalised, deferred, paid, balance money.Fen
	before := civil.Date(-1 << 30)
	for _, r := range s.Rows {
		balance += r.Drawn + r.Capitalised - r.Principal
		drawn, principal, interest = drawn+r.Drawn, principal+r.Principal, interest+r.Interest
		capitalised, deferred, paid = capitalised+r.Capitalised, deferred+r.Deferred, paid+r.Payment
		if r.Balance != balance || balance < 0 || r.Principal < 0 || r.Interest < 0 || r.Payment != r.Principal+r.Interest || r.On < before {
			t.Fatalf("row %+v\n%+v\n%s", r, x, table(s))
		}
		before = r.On
	}
	want := money.Fen(0)
	for _, d := range x.Drawdowns {
		want += d.Amount
	}
	if balance != 0 || drawn != want || s.Drawn != want || principal != drawn+capitalised || s.Interest != interest+capitalised || s.Paid != paid || paid != drawn+s.Interest || deferred > interest {
		t.Fatalf("%+v\n%s", x, table(s))
	}
}

func TestEveryScheduleSumsToPrincipalAndInterest(t *testing.T) {
	made := 0
	rapid.Check(t, func(t *rapid.T) {
		x := terms(t)
		s, err := repayment.Make(x)
		if err != nil {
			if k := fault.KindOf(err); k != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		made++
		adds(t, x, s)
		if x.PayoffOn != nil && s.EndsOn() > *x.PayoffOn {
			t.Fatalf("paid off on %s and not ended\n%s", *x.PayoffOn, table(s))
		}
	})
	if !testing.Short() && made < 10 {
		t.Errorf("only %d schedules came of it", made)
	}
}

func TestOrderOfWritingChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := terms(t)
		if len(x.Drawdowns) > 1 && rapid.Bool().Draw(t, "together") { // more on one day
			x.Prepayments = append(x.Prepayments, repayment.Prepayment{On: x.Drawdowns[1].On, Amount: 1, Keep: repayment.KeepTerm})
			x.Extensions = append(x.Extensions, repayment.Extension{On: x.Drawdowns[1].On, Periods: 1})
		}
		s, err := repayment.Make(x)
		y := x
		y.Drawdowns = rapid.Permutation(x.Drawdowns).Draw(t, "drawdowns")
		y.Prepayments = rapid.Permutation(x.Prepayments).Draw(t, "part payments")
		y.RateChanges = rapid.Permutation(x.RateChanges).Draw(t, "rates")
		y.Extensions = rapid.Permutation(x.Extensions).Draw(t, "extensions")
		z, err2 := repayment.Make(y)
		if fault.CodeOf(err) != fault.CodeOf(err2) {
			t.Fatalf("%v, and otherwise written %v", err, err2)
		}
		if err == nil && table(s) != table(z) {
			t.Fatalf("\n%s\n%s", table(s), table(z))
		}
	})
}

// days counts, by another way than the package: one after the other.
func days(b repayment.Basis, from, to civil.Date, months int64) int64 {
	if b != repayment.Thirty360 {
		return int64(to - from)
	}
	if months > 0 {
		return 30 * months
	}
	n := int64(0)
	for d := from; d < to; d++ {
		_, _, a := d.YMD()
		_, _, z := (d + 1).YMD()
		switch {
		case a == 30 && z == 31:
		case a >= 28 && z == 1:
			n += int64(31 - min(a, 30))
		default:
			n++
		}
	}
	return n
}

// The annuity, worked out in rational numbers by following what is owed as a
// function p − q·A of the unknown instalment A, is the instalment.
func TestInstalmentIsTheAnnuityInRationalNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := terms(t)
		x.Method, x.RateChanges, x.Prepayments, x.Extensions, x.PayoffOn, x.Drawdowns = repayment.EqualInstalments, nil, nil, nil, nil, x.Drawdowns[:1]
		grace := 0
		if x.Grace != nil {
			x.Grace.Kind, grace = repayment.GracePrincipal, x.Grace.Periods
		}
		x.Drawdowns[0].Amount += 1_000_00
		x.DueDay, x.MonthEnd = 0, false
		s, err := repayment.Make(x)
		if err != nil {
			t.Fatal(err)
		}
		year, from := int64(360), x.First()
		if x.Basis == repayment.Act365 {
			year = 365
		}
		p, q := new(big.Rat).SetInt64(int64(x.Drawdowns[0].Amount)), new(big.Rat)
		due := slices.DeleteFunc(slices.Clone(s.Rows), func(r repayment.Row) bool { return r.Kind != repayment.InstalmentRow })
		if len(due) != x.Periods {
			return // all was paid before the end, by rounding up
		}
		for i, r := range due {
			months := map[repayment.Every]int64{repayment.Monthly: 1, repayment.Quarterly: 3}[x.Every]
			if i == 0 && x.FirstDue != nil {
				_, _, a := from.YMD()
				_, _, z := r.On.YMD()
				last := int64(r.On.Month()-from.Month()) == months && (a == z || z < a && r.On == r.On.Month().Last())
				if !last {
					months = 0
				}
			}
			f := big.NewRat(int64(x.Rate)*days(x.Basis, from, r.On, months), int64(money.One)*year)
			f.Add(f, big.NewRat(1, 1))
			from = r.On
			if i < grace {
				continue
			}
			p.Mul(p, f)
			q.Mul(q, f).Add(q, big.NewRat(1, 1))
		}
		exact := p.Quo(p, q)
		got := due[grace].Payment
		if x.Periods-grace == 1 || due[grace].Principal == 0 {
			return
		}
		off := exact.Sub(exact, new(big.Rat).SetInt64(int64(got)))
		if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%+v: instalment %s is off by %s\n%s", x, got, off.FloatString(6), table(s))
		}
		for _, r := range due[grace : len(due)-1] {
			if r.Payment != got {
				t.Fatalf("instalments of %s and %s", got, r.Payment)
			}
		}
	})
}

// After a change of the rate, on a due day or between two, the instalment is the
// annuity of what is owed then over what is left, in rational numbers.
func TestInstalmentAfterAChangeOfTheRate(t *testing.T) {
	checked := 0
	rapid.Check(t, func(t *rapid.T) {
		x := terms(t)
		x.Method, x.Prepayments, x.Extensions, x.PayoffOn, x.Drawdowns, x.Grace = repayment.EqualInstalments, nil, nil, nil, x.Drawdowns[:1], nil
		x.Basis = rapid.SampledFrom([]repayment.Basis{repayment.Act360, repayment.Act365}).Draw(t, "calendar")
		x.Drawdowns[0].Amount += 10_000_00
		change := repayment.RateChange{On: x.First() + civil.Date(rapid.IntRange(1, 900).Draw(t, "changed")), Rate: money.Rate(rapid.Int64Range(0, int64(40*money.Percent)).Draw(t, "to"))}
		x.RateChanges = []repayment.RateChange{change}
		s, err := repayment.Make(x)
		if err != nil {
			t.Fatal(err)
		}
		due := s.Rows[1:]
		at := slices.IndexFunc(due, func(r repayment.Row) bool { return r.On > change.On })
		if at < 0 || at == len(due)-1 || len(due) != x.Periods || due[at].Principal == 0 {
			return
		}
		checked++
		year := int64(money.One) * map[repayment.Basis]int64{repayment.Act360: 360, repayment.Act365: 365}[x.Basis]
		from := s.Rows[at] // the row before due[at]
		before := max(0, int64(change.On-from.On))
		f := big.NewRat(int64(x.Rate)*before+int64(change.Rate)*(int64(due[at].On-from.On)-before), year)
		f.Add(f, big.NewRat(1, 1))
		p, q := new(big.Rat).SetInt64(int64(from.Balance)), big.NewRat(1, 1)
		p.Mul(p, f)
		for i := at + 1; i < len(due); i++ {
			f := big.NewRat(int64(change.Rate)*int64(due[i].On-due[i-1].On), year)
			f.Add(f, big.NewRat(1, 1))
			p.Mul(p, f)
			q.Mul(q, f).Add(q, big.NewRat(1, 1))
		}
		off := p.Quo(p, q).Sub(p, new(big.Rat).SetInt64(int64(due[at].Payment)))
		if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%+v: instalment %d is off by %s\n%s", x, at+1, off.FloatString(6), table(s))
		}
	})
	if !testing.Short() && checked < 5 {
		t.Errorf("only %d checked", checked)
	}
}

// Interest is what accrues day by day, whatever happens: worked out here for every
// night, and rounded where the schedule asks for it.
func TestInterestIsWhatAccruesNightByNight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := terms(t)
		if x.Basis == repayment.Thirty360 || x.Method == repayment.Flat {
			x.Basis, x.Method = repayment.Act365, repayment.EqualInstalments
		}
		s, err := repayment.Make(x)
		if err != nil {
			return
		}
		year := int64(360)
		if x.Basis == repayment.Act365 {
			year = 365
		}
		rateOn := func(d civil.Date) money.Rate {
			rate, since := x.Rate, civil.Date(0)
			for _, c := range x.RateChanges {
				if c.On <= d && c.On > since {
					rate, since = c.Rate, c.On
				}
			}
			return rate
		}
		acc, at, deferred := new(big.Int), x.First(), money.Fen(0)
		balance := money.Fen(0)
		for _, r := range s.Rows {
			for ; at < r.On; at++ {
				night := new(big.Int).Mul(big.NewInt(int64(balance)), big.NewInt(int64(rateOn(at))))
				acc.Add(acc, night)
			}
			balance = r.Balance
			if r.Kind != repayment.InstalmentRow && r.Kind != repayment.PayoffRow {
				continue
			}
			exact := new(big.Rat).SetFrac(acc, big.NewInt(int64(money.One)*year))
			asked := new(big.Rat).SetInt64(int64(r.Interest + r.Deferred + r.Capitalised - deferred))
			if r.Deferred > 0 || r.Interest == 0 && deferred > 0 {
				asked.SetInt64(int64(r.Deferred))
				deferred += r.Deferred
			} else {
				deferred = 0
			}
			if asked.Sub(asked, exact).Abs(asked).Cmp(big.NewRat(1, 2)) > 0 {
				t.Fatalf("%+v: %s off by %s\n%s", x, r.On, asked.FloatString(4), table(s))
			}
			acc.SetInt64(0)
		}
	})
}

func TestBalanceAtAndFlows(t *testing.T) {
	s := made(t, loan(t, func(x *repayment.Terms) { x.Periods = 2 }))
	for day, want := range map[string]money.Fen{
		"2024-01-14": 0, "2024-01-15": 12 * money.Wan, "2024-02-14": 12 * money.Wan, "2024-02-15": 6 * money.Wan, "2024-03-15": 0, "2030-01-01": 0,
	} {
		if got := s.BalanceAt(on(t, day)); got != want {
			t.Errorf("%s: %s", day, got)
		}
	}
	sum := money.Fen(0)
	for _, f := range s.Flows() {
		sum += f.Amount
	}
	if sum != -s.Interest {
		t.Errorf("flows sum to %s", sum)
	}
}

func FuzzMake(f *testing.F) {
	f.Add([]byte(`{"method":"equal_instalments","rate_ppb":60000000,"basis":"30_360","rounding":"half_even","every":"month","periods":12,"drawdowns":[{"on":"2024-01-31","amount_fen":1000000}],"grace":{"periods":2,"kind":"capitalised"},"rate_changes":[{"on":"2024-05-05","rate_ppb":1}],"prepayments":[{"on":"2024-06-06","amount_fen":500,"keep":"instalment"}],"extensions":[{"on":"2024-07-07","periods":3}],"payoff_on":"2024-09-09"}`))
	f.Add([]byte(`{"method":"flat","rate_ppb":10000000000,"basis":"act_360","every":"week","periods":600,"drawdowns":[{"on":"1900-01-01","amount_fen":1000000000000000}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var x repayment.Terms
		if json.Unmarshal(b, &x) != nil {
			return
		}
		s, err := repayment.Make(x)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		adds(t, x, s)
		repayment.YearlyRate(s.Flows())
		s.SimpleRate(0)
	})
}

// The largest loan that may be asked about by anybody is reckoned while they wait.
func BenchmarkLargest(b *testing.B) {
	x := loan(b, func(x *repayment.Terms) {
		x.Method, x.Every, x.Basis, x.Periods, x.Drawdowns[0].Amount = repayment.EqualInstalments, repayment.Monthly, repayment.Act365, repayment.MaxInstalments-1, money.Max/2
		for i := range civil.Date(repayment.MaxEvents) {
			on := x.First() + 40 + i*31
			x.RateChanges = append(x.RateChanges, repayment.RateChange{On: on, Rate: money.Percent + money.Rate(i)})
			x.Prepayments = append(x.Prepayments, repayment.Prepayment{On: on + 1, Amount: 1, Keep: repayment.KeepInstalment})
			if i > 0 {
				x.Drawdowns = append(x.Drawdowns, repayment.Drawdown{On: on + 2, Amount: 1})
			}
		}
	})
	var fees []repayment.Fee
	for i := range civil.Date(repayment.MaxEvents) {
		fees = append(fees, repayment.Fee{On: x.First() + i*100, Amount: money.Max / 3 * (1 - 2*money.Fen(i%2))})
	}
	for b.Loop() {
		s, err := repayment.Make(x)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.CostWith(fees); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMake(b *testing.B) {
	for _, periods := range []int{12, 36, 360} {
		for _, m := range []repayment.Method{repayment.EqualPrincipal, repayment.EqualInstalments} {
			b.Run(fmt.Sprintf("%s/%d", m, periods), func(b *testing.B) {
				x := loan(b, func(x *repayment.Terms) { x.Method, x.Periods, x.Basis = m, periods, repayment.Act365 })
				for b.Loop() {
					made(b, x)
				}
			})
		}
	}
}
