// Package vec evaluates the conditions of packs a chunk of rows at a time: the
// kernels of the columnar executor.
//
// A Column holds the values of one column of a table as narrow as its type
// allows. A Program is a checked expression whose variables are bound to columns,
// each with the path of links that leads there from the row at hand. A Machine
// runs programs over a Frame, which is a list of rows and, worked out when first
// asked for, the rows that the paths lead to.
//
// Truth is three-valued, in two bits: may be true, may be false. So `and` is bit
// arithmetic, and an unknown operand makes a comparison unknown by one `or`.
//
// Texts are numbered by a dictionary per column. What an expression asks of one
// text column and literals is answered once for every entry of the dictionary,
// and then looked up; only two columns compared with each other are compared text
// by text.
package vec

// Chunk is how many rows a frame holds at most: what a handful of columns of them
// take fits the cache nearest to a core.
const Chunk = 2048

// Truth is a truth value: bit 0 says that it may be true, bit 1 that it may be
// false. It also marks values: 0 where one is known, Unknown where it is not.
type Truth = uint8

// The truths.
const (
	True    Truth = 1
	False   Truth = 2
	Unknown Truth = 3
)

// Not turns a truth round.
func Not(t Truth) Truth { return t>>1 | t<<1&2 }

// What stands in a list of rows where there is no row.
const (
	UnknownRow uint32 = 1<<32 - 1 // nobody knows which row it is
	NoRow      uint32 = 1<<32 - 2 // there is none, and that is known
)
