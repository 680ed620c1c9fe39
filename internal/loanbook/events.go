package loanbook

import (
	"changrong/internal/base/civil"
	"changrong/internal/fact"
)

// event is what one drawdown or repayment changes.
type event struct {
	change int64 // fen, above zero for a drawdown
	note   uint32
	month  civil.Month
}

// events are the rows of loan_events.
type events struct {
	rows             []event
	on, kind, amount *fact.Vector
}

func (*events) columns() []string { return []string{"on", "kind", "amount"} }

func (s *events) start(b *fact.Batch) {
	s.on, s.kind, s.amount = b.Vector("on"), b.Vector("kind"), b.Vector("amount")
}

func (s *events) row(rd *reading, _ *fact.Batch, i int, _ uint32) {
	id := rd.refs[len(rd.refs)-1].id
	if id >= uint32(len(rd.c.notes.rows)) {
		return
	}
	change := s.amount.Ints[i]
	if string(s.kind.Texts.At(i)) != "disburse" {
		change = -change
	}
	s.rows = append(s.rows, event{change, id, civil.Date(s.on.Ints[i]).Month()})
}

// byNote returns the events in order of their notes, and where those of each
// note begin.
func (s *events) byNote(notes int) (sorted []event, start []int) {
	start = make([]int, notes+1)
	for i := range s.rows {
		start[s.rows[i].note+1]++
	}
	for i := range notes {
		start[i+1] += start[i]
	}
	sorted = make([]event, len(s.rows))
	next := append([]int(nil), start[:notes]...)
	for i := range s.rows {
		n := s.rows[i].note
		sorted[next[n]] = s.rows[i]
		next[n]++
	}
	return sorted, start
}

// span is the months from the first to the last in which an institution reports
// an event; only in them is "no event" a statement.
type span struct{ first, last civil.Month }

// checkEvents compares the balances of each note with what its events make of
// them, from each reported month to the next.
func (c *checker) checkEvents() {
	if !c.tables["loan_events"].there || len(c.months.list) == 0 {
		return
	}
	spans := make([]span, c.tables["institutions"].ids.Len())
	for i := range c.events.rows {
		e := &c.events.rows[i]
		if c.notes.rows[e.note].apart {
			continue
		}
		s := &spans[c.notes.rows[e.note].institution]
		if s.first == 0 || e.month < s.first {
			s.first = e.month
		}
		s.last = max(s.last, e.month)
	}
	events, start := c.events.byNote(len(c.notes.rows))
	for id := range c.notes.rows {
		if c.notes.rows[id].apart {
			continue
		}
		c.replay(uint32(id), events[start[id]:start[id+1]], spans[c.notes.rows[id].institution])
	}
}

// replay walks the reported months of one note. What it starts from is the first
// balance in the span, or nothing when the note was disbursed within the span.
func (c *checker) replay(id uint32, events []event, s span) {
	n := &c.notes.rows[id]
	from, balance, known := s.first-1, int64(0), n.disbursed >= s.first.First()
	for _, m := range c.months.list {
		if m.of > s.last || m.of < s.first-1 || !m.reported[n.institution] {
			continue
		}
		x := m.balances[id]
		switch {
		case x == absent && n.openAt(m.end): // a gap, reported as such
			known = false
			continue
		case x == absent:
			x = 0
		}
		if want := balance + sum(events, from, m.of); known && want != x {
			zh, en := both("按发生额推算 %s 元，报送 %s 元，相差 %s 元", "%s yuan by the events, %s reported, difference %s", yuan(want), yuan(x), yuan(x-want))
			c.findNote(&ruleEvents, id, m.of, "balance", zh, en)
		}
		from, balance, known = m.of, x, true
	}
}

// sum adds what changed after month from, until the end of month to.
func sum(events []event, from, to civil.Month) (change int64) {
	for i := range events {
		if m := events[i].month; m > from && m <= to {
			change += events[i].change
		}
	}
	return change
}
