package httpapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/signin"
	"changrong/internal/adapter/signin/reference"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

// front is an address that is known before what answers there.
func front(t *testing.T) (string, func(http.Handler)) {
	t.Helper()
	var h http.Handler
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
	t.Cleanup(s.Close)
	return s.URL, func(to http.Handler) { h = to }
}

// elsewhere is a platform with an identity provider of each sort.
type elsewhere struct {
	*site
	code   *reference.Code
	issuer string

	mu      sync.Mutex
	visitor reference.Person // who signs in with a ticket
}

func newElsewhere(t *testing.T, db *store.DB) *elsewhere {
	t.Helper()
	e := &elsewhere{visitor: reference.Person{ID: "zlb-7"}}
	home, serve := front(t)
	issuer, serveOP := front(t)
	storage.RegisterClients(storage.WebClient("changrong-"+home, "s3cret", home+"/api/signin/oidc/callback"))
	serveOP(exampleop.SetupServer(issuer, storage.NewStorage(storage.NewUserStore(issuer)), nil, false))

	ticket := &reference.Ticket{AppID: "app-1", AccessKey: "ak", SecretKey: "sk", Now: time.Now, Find: func(who string) (reference.Person, bool) {
		e.mu.Lock()
		defer e.mu.Unlock()
		return e.visitor, who == ""
	}}
	ticketAt, serveTicket := front(t)
	serveTicket(ticket)
	code := &reference.Code{AppKey: "key", AppSecret: "secret", Person: "31415926", Now: time.Now}
	codeAt, serveCode := front(t)
	serveCode(code)

	s := newSite(t, db, func(d *httpapi.Deps) {
		d.SignIn = []signin.Provider{
			signin.NewOIDC(signin.OIDCConfig{ID: "oidc", Title: "统一认证", Issuer: issuer, ClientID: "changrong-" + home, ClientSecret: "s3cret", Callback: home + "/api/signin/oidc/callback"}),
			signin.NewTicket(signin.TicketConfig{
				ID: "zlb", Title: "浙里办", LoginURL: ticketAt + reference.TicketLogin, AppID: "app-1", Gateway: ticketAt,
				TokenPath: reference.TicketToken, UserPath: reference.TicketUser, AccessKey: "ak", SecretKey: "sk", Callback: home + "/api/signin/zlb/callback", Vouches: true,
			}),
			signin.NewCode(signin.CodeConfig{
				ID: "zzd", Title: "浙政钉", LoginURL: codeAt + reference.CodeLogin, Base: codeAt, AppKey: "key", AppSecret: "secret",
				Callback: home + "/api/signin/zzd/callback",
			}),
		}
	})
	serve(s.api.Handler())
	s.url = home
	e.site, e.code, e.issuer = s, code, issuer
	return e
}

// travel follows a browser until it is at the console again, and returns what stands
// behind the question mark there. It fills in the form of the OIDC server.
func (p *person) travel(t *testing.T, from string, e *elsewhere) url.Values {
	t.Helper()
	p.browser.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), e.url+"/sign-in?") || r.URL.String() == e.url+"/" {
			return http.ErrUseLastResponse
		}
		return nil
	}
	resp, body := p.send("GET", from, "")
	if resp.StatusCode == http.StatusOK && strings.HasPrefix(resp.Request.URL.String(), e.issuer) {
		form := url.Values{"username": {"test-user2"}, "password": {"verysecure"}, "id": {resp.Request.URL.Query().Get("authRequestID")}}
		at := &person{&site{t: t, url: e.issuer}, p.browser}
		resp, body = at.send("POST", "/login/username", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	}
	to, err := resp.Location()
	if err != nil {
		t.Fatalf("%s: %s at %s: %s", from, resp.Status, resp.Request.URL, body)
	}
	return to.Query()
}

func TestSigningInElsewhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		e := newElsewhere(t, db)
		people := e.everyone(db)
		sec := people[access.SecurityAdmin]
		var providers struct {
			Items []httpapi.IdentityProvider `json:"items"`
		}
		e.person().expect(200, "GET", "/api/signin", nil, &providers)
		if len(providers.Items) != 3 {
			t.Fatalf("%+v", providers)
		}
		for i, subject := range []string{"id2", "zlb-7", "31415926"} {
			provider := providers.Items[i]
			account := "account-" + string([]access.Role{access.Bank, access.Office, access.PBoC}[i])
			// Known there and nobody here: no account comes into being.
			p := e.person()
			if q := p.travel(t, provider.Start, e); q.Get("error") != "access.not_linked" || q.Get("subject") != subject || q.Get("provider") != provider.ID {
				t.Fatalf("%s: %v", provider.ID, q)
			}
			p.refused(401, "access.sign_in", "GET", "/api/session", nil)

			var linked access.Identity
			link := map[string]string{"provider": provider.ID, "subject": subject}
			sec.refused(403, "access.own_account", "POST", "/api/accounts/account-security_admin/identities", link)
			sec.expect(200, "POST", "/api/accounts/"+account+"/identities", link, &linked)
			sec.refused(409, "store.taken", "POST", "/api/accounts/account-bureau/identities", link)
			if q := p.travel(t, provider.Start, e); len(q) != 0 {
				t.Fatalf("%s: %v", provider.ID, q)
			}
			var me httpapi.Me
			p.expect(200, "GET", "/api/session", nil, &me)
			if me.Account != account || me.Stage != access.SignedIn {
				t.Errorf("%s: %+v", provider.ID, me)
			}
			// A second factor is asked for here too.
			codes, _ := p.enrol()
			p.travel(t, provider.Start, e)
			p.expect(200, "GET", "/api/session", nil, &me)
			if me.Stage != access.AwaitsCode {
				t.Errorf("%s with a second factor: %+v", provider.ID, me)
			}
			p.expect(200, "POST", "/api/session/code", codes.code(e.now+30*civil.Second), nil)

			sec.expect(204, "DELETE", "/api/accounts/"+account+"/identities/"+linked.ID, nil, nil)
			p.refused(401, "access.sign_in", "GET", "/api/session", nil)
			if q := p.travel(t, provider.Start, e); q.Get("error") != "access.not_linked" {
				t.Errorf("%s once it is linked no more: %v", provider.ID, q)
			}
		}
		audits(t, e.site)
	})
}

// TestComingBackIsForTheBrowserThatWentOnce breaks the way back in every way.
func TestComingBackIsForTheBrowserThatWentOnce(t *testing.T) {
	db := storetest.SQLite(t)
	e := newElsewhere(t, db)
	sec := e.everyone(db)[access.SecurityAdmin]
	sec.expect(200, "POST", "/api/accounts/account-bank/identities", map[string]string{"provider": "zzd", "subject": "31415926"}, nil)
	start := func(p *person) string { // where the provider would send the browser back to
		t.Helper()
		resp, _ := p.send("GET", "/api/signin/zzd/start", "")
		to, err := resp.Location()
		if err != nil {
			t.Fatal(err)
		}
		return to.Query().Get("state")
	}
	back := func(p *person, q url.Values) string {
		t.Helper()
		resp, body := p.send("GET", "/api/signin/zzd/callback?"+q.Encode(), "")
		to, err := resp.Location()
		if err != nil {
			t.Fatalf("%s, %s", resp.Status, body)
		}
		return to.Query().Get("error")
	}
	p, thief := e.stay(), e.stay()
	good := func(state string) url.Values { return url.Values{"state": {state}, "auth_code": {e.code.AuthCode()}} }
	for _, c := range []struct { // one after another: some sign p in, one lets time pass
		what string
		do   func() string
		want string
	}{
		{"another browser", func() string { return back(thief, good(start(p))) }, "access.flow"},
		{"another state", func() string { start(p); return back(p, good("x")) }, "access.flow"},
		{"no state", func() string { start(p); return back(p, url.Values{"auth_code": {e.code.AuthCode()}}) }, "access.flow"},
		{"never sent", func() string { return back(e.stay(), good("")) }, "access.flow"},
		{"another's flow", func() string { start(thief); return back(thief, good(start(p))) }, "access.flow"},
		{"too late", func() string { s := start(p); e.now += 10 * civil.Minute; return back(p, good(s)) }, "access.flow"},
		{"refused there", func() string { return back(p, url.Values{"state": {start(p)}, "error": {"access_denied"}}) }, "signin.refused"},
		{"a code that was never made", func() string { return back(p, url.Values{"state": {start(p)}, "code": {"x"}}) }, "signin.refused"},
		{"twice", func() string {
			s := start(p)
			if first := back(p, good(s)); first != "" {
				t.Errorf("the first time: %s", first)
			}
			return back(p, good(s))
		}, "access.flow"},
	} {
		if got := c.do(); got != c.want {
			t.Errorf("%s: %q, not %q", c.what, got, c.want)
		}
	}
	thief.refused(401, "access.sign_in", "GET", "/api/session", nil)
	resp, _ := e.stay().send("GET", "/api/signin/zzd/start", "")
	for _, c := range resp.Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/api/signin" || c.MaxAge != 600 {
			t.Errorf("%+v", c)
		}
	}
	p.refused(404, "access.no_provider", "GET", "/api/signin/none/start", nil)
}

// stay is a person whose browser goes nowhere by itself.
func (e *elsewhere) stay() *person {
	p := e.person()
	p.browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return p
}

func TestAProviderThatIsAwayIsSaidToBe(t *testing.T) {
	s := newSite(t, storetest.SQLite(t), func(d *httpapi.Deps) {
		gone := httptest.NewServer(http.NotFoundHandler())
		gone.Close()
		d.SignIn = []signin.Provider{signin.NewOIDC(signin.OIDCConfig{ID: "oidc", Title: "统一认证", Issuer: gone.URL})}
	})
	s.person().refused(503, "signin.unreachable", "GET", "/api/signin/oidc/start", nil)
	if _, err := s.access.Empty(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}
