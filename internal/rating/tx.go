package rating

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
)

// Tx is what this package needs of one transaction. What is not there, or not within the
// scope, is fault.NotFound (rating.not_found).
type Tx interface {
	Model(id string) (*Model, error)
	Models(ModelFilter) ([]Model, int, error) // the last changed first, without cards and reports
	PutModel(*Model) error                    // inserts at Version 0, else replaces that version
	LastEdition(name string) (int64, error)   // 0: of the name there is none
	InUse() ([]Model, error)                  // active ones and shadows, by name and edition

	AddScore(*Score) error
	Score(id string, s access.Scope) (*Score, error)
	Scores(ScoreFilter, access.Scope) ([]Score, int, error) // the last first, without inputs
	// EachScore gives the scores of a model made from one instant to before another, the
	// first first.
	EachScore(model string, from, to civil.Instant, visit func(*Score) error) error

	Emit(event.Event) error
	Audit(audit.Entry) error
}

// Store opens transactions.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// ModelFilter is which models a list has.
type ModelFilter struct {
	Name          string
	State         State
	Limit, Offset int
}

// ScoreFilter is which scores a list has. Shadows are only there when they are asked for.
type ScoreFilter struct {
	Firm, Model, Subject string
	Shadow               bool
	Limit, Offset        int
}
