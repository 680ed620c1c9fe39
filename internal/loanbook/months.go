package loanbook

import (
	"math"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// absent marks a note without a balance in a month.
const absent = math.MinInt64

// month is the balances of one month, by number of the note.
type month struct {
	of       civil.Month
	end      civil.Date
	balances []int64
	reported []bool // by institution: it reports a balance in this month
}

// months are the rows of month_balances.
type months struct {
	list    []*month // sorted once all rows are read
	last    *month
	tooMany bool

	balance, month *fact.Vector
}

func (*months) columns() []string { return []string{"balance", "month"} }

func (s *months) start(b *fact.Batch) {
	s.balance, s.month = b.Vector("balance"), b.Vector("month")
}

func (s *months) row(rd *reading, b *fact.Batch, i int, _ uint32) {
	c := rd.c
	id := rd.refs[len(rd.refs)-1].id
	if id >= uint32(len(c.notes.rows)) { // none, or there is no table of loans
		return
	}
	m := s.column(civil.Month(s.month.Ints[i]), len(c.notes.rows), c.tables["institutions"].ids.Len())
	if m == nil {
		if !s.tooMany {
			s.tooMany = true
			zh, en := both("最多 %d 个月", "at most %d", MaxMonths)
			c.find(&ruleMonths, b, i, "month", zh, en)
		}
		return
	}
	if m.balances[id] != absent {
		c.find(&ruleDuplicate, b, i, "month", "", "")
		return
	}
	x, n := s.balance.Ints[i], &c.notes.rows[id]
	m.balances[id] = x
	m.reported[n.institution] = m.reported[n.institution] || !n.apart
	switch {
	case x > n.principal:
		zh, en := both("余额 %s 元，本金 %s 元", "balance %s yuan, principal %s yuan", yuan(x), yuan(n.principal))
		c.find(&ruleOver, b, i, "balance", zh, en)
	case x > 0 && n.closed <= m.end:
		zh, en := both("余额 %s 元，结清日期 %s", "balance %s yuan, closed on %s", yuan(x), n.closed)
		c.find(&ruleClosed, b, i, "balance", zh, en)
	case x > 0 && n.disbursed > m.end:
		zh, en := both("余额 %s 元，发放日期 %s", "balance %s yuan, disbursed on %s", yuan(x), n.disbursed)
		c.find(&ruleBefore, b, i, "balance", zh, en)
	}
}

// column returns the balances of month m, nil when there are too many months.
func (s *months) column(m civil.Month, notes, institutions int) *month {
	if s.last != nil && s.last.of == m {
		return s.last
	}
	at := slices.IndexFunc(s.list, func(o *month) bool { return o.of == m })
	if at < 0 {
		if len(s.list) == MaxMonths {
			return nil
		}
		at = len(s.list)
		balances := make([]int64, notes)
		for i := range balances {
			balances[i] = absent
		}
		s.list = append(s.list, &month{m, m.Last(), balances, make([]bool, institutions)})
	}
	s.last = s.list[at]
	return s.last
}

// checkMonths points out gaps, months an institution leaves out, and spikes.
func (c *checker) checkMonths() {
	if !c.tables["month_balances"].there {
		return
	}
	s := &c.months
	c.expect()
	slices.SortFunc(s.list, func(a, b *month) int { return int(a.of - b.of) })
	c.checkReported()
	for _, m := range s.list {
		for id := range c.notes.rows {
			if n := &c.notes.rows[id]; m.balances[id] == absent && m.reported[n.institution] && n.openAt(m.end) && !n.apart {
				c.findNote(c.gapRule(uint32(id)), uint32(id), m.of, "balance", "", "")
			}
		}
	}
	for i := 1; i+1 < len(s.list); i++ {
		if _, mm := s.list[i].of.YM(); mm%3 == 0 {
			c.checkSpikes(s.list[i-1], s.list[i], s.list[i+1])
		}
	}
}

// expect adds the months the options ask for, reported by every institution that
// has a note.
func (c *checker) expect() {
	if c.opts.First == 0 || c.opts.Last == 0 {
		return
	}
	institutions := c.tables["institutions"].ids.Len()
	for m := c.opts.First; m <= c.opts.Last; m++ {
		column := c.months.column(m, len(c.notes.rows), institutions)
		if column == nil {
			return // tooMany is a finding already, or the range is absurd
		}
		for i := range c.notes.rows {
			column.reported[c.notes.rows[i].institution] = column.reported[c.notes.rows[i].institution] || !c.notes.rows[i].apart
		}
	}
}

// gapRule returns the rule a gap of the note breaks: a decision may waive it.
func (c *checker) gapRule(id uint32) *Rule {
	for _, subject := range [...]string{"*", string(c.tables["loans"].ids.Text(id)), string(c.institution(c.notes.rows[id].institution))} {
		if c.waived[subject] {
			return &ruleGapWaived
		}
	}
	return &ruleGap
}

// checkReported points out months without any balance of an institution that
// reports earlier and later ones.
func (c *checker) checkReported() {
	for id := range c.tables["institutions"].ids.Len() {
		before := civil.Month(0)
		for _, m := range c.months.list {
			if !m.reported[id] {
				continue
			}
			if before != 0 && m.of > before+1 {
				zh, en := both("%s 至 %s", "%s to %s", before+1, m.of-1)
				at := placeOf("month", string(c.institution(uint32(id))))
				c.reportAt(&ruleMonth, at, zh, en)
			}
			before = m.of
		}
	}
}

// checkSpikes compares the balances of m with the mean of the months before and
// after, of institutions that report all three.
func (c *checker) checkSpikes(before, m, after *month) {
	if before.of+1 != m.of || m.of+1 != after.of {
		return
	}
	for id, x := range m.balances {
		if x < int64(c.opts.SpikeFloor) {
			continue
		}
		in := c.notes.rows[id].institution
		if c.notes.rows[id].apart || !before.reported[in] || !after.reported[in] {
			continue
		}
		mean := (max(before.balances[id], 0) + max(after.balances[id], 0)) / 2
		if limit, ok := money.Fen(mean).At(c.opts.SpikeRatio); !ok || x <= int64(limit) || x-mean < int64(c.opts.SpikeFloor) {
			continue
		}
		zh, en := both("余额 %s 元，前后两月平均 %s 元", "balance %s yuan, mean of the months around %s yuan", yuan(x), yuan(mean))
		c.findNote(&ruleSpike, uint32(id), m.of, "balance", zh, en)
	}
}
