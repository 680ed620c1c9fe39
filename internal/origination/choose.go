package origination

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/workflow"
)

// AcceptOffer accepts an offer for its firm. The referrals at other banks end, with
// the same words as if the firm had withdrawn. Accepting it again gives the same
// answer.
//
// Errors: origination.not_found, origination.other_accepted, origination.closed,
// origination.offer_superseded, origination.offer_expired, origination.offer_closed.
func (s *Service) AcceptOffer(ctx context.Context, c access.Caller, scope access.Scope, id string) (*Offer, error) {
	return s.answer(ctx, c, scope, id, OfferTaken, "offer.accept", func(tx Tx, o *Offer, a *Application, r *Referral) error {
		o.Accepted = s.Now()
		a.State, a.Offer, a.Ended = Accepted, o.ID, o.Accepted
		if err := s.advance(tx, r, ActorOf(c), step{verb: TakeOffer, amount: o.Price.Amount}); err != nil {
			return err
		}
		return s.endAll(tx, a, EndedByApplicant, r.ID)
	})
}

// answer makes a firm's answer to an offer, by which it is in a state; f does what
// follows. The same answer again changes nothing.
func (s *Service) answer(ctx context.Context, c access.Caller, scope access.Scope, id string, as OfferState, action string, f func(Tx, *Offer, *Application, *Referral) error) (o *Offer, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if o, err = tx.Offer(id, scope); err != nil || o.State == as {
			return err
		}
		a, err := tx.Application(o.Application, scope)
		if err != nil {
			return err
		}
		if err := s.acceptable(a, o); err != nil {
			return err
		}
		r, err := tx.Referral(o.Referral, scope)
		if err != nil {
			return err
		}
		now := s.Now()
		o.State, a.Moved = as, now
		if err := f(tx, o, a, r); err != nil {
			return err
		}
		if err := tx.PutOffer(o); err != nil {
			return err
		}
		if err := tx.PutApplication(a); err != nil {
			return err
		}
		if err := tx.Emit(event.Event{Kind: "offer." + string(as), At: now, Orgs: []string{r.Org}, Subject: o.ID, Data: map[string]string{
			"referral": r.ID, "number": numberOf(r.Number), "title": r.Title,
		}}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, action, o.ID, map[string]string{"application": a.ID, "referral": r.ID}))
	})
	return o, err
}

// DeclineOffer says no to an offer for its firm, with words for the bank if it likes. The
// bank has the referral under review again: it may offer something better. Said again, it
// gives the same answer.
//
// Errors: origination.not_found, origination.words, origination.other_accepted,
// origination.closed, origination.offer_superseded, origination.offer_expired,
// origination.offer_closed.
func (s *Service) DeclineOffer(ctx context.Context, c access.Caller, scope access.Scope, id, words string) (*Offer, error) {
	if !fits(words, 0, maxWords) {
		return nil, fault.New(fault.Invalid, "origination.words", "说明不超过500字", "at most 500 characters").In(fault.Place{Field: "words"})
	}
	return s.answer(ctx, c, scope, id, OfferDeclined, "offer.decline", func(tx Tx, _ *Offer, _ *Application, r *Referral) error {
		r.Offer, r.ValidTil = "", 0
		return s.advance(tx, r, ActorOf(c), step{verb: LeaveOffer, reason: words, amount: r.Need.Amount})
	})
}

// acceptable tells whether o may be accepted now, or said no to.
func (s *Service) acceptable(a *Application, o *Offer) error {
	switch {
	case a.State == Accepted:
		return fault.New(fault.Conflict, "origination.other_accepted", "您已接受另一份报价；如要更换，请先与原银行终止", "another offer of this application has been accepted")
	case o.State == OfferSuperseded:
		return fault.New(fault.Conflict, "origination.offer_superseded", "银行已给出新的报价，请查看最新一版", "the bank has made a newer offer")
	case s.Now() > o.Price.ValidTil:
		return fault.Newf(fault.Conflict, "origination.offer_expired", "报价已于%s失效，请联系银行重新报价或转投其他银行", "the offer was valid until %s", o.Price.ValidTil)
	case !a.Open():
		return closed(a)
	case o.State != OfferOpen:
		return fault.New(fault.Conflict, "origination.offer_closed", "报价已不可接受", "the offer is not open any more")
	}
	return nil
}

func closed(a *Application) error {
	return fault.New(fault.Conflict, "origination.closed", "该申请已办结："+a.State.Zh(), "the application is over: "+string(a.State))
}

// endAll ends the referrals of a that have come to no contract, but for one.
func (s *Service) endAll(tx Tx, a *Application, reason, but string) error {
	list, _, err := tx.Referrals(ReferralFilter{Application: a.ID, Live: true, Oldest: true}, access.Scope{All: true})
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].ID != but && list[i].Early() {
			if err := s.end(tx, &list[i], reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// end ends one referral without its bank's doing.
func (s *Service) end(tx Tx, r *Referral, reason string) error {
	if _, err := letGo(tx, r); err != nil {
		return err
	}
	r.EndReason = reason
	return s.advance(tx, r, workflow.Actor{}, step{verb: End, reason: endWords[reason]})
}

// Withdraw ends an application for its firm, until there is a contract.
//
// Errors: origination.not_found, origination.closed, origination.contracted,
// store.changed.
func (s *Service) Withdraw(ctx context.Context, c access.Caller, scope access.Scope, id string, version int64) (a *Application, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if a, err = tx.Application(id, scope); err != nil {
			return err
		}
		if a.State != Submitted && a.State != Accepted {
			return closed(a)
		}
		list, _, err := tx.Referrals(ReferralFilter{Application: id, Live: true}, access.Scope{All: true})
		if err != nil {
			return err
		}
		for i := range list {
			if !list[i].Early() {
				return fault.New(fault.Conflict, "origination.contracted", "已签订合同，不能撤回；请与银行协商", "there is a contract; settle it with the bank")
			}
		}
		if version != 0 {
			a.Version = version
		}
		if err := s.close(tx, a, Withdrawn, EndedByApplicant); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "application.withdraw", id, map[string]string{"number": a.Number}))
	})
	return a, err
}

// close ends an application and what of it has come to no contract.
func (s *Service) close(tx Tx, a *Application, state State, reason string) error {
	if err := s.endAll(tx, a, reason, ""); err != nil {
		return err
	}
	now := s.Now()
	a.State, a.Ended, a.Moved = state, now, now
	if err := tx.PutApplication(a); err != nil {
		return err
	}
	return tx.Emit(event.Event{Kind: EventMoved, At: now, Orgs: []string{a.Org}, Subject: a.ID, Data: map[string]string{
		"number": a.Number, "stage": string(state), "stage_zh": state.Zh(), "verb": "close",
	}})
}

// Reroute sends an open application to more banks; with from, the referral there
// ends. A bank that deals with it already is not chosen again.
//
// Errors: origination.not_found, origination.closed, origination.targets, those of
// giving a consent.
func (s *Service) Reroute(ctx context.Context, c access.Caller, scope access.Scope, id, from string, wanted []Wanted) (a *Application, err error) {
	now := s.Now()
	if err := checkWanted(wanted, now.Date()); err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if a, err = tx.Application(id, scope); err != nil {
			return err
		}
		if !a.Open() {
			return closed(a)
		}
		if err := s.identify(tx, a); err != nil {
			return err
		}
		if from != "" {
			r, err := tx.Referral(from, scope)
			if err != nil {
				return err
			}
			if r.Application != a.ID || !r.Early() {
				return missing()
			}
			if err := s.end(tx, r, EndedByApplicant); err != nil {
				return err
			}
		}
		if err := s.extend(tx, c, a, wanted); err != nil {
			return err
		}
		a.Moved = now
		if err := tx.PutApplication(a); err != nil {
			return err
		}
		if err := tx.Emit(event.Event{Kind: EventRerouted, At: now, Orgs: []string{a.Org}, Subject: a.ID, Data: map[string]string{"number": a.Number, "title": title(a.Firm, &a.Need)}}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "application.reroute", id, map[string]string{"number": a.Number, "consents": consentsOf(a.Targets[len(a.Targets)-len(wanted):])}))
	})
	return a, err
}

// extend adds targets to a, each with its consent.
func (s *Service) extend(tx Tx, c access.Caller, a *Application, wanted []Wanted) error {
	more, err := s.targets(tx, wanted)
	if err != nil {
		return err
	}
	if len(a.Targets)+len(more) > maxRounds {
		return fault.New(fault.Conflict, "origination.targets", "该申请送过的银行已过多，请撤回后重新申请", "it has been to too many banks; hand in a new one")
	}
	live, _, err := tx.Referrals(ReferralFilter{Application: a.ID, Live: true}, access.Scope{All: true})
	if err != nil {
		return err
	}
	busy := map[string]bool{}
	for i := range live {
		busy[live[i].Org] = true
	}
	for i := range a.Targets {
		busy[a.Targets[i].Bank] = busy[a.Targets[i].Bank] || a.Targets[i].Referral == ""
	}
	for i := range more {
		if busy[more[i].Bank] {
			return refuseTarget(i, "bank", "这家银行正在办理本申请", "this bank deals with it already")
		}
	}
	given, err := s.consent(tx, c, a, more, wanted)
	if err != nil {
		return err
	}
	if given != nil {
		if err := given.Keep(tx, c); err != nil {
			return err
		}
	}
	a.Targets = append(a.Targets, more...)
	return nil
}

// FirmEnded ends what a firm has open: the registry says that it was closed or its
// licence revoked. What is contracted stays, for the bank to settle.
func (s *Service) FirmEnded(tx Tx, uscc string) error {
	list, _, err := tx.Applications(ApplicationFilter{States: []State{Submitted, Accepted}, Firm: uscc, Oldest: true}, access.Scope{All: true})
	if err != nil {
		return err
	}
	for i := range list {
		a := &list[i]
		if a.USCC != uscc {
			continue
		}
		live, _, err := tx.Referrals(ReferralFilter{Application: a.ID, Live: true}, access.Scope{All: true})
		if err != nil {
			return err
		}
		late := false
		for j := range live {
			late = late || !live[j].Early()
		}
		if late {
			continue
		}
		if err := s.close(tx, a, FirmClosed, EndedFirmClosed); err != nil {
			return err
		}
		if err := tx.Audit(access.Caller{Address: "server"}.Entry(s.Now(), "application.firm_closed", a.ID, map[string]string{"number": a.Number})); err != nil {
			return err
		}
	}
	return nil
}
