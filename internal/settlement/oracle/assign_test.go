package oracle_test

import (
	"testing"

	"changrong/internal/policy"
	"changrong/internal/settlement/settletest"
)

func grouped(strategy policy.Strategy, items ...*policy.Item) *world {
	w := newWorld(items...)
	w.plan.Groups = []*policy.Group{{ID: "once", Strategy: strategy, Items: items}}
	return w
}

func TestPriority(t *testing.T) {
	z := loans("z", "100%", func(it *policy.Item) { it.When = settletest.Conditions("loans", `loan.rate > percent("4")`) })
	w := grouped(policy.Priority, z, loans("a", "100%"), loans("b", "100%"))
	w.note("x/1", "e", "2021-01-01", "12", "rate", "5").note("x/2", "e", "2021-01-01", "12", "rate", "3").note("x/3", "e", "2021-01-01", "12")
	w.note("y/1", "e", "2021-01-01", "12", "rate", "3") // another bank's note of the same number
	r := w.run(t)
	expect(t, "paid", paid(r), "a x/2 12.00", "a x/3 12.00", "a y/1 12.00", "z x/1 12.00")
	expect(t, "excluded", asides(r.Excluded), "a x/1 lost_to z", "b x/1 lost_to z", "b x/2 lost_to a", "b x/3 lost_to a", "b y/1 lost_to a")
	expect(t, "what waits for a fact takes no part", asides(r.SetAside), "z x/3 unknown_fact loan.rate")
}

// TestPriorityComesFirst: who loses stays lost, even where the winner then waits
// for something later, or fails the gate.
func TestPriorityComesFirst(t *testing.T) {
	w := grouped(policy.Priority, loans("open", "1%", func(it *policy.Item) {
		it.Rate = &policy.RateTerm{Open: true, Max: 5}
	}), loans("sure", "100%"))
	r := w.note("x/1", "e", "2021-01-01", "12").run(t)
	expect(t, "paid", paid(r))
	expect(t, "set aside", asides(r.SetAside), "open x/1 undecided ")
	expect(t, "excluded", asides(r.Excluded), "sure x/1 lost_to open")
}

func TestFirstFiled(t *testing.T) {
	w := grouped(policy.FirstFiled, loans("a", "100%"), loans("b", "100%"))
	for _, id := range []string{"none", "one", "later", "tie", "void"} {
		w.note("x/"+id, "e", "2021-01-01", "12")
	}
	file := func(item, subject, at string) {
		w.add("filings", "policy", "p", "item", item, "institution_id", "x", "subject_id", subject, "filed_at", at)
	}
	file("b", "one", "2022-01-01T00:00:00")
	file("a", "later", "2022-01-01T00:00:01")
	file("b", "later", "2022-01-01T00:00:00")
	file("a", "tie", "2022-01-01T00:00:00")
	file("b", "tie", "2022-01-01T00:00:00")
	file("a", "void", "")
	w.add("filings", "policy", "another", "item", "b", "institution_id", "x", "subject_id", "none", "filed_at", "2022-01-01T00:00:00")
	expect(t, "excluded", asides(w.run(t).Excluded), "a x/later lost_to b", "a x/one lost_to b", "b x/none lost_to a", "b x/tie lost_to a", "b x/void lost_to a")

	file("a", "*", "2021-12-31T00:00:00") // for all that have none of their own: void has one
	file("b", "void", "2022-01-01T00:00:00")
	expect(t, "excluded after filing a for all", asides(w.run(t).Excluded),
		"a x/later lost_to b", "a x/void lost_to b", "b x/none lost_to a", "b x/one lost_to a", "b x/tie lost_to a")
}

func TestOneInstitution(t *testing.T) {
	w := grouped(policy.OneInstitution, loans("a", "100%"), loans("b", "100%", func(it *policy.Item) {
		it.When = settletest.Conditions("loans", `loan.first_loan`)
	}))
	w.note("x/1", "e", "2021-03-01", "12").note("y/1", "e", "2021-02-01", "12", "first_loan", "1").note("y/2", "e", "2021-12-01", "1.20")
	w.note("x/9", "f", "2021-03-01", "12").note("X/9", "f", "2021-03-01", "12", "first_loan", "0") // ties to the lower
	r := w.run(t)
	expect(t, "excluded", asides(r.Excluded), "a x/1 other_bank y", "a x/9 other_bank X")
	expect(t, "paid", paid(r), "a X/9 10.00", "a y/1 11.00", "a y/2 0.10", "b y/1 11.00")
	expect(t, "set aside", asides(r.SetAside), "b x/1 unknown_fact loan.first_loan", "b x/9 unknown_fact loan.first_loan", "b y/2 unknown_fact loan.first_loan")
}

// TestDeductPaid: what is left of a benefit goes on to the next item.
func TestDeductPaid(t *testing.T) {
	w := grouped(policy.DeductPaid, loans("z", "50%"), loans("a", "100%"))
	for _, id := range []string{"some", "more", "all", "back"} {
		w.note("x/"+id, "e", "2021-01-01", "100")
	}
	w.note("y/some", "e", "2021-01-01", "100")
	paidOut := func(no, loan, yuan string) {
		w.add("benefits", "benefit_id", no, "policy", "another", "payee_id", "x", "institution_id", "x", "loan_id", loan, "amount", yuan, "paid_on", "2021-06-01")
	}
	paidOut("1", "some", "20")
	paidOut("2", "some", "10")
	paidOut("3", "more", "60.01")
	paidOut("4", "all", "1000")
	paidOut("5", "back", "10")
	paidOut("6", "back", "-10.01")
	w.add("benefits", "benefit_id", "7", "policy", "another", "payee_id", "x", "amount", "7", "paid_on", "2021-06-01") // of no note
	expect(t, "paid", paid(w.run(t)),
		"a x/all 0.00", "a x/back 100.00", "a x/more 89.99", "a x/some 100.00", "a y/some 100.00",
		"z x/all 0.00", "z x/back 50.00", "z x/more 0.00", "z x/some 20.00", "z y/some 50.00")
}
