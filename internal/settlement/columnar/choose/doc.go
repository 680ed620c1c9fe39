// Package choose finds the rows of items and indicators: step 1 of a settlement,
// a chunk of rows at a time.
//
//	run.go      what all choosers of a run share: the plan, the book, the workers
//	filter.go   conditions, and numbers, bound to the columns of a partition
//	chooser.go  the rows of one item or indicator
//	related.go  rows of other tables that belong to them
//	first.go    first-loan borrowers
//	bank.go     the bank of an enterprise
//	names.go    on which facts it hangs where it is unknown
//
// A Chooser first looks, partition by partition, at the rows of other tables (Look),
// then scans its own (Scan). Rows are handed out in chunks; what is unknown of them
// is only worked out for those that are asked about (Details).
package choose
