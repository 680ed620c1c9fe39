package httpapi

import (
	"context"
	"strings"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/base/civil"
)

// Account is an account as others may see it.
type Account struct {
	ID         string        `json:"id"`
	Login      string        `json:"login"`
	Name       string        `json:"name"`
	Org        string        `json:"org"`
	OrgName    string        `json:"org_name"`
	OrgKind    string        `json:"org_kind"`
	Roles      []access.Role `json:"roles"`
	Suspended  bool          `json:"suspended"`
	TOTP       bool          `json:"totp" doc:"it has a second factor"`
	MustChange bool          `json:"must_change" doc:"its password was made by an administrator and must be changed at first use"`
	LockedTil  civil.Instant `json:"locked_til_ms" doc:"until when it is locked after failures; 0: it is not"`
	Version    int64         `json:"version"`
}

func (a *API) viewAccount(x *access.Account, o *access.Org) Account {
	v := Account{
		ID: x.ID, Login: x.Login, Name: x.Name, Org: x.Org, OrgName: o.Name, OrgKind: string(o.Kind), Roles: x.Roles, Suspended: x.Suspended, TOTP: x.TOTP != nil, MustChange: x.MustChange, Version: x.Version,
	}
	if v.Roles == nil {
		v.Roles = []access.Role{}
	}
	if a.Access.Now() < x.LockedTil {
		v.LockedTil = x.LockedTil
	}
	return v
}

// orgColumns are the columns of a file of organisations.
var orgColumns = []export.Column[access.Org]{
	{Head: "机构名称", Cell: func(o *access.Org) export.Cell { return export.Text(o.Name) }},
	{Head: "类别", Cell: func(o *access.Org) export.Cell { return export.Text(string(o.Kind)) }},
	{Head: "统一社会信用代码", Cell: func(o *access.Org) export.Cell { return export.Text(o.USCC) }},
	{Head: "编号", Cell: func(o *access.Org) export.Cell { return export.Text(o.ID) }},
}

// accountColumns are the columns of a file of accounts.
var accountColumns = []export.Column[Account]{
	{Head: "登录名", Cell: func(a *Account) export.Cell { return export.Text(a.Login) }},
	{Head: "姓名", Cell: func(a *Account) export.Cell { return export.Text(a.Name) }},
	{Head: "机构", Cell: func(a *Account) export.Cell { return export.Text(a.OrgName) }},
	{Head: "机构编号", Cell: func(a *Account) export.Cell { return export.Text(a.Org) }},
	{Head: "角色", Cell: func(a *Account) export.Cell {
		roles := make([]string, len(a.Roles))
		for i, r := range a.Roles {
			roles[i] = string(r)
		}
		return export.Text(strings.Join(roles, " "))
	}},
	{Head: "停用", Cell: func(a *Account) export.Cell { return export.Flag(a.Suspended) }},
	{Head: "动态口令", Cell: func(a *Account) export.Cell { return export.Flag(a.TOTP) }},
}

// list is a part of a longer list.
type list[T any] struct {
	Body struct {
		Items []T `json:"items"`
		Total int `json:"total"`
	}
}

func listOf[T any](items []T, total int) *list[T] {
	l := &list[T]{}
	l.Body.Items, l.Body.Total = items, total
	return l
}

func (a *API) accounts() {
	lists(a, Route{ID: "list-orgs", Method: "GET", Path: "/api/orgs", Tag: "account", Title: "机构列表", Need: access.OrgRead}, orgColumns,
		func(ctx context.Context, c *Call, in *struct{ Page }) ([]access.Org, int, error) {
			orgs, err := a.Access.Orgs(ctx, c.Scope)
			items, total := part(orgs, &in.Page)
			return items, total, err
		})
	handle(a, Route{ID: "add-org", Method: "POST", Path: "/api/orgs", Tag: "account", Title: "新增机构", Need: access.OrgWrite},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Kind access.OrgKind `json:"kind"`
				Name string         `json:"name"`
				USCC string         `json:"uscc,omitempty"`
			}
		},
		) (*struct{ Body access.Org }, error) {
			o, err := a.Access.AddOrg(ctx, c.Caller, access.Org{Kind: in.Body.Kind, Name: in.Body.Name, USCC: in.Body.USCC})
			if err != nil {
				return nil, err
			}
			return &struct{ Body access.Org }{*o}, nil
		})
	a.accountLists()
	a.accountEdits()
	a.accountWays()
}

func (a *API) accountLists() {
	lists(a, Route{ID: "list-accounts", Method: "GET", Path: "/api/accounts", Tag: "account", Title: "账号列表", Need: access.AccountRead}, accountColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			Org    string           `query:"org" maxLength:"60" doc:"id of the organisation"`
			Kind   []access.OrgKind `query:"kind" maxItems:"20" doc:"of the organisation, any of these"`
			Role   access.Role      `query:"role" maxLength:"40" doc:"only those that have it; -: those that have none yet"`
			Text   string           `query:"text" maxLength:"60" doc:"the beginning of a login, a name, or the organisation's name or code"`
			Active bool             `query:"active" doc:"without those that are suspended"`
		},
		) ([]Account, int, error) {
			accounts, orgs, total, err := a.Access.Accounts(ctx, c.Scope, access.AccountFilter{
				Org: in.Org, Kinds: in.Kind, Role: in.Role, Text: in.Text, Active: in.Active, Limit: in.Limit, Offset: in.Offset,
			})
			views := make([]Account, len(accounts))
			for i := range accounts {
				o := orgs[accounts[i].Org]
				views[i] = a.viewAccount(&accounts[i], &o)
			}
			return views, total, err
		})
	handle(a, Route{ID: "get-account", Method: "GET", Path: "/api/accounts/{id}", Tag: "account", Title: "账号", Need: access.AccountRead},
		func(ctx context.Context, c *Call, in *OfAccount) (*struct{ Body Account }, error) {
			x, err := a.Access.Account(ctx, c.Scope, in.ID)
			if err != nil {
				return nil, err
			}
			o, err := a.Access.Org(ctx, x.Org)
			if err != nil {
				return nil, err
			}
			return &struct{ Body Account }{a.viewAccount(x, o)}, nil
		})
}

// OfAccount is what an operation on one account is told; inputs embed it.
type OfAccount struct {
	ID string `path:"id" doc:"of the account"`
}

func (a *API) accountEdits() {
	handle(a, Route{ID: "add-account", Method: "POST", Path: "/api/accounts", Tag: "account", Title: "新增账号", Need: access.AccountWrite, Once: OnceNever}, a.addAccount)
	handle(a, Route{ID: "rename-account", Method: "PUT", Path: "/api/accounts/{id}", Tag: "account", Title: "修改姓名", Need: access.AccountWrite},
		func(ctx context.Context, c *Call, in *struct {
			OfAccount
			Body struct {
				Version int64  `json:"version" minimum:"1" doc:"of the account as it was read"`
				Name    string `json:"name"`
			}
		},
		) (*empty, error) {
			return nil, a.Access.Rename(ctx, c.Caller, in.ID, in.Body.Version, in.Body.Name)
		})
	handle(a, Route{ID: "suspend-account", Method: "POST", Path: "/api/accounts/{id}/suspend", Tag: "account", Title: "停用账号", Need: access.AccountWrite},
		func(ctx context.Context, c *Call, in *OfAccount) (*empty, error) {
			return nil, a.Access.Suspend(ctx, c.Caller, in.ID, true)
		})
	handle(a, Route{ID: "resume-account", Method: "POST", Path: "/api/accounts/{id}/resume", Tag: "account", Title: "恢复账号", Need: access.AccountWrite},
		func(ctx context.Context, c *Call, in *OfAccount) (*empty, error) {
			return nil, a.Access.Suspend(ctx, c.Caller, in.ID, false)
		})
	handle(a, Route{ID: "reset-password", Method: "POST", Path: "/api/accounts/{id}/password", Tag: "account", Title: "重置密码", Need: access.AccountReset, Once: OnceNever},
		func(ctx context.Context, c *Call, in *OfAccount) (*struct{ Body oneTime }, error) {
			password, err := a.Access.ResetPassword(ctx, c.Caller, in.ID)
			if err != nil {
				return nil, err
			}
			return &struct{ Body oneTime }{oneTime{password}}, nil
		})
	handle(a, Route{ID: "grant-roles", Method: "PUT", Path: "/api/accounts/{id}/roles", Tag: "account", Title: "授予角色", Need: access.AccountGrant},
		func(ctx context.Context, c *Call, in *struct {
			OfAccount
			Body struct {
				Version int64         `json:"version" minimum:"1" doc:"of the account as it was read"`
				Roles   []access.Role `json:"roles"`
			}
		},
		) (*empty, error) {
			return nil, a.Access.Grant(ctx, c.Caller, in.ID, in.Body.Version, in.Body.Roles)
		})
}

// accountWays adds the operations on how somebody gets in, which are the security
// administrator's.
func (a *API) accountWays() {
	handle(a, Route{ID: "reset-factor", Method: "DELETE", Path: "/api/accounts/{id}/factor", Tag: "account", Title: "重置动态口令", Need: access.AccountGrant},
		func(ctx context.Context, c *Call, in *OfAccount) (*empty, error) {
			return nil, a.Access.ResetFactor(ctx, c.Caller, in.ID)
		})
	handle(a, Route{ID: "list-sessions", Method: "GET", Path: "/api/accounts/{id}/sessions", Tag: "account", Title: "账号的会话", Need: access.AccountGrant},
		func(ctx context.Context, _ *Call, in *OfAccount) (*sessionList, error) {
			return sessionsOf(a.Access.Sessions(ctx, in.ID))
		})
	handle(a, Route{ID: "end-sessions", Method: "DELETE", Path: "/api/accounts/{id}/sessions", Tag: "account", Title: "结束账号的全部会话", Need: access.AccountGrant},
		func(ctx context.Context, c *Call, in *OfAccount) (*empty, error) {
			return nil, a.Access.EndSession(ctx, c.Caller, in.ID, "")
		})
	handle(a, Route{ID: "end-session", Method: "DELETE", Path: "/api/accounts/{id}/sessions/{session}", Tag: "account", Title: "结束账号的一个会话", Need: access.AccountGrant},
		func(ctx context.Context, c *Call, in *struct {
			OfAccount
			Session string `path:"session"`
		},
		) (*empty, error) {
			return nil, a.Access.EndSession(ctx, c.Caller, in.ID, in.Session)
		})
	handle(a, Route{ID: "list-identities", Method: "GET", Path: "/api/accounts/{id}/identities", Tag: "account", Title: "账号关联的外部身份", Need: access.AccountGrant},
		func(ctx context.Context, _ *Call, in *OfAccount) (*list[access.Identity], error) {
			linked, err := a.Access.Identities(ctx, in.ID)
			return listOf(linked, len(linked)), err
		})
	handle(a, Route{ID: "link-identity", Method: "POST", Path: "/api/accounts/{id}/identities", Tag: "account", Title: "关联外部身份", Need: access.AccountGrant},
		func(ctx context.Context, c *Call, in *struct {
			OfAccount
			Body struct {
				Provider string `json:"provider" doc:"id of the identity provider"`
				Subject  string `json:"subject" doc:"what the provider calls the person; who tries to sign in is told it"`
			}
		},
		) (*struct{ Body access.Identity }, error) {
			if a.provider(in.Body.Provider) == nil {
				return nil, noProvider()
			}
			x, err := a.Access.Link(ctx, c.Caller, in.ID, in.Body.Provider, in.Body.Subject)
			if err != nil {
				return nil, err
			}
			return &struct{ Body access.Identity }{*x}, nil
		})
	handle(a, Route{ID: "unlink-identity", Method: "DELETE", Path: "/api/accounts/{id}/identities/{identity}", Tag: "account", Title: "解除外部身份", Need: access.AccountGrant},
		func(ctx context.Context, c *Call, in *struct {
			OfAccount
			Identity string `path:"identity"`
		},
		) (*empty, error) {
			return nil, a.Access.Unlink(ctx, c.Caller, in.ID, in.Identity)
		})
}

// oneTime is a password that is shown now and never again.
type oneTime struct {
	Password string `json:"password" doc:"good for three days, and for choosing another; shown now and never again"`
}

// added is a new account, with its first password where the platform made it.
type added struct {
	Account
	OneTime string `json:"one_time,omitempty" doc:"the password, where none was given; shown now and never again"`
}

func (a *API) addAccount(ctx context.Context, c *Call, in *struct {
	Body struct {
		Login    string `json:"login"`
		Name     string `json:"name"`
		Org      string `json:"org"`
		Password string `json:"password,omitempty" maxLength:"1000" doc:"to be changed at first use; left out, the platform makes one"`
	}
},
) (*struct{ Body added }, error) {
	password, made := in.Body.Password, ""
	if password == "" {
		made = a.Access.FirstPassword()
		password = made
	}
	account, err := a.Access.AddAccount(ctx, c.Caller, access.Account{Login: in.Body.Login, Name: in.Body.Name, Org: in.Body.Org}, password)
	if err != nil {
		return nil, err
	}
	o, err := a.Access.Org(ctx, account.Org)
	if err != nil {
		return nil, err
	}
	return &struct{ Body added }{added{Account: a.viewAccount(account, o), OneTime: made}}, nil
}
