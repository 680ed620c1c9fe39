// Package expr is the condition language of packs: a subset of CEL, typed over
// the fact dictionary, with three-valued logic.
//
// A condition is one line, like
//
//	borrower.tech && borrower.annual_sales <= wan(3000)
//
// Numbers carry units, so that yuan are not compared with days; a text compared
// with a code column must be one of its codes. A fact that is not known makes
// what depends on it unknown: false && unknown is false, true && unknown is
// unknown. There are no loops, no division and no floats, so every expression
// ends and every executor gives the same answer. Integer arithmetic that leaves
// int64 is unknown too.
package expr

import (
	"changrong/internal/fact"

	"cel.dev/cel-go/cel"
)

// Kind is the kind of value a node has.
type Kind uint8

// The kinds.
const (
	Bool Kind = iota
	Int
	Text
)

// Unit is what an integer counts.
type Unit uint8

// The units. Only values of one unit may be compared or added.
const (
	Plain   Unit = iota // a number, or not an integer at all
	Money               // fen
	Share               // parts per billion
	Day                 // days since 1970-01-01
	AMonth              // civil.Month
	Instant             // seconds since 1970-01-01
)

// String names the unit, stably.
func (u Unit) String() string {
	return [...]string{Plain: "number", Money: "fen", Share: "ppb", Day: "days", AMonth: "months", Instant: "seconds"}[u]
}

// Type is the type of a node.
type Type struct {
	Kind Kind
	Unit Unit
}

// Op is what a node does.
type Op uint8

// The operators. Args are in writing order.
const (
	Lit        Op = iota // Node.Int or Node.Text
	Var                  // Node.Var
	Not                  // bool
	And                  // bool, bool
	Or                   // bool, bool
	Eq                   // any two of one type
	Ne                   //
	Lt                   //
	Le                   //
	Gt                   //
	Ge                   //
	In                   // the first argument equals one of the others
	Cond                 // bool ? a : b
	Add                  // int, int
	Sub                  //
	Mul                  //
	Neg                  // int
	StartsWith           // text, text
	EndsWith             //
	Contains             //
)

// Variable is a column of one of the rows in scope.
type Variable struct {
	Name   string // borrower.tech
	Owner  string // borrower
	Column *fact.Column
}

// Node is one node of a checked expression.
type Node struct {
	Op   Op
	Type Type
	Args []*Node
	Var  *Variable // of Var
	Int  int64     // of Lit: the integer, or 0 and 1 for a bool
	Text string    // of Lit
	// Name is how a Lit was written when it was a name: scope.last,
	// param.tech_sales_limit.
	Name string
}

// Expr is a checked expression.
type Expr struct {
	Source string
	Root   *Node
	// Vars are the variables it reads, each once, in byte order of their names.
	Vars []*Variable

	scope *Scope
	ast   *cel.Ast
}

// TypeOf returns the type of a column's values.
func TypeOf(c *fact.Column) Type {
	switch c.Type {
	case fact.Bool:
		return Type{Kind: Bool}
	case fact.Int:
		return Type{Kind: Int}
	case fact.Fen:
		return Type{Int, Money}
	case fact.Rate:
		return Type{Int, Share}
	case fact.Date:
		return Type{Int, Day}
	case fact.Month:
		return Type{Int, AMonth}
	case fact.Time:
		return Type{Int, Instant}
	}
	return Type{Kind: Text}
}
