// Package columnar is the executor that settles by default: exact, and fast enough
// for a province on one machine.
//
// Load reads from a fact.Source only the columns that plans need, into a Book; Run
// settles any of these plans on it. Both use all processors. The result does not
// depend on the order of rows, on the number of workers or of partitions.
//
// # What a book holds
//
// Every table is sorted by its keys, so that the order of row numbers is the order
// of keys, and ties by lowest key are ties by lowest number. Files that are sorted,
// or whose parts are, are not sorted again. Parties are numbers, links are numbers
// of rows, texts are numbers in dictionaries, dates take four bytes and truths one.
// A month-end balance takes five: the balances of a note from M_0 to M_k lie side by
// side, and an average reads one or two cache lines.
//
// A note takes about 33 bytes and its loan_id, the columns that plans read, and 65
// bytes of balances for a year: 1.3 GB for ten million notes under the Linhai plan.
// While a table is put together it is held twice. Where that is too much, notes and
// what belongs to them are held one partition after the other, by a fixed hash of
// the enterprise, and every partition costs a pass over the facts. What crosses
// partitions — institutions, pools, gates, enterprises' guarantees — is gathered in
// passing, and the steps after the base work on the rows that were selected.
//
// # Who does what
//
//	need.go       what plans read
//	load.go       batches to stretches of columns; decoder.go, keys.go: links and keys
//	assemble.go   stretches to tables
//	balances.go   month-end balances; days.go: daily ones
//	digest.go     a hash of exactly what was read
//	integrity.go  duplicate keys, links that lead nowhere
//	select.go     step 1, with related.go, first.go, bank.go and, for what is unknown, detail.go
//	assign.go     step 2
//	gate.go       step 3
//	base.go       step 4; average.go
//	limit.go      step 5; share.go
//	decide.go     decisions, filings, budgets
//	rate.go       steps 6 and 7
//	pool.go       step 8
//	round.go      step 9
//	finish.go     the result; indicator.go: the targets
//
// Conditions are evaluated by package vec.
package columnar
