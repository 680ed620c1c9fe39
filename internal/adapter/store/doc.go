// Package store keeps what the platform knows in an SQL database: an embedded
// SQLite by default, PostgreSQL where a county grows. One set of SQL serves both.
//
// What the SQL may use is what means the same on both: instants in milliseconds
// (_ms), days as text (_on), fen (_fen), parts per billion (_ppb), booleans as 0
// and 1, no arithmetic on dates, no arrays or operators on JSON, CAST around sums,
// an ORDER BY that ends in a unique column, byte-wise collation. TestPortableSQL
// refuses the rest.
//
// There is one writer at a time on both: on SQLite there can be no other, and on
// PostgreSQL a write transaction first takes an advisory lock. So nothing has to
// be tried again because of somebody else, the audit log is one chain, and what
// holds on the one database holds on the other. Writes that come together are
// committed together (writer.go).
//
// Tx satisfies the small transaction interfaces of the packages below; each has a
// file here. A Tx lives as long as its closure, and so holds its context.
package store
