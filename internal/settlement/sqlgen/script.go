package sqlgen

import (
	"fmt"
	"strings"
	"unicode"

	"changrong/internal/fact"
)

// Statement is one statement of a script.
type Statement struct {
	Name    string // of the table it makes, or of the list it reports
	Comment string // lines: the clause, and what the statement does, in Chinese and English
	SQL     string // without the semicolon
}

// Check is a query that counts the rows of a table whose link leads nowhere. It is
// an error in the facts when it is above 0 and the table led to is there.
type Check struct {
	Table *fact.Table
	Link  *fact.Link
	SQL   string
}

// The lists a script reports, each a query of Script.Reports.
const (
	Lines      = "lines"
	Totals     = "totals"
	SetAside   = "set_aside"
	Excluded   = "excluded"
	Gates      = "gates"
	Pools      = "pools"
	Indicators = "indicators"
)

// Script is a plan as SQL: statements to run in order.
type Script struct {
	Dialect string
	Policy  string
	Reads   []Reads     // the facts it needs, in the order of the dictionary
	Setup   []Statement // makes the tables of facts
	Checks  []Check     // to be asked before the steps
	Steps   []Statement // each makes a table
	Reports []Statement // lines, totals, set_aside, excluded, gates, pools, indicators
}

// String is the whole script as text: setup, steps, reports.
func (s *Script) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "-- %s：政策 %s 的结算  the settlement of policy %[2]s, for %[1]s\n", s.Dialect, flat(s.Policy))
	b.WriteString("-- 金额为分，比例为十亿分之一，日期为自1970-01-01起的天数，月份为年×12+月-1，NULL为未知\n")
	b.WriteString("-- amounts in fen, rates in parts per billion, days since 1970-01-01, months as year*12+month-1, NULL is unknown\n")
	for _, part := range [][]Statement{s.Setup, s.Steps, s.Reports} {
		for _, st := range part {
			b.WriteByte('\n')
			b.WriteString(comment("", st.Comment))
			b.WriteString(st.SQL)
			b.WriteString(";\n")
		}
	}
	return b.String()
}

// comment writes lines as a comment.
func comment(indent, lines string) string {
	if lines == "" {
		return ""
	}
	var b strings.Builder
	for _, l := range strings.Split(lines, "\n") {
		b.WriteString(indent + "-- " + flat(l) + "\n")
	}
	return b.String()
}

// flat makes a text of a pack one that cannot end the comment it stands in.
func flat(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return ' '
		}
		return r
	}, s)
	return strings.NewReplacer("*/", "* /", "/*", "/ *").Replace(s)
}

// block is a statement in the making: common table expressions in order, one per
// step, and the query at its end.
type block struct{ with []string }

// add adds the expression called name; body is a query.
func (b *block) add(name, explain, body string) {
	b.with = append(b.with, comment("", explain)+name+" AS (\n"+indent(body)+"\n)")
}

// query returns the expressions with the query at the end.
func (b *block) query(last string) string {
	if len(b.with) == 0 {
		return last
	}
	return "WITH\n" + strings.Join(b.with, ",\n") + "\n" + last
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// list writes the entries of a SELECT, one a line.
func list(entries ...string) string { return "  " + strings.Join(entries, ",\n  ") }

// unionAll puts queries together; empty is what no query at all comes to.
func unionAll(queries []string, empty string) string {
	if len(queries) == 0 {
		return empty
	}
	return strings.Join(queries, "\nUNION ALL\n")
}

// commas writes entries on one line.
func commas(entries []string) string { return strings.Join(entries, ", ") }
