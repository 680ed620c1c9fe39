package httpapi_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/signin/reference"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/fault"
)

func (e *elsewhere) visits(p reference.Person) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.visitor = p
}

// count says how often something was done.
func (e *elsewhere) count(db *store.DB, action string) int {
	e.t.Helper()
	n := 0
	if err := db.Read(e.t.Context(), func(tx *store.Tx) error {
		_, total, err := tx.AuditEntries(audit.Filter{Action: action, Limit: 1})
		n = total
		return err
	}); err != nil {
		e.t.Fatal(err)
	}
	return n
}

func TestAnEnterpriseComesInByAProviderThatVouches(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		e := newElsewhere(t, db)
		people := e.everyone(db)
		code := creditCode(t, 31_000_000)
		boss := reference.Person{ID: "u-1", Name: "张\U00020bb7\ue815", USCC: strings.ToLower(code), Firm: "临海市\U00028c54\U00030729🍀模具厂"}
		e.visits(boss)
		p := e.person()
		if q := p.travel(t, "/api/signin/zlb/start", e); len(q) != 0 {
			t.Fatalf("%v", q)
		}
		var me httpapi.Me
		p.expect(200, "GET", "/api/session", nil, &me)
		if me.OrgKind != access.EnterpriseOrg || me.OrgName != boss.Firm || me.Name != boss.Name || len(me.Roles) != 1 || me.Roles[0] != access.Enterprise || me.Stage != access.SignedIn {
			t.Errorf("%+v", me)
		}
		again := e.person()
		again.travel(t, "/api/signin/zlb/start", e)
		var second httpapi.Me
		again.expect(200, "GET", "/api/session", nil, &second)
		if second.Account != me.Account || e.count(db, "org.add") != 1 || e.count(db, "account.add") != 1 || e.count(db, "identity.link") != 1 {
			t.Errorf("the second time another account: %+v", second)
		}

		// A colleague gets an account of his own in the same organisation; the same person
		// for another enterprise one there. Names follow the provider's.
		other := creditCode(t, 31_000_001)
		for i, v := range []reference.Person{{ID: "u-2", Name: "李四", USCC: code, Firm: boss.Firm + "（普通合伙）"}, {ID: "u-1", Name: boss.Name, USCC: other, Firm: boss.Firm}} {
			e.visits(v)
			his := e.person()
			if q := his.travel(t, "/api/signin/zlb/start", e); len(q) != 0 {
				t.Fatalf("%v", q)
			}
			his.expect(200, "GET", "/api/session", nil, &second)
			if second.Account == me.Account || (second.Org == me.Org) != (i == 0) || second.OrgName != v.Firm {
				t.Errorf("%+v", second)
			}
		}
		p.expect(200, "GET", "/api/session", nil, &me)
		if !strings.HasSuffix(me.OrgName, "（普通合伙）") {
			t.Errorf("the name is still %s", me.OrgName)
		}

		// Who is suspended stays out; the account is found by the code.
		e.visits(boss)
		var found struct {
			Items []httpapi.Account `json:"items"`
		}
		people[access.SystemAdmin].expect(200, "GET", "/api/accounts?text="+strings.ToLower(code), nil, &found)
		if len(found.Items) != 2 {
			t.Fatalf("%+v", found)
		}
		people[access.SystemAdmin].expect(204, "POST", "/api/accounts/"+me.Account+"/suspend", nil, nil)
		if q := e.person().travel(t, "/api/signin/zlb/start", e); q.Get("error") != "access.suspended" {
			t.Errorf("suspended: %v", q)
		}
		audits(t, e.site)
	})
}

func TestTwoAtOnceMakeOneEnterprise(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		e := newElsewhere(t, db)
		code := creditCode(t, 31_000_002)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				v := &access.Visitor{Subject: fmt.Sprintf("u-%d", i%2), Name: "王五", USCC: code, Firm: "临海市某厂", Vouched: true}
				if _, _, err := e.access.Enter(t.Context(), access.Caller{Address: "192.0.2.1"}, "zlb", v); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if o, a := e.count(db, "org.add"), e.count(db, "account.add"); o != 1 || a != 2 {
			t.Errorf("%d organisations, %d accounts", o, a)
		}
		audits(t, e.site)
	})
}

// TestNobodyElseBecomesAnEnterprise: not by a code that is wrong, not by a provider
// that does not vouch, not by a name that is none.
func TestNobodyElseBecomesAnEnterprise(t *testing.T) {
	db := storetest.SQLite(t)
	e := newElsewhere(t, db)
	code := creditCode(t, 31_000_003)
	wrong := code[:17] + string("01"[b2i(code[17] == '0')])
	for what, c := range map[string]struct {
		v    access.Visitor
		want string
	}{
		"a check character":       {access.Visitor{Subject: "u", USCC: wrong, Firm: "某厂", Vouched: true}, "access.vouched"},
		"half a code":             {access.Visitor{Subject: "u", USCC: code[:9], Firm: "某厂", Vouched: true}, "access.vouched"},
		"no name":                 {access.Visitor{Subject: "u", USCC: code, Vouched: true}, "access.vouched"},
		"a name of two lines":     {access.Visitor{Subject: "u", USCC: code, Firm: "某\n厂", Vouched: true}, "access.vouched"},
		"a name that turns about": {access.Visitor{Subject: "u", USCC: code, Firm: "某\u202e厂", Vouched: true}, "access.vouched"},
		"nobody":                  {access.Visitor{USCC: code, Firm: "某厂", Vouched: true}, "access.vouched"},
		"a long subject":          {access.Visitor{Subject: strings.Repeat("u", 182), USCC: code, Firm: "某厂", Vouched: true}, "access.vouched"},
		"nobody's word":           {access.Visitor{Subject: "u", USCC: code, Firm: "某厂"}, "access.not_linked"},
		"a citizen":               {access.Visitor{Subject: "u", Name: "某", Vouched: true}, "access.not_linked"},
	} {
		if _, _, err := e.access.Enter(t.Context(), access.Caller{Address: "192.0.2.1"}, "zlb", &c.v); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, not %s", what, err, c.want)
		}
	}
	if n := e.count(db, "org.add") + e.count(db, "account.add"); n != 0 {
		t.Errorf("%d came into being", n)
	}
	if n := e.count(db, "account.sign_in"); n != 9 {
		t.Errorf("%d refusals are in the audit log, not 9", n)
	}
	// A name the account cannot have is no reason to keep a firm out.
	for i, name := range []string{"", "王\n五", strings.Repeat("长", 61)} {
		v := &access.Visitor{Subject: fmt.Sprint(i), Name: name, USCC: code, Firm: strings.Repeat("厂", 120), Vouched: true}
		if _, _, err := e.access.Enter(t.Context(), access.Caller{Address: "192.0.2.1"}, "zlb", v); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestTheWayBackStaysWithinTheSite(t *testing.T) {
	db := storetest.SQLite(t)
	e := newElsewhere(t, db)
	e.visits(reference.Person{ID: "u-1", Name: "张三", USCC: creditCode(t, 31_000_004), Firm: "某厂"})
	for next, good := range map[string]bool{
		"/m/apply?code=a%20b&x=1": true, "/": true, "/m#top": true, "/money": true, "/a/../..//x": true,
		"//evil.example": false, "/\\evil.example": false, "https://evil.example": false, "evil": false, "/\t/evil.example": false, "/\n/evil.example": false,
		"/ /x": false, "/%09/evil.example": true, "\\\\evil.example": false, "javascript:alert(1)": false, "/厂": false, "/" + strings.Repeat("x", 500): false, "/\x7f": false,
	} {
		p := e.stay()
		resp, body := p.send("GET", "/api/signin/zlb/start?next="+url.QueryEscape(next), "")
		if !good {
			if resp.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%q: %s", next, resp.Status)
			}
			continue
		}
		to, err := resp.Location()
		if err != nil {
			t.Fatalf("%q: %s %s", next, resp.Status, body)
		}
		ticket, err := p.browser.Get(to.String())
		if err != nil {
			t.Fatal(err)
		}
		_ = ticket.Body.Close()
		if resp, err = p.browser.Get(ticket.Header.Get("Location")); err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got := resp.Header.Get("Location"); got != next {
			t.Errorf("%q: back at %q", next, got)
		}
		// What went wrong is told at the door, from which it goes on.
		p = e.stay()
		resp, _ = p.send("GET", "/api/signin/zlb/start?next="+url.QueryEscape(next), "")
		to, _ = resp.Location()
		back, _ := url.Parse(to.Query().Get("sp"))
		resp, _ = p.send("GET", back.RequestURI()+"&ticketId=none", "")
		at, want := "/sign-in", next
		if below, phone := strings.CutPrefix(next, "/m/"); phone {
			at, want = "/m/sign-in", "/"+below
		} else if next == "/m#top" {
			at, want = "/m/sign-in", "/#top"
		} else if next == "/" {
			want = ""
		}
		if got, err := url.Parse(resp.Header.Get("Location")); err != nil || got.Host != "" || got.Path != at || got.Query().Get("next") != want || got.Query().Get("error") != "signin.refused" {
			t.Errorf("%q, refused: %v, %v", next, got, err)
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
