package httpapi_test

import (
	"encoding/base32"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
)

const changed = "Lin-Hai 2022!"

// begin makes the first two administrators: sys and sec.
func (p *person) begin() {
	p.t.Helper()
	p.expect(204, "POST", "/api/platform", access.First{
		Org: "临海市大数据中心", System: access.Person{Login: "sys", Name: "王一", Password: password}, Security: access.Person{Login: "sec", Name: "李二", Password: password},
	}, nil)
}

// signIn signs in with a password and returns what comes of it.
func (p *person) signIn(login, password string) httpapi.Me {
	p.t.Helper()
	var me httpapi.Me
	p.expect(200, "POST", "/api/session", map[string]string{"login": login, "password": password}, &me)
	return me
}

// refused calls an operation that must be refused with a code.
func (p *person) refused(status int, code, method, path string, in any) httpapi.Problem {
	p.t.Helper()
	var problem httpapi.Problem
	p.expect(status, method, path, in, &problem)
	if problem.Code != code {
		p.t.Fatalf("%s %s: %s, not %s", method, path, problem.Code, code)
	}
	return problem
}

// secret returns the secret of the session that the browser holds.
func (p *person) secret() string {
	u, err := url.Parse(p.url)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range p.browser.Jar.Cookies(u) {
		if c.Name == "changrong_session" {
			return c.Value
		}
	}
	return ""
}

// authenticator shows the codes of a link.
type authenticator struct{ secret []byte }

func scan(t *testing.T, link string) *authenticator {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "otpauth" || u.Query().Get("issuer") == "" {
		t.Fatalf("%q, %v", link, err)
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(u.Query().Get("secret"))
	if err != nil {
		t.Fatal(err)
	}
	return &authenticator{secret}
}

func (a *authenticator) code(now civil.Instant) map[string]string {
	return map[string]string{"code": factor.Code(a.secret, now)}
}

// enrol sets up a second factor.
func (p *person) enrol() (*authenticator, []string) {
	p.t.Helper()
	var e access.Enrolment
	p.expect(200, "POST", "/api/me/factor", nil, &e)
	a := scan(p.t, e.Link)
	var out struct {
		Me       httpapi.Me `json:"me"`
		Recovery []string   `json:"recovery"`
	}
	p.expect(200, "PUT", "/api/me/factor", a.code(p.now), &out)
	if out.Me.Stage != access.SignedIn || len(out.Recovery) != 10 {
		p.t.Fatalf("%+v", out)
	}
	return a, out.Recovery
}

func TestTwoAdministratorsBegin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := newSite(t, db)
		p := s.person()
		var platform httpapi.Platform
		p.expect(200, "GET", "/api/platform", nil, &platform)
		if !platform.Empty || !slices.Equal(platform.Asks, []string{"org", "system", "security"}) {
			t.Errorf("an empty platform: %+v", platform)
		}
		first := access.First{Org: "平台", System: access.Person{Login: "sys", Name: "王一", Password: "short"}, Security: access.Person{Login: "sys", Name: "李二", Password: password}}
		p.refused(422, "access.same_person", "POST", "/api/platform", first)
		first.Security.Login = "sec"
		p.refused(422, "access.password_weak", "POST", "/api/platform", first)
		var problem httpapi.Problem
		p.expect(422, "POST", "/api/platform", first, &problem)
		if problem.Field != "system.password" {
			t.Errorf("a weak password is placed at %q", problem.Field)
		}
		p.begin()
		p.refused(409, "access.begun", "POST", "/api/platform", first)
		p.expect(200, "GET", "/api/platform", nil, &platform)
		if platform.Empty || len(platform.Asks) != 0 {
			t.Errorf("after it: %+v", platform)
		}
		me := p.signIn("sys", password)
		if me.OrgName != "临海市大数据中心" || me.Permissions["org.write"] != "all" || me.Permissions["audit.read"] != "" || me.Stage != access.SignedIn {
			t.Errorf("signed in as %+v", me)
		}
		// One person typed both passwords.
		if me := s.person().signIn("sec", password); me.Stage != access.AwaitsPassword {
			t.Errorf("the security administrator begins at %s", me.Stage)
		}
		p.refused(403, "access.forbidden", "PUT", "/api/accounts/"+me.Account+"/roles", map[string]any{"version": 1, "roles": []string{"audit_admin"}})
		s.now += 31 * civil.Minute
		p.refused(401, "access.sign_in", "GET", "/api/session", nil)
		p.signIn("sys", password)
		p.expect(204, "DELETE", "/api/session", nil, nil)
		p.refused(401, "access.sign_in", "GET", "/api/session", nil)
	})
}

func TestBeginningMayNeedACode(t *testing.T) {
	s := newSite(t, storetest.SQLite(t), func(d *httpapi.Deps) { d.Access.BeginCode = "abcd-efgh" })
	p := s.person()
	first := access.First{Org: "平台", System: access.Person{Login: "sys", Name: "王一", Password: password}, Security: access.Person{Login: "sec", Name: "李二", Password: password}}
	p.refused(403, "access.begin_code", "POST", "/api/platform", first)
	first.Code = "abcd-efgh"
	p.expect(204, "POST", "/api/platform", first, nil)
}

// TestAnAccountsLife makes an account and takes it through everything that an
// account goes through.
func TestAnAccountsLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := newSite(t, db, func(d *httpapi.Deps) { d.Access.RequireTOTP = true })
		sys, sec, lead := s.person(), s.person(), s.person()
		sys.begin()
		if me := sys.signIn("sys", password); me.Stage != access.AwaitsFactor {
			t.Fatalf("an administrator without a second factor is at %s", me.Stage)
		}
		sys.refused(401, "access.factor_due", "GET", "/api/accounts", nil)
		sys.enrol()
		sec.signIn("sec", password)
		sec.refused(401, "access.password_due", "GET", "/api/accounts", nil)
		sec.refused(409, "access.stage", "POST", "/api/me/factor", nil) // before the password is one's own
		var me httpapi.Me
		sec.refused(422, "access.same_password", "PUT", "/api/me/password", map[string]string{"old": password, "password": password})
		sec.expect(200, "PUT", "/api/me/password", map[string]string{"old": password, "password": changed}, &me)
		if me.Stage != access.AwaitsFactor {
			t.Fatalf("then at %s", me.Stage)
		}
		secCodes, _ := sec.enrol()

		var org access.Org
		sys.expect(200, "POST", "/api/orgs", map[string]string{"kind": "bank", "name": "某银行"}, &org)
		var made struct {
			httpapi.Account
			OneTime string `json:"one_time"`
		}
		sys.expect(200, "POST", "/api/accounts", map[string]string{"login": "zhang.san", "name": "张三", "org": org.ID}, &made)
		if made.OneTime == "" || !made.MustChange || len(made.Roles) != 0 {
			t.Fatalf("made %+v", made)
		}
		at := "/api/accounts/" + made.ID
		sec.expect(204, "PUT", at+"/roles", map[string]any{"version": 1, "roles": []string{"bank_lead"}}, nil)
		sec.refused(412, "store.changed", "PUT", at+"/roles", map[string]any{"version": 1, "roles": []string{"bank"}})

		// Password of one's own, second factor, work.
		if me = lead.signIn("zhang.san", made.OneTime); me.Stage != access.AwaitsPassword {
			t.Fatalf("at %s", me.Stage)
		}
		lead.expect(200, "PUT", "/api/me/password", map[string]string{"old": made.OneTime, "password": password}, &me)
		codes, recovery := lead.enrol()
		lead.expect(200, "GET", "/api/accounts", nil, nil)

		// The code that enrolled is used up; the next one is good once.
		other := s.person()
		if me = other.signIn("zhang.san", password); me.Stage != access.AwaitsCode {
			t.Fatalf("with a second factor at %s", me.Stage)
		}
		other.refused(401, "access.code_due", "GET", "/api/accounts", nil)
		other.refused(409, "access.stage", "PUT", "/api/me/password", map[string]string{"old": password, "password": changed})
		other.refused(409, "access.stage", "POST", "/api/me/factor", nil)
		other.refused(401, "access.wrong_code", "POST", "/api/session/code", codes.code(s.now))
		next := codes.code(s.now + 30*civil.Second) // of a clock half a minute fast
		other.expect(200, "POST", "/api/session/code", next, &me)
		again := s.person()
		again.signIn("zhang.san", password)
		again.refused(401, "access.wrong_code", "POST", "/api/session/code", next)
		again.refused(401, "access.wrong_code", "POST", "/api/session/code", codes.code(s.now+90*civil.Second))
		again.expect(200, "POST", "/api/session/code", map[string]string{"code": recovery[3]}, &me)
		if me.Recovery != 9 {
			t.Errorf("%d recovery codes are left", me.Recovery)
		}
		third := s.person()
		third.signIn("zhang.san", password)
		third.refused(401, "access.wrong_code", "POST", "/api/session/code", map[string]string{"code": recovery[3]})

		// Sessions: one's own, and by the security administrator.
		var sessions struct {
			Items []access.Session `json:"items"`
		}
		lead.expect(200, "GET", "/api/me/sessions", nil, &sessions)
		if len(sessions.Items) != 4 {
			t.Errorf("%d sessions", len(sessions.Items))
		}
		var mine httpapi.Me
		other.expect(200, "GET", "/api/session", nil, &mine)
		lead.expect(204, "DELETE", "/api/me/sessions/"+mine.Session, nil, nil)
		other.refused(401, "access.sign_in", "GET", "/api/session", nil)
		var secMe httpapi.Me
		sec.expect(200, "GET", "/api/session", nil, &secMe)
		lead.refused(404, "access.not_found", "DELETE", "/api/me/sessions/"+secMe.Session, nil)
		lead.expect(204, "DELETE", "/api/me/sessions", nil, nil)
		again.refused(401, "access.sign_in", "GET", "/api/session", nil)
		sec.expect(200, "GET", at+"/sessions", nil, &sessions)
		if len(sessions.Items) != 1 {
			t.Errorf("%d sessions are left", len(sessions.Items))
		}
		sec.expect(204, "DELETE", at+"/sessions/"+sessions.Items[0].ID, nil, nil)
		lead.refused(401, "access.sign_in", "GET", "/api/session", nil)

		// Suspended and back.
		sys.expect(204, "POST", at+"/suspend", nil, nil)
		lead.refused(401, "access.wrong_password", "POST", "/api/session", map[string]string{"login": "zhang.san", "password": password})
		sys.expect(204, "POST", at+"/resume", nil, nil)

		// A password for once from the system administrator, never for the others' posts.
		var once struct {
			Password string `json:"password"`
		}
		sys.expect(200, "POST", at+"/password", nil, &once)
		lead.refused(401, "access.wrong_password", "POST", "/api/session", map[string]string{"login": "zhang.san", "password": password})
		sys.refused(403, "access.reset_apart", "POST", "/api/accounts/"+secMe.Account+"/password", nil)
		sec.refused(403, "access.reset_apart", "POST", at+"/password", nil)
		sec.refused(403, "access.own_account", "POST", "/api/accounts/"+secMe.Account+"/password", nil)
		s.now += 3 * civil.Day
		lead.refused(401, "access.wrong_password", "POST", "/api/session", map[string]string{"login": "zhang.san", "password": once.Password})

		// A lost authenticator.
		sec.signIn("sec", changed)
		sec.expect(200, "POST", "/api/session/code", secCodes.code(s.now), nil)
		sec.expect(204, "DELETE", at+"/factor", nil, nil)
		sec.refused(403, "access.own_account", "DELETE", "/api/accounts/"+secMe.Account+"/factor", nil)
		sec.refused(403, "access.factor_needed", "POST", "/api/me/factor/drop", secCodes.code(s.now+30*civil.Second))

		// A password that has become old.
		s.now += 90 * civil.Day
		sec.signIn("sec", changed)
		sec.expect(200, "POST", "/api/session/code", secCodes.code(s.now), &me)
		if me.Stage != access.AwaitsPassword {
			t.Errorf("with a password of 93 days at %s", me.Stage)
		}
		audits(t, s)
	})
}

// audits makes sure that the chain holds.
func audits(t *testing.T, s *site) {
	t.Helper()
	r, err := s.access.VerifyAudit(t.Context(), hashes, nil)
	if err != nil || len(r.Problems) != 0 || r.Entries < 10 {
		t.Errorf("the audit log: %+v, %v", r, err)
	}
}

func TestSecondFactorIsDroppedWithACode(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	p := s.person()
	p.begin()
	p.signIn("sys", password)
	codes, _ := p.enrol()
	p.refused(409, "access.has_factor", "POST", "/api/me/factor", nil)
	p.refused(401, "access.wrong_code", "POST", "/api/me/factor/drop", codes.code(s.now)) // it enrolled
	p.expect(204, "POST", "/api/me/factor/drop", codes.code(s.now+30*civil.Second), nil)
	if me := s.person().signIn("sys", password); me.TOTP || me.Stage != access.SignedIn {
		t.Errorf("without it: %+v", me)
	}
}

// TestSessionsGetAnotherSecretAtEachStep is against session fixation.
func TestSessionsGetAnotherSecretAtEachStep(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	p, thief := s.person(), s.person()
	p.begin()
	var secrets []string
	steal := func() { // and see whether what was stolen before is worth something still
		t.Helper()
		if slices.Contains(secrets, p.secret()) {
			t.Error("the secret stayed the same")
		}
		for _, old := range secrets {
			if resp, _ := thief.send("GET", "/api/session", "", "Cookie", "changrong_session="+old); resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("an old secret is answered with %s", resp.Status)
			}
		}
		secrets = append(secrets, p.secret())
	}
	// One that the browser was made to hold is not taken over.
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	p.browser.Jar.SetCookies(u, []*http.Cookie{{Name: "changrong_session", Value: "planted", Path: "/"}})
	secrets = append(secrets, "planted")
	p.signIn("sys", password)
	steal()
	codes, _ := p.enrol()
	steal()
	p.signIn("sys", password)
	steal()
	p.expect(200, "POST", "/api/session/code", codes.code(s.now+30*civil.Second), nil)
	steal()
	p.expect(200, "PUT", "/api/me/password", map[string]string{"old": password, "password": changed}, nil)
	steal()
	if len(secrets) != 6 {
		t.Errorf("%d secrets", len(secrets))
	}
}

func TestCookiesAreForTheServerAlone(t *testing.T) {
	for _, secure := range []bool{false, true} {
		s := newSite(t, storetest.SQLite(t), func(d *httpapi.Deps) { d.Secure = secure })
		p := s.person()
		p.begin()
		resp, _ := p.send("POST", "/api/session", `{"login":"sys","password":"`+password+`"}`, "Content-Type", "application/json")
		if len(resp.Cookies()) != 1 {
			t.Fatalf("%d cookies", len(resp.Cookies()))
		}
		c := resp.Cookies()[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure != secure || c.Domain != "" || len(c.Value) != 43 {
			t.Errorf("secure %v: %+v", secure, c)
		}
	}
}

func TestOtherSitesCannotPost(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	p := s.person()
	p.begin()
	p.signIn("sys", password)
	for _, header := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"},
	} {
		for _, call := range [][2]string{{"POST", "/api/orgs"}, {"DELETE", "/api/session"}, {"PUT", "/api/me/password"}} {
			resp, body := p.send(call[0], call[1], `{"kind":"bank","name":"x"}`, append(header, "Content-Type", "application/json")...)
			if resp.StatusCode != http.StatusForbidden {
				t.Errorf("%v %v: %s %s", call, header, resp.Status, body)
			}
		}
	}
	// A form can be posted without asking; what it posts is not JSON.
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
		resp, body := p.send("POST", "/api/orgs", `{"kind":"bank","name":"x"}`, "Content-Type", kind)
		if resp.StatusCode != http.StatusUnsupportedMediaType || isProblem(resp, body) != "" {
			t.Errorf("%s: %s %s", kind, resp.Status, body)
		}
	}
	big := make([]byte, 1<<20)
	for i := range big {
		big[i] = 'x'
	}
	resp, body := p.send("POST", "/api/orgs", `{"kind":"bank","name":"`+string(big)+`"}`, "Content-Type", "application/json")
	if resp.StatusCode != http.StatusRequestEntityTooLarge || isProblem(resp, body) != "" {
		t.Errorf("a body of more than a megabyte: %s %s", resp.Status, body)
	}
	p.expect(200, "GET", "/api/session", nil, nil) // still signed in
	var orgs struct {
		Total int `json:"total"`
	}
	if p.expect(200, "GET", "/api/orgs", nil, &orgs); orgs.Total != 1 {
		t.Errorf("%d organisations", orgs.Total)
	}
}

func TestGuessing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := newSite(t, db)
		p := s.person()
		p.begin()
		// A login that is there and one that is not answer alike, before and behind the lock.
		for i := range 7 {
			there, not := httpapi.Problem{}, httpapi.Problem{}
			a := p.do("POST", "/api/session", map[string]string{"login": "sys", "password": "no"}, &there)
			b := p.do("POST", "/api/session", map[string]string{"login": "nobody", "password": "no"}, &not)
			if a != b || there.Code != not.Code || there.Title != not.Title {
				t.Errorf("try %d: %d %+v and %d %+v", i, a, there, b, not)
			}
			if want := map[bool]string{true: "access.wrong_password", false: "access.locked"}[i < 5]; there.Code != want {
				t.Errorf("try %d: %s, not %s", i, there.Code, want)
			}
		}
		right := map[string]string{"login": "sys", "password": password}
		p.refused(403, "access.locked", "POST", "/api/session", right)
		s.now += 15 * civil.Minute
		p.expect(200, "POST", "/api/session", right, nil)

		// Wrong codes lock too, and the right password does not wipe them out.
		codes, _ := p.enrol()
		for range 5 {
			p.signIn("sys", password)
			p.refused(401, "access.wrong_code", "POST", "/api/session/code", map[string]string{"code": "000000"})
		}
		p.refused(403, "access.locked", "POST", "/api/session/code", codes.code(s.now+30*civil.Second))
		p.refused(403, "access.locked", "POST", "/api/session", right)

		// One address that tries many logins has to wait, whatever it tries.
		s.now += civil.Hour
		for i := range 30 {
			p.do("POST", "/api/session", map[string]string{"login": "login" + string(rune('a'+i%26)), "password": "no"}, nil)
		}
		p.refused(429, "access.too_many", "POST", "/api/session", right)
		s.now += 15 * civil.Minute
		p.expect(200, "POST", "/api/session", right, nil)
	})
}
