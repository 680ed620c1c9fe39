package httpapi

import (
	"context"
	"net/http"

	"changrong/internal/access"
)

// cookieName is the cookie that holds the secret of a session.
const cookieName = "changrong_session"

// Me is who is signed in and what one may do.
type Me struct {
	Account     string            `json:"account"`
	Name        string            `json:"name"`
	Org         string            `json:"org"`
	OrgName     string            `json:"org_name"`
	OrgKind     access.OrgKind    `json:"org_kind"`
	Roles       []access.Role     `json:"roles"`
	Permissions map[string]string `json:"permissions" doc:"permission to its reach: own or all"`
	Stage       access.Stage      `json:"stage" enum:"awaits_code,signed_in"`
}

// Platform is what everybody may know of the platform before signing in.
type Platform struct {
	Empty bool `json:"empty" doc:"nobody has an account yet: make the first administrator"`
	Demo  bool `json:"demo"`
}

type meOut struct {
	Cookie http.Cookie `header:"Set-Cookie"`
	Body   Me
}

type empty struct{}

func (a *API) sessions() {
	handle(a, Route{ID: "get-platform", Method: "GET", Path: "/api/platform", Tag: "session", Title: "平台状态", Open: Anybody},
		func(ctx context.Context, _ *Call, _ *empty) (*struct{ Body Platform }, error) {
			e, err := a.Access.Empty(ctx)
			return &struct{ Body Platform }{Platform{Empty: e, Demo: a.Access.Demo}}, err
		})
	handle(a, Route{ID: "begin-platform", Method: "POST", Path: "/api/platform", Tag: "session", Title: "建立首个管理员", Open: Anybody}, a.begin)
	handle(a, Route{ID: "sign-in", Method: "POST", Path: "/api/session", Tag: "session", Title: "登录", Open: Anybody}, a.signIn)
	handle(a, Route{ID: "get-me", Method: "GET", Path: "/api/session", Tag: "session", Title: "当前用户", Open: HalfWay}, a.me)
	handle(a, Route{ID: "sign-out", Method: "DELETE", Path: "/api/session", Tag: "session", Title: "退出", Open: HalfWay},
		func(ctx context.Context, c *Call, _ *empty) (*struct {
			Cookie http.Cookie `header:"Set-Cookie"`
		}, error) {
			return &struct {
				Cookie http.Cookie `header:"Set-Cookie"`
			}{a.cookie("", -1)}, a.Access.SignOut(ctx, c.Caller)
		})
}

func (a *API) cookie(secret string, maxAge int) http.Cookie {
	return http.Cookie{
		Name: cookieName, Value: secret, Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: a.Secure, SameSite: http.SameSiteLaxMode,
	}
}

func (a *API) begin(ctx context.Context, c *Call, in *struct {
	Body struct {
		Org      string `json:"org" doc:"运行平台的机构名称"`
		Login    string `json:"login"`
		Name     string `json:"name"`
		Password string `json:"password"`
	}
}) (*empty, error) {
	_, err := a.Access.Begin(ctx, c.Caller, access.First(in.Body))
	return nil, err
}

func (a *API) signIn(ctx context.Context, c *Call, in *struct {
	Body struct {
		Login    string `json:"login"`
		Password string `json:"password"`
	}
}) (*meOut, error) {
	_, secret, err := a.Access.SignIn(ctx, c.Caller, in.Body.Login, in.Body.Password)
	if err != nil {
		return nil, err
	}
	p, s, err := a.Access.Resume(ctx, secret)
	if err != nil {
		return nil, err
	}
	me, err := a.describe(ctx, p, s)
	return &meOut{Cookie: a.cookie(secret, 0), Body: me}, err
}

func (a *API) me(ctx context.Context, c *Call, _ *empty) (*struct{ Body Me }, error) {
	me, err := a.describe(ctx, c.Principal, c.Session)
	return &struct{ Body Me }{me}, err
}

func (a *API) describe(ctx context.Context, p *access.Principal, s *access.Session) (Me, error) {
	me := Me{
		Account: p.Account, Name: p.Name, Org: p.Org, OrgKind: p.OrgKind, Roles: p.Roles, Stage: s.Stage,
		Permissions: map[string]string{},
	}
	for _, perm := range access.Permissions() {
		switch access.Allowed(perm, p.Roles) {
		case access.All:
			me.Permissions[string(perm)] = "all"
		case access.Own:
			me.Permissions[string(perm)] = "own"
		}
	}
	org, err := a.Access.Org(ctx, p.Org)
	if err != nil {
		return me, err
	}
	me.OrgName = org.Name
	return me, nil
}
