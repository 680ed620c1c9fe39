package intake

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"changrong/internal/adapter/pboc"
	"changrong/internal/base/fault"
	"changrong/internal/fact"

	"github.com/xuri/excelize/v2"
)

// year writes messages of three months of two banks, and the supplement that
// they need.
func year(t testing.TB) *world {
	w := newWorld(t)
	w.banks()
	// Bank A: note 1 lives on, note 2 is repaid in March, note 3 never sees a month's end.
	w.message(bankA, "CLDWDK", "2021-01", r{}, r{"贷款借据编码": "2", "贷款合同编码": "H2", "借款人证件代码": coop, "是否首次贷款": "0", "贷款担保方式": "Z"})
	w.message(bankA, "DWDKFS", "2021-01", r{}, r{"贷款借据编码": "2", "贷款合同编码": "H2", "借款人证件代码": coop, "交易流水号": "L2"},
		r{"贷款借据编码": "3", "贷款合同编码": "H1", "交易流水号": "L3", "是否首次贷款": ""}, r{"贷款借据编码": "3", "贷款合同编码": "H1", "交易流水号": "L3", "发放收回标识": "0", "贷款实际终止日期": "2021-01-20"})
	w.message(bankA, "CLDWDK", "2021-02", r{"贷款余额折人民币": "900.00", "贷款质量": "FQ02", "利率水平": "4.2", "贷款展期到期日期": "2022-03-04"},
		r{"贷款借据编码": "2", "贷款合同编码": "H2", "借款人证件代码": coop, "是否首次贷款": "0", "贷款担保方式": "Z"})
	w.message(bankA, "DWDKFS", "2021-02", r{"发生金额折人民币": "100.00", "交易流水号": "L4", "发放收回标识": "0", "贷款实际终止日期": "2021-02-03"})
	w.message(bankA, "CLDWDK", "2021-03", r{"贷款余额折人民币": "900.00", "贷款质量": "FQ02", "利率水平": "4.2", "贷款展期到期日期": "2022-03-04"})
	w.message(bankA, "DWDKFS", "2021-03", r{"贷款借据编码": "2", "贷款合同编码": "H2", "借款人证件代码": coop, "交易流水号": "L5", "发放收回标识": "0", "贷款实际终止日期": "2021-03-09"})
	w.message(bankA, "DBHTXX", "2021-03", r{}, r{"担保人证件类型": "B01", "担保人证件代码": "x", "担保合同金额折人民币": "0.00"}, r{"担保合同编码": "D2", "被担保合同编码": "H2", "担保人证件代码": mill})
	w.message(bankA, "DBWXX", "2021-03", r{"被担保合同编码": "H2"})
	w.message(bankA, "FTYKHX", "2021-03", r{}, r{"客户证件代码": coop, "客户名称": "某社", "企业规模": "CS05", "授信额度": ""})
	// Bank B: note 1 of its own, disbursed before its flows are known.
	w.message(bankB, "CLDWDK", "2021-03", r{"贷款发放日期": "2020-05-01", "贷款到期日期": "2021-04-30", "借款人证件类型": "A02", "借款人证件代码": mill[8:17]})
	w.message(bankB, "FTYKHX", "2021-02", r{"授信额度": "500.00"}, r{"客户证件代码": mill, "客户名称": "某厂", "企业规模": "", "从业人员数": "400", "营业收入": "20000000.00"})
	w.table("loans.csv", "institution_id,loan_id,principal,project_id", bankB+",1,5000.00,")
	w.table("guarantees.csv", "guarantee_id,scheme,share,fee_rate", "D1#1,xinbao,80,0.75", "D1#3,xinbao,80,")
	return w
}

func TestImport(t *testing.T) {
	w := year(t)
	report, got := w.take(Options{})
	w.want(got, "pboc.event_renamed 2021-01/"+bankA+"_DWDKFS_20210131.dat:4 33 交易流水号 L3")
	w.wantFacts("loans",
		bankA+" 1 contract_id=H1 branch_id=0001 enterprise_id="+shop+" principal=1000.00 rate=4.2 disbursed_on=2021-01-05 due_on=2022-01-04 extended_to=2022-03-04 first_loan=1 security=guarantee quality=special_mention fiscal_support=Z purpose_industry=C135 purpose=流动资金",
		bankA+" 2 contract_id=H2 branch_id=0001 enterprise_id="+coop+" principal=1000.00 rate=4.35 disbursed_on=2021-01-05 due_on=2022-01-04 closed_on=2021-03-09 first_loan=0 quality=normal fiscal_support=Z purpose_industry=C135 purpose=流动资金",
		bankA+" 3 contract_id=H1 branch_id=0001 enterprise_id="+shop+" principal=1000.00 rate=4.35 disbursed_on=2021-01-05 due_on=2022-01-04 closed_on=2021-01-20 first_loan=1 security=guarantee fiscal_support=Z purpose_industry=C135 purpose=流动资金",
		bankB+" 1 contract_id=H1 branch_id=0001 enterprise_id="+mill+" principal=5000.00 rate=4.35 disbursed_on=2020-05-01 due_on=2021-04-30 first_loan=1 security=guarantee quality=normal fiscal_support=Z purpose_industry=C135 purpose=流动资金")
	w.wantFacts("month_balances",
		bankA+" 1 2021-01 balance=1000.00 quality=normal", bankA+" 1 2021-02 balance=900.00 quality=special_mention", bankA+" 1 2021-03 balance=900.00 quality=special_mention",
		bankA+" 2 2021-01 balance=1000.00 quality=normal", bankA+" 2 2021-02 balance=1000.00 quality=normal",
		bankB+" 1 2021-03 balance=1000.00 quality=normal")
	w.wantFacts("loan_events",
		bankA+" 1 L1 on=2021-01-05 kind=disburse amount=1000.00", bankA+" 2 L2 on=2021-01-05 kind=disburse amount=1000.00",
		bankA+" 3 L3 on=2021-01-05 kind=disburse amount=1000.00", bankA+" 3 L3#0 on=2021-01-20 kind=repay amount=1000.00",
		bankA+" 1 L4 on=2021-02-03 kind=repay amount=100.00", bankA+" 2 L5 on=2021-03-09 kind=repay amount=1000.00")
	w.wantFacts("guarantees",
		"D1#1 guarantor_id="+xinbao+" institution_id="+bankA+" loan_id=1 enterprise_id="+shop+" scheme=xinbao amount=400.00 share=80 fee_rate=0.75 start_on=2021-01-05 end_on=2022-01-04",
		"D1#3 guarantor_id="+xinbao+" institution_id="+bankA+" loan_id=3 enterprise_id="+shop+" scheme=xinbao amount=400.00 share=80 start_on=2021-01-05 end_on=2022-01-04")
	w.wantFacts("collaterals", "W1 institution_id="+bankA+" loan_id=2 class=equipment value=500.00 registration_no=R1 secured_party="+bankA)
	w.wantFacts("enterprises",
		shop+" name=某店 kind=sole_trader industry=C13 size=micro employees=5 annual_sales=200000.00 total_assets=100000.00 private=1 credit_line=3500.00",
		coop+" name=某社 kind=coop industry=C13 size=micro employees=5 annual_sales=200000.00 total_assets=100000.00 private=1",
		mill+" name=某厂 kind=enterprise industry=C13 size=medium employees=400 annual_sales=20000000.00 total_assets=100000.00 private=1 credit_line=3000.00")
	if report.Warnings != 1 || report.Errors != 0 || report.Sized != 1 || len(report.Files) != 14 {
		t.Errorf("report %+v", report)
	}
	submissions, err := os.ReadFile(filepath.Join(w.out(), submissionsFile))
	if err != nil || strings.Count(string(submissions), "\n") != 1+len(report.Files) {
		t.Errorf("%s, %v", submissions, err)
	}
	if want := bankA + ",loans loan_events,2021-01,1,2021-01/" + bankA + "_DWDKFS_20210131.dat,"; !strings.Contains(string(submissions), want) || !strings.Contains(string(submissions), ",4,1\n") {
		t.Errorf("%s lacks %s", submissions, want)
	}
}

// TestSameInputSameBytes: the facts do not depend on workers or on chance.
func TestSameInputSameBytes(t *testing.T) {
	w := year(t)
	w.take(Options{})
	for range 3 {
		out := filepath.Join(t.TempDir(), "again")
		if _, err := Import(context.Background(), Options{In: w.dir, Out: out, Workers: 1}); err != nil {
			t.Fatal(err)
		}
		files, err := os.ReadDir(w.out())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			a, err1 := os.ReadFile(filepath.Join(w.out(), f.Name()))
			b, err2 := os.ReadFile(filepath.Join(out, f.Name()))
			if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
				t.Errorf("%s differs (%v, %v)", f.Name(), err1, err2)
			}
		}
	}
}

// TestSameFindingsWhoeverIsFirst: messages are read side by side, and what is wrong
// with them is told in their order.
func TestSameFindingsWhoeverIsFirst(t *testing.T) {
	w := year(t)
	for i, month := range []string{"2021-04", "2021-05", "2021-06"} {
		for _, bank := range []string{bankA, bankB} {
			w.message(bank, "CLDWDK", month, map[string]string{"贷款担保方式": "X"}, map[string]string{}, map[string]string{"币种": "?"})
			w.message(bank, "DBWXX", month, map[string]string{"担保物类别": strings.Repeat("?", i+1)})
		}
	}
	var want *Report
	for _, workers := range []int{1, 1, 2, 4, 8} {
		got, err := Import(context.Background(), Options{In: w.dir, Check: true, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if got.Errors < 15 || !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers: %d errors\n%+v\nnot\n%+v", workers, got.Errors, got, want)
		}
	}
}

func TestCheckWritesNothing(t *testing.T) {
	w := year(t)
	report, _ := w.take(Options{Check: true})
	if report.Written || report.Errors > 0 || len(report.Tables) != 7 {
		t.Errorf("%+v", report)
	}
}

func TestRefusals(t *testing.T) {
	w := year(t)
	if err := os.Mkdir(w.out(), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Import(context.Background(), Options{In: w.dir, Out: w.out()}); fault.CodeOf(err) != "intake.out_exists" {
		t.Errorf("an output folder that is there: %v", err)
	}
	if _, err := Import(context.Background(), Options{In: w.dir + "x", Check: true}); fault.CodeOf(err) != "intake.not_found" {
		t.Errorf("an input folder that is not there: %v", err)
	}
	if _, err := Import(context.Background(), Options{In: year(t).dir, Out: filepath.Join(w.out(), "gone", "x")}); fault.CodeOf(err) != "intake.unwritable" {
		t.Errorf("an output folder that cannot be: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Import(ctx, Options{In: w.dir, Out: filepath.Join(t.TempDir(), "x")}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	empty := newWorld(t)
	empty.table("readme.md", "x")
	_, got := empty.take(Options{})
	empty.want(got, "intake.unknown_file readme.md", "intake.no_input")
}

// TestBadMessage: each bad message has exactly its finding, and leaves nothing
// behind.
func TestBadMessage(t *testing.T) {
	name := "2021-03/" + bankA + "_CLDWDK_20210331"
	replace := func(old, now string) func([]byte) []byte {
		return func(b []byte) []byte {
			if !bytes.Contains(b, []byte(old)) {
				t.Errorf("%s holds no %q", b, old)
			}
			return bytes.ReplaceAll(b, []byte(old), []byte(now))
		}
	}
	for _, c := range []struct {
		name   string
		dat    func([]byte) []byte
		signed bool // the .log fits the changed .dat
		want   string
	}{
		{"changed", replace("4.20000", "4.30000"), false, "pboc.md5 " + name + ".dat"},
		{"three decimals", replace("|1000.00|", "|1000.000|"), true, "pboc.decimals " + name + ".dat:1 19 贷款余额 1000.000"},
		{"exponent", replace("|1000.00|", "|1e5|"), true, "pboc.amount " + name + ".dat:1 19 贷款余额 1e5"},
		{"full-width digits", replace("|900.00|", "|９００.00|"), true, "pboc.amount " + name + ".dat:1 20 贷款余额折人民币 ９００.00"},
		{"negative", replace("|900.00|", "|-900.00|"), true, "pboc.negative " + name + ".dat:1 20 贷款余额折人民币 -900.00"},
		{"impossible date", replace("2022-03-04", "2022-02-30"), true, "pboc.date " + name + ".dat:1 17 贷款展期到期日期 2022-02-30"},
		{"unknown code", replace("|FQ02|", "|FQ07|"), true, "pboc.code " + name + ".dat:1 29 贷款质量 FQ07"},
		{"letter I", replace(shop, "92331082DEM00I0146"), true, "pboc.uscc " + name + ".dat:1 5 借款人证件代码 92331082DEM00I0146"},
		{"a field too many", replace("流动资金", "流动|资金"), true, "pboc.field_count " + name + ".dat:1 |资金"},
		{"the record twice", func(b []byte) []byte { return append(append(b, '\n'), b...) }, true, "pboc.duplicate_key " + name + ".dat:2 11 贷款借据编码 1"},
		{"BOM", func(b []byte) []byte { return append([]byte("\xef\xbb\xbf"), b...) }, true, "pboc.bom " + name + ".dat:1"},
		{"CRLF", func(b []byte) []byte { return append(b, "\r\n"...) }, true, "pboc.crlf " + name + ".dat:1"},
		{"GBK", replace("流动资金", "\xc1\xf7\xb6\xaf\xd7\xca\xbd\xf0"), true, "pboc.gbk " + name + ".dat:1"},
	} {
		w := year(t)
		w.rewrite(name, c.dat, c.signed)
		_, got := w.take(Options{})
		got = slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, "pboc.event_renamed") || s == "intake.held_back" })
		if len(got) != 1 || !strings.HasPrefix(got[0]+" ", c.want+" ") {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	w := year(t)
	zipped := filepath.Join(w.dir, "2021-03", bankB+"_CLDWDK_20210331.zip")
	b, err := os.ReadFile(zipped)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(zipped, b[:len(b)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	_, got := w.take(Options{})
	if !slices.Contains(got, "pboc.zip 2021-03/"+filepath.Base(zipped)) {
		t.Errorf("half a zip: %q", got)
	}
}

// TestFactsAreTables: a folder of facts taken in again is the same facts.
func TestFactsAreTables(t *testing.T) {
	w := year(t)
	w.take(Options{})
	again := &world{t, w.out()}
	out := filepath.Join(t.TempDir(), "out")
	report, err := Import(context.Background(), Options{In: again.dir, Out: out})
	if err != nil || report.Errors > 0 || report.Warnings != 1 || report.Findings[0].Code != ruleUnknownFile.Code {
		t.Fatalf("%+v, %v", report, err)
	}
	for _, table := range []string{"institutions", "enterprises", "loans", "month_balances", "loan_events", "guarantees", "collaterals"} {
		a, err1 := os.ReadFile(filepath.Join(w.out(), table+".parquet"))
		b, err2 := os.ReadFile(filepath.Join(out, table+".parquet"))
		if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs (%v, %v)", table, err1, err2)
		}
	}
}

// TestWorkbook: a supplement may be a sheet of a workbook, and not its first.
func TestWorkbook(t *testing.T) {
	w := small(t)
	x := excelize.NewFile()
	for cell, value := range map[string]string{"A1": "金融机构统一社会信用代码", "B1": "借据编码", "C1": "获客渠道", "A2": bankA, "B2": "1", "C2": "loan_code"} {
		if i, err := x.NewSheet("贷款借据"); err != nil || i != 1 {
			t.Fatal(i, err)
		}
		if err := x.SetCellStr("贷款借据", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.SetSheetName("Sheet1", "金融科技项目"); err != nil {
		t.Fatal(err)
	}
	if err := x.SetSheetRow("金融科技项目", "A1", &[]string{"project_id", "institution_id", "name"}); err != nil {
		t.Fatal(err)
	}
	if err := x.SaveAs(filepath.Join(w.dir, "补充.xlsx")); err != nil {
		t.Fatal(err)
	}
	report, got := w.take(Options{})
	w.want(got)
	if loans := w.facts("loans"); !strings.Contains(loans[0], "channel=loan_code") || report.Files[len(report.Files)-1].Path != "补充.xlsx!贷款借据" {
		t.Errorf("%q, %+v", loans, report.Files)
	}
}

func TestFindingsOut(t *testing.T) {
	findings := []fact.Finding{
		{Severity: fact.Error, Code: "pboc.date", At: fault.Place{File: "a.dat", Line: 3, Column: 7, Field: "15 贷款发放日期", Value: "=1+1"}, Zh: "不是有效日期", En: "no date"},
		{Severity: fact.Warning, Code: "intake.conflict", At: fault.Place{File: "loans.csv"}, Zh: "不一致", En: "differs, \"so\""},
	}
	var b bytes.Buffer
	if err := WriteFindings(&b, findings); err != nil {
		t.Fatal(err)
	}
	want := "severity,code,file,line,column,field,value,zh,en\nerror,pboc.date,a.dat,3,7,15 贷款发放日期,'=1+1,不是有效日期,no date\nwarning,intake.conflict,loans.csv,,,,,不一致,\"differs, \"\"so\"\"\"\n"
	if b.String() != want {
		t.Errorf("got %s\nwant %s", &b, want)
	}
	b.Reset()
	if err := WriteTable(&b, findings); err != nil {
		t.Fatal(err)
	}
	want = "级别  代码             位置       栏目             内容  说明\n" +
		"错误  pboc.date        a.dat:3:7  15 贷款发放日期  =1+1  不是有效日期\n" +
		"警告  intake.conflict  loans.csv                         不一致\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &b, want)
	}
}

// TestKeep: a report holds the first findings of each code, and counts them all.
func TestKeep(t *testing.T) {
	c := newCollector(2)
	for range 5 {
		c.add(fact.Finding{Code: "a", Severity: fact.Error})
		c.add(fact.Finding{Code: "b"})
	}
	if len(c.findings) != 4 || c.errors != 5 || c.warnings != 5 || c.counts[0] != (Count{"a", fact.Error, 5, 2}) {
		t.Errorf("%+v", c)
	}
}

func TestRuleTable(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.Code] || r.Zh == "" || r.En == "" {
			t.Errorf("rule %+v", r)
		}
		seen[r.Code] = true
	}
	for _, r := range pboc.Rules() {
		if seen[r.Code] {
			t.Errorf("%s is in two packages", r.Code)
		}
	}
}
