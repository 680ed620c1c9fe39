package httpapi

import (
	"context"

	"changrong/internal/adapter/ratelimit"
	"changrong/internal/base/civil"
	"changrong/internal/loanbook/repayment"
)

// reckoning is how often an address may have a schedule reckoned: a person who tries
// out, and a page that reckons at every stroke.
var reckoning = ratelimit.Policy{Name: "schedule", Calls: 60, Within: civil.Minute}

// LoanTerms is a loan that somebody thinks about.
type LoanTerms struct {
	repayment.Terms
	Fees []repayment.Fee `json:"fees,omitempty" doc:"beside interest; below 0: a subsidy"`
}

// LoanSchedule is how it would be paid back, and what it would cost.
type LoanSchedule struct {
	repayment.Schedule
	EndsOn civil.Date     `json:"ends_on"`
	Cost   repayment.Cost `json:"cost"`
}

// schedules is the calculator, which is for everybody and keeps nothing.
func (a *API) schedules() {
	handle(a, Route{ID: "make-schedule", Method: "POST", Path: "/api/schedules", Tag: "schedule", Title: "还款试算", Open: Anybody, Rate: reckoning, Limit: 64 << 10},
		func(_ context.Context, _ *Call, in *struct{ Body LoanTerms }) (*struct{ Body LoanSchedule }, error) {
			s, err := repayment.Make(in.Body.Terms)
			if err != nil {
				return nil, err
			}
			cost, err := s.CostWith(in.Body.Fees)
			if err != nil {
				return nil, err
			}
			return &struct{ Body LoanSchedule }{LoanSchedule{*s, s.EndsOn(), cost}}, nil
		})
}
