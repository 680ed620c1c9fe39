package followup

import (
	"context"
	"fmt"

	"changrong/internal/access"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"
)

// Service draws samples, records findings and takes money back. It moves claims by
// the claims' own service.
type Service struct {
	Store  Store
	Claims *subsidy.Service
}

var everything = access.Scope{All: true}

// Propose proposes to take back a part or all of what was paid for a claim.
//
// Errors: subsidy.not_found, followup.nothing_paid, followup.amount, followup.why,
// followup.deadline, followup.open (there is one under way), followup.stage.
func (s *Service) Propose(ctx context.Context, c access.Caller, p Proposal) (b *Clawback, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		claim, err := tx.Claim(p.Claim, everything)
		if err != nil {
			return err
		}
		b, err = s.propose(tx, c, claim, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

func (s *Service) propose(tx Tx, c access.Caller, claim *subsidy.Claim, p Proposal) (*Clawback, error) {
	if subsidy.Life.Move(claim.Stage, subsidy.ClawBack) == nil {
		return nil, fault.Newf(fault.Conflict, "followup.stage", "“%s”环节的申报不能追回", "a claim at stage %[2]s is not clawed back", subsidy.Life.Rule(claim.Stage).Zh, string(claim.Stage))
	}
	if _, open, err := tx.Clawbacks(Filter{Claim: claim.ID, Open: true, Limit: 1}, everything); err != nil {
		return nil, err
	} else if open > 0 {
		return nil, fault.New(fault.Conflict, "followup.open", "该申报已有一项追回正在办理", "a clawback of this claim is under way")
	}
	held, err := ledger.Held(tx, claim.ID)
	if err != nil {
		return nil, err
	}
	now := s.Claims.Now()
	_, paid := paidOf(held)
	if err := p.check(paid, now.Date()); err != nil {
		return nil, err
	}
	b := &Clawback{
		Case:  workflow.Case{ID: s.Claims.NewID(), Org: claim.Org, Title: "追回 · " + claim.Title, Amount: p.Amount},
		Claim: claim.ID, Policy: claim.Policy, Item: claim.Item, ItemTitle: claim.ItemTitle, Payee: claim.Payee, PayeeName: claim.PayeeName,
		Why: p.Why, Basis: p.Basis, Deadline: p.Deadline, Proposer: c.Account, Made: now,
	}
	clock, err := s.Claims.Clock(tx, b.Policy)
	if err != nil {
		return nil, err
	}
	if err := workflow.Begin(tx, Life, &b.Case, clock, now); err != nil {
		return nil, err
	}
	if err := s.advance(tx, b, subsidy.ActorOf(c), ToPropose, "", 0); err != nil {
		return nil, err
	}
	return b, tx.Audit(c.Entry(now, "clawback.propose", b.ID, map[string]string{"claim": claim.ID, "amount": b.Amount.String()}))
}

// advance makes a decision on b, keeps it and tells of it. While money is collected, the
// day on the order is its clock.
func (s *Service) advance(tx Tx, b *Clawback, who workflow.Actor, verb workflow.Verb, reason string, version int64) error {
	clock, err := s.Claims.Clock(tx, b.Policy)
	if err != nil {
		return err
	}
	d, err := workflow.Advance(tx, Life, &b.Case, clock, who, workflow.Act{
		ID: s.Claims.NewID(), Verb: verb, Reason: reason, At: s.Claims.Now(), Amount: b.Amount, Version: version,
	})
	if err != nil {
		return err
	}
	if b.Stage == Collecting {
		b.DueOn = b.Deadline
		if err := tx.PutCase(&b.Case); err != nil {
			return err
		}
	}
	if err := tx.PutClawback(b); err != nil {
		return err
	}
	return tx.Emit(event.Event{
		Kind: "clawback.moved", At: d.At, Subject: b.ID,
		Data: map[string]string{"verb": string(verb), "stage": string(b.Stage), "title": b.PayeeName + " " + b.Amount.Human(), "claim": b.Claim},
	})
}

// Action is what somebody does to a clawback.
type Action struct {
	Verb    workflow.Verb
	Reason  string
	Version int64 // as it was read; 0: whatever it is now
}

// Act makes a decision on a clawback: issue or refuse it, withdraw one's own, give
// up, end or go on.
//
// Errors: subsidy.not_found, followup.not_own, followup.amount, followup.deadline,
// those of workflow.Table.Decide.
func (s *Service) Act(ctx context.Context, c access.Caller, id string, a Action) (b *Clawback, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if b, err = tx.Clawback(id, everything); err != nil {
			return err
		}
		if a.Verb == Withdraw && b.Proposer != c.Account {
			return fault.New(fault.Forbidden, "followup.not_own", "只有提请人可以撤回", "only who proposed it withdraws it")
		}
		claim, err := tx.Claim(b.Claim, everything)
		if err != nil {
			return err
		}
		if a.Verb == Issue {
			if err := s.issue(tx, c, b, claim); err != nil {
				return err
			}
		}
		who := subsidy.ActorOf(c)
		if err := s.advance(tx, b, who, a.Verb, a.Reason, a.Version); err != nil {
			return err
		}
		switch a.Verb {
		case Issue:
			err = s.Claims.Step(tx, claim, who, subsidy.ClawBack, b.Why)
		case End:
			err = s.Claims.Step(tx, claim, who, subsidy.Forgo, ending(b))
		}
		if err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Claims.Now(), "clawback."+string(a.Verb), id, map[string]string{"claim": b.Claim, "amount": b.Amount.String()}))
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// ending is why a claim is clawed back no longer.
func ending(b *Clawback) string {
	return fmt.Sprintf("终止追回：应追回%s元，已退回%s元", b.Amount, b.Returned)
}

// issue numbers the order to return, if it still can be: the payee may have less by
// now, and the day may have come.
func (s *Service) issue(tx Tx, c access.Caller, b *Clawback, claim *subsidy.Claim) error {
	held, err := ledger.Held(tx, claim.ID)
	if err != nil {
		return err
	}
	now := s.Claims.Now()
	_, paid := paidOf(held)
	p := Proposal{Claim: b.Claim, Amount: b.Amount, Why: b.Why, Basis: b.Basis, Deadline: b.Deadline}
	if err := p.check(paid, now.Date()); err != nil {
		return err
	}
	year, _, _ := now.Date().YMD()
	n, err := tx.NextClawbackNumber(year)
	b.Number, b.Decider, b.Issued = fmt.Sprintf("%d-%04d", year, n), c.Account, now
	return err
}

// Receive registers money that came back: all that is outstanding or a part. It
// goes back to the sources that paid.
//
// Errors: subsidy.not_found, followup.not_collecting, followup.too_much,
// followup.receipt, followup.receipt_known, those of ledger.Return.
func (s *Service) Receive(ctx context.Context, c access.Caller, id string, r Receipt) (b *Clawback, err error) {
	if !fits(r.No, 1, maxName) || !fits(r.Payer, 0, maxName) {
		return nil, fault.New(fault.Invalid, "followup.receipt", "请填写回单编号", "give the number of the bank's receipt").In(fault.Place{Field: "no"})
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if b, err = tx.Clawback(id, everything); err != nil {
			return err
		}
		if err := s.takes(tx, b, &r); err != nil {
			return err
		}
		r.ID, r.Clawback, r.Person, r.At = s.Claims.NewID(), id, c.Account, s.Claims.Now()
		if err := s.giveBack(tx, c, b, &r); err != nil {
			return err
		}
		if err := tx.PutReceipt(&r); err != nil {
			return err
		}
		b.Returned += r.Amount
		if err := s.settle(tx, c, b); err != nil {
			return err
		}
		return tx.Audit(c.Entry(r.At, "clawback.receive", id, map[string]string{"claim": b.Claim, "receipt": r.No, "amount": r.Amount.String()}))
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// takes tells whether r can be money that came back for b.
func (s *Service) takes(tx Tx, b *Clawback, r *Receipt) error {
	if b.Stage != Collecting && b.Stage != Ending {
		return fault.New(fault.Conflict, "followup.not_collecting", "该追回尚未下达或已办结，不能登记退回款", "this clawback is not issued, or is over")
	}
	before, err := tx.Receipts(b.ID)
	if err != nil {
		return err
	}
	for i := range before {
		if before[i].No == r.No {
			return fault.New(fault.Conflict, "followup.receipt_known", "该回单已登记", "this receipt is registered").In(fault.Place{Field: "no"})
		}
	}
	if r.Amount <= 0 || r.Amount > b.Outstanding() {
		return fault.Newf(fault.Invalid, "followup.too_much", "退回金额须大于零，且不超过尚未退回的%s元", "what comes back is above zero and at most the %s yuan outstanding", b.Outstanding()).
			In(fault.Place{Field: "amount_fen"})
	}
	return nil
}

// giveBack posts what came back, order by order.
func (s *Service) giveBack(tx Tx, c access.Caller, b *Clawback, r *Receipt) error {
	held, err := ledger.Held(tx, b.Claim)
	if err != nil {
		return err
	}
	paid, _ := paidOf(held)
	shares := Shares(paid, r.Amount)
	if shares == nil {
		return fault.New(fault.Conflict, "followup.too_much", "台账上该申报的已支付资金不足，请先核对", "the ledger has less paid for this claim").In(fault.Place{Field: "amount_fen"})
	}
	orders := []string{}
	parts := map[string][]ledger.Part{}
	for _, x := range shares {
		if parts[x.Order] == nil {
			orders = append(orders, x.Order)
		}
		parts[x.Order] = append(parts[x.Order], ledger.Part{Source: x.Source, Item: x.Item, Amount: x.Amount})
	}
	for _, order := range orders {
		if _, err := ledger.Return(tx, ledger.Move{
			Ref: r.ID + "/" + order, At: r.At, On: r.On, By: c.Account, Claim: b.Claim, Order: order, Memo: "追回 " + b.Number,
			Receipt: ledger.Receipt{No: r.No, Payee: r.Payer}, Parts: parts[order],
		}); err != nil {
			return err
		}
	}
	return nil
}

// settle keeps b, and ends it when all has come back.
func (s *Service) settle(tx Tx, c access.Caller, b *Clawback) error {
	if b.Outstanding() > 0 {
		return tx.PutClawback(b)
	}
	if err := s.advance(tx, b, workflow.Actor{}, Finish, "应追回资金已全部退回", 0); err != nil {
		return err
	}
	claim, err := tx.Claim(b.Claim, everything)
	if err != nil {
		return err
	}
	return s.Claims.Step(tx, claim, subsidy.ActorOf(c), subsidy.Recover, fmt.Sprintf("已追回%s元", b.Returned))
}

// View is a clawback with what belongs to it.
type View struct {
	Clawback    Clawback            `json:"clawback"`
	StageZh     string              `json:"stage_zh"`
	Outstanding money.Fen           `json:"outstanding_fen"`
	Late        bool                `json:"late"`
	Can         []workflow.Verb     `json:"can"`
	Receipts    []Receipt           `json:"receipts"`
	Decisions   []workflow.Decision `json:"decisions"`
}

// Of returns a clawback within scope.
//
// Errors: subsidy.not_found.
func (s *Service) Of(ctx context.Context, c access.Caller, scope access.Scope, id string) (v *View, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		b, err := tx.Clawback(id, scope)
		if err != nil {
			return err
		}
		v = &View{Clawback: *b, StageZh: Life.Rule(b.Stage).Zh, Outstanding: b.Outstanding(), Late: b.Late(s.Claims.Now().Date()), Can: []workflow.Verb{}}
		if v.Receipts, err = tx.Receipts(id); err != nil {
			return err
		}
		if v.Decisions, err = tx.Decisions(id); err != nil {
			return err
		}
		for _, verb := range Life.Can(&b.Case, v.Decisions, subsidy.ActorOf(c)) {
			if verb != workflow.Pause && verb != workflow.Resume && (verb != Withdraw || b.Proposer == c.Account) {
				v.Can = append(v.Can, verb)
			}
		}
		if !scope.All { // what was said among officials before is theirs
			v.Decisions = []workflow.Decision{}
		}
		return nil
	})
	return v, err
}

// List lists the clawbacks within scope that match f, and how many there are.
func (s *Service) List(ctx context.Context, scope access.Scope, f Filter) (list []Clawback, total int, err error) {
	f.On = s.Claims.Now().Date()
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Clawbacks(f, scope)
		return err
	})
	return list, total, err
}

// Tick tells, once each, of money that did not come back by its day. It returns of
// how much it told.
func (s *Service) Tick(ctx context.Context) (n int, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		n = 0
		now := s.Claims.Now()
		late, _, err := tx.Clawbacks(Filter{Stage: Collecting, Late: true, Untold: true, On: now.Date(), Limit: piece}, everything)
		if err != nil {
			return err
		}
		for i := range late {
			b := &late[i]
			b.Told = now
			if err := tx.PutClawback(b); err != nil {
				return err
			}
			if err := tx.Emit(event.Event{
				Kind: "clawback.overdue", At: now, Orgs: []string{b.Org}, Subject: b.ID,
				Data: map[string]string{"title": b.PayeeName, "amount": b.Outstanding().Human(), "number": b.Number},
			}); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}
