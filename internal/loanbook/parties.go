package loanbook

import (
	"bytes"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/party"
)

// enterprises are the rows of enterprises.
type enterprises struct {
	industry, size, employees, sales, assets *fact.Vector
}

func (*enterprises) columns() []string {
	return []string{"industry", "size", "employees", "annual_sales", "total_assets"}
}

func (s *enterprises) start(b *fact.Batch) {
	s.industry, s.size = b.Vector("industry"), b.Vector("size")
	s.employees, s.sales, s.assets = b.Vector("employees"), b.Vector("annual_sales"), b.Vector("total_assets")
}

// row compares the size with the thresholds.
func (s *enterprises) row(rd *reading, b *fact.Batch, i int, _ uint32) {
	if s.size.Unknown(i) || s.industry.Unknown(i) {
		return
	}
	x := party.Indicators{
		Employees: party.Count{N: s.employees.Ints[i], Known: !s.employees.Unknown(i)},
		Sales:     party.Amount{Fen: money.Fen(s.sales.Ints[i]), Known: !s.sales.Unknown(i)},
		Assets:    party.Amount{Fen: money.Fen(s.assets.Ints[i]), Known: !s.assets.Unknown(i)},
	}
	given := string(s.size.Texts.At(i))
	computed, why := party.Size(string(s.industry.Texts.At(i)), x)
	if why != party.Told || computed == given {
		return
	}
	zh, en := both("填报为%[1]s，按标准为%[2]s", "given as %[3]s, by the thresholds %[4]s",
		s.size.Column.Label(given), s.size.Column.Label(computed), given, computed)
	rd.c.find(&ruleSize, b, i, "size", zh, en)
}

// shares are the guarantees of each note.
type shares struct {
	of    map[uint32]money.Rate // by note, the sum of known shares
	share *fact.Vector
}

func (*shares) columns() []string { return []string{"share", "enterprise_id"} }

func (s *shares) start(b *fact.Batch) { s.share = b.Vector("share") }

func (s *shares) row(rd *reading, b *fact.Batch, i int, _ uint32) {
	var borrower, loan uint32
	for _, r := range rd.refs {
		switch r.link.Table {
		case "enterprises":
			borrower = r.id
		case "loans":
			loan = r.id
		}
	}
	if loan >= uint32(len(rd.c.notes.rows)) {
		return
	}
	if n := &rd.c.notes.rows[loan]; n.borrower != borrower && n.borrower != none {
		id := rd.c.tables["enterprises"].ids.Text(n.borrower)
		zh, en := both("借据的借款人是 %s", "the note's borrower is %s", id)
		rd.c.find(&ruleGuaranteed, b, i, "enterprise_id", zh, en)
	}
	if s.share.Unknown(i) {
		return
	}
	if s.of == nil {
		s.of = map[uint32]money.Rate{}
	}
	before := s.of[loan]
	after := before + money.Rate(s.share.Ints[i])
	s.of[loan] = after
	if before <= money.One && after > money.One {
		zh, en := both("借据 %[1]s 合计 %[2]s%%", "note %[1]s, %[2]s%% in all", rd.c.noteKey(loan), after.AppendPercent(nil))
		rd.c.find(&ruleShare, b, i, "share", zh, en)
	}
}

// collaterals are the rows of collaterals.
type collaterals struct{ secured, lender *fact.Vector }

func (*collaterals) columns() []string { return []string{"secured_party", "institution_id"} }

func (s *collaterals) start(b *fact.Batch) {
	s.secured, s.lender = b.Vector("secured_party"), b.Vector("institution_id")
}

func (s *collaterals) row(rd *reading, b *fact.Batch, i int, _ uint32) {
	if s.secured.Unknown(i) || bytes.Equal(s.secured.Texts.At(i), s.lender.Texts.At(i)) {
		return
	}
	zh, en := both("担保权人 %s，贷款机构 %s", "secured party %s, lender %s", s.secured.Texts.At(i), s.lender.Texts.At(i))
	rd.c.find(&ruleSecured, b, i, "secured_party", zh, en)
}

// decisions are the rows of decisions. One that decides neither a rate nor an
// amount waives the gaps of its subject: a loan_id, an institution_id, or * for
// all; it is the waiver that the settlement of its policy and item goes by.
type decisions struct{ subject, rate, amount *fact.Vector }

func (*decisions) columns() []string { return []string{"subject_id", "rate", "amount"} }

func (s *decisions) start(b *fact.Batch) {
	s.subject, s.rate, s.amount = b.Vector("subject_id"), b.Vector("rate"), b.Vector("amount")
}

func (s *decisions) row(rd *reading, _ *fact.Batch, i int, _ uint32) {
	if s.rate.Unknown(i) && s.amount.Unknown(i) {
		rd.c.waived[string(s.subject.Texts.At(i))] = true
	}
}

func placeOf(field, key string) fault.Place { return fault.Place{Field: field, Value: key} }
