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
	return single(tx, accessMissing(), scanOrg, "SELECT "+orgColumns+" FROM orgs WHERE id = $1", id)
}

// Orgs implements access.Tx.
func (tx *Tx) Orgs(s access.Scope) ([]access.Org, error) {
	return all(tx, scanOrg, "SELECT "+orgColumns+" FROM orgs WHERE ($1 = 1 OR id = $2) ORDER BY kind, name, id", flag(s.All), s.Org)
}

// PutOrg implements access.Tx.
func (tx *Tx) PutOrg(o *access.Org) error {
	if o.Version == 0 {
		_, err := tx.exec("INSERT INTO orgs ("+orgColumns+") VALUES ($1, $2, $3, $4, 1)", o.ID, o.Kind, o.Name, o.USCC)
		return err
	}
	return changed(tx.exec("UPDATE orgs SET kind = $1, name = $2, uscc = $3, version = version + 1 WHERE id = $4 AND version = $5",
		o.Kind, o.Name, o.USCC, o.ID, o.Version))
}

const accountColumns = "id, login, name, org, roles, suspended, demo, password, totp, totp_step, failures, locked_til_ms, version"

func scanAccount(s scanner) (a access.Account, err error) {
	var roles, totp string
	err = s.Scan(&a.ID, &a.Login, &a.Name, &a.Org, &roles, &a.Suspended, &a.Demo, &a.Password, &totp, &a.TOTPStep, &a.Failures, &a.LockedTil, &a.Version)
	if err != nil {
		return a, err
	}
	for r := range strings.FieldsSeq(roles) {
		a.Roles = append(a.Roles, access.Role(r))
	}
	if totp != "" {
		a.TOTP, err = base64.StdEncoding.DecodeString(totp)
	}
	return a, err
}

// Account implements access.Tx.
func (tx *Tx) Account(id string) (*access.Account, error) {
	return single(tx, accessMissing(), scanAccount, "SELECT "+accountColumns+" FROM accounts WHERE id = $1", id)
}

// AccountByLogin implements access.Tx.
func (tx *Tx) AccountByLogin(login string) (*access.Account, error) {
	return single(tx, accessMissing(), scanAccount, "SELECT "+accountColumns+" FROM accounts WHERE login = $1", login)
}

// Accounts implements access.Tx.
func (tx *Tx) Accounts(s access.Scope) ([]access.Account, error) {
	return all(tx, scanAccount, "SELECT "+accountColumns+" FROM accounts WHERE ($1 = 1 OR org = $2) ORDER BY login", flag(s.All), s.Org)
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
	joined, totp := strings.Join(roles, " "), base64.StdEncoding.EncodeToString(a.TOTP)
	if a.Version == 0 {
		_, err := tx.exec("INSERT INTO accounts ("+accountColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)",
			a.ID, a.Login, a.Name, a.Org, joined, flag(a.Suspended), flag(a.Demo), a.Password, totp, a.TOTPStep, a.Failures, int64(a.LockedTil))
		return err
	}
	return changed(tx.exec(`UPDATE accounts SET login = $1, name = $2, org = $3, roles = $4, suspended = $5, password = $6, totp = $7,
		version = version + 1 WHERE id = $8 AND version = $9`,
		a.Login, a.Name, a.Org, joined, flag(a.Suspended), a.Password, totp, a.ID, a.Version))
}

// PutSignIn implements access.Tx.
func (tx *Tx) PutSignIn(a *access.Account) error {
	return changed(tx.exec("UPDATE accounts SET failures = $1, locked_til_ms = $2, totp_step = $3 WHERE id = $4",
		a.Failures, int64(a.LockedTil), a.TOTPStep, a.ID))
}

const sessionColumns = "id, hash, account, stage, started_ms, last_seen_ms, agent, address"

func scanSession(s scanner) (x access.Session, err error) {
	err = s.Scan(&x.ID, &x.Hash, &x.Account, &x.Stage, &x.Started, &x.LastSeen, &x.Agent, &x.Address)
	return x, err
}

// SessionByHash implements access.Tx.
func (tx *Tx) SessionByHash(hash string) (*access.Session, error) {
	return single(tx, accessMissing(), scanSession, "SELECT "+sessionColumns+" FROM sessions WHERE hash = $1", hash)
}

// PutSession implements access.Tx.
func (tx *Tx) PutSession(s *access.Session) error {
	_, err := tx.exec("INSERT INTO sessions ("+sessionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		s.ID, s.Hash, s.Account, s.Stage, int64(s.Started), int64(s.LastSeen), s.Agent, s.Address)
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
