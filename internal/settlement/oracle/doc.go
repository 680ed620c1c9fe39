// Package oracle runs a plan the slow way, row by row: conditions by cel-go,
// products and quotients by math/big, everything else in maps and loops. It
// shares no arithmetic with the other executors, which are held against it, and
// it keeps what it saw on the way, from which package explain tells why.
//
// Who wants to believe the amounts reads here, in the order of the steps:
//
//	facts.go    the tables, row by row, and where links lead
//	select.go   1  the conditions, with what is unknown
//	first.go       first-loan borrowers, the bank of an enterprise
//	assign.go   2  one row once inside an exclusion group
//	gate.go     3  the payee as a whole
//	balance.go     balances at the ends of months and days
//	base.go     4  averages, amounts, counts
//	limit.go    5  bases of a group together
//	terms.go    6  rates and amounts, fixed or decided; deductions
//	            7  amounts of a group together
//	pool.go     8  a pool that is too small
//	round.go    9  what is paid
//	indicator.go   the targets
//	gather.go      the result, in its order
//	books.go       what explanations may ask
//	given.go       single rows of a settlement that is stored
//	number.go      the arithmetic: half up, and shares by largest remainder
//
// What the steps mean is said once, in package policy at Plan, and where its
// types leave it open in package settlement.
package oracle
