package city

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
	"changrong/internal/party"
)

// copyOf returns what f holds that can be compared.
func copyOf(f *Firm) Firm {
	c := *f
	c.d = Dice{}
	c.plot = nil
	c.banks, c.debt = nil, 0
	c.Notes = append([]Note(nil), f.Notes...)
	c.Events = append([]Event(nil), f.Events...)
	c.Guarantees = append([]Guarantee(nil), f.Guarantees...)
	c.Collaterals = append([]Collateral(nil), f.Collaterals...)
	return c
}

func TestFirmsDependOnNothingButTheirNumber(t *testing.T) {
	m := City(7, 500)
	var f, g Firm
	made := map[int]Firm{}
	for n := range m.Enterprises() {
		m.Firm(n, &f)
		made[n] = copyOf(&f)
	}
	for _, n := range rand.New(rand.NewPCG(1, 2)).Perm(m.Enterprises()) {
		m.Firm(n, &g)
		if got := copyOf(&g); !reflect.DeepEqual(got, made[n]) {
			t.Fatalf("firm %d is not the same when it is made again:\n%+v\n%+v", n, got, made[n])
		}
	}
	other := City(8, 500)
	other.Firm(3, &g)
	if copyOf(&g).Sales == made[3].Sales {
		t.Error("another seed gives the same firm")
	}
}

func TestCodesAreValidAndInOrder(t *testing.T) {
	last := ""
	for i := range Lenders {
		id := Lenders[i].ID
		if !uscc.Valid(id) || !uscc.OrgCodeOK(id) || id <= last {
			t.Errorf("lender %d has the code %s after %s", i, id, last)
		}
		last = id
	}
	for _, size := range []int{40, 98_000, 200_000, MaxEnterprises} {
		m, last := City(1, size), ""
		for n := 0; n < size; n += max(1, size/1000) {
			id := m.code(n)
			if !uscc.Valid(id) || !uscc.OrgCodeOK(id) || id <= last || id[8:11] != "DEM" {
				t.Fatalf("city of %d: firm %d has the code %s after %s", size, n, id, last)
			}
			last = id
		}
	}
}

func TestEventsAreTheBalances(t *testing.T) {
	m := City(5, 4000)
	var f Firm
	for n := range m.Enterprises() {
		m.Firm(n, &f)
		for i := range f.Notes {
			checkNote(t, &f, &f.Notes[i])
		}
	}
}

// checkNote checks a note's dates, and its balances against its events.
func checkNote(t *testing.T, f *Firm, x *Note) {
	t.Helper()
	events := f.Events[x.From:x.To]
	if events[0].Kind != disburse || events[0].On != x.Disbursed || events[0].Amount != x.Principal {
		t.Errorf("firm %d: the first event is %+v", f.N, events[0])
	}
	if x.Due <= x.Disbursed || x.Closed <= x.Disbursed || x.Extended <= x.Due || x.Disbursed < firstDay || x.Disbursed > LastDay {
		t.Errorf("firm %d: dates out of order %+v", f.N, x)
	}
	for month, end := range MonthEnds {
		left := money.Fen(0)
		for _, e := range events {
			switch {
			case e.On > end:
			case e.Kind == disburse:
				left += e.Amount
			default:
				left -= e.Amount
			}
		}
		open := x.Disbursed <= end && x.Closed > end
		if left != x.Balance[month] || (left > 0) != open || left > x.Principal {
			t.Errorf("firm %d, note %d of bank %d, %s: balance %s, events say %s, open %t", f.N, x.Seq, x.Bank, end, x.Balance[month], left, open)
		}
	}
	for i := 1; i < len(events); i++ {
		if e := events[i]; e.On < events[i-1].On || e.On > LastDay || e.Amount <= 0 {
			t.Errorf("firm %d: event %+v after %+v", f.N, e, events[i-1])
		}
	}
}

func TestSizesAgreeWithIndicators(t *testing.T) {
	m := City(6, 3000)
	var f Firm
	unknowns, sizes := 0, map[string]int{}
	for n := range m.Enterprises() {
		m.Firm(n, &f)
		if f.plot != nil {
			continue
		}
		size, why := party.Size(Trades[f.Trade].Code, f.known())
		if why == party.Told && f.Size != size {
			t.Errorf("firm %d is %s, its indicators say %s", n, f.Size, size)
		}
		if why != party.Told && f.Size == "" {
			unknowns++
		}
		sizes[f.Size]++
	}
	if unknowns == 0 || sizes[party.Micro] < sizes[party.Small] || sizes[party.Small] < sizes[party.Medium] || sizes[party.Medium] == 0 {
		t.Errorf("%d of unknown size, sizes %v", unknowns, sizes)
	}
}

// TestCityIsBelievable holds the figures of a city of the real one's size to what
// is known of that: see docs of the package.
func TestCityIsBelievable(t *testing.T) {
	for seed := range uint64(4) {
		m := City(seed, 20_000)
		var f Firm
		var c Census
		var bad, closing money.Fen
		for n := range m.Enterprises() {
			m.Firm(n, &f)
			c.Count(&f)
			for i := range f.Notes {
				x := &f.Notes[i]
				closing += x.Balance[Months-1]
				if x.Quality[Months-1] >= substandard {
					bad += x.Balance[Months-1]
				}
			}
		}
		mean := int64(c.Principal2021/money.Wan) / max(1, c.Notes*42/100)
		for _, x := range []struct {
			what          string
			is, low, high int64
		}{
			{"first-loan borrowers", c.FirstLoanBorrowers, 800, 1000},
			{"technology enterprises", c.TechEnterprises, 1600, 2400},
			{"notes", c.Notes, 38_500, 39_800},
			{"loans, 亿元", int64(c.ClosingSum / money.Yi), 400, 560},
			{"growth, %", int64((c.ClosingSum - c.OpeningSum) * 100 / c.OpeningSum), 12, 28},
			{"a note of 2021, 万元", mean, 150, 350},
			{"notes guaranteed by the fund in 2021", c.XinbaoNotes2021, 700, 1100},
			{"what the fund guarantees, 万元 a note", int64(c.XinbaoClosing/money.Wan) / max(1, c.XinbaoNotes2021), 70, 150},
			{"non-performing, hundredths of a percent", int64(bad * 10_000 / closing), 20, 150},
			{"risk compensation, 万元", int64(c.RiskNeed / money.Wan), 1800, 4000},
			{"pool, % of the need", int64(c.Pool() * 100 / c.RiskNeed), 90, 92},
		} {
			if x.is < x.low || x.is > x.high {
				t.Errorf("seed %d: %s: %d, not within %d and %d", seed, x.what, x.is, x.low, x.high)
			}
		}
	}
}

func TestEveryPlotIsPlayed(t *testing.T) {
	m := City(9, 60)
	var f Firm
	for i := range plots {
		m.Firm(firstPlot+i, &f)
		if f.plot != &plots[i] || len(f.Notes) != len(plots[i].scenes) {
			t.Errorf("%s: not played by enterprise %d", plots[i].zh, firstPlot+i)
		}
	}
	big := City(9, 30_000)
	again := 0
	for n := 1000; n < big.shops; n++ {
		if big.Firm(n, &f); f.plot != nil {
			again++
		}
	}
	if again < 5 || again > 30 {
		t.Errorf("plots are played %d times more in a city of 30,000", again)
	}
}

func TestStretch(t *testing.T) {
	for _, c := range []struct{ x, e, want int64 }{
		{1000, 0, 1000},
		{1000, 1 << 16, 2000},
		{1000, -1 << 16, 500},
		{1000, 1 << 15, 1414},
		{1000, 3 << 15, 2828},
		{0, 5, 0},
		{1_000_000, 65536 / 3, 1_260_000},
		{1_000_000, -65536 / 3, 793_000},
	} {
		if got := stretch(c.x, c.e); got < c.want-c.want/500 || got > c.want+c.want/500 {
			t.Errorf("stretch(%d, %d) = %d, want about %d", c.x, c.e, got, c.want)
		}
	}
}

func TestDiceAreFair(t *testing.T) {
	var d Dice
	d.Roll(1, 2, 3)
	counts := make([]int, 6)
	sum, squares := int64(0), int64(0)
	const rolls = 60_000
	for range rolls {
		counts[d.Below(6)]++
		z := d.bell()
		sum += z
		squares += z * z / 65536
	}
	for i, n := range counts {
		if n < 9_500 || n > 10_500 {
			t.Errorf("%d came %d times in %d rolls", i, n, rolls)
		}
	}
	if mean, variance := sum/rolls, squares/rolls; mean < -900 || mean > 900 || variance < 64_000 || variance > 67_000 {
		t.Errorf("bell: mean %d, variance %d", mean, variance)
	}
}

func TestLPR(t *testing.T) {
	for _, c := range []struct {
		on     civil.Date
		months int
		want   money.Rate
	}{
		{Day(2019, 9, 19), 12, BP(425)},
		{Day(2019, 9, 20), 12, BP(420)},
		{Day(2020, 4, 19), 60, BP(405)},
		{Day(2020, 4, 20), 61, BP(465)},
		{Day(2021, 12, 19), 12, BP(385)},
		{Day(2021, 12, 20), 12, BP(380)},
	} {
		if got := LPR(c.on, c.months); got != c.want {
			t.Errorf("%s, %d months: %d", c.on, c.months, got)
		}
	}
}

func TestLaterStaysInTheMonth(t *testing.T) {
	for _, c := range []struct {
		from civil.Date
		n    int
		want civil.Date
	}{
		{Day(2020, 1, 31), 1, Day(2020, 2, 29)},
		{Day(2021, 1, 31), 1, Day(2021, 2, 28)},
		{Day(2021, 11, 30), 3, Day(2022, 2, 28)},
		{Day(2021, 5, 15), 12, Day(2022, 5, 15)},
	} {
		if got := later(c.from, c.n); got != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestFindKnowsEveryFirmByItsCodeAndNoOther(t *testing.T) {
	for _, firms := range []int{1, 500, 98_999, 99_000, 200_000} {
		m := City(7, firms)
		for _, n := range []int{0, 1, firms / 3, m.shops, m.coops, firms - 1} {
			if n >= firms {
				continue
			}
			if got, ok := m.Find(m.code(n)); !ok || got != n {
				t.Errorf("of %d firms, %s is %d, %v; want %d", firms, m.code(n), got, ok, n)
			}
		}
		for _, code := range []string{"", City(7, firms+1).code(firms), Lenders[0].ID, "91331082DEM0100", m.code(0)[:17] + "?", "9A" + m.code(0)[2:], "91331082DEX" + m.code(0)[11:], m.code(0) + "0"} {
			if n, ok := m.Find(code); ok {
				t.Errorf("of %d firms, %q is %d", firms, code, n)
			}
		}
	}
}

func BenchmarkFirm(b *testing.B) {
	m := City(1, MaxEnterprises)
	var f Firm
	notes := 0
	for n := 0; b.Loop(); n++ {
		m.Firm(n%MaxEnterprises, &f)
		notes += len(f.Notes)
	}
	b.ReportMetric(float64(notes)/b.Elapsed().Seconds(), "notes/s")
}

// TestOddsDouble draws with odds of 1:8 to 4:1, and deviates of the bell.
func TestOddsDouble(t *testing.T) {
	var d Dice
	d.Roll(1, StreamHistory, 0)
	const n = 40_000
	for e, want := range map[int]float64{-300: 1.0 / 9, 0: 0.5, 100: 2.0 / 3, 200: 0.8} {
		hits := 0
		for range n {
			if d.Odds(e) {
				hits++
			}
		}
		if got := float64(hits) / n; got < want-0.012 || got > want+0.012 {
			t.Errorf("odds of 2^(%d/100): %.3f, not %.3f", e, got, want)
		}
	}
	sum, squares := 0, 0
	for range n {
		x := d.Bell()
		sum, squares = sum+x, squares+x*x
	}
	if mean, square := float64(sum)/n, float64(squares)/n; mean < -3 || mean > 3 || square < 9600 || square > 10400 {
		t.Errorf("the bell has mean %.1f and square %.0f", mean, square)
	}
}
