package columnar

import (
	"context"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar/book"
	"changrong/internal/settlement/columnar/choose"
	"changrong/internal/settlement/columnar/vec"
	"changrong/internal/settlement/columnar/wide"
)

// basis works out, while a partition is in memory, what the bases of an item's rows
// are made of.
type basis struct {
	*claims
	balances *book.Balances
	of, from *choose.Filter // of a single number: the amount, and the date from which balances count
	months   []int          // that are needed, among those that are held
}

func (c *claims) basisOf(p *book.Part) (*basis, error) {
	b := &basis{claims: c, balances: p.Balances}
	for _, number := range []struct {
		e  *expr.Expr
		to **choose.Filter
	}{{c.item.Base.Of, &b.of}, {c.item.Base.From, &b.from}} {
		if number.e == nil {
			continue
		}
		var err error
		if *number.to, err = c.Filter(p, c.Of, nil, []*expr.Expr{number.e}, c.Names); err != nil {
			return nil, err
		}
	}
	for _, m := range c.average.months {
		b.months = append(b.months, b.balances.Index(m))
	}
	return b, nil
}

// add finds the bases of the rows of a haul from a place on, a chunk at most.
func (b *basis) add(w *choose.Worker, h *haul, from int) error {
	rows := h.rows[from:]
	switch {
	case len(rows) == 0:
		return nil
	case b.of != nil:
		fen, unknown := b.of.Ints(w, rows)
		h.base = append(h.base, fen...)
		h.hold = append(h.hold, make([]uint32, len(rows))...)
		b.holdUnknown(w, b.of, rows, unknown, h.hold[from:])
		return nil
	case b.item.Base.Average == "":
		for range rows {
			h.base, h.hold = append(h.base, 1), append(h.hold, 0)
		}
		return nil
	}
	begin := b.begin(w, h, rows)
	for i, row := range rows {
		add := b.addMonths
		if b.item.Base.Average.Daily() {
			add = b.addDays
		}
		if err := add(w, h, row, from+i, begin(i)); err != nil {
			return err
		}
	}
	return nil
}

// begin finds from which day on the balances of each row count.
func (b *basis) begin(w *choose.Worker, h *haul, rows []uint32) func(i int) civil.Date {
	h.hold = append(h.hold, make([]uint32, len(rows))...)
	if b.from == nil {
		return func(int) civil.Date { return b.Plan.Scope.First - 31 }
	}
	days, unknown := b.from.Ints(w, rows)
	days = slices.Clone(days)
	b.holdUnknown(w, b.from, rows, unknown, h.hold[len(h.hold)-len(rows):])
	return func(i int) civil.Date {
		// Before the opening month and after the scope all days are alike.
		return civil.Date(min(max(days[i], int64(b.Plan.Scope.First-31)), int64(b.Plan.Scope.Last+1)))
	}
}

// holdUnknown holds the rows whose number is unknown.
func (b *basis) holdUnknown(w *choose.Worker, of *choose.Filter, rows []uint32, unknown []vec.Truth, to []uint32) {
	var doubtful []uint32
	var at []int
	for i, u := range unknown {
		if u != 0 {
			doubtful, at = append(doubtful, rows[i]), append(at, i)
		}
	}
	if len(doubtful) == 0 {
		return
	}
	for i, names := range of.Unknowns(w, doubtful) {
		to[at[i]] = b.holdOf(hold{settlement.UnknownBase, names})
	}
}

// addMonths averages a note's month-end balances, and keeps those that will be
// limited. A gap counts 0 and holds the base.
func (b *basis) addMonths(_ *choose.Worker, h *haul, note uint32, at int, from civil.Date) error {
	fen, gaps := h.fen[:0], h.gaps[:0]
	for i, m := range b.months {
		if b.average.ends[i] < from {
			fen = append(fen, 0)
			continue
		}
		x, ok := b.balances.Reported(note, m)
		if !ok {
			if x, ok = b.balances.At(note, m); !ok {
				gaps = append(gaps, i)
			}
		}
		fen = append(fen, x)
	}
	h.fen, h.gaps = fen, gaps
	if len(gaps) > 0 && h.hold[at] == 0 {
		h.hold[at] = b.holdOf(hold{settlement.MonthGap, b.gapNames(gaps)})
	}
	if b.perRow > 0 {
		h.months = append(h.months, fen...)
	}
	mean, ok := b.average.of(fen)
	if !ok {
		return errOverflow()
	}
	h.base = append(h.base, mean)
	return nil
}

func (b *basis) gapNames(gaps []int) string {
	months := make([]string, len(gaps))
	for i, g := range gaps {
		months[i] = b.average.months[g].String()
	}
	return strings.Join(months, ";")
}

// addDays averages a note's balances at the ends of days: over those of the scope,
// or over those on which there was any.
func (b *basis) addDays(w *choose.Worker, h *haul, note uint32, at int, from civil.Date) error {
	if b.from != nil && from <= b.Plan.Scope.Last {
		from = from.Month().First() // days count by whole months
	}
	total, divisor, ok := w.Daily.Ends(note, b.Plan.Scope, from)
	if !ok && h.hold[at] == 0 {
		h.hold[at] = b.holdOf(hold{reason: settlement.NotComputable})
	}
	if b.item.Base.Average == policy.DailyMean {
		divisor = int64(b.Plan.Scope.Days())
	}
	mean := int64(0)
	if divisor > 0 {
		if mean, ok = total.Quotient(divisor); !ok {
			return errOverflow()
		}
	}
	h.base = append(h.base, mean)
	return nil
}

// base is step 4: rows whose base is not known are set aside, those without any end.
func (r *running) base(ctx context.Context) error {
	err := r.each(ctx, func(c *claims) error {
		c.keep(func(i int) bool {
			h := c.holds[c.hold[i]]
			if h.reason == "" || h.reason == settlement.MonthGap && c.decided.waives(c, i) {
				return true
			}
			c.aside = append(c.aside, c.tell(i, h.reason, h.detail))
			return false
		})
		c.hold = nil
		c.keep(func(i int) bool { return c.base[i] > 0 })
		return nil
	})
	if err != nil {
		return err
	}
	return r.fits(func(c *claims) []int64 { return c.base })
}

// fits refuses amounts that add up to more than the result can tell.
func (r *running) fits(of func(*claims) []int64) error {
	var all wide.Sum
	for _, c := range r.items {
		for _, x := range of(c) {
			all.Add(x)
		}
	}
	if _, ok := all.Int64(); !ok {
		return errOverflow()
	}
	return nil
}
