package signin_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/signin"
	"changrong/internal/adapter/signin/reference"
	"changrong/internal/base/fault"
)

// TestKnownSignature is a vector made with another program.
func TestKnownSignature(t *testing.T) {
	got := signin.DingSignature("GET", "2021-11-09T08:49:20.000+08:00", "16364189600001234", "/gettoken.json", url.Values{"appsecret": {"demo"}, "appkey": {"demo"}}, "demoSK")
	if got != "0H1M3i9UeK7WRZqjyrv+xtMeoPu9RNMBuAfpm02Bz94=" {
		t.Errorf("platform: %s", got)
	}
}

// start returns a server and closes it at the end.
func start(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// ticketOf brings a ticket from the login page.
func ticketOf(t *testing.T, at string) string {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at+reference.TicketLogin+"?appId=app&sp="+url.QueryEscape("http://here.example/back?state=s"), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	to, err := resp.Location()
	if err != nil {
		t.Fatal(err)
	}
	return to.Query().Get("ticketId")
}

func TestGatewayRefusesWrongCallers(t *testing.T) {
	now := time.Date(2021, 11, 9, 8, 49, 20, 0, time.UTC)
	at := start(t, &reference.Ticket{AppID: "app", AccessKey: "ak", SecretKey: "sk", Now: func() time.Time { return now }, Find: func(string) (reference.Person, bool) { return reference.Person{ID: "p"}, true }})
	good := signin.TicketConfig{
		ID: "zlb", Title: "浙里办", AppID: "app", Gateway: at, TokenPath: reference.TicketToken, UserPath: reference.TicketUser,
		AccessKey: "ak", SecretKey: "sk", Now: func() time.Time { return now },
	}
	for what, c := range map[string]struct {
		change func(*signin.TicketConfig)
		want   string
	}{
		"right":          {func(*signin.TicketConfig) {}, ""},
		"a clock 90 s":   {func(c *signin.TicketConfig) { c.Now = func() time.Time { return now.Add(-90 * time.Second) } }, ""},
		"a clock 91 s":   {func(c *signin.TicketConfig) { c.Now = func() time.Time { return now.Add(-91 * time.Second) } }, "signin.refused"},
		"another secret": {func(c *signin.TicketConfig) { c.SecretKey = "x" }, "signin.refused"},
		"another key":    {func(c *signin.TicketConfig) { c.AccessKey = "x" }, "signin.refused"},
		"another app":    {func(c *signin.TicketConfig) { c.AppID = "x" }, "signin.refused"},
		"another field":  {func(c *signin.TicketConfig) { c.Subject = "x" }, "signin.answer"},
		"no gateway":     {func(c *signin.TicketConfig) { c.Gateway = "http://127.0.0.1:1" }, "signin.unreachable"},
	} {
		config := good
		c.change(&config)
		v, err := signin.NewTicket(config).Finish(t.Context(), &access.Flow{}, &signin.Answer{Ticket: ticketOf(t, at)})
		if fault.CodeOf(err) != c.want || err == nil && v.Subject != "p" {
			t.Errorf("%s: %+v, %v", what, v, err)
		}
	}
	p := signin.NewTicket(good)
	ticket := ticketOf(t, at)
	for i, want := range []string{"", "signin.refused"} {
		if _, err := p.Finish(t.Context(), &access.Flow{}, &signin.Answer{Ticket: ticket}); fault.CodeOf(err) != want {
			t.Errorf("time %d: %v", i+1, err)
		}
	}
	for redirect, want := range map[string]string{"http://here.example/back?state=s": "s", "http://here.example/back": "", "%zz": "", "": ""} {
		if got := p.State(&signin.Answer{Redirect: redirect}); got == nil || *got != want {
			t.Errorf("state of %q: %v", redirect, got)
		}
	}
}

func TestPlatformRefusesWrongCallers(t *testing.T) {
	now := time.Date(2021, 11, 9, 8, 49, 20, 0, time.UTC)
	server := &reference.Code{AppKey: "key", AppSecret: "secret", Person: "42", Now: func() time.Time { return now }}
	at := start(t, server)
	good := signin.CodeConfig{ID: "zzd", Title: "浙政钉", Base: at, AppKey: "key", AppSecret: "secret", Now: func() time.Time { return now }}
	for what, c := range map[string]struct {
		change func(*signin.CodeConfig)
		want   string
	}{
		"right":          {func(*signin.CodeConfig) {}, ""},
		"a clock 91 s":   {func(c *signin.CodeConfig) { c.Now = func() time.Time { return now.Add(91 * time.Second) } }, "signin.refused"},
		"another secret": {func(c *signin.CodeConfig) { c.AppSecret = "x" }, "signin.refused"},
		"another key":    {func(c *signin.CodeConfig) { c.AppKey = "x" }, "signin.refused"},
		"another field":  {func(c *signin.CodeConfig) { c.Subject = "x" }, "signin.answer"},
	} {
		config := good
		c.change(&config)
		v, err := signin.NewCode(config).Finish(t.Context(), &access.Flow{}, &signin.Answer{AuthCode: server.AuthCode()})
		if fault.CodeOf(err) != c.want || err == nil && v.Subject != "42" {
			t.Errorf("%s: %+v, %v", what, v, err)
		}
	}
}

// TestStrangeAnswers: whatever a provider says, nobody is anybody by it.
func TestStrangeAnswers(t *testing.T) {
	for text, want := range map[string]string{
		"":  "signin.answer",
		"[": "signin.answer",
		`{"success":true,"content":{"success":true}}`:                     "signin.answer",
		`{"success":true,"content":{"success":true,"data":{}},"data":{}}`: "signin.answer",
		`{"success":true,"content":{"success":true,"data":[]},"data":[]}`: "signin.answer",
		`{"success":false}`: "signin.refused",
		`{"success":true,"content":{"success":true,"data":{"accessToken":7}},"data":null}`: "signin.answer",
		fmt.Sprintf(`{"success":true,"x":"%01048576d"}`, 0):                                "signin.answer",
	} {
		at := start(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }))
		for _, p := range []signin.Provider{
			signin.NewTicket(signin.TicketConfig{Title: "浙里办", Gateway: at}), signin.NewCode(signin.CodeConfig{Title: "浙政钉", Base: at}),
		} {
			v, err := p.Finish(context.WithoutCancel(t.Context()), &access.Flow{}, &signin.Answer{Ticket: "t", Code: "c"})
			if v != nil || fault.CodeOf(err) != want {
				t.Errorf("%T, %.80s: %+v, %v", p, text, v, err)
			}
		}
	}
	away := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://elsewhere.example/", http.StatusFound)
	}))
	if _, err := signin.NewCode(signin.CodeConfig{Title: "浙政钉", Base: away}).Finish(t.Context(), &access.Flow{}, &signin.Answer{Code: "c"}); fault.CodeOf(err) != "signin.refused" {
		t.Errorf("sent elsewhere: %v", err)
	}
}

// TestAConnectionThatIsClosedMeanwhileLosesNobody: a provider that closes a connection
// when it is used again, as one that has just given it up does.
func TestAConnectionThatIsClosedMeanwhileLosesNobody(t *testing.T) {
	provider := &reference.Ticket{AppID: "app", AccessKey: "ak", SecretKey: "sk", Now: time.Now, Find: func(string) (reference.Person, bool) { return reference.Person{ID: "1", Name: "张三"}, true }}
	type used struct{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := r.Context().Value(used{}).(*atomic.Int64); n.Add(1) > 1 {
			if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
				conn.Close() //nolint:errcheck // it goes away anyway
			}
			return
		}
		provider.ServeHTTP(w, r)
	}))
	server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, used{}, new(atomic.Int64))
	}
	server.Start()
	t.Cleanup(server.Close)
	p := signin.NewTicket(signin.TicketConfig{Title: "浙里办", Gateway: server.URL, TokenPath: reference.TicketToken, UserPath: reference.TicketUser, AppID: "app", AccessKey: "ak", SecretKey: "sk"})
	if v, err := p.Finish(t.Context(), &access.Flow{}, &signin.Answer{Ticket: ticketOf(t, server.URL)}); err != nil || v.Name != "张三" {
		t.Errorf("%+v, %v", v, err)
	}
}
