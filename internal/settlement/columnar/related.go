package columnar

import (
	"context"

	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement/columnar/vec"
)

// relation is a Related: which rows of the item's table have a row of another
// table that holds, or might.
type relation struct {
	of   *policy.Related
	seen []uint8 // by row of the item's table
	asks asks
}

// bits of relation.seen.
const (
	holds uint8 = 1 << iota
	might
)

// truth tells whether a row has, or has not, what is asked for.
func (rel *relation) truth(row uint32) vec.Truth {
	t := vec.False
	switch seen := rel.seen[row]; {
	case seen&holds != 0:
		t = vec.True
	case seen&might != 0:
		t = vec.Unknown
	}
	if rel.of.Not {
		return vec.Not(t)
	}
	return t
}

// children are rows of a table that belong to rows of another and may decide about
// them.
type children struct {
	row, parent []uint32 // of those that hold
	doubt       []ask    // of those that might; row is the parent
	doubtful    []uint32 // and the child
}

// relate notes what the rows of the related table say. Where the item's table is
// held by partition, so is what they say.
func (c *chooser) relate(ctx context.Context, p *part, rel *relation) error {
	if rel.seen == nil || c.needs.partitioned(c.table.Name) {
		rel.seen, rel.asks = make([]uint8, c.tableIn(p, c.table.Name).rows()), asks{}
	}
	found, err := c.belonging(ctx, p, rel.of.Table, rel.of.When)
	if err != nil {
		return err
	}
	for i := range found {
		for _, parent := range found[i].parent {
			rel.seen[parent] |= holds
		}
		for _, a := range found[i].doubt {
			rel.seen[a.row] |= might
		}
		rel.asks.add(found[i].doubt)
	}
	rel.asks.sort()
	return nil
}

// belonging finds the rows of a table that belong to rows of the item's and for
// which no condition is false, by morsel.
func (c *chooser) belonging(ctx context.Context, p *part, child *fact.Table, when []*expr.Expr) ([]children, error) {
	t := c.tableIn(p, child.Name)
	if t == nil {
		return nil, nil
	}
	f, err := c.filterOf(p, child, c.table, when, c.names)
	if err != nil {
		return nil, err
	}
	link := c.linkIn(p, hop{child, child.LinkTo(c.table.Name)})
	found := make([]children, (t.rows()+morsel-1)/morsel)
	return found, c.morsels(ctx, t.rows(), func(w *worker, m int, lo, hi uint32) error {
		to := &found[m]
		for ; lo < hi; lo += vec.Chunk {
			n := 0
			for r := lo; r < min(hi, lo+vec.Chunk); r++ {
				w.rows[n], w.truth[n] = r, vec.True
				if link[r] < maxRows {
					n++
				}
			}
			n = f.apply(w, w.rows[:n], w.truth[:n])
			for i, r := range w.rows[:n] {
				if w.truth[i] == vec.True {
					to.row, to.parent = append(to.row, r), append(to.parent, link[r])
				} else {
					to.doubtful, to.doubt = append(to.doubtful, r), append(to.doubt, ask{row: link[r]})
				}
			}
		}
		for i := 0; i < len(to.doubt); i += vec.Chunk {
			j := min(i+vec.Chunk, len(to.doubt))
			masks := make([]mask, j-i)
			f.missing(w, to.doubtful[i:j], masks)
			for k, m := range masks {
				to.doubt[i+k].mask = m
			}
		}
		return nil
	})
}
