package oracle_test

import (
	"context"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// TestUnknownConditions: false outweighs unknown, unknown outweighs true, and the
// facts that are missing are named.
func TestUnknownConditions(t *testing.T) {
	w := newWorld(loans("a", "100%", func(it *policy.Item) {
		it.When = settletest.Conditions("loans",
			`borrower.tech || loan.rate > percent("4")`,
			`loan.quality == "normal"`,
			`loan.principal * 9223372036854775807 >= 0`)
	}))
	w.note("x/1", "e", "2021-01-01", "0.00", "quality", "normal", "rate", "5")           // holds
	w.note("x/2", "e", "2021-01-01", "0.00", "quality", "loss")                          // fails whatever the rate
	w.note("x/3", "e", "2021-01-01", "0.00", "quality", "normal")                        // hangs on tech and rate
	w.note("x/4", "e", "2021-01-01", "0.00", "rate", "3")                                // on tech and quality
	w.note("x/5", "e", "2021-01-01", "2.00", "quality", "normal", "rate", "5").parties() // leaves int64: on nothing
	w.note("x/6", "f", "2021-01-01", "0.00", "quality", "normal", "rate", "3")           // tech is known here
	w.add("enterprises", "enterprise_id", "f", "name", "f", "kind", "coop", "tech", "0")
	expect(t, "set aside", asides(w.run(t).SetAside),
		"a x/3 unknown_fact borrower.tech;loan.rate", "a x/4 unknown_fact borrower.tech;loan.quality", "a x/5 unknown_fact ")
}

// TestLinks: what is known of the row that a link leads to.
func TestLinks(t *testing.T) {
	ask := func(condition string) *world {
		return newWorld(loans("a", "100%", func(it *policy.Item) { it.When = settletest.Conditions("loans", condition) })).
			note("x/none", "e", "2021-01-01", "12").note("x/some", "e", "2021-01-01", "12", "project_id", "p").
			add("projects", "project_id", "p", "institution_id", "x", "name", "P", "praise_level", "city", "released_on", "2021-05-01", "rd_cost", "5")
	}
	for _, c := range []struct {
		condition string
		paid      []string
		aside     []string
	}{
		{`project.praise_level == "city"`, []string{"a x/some 12.00"}, nil},
		{`project.praise_level == ""`, []string{"a x/none 12.00"}, nil},
		{`project.released_on > scope.last`, []string{"a x/none 12.00"}, nil},
		{`project.rd_cost > 0`, []string{"a x/some 12.00"}, []string{"a x/none unknown_fact project.rd_cost"}},
		{`project.kind == "rd"`, nil, []string{"a x/none unknown_fact project.kind", "a x/some unknown_fact project.kind"}},
		{`branch.town != "1"`, nil, []string{"a x/none unknown_fact branch.town", "a x/some unknown_fact branch.town"}},
	} {
		r := ask(c.condition).run(t)
		expect(t, c.condition, paid(r), c.paid...)
		expect(t, c.condition, asides(r.SetAside), c.aside...)
	}

	without := ask(`project.praise_level == "city"`)
	delete(without.tables, "projects")
	expect(t, "without projects", asides(without.run(t).SetAside), "a x/some unknown_fact project.praise_level")

	without.tables["projects"] = nil // there, and empty
	_, err := oracle.Run(context.Background(), without.plan, without.facts(t))
	if fault.CodeOf(err) != "settlement.link" {
		t.Errorf("a link that leads nowhere gives %v", err)
	}
}

func TestRelated(t *testing.T) {
	related := func(not bool) []string {
		w := newWorld(loans("a", "100%", func(it *policy.Item) {
			it.Related = []policy.Related{{Table: fact.Lookup("collaterals"), Not: not, When: settletest.ChildConditions("loans", "collaterals",
				`collateral.class == "equipment"`, `collateral.registered_on <= loan.disbursed_on && collateral.value > 0`)}}
		}))
		for _, id := range []string{"fits", "other", "open", "both", "bare"} {
			w.note("x/"+id, "e", "2021-01-01", "12")
		}
		thing := func(id, loan, class, on, value string) {
			w.add("collaterals", "collateral_id", id, "institution_id", "x", "loan_id", loan, "class", class, "registered_on", on, "value", value)
		}
		thing("1", "fits", "equipment", "2021-01-01", "1")
		thing("2", "other", "patent", "", "")
		thing("3", "other", "equipment", "2021-01-02", "")
		thing("4", "open", "equipment", "", "")
		thing("5", "open", "equipment", "2021-01-01", "")
		thing("6", "both", "equipment", "", "1")
		thing("7", "both", "equipment", "2020-01-01", "1")
		r := w.run(t)
		return append(paid(r), asides(r.SetAside)...)
	}
	expect(t, "some", related(false), "a x/both 12.00", "a x/fits 12.00", "a x/open unknown_fact collateral.registered_on;collateral.value")
	expect(t, "none", related(true), "a x/bare 12.00", "a x/other 12.00", "a x/open unknown_fact collateral.registered_on;collateral.value")
}

// TestBankOfEnterprise: the earliest row's institution, ties to the lower; a row
// that might come first leaves it open.
func TestBankOfEnterprise(t *testing.T) {
	guarantees := fact.Lookup("guarantees")
	w := newWorld(&policy.Item{
		ID: "f", Table: fact.Lookup("enterprises"), Payee: policy.PayInstitution, Amount: &policy.AmountTerm{Value: 50000},
		Bank: &policy.Earliest{
			Table: guarantees, By: guarantees.Column("start_on"),
			When: settletest.ChildConditions("enterprises", "guarantees", `guarantee.first_guarantee`),
		},
	})
	for _, id := range []string{"e1", "e2", "e3", "e4", "e5", "e6"} {
		w.add("enterprises", "enterprise_id", id, "name", id, "kind", "enterprise")
	}
	no := 0
	add := func(enterprise, bank, start, first string) {
		no++
		w.add("guarantees", "guarantee_id", string(rune('A'+no)), "guarantor_id", "g", "institution_id", bank, "loan_id", enterprise,
			"enterprise_id", enterprise, "amount", "1", "start_on", start, "end_on", "2022-01-01", "first_guarantee", first)
	}
	add("e1", "b", "2021-02-02", "1") // the lower of two on one day, and an unknown one after them
	add("e1", "B", "2021-02-02", "1")
	add("e1", "A", "2021-02-03", "")
	add("e2", "b", "2021-02-02", "1") // an unknown one before it
	add("e2", "a", "2021-02-02", "")
	add("e3", "b", "2021-02-02", "1") // one of the same bank and day changes nothing
	add("e3", "b", "2021-02-02", "")
	add("e4", "b", "2021-02-02", "")  // none but unknown
	add("e5", "b", "2021-02-02", "0") // none
	r := w.run(t)
	expect(t, "paid", paid(r), "f B/e1 500.00", "f b/e3 500.00")
	expect(t, "set aside", asides(r.SetAside), "f /e2 unknown_fact guarantee.first_guarantee", "f /e4 unknown_fact guarantee.first_guarantee")
}
