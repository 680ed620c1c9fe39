package city

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/party"
	"changrong/internal/rating"
)

// Tx is what this package needs of one transaction. What is not there, or not within the
// scope, is fault.NotFound (rating.not_found).
type Tx interface {
	Org(id string) (*access.Org, error)
	OrgsOfKind(access.OrgKind) ([]access.Org, error) // not closed, by name

	InUse() ([]rating.Model, error) // active ones and shadows, by name and edition
	Model(id string) (*rating.Model, error)
	AddScore(*rating.Kept) error

	OpenFirms(after string, n int) ([]party.Firm, error) // by code, after one; without persons
	CountOpenFirms() (int64, error)

	PutRatingRun(*Run) error // inserts at Version 0, else replaces that version
	RatingRun(id string) (*Run, error)
	RatingRuns(n, offset int) ([]Run, int, error) // the last asked first
	RatingRunUnderWay() (*Run, error)             // nil: none is
	RatingRunBefore(*Run) (*Run, error)           // the last that is done; nil: none is

	AddPiece(*Piece) error
	Pieces(run string, after, n int) ([]Piece, error) // by number, after one
	PieceOf(run, firm string) (*Piece, error)         // that the firm is in, or would be

	PutWhiteList(*List) error // inserts at Version 0, else replaces that version
	WhiteList(id string) (*List, error)
	WhiteLists(ListFilter) ([]List, int, error) // the last changed first
	AddListed(list string, firms []string) error
	// Listed are the firms on a list that consent to be named by an organisation at an
	// instant and are open, by code; and how many there are.
	Listed(list, org string, now civil.Instant, n, offset int) ([]Listed, int, error)
	ListsOf(firm string, today civil.Date) ([]List, error) // that are valid, by name

	Enqueue(event.Job) error
	Emit(event.Event) error
	Audit(audit.Entry) error
}

// Store opens transactions. What a closure did is kept when it returns nil, all of it or
// nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Piece is what a run keeps of some firms that come one after another.
type Piece struct {
	Run         string
	No          int
	First, Last string // firms
	Sealed      []byte // []Row
}

// ListFilter says which white lists; what is zero leaves all.
type ListFilter struct {
	State         ListState
	ValidOn       civil.Date // published, and valid on that day
	Limit, Offset int
}
