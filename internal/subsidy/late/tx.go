package late

import (
	"context"

	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"
)

// Tx is what this package needs of one transaction. What is not there is
// fault.NotFound.
type Tx interface {
	// LateCases returns cases that wait for somebody and whose last day was before on,
	// by id, only those with a greater id than after.
	LateCases(on civil.Date, after string, limit int) ([]workflow.Case, error)
	Owners(of string) ([]workflow.Owner, error)
	Waiting(who workflow.Actor, on civil.Date, q workflow.WaitingQuery) ([]workflow.Waiting, int, error)
	Years() ([]workflow.Year, error) // of working days, those that were put in

	Objections(subsidy.ObjectionFilter) ([]subsidy.Objection, int, error)
	Notice(id string) (*subsidy.Notice, error)
	ClaimRules(policy string) (*subsidy.Rules, error) // nil when nobody has set any

	// Remind tells whether nobody has been reminded under this key, and notes it.
	Remind(key string, now civil.Instant) (fresh bool, err error)
	Reminded(key string) (bool, error)
	Emit(event.Event) error
}

// Store opens transactions. What a closure did is kept when it returns nil, all of
// it or nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}
