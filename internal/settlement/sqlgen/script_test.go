package sqlgen_test

import (
	"regexp"
	"strings"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement/settletest"
	"changrong/internal/settlement/sqlgen"
)

// noise is what is not code: comments, and texts in quotes.
var noise = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'`)

// inexact is what would make a figure depend on the engine.
var inexact = regexp.MustCompile(`(?i)(/|\bavg\s*\(|\bfloat|\breal\b|\bdouble\b|\bround\s*\(|\blike\b|\brandom\s*\(|\bnow\s*\(|\bcurrent_)|\d\.\d|\de\d`)

// TestScriptsAreExact: no script divides but into whole parts, averages, or uses a
// float; whatever the plan.
func TestScriptsAreExact(t *testing.T) {
	for seed := range uint64(60) {
		plan, _ := settletest.Random(seed)
		for _, d := range []sqlgen.Dialect{sqlgen.PostgreSQL(), sqlgen.DuckDB(map[string]string{"loans": "facts/loans/*.parquet"})} {
			s, err := sqlgen.Generate(plan, d)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			code := noise.ReplaceAllString(s.String(), " ")
			if d.Name() == "DuckDB" {
				code = strings.ReplaceAll(code, "//", " div ") // whole parts
			}
			if found := inexact.FindStringIndex(code); found != nil {
				t.Fatalf("seed %d, %s: …%s…", seed, d.Name(), code[max(0, found[0]-60):min(len(code), found[1]+60)])
			}
		}
	}
}

// TestScriptIsTheSameEveryTime: nothing hangs on the order of a map.
func TestScriptIsTheSameEveryTime(t *testing.T) {
	for seed := range uint64(10) {
		plan, _ := settletest.Random(seed)
		first, err := sqlgen.Generate(plan, sqlgen.PostgreSQL())
		if err != nil {
			t.Fatal(err)
		}
		second, err := sqlgen.Generate(plan, sqlgen.PostgreSQL())
		if err != nil {
			t.Fatal(err)
		}
		if first.String() != second.String() {
			t.Errorf("seed %d gives another script the second time", seed)
		}
	}
}

// TestTextsStayWhereTheyStand: titles and names end no comment and no text, and
// items whose names look alike have tables of their own.
func TestTextsStayWhereTheyStand(t *testing.T) {
	loans := fact.Lookup("loans")
	scope, err := expr.NewScope(expr.RowsOf(loans), nil)
	if err != nil {
		t.Fatal(err)
	}
	when, err := scope.Compile(`loan.purpose == "it's */ -- here" || loan.purpose == ""`, expr.Bool)
	if err != nil {
		t.Fatal(err)
	}
	item := func(id string) *policy.Item {
		return &policy.Item{
			ID: id, Clause: "三\n;DROP", Title: "a\r\nDROP */ b\u2028c", Table: loans, When: []*expr.Expr{when},
			Payee: policy.PayInstitution, Amount: &policy.AmountTerm{Value: 1},
		}
	}
	plan := &policy.Plan{Policy: "p'x\ny", Scope: settletest.Year, Items: []*policy.Item{item("a-b"), item("a_b"), item("A.B"), item("项目"), item("9"), item(strings.Repeat("long", 30))}}
	s, err := sqlgen.Generate(plan, sqlgen.PostgreSQL())
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]bool{}
	for _, st := range s.Steps {
		if made[st.Name] {
			t.Errorf("%s is made twice", st.Name)
		}
		if len(st.Name) > 63 {
			t.Errorf("%s is too long for a name", st.Name)
		}
		made[st.Name] = true
	}
	for _, name := range []string{"a_b_select", "a_b_2_select", "a_b_3_select", "n___select", "n9_select"} {
		if !made[name] {
			t.Errorf("%s is not made; %d tables are", name, len(made))
		}
	}
	if code := noise.ReplaceAllString(s.String(), " "); strings.Contains(code, "DROP") || strings.Contains(code, "here") {
		t.Error("a text of the pack stands in the code")
	}
}

// TestReadsWhatItNeeds: a script asks for the facts its plan is about, and no more.
func TestReadsWhatItNeeds(t *testing.T) {
	branches := fact.Lookup("branches")
	plan := &policy.Plan{Policy: "p", Scope: settletest.Year, Items: []*policy.Item{{
		ID: "outlet", Table: branches, Payee: policy.PayInstitution, Amount: &policy.AmountTerm{Value: 100},
	}}}
	s, err := sqlgen.Generate(plan, sqlgen.PostgreSQL())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range s.Reads {
		got = append(got, r.Table.Name+":"+strings.Join(r.Columns, ","))
	}
	if want := "branches:institution_id,branch_id budgets:pool,amount"; strings.Join(got, " ") != want {
		t.Errorf("reads %s, want %s", got, want)
	}
}

// TestRefuses: rows known by a month have no subject, and no text of a fact holds NUL.
func TestRefuses(t *testing.T) {
	plan := &policy.Plan{Policy: "p", Scope: settletest.Year, Items: []*policy.Item{{
		ID: "x", Table: fact.Lookup("month_balances"), Payee: policy.PayInstitution, Amount: &policy.AmountTerm{Value: 100},
	}}}
	if _, err := sqlgen.Generate(plan, sqlgen.PostgreSQL()); fault.CodeOf(err) != "sqlgen.rows" {
		t.Errorf("got %v", err)
	}
	plan.Items[0].Table = fact.Lookup("branches")
	plan.Items[0].ID = "x\x00"
	if _, err := sqlgen.Generate(plan, sqlgen.PostgreSQL()); fault.CodeOf(err) != "sqlgen.text" {
		t.Errorf("got %v", err)
	}
}

// TestNamesInScope: rows of another table that belong to a row of an item go by the
// names that package expr gives them.
func TestNamesInScope(t *testing.T) {
	for _, parent := range fact.Tables() {
		if !parent.Column(parent.Key[len(parent.Key)-1]).Type.Textual() {
			continue
		}
		for _, child := range fact.Tables() {
			if child.LinkTo(parent.Name) == nil {
				continue
			}
			rows := expr.ChildRows(parent, child)
			scope, err := expr.NewScope(rows, nil)
			if err != nil {
				t.Fatal(err)
			}
			var when []*expr.Expr
			for _, r := range rows {
				e, err := scope.Compile(r.Name+"."+r.Table.Key[0]+` != ""`, expr.Bool)
				if err != nil {
					t.Fatal(err)
				}
				when = append(when, e)
			}
			plan := &policy.Plan{Policy: "p", Scope: settletest.Year, Items: []*policy.Item{{
				ID: "x", Table: parent, Payee: policy.PayInstitution, Amount: &policy.AmountTerm{Value: 100},
				Related: []policy.Related{{Table: child, When: when}},
			}}}
			s, err := sqlgen.Generate(plan, sqlgen.PostgreSQL())
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if n := strings.Count(s.Steps[0].SQL, " AS "+r.Name+" ON") + strings.Count(s.Steps[0].SQL, "FROM "+child.Name+" AS "+r.Name+"\n"); n != 1 {
					t.Errorf("%s of %s: %s is brought in %d times", child.Name, parent.Name, r.Name, n)
				}
			}
		}
	}
}
