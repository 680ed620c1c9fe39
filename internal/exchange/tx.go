package exchange

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
)

// Tx is what this package needs of one transaction. What is not there, or not
// within the scope, is fault.NotFound (exchange.not_found). Within an enterprise's
// scope is what is about the firm; within another's, what it was given, read, or
// publishes as a department.
type Tx interface {
	Org(id string) (*access.Org, error)
	OrgOfFirm(uscc string) (*access.Org, error) // of kind enterprise; nil when there is none

	Consent(id string, s access.Scope) (*Consent, error)
	Consents(ConsentFilter, access.Scope) ([]Consent, int, error) // without their texts
	ConsentsFor(firm, recipient string, p Purpose) ([]Consent, error)
	AddConsents([]*Consent) error
	EndConsent(id string, at civil.Instant) error // sets Withdrawn

	Copies(firm string, datasets []string) ([]Copy, error)
	PutCopy(*Copy) error // instead of the one before, with its findings
	DropCopies(firm string, datasets []string) error
	// SweepCopies drops those fetched before old; and those not fresh any more of firms
	// of which no consent is valid on a day, where they came by consent.
	SweepCopies(old, now civil.Instant) error

	AddReadings([]Reading) error
	Readings(ReadingFilter, access.Scope) ([]Reading, int, error)
	Uses(since civil.Instant, s access.Scope) ([]Use, error)
	Quality(s access.Scope) ([]Quality, error)
	// SweepRecords drops readings, and consents that were over, before an instant.
	SweepRecords(before civil.Instant) error

	DataDepartments() ([]Seat, error)
	PutDataDepartment(department, org string) error

	Audit(audit.Entry) error
	Emit(event.Event) error
}

// Store opens transactions. What a closure did is kept when it returns nil, all of
// it or nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Sealer makes what is kept unreadable without the platform's keys. What was sealed
// in one place does not open in another.
type Sealer interface {
	Seal(plain []byte, place string) ([]byte, error)
	Open(sealed []byte, place string) ([]byte, error)
}

// ConsentFilter says which consents; what is zero leaves all. Lists are the newest
// first.
type ConsentFilter struct {
	Firm, Recipient string
	Text            string // a firm's code, or part of its name
	Purpose         Purpose
	Live            civil.Instant // valid then; 0: all
	Oldest          bool          // the oldest first
	Limit, Offset   int
}

// ReadingFilter says which readings; what is zero leaves all.
type ReadingFilter struct {
	Firm, Reader, Dataset, Department, Consent string
	Text                                       string // a firm's code, or part of its name
	Purpose                                    Purpose
	Outcome                                    Outcome
	Given                                      bool // only those that gave something
	Others                                     bool // without the firms' own
	Since, Until                               civil.Instant
	Oldest                                     bool
	Limit, Offset                              int
}

// Use is how often somebody read a dataset.
type Use struct {
	Dataset string        `json:"dataset"`
	Reader  string        `json:"reader"`
	Name    string        `json:"reader_name"`
	Purpose Purpose       `json:"purpose"`
	Firms   int64         `json:"firms"`
	Given   int64         `json:"given"`
	Refused int64         `json:"refused"`
	Away    int64         `json:"away"` // the department did not answer, or not as it should
	Last    civil.Instant `json:"last_ms"`
}

// Quality is how a rule does over the copies that are kept.
type Quality struct {
	Dataset string `json:"dataset"`
	Rule    string `json:"rule"`
	Firms   int64  `json:"firms"` // whose copies break it
	Records int64  `json:"records"`
	Checked int64  `json:"checked"` // copies of the dataset
}

// Seat says which organisation on the platform a department of the catalogue is.
type Seat struct {
	Department
	Org     string `json:"org"` // "": none
	OrgName string `json:"org_name"`
}
