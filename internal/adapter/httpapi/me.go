package httpapi

import (
	"context"
	"net/http"

	"changrong/internal/access"
)

// sessionList is the sessions of one account; they are few.
type sessionList struct {
	Body struct {
		Items []access.Session `json:"items"`
		Total int              `json:"total"`
	}
}

func sessionsOf(items []access.Session, err error) (*sessionList, error) {
	l := &sessionList{}
	l.Body.Items, l.Body.Total = items, len(items)
	return l, err
}

// confirmed is the session that goes on with a second factor, and the codes for
// who loses it.
type confirmed struct {
	Cookie http.Cookie `header:"Set-Cookie"`
	Body   struct {
		Me       Me       `json:"me"`
		Recovery []string `json:"recovery" doc:"each is good once; they are shown now and never again"`
	}
}

// mine adds the operations on one's own account.
func (a *API) mine() {
	handle(a, Route{ID: "change-password", Method: "PUT", Path: "/api/me/password", Tag: "me", Title: "修改密码", Open: HalfWay},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Old      string `json:"old" maxLength:"1000"`
				Password string `json:"password" maxLength:"1000"`
			}
		},
		) (*meOut, error) {
			return a.risen(ctx)(a.Access.ChangePassword(ctx, c.Caller, in.Body.Old, in.Body.Password))
		})
	handle(a, Route{ID: "enrol-factor", Method: "POST", Path: "/api/me/factor", Tag: "me", Title: "启用动态口令：取得二维码", Open: HalfWay},
		func(ctx context.Context, c *Call, _ *empty) (*struct{ Body access.Enrolment }, error) {
			e, err := a.Access.Enrol(ctx, c.Caller)
			if err != nil {
				return nil, err
			}
			return &struct{ Body access.Enrolment }{*e}, nil
		})
	handle(a, Route{ID: "confirm-factor", Method: "PUT", Path: "/api/me/factor", Tag: "me", Title: "启用动态口令：确认", Open: HalfWay},
		func(ctx context.Context, c *Call, in *struct{ Body codeBody }) (*confirmed, error) {
			secret, recovery, err := a.Access.ConfirmFactor(ctx, c.Caller, in.Body.Code)
			me, err := a.risen(ctx)(secret, err)
			if err != nil {
				return nil, err
			}
			out := &confirmed{Cookie: me.Cookie}
			out.Body.Me, out.Body.Recovery = me.Body, recovery
			return out, nil
		})
	handle(a, Route{ID: "drop-factor", Method: "POST", Path: "/api/me/factor/drop", Tag: "me", Title: "停用动态口令", Open: SignedIn},
		func(ctx context.Context, c *Call, in *struct{ Body codeBody }) (*empty, error) {
			return nil, a.Access.DropFactor(ctx, c.Caller, in.Body.Code)
		})
	handle(a, Route{ID: "list-my-sessions", Method: "GET", Path: "/api/me/sessions", Tag: "me", Title: "我的会话", Open: SignedIn},
		func(ctx context.Context, c *Call, _ *empty) (*sessionList, error) {
			return sessionsOf(a.Access.Sessions(ctx, c.Account))
		})
	handle(a, Route{ID: "end-my-sessions", Method: "DELETE", Path: "/api/me/sessions", Tag: "me", Title: "结束我的其他会话", Open: SignedIn},
		func(ctx context.Context, c *Call, _ *empty) (*empty, error) {
			return nil, a.Access.EndSession(ctx, c.Caller, c.Account, "")
		})
	handle(a, Route{ID: "end-my-session", Method: "DELETE", Path: "/api/me/sessions/{session}", Tag: "me", Title: "结束我的一个会话", Open: SignedIn},
		func(ctx context.Context, c *Call, in *struct {
			Session string `path:"session"`
		},
		) (*empty, error) {
			return nil, a.Access.EndSession(ctx, c.Caller, c.Account, in.Session)
		})
}
