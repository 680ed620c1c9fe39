package columnar

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar/book"
	"changrong/internal/settlement/columnar/choose"
	"changrong/internal/settlement/columnar/vec"
	"changrong/internal/settlement/columnar/wide"
)

// standing is how institutions stand by their guarantee balances.
type standing struct {
	mu         sync.Mutex
	unknown    bool
	start, end []wide.Sum // by number of the institution

	institutions     int64 // with a balance above 0 at start or end
	sumStart, sumEnd int64
}

func newStanding(institutions int) *standing {
	return &standing{start: make([]wide.Sum, institutions), end: make([]wide.Sum, institutions)}
}

// cover is a guarantee in force at the start or the end of the scope.
type cover struct {
	note, inst uint32
	share      int64
	start, end bool
}

// guarantees adds the guarantee balances of a partition to the gate of an item.
func (c *claims) guarantees(ctx context.Context, p *book.Part) error {
	guarantees := fact.Lookup("guarantees")
	t := c.Table(p, guarantees.Name)
	if c.above == nil || t == nil || !c.Partitioned(guarantees) && p.P > 0 {
		return nil
	}
	covers, err := c.covers(ctx, p, t)
	if err != nil {
		return err
	}
	slices.SortFunc(covers, func(a, b cover) int { return cmp.Compare(a.note, b.note) })
	for i := 0; i < len(covers); {
		j := i + 1
		for j < len(covers) && covers[j].note == covers[i].note {
			j++
		}
		c.addNote(p, covers[i:j])
		i = j
	}
	return nil
}

// covers finds the guarantees that count. One in doubt makes the gate unknown.
func (c *claims) covers(ctx context.Context, p *book.Part, t *book.Table) ([]cover, error) {
	f, err := c.Filter(p, fact.Lookup("guarantees"), nil, c.item.Gate.Above.When, c.Names)
	if err != nil {
		return nil, err
	}
	first, last := int64(c.Plan.Scope.First-1), int64(c.Plan.Scope.Last)
	either := func(r uint32) bool { return inForce(t, r, first) || inForce(t, r, last) }
	found := make([][]cover, choose.Morsels(t.Rows()))
	err = c.Morsels(ctx, t.Rows(), func(w *choose.Worker, m int, lo, hi uint32) error {
		return w.Chunks(f, lo, hi, either, func(rows []uint32, truth []vec.Truth) error {
			for i, r := range rows {
				x := cover{note: t.Linked("loan", r), inst: t.InstOf(r), start: inForce(t, r, first), end: inForce(t, r, last)}
				known := truth[i] == vec.True
				if c.item.Gate.Above.Share {
					share, ok := t.Cols["share"].At(r)
					x.share, known = share, known && ok
				}
				if !known {
					c.above.doubt()
				}
				found[m] = append(found[m], x)
			}
			return nil
		})
	})
	return slices.Concat(found...), err
}

func (s *standing) doubt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unknown = true
}

// inForce tells whether a guarantee is in force at the end of a day.
func inForce(t *book.Table, r uint32, on int64) bool {
	return t.Int("start_on", r) <= on && t.Int("end_on", r) >= on && t.Int("released_on", r) > on && t.Int("compensated_on", r) > on
}

// addNote adds the balance of a note, or the guaranteed part of it, once.
func (c *claims) addNote(p *book.Part, covers []cover) {
	note, inst := covers[0].note, covers[0].inst
	for _, end := range []struct {
		month civil.Month
		to    []wide.Sum
		in    func(cover) bool
	}{
		{c.Plan.Opening(), c.above.start, func(x cover) bool { return x.start }},
		{c.Plan.Scope.Last.Month(), c.above.end, func(x cover) bool { return x.end }},
	} {
		counts, share := false, int64(0)
		for _, x := range covers {
			if end.in(x) {
				counts, share = true, min(int64(money.One), share+x.share)
			}
		}
		if !counts {
			continue
		}
		if note >= book.MaxRows || inst >= book.MaxRows {
			c.above.unknown = true
			continue
		}
		fen, known := p.Balances.At(note, p.Balances.Index(end.month))
		if !known {
			c.above.unknown = true
			continue
		}
		if c.item.Gate.Above.Share {
			fen, _ = money.MulDiv(fen, share, int64(money.One)) // share is at most one
		}
		end.to[inst].Add(fen)
	}
}

// total adds up all institutions.
func (s *standing) total() error {
	var start, end wide.Sum
	for i := range s.start {
		start.Plus(&s.start[i])
		end.Plus(&s.end[i])
		a, okA := s.start[i].Int64()
		b, okB := s.end[i].Int64()
		if !okA || !okB {
			return errOverflow()
		}
		if a > 0 || b > 0 {
			s.institutions++
		}
	}
	var okStart, okEnd bool
	s.sumStart, okStart = start.Int64()
	s.sumEnd, okEnd = end.Int64()
	if !okStart || !okEnd {
		return errOverflow()
	}
	return nil
}

// judge passes an institution whose balance is above the mean, or has grown by a
// greater share than the sum has.
func (s *standing) judge(inst uint32, v *settlement.GateValue) {
	if s.unknown {
		return
	}
	var start, end int64
	if inst < book.MaxRows {
		start, _ = s.start[inst].Int64()
		end, _ = s.end[inst].Int64()
	}
	v.Known = true
	v.Start, v.End, v.SumStart, v.SumEnd = money.Fen(start), money.Fen(end), money.Fen(s.sumStart), money.Fen(s.sumEnd)
	v.Institutions = s.institutions
	aboveMean := less(s.sumEnd, 1, end, s.institutions) // sum ÷ n < end
	// (end − start) ÷ start > (sumEnd − sumStart) ÷ sumStart; from 0 nothing grows
	grewMore := start > 0 && s.sumStart > 0 && less(s.sumEnd, start, end, s.sumStart)
	v.Passed = aboveMean || grewMore
}

// less tells whether a×b < c×d.
func less(a, b, c, d int64) bool {
	var left, right wide.Sum
	left.AddProduct(a, b)
	right.AddProduct(c, d)
	return left.Less(&right)
}

// gate is step 3: a payee's rows of an item pass together, or not.
func (r *running) gate(ctx context.Context) error {
	for _, c := range r.items {
		if c.item.Gate == nil {
			continue
		}
		judge, err := c.judge(ctx)
		if err != nil {
			return err
		}
		verdicts := map[uint32]settlement.GateValue{}
		for i := range c.inst {
			payee := c.payee(i)
			if _, ok := verdicts[payee]; ok {
				continue
			}
			v := settlement.GateValue{Item: c.item.ID, PayeeID: c.payeeID(payee)}
			if err := judge(payee, &v); err != nil {
				return err
			}
			verdicts[payee] = v
			c.gates = append(c.gates, v)
		}
		c.keep(func(i int) bool {
			switch v := verdicts[c.payee(i)]; {
			case !v.Known:
				c.aside = append(c.aside, c.tell(i, settlement.GateUnknown, ""))
			case !v.Passed:
				c.excluded = append(c.excluded, c.tell(i, settlement.GateFailed, ""))
			default:
				return true
			}
			return false
		})
		slices.SortFunc(c.gates, func(a, b settlement.GateValue) int { return cmp.Compare(a.PayeeID, b.PayeeID) })
	}
	return nil
}

// judge returns what decides whether a payee passes.
func (c *claims) judge(ctx context.Context) (func(payee uint32, v *settlement.GateValue) error, error) {
	if c.above != nil {
		if !c.above.unknown {
			if err := c.above.total(); err != nil {
				return nil, err
			}
		}
		return func(payee uint32, v *settlement.GateValue) error {
			c.above.judge(payee, v)
			return nil
		}, nil
	}
	payees := fact.Lookup("institutions")
	if c.item.Payee == policy.PayEnterprise {
		payees = fact.Lookup("enterprises")
	}
	f, err := c.judging(payees)
	if err != nil {
		return nil, err
	}
	there := c.Table(nil, payees.Name) != nil
	return func(payee uint32, v *settlement.GateValue) error {
		if payee >= book.MaxRows && there {
			return fault.Invalidf("settlement.link", "项目 %[1]s 的收款人不在 %[2]s 表中", "a payee of %[1]s is not in %[2]s", c.item.ID, payees.Name)
		}
		truth := f.Judge(c.Crew[0], payee)
		v.Known, v.Passed = truth != vec.Unknown, truth == vec.True
		return nil
	}, nil
}

// judging binds what is required of a payee.
func (c *claims) judging(payees *fact.Table) (*choose.Filter, error) {
	return c.Filter(nil, payees, nil, c.item.Gate.Require, c.Names)
}
