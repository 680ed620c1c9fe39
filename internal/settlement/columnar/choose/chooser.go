package choose

import (
	"context"

	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement/columnar/book"
	"changrong/internal/settlement/columnar/vec"
)

// Chooser finds the rows of an item or an indicator.
type Chooser struct {
	*Run
	Of    *fact.Table
	Names *Names // of facts that are missing

	when    []*expr.Expr
	related []*relation
	first   policy.FirstLoan
	bank    *banking // nil: none is picked

	firsts *FirstLoans // of the partition
	filter *Filter     // bound to the partition
}

// Chooser makes one. Bank may be nil.
func (r *Run) Chooser(t *fact.Table, when []*expr.Expr, related []policy.Related, first policy.FirstLoan, bank *policy.Earliest) Chooser {
	c := Chooser{Run: r, Of: t, Names: newNames(), when: when, first: first}
	for i := range related {
		c.related = append(c.related, &relation{of: &related[i]})
	}
	if bank != nil {
		c.bank = &banking{of: bank}
	}
	return c
}

// AsksFirstLoans tells whether rows hang on who borrowed for the first time.
func (c *Chooser) AsksFirstLoans() bool { return c.first != "" }

// Look goes through the rows of other tables that belong to rows of this one, as
// far as they are in the partition; those held whole come with the first. firsts are
// the partition's, nil when nobody asks for them.
func (c *Chooser) Look(ctx context.Context, p *book.Part, firsts *FirstLoans) error {
	c.firsts = firsts
	if c.Table(p, c.Of.Name) == nil {
		return nil
	}
	for _, rel := range c.related {
		if p.P == 0 || c.Partitioned(rel.of.Table) || c.Partitioned(c.Of) {
			if err := c.relate(ctx, p, rel); err != nil {
				return err
			}
		}
	}
	if c.bank != nil && (p.P == 0 || c.Partitioned(c.bank.of.Table)) {
		return c.findBanks(ctx, p)
	}
	return nil
}

// Scan finds the rows, and hands them to take in chunks, in order inside a morsel;
// truth is True or Unknown for each. A row that only another bank's first loan keeps
// out goes to elsewhere, with that bank.
func (c *Chooser) Scan(ctx context.Context, p *book.Part, take func(w *Worker, morsel int, rows []uint32, truth []vec.Truth) error,
	elsewhere func(morsel int, row, bank uint32),
) error {
	t := c.Table(p, c.Of.Name)
	if t == nil {
		return nil
	}
	var err error
	if c.filter, err = c.Filter(p, c.Of, nil, c.when, c.Names); err != nil {
		return err
	}
	return c.Morsels(ctx, t.Rows(), func(w *Worker, m int, lo, hi uint32) error {
		return w.Chunks(c.filter, lo, hi, nil, func(rows []uint32, truth []vec.Truth) error {
			rows, truth = c.sift(rows, truth, func(row, bank uint32) { elsewhere(m, row, bank) })
			if len(rows) == 0 {
				return nil
			}
			return take(w, m, rows, truth)
		})
	})
}

// sift keeps the rows that nothing but conditions rules out.
func (c *Chooser) sift(rows []uint32, truth []vec.Truth, elsewhere func(row, bank uint32)) ([]uint32, []vec.Truth) {
	for _, rel := range c.related {
		rows, truth = sift(rows, truth, func(i int) vec.Truth { return rel.truth(rows[i]) })
	}
	if c.first != "" {
		rows, truth = sift(rows, truth, func(i int) vec.Truth {
			t, bank := c.firsts.truth(c.first, rows[i])
			if t == vec.False && bank != vec.UnknownRow && truth[i] == vec.True {
				elsewhere(rows[i], bank)
			}
			return t
		})
	}
	if c.bank != nil {
		rows, truth = sift(rows, truth, func(i int) vec.Truth { return c.bank.truth(rows[i]) })
	}
	return rows, truth
}

// InstOf returns the institution of a row, from its own column or as it is picked.
func (c *Chooser) InstOf(t *book.Table, row uint32) uint32 {
	if c.bank != nil {
		return c.bank.bank(row)
	}
	return t.InstOf(row)
}

// Details names, for each of rows, a chunk at most, the facts that what is unknown
// hangs on.
func (c *Chooser) Details(w *Worker, rows []uint32) []string {
	masks, details := make([]mask, len(rows)), make([]string, len(rows))
	c.filter.missing(w, rows, masks)
	for i, r := range rows {
		for _, rel := range c.related {
			if rel.truth(r) == vec.Unknown {
				masks[i].merge(rel.asks.of(r))
			}
		}
		if c.first != "" {
			if t, _ := c.firsts.truth(c.first, r); t == vec.Unknown {
				masks[i].set(c.Names.place("loan.first_loan"))
			}
		}
		if c.bank != nil && c.bank.truth(r) == vec.Unknown {
			masks[i].merge(c.bank.asks.of(r))
		}
		details[i] = c.Names.detail(masks[i])
	}
	return details
}
