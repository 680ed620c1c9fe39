package subsidy

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/workflow"
)

// Service moves claims and what belongs to them.
type Service struct {
	Store  Store
	Sealer Sealer
	Now    func() civil.Instant
	NewID  func() string
	// Packed returns the rules that a policy's pack comes with; nil, or nil of it: none.
	Packed func(policy string) *Rules
}

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

// RulesIn returns the rules of a policy as they are now, in a transaction of whoever
// asks: those that were set, else those that came with it, else the program's.
func (s *Service) RulesIn(tx interface {
	ClaimRules(policy string) (*Rules, error)
}, policy string,
) (*Rules, error) {
	r, err := tx.ClaimRules(policy)
	if err != nil {
		return nil, err
	}
	if r != nil {
		r.Complete()
		return r, nil
	}
	year, _, _ := s.Now().Date().YMD()
	if s.Packed != nil {
		r = s.Packed(policy)
	}
	if r == nil {
		return DefaultRules(policy, year), nil
	}
	if r.Year == 0 {
		r.Year = year
	}
	return r, nil
}

// clockOf returns the clocks of a policy's claims.
func clockOf(tx Tx, r *Rules) (workflow.Clock, error) {
	cal, err := workflow.Load(tx)
	return workflow.Clock{Terms: r.Terms, Calendar: cal}, err
}

// Clock returns the clocks of a policy, for its claims and all that comes of them.
func (s *Service) Clock(tx Tx, policyID string) (workflow.Clock, error) {
	rules, err := s.RulesIn(tx, policyID)
	if err != nil {
		return workflow.Clock{}, err
	}
	return clockOf(tx, rules)
}

// step is one decision about a claim, with all that comes with it.
type step struct {
	verb    workflow.Verb
	reason  string
	amount  money.Fen // after it
	version int64
}

// advance makes a decision on c, and binds or frees its money.
func (s *Service) advance(tx Tx, c *Claim, who workflow.Actor, x step) (*workflow.Decision, error) {
	rules, err := s.RulesIn(tx, c.Policy)
	if err != nil {
		return nil, err
	}
	clock, err := clockOf(tx, rules)
	if err != nil {
		return nil, err
	}
	before := c.Amount
	d, err := workflow.Advance(tx, Life, &c.Case, clock, who, workflow.Act{
		ID: s.NewID(), Verb: x.verb, Reason: x.reason, At: s.Now(), Amount: x.amount, Version: x.version,
	})
	if err != nil {
		return nil, err
	}
	if err := s.fund(tx, c, rules, d, before); err != nil {
		return nil, err
	}
	if err := tx.PutClaim(c); err != nil {
		return nil, err
	}
	return d, tx.Emit(event.Event{
		Kind: "claim.moved", At: d.At, Orgs: []string{c.Org}, Subject: c.ID,
		Data: map[string]string{"verb": string(d.Verb), "stage": string(c.Stage), "title": c.Title},
	})
}

// Step makes a decision on c that leaves its amount: for what stands below this
// package, and moves claims in a transaction of its own.
//
// Errors: those of workflow.Table.Decide.
func (s *Service) Step(tx Tx, c *Claim, who workflow.Actor, verb workflow.Verb, reason string) error {
	_, err := s.advance(tx, c, who, step{verb: verb, reason: reason, amount: c.Amount})
	return err
}

// File files a claim of the caller's own organisation.
//
// Errors: those of Filing.Check, subsidy.taken, subsidy.payee.
func (s *Service) File(ctx context.Context, c access.Caller, f Filing) (claim *Claim, err error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if live, err := tx.LiveClaim(f.Policy, f.Period, f.Item, f.Payee); err != nil {
			return err
		} else if live != nil {
			return fault.New(fault.Conflict, "subsidy.taken", "该收款人本期该项目已有申报，不能重复申报", "there is a claim of this payee for this item and period already").
				In(fault.Place{Field: "payee"})
		}
		if err := ownPayee(tx, c, &f); err != nil {
			return err
		}
		claim = &Claim{
			Case: workflow.Case{ID: s.NewID(), Org: c.Org, Amount: f.Amount}, Policy: f.Policy, Period: f.Period, Origin: FromBank,
			Item: f.Item, ItemTitle: f.ItemTitle, Pool: f.Pool, Payee: f.Payee, PayeeKind: f.PayeeKind, PayeeName: f.PayeeName, Note: f.Note,
			Computed: f.Amount,
		}
		if err := s.begin(tx, claim); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "claim.file", claim.ID, map[string]string{"item": f.Item, "payee": f.Payee, "amount": f.Amount.String()}))
	})
	return claim, err
}

// ownPayee tells whether a bank may file for the payee: for no other institution.
func ownPayee(tx Tx, c access.Caller, f *Filing) error {
	if f.PayeeKind != policy.PayInstitution || c.OrgKind != access.BankOrg {
		return nil
	}
	orgs, err := tx.Orgs(access.Scope{Org: c.Org})
	if err != nil {
		return err
	}
	if len(orgs) != 1 || orgs[0].USCC != f.Payee {
		return fault.New(fault.Forbidden, "subsidy.payee", "银行只能为本机构或企业申报", "a bank files for itself or for an enterprise").In(fault.Place{Field: "payee"})
	}
	return nil
}

// begin makes the case and the row of a new claim.
func (s *Service) begin(tx Tx, c *Claim) error {
	rules, err := s.RulesIn(tx, c.Policy)
	if err != nil {
		return err
	}
	clock, err := clockOf(tx, rules)
	if err != nil {
		return err
	}
	c.Panel, c.Title, c.Filed = rules.Panel, c.ItemTitle+" · "+c.PayeeName, s.Now()
	if err := workflow.Begin(tx, Life, &c.Case, clock, s.Now()); err != nil {
		return err
	}
	if err := tx.PutClaim(c); err != nil || c.Origin != FromSettlement {
		return err // who filed it knows
	}
	return tx.Emit(event.Event{
		Kind: "claim.moved", At: s.Now(), Orgs: []string{c.Org}, Subject: c.ID,
		Data: map[string]string{"verb": "draft", "stage": string(c.Stage), "title": c.Title},
	})
}

// Amend changes the amount and the note of a claim that its bank filed and has
// not submitted. Of one that settlement drafted, nothing can be changed by hand.
//
// Errors: subsidy.not_found, subsidy.settled, subsidy.submitted, subsidy.amount,
// subsidy.filing, store.changed.
func (s *Service) Amend(ctx context.Context, c access.Caller, scope access.Scope, id string, version int64, amount money.Fen, note string) (claim *Claim, err error) {
	if err := checkAmount(amount); err != nil {
		return nil, err
	}
	if !fits(note, 0, maxText) {
		return nil, fault.Invalidf("subsidy.filing", "说明不超过%d字", "a note has at most %d characters", maxText).In(fault.Place{Field: "note"})
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if claim, err = tx.Claim(id, scope); err != nil {
			return err
		}
		switch {
		case claim.Origin == FromSettlement:
			return fault.New(fault.Conflict, "subsidy.settled", "金额由测算得出，不能手工修改；如有出入请补正数据后重新测算", "settlement computed it; mend the facts and settle again")
		case !claim.Inside() || claim.Org != c.Org:
			return fault.New(fault.Conflict, "subsidy.submitted", "已提交，不能修改；请撤回或等待退回", "it has been submitted")
		}
		before := claim.Amount
		claim.Amount, claim.Computed, claim.Note, claim.Version = amount, amount, note, version
		if err := tx.PutCase(&claim.Case); err != nil {
			return err
		}
		if err := tx.PutClaim(claim); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "claim.amend", id, map[string]string{"before": before.String(), "after": amount.String()}))
	})
	return claim, err
}

// Rules returns the rules of a policy.
func (s *Service) Rules(ctx context.Context, policy string) (r *Rules, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		r, err = s.RulesIn(tx, policy)
		return err
	})
	return r, err
}

// SetRules replaces the rules of a policy. Cases under way keep their due days and
// their panel.
//
// Errors: subsidy.rules, store.changed.
func (s *Service) SetRules(ctx context.Context, c access.Caller, r Rules) (*Rules, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.PutClaimRules(&r); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "claim_rules.set", r.Policy, nil))
	})
	r.Version++
	return &r, err
}
