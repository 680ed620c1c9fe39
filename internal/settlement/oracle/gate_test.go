package oracle_test

import (
	"context"
	"fmt"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// guaranteed is a world with an item whose gate compares xinbao balances. Every
// bank named has one guaranteed note with a balance at the start and at the end.
func guaranteed(share bool, balances ...string) *world {
	w := newWorld(loans("x", "100%", func(it *policy.Item) {
		it.Gate = &policy.Gate{Above: &policy.AboveAverage{When: settletest.Conditions("guarantees", `guarantee.scheme == "xinbao"`), Share: share}}
	}))
	for i := 0; i < len(balances); i += 3 {
		bank := balances[i]
		w.note(bank+"/1", "e", "2020-01-01", "0").unreported(bank+"/1", "2020-12", "2021-12")
		w.balance(bank+"/1", "2020-12", balances[i+1]).balance(bank+"/1", "2021-12", balances[i+2])
		w.guarantee(bank+"/1", "80")
	}
	return w
}

func (w *world) guarantee(note, share string, more ...string) {
	bank, id := split(note)
	row := append([]string{
		"guarantee_id", fmt.Sprint(len(w.tables["guarantees"])), "guarantor_id", "g", "institution_id", bank, "loan_id", id,
		"enterprise_id", "e", "scheme", "xinbao", "amount", "1", "share", share, "start_on", "2020-01-01", "end_on", "2023-01-01",
	}, more...)
	w.add("guarantees", row...)
}

func gates(r *settlement.Result) []string {
	var all []string
	for _, g := range r.Gates {
		all = append(all, fmt.Sprintf("%s %v/%v %s→%s of %s→%s by %d", g.PayeeID, g.Passed, g.Known, g.Start, g.End, g.SumStart, g.SumEnd, g.Institutions))
	}
	return all
}

// TestGateMeanOrGrowth: above the mean, or growing more than the sum; neither is
// enough when it is only equal.
func TestGateMeanOrGrowth(t *testing.T) {
	r := guaranteed(false,
		"big", "90", "90", // above the mean of 30, without growth
		"even", "30", "30", // at the mean
		"grown", "10", "15", // below, and growing by 50 %
		"new", "0", "15", // below, and grown from nothing
		"gone", "20", "0", // counts in the mean
		"small", "0", "0", // does not
	).run(t)
	// The sum falls from 150 to 150: no growth at all; five institutions.
	expect(t, "gates", gates(r),
		"big true/true 90.00→90.00 of 150.00→150.00 by 5",
		"even false/true 30.00→30.00 of 150.00→150.00 by 5",
		"gone false/true 20.00→0.00 of 150.00→150.00 by 5",
		"grown true/true 10.00→15.00 of 150.00→150.00 by 5",
		"new false/true 0.00→15.00 of 150.00→150.00 by 5",
		"small false/true 0.00→0.00 of 150.00→150.00 by 5")
	expect(t, "excluded", asides(r.Excluded), "x even/1 gate_failed ", "x gone/1 gate_failed ", "x new/1 gate_failed ", "x small/1 gate_failed ")
	expect(t, "paid", paid(r), "x big/1 7.50", "x grown/1 1.25") // the balance of December ÷ 12
}

func TestGateGrowthIsCompared(t *testing.T) {
	r := guaranteed(false, "a", "100", "120", "b", "100", "120", "c", "10", "12", "d", "10", "12.01").run(t)
	var passed []string
	for _, g := range r.Gates {
		if g.Passed {
			passed = append(passed, g.PayeeID)
		}
	}
	// 264.01 ÷ 4 is 66: a and b are above it; d grew by 20.1 %, c by 20 %, the sum by 20.004 %.
	expect(t, "passed", passed, "a", "b", "d")
}

// TestGuaranteesInForce: what is in force on the two days, a note once, or its
// guaranteed share. Alone, a bank is never above the mean.
func TestGuaranteesInForce(t *testing.T) {
	for share, want := range map[bool]string{
		false: "a false/true 100.00→100.00 of 100.00→100.00 by 1",
		true:  "a false/true 60.00→100.00 of 60.00→100.00 by 1",
	} {
		w := guaranteed(share)
		w.note("a/1", "e", "2020-01-01", "100")
		w.guarantee("a/1", "60")
		w.guarantee("a/1", "60", "start_on", "2021-01-01")                                     // at the end only; together 120 %, so 100 %
		w.guarantee("a/1", "70", "end_on", "2020-12-30")                                       // over before the start
		w.guarantee("a/1", "70", "start_on", "2022-01-01")                                     // begins after the end
		w.guarantee("a/1", "70", "released_on", "2020-12-31")                                  // released on the day
		w.guarantee("a/1", "70", "compensated_on", "2020-06-01")                               // paid out before
		w.guarantee("a/1", "70", "scheme", "another")                                          // not counted
		w.guarantee("a/1", "", "scheme", "", "start_on", "2021-02-01", "end_on", "2021-11-30") // unknown, and in force on neither day
		expect(t, fmt.Sprint("share ", share), gates(w.run(t)), want)
	}
}

// TestGateUnknown: one balance, share or condition that is not known leaves the
// gate open for all.
func TestGateUnknown(t *testing.T) {
	for what, spoil := range map[string]func(*world){
		"a balance at the start": func(w *world) { w.unreported("b/1", "2020-12") },
		"a balance at the end":   func(w *world) { w.unreported("b/1", "2021-12") },
		"a condition":            func(w *world) { w.guarantee("b/1", "1", "scheme", "") },
		"a share":                func(w *world) { w.guarantee("b/1", "") },
	} {
		w := guaranteed(true, "a", "1", "5", "b", "1", "1")
		w.unreported("a/1", "2021-03")
		w.add("decisions", "policy", "p", "item", "x", "subject_id", "*") // waives gaps of the average only
		spoil(w)
		r := w.run(t)
		expect(t, what, gates(r), "a false/false 0.00→0.00 of 0.00→0.00 by 0", "b false/false 0.00→0.00 of 0.00→0.00 by 0")
		expect(t, what, asides(r.SetAside), "x a/1 gate_unknown ", "x b/1 gate_unknown ")
	}
}

func TestGateRequire(t *testing.T) {
	w := newWorld(loans("x", "100%", func(it *policy.Item) {
		it.Gate = &policy.Gate{Require: settletest.Conditions("institutions", `institution.local_legal_person`, `institution.kind != "other"`)}
	}), loans("y", "100%", func(it *policy.Item) {
		it.Payee = policy.PayEnterprise
		it.Gate = &policy.Gate{Require: settletest.Conditions("enterprises", `enterprise.tech`)}
	}))
	w.note("a/1", "e", "2021-01-01", "12").note("b/1", "f", "2021-01-01", "12").note("c/1", "g", "2021-01-01", "12")
	for bank, local := range map[string]string{"a": "1", "b": "0", "c": "1"} {
		w.add("institutions", "institution_id", bank, "name", bank, "kind", "city_bank", "local_legal_person", local)
	}
	for e, tech := range map[string]string{"e": "1", "f": "0", "g": ""} {
		w.add("enterprises", "enterprise_id", e, "name", e, "kind", "coop", "tech", tech)
	}
	r := w.run(t)
	expect(t, "paid", paid(r), "x a/1 12.00", "x c/1 12.00", "y a/1 12.00")
	expect(t, "excluded", asides(r.Excluded), "x b/1 gate_failed ", "y b/1 gate_failed ")
	expect(t, "set aside", asides(r.SetAside), "y c/1 gate_unknown ")

	delete(w.tables, "institutions")
	expect(t, "without institutions", asides(w.run(t).SetAside), "x a/1 gate_unknown ", "x b/1 gate_unknown ", "x c/1 gate_unknown ", "y c/1 gate_unknown ")
	w.tables["institutions"] = nil // there, and none of the payees in it
	if _, err := oracle.Run(context.Background(), w.plan, w.facts(t)); fault.CodeOf(err) != "settlement.link" {
		t.Errorf("a payee that is not there gives %v", err)
	}
}
