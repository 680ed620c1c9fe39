package match

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/loanbook/through"
	"changrong/internal/reporting"
)

// Tx is what this package needs of one transaction. What is not there, or not within
// the scope, is fault.NotFound (through.not_found).
type Tx interface {
	ThroughLoan(id string, s access.Scope) (*through.Loan, error)
	// ThroughNote returns the loan with a bank's note number, nil when there is none.
	ThroughNote(bank, noteNo string) (*through.Loan, error)
	// ThroughLoans returns a part of the list, the last drawn first unless f.Oldest, and how many
	// there are in all.
	ThroughLoans(Filter, access.Scope) ([]through.Loan, int, error)
	ThroughCounts(access.Scope) ([]Count, error)
	AddThroughLoan(*through.Loan) error
	AddThroughWord(loan string, w *through.Word, at civil.Instant) error
	PutThroughMatch(*through.Loan) error // its Match

	Current(orgs []string) ([]reporting.Submission, error)

	Enqueue(event.Job) error
	Emit(event.Event) error
	Audit(audit.Entry) error
}

// Filter says which loans; what is zero leaves all.
type Filter struct {
	Bank          string
	Month         civil.Month // in which it was drawn
	Until         civil.Date  // drawn at the latest
	State         through.State
	Open          bool   // something is to be done
	Text          string // part of the firm's name; the number of a note or contract, or a credit code
	Oldest        bool   // in the order in which they were entered
	Offset, Limit int    // Limit 0: all
}

// Count is how the loans of one bank and month agree.
type Count struct {
	Bank     string `json:"bank"`
	BankName string `json:"bank_name"`
	Month    string `json:"month"`
	Loans    int64  `json:"loans"`
	Agrees   int64  `json:"agrees"`
	Differs  int64  `json:"differs"`
	Missing  int64  `json:"missing"`
	Renamed  int64  `json:"renamed"`
	Waiting  int64  `json:"waiting"`
}

// Store opens transactions. What a closure did is kept when it returns nil, all of
// it or nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Reader reads what banks handed in.
type Reader interface {
	// Notes calls f with each note in parts, which are of one bank.
	Notes(ctx context.Context, parts []reporting.SnapshotPart, f func(*through.Note)) error
}
