package subsidy

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/ledger"
	"changrong/internal/workflow"
)

// Tx is what this package needs of one transaction. What is not there, or not
// within the scope, is fault.NotFound (subsidy.not_found).
type Tx interface {
	workflow.Tx
	ledger.Tx

	Orgs(access.Scope) ([]access.Org, error)

	ClaimRules(policy string) (*Rules, error) // nil when nobody has set any
	PutClaimRules(*Rules) error               // inserts at Version 0, else replaces that version

	Claim(id string, s access.Scope) (*Claim, error)
	Claims(ClaimFilter, access.Scope) ([]Claim, int, error)
	LiveClaim(policy, period, item, payee string) (*Claim, error) // nil when there is none
	ClaimOfRun(run, item, payee string) (*Claim, error)           // nil when there is none
	PutClaim(*Claim) error                                        // what is beside its Case; inserts, or sets Notice, Note, Computed and Live
	SumClaims(ClaimFilter, access.Scope) ([]Sum, error)

	PutClaimRun(*RunState) error
	ClaimRun(id string) (*RunState, error)                 // nil when there is none
	LastClaimRun(policy, period string) (*RunState, error) // nil when there is none

	PayeeAccount(payee string, s access.Scope) (*PayeeAccount, error) // nil when there is none
	PayeeAccounts(s access.Scope, limit, offset int) ([]PayeeAccount, int, error)
	PutPayeeAccount(*PayeeAccount) error // inserts at Version 0, else replaces that version

	Notice(id string) (*Notice, error)
	Notices(limit, offset int) ([]Notice, int, error)
	NoticeLines(id string) ([]NoticeLine, error)
	AddNotice(*Notice, []NoticeLine) error
	Objection(id string) (*Objection, error)
	Objections(ObjectionFilter) ([]Objection, int, error)
	PutObjection(*Objection) error // inserts at Version 0, else replaces that version

	PaymentOrder(id string) (*PaymentOrder, error)
	PaymentOrders(OrderFilter) ([]PaymentOrder, int, error)
	PutPaymentOrder(*PaymentOrder) error // what is beside its Case; inserts, or sets Released
	NextOrderNumber(year int) (int, error)
	OrderLine(id string) (*OrderLine, error)
	OrderLines(LineFilter) ([]OrderLine, error)
	PutOrderLine(*OrderLine) error // inserts, or sets State, Receipt and PaidOn

	// FundLines returns lines of the bank for some days, and how many there are.
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

// Sealer keeps what is secret out of the database's files: a bank account's
// number. Place names what it belongs to; opened for another, it is refused.
type Sealer interface {
	Seal(plain []byte, place string) ([]byte, error)
	Open(sealed []byte, place string) ([]byte, error)
}

// ClaimFilter says which claims; what is zero leaves all.
type ClaimFilter struct {
	Stages  []workflow.Stage
	Policy  string
	Period  string
	Item    string
	Org     string // who filed it
	Payee   string
	Notice  string
	Origin  Origin
	Late    bool            // should have been dealt with before On
	On      civil.Date      // today; needed by Late and Due
	Due     bool            // On is after the clock's last day
	Mine    *workflow.Actor // that wait for this one
	Ready   bool            // approved, and on no open payment order
	Newest  bool            // the newest first; else by id
	Limit   int             // 0: all
	Offset  int
	AfterID string // only those with a greater id
}

// Sum is how many claims there are at a stage of an item, and what they come to.
type Sum struct {
	Stage    workflow.Stage `json:"stage"`
	Item     string         `json:"item"`
	Title    string         `json:"item_title"`
	Claims   int64          `json:"claims"`
	Amount   int64          `json:"amount_fen"`
	Computed int64          `json:"computed_fen"`
	Kept     int64          `json:"paid_fen"` // what payees have of it: paid, less what came back
}

// ObjectionFilter says which objections; what is zero leaves all.
type ObjectionFilter struct {
	Notice        string
	Claim         string
	Open          bool
	Limit, Offset int
}

// OrderFilter says which payment orders; what is zero leaves all.
type OrderFilter struct {
	Policy        string
	Stage         workflow.Stage
	Limit, Offset int
}

// LineFilter says which lines of payment orders; what is zero leaves all.
type LineFilter struct {
	Order, Claim string
	State        LineState
}
