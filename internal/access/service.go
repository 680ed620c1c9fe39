package access

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"

	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Service keeps organisations, accounts and sessions. Its zero fields below Demo
// are the defaults.
type Service struct {
	Store   Store
	Hasher  Hasher
	Factor  Factor
	Sealer  Sealer
	Now     func() civil.Instant
	NewID   func() string
	Secret  func() string              // a new secret of 32 random bytes, as text
	OneTime func() string              // a new password that a person can read out and type
	Digest  func(secret string) string // its hash, under which a session is kept
	Demo    bool                       // accounts of a demonstration may sign in

	RequireTOTP bool          // roles that matter need a second factor (NeedsFactor)
	PasswordAge civil.Instant // how old a password may become; 0: 90 days
	BeginCode   string        // what Begin must be told; "": nothing

	throttle throttle
}

// Caller is who asks for something, for the audit log.
type Caller struct {
	*Principal        // nil: nobody signed in
	Address    string // where the request came from
	Agent      string // the browser, as it named itself
}

// is tells whether the caller is the account itself.
func (c Caller) is(account string) bool { return c.Principal != nil && c.Account == account }

// session returns the id of the caller's session, "" where there is none.
func (c Caller) session() string {
	if c.Principal == nil {
		return ""
	}
	return c.Session
}

// Entry begins an entry of the audit log about what the caller did.
func (c Caller) Entry(now civil.Instant, action, object string, detail map[string]string) audit.Entry {
	e := audit.Entry{At: now, Action: action, Object: object, Outcome: audit.Done, Detail: detail, Address: c.Address}
	if c.Principal != nil {
		e.Account, e.Name, e.Org = c.Account, c.Principal.Name, c.Principal.Org
	}
	return e
}

// First says who runs a platform that has nobody yet. It takes two people from the
// start: one who makes accounts, and one who says what they may do.
type First struct {
	Org      string `json:"org" doc:"运行平台的机构名称"`
	System   Person `json:"system" doc:"系统管理员：管理机构和账号"`
	Security Person `json:"security" doc:"安全管理员：授予角色、管理会话"`
	Code     string `json:"code,omitempty" doc:"启动时显示的初始化码"`
}

// Person is somebody's name and way in.
type Person struct {
	Login    string `json:"login"`
	Name     string `json:"name"`
	Password string `json:"password"`
}

// Asks returns what Begin needs to be told, by the names of its fields.
func (s *Service) Asks() []string {
	asks := []string{"org", "system", "security"}
	if s.BeginCode != "" {
		asks = append(asks, "code")
	}
	return asks
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

// at places an error at a field, wherever it was placed before.
func at(field string, err error) error {
	f := *fault.Of(err)
	f.At.Field = field
	return &f
}

// Begin makes the first system administrator and the first security administrator
// of a platform that has nobody yet. Both passwords have passed through one
// person's hands, so the second must be changed at first use.
//
// Errors: access.begun, access.begin_code, access.same_person, those of Org.Check,
// Account.Check and CheckPassword.
func (s *Service) Begin(ctx context.Context, c Caller, f First) error {
	if subtle.ConstantTimeCompare([]byte(f.Code), []byte(s.BeginCode)) != 1 {
		return fault.New(fault.Forbidden, "access.begin_code", "初始化码不正确，请查看服务启动时的输出", "wrong code; the server showed it when it started").In(fault.Place{Field: "code"})
	}
	if empty, err := s.Empty(ctx); err != nil { // before two hashes are made for nothing
		return err
	} else if !empty {
		return begun()
	}
	if f.System.Login == f.Security.Login {
		return fault.Invalidf("access.same_person", "系统管理员和安全管理员须为两个账号", "the two administrators are two accounts").In(fault.Place{Field: "security.login"})
	}
	now := s.Now()
	org := Org{ID: s.NewID(), Kind: PlatformOrg, Name: f.Org}
	if err := org.Check(); err != nil {
		return at("org", err)
	}
	accounts := []Account{
		{ID: s.NewID(), Login: f.System.Login, Name: f.System.Name, Org: org.ID, Roles: []Role{SystemAdmin}},
		{ID: s.NewID(), Login: f.Security.Login, Name: f.Security.Name, Org: org.ID, Roles: []Role{SecurityAdmin}, MustChange: true},
	}
	for i, of := range []string{"system", "security"} {
		password := []string{f.System.Password, f.Security.Password}[i]
		if err := s.prepare(&accounts[i], PlatformOrg, password, now); err != nil {
			if field := fault.Of(err).At.Field; field != "" {
				err = at(of+"."+field, err)
			}
			return err
		}
	}
	return s.Store.Write(ctx, func(tx Tx) error {
		if n, err := tx.CountAccounts(); err != nil {
			return err
		} else if n > 0 {
			return begun()
		}
		if err := tx.PutOrg(&org); err != nil {
			return err
		}
		for i := range accounts {
			a := &accounts[i]
			if err := tx.PutAccount(a); err != nil {
				return err
			}
			if err := tx.Audit(c.Entry(now, "platform.begin", a.ID, map[string]string{"login": a.Login, "roles": join(a.Roles)})); err != nil {
				return err
			}
		}
		return nil
	})
}

func begun() error {
	return fault.New(fault.Conflict, "access.begun", "平台已有账号，不能再次初始化", "the platform has accounts already")
}

// prepare checks a new account and hashes its password.
func (s *Service) prepare(a *Account, k OrgKind, password string, now civil.Instant) error {
	if err := a.Check(k); err != nil {
		return err
	}
	if err := CheckPassword(password, a.Login); err != nil {
		return err
	}
	hash, err := s.Hasher.Hash(password)
	a.Password, a.PasswordAt = hash, now
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
// those (Grant). The password is the administrator's, so whoever gets it must
// choose another, but in a demonstration.
//
// Errors: those of Account.Check and CheckPassword, access.not_found (the
// organisation), access.taken.
func (s *Service) AddAccount(ctx context.Context, c Caller, a Account, password string) (*Account, error) {
	now := s.Now()
	a = Account{ID: s.NewID(), Login: strings.TrimSpace(a.Login), Name: strings.TrimSpace(a.Name), Org: a.Org, Demo: a.Demo}
	a.MustChange = !a.Demo
	if err := s.prepare(&a, "", password, now); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if _, err := tx.Org(a.Org); err != nil {
			return err
		}
		if err := tx.PutAccount(&a); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "account.add", a.ID, map[string]string{"login": a.Login, "org": a.Org}))
	})
	if err != nil {
		return nil, err
	}
	a.Version = 1
	return &a, nil
}

// Rename gives an account another name.
//
// Errors: access.not_found, store.changed, access.account_name.
func (s *Service) Rename(ctx context.Context, c Caller, id string, version int64, name string) error {
	return s.edit(ctx, c, id, "account.rename", func(_ Tx, a *Account, _ OrgKind) (map[string]string, error) {
		a.Name, a.Version = strings.TrimSpace(name), version
		return nil, a.checkName()
	})
}

// Suspend keeps an account from signing in and ends its sessions; with on false
// it may sign in again.
//
// Errors: access.not_found, access.own_account.
func (s *Service) Suspend(ctx context.Context, c Caller, id string, on bool) error {
	if on && c.is(id) {
		return fault.New(fault.Forbidden, "access.own_account", "不能停用自己的账号", "nobody suspends his own account")
	}
	action := "account.suspend"
	if !on {
		action = "account.resume"
	}
	return s.edit(ctx, c, id, action, func(tx Tx, a *Account, _ OrgKind) (map[string]string, error) {
		a.Suspended = on
		if !on {
			return nil, nil
		}
		return nil, tx.EndSessions(id, "")
	})
}

// Grant gives an account these roles instead of those it had, and ends its
// sessions. Nobody grants to himself.
//
// Errors: access.not_found, store.changed, access.role, access.roles_apart,
// access.own_roles.
func (s *Service) Grant(ctx context.Context, c Caller, id string, version int64, roles []Role) error {
	if c.is(id) {
		return fault.New(fault.Forbidden, "access.own_roles", "不能给自己授权", "nobody gives roles to himself")
	}
	return s.edit(ctx, c, id, "account.grant", func(tx Tx, a *Account, k OrgKind) (map[string]string, error) {
		if err := checkRoles(roles, k); err != nil {
			return nil, err
		}
		before := a.Roles
		a.Roles, a.Version = slices.Clone(roles), version
		return map[string]string{"before": join(before), "after": join(roles)}, tx.EndSessions(id, "")
	})
}

// edit changes an account by f, which gets it and the kind of its organisation and
// returns what the audit log should know.
func (s *Service) edit(ctx context.Context, c Caller, id, action string, f func(Tx, *Account, OrgKind) (map[string]string, error)) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		org, err := tx.Org(a.Org)
		if err != nil {
			return err
		}
		detail, err := f(tx, a, org.Kind)
		if err != nil {
			return err
		}
		if err := tx.PutAccount(a); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), action, id, detail))
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

// Orgs returns the institutions within scope, by kind and name; an enterprise is
// within its own alone.
func (s *Service) Orgs(ctx context.Context, scope Scope) (orgs []Org, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		orgs, err = tx.Orgs(scope)
		return err
	})
	return orgs, err
}

// AccountFilter says which accounts a list is of. Zero fields leave everything in.
type AccountFilter struct {
	Org           string
	Kinds         []OrgKind // of their organisations
	Role          Role      // that they have; NoRole: none
	Text          string    // the beginning of a login, a name, or an organisation's name or code
	Active        bool      // without those suspended
	Limit, Offset int
}

// NoRole filters accounts that wait for their roles.
const NoRole Role = "-"

// Accounts returns the accounts within scope that f leaves in, by login, their
// organisations by id, and how many there are without its limit.
func (s *Service) Accounts(ctx context.Context, scope Scope, f AccountFilter) (accounts []Account, orgs map[string]Org, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if accounts, total, err = tx.Accounts(scope, f); err != nil || len(accounts) == 0 {
			return err
		}
		ids := make([]string, len(accounts))
		for i := range accounts {
			ids[i] = accounts[i].Org
		}
		among, err := tx.OrgsAmong(ids)
		orgs = make(map[string]Org, len(among))
		for _, o := range among {
			orgs[o.ID] = o
		}
		return err
	})
	return accounts, orgs, total, err
}

// Account returns one account within scope. Errors: access.not_found.
func (s *Service) Account(ctx context.Context, scope Scope, id string) (a *Account, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if a, err = tx.Account(id); err == nil && !scope.Covers(a.Org) {
			err = notFound()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

func notFound() error {
	return fault.New(fault.NotFound, "access.not_found", "没有这个机构、账号或会话", "there is no such organisation, account or session")
}
