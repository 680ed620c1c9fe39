package columnar

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"changrong/internal/base/money"
	"changrong/internal/settlement"
)

// finish writes the result down, every list in its order.
func (r *running) finish(ctx context.Context) error {
	res := &r.result
	n, parts := 0, 0
	for _, c := range r.items {
		c.firstLine, c.firstTotal = n, parts
		n, parts = n+len(c.inst), parts+len(c.parts)
	}
	if n > 0 {
		res.Lines, res.Totals = make([]settlement.Line, n), make([]settlement.Total, parts)
	}
	err := r.each(ctx, func(c *claims) error {
		c.write(res.Lines[c.firstLine:], res.Totals[c.firstTotal:])
		sortAsides(c.aside)
		sortAsides(c.excluded)
		return nil
	})
	if err != nil {
		return err
	}
	for _, c := range r.items {
		res.SetAside, res.Excluded = append(res.SetAside, c.aside...), append(res.Excluded, c.excluded...)
		res.Gates = append(res.Gates, c.gates...)
	}
	for _, m := range r.indicators {
		res.Indicators = append(res.Indicators, m.measured())
	}
	return nil
}

func sortAsides(list []settlement.Aside) {
	slices.SortFunc(list, func(a, b settlement.Aside) int {
		return cmp.Or(
			strings.Compare(a.InstitutionID, b.InstitutionID), strings.Compare(a.SubjectID, b.SubjectID),
			strings.Compare(a.EnterpriseID, b.EnterpriseID), strings.Compare(string(a.Reason), string(b.Reason)),
			strings.Compare(a.Detail, b.Detail))
	})
}

// write writes an item's lines and totals, payee by payee.
func (c *claims) write(lines []settlement.Line, totals []settlement.Total) {
	n := 0
	for p := range c.parts {
		part := &c.parts[p]
		t := settlement.Total{Item: c.item.ID, PayeeID: c.payeeID(c.payee(int(part.rows[0]))), Rows: int64(len(part.rows)), Paid: money.Fen(part.paid)}
		for _, i := range part.rows {
			l := &lines[n]
			n++
			*l = settlement.Line{
				Item: c.item.ID, PayeeID: t.PayeeID, InstitutionID: c.InstID(c.inst[i]), SubjectID: c.subject[i], EnterpriseID: c.EntID(c.ent[i]),
				Base: c.base[i], LimitedBase: c.limited[i], Rate: money.Rate(c.rate[i]), Amount: money.Fen(c.amount[i]),
				Capped: money.Fen(c.capped[i]), Pooled: money.Fen(c.pooled[i]), Paid: money.Fen(c.paid[i]),
			}
			if c.deducted != nil {
				l.Deducted = money.Fen(c.deducted[i])
			}
			t.Base += l.Base
			t.Amount += l.Capped
			t.Pooled += l.Pooled
		}
		totals[p] = t
	}
}
