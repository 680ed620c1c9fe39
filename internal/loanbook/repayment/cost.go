package repayment

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// Fee is what a loan costs beside its interest, or below 0 what somebody gives to it:
// a subsidy.
type Fee struct {
	On     civil.Date `json:"on"`
	Amount money.Fen  `json:"amount_fen"`
	Title  string     `json:"title,omitempty" maxLength:"80"`
}

// Cost is what a loan costs its borrower a year, with all fees: the compound rate, which
// is the one to compare loans by, and the simple one, which must be called simple
// (中国人民银行公告〔2021〕第3号). One that cannot be told is nil.
type Cost struct {
	Fees     money.Fen   `json:"fees_fen"`
	Found    Found       `json:"found" enum:"one,none,several,unclear" doc:"what became of the compound rate"`
	Compound *money.Rate `json:"compound_ppb,omitempty"`
	Simple   *money.Rate `json:"simple_ppb,omitempty"`
}

// CostWith returns what the loan of a schedule costs with fees.
//
// Error: repayment.amount, of a fee beyond money.Max or more than MaxEvents of them.
func (s *Schedule) CostWith(fees []Fee) (Cost, error) {
	if len(fees) > MaxEvents {
		return Cost{}, wrong("fees", "repayment.amount", "费用不超过%d笔", "there are at most %d fees", MaxEvents)
	}
	var c Cost
	flows := s.Flows()
	for _, f := range fees {
		if f.Amount > money.Max || f.Amount < -money.Max {
			return Cost{}, wrong("fees", "repayment.amount", "费用%s超出范围", "a fee of %s yuan is out of range", f.Amount)
		}
		c.Fees += f.Amount
		flows = append(flows, Flow{f.On, -f.Amount})
	}
	rate, found := YearlyRate(flows)
	if c.Found = found; found == OneRate {
		c.Compound = &rate
	}
	if simple, ok := s.SimpleRate(c.Fees); ok {
		c.Simple = &simple
	}
	return c, nil
}
