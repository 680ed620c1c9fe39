package origination

import (
	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/workflow"
)

// Keep makes the referrals of an application that was handed in or sent on, in the
// transaction of the relay that tells it: each bank's exactly once. All of them come
// to their banks at the same instant, so that none tells how many came before it.
func (s *Service) Keep(tx Tx, e event.Event) error {
	if e.Kind != EventSubmitted && e.Kind != EventRerouted {
		return nil
	}
	a, err := tx.Application(e.Subject, access.Scope{All: true})
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil || !a.Open() {
		return err // withdrawn before any bank heard of it
	}
	clock, err := clockOf(tx)
	if err != nil {
		return err
	}
	now, made := s.Now(), false
	for i := range a.Targets {
		t := &a.Targets[i]
		if t.Referral != "" {
			continue
		}
		if err := s.push(tx, a, t, clock, now); err != nil {
			return err
		}
		made = true
	}
	if !made {
		return nil
	}
	return tx.PutApplication(a)
}

// push makes the referral of one target.
func (s *Service) push(tx Tx, a *Application, t *Target, clock workflow.Clock, now civil.Instant) error {
	n, err := tx.NextReferral(t.Bank)
	if err != nil {
		return err
	}
	r := &Referral{
		Case:   workflow.Case{ID: s.NewID(), Org: t.Bank, Title: title(a.Firm, &a.Need), Amount: a.Need.Amount},
		Number: n, USCC: a.USCC, Firm: a.Firm, Sole: a.Sole, Product: t.Product, ProductVer: t.Version, ProductName: t.Name, Consent: t.Consent,
		Pushed: now, Application: a.ID, FirmOrg: a.Org,
	}
	if a.Code != "" && s.Code != nil {
		scanned, err := s.Code(tx, a.Code)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err == nil && (!scanned.Bank || scanned.Org == t.Bank) {
			r.Code = a.Code
		}
	}
	if err := workflow.Begin(tx, Life, &r.Case, clock, now); err != nil {
		return err
	}
	if err := tx.PutReferral(r); err != nil {
		return err
	}
	t.Referral = r.ID
	return tx.Emit(event.Event{
		Kind: EventPushed, At: now, Orgs: []string{t.Bank}, Subject: r.ID, Data: map[string]string{"number": numberOf(n), "title": r.Title, "due_on": r.DueOn.String(), "code": r.Code},
	})
}
