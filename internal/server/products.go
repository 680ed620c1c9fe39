package server

import (
	"context"
	"slices"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/store"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
	"changrong/internal/origination"
	"changrong/internal/origination/benefit"
	"changrong/internal/origination/product"
)

// partProducts: what banks offer, and what of it fits a firm.
func (p *Platform) partProducts(_ context.Context, d *httpapi.Deps) error {
	schema, err := Schema(d.Exchange.Catalogue)
	if err != nil {
		return err
	}
	d.Products = &product.Service{
		Store: of[product.Tx](p), Now: p.Now, NewID: crypto.NewID, Matcher: product.Matcher{Schema: schema}, Gather: p.gather(d.Exchange, d.Benefits),
	}
	d.Origination.Offering = func(tx origination.Tx, id string) (*origination.Offering, error) {
		e, bank, err := product.Now(tx.(product.Tx), id)
		return offering(e, bank, err)
	}
	d.Origination.OfferingAt = func(tx origination.Tx, id string, version int64) (*origination.Offering, error) {
		e, bank, err := product.At(tx.(product.Tx), id, version)
		return offering(e, bank, err)
	}
	p.told = append(p.told, outbox.Subscriber{Name: "products", Keep: keepChoice})
	p.chore("shown products", 24*time.Hour, d.Products.Sweep)
	return nil
}

// Schema is what conditions may speak of: the firm, the application, and what
// departments have of a firm.
func Schema(c *exchange.Catalogue) (*product.Schema, error) {
	var sources []product.Source
	for _, s := range c.Datasets() {
		sources = append(sources, product.Source{Table: s.Facts(), Dataset: s.ID, Department: s.Department.Zh})
	}
	return product.NewSchema(sources...)
}

// gather returns what the registry and departments have of the caller's own firm, and
// what of subsidies it may expect. It is read as the firm's own, so it stands in the
// firm's log; what is not given is not known.
func (p *Platform) gather(x *exchange.Service, benefits *benefit.Service) func(context.Context, access.Caller, []string) (*product.Facts, error) {
	return func(ctx context.Context, who access.Caller, needs []string) (*product.Facts, error) {
		f := product.NewFacts()
		org, err := p.registered(ctx, who.Org, f)
		if err != nil || org.USCC == "" {
			return f, err
		}
		pays := benefits.Pays()
		if pays {
			needs = append(slices.Clone(needs), benefitDatasets...)
		}
		var said []benefit.Said
		if len(needs) > 0 {
			answer, err := x.Read(ctx, who, exchange.Ask{Firm: org.USCC, Purpose: exchange.BenefitCheck, Datasets: needs})
			if err != nil {
				return nil, err
			}
			for i := range answer.Parts {
				part := &answer.Parts[i]
				d, err := x.Catalogue.Dataset(part.Dataset)
				if err != nil {
					return nil, err
				}
				f.Share(d.Facts().Row)
				if part.Facts != nil {
					f.Row(d.Facts().Row, part.Facts)
				}
			}
			said, _ = saidBy(answer)
		}
		if pays {
			f.Expect, err = benefits.Expecting(ctx, org.USCC, org.Name, said)
		}
		return f, err
	}
}

// registered puts what the registry says of an enterprise into f.
func (p *Platform) registered(ctx context.Context, id string, f *product.Facts) (org *access.Org, err error) {
	err = p.DB.Read(ctx, func(tx *store.Tx) error {
		if org, err = tx.Org(id); err != nil {
			return err
		}
		k, err := tx.Firm(org.USCC)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err == nil {
			f.Firm(product.Registered{
				Kind: k.Kind, Status: k.Status, Industry: k.Industry, Town: k.Town, Size: k.Size, On: k.RegisteredOn, Capital: k.Capital,
			}, p.Now().Date())
		}
		return err
	})
	return org, err
}

func offering(e *product.Edition, bank string, err error) (*origination.Offering, error) {
	if err != nil {
		return nil, err
	}
	o := &origination.Offering{Product: e.Product, Version: e.Edition, Bank: bank, Name: e.Terms.Name, Phone: e.Terms.Phone}
	for _, x := range e.Terms.Papers {
		o.Papers = append(o.Papers, origination.Paper{Code: x.Code, Title: x.Title, Needed: x.Needed})
	}
	return o, nil
}

// keepChoice counts that a product was chosen, or its bank's offer taken.
func keepChoice(tx *store.Tx, e event.Event) error {
	step := map[string]product.Step{origination.EventPushed: product.Chosen, origination.EventTaken: product.Won}[e.Kind]
	if step == "" {
		return nil
	}
	id := e.Subject
	if step == product.Won {
		id = e.Data["referral"]
	}
	r, err := tx.Referral(id, access.Scope{All: true})
	if err != nil {
		return err
	}
	return product.Came(tx, r.ID, r.Product, r.Org, step, e.At.Date())
}
