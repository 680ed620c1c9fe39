package server_test

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/exchange"
	"changrong/internal/server"

	"github.com/klauspost/compress/zstd"
)

// planted is every department there is. What it answers about a firm can be found
// again: texts and amounts that nothing else has.
type planted struct {
	catalogue *exchange.Catalogue
	mu        sync.Mutex
	firms     []string // their numbers are their places
}

func (p *planted) number(uscc string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.firms, uscc) {
		p.firms = append(p.firms, uscc)
	}
	return slices.Index(p.firms, uscc)
}

// text and amount are what marks a firm's data; person is what marks that of its owner.
func (p *planted) text(uscc string) string   { return fmt.Sprintf("标记%02d号", p.number(uscc)) }
func (p *planted) amount(uscc string) string { return fmt.Sprintf("87654%02d", p.number(uscc)) }
func (p *planted) person(uscc string) string {
	return fmt.Sprintf("6222%02d8765432109", p.number(uscc))
}

// in tells whether anything of a firm is in a text.
func (p *planted) in(uscc, s string) bool {
	return strings.Contains(s, p.text(uscc)) || strings.Contains(s, p.amount(uscc)) || strings.Contains(s, p.person(uscc))
}

// Fetch implements exchange.Source.
func (p *planted) Fetch(_ context.Context, q exchange.Query) (*exchange.Delivery, error) {
	d, err := p.catalogue.Dataset(q.Dataset)
	if err != nil {
		return nil, err
	}
	cells := map[string]string{}
	for i := range d.Fields {
		f := &d.Fields[i]
		cells[f.Name] = map[string]string{
			"bool": "0", "int": "7", "yuan": p.amount(q.USCC) + ".11", "percent": "3.00", "date": "2020-01-02", "month": "2024-01", "text": p.text(q.USCC) + d.ID,
			"uscc": q.USCC, "industry": "H62", "town": "331082001",
		}[f.Type]
		switch {
		case f.Personal != "":
			cells[f.Name] = p.person(q.USCC)
		case f.Type == "code":
			cells[f.Name] = f.Codes[0].Code
		case f.Type == "uscc" && !f.Required:
			cells[f.Name] = ""
		}
	}
	return &exchange.Delivery{Records: []exchange.Record{{Cells: cells}}, AsOf: civil.Date(19999), Source: "某系统", Raw: strings.Repeat("0", 64)}, nil
}

// standings are the states of consent in which a firm is read.
var standings = []string{"none", "given", "given whole", "given in part", "expired", "withdrawn", "for another purpose", "to another bank"}

// asked are the firms by the state of their consent, and the datasets that are asked for.
type asked struct {
	*town
	source *planted
	firms  map[string]*firm
	all    []string // datasets
	named  []string // of the consent in part
}

// consenting makes a firm for each state of consent.
func consenting(t *testing.T, c server.Config) *asked {
	t.Helper()
	catalogue, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	x := &asked{source: &planted{catalogue: catalogue}, firms: map[string]*firm{}, named: []string{"tax.grade", "market.licence"}}
	c.Departments, c.Demo = x.source, true
	x.town = open(t, c)
	shared := []string{}
	for _, d := range catalogue.Datasets() {
		x.all = append(x.all, d.ID)
		if d.Sharing != exchange.NotShared {
			shared = append(shared, d.ID)
		}
	}
	for _, bank := range []string{"bank-a", "bank-b"} {
		x.person(t, bank, access.BankOrg, access.Bank)
	}
	withdrawn := ""
	for i, state := range standings {
		f := x.firm(t, i+1, "92") // whose owners are persons
		x.firms[state] = f
		x.source.number(f.uscc)
		g := exchange.Grant{Recipient: "bank-b", Purpose: exchange.LoanApplication, Datasets: shared, ExpiresOn: x.Now().Date() + 30, Channel: exchange.Phone}
		switch state {
		case "none":
			continue
		case "given whole":
			g.Personal = true
		case "given in part":
			g.Datasets = x.named
		case "expired":
			g.ExpiresOn = x.Now().Date()
		case "for another purpose":
			g.Purpose = exchange.LoanManagement
		case "to another bank":
			g.Recipient = "bank-a"
		}
		text, err := x.API.Exchange.Text(t.Context(), f.caller, g)
		if err != nil {
			t.Fatal(state, err)
		}
		g.Hash = text.Hash
		given, err := x.API.Exchange.Give(t.Context(), f.caller, g)
		if err != nil {
			t.Fatal(state, err)
		}
		if state == "withdrawn" {
			withdrawn = given.ID
		}
	}
	x.clock.Add(int64(2 * civil.Day))
	if _, err := x.API.Exchange.Withdraw(t.Context(), x.firms["withdrawn"].caller, access.Scope{All: true}, withdrawn); err != nil {
		t.Fatal(err)
	}
	return x
}

// again signs a firm's person in anew.
func (w *town) again(t *testing.T, f *firm) string {
	t.Helper()
	secret, now := crypto.NewSecret(), w.Now()
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
		return tx.PutSession(&access.Session{ID: crypto.NewID(), Hash: w.Keys.Digest(secret), Account: "boss-" + f.org, Stage: access.SignedIn, Via: access.ViaPassword, Started: now, LastSeen: now})
	}); err != nil {
		t.Fatal(err)
	}
	return "changrong_session=" + secret
}

// consented tells whether a firm's consent is for this, by its state alone.
func (x *asked) consented(kind access.OrgKind, state string, purpose exchange.Purpose, dataset string) bool {
	if kind != access.BankOrg || dataset == "" {
		return false
	}
	switch state {
	case "given", "given whole":
		return purpose == exchange.LoanApplication
	case "given in part":
		return purpose == exchange.LoanApplication && slices.Contains(x.named, dataset)
	case "for another purpose":
		return purpose == exchange.LoanManagement
	}
	return false
}

// grounded tells whether an organisation may be given a dataset, by consent or by law;
// and whether what is personal is whole.
func (x *asked) grounded(kind access.OrgKind, state string, purpose exchange.Purpose, dataset string) (may, whole bool) {
	d, err := x.source.catalogue.Dataset(dataset)
	if err != nil || d.Sharing == exchange.NotShared {
		return false, false
	}
	if x.consented(kind, state, purpose, dataset) {
		return true, state == "given whole"
	}
	statute := slices.ContainsFunc(d.Statutes, func(s exchange.Statute) bool { return s.Kind == kind && s.Purpose == purpose })
	return d.Sharing == exchange.Unconditional || statute, false
}

// fitting are the purposes for which organisations of a kind read about others.
func fitting(kind access.OrgKind) []exchange.Purpose {
	switch kind {
	case access.BankOrg, access.GuarantorOrg:
		return []exchange.Purpose{exchange.LoanApplication, exchange.LoanManagement}
	case access.OfficeOrg:
		return []exchange.Purpose{exchange.ClaimCheck, exchange.CityRating}
	case access.BureauOrg:
		return []exchange.Purpose{exchange.ClaimCheck}
	}
	return nil
}

// everyRole signs somebody of each role in, banks' people at bank B.
func (x *asked) everyRole(t *testing.T) (cookies map[access.Role]string, kinds map[access.Role]access.OrgKind, orgs map[access.Role]string) {
	t.Helper()
	cookies, kinds, orgs = map[access.Role]string{}, map[access.Role]access.OrgKind{}, map[access.Role]string{}
	for _, role := range access.Roles() {
		for _, kind := range access.OrgKinds() {
			if !kind.Gives(role) {
				continue
			}
			org := map[access.OrgKind]string{access.BankOrg: "bank-b", access.EnterpriseOrg: "firm-0099"}[kind]
			if org == "" {
				org = "org-" + string(kind)
			}
			if kind == access.EnterpriseOrg {
				cookies[role] = x.firm(t, 99, "91").cookie
			} else {
				cookies[role] = x.person(t, org, kind, role)
			}
			kinds[role], orgs[role] = kind, org
			break
		}
	}
	return cookies, kinds, orgs
}

// TestNothingIsGivenWithoutConsentOrBasis: every role asks for every dataset, for every
// purpose, about firms in every state of consent. What is given has its ground, and one
// row of the log that says all of it.
func TestNothingIsGivenWithoutConsentOrBasis(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		x := consenting(t, server.Config{Database: database})
		cookies, kinds, orgs := x.everyRole(t)
		auditor := cookies[access.Auditor]
		answers, given := 0, 0
		for role, cookie := range cookies {
			if kinds[role] == access.BankOrg && role == access.BankLead && database != "" {
				continue // as its clerk
			}
			for state, f := range x.firms {
				for _, purpose := range exchange.Purposes() {
					status, raw := x.answer(t, http.MethodPost, "/api/firm-data", cookie, exchange.Ask{Firm: f.uscc, Purpose: purpose, Datasets: x.all})
					fits := access.Allowed(access.FirmDataRead, []access.Role{role}) != access.None && slices.Contains(fitting(kinds[role]), purpose)
					if fits != (status == http.StatusOK) || !fits && x.source.in(f.uscc, raw) {
						t.Errorf("%s, %s, %s: %.300s", role, state, purpose, raw)
					}
					if fits {
						answers++
						given += x.holds(t, auditor, kinds[role], orgs[role], state, purpose, f, raw)
					}
				}
			}
		}
		for state, f := range x.firms { // the firm itself is given all
			_, raw := x.answer(t, http.MethodPost, "/api/firm-data", x.again(t, f), exchange.Ask{Firm: f.uscc, Purpose: exchange.Prefill, Datasets: x.all})
			if !strings.Contains(raw, x.source.person(f.uscc)) || !strings.Contains(raw, x.source.text(f.uscc)) {
				t.Errorf("%s, its own: %.300s", state, raw)
			}
		}
		if answers < 60 || given < 500 {
			t.Errorf("%d answers with %d datasets are too few", answers, given)
		}
		t.Logf("%d answers gave %d datasets", answers, given)
	})
}

// holds looks at one answer: what it gives has its ground and its row in the log.
func (x *asked) holds(t *testing.T, auditor string, kind access.OrgKind, org, state string, purpose exchange.Purpose, f *firm, raw string) (given int) {
	t.Helper()
	_, body, _ := strings.Cut(raw, "\n\n")
	var answer exchange.Answer
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Items []exchange.Reading `json:"items"`
	}
	x.ok(t, http.MethodGet, "/api/readings?limit=200&firm="+f.uscc+"&reader="+org+"&purpose="+string(purpose), auditor, nil, &log)
	for i := range answer.Parts {
		p := &answer.Parts[i]
		may, whole := x.grounded(kind, state, purpose, p.Dataset)
		has := len(p.Records) > 0 || len(p.Summary) > 0 || x.source.in(f.uscc, fmt.Sprint(*p))
		if has != may || strings.Contains(fmt.Sprint(p.Records), x.source.person(f.uscc)) && !whole {
			t.Errorf("%s, %s, %s, %s: given is %t, may be %t, whole %t: %v", org, state, purpose, p.Dataset, has, may, whole, p.Records)
		}
		rows := 0
		for _, r := range log.Items {
			if r.Call != answer.ID || r.Dataset != p.Dataset {
				continue
			}
			rows++
			consent := x.consented(kind, state, purpose, p.Dataset)
			if r.Firm != f.uscc || r.Reader != org || r.Account == "" || r.Purpose != purpose || r.Own || r.Outcome.Gives() != has || r.At != answer.At ||
				has && (r.Records != len(p.Records) || (r.Consent == "") == (r.Basis == "") || (r.Consent != "") != consent || !slices.Equal(r.Fields, keysOf(p)) || !slices.Equal(r.Masked, p.Masked)) {
				t.Errorf("%s, %s, %s, %s: the log says %+v", org, state, purpose, p.Dataset, r)
			}
		}
		if rows != 1 {
			t.Errorf("%s, %s, %s, %s: %d rows of the log", org, state, purpose, p.Dataset, rows)
		}
		if has {
			given++
		}
	}
	return given
}

func keysOf(p *exchange.Part) (names []string) {
	for i := range p.Fields {
		names = append(names, p.Fields[i].Name)
	}
	return names
}

// TestDepartmentDataIsNowhereElse: what banks were given, and what an application said of
// it, is in no other answer, file, message, letter, call or settlement bundle, and in no
// backup where it is sealed.
func TestDepartmentDataIsNowhereElse(t *testing.T) {
	h := newHooked(t)
	data := t.TempDir()
	post, mailer := newLetters(t)
	x := consenting(t, server.Config{
		Data: data, Packs: "../../packs", Mail: mailer, PublicURL: "http://jr.example.com", HookAllow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, HookRoots: h.roots,
	})
	cookies, kinds, _ := x.everyRole(t)
	for _, role := range []access.Role{access.BankLead, access.OfficeLead} {
		x.ok(t, http.MethodPost, "/api/webhooks", cookies[role], map[string]any{"url": h.URL + "/hook"}, nil)
	}
	f := x.firms["given"]
	f.cookie = x.again(t, f)
	for _, cookie := range []string{f.cookie, cookies[access.Bank], cookies[access.BankLead], cookies[access.OfficeLead]} {
		x.mailed(t, cookie, post)
	}
	application, at := x.sent(t, f, "key-planted", "bank-b")
	for _, who := range []string{cookies[access.Bank], cookies[access.OfficeLead]} {
		for _, purpose := range []exchange.Purpose{exchange.LoanApplication, exchange.ClaimCheck} {
			x.answer(t, http.MethodPost, "/api/firm-data", who, exchange.Ask{Firm: f.uscc, Purpose: purpose, Datasets: x.all})
		}
	}
	x.rates(t, false)
	x.ok(t, http.MethodPost, "/api/referrals/"+at["bank-b"]+"/rating", cookies[access.Bank], nil, nil)
	report := "/api/referrals/" + at["bank-b"] + "/rating" // says what it was made of to the bank that it was made for
	if _, answer := x.answer(t, http.MethodGet, report, cookies[access.Bank], nil); !x.source.in(f.uscc, answer) {
		t.Errorf("a report does not say what it was made of: %.600s", answer)
	}
	offer := x.offers(t, cookies[access.Bank], at["bank-b"])
	x.drain(t)
	w := &world{town: x.town, t: t}
	w.settle()
	bundle := x.bundled(w, f, cookies)
	looked := 0
	for role, cookie := range cookies {
		for path, answer := range x.look(t, cookie, role, f.uscc, application, at["bank-b"], offer) {
			if strings.Contains(answer, "spreadsheetml") {
				_, body, _ := strings.Cut(answer, "\n\n")
				answer = unzipped(t, body)
			}
			if x.source.in(f.uscc, answer) && (path != report || kinds[role] != access.BankOrg) {
				t.Errorf("%s: %s shows what a department said: %.600s", role, path, answer)
			}
			looked++
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, call := range h.got {
		if x.source.in(f.uscc, call) {
			t.Errorf("a call tells what a department said: %s", call)
		}
	}
	written := 0
	for ; len(post) > 0; written++ {
		if letter := <-post; x.source.in(f.uscc, letter) {
			t.Errorf("a letter tells what a department said: %s", letter)
		}
	}
	if !strings.Contains(bundle, f.uscc) || x.source.in(f.uscc, bundle) {
		t.Errorf("a bundle of %d bytes without the firm, or with what a department said of it", len(bundle))
	}
	if looked < 2000 || len(h.got) < 5 || written < 5 {
		t.Errorf("only %d answers, %d calls and %d letters were looked at", looked, len(h.got), written)
	}
	x.sealedIn(t, data, f)
}

// sealedIn looks into a backup for what is kept sealed.
func (x *asked) sealedIn(t *testing.T, data string, f *firm) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "backup")
	if _, err := server.Backup(t.Context(), server.Config{Data: data}, out); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := zstd.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	copies := 0
	for archive := tar.NewReader(z); ; {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if !x.source.in(f.uscc, line) {
				continue
			}
			d := slices.IndexFunc(x.source.catalogue.Datasets(), func(d *exchange.Dataset) bool {
				return strings.Contains(line, `"`+d.ID+`"`) && d.Level < 3 && !d.HasPersonal()
			})
			if d < 0 {
				t.Errorf("%s of a backup holds in plain: %.300s", entry.Name, line)
			}
			copies++
		}
	}
	if copies == 0 {
		t.Error("no copy was found in the backup, not even of what is public")
	}
}
