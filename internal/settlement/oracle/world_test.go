package oracle_test

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// world is facts by hand, and the plan to run on them.
type world struct {
	tables map[string][]map[string]string
	plan   *policy.Plan
}

func newWorld(items ...*policy.Item) *world {
	w := &world{tables: map[string][]map[string]string{}, plan: &policy.Plan{Policy: "p", Scope: settletest.Year, Items: items}}
	for _, it := range items {
		if it.Pool != nil && len(w.plan.Pools) == 0 {
			w.plan.Pools = []*policy.Pool{it.Pool}
		}
	}
	return w
}

// loans returns an item about loans that pays a rate of their month-end mean.
func loans(id string, rate string, change ...func(*policy.Item)) *policy.Item {
	r, err := money.ParseRate(rate)
	if err != nil {
		panic(err)
	}
	it := &policy.Item{
		ID: id, Clause: "三(四)15", Title: id, Table: fact.Lookup("loans"), Payee: policy.PayInstitution,
		Base: policy.Base{Average: policy.MonthEndMean}, Rate: &policy.RateTerm{Value: r},
	}
	for _, c := range change {
		c(it)
	}
	return it
}

// add adds a row: column, cell, column, cell …
func (w *world) add(table string, pairs ...string) *world {
	row := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		row[pairs[i]] = pairs[i+1]
	}
	w.tables[table] = append(w.tables[table], row)
	return w
}

// note adds a loan note, "bank/note" of an enterprise, and its balance at the end
// of every month from the one it was drawn in to that of its closing.
func (w *world) note(name, enterprise, drawn, yuan string, more ...string) *world {
	bank, id := split(name)
	row := map[string]string{"institution_id": bank, "loan_id": id, "enterprise_id": enterprise, "principal": yuan, "disbursed_on": drawn, "due_on": "2023-01-01"}
	for i := 0; i < len(more); i += 2 {
		row[more[i]] = more[i+1]
	}
	w.tables["loans"] = append(w.tables["loans"], row)
	from, err := civil.ParseDate(drawn)
	if err != nil {
		panic(err)
	}
	last := settletest.Year.Last.Month()
	for m := max(from.Month(), settletest.Year.First.Month()-1); m <= last; m++ {
		w.balance(name, m.String(), yuan)
	}
	return w
}

func (w *world) balance(name, month, yuan string) *world {
	bank, id := split(name)
	return w.add("month_balances", "institution_id", bank, "loan_id", id, "month", month, "balance", yuan)
}

// unreported takes back what note reported of a month.
func (w *world) unreported(name string, months ...string) *world {
	bank, id := split(name)
	var kept []map[string]string
	for _, r := range w.tables["month_balances"] {
		gone := false
		for _, m := range months {
			gone = gone || r["institution_id"] == bank && r["loan_id"] == id && r["month"] == m
		}
		if !gone {
			kept = append(kept, r)
		}
	}
	w.tables["month_balances"] = kept
	return w
}

func split(name string) (bank, id string) {
	for i := range name {
		if name[i] == '/' {
			return name[:i], name[i+1:]
		}
	}
	panic("no bank in " + name)
}

// parties adds the institutions and enterprises that the notes name.
func (w *world) parties() *world {
	seen := map[string]bool{}
	for _, r := range w.tables["loans"] {
		if b := r["institution_id"]; !seen["i"+b] {
			seen["i"+b] = true
			w.add("institutions", "institution_id", b, "name", b, "kind", "city_bank", "local_legal_person", "1")
		}
		if e := r["enterprise_id"]; !seen["e"+e] {
			seen["e"+e] = true
			w.add("enterprises", "enterprise_id", e, "name", e, "kind", "enterprise")
		}
	}
	return w
}

func (w *world) facts(t *testing.T) fact.Memory {
	t.Helper()
	m, err := fact.FromExample(maps.Clone(w.tables))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (w *world) run(t *testing.T) *settlement.Result {
	t.Helper()
	r, err := oracle.Run(context.Background(), w.plan, w.facts(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// paid lists what lines pay, as "item bank/subject yuan".
func paid(r *settlement.Result) []string {
	return list(r, func(l settlement.Line) money.Fen { return l.Paid })
}

func list(r *settlement.Result, of func(settlement.Line) money.Fen) []string {
	var all []string
	for _, l := range r.Lines {
		all = append(all, fmt.Sprintf("%s %s/%s %s", l.Item, l.InstitutionID, l.SubjectID, of(l)))
	}
	return all
}

// asides lists rows that wait or are excluded, as "item bank/subject reason detail".
func asides(as []settlement.Aside) []string {
	var all []string
	for _, a := range as {
		all = append(all, fmt.Sprintf("%s %s/%s %s %s", a.Item, a.InstitutionID, a.SubjectID, a.Reason, a.Detail))
	}
	return all
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: got %q, want %q", what, got, want)
			return
		}
	}
}
