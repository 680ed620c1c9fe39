// Package columnar is the executor that settles by default: exact, and fast enough
// for a province on one machine.
//
// Load reads from a fact.Source only the columns that plans look at, into a Book;
// Run settles any of these plans on it. Both use all processors. The result does not
// depend on the order of rows, on the number of workers or of partitions: not by a
// byte.
//
// # Who does what
//
// Package book holds the facts, package vec evaluates conditions over chunks of
// columns, package choose finds rows with them (step 1), package wide adds up.
// Here are the other steps, each over all rows of an item at once:
//
//	running.go    the order of things
//	rows.go       the rows of an item on their way
//	assign.go     2  one row once inside an exclusion group
//	gate.go       3  the payee as a whole
//	base.go       4  averages, amounts, counts; average.go
//	limit.go      5  bases of a group together; share.go
//	decide.go        decisions, filings, budgets; rows that wait for them
//	rate.go       6  rates, deductions, and 7, amounts of a group together
//	pool.go       8  a pool that is too small
//	round.go      9  what is paid
//	indicator.go     the targets
//	finish.go        the result
//
// While facts are at hand — a partition of them, if there are several — rows are
// chosen and what their bases are made of is worked out. All later steps look only
// at the rows that were chosen, of all partitions together.
//
// # Memory
//
// Ten million notes with twelve month ends each are 1.5 GB under the Linhai plan: 65
// bytes of balances a note, and its number, dates, links and the columns that
// conditions read. A line of the result takes 150 bytes, and 90 on its way. The
// garbage collector may let the heap grow to twice that. Where it is too much,
// partitions divide what notes take; lines remain.
package columnar
