package expr_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

func TestSentences(t *testing.T) {
	s := loans(t)
	for src, want := range map[string]string{
		// what is so
		"borrower.tech":                               "借款人是科技型企业",
		"!borrower.tech":                              "借款人不是科技型企业",
		"borrower.tech == true":                       "借款人是科技型企业",
		"borrower.tech == false":                      "借款人不是科技型企业",
		"borrower.tech != true":                       "借款人不是科技型企业",
		"false == borrower.tech":                      "借款人不是科技型企业",
		"branch.review_passed":                        "经办网点已通过年审",
		"!branch.review_passed":                       "经办网点未通过年审",
		"loan.first_loan":                             "贷款借据是首次贷款",
		"!!borrower.tech":                             "借款人是科技型企业",
		"!(borrower.tech == true && loan.first_loan)": "并非（借款人是科技型企业，且贷款借据是首次贷款）",
		"true":  "是",
		"false": "否",
		// comparisons
		"borrower.annual_sales <= wan(3000)":           "借款人的年销售收入不超过3000万元",
		"borrower.annual_sales < wan(3000)":            "借款人的年销售收入低于3000万元",
		"borrower.annual_sales > yuan(500)":            "借款人的年销售收入超过500元",
		"borrower.annual_sales >= param.limit":         "借款人的年销售收入不低于3000万元",
		"wan(3000) >= borrower.annual_sales":           "借款人的年销售收入不超过3000万元",
		"wan(3000) < borrower.annual_sales":            "借款人的年销售收入超过3000万元",
		"borrower.annual_sales > 0":                    "借款人的年销售收入大于0元",
		"loan.closing_balance > yuan(0)":               "贷款借据的期末余额大于0元",
		"borrower.employees == 20":                     "借款人的从业人员为20",
		"borrower.employees != 20":                     "借款人的从业人员不为20",
		"loan.rate <= percent('4.35')":                 "贷款借据的年利率不超过4.35%",
		"branch.review_year == scope.year":             "经办网点的年审年度为2021年",
		"loan.disbursed_on < date('2021-07-01')":       "贷款借据的发放日期早于2021年7月1日",
		"loan.disbursed_on <= date('2021-07-01')":      "贷款借据的发放日期不晚于2021年7月1日",
		"loan.disbursed_on > date('2021-07-01')":       "贷款借据的发放日期晚于2021年7月1日",
		"loan.disbursed_on >= date('2021-07-01')":      "贷款借据的发放日期不早于2021年7月1日",
		"loan.disbursed_on == date('2021-07-01')":      "贷款借据的发放日期为2021年7月1日",
		"loan.disbursed_on <= loan.due_on":             "贷款借据的发放日期不晚于贷款借据的到期日期",
		"branch.recognised_on <= scope.last":           "经办网点的特色支行认定日期不晚于2021年12月31日",
		"borrower.annual_sales > borrower.credit_line": "借款人的年销售收入超过借款人的授信总额",
		// what has not happened
		"loan.closed_on > scope.last":  "贷款借据的结清日期为空或晚于2021年12月31日",
		"loan.closed_on >= scope.last": "贷款借据的结清日期为空或不早于2021年12月31日",
		"loan.closed_on <= scope.last": "贷款借据的结清日期不晚于2021年12月31日",
		"loan.project_id != \"\"":      "贷款借据有金融科技项目编号",
		"loan.project_id == \"\"":      "贷款借据无金融科技项目编号",
		"\"\" != loan.project_id":      "贷款借据有金融科技项目编号",
		"branch.feature != \"\"":       "经办网点有特色支行类型",
		// codes and texts
		"borrower.size == 'small'":                      "借款人的企业规模为小型",
		"borrower.size != 'large'":                      "借款人的企业规模不为大型",
		"borrower.size in ['small', 'micro']":           "借款人的企业规模为小型或微型",
		"borrower.size in ['small', 'micro', 'medium']": "借款人的企业规模为小型、微型或中型",
		"borrower.size in ['small']":                    "借款人的企业规模为小型",
		"!(borrower.size in ['large', 'medium'])":       "并非借款人的企业规模为大型或中型",
		"borrower.employees in [1, 2]":                  "借款人的从业人员为1或2",
		"loan.fiscal_support == 'A01'":                  "贷款借据的贷款财政扶持方式为“A01”",
		"borrower.industry.startsWith('C')":             "借款人的行业以“C”开头",
		"borrower.industry.endsWith('0')":               "借款人的行业以“0”结尾",
		"loan.purpose.contains('设备')":                   "贷款借据的贷款用途含有“设备”",
		// two bounds
		"loan.disbursed_on >= scope.first && loan.disbursed_on <= scope.last":                                     "贷款借据的发放日期在政策期间（2021年1月1日至2021年12月31日）内",
		"loan.disbursed_on >= date('2021-02-01') && loan.disbursed_on <= scope.last":                              "贷款借据的发放日期在2021年2月1日至2021年12月31日之间",
		"borrower.annual_sales >= wan(300) && borrower.annual_sales <= wan(2000)":                                 "借款人的年销售收入不低于300万元、不超过2000万元",
		"borrower.employees >= 20 && borrower.employees <= 300":                                                   "借款人的从业人员不低于20、不超过300",
		"loan.disbursed_on >= scope.first && loan.due_on <= scope.last":                                           "贷款借据的发放日期不早于2021年1月1日，且贷款借据的到期日期不晚于2021年12月31日",
		"borrower.tech && loan.disbursed_on >= scope.first && loan.disbursed_on <= scope.last && loan.first_loan": "借款人是科技型企业，且贷款借据的发放日期在政策期间（2021年1月1日至2021年12月31日）内，且贷款借据是首次贷款",
		"!(loan.disbursed_on >= scope.first && loan.disbursed_on <= scope.last)":                                  "并非贷款借据的发放日期在政策期间（2021年1月1日至2021年12月31日）内",
		// and, or, if
		"borrower.tech || loan.first_loan":                       "借款人是科技型企业，或贷款借据是首次贷款",
		"borrower.tech && (loan.first_loan || borrower.private)": "借款人是科技型企业，且（贷款借据是首次贷款，或借款人是民营）",
		"borrower.tech && loan.first_loan || borrower.private":   "借款人是科技型企业，且贷款借据是首次贷款，或借款人是民营",
		"borrower.tech ? loan.first_loan : borrower.private":     "若借款人是科技型企业，则取贷款借据是首次贷款，否则取借款人是民营",
		// amounts
		"loan.principal - loan.closing_balance > wan(1)": "贷款借据的贷款本金减贷款借据的期末余额超过1万元",
		"loan.principal + loan.closing_balance > wan(1)": "贷款借据的贷款本金加贷款借据的期末余额超过1万元",
		"loan.principal * 2 >= borrower.credit_line":     "贷款借据的贷款本金乘以2不低于借款人的授信总额",
		"-loan.principal < yuan(5)":                      "负贷款借据的贷款本金低于5元",
		"loan.due_on - loan.disbursed_on <= 365":         "贷款借据的到期日期减贷款借据的发放日期不超过365",
		"loan.disbursed_on + 30 >= loan.due_on":          "贷款借据的发放日期加30不早于贷款借据的到期日期",
	} {
		e, err := s.Compile(src, expr.Bool)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if got := e.Zh(); got != want {
			t.Errorf("%s\n got %s\nwant %s", src, got, want)
		}
	}
}

// Of a row of another table: whose label names its owner already, and two parties.
func TestSentencesOfRelatedRows(t *testing.T) {
	for _, c := range []struct{ parent, child, src, want string }{
		{"loans", "guarantees", `guarantee.scheme == "xinbao"`, "担保业务为“xinbao”"},
		{"loans", "guarantees", "guarantee.start_on <= loan.disbursed_on", "担保起始日不晚于贷款的发放日期"},
		{"loans", "guarantees", "guarantee.released_on > loan.due_on", "担保的解保日期为空或晚于贷款的到期日期"},
		{"loans", "guarantees", "guarantee.first_guarantee", "担保是首保"},
		{"loans", "collaterals", "collateral.secured_party == loan.institution_id", "抵质押物的担保权人为贷款的金融机构"},
		{"loans", "collaterals", "collateral.secured_party != loan.institution_id", "抵质押物的担保权人不为贷款的金融机构"},
		{"loans", "collaterals", `collateral.secured_party == "91331082DEM0000149"`, "抵质押物的担保权人统一社会信用代码为“91331082DEM0000149”"},
		{"loans", "collaterals", `collateral.registration_no != ""`, "抵质押物有登记编号"},
	} {
		s, err := expr.NewScope(expr.ChildRows(fact.Lookup(c.parent), fact.Lookup(c.child)), nil)
		if err != nil {
			t.Fatal(err)
		}
		e, err := s.Compile(c.src, expr.Bool)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		if got := e.Zh(); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.src, got, c.want)
		}
	}
}

func TestAmountsInSentences(t *testing.T) {
	s := loans(t)
	for src, want := range map[string]string{
		"loan.closing_balance - loan.opening_balance":                           "贷款借据的期末余额减贷款借据的期初余额",
		`loan.quality in ["doubtful", "loss"] ? loan.closing_balance : yuan(0)`: "若贷款借据的贷款质量为可疑或损失，则取贷款借据的期末余额，否则取0元",
		"(loan.principal + yuan(1)) * 2":                                        "（贷款借据的贷款本金加1元）乘以2",
		"loan.principal + loan.opening_balance * 2":                             "贷款借据的贷款本金加贷款借据的期初余额乘以2",
		"loan.principal - (loan.opening_balance - loan.closing_balance)":        "贷款借据的贷款本金减（贷款借据的期初余额减贷款借据的期末余额）",
		"loan.principal - loan.opening_balance - loan.closing_balance":          "贷款借据的贷款本金减贷款借据的期初余额减贷款借据的期末余额",
		"-(loan.principal - loan.opening_balance)":                              "负（贷款借据的贷款本金减贷款借据的期初余额）",
		"(loan.first_loan ? loan.principal : loan.opening_balance) * 2":         "（若贷款借据是首次贷款，则取贷款借据的贷款本金，否则取贷款借据的期初余额）乘以2",
	} {
		e, err := s.Compile(src, expr.Int)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Zh(); got != want {
			t.Errorf("%s\n got %s\nwant %s", src, got, want)
		}
	}
}

func TestValueZh(t *testing.T) {
	for want, c := range map[string]struct {
		unit expr.Unit
		x    int64
	}{
		"20万元": {expr.Money, 20_0000_00}, "0.5%": {expr.Share, 5_000_000}, "2021年7月1日": {expr.Day, 18809}, "（无）": {expr.Day, 2932896},
		"2021年7月": {expr.AMonth, 2021*12 + 6}, "42": {expr.Plain, 42}, "-1": {expr.Plain, -1},
	} {
		if got := expr.ValueZh(c.unit, c.x); got != want {
			t.Errorf("%v of %d is %s, want %s", c.unit, c.x, got, want)
		}
	}
}

// FuzzCompile: whatever is written, it is compiled or refused with a column inside
// the text; what compiles has a sentence, and runs on a row of which nothing is
// known, and on one of which all is.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		"borrower.tech && borrower.annual_sales <= wan(3000)", `borrower.size in ["small", "micro"]`, "loan.disbursed_on >= scope.first && loan.disbursed_on <= scope.last",
		"!borrower.tech || -loan.principal < yuan(1)", "a.b.c(1)[2]{3}", "loan.purpose.contains('中')", "1 ? 2 : 3", "((((", "date('2021-01-01')", "''==\"\"", "loan.rate==percent('1')",
		"0 < loan.principal", "'\\u4e00'", "borrower.employees in []", "[] in []", "true?1:2", "loan . principal", "`a`", "// c", "9223372036854775807 + 1 > 0",
	} {
		f.Add(seed)
	}
	s := loans(f)
	f.Fuzz(func(t *testing.T, src string) {
		began := time.Now()
		defer func() {
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("%q took %v", src, took)
			}
		}()
		for _, kind := range []expr.Kind{expr.Bool, expr.Int, expr.Text} {
			e, err := s.Compile(src, kind)
			if err != nil {
				checkFault(t, src, err)
				continue
			}
			if e.Zh() == "" {
				t.Errorf("%q has no sentence", src)
			}
			p, err := e.Program()
			if err != nil {
				t.Fatal(err)
			}
			p.Eval(row{}.of)
			all := p.Eval(func(v *expr.Variable) expr.Value { return expr.Value{Known: true, Int: 1, Text: "x"} })
			if all.Known && kind == expr.Bool && all.Int != 0 && all.Int != 1 {
				t.Errorf("%q is %+v", src, all)
			}
		}
	})
}

func checkFault(t *testing.T, src string, err error) {
	t.Helper()
	f := fault.Of(err)
	if f.Kind == fault.Internal || f.Zh == "" || !strings.HasPrefix(f.Code, "expr.") && !strings.HasPrefix(f.Code, "money.") && !strings.HasPrefix(f.Code, "civil.") {
		t.Errorf("%q: %v", src, err)
	}
	if n := utf8.RuneCountInString(src); f.At.Column > n+1 {
		t.Errorf("%q: column %d of %d", src, f.At.Column, n)
	}
}
