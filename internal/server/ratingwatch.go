package server

import (
	"context"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/rating/watch"
)

// partWatch: how scorecards do from month to month.
func (p *Platform) partWatch(_ context.Context, d *httpapi.Deps) error {
	d.Watch = &watch.Service{Store: of[watch.Tx](p), Sealer: p.Keys, Loans: p.checker().Ends(d.Desk), Now: p.Now, NewID: crypto.NewID}
	p.handlers[watch.JobKind] = d.Watch.Do
	p.chore("months of ratings", 10*time.Minute, d.Watch.Close)
	return nil
}
