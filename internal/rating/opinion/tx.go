package opinion

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/rating"
)

// Tx is what this package needs of one transaction.
type Tx interface {
	OrgsAmong(ids []string) ([]access.Org, error)
	SweepScores(before civil.Instant) error
}

// Store opens transactions.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Neighbours are what others know that a rating of an application hangs on.
type Neighbours struct {
	// Referral returns a referral within scope; fault.NotFound when there is none.
	Referral func(tx Tx, id string, scope access.Scope) (*Referral, error)
	// Standing tells how a consent stands now.
	Standing func(tx Tx, consent string) (*Standing, error)
	// Read reads what models look at about a firm, for the caller's organisation.
	Read func(ctx context.Context, c access.Caller, firm string, panel *rating.Panel) (*rating.Known, error)
}
