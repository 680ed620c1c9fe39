package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"changrong/internal/adapter/signin"
	"changrong/internal/base/fault"
)

// flowCookie holds the secret of a sign-in that is under way elsewhere. It is for
// the operations below its path alone.
const (
	flowCookie = "changrong_signin"
	flowPath   = "/api/signin"
	flowAge    = 600 // seconds
)

// IdentityProvider is a place where people may sign in.
type IdentityProvider struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Start string `json:"start" doc:"where to send the browser"`
}

// goneTo sends the browser somewhere, and leaves cookies with it.
type goneTo struct {
	Status   int
	Location string        `header:"Location"`
	Cookies  []http.Cookie `header:"Set-Cookie"`
}

// elsewhere adds the operations for signing in at an identity provider. The browser
// goes to start, from there to the provider, and comes back to callback, which ends
// at the console: with a session, or with a code of what is wrong.
func (a *API) elsewhere() {
	handle(a, Route{ID: "list-providers", Method: "GET", Path: "/api/signin", Tag: "session", Title: "外部登录方式", Open: Anybody},
		func(_ context.Context, _ *Call, _ *empty) (*list[IdentityProvider], error) {
			items := []IdentityProvider{}
			for _, p := range a.SignIn {
				items = append(items, IdentityProvider{p.ID(), p.Title(), flowPath + "/" + url.PathEscape(p.ID()) + "/start"})
			}
			return listOf(items, len(items)), nil
		})
	handle(a, Route{ID: "start-signin", Method: "GET", Path: "/api/signin/{provider}/start", Tag: "session", Title: "开始外部登录", Open: Anybody}, a.startElsewhere)
	handle(a, Route{ID: "finish-signin", Method: "GET", Path: "/api/signin/{provider}/callback", Tag: "session", Title: "外部登录返回", Open: Anybody, loose: true}, a.finishElsewhere)
}

// provider returns the identity provider with this id, nil where there is none.
func (a *API) provider(id string) signin.Provider {
	for _, p := range a.SignIn {
		if p.ID() == id {
			return p
		}
	}
	return nil
}

func noProvider() error {
	return fault.New(fault.NotFound, "access.no_provider", "没有这种外部登录方式", "there is no such identity provider").In(fault.Place{Field: "provider"})
}

func (a *API) flowCookie(secret string, maxAge int) http.Cookie {
	return http.Cookie{ //nolint:gosec // Secure is as the platform is reached
		Name: flowCookie, Value: secret, Path: flowPath, MaxAge: maxAge, HttpOnly: true, Secure: a.Secure, SameSite: http.SameSiteLaxMode,
	}
}

func (a *API) startElsewhere(ctx context.Context, _ *Call, in *struct {
	Provider string `path:"provider"`
	Next     string `query:"next" maxLength:"500" doc:"the path within this site that the browser goes to afterwards"`
},
) (*goneTo, error) {
	p := a.provider(in.Provider)
	if p == nil {
		return nil, noProvider()
	}
	flow, secret, err := a.Access.StartFlow(ctx, p.ID(), in.Next)
	if err != nil {
		return nil, err
	}
	to, err := p.Start(ctx, flow)
	if err != nil {
		return nil, err
	}
	return &goneTo{Status: http.StatusSeeOther, Location: to, Cookies: []http.Cookie{a.flowCookie(secret, flowAge)}}, nil
}

// answer is what a provider sends the browser back with: of each protocol its own
// words.
type answer struct {
	Provider string      `path:"provider"`
	Flow     http.Cookie `cookie:"changrong_signin"`

	State       string `query:"state" maxLength:"500"`
	Code        string `query:"code" maxLength:"4000"`
	AuthCode    string `query:"auth_code" maxLength:"4000" doc:"from inside an application that has signed somebody in"`
	TicketID    string `query:"ticketId" maxLength:"4000"`
	RedirectURL string `query:"redirectUrl" maxLength:"4000" doc:"of the ticket protocol: holds the state"`
	Error       string `query:"error" maxLength:"500"`
	Iss         string `query:"iss" maxLength:"500" doc:"RFC 9207"`
}

func (in *answer) values() signin.Answer {
	return signin.Answer{
		State: in.State, Code: in.Code, AuthCode: in.AuthCode, Ticket: in.TicketID, Redirect: in.RedirectURL, Error: in.Error, Issuer: in.Iss,
	}
}

func (a *API) finishElsewhere(ctx context.Context, c *Call, in *answer) (*goneTo, error) {
	if a.provider(in.Provider) == nil {
		return nil, noProvider()
	}
	out := &goneTo{Status: http.StatusSeeOther, Location: "/", Cookies: []http.Cookie{a.flowCookie("", -1)}}
	secret, back, err := a.enter(ctx, c, in)
	out.Location = back
	if err == nil {
		out.Cookies = append(out.Cookies, a.cookie(secret, 0))
		return out, nil
	}
	// A person is looking at this in a browser: the door says what is wrong.
	p := problemOf(err)
	q := url.Values{"error": {p.Code}}
	if p.Code == "access.not_linked" {
		q.Set("provider", in.Provider)
		q.Set("subject", p.Value)
	}
	out.Location = door(back, q)
	return out, nil
}

// door is the page where one signs in to go to a path within the site: of the
// console, or of the pages on a phone, whose paths begin where their own do.
func door(back string, q url.Values) string {
	at := "/sign-in"
	if below, phone := strings.CutPrefix(back, "/m"); phone && (below == "" || strings.ContainsAny(below[:1], "/?#")) {
		at, back = "/m/sign-in", "/"+strings.TrimPrefix(below, "/")
	}
	if back != "/" {
		q.Set("next", back)
	}
	return at + "?" + q.Encode()
}

// enter returns the secret of the session of whom the provider says it is, and the
// path where the browser goes, also where that fails.
func (a *API) enter(ctx context.Context, c *Call, in *answer) (secret, back string, err error) {
	p := a.provider(in.Provider)
	values := in.values()
	flow, err := a.Access.TakeFlow(ctx, p.ID(), in.Flow.Value, p.State(&values))
	if err != nil {
		return "", "/", err
	}
	visitor, err := p.Finish(ctx, flow, &values)
	if err == nil {
		_, secret, err = a.Access.Enter(ctx, c.Caller, p.ID(), visitor)
	}
	return secret, flow.Back, err
}
