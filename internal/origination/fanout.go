package origination

import (
	"bytes"
	"crypto/sha256"
	"slices"

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
	fresh := s.fresh(a)
	if len(fresh) == 0 {
		return nil
	}
	now := s.Now()
	for _, t := range fresh {
		if err := s.push(tx, a, t, clock, now); err != nil {
			return err
		}
	}
	return tx.PutApplication(a)
}

// fresh returns the targets of a that have no referral, each with the id that it gets:
// all of them made at once, and in an order that is none of the firm's, since an id
// tells when it was made.
func (s *Service) fresh(a *Application) (list []*Target) {
	for i := range a.Targets {
		if t := &a.Targets[i]; t.Referral == "" {
			t.Referral = s.NewID()
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(x, y *Target) int {
		one, other := sha256.Sum256([]byte(x.Referral)), sha256.Sum256([]byte(y.Referral))
		return bytes.Compare(one[:], other[:])
	})
	return list
}

// push makes the referral of one target.
func (s *Service) push(tx Tx, a *Application, t *Target, clock workflow.Clock, now civil.Instant) error {
	n, err := tx.NextReferral(t.Bank)
	if err != nil {
		return err
	}
	r := &Referral{
		Case:   workflow.Case{ID: t.Referral, Org: t.Bank, Title: title(a.Firm, &a.Need), Amount: a.Need.Amount},
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
	if s.Consents != nil && t.Consent != "" {
		if err := s.Consents.Told(tx, Agreed{ID: t.Consent, FirmOrg: a.Org, Firm: a.Firm, Bank: t.Bank, BankName: t.BankName, At: now}); err != nil {
			return err
		}
	}
	return tx.Emit(event.Event{
		Kind: EventPushed, At: now, Orgs: []string{t.Bank}, Subject: r.ID, Data: map[string]string{"number": numberOf(n), "title": r.Title, "due_on": r.DueOn.String(), "code": r.Code},
	})
}
