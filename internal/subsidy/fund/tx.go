package fund

import (
	"context"

	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/ledger"
)

// Tx is what this package needs of one transaction.
type Tx interface {
	ledger.Books

	FundProposal(id string) (*Proposal, error) // fund.no_proposal
	// FundProposals returns those in a state ("" any), the last prepared first, and
	// how many there are in all.
	FundProposals(state State, limit, offset int) ([]Proposal, int, error)
	PutFundProposal(*Proposal) error // inserts at Version 0, else replaces that version

	FundImportByDigest(digest string) (*Import, error) // nil when there is none
	FundImports(limit, offset int) ([]Import, int, error)
	PutFundImport(*Import) error
	// PutFundLine keeps a line of the bank, and tells whether it was known before;
	// then nothing is kept.
	PutFundLine(ledger.BankLine) (known bool, err error)
	// FundLines returns the lines of some days, by day, import and line.
	FundLines(days civil.Range, limit, offset int) ([]ledger.BankLine, int, error)

	Audit(audit.Entry) error
	Emit(event.Event) error
}

// Store opens transactions. What a closure did is kept when it returns nil, all of
// it or nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}
