package intake

import (
	"slices"

	"changrong/internal/adapter/pboc"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/loanbook/intern"
)

// store is everything taken in so far.
type store struct {
	find  func(fact.Finding)
	owner func(path string) Owner // nil: anybody may speak of anybody
	waits func(path string) bool  // nil: no file's rows wait
	codes *pboc.Codes
	// traced: balances remember where they were told, order is where those handed out last were.
	traced bool
	order  []origin
	files  []source     // by number, as origins name them
	banks  intern.Table // institutions, by USCC

	grids    map[string]*grid // all tables but balances and events
	there    map[string]bool  // tables that something was told about
	loans    *loans
	stockOf  map[stockKey]int32 // the number of a month's stock message
	balances balances
	events   events
	firms    *firms

	contracts  intern.Table // loan contracts that a guarantee or collateral is for, by institution
	promises   promises
	shared     map[uint32]bool // rows of guarantees whose amount is a share of the contract's
	pledges    pledges
	classes    []guess               // of rows of collaterals made from messages
	closed     map[uint32]closedSays // what supplements say about loans.closed_on
	guarantors map[string]bool       // those whose guarantees are taken in
	listed     map[string]bool       // guarantee contracts that a supplement speaks of
	broken     map[string]bool       // tables with an error in a supplement
	behind     behind                // what counts only where banks do not tell
}

// source is one file that rows come from.
type source struct {
	path    string
	message bool
}

// closedSays is a closing day from a supplement.
type closedSays struct {
	on   civil.Date
	from origin
}

func newStore(codes *pboc.Codes, find func(fact.Finding)) *store {
	s := &store{
		find: find, codes: codes, grids: map[string]*grid{}, there: map[string]bool{}, closed: map[uint32]closedSays{},
		guarantors: map[string]bool{}, listed: map[string]bool{}, shared: map[uint32]bool{}, stockOf: map[stockKey]int32{}, events: events{told: map[string]bool{}},
		broken: map[string]bool{},
	}
	for _, t := range fact.Tables() {
		if t.Name != "month_balances" && t.Name != "loan_events" {
			s.grids[t.Name] = newGrid(t.Name)
		}
	}
	s.loans = newLoans(s.grids["loans"])
	s.firms = newFirms(s.grids["enterprises"])
	return s
}

// full tells whether anything holds all it can.
func (s *store) full() bool {
	full := s.banks.Full() || s.events.keys.Full() || s.firms.customerKeys.Full() || s.pledges.keys.Full() || s.promises.keys.Full() || s.contracts.Full()
	for _, g := range s.grids {
		full = full || g.full()
	}
	return full
}

// anyBroken tells whether a supplement of one of the tables has an error.
func (s *store) anyBroken(tables []string) bool {
	return slices.ContainsFunc(tables, func(t string) bool { return s.broken[t] })
}

// place returns where an origin is.
func (s *store) place(from origin, field, value string) fault.Place {
	return fault.Place{File: s.files[from.file].path, Line: int(from.line), Field: field, Value: value}
}

// take maps the rows of a message of institution bank; file is the message's number.
func (s *store) take(bank uint32, file int32, r *pboc.Rows) {
	switch r.Name.Message.Code {
	case "CLDWDK":
		s.takeStock(bank, file, r)
	case "DWDKFS":
		s.takeFlows(bank, file, r)
	case "DBHTXX":
		s.takePromises(bank, file, r)
	case "DBWXX":
		s.takePledges(bank, file, r)
	case "FTYKHX":
		s.takeCustomers(bank, file, r)
	}
}

// stockKey is one message of the stock.
type stockKey struct {
	bank  uint32
	month civil.Month
}

// begin notes that message number file is there, whether it holds rows or not.
func (s *store) begin(n pboc.Name, file int32) (bank uint32) {
	bank, _ = s.banks.Add([]byte(n.Institution))
	s.there["institutions"] = true // whose messages these are has to be told
	for _, t := range n.Message.Tables {
		s.there[t] = true
	}
	month := n.Date.Month()
	switch n.Message.Code {
	case "CLDWDK":
		s.there["enterprises"] = true
		s.loans.stocks = addMonth(s.loans.stocks, bank, month)
		s.balances.begin(month)
		s.stockOf[stockKey{bank, month}] = file
	case "DWDKFS":
		s.there["enterprises"] = true
		s.loans.flows = addMonth(s.loans.flows, bank, month)
	}
	return bank
}

// addMonth appends a month to those of a bank; months of a bank come in order.
func addMonth(by [][]civil.Month, bank uint32, m civil.Month) [][]civil.Month {
	for len(by) <= int(bank) {
		by = append(by, nil)
	}
	by[bank] = append(by[bank], m)
	return by
}

// monthsOf returns the months of a bank.
func monthsOf(by [][]civil.Month, bank uint32) []civil.Month {
	if int(bank) >= len(by) {
		return nil
	}
	return by[bank]
}

// industry returns a GB/T 4754 code, nil for a person or abroad.
func industry(b []byte) []byte {
	if len(b) > 0 && b[0] >= 'A' {
		return b
	}
	return nil
}
