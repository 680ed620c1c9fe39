package intake

import (
	"changrong/internal/adapter/pboc"
	"changrong/internal/base/civil"
)

// loans is the table of loans while messages are taken in, with what is known of
// each note besides.
type loans struct {
	*grid
	institution, contract, branch, enterprise        *column
	principal, rate, disbursed, due, extended        *column
	closedOn, first, security, quality, support, aim *column
	purpose                                          *column

	notes  []note
	docs   map[uint32]document // borrowers without a USCC, by row
	stocks [][]civil.Month     // by institution, the months its stock is there for
	flows  [][]civil.Month     // and its flows
}

// note is what the stock and the flows tell about a row of loans.
type note struct {
	firm      uint32      // row of enterprises, more one; 0 none
	lastStock civil.Month // 0: never in the stock
	bank      uint32
}

// document is a borrower's paper that is no USCC.
type document struct{ kind, number string }

func newLoans(g *grid) *loans {
	return &loans{
		grid: g, institution: g.column("institution_id"), contract: g.column("contract_id"), branch: g.column("branch_id"),
		enterprise: g.column("enterprise_id"), principal: g.column("principal"), rate: g.column("rate"),
		disbursed: g.column("disbursed_on"), due: g.column("due_on"), extended: g.column("extended_to"),
		closedOn: g.column("closed_on"), first: g.column("first_loan"), security: g.column("security"),
		quality: g.column("quality"), support: g.column("fiscal_support"), aim: g.column("purpose_industry"),
		purpose: g.column("purpose"), docs: map[uint32]document{},
	}
}

// note returns the row of a bank's note, a new one when there is none.
func (l *loans) note(bankID []byte, bank uint32, number []byte, from origin) (row uint32, fresh bool) {
	row, fresh = l.row(bank, number, from)
	if fresh {
		l.notes = append(l.notes, note{bank: bank})
		l.institution.setText(row, bankID)
	}
	return row, fresh
}

// terms is the fields that both loan messages have.
type terms struct {
	branch, kind, borrower, industry, ownership, size, number, contract, aim *pboc.Field
	disbursed, due, rate, support, security, first, purpose                  *pboc.Field
	sizes, ownerships, securities                                            *pboc.List
}

func newTerms(m *pboc.Message, codes *pboc.Codes) terms {
	return terms{
		branch: m.Field("内部机构号"), kind: m.Field("借款人证件类型"), borrower: m.Field("借款人证件代码"),
		industry: m.Field("借款人行业"), ownership: m.Field("借款人经济成分"), size: m.Field("借款人企业规模"),
		number: m.Field("贷款借据编码"), contract: m.Field("贷款合同编码"), aim: m.Field("贷款实际投向"),
		disbursed: m.Field("贷款发放日期"), due: m.Field("贷款到期日期"), rate: m.Field("利率水平"),
		support: m.Field("贷款财政扶持方式"), security: m.Field("贷款担保方式"), first: m.Field("是否首次贷款"),
		purpose: m.Field("贷款用途"),
		sizes:   codes.List("size"), ownerships: codes.List("ownership"), securities: codes.List("security"),
	}
}

// setTerms puts what both messages tell about a note into its row.
func (s *store) setTerms(t *terms, r *pboc.Rows, i int, row uint32) {
	l := s.loans
	l.branch.setText(row, r.Text(t.branch, i))
	l.contract.setText(row, r.Text(t.contract, i))
	l.aim.setText(row, industry(r.Text(t.aim, i)))
	l.disbursed.set(row, r.Number(t.disbursed, i))
	l.due.set(row, r.Number(t.due, i))
	l.rate.set(row, r.Number(t.rate, i))
	l.support.setText(row, r.Text(t.support, i))
	l.security.setText(row, t.securities.Meaning(r.Text(t.security, i)))
	l.first.set(row, r.Number(t.first, i))
	l.purpose.setText(row, r.Text(t.purpose, i))
	n := &l.notes[row]
	borrower := r.Text(t.borrower, i)
	if kind := r.Text(t.kind, i); string(kind) != "A01" {
		n.firm = 0
		l.docs[row] = document{string(kind), string(borrower)}
		return
	}
	if n.firm == 0 || string(s.firms.keys.Text(n.firm-1)) != string(borrower) {
		firm, _ := s.firms.firm(borrower, l.origins[row])
		n.firm = firm + 1
		delete(l.docs, row)
	}
	s.firms.hint(n.firm-1, hint{
		date: r.Name.Date, industry: industry(r.Text(t.industry, i)),
		size: t.sizes.Meaning(r.Text(t.size, i)), private: t.ownerships.Meaning(r.Text(t.ownership, i)),
	})
}

// takeStock maps CLDWDK: a note's latest terms, and its balance of the month.
func (s *store) takeStock(bank uint32, file int32, r *pboc.Rows) {
	m := r.Name.Message
	t := newTerms(m, s.codes)
	extended, balance, quality := m.Field("贷款展期到期日期"), m.Field("贷款余额折人民币"), m.Field("贷款质量")
	qualities := s.codes.List("quality")
	month := r.Name.Date.Month()
	column, id := s.balances.begin(month), []byte(r.Name.Institution)
	for i := range r.Len() {
		from := origin{file, int32(r.Line(i))}
		row, _ := s.loans.note(id, bank, r.Text(t.number, i), from)
		s.loans.origins[row] = from
		s.setTerms(&t, r, i, row)
		s.loans.extended.set(row, r.Number(extended, i))
		q := qualities.Meaning(r.Text(quality, i))
		s.loans.quality.setText(row, q)
		s.loans.notes[row].lastStock = month
		if column != nil {
			column.put(row, r.Number(balance, i), qualityNumber(q))
			if s.traced {
				column.tell(row, from)
			}
		}
	}
}

// takeFlows maps DWDKFS: events, and the terms of notes the stock never held.
func (s *store) takeFlows(bank uint32, file int32, r *pboc.Rows) {
	m := r.Name.Message
	t := newTerms(m, s.codes)
	ended, amount, state := m.Field("贷款实际终止日期"), m.Field("发生金额折人民币"), m.Field("贷款状态")
	given, number := m.Field("发放收回标识"), m.Field("交易流水号")
	states, id := s.codes.List("flow_state"), []byte(r.Name.Institution)
	for i := range r.Len() {
		from := origin{file, int32(r.Line(i))}
		row, _ := s.loans.note(id, bank, r.Text(t.number, i), from)
		if s.loans.notes[row].lastStock == 0 {
			s.setTerms(&t, r, i, row)
		}
		e := event{note: row, amount: r.Number(amount, i), from: from, kind: disburse, on: r.Number(t.disbursed, i), month: r.Name.Date.Month()}
		if r.Number(given, i) == 0 {
			e.on = r.Number(ended, i)
			e.kind = s.recovery(states, r, state, i, from)
		}
		s.addEvent(e, r.Text(number, i))
	}
}

// recovery returns which kind of event a recovery is, by its state.
func (s *store) recovery(states *pboc.List, r *pboc.Rows, state *pboc.Field, i int, from origin) eventKind {
	code := r.Text(state, i)
	if kind := states.Meaning(code); kind != nil {
		return kindOf(kind)
	}
	if len(code) > 0 && !s.events.told[string(code)] {
		s.events.told[string(code)] = true
		s.find(ruleState.At(s.place(from, "29 贷款状态", string(code)), "", ""))
	}
	return repay
}
