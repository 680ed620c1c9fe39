package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/base/event"
	"changrong/internal/base/uscc"
	"changrong/internal/exchange"
	"changrong/internal/origination"
	"changrong/internal/registry"
	"changrong/internal/server"
)

// datasets are what a firm lets a bank read in these tests.
var datasets = []string{"market.licence", "tax.grade"}

// firm is an enterprise that is signed in.
type firm struct {
	org, uscc, cookie string
	caller            access.Caller
}

func enterpriseCode(t testing.TB, kind string, n int) string {
	t.Helper()
	code, err := uscc.Make(kind, "331082", fmt.Sprintf("MA4%05d", n))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// firm makes an enterprise with a person who is signed in.
func (w *town) firm(t testing.TB, n int, kind string) *firm {
	t.Helper()
	f := &firm{org: fmt.Sprintf("firm-%04d", n), uscc: enterpriseCode(t, kind, n)}
	secret, now := crypto.NewSecret(), w.Now()
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.PutOrg(&access.Org{ID: f.org, Kind: access.EnterpriseOrg, Name: fmt.Sprintf("第%d𠮷厂🏭", n), USCC: f.uscc}); err != nil {
			return err
		}
		a := &access.Account{ID: "boss-" + f.org, Login: "boss." + f.org, Name: "负责人", Org: f.org, Roles: []access.Role{access.Enterprise}, PasswordAt: now}
		if err := tx.PutAccount(a); err != nil {
			return err
		}
		return tx.PutSession(&access.Session{ID: crypto.NewID(), Hash: w.Keys.Digest(secret), Account: a.ID, Stage: access.SignedIn, Via: access.ViaPassword, Started: now, LastSeen: now})
	}); err != nil {
		t.Fatal(err)
	}
	f.cookie = "changrong_session=" + secret
	f.caller = access.Caller{Principal: &access.Principal{Account: "boss-" + f.org, Name: "负责人", Org: f.org, OrgKind: access.EnterpriseOrg, Roles: []access.Role{access.Enterprise}}}
	return f
}

// wanted asks for banks, with the consents as their texts are shown.
func (w *town) wanted(t testing.TB, f *firm, banks ...string) (out []origination.Wanted) {
	t.Helper()
	for _, bank := range banks {
		g := exchange.Grant{Recipient: bank, Purpose: exchange.LoanApplication, Datasets: datasets, ExpiresOn: w.Now().Date() + 30}
		text, err := w.API.Exchange.Text(t.Context(), f.caller, g)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, origination.Wanted{Bank: bank, Consent: origination.Asked{Datasets: datasets, SHA256: text.Hash, Expires: g.ExpiresOn, Channel: "phone"}})
	}
	return out
}

func submission(key string, targets []origination.Wanted) origination.Submission {
	return origination.Submission{
		Key: key, Targets: targets, Contact: origination.Contact{Name: "𬸚某", Phone: "13800001111"},
		Need: origination.Need{Amount: 5_000_000_000, Months: 12, Purpose: "equipment", Words: "买机床🛠️"},
	}
}

// BenchmarkSubmit measures how many applications to three banks a second are kept
// durably, through the interface, with audit entry, event and consents; the banks
// are told meanwhile. bench/README.md has what it said.
func BenchmarkSubmit(b *testing.B) {
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			c := server.Config{Data: filepath.Join(b.TempDir(), "data"), Demo: true}
			if name == "postgres" {
				c.Database = pgtest.Start(b)
			}
			w := open(b, c)
			banks := []string{"bank-1", "bank-2", "bank-3"}
			for _, bank := range banks {
				w.person(b, bank, access.BankOrg, access.Bank)
			}
			const perFirm = 15 // fewer than may be open at a time
			bodies := make([][]byte, b.N)
			cookies := make([]string, b.N)
			var f *firm
			var targets []origination.Wanted
			for i := range b.N {
				if i%perFirm == 0 {
					f = w.firm(b, i/perFirm, "91")
					targets = w.wanted(b, f, banks...)
				}
				body, err := json.Marshal(submission(fmt.Sprintf("key-%08d", i), targets))
				if err != nil {
					b.Fatal(err)
				}
				bodies[i], cookies[i] = body, f.cookie
			}
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}}
			var next, failed atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range 64 {
				wg.Go(func() {
					for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
						req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, w.url+"/api/applications", bytes.NewReader(bodies[i]))
						if err != nil {
							b.Error(err)
							return
						}
						req.Header.Set("Content-Type", "application/json")
						req.Header.Set("Cookie", cookies[i])
						resp, err := client.Do(req)
						if err != nil {
							b.Error(err)
							return
						}
						said, _ := io.ReadAll(resp.Body)
						resp.Body.Close() //nolint:errcheck // it was read
						if resp.StatusCode != http.StatusOK && failed.Add(1) == 1 {
							b.Errorf("%d %s", resp.StatusCode, said)
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "applications/s")
		})
	}
}

// BenchmarkFanOut measures how long it takes until an application has come to thirty
// banks, and their people and systems have been told: the platform's own time, without
// calling anybody.
func BenchmarkFanOut(b *testing.B) {
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			c := server.Config{Data: filepath.Join(b.TempDir(), "data"), Demo: true}
			if name == "postgres" {
				c.Database = pgtest.Start(b)
			}
			w := open(b, c)
			var banks []string
			for i := range 30 {
				banks = append(banks, fmt.Sprintf("bank-%02d", i))
				w.person(b, banks[i], access.BankOrg, access.Bank)
			}
			var made time.Duration
			for i := range b.N {
				b.StopTimer()
				f := w.firm(b, i, "91")
				targets := w.wanted(b, f, banks...)
				w.drain(b)
				b.StartTimer()
				start := time.Now()
				w.ok(b, http.MethodPost, "/api/applications", f.cookie, submission(fmt.Sprintf("key-%08d", i), targets), nil)
				w.waitFor(b, "origination")
				made += time.Since(start)
				w.drain(b)
			}
			b.ReportMetric(float64(made.Microseconds())/1000/float64(b.N), "ms-to-referrals")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms-to-all-told")
		})
	}
}

// TestLargeBodiesAreRefused: 10 MB of JSON never reach an operation.
func TestLargeBodiesAreRefused(t *testing.T) {
	w := open(t, server.Config{Demo: true})
	f := w.firm(t, 1, "91")
	large := map[string]any{"body": map[string]any{"remark": strings.Repeat("长", 10<<20/3)}}
	for _, x := range []struct{ method, path, cookie string }{
		{http.MethodPost, "/api/applications", f.cookie}, {http.MethodPut, "/api/drafts/current", ""}, {http.MethodPost, "/api/drafts", f.cookie},
	} {
		if status, answer := w.answer(t, x.method, x.path, x.cookie, large); status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s %s: %.300s", x.method, x.path, answer)
		}
	}
}

// TestConsentWithdrawnWhileTheBankDecides: the bank is told, and warned where it decides.
func TestConsentWithdrawnWhileTheBankDecides(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w := open(t, server.Config{Database: database, Demo: true})
		clerk := w.person(t, "bank-a", access.BankOrg, access.Bank)
		office := w.person(t, "office", access.OfficeOrg, access.Office)
		f := w.firm(t, 2, "92") // an individual business, whose owner is personal
		application, at := w.sent(t, f, "key-consent", "bank-a")
		type seen struct {
			Referral struct {
				Sole    bool   `json:"sole_trader"`
				Version int64  `json:"version"`
				Stage   string `json:"stage"`
			} `json:"referral"`
			Consent struct {
				State string `json:"state"`
			} `json:"consent"`
			Contact struct {
				Name string `json:"name"`
			} `json:"contact"`
			Warning string `json:"warning"`
		}
		var before, after seen
		w.ok(t, http.MethodGet, "/api/referrals/"+at["bank-a"], clerk, nil, &before)
		if before.Consent.State != "given" || before.Warning != "" || !before.Referral.Sole || before.Contact.Name != "𬸚某" {
			t.Errorf("%+v", before)
		}
		for _, path := range []string{"/api/applications", "/api/applications/" + application, "/api/referrals", "/api/referrals/" + at["bank-a"], "/api/applications?format=csv", "/api/referrals?format=csv"} {
			if _, answer := w.answer(t, http.MethodGet, path, office, nil); strings.Contains(answer, "13800001111") || strings.Contains(answer, "𬸚某") {
				t.Errorf("%s shows whom to call: %s", path, answer)
			}
		}
		w.ok(t, http.MethodPost, "/api/consents/"+w.consentOf(t, f, "bank-a")+"/withdrawal", f.cookie, map[string]any{}, nil)
		w.ok(t, http.MethodGet, "/api/referrals/"+at["bank-a"], clerk, nil, &after)
		if after.Consent.State != "withdrawn" || !strings.Contains(after.Warning, "撤回") {
			t.Errorf("%+v", after)
		}
		w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-a"]+"/decisions", clerk, map[string]any{"verb": "decline", "code": "papers", "reason": "授权已撤回", "version": after.Referral.Version}, nil)
		// without the consent as it is shown, nothing is handed in
		targets := w.wanted(t, f, "bank-a")
		targets[0].Consent.SHA256 = strings.Repeat("0", 64)
		if status, answer := w.answer(t, http.MethodPost, "/api/applications", f.cookie, submission("key-forged", targets)); status != http.StatusConflict || !strings.Contains(answer, "exchange.text_changed") {
			t.Error(answer)
		}
	})
}

// TestFirmClosedMidway: the registry says that a firm was closed, and its applications end.
func TestFirmClosedMidway(t *testing.T) {
	w := open(t, server.Config{Demo: true})
	clerk := w.person(t, "bank-a", access.BankOrg, access.Bank)
	f := w.firm(t, 3, "91")
	_, at := w.sent(t, f, "key-closing", "bank-a")
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Emit(event.Event{Kind: registry.Closed, At: w.Now(), Subject: f.uscc})
	}); err != nil {
		t.Fatal(err)
	}
	w.drain(t)
	if _, answer := w.answer(t, http.MethodGet, "/api/referrals/"+at["bank-a"], clerk, nil); !strings.Contains(answer, `"end_reason":"firm_closed"`) {
		t.Error(answer)
	}
}
