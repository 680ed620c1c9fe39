package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/loanbook/repayment"
	"changrong/internal/origination"
	"changrong/internal/origination/product"
)

// OfferCost is what an offer comes to if it is drawn today.
type OfferCost struct {
	Offer string `json:"offer"`
	*product.Reckoned
}

// offerCosts says of a firm's offers what they come to, several at once.
func (a *API) offerCosts() {
	handle(a, Route{ID: "reckon-offers", Method: "POST", Path: "/api/offer-costs", Tag: "offer", Title: "各报价的成本", Need: access.MatchAsk, Once: OnceNever},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Offers []string `json:"offers" maxItems:"200"`
			}
		},
		) (*list[OfferCost], error) {
			offers, referrals, err := a.Origination.Offers(ctx, c.Scope, in.Body.Offers)
			if err != nil {
				return nil, err
			}
			today := a.Access.Now().Date()
			asked := make([]product.Priced, len(offers))
			for i := range offers {
				asked[i] = priced(&referrals[i], &offers[i], today)
			}
			reckoned, err := a.Products.Reckon(ctx, c.Caller, asked)
			items := []OfferCost{}
			for i, r := range reckoned {
				if r != nil {
					items = append(items, OfferCost{offers[i].ID, r})
				}
			}
			return listOf(items, len(items)), err
		})
}

func priced(r *origination.Referral, o *origination.Offer, today civil.Date) product.Priced {
	p := &o.Price
	out := product.Priced{Bank: o.Bank, Product: r.Product, Edition: r.ProductVer, Terms: repayment.Terms{
		Method: repayment.Method(p.Method), Rate: p.Rate, Basis: repayment.Basis(p.DayCount), Every: repayment.Monthly, Periods: int(p.Months),
		Drawdowns: []repayment.Drawdown{{On: today, Amount: p.Amount}}, FirstDue: &p.FirstDue,
	}}
	for _, f := range p.Fees {
		out.Fees = append(out.Fees, product.PricedFee{Title: f.Name, Amount: f.Amount, Yearly: f.Yearly})
	}
	return out
}
