package book

import (
	"cmp"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/settlement/columnar/wide"
)

// events are what moved the notes of a partition.
type events struct {
	table     *Table   // nil: not in the facts
	from      []uint32 // where the events of each note begin
	disburses []bool   // by entry of the dictionary of kinds
}

// newEvents finds where the events of each note begin: they are in order of notes.
func newEvents(p *Part) *events {
	e := &events{table: p.tables["loan_events"], from: make([]uint32, p.tables["loans"].Rows()+1)}
	if e.table == nil {
		return e
	}
	for _, note := range e.table.Keys.first {
		e.from[note+1]++
	}
	for i := 1; i < len(e.from); i++ {
		e.from[i] += e.from[i-1]
	}
	kinds := e.table.Cols["kind"].Texts()
	for i := range kinds.Len() {
		e.disburses = append(e.disburses, kinds.At(i) == "disburse")
	}
	return e
}

// movement is what an event adds to a note's balance on a day.
type movement struct {
	on        civil.Date
	fen       int64
	disbursed bool
}

// of appends the movements of a note, in order of days.
func (e *events) of(note uint32, to []movement) []movement {
	for r := e.from[note]; r < e.from[note+1]; r++ {
		m := movement{on: civil.Date(e.table.Int("on", r)), fen: -e.table.Int("amount", r)}
		if kind, ok := e.table.Cols["kind"].At(r); ok && e.disburses[kind] {
			m.disbursed, m.fen = true, -m.fen
		}
		to = append(to, m)
	}
	slices.SortFunc(to, func(a, b movement) int { return cmp.Compare(a.on, b.on) })
	return to
}

// Daily reckons daily balances, for one goroutine at a time.
type Daily struct {
	events   *events
	balances *Balances
	moves    []movement
}

// Daily returns what reckons the daily balances of the partition's notes.
func (p *Part) Daily() Daily { return Daily{events: p.events, balances: p.Balances} }

// Ends adds up a note's balances at the ends of the days of scope that are not
// before from, and counts those above 0. ok is false when the events do not tell.
func (d *Daily) Ends(note uint32, scope civil.Range, from civil.Date) (total wide.Sum, out int64, ok bool) {
	opening, known := d.balances.At(note, d.balances.Index(scope.First.Month()-1))
	d.moves = d.events.of(note, d.moves[:0])
	if len(d.moves) == 0 {
		return total, 0, false
	}
	whole := false // the events begin with a disbursement
	for _, m := range d.moves {
		whole = whole || m.on == d.moves[0].on && m.disbursed
	}
	if !whole && !known {
		return total, 0, false
	}
	balance := opening
	if whole {
		balance = 0
	}
	day := max(scope.First, from)
	add := func(until civil.Date) { // the days from day on, at whose ends the balance stays
		if until <= day {
			return
		}
		days := int64(until - day)
		total.AddProduct(balance, days)
		if balance > 0 {
			out += days
		}
		day = until
	}
	for _, m := range d.moves {
		if m.on < scope.First && !whole {
			continue
		}
		add(min(m.on, scope.Last+1))
		balance += m.fen
	}
	add(scope.Last + 1)
	return total, out, true
}
