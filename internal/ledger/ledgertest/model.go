package ledgertest

import (
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
)

// Purpose is what the sources of the model are for.
const Purpose = "p/item"

// Sources are those of the model: two of a year, and one that follows the first.
func Sources() []ledger.Source {
	of := func(id string, year int, level ledger.Level) ledger.Source {
		return ledger.Source{ID: id, Year: year, Level: level, Document: "文号", Title: "资金 " + id, Purposes: []string{Purpose}}
	}
	return []ledger.Source{of("a", 2025, ledger.County), of("b", 2025, ledger.Municipal), of("c", 2026, ledger.County)}
}

// bag is where money lies in the model.
type bag struct{ source, account, claim, order string }

// model keeps money in bags, and knows nothing of entries.
type model struct {
	bags   map[bag]money.Fen
	closed map[string]bool
	posted map[string]ledger.Kind // references that were used
	now    civil.Instant
}

// step is something that may be tried: what it takes from which bag to which.
type step struct {
	kind     ledger.Kind
	f        func(ledger.Tx, ledger.Move) (*ledger.Entry, error)
	from, to string
	claim    bool
	order    bool
	late     bool
}

var steps = []step{
	{ledger.Allotted, ledger.Allot, "", "budget", false, false, false},
	{ledger.Adjusted, ledger.Adjust, "budget", "", false, false, false},
	{ledger.Recalling, ledger.Recall, "budget", "recalled", false, false, false},
	{ledger.Reserving, ledger.Reserve, "budget", "reserved", true, false, false},
	{ledger.Unreserved, ledger.Unreserve, "reserved", "budget", true, false, false},
	{ledger.Approving, ledger.Approve, "reserved", "approved", true, false, false},
	{ledger.Unapproved, ledger.Unapprove, "approved", "reserved", true, false, false},
	{ledger.Ordering, ledger.Order, "approved", "ordered", true, true, false},
	{ledger.Cancelled, ledger.Cancel, "ordered", "approved", true, true, false},
	{ledger.Paying, ledger.Pay, "ordered", "paid", true, true, false},
	{ledger.Returning, ledger.Return, "paid", "returned", true, true, true},
	{ledger.Reissued, ledger.Reissue, "returned", "approved", true, true, false},
	{ledger.Released, ledger.Release, "returned", "budget", true, true, false},
	{ledger.HandedOver, ledger.HandOver, "returned", "recalled", true, true, true},
}

// bag returns where an account's money lies in the model; what leaves for good lies
// in one place.
func (s *step) bag(account, source, claim, order string) bag {
	b := bag{source: source, account: account}
	switch account {
	case "reserved", "approved":
		b.claim = claim
	case "ordered", "paid", "returned":
		b.claim, b.order = claim, order
	}
	return b
}

// Random tries a random sequence of postings on a ledger with the Sources in it,
// each in one transaction, and holds each outcome, and in the end every balance,
// against bags of money.
func Random(t *rapid.T, write func(func(ledger.Books) error) error) {
	m := &model{bags: map[bag]money.Fen{}, closed: map[string]bool{}, posted: map[string]ledger.Kind{}, now: civil.StartOf(civil.Date(20300))}
	n := rapid.IntRange(1, 60).Draw(t, "steps")
	for i := range n {
		m.now += civil.Hour
		switch rapid.IntRange(0, 19).Draw(t, "what") {
		case 0:
			m.carry(t, write, i)
		case 1:
			m.close(t, write)
		default:
			m.step(t, write, i)
		}
	}
	m.compare(t, write)
}

// move draws what to post.
func (m *model) move(t *rapid.T, s *step, ref string) ledger.Move {
	p := ledger.Part{Source: rapid.SampledFrom([]string{"a", "a", "b", "c"}).Draw(t, "source"), Amount: money.Fen(rapid.IntRange(1, 40).Draw(t, "fen"))}
	if s.kind == ledger.Allotted {
		p.Amount *= 5
	}
	mv := ledger.Move{Ref: ref, At: m.now, On: m.now.Date(), By: "x", Second: "y", Document: "文号", Receipt: ledger.Receipt{No: ref}}
	if s.claim {
		mv.Claim, p.Item = rapid.SampledFrom([]string{"c1", "c2"}).Draw(t, "claim"), Purpose
	}
	if s.order {
		mv.Order = rapid.SampledFrom([]string{"o1", "o2"}).Draw(t, "order")
	}
	mv.Parts = []ledger.Part{p}
	return mv
}

// step tries one posting, twice.
func (m *model) step(t *rapid.T, write func(func(ledger.Books) error) error, i int) {
	s := rapid.SampledFrom(steps).Draw(t, "step")
	mv := m.move(t, &s, fmt.Sprint("r", i))
	p := mv.Parts[0]
	from, to := s.bag(s.from, p.Source, mv.Claim, mv.Order), s.bag(s.to, p.Source, mv.Claim, mv.Order)
	want := ""
	switch {
	case m.closed[p.Source] && !s.late:
		want = "ledger.closed"
	case s.from != "" && m.bags[from] < p.Amount:
		want = "ledger.insufficient"
	}
	for range 2 { // the second time posts nothing more
		if err := write(func(tx ledger.Books) error { _, err := s.f(tx, mv); return err }); fault.CodeOf(err) != want {
			t.Fatalf("%s %+v: %v, not %q", s.kind, mv, err, want)
		}
	}
	if want == "" {
		if s.from != "" {
			m.bags[from] -= p.Amount
		}
		if s.to != "" {
			m.bags[to] += p.Amount
		}
	}
}

// lies is how much of a source lies in bags of an account.
func (m *model) lies(source, account string) (sum money.Fen) {
	for b, amount := range m.bags {
		if b.source == source && b.account == account {
			sum += amount
		}
	}
	return sum
}

// carry tries to move what a has left to c.
func (m *model) carry(t *rapid.T, write func(func(ledger.Books) error) error, i int) {
	budget := money.Fen(rapid.IntRange(0, 30).Draw(t, "carry"))
	if rapid.Bool().Draw(t, "all") {
		budget = m.lies("a", "budget")
	}
	want := ""
	bound := m.lies("a", "reserved") + m.lies("a", "approved")
	switch {
	case m.closed["a"] || m.closed["c"]:
		want = "ledger.closed"
	case m.lies("a", "ordered") > 0 || m.lies("a", "returned") > 0:
		want = "ledger.unsettled"
	case budget+bound == 0:
		want = "ledger.nothing"
	case budget > m.lies("a", "budget"):
		want = "ledger.insufficient"
	}
	for range 2 {
		err := write(func(tx ledger.Books) error {
			_, err := ledger.Carry(tx, ledger.Carryover{Ref: fmt.Sprint("r", i), At: m.now, By: "x", Second: "y", From: "a", To: "c", Budget: budget, Document: "文号"})
			return err
		})
		if fault.CodeOf(err) != want {
			t.Fatalf("carry %s: %v, not %q", budget, err, want)
		}
	}
	if want != "" {
		return
	}
	for b, amount := range maps.Clone(m.bags) {
		if b.source == "a" && (b.account == "reserved" || b.account == "approved") {
			m.bags[b] = 0
			b.source = "c"
			m.bags[b] += amount
		}
	}
	m.bags[bag{source: "a", account: "budget"}] -= budget
	m.bags[bag{source: "c", account: "budget"}] += budget
	m.bags[bag{source: "a", account: "carried"}] += budget + bound
}

// close tries to close the year of a.
func (m *model) close(t *rapid.T, write func(func(ledger.Books) error) error) {
	want := ""
	switch {
	case m.closed["a"]:
		want = "ledger.closed"
	case m.lies("a", "ordered") > 0 || m.lies("a", "returned") > 0:
		want = "ledger.unsettled"
	case m.lies("a", "budget")+m.lies("a", "reserved")+m.lies("a", "approved") > 0:
		want = "ledger.left"
	}
	err := write(func(tx ledger.Books) error {
		s, err := tx.LedgerSource("a")
		if err != nil {
			return err
		}
		return ledger.CloseYear(tx, "a", s.Version)
	})
	if fault.CodeOf(err) != want {
		t.Fatalf("close: %v, not %q", err, want)
	}
	m.closed["a"] = m.closed["a"] || want == ""
}

// compare holds every balance against the bags, and every other way of asking
// against the balances.
func (m *model) compare(t *rapid.T, write func(func(ledger.Books) error) error) {
	err := write(func(tx ledger.Books) error {
		bad, err := ledger.Check(tx)
		if err != nil || len(bad) > 0 {
			t.Fatalf("%v, %v", bad, err)
		}
		kept, err := tx.LedgerBalances(ledger.BalanceFilter{})
		if err != nil {
			return err
		}
		got := map[bag]money.Fen{}
		for _, b := range kept {
			if b.Account != ledger.Origin {
				got[bag{b.Source, string(b.Account), b.Claim, b.Order}] += b.Amount
			}
		}
		maps.DeleteFunc(m.bags, func(_ bag, amount money.Fen) bool { return amount == 0 })
		if !maps.Equal(got, m.bags) {
			t.Fatalf("balances %v, not %v", got, m.bags)
		}
		return m.statements(t, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// statements looks whether statements over two parts of the time say together
// what the balances say.
func (m *model) statements(t *rapid.T, tx ledger.Books) error {
	x, err := ledger.ExecutionOf(tx, ledger.SourceFilter{})
	if err != nil {
		return err
	}
	first, last := civil.Date(20299), m.now.Date()
	middle := first + civil.Date(rapid.IntRange(0, int(last-first)).Draw(t, "middle"))
	page := rapid.IntRange(1, 7).Draw(t, "page")
	for _, s := range x.Sources {
		early, err := paged(t, tx, s.Source.ID, civil.Range{First: first, Last: middle}, page)
		if err != nil {
			return err
		}
		late, err := paged(t, tx, s.Source.ID, civil.Range{First: middle + 1, Last: last + 1}, page)
		if err != nil {
			return err
		}
		if early.Opening != (ledger.Totals{}) || early.Closing != late.Opening || late.Closing != s.Totals || s.Totals.Sum() != 0 {
			t.Fatalf("statements of %s: %+v then %+v, not %+v", s.Source.ID, early, late, s.Totals)
		}
	}
	var sum ledger.Totals
	for _, l := range x.Levels {
		for _, a := range ledger.Accounts() {
			sum.Add(a, l.Totals.Of(a))
		}
	}
	if sum != x.Total || !slices.IsSortedFunc(x.Sources, func(a, b ledger.SourceExecution) int { return b.Source.Year - a.Source.Year }) {
		t.Fatalf("levels come to %+v, not %+v", sum, x.Total)
	}
	return nil
}

// paged reads a statement page by page: every page has the same totals, and the lines
// lead from what there was to what there is.
func paged(t *rapid.T, tx ledger.Books, source string, days civil.Range, page int) (*ledger.Statement, error) {
	whole, err := ledger.StatementOf(tx, source, "", days, ledger.Window{Limit: page})
	if err != nil {
		return nil, err
	}
	for len(whole.Lines) < whole.Total {
		s, err := ledger.StatementOf(tx, source, "", days, ledger.Window{Limit: page, Offset: len(whole.Lines)})
		if err != nil {
			return nil, err
		}
		if len(s.Lines) == 0 || s.Total != whole.Total || s.Opening != whole.Opening || s.Moved != whole.Moved || s.Closing != whole.Closing {
			t.Fatalf("after %d lines %+v, at first %+v", len(whole.Lines), s, whole)
		}
		whole.Lines = append(whole.Lines, s.Lines...)
	}
	stand := whole.Opening
	for _, l := range whole.Lines {
		if stand = stand.Plus(l.Change); l.After != stand {
			t.Fatalf("after entry %d there is %+v, not %+v", l.Seq, l.After, stand)
		}
	}
	if stand != whole.Closing || whole.Opening.Plus(whole.Moved) != whole.Closing {
		t.Fatalf("the lines of %+v come to %+v", whole, stand)
	}
	return whole, nil
}
