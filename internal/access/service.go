package access

import (
	"context"
	"slices"
	"strings"

	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Service keeps organisations, accounts and sessions.
type Service struct {
	Store  Store
	Hasher Hasher
	Now    func() civil.Instant
	NewID  func() string
	Secret func() string              // a new secret of 32 random bytes, as text
	Digest func(secret string) string // its hash, under which a session is kept
	Demo   bool                       // accounts of a demonstration may sign in

}

// Caller is who asks for something, for the audit log.
type Caller struct {
	*Principal        // nil: nobody signed in
	Address    string // where the request came from
	Agent      string // the browser, as it named itself
}

// Entry begins an entry of the audit log about what the caller did.
func (c Caller) Entry(now civil.Instant, action, object string, detail map[string]string) audit.Entry {
	e := audit.Entry{At: now, Action: action, Object: object, Outcome: audit.Done, Detail: detail, Address: c.Address}
	if c.Principal != nil {
		e.Account, e.Name, e.Org = c.Account, c.Principal.Name, c.Principal.Org
	}
	return e
}

// First says who runs a platform that has nobody yet.
type First struct {
	Org         string // the name of the organisation that runs the platform
	Login, Name string
	Password    string
}

// Empty tells whether there is no account yet.
func (s *Service) Empty(ctx context.Context) (empty bool, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		n, err := tx.CountAccounts()
		empty = n == 0
		return err
	})
	return empty, err
}

// Begin makes the first system administrator of a platform that has nobody yet.
//
// Errors: access.begun, those of Org.Check, Account.Check and CheckPassword.
func (s *Service) Begin(ctx context.Context, c Caller, f First) (*Account, error) {
	org := Org{ID: s.NewID(), Kind: PlatformOrg, Name: f.Org}
	a := Account{ID: s.NewID(), Login: f.Login, Name: f.Name, Org: org.ID, Roles: []Role{SystemAdmin}}
	if err := org.Check(); err != nil {
		return nil, err
	}
	if err := s.prepare(&a, PlatformOrg, f.Password); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if n, err := tx.CountAccounts(); err != nil {
			return err
		} else if n > 0 {
			return fault.New(fault.Conflict, "access.begun", "平台已有账号，不能再次初始化", "the platform has accounts already")
		}
		org, a := org, a
		if err := tx.PutOrg(&org); err != nil {
			return err
		}
		if err := tx.PutAccount(&a); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "platform.begin", a.ID, map[string]string{"login": a.Login}))
	})
	if err != nil {
		return nil, err
	}
	return &a, nil
}

// prepare checks a new account and hashes its password.
func (s *Service) prepare(a *Account, k OrgKind, password string) error {
	if err := a.Check(k); err != nil {
		return err
	}
	if err := CheckPassword(password, a.Login); err != nil {
		return err
	}
	hash, err := s.Hasher.Hash(password)
	a.Password = hash
	return err
}

// AddOrg makes an organisation.
//
// Errors: those of Org.Check, access.taken.
func (s *Service) AddOrg(ctx context.Context, c Caller, o Org) (*Org, error) {
	o.ID, o.Version = s.NewID(), 0
	if err := o.Check(); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		o := o
		if err := tx.PutOrg(&o); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "org.add", o.ID, map[string]string{"name": o.Name, "kind": string(o.Kind)}))
	})
	o.Version = 1
	return &o, err
}

// AddAccount makes an account without a role; the security administrator gives
// those (Grant).
//
// Errors: those of Account.Check and CheckPassword, access.not_found (the
// organisation), access.taken.
func (s *Service) AddAccount(ctx context.Context, c Caller, a Account, password string) (*Account, error) {
	a = Account{ID: s.NewID(), Login: strings.TrimSpace(a.Login), Name: a.Name, Org: a.Org, Demo: a.Demo}
	if err := s.prepare(&a, "", password); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		a := a
		if _, err := tx.Org(a.Org); err != nil {
			return err
		}
		if err := tx.PutAccount(&a); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "account.add", a.ID, map[string]string{"login": a.Login, "org": a.Org}))
	})
	a.Version = 1
	return &a, err
}

// Grant gives an account these roles instead of those it had, and ends its
// sessions. Nobody grants to himself, but the first system administrator may name
// the first security administrator.
//
// Errors: access.not_found, access.changed, access.role, access.roles_apart,
// access.own_roles.
func (s *Service) Grant(ctx context.Context, c Caller, id string, version int64, roles []Role) error {
	if c.Principal != nil && c.Account == id {
		return fault.New(fault.Forbidden, "access.own_roles", "不能给自己授权", "nobody gives roles to himself")
	}
	return s.Store.Write(ctx, func(tx Tx) error {
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		org, err := tx.Org(a.Org)
		if err != nil {
			return err
		}
		if err := checkRoles(roles, org.Kind); err != nil {
			return err
		}
		before := a.Roles
		a.Roles, a.Version = slices.Clone(roles), version
		if err := tx.PutAccount(a); err != nil {
			return err
		}
		if err := tx.EndSessions(id, ""); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "account.grant", id, map[string]string{"before": join(before), "after": join(roles)}))
	})
}

func join(roles []Role) string {
	var b strings.Builder
	for i, r := range roles {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(r))
	}
	return b.String()
}

// Org returns one organisation. Errors: access.not_found.
func (s *Service) Org(ctx context.Context, id string) (o *Org, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		o, err = tx.Org(id)
		return err
	})
	return o, err
}

// Orgs returns the organisations within scope, by kind and name.
func (s *Service) Orgs(ctx context.Context, scope Scope) (orgs []Org, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		orgs, err = tx.Orgs(scope)
		return err
	})
	return orgs, err
}

// Accounts returns the accounts within scope, by login.
func (s *Service) Accounts(ctx context.Context, scope Scope) (accounts []Account, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		accounts, err = tx.Accounts(scope)
		return err
	})
	return accounts, err
}
