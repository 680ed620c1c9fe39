package sim_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"changrong/internal/adapter/connect/departments"
	"changrong/internal/adapter/connect/reference"
	"changrong/internal/base/civil"
	"changrong/internal/exchange"
	"changrong/internal/fact"
	"changrong/internal/party"
	"changrong/internal/policy/expr"
	"changrong/internal/sim"
	"changrong/internal/sim/city"
)

// rules are the rules of a dataset, compiled apart from exchange.
func rules(t *testing.T, d *exchange.Dataset) map[string]*expr.Expr {
	t.Helper()
	answer := &fact.Table{Name: "answer", Row: "answer", Columns: []fact.Column{{Name: "as_of", Type: fact.Date}, {Name: "on", Type: fact.Date}}}
	scope, err := expr.NewScope([]expr.Row{{Name: "row", Table: d.Table()}, {Name: "answer", Table: answer}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	compiled := map[string]*expr.Expr{}
	for _, r := range d.Rules {
		if compiled[r.ID], err = scope.Compile(r.Check, expr.Bool); err != nil {
			t.Fatal(err)
		}
	}
	return compiled
}

// TestDepartmentsOfACityKeepTheRulesOfQuality: every dataset of every enterprise, over
// the wire; no record breaks a rule of the catalogue, and enterprises that are shown
// have records in all.
func TestDepartmentsOfACityKeepTheRulesOfQuality(t *testing.T) {
	n := 150
	if testing.Short() {
		n = 32
	}
	m := sim.City(5, n)
	server := httptest.NewServer(reference.NewServer(5, sim.Known(m), time.Now))
	defer server.Close()
	router, err := departments.Parse([]byte(reference.Config(5, server.URL)), departments.Options{Env: func(string) (string, bool) { return "", false }})
	if err != nil {
		t.Fatal(err)
	}
	defer router.Close()
	catalogue, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for _, d := range catalogue.Datasets() {
		checks := rules(t, d)
		all.Go(func() {
			var f city.Firm
			for i := range n {
				m.Firm(i, &f)
				x, err := router.Fetch(t.Context(), exchange.Query{ID: fmt.Sprint(d.ID, i), Dataset: d.ID, USCC: f.ID, Purpose: exchange.LoanApplication, Basis: "企业授权", Consent: "c"})
				if err != nil {
					t.Errorf("%s of %d: %v", d.ID, i, err)
					return
				}
				b, err := d.Decode(x.Records)
				if err != nil {
					t.Errorf("%s of %d: %v", d.ID, i, err)
					return
				}
				if len(x.Records) == 0 && i >= 10 && i < 30 {
					t.Errorf("%s knows nothing of enterprise %d, which is shown", d.ID, i)
				}
				for row := range x.Records {
					for id, check := range checks {
						if v := check.Eval(values(b, row, x.AsOf)); v.Known && v.Int == 0 {
							t.Errorf("%s of enterprise %d, record %d: %v breaks %s", d.ID, i, row+1, x.Records[row].Cells, id)
						}
					}
				}
			}
		})
	}
	all.Wait()
}

// TestRegistryOfACityIsItsMarketDepartments: every row is one that an import takes, and
// says what the department says when it is asked about the firm.
func TestRegistryOfACityIsItsMarketDepartments(t *testing.T) {
	const n = 60
	m := sim.City(5, n)
	market := reference.NewServer(5, sim.Known(m), time.Now)
	server := httptest.NewServer(market)
	defer server.Close()
	router, err := departments.Parse([]byte(reference.Config(5, server.URL)), departments.Options{Env: func(string) (string, bool) { return "", false }})
	if err != nil {
		t.Fatal(err)
	}
	defer router.Close()
	var text bytes.Buffer
	if err := sim.WriteRegistry(&text, m, market); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&text).ReadAll()
	if err != nil || len(lines) != n+1 || !slices.Equal(lines[0], party.Register.Stored()) {
		t.Fatalf("%d lines, the first %v: %v", len(lines), lines[0], err)
	}
	b := fact.NewBatch(party.Register, lines[0])
	for i, line := range lines[1:] {
		row := map[string]string{}
		for j, v := range b.Vectors {
			if err := v.AppendCell([]byte(line[j])); err != nil {
				t.Errorf("line %d, %s: %v", i+2, v.Column.Name, err)
			}
			row[v.Column.Name] = line[j]
		}
		d, err := router.Fetch(t.Context(), exchange.Query{ID: row["uscc"], Dataset: "market.licence", USCC: row["uscc"], Purpose: exchange.Prefill})
		if err != nil {
			t.Fatal(err)
		}
		cells := d.Records[0].Cells
		for column, field := range map[string]string{
			"name": "name", "kind": "kind", "status": "status", "closed_on": "closed_on", "registered_on": "registered_on", "registered_capital": "capital",
			"industry": "industry", "town": "town", "legal_representative": "owner_name",
		} {
			if row[column] != cells[field] {
				t.Errorf("line %d: %s is %q, and the department says %q", i+2, column, row[column], cells[field])
			}
		}
	}
}

func values(b *fact.Batch, row int, asOf civil.Date) func(*expr.Variable) expr.Value {
	return func(v *expr.Variable) expr.Value {
		if v.Owner == "answer" {
			return expr.Value{Known: true, Int: int64(asOf)}
		}
		x := b.Vector(v.Column.Name)
		switch {
		case x.Unknown(row):
			return expr.Value{}
		case x.Column.Type.Textual():
			return expr.Value{Known: true, Text: string(x.Texts.At(row))}
		}
		return expr.Value{Known: true, Int: x.Ints[row]}
	}
}
