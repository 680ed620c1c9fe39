package city

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// Event is something that happened to a note.
type Event struct {
	On     civil.Date
	Kind   int
	Amount money.Fen
}

// The kinds of event.
const (
	disburse = iota
	repay
	writeOff
	transferOut
)

// EventKinds are their codes in the dictionary.
var EventKinds = [...]string{"disburse", "repay", "write_off", "transfer_out"}

// The qualities of a note.
const (
	normal uint8 = iota
	specialMention
	substandard
	doubtful
	loss
)

// Qualities are their codes in the dictionary.
var Qualities = [...]string{"normal", "special_mention", "substandard", "doubtful", "loss"}

// plan is how a note will be paid back, whatever happens.
type plan struct {
	pattern int
	fate    int
	end     civil.Date // when it is closed, or would be after lastDay
	how     int        // the event that closes it
}

// The patterns of repayment.
const (
	bullet  = iota // all at the end
	partial        // some on the way
	monthly        // the same every month
)

// The fates of a note.
const (
	inTime = iota
	early
	prolonged
	overdue
)

// choosePlan draws what will become of t, and its extension with it.
func (f *Firm) choosePlan(t *Note) plan {
	p := plan{how: repay, pattern: f.choosePattern(t)}
	maturity := t.Due
	t.Extended, t.Overdue, t.watched = civil.Never, civil.Never, civil.Never
	trouble := 40
	if !f.small() {
		trouble = 26 // a large note that goes bad moves a small city's figures too much
	}
	switch x := f.d.Below(1000); {
	case x < 22 && t.Due <= LastDay:
		p.fate = prolonged
		t.Extended = later(t.Due, f.d.between(3, 12))
		maturity = t.Extended
		if f.d.Chance(300_000) {
			t.watched = t.Due
		}
	case x < trouble:
		p.fate, t.Overdue = overdue, t.Due+1
		p.end, p.how = f.afterDue(t)
		return p
	case x < 196:
		p.fate = early
		p.end = max(maturity-civil.Date(f.d.between(5, 120)), t.Disbursed+20)
		return p
	case x < 210:
		t.watched = t.Disbursed + civil.Date(f.d.between(60, 600))
	}
	p.end = maturity
	return p
}

// choosePattern draws how t is paid back.
func (f *Firm) choosePattern(t *Note) int {
	x := f.d.Below(100)
	switch {
	case t.Months >= 24 && x < 45, t.Months == 12 && x < 7:
		return monthly
	case x < 72:
		return bullet
	}
	return partial
}

// afterDue draws how an overdue note ends, and when. The fund pays what it
// guarantees after three to five months.
func (f *Firm) afterDue(t *Note) (end civil.Date, how int) {
	if t.xinbao {
		return t.Due + civil.Date(f.d.between(90, 150)), writeOff
	}
	end = t.Due + civil.Date(f.d.between(20, 420))
	switch x := f.d.Below(100); {
	case x < 55:
		return end, repay
	case x < 85:
		return end + 120, writeOff
	}
	return end, transferOut
}

// live writes the events of t up to lastDay, and its balances and qualities.
func (f *Firm) live(t *Note) {
	t.From = len(f.Events)
	left := t.Principal
	f.add(t.Disbursed, disburse, left)
	switch t.plan.pattern {
	case monthly:
		left = f.payMonthly(t)
	case partial:
		left = f.payPartly(t)
	}
	t.Closed = civil.Never
	if t.plan.end <= LastDay {
		t.Closed = t.plan.end
		f.settle(t, left)
	}
	t.To = len(f.Events)
	f.keepBooks(t)
}

// settle closes t. Of an overdue note that the fund guarantees, the fund pays its
// share and the bank writes off the rest.
func (f *Firm) settle(t *Note, left money.Fen) {
	if t.xinbao && t.plan.fate == overdue {
		paid := left * xinbaoShare(t.Bank) / 100
		f.add(t.Closed, repay, paid)
		left -= paid
	}
	f.add(t.Closed, t.plan.how, left)
}

// add appends an event unless it has not happened yet.
func (f *Firm) add(on civil.Date, kind int, amount money.Fen) {
	if on <= LastDay && amount > 0 {
		f.Events = append(f.Events, Event{on, kind, amount})
	}
}

// payMonthly pays the same every month, to the fen; an overdue note stops
// paying three months before it is due.
func (f *Firm) payMonthly(t *Note) (left money.Fen) {
	left = t.Principal
	part := t.Principal / money.Fen(t.Months)
	n := t.Months - 1
	if t.plan.fate == overdue {
		n = max(0, n-3)
	}
	for i := 1; i <= n; i++ {
		on := later(t.Disbursed, i)
		if on >= t.plan.end || on > LastDay {
			break
		}
		f.add(on, repay, part)
		left -= part
	}
	return left
}

// payPartly pays some of it one to three times.
func (f *Firm) payPartly(t *Note) (left money.Fen) {
	left = t.Principal
	span := int(t.plan.end - t.Disbursed)
	n := f.d.between(1, 3)
	for i := range n {
		lo := span * (i + 1) / (n + 2)
		on := t.Disbursed + civil.Date(lo+f.d.Below(max(1, span/(n+3))))
		part := roundTo(t.Principal*money.Fen(f.d.between(5, 30))/100, 100*money.Yuan)
		if on >= t.plan.end || on > LastDay {
			break
		}
		f.add(on, repay, part)
		left -= part
	}
	return left
}

// keepBooks derives month-end balances and qualities from the events.
func (f *Firm) keepBooks(t *Note) {
	at := t.From
	var balance money.Fen
	for i, end := range MonthEnds {
		for at < t.To && f.Events[at].On <= end {
			if e := &f.Events[at]; e.Kind == disburse {
				balance += e.Amount
			} else {
				balance -= e.Amount
			}
			at++
		}
		t.Balance[i], t.Quality[i] = balance, t.qualityOn(end)
	}
}

// qualityOn returns the five-category quality of t on a day.
func (t *Note) qualityOn(d civil.Date) uint8 {
	if d >= t.Overdue {
		switch days := d - t.Overdue + 1; {
		case days > 360:
			return loss
		case days > 180:
			return doubtful
		case days > 90:
			return substandard
		}
		return specialMention
	}
	if d >= t.watched {
		return specialMention
	}
	return normal
}

// LastQuality returns the quality at the last month-end at which t was out.
func (t *Note) LastQuality() uint8 {
	for i := Months - 1; i >= 0; i-- {
		if t.Balance[i] > 0 {
			return t.Quality[i]
		}
	}
	return normal
}
