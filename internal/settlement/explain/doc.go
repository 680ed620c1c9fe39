// Package explain tells why a payee, or a single row such as a loan note, gets what
// it gets (计算说明): the clause, every condition with what it found, every step
// of the waterfall with what went into it, and what would have to be otherwise.
//
// It runs the plan again by the oracle, row by row, and holds each step against
// the stored result, so that an explanation is also a check. What it says is
// data first (Trace), in Chinese and English, and Text draws it as a waterfall
// that begins, for every row, with one sentence an official could sign.
package explain
