package postgres_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
	"changrong/internal/policy/expr/conformancetest"
	"changrong/internal/settlement/sqlgen"

	"github.com/jackc/pgx/v5"
)

// TestConformance: SQL gives what the CEL conformance suite says.
func TestConformance(t *testing.T) {
	conn := connect(t, pgtest.Start(t))
	cases, skipped, err := conformancetest.Cases()
	if err != nil {
		t.Fatal(err)
	}
	none := 0
	for _, c := range cases {
		if holdsNUL(c.Expr.Root) {
			none++ // no text of PostgreSQL holds NUL, and no fact
			continue
		}
		got := evaluate(t, conn, c.Expr, nil)
		if got != c.Want {
			t.Errorf("%s: %s is %+v, want %+v", c.Name, c.Expr.Source, got, c.Want)
		}
	}
	t.Logf("%d cases fit the language and %d do not; %d of those that fit hold NUL, which no text in PostgreSQL does", len(cases), skipped, none)
}

func holdsNUL(n *expr.Node) bool {
	return strings.ContainsRune(n.Text, 0) || slices.ContainsFunc(n.Args, holdsNUL)
}

// evaluate runs an expression over the columns of one row in PostgreSQL.
func evaluate(t *testing.T, conn *pgx.Conn, e *expr.Expr, of func(*expr.Variable) string) expr.Value {
	t.Helper()
	sql := sqlgen.Expression(sqlgen.PostgreSQL(), e.Root, of)
	if e.Root.Type.Kind == expr.Bool {
		sql = "CASE WHEN " + sql + " THEN 1 WHEN NOT " + sql + " THEN 0 END"
	}
	var text *string
	if err := conn.QueryRow(t.Context(), "SELECT CAST("+sql+" AS TEXT)").Scan(&text); err != nil {
		t.Errorf("%s: %s: %v", e.Source, sql, err)
		return expr.Value{}
	}
	if text == nil {
		return expr.Value{}
	}
	if e.Root.Type.Kind == expr.Text {
		return expr.Value{Known: true, Text: *text}
	}
	n, err := strconv.ParseInt(*text, 10, 64)
	if err != nil {
		t.Errorf("%s: %v", e.Source, err)
	}
	return expr.Value{Known: true, Int: n}
}

// world is a table made up for the tests of operators: two variables of each kind.
var world = &fact.Table{Name: "loans", Row: "x", Key: []string{"t"}, Columns: []fact.Column{
	{Name: "a", Type: fact.Bool},
	{Name: "b", Type: fact.Bool},
	{Name: "m", Type: fact.Int},
	{Name: "n", Type: fact.Int},
	{Name: "s", Type: fact.Text},
	{Name: "t", Type: fact.Text},
}}

// TestOperators holds every operator against cel-go over all pairs of values
// that matter, unknown among them.
func TestOperators(t *testing.T) {
	conn := connect(t, pgtest.Start(t))
	scope, err := expr.NewScope(expr.RowsOf(world), nil)
	if err != nil {
		t.Fatal(err)
	}
	unknown := expr.Value{}
	bools := []expr.Value{unknown, number(0), number(1)}
	ints := []expr.Value{unknown, number(0), number(1), number(-1), number(math.MaxInt64), number(math.MinInt64), number(3037000500)}
	texts := []expr.Value{unknown, text(""), text("a"), text("ab"), text("B"), text("%"), text("_"), text(`\`), text("'"), text("é"), text("e\u0301"), text("银行"), text("行")}
	for _, group := range []struct {
		sources []string
		names   [2]string
		values  []expr.Value
	}{
		{[]string{
			"x.a && x.b", "x.a || x.b", "!x.a", "!(x.a && !x.b)", "x.a == x.b", "x.a != x.b", "x.a < x.b", "x.a <= x.b", "x.a in [true, false]",
			"x.a in [true]", "x.a in []", "x.a ? x.b : false", "x.a ? true : x.b", "(x.a ? 1 : 2) == 1",
		}, [2]string{"x.a", "x.b"}, bools},
		{[]string{
			"x.m == x.n", "x.m != x.n", "x.m < x.n", "x.m <= x.n", "x.m > x.n", "x.m >= x.n", "x.m + x.n == 0", "x.m - x.n < 5", "x.m * x.n >= 1",
			"-x.m > 0", "x.m in [0, 1]", "x.m in [-9223372036854775808]", "x.m in []", "(x.m > 0 ? x.m : x.n) == 1", "x.m + x.n - x.n == x.m",
			"false && x.m + x.n > 0", "x.m * x.n * 0 == 0 || true", "(x.m + x.n) * (x.m - x.n) > 0",
		}, [2]string{"x.m", "x.n"}, ints},
		{[]string{
			"x.s == x.t", "x.s != x.t", "x.s < x.t", "x.s <= x.t", "x.s > x.t", "x.s >= x.t", "x.s.startsWith(x.t)", "x.s.endsWith(x.t)", "x.s.contains(x.t)",
			`x.s in ["a", "'", ""]`, "x.s in []", `(x.s == "a" ? x.t : "b") < "ab"`, `"a" < "B"`, `x.s.contains("%")`, `"é".endsWith(x.s)`,
		}, [2]string{"x.s", "x.t"}, texts},
	} {
		for _, source := range group.sources {
			holdsAgainst(t, conn, scope, source, group.names, group.values)
		}
	}
}

func number(n int64) expr.Value { return expr.Value{Known: true, Int: n} }

func text(s string) expr.Value { return expr.Value{Known: true, Text: s} }

// holdsAgainst runs source for every pair of values of two variables, here and by cel-go.
func holdsAgainst(t *testing.T, conn *pgx.Conn, scope *expr.Scope, source string, names [2]string, values []expr.Value) {
	t.Helper()
	e, err := scope.Compile(source, expr.Bool)
	if err != nil {
		t.Errorf("%s: %v", source, err)
		return
	}
	p, err := e.Program()
	if err != nil {
		t.Fatal(err)
	}
	for _, first := range values {
		for _, second := range values {
			held := map[string]expr.Value{names[0]: first, names[1]: second}
			want := p.Eval(func(v *expr.Variable) expr.Value { return held[v.Name] })
			got := evaluate(t, conn, e, func(v *expr.Variable) string { return constant(held[v.Name], v) })
			if got != want {
				t.Errorf("%s with %+v, %+v is %+v, want %+v", source, first, second, got, want)
			}
		}
	}
}

// constant writes a value as a column of its type would be.
func constant(x expr.Value, v *expr.Variable) string {
	switch {
	case v.Column.Type.Textual() && !x.Known:
		return "CAST(NULL AS TEXT)"
	case v.Column.Type.Textual():
		return fmt.Sprintf("CAST('%s' AS TEXT)", strings.ReplaceAll(x.Text, "'", "''"))
	case !x.Known:
		return "CAST(NULL AS BIGINT)"
	}
	return fmt.Sprintf("CAST(%d AS BIGINT)", x.Int)
}
