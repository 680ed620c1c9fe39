package feature

import "changrong/internal/base/civil"

// Table is what one source says of one firm: a column of numbers, texts or days for each
// field, and the month that each row is about. A row that is about the firm as a whole, now,
// has no month (NoMonth).
type Table struct {
	Months  []civil.Month
	Numbers map[string][]float64
	Texts   map[string][]string
	Days    map[string][]civil.Date
	Unknown map[string][]bool // cells that are unknown; nil: none is
}

// NoMonth is the month of a row about a firm as it is now.
const NoMonth = civil.Month(-1 << 15)

// Firm is all that is known of a firm: tables by source. A source that was not read is
// absent.
type Firm map[string]*Table

// known tells whether a cell is known.
func (t *Table) known(field string, row int) bool {
	u := t.Unknown[field]
	return u == nil || !u[row]
}

// in lists the rows whose month is in a window, or all that have none.
func (t *Table) in(from, to civil.Month) []int {
	var out []int
	for i, m := range t.Months {
		if m == NoMonth || m >= from && m <= to {
			out = append(out, i)
		}
	}
	return out
}
