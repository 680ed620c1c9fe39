package access

import (
	"context"

	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
)

// Tx is what this package needs of one transaction. Errors of its own kind are
// fault.NotFound (access.not_found) and fault.Conflict (store.taken: the login or
// name is in use; store.changed: somebody changed it meanwhile).
type Tx interface {
	Org(id string) (*Org, error)
	OrgByCode(k OrgKind, uscc string) (*Org, error)
	Orgs(Scope) ([]Org, error)             // institutions; an enterprise is within its own scope alone
	OrgsAmong(ids []string) ([]Org, error) // those that there are
	PutOrg(*Org) error                     // inserts at Version 0, else replaces that version

	Account(id string) (*Account, error)
	AccountByLogin(login string) (*Account, error)
	Accounts(Scope, AccountFilter) ([]Account, int, error)
	CountAccounts() (int, error)
	PutAccount(*Account) error     // inserts at Version 0, else replaces that version but for the credentials
	PutCredentials(*Account) error // replaces all that PutAccount leaves

	Session(id string) (*Session, error)
	SessionByHash(hash string) (*Session, error)
	Bearer(hash string) (*Bearer, error)        // at once what every request asks for
	Sessions(account string) ([]Session, error) // the last used first
	PutSession(*Session) error
	TouchSession(id string, now civil.Instant) error
	EndSession(id string) error
	EndSessions(account, except string) error // all of the account but one; "" none is spared
	DropSessions(before civil.Instant) error  // those not used since

	Identity(provider, subject string) (*Identity, error)
	Identities(account string) ([]Identity, error) // by provider
	PutIdentity(*Identity) error
	DropIdentity(account, id string) error

	PutFlow(*Flow) error
	TakeFlow(hash string) (*Flow, error) // and removes it
	DropFlows(before civil.Instant) error
	CountFlows() (int, error)

	Audit(audit.Entry) error // gives it its place in the chain
	AuditEntries(audit.Filter) ([]audit.Entry, int, error)
	AuditAfter(seq int64, f audit.Filter) ([]audit.Entry, error) // in order, from the first after seq
	EachAuditEntry(func(*audit.Entry) error) error               // in order, from the first
	ChainWith(suite string) (before string, err error)
}

// Store opens transactions. What a closure did is kept when it returns nil, all of
// it or nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Glance(context.Context, func(Tx) error) error // as Read, for one statement
	Write(context.Context, func(Tx) error) error
}

// Hasher keeps passwords as hashes that take time to guess.
type Hasher interface {
	Hash(password string) (string, error)
	Matches(hash, password string) (bool, error)
}

// Factor makes second factors (TOTP, RFC 6238) and reads their codes.
type Factor interface {
	// New returns a new secret.
	New() []byte
	// Link returns what an authenticator's camera reads to learn the secret.
	Link(secret []byte, login string) string
	// Step returns the time step around now, one earlier or later included, that code
	// is of.
	Step(secret []byte, code string, now civil.Instant) (step int64, right bool)
}

// Sealer makes what is kept unreadable without the platform's keys. What was sealed
// in one place (table, column, id) does not open in another.
type Sealer interface {
	Seal(plain []byte, place string) ([]byte, error)
	Open(sealed []byte, place string) ([]byte, error)
}
