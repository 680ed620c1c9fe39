package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/uscc"
	"changrong/internal/exchange"
)

// withExchange has the catalogue that ships, and departments that answer as source.
func withExchange(t *testing.T, db *store.DB, source exchange.Source) func(*httpapi.Deps) {
	t.Helper()
	catalogue, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := exchange.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	return func(d *httpapi.Deps) {
		d.Exchange = &exchange.Service{
			Store: store.Of[exchange.Tx]{DB: db}, Source: source, Sealer: d.Access.Sealer, Catalogue: catalogue, Texts: texts, Now: d.Access.Now, NewID: crypto.NewID,
		}
	}
}

// firmOf is the code of the scene's firm where an enterprise looks at its own, else of
// a firm that has no account.
func firmOf(s *scene) string {
	if code := s.usccs[s.org]; s.org == "org-enterprise" {
		return code
	}
	return creditCode(s.t, 70_000_000+s.n)
}

// lenderOf is who was given something: the scene's organisation, or another bank.
func lenderOf(s *scene) string {
	if s.org == "org-enterprise" {
		return "org-of-another"
	}
	return s.org
}

func aConsent(s *scene) string {
	s.write(func(tx *store.Tx) error {
		return tx.AddConsents([]*exchange.Consent{{
			ID: "c" + s.mark, Firm: firmOf(s), FirmName: "某厂", Recipient: lenderOf(s), RecipientName: "某行", Purpose: exchange.LoanApplication,
			Datasets: []string{"tax.filing"}, TextVersion: "1", TextHash: "x", Text: "授权书", Given: s.now, Channel: exchange.Phone, ExpiresOn: s.now.Date() + 30,
		}})
	})
	return "c" + s.mark
}

// aReading is of a dataset that the scene's organisation publishes.
func aReading(s *scene) string {
	department := "d" + s.mark
	s.shows = department + ".set"
	s.write(func(tx *store.Tx) error {
		if err := tx.PutDataDepartment(department, s.org); err != nil {
			return err
		}
		return tx.AddReadings([]exchange.Reading{{
			ID: "r" + s.mark, Call: "x", At: s.now, Firm: firmOf(s), Reader: lenderOf(s), ReaderName: "某行", Purpose: exchange.LoanApplication,
			Dataset: s.shows, Department: department, Outcome: exchange.Asked, Fields: []string{"amount"},
		}})
	})
	return "r" + s.mark
}

func aBadCopy(s *scene) string {
	department := "d" + s.mark
	s.shows = department + ".set"
	s.write(func(tx *store.Tx) error {
		if err := tx.PutDataDepartment(department, s.org); err != nil {
			return err
		}
		return tx.PutCopy(&exchange.Copy{Dataset: s.shows, Firm: firmOf(s), Fetched: s.now, Findings: []exchange.Finding{{Rule: "a", Record: 1}}})
	})
	return s.shows
}

func aGrant(s *scene) any {
	return exchange.Grant{Recipient: "org-of-another", Purpose: exchange.LoanApplication, Datasets: []string{"tax.filing"}, ExpiresOn: s.now.Date() + 7, Hash: "x", Channel: exchange.Phone}
}

// anAsk asks for what the role may ask for.
func anAsk(s *scene) any {
	ask := exchange.Ask{Firm: creditCode(s.t, 70_000_000+s.n), Purpose: exchange.LoanApplication, Datasets: []string{"tax.filing", "court.dishonesty"}}
	switch s.role {
	case access.Enterprise:
		ask.Firm, ask.Purpose = s.usccs["org-enterprise"], exchange.Prefill
	case access.Office, access.OfficeLead, access.Bureau, access.BureauLead:
		ask.Purpose = exchange.ClaimCheck
	}
	return ask
}

// registry is a Source of two datasets.
type registry struct{ calls int }

// Fetch implements exchange.Source.
func (c *registry) Fetch(_ context.Context, q exchange.Query) (*exchange.Delivery, error) {
	c.calls++
	x := &exchange.Delivery{AsOf: civil.Date(19999), Source: "登记系统", Raw: strings.Repeat("0", 64)}
	switch q.Dataset {
	case "market.licence":
		x.Records = []exchange.Record{{Cells: map[string]string{
			"name": "临海市小吃店", "kind": "sole_trader", "status": "open", "registered_on": "2020-01-02", "closed_on": "", "capital": "", "industry": "H62",
			"town": "331082001", "address": "", "owner_name": "王小明", "owner_number": "331082198001010017", "owner_phone": "13812341234",
		}}}
	case "tax.filing":
		x.Records = []exchange.Record{{Cells: map[string]string{
			"registered_on": "2020-02-01", "taxpayer_kind": "small", "months_filed": "12", "months_paid": "30", "last_filed_month": "2024-09",
			"sales_12m": "800000.00", "sales_last_year": "", "tax_paid_12m": "8000.50", "tax_paid_last_year": "",
		}}}
	default:
		return exchange.Nobody{}.Fetch(context.Background(), q)
	}
	return x, nil
}

// TestAFirmsDataFromConsentToWithdrawal goes through it as a sole trader, two banks
// and an auditor do.
func TestAFirmsDataFromConsentToWithdrawal(t *testing.T) {
	db := storetest.SQLite(t)
	source := &registry{}
	s := newSite(t, db, withExchange(t, db, source))
	people := s.everyone(db)
	firm, err := uscc.Make("92", "331082", "MA2ABCDE")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		o, err := tx.Org("org-enterprise")
		if err != nil {
			return err
		}
		o.USCC = firm
		if err := tx.PutOrg(o); err != nil {
			return err
		}
		if err := tx.PutOrg(&access.Org{ID: "bank-b", Kind: access.BankOrg, Name: "乙银行"}); err != nil {
			return err
		}
		return tx.PutAccount(&access.Account{ID: "b", Login: "clerk-b", Name: "乙", Org: "bank-b", Roles: []access.Role{access.Bank}, PasswordAt: s.now})
	}); err != nil {
		t.Fatal(err)
	}
	owner, bank, other := people[access.Enterprise], people[access.Bank], s.signedIn(db, "b")
	ask := exchange.Ask{Firm: firm, Purpose: exchange.LoanApplication, Datasets: []string{"tax.filing", "market.licence"}}
	read := func(p *person) map[string]exchange.Part {
		t.Helper()
		var a exchange.Answer
		p.expect(http.StatusOK, "POST", "/api/firm-data", ask, &a)
		parts := map[string]exchange.Part{}
		for _, x := range a.Parts {
			parts[x.Dataset] = x
		}
		return parts
	}
	if x := read(bank); x["tax.filing"].Outcome != exchange.Refused || x["tax.filing"].Reason.Code != "exchange.no_consent" ||
		x["market.licence"].Records[0].Cells["owner_name"] != "王**" || x["market.licence"].Records[0].Cells["owner_number"] == "331082198001010017" {
		t.Errorf("before the consent: %+v", x)
	}
	grant := exchange.Grant{Recipient: "org-bank", Purpose: exchange.LoanApplication, Datasets: ask.Datasets, Personal: true, Channel: exchange.Phone}
	var text exchange.Text
	owner.expect(http.StatusOK, "POST", "/api/consent-texts", grant, &text)
	for _, must := range []string{firm, "机构 bank", "纳税申报情况", "单独同意", "法定代表人或经营者姓名", "撤回"} {
		if !strings.Contains(text.Zh, must) {
			t.Errorf("the text does not say %s: %s", must, text.Zh)
		}
	}
	grant.ExpiresOn, grant.Hash = text.ExpiresOn, strings.Repeat("0", 64)
	owner.expect(http.StatusConflict, "POST", "/api/consents", grant, nil)
	grant.Hash = text.Hash
	var consent exchange.Consent
	owner.expect(http.StatusOK, "POST", "/api/consents", grant, &consent)
	x := read(bank)
	if y := x["tax.filing"]; y.Outcome != exchange.Asked || y.Consent != consent.ID || y.Summary["months_paid"] != "30" || y.AsOf != 19999 || y.Source != "登记系统" {
		t.Errorf("by consent: %+v", y)
	}
	if y := x["market.licence"]; y.Records[0].Cells["owner_number"] != "331082198001010017" || len(y.Masked) != 0 {
		t.Errorf("by a consent that names what is personal: %+v", y)
	}
	if x := read(other); x["tax.filing"].Outcome != exchange.Refused || x["market.licence"].Records[0].Cells["owner_phone"] != "138****1234" {
		t.Errorf("another bank: %+v", x)
	}
	resp, _ := bank.send("POST", "/api/firm-data", `{"firm":"`+firm+`","purpose":"loan_application","datasets":["tax.filing"]}`, "Idempotency-Key", `"k1"`)
	if resp.StatusCode != http.StatusOK || !strings.Contains(resp.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("%d, Cache-Control %q", resp.StatusCode, resp.Header.Get("Cache-Control"))
	}
	if source.calls != 2 {
		t.Errorf("departments were asked %d times", source.calls)
	}
	owner.expect(http.StatusOK, "POST", "/api/consents/"+consent.ID+"/withdrawal", nil, &consent)
	if consent.Withdrawn == 0 {
		t.Error("it is not withdrawn")
	}
	if x := read(bank); x["tax.filing"].Reason.Code != "exchange.withdrawn" || x["market.licence"].Records[0].Cells["owner_name"] != "王**" {
		t.Errorf("after the consent: %+v", x)
	}
	seen := func(p *person, path string) (total int) {
		t.Helper()
		var l struct {
			Items []map[string]any `json:"items"`
			Total int              `json:"total"`
		}
		p.expect(http.StatusOK, "GET", path, nil, &l)
		return l.Total
	}
	if mine, theirs, all := seen(owner, "/api/readings"), seen(other, "/api/readings"), seen(people[access.Auditor], "/api/readings"); mine != 9 || theirs != 2 || all != 9 {
		t.Errorf("the log has %d, %d and %d", mine, theirs, all)
	}
	if n := seen(owner, "/api/readings?given=true&outcome=kept&purpose=loan_application&consent="+consent.ID); n != 2 {
		t.Errorf("%d kept readings by the consent", n)
	}
	if bankSees, otherSees := seen(bank, "/api/consents"), seen(other, "/api/consents"); bankSees != 1 || otherSees != 0 {
		t.Errorf("banks see %d and %d consents", bankSees, otherSees)
	}
	for _, path := range []string{"/api/readings?format=csv", "/api/consents?format=xlsx"} {
		resp, file := owner.send("GET", path, "")
		if resp.StatusCode != http.StatusOK || len(file) == 0 || strings.Contains(string(file), "王小明") {
			t.Errorf("%s: %d, %d bytes", path, resp.StatusCode, len(file))
		}
	}
	owner.expect(http.StatusForbidden, "POST", "/api/firm-data", exchange.Ask{Firm: creditCode(t, 1), Purpose: exchange.Prefill, Datasets: []string{"tax.filing"}}, nil)
	owner.expect(http.StatusOK, "POST", "/api/firm-data", exchange.Ask{Firm: firm, Purpose: exchange.Prefill, Datasets: []string{"tax.filing"}}, nil)
	bank.expect(http.StatusNotFound, "POST", "/api/firm-data", exchange.Ask{Firm: firm, Purpose: exchange.LoanApplication, Datasets: []string{"tax.none"}}, nil)
	bank.expect(http.StatusUnprocessableEntity, "POST", "/api/firm-data", exchange.Ask{Firm: "91331082MA2ABCDEX0", Purpose: exchange.LoanApplication, Datasets: []string{"tax.filing"}}, nil)
}
