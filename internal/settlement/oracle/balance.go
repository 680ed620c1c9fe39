package oracle

import (
	"slices"

	"changrong/internal/base/civil"
)

// monthEnd returns the balance of a note at the end of a month: as reported, or 0
// when it was not open then. Otherwise there is a gap.
func (f *facts) monthEnd(note *Fact, m civil.Month) (fen int64, known bool) {
	return f.balanceAt(noteOf(note), note, m)
}

// balanceAt is monthEnd of a note of which there may be nothing but the key.
func (f *facts) balanceAt(key string, note *Fact, m civil.Month) (fen int64, known bool) {
	if fen, reported := f.balancesOf(key)[m]; reported {
		return fen, true
	}
	return 0, note != nil && !openAt(note, m.Last())
}

// openAt tells whether a note is open at the end of a day.
func openAt(note *Fact, on civil.Date) bool {
	return note.date("disbursed_on") <= on && on < note.date("closed_on")
}

// Days are what a daily average is made of.
type Days struct {
	// FromEvents tells that the opening balance is the sum of the events before
	// the scope; else it is the balance at the end of the month before it.
	FromEvents bool  `json:"from_events"`
	Opening    int64 `json:"opening_fen"`
	Sum        int64 `json:"sum_fen"` // of the balances at the ends of the days that count
	Days       int64 `json:"days"`    // of the scope
	Out        int64 `json:"out"`     // days that count and have a balance above 0
}

// dayEnds follows a note's balance from day to day through the scope. Days that do
// not count add nothing. ok is false when the events do not tell.
func (b *Books) dayEnds(note *Fact, counts func(civil.Date) bool) (d Days, ok bool) {
	events := b.facts.children("loan_events", "loans", note.texts(noteKey)...)
	if len(events) == 0 {
		return d, false
	}
	moved := map[civil.Date]int64{}
	for _, e := range events {
		moved[e.date("on")] += movement(e)
	}
	scope := b.plan.Scope
	if d.FromEvents = wholeHistory(events); d.FromEvents {
		for on, change := range moved {
			if on < scope.First {
				d.Opening += change
			}
		}
	} else if d.Opening, ok = b.facts.monthEnd(note, b.plan.Opening()); !ok {
		return d, false
	}
	balance := d.Opening
	for on := scope.First; on <= scope.Last; on++ {
		d.Days++
		balance += moved[on]
		if !counts(on) {
			continue
		}
		d.Sum += balance
		if balance > 0 {
			d.Out++
		}
	}
	return d, true
}

// movement is what an event adds to a note's balance.
func movement(event *Fact) int64 {
	if event.Text("kind") == "disburse" {
		return event.Value("amount").Int
	}
	return -event.Value("amount").Int
}

// wholeHistory tells whether a note's events begin with a disbursement.
func wholeHistory(events []*Fact) bool {
	first := slices.MinFunc(events, func(x, y *Fact) int { return int(x.date("on") - y.date("on")) }).date("on")
	return slices.ContainsFunc(events, func(e *Fact) bool { return e.date("on") == first && e.Text("kind") == "disburse" })
}
