package access

import (
	"context"

	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
)

// Tx is what this package needs of one transaction. Errors of its own kind are
// fault.NotFound (access.not_found) and fault.Conflict (access.taken: the login or
// name is in use; access.changed: somebody changed it meanwhile).
type Tx interface {
	Org(id string) (*Org, error)
	Orgs(Scope) ([]Org, error)
	PutOrg(*Org) error // inserts at Version 0, else replaces that version

	Account(id string) (*Account, error)
	AccountByLogin(login string) (*Account, error)
	Accounts(Scope) ([]Account, error)
	CountAccounts() (int, error)
	PutAccount(*Account) error // inserts at Version 0, else replaces that version
	PutSignIn(*Account) error  // keeps Failures, LockedTil, TOTPStep only
	SessionByHash(hash string) (*Session, error)
	PutSession(*Session) error
	TouchSession(id string, now civil.Instant) error
	EndSession(id string) error
	EndSessions(account, except string) error // all of the account but one; "" none is spared

	Audit(audit.Entry) error // gives it its place in the chain
}

// Store opens transactions. What a closure did is kept when it returns nil, all of
// it or nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Hasher keeps passwords as hashes that take time to guess.
type Hasher interface {
	Hash(password string) (string, error)
	Matches(hash, password string) (bool, error)
}
