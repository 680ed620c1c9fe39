package server

import (
	"context"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/exchange"
)

// partExchange: data of departments about firms. Where no department is connected,
// each of them is away, and what is kept is shown with its date.
func (p *Platform) partExchange(_ context.Context, d *httpapi.Deps) error {
	catalogue, err := exchange.Load()
	if err != nil {
		return err
	}
	texts, err := exchange.LoadTexts()
	if err != nil {
		return err
	}
	source := p.Departments
	if source == nil {
		source = exchange.Nobody{}
	}
	d.Exchange = &exchange.Service{
		Store: of[exchange.Tx](p), Source: source, Sealer: p.Keys, Catalogue: catalogue, Texts: texts, Now: p.Now, NewID: crypto.NewID,
	}
	p.chore("firm data", time.Hour, d.Exchange.Sweep)
	return nil
}
