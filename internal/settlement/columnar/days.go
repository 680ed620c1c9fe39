package columnar

import (
	"cmp"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/settlement/columnar/vec"
)

// events are what moved the notes of a partition.
type events struct {
	table *table // nil: not in the facts
	from  []uint32
	// By entry of the dictionary of kinds.
	disburses []bool
}

// newEvents finds where the events of each note begin: they are in order of notes.
func newEvents(p *part) *events {
	e := &events{table: p.tables["loan_events"], from: make([]uint32, p.tables["loans"].rows()+1)}
	if e.table == nil {
		return e
	}
	for _, note := range e.table.keys.first {
		e.from[note+1]++
	}
	for i := 1; i < len(e.from); i++ {
		e.from[i] += e.from[i-1]
	}
	kinds := e.table.cols["kind"].Texts()
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
		m := movement{on: civil.Date(e.table.int("on", r)), fen: -e.table.int("amount", r)}
		if kind, ok := e.table.cols["kind"].At(r); ok && e.disburses[kind] {
			m.disbursed, m.fen = true, -m.fen
		}
		to = append(to, m)
	}
	slices.SortFunc(to, func(a, b movement) int { return cmp.Compare(a.on, b.on) })
	return to
}

// dayEnds adds up a note's balances at the ends of the days of scope that are not
// before from, and counts those above 0. ok is false when the events do not tell.
// opening is the balance before the scope, if it is known.
func dayEnds(moves []movement, scope civil.Range, from civil.Date, opening int64, known bool) (total wide, out int64, ok bool) {
	if len(moves) == 0 {
		return total, 0, false
	}
	whole := false // the events begin with a disbursement
	for _, m := range moves {
		whole = whole || m.on == moves[0].on && m.disbursed
	}
	if !whole && !known {
		return total, 0, false
	}
	balance := opening
	if whole {
		balance = 0
	}
	day := max(scope.First, from)
	// add counts the days from day to before until, on which the balance stays.
	add := func(until civil.Date) {
		if until <= day {
			return
		}
		days := int64(until - day)
		total.addProduct(balance, days)
		if balance > 0 {
			out += days
		}
		day = until
	}
	for _, m := range moves {
		if m.on < scope.First && !whole {
			continue
		}
		add(min(m.on, scope.Last+1))
		balance += m.fen
	}
	add(scope.Last + 1)
	return total, out, true
}

// daily reads days for one worker.
type daily struct {
	events   *events
	balances *balances
	moves    []movement
}

// average returns the mean balance of a note over the days of scope, or over those
// on which there was any.
func (d *daily) average(note uint32, scope civil.Range, from civil.Date, outstanding bool) (fen int64, computable bool, err error) {
	opening, known := d.balances.at(note, int(scope.First.Month()-1-d.balances.first))
	d.moves = d.events.of(note, d.moves[:0])
	total, out, ok := dayEnds(d.moves, scope, from, opening, known)
	if !ok {
		return 0, false, nil
	}
	divisor := int64(scope.Days())
	if outstanding {
		divisor = out
	}
	if divisor == 0 {
		return 0, true, nil
	}
	fen, ok = total.quotient(divisor)
	if !ok {
		return 0, true, errOverflow()
	}
	return fen, true, nil
}

var _ vec.Values = monthEnd{}
