// Package sqlgen writes a plan as SQL, so that an engine that already holds the
// facts, or an auditor with the DuckDB command line, gets the same figures
// without this program.
//
// The script is plain: a table for every step, named after its item and the
// step, made of common table expressions named after what they do, and with the
// clause it comes from beside it. All numbers are integers: amounts in fen, rates
// in parts per billion, dates in days since 1970-01-01, months in months since
// year 0. Nothing is divided but into whole parts with a known remainder, nothing
// is averaged by the engine, and nothing is a float; products are taken wide and
// come back to 64 bits, or the script fails. NULL is unknown, and the logic of SQL
// is the three-valued logic of the conditions. A date that has not come is
// 2932896 (9999-12-31); a text whose emptiness has a meaning is the empty text.
//
// The tables of facts have the names and columns of the dictionary, with bigint
// columns, and texts that compare by bytes. Scripts for PostgreSQL begin with
// empty ones to be filled, those for DuckDB with views over the files.
//
//	script.go    what a script is, and its text
//	generator.go the order of the statements
//	dialect.go   what differs between engines; postgres.go, duckdb.go: how
//	expr.go      conditions and amounts
//	frame.go     a row, and the rows its links lead to
//	verdict.go   conditions with the names of what is unknown
//	selection.go 1 rows whose conditions hold; related rows, banks; first.go first-loan borrowers
//	assign.go    2 exclusion groups
//	gate.go      3 the payee as a whole
//	base.go      4 averages and amounts; daily.go from events
//	amount.go    5 limit, 6 rate; deduct.go what benefits show, and 7 cap
//	pool.go      8 pools; scale.go the search for a rate
//	round.go     9 what is paid
//	report.go    the lists, column by column as in the bundle; indicator.go
//	share.go     shares by largest remainder
//
// What the steps mean is said once, in package policy at Plan, and where its types
// leave it open in package settlement.
package sqlgen
