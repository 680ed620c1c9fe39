package explain_test

import (
	"strings"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// rich is a plan with a bit of everything, and facts for it.
func rich(t *testing.T) (*policy.Plan, fact.Memory) {
	half := money.Percent / 2
	first := item(limited(policy.PerEnterprise, 1000*money.Wan), openRate(&half), pooled(policy.ProRata), func(it *policy.Item) {
		it.ID, it.Title, it.FirstLoan = "rc-first-loan", "小微企业首贷户贷款风险补偿", policy.YearNotesOfFirstBank
		it.When = settletest.Conditions("loans", `borrower.size in ["small", "micro"]`)
	})
	chattel := item(openRate(&half), func(it *policy.Item) {
		it.ID, it.Title, it.Pool = "rc-chattel", "动产抵质押贷款风险补偿", first.Pool
		it.Related = []policy.Related{{Table: fact.Lookup("collaterals"), When: settletest.ChildConditions("loans", "collaterals",
			`collateral.class in ["equipment", "product"]`, `collateral.secured_party == loan.institution_id`)}}
	})
	gated := item(func(it *policy.Item) {
		it.ID, it.Title, it.Clause = "xinbao-compensation", "信保业务风险补偿", "三(三)11"
		it.Gate = &policy.Gate{Above: &policy.AboveAverage{When: settletest.Conditions("guarantees", `guarantee.scheme == "xinbao"`)}}
		it.Cap = &policy.Cap{Per: policy.PerInstitution, Amount: 5 * money.Wan}
	})
	p := plan(first, chattel, gated)
	p.Groups = []*policy.Group{{ID: "one-loan-once", Clause: "三(四)15", Strategy: policy.Priority, Items: []*policy.Item{first, chattel}}}
	return p, scene(t, `
loans institution_id=ICBC loan_id=J1 enterprise_id=E1 disbursed_on=2021-07-01 first_loan=1 balances=2021-07..2021-12:15000000
loans institution_id=ICBC loan_id=J2 enterprise_id=E1 disbursed_on=2021-11-30 balances=2021-11..2021-12:30000000
loans institution_id=ICBC loan_id=J3 enterprise_id=E3 disbursed_on=2021-07-01 first_loan=1 balances=2021-07..2021-11:100
loans institution_id=RCB loan_id=J9 enterprise_id=E2 disbursed_on=2020-07-01 balances=2020-12..2021-12:100
collaterals collateral_id=C1 institution_id=ICBC loan_id=J1 class=equipment secured_party=ICBC
collaterals collateral_id=C2 institution_id=ICBC loan_id=J3 class=product
collaterals collateral_id=C3 institution_id=ICBC loan_id=J3 class=patent secured_party=ICBC
guarantees guarantee_id=G1 guarantor_id=X institution_id=ICBC loan_id=J1 enterprise_id=E1 amount=1 scheme=xinbao start_on=2021-07-01 end_on=2025-01-01
guarantees guarantee_id=G2 guarantor_id=X institution_id=RCB loan_id=J9 enterprise_id=E2 amount=1 scheme=xinbao start_on=2020-07-01 end_on=2025-01-01
decisions policy=linhai-2021-47 item=xinbao-compensation subject_id=J3 decided_by=市金融工作中心 decided_on=2022-01-20 note=银行系统升级
budgets pool=fund amount=40000
`)
}

// TestText: the whole of what is shown, of a payee and of a note.
func TestText(t *testing.T) {
	p, facts := rich(t)
	stored, err := oracle.Run(t.Context(), p, facts)
	if err != nil {
		t.Fatal(err)
	}
	for i := range stored.Lines {
		if stored.Lines[i].SubjectID == "J2" {
			stored.Lines[i].Capped++ // what somebody has tampered with shows
		}
	}
	x, err := explain.Open(t.Context(), p, facts)
	if err != nil {
		t.Fatal(err)
	}
	for file, q := range map[string]explain.Query{
		"payee": {Payee: "ICBC"},
		"note":  {Institution: "RCB", Subject: "J9"},
		"item":  {Payee: "ICBC", Item: "rc-chattel"},
	} {
		trace, err := x.Explain(stored, q)
		if err != nil {
			t.Fatal(err)
		}
		compareGolden(t, file+".zh.txt", trace.Text(explain.Zh))
		compareGolden(t, file+".en.txt", trace.Text(explain.En))
		if trace.Agrees != (file != "payee") {
			t.Errorf("%s agrees: %v", file, trace.Agrees)
		}
	}
	trace, err := x.Explain(nil, explain.Query{Subject: "J9"})
	if err != nil || trace.Compared || !trace.Agrees || strings.Contains(trace.Text(explain.Zh), "核对") {
		t.Errorf("without a stored result there is nothing to check: %v", err)
	}
}

// TestTextOfMonths: a limit for each month, on the months and on their averages.
func TestTextOfMonths(t *testing.T) {
	p := plan(item(limited(policy.PerEnterprise, 1000*money.Wan), average(policy.MonthEndOutstanding), func(it *policy.Item) {
		it.Limit.EachMonth = true
	}))
	facts := scene(t, halfYear+"loans institution_id=RCB loan_id=J2 enterprise_id=E1 closed_on=2021-09-01 balances=2021-01..2021-08:5000000")
	x, err := explain.Open(t.Context(), p, facts)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := x.Explain(nil, explain.Query{Institution: "ICBC", Subject: "J1"})
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "months.zh.txt", trace.Text(explain.Zh))
	compareGolden(t, "months.en.txt", trace.Text(explain.En))
}

func TestQueryRefused(t *testing.T) {
	p, facts := rich(t)
	for code, q := range map[string]explain.Query{
		"explain.query":   {},
		"explain.item":    {Payee: "ICBC", Item: "nowhere"},
		"explain.nothing": {Payee: "nobody"},
	} {
		if _, err := explain.Explain(t.Context(), p, facts, nil, q); fault.CodeOf(err) != code {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := explain.Explain(t.Context(), p, facts, nil, explain.Query{Payee: "ICBC", Subject: "J1"}); fault.CodeOf(err) != "explain.query" {
		t.Errorf("both payee and subject: %v", err)
	}
}

// TestMore: of very many rows the first are shown, those that came to something
// before the others, and the rest is counted.
func TestMore(t *testing.T) {
	var b strings.Builder
	for i := range explain.MaxRows + 3 {
		b.WriteString("loans institution_id=RCB loan_id=" + string(rune('一'+i)) + " enterprise_id=E1 balances=" + whole + ":100\n")
	}
	b.WriteString("loans institution_id=RCB loan_id=z enterprise_id=E1 quality=loss balances=" + whole + ":100\n")
	p := plan(item(func(it *policy.Item) { it.When = settletest.Conditions("loans", `loan.loan_id == "z"`) }))
	trace, err := explain.Explain(t.Context(), p, scene(t, b.String()), nil, explain.Query{Payee: "RCB"})
	if err != nil {
		t.Fatal(err)
	}
	rows := trace.Items[0].Rows
	if len(rows) != explain.MaxRows || trace.More != 4 || rows[0].Outcome != explain.Paid || rows[1].Outcome != explain.NotSelected {
		t.Errorf("%d rows, %d more, the first %s", len(rows), trace.More, rows[0].Outcome)
	}
}
