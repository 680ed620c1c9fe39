package subsidy

import (
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/workflow"
)

// fund does in the ledger what decision d, just made, means for c's money; before
// is what c came to until then.
func (s *Service) fund(tx Tx, c *Claim, r *Rules, d *workflow.Decision, before money.Fen) error {
	m := ledger.Move{Ref: d.ID, At: d.At, By: d.Person, Claim: c.ID}
	switch {
	case d.Stage == BureauReview && d.Verb == Pass:
		parts, err := ledger.Propose(tx, r.Year, c.Item, c.Pool, c.Amount)
		if err != nil {
			return err
		}
		m.Parts = parts
		_, err = ledger.Reserve(tx, m)
		return err
	case d.Verb == Settle || d.Verb == Approve:
		return s.promise(tx, c, d, before, m)
	case d.Verb == Return || d.Verb == Refuse || d.Verb == Uphold || d.Verb == Revoke:
		return s.free(tx, c, m)
	}
	return nil
}

// promise frees what a reviewer took off, and approves the rest when d does.
func (s *Service) promise(tx Tx, c *Claim, d *workflow.Decision, before money.Fen, m ledger.Move) error {
	held, err := ledger.Held(tx, c.ID)
	if err != nil {
		return err
	}
	if less := before - c.Amount; less > 0 {
		m.Parts = last(ledger.Parts(held, ledger.Reserved, ""), less)
		if _, err := ledger.Unreserve(tx, m); err != nil {
			return err
		}
		if held, err = ledger.Held(tx, c.ID); err != nil {
			return err
		}
	}
	if d.Verb != Approve {
		return nil
	}
	m.Parts = ledger.Parts(held, ledger.Reserved, "")
	_, err = ledger.Approve(tx, m)
	return err
}

// last returns the end of parts that comes to amount: what was reserved last is
// freed first.
func last(parts []ledger.Part, amount money.Fen) []ledger.Part {
	var out []ledger.Part
	for i := len(parts) - 1; i >= 0 && amount > 0; i-- {
		p := parts[i]
		p.Amount = min(p.Amount, amount)
		amount -= p.Amount
		out = append(out, p)
	}
	return out
}

// free gives all that is held for c, and not on an order, back to the budget.
func (s *Service) free(tx Tx, c *Claim, m ledger.Move) error {
	held, err := ledger.Held(tx, c.ID)
	if err != nil {
		return err
	}
	if m.Parts = ledger.Parts(held, ledger.Approved, ""); len(m.Parts) > 0 {
		if _, err := ledger.Unapprove(tx, m); err != nil {
			return err
		}
		if held, err = ledger.Held(tx, c.ID); err != nil {
			return err
		}
	}
	if m.Parts = ledger.Parts(held, ledger.Reserved, ""); len(m.Parts) == 0 {
		return nil
	}
	_, err = ledger.Unreserve(tx, m)
	return err
}
