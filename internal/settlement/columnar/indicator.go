package columnar

import (
	"context"
	"math/big"
	"math/bits"
	"sync"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar/vec"
)

// measuring is an indicator on its way.
type measuring struct {
	chooser
	of *policy.Indicator

	mu sync.Mutex
	tally
	borrowers []uint64 // one bit for every enterprise, the last for those unknown
}

// tally is what an indicator adds up.
type tally struct {
	rows, unknown        int64
	sum, weight, product wide
}

func (r *running) measuring(in *policy.Indicator) *measuring {
	m := &measuring{of: in}
	if in.Measure.Kind != policy.External {
		m.chooser = r.chooser(in.Table, in.When, in.Related, in.FirstLoan, nil)
	}
	if in.Measure.Kind == policy.CountDistinct {
		m.borrowers = make([]uint64, r.ents.len()/64+1)
	}
	return m
}

// collect counts the rows of a partition, or of a table held whole.
func (m *measuring) collect(ctx context.Context, p *part) error {
	if m.of.Measure.Kind == policy.External {
		return nil
	}
	t := m.tableIn(p, m.table.Name)
	if t == nil {
		return nil
	}
	of, err := m.number(p, m.of.Measure.Of)
	if err != nil {
		return err
	}
	by, err := m.number(p, m.of.Measure.By)
	if err != nil {
		return err
	}
	return m.scan(ctx, p, func(w *worker, _, n int) error {
		var add tally
		kept := w.sift(n, func(i int) vec.Truth {
			if w.truth[i] == vec.Unknown {
				add.unknown++
				return vec.False
			}
			return vec.True
		})
		rows := w.rows[:kept]
		ofs, ofUnknown := w.figures(of, rows, &w.ofs)
		bys, byUnknown := w.figures(by, rows, &w.bys)
		for i := range rows {
			if ofUnknown[i]|byUnknown[i] != 0 {
				add.unknown++
				continue
			}
			add.rows++
			add.sum.add(ofs[i])
			add.weight.add(bys[i])
			if m.of.Measure.Kind == policy.WeightedMean {
				add.product.addProduct(ofs[i], bys[i])
			}
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.tally.plus(&add)
		if m.borrowers != nil { // there are no figures that could be unknown
			for _, r := range rows {
				e := min(t.entOf(r), uint32(m.ents.len()))
				m.borrowers[e/64] |= 1 << (e % 64)
			}
		}
		return nil
	}, func(int, uint32, uint32) {})
}

func (t *tally) plus(x *tally) {
	t.rows, t.unknown = t.rows+x.rows, t.unknown+x.unknown
	t.sum.plus(&x.sum)
	t.weight.plus(&x.weight)
	t.product.plus(&x.product)
}

// number binds a figure; nil for none.
func (m *measuring) number(p *part, e *expr.Expr) (*filter, error) {
	if e == nil {
		return nil, nil
	}
	return m.filterOf(p, m.table, nil, []*expr.Expr{e}, m.names)
}

// figures are numbers of rows with what is unknown of them.
type figures struct {
	ints    []int64
	unknown []vec.Truth
}

// figures evaluates a number for rows, 0 where there is none; to keeps it.
func (w *worker) figures(f *filter, rows []uint32, to *figures) ([]int64, []vec.Truth) {
	to.ints, to.unknown = resize(to.ints, len(rows)), resize(to.unknown, len(rows))
	if f == nil {
		clear(to.ints)
		clear(to.unknown)
		return to.ints, to.unknown
	}
	ints, unknown := w.Ints(f.programs[0], w.frame(f, rows))
	copy(to.ints, ints)
	copy(to.unknown, unknown)
	return to.ints, to.unknown
}

// measured tells what came of it.
func (m *measuring) measured() settlement.Measured {
	out := settlement.Measured{Indicator: m.of.ID, Rows: m.rows, Unknown: m.unknown}
	switch m.of.Measure.Kind {
	case policy.External:
		return out
	case policy.Sum:
		out.Value, out.Known = m.sum.int64()
	case policy.Count:
		out.Value, out.Known = m.rows, true
	case policy.CountDistinct:
		out.Known = true
		for _, word := range m.borrowers {
			out.Value += int64(bits.OnesCount64(word))
		}
	case policy.WeightedMean:
		out.Value, out.Known = quotient(m.product.big(), m.weight.big())
	case policy.Ratio:
		out.Value, out.Known = quotient(new(big.Int).Mul(m.sum.big(), big.NewInt(int64(money.One))), m.weight.big())
	}
	if !out.Known {
		out.Value = 0
	}
	if t := m.of.Target; t != nil && out.Known {
		out.Met = out.Value <= t.Value
		if t.AtLeast {
			out.Met = out.Value >= t.Value
		}
	}
	return out
}

// quotient is a÷b half up, not known when b is not above 0.
func quotient(a, b *big.Int) (int64, bool) {
	if b.Sign() <= 0 {
		return 0, false
	}
	return halfUp(a, b)
}
