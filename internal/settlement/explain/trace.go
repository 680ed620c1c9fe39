package explain

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
)

// Trace is why the rows asked about get what they get. It is data: Text draws it
// as plain text, an adapter may draw it otherwise.
type Trace struct {
	Policy string      `json:"policy"`
	Scope  civil.Range `json:"scope"`
	Query  Query       `json:"query"`
	Items  []ItemTrace `json:"items"` // those with rows to show, in the order of the pack
	More   int         `json:"more"`  // rows beyond MaxRows, which are not shown
	// Compared tells that there was a stored result; Agrees, that it says the same
	// of every row shown.
	Compared bool `json:"compared"`
	Agrees   bool `json:"agrees"`
}

// ItemTrace is the rows of one item.
type ItemTrace struct {
	ID     string `json:"id"`
	Clause string `json:"clause"`
	Title  string `json:"title"`
	// Total is what the payee asked about gets of it, and Stored what was settled;
	// nil when it gets nothing.
	Total  *settlement.Total `json:"total,omitempty"`
	Stored *settlement.Total `json:"stored,omitempty"`
	Rows   []RowTrace        `json:"rows"`
}

// Outcome is what became of a row.
type Outcome string

// The outcomes.
const (
	Paid        Outcome = "paid"         // it has a line, if only of 0
	Waits       Outcome = "set_aside"    // see Reason
	Excluded    Outcome = "excluded"     // see Reason
	NotSelected Outcome = "not_selected" // a condition fails
	NoBase      Outcome = "no_base"      // there is nothing to reckon from
)

// RowTrace is one row with all it went through. Steps it did not come to are nil.
type RowTrace struct {
	InstitutionID string `json:"institution_id"`
	SubjectID     string `json:"subject_id"`
	EnterpriseID  string `json:"enterprise_id"`
	PayeeID       string `json:"payee_id"`
	Institution   string `json:"institution"` // names, else ids
	Enterprise    string `json:"enterprise"`
	Payee         string `json:"payee"`

	Outcome  Outcome           `json:"outcome"`
	Reason   settlement.Reason `json:"reason"`   // why it waits or is excluded
	Missing  []Words           `json:"missing"`  // the facts, months or decision it waits for
	Sentence Words             `json:"sentence"` // what an official could sign
	Needs    []Words           `json:"needs"`    // what would have to be otherwise

	Conditions []Condition `json:"conditions"`
	Exclusion  *Exclusion  `json:"exclusion"`
	Gate       *Gate       `json:"gate"`
	Base       *Base       `json:"base"`
	Limit      *Sharing    `json:"limit"`
	Term       *Term       `json:"term"`
	Deducted   money.Fen   `json:"deducted_fen"`
	Cap        *Sharing    `json:"cap"`
	Pool       *Pool       `json:"pool"`
	Rounding   *Rounding   `json:"rounding"`
	Paid       money.Fen   `json:"paid_fen"`

	Agrees      bool         `json:"agrees"` // with the stored result, if there is one
	Differences []Difference `json:"differences"`
}

// Condition is one condition as it turned out.
type Condition struct {
	Text     Words        `json:"text"`
	Truth    oracle.Truth `json:"truth"`
	Note     Words        `json:"note"` // why it fails, where the values do not say it
	Values   []Value      `json:"values"`
	Rows     []Candidate  `json:"rows"`      // rows of another table that it looked at
	MoreRows int          `json:"more_rows"` // beyond MaxTogether
}

// Value is what a variable held.
type Value struct {
	Name  string `json:"name"` // borrower.annual_sales
	Label Words  `json:"label"`
	Text  Words  `json:"text"`
	Known bool   `json:"known"`
}

// Candidate is a row of another table that a condition looked at.
type Candidate struct {
	Row        Words        `json:"row"`
	Truth      oracle.Truth `json:"truth"`
	Conditions []Condition  `json:"conditions"`
}

// Exclusion is what became of a row that several items, or the notes of several
// institutions, contend for.
type Exclusion struct {
	Group    string          `json:"group"`
	Clause   string          `json:"clause"`
	Strategy policy.Strategy `json:"strategy"`
	Kept     bool            `json:"kept"`
	Winner   Words           `json:"winner"` // to whom it was lost
	Losers   []Words         `json:"losers"` // who lost it to this item
}

// Gate is what the payee showed at the gate.
type Gate struct {
	Value      settlement.GateValue `json:"value"`
	Mean       money.Fen            `json:"mean_fen"` // of AboveAverage, half up
	Conditions []Condition          `json:"conditions"`
	Above      bool                 `json:"above"` // it is an AboveAverage
}

// Base is what the rate applies to, and what that is made of.
type Base struct {
	Kind      policy.Average    `json:"kind"`              // "" when it is no average
	Name      Words             `json:"name"`              // 月均余额
	Formula   Words             `json:"formula"`           // 12个月末余额之和÷12
	From      *civil.Date       `json:"from_on,omitempty"` // nothing counts before its month
	MonthEnds []oracle.MonthEnd `json:"month_ends"`
	Days      *oracle.Days      `json:"days"`
	Waiver    *Decision         `json:"waiver"`  // that lets gaps count 0
	Values    []Value           `json:"values"`  // of an amount of the row
	Sum       money.Fen         `json:"sum_fen"` // of what was averaged
	Divisor   int64             `json:"divisor"`
	Result    money.Fen         `json:"result_fen"`
}

// Sharing is a limit or a cap over the rows of a group.
type Sharing struct {
	Per      policy.PerGroup `json:"per"`
	Most     money.Fen       `json:"most_fen"`
	Sum      money.Fen       `json:"sum_fen"` // of the group before
	Bites    bool            `json:"bites"`
	Before   money.Fen       `json:"before_fen"` // of this row
	After    money.Fen       `json:"after_fen"`
	Rows     []Share         `json:"rows"`      // of the group
	MoreRows int             `json:"more_rows"` // beyond MaxTogether
	Monthly  *Monthly        `json:"monthly"`   // of a limit for each month, after which the averages are shared
}

// Monthly is what a limit for each month left of a row's month-end balances, of
// which the average is the row's Before.
type Monthly struct {
	Average   Words             `json:"average"` // 月均余额
	Bites     bool              `json:"bites"`   // in some month, on the group
	Chron     bool              `json:"chron"`   // the first and the last count half
	MonthEnds []oracle.MonthEnd `json:"month_ends"`
	Sum       money.Fen         `json:"sum_fen"` // of what is left
	Divisor   int64             `json:"divisor"`
}

// Share is a row's part in a Sharing.
type Share struct {
	InstitutionID string    `json:"institution_id"`
	SubjectID     string    `json:"subject_id"`
	Before        money.Fen `json:"before_fen"`
	After         money.Fen `json:"after_fen"`
	This          bool      `json:"this"`
}

// Decision is who decided.
type Decision struct {
	By   string `json:"by"`
	Note string `json:"note"`
	On   Words  `json:"on"`
}

// Term is the rate or the amount of a row.
type Term struct {
	Rate      money.Rate `json:"rate_ppb"`
	Fixed     money.Fen  `json:"fixed_fen"` // the amount, of a term without a rate
	IsRate    bool       `json:"is_rate"`
	Open      bool       `json:"open"`
	Decided   *Decision  `json:"decided"` // nil: as the text or its default says
	Least     Words      `json:"least"`   // of an open term
	Most      Words      `json:"most"`
	Undecided bool       `json:"undecided"`
	Amount    money.Fen  `json:"amount_fen"` // what it comes to
}

// Pool is what became of the pool that a row draws on.
type Pool struct {
	ID          string             `json:"id"`
	Clause      string             `json:"clause"`
	Use         settlement.PoolUse `json:"use"`
	Short       bool               `json:"short"`
	Factor      money.Rate         `json:"factor_ppb"` // pooled ÷ requested of the whole pool, half up
	Place       int                `json:"place"`      // in the queue, from 1
	Of          int                `json:"of"`
	CompletedAt string             `json:"completed_at"`
	ReservedAt  string             `json:"reserved_at"`
	Before      money.Fen          `json:"before_fen"`
	After       money.Fen          `json:"after_fen"`
}

// Rounding is how the payee's total of the item was rounded.
type Rounding struct {
	Way       money.Rounding `json:"way"`
	Due       money.Fen      `json:"due_fen"` // of the payee
	Paid      money.Fen      `json:"paid_fen"`
	TakenBack bool           `json:"taken_back"` // the unit that rounding up would have added broke the pool
	Rows      int            `json:"rows"`       // over which it is spread
	Before    money.Fen      `json:"before_fen"` // of this row
	After     money.Fen      `json:"after_fen"`
}

// Difference is a step of which the stored result says something else.
type Difference struct {
	Step       Words  `json:"step"`
	Stored     string `json:"stored"`
	Recomputed string `json:"recomputed"`
}

// rowsInSight are the rows that conditions on an item's rows may name.
func rowsInSight(it *policy.Item) []expr.Row {
	rows := expr.RowsOf(it.Table)
	for i := range it.Related {
		rows = append(rows, expr.ChildRows(it.Table, it.Related[i].Table)...)
	}
	if it.Bank != nil {
		rows = append(rows, expr.ChildRows(it.Table, it.Bank.Table)...)
	}
	return rows
}
