package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/document"
	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/id"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
	"changrong/internal/subsidy"
	"changrong/internal/subsidy/drafting"
	"changrong/internal/subsidy/followup"
	"changrong/internal/workflow"
)

// withClaims lets a site deal with claims of the packs that are installed here.
func withClaims(t *testing.T, db *store.DB) func(*httpapi.Deps) {
	t.Helper()
	files, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	font, err := document.LoadFont("")
	if err != nil {
		t.Fatal(err)
	}
	packs, err := engine.OpenPacks("../../../packs")
	if err != nil {
		t.Fatal(err)
	}
	return func(d *httpapi.Deps) {
		d.Files, d.Font, d.Packs = files, font, packs
		d.Claims = &subsidy.Service{Store: store.Of[subsidy.Tx]{DB: db}, Sealer: d.Access.Sealer, Now: d.Access.Now, NewID: crypto.NewID, Packed: packs.ClaimRules}
		d.Drafting = &drafting.Service{Claims: d.Claims, Store: store.Of[drafting.Tx]{DB: db}, Now: d.Access.Now}
		d.FollowUp = &followup.Service{Store: store.Of[followup.Tx]{DB: db}, Claims: d.Claims}
	}
}

// seen is what of a claim, an order or its lines a client needs here.
type seen struct {
	ID      string         `json:"id"`
	Stage   workflow.Stage `json:"stage"`
	Period  string         `json:"period"`
	Pool    string         `json:"pool"`
	Version int64          `json:"version"`
}

// detail is a claim, or an order, with what belongs to it.
type detail struct {
	Claim       seen              `json:"claim"`
	Can         []string          `json:"can"`
	Decisions   []json.RawMessage `json:"decisions"`
	Payments    []json.RawMessage `json:"payments"`
	Attachments []seen            `json:"attachments"`
	Lines       []seen            `json:"lines"`
}

// counter is where claims are dealt with, with everybody signed in.
type counter struct {
	*site
	db     *store.DB
	people map[access.Role]*person
	bank   string // its USCC
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	db := storetest.SQLite(t)
	s := newSite(t, db, withClaims(t, db))
	s.now = civil.StartOf(civil.Date(19052)) + 9*civil.Hour // 2022-03-01
	x := &counter{site: s, db: db, people: s.everyone(db)}
	var err error
	if x.bank, err = uscc.Make("91", "331082", "MA200001"); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		o, err := tx.Org("org-bank")
		if err != nil {
			return err
		}
		o.USCC = x.bank
		return tx.PutOrg(o)
	}); err != nil {
		t.Fatal(err)
	}
	var source struct {
		ID string `json:"id"`
	}
	x.as(access.Bureau).expect(200, "POST", "/api/fund/sources", map[string]any{
		"year": 2022, "level": "county", "document": "临财企〔2022〕8号", "title": "奖补资金", "purposes": []string{"rc-tech"}, "function": "2170302",
	}, &source)
	x.as(access.Bureau).expect(200, "POST", "/api/fund/allotments", map[string]any{
		"source": source.ID, "amount_fen": int64(100 * money.Wan), "document": "临财企〔2022〕8号", "on": "2022-02-01", "ref": "first",
	}, nil)
	return x
}

// as is somebody with a role, whose session has not ended meanwhile.
func (x *counter) as(r access.Role) *person { return x.signedIn(x.db, "account-"+string(r)) }

// attach adds a file to a claim and returns the status and the code of a problem.
func (p *person) attach(claim, name, paper string, content []byte) (int, string) {
	p.t.Helper()
	path := fmt.Sprintf("%s/api/claims/%s/attachments?name=%s&paper=%s", p.url, claim, url.QueryEscape(name), paper)
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, path, bytes.NewReader(content))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := p.browser.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	var problem httpapi.Problem
	if err := json.NewDecoder(resp.Body).Decode(&problem); err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, problem.Code
}

const paper = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

// file files a claim and adds its papers, some of which are none.
func (x *counter) file(amount money.Fen) (c seen) {
	x.t.Helper()
	filing := map[string]any{
		"policy": "linhai-2021-47", "item": "rc-tech", "payee": x.bank, "payee_kind": "institution", "payee_name": "某银行", "amount_fen": int64(amount),
	}
	x.as(access.Bank).expect(200, "POST", "/api/claims", filing, &c)
	var problem httpapi.Problem
	x.as(access.Bank).expect(409, "POST", "/api/claims", filing, &problem)
	if problem.Code != "subsidy.taken" || c.Period != "2021" || c.Pool != "risk-compensation" {
		x.t.Errorf("%+v; once more: %+v", c, problem)
	}
	bank := x.as(access.Bank)
	for name, want := range map[string]string{
		"申报表.pdf": "MZ\x90\x00 no paper", "承诺书.exe": paper, "../x.pdf": paper, "表.xlsx": paper,
	} {
		if status, code := bank.attach(c.ID, name, "application", []byte(want)); status != 422 {
			x.t.Errorf("%s is taken: %d %s", name, status, code)
		}
	}
	for _, code := range []string{"application", "commitment"} {
		if status, problem := bank.attach(c.ID, code+".pdf", code, []byte(paper)); status != 200 {
			x.t.Fatalf("%s: %d %s", code, status, problem)
		}
	}
	return c
}

func (x *counter) decide(r access.Role, id string, verb workflow.Verb, reason string) (c seen) {
	x.t.Helper()
	p := x.as(r)
	var d detail
	p.expect(200, "GET", "/api/claims/"+id, nil, &d)
	p.expect(200, "POST", "/api/claims/"+id+"/decisions", map[string]any{"verb": verb, "reason": reason, "version": d.Claim.Version}, &c)
	return c
}

// TestClaimThroughTheInterface goes from filing to the bank's receipt by HTTP alone.
func TestClaimThroughTheInterface(t *testing.T) {
	x := newCounter(t)
	c := x.file(20 * money.Wan)
	var problem httpapi.Problem
	x.as(access.Bank).expect(403, "POST", "/api/claims/"+c.ID+"/decisions", map[string]any{"verb": "submit", "version": c.Version}, &problem)
	if problem.Code != "workflow.not_yours" {
		t.Errorf("a clerk submits: %+v", problem)
	}
	x.decide(access.BankLead, c.ID, subsidy.Submit, "")
	x.decide(access.Office, c.ID, subsidy.Accept, "")
	x.as(access.OfficeLead).expect(412, "POST", "/api/claims/"+c.ID+"/decisions", map[string]any{"verb": "pass", "version": 1}, &problem)
	x.decide(access.OfficeLead, c.ID, subsidy.Pass, "")
	x.decide(access.Bureau, c.ID, subsidy.Pass, "")
	x.decide(access.PBoC, c.ID, subsidy.Agree, "")
	if c = x.decide(access.Regulator, c.ID, subsidy.Agree, ""); c.Stage != subsidy.Cleared {
		t.Fatalf("heard by all, at %s", c.Stage)
	}
	x.notice(c.ID)
	x.decide(access.BureauLead, c.ID, subsidy.Approve, "")
	x.order(c.ID)
	var d detail
	x.as(access.Auditor).expect(200, "GET", "/api/claims/"+c.ID, nil, &d)
	if d.Claim.Stage != subsidy.Paid || len(d.Decisions) != 11 || len(d.Payments) != 1 || len(d.Can) != 0 || len(d.Attachments) != 2 {
		t.Errorf("in the end: %+v", d)
	}
	if _, body := x.as(access.Auditor).send("GET", "/api/claim-attachments/"+d.Attachments[0].ID, ""); string(body) != paper {
		t.Errorf("the paper came back as %q", body)
	}
	x.as(access.Guarantor).expect(403, "GET", "/api/claims/"+c.ID, nil, nil)
	x.back(c.ID)
}

// notice publishes, objects as anybody, answers, and lets the days go by.
func (x *counter) notice(claim string) {
	x.t.Helper()
	var n subsidy.Notice
	x.as(access.OfficeLead).expect(200, "POST", "/api/notices", map[string]any{
		"policy": "linhai-2021-47", "title": "拟兑付名单公示", "contact": "电话 0576-00000000", "claims": []string{claim},
	}, &n)
	anybody := x.person()
	var view httpapi.PublicNotice
	anybody.expect(200, "GET", "/api/notices/"+n.ID, nil, &view)
	if !strings.HasPrefix(view.PolicyTitle, "临海市") || view.PolicyNumber != "临政办发〔2021〕47号" {
		x.t.Errorf("the notice's policy: %s %s", view.PolicyTitle, view.PolicyNumber)
	}
	if !view.Open || len(view.Lines) != 1 || view.Total != 20*money.Wan || n.Last.String() != "2022-03-08" {
		x.t.Errorf("the notice: %+v", view)
	}
	var made httpapi.MadeObjection
	objection := map[string]string{"claim": claim, "name": "某人", "contact": "0576-11111111", "text": "该行余额有误"}
	anybody.expect(200, "POST", "/api/notices/"+n.ID+"/objections", objection, &made)
	anybody.expect(401, "GET", "/api/objections", nil, nil)
	for range 19 {
		anybody.expect(422, "POST", "/api/notices/"+n.ID+"/objections", map[string]string{"name": "某人", "contact": "1", "text": "又"}, nil)
	}
	anybody.expect(429, "POST", "/api/notices/"+n.ID+"/objections", objection, nil)
	x.now += 10 * civil.Day
	anybody.expect(409, "POST", "/api/notices/"+n.ID+"/objections", objection, nil)
	x.tick(0)
	x.as(access.Office).expect(403, "PUT", "/api/objections/"+made.ID, map[string]any{"version": 1, "outcome": "dismissed", "answer": "经核实无误"}, nil)
	x.as(access.OfficeLead).expect(200, "PUT", "/api/objections/"+made.ID, map[string]any{"version": 1, "outcome": "dismissed", "answer": "经核实无误"}, nil)
	x.tick(1)
}

func (x *counter) tick(want int) {
	x.t.Helper()
	if n, err := x.api.Claims.Tick(x.t.Context()); err != nil || n != want {
		x.t.Fatalf("the clock moves %d, not %d: %v", n, want, err)
	}
}

// order prepares, releases, prints and pays an order.
func (x *counter) order(claim string) {
	x.t.Helper()
	c, err := id.BankChar("10234500001")
	if err != nil {
		x.t.Fatal(err)
	}
	account := map[string]any{"version": 0, "name": "某银行", "number": "6222021234567890", "bank_name": "某银行临海支行", "bank_no": "10234500001" + string(c)}
	x.as(access.BankLead).expect(200, "PUT", "/api/payee-accounts/"+x.bank, account, nil)
	x.as(access.Bureau).expect(200, "PUT", "/api/payee-accounts/"+x.bank+"/confirmation", map[string]any{"version": 1}, nil)
	var accounts json.RawMessage
	x.as(access.Auditor).expect(200, "GET", "/api/payee-accounts", nil, &accounts)
	if bytes.Contains(accounts, []byte("6222021234567890")) || !bytes.Contains(accounts, []byte("7890")) {
		x.t.Errorf("a list of accounts: %s", accounts)
	}
	var o seen
	x.as(access.Bureau).expect(200, "POST", "/api/payment-orders", map[string]any{"policy": "linhai-2021-47", "purpose": "风险补偿金", "claims": []string{claim}}, &o)
	x.as(access.Bureau).expect(403, "POST", "/api/payment-orders/"+o.ID+"/release", map[string]any{"version": o.Version}, nil)
	x.as(access.BureauLead).expect(200, "POST", "/api/payment-orders/"+o.ID+"/release", map[string]any{"version": o.Version}, nil)
	for path, begins := range map[string]string{"/pdf": "%PDF-", "/xlsx": "PK\x03\x04"} {
		resp, body := x.as(access.Bureau).send("GET", "/api/payment-orders/"+o.ID+path, "")
		if resp.StatusCode != http.StatusOK || !strings.HasPrefix(string(body), begins) {
			x.t.Errorf("%s: %d, %.20q", path, resp.StatusCode, body)
		}
	}
	var view detail
	x.as(access.BureauLead).expect(200, "GET", "/api/payment-orders/"+o.ID, nil, &view)
	receipt := map[string]any{"no": "HD001", "payee": "某银行", "tail": "7890", "amount_fen": int64(20 * money.Wan), "on": x.now.Date().String()}
	x.as(access.Bureau).expect(200, "POST", "/api/payments/"+view.Lines[0].ID+"/receipt", receipt, nil)
	x.as(access.Bureau).expect(409, "POST", "/api/payments/"+view.Lines[0].ID+"/receipt", receipt, nil)
}

// claim makes a claim of the scene's organisation.
func (s *scene) claim(origin subsidy.Origin, stage workflow.Stage) *subsidy.Claim {
	c := &subsidy.Claim{
		Case:   workflow.Case{ID: "c" + s.mark, Kind: "claim", Org: s.org, Title: s.mark, Stage: stage, Round: 1, DueOn: civil.Never, Left: -1, Amount: 100},
		Policy: "p", Period: "2021", Origin: origin, Item: "i" + s.mark, Payee: "p" + s.mark, PayeeKind: "institution", PayeeName: "某行", Computed: 100,
	}
	s.write(func(tx *store.Tx) error {
		c := *c
		if err := tx.PutCase(&c.Case); err != nil {
			return err
		}
		return tx.PutClaim(&c)
	})
	return c
}

func aClaim(s *scene) string { return s.claim(subsidy.FromBank, subsidy.Draft).ID }

// aClaimOfItem shows in sums by its item.
func aClaimOfItem(s *scene) string {
	id := aClaim(s)
	s.vars["item"], s.shows = "i"+s.mark, "i"+s.mark
	return id
}

func aSettledClaim(s *scene) string { return s.claim(subsidy.FromSettlement, subsidy.Draft).ID }

func anAttachment(s *scene) string { return s.attachment(subsidy.Draft) }

func anOldAttachment(s *scene) string { return s.attachment(subsidy.Withdrawn) }

func (s *scene) attachment(stage workflow.Stage) string {
	ref, err := s.api.Files.Put(s.t.Context(), strings.NewReader(paper))
	if err != nil {
		s.t.Fatal(err)
	}
	a := &workflow.Attachment{ID: "f" + s.mark, Case: s.claim(subsidy.FromBank, stage).ID, Name: "a.pdf", Type: "pdf", SHA256: ref.SHA256, Size: ref.Size, Org: s.org}
	s.write(func(tx *store.Tx) error { return tx.PutAttachment(a) })
	return a.ID
}

func aPayee(s *scene) string {
	p := &subsidy.PayeeAccount{Payee: "p" + s.mark, Name: "某行", Tail: "7890", BankName: "某行", BankNo: "1", Org: s.org, Entered: "account-of-another"}
	s.write(func(tx *store.Tx) error { return tx.PutPayeeAccount(p) })
	s.vars["payee"] = p.Payee
	return p.Payee
}
