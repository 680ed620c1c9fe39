package intake

import (
	"bytes"

	"changrong/internal/adapter/pboc"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/intern"
)

// promises are guarantee contracts as DBHTXX tells them, by (institution,
// contract): of each the latest month it is told in.
type promises struct {
	keys intern.Table
	list []promise
	ids  intern.Table // guarantors
}

// promise is one guarantee contract. Its amount stands on one of its records and
// is 0.00 on the others, so it is the sum over all of them.
type promise struct {
	bank   uint32
	month  civil.Month
	amount int64
	sides  []side
}

// side is one record of a contract whose guarantor has a USCC.
type side struct {
	contract, guarantor uint32 // the loan contract, and who guarantees it
	start, end          int32
	from                origin
}

// takePromises maps DBHTXX.
func (s *store) takePromises(bank uint32, file int32, r *pboc.Rows) {
	m := r.Name.Message
	contract, loan, kind, id := m.Field("担保合同编码"), m.Field("被担保合同编码"), m.Field("担保人证件类型"), m.Field("担保人证件代码")
	start, end, amount := m.Field("担保合同起始日期"), m.Field("担保合同到期日期"), m.Field("担保合同金额折人民币")
	month := r.Name.Date.Month()
	for i := range r.Len() {
		key, fresh := s.promises.keys.AddIn(bank, r.Text(contract, i))
		if fresh {
			s.promises.list = append(s.promises.list, promise{bank: bank})
		}
		p := &s.promises.list[key]
		if p.month != month {
			p.month, p.amount, p.sides = month, 0, p.sides[:0]
		}
		p.amount += r.Number(amount, i)
		if string(r.Text(kind, i)) != "A01" || len(r.Text(id, i)) == 0 {
			continue
		}
		about, _ := s.contracts.AddIn(bank, r.Text(loan, i))
		who, _ := s.promises.ids.Add(r.Text(id, i))
		p.sides = append(p.sides, side{about, who, int32(r.Number(start, i)), int32(r.Number(end, i)), origin{file, int32(r.Line(i))}})
	}
}

// notesOf returns, for each loan contract spoken of, the rows of loans under it.
func (s *store) notesOf() [][]uint32 {
	by := make([][]uint32, s.contracts.Len())
	if len(by) == 0 {
		return by
	}
	for row := range uint32(s.loans.rows()) {
		if id, ok := s.contracts.FindIn(s.loans.notes[row].bank, s.loans.contract.text(row)); ok {
			by[id] = append(by[id], row)
		}
	}
	return by
}

// settlePromises makes a guarantee of each note under a contract that a known
// guarantor guarantees: one that is an institution of kind guarantor, or that a
// supplement of guarantees speaks of. Other guarantors, the owners and relatives
// of borrowers, are no guarantee system and are not taken in.
func (s *store) settlePromises(notes [][]uint32) {
	g := s.grids["guarantees"]
	for key := range s.promises.list {
		p := &s.promises.list[key]
		contract := s.promises.keys.Text(uint32(key))
		var sides []side
		for _, sd := range p.sides {
			if s.guarantors[string(s.promises.ids.Text(sd.guarantor))] || s.listed[string(contract)] {
				sides = append(sides, sd)
			}
		}
		if len(sides) == 0 {
			continue
		}
		byGuarantor := map[uint32][]uint32{}
		var order []side
		for _, sd := range sides {
			if len(notes[sd.contract]) == 0 {
				s.find(ruleNoLoan.At(s.place(sd.from, "4 被担保合同编码", string(s.contracts.Text(sd.contract))), string(contract), string(contract)))
				continue
			}
			if byGuarantor[sd.guarantor] == nil {
				order = append(order, sd)
			}
			byGuarantor[sd.guarantor] = append(byGuarantor[sd.guarantor], notes[sd.contract]...)
		}
		for i, sd := range order {
			s.guarantee(g, p, contract, sd, byGuarantor[sd.guarantor], i > 0)
		}
	}
}

// guarantee makes the guarantees of one guarantor under one contract. The amount
// of a contract over several notes is shared over them by principal, so that it
// counts once; a second guarantor's name is added to the id.
func (s *store) guarantee(g *grid, p *promise, contract []byte, sd side, notes []uint32, second bool) {
	amounts := make([]int64, len(notes))
	for i, note := range notes {
		amounts[i] = max(0, s.loans.principal.number(note))
	}
	if !money.SplitInto(amounts, p.amount, amounts) { // no principal is known, which is an error of its own
		amounts[0] = p.amount
	}
	guarantor := s.promises.ids.Text(sd.guarantor)
	for i, note := range notes {
		id := bytes.Clone(contract)
		if len(notes) > 1 {
			id = append(append(id, '#'), s.loans.keys.Text(note)...)
		}
		if second {
			id = append(append(id, '#'), guarantor...)
		}
		row, ok := s.newRow(g, id, p.bank, sd.from)
		if !ok {
			continue
		}
		g.column("guarantor_id").setText(row, guarantor)
		g.column("loan_id").setText(row, s.loans.keys.Text(note))
		g.column("enterprise_id").setText(row, s.borrower(note))
		g.column("amount").set(row, amounts[i])
		if len(notes) > 1 {
			s.shared[row] = true
		}
		g.column("start_on").set(row, int64(sd.start))
		g.column("end_on").set(row, int64(sd.end))
	}
}

// newRow makes a row whose key is the bank's own code. Where another bank has
// used the same code, the institution is added to this one's.
func (s *store) newRow(g *grid, id []byte, bank uint32, from origin) (row uint32, ok bool) {
	institution := g.column("institution_id")
	row, fresh := g.row(0, id, from)
	if !fresh {
		marked := append(append(bytes.Clone(id), '@'), s.banks.Text(bank)...)
		if bytes.Equal(institution.text(row), s.banks.Text(bank)) {
			return row, false // the same thing under the same contract, told twice
		}
		if row, fresh = g.row(0, marked, from); !fresh {
			return row, false
		}
		s.find(ruleRenamed.At(s.place(from, g.table.Key[0], string(id)), string(marked), string(marked)))
	}
	institution.setText(row, s.banks.Text(bank))
	return row, true
}
