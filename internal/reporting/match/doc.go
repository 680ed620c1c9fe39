// Package match puts the loans that came through the platform (平台贷款, package
// loanbook/through) beside what their banks report (报送核对): a list for each bank and
// month of what agrees, what is lacking, what differs and in which values, and what
// is perhaps reported under another number.
//
// A loan is entered once, in the transaction that follows its drawdown (Service.Enter).
// It is compared when it is entered, and whenever something of its bank is accepted or
// withdrawn, by a job (Service.Match) that reads the bank's current submissions as they
// were handed in. So a difference goes by itself once a later submission agrees,
// and comes back when that is withdrawn. A loan belongs to the month it was drawn in,
// whose report is the first that must name it.
//
// Service.Own is what a snapshot gets of these loans.
package match
