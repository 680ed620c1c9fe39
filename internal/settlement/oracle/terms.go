package oracle

import (
	"math/big"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// Decision is a decision of people about rows of an item; with neither a rate nor
// an amount it is a waiver.
type Decision struct {
	*Fact
	Rate   *money.Rate
	Amount *money.Fen
}

// readDecisions files the decisions of this policy by item and subject.
func (b *Books) readDecisions() {
	b.decisions = map[string]map[string]*Decision{}
	for _, f := range b.facts.all("decisions") {
		if f.Text("policy") != b.plan.Policy {
			continue
		}
		d := &Decision{Fact: f}
		if rate := f.Value("rate"); rate.Known {
			d.Rate = new(money.Rate(rate.Int))
		}
		if amount := f.Value("amount"); amount.Known {
			d.Amount = new(money.Fen(amount.Int))
		}
		item := f.Text("item")
		if b.decisions[item] == nil {
			b.decisions[item] = map[string]*Decision{}
		}
		b.decisions[item][f.Text("subject_id")] = d
	}
}

// decisionsOn returns the decisions that apply to a row, the nearest first.
func (b *Books) decisionsOn(r *Row) []*Decision {
	var ds []*Decision
	for _, subject := range []string{r.SubjectID, r.InstitutionID, r.EnterpriseID, "*"} {
		if d := b.decisions[r.Item.ID][subject]; d != nil {
			ds = append(ds, d)
		}
	}
	return ds
}

// Waiver returns the decision that lets gaps of a row count 0, or nil.
func (b *Books) Waiver(r *Row) *Decision {
	for _, d := range b.decisionsOn(r) {
		if d.Rate == nil && d.Amount == nil {
			return d
		}
	}
	return nil
}

// terms is steps 6 and 7. First it finds each row's rate or amount; a row for
// which nobody has decided waits, and so does one that must queue and has no claim.
func (b *Books) terms() error {
	for _, r := range b.rows {
		if !r.going() {
			continue
		}
		if !b.term(r) {
			r.wait(settlement.Undecided, "")
		} else if b.unclaimed(r) {
			r.wait(settlement.NoClaim, "")
		}
	}
	if err := b.checkSum(func(r *Row) *big.Int { return r.amountAt(r.Rate) }); err != nil {
		return err
	}
	for r, m := range b.amounts(nil, 0) {
		r.Amount, r.Deducted, r.Capped = m.amount, m.deducted, m.capped
	}
	return nil
}

// term finds a row's rate, or its amount; it is false when nobody has decided.
func (b *Books) term(r *Row) bool {
	if rate := r.Item.Rate; rate != nil {
		for _, d := range b.decisionsOn(r) {
			if d.Rate != nil {
				r.Rate, r.Decision = *d.Rate, d
				return true
			}
		}
		switch {
		case !rate.Open:
			r.Rate = rate.Value
		case rate.Default != nil:
			r.Rate = *rate.Default
		default:
			return false
		}
		return true
	}
	amount := r.Item.Amount
	for _, d := range b.decisionsOn(r) {
		if d.Amount != nil {
			r.Amount, r.Decision = int64(*d.Amount), d
			return true
		}
	}
	switch {
	case !amount.Open:
		r.Amount = int64(amount.Value)
	case amount.Default != nil:
		r.Amount = int64(*amount.Default)
	default:
		return false
	}
	return true
}

// amountAt is base × rate, or the fixed amount of a row without a rate.
func (r *Row) amountAt(rate money.Rate) *big.Int {
	if r.Item.Rate == nil {
		return big.NewInt(r.Amount)
	}
	return halfUp(times(r.LimitedBase, int64(rate)), big.NewInt(int64(money.One)))
}

// made is what steps 6 and 7 make of a row.
type made struct{ amount, deducted, capped int64 }

// amounts does steps 6 and 7 for all rows; rows of pool, if there is one, have no
// rate above ceiling.
func (b *Books) amounts(pool *policy.Pool, ceiling money.Rate) map[*Row]*made {
	of := map[*Row]*made{}
	for _, r := range b.rows {
		if !r.going() {
			continue
		}
		rate := r.Rate
		if pool != nil && r.Item.Pool == pool {
			rate = min(rate, ceiling)
		}
		of[r] = &made{amount: r.amountAt(rate).Int64()}
	}
	for _, g := range b.plan.Groups {
		if g.Strategy == policy.DeductPaid {
			b.deduct(g, of)
		}
	}
	for _, it := range b.plan.Items {
		b.cap(it, of)
	}
	return of
}

// deduct subtracts what benefits show for a note from what the items of a group
// give for it, in their order.
func (b *Books) deduct(g *policy.Group, of map[*Row]*made) {
	left := b.paidElsewhere()
	for _, it := range g.Items {
		for _, r := range b.goingOf(it) {
			m, note := of[r], join(r.InstitutionID, r.SubjectID)
			less := max(0, min(m.amount-m.deducted, left[note]))
			m.deducted += less
			left[note] -= less
		}
	}
}

// paidElsewhere returns what benefits show for each note.
func (b *Books) paidElsewhere() map[string]int64 {
	paid := map[string]int64{}
	for _, f := range b.facts.all("benefits") {
		if f.Value("institution_id").Known && f.Value("loan_id").Known {
			paid[noteOf(f)] += f.Value("amount").Int
		}
	}
	return paid
}

// cap is step 7: where what is left of the amounts of a group adds up to more than
// the cap, the cap is shared among them in proportion.
func (b *Books) cap(it *policy.Item, of map[*Row]*made) {
	rows := b.goingOf(it)
	for _, r := range rows {
		of[r].capped = of[r].amount - of[r].deducted
	}
	if it.Cap == nil {
		return
	}
	for _, group := range groups(rows, it.Cap.Per) {
		amounts := make([]int64, len(group))
		for i, r := range group {
			amounts[i] = of[r].capped
		}
		for i, amount := range within(int64(it.Cap.Amount), amounts) {
			of[group[i]].capped = amount
		}
	}
}
