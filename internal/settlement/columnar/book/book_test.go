package book_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement/columnar/book"
	"changrong/internal/settlement/settletest"
)

type row = map[string]string

// tables is a small town: two banks, three borrowers, four notes.
func tables() map[string][]row {
	loan := func(bank, id, firm, project string) row {
		return row{
			"institution_id": bank, "loan_id": id, "enterprise_id": firm, "branch_id": "x", "project_id": project, "principal": "100",
			"disbursed_on": "2021-03-01", "due_on": "2022-03-01", "first_loan": "1",
		}
	}
	return map[string][]row{
		"institutions": {{"institution_id": "b", "name": "乙", "kind": "other", "local_legal_person": "1"}, {"institution_id": "a", "name": "甲", "kind": "other", "local_legal_person": "1"}},
		"branches":     {{"institution_id": "a", "branch_id": "x", "name": "x"}, {"institution_id": "b", "branch_id": "x", "name": "x", "feature": "tech"}},
		"enterprises":  {{"enterprise_id": "e", "name": "e", "kind": "enterprise"}, {"enterprise_id": "f", "name": "f", "kind": "coop", "tech": "1"}, {"enterprise_id": "g", "name": "g", "kind": "coop"}},
		"projects":     {{"project_id": "p", "institution_id": "a", "name": "p"}},
		"loans":        {loan("b", "1", "e", ""), loan("a", "2", "f", "p"), loan("a", "1", "g", ""), loan("b", "2", "e", "p")},
		"month_balances": {
			{"institution_id": "a", "loan_id": "1", "month": "2021-03", "balance": "100"},
			{"institution_id": "a", "loan_id": "1", "month": "2021-04", "balance": "90"},
			{"institution_id": "b", "loan_id": "1", "month": "2021-03", "balance": "20000000000"},
			{"institution_id": "b", "loan_id": "1", "month": "2019-03", "balance": "1"},
			{"institution_id": "b", "loan_id": "2", "month": "2021-12", "balance": "-5"},
		},
		"guarantees": {
			{"guarantee_id": "1", "guarantor_id": "z", "institution_id": "a", "loan_id": "1", "enterprise_id": "g", "amount": "1", "start_on": "2021-01-01", "end_on": "2022-01-01"},
			{"guarantee_id": "2", "guarantor_id": "z", "institution_id": "b", "loan_id": "1", "enterprise_id": "e", "amount": "1", "start_on": "2021-01-01", "end_on": "2022-01-01", "scheme": "xinbao"},
		},
	}
}

// plan looks at all of them.
func plan() *policy.Plan {
	loans := fact.Lookup("loans")
	return &policy.Plan{Policy: "p", Scope: settletest.Year, Items: []*policy.Item{{
		ID: "i", Table: loans, Payee: policy.PayInstitution, Base: policy.Base{Average: policy.Chronological}, Rate: &policy.RateTerm{Value: 1},
		When:    settletest.Conditions("loans", `borrower.tech || branch.feature == "tech" || project.kind == "rd" || lender.local_legal_person`),
		Related: []policy.Related{{Table: fact.Lookup("guarantees"), When: settletest.ChildConditions("loans", "guarantees", `guarantee.scheme == "xinbao"`)}},
	}}}
}

func open(t *testing.T, tables map[string][]row, o book.Options) (*book.Book, error) {
	t.Helper()
	facts, err := fact.FromExample(tables)
	if err != nil {
		t.Fatal(err)
	}
	return book.Open(t.Context(), facts, o, []*policy.Plan{plan()})
}

// TestRefusesBrokenFacts: alike, and with the same place, in any order of rows and
// with any number of partitions.
func TestRefusesBrokenFacts(t *testing.T) {
	for _, c := range []struct {
		name, code, file string
		line             int
		en               string
		change           func(map[string][]row)
	}{
		{"a note twice", "settlement.duplicate_key", "loans", 4, `loans holds "a 1" more than once`, func(m map[string][]row) {
			m["loans"][3] = maps.Clone(m["loans"][2])
			m["loans"][3]["enterprise_id"] = "f" // perhaps in another partition
		}},
		{"a guarantee twice", "settlement.duplicate_key", "guarantees", 2, `guarantees holds "1" more than once`, func(m map[string][]row) {
			m["guarantees"][1]["guarantee_id"] = "1"
		}},
		{"a month twice", "settlement.duplicate_key", "month_balances", 2, `month_balances holds "a 1 2021-03" more than once`, func(m map[string][]row) {
			m["month_balances"][1]["month"] = "2021-03"
		}},
		{"an enterprise twice", "settlement.duplicate_key", "enterprises", 3, `enterprises holds "e" more than once`, func(m map[string][]row) {
			m["enterprises"][2]["enterprise_id"] = "e"
			delete(m, "loans")
		}},
		{"a branch twice", "settlement.duplicate_key", "branches", 2, `branches holds "a x" more than once`, func(m map[string][]row) {
			m["branches"][1]["institution_id"] = "a"
		}},
		{"no such borrower", "settlement.link", "loans", 3, `the row "a 1" of loans leads to "h", which is not in enterprises`, func(m map[string][]row) {
			m["loans"][2]["enterprise_id"] = "h"
			m["loans"][0]["enterprise_id"] = "h" // its key is higher
		}},
		{"no such bank", "settlement.link", "loans", 1, `the row "c 1" of loans leads to "c", which is not in institutions`, func(m map[string][]row) {
			m["loans"][0]["institution_id"] = "c"
		}},
		{"no such branch", "settlement.link", "loans", 4, `the row "b 2" of loans leads to "b y", which is not in branches`, func(m map[string][]row) {
			m["loans"][3]["branch_id"] = "y"
		}},
		{"no such project", "settlement.link", "loans", 2, `the row "a 2" of loans leads to "q", which is not in projects`, func(m map[string][]row) {
			m["loans"][1]["project_id"] = "q"
		}},
		{"a balance of no note", "settlement.link", "month_balances", 3, `the row "b 3 2021-03" of month_balances leads to "b 3", which is not in loans`, func(m map[string][]row) {
			m["month_balances"][2]["loan_id"] = "3"
		}},
		{"a guarantee of no note", "settlement.link", "guarantees", 1, `the row "1" of guarantees leads to "a 3", which is not in loans`, func(m map[string][]row) {
			m["guarantees"][0]["loan_id"] = "3"
		}},
		{"nothing to settle", "settlement.no_facts", "", 0, "the facts have no row of any item's table", func(m map[string][]row) {
			m["loans"], m["month_balances"], m["guarantees"] = nil, nil, nil
		}},
	} {
		facts := tables()
		c.change(facts)
		for _, o := range []book.Options{{Workers: 1}, {Workers: 3, Partitions: 5}, {Partitions: 256}} {
			b, err := open(t, facts, o)
			for i := 1; err == nil && i < b.Passes(); i++ { // balances of other partitions are read later
				_, err = b.Turn(t.Context(), i)
			}
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != c.code || f.At.File != c.file || f.At.Line != c.line || f.En != c.en {
				t.Errorf("%s, %+v: got %v", c.name, o, err)
			}
		}
	}
}

func TestLinksThatAreEmptyOrLeadOutOfTheFactsAreNoFault(t *testing.T) {
	facts := tables()
	facts["loans"][0]["branch_id"], facts["loans"][0]["project_id"] = "", ""
	for _, absent := range []string{"", "enterprises", "institutions", "branches", "projects", "month_balances", "guarantees"} {
		delete(facts, absent)
		if _, err := open(t, facts, book.Options{}); err != nil {
			t.Errorf("without %s: %v", absent, err)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []book.Options{{Workers: -1}, {Workers: 1025}, {Partitions: 257}} {
		if _, err := open(t, tables(), o); fault.CodeOf(err) != "settlement.options" {
			t.Errorf("%+v: got %v", o, err)
		}
	}
}

func TestMonthEndBalances(t *testing.T) {
	b, err := open(t, tables(), book.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.Turn(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	march, _ := civil.MonthOf(2021, 3)
	notes := b.Table(p, "loans")
	for _, c := range []struct {
		note  uint32 // in order of keys: a 1, a 2, b 1, b 2
		month civil.Month
		fen   int64
		known bool
	}{
		{0, march - 1, 0, true},             // not drawn yet
		{0, march, 10_000, true},            // reported
		{0, march + 1, 9_000, true},         //
		{0, march + 2, 0, false},            // a gap
		{1, march, 0, false},                //
		{2, march, 2_000_000_000_000, true}, // more than five bytes hold
		{3, march + 9, -500, true},          // below 0
		{3, march - 3, 0, true},             // the opening
	} {
		fen, known := p.Balances.At(c.note, p.Balances.Index(c.month))
		if fen != c.fen || known != c.known {
			t.Errorf("note %s at %s: %d, %v; want %d, %v", notes.Keys.At(c.note), c.month, fen, known, c.fen, c.known)
		}
		ints, unknown := make([]int64, 1), make([]uint8, 1)
		p.Balances.MonthEnd(c.month).Read([]uint32{c.note}, ints, unknown)
		if ints[0] != c.fen || unknown[0] == 0 != c.known {
			t.Errorf("note %s at %s as a column: %d, %v", notes.Keys.At(c.note), c.month, ints[0], unknown[0])
		}
	}
}

// digestsOf reads the facts and digests them, all partitions.
func digestsOf(t *testing.T, facts map[string][]row, o book.Options) []book.TableDigest {
	t.Helper()
	b, err := open(t, facts, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range b.Passes() {
		if _, err := b.Turn(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	return b.Digests()
}

func TestDigestsCoverWhatIsReadAndNothingElse(t *testing.T) {
	want := digestsOf(t, tables(), book.Options{})
	var names []string
	for _, d := range want {
		names = append(names, fmt.Sprintf("%s %d %v", d.Table, d.Rows, d.Columns))
	}
	if expected := []string{
		"institutions 2 [institution_id local_legal_person]", "branches 2 [institution_id branch_id feature]", "enterprises 3 [enterprise_id tech]",
		"projects 1 [project_id kind]", "loans 4 [institution_id loan_id branch_id enterprise_id disbursed_on closed_on project_id]",
		"month_balances 4 [institution_id loan_id month balance]", "guarantees 2 [guarantee_id institution_id loan_id scheme]",
	}; !slices.Equal(names, expected) {
		t.Errorf("read %q, want %q", names, expected)
	}
	for _, c := range []struct {
		table, column, cell string
		changes             bool
	}{
		{"institutions", "local_legal_person", "0", true},
		{"institutions", "name", "丙", false},
		{"branches", "feature", "rural", true},
		{"branches", "site", "urban", false},
		{"enterprises", "tech", "0", true},
		{"enterprises", "size", "small", false},
		{"projects", "kind", "rd", true},
		{"projects", "released_on", "2021-01-01", false},
		{"loans", "closed_on", "2022-01-01", true},
		{"loans", "enterprise_id", "f", true},
		{"loans", "project_id", "p", true},
		{"loans", "branch_id", "", true},
		{"loans", "principal", "7", false},
		{"loans", "due_on", "2022-02-01", false},
		{"month_balances", "balance", "100.01", true},
		{"month_balances", "month", "2021-05", true},
		{"month_balances", "quality", "normal", false},
		{"guarantees", "scheme", "a", true},
		{"guarantees", "amount", "2", false},
	} {
		facts := tables()
		facts[c.table][0][c.column] = c.cell
		got := digestsOf(t, facts, book.Options{Workers: 2, Partitions: 3})
		for i, d := range got {
			same := d.SHA256 == want[i].SHA256
			if d.Table == c.table && same == c.changes {
				t.Errorf("%s.%s: changes the digest: %v", c.table, c.column, !same)
			} else if d.Table != c.table && !same && c.column != "enterprise_id" { // balances stand in the bucket of the enterprise
				t.Errorf("%s.%s changes the digest of %s", c.table, c.column, d.Table)
			}
		}
	}
	facts := tables()
	for _, rows := range facts {
		slices.Reverse(rows)
	}
	if got := digestsOf(t, facts, book.Options{Partitions: 200}); !reflect.DeepEqual(got, want) {
		t.Errorf("in another order\n%v\n%v", got, want)
	}
}
