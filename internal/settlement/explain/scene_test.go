package explain_test

import (
	"maps"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// town is what the scenes have in common.
const town = `
institutions institution_id=ICBC name=临海工行 kind=state_bank local_legal_person=0
institutions institution_id=RCB name=临海农商行 kind=rural_bank local_legal_person=1
enterprises enterprise_id=E1 name=甲机械厂 kind=enterprise size=small tech=1 annual_sales=20000000
enterprises enterprise_id=E2 name=乙塑料厂 kind=enterprise size=micro tech=0 annual_sales=50000000
enterprises enterprise_id=E3 name=丙商行 kind=sole_trader
`

// scene makes facts of lines "table column=cell …". A loan may end in
// "balances=2021-07..2021-12:15000000,…".
func scene(t *testing.T, text string) fact.Memory {
	t.Helper()
	tables := map[string][]map[string]string{}
	for _, line := range strings.Split(town+text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		row := map[string]string{}
		for _, w := range words[1:] {
			column, cell, _ := strings.Cut(w, "=")
			row[column] = cell
		}
		if words[0] == "loans" {
			loan := map[string]string{"principal": "1", "disbursed_on": "2021-01-01", "due_on": "2024-01-01"}
			maps.Copy(loan, row)
			row = loan
			balances(tables, row)
		}
		tables[words[0]] = append(tables[words[0]], row)
	}
	m, err := fact.FromExample(tables)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// balances reports what a loan's cell balances says.
func balances(tables map[string][]map[string]string, loan map[string]string) {
	cell := loan["balances"]
	delete(loan, "balances")
	for _, part := range strings.Split(cell, ",") {
		span, yuan, ok := strings.Cut(part, ":")
		if !ok {
			continue
		}
		first, last, _ := strings.Cut(span, "..")
		from, err1 := civil.ParseMonth(first)
		to, err2 := civil.ParseMonth(last)
		if err1 != nil || err2 != nil {
			panic("no months: " + part)
		}
		for m := from; m <= to; m++ {
			tables["month_balances"] = append(tables["month_balances"], map[string]string{
				"institution_id": loan["institution_id"], "loan_id": loan["loan_id"], "month": m.String(), "balance": yuan,
			})
		}
	}
}

const whole = "2020-12..2021-12"

// item is an item about loans at 0.5 % of their month-end mean, in whole yuan.
func item(change ...func(*policy.Item)) *policy.Item {
	it := &policy.Item{
		ID: "rc", Clause: "三(四)15", Title: "小微企业贷款风险补偿", Table: fact.Lookup("loans"), Payee: policy.PayInstitution,
		Base: policy.Base{Average: policy.MonthEndMean}, Rate: &policy.RateTerm{Value: 5_000_000}, Rounding: money.Rounding{Unit: money.Yuan},
	}
	for _, c := range change {
		c(it)
	}
	return it
}

func plan(items ...*policy.Item) *policy.Plan {
	p := &policy.Plan{Policy: "linhai-2021-47", Scope: settletest.Year, Items: items}
	for _, it := range items {
		if it.Pool != nil && len(p.Pools) == 0 {
			p.Pools = []*policy.Pool{it.Pool}
		}
	}
	return p
}

// ask explains one row of the first item.
func ask(t *testing.T, p *policy.Plan, text, institution, subject string) explain.RowTrace {
	t.Helper()
	facts := scene(t, text)
	stored, err := oracle.Run(t.Context(), p, facts)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := explain.Explain(t.Context(), p, facts, stored, explain.Query{Institution: institution, Subject: subject, Item: p.Items[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	if len(trace.Items) != 1 || len(trace.Items[0].Rows) != 1 || !trace.Agrees {
		t.Fatalf("not one row that agrees: %s", trace.Text(explain.Zh))
	}
	return trace.Items[0].Rows[0]
}
