package through

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// Table is a table of the dictionary as CSV.
type Table struct {
	Name string // of the file: loans.csv
	Text []byte
	Rows int64
}

// kinds of borrowers by the first two characters of their credit code.
var kinds = map[string]string{"91": "enterprise", "92": "sole_trader", "93": "coop"}

// Files returns what is known of loans in the months first to last as tables:
// loans, and where anything is known enterprises, month_balances and loan_events.
// The same loans give the same bytes, in whatever order they come. Those drawn
// later, closed before first, or of a bank without a credit code are left out.
func Files(loans []Loan, first, last civil.Month) []Table {
	loans = slices.Clone(loans)
	slices.SortFunc(loans, func(a, b Loan) int {
		return cmp.Or(cmp.Compare(a.Institution, b.Institution), cmp.Compare(a.NoteNo, b.NoteNo))
	})
	notes := newSheet("loans.csv", "institution_id", "loan_id", "contract_id", "branch_id", "enterprise_id", "principal", "rate", "disbursed_on", "due_on", "closed_on", "first_loan", "security", "channel")
	firms := newSheet("enterprises.csv", "enterprise_id", "name", "kind")
	balances := newSheet("month_balances.csv", "institution_id", "loan_id", "month", "balance", "quality")
	events := newSheet("loan_events.csv", "institution_id", "loan_id", "event_no", "on", "kind", "amount")
	known := map[string]bool{}
	for i := range loans {
		l := &loans[i]
		closed := l.Closed()
		switch {
		case l.Institution == "" || l.Drawn > last.Last() || closed < first.First():
			continue
		case l.Drawn < first.First() && l.Match.Told:
			notes.add(l.Institution, l.NoteNo, "", "", "", "", "", "", "", "", "", "", l.Channel())
			continue
		}
		notes.add(l.Institution, l.NoteNo, l.Contract, l.Branch, l.USCC, l.Amount.String(), rateOf(l.Rate),
			l.Drawn.String(), l.Due.String(), dayOf(closed, last), flagOf(l.First), securities[l.Security], l.Channel())
		if !known[l.USCC] {
			known[l.USCC] = true
			firms.add(l.USCC, l.Firm, kinds[l.USCC[:min(2, len(l.USCC))]])
		}
		for m := max(first, l.Drawn.Month()); m <= last && m.Last() < closed; m++ {
			if fen, ok := l.Balance(m.Last()); ok {
				balances.add(l.Institution, l.NoteNo, m.String(), fen.String(), l.class(m.Last()))
			}
		}
		if l.whole(last.Last()) {
			events.add(l.Institution, l.NoteNo, "platform-"+l.NoteNo, l.Drawn.String(), "disburse", l.Amount.String())
		}
	}
	var tables []Table
	for _, s := range []*sheet{notes, firms, balances, events} {
		if s.rows > 0 {
			tables = append(tables, s.table())
		}
	}
	return tables
}

// rateOf writes a rate, which is unknown when it is finer than the dictionary has it.
func rateOf(r money.Rate) string {
	if r%finest != 0 {
		return ""
	}
	return string(r.AppendPercent(nil))
}

// finest is the last of the five decimals of a percentage.
const finest money.Rate = 100

// dayOf writes the closing day of a note that closed by the end of last.
func dayOf(closed civil.Date, last civil.Month) string {
	if closed > last.Last() {
		return ""
	}
	return closed.String()
}

func flagOf(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "1"
	}
	return "0"
}

// sheet is a table that is being written.
type sheet struct {
	name string
	text bytes.Buffer
	csv  *csv.Writer
	rows int64
}

func newSheet(name string, columns ...string) *sheet {
	s := &sheet{name: name}
	s.csv = csv.NewWriter(&s.text)
	s.write(columns)
	return s
}

func (s *sheet) write(cells []string) { s.csv.Write(cells) } //nolint:errcheck // into memory

func (s *sheet) add(cells ...string) {
	s.write(cells)
	s.rows++
}

func (s *sheet) table() Table {
	s.csv.Flush()
	return Table{Name: s.name, Text: s.text.Bytes(), Rows: s.rows}
}
