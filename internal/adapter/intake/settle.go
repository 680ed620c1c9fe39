package intake

import (
	"maps"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/party"
)

// borrower returns the USCC of a note's borrower, nil when it is not known.
func (s *store) borrower(row uint32) []byte {
	if firm := s.loans.notes[row].firm; firm > 0 {
		return s.firms.keys.Text(firm - 1)
	}
	return s.loans.enterprise.text(row)
}

// settleDocuments finds borrowers by organisation code, which is part of the USCC.
func (s *store) settleDocuments(orgs *orgIndex) {
	for _, row := range slices.Sorted(maps.Keys(s.loans.docs)) {
		d := s.loans.docs[row]
		if id := orgs.find(d.kind, d.number); id != nil {
			firm, _ := s.firms.firm(id, s.loans.origins[row])
			s.loans.notes[row].firm = firm + 1
			delete(s.loans.docs, row)
		}
	}
}

// settlePrincipals makes the principal of a note the sum of its drawdowns, where
// the bank's flows reach back to the day it was disbursed: an earlier drawdown
// would be missing.
func (s *store) settlePrincipals() {
	sums := make([]int64, s.loans.rows())
	for i := range s.events.list {
		if e := &s.events.list[i]; e.kind == disburse {
			sums[e.note] += e.amount
		}
	}
	for row, sum := range sums {
		flows := monthsOf(s.loans.flows, s.loans.notes[row].bank)
		day := s.loans.disbursed.number(uint32(row))
		if sum > 0 && len(flows) > 0 && day != unknown && civil.Date(day).Month() >= flows[0] {
			s.loans.principal.set(uint32(row), sum)
		}
	}
}

// settleClosings tells when notes closed that are no longer in the stock: on the
// last day of a recovery since the last stock they are in and until the next one.
func (s *store) settleClosings() {
	l := s.loans
	first := make([]civil.Month, l.rows()) // of events, where the stock never held the note
	for i := range s.events.list {
		e := &s.events.list[i]
		if l.notes[e.note].lastStock == 0 && (first[e.note] == 0 || e.month < first[e.note]) {
			first[e.note] = e.month
		}
	}
	gone := make([]civil.Month, l.rows()) // the stock each note is missing from
	for row := range gone {
		n := &l.notes[row]
		stocks := monthsOf(l.stocks, n.bank)
		from := n.lastStock + 1
		if n.lastStock == 0 {
			from = first[row]
		}
		if i, _ := slices.BinarySearch(stocks, from); from > 0 && i < len(stocks) && !s.behind.rows[uint32(row)] {
			gone[row] = stocks[i]
		}
	}
	last := make([]int64, l.rows())
	for i := range s.events.list {
		e := &s.events.list[i]
		since := e.month > l.notes[e.note].lastStock || s.emptied(e.note)
		if e.kind != disburse && e.on != unknown && since && e.month <= gone[e.note] {
			last[e.note] = max(last[e.note], e.on)
		}
	}
	for row := range uint32(l.rows()) {
		says, told := s.closed[row]
		switch {
		case gone[row] != 0 && last[row] != 0:
			l.closedOn.set(row, last[row])
			if told && int64(says.on) != last[row] {
				has := civil.Date(last[row])
				s.find(ruleConflict.At(s.place(says.from, "closed_on", l.key(row)), "结清日期已知“"+has.String()+"”，本行“"+says.on.String()+"”", "closed_on is "+has.String()+", this row says "+says.on.String()))
			}
		case told:
			l.closedOn.set(row, int64(says.on))
		case gone[row] != 0:
			s.find(ruleVanished.At(s.place(l.origins[row], "11 贷款借据编码", l.key(row)), "不在 "+gone[row].String()+" 的存量中", "not in the stock of "+gone[row].String()))
		}
	}
}

// emptied tells whether a note's last balance is 0: it was repaid before it left
// the stock.
func (s *store) emptied(row uint32) bool {
	m := s.loans.notes[row].lastStock
	return m != 0 && s.balances.begin(m).get(row) == 0
}

// settleEvents leaves out the recoveries whose day nobody tells.
func (s *store) settleEvents() {
	for id := range s.events.list {
		if e := &s.events.list[id]; e.on == unknown && s.files[e.from.file].message {
			s.find(ruleNoDay.At(s.place(e.from, "17 贷款实际终止日期", s.loans.key(e.note)+"/"+string(s.events.keys.Text(uint32(id)))), "", ""))
		}
	}
}

// settleBorrowers writes the borrowers down and reports notes without one.
func (s *store) settleBorrowers() {
	for row := range uint32(s.loans.rows()) {
		s.loans.enterprise.setText(row, s.borrower(row))
		if d, ok := s.loans.docs[row]; ok && !s.loans.enterprise.known(row) {
			s.find(ruleNoUSCC.At(s.place(s.loans.origins[row], "5 借款人证件代码", fault.Clip(d.number)), s.loans.key(row), s.loans.key(row)))
		}
	}
}

// kinds of enterprises by the first two characters of their USCC.
var kinds = map[string]string{"91": "enterprise", "92": "sole_trader", "93": "coop"}

// settleFirms tells the kind of enterprises by their USCC, and the size where it
// is not told and the indicators are there.
func (s *store) settleFirms() (sized int) {
	f := s.firms
	for row := range uint32(f.rows()) {
		id := f.keys.Text(row)
		if kind := kinds[string(id[:2])]; !f.kind.known(row) && kind != "" {
			f.kind.setText(row, []byte(kind))
		}
		if f.size.known(row) || !f.kind.known(row) {
			continue
		}
		size, why := party.Size(string(f.industry.text(row)), party.Indicators{
			Employees: party.Count{N: f.employees.number(row), Known: f.employees.known(row)},
			Sales:     party.Amount{Fen: money.Fen(f.sales.number(row)), Known: f.sales.known(row)},
			Assets:    party.Amount{Fen: money.Fen(f.assets.number(row)), Known: f.assets.known(row)},
		})
		if why == party.Told {
			f.size.setText(row, []byte(size))
			sized++
		}
	}
	return sized
}

// require reports what a row must have and nobody has told.
func (s *store) require() {
	for _, t := range fact.Tables() {
		g := s.grids[t.Name]
		if g == nil {
			continue
		}
		for _, c := range g.columns {
			if !c.Required || c.key {
				continue
			}
			for row := range uint32(g.rows()) {
				if !c.known(row) {
					s.missing(g, c, row)
				}
			}
		}
	}
}

// missing reports a required value that nobody has told, in the words of where
// it should come from.
func (s *store) missing(g *grid, c *column, row uint32) {
	r, from := &ruleRequired, g.origins[row]
	switch {
	case c == s.loans.principal && s.files[from.file].message:
		r = &rulePrincipal
	case c == s.firms.kind:
		r = &ruleKind
	case c == s.loans.enterprise:
		if _, reported := s.loans.docs[row]; reported {
			return
		}
	}
	s.find(r.At(s.place(from, c.Name, g.key(row)), g.table.Zh+"的“"+c.Zh+"”", g.table.Name+"."+c.Name))
}
