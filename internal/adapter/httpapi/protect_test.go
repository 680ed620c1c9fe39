package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/once"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"

	"golang.org/x/crypto/argon2"
)

const jsonType = "application/json"

func TestAKeyMakesOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := newSite(t, db)
		p := s.everyone(db)[access.SystemAdmin]
		post := func(key, name string) (*http.Response, access.Org, httpapi.Problem) {
			t.Helper()
			resp, b := p.send("POST", "/api/orgs", fmt.Sprintf(`{"kind":"bank","name":%q}`, name), "Content-Type", jsonType, "Idempotency-Key", key)
			var o access.Org
			var problem httpapi.Problem
			if err := json.Unmarshal(b, &o); err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode >= 400 {
				if why := isProblem(resp, b); why != "" {
					t.Fatalf("%s: %s", why, b)
				}
				json.Unmarshal(b, &problem) //nolint:errcheck // isProblem has
			}
			return resp, o, problem
		}
		r1, first, _ := post(`"0b7a5c1e-0001"`, "甲银行")
		r2, again, _ := post(`0b7a5c1e-0001`, "甲银行") // the bare form is the same key
		if first.ID == "" || first.ID != again.ID || r1.StatusCode != r2.StatusCode || r2.Header.Get("Idempotency-Replayed") != "true" ||
			r2.Header.Get("Content-Type") != jsonType || r1.Header.Get("Etag") != r2.Header.Get("Etag") {
			t.Errorf("first %+v %v, again %+v %v", first, r1.Header, again, r2.Header)
		}
		if want := (s.now + 3*civil.Day).String(); r2.Header.Get("Idempotency-Expires") != want {
			t.Errorf("it expires %s, not %s", r2.Header.Get("Idempotency-Expires"), want)
		}
		if r, _, problem := post("0b7a5c1e-0001", "乙银行"); r.StatusCode != http.StatusUnprocessableEntity || problem.Code != "once.other_request" {
			t.Errorf("another request: %+v", problem)
		}
		if r, _, problem := post("short", "乙银行"); r.StatusCode != http.StatusBadRequest || problem.Code != "once.key" {
			t.Errorf("a short key: %+v", problem)
		}
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			r, err := tx.OnceRecord("account-system_admin", "0b7a5c1e-0001")
			if err != nil {
				return err
			}
			held := *r
			held.Key, held.State, held.LeasedTil = "0b7a5c1e-0005", once.Running, s.now+civil.Second
			return tx.PutOnce(&held)
		}); err != nil {
			t.Fatal(err)
		}
		if r, _, problem := post("0b7a5c1e-0005", "甲银行"); r.StatusCode != http.StatusConflict || problem.Code != "once.in_progress" || r.Header.Get("Retry-After") != "1" {
			t.Errorf("one under way: %+v %v", problem, r.Header)
		}
		// a refused one leaves the key free
		if r, _, problem := post("0b7a5c1e-0002", ""); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("no name: %+v", problem)
		}
		if r, o, problem := post("0b7a5c1e-0002", "丙银行"); r.StatusCode != http.StatusOK || o.ID == "" {
			t.Errorf("a name now: %d %+v", r.StatusCode, problem)
		}
		if r, _, problem := post("0b7a5c1e-0003", "丙银行"); r.StatusCode != http.StatusConflict || problem.Code != "store.taken" {
			t.Errorf("the same name: %+v", problem)
		}
		// what panics is answered, and may be sent again
		for range 2 {
			resp, b := p.send("POST", "/api/panic", "", "Idempotency-Key", "0b7a5c1e-0004")
			if why := isProblem(resp, b); resp.StatusCode != http.StatusInternalServerError || why != "" || strings.Contains(string(b), "defect") {
				t.Errorf("a panic: %d %s %s", resp.StatusCode, why, b)
			}
		}
		s.now += 3 * civil.Day
		p.expect(200, "POST", "/api/session", map[string]string{"login": "system_admin", "password": password}, nil)
		if err := s.api.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r, _, problem := post("0b7a5c1e-0001", "甲银行"); r.StatusCode != http.StatusConflict || problem.Code != "store.taken" {
			t.Errorf("after it expired: %d %+v", r.StatusCode, problem)
		}
	})
}

func TestETagsStandForVersions(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	p := s.person()
	resp, _ := p.send("GET", "/api/probe", "")
	etag := resp.Header.Get("ETag")
	if !strings.HasPrefix(etag, `"7.`) {
		t.Fatalf("the ETag is %s", etag)
	}
	for given, want := range map[string]int{etag: 304, "W/" + etag: 304, `"x", ` + etag: 304, "*": 304, `"7"`: 200, `"7.0000000000000000"`: 200} {
		if resp, b := p.send("GET", "/api/probe", "", "If-None-Match", given); resp.StatusCode != want || want == 304 && len(b) > 0 {
			t.Errorf("If-None-Match %s: %d %s", given, resp.StatusCode, b)
		}
	}
	put := func(body, match string) (int, string) {
		t.Helper()
		header := []string{"Content-Type", jsonType}
		if match != "" {
			header = append(header, "If-Match", match)
		}
		resp, b := p.send("PUT", "/api/probe", body, header...)
		var problem httpapi.Problem
		if resp.StatusCode >= 400 {
			if why := isProblem(resp, b); why != "" {
				t.Errorf("%s: %s", why, b)
			}
			json.Unmarshal(b, &problem) //nolint:errcheck // isProblem has
		}
		return resp.StatusCode, problem.Code
	}
	for _, c := range []struct {
		body, match string
		status      int
		code        string
	}{
		{`{"name":"a"}`, "", 422, "http.invalid"},
		{`{"name":"a"}`, `"6.00"`, 412, "store.changed"},
		{`{"name":"a"}`, etag, 200, ""},
		{`{"name":"b"}`, etag, 412, "store.changed"},
		{`{"name":"b","version":8}`, "", 200, ""},
		{`{"name":"c","version":8}`, `"9"`, 422, "http.if_match_differs"},
		{`{"name":"c","version": 9 }`, `"9"`, 200, ""},
		{`{"name":"too long"}`, `"10"`, 422, "http.invalid"},
		{`{"name":"d","name":"e"}`, `"10"`, 400, "json.duplicate"},
		{`{}`, `"10"`, 422, "http.invalid"},
		{`[]`, `"10"`, 422, "http.invalid"},
		{``, `"10"`, 400, "http.body_missing"},
		{`{"name":"d"}`, `10`, 400, "http.if_match"},
		{`{"name":"d"}`, `*`, 400, "http.if_match"},
		{`{"name":"d"}`, `"0"`, 400, "http.if_match"},
		{`{"name":"d"}`, `"-1.x"`, 400, "http.if_match"},
	} {
		if status, code := put(c.body, c.match); status != c.status || code != c.code {
			t.Errorf("%s with If-Match %s: %d %s, not %d %s", c.body, c.match, status, code, c.status, c.code)
		}
	}
}

func TestCallersAreRationed(t *testing.T) {
	db := storetest.SQLite(t)
	s := newSite(t, db, func(d *httpapi.Deps) {
		d.Rates = httpapi.DefaultRates()
		d.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	})
	from := func(p *person, method, path, address string) (*http.Response, []byte) {
		return p.send(method, path, "", "X-Forwarded-For", address)
	}
	exhaust := func(p *person, method, path, address string) (n int) {
		t.Helper()
		for {
			resp, b := from(p, method, path, address)
			if resp.StatusCode != http.StatusTooManyRequests {
				if n++; n > 10_000 {
					t.Fatal("there is no end")
				}
				continue
			}
			if why := isProblem(resp, b); why != "" || resp.Header.Get("Retry-After") == "" || !strings.Contains(resp.Header.Get("RateLimit"), ";r=0;") {
				t.Errorf("%s %s %v", why, b, resp.Header)
			}
			return n
		}
	}
	nobody := s.person()
	if n := exhaust(nobody, "POST", "/api/session", "192.0.2.1"); n != 30 {
		t.Errorf("%d tries to sign in", n)
	}
	if n := exhaust(nobody, "GET", "/api/platform", "192.0.2.1"); n != 300 {
		t.Errorf("%d readings of an address", n)
	}
	if resp, _ := from(nobody, "GET", "/api/platform", "192.0.2.2"); resp.StatusCode != http.StatusOK {
		t.Errorf("another address: %d", resp.StatusCode)
	}
	// of X-Forwarded-For only what our proxies wrote counts
	if resp, _ := from(nobody, "GET", "/api/platform", "198.51.100.7, 192.0.2.1, 10.1.2.3"); resp.StatusCode != http.StatusTooManyRequests {
		t.Errorf("an address made up before the true one: %d", resp.StatusCode)
	}
	if n := exhaust(nobody, "POST", "/api/session", "2001:db8:1:1::1"); n != 30 {
		t.Errorf("%d tries to sign in", n)
	}
	if resp, _ := from(nobody, "POST", "/api/session", "2001:db8:1:1::2"); resp.StatusCode != http.StatusTooManyRequests {
		t.Errorf("another address of the same network: %d", resp.StatusCode)
	}
	s.now += 2 * civil.Second
	if resp, _ := from(nobody, "POST", "/api/session", "192.0.2.1"); resp.StatusCode == http.StatusTooManyRequests {
		t.Error("two seconds later it is still too many")
	}
	s.now += civil.Hour
	people := s.everyone(db)
	if n := exhaust(people[access.Bank], "GET", "/api/session", "192.0.2.1"); n != 600 {
		t.Errorf("%d readings of an account", n)
	}
	if resp, _ := from(people[access.Office], "GET", "/api/session", "192.0.2.1"); resp.StatusCode != http.StatusOK {
		t.Errorf("another account at the same address: %d", resp.StatusCode)
	}
}

// TestLongBodiesAreReadAsTheyCome sends more than a body that is read whole may have.
func TestLongBodiesAreReadAsTheyCome(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/api/long", io.LimitReader(zeros{}, 20<<20))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.person().browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err != nil || strings.TrimSpace(string(b)) != "20971520" {
		t.Errorf("%s, %v", b, err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

// quickHash is the hash of password by parameters that take no time: tests sign in
// hundreds of people.
func quickHash() string {
	salt := []byte("salt of the test")
	key := argon2.IDKey([]byte(password), salt, 1, 64, 1, 32)
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=64,t=1,p=1$%s$%s", argon2.Version, b.EncodeToString(salt), b.EncodeToString(key))
}
