package columnar

import "context"

// limit is step 5: where the bases of a group add up to more than the limit, the
// limit is shared among them.
func (r *running) limit(ctx context.Context) error {
	return r.each(ctx, func(c *claims) (err error) {
		c.limited = c.base
		if l := c.item.Limit; l != nil {
			g := c.groupsOf(l.Per)
			c.limited, err = g.within(int64(l.Amount), c.base)
		}
		return err
	})
}

// limitMonths limits the balances of every single month, and averages what is left.
func (c *claims) limitMonths() error {
	g := c.groupsOf(c.item.Limit.Per)
	month := make([]int64, len(c.base))
	for m := range c.perRow {
		for i := range month {
			month[i] = c.monthsOf(i)[m]
		}
		left, err := g.within(int64(c.item.Limit.Amount), month)
		if err != nil {
			return err
		}
		for i, x := range left {
			c.monthsOf(i)[m] = x
		}
	}
	for i := range c.base {
		mean, ok := c.average.of(c.monthsOf(i))
		if !ok {
			return errOverflow()
		}
		c.base[i] = mean
	}
	c.months, c.perRow = nil, 0
	return nil
}
