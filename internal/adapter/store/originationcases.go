package store

import (
	"encoding/json"
	"strconv"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/origination"
)

const referralColumns = caseColumns + `, r.application, r.firm_org, r.number, r.product, r.product_ver, r.product_name, r.code, r.consent, r.assignee, r.assignee_name,
	r.refusal, r.end_reason, r.offer, r.valid_til_ms, r.late, r.pushed_ms, r.taken_ms, r.contacted_ms, r.offered_ms, r.chosen_ms, r.contracted_ms, r.disbursed_ms,
	p.uscc, p.firm, p.sole, p.need`

const fromReferrals = " FROM referrals r JOIN cases c ON c.id = r.id JOIN applications p ON p.id = r.application"

func scanReferral(s scanner) (r origination.Referral, err error) {
	var panel, need string
	err = s.Scan(append(caseFields(&r.Case, &panel), &r.Application, &r.FirmOrg, &r.Number, &r.Product, &r.ProductVer, &r.ProductName, &r.Code, &r.Consent,
		&r.Assignee, &r.AssigneeName, &r.Refusal, &r.EndReason, &r.Offer, &r.ValidTil, &r.Late, &r.Pushed, &r.Times.Taken, &r.Times.Contacted, &r.Times.Offered,
		&r.Times.Chosen, &r.Times.Contracted, &r.Times.Disbursed, &r.USCC, &r.Firm, &r.Sole, &need)...)
	if err != nil {
		return r, err
	}
	r.Panel = []string{}
	return r, json.Unmarshal([]byte(need), &r.Need)
}

// whose is the condition that a referral is a bank's, or of a firm.
func whose(a *args, s access.Scope) string {
	if s.All {
		return "1 = 1"
	}
	return "(r.bank = " + a.add(s.Org) + " OR r.firm_org = " + a.add(s.Org) + ")"
}

// Referral implements origination.Tx.
func (tx *Tx) Referral(id string, s access.Scope) (*origination.Referral, error) {
	a := args{id}
	return single(tx, originationMissing(), scanReferral, "SELECT "+referralColumns+fromReferrals+" WHERE r.id = $1 AND "+whose(&a, s), a...)
}

// whichReferrals is the condition of a filter within a scope.
func whichReferrals(a *args, f *origination.ReferralFilter, s access.Scope) string {
	where := []string{whose(a, s)}
	and := func(condition string, v any) { where = append(where, condition+a.add(v)) }
	for _, x := range []struct{ column, value string }{
		{"r.application", f.Application}, {"p.uscc", f.USCC}, {"r.bank", f.Bank}, {"r.refusal", f.Refusal},
	} {
		if x.value != "" {
			and(x.column+" = ", x.value)
		}
	}
	if len(f.Stages) > 0 {
		where = append(where, "c.stage IN ("+in(a, f.Stages)+")")
	}
	switch f.Assignee {
	case "":
	case origination.Nobody:
		where = append(where, "r.assignee = ''")
	default:
		and("r.assignee = ", f.Assignee)
	}
	if f.Live {
		where = append(where, "r.live = 1")
	}
	if f.Late {
		and("c.due_on < ", f.On.String())
	}
	if f.Mine != nil {
		where = append(where, waitsFor(a, *f.Mine))
	}
	if f.Expired != 0 {
		where = append(where, "c.stage = "+a.add(string(origination.Offered))+" AND r.valid_til_ms < "+a.add(int64(f.Expired)))
	}
	if f.From != 0 {
		and("r.pushed_ms >= ", int64(civil.StartOf(f.From)))
	}
	if f.To != 0 {
		and("r.pushed_ms < ", int64(civil.StartOf(f.To+1)))
	}
	if f.Text != "" {
		n, err := strconv.ParseInt(f.Text, 10, 64)
		if err != nil {
			n = -1
		}
		where = append(where, "(p.uscc = "+a.add(f.Text)+" OR r.number = "+a.add(n)+" OR "+holds(a, "p.firm", f.Text)+")")
	}
	return " WHERE " + strings.Join(where, " AND ")
}

// Referrals implements origination.Tx.
func (tx *Tx) Referrals(f origination.ReferralFilter, s access.Scope) ([]origination.Referral, int, error) {
	var a args
	where := fromReferrals + whichReferrals(&a, &f, s)
	var total int
	if f.Limit > 0 {
		if err := tx.one(nil, "SELECT count(*)"+where, a, &total); err != nil {
			return nil, 0, err
		}
	}
	order := " ORDER BY r.id DESC"
	switch {
	case f.Oldest:
		order = " ORDER BY r.id"
	case f.Due:
		order = " ORDER BY c.due_on, r.id"
	}
	list, err := all(tx, scanReferral, "SELECT "+referralColumns+where+order+" LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	if f.Limit == 0 {
		total = len(list)
	}
	return list, total, err
}

// NextReferral implements origination.Tx.
func (tx *Tx) NextReferral(bank string) (n int64, err error) {
	err = tx.one(nil, "SELECT coalesce(max(number), 0) + 1 FROM referrals WHERE bank = $1", args{bank}, &n)
	return n, err
}

// PutReferral implements origination.Tx.
func (tx *Tx) PutReferral(r *origination.Referral) error {
	return tx.later(`INSERT INTO referrals (id, application, bank, firm_org, number, product, product_ver, product_name, code, consent, assignee, assignee_name, refusal,
			end_reason, offer, valid_til_ms, late, pushed_ms, taken_ms, contacted_ms, offered_ms, chosen_ms, contracted_ms, disbursed_ms, live)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
		ON CONFLICT (id) DO UPDATE SET assignee = excluded.assignee, assignee_name = excluded.assignee_name, refusal = excluded.refusal, end_reason = excluded.end_reason,
		offer = excluded.offer, valid_til_ms = excluded.valid_til_ms, late = excluded.late, taken_ms = excluded.taken_ms, contacted_ms = excluded.contacted_ms,
		offered_ms = excluded.offered_ms, chosen_ms = excluded.chosen_ms, contracted_ms = excluded.contracted_ms, disbursed_ms = excluded.disbursed_ms, live = excluded.live`,
		r.ID, r.Application, r.Org, r.FirmOrg, r.Number, r.Product, r.ProductVer, r.ProductName, r.Code, r.Consent, r.Assignee, r.AssigneeName, r.Refusal,
		r.EndReason, r.Offer, int64(r.ValidTil), r.Late, int64(r.Pushed), int64(r.Times.Taken), int64(r.Times.Contacted), int64(r.Times.Offered), int64(r.Times.Chosen),
		int64(r.Times.Contracted), int64(r.Times.Disbursed), flag(r.Live()))
}

const offerColumns = "o.id, o.referral, o.application, o.bank, o.bank_name, o.n, o.price, o.state, o.made_ms, o.by_name, o.accepted_ms"

func scanOffer(s scanner) (o origination.Offer, err error) {
	var price string
	if err := s.Scan(&o.ID, &o.Referral, &o.Application, &o.Bank, &o.BankName, &o.N, &price, &o.State, &o.Made, &o.By, &o.Accepted); err != nil {
		return o, err
	}
	return o, json.Unmarshal([]byte(price), &o.Price)
}

// Offer implements origination.Tx.
func (tx *Tx) Offer(id string, s access.Scope) (*origination.Offer, error) {
	a := args{id}
	return single(tx, originationMissing(), scanOffer, "SELECT "+offerColumns+" FROM offers o JOIN referrals r ON r.id = o.referral WHERE o.id = $1 AND "+whose(&a, s), a...)
}

// Offers implements origination.Tx.
func (tx *Tx) Offers(referral string) ([]origination.Offer, error) {
	return all(tx, scanOffer, "SELECT "+offerColumns+" FROM offers o WHERE o.referral = $1 ORDER BY o.n", referral)
}

// PutOffer implements origination.Tx.
func (tx *Tx) PutOffer(o *origination.Offer) error {
	price, err := json.Marshal(&o.Price)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO offers (id, referral, application, bank, bank_name, n, price, state, made_ms, by_name, accepted_ms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO UPDATE SET state = excluded.state, accepted_ms = excluded.accepted_ms`,
		o.ID, o.Referral, o.Application, o.Bank, o.BankName, o.N, string(price), string(o.State), int64(o.Made), o.By, int64(o.Accepted))
	return err
}

// Agreement implements origination.Tx.
func (tx *Tx) Agreement(referral string) (*origination.Agreement, error) {
	return orNil(single(tx, originationMissing(), func(s scanner) (x origination.Agreement, err error) {
		var first int64
		err = s.Scan(&x.Referral, &x.No, &x.Amount, &x.Rate, &x.Months, dayOf{&x.Signed}, &x.Security, &first, &x.Branch, &x.At, &x.By)
		if first >= 0 {
			is := first == 1
			x.First = &is
		}
		return x, err
	}, "SELECT referral, no, amount_fen, rate_ppb, term_months, signed_on, security, first_loan, branch, at_ms, by_name FROM agreements WHERE referral = $1", referral))
}

// PutAgreement implements origination.Tx.
func (tx *Tx) PutAgreement(x *origination.Agreement) error {
	first := int64(-1)
	if x.First != nil {
		first = flag(*x.First)
	}
	_, err := tx.exec(`INSERT INTO agreements (referral, no, amount_fen, rate_ppb, term_months, signed_on, security, first_loan, branch, at_ms, by_name)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		x.Referral, x.No, int64(x.Amount), int64(x.Rate), x.Months, day(x.Signed), x.Security, first, x.Branch, int64(x.At), x.By)
	return err
}

const drawdownColumns = "id, referral, bank, note_no, amount_fen, rate_ppb, drawn_on, due_on, branch, at_ms, by_name"

func scanDrawdown(s scanner) (d origination.Drawdown, err error) {
	err = s.Scan(&d.ID, &d.Referral, &d.Bank, &d.NoteNo, &d.Amount, &d.Rate, dayOf{&d.Drawn}, dayOf{&d.Due}, &d.Branch, &d.At, &d.By)
	return d, err
}

// Drawdown implements origination.Tx.
func (tx *Tx) Drawdown(bank, noteNo string) (*origination.Drawdown, error) {
	return orNil(single(tx, originationMissing(), scanDrawdown, "SELECT "+drawdownColumns+" FROM drawdowns WHERE bank = $1 AND note_no = $2", bank, noteNo))
}

// Drawdowns implements origination.Tx.
func (tx *Tx) Drawdowns(referral string) ([]origination.Drawdown, error) {
	return all(tx, scanDrawdown, "SELECT "+drawdownColumns+" FROM drawdowns WHERE referral = $1 ORDER BY at_ms, id", referral)
}

// AddDrawdown implements origination.Tx.
func (tx *Tx) AddDrawdown(d *origination.Drawdown) error {
	_, err := tx.exec("INSERT INTO drawdowns ("+drawdownColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		d.ID, d.Referral, d.Bank, d.NoteNo, int64(d.Amount), int64(d.Rate), day(d.Drawn), day(d.Due), d.Branch, int64(d.At), d.By)
	return err
}

const loanReportColumns = "id, referral, note_no, status, class, balance_fen, days, as_of_on, at_ms, by_name"

// LoanReports implements origination.Tx.
func (tx *Tx) LoanReports(referral string) ([]origination.Report, error) {
	return all(tx, func(s scanner) (r origination.Report, err error) {
		err = s.Scan(&r.ID, &r.Referral, &r.NoteNo, &r.Status, &r.Class, &r.Balance, &r.Days, dayOf{&r.AsOf}, &r.At, &r.By)
		return r, err
	}, "SELECT "+loanReportColumns+" FROM loan_reports WHERE referral = $1 ORDER BY at_ms, id", referral)
}

// AddLoanReport implements origination.Tx.
func (tx *Tx) AddLoanReport(r *origination.Report) error {
	_, err := tx.exec("INSERT INTO loan_reports ("+loanReportColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		r.ID, r.Referral, r.NoteNo, string(r.Status), r.Class, int64(r.Balance), r.Days, day(r.AsOf), int64(r.At), r.By)
	return err
}

// figureWhere is the condition of what is counted.
func figureWhere(a *args, f *origination.FigureFilter) string {
	return whichReferrals(a, &origination.ReferralFilter{Bank: f.Bank, From: f.From, To: f.To}, access.Scope{All: true}) + codeWhere(a, f.Code)
}

func codeWhere(a *args, code string) string {
	if code == "" {
		return ""
	}
	return " AND p.code = " + a.add(code)
}

const paidOfReferral = "(SELECT CAST(coalesce(sum(d.amount_fen), 0) AS BIGINT) FROM drawdowns d WHERE d.referral = r.id)"

// OriginationFigures implements origination.Tx.
func (tx *Tx) OriginationFigures(f origination.FigureFilter) (*origination.Figures, error) {
	x := &origination.Figures{}
	for _, stage := range []struct{ name, reached string }{
		{"submitted", "1 = 1"},
		{"accepted", "r.taken_ms > 0"},
		{"contacted", "r.contacted_ms > 0"},
		{"offered", "r.offered_ms > 0"},
		{"offer_accepted", "r.chosen_ms > 0"},
		{"contracted", "r.contracted_ms > 0"},
		{"disbursed", "r.disbursed_ms > 0"},
	} {
		var a args
		n := origination.Funnel{Stage: stage.name}
		amount := "p.amount_fen"
		if stage.name == "disbursed" {
			amount = paidOfReferral
		}
		// An application's amount is counted once, by the first of its referrals that got there.
		sum := "CAST(coalesce(sum(CASE WHEN " + strings.ReplaceAll("NOT EXISTS (SELECT 1 FROM referrals q WHERE q.application = r.application AND q.id < r.id AND REACHED)", "REACHED",
			strings.ReplaceAll(stage.reached, "r.", "q.")) + " THEN " + amount + " ELSE 0 END), 0) AS BIGINT)"
		if err := tx.one(nil, "SELECT count(DISTINCT r.application), count(*), "+sum+fromReferrals+figureWhere(&a, &f)+" AND "+stage.reached, a, &n.Applications, &n.Referrals, &n.Amount); err != nil {
			return nil, err
		}
		x.Funnel = append(x.Funnel, n)
	}
	var err error
	if x.Banks, err = tx.bankFigures(&f); err != nil {
		return nil, err
	}
	var a args
	if x.Refusals, err = all(tx, func(s scanner) (r origination.RefusalFigures, err error) {
		err = s.Scan(&r.Code, &r.N)
		return r, err
	}, "SELECT r.refusal, count(*)"+fromReferrals+figureWhere(&a, &f)+" AND c.stage = "+a.add(string(origination.Declined))+" GROUP BY r.refusal ORDER BY count(*) DESC, r.refusal", a...); err != nil {
		return nil, err
	}
	return x, tx.contractFigures(&f, x)
}

func (tx *Tx) bankFigures(f *origination.FigureFilter) ([]origination.BankFigures, error) {
	var a args
	when := func(condition, what string) string {
		return "CAST(sum(CASE WHEN " + condition + " THEN " + what + " ELSE 0 END) AS BIGINT)"
	}
	columns := []string{
		"r.bank", "o.name", "count(*)", when("r.taken_ms > 0", "1"), when("r.offered_ms > 0", "1"), when("c.stage = "+a.add(string(origination.Declined)), "1"),
		when("r.chosen_ms > 0", "1"), when("r.contracted_ms > 0", "1"), when("r.disbursed_ms > 0", "1"), "CAST(sum(" + paidOfReferral + ") AS BIGINT)",
		"CAST(sum(r.late) AS BIGINT)", when("c.due_on < "+a.add(f.On.String()), "1"),
		when("r.taken_ms > 0", "r.taken_ms - r.pushed_ms"), when("r.offered_ms > 0", "r.offered_ms - r.pushed_ms"),
	}
	return all(tx, func(s scanner) (b origination.BankFigures, err error) {
		err = s.Scan(&b.Bank, &b.Name, &b.Pushed, &b.Accepted, &b.Offered, &b.Declined, &b.Chosen, &b.Contracted, &b.Disbursed, &b.Paid, &b.LateSteps, &b.LateNow, &b.ToAccept, &b.ToOffer)
		b.ToAccept /= civil.Instant(max(b.Accepted, 1))
		b.ToOffer /= civil.Instant(max(b.Offered, 1))
		return b, err
	}, "SELECT "+strings.Join(columns, ", ")+fromReferrals+" JOIN orgs o ON o.id = r.bank"+figureWhere(&a, f)+" GROUP BY r.bank, o.name ORDER BY o.name, r.bank", a...)
}

func (tx *Tx) contractFigures(f *origination.FigureFilter, x *origination.Figures) error {
	var a args
	from := fromReferrals + " JOIN agreements g ON g.referral = r.id" + figureWhere(&a, f)
	share := func(condition string) string {
		return "CAST(coalesce(sum(CASE WHEN " + condition + " THEN 1 ELSE 0 END), 0) AS BIGINT), CAST(coalesce(sum(CASE WHEN " + condition + " THEN g.amount_fen ELSE 0 END), 0) AS BIGINT)"
	}
	return tx.one(nil, "SELECT "+share("1 = 1")+", "+share("g.first_loan = 1")+", "+share("g.first_loan = -1")+", "+share("g.security = 'credit'")+from, a,
		&x.Contracts.N, &x.Contracts.Amount, &x.First.N, &x.First.Amount, &x.FirstNot.N, &x.FirstNot.Amount, &x.Credit.N, &x.Credit.Amount)
}
