package server

import (
	"context"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/document"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/subsidy"
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
	p.chore("claims", 5*time.Minute, func(ctx context.Context) error {
		_, err := d.Claims.Tick(ctx)
		return err
	})
	return nil
}
