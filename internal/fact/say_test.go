package fact_test

import (
	"testing"

	"changrong/internal/fact"
)

func TestFactsAreNamedByTheirOwner(t *testing.T) {
	for name, want := range map[string]string{
		"branch.review_passed": "网点是否通过年审",
		"borrower.size":        "借款人的" + fact.Lookup("enterprises").Column("size").Zh,
		"loan.first_loan":      "贷款借据" + fact.Lookup("loans").Column("first_loan").Zh,
		"borrower.nothing":     "borrower.nothing",
		"2021-06":              "2021-06",
		"":                     "",
	} {
		if got := fact.Say(name); got != want {
			t.Errorf("%q is called %q, want %q", name, got, want)
		}
	}
}

func TestEveryColumnHasAName(t *testing.T) {
	for _, table := range fact.Tables() {
		for i := range table.Columns {
			if name := table.Row + "." + table.Columns[i].Name; table.Row != "" && fact.Say(name) == name {
				t.Errorf("%s has no name", name)
			}
		}
	}
}
