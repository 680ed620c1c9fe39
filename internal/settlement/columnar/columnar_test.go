package columnar_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar"
	"changrong/internal/settlement/settletest"
)

type row = map[string]string

// town is facts written by hand.
type town map[string][]row

// loan adds a note, drawn on a day, with what it owed at the ends of months.
func (f town) loan(bank, id, firm, drawn string, balances ...string) town {
	f["loans"] = append(f["loans"], row{"institution_id": bank, "loan_id": id, "enterprise_id": firm, "principal": "1", "disbursed_on": drawn, "due_on": "2030-01-01"})
	for i := 0; i < len(balances); i += 2 {
		f["month_balances"] = append(f["month_balances"], row{"institution_id": bank, "loan_id": id, "month": balances[i], "balance": balances[i+1]})
	}
	return f
}

func (f town) add(table string, r row) town {
	f[table] = append(f[table], r)
	return f
}

// year returns the month ends of 2021 from a month on, with the same balance.
func year(from int, yuan string) []string {
	var pairs []string
	for m := from; m <= 12; m++ {
		pairs = append(pairs, fmt.Sprintf("2021-%02d", m), yuan)
	}
	return pairs
}

// compensation is an item about loans: 0.5 % of an average.
func compensation(id string, average policy.Average, change ...func(*policy.Item)) *policy.Item {
	it := &policy.Item{ID: id, Table: fact.Lookup("loans"), Payee: policy.PayInstitution, Base: policy.Base{Average: average}, Rate: &policy.RateTerm{Value: money.Percent / 2}}
	for _, c := range change {
		c(it)
	}
	return it
}

func planOf(items ...*policy.Item) *policy.Plan {
	return &policy.Plan{Policy: "p", Scope: settletest.Year, Items: items}
}

func settle(t *testing.T, plan *policy.Plan, facts town) *settlement.Result {
	t.Helper()
	src, err := fact.FromExample(facts)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := columnar.Run(t.Context(), plan, src, columnar.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestWorkedCheck is the worked check of the first reading: a first loan of
// 15,000,000 drawn on 1 July and still out on 31 December, at 0.5 %, at most
// 10,000,000 of base per enterprise.
func TestWorkedCheck(t *testing.T) {
	for _, c := range []struct {
		average       policy.Average
		eachMonth     bool
		base, limited int64
		want          string
	}{
		{policy.MonthEndMean, false, 750_000_000, 750_000_000, "37500.00"},
		{policy.MonthEndMean, true, 750_000_000, 500_000_000, "25000.00"},
		{policy.MonthEndOutstanding, false, 1_500_000_000, 1_000_000_000, "50000.00"},
		{policy.MonthEndOutstanding, true, 1_500_000_000, 1_000_000_000, "50000.00"},
		{policy.Chronological, false, 687_500_000, 687_500_000, "34375.00"},
		{policy.Chronological, true, 687_500_000, 458_333_333, "22916.67"},
		{policy.DailyMean, false, 756_164_384, 756_164_384, "37808.22"},
		{policy.DailyOutstanding, false, 1_500_000_000, 1_000_000_000, "50000.00"},
		{policy.QuarterEndMean, false, 750_000_000, 750_000_000, "37500.00"},
		{policy.QuarterEndMean, true, 750_000_000, 500_000_000, "25000.00"},
	} {
		it := compensation("rc", c.average, func(it *policy.Item) {
			it.Limit = &policy.Limit{Per: policy.PerEnterprise, Amount: 1000 * money.Wan, EachMonth: c.eachMonth}
		})
		facts := town{}.loan("a", "1", "e", "2021-07-01", year(7, "15000000")...).
			add("loan_events", row{"institution_id": "a", "loan_id": "1", "event_no": "1", "on": "2021-07-01", "kind": "disburse", "amount": "15000000"})
		r := settle(t, planOf(it), facts)
		if len(r.Lines) != 1 || r.Lines[0].Base != c.base || r.Lines[0].LimitedBase != c.limited || r.Lines[0].Paid.String() != c.want {
			t.Errorf("%s, each month %v: %+v; want %d, %d, %s", c.average, c.eachMonth, r.Lines, c.base, c.limited, c.want)
		}
	}
}

// TestLimitOverTwoNotes: 6 and 9 million of one enterprise share a limit of 10
// million 4 : 6, month by month only in the months that both are out.
func TestLimitOverTwoNotes(t *testing.T) {
	for eachMonth, want := range map[bool][]int64{
		false: {571_428_571, 428_571_429}, // of 6,000,000 and 4,500,000 on average; the odd fen to the larger remainder
		true:  {500_000_000, 300_000_000}, // ½ × 6 + ½ × 4; ½ × 6
	} {
		it := compensation("rc", policy.MonthEndMean, func(it *policy.Item) {
			it.Limit = &policy.Limit{Per: policy.PerEnterprise, Amount: 1000 * money.Wan, EachMonth: eachMonth}
		})
		r := settle(t, planOf(it), town{}.loan("a", "1", "e", "2020-01-01", year(1, "6000000")...).loan("b", "1", "e", "2021-07-01", year(7, "9000000")...))
		var got []int64
		for _, l := range r.Lines {
			got = append(got, l.LimitedBase)
		}
		if !slices.Equal(got, want) {
			t.Errorf("each month %v: %v, want %v", eachMonth, got, want)
		}
	}
}

// TestWholeWaterfall: two items and a pool, every step worked out by hand.
//
//	a/1 of e: average 1,200.00, selected by both items, kept by x
//	a/2 of f: average   600.00, selected by both, kept by x
//	b/1 of e: average   300.01, selected by y only
//
// x pays 10 %: 120.00 and 60.00, capped together at 150.00: 100.00 and 50.00.
// y pays 50 %: 150.01 (150.005 rounded up). The pool of 199.50 for 300.01 leaves
// 66.4977…, 33.2488… and 99.7533…: rounded down 66.49, 33.24 and 99.75, and the two
// fen left over go to the largest remainders, a/2's and a/1's. In whole yuan a gets
// 99 of 99.75, spread 66.50 : 33.25, which is 66.00 and 33.00, and b 99 of 99.75.
func TestWholeWaterfall(t *testing.T) {
	pool := &policy.Pool{ID: "p", Allocator: policy.ProRata}
	x := compensation("x", policy.MonthEndMean, func(it *policy.Item) {
		it.When = settletest.Conditions("loans", `loan.institution_id == "a"`)
		it.Rate.Value = 10 * money.Percent
		it.Cap = &policy.Cap{Per: policy.PerInstitution, Amount: 150 * money.Yuan}
		it.Pool, it.Rounding = pool, money.Rounding{Unit: money.Yuan}
	})
	y := compensation("y", policy.MonthEndMean, func(it *policy.Item) {
		it.Rate.Value = 50 * money.Percent
		it.Pool, it.Rounding = pool, money.Rounding{Unit: money.Yuan}
	})
	plan := planOf(y, x)
	plan.Pools = []*policy.Pool{pool}
	plan.Groups = []*policy.Group{{ID: "g", Strategy: policy.Priority, Items: []*policy.Item{x, y}}}
	r := settle(t, plan, town{}.loan("a", "1", "e", "2020-01-01", year(1, "1200")...).loan("a", "2", "f", "2020-01-01", year(1, "600")...).
		loan("b", "1", "e", "2020-01-01", year(1, "300.01")...).add("budgets", row{"pool": "p", "amount": "199.50"}))
	var got []string
	for _, l := range r.Lines {
		got = append(got, fmt.Sprintf("%s %s/%s %d %s %s %s %s", l.Item, l.InstitutionID, l.SubjectID, l.Base, l.Amount, l.Capped, l.Pooled, l.Paid))
	}
	if want := []string{"x a/1 120000 120.00 100.00 66.50 66.00", "x a/2 60000 60.00 50.00 33.25 33.00", "y b/1 30001 150.01 150.01 99.75 99.00"}; !slices.Equal(got, want) {
		t.Errorf("lines are %q, want %q", got, want)
	}
	if want := (settlement.PoolUse{Pool: "p", Allocator: "pro_rata", Limited: true, Budget: 19_950, Requested: 30_001, Pooled: 19_950, Paid: 19_800}); len(r.Pools) != 1 || r.Pools[0] != want {
		t.Errorf("pools are %+v", r.Pools)
	}
	if want := (settlement.Total{Item: "x", PayeeID: "a", Rows: 2, Base: 180_000, Amount: 15_000, Pooled: 9_975, Paid: 9_900}); len(r.Totals) != 2 || r.Totals[0] != want {
		t.Errorf("totals are %+v", r.Totals)
	}
	if len(r.Excluded) != 2 || r.Excluded[1] != (settlement.Aside{Item: "y", InstitutionID: "a", SubjectID: "2", EnterpriseID: "f", Reason: settlement.LostTo, Detail: "x"}) {
		t.Errorf("excluded are %+v", r.Excluded)
	}
}

func TestRowsThatWaitSayWhatFor(t *testing.T) {
	tech := compensation("tech", policy.MonthEndMean, func(it *policy.Item) {
		it.When = settletest.Conditions("loans", "borrower.tech", "borrower.annual_sales <= wan(3000)")
	})
	open := compensation("open", policy.MonthEndMean, func(it *policy.Item) {
		it.Rate = &policy.RateTerm{Open: true, Max: money.Percent}
	})
	facts := town{}.loan("a", "1", "e", "2020-01-01", year(1, "12")...).loan("a", "2", "f", "2020-01-01", year(3, "12")...).loan("a", "3", "g", "2020-01-01").
		add("decisions", row{"policy": "p", "item": "open", "subject_id": "2"}) // a waiver
	for firm, tech := range map[string]string{"e": "", "f": "1", "g": "0"} {
		facts.add("enterprises", row{"enterprise_id": firm, "name": firm, "kind": "enterprise", "tech": tech})
	}
	r := settle(t, planOf(tech, open), facts)
	var got []string
	for _, a := range r.SetAside {
		got = append(got, fmt.Sprintf("%s/%s %s %s", a.Item, a.SubjectID, a.Reason, a.Detail))
	}
	months := "2021-01;2021-02;2021-03;2021-04;2021-05;2021-06;2021-07;2021-08;2021-09;2021-10;2021-11;2021-12"
	want := []string{
		"open/1 undecided ", "open/2 undecided ", "open/3 month_gap " + months,
		"tech/1 unknown_fact borrower.annual_sales;borrower.tech", "tech/2 unknown_fact borrower.annual_sales",
	}
	if !slices.Equal(got, want) {
		t.Errorf("set aside are %q, want %q", got, want)
	}
}

func TestAmountsThatDoNotFitAreRefused(t *testing.T) {
	cost := func(id string) *policy.Item {
		return &policy.Item{
			ID: id, Table: fact.Lookup("loans"), Payee: policy.PayInstitution,
			Base: policy.Base{Of: settletest.Number("loans", "loan.principal * 900000")}, Rate: &policy.RateTerm{Value: money.One},
		}
	}
	facts := town{}.loan("a", "1", "e", "2021-01-01").loan("a", "2", "e", "2021-01-01")
	facts["loans"][0]["principal"], facts["loans"][1]["principal"] = "60000000000", "60000000000" // 5.4e18 fen each
	src, err := fact.FromExample(facts)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := columnar.Run(t.Context(), planOf(cost("x")), src, columnar.Options{}); fault.CodeOf(err) != "settlement.overflow" {
		t.Errorf("got %v", err)
	}
}

func TestDecisionsThatDoNotFitAreRefused(t *testing.T) {
	src, err := fact.FromExample(town{}.loan("a", "1", "e", "2021-01-01").add("decisions", row{"policy": "p", "item": "rc", "subject_id": "*", "rate": "1"}))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := columnar.Run(t.Context(), planOf(compensation("rc", policy.MonthEndMean)), src, columnar.Options{}); fault.CodeOf(err) != "settlement.decision_closed" {
		t.Errorf("got %v", err)
	}
}

func TestRunKnowsItsPlans(t *testing.T) {
	book, err := columnar.Load(t.Context(), city{notes: 100}, columnar.Options{}, linhai(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.Run(t.Context(), linhai(t, nil)); fault.CodeOf(err) != "settlement.options" {
		t.Errorf("got %v", err)
	}
}

func TestRunStopsWhenItIsTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	plan := linhai(t, nil)
	book, err := columnar.Load(ctx, city{notes: 2000}, columnar.Options{Partitions: 3}, plan)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := book.Run(ctx, plan); !errors.Is(err, context.Canceled) {
		t.Errorf("Run gives %v", err)
	}
	if _, err := columnar.Load(ctx, city{notes: 2000}, columnar.Options{}, plan); !errors.Is(err, context.Canceled) {
		t.Errorf("Load gives %v", err)
	}
}

// TestOneBookManyReadings: a book loaded for every reading of the Linhai pack
// gives what each gives by itself, again and again, in one partition and in five.
func TestOneBookManyReadings(t *testing.T) {
	var plans []*policy.Plan
	for _, readings := range []map[string]string{
		nil,
		{"average": "chronological"},
		{"average": "month_end_outstanding"},
		{"limit-order": "each_month"},
		{"xinbao-balance": "guaranteed_share"},
		{"first-loan-notes": "first_note"},
		{"allocator": "scale_rate"},
		{"rounding": "yuan_half_up"},
		{"xinbao-exclusive": "no"},
	} {
		plans = append(plans, linhai(t, readings))
	}
	wants := make([]*settlement.Result, len(plans))
	for i, plan := range plans {
		var err error
		if wants[i], _, err = columnar.Run(t.Context(), plan, city{notes: 2000}, columnar.Options{Workers: 1}); err != nil {
			t.Fatal(err)
		}
		if len(wants[i].Lines) < 300 || len(wants[i].Gates) == 0 || len(wants[i].Excluded) == 0 {
			t.Errorf("plan %d has %d lines, %d gates", i, len(wants[i].Lines), len(wants[i].Gates))
		}
	}
	for _, partitions := range []int{1, 5} {
		book, err := columnar.Load(t.Context(), city{notes: 2000, byMonth: true}, columnar.Options{Partitions: partitions, Workers: 3}, plans...)
		if err != nil {
			t.Fatal(err)
		}
		for i, plan := range slices.Concat(plans, plans[:1]) {
			got, err := book.Run(t.Context(), plan)
			if err != nil {
				t.Fatal(err)
			}
			if d := settletest.Diff(wants[i%len(plans)], got); d != "" {
				t.Errorf("%d partitions, plan %d: %s", partitions, i, d)
			}
		}
	}
}
