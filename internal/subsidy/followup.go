package subsidy

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"slices"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/workflow"
)

// Stratum is one layer of a sample: the claims from From up to where the next
// begins.
type Stratum struct {
	From    money.Fen `json:"from_fen"`
	Percent int       `json:"percent"` // of the layer's claims, rounded up; 100: all
}

// SampleDraw is a sample of paid claims that is looked at afterwards (事后抽查).
// Whoever knows the seed, the layers and the claims that were paid draws the same.
type SampleDraw struct {
	ID     string        `json:"id"`
	Policy string        `json:"policy"`
	Seed   string        `json:"seed"`
	Strata []Stratum     `json:"strata"`
	From   []string      `json:"from"`  // the claims it was drawn from, in the order of their ids
	Drawn  []string      `json:"drawn"` // those that were
	Person string        `json:"person"`
	At     civil.Instant `json:"at_ms"`
}

// Draw returns the ids of the claims that a seed draws: in each layer those whose
// SHA-256 of seed, "|" and id is lowest. In whatever order the claims come, the same
// are drawn; anybody can compute it again.
//
// Errors: subsidy.strata.
func Draw(claims []Claim, seed string, strata []Stratum) ([]string, error) {
	if err := checkStrata(seed, strata); err != nil {
		return nil, err
	}
	type lot struct {
		id  string
		sum [sha256.Size]byte
	}
	layers := make([][]lot, len(strata))
	for i := range claims {
		at := slices.IndexFunc(strata, func(s Stratum) bool { return s.From > claims[i].Amount })
		if at < 0 {
			at = len(strata)
		}
		if at > 0 {
			layers[at-1] = append(layers[at-1], lot{claims[i].ID, sha256.Sum256([]byte(seed + "|" + claims[i].ID))})
		}
	}
	drawn := []string{}
	for i, layer := range layers {
		slices.SortFunc(layer, func(a, b lot) int { return cmp.Or(bytes.Compare(a.sum[:], b.sum[:]), cmp.Compare(a.id, b.id)) })
		for _, l := range layer[:(len(layer)*strata[i].Percent+99)/100] {
			drawn = append(drawn, l.id)
		}
	}
	slices.Sort(drawn)
	return drawn, nil
}

func checkStrata(seed string, strata []Stratum) error {
	bad := !fits(seed, 1, maxName) || len(strata) == 0 || len(strata) > maxStrata
	for i, s := range strata {
		bad = bad || s.From < 0 || s.Percent < 0 || s.Percent > 100 || i > 0 && s.From <= strata[i-1].From
	}
	if bad {
		return fault.New(fault.Invalid, "subsidy.strata", "请填写种子，以及金额由低到高的分层和各层抽查比例（0至100%）", "give a seed, and layers by rising amount with 0 to 100 percent each")
	}
	return nil
}

// DrawSample draws from the paid claims of a policy which are looked at.
//
// Errors: subsidy.strata, subsidy.no_paid.
func (s *Service) DrawSample(ctx context.Context, c access.Caller, policyID, seed string, strata []Stratum) (d *SampleDraw, err error) {
	if err := checkStrata(seed, strata); err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		claims, _, err := tx.Claims(ClaimFilter{Policy: policyID, Stages: []workflow.Stage{Paid}}, access.Scope{All: true})
		if err != nil {
			return err
		}
		if len(claims) == 0 {
			return fault.New(fault.Conflict, "subsidy.no_paid", "没有已支付且未抽查的申报", "no paid claim has not been looked at")
		}
		d = &SampleDraw{ID: s.NewID(), Policy: policyID, Seed: seed, Strata: strata, Person: c.Account, At: s.Now()}
		for i := range claims {
			d.From = append(d.From, claims[i].ID)
		}
		slices.Sort(d.From)
		if d.Drawn, err = Draw(claims, seed, strata); err != nil {
			return err
		}
		for i := range claims {
			if !slices.Contains(d.Drawn, claims[i].ID) {
				continue
			}
			if _, err := s.advance(tx, &claims[i], ActorOf(c), step{verb: Sample, amount: claims[i].Amount}); err != nil {
				return err
			}
		}
		if err := tx.PutSample(d); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "claims.sample", d.ID, map[string]string{"policy": policyID, "seed": seed}))
	})
	return d, err
}

// Samples lists the samples of a policy, the last first.
func (s *Service) Samples(ctx context.Context, policyID string) (list []SampleDraw, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, err = tx.Samples(policyID)
		return err
	})
	return list, err
}

// RecoverClaim registers that what was paid for a claim has come back. In the
// ledger it stands as returned; what becomes of it is decided there.
//
// Errors: subsidy.not_found, subsidy.receipt, those of workflow.Table.Decide and
// ledger.Return.
func (s *Service) RecoverClaim(ctx context.Context, c access.Caller, id string, r BankReceipt) (claim *Claim, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if claim, err = tx.Claim(id, access.Scope{All: true}); err != nil {
			return err
		}
		held, err := ledger.Held(tx, id)
		if err != nil {
			return err
		}
		if paid := ledger.TotalsOf(held).Paid; r.Amount != paid {
			return fault.Newf(fault.Invalid, "subsidy.receipt", "应追回%s元，与回单金额不符", "%s yuan are to come back", paid).In(fault.Place{Field: "amount_fen"})
		}
		d, err := s.advance(tx, claim, ActorOf(c), step{verb: Recover, amount: claim.Amount})
		if err != nil {
			return err
		}
		if err := s.giveBack(tx, c, d, held, r); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "claim.recover", id, map[string]string{"receipt": r.No, "amount": r.Amount.String()}))
	})
	if err != nil {
		return nil, err
	}
	return claim, nil
}

// giveBack posts what came back, order by order.
func (s *Service) giveBack(tx Tx, c access.Caller, d *workflow.Decision, held []ledger.Balance, r BankReceipt) error {
	done := map[string]bool{}
	for _, b := range held {
		if b.Account != ledger.Paid || done[b.Order] {
			continue
		}
		done[b.Order] = true
		if _, err := ledger.Return(tx, ledger.Move{
			Ref: d.ID + "/" + b.Order, At: s.Now(), On: r.On, By: c.Account, Claim: d.Case, Order: b.Order,
			Receipt: ledger.Receipt{No: r.No, Payee: r.Payee, Tail: r.Tail}, Parts: ledger.Parts(held, ledger.Paid, b.Order),
		}); err != nil {
			return err
		}
	}
	return nil
}
