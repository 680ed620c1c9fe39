package loanbook

import (
	"math"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
)

// note is what the checks know of one note, at the number of its key.
type note struct {
	principal         int64
	institution       uint32
	borrower          uint32
	disbursed, closed civil.Date
	first             bool
	apart             bool // its bank reports nothing of it
}

// openAt tells whether n should have a balance at the end of day d.
func (n *note) openAt(d civil.Date) bool { return n.disbursed <= d && n.closed > d }

// notes are the rows of loans.
type notes struct {
	rows                                []note
	principal, disbursed, closed, first *fact.Vector
}

func (*notes) columns() []string {
	return []string{"principal", "disbursed_on", "closed_on", "first_loan"}
}

func (s *notes) start(b *fact.Batch) {
	s.principal, s.disbursed = b.Vector("principal"), b.Vector("disbursed_on")
	s.closed, s.first = b.Vector("closed_on"), b.Vector("first_loan")
}

func (s *notes) row(rd *reading, b *fact.Batch, i int, _ uint32) {
	n := note{
		principal: s.principal.Ints[i], disbursed: civil.Date(s.disbursed.Ints[i]), closed: civil.Date(s.closed.Ints[i]),
		first: !s.first.Unknown(i) && s.first.Ints[i] == 1, institution: none, borrower: none,
	}
	if s.principal.Unknown(i) { // a finding of its own, and nothing to compare with
		n.principal = math.MaxInt64
	}
	if apart := rd.c.opts.Apart; apart != nil {
		n.apart = apart(b.Vector("institution_id").Texts.At(i), b.Vector("loan_id").Texts.At(i))
	}
	for _, r := range rd.refs {
		switch r.link.Table {
		case "institutions":
			n.institution = r.id
		case "enterprises":
			n.borrower = r.id
		}
	}
	s.rows = append(s.rows, n)
}

// checkFirstLoans points out borrowers whose first loan two institutions attest,
// and first loans of borrowers with an earlier note.
func (c *checker) checkFirstLoans() {
	type borrower struct {
		earliest uint32    // their first note
		attested [2]uint32 // the first two institutions that attest a first loan
	}
	borrowers := make([]borrower, c.tables["enterprises"].ids.Len())
	for i := range borrowers {
		borrowers[i] = borrower{none, [2]uint32{none, none}}
	}
	for id := range c.notes.rows {
		n := &c.notes.rows[id]
		if n.borrower == none {
			continue
		}
		b := &borrowers[n.borrower]
		if b.earliest == none || n.disbursed < c.notes.rows[b.earliest].disbursed {
			b.earliest = uint32(id)
		}
		switch {
		case !n.first || n.institution == b.attested[0]:
		case b.attested[0] == none:
			b.attested[0] = n.institution
		case b.attested[1] == none:
			b.attested[1] = n.institution
		}
	}
	for id := range c.notes.rows {
		n := &c.notes.rows[id]
		if !n.first || n.borrower == none {
			continue
		}
		b := &borrowers[n.borrower]
		enterprise := c.tables["enterprises"].ids.Text(n.borrower)
		if b.attested[1] != none {
			other := b.attested[0]
			if other == n.institution {
				other = b.attested[1]
			}
			zh, en := both("企业 %s，另一机构 %s", "borrower %s, the other institution is %s", enterprise, c.institution(other))
			c.findNote(&ruleCollision, uint32(id), 0, "first_loan", zh, en)
		}
		if e := &c.notes.rows[b.earliest]; e.disbursed < n.disbursed {
			zh, en := both("企业 %s，更早的借据 %s 发放于 %s", "borrower %s, earlier note %s of %s", enterprise, c.noteKey(b.earliest), e.disbursed)
			c.findNote(&ruleEarlier, uint32(id), 0, "first_loan", zh, en)
		}
	}
}
