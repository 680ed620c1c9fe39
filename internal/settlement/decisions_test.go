package settlement_test

import (
	"errors"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

func TestCheckDecisions(t *testing.T) {
	plan := &policy.Plan{Policy: "p", Items: []*policy.Item{
		{ID: "open-rate", Rate: &policy.RateTerm{Open: true, Min: 20 * money.Percent, Max: 50 * money.Percent}},
		{ID: "open-amount", Amount: &policy.AmountTerm{Open: true, Min: 0, Max: 100}},
		{ID: "fixed", Rate: &policy.RateTerm{Value: money.Percent}},
	}}
	for _, c := range []struct {
		item, rate, amount string
		code, field        string
	}{
		{"open-rate", "20", "", "", ""},
		{"open-rate", "50", "", "", ""},
		{"open-rate", "", "", "", ""},
		{"open-rate", "19.99999", "", "settlement.decision_range", "rate"},
		{"open-rate", "50.00001", "", "settlement.decision_range", "rate"},
		{"open-rate", "30", "1", "settlement.decision_closed", "amount"},
		{"open-amount", "", "1", "", ""},
		{"open-amount", "", "1.01", "settlement.decision_range", "amount"},
		{"open-amount", "1", "", "settlement.decision_closed", "rate"},
		{"fixed", "1", "", "settlement.decision_closed", "rate"},
		{"fixed", "", "", "", ""},
		{"nothing", "", "", "settlement.decision_item", "item"},
	} {
		src, err := fact.FromExample(map[string][]map[string]string{"decisions": {
			{"policy": "another", "item": "nothing", "subject_id": "*"},
			{"policy": "p", "item": c.item, "subject_id": "*", "rate": c.rate, "amount": c.amount},
		}})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := settlement.ReadDecisions(t.Context(), src, "p")
		if err != nil || len(rows) != 1 {
			t.Fatalf("%d decisions, %v", len(rows), err)
		}
		err = settlement.CheckDecisions(plan, rows)
		if fault.CodeOf(err) != c.code {
			t.Errorf("%+v: got %v", c, err)
		}
		var f *fault.Error
		if errors.As(err, &f) && (f.At.Line != 2 || f.At.File != "decisions" || f.At.Field != c.field) {
			t.Errorf("%+v: placed at %+v", c, f.At)
		}
	}
}
