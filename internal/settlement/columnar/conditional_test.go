package columnar_test

import (
	"testing"

	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement/columnar"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// TestConditionalOverAnUnknownText: what a conditional does not choose may be
// unknown, here for want of enterprises.
func TestConditionalOverAnUnknownText(t *testing.T) {
	loan := map[string]string{
		"institution_id": "a", "loan_id": "1", "enterprise_id": "e", "principal": "1", "disbursed_on": "2021-01-01", "due_on": "2022-01-01",
	}
	facts, err := fact.FromExample(map[string][]map[string]string{"loans": {loan}})
	if err != nil {
		t.Fatal(err)
	}
	for source, want := range map[string][2]int{ // lines, rows set aside
		`(false ? borrower.name : "10") > "10"`:                           {0, 0},
		`(false ? borrower.name : "11") > "10"`:                           {1, 0},
		`(true ? borrower.name : "11") > "10"`:                            {0, 1},
		`(borrower.name == "x" ? "11" : "12") > "10"`:                     {0, 1},
		`(false ? borrower.name : "11") in ["11", "12"]`:                  {1, 0},
		`(loan.principal > yuan(1) ? borrower.name : "11").endsWith("2")`: {0, 0},
	} {
		plan := &policy.Plan{Policy: "p", Scope: settletest.Year, Items: []*policy.Item{{
			ID: "i", Table: fact.Lookup("loans"), When: settletest.Conditions("loans", source), Payee: policy.PayInstitution,
			Amount: &policy.AmountTerm{Value: money.Yuan},
		}}}
		expected, err := oracle.Run(t.Context(), plan, facts)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := columnar.Run(t.Context(), plan, facts, columnar.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if d := settletest.Diff(expected, got); d != "" || len(got.Lines) != want[0] || len(got.SetAside) != want[1] {
			t.Errorf("%s: %d lines and %d set aside, want %v; against the oracle: %s", source, len(got.Lines), len(got.SetAside), want, d)
		}
	}
}
