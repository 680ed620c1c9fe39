package server

import (
	"context"
	"slices"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/store"
	"changrong/internal/base/event"
	"changrong/internal/loanbook/through"
	"changrong/internal/origination"
	"changrong/internal/reporting/match"
)

// partThrough: loans that came through the platform enter the loan book, and are put
// beside what their banks report.
func (p *Platform) partThrough(_ context.Context, d *httpapi.Deps) error {
	d.Through = &match.Service{
		Store: of[match.Tx](p), Reader: &inbox.Checker{Blobs: p.Files, Tmp: p.in(tempFolder)}, Now: p.Now, NewID: crypto.NewID,
	}
	d.Desk.Own = d.Through.Own
	p.told = append(p.told, outbox.Subscriber{Name: "through", Keep: func(tx *store.Tx, e event.Event) error { return KeepThrough(d.Through, tx, e) }})
	p.handlers[match.JobKind] = func(ctx context.Context, j event.Job, report func(int64, int64, string)) error {
		return d.Through.Match(ctx, j, report)
	}
	return nil
}

// KeepThrough keeps what an event says of loans that came through the platform.
func KeepThrough(s *match.Service, tx *store.Tx, e event.Event) error {
	switch e.Kind {
	case origination.EventDisbursed:
		l, err := drawn(tx, e.Subject, e.Data["note_no"])
		if err != nil || l == nil {
			return err
		}
		return s.Enter(tx, *l)
	case origination.EventReported:
		return said(s, tx, e)
	case "submission.accepted", "submission.withdrawn":
		for _, org := range e.Orgs {
			if err := s.Reported(tx, org); err != nil {
				return err
			}
		}
	}
	return nil
}

// drawn returns the loan of a drawdown, as it was registered.
func drawn(tx *store.Tx, referral, noteNo string) (*through.Loan, error) {
	r, err := tx.Referral(referral, access.Scope{All: true})
	if err != nil {
		return nil, err
	}
	d, err := tx.Drawdown(r.Org, noteNo)
	if err != nil || d == nil {
		return nil, err
	}
	l := &through.Loan{
		ID: d.ID, Referral: r.ID, Bank: r.Org, NoteNo: d.NoteNo, Branch: d.Branch, USCC: r.USCC, Firm: r.Firm,
		Amount: d.Amount, Rate: d.Rate, Drawn: d.Drawn, Due: d.Due, Code: r.Code, Product: r.Product, Purpose: r.Need.Purpose,
	}
	bank, err := tx.Org(r.Org)
	if err != nil {
		return nil, err
	}
	l.BankName, l.Institution = bank.Name, bank.USCC
	a, err := tx.Agreement(r.ID)
	if err != nil {
		return nil, err
	}
	if a != nil {
		l.Contract, l.Security, l.First = a.No, a.Security, a.First
	}
	return l, nil
}

// said keeps a bank's word about its note.
func said(s *match.Service, tx *store.Tx, e event.Event) error {
	r, err := tx.Referral(e.Data["referral"], access.Scope{All: true})
	if err != nil {
		return err
	}
	reports, err := tx.LoanReports(r.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(reports, func(x origination.Report) bool { return x.ID == e.Subject })
	if i < 0 {
		return nil
	}
	x := &reports[i]
	return s.Hear(tx, r.Org, x.NoteNo, through.Word{ID: x.ID, AsOf: x.AsOf, Balance: x.Balance, Repaid: x.Status == origination.StatusRepaid, Class: x.Class})
}
