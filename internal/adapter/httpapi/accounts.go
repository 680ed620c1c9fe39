package httpapi

import (
	"context"

	"changrong/internal/access"
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
	handle(a, Route{ID: "list-orgs", Method: "GET", Path: "/api/orgs", Tag: "account", Title: "机构列表", Need: access.OrgRead},
		func(ctx context.Context, c *Call, _ *empty) (*list[access.Org], error) {
			orgs, err := a.Access.Orgs(ctx, c.Scope)
			return listOf(orgs, len(orgs)), err
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
	handle(a, Route{ID: "list-accounts", Method: "GET", Path: "/api/accounts", Tag: "account", Title: "账号列表", Need: access.AccountRead},
		func(ctx context.Context, c *Call, _ *empty) (*list[Account], error) {
			accounts, err := a.Access.Accounts(ctx, c.Scope)
			views := make([]Account, len(accounts))
			for i := range accounts {
				views[i] = viewAccount(&accounts[i])
			}
			return listOf(views, len(views)), err
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
