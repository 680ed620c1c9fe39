package oracle

import (
	"cmp"
	"math"

	"changrong/internal/policy"
)

// firstLoan tells whether a note is one of a first-loan borrower of the scope that
// counts. elsewhere names the borrower's first bank when that is known, this
// note is attested too, and it is another bank's.
func (b *Books) firstLoan(reading policy.FirstLoan, note *Fact) (c Condition, elsewhere string) {
	c = Condition{First: reading, Truth: Fails}
	if !b.plan.Scope.Holds(note.date("disbursed_on")) {
		return c, ""
	}
	first, truth := b.firstNote(reading, note.Text("enterprise_id"))
	if truth != Holds {
		if c.Truth = truth; truth == Unknown {
			c.Missing = []string{"loan.first_loan"}
		}
		return c, ""
	}
	bank := first.Text("institution_id")
	switch reading {
	case policy.YearNotesAllBanks:
		c.Truth = Holds
		return c, ""
	case policy.FirstNote:
		c.Truth = holdsIf(note == first)
	default:
		c.Truth = holdsIf(note.Text("institution_id") == bank)
	}
	if note.Text("institution_id") != bank && note.Value("first_loan") == yes {
		elsewhere = bank
	}
	return c, elsewhere
}

// firstNote returns the first note of a borrower: of its earliest notes that
// are attested, the one with the lowest key. Fails: it is no first-loan borrower of
// the scope. Unknown: an earliest note that may be attested could take its place.
func (b *Books) firstNote(reading policy.FirstLoan, enterprise string) (*Fact, Truth) {
	var first, doubt *Fact
	for _, note := range b.earliestNotes(enterprise) {
		if !b.plan.Scope.Holds(note.date("disbursed_on")) {
			return nil, Fails
		}
		switch attested := note.Value("first_loan"); {
		case !attested.Known:
			doubt = lower(doubt, note)
		case attested == yes:
			first = lower(first, note)
		}
	}
	switch {
	case first == nil && doubt == nil:
		return nil, Fails
	case first == nil:
		return nil, Unknown
	case doubt == nil || reading == policy.YearNotesAllBanks:
		return first, Holds
	case reading == policy.FirstNote && byNote(doubt, first) < 0:
		return nil, Unknown
	case reading != policy.FirstNote && doubt.Text("institution_id") < first.Text("institution_id"):
		return nil, Unknown
	}
	return first, Holds
}

// earliestNotes returns the notes of an enterprise that were disbursed first, of
// all in the facts.
func (b *Books) earliestNotes(enterprise string) []*Fact {
	var earliest []*Fact
	on := int64(math.MaxInt64)
	for _, note := range b.facts.children("loans", "enterprises", enterprise) {
		switch d := note.Value("disbursed_on").Int; {
		case d < on:
			earliest, on = []*Fact{note}, d
		case d == on:
			earliest = append(earliest, note)
		}
	}
	return earliest
}

// lower returns the note with the lower key; a may be nil.
func lower(a, note *Fact) *Fact {
	if a == nil || byNote(note, a) < 0 {
		return note
	}
	return a
}

// byNote orders notes by institution_id and loan_id.
func byNote(a, b *Fact) int {
	return cmp.Or(
		cmp.Compare(a.Text("institution_id"), b.Text("institution_id")),
		cmp.Compare(a.Text("loan_id"), b.Text("loan_id")))
}

// bankOf returns the institution of the earliest row of another table that
// belongs to an enterprise, and how that was found.
func (b *Books) bankOf(e *policy.Earliest, enterprise *Fact) (string, Condition, error) {
	c := Condition{Bank: e, Truth: Fails}
	var first, doubt *Fact // the earliest that holds, and that might
	for _, row := range b.facts.childrenOf(enterprise, e.Table) {
		cs, truth, err := b.conditions(e.When, row, enterprise)
		if err != nil {
			return "", c, err
		}
		c.Rows = append(c.Rows, Candidate{row, truth, cs})
		switch {
		case truth == Holds && (first == nil || byDay(e, row, first) < 0):
			first = row
		case truth == Unknown && (doubt == nil || byDay(e, row, doubt) < 0):
			doubt = row
		}
	}
	switch {
	case doubt != nil && (first == nil || byDay(e, doubt, first) < 0):
		c.Truth, c.Missing = Unknown, missingOf(c.Rows)
		return "", c, nil
	case first == nil:
		return "", c, nil
	}
	c.Truth = Holds
	return first.Text("institution_id"), c, nil
}

// byDay orders rows by the date that e goes by, then by institution_id.
func byDay(e *policy.Earliest, x, y *Fact) int {
	return cmp.Or(
		cmp.Compare(x.Value(e.By.Name).Int, y.Value(e.By.Name).Int),
		cmp.Compare(x.Text("institution_id"), y.Text("institution_id")))
}
