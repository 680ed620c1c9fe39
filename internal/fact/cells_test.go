package fact_test

import (
	"errors"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

func TestFromExample(t *testing.T) {
	m, err := fact.FromExample(map[string][]map[string]string{
		"loans": {
			{"institution_id": "bank-a", "loan_id": "1", "enterprise_id": "e", "principal": "12.5", "disbursed_on": "2021-01-02", "due_on": "2022-01-02"},
			{"institution_id": "bank-a", "loan_id": "2", "enterprise_id": "e", "principal": "1", "disbursed_on": "2021-01-02", "due_on": "2022-01-02", "first_loan": "1"},
		},
		"projects": {},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !m.Has("projects") || m["projects"].Len() != 0 || m.Has("branches") {
		t.Error("an empty table is there, one that is not mentioned is not")
	}
	b := m["loans"]
	if got := b.Vector("principal").Ints[0]; b.Len() != 2 || got != 1250 {
		t.Errorf("%d loans, the first of %d fen", b.Len(), got)
	}
	if v := b.Vector("first_loan"); !v.Unknown(0) || v.Unknown(1) || v.Ints[1] != 1 {
		t.Error("first_loan is not unknown, yes")
	}
}

func TestFromCellsRefuses(t *testing.T) {
	for _, c := range []struct {
		code, table string
		line        int
		field       string
		row         map[string]string
	}{
		{"fact.table", "cows", 0, "", nil},
		{"fact.column", "budgets", 1, "colour", map[string]string{"pool": "p", "amount": "1", "colour": "red"}},
		{"fact.column", "loans", 1, "opening_balance", map[string]string{"opening_balance": "1"}}, // derived
		{"fact.required", "budgets", 1, "amount", map[string]string{"pool": "p"}},
		{"money.amount", "budgets", 1, "amount", map[string]string{"pool": "p", "amount": "x"}},
		{"uscc.length", "institutions", 1, "institution_id", map[string]string{"institution_id": "bank-a", "name": "a", "kind": "other", "local_legal_person": "0"}},
	} {
		_, err := fact.FromCells(map[string][]map[string]string{c.table: {c.row}})
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != c.code || f.At.Line != c.line || f.At.Field != c.field {
			t.Errorf("%s in %s: got %v", c.code, c.table, err)
		}
	}
}
