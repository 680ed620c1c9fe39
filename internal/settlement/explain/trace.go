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
	Policy string
	Scope  civil.Range
	Query  Query
	Items  []ItemTrace // those with rows to show, in the order of the pack
	More   int         // rows beyond MaxRows, which are not shown
	// Compared tells that there was a stored result; Agrees, that it says the same
	// of every row shown.
	Compared bool
	Agrees   bool
}

// ItemTrace is the rows of one item.
type ItemTrace struct {
	ID, Clause, Title string
	// Total is what the payee asked about gets of it, and Stored what was settled;
	// nil when it gets nothing.
	Total, Stored *settlement.Total
	Rows          []RowTrace
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
	InstitutionID, SubjectID, EnterpriseID, PayeeID string
	Institution, Enterprise, Payee                  string // names, else ids

	Outcome  Outcome
	Reason   settlement.Reason // why it waits or is excluded
	Missing  []Words           // the facts, months or decision it waits for
	Sentence Words             // what an official could sign
	Needs    []Words           // what would have to be otherwise

	Conditions []Condition
	Exclusion  *Exclusion
	Gate       *Gate
	Base       *Base
	Limit      *Sharing
	Term       *Term
	Deducted   money.Fen
	Cap        *Sharing
	Pool       *Pool
	Rounding   *Rounding
	Paid       money.Fen

	Agrees      bool // with the stored result, if there is one
	Differences []Difference
}

// Condition is one condition as it turned out.
type Condition struct {
	Text     Words
	Truth    oracle.Truth
	Note     Words // why it fails, where the values do not say it
	Values   []Value
	Rows     []Candidate // rows of another table that it looked at
	MoreRows int         // beyond MaxTogether
}

// Value is what a variable held.
type Value struct {
	Name  string // borrower.annual_sales
	Label Words
	Text  Words
	Known bool
}

// Candidate is a row of another table that a condition looked at.
type Candidate struct {
	Row        Words
	Truth      oracle.Truth
	Conditions []Condition
}

// Exclusion is what became of a row that several items, or the notes of several
// institutions, contend for.
type Exclusion struct {
	Group, Clause string
	Strategy      policy.Strategy
	Kept          bool
	Winner        Words   // to whom it was lost
	Losers        []Words // who lost it to this item
}

// Gate is what the payee showed at the gate.
type Gate struct {
	Value      settlement.GateValue
	Mean       money.Fen // of AboveAverage, half up
	Conditions []Condition
	Above      bool // it is an AboveAverage
}

// Base is what the rate applies to, and what that is made of.
type Base struct {
	Kind      policy.Average // "" when it is no average
	Name      Words          // 月均余额
	Formula   Words          // 12个月末余额之和÷12
	From      *civil.Date    // nothing counts before its month
	MonthEnds []oracle.MonthEnd
	Days      *oracle.Days
	Waiver    *Decision // that lets gaps count 0
	Values    []Value   // of an amount of the row
	Sum       money.Fen // of what was averaged
	Divisor   int64
	Result    money.Fen
}

// Sharing is a limit or a cap over the rows of a group.
type Sharing struct {
	Per           policy.PerGroup
	Most          money.Fen
	Sum           money.Fen // of the group before
	Bites         bool
	Before, After money.Fen // of this row
	Rows          []Share   // of the group
	MoreRows      int       // beyond MaxTogether
	Monthly       *Monthly  // of a limit for each month, after which the averages are shared
}

// Monthly is what a limit for each month left of a row's month-end balances, of
// which the average is the row's Before.
type Monthly struct {
	Average   Words // 月均余额
	Bites     bool  // in some month, on the group
	Chron     bool  // the first and the last count half
	MonthEnds []oracle.MonthEnd
	Sum       money.Fen // of what is left
	Divisor   int64
}

// Share is a row's part in a Sharing.
type Share struct {
	InstitutionID, SubjectID string
	Before, After            money.Fen
	This                     bool
}

// Decision is who decided.
type Decision struct {
	By, Note string
	On       Words
}

// Term is the rate or the amount of a row.
type Term struct {
	Rate      money.Rate
	Fixed     money.Fen // the amount, of a term without a rate
	IsRate    bool
	Open      bool
	Decided   *Decision // nil: as the text or its default says
	Least     Words     // of an open term
	Most      Words
	Undecided bool
	Amount    money.Fen // what it comes to
}

// Pool is what became of the pool that a row draws on.
type Pool struct {
	ID, Clause    string
	Use           settlement.PoolUse
	Short         bool
	Factor        money.Rate // pooled ÷ requested of the whole pool, half up
	Place, Of     int        // in the queue, from 1
	CompletedAt   string
	ReservedAt    string
	Before, After money.Fen
}

// Rounding is how the payee's total of the item was rounded.
type Rounding struct {
	Way           money.Rounding
	Due, Paid     money.Fen // of the payee
	TakenBack     bool      // the unit that rounding up would have added broke the pool
	Rows          int       // over which it is spread
	Before, After money.Fen // of this row
}

// Difference is a step of which the stored result says something else.
type Difference struct {
	Step               Words
	Stored, Recomputed string
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
