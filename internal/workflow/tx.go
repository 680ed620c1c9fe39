package workflow

import "changrong/internal/base/civil"

// Tx is what this package needs of one transaction. What is not there is
// fault.NotFound (workflow.not_found).
type Tx interface {
	Case(id string) (*Case, error)
	PutCase(*Case) error // inserts at Version 0, else replaces that version; counts Version up
	Decisions(of string) ([]Decision, error)
	AddDecision(*Decision) error
	PutOwners(of string, owners []Owner) error // instead of those it had
	Owners(of string) ([]Owner, error)

	Waiting(who Actor, on civil.Date, q WaitingQuery) ([]Waiting, int, error)

	Comments(of string, inside bool) ([]Comment, error)
	AddComment(*Comment) error
	Attachments(of string) ([]Attachment, error)
	Attachment(id string) (*Attachment, error)
	PutAttachment(*Attachment) error // inserts, or sets Dropped

	Years() ([]Year, error) // those that were put in
	PutYear(*Year) error    // inserts at Version 0, else replaces that version
}

// WaitingQuery says which of the cases that wait for somebody.
type WaitingQuery struct {
	Kind          string // "" any
	Late          bool   // only those that are
	Limit, Offset int
}

// Waiting is a case that waits for somebody.
type Waiting struct {
	Case
	IsLate bool `json:"late"`
}
