package origination

import (
	"context"
	"slices"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/workflow"
)

// Contract registers the contract about a loan that the firm accepted. The same one
// again gives the same answer.
//
// Errors: origination.not_found, origination.out_of_order, origination.contract,
// origination.contract_differs, origination.contract_taken, workflow.moved.
func (s *Service) Contract(ctx context.Context, c access.Caller, scope access.Scope, id string, version int64, x Agreement) (out *Agreement, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		r, err := tx.Referral(id, scope)
		if err != nil {
			return err
		}
		x := x
		x.Referral, x.At, x.By = r.ID, s.Now(), c.Name
		if was, err := tx.Agreement(r.ID); err != nil {
			return err
		} else if was != nil {
			if was.No != x.No || was.Amount != x.Amount || was.Rate != x.Rate || was.Months != x.Months || was.Signed != x.Signed {
				return fault.Newf(fault.Conflict, "origination.contract_taken", "本件已登记合同%s，内容不同", "contract %s has been registered, and differs", was.No)
			}
			out = was
			return nil
		}
		if Life.Move(r.Stage, Contract) == nil {
			return outOfOrder(r, Contract)
		}
		offers, err := tx.Offers(r.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(offers, func(o Offer) bool { return o.State == OfferTaken })
		if i < 0 {
			return outOfOrder(r, Contract)
		}
		if err := x.Check(&offers[i].Price, s.today()); err != nil {
			return err
		}
		if err := tx.PutAgreement(&x); err != nil {
			return err
		}
		out = &x
		if err := s.advance(tx, r, ActorOf(c), step{verb: Contract, amount: x.Amount, version: version}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "referral.contract", id, map[string]string{"no": x.No, "amount": x.Amount.String()}))
	})
	return out, err
}

// Disburse registers that money was paid out. A note that is known already gives the
// same answer, if it says the same.
//
// Errors: origination.not_found, origination.out_of_order, origination.drawdown,
// origination.drawdown_exceeds, origination.note_taken, workflow.moved.
func (s *Service) Disburse(ctx context.Context, c access.Caller, scope access.Scope, id string, version int64, d Drawdown) (out *Drawdown, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		r, err := tx.Referral(id, scope)
		if err != nil {
			return err
		}
		d := d
		d.Referral, d.Bank, d.At, d.By = r.ID, r.Org, s.Now(), c.Name
		if was, err := tx.Drawdown(r.Org, d.NoteNo); err != nil {
			return err
		} else if was != nil {
			if !was.same(&d) {
				return fault.Newf(fault.Conflict, "origination.note_taken", "借据%s已登记，内容不同；请核对", "note %s has been registered, and differs", d.NoteNo).In(fault.Place{Field: "note_no"})
			}
			out = was
			return nil
		}
		if err := s.disburse(tx, c, r, &d, version); err != nil {
			return err
		}
		out = &d
		return nil
	})
	return out, err
}

// disburse keeps a drawdown that is new.
func (s *Service) disburse(tx Tx, c access.Caller, r *Referral, d *Drawdown, version int64) error {
	a, err := tx.Agreement(r.ID)
	if err != nil {
		return err
	}
	if a == nil || r.Stage != Contracted && r.Stage != Disbursed && r.Stage != Overdue {
		return outOfOrder(r, Disburse)
	}
	before, err := tx.Drawdowns(r.ID)
	if err != nil {
		return err
	}
	if len(before) >= maxDraws {
		return fault.New(fault.Conflict, "origination.drawdown_exceeds", "放款笔数过多", "too many drawdowns")
	}
	out := money.Fen(0)
	for i := range before {
		out += before[i].Amount
	}
	if d.Branch == "" {
		d.Branch = a.Branch
	}
	if err := d.Check(a, out, s.today()); err != nil {
		return err
	}
	d.ID = s.NewID()
	if err := tx.AddDrawdown(d); err != nil {
		return err
	}
	if r.Stage == Contracted {
		err = s.advance(tx, r, ActorOf(c), step{verb: Disburse, amount: d.Amount, version: version})
	} else {
		err = s.again(tx, r, version, out+d.Amount)
	}
	if err != nil {
		return err
	}
	if err := tx.Emit(event.Event{Kind: EventDisbursed, At: d.At, Orgs: []string{r.Org}, Subject: r.ID, Data: map[string]string{
		"drawdown": d.ID, "note_no": d.NoteNo, "contract_no": a.No, "amount_fen": strconv.FormatInt(int64(d.Amount), 10), "rate_ppb": strconv.FormatInt(int64(d.Rate), 10),
		"drawn_on": d.Drawn.String(), "due_on": d.Due.String(), "branch": d.Branch, "uscc": r.USCC, "code": r.Code, "security": a.Security,
	}}); err != nil {
		return err
	}
	return tx.Audit(c.Entry(d.At, "referral.disburse", r.ID, map[string]string{"note_no": d.NoteNo, "amount": d.Amount.String()}))
}

// Report keeps a bank's word about a note: that it is in order, overdue or repaid.
//
// Errors: origination.not_found, origination.out_of_order, origination.no_note,
// origination.report, origination.reports.
func (s *Service) Report(ctx context.Context, c access.Caller, scope access.Scope, id string, x Report) (out *Report, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		r, err := tx.Referral(id, scope)
		if err != nil {
			return err
		}
		if r.Stage != Disbursed && r.Stage != Overdue {
			return outOfOrder(r, Repay)
		}
		d, err := tx.Drawdown(r.Org, x.NoteNo)
		if err != nil {
			return err
		}
		if d == nil || d.Referral != r.ID {
			return fault.New(fault.NotFound, "origination.no_note", "本件没有这笔借据", "there is no such note here").In(fault.Place{Field: "note_no"})
		}
		x := x
		x.ID, x.Referral, x.At, x.By = s.NewID(), r.ID, s.Now(), c.Name
		if err := x.Check(d, s.today()); err != nil {
			return err
		}
		past, err := tx.LoanReports(r.ID)
		if err != nil {
			return err
		}
		if len(past) >= maxReports {
			return fault.New(fault.Conflict, "origination.reports", "状态报告过多", "too many reports")
		}
		if err := tx.AddLoanReport(&x); err != nil {
			return err
		}
		out = &x
		if err := s.follow(tx, c, r, append(past, x)); err != nil {
			return err
		}
		if err := tx.Emit(event.Event{Kind: EventReported, At: x.At, Orgs: []string{r.Org}, Subject: x.ID, Data: map[string]string{
			"referral": r.ID, "note_no": x.NoteNo, "status": string(x.Status), "balance_fen": strconv.FormatInt(int64(x.Balance), 10), "as_of_on": x.AsOf.String(),
		}}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(x.At, "referral.report", id, map[string]string{"note_no": x.NoteNo, "status": string(x.Status)}))
	})
	return out, err
}

// follow brings r to where its notes are as they were last reported: overdue when one
// is, repaid when all are.
func (s *Service) follow(tx Tx, c access.Caller, r *Referral, reports []Report) error {
	notes, err := tx.Drawdowns(r.ID)
	if err != nil {
		return err
	}
	last := map[string]*Report{}
	for i := range reports {
		if x := &reports[i]; last[x.NoteNo] == nil || x.AsOf >= last[x.NoteNo].AsOf {
			last[x.NoteNo] = x
		}
	}
	overdue, repaid, drawn := false, true, money.Fen(0)
	for i := range notes {
		x := last[notes[i].NoteNo]
		overdue = overdue || x != nil && x.Status == StatusOverdue
		repaid = repaid && x != nil && x.Status == StatusRepaid
		drawn += notes[i].Amount
	}
	var verb workflow.Verb
	switch {
	case overdue && r.Stage == Disbursed:
		verb = FallOverdue
	case repaid:
		verb = Repay
	case !overdue && r.Stage == Overdue:
		verb = Cure
	default:
		return nil
	}
	return s.advance(tx, r, ActorOf(c), step{verb: verb, amount: drawn})
}
