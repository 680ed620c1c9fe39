package life

import (
	"context"
	"fmt"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/exchange"
	"changrong/internal/origination"
	"changrong/internal/sim/city"
	"changrong/internal/workflow"
)

// answers has banks do on a day what they do that day, the banks beside each other.
func (l *lending) answers(ctx context.Context, n int) error {
	return each(ctx, l.houses, func(ctx context.Context, h *house) error {
		for _, r := range l.requests {
			for _, a := range r.answers {
				if a.house != h || a.id == "" || a.look != n && a.act != n {
					continue
				}
				if err := l.deal(ctx, a, n); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// file returns what a bank sees of a referral.
func (a *answer) file(ctx context.Context) (*origination.Detail, error) {
	d := &origination.Detail{}
	return d, a.house.clerk.Call(ctx, "GET", "/api/referrals/"+a.id, nil, d)
}

// step has a bank's clerk take a step, and returns the referral's next version.
func (a *answer) step(ctx context.Context, verb workflow.Verb, version int64, more map[string]any) (int64, error) {
	in := map[string]any{"verb": verb, "version": version}
	for k, v := range more {
		in[k] = v
	}
	var r origination.Referral
	err := a.house.clerk.Call(ctx, "POST", "/api/referrals/"+a.id+"/decisions", in, &r)
	return r.Version, err
}

// deal takes a referral on, or decides it.
func (l *lending) deal(ctx context.Context, a *answer, n int) error {
	d, err := a.file(ctx)
	if err != nil || !d.Referral.Live() {
		return err
	}
	clerk, version := a.house.clerk, d.Referral.Version
	if a.look == n {
		if err := clerk.Call(ctx, "PUT", "/api/referrals/"+a.id+"/assignee", map[string]string{"account": clerk.ID}, nil); err != nil {
			return err
		}
		if d, err = a.file(ctx); err != nil {
			return err
		}
		if version, err = a.step(ctx, origination.Accept, d.Referral.Version, nil); err != nil {
			return err
		}
	}
	if a.act != n {
		return nil
	}
	if a.code == "unreachable" {
		_, err := a.step(ctx, origination.Decline, version, a.refusal())
		return err
	}
	if version, err = a.step(ctx, origination.Meet, version, nil); err != nil {
		return err
	}
	ask := exchange.Ask{Firm: a.firm.uscc, Purpose: exchange.LoanApplication, Datasets: l.datasets}
	if err := clerk.Call(ctx, "POST", "/api/firm-data", ask, nil); err != nil {
		return err
	}
	if version, err = a.step(ctx, origination.Review, version, nil); err != nil {
		return err
	}
	if err := clerk.Call(ctx, "POST", "/api/referrals/"+a.id+"/rating", nil, nil); err != nil {
		return err
	}
	switch {
	case a.code != "":
		_, err := a.step(ctx, origination.Decline, version, a.refusal())
		return err
	case a.need.Amount > 400*money.Wan && a.price == nil: // it takes its time
		say := map[string]any{"text": "请补充近六个月的主要账户流水和在手订单。"}
		return clerk.Call(ctx, "POST", "/api/referrals/"+a.id+"/messages", say, nil)
	}
	return a.offers(ctx, l.day, version)
}

func (a *answer) refusal() map[string]any {
	return map[string]any{"code": a.code, "reason": refusalWords[a.code]}
}

// offers makes the bank's offer: what its note will say, or what it usually gives.
func (a *answer) offers(ctx context.Context, day civil.Date, version int64) error {
	p := origination.Price{
		Amount: a.need.Amount, Rate: a.quote, Months: a.need.Months, Method: "interest_first", DayCount: "act_360", FirstDue: day + 45, Security: a.need.Security[0],
		ValidTil: civil.StartOf(day+31) - 1, Conditions: "须在本行开立结算账户",
	}
	if a.price == nil && a.need.Amount >= 100*money.Wan {
		p.Amount = p.Amount / 10 * 8
	}
	if a.short {
		p.ValidTil = civil.StartOf(day+6) - 1
	}
	if p.Security != "credit" {
		p.Fees = []origination.Fee{{Name: "评估费", Payee: "演示评估公司", Amount: 1200 * money.Yuan}}
	}
	var made origination.Offer
	if err := a.house.clerk.Call(ctx, "POST", "/api/referrals/"+a.id+"/offers", map[string]any{"version": version, "price": p}, &made); err != nil {
		return err
	}
	a.offer = made.ID
	return nil
}

// pays has banks sign, pay out, and say what became of it.
func (l *lending) pays(ctx context.Context, n int) error {
	return each(ctx, l.houses, func(ctx context.Context, h *house) error {
		for i, r := range l.requests {
			a := r.chosen
			if a == nil || a.house != h {
				continue
			}
			switch {
			case a.draw == n:
				if err := l.pay(ctx, a, i); err != nil {
					return err
				}
			case n == last && a.draw < n:
				if err := l.tell(ctx, a, i); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// note is a drawdown as the bank registers it: as it reports it later, but for what
// goes wrong.
func (a *answer) note(i int, day civil.Date) origination.Drawdown {
	d := origination.Drawdown{NoteNo: fmt.Sprintf("PT%06d", i), Amount: a.need.Amount, Rate: a.quote, Drawn: day, Due: day + civil.Date(30*a.need.Months)}
	if n := a.price; n != nil {
		d = origination.Drawdown{NoteNo: string(city.LoanID(nil, a.firm.n, n.Seq)), Amount: n.Principal, Rate: n.Rate, Drawn: n.Disbursed, Due: n.Due}
	} else if a.need.Amount >= 100*money.Wan {
		d.Amount = d.Amount / 10 * 8
	}
	switch a.fate {
	case "differs":
		d.Due += 30
	case "renamed":
		d.NoteNo += "X"
	}
	return d
}

// pay registers the contract and the drawdown.
func (l *lending) pay(ctx context.Context, a *answer, i int) error {
	d := a.note(i, l.day)
	f, err := a.file(ctx)
	if err != nil {
		return err
	}
	clerk, path := a.house.clerk, "/api/referrals/"+a.id
	contract := map[string]any{
		"version": f.Referral.Version, "no": "HT" + d.NoteNo, "amount_fen": d.Amount, "rate_ppb": d.Rate, "term_months": a.need.Months, "signed_on": d.Drawn,
		"security": a.need.Security[0],
	}
	if a.price == nil || a.price.First >= 0 { // else nobody knows
		contract["first_loan"] = a.price == nil && i%3 == 0 || a.price != nil && a.price.First == 1
	}
	if err := clerk.Call(ctx, "POST", path+"/contract", contract, nil); err != nil {
		return err
	}
	if a.fate == "held" {
		return nil
	}
	draw := map[string]any{"note_no": d.NoteNo, "amount_fen": d.Amount, "rate_ppb": d.Rate, "drawn_on": d.Drawn, "due_on": d.Due}
	return clerk.Call(ctx, "POST", path+"/drawdowns", draw, nil)
}

// tell registers how a loan stands in the end.
func (l *lending) tell(ctx context.Context, a *answer, i int) error {
	d := a.note(i, dayOf(a.draw))
	r := map[string]any{"note_no": d.NoteNo, "as_of_on": l.day, "balance_fen": d.Amount, "status": origination.StatusCurrent, "class": "normal"}
	switch a.fate {
	case "overdue":
		r["status"], r["class"], r["days_overdue"] = origination.StatusOverdue, "special_mention", 16
	case "repaid":
		r["status"], r["balance_fen"] = origination.StatusRepaid, 0
	case "current":
	default:
		return nil
	}
	return a.house.clerk.Call(ctx, "POST", "/api/referrals/"+a.id+"/reports", r, nil)
}
