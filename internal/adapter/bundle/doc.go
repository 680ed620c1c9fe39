// Package bundle writes, reads and verifies settlement bundles: a folder, or one
// zip, that holds everything an auditor needs to recompute a settlement.
//
//	pack/            the policy pack, file by file
//	facts/           the facts used, Parquet, and submissions.csv: the hash of every file they came in
//	sql/             the settlement as SQL, for PostgreSQL and for the DuckDB command line
//	totals.csv       payee × item
//	lines.csv        one row per row and item, every step of the waterfall
//	set_aside.csv    rows that wait for a fact or a decision
//	excluded.csv     rows that were selected and are not paid, and why
//	gates.csv        what payees showed at the gates
//	pools.csv        what became of the pools
//	indicators.csv   the targets of the document, computed
//	receipt.json     what was run on what, and the hash of the result
//	SHA256SUMS       of every other file; `sha256sum -c SHA256SUMS` checks it
//
// Amounts are integers in fen, rates in parts per billion. Everything but facts/
// and sql/ is the same bytes for the same facts in whatever row order; nothing holds
// the time or the machine it was made on.
package bundle
