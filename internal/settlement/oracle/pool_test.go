package oracle_test

import (
	"fmt"
	"testing"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// drawing puts items on one pool of so many yuan; "" is no budget.
func drawing(allocator policy.Allocator, yuan string, items ...*policy.Item) *world {
	pool := &policy.Pool{ID: "fund", Allocator: allocator}
	for _, it := range items {
		it.Pool = pool
	}
	w := newWorld(items...)
	if yuan != "" {
		w.add("budgets", "pool", "fund", "amount", yuan)
	}
	return w
}

func pools(r *settlement.Result) []string {
	var all []string
	for _, p := range r.Pools {
		all = append(all, fmt.Sprintf("%v %s: %s→%s→%s at %s", p.Limited, p.Budget, p.Requested, p.Pooled, p.Paid, p.Rate.Human()))
	}
	return all
}

func TestPoolIsEnough(t *testing.T) {
	for budget, want := range map[string]string{
		"":       "false 0.00: 100.00→100.00→100.00 at 0%",
		"100":    "true 100.00: 100.00→100.00→100.00 at 0%",
		"100.01": "true 100.01: 100.00→100.00→100.00 at 0%",
		"99.99":  "true 99.99: 100.00→99.99→99.99 at 0%",
		"0":      "true 0.00: 100.00→0.00→0.00 at 0%",
	} {
		r := drawing(policy.ProRata, budget, loans("a", "100%")).note("x/1", "e", "2020-01-01", "100").run(t)
		expect(t, budget, pools(r), want)
	}
}

// TestProRata: by largest remainder over the rows of all items, ties to the lower
// (item, institution_id, subject_id).
func TestProRata(t *testing.T) {
	w := drawing(policy.ProRata, "0.10", loans("b", "100%"), loans("a", "50%"))
	w.note("y/1", "e", "2020-01-01", "2").note("x/2", "e", "2020-01-01", "2")
	// 100 : 100 : 200 : 200 of 10 fen are 1⅔ : 1⅔ : 3⅓ : 3⅓.
	expect(t, "paid", paid(w.run(t)), "a x/2 0.02", "a y/1 0.02", "b x/2 0.03", "b y/1 0.03")
	w.tables["budgets"][0]["amount"] = "0.11" // 1.83 : 1.83 : 3.67 : 3.67
	expect(t, "paid", paid(w.run(t)), "a x/2 0.02", "a y/1 0.02", "b x/2 0.04", "b y/1 0.03")
}

// TestScaleRate: the highest rate in whole ppm that fits, with the caps once more.
func TestScaleRate(t *testing.T) {
	capped := loans("capped", "0.5%", func(it *policy.Item) {
		it.Cap = &policy.Cap{Per: policy.PerInstitution, Amount: 1000 * money.Yuan}
	})
	w := drawing(policy.ScaleRate, "5000", loans("low", "0.1%"), loans("high", "0.5%"), capped)
	w.note("x/1", "e", "2020-01-01", "1000000")
	// Asked for: low 1000, high 5000, capped 1000. At a rate r above 0.1 % low stays at
	// 1000 and the cap bites as before, so high may have 3000: 0.3 %.
	r := w.run(t)
	expect(t, "paid", paid(r), "capped x/1 1000.00", "high x/1 3000.00", "low x/1 1000.00")
	expect(t, "pool", pools(r), "true 5000.00: 7000.00→5000.00→5000.00 at 0.3%")
	if l := r.Lines[1]; l.Rate != 5_000_000 || l.Capped != 500_000 {
		t.Errorf("a line keeps its steps as they were before the pool, not %+v", l)
	}

	w.tables["budgets"][0]["amount"] = "4999.99" // 0.2999 % leaves more than a yuan
	expect(t, "pool", pools(w.run(t)), "true 4999.99: 7000.00→4999.00→4999.00 at 0.2999%")
	w.tables["budgets"][0]["amount"] = "100" // all alike: 3 × 1,000,000 × 0.0033 % = 99
	expect(t, "pool", pools(w.run(t)), "true 100.00: 7000.00→99.00→99.00 at 0.0033%")
	w.tables["budgets"][0]["amount"] = "0"
	expect(t, "pool", pools(w.run(t)), "true 0.00: 7000.00→0.00→0.00 at 0%")
}

// TestScaleRateDeducts: what benefits show is subtracted at the scaled rate too.
func TestScaleRateDeducts(t *testing.T) {
	high := loans("high", "0.5%")
	w := drawing(policy.ScaleRate, "3000", high)
	w.plan.Groups = []*policy.Group{{ID: "g", Strategy: policy.DeductPaid, Items: []*policy.Item{high}}}
	w.note("x/1", "e", "2020-01-01", "1000000")
	w.add("benefits", "benefit_id", "1", "policy", "o", "payee_id", "x", "institution_id", "x", "loan_id", "1", "amount", "1000", "paid_on", "2021-01-01")
	r := w.run(t)
	expect(t, "pool", pools(r), "true 3000.00: 4000.00→3000.00→3000.00 at 0.4%")
	if l := r.Lines[0]; l.Amount != 500_000 || l.Deducted != 100_000 || l.Capped != 400_000 || l.Pooled != 300_000 {
		t.Errorf("line %+v", l)
	}
}

func queue(allocator policy.Allocator, yuan string) *world {
	w := drawing(allocator, yuan, loans("b", "100%"), loans("a", "100%"))
	for _, id := range []string{"1", "2", "3", "4"} {
		w.note("x/"+id, "e", "2020-01-01", "100")
	}
	file := func(item, subject, completed, reserved string) {
		w.add("filings", "policy", "p", "item", item, "institution_id", "x", "subject_id", subject, "completed_at", completed, "reserved_at", reserved)
	}
	file("b", "1", "2022-01-02T00:00:00", "")
	file("b", "2", "2022-01-01T00:00:00", "")
	file("b", "3", "2022-01-03T00:00:00", "2021-12-01T00:00:00")
	file("b", "4", "", "")
	file("a", "*", "2022-01-02T00:00:00", "")
	file("a", "4", "", "2021-11-01T00:00:00")
	return w
}

func TestFirstComplete(t *testing.T) {
	// The queue: b/2, then of 2 January a/1, a/2, a/3 and b/1, then b/3.
	r := queue(policy.FirstComplete, "350").run(t)
	expect(t, "paid", paid(r), "a x/1 100.00", "a x/2 100.00", "a x/3 50.00", "b x/1 0.00", "b x/2 100.00", "b x/3 0.00")
	expect(t, "set aside", asides(r.SetAside), "a x/4 no_claim ", "b x/4 no_claim ")
	plenty := queue(policy.FirstComplete, "100000").run(t)
	expect(t, "those without a claim wait though there is enough", asides(plenty.SetAside), "a x/4 no_claim ", "b x/4 no_claim ")
	if r := queue(policy.FirstComplete, "").run(t); len(r.Lines) != 8 {
		t.Errorf("where the pool is unlimited nobody queues: %v", paid(r))
	}
}

func TestReserve(t *testing.T) {
	// The queue: a/4 and b/3, who reserved, then b/2, a/1, a/2, a/3, b/1.
	r := queue(policy.Reserve, "350").run(t)
	expect(t, "paid", paid(r), "a x/1 50.00", "a x/2 0.00", "a x/3 0.00", "a x/4 100.00", "b x/1 0.00", "b x/2 100.00", "b x/3 100.00")
	expect(t, "set aside", asides(r.SetAside), "b x/4 no_claim ")
}

// TestRounding: a payee's total is rounded once and spread over the rows.
func TestRounding(t *testing.T) {
	for rounding, want := range map[money.Rounding][]string{
		{}:                               {"a x/1 1.01", "a x/2 2.02", "a y/3 0.50"},
		{Unit: money.Yuan}:               {"a x/1 1.00", "a x/2 2.00", "a y/3 0.00"},
		{Unit: money.Yuan, Mode: 1}:      {"a x/1 1.00", "a x/2 2.00", "a y/3 1.00"},
		{Unit: 10 * money.Yuan, Mode: 1}: {"a x/1 0.00", "a x/2 0.00", "a y/3 0.00"},
		{Unit: 6 * money.Yuan, Mode: 1}:  {"a x/1 2.00", "a x/2 4.00", "a y/3 0.00"},
	} {
		w := newWorld(loans("a", "100%", func(it *policy.Item) { it.Rounding = rounding }))
		w.note("x/1", "e", "2020-01-01", "1.01").note("x/2", "e", "2020-01-01", "2.02").note("y/3", "e", "2020-01-01", "0.50")
		expect(t, rounding.String(), paid(w.run(t)), want...)
	}
}

// TestRoundingTakesBack: rounding up does not break the pool; the smallest
// fraction gives its unit back first, of equals the higher (item, payee).
func TestRoundingTakesBack(t *testing.T) {
	up := func(it *policy.Item) { it.Rounding = money.Rounding{Unit: money.Yuan, Mode: money.HalfUp} }
	up10 := func(it *policy.Item) { it.Rounding = money.Rounding{Unit: 10 * money.Yuan, Mode: money.HalfUp} }
	two := func(budget string) []string {
		w := drawing(policy.ProRata, budget, loans("a", "100%", up), loans("b", "100%", up))
		w.note("x/1", "e", "2020-01-01", "1.50").note("y/1", "e", "2020-01-01", "1.60").note("z/1", "e", "2020-01-01", "1.40")
		return paid(w.run(t))
	}
	// Of both items x has 1.50, y 1.60 and z 1.40, together 9.00. Rounded they are 2, 2 and
	// 1 each, 10: one yuan comes back, of the fraction .50, from the higher b/x.
	expect(t, "9.00", two("9"), "a x/1 2.00", "a y/1 2.00", "a z/1 1.00", "b x/1 1.00", "b y/1 2.00", "b z/1 1.00")
	expect(t, "9.99", two("9.99"), "a x/1 2.00", "a y/1 2.00", "a z/1 1.00", "b x/1 1.00", "b y/1 2.00", "b z/1 1.00")
	expect(t, "10", two("10"), "a x/1 2.00", "a y/1 2.00", "a z/1 1.00", "b x/1 2.00", "b y/1 2.00", "b z/1 1.00")
	expect(t, "none", two(""), "a x/1 2.00", "a y/1 2.00", "a z/1 1.00", "b x/1 2.00", "b y/1 2.00", "b z/1 1.00")

	// A fraction is one of the unit: 6 of 10 yuan is more than 55 fen of a yuan.
	w := drawing(policy.ProRata, "7", loans("a", "55%", up), loans("b", "600%", up10)).note("x/1", "e", "2020-01-01", "1")
	expect(t, "units", paid(w.run(t)), "a x/1 0.00", "b x/1 0.00")
	w.tables["budgets"][0]["amount"] = "10"
	expect(t, "units", paid(w.run(t)), "a x/1 0.00", "b x/1 10.00")
}
