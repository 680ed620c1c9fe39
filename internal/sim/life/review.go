package life

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/fault"
	"changrong/internal/base/id"
	"changrong/internal/base/money"
	"changrong/internal/programme"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"
)

// The offices, as they are called.
const (
	theOffice    = "市金融工作中心"
	theBureau    = "市财政局"
	thePBoC      = "人行市支行"
	theRegulator = "金融监管组"
)

// fund gives the programme its money: the province's for the pool of risk
// compensation, the city's for the rest.
func (t *Town) fund(ctx context.Context) error {
	clerk, lead := t.one(theOffice, access.Office), t.one(theBureau, access.Bureau)
	var rules subsidy.Rules
	if err := clerk.Call(ctx, "GET", "/api/claim-rules/"+pack, nil, &rules); err != nil {
		return err
	}
	totals, err := items[programme.Total](ctx, clerk, "/api/runs/"+t.Official+"/totals", nil)
	if err != nil {
		return err
	}
	pooled, others := map[string]money.Fen{}, map[string]money.Fen{}
	for _, total := range totals {
		if strings.HasPrefix(total.Item, "rc-") {
			pooled[total.Item] += total.Paid
		} else {
			others[total.Item] += total.Paid
		}
	}
	for i, s := range []struct {
		level, document, title string
		needs                  map[string]money.Fen
		purposes               []string
	}{
		{"provincial", "浙财金〔2021〕演示1号", "省财政试点奖补资金（风险补偿）", pooled, []string{"risk-compensation"}},
		{"county", "临财金〔2021〕演示2号", "市级金融发展专项资金", others, nil},
	} {
		sum := money.Fen(0)
		for item, need := range s.needs {
			sum += need
			s.purposes = append(s.purposes, item)
		}
		slices.Sort(s.purposes)
		source := map[string]any{
			"year": rules.Year, "level": s.level, "document": s.document, "title": s.title, "purposes": s.purposes,
			"function": "2170302", "economy": "50702", "goal": "民营和小微企业贷款增量、扩面、降价",
		}
		var made struct {
			ID string `json:"id"`
		}
		if err := lead.Call(ctx, "POST", "/api/fund/sources", source, &made); err != nil {
			return err
		}
		grant := map[string]any{"source": made.ID, "amount_fen": sum + 5_000_000_00, "document": s.document, "ref": fmt.Sprintf("grant-%d", i+1)}
		if err := lead.Call(ctx, "POST", "/api/fund/allotments", grant, nil); err != nil {
			return err
		}
	}
	return nil
}

// draft makes claims of the settlement, and the accounts they are paid to.
func (t *Town) draft(ctx context.Context) error {
	head := t.one(theOffice, access.OfficeLead)
	if err := head.Call(ctx, "POST", "/api/claim-runs/"+t.Official, nil, nil); err != nil {
		return err
	}
	if err := until(ctx, func() (bool, error) {
		var state subsidy.RunState
		err := head.Call(ctx, "GET", "/api/claim-runs/"+t.Official, nil, &state)
		if missing := (*Refusal)(nil); errors.As(err, &missing) && missing.Status == http.StatusNotFound {
			err = nil // the job has not begun
		}
		return state.Done, err
	}); err != nil {
		return err
	}
	all, err := items[subsidy.Claim](ctx, head, "/api/claims", nil)
	if err != nil {
		return err
	}
	enter, check := t.one(theBureau, access.Bureau), t.nth(theBureau, access.Bureau, 1)
	seen := map[string]bool{}
	for i := range all {
		c := &all[i]
		if seen[c.Payee] {
			continue
		}
		seen[c.Payee] = true
		if err := t.account(ctx, enter, check, c); err != nil {
			return err
		}
	}
	return nil
}

// account registers the account of a payee, which another person confirms.
func (t *Town) account(ctx context.Context, enter, check *Person, c *subsidy.Claim) error {
	first := "3133452" + fmt.Sprintf("%04d", t.rand.IntN(10000))
	last, err := id.BankChar(first)
	if err != nil {
		return err
	}
	number := "6222" + fmt.Sprintf("%015d", t.rand.Int64N(1e15))
	account := map[string]any{
		"version": 0, "name": c.PayeeName, "number": number, "bank_name": "演示一号国有银行临海支行", "bank_no": first + string(last),
	}
	var kept subsidy.PayeeAccount
	path := "/api/payee-accounts/" + url.PathEscape(c.Payee)
	if err := enter.Call(ctx, "PUT", path, account, &kept); err != nil {
		return err
	}
	t.tails[c.Payee] = number[len(number)-4:]
	return check.Call(ctx, "PUT", path+"/confirmation", map[string]any{"version": kept.Version}, nil)
}

// step is what one person does to the claims of one stage. Of every of claims it
// leaves the first, so that in the end there are some in every stage.
type step struct {
	stage workflow.Stage
	verb  workflow.Verb
	who   *Person
	of    int
	why   string
}

// review takes the claims from their draft to the public notice.
func (t *Town) review(ctx context.Context) error {
	if err := t.submit(ctx); err != nil {
		return err
	}
	first, second, head := t.one(theOffice, access.Office), t.nth(theOffice, access.Office, 1), t.one(theOffice, access.OfficeLead)
	for _, s := range []step{
		{subsidy.Submitted, subsidy.Accept, first, 12, ""},
		{subsidy.OfficeReview, subsidy.Pass, second, 12, ""},
		{subsidy.BureauReview, subsidy.Pass, t.one(theBureau, access.Bureau), 12, ""},
		{subsidy.Comments, subsidy.Agree, t.one(thePBoC, access.PBoC), 12, ""},
		{subsidy.Comments, subsidy.Agree, t.one(theRegulator, access.Regulator), 12, ""},
	} {
		if err := t.decide(ctx, s); err != nil {
			return err
		}
	}
	for _, r := range []struct {
		stage workflow.Stage
		verb  workflow.Verb
		who   *Person
		why   string
	}{
		{subsidy.OfficeReview, subsidy.Return, second, "利息清单与台账不一致，请核对后重新提交"},
		{subsidy.Comments, subsidy.Object, t.one(theRegulator, access.Regulator), "该行本年度有一笔贷款分类存疑，建议会商"},
	} {
		claims, err := t.at(ctx, r.stage)
		if err != nil {
			return err
		}
		if len(claims) > 1 {
			act := map[string]any{"verb": r.verb, "reason": r.why, "version": claims[0].Version}
			if err := r.who.Call(ctx, "POST", "/api/claims/"+claims[0].ID+"/decisions", act, nil); err != nil {
				return err
			}
		}
	}
	return t.publish(ctx, head)
}

// at returns the claims at a stage, as the office's lead sees them.
func (t *Town) at(ctx context.Context, stage workflow.Stage) ([]subsidy.Claim, error) {
	return items[subsidy.Claim](ctx, t.one(theOffice, access.OfficeLead), "/api/claims", url.Values{"stage": {string(stage)}})
}

// submit lets those who filed hand in what is asked for.
func (t *Town) submit(ctx context.Context) error {
	drafts, err := t.at(ctx, subsidy.Draft)
	if err != nil {
		return err
	}
	leads := map[string]*Person{}
	for i := range t.banks {
		leads[t.banks[i].org] = t.banks[i].lead
	}
	for i := range drafts {
		c := &drafts[i]
		if i%12 == 0 {
			continue
		}
		who := leads[c.Org]
		if who == nil {
			who = t.one(theOffice, access.OfficeLead)
		}
		papers := []string{"application", "commitment"}
		if c.PayeeKind != "institution" {
			papers = append(papers, "interest")
		}
		for _, p := range papers {
			path := "/api/claims/" + c.ID + "/attachments?" + url.Values{"name": {p + ".pdf"}, "paper": {p}}.Encode()
			if err := who.send(ctx, "POST", path, http.Header{"Content-Type": {"application/octet-stream"}}, bytes.NewReader(pagePDF(c.Payee, c.Item)), nil); err != nil {
				return err
			}
		}
		act := map[string]any{"verb": subsidy.Submit, "version": 0}
		if err := who.Call(ctx, "POST", "/api/claims/"+c.ID+"/decisions", act, nil); err != nil {
			return err
		}
	}
	return nil
}

// pagePDF is a page of a paper that says whose it is.
func pagePDF(whose, what string) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n%% %s %s\ntrailer<</Root 1 0 R>>\n%%%%EOF\n", whose, what)
}

func (t *Town) decide(ctx context.Context, s step) error {
	claims, err := t.at(ctx, s.stage)
	if err != nil {
		return err
	}
	ids := []string{}
	for i := range claims {
		if i%s.of != 0 {
			ids = append(ids, claims[i].ID)
		}
	}
	for batch := range slices.Chunk(ids, 100) {
		var out struct {
			Items []subsidy.Done `json:"items"`
		}
		act := map[string]any{"claims": batch, "verb": s.verb, "reason": s.why}
		if err := s.who.Call(ctx, "POST", "/api/claim-decisions", act, &out); err != nil {
			return err
		}
		for _, d := range out.Items {
			if d.Code != "" {
				return fault.Newf(fault.Internal, "life.refused", "%s：%s", "%s: %s", d.Code, d.Title)
			}
		}
	}
	return nil
}

// publish shows the cleared claims to everybody, somebody objects, and is answered.
func (t *Town) publish(ctx context.Context, head *Person) error {
	cleared, err := t.at(ctx, subsidy.Cleared)
	if err != nil {
		return err
	}
	ids := []string{}
	for i := range cleared {
		if i%12 != 0 {
			ids = append(ids, cleared[i].ID)
		}
	}
	var made subsidy.Notice // the last of them
	for batch := range slices.Chunk(ids, 500) {
		notice := map[string]any{"policy": pack, "title": "2021年度小微企业金融服务改革奖补资金拟兑付名单公示", "contact": "市金融工作中心 0576-00000000", "claims": batch}
		if err := t.one(theOffice, access.Office).Call(ctx, "POST", "/api/notices", notice, &made); err != nil {
			return err
		}
	}
	citizen, err := NewPerson(t.URL, "", "", "")
	if err != nil {
		return err
	}
	objection := map[string]any{"name": "王先生", "contact": "13800000000", "text": "请公布风险补偿比例的计算依据。"}
	if err := citizen.Call(ctx, "POST", "/api/notices/"+made.ID+"/objections", objection, nil); err != nil {
		return err
	}
	open, err := items[subsidy.Objection](ctx, head, "/api/objections", url.Values{"notice": {made.ID}})
	if err != nil || len(open) == 0 {
		return err
	}
	answer := map[string]any{"version": open[0].Version, "outcome": "dismissed", "answer": "比例和依据见公示附件第三（四）15条，已电话答复。"}
	return head.Call(ctx, "PUT", "/api/objections/"+open[0].ID, answer, nil)
}

// pay approves what the notice let through, orders it and registers what the bank
// paid, but for some.
func (t *Town) pay(ctx context.Context) error {
	lead, clerk, second := t.one(theBureau, access.BureauLead), t.one(theBureau, access.Bureau), t.nth(theBureau, access.Bureau, 1)
	if err := until(ctx, func() (bool, error) {
		waiting, err := t.at(ctx, subsidy.PublicNotice)
		return len(waiting) == 0, err
	}); err != nil {
		return err
	}
	if err := t.decide(ctx, step{subsidy.Approval, subsidy.Approve, lead, 9, ""}); err != nil {
		return err
	}
	approved, err := t.at(ctx, subsidy.Approved)
	if err != nil {
		return err
	}
	for n, from := 0, 0; from < len(approved)-2; n, from = n+1, from+40 {
		ids := []string{}
		for _, c := range approved[from:min(from+40, len(approved)-2)] {
			ids = append(ids, c.ID)
		}
		var order subsidy.PaymentOrder
		body := map[string]any{"policy": pack, "purpose": "2021年度奖补资金", "claims": ids}
		if err := clerk.Call(ctx, "POST", "/api/payment-orders", body, &order); err != nil {
			return err
		}
		if err := lead.Call(ctx, "POST", "/api/payment-orders/"+order.ID+"/release", map[string]any{"version": order.Version}, nil); err != nil {
			return err
		}
		if err := t.receipts(ctx, second, order.ID, n); err != nil {
			return err
		}
	}
	return nil
}

// receipts registers the bank's receipts for an order, but for every tenth.
func (t *Town) receipts(ctx context.Context, clerk *Person, order string, n int) error {
	var view subsidy.OrderView
	if err := clerk.Call(ctx, "GET", "/api/payment-orders/"+order, nil, &view); err != nil {
		return err
	}
	for i, l := range view.Lines {
		if i%10 == 9 {
			continue
		}
		receipt := subsidy.BankReceipt{No: fmt.Sprintf("HD2022%02d%05d", n, i), Payee: l.PayeeName, Tail: l.Tail, Amount: l.Amount, On: t.day}
		if err := clerk.Call(ctx, "POST", "/api/payments/"+l.ID+"/receipt", receipt, nil); err != nil {
			return err
		}
	}
	return nil
}
