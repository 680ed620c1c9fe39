package product

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/repayment"
)

// maxPriced is how many loans are priced at once.
const maxPriced = 200

// Priced is a loan at the price that a bank offers it for.
type Priced struct {
	Bank    string // the organisation
	Product string // "" none
	Edition int64
	Terms   repayment.Terms
	Fees    []PricedFee
}

// PricedFee is what is paid beside interest: when the money is paid out, and of what is
// paid yearly also at the beginning of each further year.
type PricedFee struct {
	Title  string
	Amount money.Fen
	Yearly bool
}

// Due is one payment of a schedule.
type Due struct {
	On      civil.Date `json:"on"`
	Payment money.Fen  `json:"payment_fen"`
}

// Reckoned is what a loan comes to.
type Reckoned struct {
	First    Due       `json:"first"`
	Last     Due       `json:"last"`
	Payments int       `json:"payments" doc:"how many there are"`
	Interest money.Fen `json:"interest_fen"`
	Cost     Cost      `json:"cost"`
}

// Reckon returns what loans come to that are drawn today, with what subsidies the
// caller's own firm may expect; nil stands for one that no schedule can be made for.
func (s *Service) Reckon(ctx context.Context, who access.Caller, asked []Priced) ([]*Reckoned, error) {
	asked = asked[:min(len(asked), maxPriced)]
	out := make([]*Reckoned, len(asked))
	if len(asked) == 0 {
		return out, nil
	}
	facts, err := s.Gather(ctx, who, nil)
	if err != nil {
		return nil, err
	}
	all := costs{facts: facts}
	if all.loans, err = s.lent(ctx, asked); err != nil {
		return nil, err
	}
	if err := all.reckon(ctx); err != nil {
		return nil, err
	}
	for i, l := range all.loans {
		if l.cost != nil {
			out[i] = l.reckoned()
		}
	}
	return out, nil
}

// lent are loans as they are reckoned: of which bank, and of which branch where there is
// only one that takes the product.
func (s *Service) lent(ctx context.Context, asked []Priced) (loans []*loan, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		loans = nil
		for i := range asked {
			p := &asked[i]
			o, err := tx.Org(p.Bank)
			if err != nil {
				return err
			}
			l := &loan{bank: o.USCC, terms: p.Terms, fees: p.fees()}
			if first, from := p.Terms.FirstDue, p.Terms.Drawdowns[0].On; first != nil && (*first <= from || *first > later(from, p.Terms.Periods)) {
				l.terms.FirstDue = nil // the offer has waited for longer than that, or runs for less
			}
			if p.Product != "" {
				e, err := tx.Edition(p.Product, p.Edition)
				if err != nil {
					return err
				}
				if len(e.Terms.Branches) == 1 {
					l.house = e.Terms.Branches[0]
				}
			}
			loans = append(loans, l)
		}
		return nil
	})
	return loans, err
}

func (p *Priced) fees() (fees []repayment.Fee) {
	from := p.Terms.Drawdowns[0].On
	for _, f := range p.Fees {
		for month := 0; month < p.Terms.Periods; month += 12 {
			fees = append(fees, repayment.Fee{On: later(from, month), Amount: f.Amount, Title: f.Title})
			if !f.Yearly {
				break
			}
		}
	}
	return fees
}

func (l *loan) reckoned() *Reckoned {
	r := &Reckoned{Interest: l.schedule.Interest, Cost: *l.cost}
	for i := range l.schedule.Rows {
		row := &l.schedule.Rows[i]
		if row.Payment == 0 {
			continue
		}
		r.Last = Due{row.On, row.Payment}
		if r.Payments++; r.Payments == 1 {
			r.First = r.Last
		}
	}
	return r
}
