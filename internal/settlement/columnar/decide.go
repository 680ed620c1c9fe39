package columnar

import (
	"context"
	"math"

	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar/book"
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
	inst := c.InstID(c.inst[i])
	if f, ok := c.run.filings[filingKey{c.item.ID, inst, c.subject[i]}]; ok {
		return f
	}
	if f, ok := c.run.filings[filingKey{c.item.ID, inst, "*"}]; ok {
		return f
	}
	return filing{never, never, never}
}

// readDecisions reads the decisions of the policy, and refuses those it has no room
// for.
func (r *running) readDecisions(ctx context.Context) (err error) {
	if r.decisions, err = settlement.ReadDecisions(ctx, r.Src, r.Plan.Policy); err != nil {
		return err
	}
	return settlement.CheckDecisions(r.Plan, r.decisions)
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
		if inst := r.Insts.FindText(x.Subject); inst != book.NotFound {
			d.byInst[inst] = x
		}
		if ent := r.Ents.FindText(x.Subject); ent != book.NotFound {
			d.byEnt[ent] = x
		}
	}
	return d
}

func (r *running) readFilings() {
	r.filings = map[filingKey]filing{}
	t := r.Table(nil, "filings")
	if t == nil {
		return
	}
	for i := range uint32(t.Rows()) {
		key := t.Key(i) // policy, item, institution, subject
		if key[0] != r.Plan.Policy {
			continue
		}
		at := func(column string) int64 {
			if c := t.Cols[column]; c != nil {
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
	if t := r.Table(nil, "budgets"); t != nil {
		for i := range uint32(t.Rows()) {
			r.budgets[t.Keys.At(i)] = max(0, t.Int("amount", i))
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
