package columnar

import (
	"context"
	"slices"
	"strings"
	"sync"

	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar/book"
	"changrong/internal/settlement/columnar/choose"
	"changrong/internal/settlement/columnar/vec"
)

// claims are the rows of one item on their way, column by column, in order of
// (institution_id, subject_id). Rows that go no further are taken out.
type claims struct {
	choose.Chooser
	run  *running
	item *policy.Item

	inst, ent []uint32 // parties by number, UnknownRow for none
	subject   []string
	hold      []uint32 // what the base waits for: 0, or a place in holds
	base      []int64
	opened    []int64 // disbursed_on, for a group that keeps one institution
	months    []int64 // balances at the ends of needed months, row by row, to be limited
	step

	above    *standing // of the gate
	decided  decided
	average  averaging
	perRow   int // how many months there are of a row
	mu       sync.Mutex
	holds    []hold
	holdAt   map[hold]uint32
	aside    []settlement.Aside
	excluded []settlement.Aside
	gates    []settlement.GateValue
	parts    []portion

	firstLine, firstTotal int // where the item's begin in the result
}

// step is what steps 5 to 9 make of the rows. Where a step changes nothing it is the
// same memory as the step before.
type step struct {
	limited, rate, amount, deducted, capped, pooled, paid []int64
}

// hold is why a base is not known, or not by itself.
type hold struct {
	reason settlement.Reason
	detail string
}

// haul is what a morsel adds to an item's rows.
type haul struct {
	rows            []uint32
	inst, ent, hold []uint32
	base, months    []int64
	aside, excluded []settlement.Aside

	fen  []int64 // of the row at hand: its balances, and the months without one
	gaps []int
}

// newClaims readies an item.
func (r *running) newClaims(it *policy.Item) *claims {
	c := &claims{
		Chooser: r.Chooser(it.Table, it.When, it.Related, it.FirstLoan, it.Bank), run: r, item: it,
		decided: r.decidedOn(it), holds: []hold{{}}, holdAt: map[hold]uint32{{}: 0},
	}
	if it.Base.Average != "" && !it.Base.Average.Daily() {
		c.average = averagingOf(it.Base.Average, r.Plan)
	}
	if it.Limit != nil && it.Limit.EachMonth {
		c.perRow = len(c.average.months)
	}
	for _, g := range r.Plan.Groups {
		if g.Strategy == policy.OneInstitution && slices.Contains(g.Items, it) {
			c.opened = []int64{}
		}
	}
	if it.Gate != nil && it.Gate.Above != nil {
		c.above = newStanding(r.Insts.Len())
	}
	return c
}

// collect finds the item's rows in a partition, or in a table held whole, and works
// out what their bases are made of while the facts are at hand.
func (c *claims) collect(ctx context.Context, p *book.Part) error {
	t := c.Table(p, c.Of.Name)
	if t == nil {
		return nil
	}
	basis, err := c.basisOf(p)
	if err != nil {
		return err
	}
	hauls := make([]haul, choose.Morsels(t.Rows()))
	err = c.Scan(ctx, p, func(w *choose.Worker, m int, rows []uint32, truth []vec.Truth) error {
		h := &hauls[m]
		from := len(h.rows)
		var doubtful []uint32
		for i, r := range rows {
			if truth[i] == vec.Unknown {
				doubtful = append(doubtful, r)
				continue
			}
			h.rows = append(h.rows, r)
			h.inst = append(h.inst, c.InstOf(t, r))
			h.ent = append(h.ent, t.EntOf(r))
		}
		for i, detail := range c.Details(w, doubtful) {
			h.aside = append(h.aside, c.tellOf(t, doubtful[i], settlement.UnknownFact, detail))
		}
		return basis.add(w, h, from)
	}, func(m int, row, bank uint32) {
		hauls[m].excluded = append(hauls[m].excluded, c.tellOf(t, row, settlement.FirstElsewhere, c.InstID(bank)))
	})
	if err != nil {
		return err
	}
	c.bring(t, p, hauls)
	return nil
}

// tellOf makes an Aside of a row that leaves before it is among the claims.
func (c *claims) tellOf(t *book.Table, row uint32, reason settlement.Reason, detail string) settlement.Aside {
	return settlement.Aside{
		Item: c.item.ID, InstitutionID: c.InstID(c.InstOf(t, row)), SubjectID: t.Subject(row),
		EnterpriseID: c.EntID(t.EntOf(row)), Reason: reason, Detail: detail,
	}
}

// bring adds what the morsels found. Subjects are views into the facts' own text,
// or copies when that is let go with the partition.
func (c *claims) bring(t *book.Table, p *book.Part, hauls []haul) {
	n := 0
	for i := range hauls {
		n += len(hauls[i].rows)
	}
	c.inst, c.ent, c.subject = slices.Grow(c.inst, n), slices.Grow(c.ent, n), slices.Grow(c.subject, n)
	c.base, c.hold, c.months = slices.Grow(c.base, n), slices.Grow(c.hold, n), slices.Grow(c.months, n*c.perRow)
	fresh, asides, excluded := len(c.subject), len(c.aside), len(c.excluded)
	for i := range hauls {
		h := &hauls[i]
		c.inst, c.ent = append(c.inst, h.inst...), append(c.ent, h.ent...)
		c.base, c.hold, c.months = append(c.base, h.base...), append(c.hold, h.hold...), append(c.months, h.months...)
		c.aside, c.excluded = append(c.aside, h.aside...), append(c.excluded, h.excluded...)
		for _, r := range h.rows {
			c.subject = append(c.subject, t.Subject(r))
			if c.opened != nil {
				c.opened = append(c.opened, t.Int("disbursed_on", r))
			}
		}
		hauls[i] = haul{}
	}
	if p.Of == 1 || !c.Partitioned(c.Of) {
		return
	}
	copyTexts(c.subject[fresh:])
	for _, list := range [][]settlement.Aside{c.aside[asides:], c.excluded[excluded:]} {
		for i := range list {
			list[i].SubjectID = strings.Clone(list[i].SubjectID)
		}
	}
}

// copyTexts makes texts views into memory of their own.
func copyTexts(texts []string) {
	var all strings.Builder
	size := 0
	for _, s := range texts {
		size += len(s)
	}
	all.Grow(size)
	for _, s := range texts {
		all.WriteString(s)
	}
	rest := all.String()
	for i, s := range texts {
		texts[i], rest = rest[:len(s)], rest[len(s):]
	}
}

// holdOf returns the number of a reason to hold a base.
func (c *claims) holdOf(h hold) uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, ok := c.holdAt[h]
	if !ok {
		i = uint32(len(c.holds))
		c.holds, c.holdAt[h] = append(c.holds, h), i
	}
	return i
}

// compare orders row i against row j of another item, or of this one. An
// institution that there is not comes before all others.
func (c *claims) compare(i int, d *claims, j int) int {
	if x, y := c.inst[i]+1, d.inst[j]+1; x != y {
		if x < y {
			return -1
		}
		return 1
	}
	return strings.Compare(c.subject[i], d.subject[j])
}

// sort puts the rows in order, if the table's own order is not theirs.
func (c *claims) sort() {
	n := len(c.inst)
	sorted := true
	for i := 1; i < n && sorted; i++ {
		sorted = c.compare(i-1, c, i) <= 0
	}
	if sorted {
		return
	}
	order := make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(i, j uint32) int { return c.compare(int(i), c, int(j)) })
	c.inst, c.ent, c.subject = vec.Permute(c.inst, order), vec.Permute(c.ent, order), vec.Permute(c.subject, order)
	c.base, c.hold, c.opened = vec.Permute(c.base, order), vec.Permute(c.hold, order), vec.Permute(c.opened, order)
	if c.perRow > 0 {
		months := make([]int64, 0, len(c.months))
		for _, i := range order {
			months = append(months, c.monthsOf(int(i))...)
		}
		c.months = months
	}
}

func (c *claims) monthsOf(i int) []int64 { return c.months[i*c.perRow : (i+1)*c.perRow] }

// keep takes out the rows that are not to stay.
func (c *claims) keep(stays func(i int) bool) {
	n := 0
	for i := range c.inst {
		if !stays(i) {
			continue
		}
		if n < i {
			c.inst[n], c.ent[n], c.subject[n], c.base[n] = c.inst[i], c.ent[i], c.subject[i], c.base[i]
			if c.hold != nil {
				c.hold[n] = c.hold[i]
			}
			if c.opened != nil {
				c.opened[n] = c.opened[i]
			}
			if c.perRow > 0 {
				copy(c.monthsOf(n), c.monthsOf(i))
			}
			if c.limited != nil {
				c.limited[n] = c.limited[i]
			}
			if c.rate != nil {
				c.rate[n] = c.rate[i]
			}
			if c.amount != nil {
				c.amount[n] = c.amount[i]
			}
		}
		n++
	}
	c.inst, c.ent, c.subject, c.base = c.inst[:n], c.ent[:n], c.subject[:n], c.base[:n]
	cut(&c.hold, n)
	cut(&c.opened, n)
	cut(&c.limited, n)
	cut(&c.rate, n)
	cut(&c.amount, n)
	if c.perRow > 0 {
		c.months = c.months[:n*c.perRow]
	}
}

func cut[T any](s *[]T, n int) {
	if *s != nil {
		*s = (*s)[:n]
	}
}

// tell makes an Aside of row i.
func (c *claims) tell(i int, reason settlement.Reason, detail string) settlement.Aside {
	return settlement.Aside{
		Item: c.item.ID, InstitutionID: c.InstID(c.inst[i]), SubjectID: c.subject[i],
		EnterpriseID: c.EntID(c.ent[i]), Reason: reason, Detail: detail,
	}
}

// payee returns who is paid for row i, by number.
func (c *claims) payee(i int) uint32 {
	if c.item.Payee == policy.PayEnterprise {
		return c.ent[i]
	}
	return c.inst[i]
}

func (c *claims) payeeID(payee uint32) string {
	if c.item.Payee == policy.PayEnterprise {
		return c.EntID(payee)
	}
	return c.InstID(payee)
}
