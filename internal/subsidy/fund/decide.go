package fund

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/ledger"
)

// Propose prepares something for another to confirm.
//
// Errors: fund.proposal, fund.year_end, fund.insufficient, ledger.no_source,
// ledger.no_entry.
func (s *Service) Propose(ctx context.Context, c access.Caller, p Proposal) (*Proposal, error) {
	now := s.Now()
	p.ID, p.Version, p.State = s.NewID(), 0, Prepared
	p.PreparedAt, p.PreparedBy, p.DecidedAt, p.DecidedBy, p.Reason = now, c.Account, 0, "", ""
	if err := p.check(); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if err := p.possible(tx); err != nil {
			return err
		}
		if err := tx.PutFundProposal(&p); err != nil {
			return err
		}
		return told(tx, c, "fund.propose", "fund.proposed", &p, now)
	})
	if err != nil {
		return nil, err
	}
	p.Version = 1
	return &p, nil
}

// possible tells whether p could be confirmed as things stand; whether it can be
// is asked again then.
func (p *Proposal) possible(tx Tx) error {
	account := ledger.Budget
	switch p.Kind {
	case YearEnd:
		_, err := p.disposes(tx)
		return err
	case Reverse:
		_, err := tx.LedgerEntry(p.Entry)
		return err
	case HandOver:
		account = ledger.Returned
	}
	if _, err := tx.LedgerSource(p.Source); err != nil {
		return err
	}
	b, err := tx.LedgerBalance(ledger.Key{Source: p.Source, Account: account, Claim: p.Claim, Item: p.Item, Order: p.Order})
	if err == nil && b.Amount < p.Amount {
		err = fault.Newf(fault.Conflict, "fund.insufficient", "“%[1]s”余额%[3]s元，不足%[4]s元", "%[2]s has %[3]s yuan, less than %[4]s yuan",
			account.Zh(), string(account), b.Amount, p.Amount)
	}
	return err
}

// told writes the audit log and tells those who wait.
func told(tx Tx, c access.Caller, action, kind string, p *Proposal, now civil.Instant) error {
	if err := tx.Emit(event.Event{Kind: kind, At: now, Subject: p.ID, Data: map[string]string{"kind": string(p.Kind)}}); err != nil {
		return err
	}
	return tx.Audit(c.Entry(now, action, p.ID, p.detail()))
}

// Confirm does what was proposed, when somebody else confirms it.
//
// Errors: fund.no_proposal, fund.decided, fund.same_person, store.changed,
// fund.year_end, those of the ledger's function.
func (s *Service) Confirm(ctx context.Context, c access.Caller, id string, version int64) (*Proposal, error) {
	return s.decide(ctx, id, func(tx Tx, p *Proposal) error {
		if p.PreparedBy == c.Account {
			return fault.New(fault.Forbidden, "fund.same_person", "经办人不能复核自己编制的事项", "nobody confirms what he prepared")
		}
		now := s.Now()
		made, err := p.post(tx, c.Account, now)
		if err != nil {
			return err
		}
		p.State, p.DecidedAt, p.DecidedBy, p.Version = Confirmed, now, c.Account, version
		if err := tx.PutFundProposal(p); err != nil {
			return err
		}
		e := c.Entry(now, "fund.confirm", p.ID, p.detail())
		seqs := make([]string, len(made))
		for i, m := range made {
			seqs[i] = strconv.FormatInt(m.Seq, 10)
		}
		e.Detail["entries"] = strings.Join(seqs, " ")
		if err := tx.Audit(e); err != nil {
			return err
		}
		return tx.Emit(event.Event{Kind: "fund.confirmed", At: now, Subject: p.ID, Data: map[string]string{"kind": string(p.Kind)}})
	})
}

// Refuse turns a proposal down, for a reason.
//
// Errors: fund.no_proposal, fund.decided, fund.same_person, fund.reason, store.changed.
func (s *Service) Refuse(ctx context.Context, c access.Caller, id string, version int64, reason string) (*Proposal, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > maxMemo {
		return nil, fault.Invalidf("fund.reason", "请写明退回理由，不超过%d字", "say why, in %d characters at most", maxMemo).In(fault.Place{Field: "reason"})
	}
	return s.decide(ctx, id, func(tx Tx, p *Proposal) error {
		if p.PreparedBy == c.Account {
			return fault.New(fault.Forbidden, "fund.same_person", "经办人请撤回，不能退回自己编制的事项", "who prepared it withdraws it")
		}
		p.Reason = reason
		return s.end(tx, c, p, Refused, version, "fund.refuse", "fund.refused")
	})
}

// Withdraw takes back what one has prepared.
//
// Errors: fund.no_proposal, fund.decided, fund.not_yours, store.changed.
func (s *Service) Withdraw(ctx context.Context, c access.Caller, id string, version int64) (*Proposal, error) {
	return s.decide(ctx, id, func(tx Tx, p *Proposal) error {
		if p.PreparedBy != c.Account {
			return fault.New(fault.Forbidden, "fund.not_yours", "只有编制人可以撤回", "only who prepared it withdraws it")
		}
		return s.end(tx, c, p, Withdrawn, version, "fund.withdraw", "fund.withdrawn")
	})
}

func (s *Service) end(tx Tx, c access.Caller, p *Proposal, to State, version int64, action, kind string) error {
	now := s.Now()
	p.State, p.DecidedAt, p.DecidedBy, p.Version = to, now, c.Account, version
	if err := tx.PutFundProposal(p); err != nil {
		return err
	}
	return told(tx, c, action, kind, p, now)
}

// decide runs f on a proposal that waits.
func (s *Service) decide(ctx context.Context, id string, f func(Tx, *Proposal) error) (decided *Proposal, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		p, err := tx.FundProposal(id)
		if err != nil {
			return err
		}
		if p.State != Prepared {
			return fault.New(fault.Conflict, "fund.decided", "该事项已办结", "it was decided before")
		}
		if err := f(tx, p); err != nil {
			return err
		}
		p.Version++
		decided = p
		return nil
	})
	return decided, err
}

// Proposals returns those in a state ("" any), the last first, and how many there
// are in all.
func (s *Service) Proposals(ctx context.Context, scope access.Scope, state State, limit, offset int) (out []Proposal, n int, err error) {
	err = s.read(ctx, scope, func(tx Tx) error {
		out, n, err = tx.FundProposals(state, limit, offset)
		return err
	})
	return out, n, err
}
