package httpapi_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/reporting"
)

const (
	theBank = "91331082DEM0000149"
	theShop = "92331082DEM0000146"
)

// newDesk is a site with a reporting desk, whose bank has a credit code.
func newDesk(t *testing.T, db *store.DB) (*inboxtest.Desk, map[access.Role]*person) {
	t.Helper()
	desk := inboxtest.New(t, db)
	s := newSite(t, db, func(d *httpapi.Deps) { d.Desk, d.Signs = desk.Service, desk.Keys })
	people := s.everyone(db)
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		o, err := tx.Org("org-bank")
		if err != nil {
			return err
		}
		o.USCC = theBank
		return tx.PutOrg(o)
	}); err != nil {
		t.Fatal(err)
	}
	return desk, people
}

func contentDigest(b string) string {
	sum := sha256.Sum256([]byte(b))
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// chunk sends one part and returns the upload, or the code of the problem.
func (p *person) chunk(id string, offset int, part string) (u reporting.Upload, code string) {
	p.t.Helper()
	resp, b := p.send("PUT", fmt.Sprintf("/api/uploads/%s/chunk?offset=%d", id, offset), part, "Content-Digest", contentDigest(part), "Content-Type", "application/octet-stream")
	if resp.StatusCode != http.StatusOK {
		var problem httpapi.Problem
		if err := json.Unmarshal(b, &problem); err != nil {
			p.t.Fatal(err)
		}
		return u, problem.Code
	}
	if err := json.Unmarshal(b, &u); err != nil {
		p.t.Fatal(err)
	}
	return u, ""
}

// upload sends a whole file and returns its id.
func (p *person) upload(name, content string) string {
	p.t.Helper()
	var u reporting.Upload
	p.expect(200, "POST", "/api/uploads", map[string]any{"name": name, "size": len(content)}, &u)
	if _, code := p.chunk(u.ID, 0, content); code != "" {
		p.t.Fatal(code)
	}
	p.expect(200, "POST", "/api/uploads/"+u.ID+"/finish", map[string]string{"sha256": inboxtest.Hash([]byte(content))}, &u)
	return u.ID
}

func (p *person) handIn(set, period string, namesAndTexts ...string) (s reporting.Submission) {
	p.t.Helper()
	uploads := []string{}
	for i := 0; i < len(namesAndTexts); i += 2 {
		uploads = append(uploads, p.upload(namesAndTexts[i], namesAndTexts[i+1]))
	}
	p.expect(200, "POST", "/api/submissions", map[string]any{"set": set, "period": period, "uploads": uploads}, &s)
	return s
}

const (
	deskRegister = "institution_id,name,kind,local_legal_person\n" + theBank + ",某银行,rural_bank,1\n"
	deskNotes    = "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on,purpose\n" + theBank + ",L1," + theShop + ",1000.00,2021-01-01,2022-01-01,=1+1\n"
	deskBalances = "institution_id,loan_id,month,balance\n" + theBank + ",L1,2021-01,1000.00\n"
)

func TestReportingThroughTheInterface(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		desk, people := newDesk(t, db)
		bank, lead, office, regulator := people[access.Bank], people[access.BankLead], people[access.Office], people[access.Regulator]
		office.handIn("registers", "2021", "institutions.csv", deskRegister)
		desk.Work()

		// A file with an error, found by line, exported without formulas.
		broken := bank.handIn("lending", "2021-01", "loans.csv", deskNotes, "month_balances.csv", strings.Replace(deskBalances, "1000.00", "=1+1", 1))
		desk.Work()
		var s reporting.Submission
		bank.expect(200, "GET", "/api/submissions/"+broken.ID, nil, &s)
		if s.State != reporting.Rejected || s.Errors == 0 {
			t.Fatalf("%+v", s)
		}
		var found struct {
			Items []reporting.Finding `json:"items"`
			Total int                 `json:"total"`
		}
		bank.expect(200, "GET", "/api/submissions/"+s.ID+"/findings?severity=error&file=month_balances.csv&line=2", nil, &found)
		if found.Total == 0 || found.Items[0].Table != "month_balances" || found.Items[0].Value != "=1+1" {
			t.Errorf("%+v", found)
		}
		bank.expect(200, "GET", "/api/submissions/"+s.ID+"/findings?text=nowhere", nil, &found)
		if found.Total != 0 {
			t.Errorf("%d findings of a text that is nowhere", found.Total)
		}
		_, b := bank.send("GET", "/api/submissions/"+s.ID+"/findings?format=csv", "")
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
		if err != nil || len(rows) < 2 || rows[1][7] != "'=1+1" {
			t.Errorf("%v %q", err, rows)
		}
		bank.expect(409, "GET", "/api/submissions/"+s.ID+"/receipt", nil, nil)

		// The right one, with a file nobody knows: the lead confirms.
		fixed := bank.handIn("lending", "2021-01", "loans.csv", deskNotes, "month_balances.csv", deskBalances, "extra.csv", "x\n")
		desk.Work()
		bank.expect(403, "POST", "/api/submissions/"+fixed.ID+"/confirm", map[string]string{"note": "已核实"}, nil)
		lead.expect(200, "POST", "/api/submissions/"+fixed.ID+"/confirm", map[string]string{"note": "已核实"}, &s)
		if s.State != reporting.Accepted || s.Version != 2 {
			t.Fatalf("%+v", s)
		}
		var g reporting.GivenReceipt
		office.expect(200, "GET", "/api/submissions/"+fixed.ID+"/receipt", nil, &g)
		if g.SHA256 != inboxtest.Hash([]byte(g.Signed)) || g.Receipt.Sums[0].BalanceFen != 100000 {
			t.Errorf("%+v", g)
		}
		_, file := bank.send("GET", "/api/submissions/"+fixed.ID+"/receipt", "") // as a bank keeps it, and verifies it
		_, keys := bank.site.person().send("GET", httpapi.SigningKeys, "")
		if g, err := inbox.VerifyReceipt(file, keys); err != nil || g.Receipt.Submission != fixed.ID || g.Signature.Suite != "intl" {
			t.Errorf("%v of %s by %s", err, file, keys)
		}
		if _, err := inbox.VerifyReceipt(bytes.Replace(file, []byte(`100000`), []byte(`100001`), 1), keys); fault.CodeOf(err) != "reporting.receipt_changed" {
			t.Errorf("a balance changed: %v", err)
		}
		resp, b := lead.send("GET", "/api/submissions/"+fixed.ID+"/receipt/text", "")
		if resp.StatusCode != http.StatusOK || !strings.Contains(string(b), g.Receipt.Number) {
			t.Errorf("%d %s", resp.StatusCode, b)
		}
		resp, b = bank.send("GET", "/api/submissions/"+fixed.ID+"/files/loans.csv", "")
		if resp.StatusCode != http.StatusOK || string(b) != deskNotes {
			t.Errorf("%d %s", resp.StatusCode, b)
		}

		// Those who oversee see how far it is, and not the data.
		regulator.expect(403, "GET", "/api/submissions/"+fixed.ID, nil, nil)
		var o reporting.Obligation
		office.expect(200, "POST", "/api/reporting/obligations", map[string]any{
			"title": "月度贷款数据", "kind": "bank", "set": "lending", "due_day": 8, "from": "2021-01", "items": []string{"loans", "month_balances"},
		}, &o)
		bank.expect(403, "DELETE", "/api/reporting/obligations/"+o.ID+"?version=1", nil, nil)
		var cells struct {
			Items []reporting.Cell `json:"items"`
		}
		regulator.expect(200, "GET", "/api/reporting/calendar?from=2021-01&to=2021-02", nil, &cells)
		if len(cells.Items) != 2 || cells.Items[0].State != reporting.CellAccepted || cells.Items[1].State != reporting.NotDue || cells.Items[0].DueOn.String() != "2021-02-09" {
			t.Errorf("%+v", cells.Items)
		}
		people[access.Guarantor].expect(200, "GET", "/api/reporting/calendar?from=2021-01&to=2021-02", nil, &cells)
		if len(cells.Items) != 0 {
			t.Errorf("another organisation sees %+v", cells.Items)
		}
		office.expect(412, "PUT", "/api/reporting/obligations/"+o.ID, map[string]any{
			"version": 7, "title": "月报", "kind": "bank", "set": "lending", "due_day": 8, "from": "2021-01",
		}, nil)
		office.expect(422, "POST", "/api/reporting/obligations", map[string]any{"title": "x", "kind": "bank", "set": "registers", "due_day": 8, "from": "2021-01"}, nil)
	})
}

func TestUploadGoesOnWhereItStopped(t *testing.T) {
	_, people := newDesk(t, storetest.SQLite(t))
	bank := people[access.Bank]
	content := strings.Repeat("0123456789", 1000)
	var u reporting.Upload
	bank.expect(200, "POST", "/api/uploads", map[string]any{"name": "loans.csv", "size": len(content)}, &u)
	if _, code := bank.chunk(u.ID, 10, content[10:20]); code != "reporting.offset" {
		t.Errorf("out of order: %q", code)
	}
	if got, code := bank.chunk(u.ID, 0, content[:4000]); code != "" || got.Received != 4000 {
		t.Fatalf("%q %+v", code, got)
	}
	if got, code := bank.chunk(u.ID, 0, content[:4000]); code != "" || got.Received != 4000 {
		t.Errorf("sent again: %q %+v", code, got)
	}
	resp, _ := bank.send("PUT", "/api/uploads/"+u.ID+"/chunk?offset=4000", content[4000:5000], "Content-Digest", contentDigest("else"))
	if resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("with another's hash: %d", resp.StatusCode)
	}
	if _, code := bank.chunk(u.ID, 4000, content[4000:]+"x"); code != "reporting.chunk_size" {
		t.Errorf("more than the file: %q", code)
	}
	for _, header := range []string{"", "sha-256=abc", "md5=:AAAA:", "sha-256=:AAAA:"} {
		if resp, b := bank.send("PUT", "/api/uploads/"+u.ID+"/chunk?offset=4000", "x", "Content-Digest", header); resp.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("Content-Digest %q: %d %s", header, resp.StatusCode, b)
		}
	}
	bank.expect(409, "POST", "/api/uploads/"+u.ID+"/finish", map[string]string{"sha256": inboxtest.Hash([]byte(content))}, nil)
	bank.expect(200, "GET", "/api/uploads/"+u.ID, nil, &u)
	if _, code := bank.chunk(u.ID, int(u.Received), content[u.Received:]); code != "" {
		t.Fatal(code)
	}
	bank.expect(422, "POST", "/api/uploads/"+u.ID+"/finish", map[string]string{"sha256": inboxtest.Hash([]byte("else"))}, nil)
	bank.expect(200, "GET", "/api/uploads/"+u.ID, nil, &u)
	if u.Received != 0 {
		t.Errorf("after a wrong hash %d bytes count as received", u.Received)
	}
	if _, code := bank.chunk(u.ID, 0, content); code != "" {
		t.Fatal(code)
	}
	bank.expect(200, "POST", "/api/uploads/"+u.ID+"/finish", map[string]string{"sha256": inboxtest.Hash([]byte(content))}, &u)
	bank.expect(200, "POST", "/api/uploads/"+u.ID+"/finish", map[string]string{"sha256": inboxtest.Hash([]byte(content))}, &u)
	people[access.Guarantor].expect(404, "GET", "/api/uploads/"+u.ID, nil, nil)
	people[access.Auditor].expect(403, "GET", "/api/uploads/"+u.ID, nil, nil)
	for _, name := range []string{"../loans.csv", "a/b.csv", `a\b.csv`, ".csv", "loans.exe", "loans", "a\u202eb.csv", "loans.csv ", "", strings.Repeat("贷", 60) + ".csv"} {
		var problem httpapi.Problem
		bank.expect(422, "POST", "/api/uploads", map[string]any{"name": name, "size": 1}, &problem)
		if problem.Code != "reporting.file_name" && problem.Code != "reporting.file_type" {
			t.Errorf("%q: %+v", name, problem)
		}
	}
	bank.expect(422, "POST", "/api/uploads", map[string]any{"name": "loans.csv", "size": reporting.MaxFile + 1}, nil)
	bank.expect(204, "DELETE", "/api/uploads/"+u.ID, nil, nil)
	bank.expect(404, "DELETE", "/api/uploads/"+u.ID, nil, nil)
}

// TestTemplatesAreReadBack: what is downloaded, with a row in it, is taken.
func TestTemplatesAreReadBack(t *testing.T) {
	_, people := newDesk(t, storetest.SQLite(t))
	for _, set := range reporting.Sets() {
		resp, b := people[access.Bank].send("GET", "/api/reporting/templates/"+string(set.Set), "")
		if resp.StatusCode != http.StatusOK || !bytes.HasPrefix(b, []byte("PK")) {
			t.Fatalf("%s: %d", set.Set, resp.StatusCode)
		}
		dir := t.TempDir()
		if err := os.WriteFile(dir+"/form.xlsx", b, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := factfile.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range set.Tables {
			if !f.Has(table) || fact.Lookup(table) == nil {
				t.Errorf("the form for %s has no %s", set.Set, table)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	people[access.Bank].expect(404, "GET", "/api/reporting/templates/nothing", nil, nil)
}
