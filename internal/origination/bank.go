package origination

import (
	"context"
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/workflow"
)

// Action is what a bank does to a referral.
type Action struct {
	Verb    workflow.Verb `json:"verb" doc:"one of can of the referral: accept, contact, review, decline, await_guarantee, pause, resume"`
	Code    string        `json:"code,omitempty" doc:"with decline: one of the refusals of get-application-words"`
	Reason  string        `json:"reason,omitempty" doc:"in words"`
	Version int64         `json:"version" doc:"of the referral as it was read"`
}

// Act makes a bank's decision on a referral.
//
// Errors: origination.not_found, origination.elsewhere, origination.refusal, those of
// workflow.Table.Decide.
func (s *Service) Act(ctx context.Context, c access.Caller, scope access.Scope, id string, x Action) (r *Referral, err error) {
	if where := elsewhere[x.Verb]; where != "" {
		return nil, fault.Newf(fault.Invalid, "origination.elsewhere", "这一步不在此办理：%s", "this is not done here: %s", where).In(fault.Place{Field: "verb"})
	}
	if x.Verb == Decline && !known(Refusals(), x.Code) {
		return nil, fault.New(fault.Invalid, "origination.refusal", "请选择未通过的原因", "choose the reason").In(fault.Place{Field: "code"})
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if r, err = tx.Referral(id, scope); err != nil {
			return err
		}
		if x.Verb == Decline {
			r.Refusal = x.Code
			if err := s.release(tx, r); err != nil {
				return err
			}
		}
		if r.Assignee == "" {
			r.Assignee, r.AssigneeName = c.Account, c.Name
		}
		if err := s.advance(tx, r, ActorOf(c), step{verb: x.Verb, reason: x.Reason, version: x.Version}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "referral."+string(x.Verb), id, map[string]string{"number": numberOf(r.Number), "code": x.Code}))
	})
	return r, err
}

// letGo closes the offers of r that somebody might hold on to, and returns all.
func letGo(tx Tx, r *Referral) ([]Offer, error) {
	offers, err := tx.Offers(r.ID)
	if err != nil {
		return nil, err
	}
	for i := range offers {
		switch o := &offers[i]; o.State {
		case OfferOpen:
			o.State = OfferClosed
		case OfferTaken:
			o.State = OfferReleased
		default:
			continue
		}
		if err := tx.PutOffer(&offers[i]); err != nil {
			return nil, err
		}
	}
	return offers, nil
}

// release lets go of r's offers as its bank declines. An application that had been
// accepted there is open again, so that the firm can turn to another.
func (s *Service) release(tx Tx, r *Referral) error {
	offers, err := letGo(tx, r)
	if err != nil {
		return err
	}
	a, err := tx.Application(r.Application, access.Scope{All: true})
	if err != nil || a.State != Accepted {
		return err
	}
	if !slices.ContainsFunc(offers, func(o Offer) bool { return o.ID == a.Offer }) {
		return nil
	}
	a.State, a.Offer, a.Ended, a.Moved = Submitted, "", 0, s.Now()
	return tx.PutApplication(a)
}

// Offer makes an offer, or the next version of one that the firm has not accepted.
//
// Errors: origination.not_found, origination.offer, origination.out_of_order,
// origination.offers, store.changed, workflow.moved.
func (s *Service) Offer(ctx context.Context, c access.Caller, scope access.Scope, id string, version int64, p Price) (o *Offer, err error) {
	now := s.Now()
	if err := p.Check(now); err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		r, err := tx.Referral(id, scope)
		if err != nil {
			return err
		}
		if r.Stage != UnderReview && r.Stage != Offered {
			return outOfOrder(r, MakeOffer)
		}
		if o, err = s.offer(tx, c, r, p); err != nil {
			return err
		}
		if r.Stage == UnderReview {
			err = s.advance(tx, r, ActorOf(c), step{verb: MakeOffer, amount: p.Amount, version: version})
		} else {
			err = s.again(tx, r, version, p.Amount)
		}
		if err != nil {
			return err
		}
		if err := tx.Emit(event.Event{Kind: EventOffer, At: now, Orgs: []string{r.FirmOrg}, Subject: r.Application, Data: map[string]string{
			"bank": r.BankName, "offer": o.ID, "valid_til": strings.Replace(p.ValidTil.String()[:len("2026-03-01T09:30")], "T", " ", 1),
		}}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "offer.make", o.ID, map[string]string{"referral": id, "amount": p.Amount.String(), "rate": p.Rate.Human()}))
	})
	return o, err
}

// offer keeps p as the newest offer of r.
func (s *Service) offer(tx Tx, c access.Caller, r *Referral, p Price) (*Offer, error) {
	past, err := tx.Offers(r.ID)
	if err != nil {
		return nil, err
	}
	if len(past) >= maxOffers {
		return nil, fault.Newf(fault.Conflict, "origination.offers", "报价已修改%d次，不能再改", "%d versions are enough", maxOffers)
	}
	for i := range past {
		if past[i].State == OfferOpen {
			past[i].State = OfferSuperseded
			if err := tx.PutOffer(&past[i]); err != nil {
				return nil, err
			}
		}
	}
	name, err := bankName(tx, r)
	if err != nil {
		return nil, err
	}
	o := &Offer{
		ID: s.NewID(), Referral: r.ID, Bank: r.Org, BankName: name, N: int64(len(past) + 1), Price: p, State: OfferOpen, Made: s.Now(), By: c.Name, Application: r.Application,
	}
	r.Offer, r.ValidTil = o.ID, p.ValidTil
	return o, tx.PutOffer(o)
}

// again keeps r with a new version of its offer: it stays where it stands.
func (s *Service) again(tx Tx, r *Referral, version int64, amount money.Fen) error {
	if version != 0 && version != r.Case.Version {
		return fault.New(fault.Conflict, "workflow.moved", "他人已办理，请刷新后再试", "somebody acted on it meanwhile; read it again")
	}
	r.Amount = amount
	if err := tx.PutCase(&r.Case); err != nil {
		return err
	}
	return tx.PutReferral(r)
}

// outOfOrder is why a step cannot be registered now, with those that come first.
func outOfOrder(r *Referral, verb workflow.Verb) error {
	zh, en := stepsTo(r.Stage, verb)
	name := map[workflow.Verb]string{MakeOffer: "报价", Contract: "登记合同", Disburse: "登记放款", Repay: "登记贷款状态"}[verb]
	now := Life.Rule(r.Stage).Zh
	if en == "" {
		return fault.New(fault.Conflict, "origination.out_of_order", "本件现为“"+now+"”，不能"+name, "this is at stage "+string(r.Stage)+" and cannot be followed by "+string(verb)).
			In(fault.Place{Field: "stage", Value: string(r.Stage)})
	}
	return fault.New(fault.Conflict, "origination.out_of_order", "本件现为“"+now+"”，"+name+"之前须先："+zh, "this is at stage "+string(r.Stage)+"; expected first: "+en).
		In(fault.Place{Field: "stage", Value: string(r.Stage)})
}

// stepsTo returns the moves that lead from a stage to one at which verb is made, by
// the shortest way; nothing when there is no way.
func stepsTo(from workflow.Stage, verb workflow.Verb) (zh, en string) {
	type way struct {
		at   workflow.Stage
		zh   []string
		en   []string
		seen int
	}
	queue := []way{{at: from}}
	for len(queue) > 0 && queue[0].seen < len(Life.Stages) {
		w := queue[0]
		queue = queue[1:]
		if len(w.en) > 0 && Life.Move(w.at, verb) != nil {
			return strings.Join(w.zh, "、"), strings.Join(w.en, ", ")
		}
		for _, m := range Life.From(w.at) {
			if m.Verb != End && m.Verb != Decline && !m.Again {
				queue = append(queue, way{m.To, append(slices.Clone(w.zh), m.Zh), append(slices.Clone(w.en), string(m.Verb)), w.seen + 1})
			}
		}
	}
	return "", ""
}

// Assign gives a referral to somebody of the bank: a clerk takes what is nobody's, the
// lead gives it to anybody of the bank.
//
// Errors: origination.not_found, origination.assign.
func (s *Service) Assign(ctx context.Context, c access.Caller, scope access.Scope, id, account string) (r *Referral, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if r, err = tx.Referral(id, scope); err != nil {
			return err
		}
		leads := slices.Contains(c.Roles, access.BankLead)
		if !leads && (account != c.Account || r.Assignee != "" && r.Assignee != c.Account) {
			return fault.New(fault.Forbidden, "origination.assign", "只能领取无人办理的件；改派由负责人办理", "a clerk takes what is nobody's; the lead assigns").In(fault.Place{Field: "account"})
		}
		to, err := tx.Account(account)
		if fault.KindOf(err) == fault.NotFound || err == nil && (to.Org != r.Org || to.Suspended) {
			return fault.New(fault.Invalid, "origination.assign", "经办人须为本行在用账号", "somebody of the bank's own").In(fault.Place{Field: "account"})
		}
		if err != nil {
			return err
		}
		r.Assignee, r.AssigneeName = to.ID, to.Name
		if err := tx.PutCase(&r.Case); err != nil {
			return err
		}
		if err := tx.PutReferral(r); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "referral.assign", id, map[string]string{"to": to.ID}))
	})
	return r, err
}

// today is the day that rules speak of.
func (s *Service) today() civil.Date { return s.Now().Date() }
