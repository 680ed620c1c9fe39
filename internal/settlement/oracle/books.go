package oracle

import (
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// This file is what those may ask who want to know why.

// Plan returns what was run.
func (b *Books) Plan() *policy.Plan { return b.plan }

// Result returns what came out.
func (b *Books) Result() *settlement.Result { return b.result }

// Rows returns all rows that selection did not turn away, in order of (item,
// institution_id, subject_id).
func (b *Books) Rows() []*Row { return b.rows }

// Facts returns the rows of a table.
func (b *Books) Facts(table string) []*Fact { return b.facts.rows[table] }

// Lookup returns the row of a table with a key, or nil.
func (b *Books) Lookup(table string, key ...string) *Fact { return b.facts.byKey[table][join(key...)] }

// EarliestNotes returns the notes of an enterprise that were disbursed first, of
// all in the facts.
func (b *Books) EarliestNotes(enterprise string) []*Fact { return b.earliestNotes(enterprise) }

// FirstNote returns the note that makes an enterprise a first-loan borrower of the
// scope, and whether it is one.
func (b *Books) FirstNote(reading policy.FirstLoan, enterprise string) (*Fact, Truth) {
	return b.firstNote(reading, enterprise)
}

// Together returns the rows of r's item that are limited or capped together with
// it, in the order in which ties are broken; those that waited before the step
// or had no base are not among them.
func (b *Books) Together(r *Row, per policy.PerGroup, capped bool) []*Row {
	var rows []*Row
	for _, other := range b.rows {
		if other.Item != r.Item || other.owner(per) != r.owner(per) || other.Ended {
			continue
		}
		waitsForTerms := other.Why == settlement.Undecided || other.Why == settlement.NoClaim
		if other.Why == "" || waitsForTerms && !capped {
			rows = append(rows, other)
		}
	}
	return rows
}

// Portion returns the rows of a payee in an item that are paid.
func (b *Books) Portion(it *policy.Item, payee string) []*Row {
	return b.going(func(r *Row) bool { return r.Item == it && r.PayeeID == payee })
}

// Queue returns the rows that draw on a pool in the order in which they are paid.
func (b *Books) Queue(p *policy.Pool) []*Row {
	return b.queue(p, b.going(func(r *Row) bool { return r.Item.Pool == p }))
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
