package columnar

import (
	"context"
	"slices"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement/columnar/book"
)

// rate is step 6: base × rate, or a fixed amount, and what benefits have paid of it.
func (r *running) rate(ctx context.Context) error {
	err := r.each(ctx, func(c *claims) (err error) {
		if c.item.Rate != nil {
			c.amount, err = atRates(c.limited, c.rate, money.MaxRate)
		}
		c.capped = c.amount
		return err
	})
	if err != nil {
		return err
	}
	if err := r.fits(func(c *claims) []int64 { return c.amount }); err != nil {
		return err
	}
	return r.deduct(func(c *claims) *step { return &c.step })
}

// atRates multiplies bases with rates, none of which is above ceiling.
func atRates(bases, rates []int64, ceiling money.Rate) ([]int64, error) {
	to := make([]int64, len(bases))
	for i, base := range bases {
		x, ok := money.Fen(base).At(min(money.Rate(rates[i]), ceiling))
		if !ok {
			return nil, errOverflow()
		}
		to[i] = int64(x)
	}
	return to, nil
}

// noteKey names a note.
type noteKey struct {
	inst uint32
	loan string
}

// deduct subtracts, in every group that does so, what benefits show for a note from
// what its items give for it, in the order of the group. of says where their
// amounts are; what is left of them becomes what is capped.
func (r *running) deduct(of func(*claims) *step) error {
	for _, g := range r.Plan.Groups {
		if g.Strategy != policy.DeductPaid {
			continue
		}
		left, err := r.paidElsewhere()
		if err != nil {
			return err
		}
		for _, it := range g.Items {
			c := r.claimsOf(it)
			s := of(c)
			if s.deducted == nil {
				s.deducted = make([]int64, len(s.amount))
				s.capped = slices.Clone(s.amount)
			}
			for i := range s.amount {
				key := noteKey{c.inst[i], c.subject[i]}
				if paid := left[key]; paid > 0 {
					less := max(0, min(s.capped[i], paid))
					s.deducted[i] += less
					s.capped[i] -= less
					left[key] = paid - less
				}
			}
		}
	}
	return nil
}

// paidElsewhere returns what benefits show for each note.
func (r *running) paidElsewhere() (map[noteKey]int64, error) {
	paid := map[noteKey]int64{}
	t := r.Table(nil, "benefits")
	if t == nil {
		return paid, nil
	}
	for i := range uint32(t.Rows()) {
		bank, known := t.Cols["institution_id"].Text(i)
		loan, there := t.Cols["loan_id"].Text(i)
		inst := r.Insts.FindText(bank)
		if !known || !there || inst == book.NotFound {
			continue
		}
		key := noteKey{inst, loan}
		sum, ok := money.Add(money.Fen(paid[key]), money.Fen(t.Int("amount", i)))
		if !ok {
			return nil, errOverflow()
		}
		paid[key] = int64(sum)
	}
	return paid, nil
}

// cap is step 7: where the amounts of a group add up to more than the cap, the cap
// is shared among them.
func (r *running) cap(ctx context.Context) error {
	return r.each(ctx, func(c *claims) (err error) {
		c.capped, err = c.under(c.capped)
		return err
	})
}

// under returns amounts as the item's cap leaves them.
func (c *claims) under(amounts []int64) ([]int64, error) {
	if c.item.Cap == nil {
		return amounts, nil
	}
	g := c.groupsOf(c.item.Cap.Per)
	return g.within(int64(c.item.Cap.Amount), amounts)
}
