package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/money"
	"changrong/internal/subsidy"
	"changrong/internal/subsidy/followup"
)

// back draws the claim, of which 20 万 were paid, and takes a quarter of it back in two
// parts.
func (x *counter) back(claim string) {
	x.t.Helper()
	var sample followup.Sample
	draw := map[string]any{"policy": "linhai-2021-47", "seed": "2022年事后抽查", "strata": []any{map[string]any{"from_fen": 0, "percent": 20}}, "by_item": true}
	x.as(access.Office).expect(403, "POST", "/api/claim-samples", draw, nil)
	x.as(access.OfficeLead).expect(200, "POST", "/api/claim-samples", draw, &sample)
	finding := map[string]any{"outcome": "return", "text": "核对借据，一笔提前结清", "clawback": map[string]any{
		"claim": "", "amount_fen": int64(5 * money.Wan), "why": "一笔提前结清", "basis": "实施细则第九条", "deadline_on": (x.now.Date() + 30).String(),
	}}
	var f followup.Finding
	x.as(access.Bank).expect(403, "POST", "/api/claims/"+claim+"/findings", finding, nil)
	x.as(access.Office).expect(200, "POST", "/api/claims/"+claim+"/findings", finding, &f)
	var list struct {
		Total int `json:"total"`
	}
	for r, want := range map[access.Role]int{access.BureauLead: 1, access.OfficeLead: 1, access.Bureau: 0, access.BankLead: 0} {
		x.as(r).expect(200, "GET", "/api/clawbacks?mine=true", nil, &list)
		if list.Total != want {
			x.t.Errorf("%d clawbacks wait for %s, not %d", list.Total, r, want)
		}
	}
	path := "/api/clawbacks/" + f.Clawback
	x.as(access.BankLead).expect(404, "GET", path, nil, nil)
	x.as(access.Bureau).expect(403, "POST", path+"/decisions", map[string]any{"verb": "issue", "version": 0}, nil)
	x.as(access.BureauLead).expect(200, "POST", path+"/decisions", map[string]any{"verb": "issue", "version": 0}, nil)
	x.as(access.BankLead).expect(403, "POST", path+"/receipts", map[string]any{"no": "T1", "amount_fen": 1, "on": x.now.Date().String()}, nil)
	// The greater part first: sent again it is known, though by now it is also too much.
	for i, amount := range []money.Fen{3 * money.Wan, 2 * money.Wan} {
		receipt := map[string]any{"no": fmt.Sprintf("T%d", i+1), "payer": "某银行", "amount_fen": int64(amount), "on": x.now.Date().String()}
		x.as(access.Bureau).expect(200, "POST", path+"/receipts", receipt, nil)
		x.as(access.Bureau).expect(409, "POST", path+"/receipts", receipt, nil)
	}
	var v followup.View
	x.as(access.BankLead).expect(200, "GET", path, nil, &v)
	if v.Clawback.Stage != followup.Done || v.Clawback.Returned != 5*money.Wan || len(v.Receipts) != 2 {
		x.t.Errorf("the bank sees %+v", v)
	}
	if resp, body := x.as(access.BankLead).send("GET", path+"/pdf", ""); resp.StatusCode != http.StatusOK || !strings.HasPrefix(string(body), "%PDF-") {
		x.t.Errorf("the order to return: %d %.40q", resp.StatusCode, body)
	}
	var d subsidy.Detail
	x.as(access.BankLead).expect(200, "GET", "/api/claims/"+claim, nil, &d)
	if d.Claim.Stage != subsidy.Recovered || d.Claim.Kept != 15*money.Wan || d.Claim.Amount != 20*money.Wan {
		x.t.Errorf("the claim: %+v", d.Claim)
	}
	var statement struct {
		Closing struct {
			Paid     money.Fen `json:"paid_fen"`
			Returned money.Fen `json:"returned_fen"`
		} `json:"closing"`
	}
	x.as(access.Auditor).expect(200, "GET", "/api/fund/statement?claim="+claim+"&first_on=2022-01-01&last_on=2022-12-31", nil, &statement)
	if statement.Closing.Paid != 15*money.Wan || statement.Closing.Returned != 5*money.Wan {
		x.t.Errorf("the statement closes with %+v", statement.Closing)
	}
	var view followup.SampleView
	x.as(access.Auditor).expect(200, "GET", "/api/claim-samples/"+sample.ID, nil, &view)
	if !view.Same || view.Wrong != 1 || view.Claims[0].Finding == nil || view.Claims[0].Finding.Clawback != f.Clawback {
		x.t.Errorf("the sample: %+v", view)
	}
}
