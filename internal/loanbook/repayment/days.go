package repayment

import (
	"changrong/internal/base/civil"
)

// due is one due day and the period before it.
type due struct {
	on    civil.Date // as moved to a working day
	from  civil.Date // the due day before, or the first day
	total int64      // days of the period, by the basis
}

// elapsed counts the days of the period until a day of it.
func (d *due) elapsed(b Basis, at civil.Date) int64 {
	switch {
	case at >= d.on:
		return d.total
	case b == Thirty360:
		return min(d.total, thirtyE(d.from, at))
	}
	return int64(at - d.from)
}

// thirtyE counts days by 30E/360: 360×years + 30×months + days, the 31st as the 30th.
func thirtyE(from, to civil.Date) int64 {
	y1, m1, d1 := from.YMD()
	y2, m2, d2 := to.YMD()
	return int64(360*(y2-y1) + 30*(m2-m1) + min(d2, 30) - min(d1, 30))
}

// calendar gives the due days of a loan, one after the other.
type calendar struct {
	t       *Terms
	first   civil.Date // of the loan
	nominal civil.Date // the first due day, not moved
	day     int        // of the month
	dues    []due
}

func newCalendar(t *Terms) *calendar {
	c := &calendar{t: t, first: t.First()}
	_, _, c.day = c.first.YMD()
	if t.FirstDue != nil {
		_, _, c.day = t.FirstDue.YMD()
	}
	if t.DueDay > 0 {
		c.day = t.DueDay
	}
	if t.MonthEnd {
		c.day = 31
	}
	switch {
	case t.FirstDue != nil:
		c.nominal = *t.FirstDue
	case t.Every == Weekly:
		c.nominal = c.first + 7
	default:
		c.nominal = onDay(c.first.Month()+civil.Month(t.Every.months()), c.day)
	}
	return c
}

// onDay is a day of a month, or its last where it is shorter.
func onDay(m civil.Month, day int) civil.Date {
	return min(m.First()+civil.Date(day-1), m.Last())
}

// plain is the k-th due day, from 0, where it would be if every day were a working day.
func (c *calendar) plain(k int) civil.Date {
	switch {
	case k == 0:
		return c.nominal
	case c.t.Every == Weekly:
		return c.nominal + civil.Date(7*k)
	}
	return onDay(c.nominal.Month()+civil.Month(k*c.t.Every.months()), c.day)
}

// whole tells whether the k-th period is one from due day to due day: all are but
// a broken one at the beginning, and one after a first due day of its own.
func (c *calendar) whole(k int) bool {
	switch {
	case k > 1:
		return true
	case k == 1:
		return c.nominal == onDay(c.nominal.Month(), c.day)
	}
	_, _, day := c.first.YMD()
	if c.t.MonthEnd && c.first == c.first.Month().Last() {
		day = 31
	}
	return c.nominal == onDay(c.first.Month()+civil.Month(c.t.Every.months()), day)
}

// due returns the k-th due day, from 0.
//
// Error: repayment.days, when working days put one before another.
func (c *calendar) due(k int) (*due, error) {
	for i := len(c.dues); i <= k; i++ {
		d := due{on: c.plain(i), from: c.first}
		if i > 0 {
			d.from = c.dues[i-1].on
		}
		if c.t.Working != nil {
			d.on = c.t.Working(d.on)
		}
		if y, _, _ := d.on.YMD(); d.on <= d.from || y > 2199 {
			return nil, wrong("periods", "repayment.days", "还款日%[1]s应晚于前一还款日，且不晚于2199年", "due day %[2]s is after the one before and not after 2199", d.on.Zh(), d.on)
		}
		d.total = int64(d.on - d.from)
		if c.t.Basis == Thirty360 {
			if months := c.t.Every.months(); months > 0 && c.whole(i) {
				d.total = int64(30 * months)
			} else {
				d.total = max(0, thirtyE(d.from, d.on))
			}
		}
		c.dues = append(c.dues, d)
	}
	return &c.dues[k], nil
}
