// Package conformance tells a bank whether its own system keeps the clauses of
// docs/bank-api.md. It runs a platform of its own, in a folder that goes away, in which
// firms that do not exist apply for loans; sends messages to the bank, good ones and
// bad ones; and watches what the bank's side then asks of the platform. Some answers are
// held back, lost or turned into refusals on the way, as happens.
//
// A clause fails with what was seen. What the bank had no occasion to do is not seen,
// and some clauses cannot be seen from outside at all (unseen).
package conformance
