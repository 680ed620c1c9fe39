package store

import (
	"encoding/json"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/loanbook/through"
	"changrong/internal/reporting"
	"changrong/internal/reporting/match"
)

var _ match.Tx = (*Tx)(nil)

func throughMissing() *fault.Error {
	return fault.New(fault.NotFound, "through.not_found", "没有这笔平台贷款", "there is no such loan")
}

const throughColumns = `id, referral, bank, bank_name, institution, note_no, contract_no, branch, uscc, firm, amount_fen, rate_ppb, drawn_on, due_on, security,
	first_loan, code, product, purpose, entered_ms, state, told, since_ms, found`

func scanThrough(s scanner) (l through.Loan, err error) {
	var first int64
	var found string
	var state through.State
	var told bool
	var since civil.Instant
	if err := s.Scan(&l.ID, &l.Referral, &l.Bank, &l.BankName, &l.Institution, &l.NoteNo, &l.Contract, &l.Branch, &l.USCC, &l.Firm, &l.Amount, &l.Rate,
		dayOf{&l.Drawn}, dayOf{&l.Due}, &l.Security, &first, &l.Code, &l.Product, &l.Purpose, &l.Entered, &state, &told, &since, &found); err != nil {
		return l, err
	}
	if first >= 0 {
		yes := first == 1
		l.First = &yes
	}
	l.Words = []through.Word{}
	err = json.Unmarshal([]byte(found), &l.Match)
	l.Match.State, l.Match.Told, l.Match.Since = state, told, since
	return l, err
}

// ThroughLoan implements match.Tx.
func (tx *Tx) ThroughLoan(id string, s access.Scope) (*through.Loan, error) {
	return tx.withWords(single(tx, throughMissing(), scanThrough, "SELECT "+throughColumns+" FROM through_loans WHERE id = $1 AND ($2 = 1 OR bank = $3)", id, flag(s.All), s.Org))
}

// ThroughNote implements match.Tx.
func (tx *Tx) ThroughNote(bank, noteNo string) (*through.Loan, error) {
	return orNil(tx.withWords(single(tx, throughMissing(), scanThrough, "SELECT "+throughColumns+" FROM through_loans WHERE bank = $1 AND note_no = $2", bank, noteNo)))
}

// withWords adds what was said of a loan.
func (tx *Tx) withWords(l *through.Loan, err error) (*through.Loan, error) {
	if err != nil {
		return nil, err
	}
	return l, tx.words(map[string]*through.Loan{l.ID: l}, "w.loan = $1", l.ID)
}

// words adds what was said of loans.
func (tx *Tx) words(loans map[string]*through.Loan, condition string, args ...any) error {
	_, err := all(tx, func(s scanner) (w through.Word, err error) {
		var id string
		err = s.Scan(&id, &w.ID, dayOf{&w.AsOf}, &w.Balance, &w.Repaid, &w.Class)
		if l := loans[id]; l != nil {
			l.Words = append(l.Words, w)
		}
		return w, err
	}, "SELECT w.loan, w.id, w.as_of_on, w.balance_fen, w.repaid, w.class FROM through_words w WHERE "+condition+" ORDER BY w.loan, w.as_of_on, w.at_ms, w.id", args...)
	return err
}

// ThroughLoans implements match.Tx.
func (tx *Tx) ThroughLoans(f match.Filter, s access.Scope) ([]through.Loan, int, error) {
	var a args
	where := []string{"1 = 1"}
	if !s.All {
		where = append(where, "bank = "+a.add(s.Org))
	}
	for _, x := range []struct{ column, value string }{{"bank", f.Bank}, {"state", string(f.State)}} {
		if x.value != "" {
			where = append(where, x.column+" = "+a.add(x.value))
		}
	}
	if f.Month != 0 {
		where = append(where, "drawn_on BETWEEN "+a.add(day(f.Month.First()))+" AND "+a.add(day(f.Month.Last())))
	}
	if f.Until != 0 {
		where = append(where, "drawn_on <= "+a.add(day(f.Until)))
	}
	if f.Open {
		where = append(where, "state IN ('missing', 'differs', 'renamed')")
	}
	if f.Text != "" { // what has the text in it is another without it
		x := a.add(f.Text)
		where = append(where, "(replace(firm, "+x+", '') <> firm OR note_no = "+x+" OR contract_no = "+x+" OR uscc = "+x+")")
	}
	condition := strings.Join(where, " AND ")
	order := " ORDER BY drawn_on DESC, id DESC"
	if f.Oldest {
		order = " ORDER BY entered_ms, id"
	}
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM through_loans WHERE "+condition, a, &total); err != nil {
		return nil, 0, err
	}
	if f.Limit == 0 { // all of them, with what was said of all
		list, err := all(tx, scanThrough, "SELECT "+throughColumns+" FROM through_loans WHERE "+condition+order, a...)
		if err != nil {
			return nil, 0, err
		}
		return list, total, tx.words(byID(list), "w.loan IN (SELECT id FROM through_loans WHERE "+condition+")", a...)
	}
	list, err := all(tx, scanThrough, "SELECT "+throughColumns+" FROM through_loans WHERE "+condition+order+
		" LIMIT "+a.add(f.Limit)+" OFFSET "+a.add(f.Offset), a...)
	if err != nil || len(list) == 0 {
		return list, total, err
	}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	var b args
	return list, total, tx.words(byID(list), "w.loan IN ("+in(&b, ids)+")", b...)
}

func byID(list []through.Loan) map[string]*through.Loan {
	at := make(map[string]*through.Loan, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	return at
}

// ThroughCounts implements match.Tx.
func (tx *Tx) ThroughCounts(s access.Scope) ([]match.Count, error) {
	state := func(x through.State) string { return "sum(CASE WHEN state = '" + string(x) + "' THEN 1 ELSE 0 END)" }
	return all(tx, func(s scanner) (c match.Count, err error) {
		err = s.Scan(&c.Bank, &c.BankName, &c.Month, &c.Loans, &c.Agrees, &c.Differs, &c.Missing, &c.Renamed, &c.Waiting)
		return c, err
	}, "SELECT bank, max(bank_name), substr(drawn_on, 1, 7), count(*), "+state(through.Agrees)+", "+state(through.Differs)+", "+state(through.Missing)+", "+
		state(through.Renamed)+", "+state(through.Waiting)+` FROM through_loans WHERE ($1 = 1 OR bank = $2)
		GROUP BY bank, substr(drawn_on, 1, 7) ORDER BY substr(drawn_on, 1, 7) DESC, max(bank_name), bank`, flag(s.All), s.Org)
}

// AddThroughLoan implements match.Tx.
func (tx *Tx) AddThroughLoan(l *through.Loan) error {
	found, err := json.Marshal(&l.Match)
	if err != nil {
		return err
	}
	first := int64(-1)
	if l.First != nil {
		first = flag(*l.First)
	}
	_, err = tx.exec("INSERT INTO through_loans ("+throughColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)",
		l.ID, l.Referral, l.Bank, l.BankName, l.Institution, l.NoteNo, l.Contract, l.Branch, l.USCC, l.Firm, int64(l.Amount), int64(l.Rate), day(l.Drawn), day(l.Due),
		l.Security, first, l.Code, l.Product, l.Purpose, int64(l.Entered), string(l.Match.State), flag(l.Match.Told), int64(l.Match.Since), string(found))
	return err
}

// PutThroughMatch implements match.Tx.
func (tx *Tx) PutThroughMatch(l *through.Loan) error {
	found, err := json.Marshal(&l.Match)
	if err != nil {
		return err
	}
	return changed(tx.exec("UPDATE through_loans SET state = $1, told = $2, since_ms = $3, found = $4 WHERE id = $5",
		string(l.Match.State), flag(l.Match.Told), int64(l.Match.Since), string(found), l.ID))
}

// AddThroughWord implements match.Tx.
func (tx *Tx) AddThroughWord(loan string, w *through.Word, at civil.Instant) error {
	_, err := tx.exec("INSERT INTO through_words (id, loan, as_of_on, balance_fen, repaid, class, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		w.ID, loan, day(w.AsOf), int64(w.Balance), flag(w.Repaid), w.Class, int64(at))
	return err
}

// The platform's own part of a snapshot.

func scanOwnPart(s scanner) (p reporting.SnapshotPart, err error) {
	var body string
	if err := s.Scan(&body); err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(body), &p)
}

func (tx *Tx) addOwnPart(snapshot string, p *reporting.SnapshotPart) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO snapshot_own (snapshot, body) VALUES ($1, $2)", snapshot, string(body))
	return err
}
