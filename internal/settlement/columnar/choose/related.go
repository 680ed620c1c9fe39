package choose

import (
	"context"

	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement/columnar/book"
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
func (c *Chooser) relate(ctx context.Context, p *book.Part, rel *relation) error {
	if rel.seen == nil || c.Partitioned(c.Of) {
		rel.seen, rel.asks = make([]uint8, c.Table(p, c.Of.Name).Rows()), asks{}
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
func (c *Chooser) belonging(ctx context.Context, p *book.Part, child *fact.Table, when []*expr.Expr) ([]children, error) {
	t := c.Table(p, child.Name)
	if t == nil {
		return nil, nil
	}
	f, err := c.Filter(p, child, c.Of, when, c.Names)
	if err != nil {
		return nil, err
	}
	link := c.Follow(p, book.Hop{From: child, Link: child.LinkTo(c.Of.Name)})
	found := make([]children, Morsels(t.Rows()))
	return found, c.Morsels(ctx, t.Rows(), func(w *Worker, m int, lo, hi uint32) error {
		to := &found[m]
		belongs := func(row uint32) bool { return link[row] < book.MaxRows }
		return w.Chunks(f, lo, hi, belongs, func(rows []uint32, truth []vec.Truth) error {
			var doubtful []uint32
			for i, r := range rows {
				if truth[i] == vec.True {
					to.row, to.parent = append(to.row, r), append(to.parent, link[r])
				} else {
					doubtful = append(doubtful, r)
				}
			}
			if len(doubtful) == 0 {
				return nil
			}
			masks := make([]mask, len(doubtful))
			f.missing(w, doubtful, masks)
			for i, r := range doubtful {
				to.doubtful, to.doubt = append(to.doubtful, r), append(to.doubt, ask{link[r], masks[i]})
			}
			return nil
		})
	})
}
