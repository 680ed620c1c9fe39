package httpapi_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
)

// everyone makes an organisation of each kind and an account for each role, whose
// login is the role's name with dashes, and signs all of them in.
func (s *site) everyone(db *store.DB) map[access.Role]*person {
	s.t.Helper()
	hash := quickHash()
	people := map[access.Role]*person{}
	for _, kind := range access.OrgKinds() {
		err := db.Write(s.t.Context(), func(tx *store.Tx) error {
			if err := tx.PutOrg(&access.Org{ID: "org-" + string(kind), Kind: kind, Name: "机构 " + string(kind)}); err != nil {
				return err
			}
			for _, role := range access.Roles() {
				if !kind.Gives(role) {
					continue
				}
				a := &access.Account{ID: "account-" + string(role), Login: string(role), Name: "用户 " + string(role), Org: "org-" + string(kind), Roles: []access.Role{role}, Password: hash, PasswordAt: s.now}
				if err := tx.PutAccount(a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	for _, role := range access.Roles() {
		people[role] = s.signedIn(db, "account-"+string(role))
	}
	return people
}

// send calls an operation with any bytes and headers.
func (p *person) send(method, path, body string, header ...string) (*http.Response, []byte) {
	p.t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, r)
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
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
	return resp, b
}

var codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$`)

// isProblem tells what about an answer is not a whole problem, "" when it is one.
func isProblem(resp *http.Response, body []byte) string {
	var p httpapi.Problem
	switch err := json.Unmarshal(body, &p); {
	case resp.Header.Get("Content-Type") != "application/problem+json":
		return "content type " + resp.Header.Get("Content-Type")
	case err != nil:
		return err.Error()
	case p.Status != resp.StatusCode:
		return fmt.Sprintf("status %d in the body", p.Status)
	case !codeForm.MatchString(p.Code) || p.Type != "urn:changrong:"+p.Code:
		return "code " + p.Code + ", type " + p.Type
	case !strings.ContainsFunc(p.Title, func(r rune) bool { return unicode.Is(unicode.Han, r) }) || p.En == "":
		return "title " + p.Title + ", en " + p.En
	}
	for _, f := range p.Errors {
		if !codeForm.MatchString(f.Code) || f.Title == "" || f.En == "" || f.Code == "field.form" {
			return fmt.Sprintf("field %+v", f)
		}
	}
	return ""
}

// operation is what the description of the interface says of one operation.
type operation struct {
	RequestBody struct {
		Content map[string]any `json:"content"`
	} `json:"requestBody"`
}

// who may call an operation, of all the people there are.
func who(r httpapi.Route, people map[access.Role]*person, nobody *person) *person {
	if r.Need == "" && r.Open == httpapi.Anybody {
		return nobody
	}
	for _, role := range access.Roles() {
		if r.Need == "" || access.Allowed(r.Need, []access.Role{role}) != access.None {
			return people[role]
		}
	}
	return nil
}

// TestEveryWrongRequestIsAProblem sends every operation what no operation takes.
func TestEveryWrongRequestIsAProblem(t *testing.T) {
	db := storetest.SQLite(t)
	s := newSite(t, db, withKeys(t, db), withWebhooks(t, db), withMessages(t, db))
	people, nobody := s.everyone(db), s.person()
	var described struct {
		Paths map[string]map[string]operation `json:"paths"`
	}
	nobody.expect(200, "GET", "/api/openapi.json", nil, &described)
	requests := 0
	check := func(p *person, want []int, method, path, body string, header ...string) {
		t.Helper()
		requests++
		resp, b := p.send(method, path, body, header...)
		ok := false
		for _, w := range want {
			ok = ok || resp.StatusCode == w
		}
		if why := isProblem(resp, b); !ok || why != "" {
			t.Errorf("%s %s with %.60q %v: %d, not %v: %s: %s", method, path, body, header, resp.StatusCode, want, why, b)
		}
	}
	const ct, js = "Content-Type", "application/json"
	for _, r := range s.api.Routes() {
		path := regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(r.Path, "no-such")
		if r.Need != "" || r.Open != httpapi.Anybody {
			check(nobody, []int{401}, r.Method, path, "")
		}
		check(nobody, []int{405}, "PROPFIND", path, "")
		check(nobody, []int{404}, r.Method, path+"/no-such-thing/at-all", "")
		check(nobody, []int{404}, r.Method, "/"+path, "")
		p := who(r, people, nobody)
		if p == nil {
			t.Errorf("%s: nobody may call it", r.ID)
			continue
		}
		if r.ID != "finish-signin" { // its query is another system's
			check(p, []int{422}, r.Method, path+"?no_such_parameter=1", "")
		}
		if r.Method != http.MethodGet {
			check(p, []int{403}, r.Method, path, "", "Sec-Fetch-Site", "cross-site")
		}
		op := described.Paths[r.Path][strings.ToLower(r.Method)]
		if op.RequestBody.Content[js] == nil {
			continue
		}
		check(p, []int{400}, r.Method, path, "", ct, js)
		check(p, []int{400}, r.Method, path, `{"a":`, ct, js)
		check(p, []int{400}, r.Method, path, `{"a":1,"a":2}`, ct, js)
		check(p, []int{400}, r.Method, path, strings.Repeat("[", 100)+strings.Repeat("]", 100), ct, js)
		check(p, []int{400}, r.Method, path, "\"\xff\"", ct, js)
		check(p, []int{422}, r.Method, path, `{"no_such_field":1}`, ct, js)
		check(p, []int{422}, r.Method, path, `7`, ct, js)
		check(p, []int{415}, r.Method, path, `{}`, ct, "application/x-www-form-urlencoded")
		check(p, []int{415}, r.Method, path, `{}`, ct, js, "Content-Encoding", "gzip")
		check(p, []int{413}, r.Method, path, `{"a":"`+strings.Repeat("x", int(max(r.Limit, 1<<20)))+`"}`, ct, js)
	}
	if n := len(s.api.Routes()); n < 10 || requests < 5*n {
		t.Errorf("%d requests to %d operations", requests, n)
	}
}

// TestEverySentenceOfTheLibraryIsTranslated reads the library's own list.
func TestEverySentenceOfTheLibraryIsTranslated(t *testing.T) {
	pkg, err := build.Import("github.com/danielgtaylor/huma/v2/validation", ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(pkg.Dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(node ast.Node) bool {
			lit, ok := node.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			sentence, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			sentence = regexp.MustCompile(`%[vds]`).ReplaceAllString(sentence, "7")
			p := httpapi.FieldSaid("body.a.b", sentence)
			if p.In != "body" || p.Title == "内容不符合要求" || strings.Contains(p.Title+p.En+p.Field, "$") {
				t.Errorf("%q becomes %+v", sentence, p)
			}
			n++
			return true
		})
	}
	if n < 40 {
		t.Errorf("only %d sentences were found", n)
	}
}

func TestFindingsNameTheField(t *testing.T) {
	for _, c := range []struct{ location, sentence, in, field, code, title string }{
		{"body", "expected required property login to be present", "body", "login", "field.required", "必填"},
		{"body.items[3]", "expected required property id to be present", "body", "items[3].id", "field.required", "必填"},
		{"body", "expected property b to be present when a is present", "body", "b", "field.required", "填写“a”时必填"},
		{"body[2].name", "expected length <= 40", "body", "[2].name", "field.length", "至多40个字"},
		{"query.limit", "expected number <= 200", "query", "limit", "field.range", "不得大于200"},
		{"query.limit", "invalid integer", "query", "limit", "field.type", "须为整数"},
		{"body.kind", `expected value to be one of "a, b"`, "body", "kind", "field.one_of", "须为下列之一：a, b"},
		{"body", "something of a later version", "body", "", "field.form", "内容不符合要求"},
	} {
		if got := httpapi.FieldSaid(c.location, c.sentence); got.In != c.in || got.Field != c.field || got.Code != c.code || got.Title != c.title {
			t.Errorf("%s: %s: %+v", c.location, c.sentence, got)
		}
	}
}

// TestPasswordsAreNotRepeated looks for the value in what a wrong request answers.
func TestPasswordsAreNotRepeated(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	const secret = "dragon-boat-9"
	for _, body := range []string{`{"login":"a","password":["` + secret + `"]}`, `{"login":"a","password":"` + secret + `","passwords":"` + secret + `"}`, `{"password":"` + secret} {
		if resp, b := s.person().send("POST", "/api/session", body, "Content-Type", "application/json"); resp.StatusCode < 400 || strings.Contains(string(b), secret) {
			t.Errorf("%s: %d %s", body, resp.StatusCode, b)
		}
	}
}

// raw reads what an operation answers that is no JSON.
func (p *person) raw(path string) (*http.Response, []byte) {
	p.t.Helper()
	resp, b := p.send(http.MethodGet, path, "")
	if resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %d %.200s", path, resp.StatusCode, b)
	}
	return resp, b
}

// fetch reads a file.
func (p *person) fetch(path string) []byte {
	p.t.Helper()
	_, b := p.raw(path)
	return b
}
