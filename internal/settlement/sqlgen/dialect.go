package sqlgen

import (
	"strconv"
	"strings"

	"changrong/internal/fact"
)

// Dialect is what differs between engines. A new one is one more file.
type Dialect interface {
	// Name is what the engine is called.
	Name() string
	// setup makes the tables of facts, of the columns named.
	setup(reads []Reads) []Statement
	// create makes a table of a query.
	create(table, query string) string
	// wide makes x an integer of at least 128 bits.
	wide(x string) string
	// fit makes a wide x a bigint, or NULL when it is beyond one.
	fit(x string) string
	// quotient is a÷b in whole parts, toward 0, for wide a and any b that is not 0.
	quotient(a, b string) string
	// text is a constant text that compares by bytes even where nothing else
	// in the query says so.
	text(s string) string
	// ordered is x where the order of texts counts and nothing else says which.
	ordered(x string) string
	startsWith(a, b string) string
	endsWith(a, b string) string
	contains(a, b string) string
}

// Reads is a table of facts and those of its columns that a script reads.
type Reads struct {
	Table   *fact.Table
	Columns []string // in the order of the dictionary
}

// narrow makes a wide x a bigint; it is an error of the engine when x is beyond one.
func narrow(x string) string { return "CAST(" + x + " AS BIGINT)" }

// literal writes a text.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// number writes an int64; the least of them has no plain form.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	if n < 0 {
		return "CAST(" + s + " AS BIGINT)"
	}
	return s
}

// column writes the name of a column; one of the dictionary's is a reserved word.
func column(name string) string {
	if name == "on" {
		return `"on"`
	}
	return name
}

// halfUp is a÷b rounded half up, for a wide a that is not negative and b above 0.
func halfUp(d Dialect, a, b string) string {
	return narrow(d.quotient("2 * ("+a+") + "+b, "2 * "+b))
}
