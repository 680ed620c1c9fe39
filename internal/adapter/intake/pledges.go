package intake

import (
	"bytes"
	"slices"

	"changrong/internal/adapter/pboc"
	"changrong/internal/base/civil"
	"changrong/internal/loanbook/intern"
)

// pledges are things pledged or mortgaged as DBWXX tells them, by (institution,
// thing): of each the latest month it is told in.
type pledges struct {
	keys intern.Table
	list []pledge
}

// pledge is one thing.
type pledge struct {
	bank      uint32
	month     civil.Month
	code      string // 担保物类别
	numbers   string // 权证编号
	value     int64
	contracts []uint32 // the loan contracts it stands behind
	from      origin
}

// takePledges maps DBWXX.
func (s *store) takePledges(bank uint32, file int32, r *pboc.Rows) {
	m := r.Name.Message
	thing, loan, class := m.Field("担保物编码"), m.Field("被担保合同编码"), m.Field("担保物类别")
	numbers, value := m.Field("权证编号"), m.Field("评估价值")
	month := r.Name.Date.Month()
	for i := range r.Len() {
		key, fresh := s.pledges.keys.AddIn(bank, r.Text(thing, i))
		if fresh {
			s.pledges.list = append(s.pledges.list, pledge{bank: bank})
		}
		p := &s.pledges.list[key]
		if p.month != month {
			p.month, p.contracts = month, p.contracts[:0]
			p.from = origin{file, int32(r.Line(i))}
			p.code, p.numbers, p.value = string(r.Text(class, i)), string(r.Text(numbers, i)), r.Number(value, i)
		}
		about, _ := s.contracts.AddIn(bank, r.Text(loan, i))
		if !slices.Contains(p.contracts, about) {
			p.contracts = append(p.contracts, about)
		}
	}
}

// settlePledges makes a collateral of each note that a thing stands behind. Its
// value is the thing's, at every note. What the class of a thing is taken for
// where neither its code nor a supplement tells is put in later, by guessClasses.
func (s *store) settlePledges(notes [][]uint32) {
	g := s.grids["collaterals"]
	for key := range s.pledges.list {
		p := &s.pledges.list[key]
		thing := s.pledges.keys.Text(uint32(key))
		var behind []uint32
		for _, c := range p.contracts {
			behind = append(behind, notes[c]...)
		}
		if len(behind) == 0 {
			s.find(ruleNoLoan.At(s.place(p.from, "5 担保物编码", string(thing)), "", ""))
		}
		for _, note := range behind {
			id := bytes.Clone(thing)
			if len(behind) > 1 {
				id = append(append(id, '#'), s.loans.keys.Text(note)...)
			}
			row, ok := s.newRow(g, id, p.bank, p.from)
			if !ok {
				continue
			}
			s.classes = append(s.classes, guess{row, p.code})
			g.column("loan_id").setText(row, s.loans.keys.Text(note))
			g.column("class").setText(row, s.codes.List("collateral").Meaning([]byte(p.code)))
			g.column("value").set(row, p.value)
			g.column("registration_no").setText(row, []byte(p.numbers))
		}
	}
}

// guess is a row of collaterals and the bank's code of its class.
type guess struct {
	row  uint32
	code string
}

// guessClasses puts in what the class of a thing from a message is taken for
// where nobody has told it, and the lender where nobody has told to whom it is
// pledged.
func (s *store) guessClasses() {
	g := s.grids["collaterals"]
	class := g.column("class")
	for _, q := range s.classes {
		if class.known(q.row) {
			continue
		}
		v := s.codes.List("collateral").Find([]byte(q.code))
		if v == nil || v.Else == "" {
			continue
		}
		class.setText(q.row, []byte(v.Else))
		s.find(ruleClass.At(s.place(g.origins[q.row], "6 担保物类别", q.code), g.key(q.row), g.key(q.row)))
	}
	secured, lender := g.column("secured_party"), g.column("institution_id")
	for _, q := range s.classes {
		if !secured.known(q.row) {
			secured.setText(q.row, lender.text(q.row))
		}
	}
}
