package repayment_test

import (
	"fmt"
	"math/big"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/repayment"

	"pgregory.net/rapid"
)

func rat(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

// fen rounds a rational number not below 0, by the definition: to the nearer fen, and
// from the middle up, or to the even one.
func fen(x *big.Rat, r repayment.Rounding) money.Fen {
	down := new(big.Int).Quo(x.Num(), x.Denom())
	switch rest := new(big.Rat).Sub(x, new(big.Rat).SetInt(down)); rest.Cmp(big.NewRat(1, 2)) {
	case 1:
		down.Add(down, big.NewInt(1))
	case 0:
		if r != repayment.HalfEven || new(big.Int).Rem(down, big.NewInt(2)).Sign() != 0 {
			down.Add(down, big.NewInt(1))
		}
	}
	return money.Fen(down.Int64())
}

// byFormula is the schedule of a loan to which nothing happens, by the closed formulas
// in rational numbers: what each instalment has of principal and of interest. A loan of
// one payment has one.
func byFormula(t *testing.T, x repayment.Terms, due []civil.Date) (principal, interest []money.Fen) {
	t.Helper()
	year := map[repayment.Basis]int64{repayment.Act360: 360, repayment.Act365: 365, repayment.Thirty360: 360}[x.Basis]
	months := map[repayment.Every]int64{repayment.Monthly: 1, repayment.Quarterly: 3}[x.Every]
	var part []*big.Rat // of the principal that a period's interest is
	for i, from := 0, x.First(); i < len(due); from, i = due[i], i+1 {
		whole := months
		if i == 0 && x.FirstDue != nil {
			whole = 0
		}
		part = append(part, new(big.Rat).Mul(rat(int64(x.Rate)), big.NewRat(days(x.Basis, from, due[i], whole), int64(money.One)*year)))
	}
	drawn, grace := x.Drawdowns[0].Amount, 0
	if x.Grace != nil {
		grace = x.Grace.Periods
	}
	if x.Method == repayment.Bullet {
		sum := new(big.Rat)
		for _, p := range part {
			sum.Add(sum, p)
		}
		return []money.Fen{drawn}, []money.Fen{fen(sum.Mul(sum, rat(int64(drawn))), x.Rounding)}
	}
	// A = B ÷ Σₖ Πⱼ≤ₖ 1/(1+partⱼ), what each payment is worth on the first day.
	worth, each := new(big.Rat), rat(1)
	for _, p := range part[grace:] {
		each = new(big.Rat).Quo(each, new(big.Rat).Add(rat(1), p))
		worth.Add(worth, each)
	}
	balance := drawn
	for i, p := range part {
		from := balance
		if x.Method == repayment.Flat {
			from = drawn
		}
		in, back := fen(new(big.Rat).Mul(rat(int64(from)), p), x.Rounding), money.Fen(0)
		switch {
		case i == len(part)-1:
			back = balance
		case i < grace || x.Method == repayment.InterestFirst:
		case x.Method == repayment.EqualInstalments:
			back = fen(new(big.Rat).Quo(rat(int64(drawn)), worth), x.Rounding) - in
		default:
			back = fen(big.NewRat(int64(drawn), int64(len(part)-grace)), x.Rounding)
		}
		principal, interest, balance = append(principal, back), append(interest, in), balance-back
	}
	return principal, interest
}

// clamped are due days, by counting the year and the month: the 31st where there is
// one, else the last of the month.
func clamped(t *testing.T, x repayment.Terms) (due []civil.Date) {
	t.Helper()
	first := x.First()
	if x.FirstDue != nil {
		first = *x.FirstDue
		due = append(due, first)
	}
	y, m, d := first.YMD()
	for k := 1; len(due) < x.Periods; k++ {
		step := map[repayment.Every]int{repayment.Monthly: 1, repayment.Quarterly: 3}[x.Every]
		if step == 0 {
			due = append(due, first+civil.Date(7*k))
			continue
		}
		n := y*12 + m - 1 + k*step
		day := d
		for {
			if on, ok := civil.Of(n/12, n%12+1, day); ok {
				due = append(due, on)
				break
			}
			day--
		}
	}
	return due
}

// Every method, distance, basis and rounding, with a broken first period or without,
// with the principal spared at first or not, is what the formulas say, to the fen; the
// last instalment has what rounding left over.
func TestEveryCombinationIsAsTheFormulasSay(t *testing.T) {
	for _, method := range repayment.Methods {
		for _, every := range []repayment.Every{repayment.Weekly, repayment.Monthly, repayment.Quarterly} {
			for _, basis := range []repayment.Basis{repayment.Act360, repayment.Act365, repayment.Thirty360} {
				for _, rounding := range []repayment.Rounding{repayment.HalfUp, repayment.HalfEven} {
					t.Run(fmt.Sprint(method, " ", every, " ", basis, " ", rounding), func(t *testing.T) {
						rapid.Check(t, func(r *rapid.T) {
							first := civil.Date(rapid.IntRange(19000, 20500).Draw(r, "first"))
							x := repayment.Terms{
								Method: method, Every: every, Basis: basis, Rounding: rounding,
								Rate:      money.Rate(rapid.Int64Range(0, 100).Draw(r, "rate")) * money.Percent / 4,
								Periods:   rapid.IntRange(1, 24).Draw(r, "periods"),
								Drawdowns: []repayment.Drawdown{{On: first, Amount: money.Fen(rapid.Int64Range(1_000_00, 1_000_000_00).Draw(r, "amount"))}},
							}
							if rapid.Bool().Draw(r, "broken") {
								x.FirstDue = new(first + civil.Date(rapid.IntRange(1, 6).Draw(r, "first due")))
							}
							if method != repayment.Bullet && x.Periods > 1 && rapid.Bool().Draw(r, "grace") {
								x.Grace = &repayment.Grace{Periods: rapid.IntRange(1, x.Periods-1).Draw(r, "spared"), Kind: repayment.GracePrincipal}
							}
							due := clamped(t, x)
							principal, interest := byFormula(t, x, due)
							s, err := repayment.Make(x)
							if err != nil {
								r.Fatal(err)
							}
							rows := s.Rows[1:]
							if len(rows) != len(principal) || s.EndsOn() != due[len(due)-1] {
								r.Fatalf("%d instalments, want %d, to %s\n%s", len(rows), len(principal), due[len(due)-1], table(s))
							}
							for i, row := range rows {
								if row.Principal != principal[i] || row.Interest != interest[i] || method != repayment.Bullet && row.On != due[i] {
									r.Fatalf("%d: %s and %s on %s, want %s and %s on %s\n%s", i+1, row.Principal, row.Interest, row.On, principal[i], interest[i], due[i], table(s))
								}
							}
							adds(r, x, s)
						})
					})
				}
			}
		}
	}
}

// The mortgage that every calculator on the net shows: 1,000,000 yuan over thirty
// years at 4.9 %: 5,307.27 a month and 910,616.19 of interest (which they add up without
// rounding to the fen), or 6,861.11 at first and 737,041.67.
func TestTheMortgageThatEverybodyKnows(t *testing.T) {
	mortgage := func(m repayment.Method) *repayment.Schedule {
		return made(t, loan(t, func(x *repayment.Terms) {
			x.Method, x.Rate, x.Periods, x.Drawdowns[0].Amount = m, 49*money.Percent/10, 360, 100*money.Wan
		}))
	}
	near := func(a, b, most money.Fen) bool { return a-b <= most && b-a <= most }
	if s := mortgage(repayment.EqualInstalments); s.Rows[1].Payment != 5_307_27 || !near(s.Interest, 910_616_19, 360/2) {
		t.Errorf("%s a month, interest %s", s.Rows[1].Payment, s.Interest)
	}
	if s := mortgage(repayment.EqualPrincipal); s.Rows[1].Payment != 6_861_11 || !near(s.Interest, 737_041_67, 360/2) {
		t.Errorf("%s at first, interest %s", s.Rows[1].Payment, s.Interest)
	}
}

// byHalving finds the yearly rate by nothing but halving, with 256 binary places.
func byHalving(fs []repayment.Flow) *big.Int {
	const places = 256
	number := func(x float64) *big.Float { return new(big.Float).SetPrec(places).SetFloat64(x) }
	to := func(x *big.Float, n int64) *big.Float {
		p := number(1)
		for square := number(0).Set(x); n > 0; n >>= 1 {
			if n&1 == 1 {
				p.Mul(p, square)
			}
			square.Mul(square, square)
		}
		return p
	}
	above := func(x *big.Float) bool {
		sum := number(0)
		for _, f := range fs {
			sum.Add(sum, number(0).Mul(number(0).SetInt64(int64(f.Amount)), to(x, int64(f.On-fs[0].On))))
		}
		return sum.Sign() > 0
	}
	low, high := number(0.975), number(1.002)
	first := above(low)
	for range 120 {
		middle := number(0).Quo(number(0).Add(low, high), number(2))
		if above(middle) == first {
			low = middle
		} else {
			high = middle
		}
	}
	rate := number(0).Quo(number(0).SetInt64(int64(money.One)), to(low, 365))
	rate.Sub(rate, number(0).SetInt64(int64(money.One))).Add(rate, number(0.5+float64(money.One))) // half up, and above 0
	n, _ := rate.Int(nil)
	return n.Sub(n, big.NewInt(int64(money.One)))
}

// The yearly rate is what halving finds, to the last digit shown: of loans with fees,
// dear ones, and ones that cost less than nothing.
func TestYearlyRateIsWhatHalvingFinds(t *testing.T) {
	shown := 0
	rapid.Check(t, func(t *rapid.T) {
		day := civil.Date(rapid.IntRange(19000, 20500).Draw(t, "first"))
		amount := rapid.Int64Range(1, 1<<rapid.IntRange(1, 50).Draw(t, "size")).Draw(t, "amount")
		n := rapid.IntRange(1, 60).Draw(t, "payments")
		fs := []repayment.Flow{{On: day, Amount: money.Fen(amount)}}
		each := amount/int64(n) + rapid.Int64Range(-amount/int64(3*n), 2*amount/int64(n)+1).Draw(t, "more")
		for range n {
			day += civil.Date(rapid.IntRange(1, 92).Draw(t, "days"))
			fs = append(fs, repayment.Flow{On: day, Amount: -money.Fen(each)})
		}
		rate, found := repayment.YearlyRate(fs)
		if found != repayment.OneRate {
			return // no rate that means anything
		}
		shown++
		if want := byHalving(fs); want.Cmp(big.NewInt(int64(rate))) != 0 {
			t.Fatalf("%d, by halving %s", rate, want)
		}
	})
	if !testing.Short() && shown < 30 {
		t.Errorf("only %d rates", shown)
	}
}
