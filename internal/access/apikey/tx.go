package apikey

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
)

// Tx is what this package needs of one transaction. Errors of its own kind are
// fault.NotFound (apikey.not_found) and fault.Conflict (store.changed).
type Tx interface {
	Org(id string) (*access.Org, error)
	Key(access.Scope, string) (*Key, error)
	Keys(access.Scope) ([]Key, error) // the newest first
	PutKey(*Key) error                // inserts at Version 0, else replaces that version
	// UseNonce notes that key has signed with nonce; false when it has before.
	UseNonce(key, nonce string, til civil.Instant) (bool, error)
	SweepNonces(before civil.Instant) error

	Audit(audit.Entry) error
}

// Store opens transactions.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Sealer makes a secret unreadable without the platform's keys; what was sealed for
// one place opens there only.
type Sealer interface {
	Seal(plain []byte, place string) ([]byte, error)
	Open(sealed []byte, place string) ([]byte, error)
}
