package expr_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

// loans is the scope of conditions on loan notes, with the constants of 2021.
func loans(t testing.TB) *expr.Scope {
	t.Helper()
	first, _ := civil.Of(2021, 1, 1)
	last, _ := civil.Of(2021, 12, 31)
	s, err := expr.NewScope(expr.RowsOf(fact.Lookup("loans")), []expr.Const{
		{Name: "scope.first", Type: expr.Type{Kind: expr.Int, Unit: expr.Day}, Int: int64(first)},
		{Name: "scope.last", Type: expr.Type{Kind: expr.Int, Unit: expr.Day}, Int: int64(last)},
		{Name: "scope.year", Type: expr.Type{Kind: expr.Int}, Int: 2021, Zh: "2021年"},
		{Name: "param.limit", Type: expr.Type{Kind: expr.Int, Unit: expr.Money}, Int: int64(3000 * money.Wan)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// row is what variables hold; one that is not there is unknown. A text is a text,
// anything else an integer.
type row map[string]any

func (r row) of(v *expr.Variable) expr.Value {
	switch x := r[v.Name].(type) {
	case string:
		return expr.Value{Known: true, Text: x}
	case int:
		return expr.Value{Known: true, Int: int64(x)}
	case int64:
		return expr.Value{Known: true, Int: x}
	}
	return expr.Value{}
}

func eval(t *testing.T, s *expr.Scope, src string, kind expr.Kind, r row) expr.Value {
	t.Helper()
	e, err := s.Compile(src, kind)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	p, err := e.Program()
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return p.Eval(r.of)
}

const (
	maxInt = int64(1<<63 - 1)
	minInt = -maxInt - 1
)

// Every operator, on values that are known.
func TestOperators(t *testing.T) {
	r := row{
		"borrower.tech": 1, "borrower.private": 0, "borrower.employees": 7, "borrower.annual_sales": 300_00, "borrower.total_assets": 200_00,
		"borrower.industry": "C3460", "borrower.size": "small", "loan.disbursed_on": 18809, "loan.due_on": 18810, "loan.rate": 43_500_000, "loan.purpose": "购买设备",
		"loan.project_id": "",
	}
	s := loans(t)
	for _, c := range []struct {
		src  string
		want any // bool, int or string
	}{
		{"borrower.tech", true},
		{"!borrower.tech", false},
		{"!!borrower.tech", true},
		{"borrower.tech && !borrower.private", true},
		{"borrower.tech && borrower.private", false},
		{"borrower.private || borrower.tech", true},
		{"borrower.private || !borrower.tech", false},
		{"borrower.tech == true", true},
		{"borrower.tech != borrower.private", true},
		{"borrower.private < borrower.tech", true},
		{"borrower.employees == 7", true},
		{"borrower.employees != 7", false},
		{"borrower.employees < 7", false},
		{"borrower.employees <= 7", true},
		{"borrower.employees > 6", true},
		{"borrower.employees >= 8", false},
		{"borrower.employees in [1, 7, 9]", true},
		{"borrower.employees in [1]", false},
		{"borrower.size in ['micro', 'small']", true},
		{"borrower.size == 'small'", true},
		{"loan.project_id == ''", true},
		{"borrower.industry.startsWith('C')", true},
		{"borrower.industry.startsWith('D')", false},
		{"borrower.industry.endsWith('60')", true},
		{"borrower.industry.contains('346')", true},
		{"loan.purpose.contains('设备')", true},
		{"loan.purpose < '贷'", true}, // 购 U+8D2D, 贷 U+8D37: byte order of UTF-8
		{"borrower.annual_sales == yuan(300)", true},
		{"borrower.annual_sales <= param.limit", true},
		{"borrower.annual_sales * 2 > wan(1)", false},
		{"loan.disbursed_on == date('2021-07-01')", true},
		{"loan.disbursed_on >= scope.first && loan.disbursed_on <= scope.last", true},
		{"loan.due_on - loan.disbursed_on == 1", true},
		{"loan.disbursed_on + 1 == loan.due_on", true},
		{"loan.rate == percent('4.35')", true},
		{"loan.rate < percent('4.35%')", false},
		{"scope.year == 2021", true},
		{"borrower.tech ? borrower.private : borrower.tech", false},
		{"borrower.annual_sales + borrower.total_assets", 500_00},
		{"borrower.annual_sales - borrower.total_assets", 100_00},
		{"borrower.total_assets - borrower.annual_sales", -100_00},
		{"borrower.annual_sales * 3", 900_00},
		{"3 * borrower.annual_sales", 900_00},
		{"-borrower.annual_sales", -300_00},
		{"borrower.tech ? borrower.annual_sales : yuan(0)", 300_00},
		{"borrower.private ? borrower.annual_sales : yuan(1)", 100},
		{"wan(3000)", 3000_0000_00},
		{"date('1970-01-02') - date('1970-01-01')", 1},
		{"borrower.size", "small"},
		{"borrower.tech ? 'a' : 'b'", "a"},
	} {
		kind, want := expr.Bool, expr.Value{Known: true}
		switch x := c.want.(type) {
		case bool:
			if x {
				want.Int = 1
			}
		case int:
			kind, want.Int = expr.Int, int64(x)
		case string:
			kind, want.Text = expr.Text, x
		}
		if got := eval(t, s, c.src, kind, r); got != want {
			t.Errorf("%s is %+v, want %+v", c.src, got, want)
		}
	}
}

// The truth tables of Kleene: 0 false, 1 true, 2 unknown.
func TestThreeValues(t *testing.T) {
	s := loans(t)
	bind := func(a, b int) row {
		r := row{}
		if a < 2 {
			r["borrower.tech"] = a
		}
		if b < 2 {
			r["borrower.private"] = b
		}
		return r
	}
	for op, table := range map[string][3][3]int{
		"&&": {{0, 0, 0}, {0, 1, 2}, {0, 2, 2}},
		"||": {{0, 1, 2}, {1, 1, 1}, {2, 1, 2}},
		"==": {{1, 0, 2}, {0, 1, 2}, {2, 2, 2}},
		"!=": {{0, 1, 2}, {1, 0, 2}, {2, 2, 2}},
	} {
		for a := range 3 {
			for b := range 3 {
				got := eval(t, s, "borrower.tech "+op+" borrower.private", expr.Bool, bind(a, b))
				if fromTruth(got) != table[a][b] {
					t.Errorf("%d %s %d is %+v, want %d", a, op, b, got, table[a][b])
				}
			}
		}
	}
	for a, want := range []int{1, 0, 2} {
		if got := eval(t, s, "!borrower.tech", expr.Bool, bind(a, 0)); fromTruth(got) != want {
			t.Errorf("! %d is %+v", a, got)
		}
	}
}

func fromTruth(v expr.Value) int {
	if !v.Known {
		return 2
	}
	return int(v.Int)
}

// What hangs on an unknown is unknown, and what leaves int64 is too; what does not
// hang on it is known.
func TestUnknownGoesNoFurtherThanItMust(t *testing.T) {
	s := loans(t)
	known := row{"borrower.tech": 1, "borrower.private": 0, "borrower.annual_sales": maxInt, "borrower.total_assets": 1, "borrower.credit_line": minInt}
	for src, want := range map[string]int{
		"borrower.employees > 1":                                    2,
		"borrower.employees in [1, 2]":                              2,
		"borrower.employees == borrower.employees":                  2,
		"borrower.industry.startsWith('C')":                         2,
		"loan.purpose == ''":                                        2,
		"borrower.employees > 1 || borrower.tech":                   1,
		"borrower.employees > 1 && borrower.private":                0,
		"borrower.employees > 1 && borrower.tech":                   2,
		"!(borrower.employees > 1 && borrower.private)":             1,
		"borrower.tech ? borrower.tech : borrower.employees > 1":    1,
		"borrower.private ? borrower.employees > 1 : borrower.tech": 1,
		"borrower.employees > 1 ? borrower.tech : borrower.tech":    2,
		// beyond int64
		"borrower.annual_sales + borrower.total_assets > yuan(0)":                     2,
		"borrower.annual_sales * 2 > yuan(0)":                                         2,
		"-borrower.credit_line > yuan(0)":                                             2,
		"borrower.credit_line - borrower.total_assets < yuan(0)":                      2,
		"borrower.annual_sales + borrower.total_assets > yuan(0) || borrower.tech":    1,
		"borrower.annual_sales + borrower.total_assets > yuan(0) && borrower.private": 0,
		"borrower.annual_sales * 2 > yuan(0) && borrower.employees > 1":               2,
		"borrower.tech ? borrower.tech : borrower.annual_sales * 2 > yuan(0)":         1,
		"borrower.annual_sales - borrower.total_assets > yuan(0)":                     1,
	} {
		if got := eval(t, s, src, expr.Bool, known); fromTruth(got) != want {
			t.Errorf("%s is %+v, want %d", src, got, want)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	s := loans(t)
	for _, c := range []struct {
		src, code string
		column    int
		kind      expr.Kind
		says      string // part of a sentence
	}{
		{"borrower.technology", "expr.unknown_name", 1, expr.Bool, ""},
		{"borrower.teck", "expr.unknown_name", 1, expr.Bool, "borrower.tech"},
		{"borrower.anual_sales > yuan(1)", "expr.unknown_name", 1, expr.Bool, "borrower.annual_sales"},
		{"lender.tech", "expr.unknown_name", 1, expr.Bool, ""},
		{"scope.lats > scope.first", "expr.unknown_name", 1, expr.Bool, "scope.last"},
		{"param.limits > yuan(1)", "expr.unknown_name", 1, expr.Bool, "param.limit"},
		{"tech", "expr.unknown_name", 1, expr.Bool, ""},
		{"borrower", "expr.unknown_name", 1, expr.Bool, ""},
		{"borrower.tech.deep", "expr.unknown_name", 1, expr.Bool, "borrower.tech"},
		{"'中文' == loan.purpose && borrower.teck", "expr.unknown_name", 25, expr.Bool, "borrower.tech"},
		{"loan.purpose == '购买生产设备、原材料' && 3 > 'x'", "expr.type", 35, expr.Bool, ""},
		{"borrower.size == 'smal'", "expr.code", 15, expr.Bool, "small"},
		{"borrower.size in ['small', 'tiny']", "expr.code", 28, expr.Bool, ""},
		{"borrower.size == ''", "expr.code", 15, expr.Bool, ""},
		{"'micr' == borrower.size", "expr.code", 8, expr.Bool, "micro"},
		{"borrower.annual_sales > 3000", "expr.unit", 23, expr.Bool, "wan(3000)"},
		{"borrower.annual_sales > percent('1')", "expr.unit", 23, expr.Bool, ""},
		{"loan.disbursed_on > borrower.annual_sales", "expr.unit", 19, expr.Bool, ""},
		{"loan.disbursed_on in [date('2021-01-01'), 5]", "expr.unit", 43, expr.Bool, ""},
		{"borrower.annual_sales + loan.disbursed_on > yuan(1)", "expr.unit", 23, expr.Bool, ""},
		{"borrower.annual_sales + 1 > yuan(1)", "expr.unit", 23, expr.Bool, ""},
		{"borrower.annual_sales * borrower.total_assets > yuan(1)", "expr.unit", 23, expr.Bool, ""},
		{"loan.rate * 2 > percent('1')", "expr.unit", 11, expr.Bool, ""},
		{"loan.disbursed_on + loan.due_on > loan.due_on", "expr.unit", 19, expr.Bool, ""},
		{"1 - loan.due_on > 1", "expr.unit", 3, expr.Bool, ""},
		{"borrower.tech ? yuan(1) : 1", "expr.unit", 15, expr.Int, ""},
		{"borrower.tech ? 1 : 'a'", "expr.type", 15, expr.Int, ""},
		{"borrower.employees ? 1 : 2", "expr.type", 20, expr.Int, ""},
		{"borrower.tech > 1", "expr.type", 15, expr.Bool, ""},
		{"borrower.tech && borrower.employees", "expr.type", 15, expr.Bool, "真假值"},
		{"!borrower.employees", "expr.type", 1, expr.Bool, ""},
		{"-borrower.tech", "expr.type", 1, expr.Int, ""},
		{"-loan.purpose", "expr.type", 1, expr.Int, ""},
		{"loan.purpose + 'a' == 'b'", "expr.type", 14, expr.Bool, ""},
		{"borrower.employees.startsWith('a')", "expr.type", 1, expr.Bool, ""},
		{"borrower.employees", "expr.type", 0, expr.Bool, ""},
		{"borrower.tech", "expr.type", 0, expr.Int, ""},
		{"1.5 > 1.0", "expr.subset", 1, expr.Bool, ""},
		{"1u > 0u", "expr.subset", 1, expr.Bool, ""},
		{"null == null", "expr.subset", 1, expr.Bool, ""},
		{"b'a' == b'a'", "expr.subset", 1, expr.Bool, ""},
		{"borrower.employees / 2 == 1", "expr.subset", 20, expr.Bool, ""},
		{"borrower.employees % 2 == 1", "expr.subset", 20, expr.Bool, ""},
		{"[1, 2].exists(x, x > 1)", "expr.subset", 1, expr.Bool, ""},
		{"{'a': 1}", "expr.subset", 1, expr.Bool, ""},
		{"has(borrower.tech)", "expr.subset", 1, expr.Bool, "不能用 has"},
		{"size(loan.purpose) > 1", "expr.subset", 1, expr.Bool, ""},
		{"loan.purpose.matches('(a+)+')", "expr.subset", 1, expr.Bool, ""},
		{"timestamp('2021-01-01T00:00:00Z') > timestamp('x')", "expr.subset", 1, expr.Bool, ""},
		{"startWith(loan.purpose, 'a')", "expr.subset", 1, expr.Bool, "startsWith"},
		{"wam(3)> yuan(1)", "expr.subset", 1, expr.Bool, "wan"},
		{"borrower.size in borrower.size", "expr.subset", 15, expr.Bool, ""},
		{"borrower.employees in [1, borrower.employees]", "expr.subset", 27, expr.Bool, ""},
		{"yuan(borrower.employees) > yuan(1)", "expr.type", 1, expr.Bool, ""},
		{"yuan('1') > yuan(1)", "expr.type", 1, expr.Bool, ""},
		{"date(20210101) < scope.last", "expr.type", 1, expr.Bool, ""},
		{"date('2021-02-29') < scope.last", "civil.date", 1, expr.Bool, ""},
		{"date('2021-2-1') < scope.last", "civil.date", 1, expr.Bool, ""},
		{"percent('0.00000001') < loan.rate", "money.finer", 1, expr.Bool, ""},
		{"wan(100000000000) > yuan(1)", "expr.range", 1, expr.Bool, ""},
		{"yuan(-1) < yuan(1)", "expr.range", 1, expr.Bool, ""},
		{"9223372036854775808 > 1", "expr.syntax", 1, expr.Bool, ""},
		{"borrower.tech &&", "expr.syntax", 17, expr.Bool, "没有写完"},
		{"borrower.tech & borrower.private", "expr.syntax", 15, expr.Bool, "&&"},
		{"borrower.tech | borrower.private", "expr.syntax", 15, expr.Bool, "||"},
		{"borrower.tech = true", "expr.syntax", 15, expr.Bool, "=="},
		{"(borrower.tech", "expr.syntax", 15, expr.Bool, "没有写完"},
		{"borrower.tech)", "expr.syntax", 14, expr.Bool, "“)”"},
		{"borrower.tech borrower.private", "expr.syntax", 15, expr.Bool, "“borrower”"},
		{"'open", "expr.syntax", 1, expr.Bool, "引号"},
		{"borrower.tech；", "expr.syntax", 14, expr.Bool, "半角"},
		{"borrower.employees ＞ 1", "expr.syntax", 20, expr.Bool, "半角"},
		{"loan.purpose == “设备”", "expr.syntax", 17, expr.Bool, "半角"},
		{"in > 1", "expr.syntax", 1, expr.Bool, ""},
		{"", "expr.syntax", 1, expr.Bool, "空"},
		{"  ", "expr.syntax", 1, expr.Bool, "空"},
	} {
		_, err := s.Compile(c.src, c.kind)
		var f *fault.Error
		if !errors.As(err, &f) {
			t.Errorf("%s: got %v", c.src, err)
			continue
		}
		if f.Code != c.code || f.At.Column != c.column {
			t.Errorf("%s: got %s at %d, want %s at %d: %v", c.src, f.Code, f.At.Column, c.code, c.column, err)
		}
		if !strings.Contains(f.Zh, c.says) || f.Zh == "" || f.En == "" {
			t.Errorf("%s: nothing about %q: %s (%s)", c.src, c.says, f.Zh, f.En)
		}
	}
}

// However large an expression is, it is refused, and soon.
func TestCompileRefusesWhatNeverEnds(t *testing.T) {
	s := loans(t)
	many := func(n int, word, between string) string {
		return strings.TrimSuffix(strings.Repeat(word+between, n), between)
	}
	for what, src := range map[string]string{
		"100,000 nots":       strings.Repeat("!", 100_000) + "borrower.tech",
		"50 parentheses":     strings.Repeat("(", 50) + "borrower.tech" + strings.Repeat(")", 50),
		"900 parentheses":    strings.Repeat("(", 900) + "borrower.tech" + strings.Repeat(")", 900),
		"50,000 parentheses": strings.Repeat("(", 50_000),
		"open parentheses":   strings.Repeat("(", 1_900),
		"open brackets":      strings.Repeat("[", 1_900),
		"open braces":        strings.Repeat("{", 1_900),
		"a long list":        "borrower.employees in [" + many(900, "1", ",") + "]",
		"an endless list":    "borrower.employees in [" + many(100_000, "1", ",") + "]",
		"a long sum":         many(600, "1", "+") + " > 1",
		"a long and":         many(300, "true", "&&"),
		"choices":            many(300, "true", "?1:") + "1 > 1",
		"dots":               "a" + strings.Repeat(".b", 900),
		"calls":              strings.Repeat("f(", 900),
		"a long text":        "loan.purpose == '" + strings.Repeat("长", 2000) + "'",
	} {
		began := time.Now()
		_, err := s.Compile(src, expr.Bool)
		if code := fault.CodeOf(err); code == "" || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %.200v", what, err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: took %v", what, took)
		}
	}
	// What is large and yet reasonable is taken.
	for what, src := range map[string]string{
		"1,900 nots":          strings.Repeat("!", 1_900) + "borrower.tech", // the parser folds them
		"1,900 minuses":       strings.Repeat("-", 1_900) + "1 > 1",
		"thirty alternatives": "borrower.industry in [" + many(30, "'C13'", ",") + "]",
		"thirty conditions":   many(30, "borrower.tech", " && "),
		"ten parentheses":     strings.Repeat("(", 10) + "borrower.tech" + strings.Repeat(")", 10),
		"a text":              "loan.purpose == '" + strings.Repeat("长", 1900) + "'",
	} {
		if _, err := s.Compile(src, expr.Bool); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestExprTellsWhatItReads(t *testing.T) {
	e, err := loans(t).Compile("borrower.tech && loan.principal > yuan(1) && !borrower.tech && branch.feature == 'tech'", expr.Bool)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range e.Vars {
		names = append(names, v.Name+" "+v.Owner+" "+v.Column.Name)
	}
	want := "borrower.tech borrower tech; branch.feature branch feature; loan.principal loan principal"
	if got := strings.Join(names, "; "); got != want {
		t.Errorf("reads %s, want %s", got, want)
	}
	if e.Source == "" || e.Root.Op != expr.And || e.Root.Type.Kind != expr.Bool {
		t.Errorf("%+v", e.Root)
	}
}

func TestScopes(t *testing.T) {
	names := fmt.Sprint(loans(t).Names())
	for _, name := range []string{"loan.principal", "borrower.size", "branch.feature", "project.kind", "lender.kind", "scope.last", "param.limit"} {
		if !strings.Contains(names, name) {
			t.Errorf("no %s", name)
		}
	}
	// Of a guarantee of a loan: the guarantee, its links, and then the loan's own.
	rows := expr.ChildRows(fact.Lookup("loans"), fact.Lookup("guarantees"))
	var have []string
	for _, r := range rows {
		have = append(have, r.Name)
	}
	if got := fmt.Sprint(have); got != "[guarantee lender borrower loan branch project]" {
		t.Errorf("rows %s", got)
	}
	s, err := expr.NewScope(rows, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Rows()) != len(rows) {
		t.Error("rows")
	}
	if _, err := s.Compile("guarantee.start_on <= loan.disbursed_on && branch.feature != ''", expr.Bool); err != nil {
		t.Error(err)
	}
}
