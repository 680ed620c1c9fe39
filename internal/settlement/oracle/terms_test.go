package oracle_test

import (
	"context"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement/oracle"
)

func open(id string, least, most money.Rate, byDefault *money.Rate) *policy.Item {
	return loans(id, "0%", func(it *policy.Item) {
		it.Rate = &policy.RateTerm{Open: true, Min: least, Max: most, Default: byDefault}
	})
}

// TestDecisionLevels: the note's decision, else the bank's, else the enterprise's,
// else the one for all; of those only what holds a rate.
func TestDecisionLevels(t *testing.T) {
	w := newWorld(open("r", 10*money.Percent, 50*money.Percent, nil))
	w.note("a/1", "e", "2020-01-01", "100").note("a/2", "e", "2020-01-01", "100").note("b/3", "e", "2020-01-01", "100").note("b/4", "f", "2020-01-01", "100")
	decide := func(subject, rate string) {
		w.add("decisions", "policy", "p", "item", "r", "subject_id", subject, "rate", rate)
	}
	decide("1", "11")
	decide("a", "12")
	decide("e", "13")
	decide("b", "") // a waiver, which decides no rate
	r := w.run(t)
	expect(t, "paid", paid(r), "r a/1 11.00", "r a/2 12.00", "r b/3 13.00")
	expect(t, "set aside", asides(r.SetAside), "r b/4 undecided ")
	decide("*", "50")
	expect(t, "with one for all", paid(w.run(t)), "r a/1 11.00", "r a/2 12.00", "r b/3 13.00", "r b/4 50.00")

	w.plan.Items[0].Rate.Default = new(20 * money.Percent)
	w.tables["decisions"] = w.tables["decisions"][:2]
	expect(t, "with a default", paid(w.run(t)), "r a/1 11.00", "r a/2 12.00", "r b/3 20.00", "r b/4 20.00")
}

func TestAmountDecisions(t *testing.T) {
	w := newWorld(loans("n", "0%", func(it *policy.Item) {
		it.Base, it.Rate = policy.Base{}, nil
		it.Amount = &policy.AmountTerm{Open: true, Min: 100, Max: 500}
	}))
	w.note("a/1", "e", "2020-01-01", "100").note("b/2", "e", "2020-01-01", "100")
	w.add("decisions", "policy", "p", "item", "n", "subject_id", "a", "amount", "5")
	r := w.run(t)
	expect(t, "paid", paid(r), "n a/1 5.00")
	if l := r.Lines[0]; l.Base != 1 || l.LimitedBase != 1 || l.Rate != 0 {
		t.Errorf("a count has base 1 and no rate, not %+v", l)
	}
	expect(t, "set aside", asides(r.SetAside), "n b/2 undecided ")
}

// TestVoidDecisions: nothing is settled on a decision that may not be made.
func TestVoidDecisions(t *testing.T) {
	fixed := loans("fixed", "1%")
	for _, c := range []struct {
		what, code string
		cells      []string
	}{
		{"no such item", "settlement.decision_item", []string{"item", "nowhere"}},
		{"even a waiver, and of nobody", "settlement.decision_item", []string{"item", "nowhere", "subject_id", "nobody"}},
		{"a rate the text fixes", "settlement.decision_closed", []string{"item", "fixed", "rate", "1"}},
		{"an amount where a rate is", "settlement.decision_closed", []string{"item", "r", "amount", "1"}},
		{"both", "settlement.decision_closed", []string{"item", "r", "amount", "1", "rate", "2"}},
		{"below the range", "settlement.decision_range", []string{"item", "r", "rate", "0.99999"}},
		{"above the range", "settlement.decision_range", []string{"item", "r", "rate", "2.00001"}},
	} {
		w := newWorld(open("r", money.Percent, 2*money.Percent, nil), fixed).note("a/1", "e", "2020-01-01", "1")
		w.add("decisions", append([]string{"policy", "p", "subject_id", "*"}, c.cells...)...)
		if _, err := oracle.Run(context.Background(), w.plan, w.facts(t)); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", c.what, err)
		}
		w.tables["decisions"][0]["policy"] = "another"
		w.run(t)
	}
	w := newWorld(open("r", money.Percent, 2*money.Percent, nil)).note("a/1", "e", "2020-01-01", "100")
	w.add("decisions", "policy", "p", "item", "r", "subject_id", "a", "rate", "1").add("decisions", "policy", "p", "item", "r", "subject_id", "1", "rate", "2")
	expect(t, "at the ends of the range", paid(w.run(t)), "r a/1 2.00")
}

// TestUndecidedSharesTheLimit: a row without a decision takes part in the limit,
// and in nothing after it.
func TestUndecidedSharesTheLimit(t *testing.T) {
	it := open("r", 0, money.One, nil)
	it.Limit = &policy.Limit{Per: policy.PerItem, Amount: 100 * money.Yuan}
	it.Cap = &policy.Cap{Per: policy.PerItem, Amount: 50 * money.Yuan}
	w := newWorld(it).note("a/1", "e", "2020-01-01", "100").note("a/2", "e", "2020-01-01", "100")
	w.add("decisions", "policy", "p", "item", "r", "subject_id", "1", "rate", "100")
	r := w.run(t)
	expect(t, "paid", paid(r), "r a/1 50.00")
	if l := r.Lines[0]; l.LimitedBase != 5000 || l.Capped != 5000 {
		t.Errorf("half of the limit and all of the cap is 50 yuan each, not %+v", l)
	}
}

// TestCapTies: what does not divide goes to the lower row key, after the largest
// remainder.
func TestCapTies(t *testing.T) {
	w := newWorld(loans("c", "100%", func(it *policy.Item) { it.Cap = &policy.Cap{Per: policy.PerEnterprise, Amount: 100} }))
	w.note("b/1", "e", "2020-01-01", "1").note("a/2", "e", "2020-01-01", "1").note("a/10", "e", "2020-01-01", "1")
	w.note("a/1", "f", "2020-01-01", "0.99").note("a/3", "f", "2020-01-01", "0.02").note("a/4", "g", "2020-01-01", "1")
	// Of f 100 fen are shared as 99 : 2 = 98.02 : 1.98.
	expect(t, "capped", paid(w.run(t)), "c a/1 0.98", "c a/10 0.34", "c a/2 0.33", "c a/3 0.02", "c a/4 1.00", "c b/1 0.33")
}

func TestOverflowIsRefused(t *testing.T) {
	w := newWorld(loans("big", "100%"))
	for _, bank := range []string{"a", "b"} {
		for _, id := range []string{"0", "1", "2", "3", "4"} {
			w.note(bank+"/"+id, "e", "2020-01-01", "10000000000000")
		}
	}
	w.run(t) // 10^16 fen are fine
	w.plan.Items[0].Rate.Value = money.MaxRate
	w.plan.Items[0].Base = policy.Base{}
	w.plan.Items[0].Rate, w.plan.Items[0].Amount = nil, &policy.AmountTerm{Value: 1 << 60}
	if _, err := oracle.Run(context.Background(), w.plan, w.facts(t)); fault.CodeOf(err) != "settlement.overflow" {
		t.Errorf("ten times 2^60 fen give %v", err)
	}
}
