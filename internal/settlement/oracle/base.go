package oracle

import (
	"math/big"

	"changrong/internal/base/civil"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// MonthEnd is a balance that a month-end average needs.
type MonthEnd struct {
	Month   civil.Month `json:"month"`
	Before  bool        `json:"before"`      // before Base.From: counts 0
	Gap     bool        `json:"gap"`         // the note was open and nobody reported its balance
	Fen     int64       `json:"balance_fen"` // 0 where Before or Gap
	Limited int64       `json:"limited_fen"` // what a limit for each month leaves of Fen, if the row comes to it
}

// base is step 4: what the rate applies to. A row without any ends here.
func (b *Books) base() error {
	for _, it := range b.plan.Items {
		for _, r := range b.goingOf(it) {
			if err := b.inputs(r); err != nil {
				return err
			}
		}
		for _, r := range b.goingOf(it) { // those that do not wait for an input
			r.reckon()
		}
	}
	return b.checkSum(func(r *Row) *big.Int { return big.NewInt(r.Base) })
}

// reckon makes the base of its inputs.
func (r *Row) reckon() {
	switch it := r.Item; {
	case it.Base.Of != nil: // as evaluated
	case it.Base.Average == "":
		r.Base = 1
	case it.Base.Average.Daily():
		r.Base = r.Days.average(it.Base.Average)
	default:
		r.Base = r.averageOfMonths(func(e MonthEnd) int64 { return e.Fen })
	}
	r.Ended = r.Base <= 0
}

// inputs finds what a row's base is made of, or why it waits.
func (b *Books) inputs(r *Row) error {
	base := r.Item.Base
	if base.Of != nil {
		value, readings, err := b.eval(base.Of, r.Fact)
		if r.Base, r.OfReadings = value.Int, readings; !value.Known {
			r.wait(settlement.UnknownBase, detail(missing(readings)))
		}
		return err
	}
	if base.Average == "" {
		return nil
	}
	counts := func(civil.Month) bool { return true }
	if base.From != nil {
		from, readings, err := b.eval(base.From, r.Fact)
		if err != nil {
			return err
		}
		if !from.Known {
			r.wait(settlement.UnknownBase, detail(missing(readings)))
			return nil
		}
		counts = func(m civil.Month) bool { return int64(m.Last()) >= from.Int }
		r.From = new(civil.Date(min(from.Int, int64(civil.Never))))
	}
	if base.Average.Daily() {
		days, ok := b.dayEnds(r.Fact, func(d civil.Date) bool { return counts(d.Month()) })
		if r.Days = &days; !ok {
			r.wait(settlement.NotComputable, "")
		}
		return nil
	}
	b.monthEnds(r, counts)
	return nil
}

// monthEnds finds the balances at the ends of the months that the average needs. A
// gap makes the row wait, unless it is waived.
func (b *Books) monthEnds(r *Row, counts func(civil.Month) bool) {
	var gaps []string
	for _, m := range b.monthsFor(r.Item.Base.Average) {
		end := MonthEnd{Month: m, Before: !counts(m)}
		if !end.Before {
			balance, known := b.facts.monthEnd(r.Fact, m)
			end.Fen, end.Gap = balance, !known
		}
		if end.Gap {
			gaps = append(gaps, m.String())
		}
		end.Limited = end.Fen
		r.MonthEnds = append(r.MonthEnds, end)
	}
	if len(gaps) > 0 && b.Waiver(r) == nil {
		r.wait(settlement.MonthGap, detail(gaps))
	}
}

// monthsFor returns the months whose ends an average needs.
func (b *Books) monthsFor(a policy.Average) []civil.Month {
	months := b.plan.Months()
	switch a {
	case policy.Chronological:
		return append([]civil.Month{b.plan.Opening()}, months...)
	case policy.QuarterEndMean:
		var ends []civil.Month
		for _, m := range months {
			if _, month := m.YM(); month%3 == 0 {
				ends = append(ends, m)
			}
		}
		return ends
	}
	return months
}

// averageOfMonths is the average of the balances of a note at the ends of months:
// as they are, or what a limit for each month has left of them.
func (r *Row) averageOfMonths(balance func(MonthEnd) int64) int64 {
	balances, out := make([]int64, len(r.MonthEnds)), 0
	for i, e := range r.MonthEnds {
		balances[i] = balance(e)
		if balances[i] > 0 {
			out++
		}
	}
	divisor := len(balances)
	total := sum(balances)
	switch r.Item.Base.Average {
	case policy.MonthEndOutstanding:
		divisor = out
	case policy.Chronological: // (M₀ + 2M₁ + … + 2M₍ₖ₋₁₎ + Mₖ) ÷ 2k
		last := len(balances) - 1
		total.Lsh(total, 1)
		total.Sub(total, big.NewInt(balances[0]))
		total.Sub(total, big.NewInt(balances[last]))
		divisor = 2 * last
	}
	if divisor == 0 {
		return 0
	}
	return halfUp(total, big.NewInt(int64(divisor))).Int64()
}

// average is the average of a note's balances at the ends of days.
func (d *Days) average(a policy.Average) int64 {
	divisor := d.Days
	if a == policy.DailyOutstanding {
		divisor = d.Out
	}
	if divisor == 0 {
		return 0
	}
	return halfUp(big.NewInt(d.Sum), big.NewInt(divisor)).Int64()
}

// checkSum refuses amounts that add up to more than int64 holds.
func (b *Books) checkSum(of func(*Row) *big.Int) error {
	all := new(big.Int)
	for _, r := range b.rows {
		if r.going() {
			all.Add(all, of(r))
		}
	}
	return fits(all)
}
