package policy

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

// Plan is a pack with its readings and parameters put in: what the executors
// run. Everything in it is checked; nothing in it refers back to a reading.
//
// The meaning of a plan is the algebra of money items, nine steps in this order:
// select, assign, gate, base, limit, rate, cap, pool, round. The fields of Item
// follow it.
type Plan struct {
	Policy     string      // the pack's id; decisions, benefits and filings name it
	Scope      civil.Range // whole months
	Items      []*Item     // in the order of the pack
	Groups     []*Group    // exclusion groups, in the order of the pack
	Pools      []*Pool
	Indicators []*Indicator
	Readings   map[string]string // every reading and its chosen value
	Parameters map[string]string // every parameter as written
}

// Months returns M_1 … M_k, the months of the scope.
func (p *Plan) Months() []civil.Month { return p.Scope.Months() }

// Opening returns the month before the scope, whose end is M_0.
func (p *Plan) Opening() civil.Month { return p.Scope.First.Month() - 1 }

// Item returns the item called id, or nil.
func (p *Plan) Item(id string) *Item {
	for _, it := range p.Items {
		if it.ID == id {
			return it
		}
	}
	return nil
}

// Item is one money item.
type Item struct {
	ID     string
	Clause string
	Title  string

	// Select: rows of Table for which all of When hold, for which each of Related
	// has (or has not) a row, and which FirstLoan lets through.
	Table     *fact.Table
	When      []*expr.Expr
	Related   []Related
	FirstLoan FirstLoan // "" when the item is not about first-loan borrowers; of loans only

	// Bank is where rows of enterprises get their institution from; nil for
	// tables that have an institution_id, and for items paid to the enterprise.
	Bank *Earliest

	Payee Payee

	Gate  *Gate // nil: everybody passes
	Base  Base
	Limit *Limit // nil: none

	// Exactly one of Rate and Amount is set.
	Rate   *RateTerm
	Amount *AmountTerm

	Cap      *Cap  // nil: none
	Pool     *Pool // nil: none; one of Plan.Pools
	Rounding money.Rounding

	// Parameters are the names of the pack's parameters the item speaks of, in byte order.
	Parameters []string
}

// Subject returns the column of the item's rows that is the line's subject_id:
// the last of the table's key.
func (it *Item) Subject() *fact.Column { return it.Table.Column(it.Table.Key[len(it.Table.Key)-1]) }

// Related asks for a row of another table that belongs to the row at hand: the
// rows whose link to the item's table leads to it. With Not, there must be none.
// Related is unknown when no row makes it true and one might.
type Related struct {
	Table *fact.Table
	When  []*expr.Expr // in the scope expr.ChildRows(item table, Table)
	Not   bool
}

// FirstLoan says which notes of a first-loan borrower of the year count.
//
// A first-loan borrower is an enterprise whose earliest notes in the facts, by
// disbursed_on, lie in the scope and have one among them with first_loan. The
// first bank is the one with the lowest institution_id among those attested
// earliest notes, the first note the one with the lowest (institution_id, loan_id).
// An earliest note with first_loan unknown that would come before them makes it
// unknown for every note of the scope of that enterprise; so does one when no
// earliest note is attested. With AllBanks it is only unknown in the latter case.
type FirstLoan string

// The readings of first-loan notes; all are notes disbursed in the scope.
const (
	YearNotesOfFirstBank FirstLoan = "year_notes_of_first_bank"
	FirstNote            FirstLoan = "first_note"
	YearNotesAllBanks    FirstLoan = "year_notes_all_banks"
)

// Earliest picks, for an enterprise, the institution of its earliest row of
// Table: lowest By (a date column), then lowest institution_id. An enterprise
// without such a row is not selected. When a row for which When is unknown comes
// before the first for which it holds, or none holds, the pick is unknown.
type Earliest struct {
	Table *fact.Table  // has institution_id and a link to enterprises
	When  []*expr.Expr // in the scope expr.ChildRows(enterprises, Table)
	By    *fact.Column
}

// Payee says who is paid.
type Payee string

// The payees.
const (
	PayInstitution Payee = "institution"
	PayEnterprise  Payee = "enterprise"
)

// Gate lets a payee's rows through or not, all of one item together.
// Exactly one of its parts is set.
type Gate struct {
	Above   *AboveAverage
	Require []*expr.Expr // on the payee's own row, in the scope expr.RowsOf(its table)
}

// AboveAverage passes an institution whose guarantee balance at the end of the
// scope is greater than the mean over the institutions that have a positive
// balance at its start or its end, or has grown by a greater share than the sum
// over all institutions has. With a start of 0 there is no growth.
//
// An institution's balance at a date is the sum, over its notes that have a
// guarantee for which When holds in force on that date (start_on ≤ date ≤ end_on,
// released_on and compensated_on later), of the note's month-end balance; a note
// counts once. With Share it is times the sum of the shares of those guarantees, at
// most 100 %, rounded half up per note. Start is the end of the month before
// the scope. The gate is unknown when When, a balance or a share that it needs is:
// for every institution, since the mean is.
type AboveAverage struct {
	When  []*expr.Expr // in the scope expr.RowsOf(guarantees)
	Share bool
}

// Base is what the rate applies to. Exactly one of Average and Of is set, or
// neither: then it is a count and the base of every row is 1.
type Base struct {
	Average Average // of loans only
	// From: month-end balances of months before the month of this date count 0,
	// and so do days before that month (of Average only; nil: all count).
	From *expr.Expr
	Of   *expr.Expr // an amount of the row
}

// Average is a way to average the balance of a note over the scope. M_i is the
// balance at the end of month i, M_0 the one before the scope; B is the balance
// at the end of a day. All are rounded half up to the fen.
type Average string

// The averages.
const (
	MonthEndMean        Average = "month_end_mean"        // ΣM ÷ k
	MonthEndOutstanding Average = "month_end_outstanding" // ΣM ÷ months with M > 0
	Chronological       Average = "chronological"         // (½M_0 + M_1 + … + ½M_k) ÷ k
	DailyMean           Average = "daily_mean"            // ΣB ÷ days
	DailyOutstanding    Average = "daily_outstanding"     // ΣB ÷ days with B > 0
	QuarterEndMean      Average = "quarter_end_mean"      // ΣM ÷ quarters, at the ends of quarters
)

// Averages are all of them, in the order of documentation.
var Averages = []Average{MonthEndMean, MonthEndOutstanding, Chronological, DailyMean, DailyOutstanding, QuarterEndMean}

// Daily tells whether a needs loan events.
func (a Average) Daily() bool { return a == DailyMean || a == DailyOutstanding }

// PerGroup says whose rows of an item are limited or capped together.
type PerGroup string

// The groups.
const (
	PerEnterprise  PerGroup = "enterprise"
	PerInstitution PerGroup = "institution"
	PerItem        PerGroup = "item"
)

// Limit bounds the sum of bases of a group.
type Limit struct {
	Per    PerGroup
	Amount money.Fen
	// EachMonth limits the sum of the balances of every single month, and in place
	// of the bases, which stay the averages of the balances as they are, the averages
	// of what that leaves; with a month-end average only.
	EachMonth bool
}

// RateTerm is a rate fixed by the text, or open: decided by people inside a range.
type RateTerm struct {
	Open     bool
	Min, Max money.Rate // of an open term; Min ≤ Max
	// Default holds while nothing is decided; nil: the row waits.
	Default *money.Rate
	Value   money.Rate // of a fixed term
}

// AmountTerm is a fixed amount for a row, or open like RateTerm.
type AmountTerm struct {
	Open     bool
	Min, Max money.Fen
	Default  *money.Fen
	Value    money.Fen
}

// Cap bounds the sum of amounts of a group.
type Cap struct {
	Per    PerGroup
	Amount money.Fen
}

// Group is an exclusion group over items of one table: a row, by
// (institution_id, subject_id), that several of them select is kept as the
// strategy says. Groups apply one after the other.
type Group struct {
	ID       string
	Clause   string
	Strategy Strategy
	Items    []*Item // in order of priority
}

// Strategy of an exclusion group.
type Strategy string

// The strategies.
const (
	// Priority keeps a row in the first item, in the order of the group.
	Priority Strategy = "priority"
	// FirstFiled keeps it in the item filed first (filings.filed_at), ties and
	// rows filed in no item by order of the group; a filed item goes before an unfiled one.
	FirstFiled Strategy = "first_filed"
	// DeductPaid keeps it in all, and after step 6 subtracts from its amounts, in
	// order of the group, what benefits show for the same institution_id and
	// loan_id; what is left of a benefit goes on to the next item. Of loans only.
	DeductPaid Strategy = "deduct_paid"
	// OneInstitution keeps, of all rows of an enterprise that the group's items
	// select, those of one institution: the one with the earliest disbursed_on
	// among them, ties to the lower institution_id. Of loans only.
	OneInstitution Strategy = "one_institution"
)

// Pool is an amount several items share. Its size is in the budgets; without a
// row there it is unlimited.
type Pool struct {
	ID        string
	Title     string
	Clause    string
	Allocator Allocator
}

// Allocator says how a pool that is too small is shared.
type Allocator string

// The allocators.
const (
	// ProRata shares it in proportion to the capped amounts, by largest remainder
	// over all rows in order of (item, institution_id, subject_id).
	ProRata Allocator = "pro_rata"
	// ScaleRate finds the highest rate in whole ppm at which, no row having more
	// than it, the total fits; then does steps 6 and 7 again. Items with rates only.
	ScaleRate Allocator = "scale_rate"
	// FirstComplete pays in order of filings.completed_at, ties by row key, until
	// nothing is left; the last one is cut. A row without it waits.
	FirstComplete Allocator = "first_complete"
	// Reserve pays rows with filings.reserved_at first, in its order, then the rest
	// as FirstComplete.
	Reserve Allocator = "reserve"
)

// Indicator is a target of the document: a figure, and what it should reach.
type Indicator struct {
	ID, Clause, Title string
	Responsible       string
	Source            string

	// Rows that count, as in Item.
	Table     *fact.Table
	When      []*expr.Expr
	Related   []Related
	FirstLoan FirstLoan

	Measure Measure
	Target  *Target
}

// MeasureKind is how an indicator is computed.
type MeasureKind string

// The kinds of measure.
const (
	Sum           MeasureKind = "sum"            // Σ Of, fen
	Count         MeasureKind = "count"          // rows
	CountDistinct MeasureKind = "count_borrower" // distinct enterprise_id
	WeightedMean  MeasureKind = "weighted_mean"  // Σ Of·By ÷ Σ By, in Of's unit, half up
	Ratio         MeasureKind = "ratio"          // Σ Of ÷ Σ By, in ppb, half up
	External      MeasureKind = "external"       // not in the facts; Why says where it comes from
)

// Measure is the formula of an indicator. Rows for which Of or By is unknown are
// counted as unknown and left out.
type Measure struct {
	Kind   MeasureKind
	Of, By *expr.Expr
	Why    string
}

// Target is what an indicator should reach.
type Target struct {
	AtLeast bool // else at most
	Value   int64
	Unit    expr.Unit // of Value; Plain is a count
}
