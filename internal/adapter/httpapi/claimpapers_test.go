package httpapi_test

import (
	"slices"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/subsidy"
)

// TestPapersOfAnItemAreToldAndAskedFor has the office ask for a paper for one item
// alone. A bank reads before it files what it will have to add, is told on its claim
// what is missing, and hands in nothing without it.
func TestPapersOfAnItemAreToldAndAskedFor(t *testing.T) {
	x := newCounter(t)
	var rules subsidy.Rules
	path := "/api/claim-rules/linhai-2021-47"
	x.as(access.OfficeLead).expect(200, "GET", path, nil, &rules)
	rules.Papers = append(rules.Papers,
		subsidy.Paper{Code: "loss", Title: "不良贷款核销证明", Items: []string{"rc-tech"}, Needed: true},
		subsidy.Paper{Code: "branch", Title: "网点开业批复", Items: []string{"outlet-town"}, Needed: true},
		subsidy.Paper{Code: "licence", Title: "企业营业执照", Payee: policy.PayEnterprise, Needed: true})
	x.as(access.Office).expect(403, "PUT", path, rules, nil)
	x.as(access.OfficeLead).expect(200, "PUT", path, rules, nil)
	var told subsidy.Rules
	x.as(access.Bank).expect(200, "GET", path, nil, &told)
	if !slices.ContainsFunc(told.Papers, func(p subsidy.Paper) bool {
		return p.Code == "loss" && p.Needed && slices.Equal(p.Items, []string{"rc-tech"})
	}) {
		t.Errorf("the bank is told of %+v", told.Papers)
	}
	c := x.file(20 * money.Wan)
	var d subsidy.Detail
	x.as(access.Bank).expect(200, "GET", "/api/claims/"+c.ID, nil, &d)
	if !slices.Equal(d.Missing, []string{"不良贷款核销证明"}) {
		t.Errorf("missing: %v", d.Missing)
	}
	codes := []string{}
	for _, p := range d.Papers {
		codes = append(codes, p.Code)
	}
	if slices.Contains(codes, "branch") || slices.Contains(codes, "licence") || !slices.Contains(codes, "loss") {
		t.Errorf("asked for: %v", codes)
	}
	submit := map[string]any{"verb": subsidy.Submit, "version": d.Claim.Version}
	var problem httpapi.Problem
	x.as(access.BankLead).expect(409, "POST", "/api/claims/"+c.ID+"/decisions", submit, &problem)
	if problem.Code != "subsidy.missing" {
		t.Errorf("without the paper: %+v", problem)
	}
	if status, code := x.as(access.Bank).attach(c.ID, "批复.pdf", "branch", []byte(paper)); status != 422 || code != "subsidy.paper" {
		t.Errorf("another item's paper: %d %s", status, code)
	}
	if status, code := x.as(access.Bank).attach(c.ID, "证明.pdf", "loss", []byte(paper)); status != 200 {
		t.Fatalf("the paper: %d %s", status, code)
	}
	x.as(access.BankLead).expect(200, "POST", "/api/claims/"+c.ID+"/decisions", submit, nil)
	x.as(access.Bank).expect(200, "GET", "/api/claims/"+c.ID, nil, &d)
	if len(d.Missing) != 0 || d.Claim.Stage != subsidy.Submitted {
		t.Errorf("in the end %v is missing, at %s", d.Missing, d.Claim.Stage)
	}
	if status, code := x.as(access.Bank).attach(c.ID, "迟到.pdf", "loss", []byte(paper)); status != 409 || code != "subsidy.submitted" {
		t.Errorf("after handing in: %d %s", status, code)
	}
}
