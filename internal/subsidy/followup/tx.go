package followup

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"
)

// Tx is what this package needs of one transaction. What is not there, or not
// within the scope, is fault.NotFound (subsidy.not_found).
type Tx interface {
	subsidy.Tx

	PutSample(*Sample) error
	Sample(id string) (*Sample, error)
	Samples(policy string) ([]Sample, error) // "" of any; the last first
	PutFinding(*Finding) error
	Findings(claim string) ([]Finding, error) // in their order

	Clawback(id string, s access.Scope) (*Clawback, error)
	Clawbacks(Filter, access.Scope) ([]Clawback, int, error)
	PutClawback(*Clawback) error // what is beside its Case; inserts, or sets Number, Issued, Decider, Returned and Told
	NextClawbackNumber(year int) (int, error)
	Receipts(clawback string) ([]Receipt, error) // in their order
	PutReceipt(*Receipt) error
}

// Store opens transactions. What a closure did is kept when it returns nil, all of
// it or nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Filter says which clawbacks; what is zero leaves all.
type Filter struct {
	Stage         workflow.Stage
	Policy        string
	Payee         string
	Claim         string
	Open          bool            // not over
	Late          bool            // the day has passed
	Mine          *workflow.Actor // that wait for this one
	Untold        bool            // nobody was told that the day has passed
	On            civil.Date      // today; needed by Late
	Newest        bool            // the newest first; else by id
	Limit, Offset int             // 0: all
}
