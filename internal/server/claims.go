package server

import (
	"context"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/document"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/subsidy"
	"changrong/internal/subsidy/followup"
)

// partClaims: claims are reviewed and paid. What the clock does to them (silence that
// is consent, notices that are over) is looked at every few minutes; its terms are
// whole days.
func (p *Platform) partClaims(_ context.Context, d *httpapi.Deps) (err error) {
	if d.Font, err = document.LoadFont(p.Font); err != nil {
		return err
	}
	d.Files = p.Files
	d.Claims = &subsidy.Service{Store: of[subsidy.Tx](p), Sealer: p.Keys, Now: p.Now, NewID: crypto.NewID}
	d.FollowUp = &followup.Service{Store: of[followup.Tx](p), Claims: d.Claims}
	p.chore("claims", 5*time.Minute, func(ctx context.Context) error {
		if _, err := d.Claims.Tick(ctx); err != nil {
			return err
		}
		_, err := d.FollowUp.Tick(ctx)
		return err
	})
	return nil
}
