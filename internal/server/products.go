package server

import (
	"context"
	"slices"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
	"changrong/internal/loanbook/repayment"
	"changrong/internal/origination"
	"changrong/internal/origination/product"
	"changrong/internal/policy"
	"changrong/internal/settlement/prospect"
)

// partProducts: what banks offer, and what of it fits a firm.
func (p *Platform) partProducts(_ context.Context, d *httpapi.Deps) error {
	schema, err := Schema(d.Exchange.Catalogue)
	if err != nil {
		return err
	}
	d.Products = &product.Service{
		Store: of[product.Tx](p), Now: p.Now, NewID: crypto.NewID, Matcher: product.Matcher{Schema: schema, Expect: expect(d.Packs)}, Gather: p.gather(d.Exchange),
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

// gather returns what the registry and departments have of the caller's own firm. It is
// read as the firm's own, so it stands in the firm's log; what is not given is not known.
func (p *Platform) gather(x *exchange.Service) func(context.Context, access.Caller, []string) (*product.Facts, error) {
	return func(ctx context.Context, who access.Caller, needs []string) (*product.Facts, error) {
		f := product.NewFacts()
		org, err := p.registered(ctx, who.Org, f)
		if err != nil || len(needs) == 0 || org.USCC == "" {
			return f, err
		}
		answer, err := x.Read(ctx, who, exchange.Ask{Firm: org.USCC, Purpose: exchange.BenefitCheck, Datasets: needs})
		if err != nil {
			return nil, err
		}
		for _, part := range answer.Parts {
			d, err := x.Catalogue.Dataset(part.Dataset)
			if err != nil {
				return nil, err
			}
			f.Share(d.Facts().Row)
			if part.Facts != nil {
				f.Row(d.Facts().Row, part.Facts)
			}
		}
		return f, nil
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
				USCC: k.USCC, Name: k.Name, Kind: k.Kind, Status: k.Status, Industry: k.Industry, Town: k.Town, Size: k.Size, On: k.RegisteredOn, Capital: k.Capital,
			}, p.Now().Date())
		}
		return err
	})
	return org, err
}

// expect returns what policies in force would give an enterprise for a loan, by those
// of their items that pay enterprises for loans; nil where there are none.
func expect(packs *engine.Packs) func(context.Context, product.Prospect) ([]product.Expected, error) {
	type policyOf struct {
		*engine.Installed
		*prospect.Prospector
	}
	var policies []policyOf
	for _, in := range packs.All() {
		if slices.ContainsFunc(in.Plan.Items, func(it *policy.Item) bool { return it.Payee == policy.PayEnterprise && it.Table.Name == "loans" }) {
			policies = append(policies, policyOf{in, prospect.New(in.Plan)})
		}
	}
	if len(policies) == 0 {
		return nil
	}
	return func(ctx context.Context, x product.Prospect) (out []product.Expected, err error) {
		firm := x.Facts.Registered
		if firm.USCC == "" || x.Bank == "" {
			return nil, nil
		}
		row := map[string]string{"enterprise_id": firm.USCC, "name": firm.Name, "kind": firm.Kind, "industry": firm.Industry, "town": firm.Town, "size": firm.Size}
		for _, p := range policies {
			if !p.Plan.Scope.Holds(x.Terms.First()) {
				continue
			}
			benefits, err := p.For(ctx, prospect.Case{
				Firm: firm.USCC, Facts: prospect.Cells{"enterprises": {row}}, Loan: &prospect.Loan{Bank: x.Bank, Rate: x.Terms.Rate, Schedule: x.Schedule},
			})
			if err != nil {
				return nil, err
			}
			for i := range benefits {
				if e := expected(&benefits[i], x.Schedule.EndsOn()); e != nil {
					out = append(out, *e)
				}
			}
		}
		return out, nil
	}
}

// expected is what a benefit brings the enterprise, paid when the loan is; nil where it
// is not the enterprise's, not for this loan, or not to be had.
func expected(b *prospect.Benefit, on civil.Date) *product.Expected {
	amount := b.Least
	if b.Amount != nil {
		amount = b.Amount
	}
	if b.Row != prospect.LoanID || b.Payee != policy.PayEnterprise || b.State != prospect.Fits && b.State != prospect.Lacks || amount == nil || *amount <= 0 {
		return nil
	}
	e := &product.Expected{Title: b.Title, Fee: repayment.Fee{On: on, Amount: -*amount, Title: b.Title}, Lacking: []string{}}
	for _, l := range b.Lacks {
		e.Lacking = append(e.Lacking, l.Words.Zh)
	}
	if b.State == prospect.Lacks && len(e.Lacking) == 0 {
		e.Lacking = append(e.Lacking, "尚缺信息")
	}
	return e
}

func offering(e *product.Edition, bank string, err error) (*origination.Offering, error) {
	if err != nil {
		return nil, err
	}
	o := &origination.Offering{Product: e.Product, Version: e.Edition, Bank: bank, Name: e.Terms.Name}
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
