package choose

import (
	"context"
	"math"

	"changrong/internal/policy"
	"changrong/internal/settlement/columnar/book"
	"changrong/internal/settlement/columnar/vec"
)

// banking is an Earliest: for every enterprise, the earliest row of another table
// that holds, and the earliest that might.
type banking struct {
	of    *policy.Earliest
	first []earliest // by row of the enterprises
	doubt []earliest
	asks  asks
}

// earliest is the first row seen so far: its date, and its institution.
type earliest struct {
	on   int64
	inst uint32
}

// none comes after all.
var none = earliest{math.MaxInt64, vec.UnknownRow}

func (p earliest) before(q earliest) bool { return p.on < q.on || p.on == q.on && p.inst < q.inst }

// truth tells whether an enterprise has a bank.
func (b *banking) truth(row uint32) vec.Truth {
	switch {
	case b.first == nil:
		return vec.False
	case b.doubt[row].before(b.first[row]):
		return vec.Unknown
	case b.first[row] == none:
		return vec.False
	}
	return vec.True
}

// bank returns the institution of an enterprise, UnknownRow when it is not known.
func (b *banking) bank(row uint32) uint32 {
	if b.truth(row) != vec.True {
		return vec.UnknownRow
	}
	return b.first[row].inst
}

// findBanks goes through the rows that banks are picked from.
func (c *Chooser) findBanks(ctx context.Context, p *book.Part) error {
	found, err := c.belonging(ctx, p, c.bank.of.Table, c.bank.of.When)
	if err != nil || found == nil {
		return err
	}
	if c.bank.first == nil {
		n := c.Table(p, c.Of.Name).Rows()
		c.bank.first, c.bank.doubt = make([]earliest, n), make([]earliest, n)
		for i := range n {
			c.bank.first[i], c.bank.doubt[i] = none, none
		}
	}
	t := c.Table(p, c.bank.of.Table.Name)
	note := func(to []earliest, row, parent uint32) {
		if x := (earliest{t.Int(c.bank.of.By.Name, row), t.InstOf(row)}); x.before(to[parent]) {
			to[parent] = x
		}
	}
	for i := range found {
		for j, row := range found[i].row {
			note(c.bank.first, row, found[i].parent[j])
		}
		for j, row := range found[i].doubtful {
			note(c.bank.doubt, row, found[i].doubt[j].row)
		}
		c.bank.asks.add(found[i].doubt)
	}
	c.bank.asks.sort()
	return nil
}
