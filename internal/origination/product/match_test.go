package product

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/loanbook/repayment"
	"changrong/internal/policy/expr"

	"pgregory.net/rapid"
)

// filing and court are tables as the catalogue makes them.
var (
	filing = &fact.Table{Name: "tax_filing", Row: "tax_filing", Zh: "纳税申报情况", En: "tax filing", Columns: []fact.Column{
		{Name: "months_paid", Type: fact.Int, Zh: "连续纳税月数", En: "months of tax paid in a row"},
		{Name: "sales_12m", Type: fact.Fen, Zh: "近12个月申报销售收入", En: "sales declared over 12 months"},
	}}
	court = &fact.Table{Name: "court_cases", Row: "court_cases", Zh: "涉诉情况", En: "court cases", Columns: []fact.Column{
		{Name: "open", Type: fact.Int, Zh: "未结案件数", En: "open cases"},
	}}
)

func schema(t interface{ Fatal(...any) }) *Schema {
	s, err := NewSchema(Source{filing, "tax.filing", "税务部门"}, Source{court, "court.cases", "法院"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const today = civil.Date(20000)

func terms(conditions ...string) Terms {
	t := Terms{
		Name: "税易贷", MinAmount: 100_000_00, MaxAmount: 3_000_000_00, MinMonths: 3, MaxMonths: 36, MinRate: 30_000_000, MaxRate: 45_000_000, Basis: repayment.Act360,
		Methods: []repayment.Method{repayment.EqualInstalments, repayment.InterestFirst}, Securities: []string{"credit"}, Days: 3,
	}
	for _, c := range conditions {
		t.Conditions = append(t.Conditions, Condition{When: c})
	}
	return t
}

func offer(t interface{ Fatal(...any) }, s *Schema, id, bank string, x Terms) *Offered {
	o := &Offered{Product: id, Edition: 1, Bank: bank, BankName: bank, BankCode: bank, Terms: x}
	if err := s.Prepare(o); err != nil {
		t.Fatal(err)
	}
	return o
}

func wish() *Wish {
	return &Wish{Key: "a", Amount: 1_000_000_00, Months: 12, Purpose: "materials", On: today}
}

func paid(months int64) *Facts {
	f := NewFacts()
	f.Share("tax_filing")
	f.Set("tax_filing.months_paid", expr.Value{Known: true, Int: months})
	return f
}

func one(t *testing.T, x Terms, w *Wish, f *Facts) Match {
	t.Helper()
	s := schema(t)
	got, err := (&Matcher{Schema: s}).Match(t.Context(), []*Offered{offer(t, s, "p", "b", x)}, w, f)
	if err != nil {
		t.Fatal(err)
	}
	return got[0]
}

func TestWhyAndWhyNot(t *testing.T) {
	x := terms("tax_filing.months_paid >= 12")
	fits := one(t, x, wish(), paid(12))
	if fits.Outcome != Fits || len(fits.Gaps) != 0 || !slices.Contains(fits.Why, "纳税申报情况的连续纳税月数不低于12") {
		t.Errorf("%+v", fits)
	}
	not := one(t, x, wish(), paid(9))
	if not.Outcome != Not || len(not.Gaps) != 1 || not.Gaps[0].Far != "还差3" || not.Gaps[0].Dataset != "tax.filing" || not.Cost != nil {
		t.Errorf("%+v", not)
	}
	lacking := one(t, x, wish(), NewFacts())
	if lacking.Outcome != Lacking || !lacking.Gaps[0].Unknown || lacking.Gaps[0].Department != "税务部门" || !lacking.Gaps[0].Withheld {
		t.Errorf("%+v", lacking)
	}
	f := NewFacts()
	f.Share("tax_filing") // asked, and it does not know
	if got := one(t, x, wish(), f); got.Outcome != Lacking || got.Gaps[0].Withheld {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsAskedForIsHeldAgainstWhatIsOffered(t *testing.T) {
	inTown := func(town string) *Facts {
		f := NewFacts()
		f.Firm(Registered{Town: town, On: today - 800}, today)
		return f
	}
	for _, c := range []struct {
		name string
		edit func(*Terms, *Wish)
		f    *Facts
		want Outcome
		far  string
	}{
		{"the most", func(_ *Terms, w *Wish) { w.Amount = 3_000_000_00 }, nil, Fits, ""},
		{"a fen more", func(_ *Terms, w *Wish) { w.Amount = 3_000_000_01 }, nil, Not, "超出0.01元"},
		{"too little", func(_ *Terms, w *Wish) { w.Amount = 50_000_00 }, nil, Not, "还差5万元"},
		{"too long", func(_ *Terms, w *Wish) { w.Months = 37 }, nil, Not, "超出1个月"},
		{"too short", func(_ *Terms, w *Wish) { w.Months = 1 }, nil, Not, "还差2个月"},
		{"another purpose", func(x *Terms, _ *Wish) { x.Purposes = []string{"equipment"} }, nil, Not, ""},
		{"another way to repay", func(_ *Terms, w *Wish) { w.Method = repayment.Bullet }, nil, Not, ""},
		{"a mortgage, and nothing said", func(x *Terms, _ *Wish) { x.Securities = []string{"mortgage"} }, nil, Lacking, ""},
		{"a mortgage, and a pledge", func(x *Terms, w *Wish) { x.Securities, w.Securities = []string{"mortgage"}, []string{"pledge"} }, nil, Not, ""},
		{"a mortgage", func(x *Terms, w *Wish) {
			x.Securities, w.Securities = []string{"pledge", "mortgage"}, []string{"mortgage"}
		}, nil, Fits, ""},
		{"in the county", func(x *Terms, _ *Wish) { x.Towns = []string{"331082"} }, inTown("331082001"), Fits, ""},
		{"in another", func(x *Terms, _ *Wish) { x.Towns = []string{"331002", "331082001"} }, inTown("331082002"), Not, ""},
		{"nobody knows where", func(x *Terms, _ *Wish) { x.Towns = []string{"331082"} }, nil, Lacking, ""},
		{"open for two years", func(x *Terms, _ *Wish) { x.Conditions = []Condition{{When: "firm.months_open >= 24"}} }, inTown(""), Fits, ""},
		{"open for three", func(x *Terms, _ *Wish) { x.Conditions = []Condition{{When: "firm.months_open >= 36"}} }, inTown(""), Not, "还差10"},
		{"the amount beside sales", func(x *Terms, _ *Wish) {
			x.Conditions = []Condition{{When: "application.amount * 3 <= tax_filing.sales_12m"}}
		}, nil, Lacking, ""},
	} {
		x, w, f := terms(), wish(), c.f
		c.edit(&x, w)
		if f == nil {
			f = NewFacts()
		}
		got := one(t, x, w, f)
		if got.Outcome != c.want || c.far != "" && got.Gaps[0].Far != c.far {
			t.Errorf("%s: %s, %+v", c.name, got.Outcome, got.Gaps)
		}
	}
}

// many draws products that are often equal in cost and days.
func many(r *rapid.T, s *Schema) []*Offered {
	var list []*Offered
	for i := range rapid.IntRange(1, 12).Draw(r, "products") {
		x := terms()
		x.MaxRate = money.Rate(rapid.SampledFrom([]int64{40_000_000, 45_000_000}).Draw(r, "rate"))
		x.Days = rapid.IntRange(1, 2).Draw(r, "days")
		for _, c := range []string{"tax_filing.months_paid >= 12", "court_cases.open == 0", "tax_filing.sales_12m >= wan(100)"} {
			if rapid.Bool().Draw(r, "asks") {
				x.Conditions = append(x.Conditions, Condition{When: c})
			}
		}
		list = append(list, offer(r, s, fmt.Sprintf("p%d", i), fmt.Sprintf("b%d", i%4), x))
	}
	return list
}

func anyFacts(r *rapid.T) *Facts {
	f := NewFacts()
	for _, row := range []string{"tax_filing", "court_cases"} {
		if rapid.Bool().Draw(r, "shared") {
			f.Share(row)
		}
	}
	for _, name := range []string{"tax_filing.months_paid", "court_cases.open", "tax_filing.sales_12m"} {
		if rapid.Bool().Draw(r, "known") {
			f.Set(name, expr.Value{Known: true, Int: rapid.SampledFrom([]int64{0, 1, 12, 200_000_000}).Draw(r, name)})
		}
	}
	return f
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestTheOrderDoesNotHangOnTheOrderOfTheProducts(t *testing.T) {
	s := schema(t)
	m := &Matcher{Schema: s}
	rapid.Check(t, func(r *rapid.T) {
		list, f := many(r, s), anyFacts(r)
		a, err := m.Match(t.Context(), list, wish(), f)
		if err != nil {
			r.Fatal(err)
		}
		rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 0)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		b, err := m.Match(t.Context(), list, wish(), f)
		if err != nil {
			r.Fatal(err)
		}
		if text(a) != text(b) {
			r.Fatalf("%s\n%s", text(a), text(b))
		}
	})
}

// TestWhatIsNotSharedDecidesNothing: whatever is known of a table that the firm has not
// let be used, the answer is the same.
func TestWhatIsNotSharedDecidesNothing(t *testing.T) {
	s := schema(t)
	m := &Matcher{Schema: s}
	rapid.Check(t, func(r *rapid.T) {
		list, f := many(r, s), anyFacts(r)
		a, err := m.Match(t.Context(), list, wish(), f)
		if err != nil {
			r.Fatal(err)
		}
		for _, name := range []string{"tax_filing.months_paid", "court_cases.open", "tax_filing.sales_12m"} {
			if row, _, _ := strings.Cut(name, "."); !f.shared[row] {
				f.Set(name, expr.Value{Known: rapid.Bool().Draw(r, "known"), Int: rapid.Int64().Draw(r, "other")})
			}
		}
		b, err := m.Match(t.Context(), list, wish(), f)
		if err != nil {
			r.Fatal(err)
		}
		if text(a) != text(b) {
			r.Fatalf("%s\n%s", text(a), text(b))
		}
	})
}

// TestUnknownIsNotNo: a product that does not fit has a fact against it that is known,
// and to learn more never makes one that does not fit fit, nor one that fits not.
func TestUnknownIsNotNo(t *testing.T) {
	s := schema(t)
	m := &Matcher{Schema: s}
	rapid.Check(t, func(r *rapid.T) {
		list, f := many(r, s), anyFacts(r)
		before, err := m.Match(t.Context(), list, wish(), f)
		if err != nil {
			r.Fatal(err)
		}
		was := map[string]Outcome{}
		for _, x := range before {
			was[x.Product] = x.Outcome
			failing, unknown := x.gaps()
			if (x.Outcome == Not) != (failing > 0) || (x.Outcome == Lacking) != (failing == 0 && unknown > 0) {
				r.Fatalf("%+v", x)
			}
		}
		for _, row := range []string{"tax_filing", "court_cases"} {
			if !f.shared[row] {
				f.Share(row)
				for name := range f.values {
					if strings.HasPrefix(name, row) {
						f.values[name] = expr.Value{}
					}
				}
			}
		}
		for _, name := range []string{"tax_filing.months_paid", "court_cases.open", "tax_filing.sales_12m"} {
			if !f.values[name].Known {
				f.Set(name, expr.Value{Known: true, Int: rapid.Int64Range(0, 1<<40).Draw(r, "learned")})
			}
		}
		after, err := m.Match(t.Context(), list, wish(), f)
		if err != nil {
			r.Fatal(err)
		}
		for _, x := range after {
			if x.Outcome == Lacking || was[x.Product] != Lacking && was[x.Product] != x.Outcome {
				r.Fatalf("%s was %s and is %s", x.Product, was[x.Product], x.Outcome)
			}
		}
	})
}

// TestNobodyIsAlwaysFirstAmongEquals: ten equal products share every place evenly over
// many applications, as dice would: χ² of each place, with nine degrees of freedom, goes
// beyond 45 once in a million.
func TestNobodyIsAlwaysFirstAmongEquals(t *testing.T) {
	s := schema(t)
	m := &Matcher{Schema: s}
	var list []*Offered
	for i := range 10 {
		x := terms()
		x.MaxRate += money.Rate(i) // apart by less than is shown
		list = append(list, offer(t, s, fmt.Sprintf("product-%d", i), fmt.Sprint("bank-", i), x))
	}
	const times = 1000
	at := make([]map[string]int, len(list))
	for i := range at {
		at[i] = map[string]int{}
	}
	w := wish()
	for i := range times {
		w.Key = fmt.Sprintf("application-%d", i)
		got, err := m.Match(t.Context(), list, w, NewFacts())
		if err != nil {
			t.Fatal(err)
		}
		for place, x := range got {
			at[place][x.Bank]++
		}
	}
	for place, of := range at {
		const each = times / 10
		squares := 0
		for i := range 10 {
			off := of[fmt.Sprint("bank-", i)] - each
			squares += off * off
		}
		if squares > 45*each {
			t.Errorf("place %d is shared unevenly, χ² = %d: %v", place+1, squares/each, of)
		}
	}
}

// TestTheCheaperStandsBeforeTheDearer, in whatever part of its price it is dearer; and a
// bank's low rate for few does not help it.
func TestTheCheaperStandsBeforeTheDearer(t *testing.T) {
	s := schema(t)
	cheap, dear := terms(), terms()
	cheap.MaxRate, cheap.Days = 40_000_000, 9
	dear.MaxRate, dear.MinRate, dear.Days = 39_000_000, 1, 1
	dear.Fees = []Fee{{Title: "担保费", Payee: "某担保公司", Kind: Yearly, Rate: 10_000_000}}
	got, err := (&Matcher{Schema: s}).Match(t.Context(), []*Offered{offer(t, s, "dear", "d", dear), offer(t, s, "cheap", "c", cheap)}, wish(), NewFacts())
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Product != "cheap" || *got[1].Cost.Without.Compound < *got[0].Cost.Without.Compound || got[1].Cost.Without.Fees != 10_000_00 {
		t.Errorf("%s", text(got))
	}
	expect := func(_ context.Context, p Prospect) ([]Expected, error) { // a subsidy for the dear one, certain, and one that hangs on something
		if p.Bank != "d" {
			return nil, nil
		}
		on := p.Schedule.EndsOn()
		return []Expected{
			{Title: "贴息", Fee: repayment.Fee{On: on, Amount: -20_000_00}},
			{Title: "奖补", Fee: repayment.Fee{On: on, Amount: -1_000_000_00}, Lacking: []string{"须认定为科技型企业"}},
		}, nil
	}
	facts := NewFacts()
	facts.Expect = expect
	got, err = (&Matcher{Schema: s}).Match(t.Context(), []*Offered{offer(t, s, "dear", "d", dear), offer(t, s, "cheap", "c", cheap)}, wish(), facts)
	if err != nil {
		t.Fatal(err)
	}
	first := got[0].Cost
	if got[0].Product != "dear" || first.With == nil || first.With.Fees != -10_000_00 || len(first.Subsidy) != 2 || got[1].Cost.With != nil {
		t.Errorf("%s", text(got))
	}
}

func TestConditionsAreRefusedWithTheirPlace(t *testing.T) {
	s := schema(t)
	for _, c := range []struct{ when, code string }{
		{"tax_filing.months_paid >= 12", ""},
		{"tax_filing.month_paid >= 12", "expr.unknown_name"},
		{"tax_filing.sales_12m >= 100", "expr.unit"},
		{"firm.kind == 'company'", "expr.code"},
		{"firm.months_open", "expr.type"},
		{"true", "product.constant"},
		{"firm.months_open > 1 &&\nfirm.months_open < 3", "product.line"},
		{"", "expr.syntax"},
		{"firm.name == '某厂'", "expr.unknown_name"}, // a product is for everybody, not for one by name
	} {
		x := terms("firm.months_open >= 1", c.when)
		_, err := s.conditions(&x)
		if got := fault.CodeOf(err); got != c.code || err != nil && fault.Of(err).At.Field != "conditions.1.when" {
			t.Errorf("%q: %v", c.when, err)
		}
	}
}

func TestTermsAreRefusedWithTheirField(t *testing.T) {
	for field, edit := range map[string]func(*Terms){
		"":                  func(*Terms) {},
		"name":              func(x *Terms) { x.Name = "" },
		"max_amount_fen":    func(x *Terms) { x.MaxAmount = x.MinAmount - 1 },
		"max_months":        func(x *Terms) { x.MaxMonths = 481 },
		"max_rate_ppb":      func(x *Terms) { x.MinRate = x.MaxRate + 1 },
		"basis":             func(x *Terms) { x.Basis = "" },
		"promise_days":      func(x *Terms) { x.Days = 0 },
		"methods":           func(x *Terms) { x.Methods = nil },
		"securities":        func(x *Terms) { x.Securities = []string{"credit", "credit"} },
		"purposes":          func(x *Terms) { x.Purposes = []string{"gold"} },
		"towns":             func(x *Terms) { x.Towns = []string{"3310"} },
		"fees.0.payee":      func(x *Terms) { x.Fees = []Fee{{Title: "x", Kind: Once, Amount: 1}} },
		"fees.0.amount_fen": func(x *Terms) { x.Fees = []Fee{{Title: "x", Payee: "y", Kind: Once}} },
		"papers.1.code": func(x *Terms) {
			x.Papers = []Paper{{"a", "营业执照", true}, {"a", "章程", false}}
		},
	} {
		x := terms()
		edit(&x)
		err := x.Check()
		if (err == nil) != (field == "") || err != nil && fault.Of(err).At.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestMonthsAreWhole(t *testing.T) {
	on := func(y, m, d int) civil.Date { x, _ := civil.Of(y, m, d); return x }
	for _, c := range []struct {
		from, to civil.Date
		n        int64
	}{
		{on(2024, 1, 31), on(2024, 2, 29), 0}, {on(2024, 1, 31), on(2024, 3, 31), 2}, {on(2023, 5, 15), on(2024, 5, 14), 11}, {on(2023, 5, 15), on(2024, 5, 15), 12}, {on(2024, 5, 15), on(2024, 5, 1), 0},
	} {
		if got := monthsBetween(c.from, c.to); got != c.n {
			t.Errorf("%s to %s: %d", c.from, c.to, got)
		}
	}
	if got := later(on(2024, 1, 31), 13); got != on(2025, 2, 28) {
		t.Error(got)
	}
}

func FuzzTerms(f *testing.F) {
	b, err := json.Marshal(terms("tax_filing.months_paid >= 12"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"name":"x","fees":[{}],"conditions":[{"when":"firm.town.startsWith(\"33\")"}]}`))
	s := schema(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		var x Terms
		if json.Unmarshal(b, &x) != nil || x.Check() != nil {
			return
		}
		o := &Offered{Product: "p", Bank: "b", Terms: x}
		if err := s.Prepare(o); err != nil {
			return
		}
		for _, w := range []*Wish{wish(), {Key: "k", Amount: money.Max, Months: maxMonths, On: today}, {Key: "k", Amount: 1, Months: 1, On: today}} {
			if _, err := (&Matcher{Schema: s}).Match(t.Context(), []*Offered{o}, w, NewFacts()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// BenchmarkMatch matches 200 products of ten conditions each: rates as banks quote
// them, in steps of 0.05 %, some with a fee; and all of them different.
func BenchmarkMatch(b *testing.B) {
	for name, step := range map[string]func(i int) money.Rate{
		"usual":     func(i int) money.Rate { return money.Rate(i%60) * 500_000 },
		"different": func(i int) money.Rate { return money.Rate(i) * 100_000 },
	} {
		b.Run(name, func(b *testing.B) {
			s := schema(b)
			var list []*Offered
			for i := range 200 {
				x := terms()
				x.MaxRate += step(i)
				if i%5 == 0 {
					x.Fees = []Fee{{Title: "担保费", Payee: "某担保公司", Kind: Yearly, Rate: 5_000_000}}
				}
				for j := range 10 {
					x.Conditions = append(x.Conditions, Condition{When: fmt.Sprintf("tax_filing.months_paid >= %d && court_cases.open == 0", j)})
				}
				list = append(list, offer(b, s, fmt.Sprint("p", i), fmt.Sprint("b", i%30), x))
			}
			f := paid(24)
			f.Share("court_cases")
			f.Set("court_cases.open", expr.Value{Known: true})
			m, w := &Matcher{Schema: s}, wish()
			for b.Loop() {
				if _, err := m.Match(b.Context(), list, w, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
