package columnar

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// decided are the decisions about an item, by what they name.
type decided struct {
	bySubject     map[string]*settlement.Decision
	byInst, byEnt map[uint32]*settlement.Decision
	all           *settlement.Decision
}

// any tells whether there are decisions at all.
func (d *decided) any() bool { return len(d.bySubject) > 0 }

// find returns the first decision about row i, from the nearest on, that will do.
func (d *decided) find(c *claims, i int, will func(*settlement.Decision) bool) *settlement.Decision {
	if !d.any() {
		return nil
	}
	for _, x := range [...]*settlement.Decision{d.bySubject[c.subject[i]], d.byInst[c.inst[i]], d.byEnt[c.ent[i]], d.all} {
		if x != nil && will(x) {
			return x
		}
	}
	return nil
}

// waives tells whether a decision lets what is missing of row i be missing.
func (d *decided) waives(c *claims, i int) bool {
	return d.find(c, i, (*settlement.Decision).Waiver) != nil
}

// filingKey names a claim: an item, an institution, and a row or "*".
type filingKey struct{ item, inst, subject string }

// filing is when a claim was filed, complete and reserved; never when it was not.
type filing struct{ filed, completed, reserved int64 }

// never comes after all times.
const never = math.MaxInt64

// filed returns the filing that applies to row i.
func (c *claims) filed(i int) filing {
	inst := c.instID(c.inst[i])
	if f, ok := c.filings[filingKey{c.item.ID, inst, c.subject[i]}]; ok {
		return f
	}
	if f, ok := c.filings[filingKey{c.item.ID, inst, "*"}]; ok {
		return f
	}
	return filing{never, never, never}
}

// terms begins a run: the items, and what people have decided, filed and budgeted.
func (r *running) terms(ctx context.Context) error {
	var err error
	if r.decisions, err = settlement.ReadDecisions(ctx, r.src, r.plan.Policy); err != nil {
		return err
	}
	if err := settlement.CheckDecisions(r.plan, r.decisions); err != nil {
		return err
	}
	r.readFilings()
	r.readBudgets()
	for _, it := range r.plan.Items {
		c := &claims{chooser: r.chooser(it.Table, it.When, it.Related, it.FirstLoan, it.Bank), item: it,
			holds: []hold{{}}, holdAt: map[hold]uint32{{}: 0}}
		if it.Base.Average != "" && !it.Base.Average.Daily() {
			c.average = averagingOf(it.Base.Average, r.plan)
		}
		if it.Limit != nil && it.Limit.EachMonth {
			c.perRow = len(c.average.months)
		}
		for _, g := range r.plan.Groups {
			if g.Strategy == policy.OneInstitution && slices.Contains(g.Items, it) {
				c.opened = []int64{}
			}
		}
		c.decided = r.decidedOn(it)
		if it.Gate != nil && it.Gate.Above != nil {
			c.above = newStanding(r.insts.len())
		}
		r.items = append(r.items, c)
	}
	slices.SortFunc(r.items, func(a, b *claims) int { return strings.Compare(a.item.ID, b.item.ID) })
	for _, in := range r.plan.Indicators {
		r.targets = append(r.targets, r.measuring(in))
	}
	slices.SortFunc(r.targets, func(a, b *measuring) int { return cmp.Compare(a.of.ID, b.of.ID) })
	return nil
}

func (r *running) decidedOn(it *policy.Item) decided {
	d := decided{map[string]*settlement.Decision{}, map[uint32]*settlement.Decision{}, map[uint32]*settlement.Decision{}, nil}
	for i := range r.decisions {
		x := &r.decisions[i]
		if x.Item != it.ID {
			continue
		}
		d.bySubject[x.Subject] = x
		if x.Subject == "*" {
			d.all = x
		}
		if inst := r.insts.findText(x.Subject); inst != notFound {
			d.byInst[inst] = x
		}
		if ent := r.ents.findText(x.Subject); ent != notFound {
			d.byEnt[ent] = x
		}
	}
	return d
}

func (r *running) readFilings() {
	r.filings = map[filingKey]filing{}
	t := r.whole["filings"]
	if t == nil {
		return
	}
	for i := range uint32(t.rows()) {
		key := strings.Split(t.keys.at(i), partOf) // policy, item, institution, subject
		if key[0] != r.plan.Policy {
			continue
		}
		at := func(column string) int64 {
			if c := t.cols[column]; c != nil {
				if x, ok := c.At(i); ok {
					return x
				}
			}
			return never
		}
		r.filings[filingKey{key[1], key[2], key[3]}] = filing{at("filed_at"), at("completed_at"), at("reserved_at")}
	}
}

// readBudgets reads the sizes of the pools; below 0 there is nothing in one.
func (r *running) readBudgets() {
	r.budgets = map[string]int64{}
	if t := r.whole["budgets"]; t != nil {
		for i := range uint32(t.rows()) {
			r.budgets[t.keys.at(i)] = max(0, t.int("amount", i))
		}
	}
}

// queues tells whether those who draw on a pool are paid in turn.
func (r *running) queues(p *policy.Pool) bool {
	if p == nil || p.Allocator != policy.FirstComplete && p.Allocator != policy.Reserve {
		return false
	}
	_, limited := r.budgets[p.ID]
	return limited
}

// decide sets aside rows whose rate or amount nobody has decided, and rows that
// must queue and have no claim.
func (r *running) decide(ctx context.Context) error {
	return r.each(ctx, func(c *claims) error {
		queues, queue := r.queues(c.item.Pool), c.item.Pool
		c.rate = make([]int64, len(c.base))
		if c.item.Amount != nil {
			c.amount = make([]int64, len(c.base))
		}
		c.keep(func(i int) bool {
			if !c.term(i) {
				c.aside = append(c.aside, c.tell(i, settlement.Undecided, ""))
				return false
			}
			if !queues {
				return true
			}
			f := c.filed(i)
			if f.completed == never && (queue.Allocator != policy.Reserve || f.reserved == never) {
				c.aside = append(c.aside, c.tell(i, settlement.NoClaim, ""))
				return false
			}
			return true
		})
		return nil
	})
}

// term finds the rate or the amount of row i; it is false when nobody has decided.
func (c *claims) term(i int) bool {
	if t := c.item.Rate; t != nil {
		rate := t.Default
		if !t.Open {
			rate = &t.Value
		}
		if d := c.decided.find(c, i, func(d *settlement.Decision) bool { return d.Rate != nil }); d != nil {
			rate = d.Rate
		}
		if rate != nil {
			c.rate[i] = int64(*rate)
		}
		return rate != nil
	}
	t := c.item.Amount
	amount := t.Default
	if !t.Open {
		amount = &t.Value
	}
	if d := c.decided.find(c, i, func(d *settlement.Decision) bool { return d.Amount != nil }); d != nil {
		amount = d.Amount
	}
	if amount != nil {
		c.amount[i] = int64(*amount)
	}
	return amount != nil
}
