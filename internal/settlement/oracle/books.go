package oracle

import (
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// This file is what those may ask who want to know why. Of a View they may ask
// about the rows that were worked out, and what is together with them.

// Plan returns what was run.
func (b *Books) Plan() *policy.Plan { return b.plan }

// Result returns what came out. That of a View has no gates and no indicators.
func (b *Books) Result() *settlement.Result { return b.result }

// Rows returns all rows that selection did not turn away, in order of (item,
// institution_id, subject_id); of a View, those that were worked out.
func (b *Books) Rows() []*Row { return b.rows }

// Row returns what became of a row of facts in an item; nil when selection turned
// it away, or when a View has not worked it out.
func (b *Books) Row(it *policy.Item, f *Fact) *Row {
	if b.byPlace == nil {
		b.byPlace = map[place]*Row{}
		for _, r := range b.rows {
			b.byPlace[place{r.Item, r.Fact.row}] = r
		}
	}
	return b.byPlace[place{it, f.row}]
}

// Came returns, of all rows that came to something (a line, a wait or an exclusion),
// those wanted, in order of (item, institution_id, subject_id). Of a View these are
// the stored ones.
func (b *Books) Came(wanted func(*Row) bool) []Asked {
	rows := b.rows
	if b.given != nil {
		rows = b.given.done.rows
	}
	var all []Asked
	for _, r := range rows {
		if r.Ended || !wanted(r) {
			continue
		}
		f := r.Fact
		if f == nil {
			f = b.facts.at(b.facts.shelf.Table(r.Item.Table.Name), r.at)
		}
		all = append(all, Asked{r.Item, f})
	}
	return all
}

// FactsBy returns the rows of a table that hold text in a column: institution_id,
// enterprise_id, or the last of the table's key.
func (b *Books) FactsBy(table, column, text string) []*Fact { return b.facts.by(table, column, text) }

// Lookup returns the row of a table with a key, or nil.
func (b *Books) Lookup(table string, key ...string) *Fact { return b.facts.lookup(table, key...) }

// EarliestNotes returns the notes of an enterprise that were disbursed first, of
// all in the facts.
func (b *Books) EarliestNotes(enterprise string) []*Fact { return b.earliestNotes(enterprise) }

// FirstNote returns the note that makes an enterprise a first-loan borrower of the
// scope, and whether it is one.
func (b *Books) FirstNote(reading policy.FirstLoan, enterprise string) (*Fact, Truth) {
	return b.firstNote(reading, enterprise)
}

// grouping is which rows are put together, in the order in which ties are broken.
type grouping struct {
	together map[string][]*Row // by item, kind of group and its owner
	portions map[string][]*Row // by item and payee
	places   map[*Row]int      // of the rows that queue, from 1
	queued   map[*policy.Pool]int
}

// grouped returns which rows are together; of a View, the stored ones.
func (b *Books) grouped() *grouping {
	if b.groups == nil {
		b.group()
	}
	return b.groups
}

// group finds out which rows are together.
func (b *Books) group() {
	g := &grouping{map[string][]*Row{}, map[string][]*Row{}, map[*Row]int{}, map[*policy.Pool]int{}}
	for _, r := range b.rows {
		for _, per := range pers(r.Item) {
			key := join(r.Item.ID, string(per), r.owner(per))
			g.together[key] = append(g.together[key], r)
		}
		key := join(r.Item.ID, r.PayeeID)
		g.portions[key] = append(g.portions[key], r)
	}
	for _, p := range b.plan.Pools {
		if p.Allocator != policy.FirstComplete && p.Allocator != policy.Reserve {
			continue
		}
		queue := b.queue(p, b.going(func(r *Row) bool { return r.Item.Pool == p }))
		g.queued[p] = len(queue)
		for i, r := range queue {
			g.places[r] = i + 1
		}
	}
	b.groups = g
}

// pers are the groups in which rows of an item are limited or capped.
func pers(it *policy.Item) []policy.PerGroup {
	var all []policy.PerGroup
	if it.Limit != nil {
		all = append(all, it.Limit.Per)
	}
	if it.Cap != nil && (it.Limit == nil || it.Cap.Per != it.Limit.Per) {
		all = append(all, it.Cap.Per)
	}
	return all
}

// Together returns the rows of r's item that are limited or capped together with
// it, in the order in which ties are broken; those that waited before the step
// or had no base are not among them.
func (b *Books) Together(r *Row, per policy.PerGroup, capped bool) []*Row {
	var rows []*Row
	for _, other := range b.grouped().together[join(r.Item.ID, string(per), r.owner(per))] {
		other = b.present(other)
		if other.Ended {
			continue
		}
		if other.Why == "" || other.waitsForTerms() && !capped {
			rows = append(rows, other)
		}
	}
	return rows
}

// Portion returns the rows of a payee in an item that are paid.
func (b *Books) Portion(it *policy.Item, payee string) []*Row {
	var rows []*Row
	for _, r := range b.grouped().portions[join(it.ID, payee)] {
		if r = b.present(r); r.going() {
			rows = append(rows, r)
		}
	}
	return rows
}

// Place returns the place of a row among those that draw on a pool in turn, from 1,
// and how many these are.
func (b *Books) Place(p *policy.Pool, r *Row) (at, of int) {
	g := b.grouped()
	if twin := b.twins[r]; twin != nil {
		r = twin
	}
	return g.places[r], g.queued[p]
}

// present is a stored row, or the same one as it was worked out.
func (b *Books) present(r *Row) *Row {
	if own := b.own[r]; own != nil {
		return own
	}
	return r
}

// Gate returns what a payee showed at the gate of an item, or nil.
func (b *Books) Gate(it *policy.Item, payee string) *Gate {
	for i := range b.gates {
		if b.gates[i].Item == it.ID && b.gates[i].PayeeID == payee {
			return &b.gates[i]
		}
	}
	return nil
}

// Pool returns what became of a pool.
func (b *Books) Pool(p *policy.Pool) *settlement.PoolUse { return b.pools[p] }
