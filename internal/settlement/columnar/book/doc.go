// Package book holds the facts that plans need in memory, column by column: what
// the columnar executor settles on.
//
// Open reads from a fact.Source only the columns that plans look at. Every table is
// sorted by its keys, so that the order of row numbers is the order of keys; files
// that are sorted, or whose parts are, are not sorted again. Parties are numbers,
// links are numbers of rows, texts are numbers in dictionaries.
//
//	need.go       what plans look at
//	load.go       batches to stretches of columns
//	keys.go       keys, and how to find them; decoder.go: texts that name rows
//	assemble.go   stretches to tables; table.go: what a table answers
//	balances.go   month-end balances; days.go: daily ones
//	integrity.go  duplicate keys, links that lead nowhere
//	digest.go     a hash of exactly what was read
//
// # Partitions
//
// Notes, and what belongs to them, may be held a partition at a time, by a fixed hash
// of the enterprise; Turn goes from one to the next, each with its own pass over the
// facts. Parties, and tables that belong to no note, are held whole. The first
// partition looks at all rows, so that what is wrong with keys and links is found,
// and named, alike however many partitions there are; to that end it keeps eight
// bytes for every key of all partitions. Only a note that has two balances in one
// month is found with its own partition.
//
// # Memory
//
// A month-end balance takes five bytes: the balances of a note from M_0 to M_k lie
// side by side, so that an average reads one or two cache lines. Beside them a note
// takes its loan_id, twelve bytes, four for every link and date and one to eight for
// every other column. While a table is put together it is held twice.
package book
