package settlement

import (
	"changrong/internal/base/money"
)

// Line is one row of one item with every step of its waterfall. A count has base
// 1 and an item without a rate has rate 0.
type Line struct {
	Item          string
	PayeeID       string
	InstitutionID string
	SubjectID     string
	EnterpriseID  string
	Base          int64      // step 4, fen
	LimitedBase   int64      // step 5, fen
	Rate          money.Rate // step 6
	Amount        money.Fen  // step 6
	Deducted      money.Fen  // what deduct_paid subtracted from Amount
	Capped        money.Fen  // step 7
	Pooled        money.Fen  // step 8
	Paid          money.Fen  // step 9
}

// Total is a payee's share of an item.
type Total struct {
	Item    string    `json:"item"`
	PayeeID string    `json:"payee_id"`
	Rows    int64     `json:"rows"`
	Base    int64     `json:"base_fen"`   // Σ bases before the limit
	Amount  money.Fen `json:"amount_fen"` // Σ after step 7
	Pooled  money.Fen `json:"pooled_fen"` // Σ after step 8
	Paid    money.Fen `json:"paid_fen"`   // after step 9
}

// Reason says why a row is set aside or excluded; stable.
type Reason string

// Why a row is set aside: it waits for a fact or for a decision.
const (
	UnknownFact   Reason = "unknown_fact"   // a condition hangs on a fact nobody knows; Detail names the facts
	GateUnknown   Reason = "gate_unknown"   // the gate cannot be computed
	UnknownBase   Reason = "unknown_base"   // the amount it is reckoned from is unknown; Detail names the facts
	MonthGap      Reason = "month_gap"      // month-end balances of an open note are missing; Detail names the months
	NotComputable Reason = "not_computable" // a daily average without the note's events
	Undecided     Reason = "undecided"      // an open term nobody has decided
	NoClaim       Reason = "no_claim"       // the pool is paid by queue and the row has no complete claim
)

// Why a selected row is not paid.
const (
	LostTo     Reason = "lost_to"     // another item of the exclusion group keeps it; Detail names the item
	OtherBank  Reason = "other_bank"  // another institution is kept; Detail names it
	GateFailed Reason = "gate_failed" // the payee does not qualify; see Gates
	// FirstElsewhere: another bank's attested note to the same first-loan borrower
	// came first; Detail names that bank.
	FirstElsewhere Reason = "first_loan_elsewhere"
)

// Aside is a row that waits, or one that is excluded.
type Aside struct {
	Item          string
	InstitutionID string
	SubjectID     string
	EnterpriseID  string
	Reason        Reason
	// Detail is the names that Reason speaks of, in byte order, joined by ";".
	Detail string
}

// GateValue is what a payee showed at the gate of an item.
type GateValue struct {
	Item    string `json:"item"`
	PayeeID string `json:"payee_id"`
	Passed  bool   `json:"passed"`
	Known   bool   `json:"known"`
	// Of AboveAverage: the balances at start and end, those of all institutions
	// together, and how many institutions the mean is over.
	Start        money.Fen `json:"start_fen"`
	End          money.Fen `json:"end_fen"`
	SumStart     money.Fen `json:"sum_start_fen"`
	SumEnd       money.Fen `json:"sum_end_fen"`
	Institutions int64     `json:"institutions"`
}

// PoolUse is what became of a pool.
type PoolUse struct {
	Pool      string    `json:"pool"`
	Allocator string    `json:"allocator"`
	Limited   bool      `json:"limited"`       // false: no budget row, unlimited
	Budget    money.Fen `json:"budget_fen"`    // when Limited
	Requested money.Fen `json:"requested_fen"` // Σ after step 7
	Pooled    money.Fen `json:"pooled_fen"`    // Σ after step 8
	Paid      money.Fen `json:"paid_fen"`      // Σ after step 9
	// Rate is, of scale_rate when the pool was too small, the highest rate paid.
	Rate money.Rate `json:"rate_ppb"`
}

// Measured is an indicator's value.
type Measured struct {
	Indicator string
	Known     bool
	Value     int64
	Rows      int64 // rows that count
	Unknown   int64 // rows left out because a fact is unknown
	Met       bool  // when there is a target and the value is known
}

// Result is all of it. Every list is sorted by its fields in their order, byte
// order: Lines by item, payee, institution, subject.
type Result struct {
	Lines      []Line
	Totals     []Total
	SetAside   []Aside
	Excluded   []Aside
	Gates      []GateValue
	Pools      []PoolUse
	Indicators []Measured
}
