package store

import (
	"encoding/base64"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

var _ access.Tx = (*Tx)(nil)

func accessMissing() *fault.Error {
	return fault.New(fault.NotFound, "access.not_found", "没有这个机构、账号或会话", "there is no such organisation, account or session")
}

const orgColumns = "id, kind, name, uscc, version"

func scanOrg(s scanner) (o access.Org, err error) {
	err = s.Scan(&o.ID, &o.Kind, &o.Name, &o.USCC, &o.Version)
	return o, err
}

// Org implements access.Tx.
func (tx *Tx) Org(id string) (*access.Org, error) {
	if o, ok := tx.orgs[id]; ok {
		return &o, nil
	}
	return single(tx, accessMissing(), scanOrg, "SELECT "+orgColumns+" FROM orgs WHERE id = $1", id)
}

// OrgByCode implements access.Tx.
func (tx *Tx) OrgByCode(k access.OrgKind, uscc string) (*access.Org, error) {
	return single(tx, accessMissing(), scanOrg, "SELECT "+orgColumns+" FROM orgs WHERE kind = $1 AND uscc = $2 AND uscc <> ''", k, uscc)
}

// Orgs implements access.Tx.
func (tx *Tx) Orgs(s access.Scope) ([]access.Org, error) {
	return all(tx, scanOrg, "SELECT "+orgColumns+" FROM orgs WHERE ($1 = 1 AND kind <> $2 OR id = $3) ORDER BY kind, name, id", flag(s.All), access.EnterpriseOrg, s.Org)
}

// PutOrg implements access.Tx.
func (tx *Tx) PutOrg(o *access.Org) error {
	if o.Version == 0 {
		_, err := tx.exec("INSERT INTO orgs ("+orgColumns+", own_name) VALUES ($1, $2, $3, $4, 1, $5)", o.ID, o.Kind, o.Name, o.USCC, ownName(o))
		return err
	}
	return changed(tx.exec("UPDATE orgs SET kind = $1, name = $2, uscc = $3, own_name = $4, version = version + 1 WHERE id = $5 AND version = $6",
		o.Kind, o.Name, o.USCC, ownName(o), o.ID, o.Version))
}

// ownName is what no two organisations share: the name of an institution; of
// enterprises several have one name, in different places and times.
func ownName(o *access.Org) string {
	if o.Kind == access.EnterpriseOrg {
		return o.ID
	}
	return o.Name
}

const accountColumns = "id, login, name, org, roles, suspended, demo, password, password_ms, must_change, totp, totp_new, totp_step, recovery, failures, locked_til_ms, version"

func scanAccount(s scanner) (a access.Account, err error) {
	var roles, totp, totpNew, recovery string
	err = s.Scan(&a.ID, &a.Login, &a.Name, &a.Org, &roles, &a.Suspended, &a.Demo, &a.Password, &a.PasswordAt, &a.MustChange,
		&totp, &totpNew, &a.TOTPStep, &recovery, &a.Failures, &a.LockedTil, &a.Version)
	if err != nil {
		return a, err
	}
	for r := range strings.FieldsSeq(roles) {
		a.Roles = append(a.Roles, access.Role(r))
	}
	a.Recovery = strings.Fields(recovery)
	if a.TOTP, err = bytesOf(totp); err != nil {
		return a, err
	}
	a.TOTPNew, err = bytesOf(totpNew)
	return a, err
}

// bytesOf reads sealed bytes; none are nil.
func bytesOf(s string) ([]byte, error) {
	if s == "" {
		return nil, nil
	}
	return base64.StdEncoding.DecodeString(s)
}

func textOf(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// Account implements access.Tx.
func (tx *Tx) Account(id string) (*access.Account, error) {
	return single(tx, accessMissing(), scanAccount, "SELECT "+accountColumns+" FROM accounts WHERE id = $1", id)
}

// AccountByLogin implements access.Tx.
func (tx *Tx) AccountByLogin(login string) (*access.Account, error) {
	return single(tx, accessMissing(), scanAccount, "SELECT "+accountColumns+" FROM accounts WHERE login = $1", login)
}

// Accounts implements access.Tx.
func (tx *Tx) Accounts(s access.Scope, f access.AccountFilter) ([]access.Account, int, error) {
	var a args
	where := whichAccounts(&a, f, s)
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM accounts"+where, a, &total); err != nil {
		return nil, 0, err
	}
	accounts, err := all(tx, scanAccount, "SELECT "+accountColumns+" FROM accounts"+where+" ORDER BY login LIMIT "+a.add(f.Limit)+" OFFSET "+a.add(f.Offset), a...)
	return accounts, total, err
}

// whichAccounts is the condition of a filter within a scope.
func whichAccounts(a *args, f access.AccountFilter, s access.Scope) string {
	where := []string{"1 = 1"}
	and := func(condition string, v any) { where = append(where, condition+a.add(v)) }
	if !s.All {
		and("org = ", s.Org)
	}
	if f.Org != "" {
		and("org = ", f.Org)
	}
	if len(f.Kinds) > 0 {
		where = append(where, "EXISTS (SELECT 1 FROM orgs o WHERE o.id = accounts.org AND o.kind IN ("+in(a, f.Kinds)+"))")
	}
	switch f.Role {
	case "":
	case access.NoRole:
		where = append(where, "roles = ''")
	default:
		where = append(where, holds(a, "(' ' || roles || ' ')", " "+string(f.Role)+" "))
	}
	if f.Active {
		where = append(where, "suspended = 0")
	}
	if f.Text != "" {
		begins := func(column, text string) string { return "substr(" + column + ", 1, length(" + text + ")) = " + text }
		text, code := a.add(f.Text), a.add(strings.ToUpper(f.Text))
		where = append(where, "("+begins("login", text)+" OR "+begins("name", text)+
			" OR EXISTS (SELECT 1 FROM orgs o WHERE o.id = accounts.org AND ("+begins("o.name", text)+" OR "+begins("o.uscc", code)+")))")
	}
	return " WHERE " + strings.Join(where, " AND ")
}

// CountAccounts implements access.Tx.
func (tx *Tx) CountAccounts() (n int, err error) {
	err = tx.one(nil, "SELECT count(*) FROM accounts", nil, &n)
	return n, err
}

// PutAccount implements access.Tx.
func (tx *Tx) PutAccount(a *access.Account) error {
	roles := make([]string, len(a.Roles))
	for i, r := range a.Roles {
		roles[i] = string(r)
	}
	joined := strings.Join(roles, " ")
	if a.Version == 0 {
		_, err := tx.exec("INSERT INTO accounts ("+accountColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1)",
			a.ID, a.Login, a.Name, a.Org, joined, flag(a.Suspended), flag(a.Demo), a.Password, int64(a.PasswordAt), flag(a.MustChange),
			textOf(a.TOTP), textOf(a.TOTPNew), a.TOTPStep, strings.Join(a.Recovery, " "), a.Failures, int64(a.LockedTil))
		return err
	}
	return changed(tx.exec(`UPDATE accounts SET login = $1, name = $2, org = $3, roles = $4, suspended = $5,
		version = version + 1 WHERE id = $6 AND version = $7`,
		a.Login, a.Name, a.Org, joined, flag(a.Suspended), a.ID, a.Version))
}

// PutCredentials implements access.Tx.
func (tx *Tx) PutCredentials(a *access.Account) error {
	return changed(tx.exec(`UPDATE accounts SET password = $1, password_ms = $2, must_change = $3, totp = $4, totp_new = $5,
		totp_step = $6, recovery = $7, failures = $8, locked_til_ms = $9 WHERE id = $10`,
		a.Password, int64(a.PasswordAt), flag(a.MustChange), textOf(a.TOTP), textOf(a.TOTPNew),
		a.TOTPStep, strings.Join(a.Recovery, " "), a.Failures, int64(a.LockedTil), a.ID))
}

const sessionColumns = "id, hash, account, stage, via, started_ms, last_seen_ms, agent, address"

func scanSession(s scanner) (x access.Session, err error) {
	err = s.Scan(&x.ID, &x.Hash, &x.Account, &x.Stage, &x.Via, &x.Started, &x.LastSeen, &x.Agent, &x.Address)
	return x, err
}

// Session implements access.Tx.
func (tx *Tx) Session(id string) (*access.Session, error) {
	return single(tx, accessMissing(), scanSession, "SELECT "+sessionColumns+" FROM sessions WHERE id = $1", id)
}

// SessionByHash implements access.Tx.
func (tx *Tx) SessionByHash(hash string) (*access.Session, error) {
	return single(tx, accessMissing(), scanSession, "SELECT "+sessionColumns+" FROM sessions WHERE hash = $1", hash)
}

// Sessions implements access.Tx.
func (tx *Tx) Sessions(account string) ([]access.Session, error) {
	return all(tx, scanSession, "SELECT "+sessionColumns+" FROM sessions WHERE account = $1 ORDER BY last_seen_ms DESC, id", account)
}

// PutSession implements access.Tx.
func (tx *Tx) PutSession(s *access.Session) error {
	_, err := tx.exec("INSERT INTO sessions ("+sessionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		s.ID, s.Hash, s.Account, s.Stage, s.Via, int64(s.Started), int64(s.LastSeen), s.Agent, s.Address)
	return err
}

// TouchSession implements access.Tx.
func (tx *Tx) TouchSession(id string, now civil.Instant) error {
	_, err := tx.exec("UPDATE sessions SET last_seen_ms = $1 WHERE id = $2", int64(now), id)
	return err
}

// EndSession implements access.Tx.
func (tx *Tx) EndSession(id string) error {
	_, err := tx.exec("DELETE FROM sessions WHERE id = $1", id)
	return err
}

// EndSessions implements access.Tx.
func (tx *Tx) EndSessions(account, except string) error {
	_, err := tx.exec("DELETE FROM sessions WHERE account = $1 AND id <> $2", account, except)
	return err
}

// DropSessions implements access.Tx.
func (tx *Tx) DropSessions(before civil.Instant) error {
	_, err := tx.exec("DELETE FROM sessions WHERE last_seen_ms < $1", int64(before))
	return err
}

const identityColumns = "id, provider, subject, account, linked_ms, linked_by"

func scanIdentity(s scanner) (x access.Identity, err error) {
	err = s.Scan(&x.ID, &x.Provider, &x.Subject, &x.Account, &x.Linked, &x.LinkedBy)
	return x, err
}

// Identity implements access.Tx.
func (tx *Tx) Identity(provider, subject string) (*access.Identity, error) {
	return single(tx, accessMissing(), scanIdentity, "SELECT "+identityColumns+" FROM identities WHERE provider = $1 AND subject = $2", provider, subject)
}

// Identities implements access.Tx.
func (tx *Tx) Identities(account string) ([]access.Identity, error) {
	return all(tx, scanIdentity, "SELECT "+identityColumns+" FROM identities WHERE account = $1 ORDER BY provider, id", account)
}

// PutIdentity implements access.Tx.
func (tx *Tx) PutIdentity(x *access.Identity) error {
	_, err := tx.exec("INSERT INTO identities ("+identityColumns+") VALUES ($1, $2, $3, $4, $5, $6)",
		x.ID, x.Provider, x.Subject, x.Account, int64(x.Linked), x.LinkedBy)
	return err
}

// DropIdentity implements access.Tx.
func (tx *Tx) DropIdentity(account, id string) error {
	r, err := tx.exec("DELETE FROM identities WHERE account = $1 AND id = $2", account, id)
	if err = changed(r, err); fault.CodeOf(err) == "store.changed" {
		return accessMissing()
	}
	return err
}

const flowColumns = "hash, provider, state, nonce, verifier, back, expires_ms"

func scanFlow(s scanner) (f access.Flow, err error) {
	err = s.Scan(&f.Hash, &f.Provider, &f.State, &f.Nonce, &f.Verifier, &f.Back, &f.Expires)
	return f, err
}

// PutFlow implements access.Tx.
func (tx *Tx) PutFlow(f *access.Flow) error {
	_, err := tx.exec("INSERT INTO signin_flows ("+flowColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)",
		f.Hash, f.Provider, f.State, f.Nonce, f.Verifier, f.Back, int64(f.Expires))
	return err
}

// TakeFlow implements access.Tx.
func (tx *Tx) TakeFlow(hash string) (*access.Flow, error) {
	return single(tx, accessMissing(), scanFlow, "DELETE FROM signin_flows WHERE hash = $1 RETURNING "+flowColumns, hash)
}

// DropFlows implements access.Tx.
func (tx *Tx) DropFlows(before civil.Instant) error {
	_, err := tx.exec("DELETE FROM signin_flows WHERE expires_ms < $1", int64(before))
	return err
}

// CountFlows implements access.Tx.
func (tx *Tx) CountFlows() (n int, err error) {
	err = tx.one(nil, "SELECT count(*) FROM signin_flows", nil, &n)
	return n, err
}
