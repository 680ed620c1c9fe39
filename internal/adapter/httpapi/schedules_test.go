package httpapi_test

import (
	"maps"
	"net/http"
	"testing"

	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/loanbook/repayment"
)

// The calculator is open to everybody, answers to the fen, and says what is wrong.
func TestScheduleIsReckonedForAnybody(t *testing.T) {
	p := newSite(t, storetest.SQLite(t)).person()
	with := func(change map[string]any) map[string]any {
		terms := map[string]any{
			"method": "equal_instalments", "rate_ppb": 120_000_000, "basis": "30_360", "every": "month", "periods": 12,
			"drawdowns": []any{map[string]any{"on": "2024-01-15", "amount_fen": 1_000_000}},
		}
		maps.Copy(terms, change)
		return terms
	}
	var got httpapi.LoanSchedule
	fees := []any{map[string]any{"on": "2024-01-15", "amount_fen": 10_000, "title": "评估费"}, map[string]any{"on": "2025-02-01", "amount_fen": -20_000}}
	if status := p.do("POST", "/api/schedules", with(map[string]any{"fees": fees}), &got); status != http.StatusOK {
		t.Fatal(status)
	}
	first, last := got.Rows[1], got.Rows[12]
	if len(got.Rows) != 13 || first.Payment != 888_49 || first.Interest != 100_00 || last.Balance != 0 || got.Paid != got.Drawn+got.Interest || got.EndsOn.String() != "2025-01-15" {
		t.Errorf("%+v", got)
	}
	if c := got.Cost; c.Found != repayment.OneRate || c.Fees != -100_00 || *c.Compound < 100_000_000 || *c.Compound > 126_825_030 || c.Simple == nil {
		t.Errorf("cost %+v", c)
	}
	for name, c := range map[string]struct {
		change map[string]any
		status int
		code   string
		field  string
	}{
		"a method there is not":  {map[string]any{"method": "balloon"}, http.StatusUnprocessableEntity, "http.invalid", "method"},
		"a word unknown":         {map[string]any{"speed": 1}, http.StatusUnprocessableEntity, "http.invalid", "speed"},
		"a day there is not":     {map[string]any{"first_due_on": "2024-02-30"}, http.StatusUnprocessableEntity, "http.invalid", ""},
		"a fraction of a fen":    {map[string]any{"rate_ppb": 0.5}, http.StatusUnprocessableEntity, "http.invalid", "rate_ppb"},
		"too many periods":       {map[string]any{"periods": 601}, http.StatusUnprocessableEntity, "repayment.periods", "periods"},
		"more paid than is owed": {map[string]any{"prepayments": []any{map[string]any{"on": "2024-03-01", "amount_fen": 2_000_000, "keep": "term"}}}, http.StatusUnprocessableEntity, "repayment.amount", "prepayments"},
		"too many fees":          {map[string]any{"fees": make([]repayment.Fee, 61)}, http.StatusUnprocessableEntity, "repayment.amount", "fees"},
	} {
		var problem httpapi.Problem
		if status := p.do("POST", "/api/schedules", with(c.change), &problem); status != c.status || problem.Code != c.code || problem.Field != c.field {
			t.Errorf("%s: %d %+v", name, status, problem)
		}
	}
}

// One address may reckon as a person does, and no faster.
func TestCalculatorIsRationed(t *testing.T) {
	p := newSite(t, storetest.SQLite(t)).person()
	slow := 0
	for range 70 {
		if p.do("POST", "/api/schedules", map[string]any{}, nil) == http.StatusTooManyRequests {
			slow++
		}
	}
	if slow < 5 || slow > 15 {
		t.Errorf("%d of 70 calls were too many", slow)
	}
}
