package httpapi_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/access/apikey"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/httpsig"
	"changrong/internal/adapter/httpsig/sfv"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
)

// sealer seals with a key that ends with the test.
type sealer struct{ cipher.AEAD }

func newSealer(t *testing.T) sealer {
	t.Helper()
	block, err := aes.NewCipher([]byte(rand.Text())[:16])
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		t.Fatal(err)
	}
	return sealer{gcm}
}

func (s sealer) Seal(plain []byte, place string) ([]byte, error) {
	return s.AEAD.Seal(nil, nil, plain, []byte(place)), nil
}

func (s sealer) Open(sealed []byte, place string) ([]byte, error) {
	return s.AEAD.Open(nil, nil, sealed, []byte(place))
}

// withKeys lets the site take signed requests.
func withKeys(t *testing.T, db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) {
		d.Keys = &apikey.Service{
			Store: store.Of[apikey.Tx]{DB: db}, Now: d.Access.Now, NewID: crypto.NewID, Secret: crypto.NewSecret, Digest: crypto.Digest,
			Parse: httpsig.ParsePublic, Sealer: newSealer(t),
		}
	}
}

// edKey makes a key and returns its public half in PEM.
func edKey(t *testing.T) (ed25519.PrivateKey, string) {
	t.Helper()
	pub, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		t.Fatal(err)
	}
	return private, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// request is one that a system signs, and what goes wrong on its way.
type request struct {
	method, path, body, keyid string
	key                       httpsig.Private
	nonce, once               string
	at                        civil.Instant
	covered                   []string
	tamper                    func(*http.Request)
}

// sends signs and sends a request.
func (s *site) sends(q request) (*http.Response, httpapi.Problem) {
	s.t.Helper()
	u, err := url.Parse(s.url + q.path)
	if err != nil {
		s.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), q.method, u.String(), bytes.NewReader([]byte(q.body)))
	if err != nil {
		s.t.Fatal(err)
	}
	if q.body != "" {
		req.Header.Set("Content-Type", jsonType)
		req.Header.Set("Content-Digest", httpsig.Digest([]byte(q.body)))
	}
	if q.once != "" {
		req.Header.Set("Idempotency-Key", q.once)
	}
	if q.nonce == "" {
		q.nonce = crypto.NewID()
	}
	if q.covered == nil {
		q.covered = httpsig.Covered(q.body != "", q.once != "")
	}
	m := &httpsig.Message{Method: q.method, URL: u, Header: req.Header}
	err = httpsig.Sign(m, q.covered, q.key, sfv.Param{Key: "created", Value: int64((s.now + q.at) / civil.Second)},
		sfv.Param{Key: "nonce", Value: q.nonce}, sfv.Param{Key: "keyid", Value: q.keyid})
	if err != nil {
		s.t.Fatal(err)
	}
	if q.tamper != nil {
		q.tamper(req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		s.t.Fatal(err)
	}
	var problem httpapi.Problem
	if resp.StatusCode >= 400 {
		if why := isProblem(resp, b.Bytes()); why != "" {
			s.t.Errorf("%s: %s", why, b.Bytes())
		}
		json.Unmarshal(b.Bytes(), &problem) //nolint:errcheck // isProblem has
	}
	return resp, problem
}

// register has a bank's lead register a key and the security administrator confirm it.
func register(t *testing.T, people map[access.Role]*person, alg apikey.Alg, public string) httpapi.NewKey {
	t.Helper()
	var k httpapi.NewKey
	people[access.BankLead].expect(200, "POST", "/api/keys", map[string]string{"name": "核心系统", "alg": string(alg), "public": public}, &k)
	people[access.SecurityAdmin].expect(204, "POST", "/api/keys/"+k.ID+"/confirm", map[string]any{"version": k.Version, "fingerprint": k.Fingerprint}, nil)
	return k
}

func TestABanksSystemSignsItsRequests(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := newSite(t, db, withKeys(t, db))
		people := s.everyone(db)
		private, public := edKey(t)
		k := register(t, people, apikey.Ed25519, public)
		good := request{method: "GET", path: "/api/orgs?limit=1&offset=2", keyid: k.ID, key: private}
		if resp, problem := s.sends(good); resp.StatusCode != http.StatusOK {
			t.Fatalf("%d %+v", resp.StatusCode, problem)
		}
		edit := func(f func(*request)) request {
			q := good
			f(&q)
			return q
		}
		other, _ := edKey(t)
		nonce := crypto.NewID()
		for _, c := range []struct {
			name, code string
			status     int
			q          request
		}{
			{"first use of a nonce", "", 200, edit(func(q *request) { q.nonce = nonce })},
			{"second use of a nonce", "apikey.replayed", 401, edit(func(q *request) { q.nonce = nonce })},
			{"another key", "signature.wrong", 401, edit(func(q *request) { q.key = other })},
			{"a key that is not there", "apikey.unknown", 401, edit(func(q *request) { q.keyid = "nobody" })},
			{"another query", "signature.wrong", 401, edit(func(q *request) { q.tamper = func(r *http.Request) { r.URL.RawQuery = "limit=2" } })},
			{"six minutes old", "signature.time", 401, edit(func(q *request) { q.at = -6 * civil.Minute })},
			{"without its address", "signature.covers", 401, edit(func(q *request) { q.covered = []string{"@method"} })},
			{"fields cut off", "sfv.syntax", 401, edit(func(q *request) {
				q.tamper = func(r *http.Request) { r.Header.Set("Signature-Input", `sig1=("@method"`) }
			})},
			{"what only people do", "access.sign_in", 401, edit(func(q *request) { q.path = "/api/session" })},
			{"what its role may not", "access.forbidden", 403, edit(func(q *request) {
				q.method, q.path, q.body, q.once = "POST", "/api/orgs", `{"kind":"bank","name":"x"}`, "0b7a5c1e-0001"
			})},
			{"what leads may", "access.forbidden", 403, edit(func(q *request) { q.path = "/api/keys" })},
			{"another body", "signature.digest", 401, edit(func(q *request) {
				q.method, q.path, q.body = "PUT", "/api/probe", `{"name":"a","version":7}`
				q.tamper = func(r *http.Request) {
					r.Body = io.NopCloser(strings.NewReader(`{"name":"b","version":7}`))
				}
			})},
			{"a body without a digest", "signature.covers", 401, edit(func(q *request) {
				q.method, q.path, q.body, q.covered = "PUT", "/api/probe", `{"name":"a","version":7}`, httpsig.Covered(false, false)
			})},
			{"no idempotency key", "http.key_missing", 400, edit(func(q *request) { q.method, q.path, q.body = "POST", "/api/panic", "{}" })},
			{"an idempotency key that is not signed", "signature.covers", 401, edit(func(q *request) {
				q.method, q.path, q.body, q.covered, q.once = "POST", "/api/panic", "{}", httpsig.Covered(true, false), "0b7a5c1e-0002"
			})},
			{"a body", "", 200, edit(func(q *request) { q.method, q.path, q.body = "PUT", "/api/probe", `{"name":"a","version":7}` })},
		} {
			if resp, problem := s.sends(c.q); resp.StatusCode != c.status || problem.Code != c.code {
				t.Errorf("%s: %d %+v, not %d %s", c.name, resp.StatusCode, problem, c.status, c.code)
			}
		}
		// a nonce is forgotten only when its signature is too old
		s.now += 4 * civil.Minute
		if err := s.api.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, problem := s.sends(edit(func(q *request) { q.nonce, q.at = nonce, -4*civil.Minute })); problem.Code != "apikey.replayed" {
			t.Errorf("sent again four minutes later: %+v", problem)
		}
		people[access.SecurityAdmin].expect(204, "POST", "/api/keys/"+k.ID+"/revoke", map[string]any{"version": k.Version + 1}, nil)
		if _, problem := s.sends(good); problem.Code != "apikey.unknown" {
			t.Errorf("revoked: %+v", problem)
		}
	})
}

func TestKeysTakeTwoPeople(t *testing.T) {
	db := storetest.SQLite(t)
	s := newSite(t, db, withKeys(t, db))
	people := s.everyone(db)
	lead, security := people[access.BankLead], people[access.SecurityAdmin]
	private, public := edKey(t)
	var k httpapi.NewKey
	var problem httpapi.Problem
	people[access.Bank].expect(403, "POST", "/api/keys", map[string]string{"name": "x", "alg": "ed25519", "public": public}, nil)
	lead.expect(422, "POST", "/api/keys", map[string]string{"name": "x", "alg": "ecdsa-p256-sha256", "public": public}, &problem)
	if problem.Code != "signature.key_form" || problem.Field != "public" {
		t.Errorf("a key of another algorithm: %+v", problem)
	}
	lead.expect(200, "POST", "/api/keys", map[string]string{"name": "x", "alg": "ed25519", "public": public}, &k)
	lead.expect(409, "POST", "/api/keys", map[string]string{"name": "y", "alg": "ed25519", "public": public}, nil)
	q := request{method: "GET", path: "/api/orgs", keyid: k.ID, key: private}
	if _, problem := s.sends(q); problem.Code != "apikey.unknown" {
		t.Errorf("before it is confirmed: %+v", problem)
	}
	confirm := map[string]any{"version": k.Version, "fingerprint": k.Fingerprint}
	lead.expect(403, "POST", "/api/keys/"+k.ID+"/confirm", confirm, nil)
	security.expect(422, "POST", "/api/keys/"+k.ID+"/confirm", map[string]any{"version": k.Version, "fingerprint": strings.Repeat("0", 64)}, nil)
	security.expect(412, "POST", "/api/keys/"+k.ID+"/confirm", map[string]any{"version": k.Version + 1, "fingerprint": k.Fingerprint}, nil)
	security.expect(204, "POST", "/api/keys/"+k.ID+"/confirm", confirm, nil)
	security.expect(409, "POST", "/api/keys/"+k.ID+"/confirm", confirm, nil)
	if resp, problem := s.sends(q); resp.StatusCode != http.StatusOK {
		t.Errorf("confirmed: %+v", problem)
	}
	// another organisation sees nothing of it
	var list struct{ Total int }
	people[access.Guarantor].expect(200, "GET", "/api/keys", nil, &list)
	if list.Total != 0 {
		t.Errorf("a guarantor sees %d keys", list.Total)
	}
	people[access.Guarantor].expect(404, "POST", "/api/keys/"+k.ID+"/revoke", map[string]any{"version": 2}, nil)
	s.now += 2 * 365 * civil.Day
	if _, problem := s.sends(q); problem.Code != "apikey.unknown" {
		t.Errorf("two years later: %+v", problem)
	}
}

func TestASharedSecretIsShownOnce(t *testing.T) {
	db := storetest.SQLite(t)
	s := newSite(t, db, withKeys(t, db))
	people := s.everyone(db)
	k := register(t, people, apikey.HMAC, "")
	if len(k.Secret) < 40 {
		t.Fatalf("the secret is %q", k.Secret)
	}
	if resp, problem := s.sends(request{method: "GET", path: "/api/orgs", keyid: k.ID, key: []byte(k.Secret)}); resp.StatusCode != http.StatusOK {
		t.Errorf("%+v", problem)
	}
	if _, b := people[access.BankLead].send("GET", "/api/keys", ""); strings.Contains(string(b), k.Secret) {
		t.Error("the secret is shown again")
	}
}

// TestTheGuidesScriptIsTaken runs the script of the bank's guide as it stands.
func TestTheGuidesScriptIsTaken(t *testing.T) {
	for _, program := range []string{"sh", "openssl", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not here", program)
		}
	}
	db := storetest.SQLite(t)
	s := newSite(t, db, withKeys(t, db))
	s.now = civil.Instant(time.Now().UnixMilli()) // the script has the machine's clock
	people := s.everyone(db)
	private, public := edKey(t)
	k := register(t, people, apikey.Ed25519, public)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "private.pem")
	body := filepath.Join(dir, "body.json")
	err = errors.Join(os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600),
		os.WriteFile(body, []byte(`{"name":"脚本","version":7}`), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	run := func(arguments ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), "sh", append([]string{"../../../docs/guides/bank-api/send.sh", k.ID, file}, arguments...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	if out := run("GET", s.url+"/api/orgs?limit=1"); !strings.Contains(out, `"items":[`) {
		t.Error(out)
	}
	if out := run("PUT", s.url+"/api/probe", body); !strings.Contains(out, `"version":8`) {
		t.Error(out)
	}
}
