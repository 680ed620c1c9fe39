// Package settlement runs a plan over facts: what every payee gets, in fen, with
// the reason for each.
//
// Three executors live below it and must agree to the fen, and in every row that
// is set aside or excluded: columnar, the default; sqlgen, which writes SQL for an
// existing engine; and oracle, row by row with cel-go, which also explains. This
// package holds what they share: the result, and the agreement below on what the
// nine steps of policy.Plan mean where its types do not say it.
//
// # Row keys
//
// A row of an item is known by (item, institution_id, subject_id), byte order.
// The subject is the last column of the table's key. Wherever amounts are shared
// by largest remainder, ties go to the lower row key.
//
// # Select
//
// A row is out when any condition is false. Otherwise it is set aside (UnknownFact)
// when any is unknown; Detail names, for each condition that is unknown, its
// variables that are unknown in that row, and for an unknown Related or Earliest
// those of all the row's rows of the other table for which it is unknown; for
// FirstLoan it names loan.first_loan. A link whose own column is unknown, or whose
// table is not in the facts, makes all of the other row's columns unknown; a link
// whose column is empty with a meaning (no project) makes them empty, whether the
// table is there or not: never, "" or unknown. A link that leads nowhere although
// the table is there is an error in the facts. A related table that is not in the
// facts has no rows, and a row whose link is unknown belongs to none.
//
// A row whose bank is unknown, and one of an enterprise that is paid itself, has
// institution_id "".
//
// An earliest note with first_loan unknown comes before the first bank when its
// institution_id is lower, and with FirstNote before the first note when its
// (institution_id, loan_id) is.
//
// A note that passes everything but FirstLoan, is attested, disbursed in the scope
// and by another bank than the known first one, is excluded as FirstElsewhere,
// unless the reading is YearNotesAllBanks.
//
// # Gate
//
// It stands after exclusion, and Gates tells of the payees that have a row there.
// AboveAverage needs When of every guarantee in force on either date, the balance
// on that date of every note for which it holds, and with Share those guarantees'
// shares; no waiver helps. Of a gate that is not known, nothing but that is told.
//
// # Base
//
// A base that is not above 0 ends the row. An unknown Of or From is UnknownBase, and
// goes before everything else that may be missing there.
//
// # Month-end balances
//
// M_i is the balance in month_balances. Where there is none: 0 if the note was not
// open at the end of the month (open: disbursed_on ≤ month end < closed_on),
// otherwise a gap. loan.opening_balance is M_0 and loan.closing_balance M_k; a gap
// makes them unknown. An average that needs a month with a gap sets the row aside
// (MonthGap; Detail names the months) unless a decision waives it: then the month
// counts 0. MonthEndMean and MonthEndOutstanding need M_1…M_k, Chronological M_0
// too, QuarterEndMean the calendar months 3, 6, 9 and 12 of the scope, whose number
// divides. Months before Base.From need
// nothing. MonthEndOutstanding of a note that was never out is 0.
//
// # Daily balances
//
// The balance at the end of a day is the opening balance plus what was disbursed
// minus all other events since, up to that day. A note with a disbursement among
// its earliest events by date has its whole history in the events: its opening is
// their sum before the scope. Otherwise the opening is M_0, if there is a row for
// it or the note was not open then. A note without any event, or without an
// opening, is NotComputable, and no waiver helps. DailyMean divides by the days of
// the whole scope even where Base.From cuts days off.
//
// # Decisions
//
// A decision of this policy and item applies to the row whose subject_id, else
// whose institution_id, else whose enterprise_id it names, else "*" to all; the
// first of these that holds a rate (for a rate term) or an amount counts. A decision
// that holds neither is a waiver; any that applies will do. A decision that names
// an item this policy does not have, sets what the item does not leave open, or
// lies outside the range, is an error in the facts: nothing is settled on it.
//
// # Order of waiting
//
// Unknown conditions, then the gate, then the base, then — after the limit, in
// whose sharing the row takes part — an undecided term, then a missing claim.
// A row that waits takes no part in any later step: with unknown conditions none in
// exclusion, while what waits later has been through it; undecided or without a
// claim none in rates, deductions and caps.
//
// # Limit by month
//
// With Limit.EachMonth the base is still the average of the balances as they are.
// Of the rows that have a base, each needed month's balances of a group are shared
// by largest remainder where their sum exceeds the limit, and what that leaves of a
// row's is averaged the same way; MonthEndOutstanding then divides by the months
// with a balance left, and is 0 without any. These averages are limited as bases
// always are. A row of which nothing is left stays in. Under MonthEndOutstanding a
// row of which only its high months are left has a limited base above its base.
//
// # Deductions
//
// Of DeductPaid, a note's benefits are those of every policy, together, where their
// sum is above 0. Every such group deducts them anew.
//
// # Queues
//
// A filing applies to the row whose subject_id it names, else "*" to all rows of its
// institution in the item; when it lacks the time asked for, the row has none. Where
// the pool is unlimited nobody queues. A reserved row needs no complete claim.
//
// # Scaled rates
//
// A line keeps its steps 6 and 7 as they were before the pool; what they are at
// the scaled rate is Pooled. Rows outside the pool stay as they are meanwhile.
//
// # Round
//
// A payee's total of an item is rounded, and spread over its rows in proportion to
// their pooled amounts by largest remainder. Rounding up must not break a limited
// pool: while the pool's payments exceed it, totals that were rounded up give their
// unit back, the smallest fraction of the unit first, ties the higher (item, payee).
//
// # Indicators
//
// A value is known unless it is External, its divisor is not above 0, or it leaves
// int64. Rows for which a condition is unknown count as unknown.
package settlement
