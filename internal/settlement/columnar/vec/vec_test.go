package vec_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/fact"
	"changrong/internal/policy/expr"
	"changrong/internal/policy/expr/conformancetest"
	"changrong/internal/settlement/columnar/vec"
)

func TestConformance(t *testing.T) {
	cases, _, err := conformancetest.Cases()
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 150 {
		t.Errorf("only %d cases fit", len(cases))
	}
	for _, c := range cases {
		got, err := vec.Constant(c.Expr)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		} else if got != c.Want {
			t.Errorf("%s: %s is %+v, want %+v", c.Name, c.Expr.Source, got, c.Want)
		}
	}
}

// loans is the columns of some loans, and their borrowers', by hand.
type loans struct {
	scope   *expr.Scope
	columns map[string]vec.Values
	link    []uint32
	paths   []vec.Path
	values  []map[string]expr.Value // by row and name
}

// newLoans makes rows of a few columns of every kind out of cells; borrowers stand
// before them. A cell "" is empty.
func newLoans(tb testing.TB, borrowers, rows []map[string]string, link []uint32) *loans {
	scope, err := expr.NewScope(expr.RowsOf(fact.Lookup("loans")), []expr.Const{{Name: "param.x", Type: expr.Type{Kind: expr.Int, Unit: expr.Money}, Int: 100}})
	if err != nil {
		tb.Fatal(err)
	}
	l := &loans{scope: scope, columns: map[string]vec.Values{}, link: link, paths: []vec.Path{{}, {From: 0, Link: link}}}
	for range rows {
		l.values = append(l.values, map[string]expr.Value{})
	}
	for name, table := range map[string]struct {
		t    *fact.Table
		rows []map[string]string
	}{"borrower": {fact.Lookup("enterprises"), borrowers}, "loan": {fact.Lookup("loans"), rows}} {
		for i := range table.t.Columns {
			c := &table.t.Columns[i]
			v := fact.NewVector(c)
			for _, row := range table.rows {
				if row[c.Name] == "" {
					v.AppendEmpty()
				} else if err := v.AppendCell([]byte(row[c.Name])); err != nil {
					tb.Fatal(err)
				}
			}
			l.columns[name+"."+c.Name] = columnOf(v)
			for j := range rows {
				l.values[j][name+"."+c.Name] = l.value(name, v, j)
			}
		}
	}
	return l
}

// value is what a row holds by itself, without columns of this package.
func (l *loans) value(owner string, v *fact.Vector, row int) expr.Value {
	if owner == "borrower" {
		switch to := l.link[row]; to {
		case vec.UnknownRow:
			return expr.Value{}
		case vec.NoRow:
			w := fact.NewVector(v.Column)
			w.AppendEmpty()
			return valueOf(w, 0)
		default:
			row = int(to)
		}
	}
	return valueOf(v, row)
}

func valueOf(v *fact.Vector, i int) expr.Value {
	switch {
	case v.Unknown(i):
		return expr.Value{}
	case v.Column.Type.Textual():
		return expr.Value{Known: true, Text: string(v.Texts.At(i))}
	}
	return expr.Value{Known: true, Int: v.Ints[i]}
}

// columnOf copies a vector into a column, as the loader does.
func columnOf(v *fact.Vector) *vec.Column {
	c := vec.New(v.Column, v.Len())
	rows := make([]uint32, v.Len())
	for i := range rows {
		rows[i] = uint32(i)
	}
	if !v.Column.Type.Textual() {
		c.Fill(0, v, rows)
		return c
	}
	dict, codes := new(vec.Dict), make([]uint32, v.Len())
	for i := range codes {
		codes[i] = vec.UnknownRow
		if !v.Unknown(i) {
			codes[i] = dict.Add(v.Texts.At(i))
		}
	}
	c.FillCodes(0, codes)
	all := new(vec.Dict)
	empty := all.Add(nil)
	renumber := make([]uint32, dict.Len())
	for i := range renumber {
		renumber[i] = all.Add(dict.Raw(i))
	}
	all.Freeze()
	t := vec.NewText(v.Column, v.Len(), all, empty)
	t.Copy(0, c, renumber)
	return t
}

func (l *loans) bind(v *expr.Variable) (int, vec.Values, error) {
	path := 0
	if v.Owner == "borrower" {
		path = 1
	}
	c := l.columns[v.Name]
	if c == nil {
		return 0, nil, fmt.Errorf("no column %s", v.Name)
	}
	return path, c, nil
}

// check holds an expression against cel-go in every row.
func (l *loans) check(t *testing.T, source string, kind expr.Kind) {
	t.Helper()
	e, err := l.scope.Compile(source, kind)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	slow, err := e.Program()
	if err != nil {
		t.Fatal(err)
	}
	p, err := vec.Compile(e, l.bind)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	f, m := vec.NewFrame(l.paths), new(vec.Machine)
	rows := make([]uint32, len(l.values))
	for i := range rows {
		rows[i] = uint32(i)
	}
	f.Set(rows)
	for i := range rows {
		want := slow.Eval(func(v *expr.Variable) expr.Value { return l.values[i][v.Name] })
		var got expr.Value
		if kind == expr.Bool {
			truth := m.Truth(p, f)[i]
			got = expr.Value{Known: truth != vec.Unknown, Int: int64(truth & vec.True &^ (truth >> 1))}
		} else if ints, unknown := m.Ints(p, f); unknown[i] == 0 {
			got = expr.Value{Known: true, Int: ints[i]}
		}
		if got != want {
			t.Errorf("%s in row %d is %+v, want %+v", source, i, got, want)
		}
	}
}

func TestExpressionsAgreeWithCEL(t *testing.T) {
	borrowers := []map[string]string{
		{"enterprise_id": "91331082MA2K1G1N3T", "name": "甲", "kind": "enterprise", "size": "small", "tech": "1", "annual_sales": "100"},
		{"name": "甲乙", "kind": "coop", "size": "micro", "tech": "0", "annual_sales": "1.01"},
		{"name": "b", "kind": "enterprise"},
	}
	rows := []map[string]string{
		{"loan_id": "1", "principal": "1", "rate": "4.35", "disbursed_on": "2021-03-01", "closed_on": "2021-05-01", "first_loan": "1", "project_id": "p", "purpose": "甲"},
		{"loan_id": "2", "principal": "0.99", "disbursed_on": "2021-03-02", "first_loan": "0", "purpose": "甲乙"},
		{"loan_id": "10", "principal": "9999999999999.99", "rate": "0", "disbursed_on": "2020-12-31", "purpose": "b"},
		{"loan_id": "3", "principal": "1.01", "disbursed_on": "2021-03-01"},
	}
	for _, link := range [][]uint32{{0, 1, 2, 0}, {vec.UnknownRow, vec.NoRow, 0, vec.UnknownRow}} {
		l := newLoans(t, borrowers, rows, link)
		for _, source := range []string{
			`true`, `!false`, `loan.first_loan`, `!loan.first_loan`, `loan.first_loan && borrower.tech`, `loan.first_loan || borrower.tech`,
			`loan.first_loan == borrower.tech`, `loan.first_loan != true`, `loan.first_loan < borrower.tech`, `loan.first_loan in [true]`,
			`loan.principal <= param.x`, `loan.principal < param.x`, `param.x <= loan.principal`, `loan.principal >= yuan(1)`, `loan.principal > yuan(1)`,
			`loan.principal == yuan(1)`, `loan.principal != yuan(1)`, `loan.principal == borrower.annual_sales`, `loan.principal < borrower.annual_sales`,
			`loan.principal in [yuan(1), wan(1)]`, `loan.principal + loan.principal > loan.principal`, `loan.principal * 9223372036854775807 > 0`,
			`-loan.principal < 0`, `loan.principal - borrower.annual_sales <= yuan(0)`,
			`(loan.first_loan ? loan.principal : borrower.annual_sales) > yuan(1)`, `loan.first_loan ? borrower.tech : loan.principal > yuan(5)`,
			`loan.closed_on > loan.disbursed_on`, `loan.closed_on > date("2021-12-31")`, `borrower.employees > 3`,
			`borrower.size in ["small", "micro"]`, `borrower.size == "small"`, `borrower.size != "small"`, `borrower.name < "甲乙"`, `borrower.name >= "甲乙"`,
			`borrower.name.startsWith("甲")`, `borrower.name.endsWith("乙")`, `borrower.name.contains("")`, `loan.project_id != ""`, `loan.project_id == "p"`,
			`loan.purpose == borrower.name`, `loan.purpose < borrower.name`, `loan.purpose.startsWith(borrower.name)`, `loan.purpose in ["b", "甲"]`,
			`(loan.first_loan ? loan.purpose : borrower.name) == "甲"`, `(borrower.name == "b" ? "x" : borrower.name).contains("甲")`, `"甲乙".startsWith(borrower.name)`,
			`"a" < "b"`, `loan.purpose == loan.purpose`, `borrower.tech && false`, `true || loan.first_loan`,
		} {
			l.check(t, source, expr.Bool)
		}
		for _, source := range []string{
			`loan.principal`, `-loan.principal`, `loan.principal * 3`, `loan.principal + borrower.annual_sales`, `yuan(3)`, `loan.first_loan ? yuan(1) : loan.principal`,
			`borrower.annual_sales - loan.principal * 2`, `9223372036854775807 + loan.principal * 0`, `loan.principal * 100000`,
		} {
			if _, err := l.scope.Compile(source, expr.Int); err == nil {
				l.check(t, source, expr.Int)
			}
		}
	}
}

// arithmetic evaluates a op b over two constants.
func arithmetic(t *rapid.T, op string, a, b int64) expr.Value {
	scope, err := expr.NewScope(nil, []expr.Const{{Name: "a", Type: expr.Type{Kind: expr.Int}, Int: a}, {Name: "b", Type: expr.Type{Kind: expr.Int}, Int: b}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := scope.Compile(op, expr.Int)
	if err != nil {
		t.Fatal(err)
	}
	v, err := vec.Constant(e)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestArithmeticThatLeavesInt64IsUnknown(t *testing.T) {
	number := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-3, 3), rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, math.MaxInt64, 1 << 31, -1 << 31, 3037000500}))
	rapid.Check(t, func(t *rapid.T) {
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		x, y := big.NewInt(a), big.NewInt(b)
		for op, exact := range map[string]*big.Int{
			"a + b": new(big.Int).Add(x, y), "a - b": new(big.Int).Sub(x, y), "a * b": new(big.Int).Mul(x, y), "-a": new(big.Int).Neg(x),
		} {
			got := arithmetic(t, op, a, b)
			if got.Known != exact.IsInt64() || got.Known && got.Int != exact.Int64() {
				t.Fatalf("%s of %d and %d is %+v, want %s", op, a, b, got, exact)
			}
		}
	})
}

// TestColumnsOfEveryWidth reads columns whose dictionaries need one, two and four
// bytes, across more than one chunk.
func TestColumnsOfEveryWidth(t *testing.T) {
	for _, distinct := range []int{1, 253, 254, 255, 65_533, 65_534, 65_535, 70_000} {
		v := fact.NewVector(fact.Lookup("loans").Column("purpose"))
		for i := range distinct {
			v.AppendText(fmt.Appendf(nil, "t%d", i))
		}
		v.AppendEmpty()
		c := columnOf(v)
		for _, i := range []int{0, distinct / 2, distinct - 1} {
			if text, ok := c.Text(uint32(i)); !ok || text != fmt.Sprintf("t%d", i) {
				t.Errorf("of %d, text %d is %q, %v", distinct, i, text, ok)
			}
		}
		if _, ok := c.Text(uint32(distinct)); ok {
			t.Errorf("of %d, the empty one is known", distinct)
		}
		ints, unknown := make([]int64, 3), make([]vec.Truth, 3)
		c.Read([]uint32{uint32(distinct), vec.NoRow, vec.UnknownRow}, ints, unknown)
		if unknown[0] == 0 || unknown[1] == 0 || unknown[2] == 0 {
			t.Errorf("of %d: %v is known", distinct, unknown)
		}
	}
}

func TestDictNumbersTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, numbers := new(vec.Dict), map[string]uint32{}
		for _, s := range rapid.SliceOf(rapid.StringN(0, 12, -1)).Draw(t, "texts") {
			n := d.Add([]byte(s))
			if have, ok := numbers[s]; ok && have != n || !ok && int(n) != len(numbers) {
				t.Fatalf("%q is %d", s, n)
			}
			numbers[s] = n
		}
		d.Freeze()
		for s, n := range numbers {
			if d.At(int(n)) != s || vec.Hash(1, s) != vec.Hash(1, []byte(s)) {
				t.Fatalf("%d is %q, want %q", n, d.At(int(n)), s)
			}
		}
	})
}

func BenchmarkTruth(b *testing.B) {
	var rows []map[string]string
	link := make([]uint32, vec.Chunk)
	for i := range link {
		rows = append(rows, map[string]string{"principal": fmt.Sprint(i), "disbursed_on": "2021-03-01", "purpose": []string{"x", "y", ""}[i%3]})
	}
	l := newLoans(b, []map[string]string{{"tech": "1", "size": "small", "annual_sales": "5"}}, rows, link)
	for _, source := range []string{
		`loan.principal <= wan(20)`, `borrower.tech`, `borrower.size in ["small", "micro"]`, `loan.purpose == "x"`, `loan.purpose != borrower.name`,
		`loan.disbursed_on >= date("2021-01-01") && loan.disbursed_on <= date("2021-12-31")`,
	} {
		e, err := l.scope.Compile(source, expr.Bool)
		if err != nil {
			b.Fatal(err)
		}
		p, err := vec.Compile(e, l.bind)
		if err != nil {
			b.Fatal(err)
		}
		f, m := vec.NewFrame(l.paths), new(vec.Machine)
		all := make([]uint32, vec.Chunk)
		for i := range all {
			all[i] = uint32(i)
		}
		b.Run(source, func(b *testing.B) {
			for b.Loop() {
				f.Set(all)
				m.Truth(p, f)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/vec.Chunk, "ns/row")
		})
	}
}
