package origination

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/workflow"
)

// Tx is what this package needs of one transaction. What is not there, or not
// within the scope, is fault.NotFound (origination.not_found).
type Tx interface {
	workflow.Tx

	Org(id string) (*access.Org, error)
	Account(id string) (*access.Account, error)
	OrgsAmong(ids []string) ([]access.Org, error) // those that there are

	OriginationRules() (*Rules, error) // nil when nobody has set any
	PutOriginationRules(*Rules) error  // inserts at Version 0, else replaces that version

	DropDraftOf(org, id string) error // if there is one
	AddApplication(*Application) error
	ApplicationByKey(org, key string) (*Application, error) // nil when there is none
	// ApplicationsBefore tells what a firm has handed in: the id of the application with a
	// key, "" when there is none, and how many are open.
	ApplicationsBefore(org, key string) (id string, open int, err error)
	Application(id string, s access.Scope) (*Application, error)
	Applications(ApplicationFilter, access.Scope) ([]Application, int, error)
	PutApplication(*Application) error // replaces that version: state, offer, targets, times
	ForgetContacts(before civil.Instant) error

	// Referral and Referrals: a scope covers those of a bank, and those of a firm.
	Referral(id string, s access.Scope) (*Referral, error)
	Referrals(ReferralFilter, access.Scope) ([]Referral, int, error)
	PutReferral(*Referral) error // what is beside its Case
	NextReferral(bank string) (int64, error)
	SealedContact(application string) ([]byte, error)
	// ApplicationPapers are files that every bank of an application sees; their Case is the application.
	ApplicationPapers(application string) ([]workflow.Attachment, error)
	AddApplicationPaper(*workflow.Attachment) error

	Offer(id string, s access.Scope) (*Offer, error)
	Offers(referral string) ([]Offer, error) // the first first
	PutOffer(*Offer) error                   // inserts, or sets State and Accepted

	Agreement(referral string) (*Agreement, error) // nil when there is none
	PutAgreement(*Agreement) error
	Drawdown(bank, noteNo string) (*Drawdown, error) // nil when there is none
	Drawdowns(referral string) ([]Drawdown, error)
	AddDrawdown(*Drawdown) error
	LoanReports(referral string) ([]Report, error)
	AddLoanReport(*Report) error

	OriginationFigures(FigureFilter) (*Figures, error)

	Audit(audit.Entry) error
	Emit(event.Event) error
}

// Store opens transactions. What a closure did is kept when it returns nil, all of
// it or nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Sealer keeps what is personal out of the database's files. Place names what it
// belongs to; opened for another, it is refused.
type Sealer interface {
	Seal(plain []byte, place string) ([]byte, error)
	Open(sealed []byte, place string) ([]byte, error)
}

// Consents are kept elsewhere (package exchange), in the transactions that are given.
type Consents interface {
	// Prepare checks what the caller's firm lets each bank read for loan_application, and
	// writes nothing: the transaction may be for reading.
	Prepare(tx Tx, c access.Caller, asked []Asked) (Given, error)
	// Told tells the firm and the bank that a consent came with an application.
	Told(tx Tx, x Agreed) error
	// Standing tells how a consent stands now.
	Standing(tx Tx, id string) (Standing, error)
}

// Given are consents that have been checked.
type Given interface {
	IDs() []string // in the order they were asked for
	// Keep keeps them, in one transaction with what they are given for.
	Keep(tx Tx, c access.Caller) error
}

// Asked is one consent as it is given with an application.
type Asked struct {
	Datasets []string   `json:"datasets" maxItems:"50" doc:"ids of the catalogue"`
	Personal bool       `json:"personal,omitempty" doc:"单独同意: what is personal is shown whole"`
	SHA256   string     `json:"text_sha256" doc:"of the text that was shown to whom agrees (get-consent-text)"`
	Expires  civil.Date `json:"expires_on" doc:"its last day"`
	Channel  string     `json:"channel,omitempty" enum:"phone,console,counter" doc:"where it is given"`
	Bank     string     `json:"-"`
}

// Agreed is a consent that came with an application.
type Agreed struct {
	ID             string
	FirmOrg, Firm  string
	Bank, BankName string
	At             civil.Instant
}

// Standing is how a consent stands.
type Standing struct {
	ID       string        `json:"id"`
	State    string        `json:"state" enum:"given,withdrawn,expired,none"`
	Since    civil.Instant `json:"since_ms" doc:"when it was given, withdrawn or ran out"`
	Datasets []string      `json:"datasets"`
}

// Offering is a product that may be applied for, as its bank publishes it.
type Offering struct {
	Product string
	Version int64
	Bank    string
	Name    string
	Phone   string // of the bank, about it
	Papers  []Paper
}

// Paper is one paper that a product asks for.
type Paper struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Needed bool   `json:"needed"`
}

// Registered is what the registry of firms says of one.
type Registered struct {
	Name string
	Open bool
}

// Scanned is a loan code. A bank learns of it where it is its own, or nobody's among
// the banks; another bank's would tell it where the firm came from.
type Scanned struct {
	Org  string // whose it is
	Bank bool   // a bank's
	Name string
}

// Neighbours are what others know that an application touches. Each may be nil: then
// nobody is asked.
type Neighbours struct {
	Consents Consents
	// Offering returns the version of a product that is published now;
	// fault.NotFound when there is none.
	Offering func(tx Tx, product string) (*Offering, error)
	// OfferingAt returns a version, published or not any more.
	OfferingAt func(tx Tx, product string, version int64) (*Offering, error)
	// Firm returns what the registry says; nil when it does not know the firm.
	Firm func(tx Tx, uscc string) (*Registered, error)
	// Code returns the loan code with an id, as somebody scanned it.
	Code func(tx Tx, id string) (*Scanned, error)
}

// ApplicationFilter says which applications; what is zero leaves all.
type ApplicationFilter struct {
	States   []State
	Code     string
	Firm     string // part of its name, or its credit code
	From, To civil.Date
	Idle     civil.Instant // open, without a live referral, and not moved since
	Oldest   bool          // the oldest first
	Limit    int
	Offset   int
}

// Nobody stands for the assignee of referrals that nobody has taken.
const Nobody = "-"

// ReferralFilter says which referrals; what is zero leaves all.
type ReferralFilter struct {
	Application string
	USCC        string
	Bank        string
	Stages      []workflow.Stage
	Assignee    string // Nobody: those that nobody has taken
	Refusal     string
	Late        bool // should have been dealt with before On
	On          civil.Date
	Mine        *workflow.Actor // that wait for this one
	Text        string          // part of the firm's name, its credit code, or the number
	Expired     civil.Instant   // offered, and valid until before this
	Live        bool
	From, To    civil.Date // of being pushed
	Oldest      bool
	Due         bool // what is due first comes first; Oldest goes before it
	Limit       int
	Offset      int
}
