package httpapi

import (
	"context"
	"net/http"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// cookieName is the cookie that holds the secret of a session.
const cookieName = "changrong_session"

// Me is who is signed in and what one may do.
type Me struct {
	Account     string            `json:"account"`
	Login       string            `json:"login"`
	Name        string            `json:"name"`
	Org         string            `json:"org"`
	OrgName     string            `json:"org_name"`
	OrgKind     access.OrgKind    `json:"org_kind"`
	Roles       []access.Role     `json:"roles"`
	Permissions map[string]string `json:"permissions" doc:"permission to its reach: own or all"`
	Stage       access.Stage      `json:"stage" enum:"awaits_code,awaits_password,awaits_factor,signed_in" doc:"what is due next"`
	Session     string            `json:"session" doc:"id of this session in the list of one's sessions"`
	TOTP        bool              `json:"totp" doc:"there is a second factor"`
	Recovery    int               `json:"recovery" doc:"how many recovery codes are left"`
	PasswordTil civil.Instant     `json:"password_til_ms" doc:"when the password must be changed; 0: there is none"`
}

// Platform is what everybody may know of the platform before signing in.
type Platform struct {
	Empty bool     `json:"empty" doc:"nobody has an account yet: make the first administrators"`
	Asks  []string `json:"asks" doc:"what begin-platform must be told, while the platform is empty"`
	Demo  bool     `json:"demo"`
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
			p := Platform{Empty: e, Demo: a.Access.Demo, Asks: []string{}}
			if e {
				p.Asks = a.Access.Asks()
			}
			return &struct{ Body Platform }{p}, err
		})
	handle(a, Route{ID: "begin-platform", Method: "POST", Path: "/api/platform", Tag: "session", Title: "建立首批管理员", Open: Anybody},
		func(ctx context.Context, c *Call, in *struct{ Body access.First }) (*empty, error) {
			return nil, a.Access.Begin(ctx, c.Caller, in.Body)
		})
	handle(a, Route{ID: "sign-in", Method: "POST", Path: "/api/session", Tag: "session", Title: "登录", Open: Anybody}, a.signIn)
	handle(a, Route{ID: "get-me", Method: "GET", Path: "/api/session", Tag: "session", Title: "当前用户", Open: HalfWay}, a.me)
	handle(a, Route{ID: "give-code", Method: "POST", Path: "/api/session/code", Tag: "session", Title: "输入动态口令", Open: HalfWay},
		func(ctx context.Context, c *Call, in *struct{ Body codeBody }) (*meOut, error) {
			return a.risen(ctx)(a.Access.GiveCode(ctx, c.Caller, in.Body.Code))
		})
	handle(a, Route{ID: "sign-out", Method: "DELETE", Path: "/api/session", Tag: "session", Title: "退出", Open: HalfWay},
		func(ctx context.Context, c *Call, _ *empty) (*cookieOut, error) {
			return &cookieOut{a.cookie("", -1)}, a.Access.SignOut(ctx, c.Caller)
		})
}

type cookieOut struct {
	Cookie http.Cookie `header:"Set-Cookie"`
}

type codeBody struct {
	Code string `json:"code" doc:"of the authenticator, or a recovery code" maxLength:"40"`
}

// risen answers with the session that goes on after a step of signing in.
func (a *API) risen(ctx context.Context) func(secret string, err error) (*meOut, error) {
	return func(secret string, err error) (*meOut, error) {
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
}

func (a *API) cookie(secret string, maxAge int) http.Cookie {
	return http.Cookie{ //nolint:gosec // Secure is as the platform is reached
		Name: cookieName, Value: secret, Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: a.Secure, SameSite: http.SameSiteLaxMode,
	}
}

func (a *API) signIn(ctx context.Context, c *Call, in *struct {
	Body struct {
		Login    string `json:"login" maxLength:"200"`
		Password string `json:"password" maxLength:"1000"`
	}
},
) (*meOut, error) {
	_, secret, err := a.Access.SignIn(ctx, c.Caller, in.Body.Login, in.Body.Password)
	return a.risen(ctx)(secret, err)
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
	account, err := a.Access.Account(ctx, access.Scope{Org: p.Org}, p.Account)
	if err != nil {
		return me, err
	}
	me.OrgName, me.Login, me.Session = org.Name, account.Login, s.ID
	me.TOTP, me.Recovery, me.PasswordTil = account.TOTP != nil, len(account.Recovery), a.Access.PasswordTil(account)
	return me, nil
}

// due says what comes before anything else at a stage of signing in.
func due(s access.Stage) error {
	switch s {
	case access.AwaitsPassword:
		return fault.New(fault.Forbidden, "access.password_due", "请先修改密码", "change the password first")
	case access.AwaitsFactor:
		return fault.New(fault.Forbidden, "access.factor_due", "请先启用动态口令", "set up a second factor first")
	default:
		return fault.New(fault.Forbidden, "access.code_due", "请先输入动态口令", "give the second factor first")
	}
}
