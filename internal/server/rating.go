package server

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/ratingdata"
	"changrong/internal/exchange"
	"changrong/internal/origination"
	"changrong/internal/rating"
	"changrong/internal/rating/opinion"
)

// partRating: scorecards, and what they say of firms.
func (p *Platform) partRating(_ context.Context, d *httpapi.Deps) error {
	d.Rating = &rating.Service{
		Store: of[rating.Tx](p), Sealer: p.Keys, Now: p.Now, NewID: crypto.NewID, Program: program(), Environment: environment(),
	}
	d.Opinions = &opinion.Service{Store: of[opinion.Tx](p), Rating: d.Rating, Now: p.Now, Neighbours: opinion.Neighbours{
		Referral: applied, Standing: agreed(d.Exchange), Read: readForRating(d.Exchange),
	}}
	p.chore("ratings", 24*time.Hour, d.Opinions.Sweep)
	return nil
}

// applied is a referral as ratings need it.
func applied(tx opinion.Tx, id string, scope access.Scope) (*opinion.Referral, error) {
	r, err := tx.(origination.Tx).Referral(id, scope)
	if err != nil {
		return nil, err
	}
	return &opinion.Referral{ID: r.ID, USCC: r.USCC, Firm: r.Firm, Bank: r.Org, Consent: r.Consent, Live: r.Live()}, nil
}

// agreed tells how consents stand, as ratings need it.
func agreed(x *exchange.Service) func(opinion.Tx, string) (*opinion.Standing, error) {
	return func(tx opinion.Tx, consent string) (*opinion.Standing, error) {
		list, err := x.StandingIn(tx.(exchange.Tx), []string{consent})
		if err != nil {
			return nil, err
		}
		out := &opinion.Standing{Valid: list[0].Valid, Rating: list[0].Rating}
		if why := list[0].Reason; why != nil {
			out.Reason = &opinion.Reason{Code: why.Code, Zh: why.Zh, En: why.En}
		}
		return out, nil
	}
}

// readForRating reads what models look at about a firm that has applied to the caller's bank.
func readForRating(x *exchange.Service) func(context.Context, access.Caller, string, *rating.Panel) (*rating.Known, error) {
	return func(ctx context.Context, c access.Caller, firm string, panel *rating.Panel) (*rating.Known, error) {
		datasets := ratingdata.Datasets(x.Catalogue, panel.Features())
		if len(datasets) == 0 {
			return &rating.Known{}, nil
		}
		answer, err := x.Read(ctx, c, exchange.Ask{Firm: firm, Purpose: exchange.CreditRating, Datasets: datasets})
		if err != nil {
			return nil, err
		}
		return ratingdata.Known(answer), nil
	}
}

// program says which version of the program runs.
func program() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version // with the commit that it was built of
}

// environment says what it runs on.
func environment() string {
	return fmt.Sprintf("%s %s/%s, %d processors", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}
