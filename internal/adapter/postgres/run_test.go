package postgres_test

import (
	"context"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"changrong/internal/adapter/postgres"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/cases"
	"changrong/internal/settlement/settletest"
)

// TestLinhaiCases: the cases of the Linhai pack, worked out by hand, come out in SQL;
// among them the note of 15,000,000 yuan under every average.
func TestLinhaiCases(t *testing.T) {
	conn := connect(t, pgtest.Start(t))
	pack, err := policy.Load(os.DirFS("../../../packs/linhai-2021-47"))
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := cases.Run(t.Context(), pack, []cases.Runner{{
		Name: "postgres",
		Run: func(ctx context.Context, plan *policy.Plan, src fact.Source) (*settlement.Result, error) {
			return postgres.RunOn(ctx, conn, plan, src)
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(outcomes) < 50 {
		t.Errorf("only %d cases", len(outcomes))
	}
	for _, o := range outcomes {
		for _, wrong := range o.Wrong {
			t.Errorf("%s: %s: %s", o.At, o.Name, wrong)
		}
	}
}

// example is facts about one note of one bank.
func example(t *testing.T, more map[string][]map[string]string) fact.Memory {
	t.Helper()
	tables := map[string][]map[string]string{
		"institutions": {{"institution_id": "bank", "name": "银行", "kind": "city_bank", "local_legal_person": "1"}},
		"enterprises":  {{"enterprise_id": "firm", "name": "企业", "kind": "enterprise"}},
		"loans": {{
			"institution_id": "bank", "loan_id": "1", "enterprise_id": "firm", "principal": "100", "disbursed_on": "2021-03-01",
			"due_on": "2022-03-01", "project_id": "p",
		}},
	}
	for name, rows := range more {
		tables[name] = rows
	}
	m, err := fact.FromExample(tables)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func plan(when ...string) *policy.Plan {
	loans := fact.Lookup("loans")
	return &policy.Plan{Policy: "p", Scope: settletest.Year, Items: []*policy.Item{{
		ID: "x", Table: loans, When: settletest.Conditions("loans", when...), Payee: policy.PayInstitution,
		Amount: &policy.AmountTerm{Open: true, Min: 0, Max: math.MaxInt64, Default: new(money.Fen(5))},
	}}}
}

// TestRunLeavesNothingBehind: Run settles, and the database is as empty as before.
func TestRunLeavesNothingBehind(t *testing.T) {
	dsn := pgtest.Start(t)
	res, err := postgres.Run(t.Context(), dsn, plan("loan.principal > yuan(0)"), example(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Lines) != 1 || res.Lines[0].Paid != 5 || len(res.Totals) != 1 || res.Totals[0].PayeeID != "bank" {
		t.Errorf("got %+v", res)
	}
	var schemas int
	if err := connect(t, dsn).QueryRow(t.Context(), "SELECT COUNT(*) FROM pg_namespace WHERE nspname LIKE 'changrong%'").Scan(&schemas); err != nil || schemas != 0 {
		t.Errorf("%d schemas are left, %v", schemas, err)
	}
}

// TestRefusesErrorsInTheFacts: nothing is settled on facts that contradict the plan
// or themselves, and the connection can be used again.
func TestRefusesErrorsInTheFacts(t *testing.T) {
	conn := connect(t, pgtest.Start(t))
	for _, c := range []struct {
		code, when string
		facts      map[string][]map[string]string
	}{
		{"", `loan.project_id == "p"`, nil},
		{"", `project.name == "x"`, nil}, // the table is not there: unknown
		{"settlement.link", `project.name == "x"`, map[string][]map[string]string{"projects": {}}},
		{"settlement.link", `borrower.tech`, map[string][]map[string]string{"enterprises": {}}},
		{"", `loan.project_id == "p"`, map[string][]map[string]string{"projects": {}}}, // nobody follows the link
		{"settlement.decision_item", `true`, map[string][]map[string]string{"decisions": {{"policy": "p", "item": "y", "subject_id": "*"}}}},
		{"settlement.decision_closed", `true`, map[string][]map[string]string{"decisions": {{"policy": "p", "item": "x", "subject_id": "*", "rate": "1"}}}},
		{"settlement.decision_range", `true`, map[string][]map[string]string{"decisions": {{"policy": "p", "item": "x", "subject_id": "*", "amount": "-1"}}}},
		{"", `true`, map[string][]map[string]string{"decisions": {{"policy": "other", "item": "y", "subject_id": "*", "rate": "1"}}}},
	} {
		_, err := postgres.RunOn(t.Context(), conn, plan(c.when), example(t, c.facts))
		if fault.CodeOf(err) != c.code || (c.code == "" && err != nil) {
			t.Errorf("%s, %v: got %v", c.when, c.facts, err)
		}
	}
}

// TestManyRows: a batch longer than one chunk of the copy arrives whole.
func TestManyRows(t *testing.T) {
	const n = 5000
	loans := make([]map[string]string, n)
	for i := range loans {
		loans[i] = map[string]string{
			"institution_id": "bank", "loan_id": strconv.Itoa(i), "enterprise_id": "firm", "principal": strconv.Itoa(i),
			"disbursed_on": "2021-03-01", "due_on": "2022-03-01", "purpose": strings.Repeat("用途", i%50),
		}
	}
	p := plan(`loan.purpose != "x"`) // unknown for every fiftieth
	p.Items[0].Base = policy.Base{Of: settletest.Number("loans", "loan.principal")}
	res, err := postgres.RunOn(t.Context(), connect(t, pgtest.Start(t)), p, example(t, map[string][]map[string]string{"loans": loans}))
	if err != nil {
		t.Fatal(err)
	}
	sum := int64(0)
	for i := range int64(n) {
		if i%50 != 0 {
			sum += i * int64(money.Yuan)
		}
	}
	if len(res.SetAside) != n/50 || len(res.Totals) != 1 || res.Totals[0].Rows != n-n/50 || res.Totals[0].Base != sum {
		t.Errorf("%d rows wait, totals %+v, want %d and a base of %d", len(res.SetAside), res.Totals, n/50, sum)
	}
}

// TestOverflowIsSaid: totals beyond int64 are refused, not wrapped.
func TestOverflowIsSaid(t *testing.T) {
	conn := connect(t, pgtest.Start(t))
	p := plan()
	p.Items[0].Amount = &policy.AmountTerm{Value: math.MaxInt64}
	facts := example(t, map[string][]map[string]string{"loans": {
		{"institution_id": "bank", "loan_id": "1", "enterprise_id": "firm", "principal": "1", "disbursed_on": "2021-03-01", "due_on": "2022-03-01"},
		{"institution_id": "bank", "loan_id": "2", "enterprise_id": "firm", "principal": "1", "disbursed_on": "2021-03-01", "due_on": "2022-03-01"},
	}})
	if _, err := postgres.RunOn(t.Context(), conn, p, facts); fault.CodeOf(err) != "settlement.overflow" {
		t.Errorf("got %v", err)
	}
}

// TestUnavailable: a database that is not there is told apart from a defect.
func TestUnavailable(t *testing.T) {
	for _, dsn := range []string{"host=" + t.TempDir() + " user=nobody", pgtest.Start(t) + "_none"} {
		_, err := postgres.Run(t.Context(), dsn, plan(), example(t, nil))
		if fault.CodeOf(err) != "postgres.unavailable" || fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: got %v", dsn, err)
		}
	}
}

// TestCanceled: a run that is stopped says so.
func TestCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	conn := connect(t, pgtest.Start(t))
	cancel()
	if _, err := postgres.RunOn(ctx, conn, plan(), example(t, nil)); err == nil {
		t.Error("a run without time succeeded")
	}
}
