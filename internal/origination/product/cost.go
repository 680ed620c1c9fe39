package product

import (
	"context"
	"math"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"changrong/internal/base/money"
	"changrong/internal/loanbook/repayment"
)

// Cost is what a loan would cost a year: an estimate, reckoned with the highest rate
// of the product, so that nobody gets ahead by a low one that few are given.
type Cost struct {
	Rate     money.Rate       `json:"rate_ppb" doc:"the product's highest"`
	Method   repayment.Method `json:"method"`
	Without  repayment.Cost   `json:"without_subsidy"`
	With     *repayment.Cost  `json:"with_subsidy,omitempty" doc:"left out: none is to be expected"`
	Subsidy  []Expected       `json:"subsidy"`
	Estimate bool             `json:"estimate" doc:"always: the offer decides"`
}

// Expected is a subsidy that is to be expected.
type Expected struct {
	Title   string        `json:"title"`
	Fee     repayment.Fee `json:"fee" doc:"when and how much; below 0"`
	Lacking []string      `json:"lacking" doc:"what it hangs on, in words; none: nothing"`
}

// Prospect is the loan that a subsidy would be for.
type Prospect struct {
	Bank     string // its credit code
	Branch   string // the only one that takes the product; "": there are several
	Terms    repayment.Terms
	Schedule *repayment.Schedule
}

// order is what costs are put in order by: the rate with the subsidy to a hundredth
// of a percent, as it is shown. What cannot be told comes last.
func (c *Cost) order() int64 {
	if c == nil {
		return math.MaxInt64
	}
	cost := &c.Without
	if c.With != nil {
		cost = c.With
	}
	if cost.Compound == nil {
		return math.MaxInt64
	}
	const shown = 100_000 // parts per billion in a hundredth of a percent
	r := int64(*cost.Compound)
	return floorDiv(r+shown/2, shown)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// loan is one that a cost is reckoned of.
type loan struct {
	bank  string // "" where it does not matter
	house string // the only branch; "" where it does not matter
	terms repayment.Terms
	fees  []repayment.Fee

	schedule *repayment.Schedule // nil: none can be made
	cost     *Cost
	err      error
}

// costs reckons what loans cost, those of the same terms once.
type costs struct {
	wish  *Wish
	facts *Facts
	loans []*loan
}

// of notes the loan of a product, with the way to repay that the firm wants, else the
// product's first; nil where none can be reckoned.
func (c *costs) of(o *Offered) *loan {
	t, w := &o.Terms, c.wish
	method := t.Methods[0]
	if slices.Contains(t.Methods, w.Method) {
		method = w.Method
	}
	fees, ok := t.fees(w)
	if !ok {
		return nil
	}
	bank, house := "", ""
	if c.facts.Expect != nil { // whose loans a subsidy is for may matter
		if bank = o.BankCode; len(t.Branches) == 1 {
			house = t.Branches[0]
		}
	}
	for _, l := range c.loans {
		if l.bank == bank && l.house == house && l.terms.Method == method && l.terms.Rate == t.MaxRate && l.terms.Basis == t.Basis && slices.Equal(l.fees, fees) {
			return l
		}
	}
	l := &loan{bank: bank, house: house, fees: fees, terms: repayment.Terms{
		Method: method, Rate: t.MaxRate, Basis: t.Basis, Every: repayment.Monthly, Periods: w.Months,
		Drawdowns: []repayment.Drawdown{{On: w.On, Amount: w.Amount}},
	}}
	c.loans = append(c.loans, l)
	return l
}

// reckon reckons all that were noted, some at once; the result does not depend on how many.
func (c *costs) reckon(ctx context.Context) error {
	var all sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(c.loans)) {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(c.loans)); i = next.Add(1) - 1 {
				l := c.loans[i]
				l.cost, l.err = c.costOf(ctx, l)
			}
		})
	}
	all.Wait()
	for _, l := range c.loans {
		if l.err != nil {
			return l.err
		}
	}
	return nil
}

// costOf is what one loan costs. One that no schedule can be made for has no cost.
func (c *costs) costOf(ctx context.Context, l *loan) (*Cost, error) {
	schedule, err := repayment.Make(l.terms)
	if err != nil {
		return nil, nil //nolint:nilerr // too many periods, or too small an amount: there is no such loan
	}
	l.schedule = schedule
	out := &Cost{Rate: l.terms.Rate, Method: l.terms.Method, Subsidy: []Expected{}, Estimate: true}
	if out.Without, err = schedule.CostWith(l.fees); err != nil {
		return nil, nil //nolint:nilerr // more fees than are reckoned with
	}
	if c.facts.Expect == nil {
		return out, nil
	}
	expected, err := c.facts.Expect(ctx, Prospect{l.bank, l.house, l.terms, schedule})
	if err != nil {
		return nil, err
	}
	certain := slices.Clone(l.fees)
	for _, x := range expected {
		out.Subsidy = append(out.Subsidy, x)
		if len(x.Lacking) == 0 {
			certain = append(certain, x.Fee)
		}
	}
	if len(certain) == len(l.fees) {
		return out, nil
	}
	with, err := schedule.CostWith(certain)
	if err != nil {
		return out, nil //nolint:nilerr // more parts of a subsidy than are reckoned with
	}
	out.With = &with
	return out, nil
}

func number(n int) string { return strconv.Itoa(n) }

func months(n int) string { return number(n) + "个月" }
