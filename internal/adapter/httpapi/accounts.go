package httpapi

import (
	"context"
	"strings"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
)

// Account is an account as others may see it.
type Account struct {
	ID        string        `json:"id"`
	Login     string        `json:"login"`
	Name      string        `json:"name"`
	Org       string        `json:"org"`
	Roles     []access.Role `json:"roles"`
	Suspended bool          `json:"suspended"`
	TOTP      bool          `json:"totp" doc:"it has a second factor"`
	Version   int64         `json:"version"`
}

func viewAccount(a *access.Account) Account {
	return Account{a.ID, a.Login, a.Name, a.Org, a.Roles, a.Suspended, a.TOTP != nil, a.Version}
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
		}) (*struct{ Body access.Org }, error) {
			o, err := a.Access.AddOrg(ctx, c.Caller, access.Org{Kind: in.Body.Kind, Name: in.Body.Name, USCC: in.Body.USCC})
			if err != nil {
				return nil, err
			}
			return &struct{ Body access.Org }{*o}, nil
		})
	lists(a, Route{ID: "list-accounts", Method: "GET", Path: "/api/accounts", Tag: "account", Title: "账号列表", Need: access.AccountRead}, accountColumns,
		func(ctx context.Context, c *Call, in *struct{ Page }) ([]Account, int, error) {
			accounts, err := a.Access.Accounts(ctx, c.Scope)
			views := make([]Account, len(accounts))
			for i := range accounts {
				views[i] = viewAccount(&accounts[i])
			}
			items, total := part(views, &in.Page)
			return items, total, err
		})
	handle(a, Route{ID: "add-account", Method: "POST", Path: "/api/accounts", Tag: "account", Title: "新增账号", Need: access.AccountWrite}, a.addAccount)
	handle(a, Route{ID: "grant-roles", Method: "PUT", Path: "/api/accounts/{id}/roles", Tag: "account", Title: "授予角色", Need: access.AccountGrant},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id"`
			Body struct {
				Version int64         `json:"version" doc:"of the account as it was read"`
				Roles   []access.Role `json:"roles"`
			}
		}) (*empty, error) {
			return nil, a.Access.Grant(ctx, c.Caller, in.ID, in.Body.Version, in.Body.Roles)
		})
}

func (a *API) addAccount(ctx context.Context, c *Call, in *struct {
	Body struct {
		Login    string `json:"login"`
		Name     string `json:"name"`
		Org      string `json:"org"`
		Password string `json:"password"`
	}
}) (*struct{ Body Account }, error) {
	account, err := a.Access.AddAccount(ctx, c.Caller, access.Account{Login: in.Body.Login, Name: in.Body.Name, Org: in.Body.Org}, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Account }{viewAccount(account)}, nil
}
