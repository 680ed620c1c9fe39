package page_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"changrong/internal/adapter/page"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/simulate"
)

func linhai(t *testing.T) (*policy.Pack, *policy.Plan) {
	t.Helper()
	pack, err := policy.Load(os.DirFS("../../../packs/linhai-2021-47"))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := pack.Plan(policy.Choices{})
	if err != nil {
		t.Fatal(err)
	}
	return pack, plan
}

// holds checks that a page is whole, stands by itself and says what it should.
func holds(t *testing.T, body string, says ...string) {
	t.Helper()
	if !strings.HasPrefix(body, "<!doctype html>") || !strings.HasSuffix(strings.TrimSpace(body), "</html>") {
		t.Errorf("no whole page: %.40q … %.20q", body, body[max(0, len(body)-20):])
	}
	for _, foreign := range []string{"http://", "https://", "<script", "<link", "ZgotmplZ", "<no value>", "%!"} {
		if strings.Contains(body, foreign) {
			t.Errorf("the page holds %q", foreign)
		}
	}
	for _, s := range says {
		if !strings.Contains(body, s) {
			t.Errorf("the page does not say %q", s)
		}
	}
	for rest := body; ; {
		i := strings.Index(rest, "<svg")
		if i < 0 {
			break
		}
		j := strings.Index(rest[i:], "</svg>")
		if j < 0 {
			t.Fatal("a picture without an end")
		}
		wellFormed(t, rest[i:i+j+len("</svg>")])
		rest = rest[i+j:]
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("a broken picture: %v in %.200s", err, svg)
		}
	}
}

func TestPolicyPage(t *testing.T) {
	pack, plan := linhai(t)
	text := "一、开头\n二、目标\n" + "三、任务\n(一)科技\n1.第一条的<原文>。\n"
	official, err := policy.ReadOfficial(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := page.Policy(&b, pack, plan, official); err != nil {
		t.Fatal(err)
	}
	says := []string{pack.Title, "第一条的&lt;原文&gt;。", "单户企业合计不超过1000万元", "省级", "12个月末余额之和除以12", "编号条款 20/20 已对应"}
	for _, it := range pack.Items() {
		says = append(says, it.Title, it.ID)
	}
	for _, r := range pack.Readings {
		says = append(says, r.Question)
	}
	holds(t, b.String(), says...)

	b.Reset()
	if err := page.PolicyMarkdown(&b, pack, plan, official); err != nil {
		t.Fatal(err)
	}
	for _, s := range append(says[4:], "# "+pack.Title, "> 1.第一条的<原文>。", "- [x] 12个月末余额之和除以12") {
		if strings.HasPrefix(s, "编号条款") {
			continue
		}
		if !strings.Contains(b.String(), s) {
			t.Errorf("the Markdown does not say %q", s)
		}
	}
}

// world is one note over its limit, paid out of a pool that is too small.
func world(t *testing.T) (plan *policy.Plan, src fact.Memory, res *settlement.Result) {
	t.Helper()
	_, plan = linhai(t)
	balances := []map[string]string{}
	for _, m := range plan.Months() {
		balances = append(balances, map[string]string{"institution_id": "bank-a", "loan_id": "<N&1>", "month": m.String(), "balance": "15000000"})
	}
	src, err := fact.FromExample(map[string][]map[string]string{
		"institutions":   {{"institution_id": "bank-a", "name": "甲<银行>", "kind": "rural_bank", "local_legal_person": "1"}},
		"enterprises":    {{"enterprise_id": "firm-1", "name": "演示企业", "kind": "enterprise", "tech": "1", "annual_sales": "30000000", "size": "small"}},
		"loans":          {{"institution_id": "bank-a", "loan_id": "<N&1>", "enterprise_id": "firm-1", "principal": "15000000", "disbursed_on": "2020-06-01", "due_on": "2022-06-01", "first_loan": "0"}},
		"month_balances": balances,
		"budgets":        {{"pool": "risk-compensation", "amount": "30000"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if res, err = oracle.Run(context.Background(), plan, src); err != nil {
		t.Fatal(err)
	}
	return plan, src, res
}

func TestExplainPage(t *testing.T) {
	plan, src, res := world(t)
	trace, err := explain.Explain(t.Context(), plan, src, res, explain.Query{Payee: "bank-a"})
	if err != nil {
		t.Fatal(err)
	}
	for lang, says := range map[explain.Lang][]string{
		explain.Zh: {"甲&lt;银行&gt;", "资金池分配后", "30,000.00", "50,000.00", "与结算结果逐步一致", "1500万元"},
		explain.En: {"from the pool", "30,000.00", "agrees with the settlement"},
	} {
		var b bytes.Buffer
		if err := page.Explain(&b, trace, lang); err != nil {
			t.Fatal(err)
		}
		holds(t, b.String(), says...)
	}
}

func TestSimulatePage(t *testing.T) {
	pack, plan := linhai(t)
	_, src, chosen := world(t)
	other, err := pack.Plan(policy.Choices{Parameters: map[string]string{"rc_limit": "500万元"}})
	if err != nil {
		t.Fatal(err)
	}
	res, err := oracle.Run(t.Context(), other, src)
	if err != nil {
		t.Fatal(err)
	}
	s := &page.Simulation{Pack: pack, Plan: plan, Chosen: chosen, Comparisons: []simulate.Comparison{
		simulate.Compare(simulate.Variant{Name: "rc_limit=500万元", Title: "上限<减半>"}, chosen, res),
		{Variant: simulate.Variant{Name: "x=y", Title: "不能用"}, Refused: io.EOF},
	}}
	var b bytes.Buffer
	if err := page.Simulate(&b, s); err != nil {
		t.Fatal(err)
	}
	holds(t, b.String(), "上限&lt;减半&gt;", "少拨付 5,000.00 元", "-5,000.00", "不能与其余所采用的理解同用", "科技型企业贷款风险补偿")
	b.Reset()
	if err := page.SimulateCSV(&b, s); err != nil {
		t.Fatal(err)
	}
	want := "variant,item,payee_id,chosen_paid_fen,variant_paid_fen,difference_fen\nrc_limit=500万元,rc-tech,bank-a,3000000,2500000,-500000\n"
	if b.String() != want {
		t.Errorf("CSV:\n%s", b.String())
	}
}

func TestGrouped(t *testing.T) {
	for f, want := range map[money.Fen]string{0: "0.00", 1: "0.01", 99999: "999.99", 100000: "1,000.00", 123456789012: "1,234,567,890.12", -123456: "-1,234.56"} {
		if got := page.Grouped(f); got != want {
			t.Errorf("%d: %s, want %s", f, got, want)
		}
	}
}
