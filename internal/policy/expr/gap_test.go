package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/policy/expr"

	"pgregory.net/rapid"
)

func gapsOf(t testing.TB, src string, r row) (int, []expr.Gap) {
	t.Helper()
	e, err := loans(t).Compile(src, expr.Bool)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	is, gaps := e.Gaps(r.of)
	return fromTruth(is), gaps
}

func day(t testing.TB, s string) int {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return int(d)
}

// At, below and above every bound: whether it holds, and how far it is from it.
func TestGapIsHowFarAComparisonIsFromHolding(t *testing.T) {
	const over, short, off, aside = expr.Over, expr.Short, expr.Off, expr.Aside
	for _, c := range []struct {
		src      string
		value    int
		side     expr.Side
		distance int64 // -1: it holds
	}{
		{"borrower.annual_sales <= yuan(100)", 100_00, over, -1},
		{"borrower.annual_sales <= yuan(100)", 100_01, over, 1},
		{"borrower.annual_sales < yuan(100)", 99_99, over, -1},
		{"borrower.annual_sales < yuan(100)", 100_00, over, 1},
		{"borrower.annual_sales >= yuan(100)", 100_00, short, -1},
		{"borrower.annual_sales >= yuan(100)", 99_99, short, 1},
		{"borrower.annual_sales > yuan(100)", 100_01, short, -1},
		{"borrower.annual_sales > yuan(100)", 100_00, short, 1},
		{"borrower.annual_sales == yuan(100)", 100_00, off, -1},
		{"borrower.annual_sales == yuan(100)", 90_00, off, 10_00},
		{"borrower.annual_sales == yuan(100)", 120_00, off, 20_00},
		{"borrower.annual_sales != yuan(100)", 100_00, aside, 0},
		{"yuan(100) >= borrower.annual_sales", 100_05, over, 5},
		{"yuan(100) < borrower.annual_sales", 99_00, short, 1_01},
		{"!(borrower.annual_sales > yuan(100))", 100_05, over, 5},
		{"!(borrower.annual_sales < yuan(100))", 99_00, short, 1_00},
		{"!(borrower.annual_sales != yuan(100))", 99_00, off, 1_00},
		{"borrower.annual_sales * 2 <= yuan(100)", 60_00, over, 20_00},
		{"borrower.annual_sales >= yuan(100)", int(minInt), aside, 0}, // a distance beyond int64 is none
	} {
		is, gaps := gapsOf(t, c.src, row{"borrower.annual_sales": c.value})
		if c.distance < 0 {
			if is != 1 || len(gaps) != 0 {
				t.Errorf("%s with %d: %d %+v", c.src, c.value, is, gaps)
			}
			continue
		}
		if is != 0 || len(gaps) != 1 || gaps[0].Unknown || gaps[0].Side != c.side || gaps[0].Distance != c.distance {
			t.Errorf("%s with %d: %d %+v, want side %d, distance %d", c.src, c.value, is, gaps, c.side, c.distance)
		}
	}
}

func TestGapSentences(t *testing.T) {
	r := row{
		"borrower.tech": 0, "borrower.annual_sales": 3051_2000_00, "borrower.employees": 9, "borrower.size": "large", "borrower.industry": "A0111",
		"loan.rate": 47_000_000, "loan.disbursed_on": day(t, "2022-01-04"), "loan.due_on": day(t, "2022-06-01"), "loan.closed_on": int(civil.Never), "loan.project_id": "",
	}
	for src, want := range map[string][2]string{
		"borrower.tech": {"借款人是科技型企业", "technology enterprise (borrower)"},
		"borrower.annual_sales <= param.limit": {
			"借款人的年销售收入不超过3000万元（现为3051.2万元，超出51.2万元）",
			"annual sales (borrower) at most 30000000.00 yuan (is 30512000.00 yuan, over by 512000.00 yuan)",
		},
		"borrower.employees >= 12": {"借款人的从业人员不低于12（现为9，还差3）", "employees (borrower) at least 12 (is 9, short by 3)"},
		"borrower.size in ['small', 'micro']": {
			"借款人的企业规模为小型或微型（现为大型）", "size (borrower) is one of small, micro (is large)",
		},
		"borrower.industry.startsWith('C')": {"借款人的行业以“C”开头（现为“A0111”）", `industry (borrower) starts with "C" (is "A0111")`},
		"loan.rate <= percent('4.35')":      {"贷款借据的年利率不超过4.35%（现为4.7%，超出0.35个百分点）", "rate a year (loan notes) at most 4.35% (is 4.7%, over by 0.35 percentage points)"},
		"loan.disbursed_on <= scope.last":   {"贷款借据的发放日期不晚于2021年12月31日（现为2022年1月4日，晚了4天）", "disbursed on (loan notes) at most 2021-12-31 (is 2022-01-04, late by 4 days)"},
		"loan.disbursed_on > loan.due_on":   {"贷款借据的发放日期晚于贷款借据的到期日期（现为2022年1月4日，早了149天）", "disbursed on (loan notes) above due on (loan notes) (is 2022-01-04, early by 149 days)"},
		"loan.closed_on <= scope.last":      {"贷款借据的结清日期不晚于2021年12月31日（现为（无））", "closed on (loan notes) at most 2021-12-31 (is (none))"},
		"loan.project_id != ''":             {"贷款借据有金融科技项目编号（现为空）", "project id (loan notes) is not empty (is empty)"},
		"borrower.total_assets > 0":         {"借款人的资产总额大于0元（资产总额未知）", "total assets (borrower) above 0.00 yuan (not known: total assets)"},
		"borrower.annual_sales * 4000000000 > yuan(1)": {
			"借款人的年销售收入乘以4000000000超过1元（数值超出可计算的范围）",
			"(annual sales (borrower) × 4000000000) above 1.00 yuan (a figure is beyond what can be reckoned with)",
		},
		"!(borrower.size in ['large'])":     {"并非借款人的企业规模为大型（现为大型）", "not (size (borrower) is one of large) (is large)"},
		"borrower.employees in [1, 20, 12]": {"借款人的从业人员为1、20或12（现为9，相差3）", "employees (borrower) is one of 1, 20, 12 (is 9, off by 3)"},
	} {
		_, gaps := gapsOf(t, src, r)
		if len(gaps) != 1 {
			t.Errorf("%s: %+v", src, gaps)
			continue
		}
		if zh, en := gaps[0].Sentence(); zh != want[0] || en != want[1] {
			t.Errorf("%s\n got %s\nwant %s\n got %s\nwant %s", src, zh, want[0], en, want[1])
		}
	}
}

// Of all that is asked for, everything that is lacking; of alternatives the nearest.
func TestGapsTakeAConditionApart(t *testing.T) {
	r := row{"borrower.tech": 0, "borrower.private": 0, "loan.first_loan": 1, "borrower.employees": 9, "borrower.total_assets": 5}
	const sales = "borrower.annual_sales > 0" // unknown
	for _, c := range []struct {
		src  string
		is   int
		want string
	}{
		{"loan.first_loan", 1, ""},
		{"borrower.tech && loan.first_loan && borrower.employees > 10", 0, "借款人是科技型企业; 借款人的从业人员超过10"},
		{"borrower.tech && " + sales, 0, "借款人是科技型企业; ?借款人的年销售收入大于0元"},
		{"loan.first_loan && " + sales, 2, "?借款人的年销售收入大于0元"},
		{"loan.first_loan || " + sales, 1, ""},
		{"borrower.tech || " + sales, 2, "?借款人的年销售收入大于0元"},
		{"borrower.tech || borrower.private", 0, "借款人是科技型企业"},
		{"(borrower.tech && borrower.private) || borrower.employees > 10", 0, "借款人的从业人员超过10"},
		{"!(borrower.tech || loan.first_loan)", 0, "贷款借据不是首次贷款"},
		{"!(loan.first_loan && borrower.employees < 10)", 0, "贷款借据不是首次贷款"},
		{"!(borrower.tech && " + sales + ")", 1, ""},
		{"loan.first_loan ? borrower.tech : borrower.private", 0, "借款人是科技型企业"},
		{"borrower.tech ? loan.first_loan : borrower.private", 0, "借款人是民营"},
		{sales + " ? loan.first_loan : borrower.private", 2, "?借款人的年销售收入大于0元"},
		{"!(borrower.tech ? borrower.tech : loan.first_loan)", 0, "贷款借据不是首次贷款"},
	} {
		is, gaps := gapsOf(t, c.src, r)
		var names []string
		for i := range gaps {
			name := gaps[i].Zh
			if gaps[i].Unknown {
				name = "?" + name
			}
			names = append(names, name)
		}
		if got := strings.Join(names, "; "); is != c.is || got != c.want {
			t.Errorf("%s: %d %s, want %d %s", c.src, is, got, c.is, c.want)
		}
	}
}

// writer draws conditions over a few names, with every operator.
type writer struct{ t *rapid.T }

func (w writer) pick(of ...string) string { return rapid.SampledFrom(of).Draw(w.t, "word") }

func (w writer) condition(depth int) string {
	if depth == 0 {
		return w.pick("borrower.tech", "borrower.private", "loan.first_loan", "true", "false")
	}
	switch rapid.IntRange(0, 9).Draw(w.t, "what") {
	case 0, 1:
		return "(" + w.condition(depth-1) + " && " + w.condition(depth-1) + ")"
	case 2, 3:
		return "(" + w.condition(depth-1) + " || " + w.condition(depth-1) + ")"
	case 4:
		return "!(" + w.condition(depth-1) + ")"
	case 5:
		return "(" + w.condition(depth-1) + " ? " + w.condition(depth-1) + " : " + w.condition(depth-1) + ")"
	case 6:
		return "(" + w.number(2) + " in [1, -3, " + fmt.Sprint(maxInt) + "])"
	case 7:
		return "(borrower.industry" + w.pick(".startsWith('C')", ".endsWith('0')", ".contains('1')", " in ['C1', 'B0']", " < 'C1'", " == 'B0'") + ")"
	case 8:
		return "(" + w.condition(depth-1) + " == " + w.condition(depth-1) + ")"
	}
	return "(" + w.number(2) + " " + w.pick("<", "<=", ">", ">=", "==", "!=") + " " + w.number(2) + ")"
}

func (w writer) number(depth int) string {
	if depth == 0 {
		return w.pick("borrower.employees", "scope.year", "1", "-3", "4611686018427387904")
	}
	switch rapid.IntRange(0, 6).Draw(w.t, "number") {
	case 0:
		return "(" + w.number(depth-1) + " + " + w.number(depth-1) + ")"
	case 1:
		return "(" + w.number(depth-1) + " - " + w.number(depth-1) + ")"
	case 2:
		return "(" + w.number(depth-1) + " * " + w.number(depth-1) + ")"
	case 3:
		return "(-" + w.number(depth-1) + ")"
	case 4:
		return "(" + w.condition(0) + " ? " + w.number(depth-1) + " : " + w.number(depth-1) + ")"
	}
	return w.number(0)
}

func (w writer) row() row {
	r := row{}
	for _, name := range []string{"borrower.tech", "borrower.private", "loan.first_loan"} {
		if v := rapid.IntRange(0, 2).Draw(w.t, name); v < 2 {
			r[name] = v
		}
	}
	if v := rapid.IntRange(0, 5).Draw(w.t, "employees"); v < 5 {
		r["borrower.employees"] = []int64{0, 7, -3, maxInt, minInt}[v]
	}
	if v := rapid.IntRange(0, 3).Draw(w.t, "industry"); v < 3 {
		r["borrower.industry"] = []string{"C1", "B0", "甲"}[v]
	}
	return r
}

// The tree, cel-go and the gaps say the same of every condition; and there are gaps
// just where it does not hold: unknown ones alone when it is unknown.
func TestGapsAgreeWithTheProgram(t *testing.T) {
	s := loans(t)
	rapid.Check(t, func(t *rapid.T) {
		w := writer{t}
		src := w.condition(3)
		e, err := s.Compile(src, expr.Bool)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		p, err := e.Program()
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			r := w.row()
			want, got := p.Eval(r.of), e.Eval(r.of)
			is, gaps := e.Gaps(r.of)
			if fromTruth(got) != fromTruth(want) || fromTruth(is) != fromTruth(want) {
				t.Fatalf("%s with %v: program %d, tree %d, gaps %d", src, r, fromTruth(want), fromTruth(got), fromTruth(is))
			}
			failing := 0
			for i := range gaps {
				if !gaps[i].Unknown {
					failing++
				}
				if zh, en := gaps[i].Sentence(); zh == "" || en == "" {
					t.Fatalf("%s: no sentence", src)
				}
			}
			holds, unknown := fromTruth(want) == 1, fromTruth(want) == 2
			if holds != (len(gaps) == 0) || unknown != (len(gaps) > 0 && failing == 0) {
				t.Fatalf("%s with %v is %d, gaps %+v", src, r, fromTruth(want), gaps)
			}
		}
	})
}

// Bringing a value as much nearer as the gap says makes the condition hold, and not
// a unit less.
func TestGapIsTheLeastThatMustChange(t *testing.T) {
	s := loans(t)
	rapid.Check(t, func(t *rapid.T) {
		op := rapid.SampledFrom([]string{"<", "<=", ">", ">=", "=="}).Draw(t, "op")
		value := rapid.IntRange(-50, 50).Draw(t, "value")
		e, err := s.Compile(fmt.Sprintf("borrower.employees %s %d", op, rapid.IntRange(-50, 50).Draw(t, "bound")), expr.Bool)
		if err != nil {
			t.Fatal(err)
		}
		holds := func(v int) bool { return fromTruth(e.Eval(row{"borrower.employees": v}.of)) == 1 }
		_, gaps := e.Gaps(row{"borrower.employees": value}.of)
		if len(gaps) == 0 {
			return
		}
		d := int(gaps[0].Distance)
		nearer := func(by int) bool {
			return gaps[0].Side != expr.Over && holds(value+by) || gaps[0].Side != expr.Short && holds(value-by)
		}
		if !nearer(d) || nearer(d-1) {
			t.Fatalf("%s with %d: %+v", e.Source, value, gaps[0])
		}
	})
}
