package intake

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/loanbook/through"
)

// behind is what the platform itself knows of loans (平台贷款, Options.Behind). What a
// bank tells comes before it: of a note, an enterprise that anybody else tells,
// nothing of it is taken but the channel of a loan, where that was left open. A note
// that its bank perhaps reports under another number is left out, as is one of
// which only key and channel are given.
type behind struct {
	numbers map[string]bool  // institution/note of every row of loans
	wanted  map[loose]bool   // what may tell the rows of loans under another number
	rows    map[uint32]bool  // of loans, that the platform alone tells
	alike   map[string][]row // notes that others tell and that may be a wanted one, by institution; nil: not looked for yet
}

// loose is what two notes of a bank have in common that may be one loan.
type loose struct {
	institution string
	amount      int64
}

// row is a note that others tell.
type row struct {
	number string
	terms  through.Terms
}

// of returns what loanbook is told of these notes, nil when there are none.
func (x *behind) of(s *store) func(institution, loan []byte) bool {
	if len(x.rows) == 0 {
		return nil
	}
	return func(institution, loan []byte) bool {
		bank, ok := s.banks.Find(institution)
		if !ok {
			return false
		}
		row, ok := s.loans.keys.FindIn(bank, loan)
		return ok && x.rows[row]
	}
}

// peek notes which loans a file tells.
func (x *behind) peek(s *store, sup *supplement) error {
	if sup.table != "loans" {
		return nil
	}
	if x.numbers == nil {
		x.numbers, x.wanted, x.rows = map[string]bool{}, map[loose]bool{}, map[uint32]bool{}
	}
	silent := func(fact.Finding) {} // merge reports them
	return s.read(sup, []string{"institution_id", "loan_id", "principal"}, silent, func(b *fact.Batch) {
		for i := range b.Len() {
			institution := string(b.Vectors[0].Texts.At(i))
			x.numbers[institution+"/"+string(b.Vectors[1].Texts.At(i))] = true
			if !b.Vectors[2].Unknown(i) {
				x.wanted[loose{institution, b.Vectors[2].Ints[i]}] = true
			}
		}
	})
}

// tells tells whether row i of b is to be taken: nobody else tells it, and all that is
// required is there.
func (m *merger) tells(b *fact.Batch, i int) bool {
	s, t := m.s, m.grid.table
	if m.known(b, i) {
		if t.Name == "loans" {
			m.channel(b, i)
		}
		return false
	}
	if lacks(t, b, i) {
		return false
	}
	if t.Name != "loans" {
		return true
	}
	institution, number := b.Vector("institution_id").Texts.At(i), b.Vector("loan_id").Texts.At(i)
	at := s.place(m.origin(b, i), "loan_id", string(institution)+"/"+string(number))
	if _, listed := s.grids["institutions"].keys.FindIn(0, institution); !listed {
		s.find(ruleUnlisted.At(at, "", ""))
		return false
	}
	if other := s.behind.twin(s, string(institution), termsOf(b, i)); other != "" {
		s.find(ruleSameLoan.At(at, "银行报送的借据为 "+other, "the bank's note is "+other))
		return false
	}
	return true
}

// channel adds the channel of row i of b to the note that a bank tells, where it is
// open.
func (m *merger) channel(b *fact.Batch, i int) {
	bank, _ := m.s.banks.Find(b.Vector("institution_id").Texts.At(i))
	row, _ := m.s.loans.keys.FindIn(bank, b.Vector("loan_id").Texts.At(i))
	c, says := m.grid.column("channel"), b.Vector("channel").Texts.At(i)
	if len(says) > 0 && !c.known(row) {
		c.setText(row, says)
	}
}

// apart tells whether row i of b is about a note that the platform alone tells.
func (m *merger) apart(b *fact.Batch, i int) bool {
	bank, ok := m.s.banks.Find(b.Vector("institution_id").Texts.At(i))
	if !ok {
		return false
	}
	row, ok := m.s.loans.keys.FindIn(bank, b.Vector("loan_id").Texts.At(i))
	return ok && m.s.behind.rows[row]
}

// termsOf returns what may tell row i of loans under another number.
func termsOf(b *fact.Batch, i int) through.Terms {
	return through.Terms{
		Contract: string(b.Vector("contract_id").Texts.At(i)), USCC: string(b.Vector("enterprise_id").Texts.At(i)),
		Amount: money.Fen(b.Vector("principal").Ints[i]), Drawn: civil.Date(b.Vector("disbursed_on").Ints[i]),
	}
}

// twin returns the number of a note that others tell and that may be the same loan, ""
// when there is none.
func (x *behind) twin(s *store, institution string, t through.Terms) string {
	if x.alike == nil {
		x.look(s)
	}
	for _, r := range x.alike[institution] {
		if through.Alike(t, r.terms) {
			return r.number
		}
	}
	return ""
}

// look finds the notes that others tell, that the platform does not know by their
// number, and whose amount is that of a loan it does know.
func (x *behind) look(s *store) {
	x.alike = map[string][]row{}
	l := s.loans
	for i := range uint32(l.rows()) {
		institution, number := string(l.institution.text(i)), string(l.keys.Text(i))
		if !x.wanted[loose{institution, l.principal.number(i)}] || x.numbers[institution+"/"+number] {
			continue
		}
		x.alike[institution] = append(x.alike[institution], row{number, through.Terms{
			Contract: string(l.contract.text(i)), USCC: string(s.borrower(i)), Amount: money.Fen(l.principal.number(i)), Drawn: civil.Date(l.disbursed.number(i)),
		}})
	}
}
