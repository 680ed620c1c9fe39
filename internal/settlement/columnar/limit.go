package columnar

import "context"

// limit is step 5: where the bases of a group add up to more than the limit, the
// limit is shared among them.
func (r *running) limit(ctx context.Context) error {
	return r.each(ctx, func(c *claims) error {
		c.limited = c.base
		if c.item.Limit == nil {
			return nil
		}
		g := c.groupsOf(c.item.Limit.Per)
		most := int64(c.item.Limit.Amount)
		if c.perRow > 0 {
			if err := c.limitMonths(&g, most); err != nil {
				return err
			}
		}
		var err error
		c.limited, err = g.within(most, c.limited)
		return err
	})
}

// limitMonths limits the balances of every single month, and takes the averages of
// what that leaves for the bases.
func (c *claims) limitMonths(g *groups, most int64) error {
	month := make([]int64, len(c.base))
	for m := range c.perRow {
		for i := range month {
			month[i] = c.monthsOf(i)[m]
		}
		left, err := g.within(most, month)
		if err != nil {
			return err
		}
		for i, x := range left {
			c.monthsOf(i)[m] = x
		}
	}
	c.limited = make([]int64, len(c.base))
	for i := range c.limited {
		var ok bool
		if c.limited[i], ok = c.average.of(c.monthsOf(i)); !ok {
			return errOverflow()
		}
	}
	c.months, c.perRow = nil, 0
	return nil
}
