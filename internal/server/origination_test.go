package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/base/uscc"
	"changrong/internal/exchange"
	"changrong/internal/origination"
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
						resp.Body.Close()
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
