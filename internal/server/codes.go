package server

import (
	"context"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/store"
	"changrong/internal/base/event"
	"changrong/internal/origination/code"
)

// partCodes: codes to scan, and what comes of them.
func (p *Platform) partCodes(_ context.Context, d *httpapi.Deps) error {
	d.Codes = &code.Service{Store: of[code.Tx](p), Signer: crypto.Signer{Provider: p.Keys}, Now: p.Now, NewID: crypto.NewID, Digest: p.Keys.Digest}
	p.told = append(p.told, outbox.Subscriber{Name: "codes", Keep: func(tx *store.Tx, e event.Event) error { return d.Codes.Keep(tx, e) }})
	p.chore("scans", time.Hour, d.Codes.Sweep)
	return nil
}
