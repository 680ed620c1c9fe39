package httpapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/once"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/exchange"
	"changrong/internal/subsidy/fund"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

// site is a whole platform in this process.
type site struct {
	t   *testing.T
	api *httpapi.API
	url string
	now civil.Instant

	access *access.Service
	signs  *crypto.Provider
	routes []httpapi.Route // but those of tests
}

const password = "Zhe-Jiang 2021"

// factor makes the second factors of tests.
var factor = crypto.TOTP{Issuer: "畅融"}

var hashes = crypto.Hashes()

func newSite(t *testing.T, db *store.DB, with ...func(*httpapi.Deps)) *site {
	t.Helper()
	s := &site{t: t, now: civil.StartOf(civil.Date(20000))}
	ring, err := crypto.OpenRing(filepath.Join(t.TempDir(), "keys.json"), crypto.Intl)
	if err != nil {
		t.Fatal(err)
	}
	deps := httpapi.Deps{Access: &access.Service{
		Store: store.Of[access.Tx]{DB: db}, Hasher: crypto.NewPasswords(2),
		Now: func() civil.Instant { return s.now }, NewID: crypto.NewID, Secret: crypto.NewSecret, Digest: crypto.Digest,
		Factor: factor, Sealer: crypto.New(crypto.Intl, ring), OneTime: crypto.NewOneTime,
	}}
	deps.Signs = crypto.New(crypto.Intl, ring)
	deps.Once = &once.Book{Store: store.Of[once.Tx]{DB: db}, Now: deps.Access.Now, NewID: crypto.NewID}
	deps.Fund = &fund.Service{Store: store.Of[fund.Tx]{DB: db}, Now: deps.Access.Now, NewID: crypto.NewID}
	for _, f := range append([]func(*httpapi.Deps){withKeys(t, db), withWebhooks(t, db), withMessages(t, db), withCodes(db), withProducts(t, db), withBenefits(db), withExchange(t, db, exchange.Nobody{}), withFirms(db)}, with...) {
		f(&deps)
	}
	s.api, s.access, s.signs = httpapi.New(deps), deps.Access, deps.Signs
	s.routes = s.api.Routes()
	httpapi.AddProbes(s.api, &httpapi.Probe{Version: 7})
	server := httptest.NewServer(s.api.Handler())
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// person is somebody with a browser.
type person struct {
	*site
	browser *http.Client
}

func (s *site) person() *person {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &person{s, &http.Client{Jar: jar}}
}

// signedIn is the person of an account in a browser that is signed in. It saves the
// time that a password takes.
func (s *site) signedIn(db *store.DB, account string) *person {
	s.t.Helper()
	p, secret := s.person(), crypto.NewSecret()
	if err := db.Write(s.t.Context(), func(tx *store.Tx) error {
		return tx.PutSession(&access.Session{ID: crypto.NewID(), Hash: crypto.Digest(secret), Account: account, Stage: access.SignedIn, Started: s.now, LastSeen: s.now})
	}); err != nil {
		s.t.Fatal(err)
	}
	u, err := url.Parse(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	p.browser.Jar.SetCookies(u, []*http.Cookie{{Name: "changrong_session", Value: secret, Path: "/"}})
	return p
}

// do calls an operation and returns its status; out gets the body.
func (p *person) do(method, path string, in, out any) int {
	p.t.Helper()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			p.t.Fatal(err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := p.browser.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if out != nil && len(b) > 0 {
		if err := json.Unmarshal(b, out); err != nil {
			p.t.Fatalf("%s %s: %v in %s", method, path, err, b)
		}
	}
	return resp.StatusCode
}

// expect calls an operation that must answer with status.
func (p *person) expect(status int, method, path string, in, out any) {
	p.t.Helper()
	var raw json.RawMessage
	if got := p.do(method, path, in, &raw); got != status {
		p.t.Fatalf("%s %s: %d, not %d: %s", method, path, got, status, raw)
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			p.t.Fatal(err)
		}
	}
}
