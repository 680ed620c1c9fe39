package server

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/ratingdata"
	"changrong/internal/base/civil"
	"changrong/internal/exchange"
	"changrong/internal/rating"
	"changrong/internal/rating/city"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/watch"
)

// partCity: all firms are rated, and banks are told of those that a rule picks.
func (p *Platform) partCity(_ context.Context, d *httpapi.Deps) error {
	d.City = &city.Service{
		Store: of[city.Tx](p), Sealer: p.Keys, Now: p.Now, NewID: crypto.NewID,
		Read: readForCity(d.Exchange), Asked: shared(d.Exchange.Catalogue), Outcomes: became(d.Watch), Named: named(d.Exchange),
	}
	p.handlers[city.JobKind] = d.City.Do
	return nil
}

// readForCity reads what features look at of many firms.
func readForCity(x *exchange.Service) func(context.Context, access.Caller, []string, *feature.Set) ([]*rating.Known, error) {
	return func(ctx context.Context, c access.Caller, firms []string, of *feature.Set) ([]*rating.Known, error) {
		out := make([]*rating.Known, len(firms))
		datasets := ratingdata.Datasets(x.Catalogue, of)
		if len(datasets) == 0 {
			for i := range out {
				out[i] = &rating.Known{}
			}
			return out, nil
		}
		answers, err := x.ReadMany(ctx, c, exchange.CityRating, firms, datasets)
		for i := range answers {
			out[i] = ratingdata.Known(&answers[i])
		}
		return out, err
	}
}

// shared are the datasets that features look at, and that firms may let others read.
func shared(c *exchange.Catalogue) func(*feature.Set) []string {
	return func(of *feature.Set) []string {
		out := []string{}
		for _, id := range ratingdata.Datasets(c, of) {
			if d, err := c.Dataset(id); err == nil && d.Sharing == exchange.Conditional {
				out = append(out, id)
			}
		}
		return out
	}
}

// became tells of firms rated on a day which turned out bad, of those it can be told of.
func became(w *watch.Service) func(context.Context, string, civil.Date) (map[string]bool, error) {
	return func(ctx context.Context, model string, on civil.Date) (map[string]bool, error) {
		fates, err := w.Fates(ctx, model, on.Month())
		out := make(map[string]bool, len(fates))
		for firm, f := range fates {
			if f == watch.Good || f == watch.Bad {
				out[firm] = f == watch.Bad
			}
		}
		return out, err
	}
}

// named writes into the log of readings who was told of firms on a white list.
func named(x *exchange.Service) func(city.Tx, access.Caller, *city.List, []city.Listed) error {
	return func(tx city.Tx, c access.Caller, l *city.List, firms []city.Listed) error {
		codes, consents := make([]string, len(firms)), map[string]string{}
		for i := range firms {
			codes[i], consents[firms[i].USCC] = firms[i].USCC, firms[i].Consent
		}
		return x.Named(tx.(exchange.Tx), c, city.ListDataset, "白名单“"+l.Name+"”", codes, consents)
	}
}
