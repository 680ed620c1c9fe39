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
	"changrong/internal/settlement/columnar/book"
	"changrong/internal/settlement/columnar/choose"
	"changrong/internal/settlement/columnar/vec"
	"changrong/internal/settlement/columnar/wide"
)

// measuring is an indicator on its way.
type measuring struct {
	choose.Chooser
	of *policy.Indicator

	mu sync.Mutex
	tally
	borrowers []uint64 // one bit for every enterprise, the last for those unknown
}

// tally is what an indicator adds up.
type tally struct {
	rows, unknown        int64
	sum, weight, product wide.Sum
}

// newMeasuring readies an indicator.
func (r *running) newMeasuring(in *policy.Indicator) *measuring {
	m := &measuring{of: in}
	if in.Measure.Kind != policy.External {
		m.Chooser = r.Chooser(in.Table, in.When, in.Related, in.FirstLoan, nil)
	}
	if in.Measure.Kind == policy.CountDistinct {
		m.borrowers = make([]uint64, r.Ents.Len()/64+1)
	}
	return m
}

// collect counts the rows of a partition, or of a table held whole.
func (m *measuring) collect(ctx context.Context, p *book.Part) error {
	t := m.Table(p, m.Of.Name)
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
	return m.Scan(ctx, p, func(w *choose.Worker, _ int, rows []uint32, truth []vec.Truth) error {
		var add tally
		sure := rows[:0]
		for i, r := range rows {
			if truth[i] == vec.True {
				sure = append(sure, r)
			} else {
				add.unknown++
			}
		}
		var ofs, bys figures
		ofs.read(w, of, sure)
		bys.read(w, by, sure)
		add.figures(&ofs, &bys, m.of.Measure.Kind == policy.WeightedMean)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.tally.plus(&add)
		if m.borrowers != nil { // there are no figures that could be unknown
			for _, r := range sure {
				e := min(t.EntOf(r), uint32(m.Ents.Len()))
				m.borrowers[e/64] |= 1 << (e % 64)
			}
		}
		return nil
	}, func(int, uint32, uint32) {})
}

// figures adds up the figures of rows; those of which one is unknown are left out.
func (t *tally) figures(ofs, bys *figures, products bool) {
	for i := range ofs.ints {
		if ofs.unknown[i]|bys.unknown[i] != 0 {
			t.unknown++
			continue
		}
		t.rows++
		t.sum.Add(ofs.ints[i])
		t.weight.Add(bys.ints[i])
		if products {
			t.product.AddProduct(ofs.ints[i], bys.ints[i])
		}
	}
}

func (t *tally) plus(x *tally) {
	t.rows, t.unknown = t.rows+x.rows, t.unknown+x.unknown
	t.sum.Plus(&x.sum)
	t.weight.Plus(&x.weight)
	t.product.Plus(&x.product)
}

// number binds a figure; nil for none.
func (m *measuring) number(p *book.Part, e *expr.Expr) (*choose.Filter, error) {
	if e == nil {
		return nil, nil
	}
	return m.Filter(p, m.Of, nil, []*expr.Expr{e}, m.Names)
}

// figures are numbers of rows with what is unknown of them.
type figures struct {
	ints    []int64
	unknown []vec.Truth
}

// read evaluates a number for rows; 0 where there is none.
func (n *figures) read(w *choose.Worker, f *choose.Filter, rows []uint32) {
	n.ints, n.unknown = make([]int64, len(rows)), make([]vec.Truth, len(rows))
	if f != nil {
		ints, unknown := f.Ints(w, rows)
		copy(n.ints, ints)
		copy(n.unknown, unknown)
	}
}

// measured tells what came of it.
func (m *measuring) measured() settlement.Measured {
	out := settlement.Measured{Indicator: m.of.ID, Rows: m.rows, Unknown: m.unknown}
	switch m.of.Measure.Kind {
	case policy.External:
		return out
	case policy.Sum:
		out.Value, out.Known = m.sum.Int64()
	case policy.Count:
		out.Value, out.Known = m.rows, true
	case policy.CountDistinct:
		out.Known = true
		for _, word := range m.borrowers {
			out.Value += int64(bits.OnesCount64(word))
		}
	case policy.WeightedMean:
		out.Value, out.Known = quotient(m.product.Big(), m.weight.Big())
	case policy.Ratio:
		out.Value, out.Known = quotient(new(big.Int).Mul(m.sum.Big(), big.NewInt(int64(money.One))), m.weight.Big())
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
	return wide.HalfUp(a, b)
}
