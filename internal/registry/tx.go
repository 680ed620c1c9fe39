package registry

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/event"
	"changrong/internal/fact"
	"changrong/internal/party"
)

// Tx is what this package needs of one transaction. What is not there is
// fault.NotFound (registry.not_found).
type Tx interface {
	Org(id string) (*access.Org, error)
	// EnterprisesByCode returns the organisations of kind enterprise with these codes,
	// by code.
	EnterprisesByCode(codes []string) (map[string]string, error)
	// Seated returns the organisation that a department of the catalogue is; "" none.
	Seated(department string) (org string, err error)

	Firm(uscc string) (*Kept, error)
	FirmsByCode(codes []string) ([]Kept, error)
	// Firms are those that f leaves in, by core name, and how many there are, of which
	// at most f.Count and one are counted.
	Firms(f Filter) ([]Kept, int, error)
	PutFirms([]Kept) error // inserts them, or replaces those of their codes

	AddImport(*Import) error
	PutImport(*Import) error // replaces the same version. Errors: store.changed
	Import(id string, s access.Scope) (*Import, error)
	Imports(s access.Scope, limit, offset int) ([]Import, int, error) // the latest first, without findings

	Audit(audit.Entry) error
	Emit(event.Event) error
	Enqueue(event.Job) error
}

// Store opens transactions. What a closure did is kept when it returns nil, all of
// it or nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Sealer makes what is kept unreadable without the platform's keys. What was sealed
// in one place does not open in another.
type Sealer interface {
	Seal(plain []byte, place string) ([]byte, error)
	Open(sealed []byte, place string) ([]byte, error)
}

// Files reads files of the registry.
type Files interface {
	// Read reads a file of party.Register: what is wrong or odd goes to report, the rows
	// without an error to fn, in order. It fails where the file as a whole is unreadable.
	Read(ctx context.Context, f *File, report func(fact.Finding), fn func(*fact.Batch) error) error
}

// Kept is a firm as it is kept: the name of its legal representative is in Sealed.
type Kept struct {
	party.Firm
	Sealed []byte // nil where there is none

	fresh bool // the registry did not have it
}

// Filter says which firms; what is zero leaves all.
type Filter struct {
	Code   string // the beginning of a credit code
	Core   string // the beginning of what is left of a name without its place (party.Core)
	Name   string // the beginning of the name itself
	Status string
	Count  int // how many are counted
	Limit  int
	Offset int
}
