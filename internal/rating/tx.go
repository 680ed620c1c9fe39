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

	AddScore(*Kept) error
	Score(id string, s access.Scope) (*Kept, error)
	Scores(ScoreFilter, access.Scope) ([]Kept, int, error) // the last first
	// ScoresBetween are the scores of a model made from one instant to before another, by
	// id, after the id that is given.
	ScoresBetween(model string, from, to civil.Instant, after string, n int) ([]Kept, error)
	// SharedScores are the scores that two models gave to the same firms at the same moments
	// about the same, the last first.
	SharedScores(a, b string, n int) ([][2]Kept, error)

	Emit(event.Event) error
	Audit(audit.Entry) error
}

// Kept is a score as it is kept: what was said is sealed.
type Kept struct {
	Score
	Sealed []byte
}

// Sealer makes what is kept unreadable without the platform's keys. What was sealed in one
// place does not open in another.
type Sealer interface {
	Seal(plain []byte, place string) ([]byte, error)
	Open(sealed []byte, place string) ([]byte, error)
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
