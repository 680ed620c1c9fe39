package origination

import (
	"context"
	"encoding/json"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/workflow"
)

// Service moves applications and what becomes of them.
type Service struct {
	Store  Store
	Sealer Sealer
	Now    func() civil.Instant
	NewID  func() string
	Neighbours
}

// The kinds of events that are told.
const (
	EventSubmitted = "application.submitted"
	EventRerouted  = "application.rerouted"
	EventMoved     = "application.moved" // to the firm
	EventPushed    = "referral.pushed"
	EventReferral  = "referral.moved"
	EventEnded     = "referral.ended"
	EventOffer     = "offer.made" // to the firm
	EventTaken     = "offer.accepted"
	EventMessage   = "message.posted"
	EventPaper     = "application.paper_added"
	EventDisbursed = "loan.disbursed"
	EventReported  = "loan.reported"
)

// ActorOf is the caller as package workflow knows people.
func ActorOf(c access.Caller) workflow.Actor {
	if c.Principal == nil {
		return workflow.Actor{}
	}
	a := workflow.Actor{Person: c.Account, Name: c.Name, Org: c.Org}
	for _, r := range c.Roles {
		a.Roles = append(a.Roles, string(r))
	}
	return a
}

func missing() *fault.Error {
	return fault.New(fault.NotFound, "origination.not_found", "没有这件申请或相关记录", "there is no such application or record of one")
}

// rulesOf returns the rules as they are now.
func rulesOf(tx Tx) (*Rules, error) {
	r, err := tx.OriginationRules()
	if err != nil || r != nil {
		return r, err
	}
	return DefaultRules(), nil
}

func clockOf(tx Tx) (workflow.Clock, error) {
	rules, err := rulesOf(tx)
	if err != nil {
		return workflow.Clock{}, err
	}
	cal, err := workflow.Load(tx)
	return workflow.Clock{Terms: rules.Terms, Calendar: cal}, err
}

// Rules returns the rules.
func (s *Service) Rules(ctx context.Context) (r *Rules, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		r, err = rulesOf(tx)
		return err
	})
	return r, err
}

// SetRules replaces the rules. Cases under way keep their due days.
//
// Errors: origination.rules, store.changed.
func (s *Service) SetRules(ctx context.Context, c access.Caller, r Rules) (*Rules, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		r := r
		if err := tx.PutOriginationRules(&r); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "application_rules.set", "", nil))
	})
	r.Version++
	return &r, err
}

// step is one decision about a referral.
type step struct {
	verb    workflow.Verb
	reason  string
	amount  money.Fen // after it; 0: as it is
	version int64
}

// advance makes a decision on r, keeps what follows from it, and tells both sides.
func (s *Service) advance(tx Tx, r *Referral, who workflow.Actor, x step) error {
	clock, err := clockOf(tx)
	if err != nil {
		return err
	}
	now := s.Now()
	if x.amount == 0 {
		x.amount = r.Amount
	}
	late := r.Case.Late(now.Date())
	d, err := workflow.Advance(tx, Life, &r.Case, clock, who, workflow.Act{
		ID: s.NewID(), Verb: x.verb, Reason: x.reason, At: now, Amount: x.amount, Version: x.version,
	})
	if err != nil {
		return err
	}
	if late && d.To != d.Stage {
		r.Late++
	}
	r.Times.reach(r.Stage, now)
	if err := tx.PutReferral(r); err != nil {
		return err
	}
	return s.tell(tx, r, d)
}

// tell tells the bank and the firm that r moved, each by an event of its own.
func (s *Service) tell(tx Tx, r *Referral, d *workflow.Decision) error {
	kind := EventReferral
	data := map[string]string{"number": numberOf(r.Number), "title": r.Title, "stage": string(r.Stage), "verb": string(d.Verb)}
	if d.Verb == End {
		kind = EventEnded
		data["reason"], data["reason_zh"] = r.EndReason, endWords[r.EndReason]
	}
	if err := tx.Emit(event.Event{Kind: kind, At: d.At, Orgs: []string{r.Org}, Subject: r.ID, Data: data}); err != nil {
		return err
	}
	if d.Verb == End || d.Verb == workflow.Pause || d.Verb == workflow.Resume {
		return nil // the firm did it, or is told of the whole application
	}
	name, err := bankName(tx, r)
	if err != nil {
		return err
	}
	return tx.Emit(event.Event{Kind: EventMoved, At: d.At, Orgs: []string{r.FirmOrg}, Subject: r.Application, Data: map[string]string{
		"referral": r.ID, "bank": name, "stage": string(r.Stage), "stage_zh": Life.Rule(r.Stage).Zh, "verb": string(d.Verb),
	}})
}

func bankName(tx Tx, r *Referral) (string, error) {
	if r.BankName == "" {
		o, err := tx.Org(r.Org)
		if err != nil {
			return "", err
		}
		r.BankName = o.Name
	}
	return r.BankName, nil
}

func numberOf(n int64) string { return strconv.FormatInt(n, 10) }

// sealContact and openContact keep whom to call out of the database's files.
func (s *Service) sealContact(c Contact, id string) ([]byte, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return s.Sealer.Seal(plain, "applications.contact "+id)
}

func (s *Service) openContact(sealed []byte, id string) (c Contact, err error) {
	if len(sealed) == 0 {
		return c, nil // it was forgotten
	}
	plain, err := s.Sealer.Open(sealed, "applications.contact "+id)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(plain, &c)
}
