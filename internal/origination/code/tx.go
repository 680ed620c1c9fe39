package code

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// Tx is what this package needs of one transaction. What is not there, or not within
// the scope, is fault.NotFound (code.not_found).
type Tx interface {
	Org(id string) (*access.Org, error)

	Code(id string, s access.Scope) (*Code, error)
	Codes(Filter, access.Scope) ([]Row, int, error) // the newest first
	CodeAt(c *Code) (*Code, error)                  // the one not revoked of the same organisation, place and title; nil when there is none
	AddCode(*Code) error
	RevokeCode(*Code) error // replaces that version's Revoked, RevokedBy and Why
	NextCodeNumber(start string) (int64, error)

	MarkCode(id string, step Step, mark string, on civil.Date) (first bool, err error)
	CountCode(id string, on civil.Date, step Step, amount money.Fen) error
	CodeDays(id string, from, to civil.Date) ([]Day, error) // in order, those with something
	SweepCodeMarks(before civil.Date) error                 // of scans

	Audit(audit.Entry) error
}

// Store opens transactions.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Filter is which codes a list has.
type Filter struct {
	Org           string
	Kind          Kind
	Place         Place
	State         State      // "" any
	Text          string     // in the title or the number
	On            civil.Date // today, for State
	Limit, Offset int
}

// Row is a code with what came of it so far.
type Row struct {
	Code
	Counts
}
