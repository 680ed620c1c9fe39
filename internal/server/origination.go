package server

import (
	"context"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
	"changrong/internal/origination"
	"changrong/internal/origination/code"
	"changrong/internal/origination/draft"
	"changrong/internal/party"
	"changrong/internal/registry"
)

// partOrigination: firms apply for loans, and banks answer. Applications that were
// handed in come to their banks at once; what the clock does is looked at every few
// minutes.
func (p *Platform) partOrigination(_ context.Context, d *httpapi.Deps) error {
	d.Origination = &origination.Service{
		Store: of[origination.Tx](p), Sealer: p.Keys, Now: p.Now, NewID: crypto.NewID,
		Neighbours: Neighbours(d.Exchange),
	}
	d.Drafts = &draft.Service{
		Store: of[draft.Tx](p), Sealer: p.Keys, Now: p.Now, NewID: crypto.NewID, Secret: crypto.NewSecret, Digest: p.Keys.Digest,
	}
	p.late.Tables, p.late.Finally = append(p.late.Tables, origination.Life), append(p.late.Finally, origination.Life.Kind)
	p.told = append(p.told, outbox.Subscriber{Name: "origination", Keep: func(tx *store.Tx, e event.Event) error {
		if e.Kind == registry.Closed {
			return d.Origination.FirmEnded(tx, e.Subject)
		}
		return d.Origination.Keep(tx, e)
	}})
	p.chore("applications", 5*time.Minute, func(ctx context.Context) error {
		_, err := d.Origination.Tick(ctx)
		return err
	})
	p.chore("drafts", 6*time.Hour, d.Drafts.Sweep)
	p.chore("contacts", 24*time.Hour, d.Origination.Sweep)
	return nil
}

// Neighbours are what others know that an application touches, in the transactions of
// the platform's database.
func Neighbours(x *exchange.Service) origination.Neighbours {
	return origination.Neighbours{
		Consents: consents{x},
		Firm: func(tx origination.Tx, uscc string) (*origination.Registered, error) {
			k, err := tx.(registry.Tx).Firm(uscc)
			if fault.KindOf(err) == fault.NotFound {
				return nil, nil // the registry need not have everybody
			}
			if err != nil {
				return nil, err
			}
			return &origination.Registered{Name: k.Name, Open: k.Status == party.Open}, nil
		},
		Code: func(tx origination.Tx, id string) (*origination.Scanned, error) {
			c, err := tx.(code.Tx).Code(id, access.Scope{All: true})
			if err != nil {
				return nil, err
			}
			o, err := tx.Org(c.Org)
			if err != nil {
				return nil, err
			}
			return &origination.Scanned{Org: c.Org, Bank: o.Kind == access.BankOrg, Name: c.Title}, nil
		},
	}
}

// consents lets applications give consents and ask how they stand.
type consents struct{ *exchange.Service }

// Prepare implements origination.Consents.
func (x consents) Prepare(tx origination.Tx, c access.Caller, asked []origination.Asked) (origination.Given, error) {
	grants := make([]exchange.Grant, len(asked))
	for i, a := range asked {
		grants[i] = exchange.Grant{
			Recipient: a.Bank, Purpose: exchange.LoanApplication, Datasets: a.Datasets, Personal: a.Personal, ExpiresOn: a.Expires, Hash: a.SHA256, Channel: exchange.Channel(a.Channel),
		}
	}
	ids := []string{c.Org}
	for _, a := range asked {
		ids = append(ids, a.Bank)
	}
	orgs, err := tx.OrgsAmong(ids)
	if err != nil {
		return nil, err
	}
	list, err := x.Service.Prepare(known{tx.(exchange.Tx), orgs}, c, grants)
	return given(list), err
}

// known is a transaction that has looked up some organisations at once.
type known struct {
	exchange.Tx
	orgs []access.Org
}

// Org implements exchange.Tx.
func (k known) Org(id string) (*access.Org, error) {
	for i := range k.orgs {
		if k.orgs[i].ID == id {
			return &k.orgs[i], nil
		}
	}
	return k.Tx.Org(id)
}

// Told implements origination.Consents.
func (x consents) Told(tx origination.Tx, a origination.Agreed) error {
	return x.Service.Told(tx.(exchange.Tx), &exchange.Consent{
		ID: a.ID, FirmName: a.Firm, Recipient: a.Bank, RecipientName: a.BankName, Purpose: exchange.LoanApplication,
	}, a.FirmOrg, a.At)
}

// Standing implements origination.Consents.
func (x consents) Standing(tx origination.Tx, id string) (origination.Standing, error) {
	s := origination.Standing{ID: id, State: "none", Datasets: []string{}}
	list, err := x.StandingIn(tx.(exchange.Tx), []string{id})
	if err != nil {
		return s, err
	}
	c, err := tx.(exchange.Tx).Consent(id, access.Scope{All: true})
	if err != nil {
		return s, err
	}
	s.State, s.Since, s.Datasets = "given", c.Given, c.Datasets
	switch {
	case list[0].Withdrawn != 0:
		s.State, s.Since = "withdrawn", list[0].Withdrawn
	case !list[0].Valid:
		s.State, s.Since = "expired", civil.StartOf(list[0].ExpiresOn+1)
	}
	return s, nil
}

// given are consents that were prepared.
type given []*exchange.Consent

// IDs implements origination.Given.
func (g given) IDs() []string {
	ids := make([]string, len(g))
	for i, c := range g {
		ids[i] = c.ID
	}
	return ids
}

// Keep implements origination.Given.
func (g given) Keep(tx origination.Tx, _ access.Caller) error { return tx.(exchange.Tx).AddConsents(g) }
