package intake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/adapter/pboc"
)

// small is one note of one bank, in January, with all it needs.
func small(t testing.TB) *world {
	w := newWorld(t)
	w.banks()
	w.message(bankA, "CLDWDK", "2021-01", r{})
	w.message(bankA, "DWDKFS", "2021-01", r{})
	w.message(bankA, "FTYKHX", "2021-01", r{})
	return w
}

// msg names a message as findings do.
func msg(bank, code, month string) string {
	last := map[string]string{"2021-01": "20210131", "2021-02": "20210228", "2021-03": "20210331"}[month]
	ext := ".dat"
	if bank == bankB {
		ext = ".zip"
	}
	return month + "/" + bank + "_" + code + "_" + last + ext
}

// TestFindings: each change to the small world has exactly its findings.
func TestFindings(t *testing.T) {
	stock, flows := msg(bankA, "CLDWDK", "2021-01"), msg(bankA, "DWDKFS", "2021-01")
	for name, c := range map[string]struct {
		change func(w *world)
		want   []string
	}{
		"nothing": {func(*world) {}, nil},
		"no institution": {
			func(w *world) { w.table("institutions.csv", "institution_id,name,kind,local_legal_person") },
			[]string{"loanbook.unknown_institution " + stock + ":1 institution_id " + bankA + "/1"},
		},
		"disbursed before the flows": {
			func(w *world) { w.message(bankA, "CLDWDK", "2021-01", r{"贷款发放日期": "2020-12-31"}) },
			[]string{"pboc.principal_unknown " + stock + ":1 principal " + bankA + "/1"},
		},
		"principal from a supplement": {func(w *world) {
			w.message(bankA, "CLDWDK", "2021-01", r{"贷款发放日期": "2020-12-31"})
			w.message(bankA, "DWDKFS", "2021-01")
			w.table("loans.csv", "institution_id,loan_id,principal", bankA+",1,1000")
		}, nil},
		"supplement differs": {func(w *world) {
			w.table("loans.csv", "institution_id,loan_id,principal,rate,first_loan,purpose,enterprise_id", bankA+",1,1000.01,4.35,1,另一用途,"+coop)
		}, []string{"intake.conflict loans.csv:2 enterprise_id " + bankA + "/1", "intake.conflict loans.csv:2 principal " + bankA + "/1", "intake.conflict loans.csv:2 purpose " + bankA + "/1"}},
		"A03": {func(w *world) {
			w.message(bankA, "CLDWDK", "2021-01", r{"借款人证件类型": "A03", "借款人证件代码": "x1"})
		}, []string{"pboc.borrower_without_uscc " + stock + ":1 5 借款人证件代码 x1"}},
		"A03 with a supplement": {func(w *world) {
			w.message(bankA, "CLDWDK", "2021-01", r{"借款人证件类型": "A03", "借款人证件代码": "x1"})
			w.table("loans.csv", "institution_id,loan_id,enterprise_id", bankA+",1,"+shop)
		}, nil},
		"customer without a USCC": {func(w *world) {
			w.message(bankA, "FTYKHX", "2021-01", r{}, r{"客户证件类型": "A03", "客户证件代码": "x1"})
		}, []string{"pboc.customer_without_uscc " + msg(bankA, "FTYKHX", "2021-01") + ":2 4 客户证件代码 x1"}},
		"borrower without a record": {
			func(w *world) { w.message(bankA, "FTYKHX", "2021-01") },
			[]string{"intake.required " + stock + ":1 name " + shop},
		},
		"a public body": {func(w *world) {
			w.message(bankA, "CLDWDK", "2021-01", r{"借款人证件代码": made("12", "DEM00103")})
			w.message(bankA, "FTYKHX", "2021-01", r{"客户证件代码": made("12", "DEM00103")})
		}, []string{"pboc.borrower_kind " + msg(bankA, "FTYKHX", "2021-01") + ":1 kind " + made("12", "DEM00103")}},
		"a public body with a supplement": {func(w *world) {
			w.message(bankA, "CLDWDK", "2021-01", r{"借款人证件代码": made("12", "DEM00103")})
			w.message(bankA, "FTYKHX", "2021-01", r{"客户证件代码": made("12", "DEM00103")})
			w.table("enterprises.csv", "enterprise_id,kind,town,tech", made("12", "DEM00103")+",enterprise,331082001,1")
		}, nil},
		"repaid without a day": {func(w *world) {
			w.message(bankA, "DWDKFS", "2021-01", r{}, r{"交易流水号": "L2", "发放收回标识": "0", "发生金额折人民币": "1.00"})
		}, []string{"pboc.repayment_without_day " + flows + ":2 17 贷款实际终止日期 " + bankA + "/1/L2"}},
		"repaid, the day in a supplement": {func(w *world) {
			w.message(bankA, "DWDKFS", "2021-01", r{}, r{"交易流水号": "L2", "发放收回标识": "0", "发生金额折人民币": "0.01"})
			w.table("loan_events.csv", "institution_id,loan_id,event_no,on", bankA+",1,L2,2021-01-09")
		}, []string{"loanbook.events_differ " + stock + " balance " + bankA + "/1/2021-01"}},
		"event differs": {func(w *world) {
			w.table("loan_events.csv", "institution_id,loan_id,event_no,on,kind,amount", bankA+",1,L1,2021-01-06,repay,1000.01")
		}, []string{"intake.conflict loan_events.csv:2 on " + bankA + "/1/L1", "intake.conflict loan_events.csv:2 amount " + bankA + "/1/L1", "intake.conflict loan_events.csv:2 kind " + bankA + "/1/L1"}},
		"half an event": {func(w *world) {
			w.table("loan_events.csv", "institution_id,loan_id,event_no,on", bankA+",1,L9,2021-01-06")
		}, []string{"intake.required loan_events.csv:2 kind " + bankA + "/1/L9", "intake.required loan_events.csv:2 amount " + bankA + "/1/L9"}},
		"state unconfirmed": {func(w *world) {
			w.message(bankA, "DWDKFS", "2021-01", r{}, r{"交易流水号": "L2", "发放收回标识": "0", "发生金额折人民币": "0.00", "贷款实际终止日期": "2021-01-09", "贷款状态": "LF02"})
		}, []string{"pboc.state_unconfirmed " + flows + ":2 29 贷款状态 LF02"}},
		"the same event twice": {func(w *world) {
			w.message(bankA, "CLDWDK", "2021-02", r{})
			w.message(bankA, "DWDKFS", "2021-02", r{})
		}, []string{"intake.duplicate_key " + msg(bankA, "DWDKFS", "2021-02") + ":1 33 交易流水号 L1"}},
		"vanished": {
			func(w *world) { w.message(bankA, "CLDWDK", "2021-02") },
			[]string{"pboc.vanished_note " + stock + ":1 11 贷款借据编码 " + bankA + "/1"},
		},
		"closed by a supplement": {func(w *world) {
			w.message(bankA, "CLDWDK", "2021-02")
			w.table("loans.csv", "institution_id,loan_id,closed_on", bankA+",1,2021-02-11")
		}, nil},
		"closed by a recovery, the supplement differs": {func(w *world) {
			w.message(bankA, "CLDWDK", "2021-02")
			w.message(bankA, "DWDKFS", "2021-02", r{"交易流水号": "L2", "发放收回标识": "0", "贷款实际终止日期": "2021-02-10"})
			w.table("loans.csv", "institution_id,loan_id,closed_on", bankA+",1,2021-02-11")
		}, []string{"intake.conflict loans.csv:2 closed_on " + bankA + "/1"}},
		"at 0 before it leaves": {func(w *world) {
			w.message(bankA, "CLDWDK", "2021-01", r{"贷款余额折人民币": "0.00"})
			w.message(bankA, "DWDKFS", "2021-01", r{}, r{"交易流水号": "L2", "发放收回标识": "0", "贷款实际终止日期": "2021-01-10"})
			w.message(bankA, "CLDWDK", "2021-02")
		}, nil},
		"never in the stock, not closed": {func(w *world) {
			w.message(bankA, "DWDKFS", "2021-01", r{}, r{"贷款借据编码": "2", "交易流水号": "L2"})
		}, []string{"pboc.vanished_note " + flows + ":2 11 贷款借据编码 " + bankA + "/2", "loanbook.gap " + stock + " balance " + bankA + "/2/2021-01"}},
		"gap": {func(w *world) {
			w.message(bankA, "CLDWDK", "2021-01", r{}, r{"贷款借据编码": "2"})
			w.message(bankA, "DWDKFS", "2021-01", r{}, r{"贷款借据编码": "2", "交易流水号": "L2"})
			w.message(bankA, "CLDWDK", "2021-02", r{"贷款借据编码": "2"})
			w.message(bankA, "CLDWDK", "2021-03", r{}, r{"贷款借据编码": "2"})
		}, []string{"loanbook.gap " + msg(bankA, "CLDWDK", "2021-02") + " balance " + bankA + "/1/2021-02"}},
		"banks disagree": {func(w *world) {
			w.message(bankB, "FTYKHX", "2021-02", r{"客户名称": "某某店", "从业人员数": "6", "营业收入": ""})
		}, []string{"pboc.customer_conflict " + msg(bankA, "FTYKHX", "2021-01") + ":1 name " + shop, "pboc.customer_conflict " + msg(bankA, "FTYKHX", "2021-01") + ":1 employees " + shop}},
		"guarantee of no loan": {
			func(w *world) { w.message(bankA, "DBHTXX", "2021-01", r{"被担保合同编码": "H9"}) },
			[]string{"pboc.guarantee_without_loan " + msg(bankA, "DBHTXX", "2021-01") + ":1 4 被担保合同编码 H9"},
		},
		"guarantee of nobody we know": {func(w *world) { w.message(bankA, "DBHTXX", "2021-01", r{"担保人证件代码": mill}) }, nil},
		"guarantee without message": {func(w *world) {
			w.table("guarantees.csv", "guarantee_id,guarantor_id,institution_id,loan_id,enterprise_id,amount,start_on", "G,"+xinbao+","+bankA+",1,"+shop+",5,2021-01-05")
		}, []string{"intake.required guarantees.csv:2 end_on G"}},
		"one code at two banks": {func(w *world) {
			w.message(bankA, "DBWXX", "2021-01", r{})
			w.message(bankB, "CLDWDK", "2021-01", r{})
			w.message(bankB, "DWDKFS", "2021-01", r{})
			w.message(bankB, "DBWXX", "2021-01", r{})
		}, []string{
			"pboc.id_renamed " + msg(bankB, "DBWXX", "2021-01") + ":1 collateral_id W1",
			"loanbook.first_loan_collision " + stock + ":1 first_loan " + bankA + "/1", "loanbook.first_loan_collision " + msg(bankB, "CLDWDK", "2021-01") + ":1 first_loan " + bankB + "/1",
		}},
		"class not told": {
			func(w *world) { w.message(bankA, "DBWXX", "2021-01", r{"担保物类别": "D99"}) },
			[]string{"pboc.code_unlisted " + msg(bankA, "DBWXX", "2021-01") + ":1 6 担保物类别 D99", "pboc.collateral_class " + msg(bankA, "DBWXX", "2021-01") + ":1 6 担保物类别 D99"},
		},
		"class in a supplement": {func(w *world) {
			w.message(bankA, "DBWXX", "2021-01", r{"担保物类别": "D"})
			w.table("collaterals.csv", "collateral_id,class,secured_party,registered_on", "W1,product,"+coop+",2021-01-05")
		}, []string{"loanbook.secured_party " + msg(bankA, "DBWXX", "2021-01") + ":1 secured_party W1"}},
		"key twice in a supplement": {func(w *world) {
			w.table("loans.csv", "institution_id,loan_id,channel", bankA+",1,counter", bankA+",1,counter")
		}, []string{"intake.duplicate_key loans.csv:3 loan_id " + bankA + "/1"}},
		"decision twice": {func(w *world) {
			w.table("decisions.csv", "policy,item,subject_id", "p,i,s", "p,i,s", "p,i,t")
		}, []string{"intake.duplicate_key decisions.csv:3 subject_id p/i/s"}},
		"required of a table that no message fills": {
			func(w *world) { w.table("branches.csv", "institution_id,branch_id", bankA+",0001") },
			[]string{"csv.missing_column branches.csv:1", "intake.held_back"},
		},
		"bad cell of a supplement": {
			func(w *world) { w.table("2021-01/loans.csv", "institution_id,loan_id,rate", bankA+",1,4.35%") },
			[]string{"money.rate 2021-01/loans.csv:2 rate 4.35%"},
		},
		"note of a supplement alone": {func(w *world) {
			w.table("loans.csv", "institution_id,loan_id,principal,disbursed_on,due_on", bankB+",7,10,2021-01-01,2021-12-31")
		}, []string{"intake.required loans.csv:2 enterprise_id " + bankB + "/7"}},
		"balances of a supplement": {func(w *world) {
			w.table("loans.csv", "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on", bankB+",7,"+shop+",10,2021-01-01,2021-12-31")
			w.table("month_balances.csv", "institution_id,loan_id,month,balance,quality", bankB+",7,2021-01,10,normal", bankB+",7,2021-02,11,", bankB+",7,2021-02,9,", bankB+",8,2021-02,9,", bankB+",7,2021-03,,", bankA+",1,2021-01,999.00,loss")
		}, []string{
			"intake.duplicate_key month_balances.csv:4 month " + bankB + "/7/2021-02", "intake.unknown_loan month_balances.csv:5 loan_id " + bankB + "/8",
			"intake.required month_balances.csv:6 balance " + bankB + "/7/2021-03",
			"intake.conflict month_balances.csv:7 balance " + bankA + "/1/2021-01", "intake.conflict month_balances.csv:7 quality " + bankA + "/1/2021-01",
			"loanbook.balance_over_principal month_balances.csv:3 balance " + bankB + "/7/2021-02",
			"loanbook.first_loan_earlier " + stock + ":1 first_loan " + bankA + "/1",
		}},
		"a message of another kind": {func(w *world) {
			w.table("2021-01/"+bankA+"_CLGRDK_20210131.zip", "x")
		}, []string{"pboc.message_not_used 2021-01/" + bankA + "_CLGRDK_20210131.zip " + bankA + "_CLGRDK_20210131"}},
		"half a message": {func(w *world) {
			if err := os.Remove(filepath.Join(w.dir, strings.TrimSuffix(flows, ".dat")+".log")); err != nil {
				w.Fatal(err)
			}
		}, []string{"pboc.incomplete " + flows, "intake.held_back"}},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			w := small(t)
			c.change(w)
			_, got := w.take(Options{})
			w.want(got, c.want...)
		})
	}
}

// TestWriteOff: a list of one's own tells what the state of a recovery means.
func TestWriteOff(t *testing.T) {
	codes, err := pboc.ParseCodes([]byte("lists:\n  flow_state:\n    zh: 贷款状态\n    values:\n      LF01: {zh: 正常, to: repay}\n      LF03: {zh: 核销, to: write_off}\n"))
	if err != nil {
		t.Fatal(err)
	}
	w := small(t)
	w.message(bankA, "CLDWDK", "2021-02")
	w.message(bankA, "DWDKFS", "2021-02", r{"交易流水号": "L2", "发放收回标识": "0", "贷款实际终止日期": "2021-02-10", "贷款状态": "LF03"})
	_, got := w.take(Options{Codes: codes})
	w.want(got)
	w.wantFacts("loan_events", bankA+" 1 L1 on=2021-01-05 kind=disburse amount=1000.00", bankA+" 1 L2 on=2021-02-10 kind=write_off amount=1000.00")
	if loans := w.facts("loans"); !strings.Contains(loans[0], "closed_on=2021-02-10") {
		t.Errorf("%q", loans)
	}
}

// TestTablesAlone: a bank without messages hands in tables, in folders of months.
func TestTablesAlone(t *testing.T) {
	w := newWorld(t)
	w.banks()
	w.table("enterprises.csv", "enterprise_id,name,kind,industry,employees,annual_sales", shop+",某店,sole_trader,F52,9,1000000")
	w.table("loans.csv", "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on,closed_on", bankB+",7,"+shop+",10,2021-01-01,2021-12-31,2021-03-02")
	w.table("2021-01/month_balances.csv", "institution_id,loan_id,month,balance,quality", bankB+",7,2021-01,10,normal")
	w.table("2021-02/month_balances/a.csv", "institution_id,loan_id,month,balance", bankB+",7,2021-02,9")
	report, got := w.take(Options{})
	w.want(got)
	w.wantFacts("month_balances", bankB+" 7 2021-01 balance=10.00 quality=normal", bankB+" 7 2021-02 balance=9.00")
	w.wantFacts("loans", bankB+" 7 enterprise_id="+shop+" principal=10.00 disbursed_on=2021-01-01 due_on=2021-12-31 closed_on=2021-03-02")
	w.wantFacts("enterprises", shop+" name=某店 kind=sole_trader industry=F52 size=micro employees=9 annual_sales=1000000.00")
	if report.Files[3].Month != "2021-01" || report.Files[4].Month != "2021-02" {
		t.Errorf("%+v", report.Files)
	}
}

// TestSharedContracts: one guarantee a note, whose amounts sum to the contract's.
func TestSharedContracts(t *testing.T) {
	w := small(t)
	w.message(bankA, "CLDWDK", "2021-01", r{}, r{"贷款借据编码": "2", "贷款余额折人民币": "1.00"}, r{"贷款借据编码": "3", "贷款合同编码": "H3", "贷款余额折人民币": "1.00"})
	w.message(bankA, "DWDKFS", "2021-01", r{}, r{"贷款借据编码": "2", "交易流水号": "L2", "发生金额折人民币": "1.00"}, r{"贷款借据编码": "3", "贷款合同编码": "H3", "交易流水号": "L3", "发生金额折人民币": "1.00"})
	w.message(bankA, "DBHTXX", "2021-01", r{"担保人证件类型": "B01", "担保人证件代码": "x", "担保合同金额折人民币": "100.00"}, r{"担保合同金额折人民币": "0.00"},
		r{"担保合同金额折人民币": "0.00", "被担保合同编码": "H3"}, r{"担保合同金额折人民币": "0.00", "担保人证件代码": mill})
	w.message(bankA, "DBWXX", "2021-01", r{}, r{"被担保合同编码": "H3"})
	w.table("guarantees.csv", "guarantee_id,guarantor_id,amount,share", "D1#2,"+xinbao+",7.00,80", "D1#1#"+mill+","+mill+",,")
	_, got := w.take(Options{})
	w.want(got)
	tail := " start_on=2021-01-05 end_on=2022-01-04"
	of := func(id, guarantor, loan, rest string) string {
		return id + " guarantor_id=" + guarantor + " institution_id=" + bankA + " loan_id=" + loan + " enterprise_id=" + shop + rest + tail
	}
	w.wantFacts("guarantees", of("D1#1", xinbao, "1", " amount=99.80"), of("D1#2", xinbao, "2", " amount=7.00 share=80"), of("D1#3", xinbao, "3", " amount=0.10"),
		of("D1#1#"+mill, mill, "1", " amount=99.90"), of("D1#2#"+mill, mill, "2", " amount=0.10"))
	w.wantFacts("collaterals", "W1#1 institution_id="+bankA+" loan_id=1 class=equipment value=500.00 registration_no=R1 secured_party="+bankA,
		"W1#2 institution_id="+bankA+" loan_id=2 class=equipment value=500.00 registration_no=R1 secured_party="+bankA,
		"W1#3 institution_id="+bankA+" loan_id=3 class=equipment value=500.00 registration_no=R1 secured_party="+bankA)
}
