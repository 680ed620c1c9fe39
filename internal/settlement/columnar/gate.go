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
	"changrong/internal/settlement/columnar/vec"
)

// standing is how institutions stand by their guarantee balances.
type standing struct {
	mu         sync.Mutex
	unknown    bool
	start, end []wide // by number of the institution

	institutions     int64 // with a balance above 0 at start or end
	sumStart, sumEnd int64
}

func newStanding(institutions int) *standing {
	return &standing{start: make([]wide, institutions), end: make([]wide, institutions)}
}

// cover is a guarantee in force at the start or the end of the scope.
type cover struct {
	note, inst uint32
	share      int64
	start, end bool
}

// guarantees adds the guarantee balances of a partition to the gate of an item.
func (c *claims) guarantees(ctx context.Context, p *part) error {
	t := c.tableIn(p, "guarantees")
	if c.above == nil || t == nil || !c.needs.partitioned("guarantees") && p.p > 0 {
		return nil
	}
	covers, err := c.covers(ctx, p, t)
	if err != nil {
		return err
	}
	slices.SortFunc(covers, func(a, b cover) int { return cmp.Or(cmp.Compare(a.note, b.note), cmp.Compare(a.inst, b.inst)) })
	for i := 0; i < len(covers); {
		j := i
		for j < len(covers) && covers[j].note == covers[i].note && (covers[i].note < maxRows || j == i) {
			j++
		}
		c.addNote(p, covers[i:j])
		i = j
	}
	return nil
}

// covers finds the guarantees that count. One in doubt makes the gate unknown.
func (c *claims) covers(ctx context.Context, p *part, t *table) ([]cover, error) {
	f, err := c.filterOf(p, t.of, nil, c.item.Gate.Above.When, c.names)
	if err != nil {
		return nil, err
	}
	first, last := int64(c.plan.Scope.First-1), int64(c.plan.Scope.Last)
	found := make([][]cover, (t.rows()+morsel-1)/morsel)
	err = c.morsels(ctx, t.rows(), func(w *worker, m int, lo, hi uint32) error {
		for ; lo < hi; lo += vec.Chunk {
			n := 0
			for r := lo; r < min(hi, lo+vec.Chunk); r++ {
				w.rows[n], w.truth[n] = r, vec.True
				if t.inForce(r, first) || t.inForce(r, last) {
					n++
				}
			}
			n = f.apply(w, w.rows[:n], w.truth[:n])
			for i, r := range w.rows[:n] {
				x := cover{note: t.noteOf(r), inst: t.instOf(r), start: t.inForce(r, first), end: t.inForce(r, last)}
				known := w.truth[i] == vec.True
				if c.item.Gate.Above.Share {
					share, ok := t.cols["share"].At(r)
					x.share, known = share, known && ok
				}
				if !known {
					c.above.doubt()
				}
				found[m] = append(found[m], x)
			}
		}
		return nil
	})
	return slices.Concat(found...), err
}

func (s *standing) doubt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unknown = true
}

// noteOf returns the note of a row.
func (t *table) noteOf(r uint32) uint32 {
	if notes := t.links["loan"]; notes != nil {
		return notes[r]
	}
	return vec.UnknownRow
}

// inForce tells whether a guarantee is in force at the end of a day.
func (t *table) inForce(r uint32, on int64) bool {
	return t.int("start_on", r) <= on && t.int("end_on", r) >= on && t.int("released_on", r) > on && t.int("compensated_on", r) > on
}

// addNote adds the balance of a note, or the guaranteed part of it, once.
func (c *claims) addNote(p *part, covers []cover) {
	note, inst := covers[0].note, covers[0].inst
	for _, end := range []struct {
		month civil.Month
		to    []wide
		in    func(cover) bool
	}{
		{c.plan.Opening(), c.above.start, func(x cover) bool { return x.start }},
		{c.plan.Scope.Last.Month(), c.above.end, func(x cover) bool { return x.end }},
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
		if note >= maxRows || inst >= maxRows {
			c.above.unknown = true
			continue
		}
		fen, known := p.balances.at(note, p.balances.index(end.month))
		if !known {
			c.above.unknown = true
			continue
		}
		if c.item.Gate.Above.Share {
			fen, _ = money.MulDiv(fen, share, int64(money.One)) // share is at most one
		}
		end.to[inst].add(fen)
	}
}

// total adds up all institutions.
func (s *standing) total() error {
	var start, end wide
	for i := range s.start {
		start.plus(&s.start[i])
		end.plus(&s.end[i])
		a, okA := s.start[i].int64()
		b, okB := s.end[i].int64()
		if !okA || !okB {
			return errOverflow()
		}
		if a > 0 || b > 0 {
			s.institutions++
		}
	}
	var okStart, okEnd bool
	s.sumStart, okStart = start.int64()
	s.sumEnd, okEnd = end.int64()
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
	if inst < maxRows {
		start, _ = s.start[inst].int64()
		end, _ = s.end[inst].int64()
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
	var left, right wide
	left.addProduct(a, b)
	right.addProduct(c, d)
	return left.less(&right)
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
	t := c.whole[payees.Name]
	if t == nil {
		return c.judgeUnknown(payees)
	}
	f, err := c.filterOf(nil, payees, nil, c.item.Gate.Require, c.names)
	if err != nil {
		return nil, err
	}
	w := c.crew[0]
	return func(payee uint32, v *settlement.GateValue) error {
		if payee >= maxRows {
			return fault.Invalidf("settlement.dangling", "项目 %[1]s 的收款人不在 %[2]s 表中", "a payee of %[1]s is not in %[2]s", c.item.ID, payees.Name)
		}
		w.rows[0], w.truth[0] = payee, vec.True
		kept := f.apply(w, w.rows[:1], w.truth[:1])
		v.Passed = kept == 1 && w.truth[0] == vec.True
		v.Known = kept == 0 || v.Passed
		return nil
	}, nil
}

// judgeUnknown judges payees of whom nothing is known but that they are.
func (c *claims) judgeUnknown(payees *fact.Table) (func(uint32, *settlement.GateValue) error, error) {
	b := c.binder(nil, payees, nil)
	truth := vec.True
	w, frame := c.crew[0], vec.NewFrame(nil)
	frame.Set([]uint32{vec.UnknownRow})
	for _, e := range c.item.Gate.Require {
		p, err := vec.Compile(e, b.bind)
		if err != nil {
			return nil, err
		}
		t := w.Truth(p, frame)[0]
		truth = truth&t&vec.True | (truth|t)&vec.False
	}
	return func(_ uint32, v *settlement.GateValue) error {
		v.Known, v.Passed = truth != vec.Unknown, truth == vec.True
		return nil
	}, nil
}
