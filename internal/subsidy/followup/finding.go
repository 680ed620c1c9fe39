package followup

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/subsidy"
)

// Outcome is what looking at a claim came to.
type Outcome string

// The outcomes.
const (
	Clean  Outcome = "clean"  // 未发现问题
	Minor  Outcome = "minor"  // 有问题，责令整改，不涉及资金
	GoBack Outcome = "return" // 须追回: a clawback is proposed with it
)

// Finding is what somebody found who looked at a drawn claim (抽查结论). It is never
// changed; a later one of the same claim stands in its place.
type Finding struct {
	ID       string        `json:"id"`
	Claim    string        `json:"claim"`
	Outcome  Outcome       `json:"outcome"`
	Text     string        `json:"text"`     // what was looked at and found
	Clawback string        `json:"clawback"` // that it led to; "" none
	Person   string        `json:"person"`
	Name     string        `json:"name"` // as it was then
	At       civil.Instant `json:"at_ms"`
}

func (f *Finding) check() error {
	if f.Outcome != Clean && f.Outcome != Minor && f.Outcome != GoBack {
		return fault.New(fault.Invalid, "followup.finding", "请选择抽查结论", "say what it came to").In(fault.Place{Field: "outcome"})
	}
	if !fits(f.Text, 2, maxText) {
		return fault.Invalidf("followup.finding", "请写明核查了什么、发现了什么（2至%d字）", "say what was looked at and found, in 2 to %d characters", maxText).In(fault.Place{Field: "text"})
	}
	return nil
}

// Find records what was found of a claim that was drawn. One that is to give money
// back brings a proposal with it: p, of which Claim is set here.
//
// Errors: followup.finding, followup.not_drawn, those of Propose.
func (s *Service) Find(ctx context.Context, c access.Caller, f Finding, p *Proposal) (*Finding, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if (p != nil) != (f.Outcome == GoBack) {
		return nil, fault.New(fault.Invalid, "followup.finding", "结论为须追回时，请同时填写追回金额、依据和期限", "money that has to come back needs amount, basis and day").In(fault.Place{Field: "outcome"})
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		claim, err := tx.Claim(f.Claim, everything)
		if err != nil {
			return err
		}
		if claim.Stage != subsidy.FollowUp {
			return fault.New(fault.Conflict, "followup.not_drawn", "该申报不在“事后抽查”环节", "this claim is not being looked at").In(fault.Place{Field: "claim"})
		}
		now := s.Claims.Now()
		f.ID, f.Person, f.Name, f.At, f.Clawback = s.Claims.NewID(), c.Account, c.Name, now, ""
		if p != nil {
			b, err := s.propose(tx, c, claim, *p)
			if err != nil {
				return err
			}
			f.Clawback = b.ID
		} else if err := s.Claims.Step(tx, claim, subsidy.ActorOf(c), subsidy.Confirm, f.Text); err != nil {
			return err
		}
		if err := tx.PutFinding(&f); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "claim.finding", f.Claim, map[string]string{"outcome": string(f.Outcome)}))
	})
	if err != nil {
		return nil, err
	}
	return &f, nil
}
