package postgres_test

import (
	"testing"

	"changrong/internal/adapter/postgres"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// notes is facts about one note of 100 yuan each at the banks a, b and c.
func notes(more map[string][]map[string]string) map[string][]map[string]string {
	tables := map[string][]map[string]string{}
	for _, bank := range []string{"a", "b", "c"} {
		tables["loans"] = append(tables["loans"], map[string]string{
			"institution_id": bank, "loan_id": "1", "enterprise_id": "firm",
			"principal": "100", "disbursed_on": "2021-03-01", "due_on": "2022-03-01",
		})
	}
	for name, rows := range more {
		tables[name] = rows
	}
	return tables
}

// settled runs a plan in SQL and by the oracle, which must agree.
func settled(t *testing.T, p *policy.Plan, tables map[string][]map[string]string) *settlement.Result {
	t.Helper()
	facts, err := fact.FromExample(tables)
	if err != nil {
		t.Fatal(err)
	}
	got, err := postgres.RunOn(t.Context(), connect(t, pgtest.Start(t)), p, facts)
	if err != nil {
		t.Fatal(err)
	}
	want, err := oracle.Run(t.Context(), p, facts)
	if err != nil {
		t.Fatal(err)
	}
	if d := settletest.Diff(want, got); d != "" {
		t.Errorf("oracle and SQL:\n%s", d)
	}
	return got
}

// TestUnitsAreGivenBack: 1.50 yuan three times, rounded up to 2.00, is more than the
// pool of 5.00 holds; of equal fractions the highest payee gives its unit back.
func TestUnitsAreGivenBack(t *testing.T) {
	pool := &policy.Pool{ID: "pool", Allocator: policy.ProRata}
	p := &policy.Plan{Policy: "p", Scope: settletest.Year, Pools: []*policy.Pool{pool}, Items: []*policy.Item{{
		ID: "x", Table: fact.Lookup("loans"), Payee: policy.PayInstitution, Amount: &policy.AmountTerm{Value: 150}, Pool: pool,
		Rounding: money.Rounding{Unit: money.Yuan, Mode: money.HalfUp},
	}}}
	res := settled(t, p, notes(map[string][]map[string]string{"budgets": {{"pool": "pool", "amount": "5"}}}))
	paid := []money.Fen{}
	for _, l := range res.Lines {
		paid = append(paid, l.Paid)
	}
	if len(paid) != 3 || paid[0] != 200 || paid[1] != 200 || paid[2] != 100 {
		t.Errorf("paid %v, want 2.00, 2.00 and 1.00", paid)
	}
}

// TestScaledBesideDeductions: of the 1.00 yuan a note has had already, an item outside
// the pool has deducted 0.60, and its 0.40 that are left count at every rate tried:
// 100 yuan at 0.7049 %, which is 0.70, less 0.40 is the 0.30 that the pool holds.
func TestScaledBesideDeductions(t *testing.T) {
	pool := &policy.Pool{ID: "pool", Allocator: policy.ScaleRate}
	item := func(id string, rate money.Rate, pool *policy.Pool) *policy.Item {
		return &policy.Item{
			ID: id, Table: fact.Lookup("loans"), When: settletest.Conditions("loans", `loan.institution_id == "a"`), Payee: policy.PayInstitution,
			Base: policy.Base{Of: settletest.Number("loans", "loan.principal")}, Rate: &policy.RateTerm{Value: rate}, Pool: pool,
		}
	}
	outside, inside := item("outside", 6*money.Percent/10, nil), item("inside", money.Percent, pool)
	p := &policy.Plan{
		Policy: "p", Scope: settletest.Year, Pools: []*policy.Pool{pool}, Items: []*policy.Item{inside, outside},
		Groups: []*policy.Group{{ID: "paid", Strategy: policy.DeductPaid, Items: []*policy.Item{outside, inside}}},
	}
	res := settled(t, p, notes(map[string][]map[string]string{
		"budgets":  {{"pool": "pool", "amount": "0.30"}},
		"benefits": {{"benefit_id": "1", "policy": "other", "payee_id": "a", "institution_id": "a", "loan_id": "1", "amount": "1", "paid_on": "2021-06-01"}},
	}))
	if len(res.Lines) != 2 || res.Lines[0].Deducted != 40 || res.Lines[0].Pooled != 30 || res.Lines[1].Deducted != 60 || res.Lines[1].Pooled != 0 {
		t.Errorf("got %+v", res.Lines)
	}
	if len(res.Pools) != 1 || res.Pools[0].Rate != 7_049*money.PPM {
		t.Errorf("got %+v, want the rate 0.7049 %%", res.Pools)
	}
}
