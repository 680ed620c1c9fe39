package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/origination/benefit"
)

// firmBenefits is an answer that stays nowhere on its way.
type firmBenefits struct {
	CacheControl string `header:"Cache-Control"`
	Body         benefit.Report
}

// benefits adds what policies give a firm.
func (a *API) benefits() {
	handle(a, Route{ID: "get-benefits", Method: "GET", Path: "/api/benefits", Tag: "product", Title: "可享受的政策", Need: access.BenefitRead},
		func(ctx context.Context, c *Call, in *struct {
			Firm string `query:"firm" maxLength:"18" doc:"credit code; empty: the caller's own"`
		},
		) (*firmBenefits, error) {
			r, err := a.Benefits.Report(ctx, c.Caller, c.Scope, in.Firm)
			if err != nil {
				return nil, err
			}
			return &firmBenefits{"no-store", *r}, nil
		})
}
