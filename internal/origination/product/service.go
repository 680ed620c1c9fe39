package product

import (
	"context"
	"strconv"
	"sync"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Service keeps what banks offer, and finds what fits.
type Service struct {
	Store Store
	Now   func() civil.Instant
	NewID func() string
	Matcher
	// Gather returns what is known of the caller's own firm: only its own data, and of
	// these what it lets be used. needs are the datasets that conditions speak of.
	Gather func(ctx context.Context, who access.Caller, needs []string) (*Facts, error)

	mu    sync.Mutex
	ready map[string]*Offered // editions that were prepared, by key
}

// Write makes a product with a draft, or changes the draft of one.
//
// Errors: product.terms, those of Schema.Check, product.not_found, product.state,
// product.too_many, store.changed.
func (s *Service) Write(ctx context.Context, who access.Caller, scope access.Scope, id string, version int64, t *Terms) (p *Product, err error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	if _, err := s.Schema.conditions(t); err != nil {
		return nil, err
	}
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		if p, err = s.open(tx, who, scope, id); err != nil {
			return err
		}
		if id != "" {
			p.Version = version
		}
		p.Draft, p.Changed = t, now
		if err := tx.PutProduct(p); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, "product.write", p.ID, map[string]string{"name": t.Name}))
	})
	return s.shown(p, err, 1)
}

// open returns the product that is written: a new one for "".
func (s *Service) open(tx Tx, who access.Caller, scope access.Scope, id string) (*Product, error) {
	if id != "" {
		p, err := tx.Product(id, scope)
		if err == nil && p.State == Retired {
			err = fault.New(fault.Conflict, "product.state", "产品已停办，不能再修改", "the product is retired")
		}
		return p, err
	}
	o, err := tx.Org(who.Org)
	if err != nil {
		return nil, err
	}
	if o.Kind != access.BankOrg {
		return nil, fault.New(fault.Forbidden, "product.no_bank", "只有银行可以发布产品", "only a bank has products")
	}
	n, err := tx.CountProducts(o.ID)
	if err != nil {
		return nil, err
	}
	if n >= maxOfBank {
		return nil, fault.Newf(fault.Conflict, "product.too_many", "每家银行至多%d个在办产品，请先停办不用的", "a bank has at most %d products; retire one first", maxOfBank)
	}
	return &Product{ID: s.NewID(), Bank: o.ID, BankName: o.Name, State: Draft}, nil
}

// shown is p as it is after a write, which has counted it.
func (s *Service) shown(p *Product, err error, written int64) (*Product, error) {
	if err != nil {
		return nil, err
	}
	p.Version += written
	p.said(s.Schema)
	return p, nil
}

// said says the conditions of what is offered, or else written.
func (p *Product) said(s *Schema) {
	t := p.Terms
	if t == nil {
		t = p.Draft
	}
	if p.Said = s.say(t); p.Draft != nil {
		p.Next = s.say(p.Draft)
	}
}

// Act publishes, pauses, resumes or retires a product.
//
// Errors: product.not_found, product.state, product.no_draft, store.changed, and of
// Publish those of Write.
func (s *Service) Act(ctx context.Context, who access.Caller, scope access.Scope, id string, version int64, v Verb) (p *Product, err error) {
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		if p, err = tx.Product(id, scope); err != nil {
			return err
		}
		if v == Publish && p.Draft != nil { // what conditions may speak of may have changed since
			if err := p.Draft.Check(); err != nil {
				return err
			}
			if _, err := s.Schema.conditions(p.Draft); err != nil {
				return err
			}
		}
		if err := p.act(v); err != nil {
			return err
		}
		p.Version, p.Changed = version, now
		if err := tx.PutProduct(p); err != nil {
			return err
		}
		if v == Publish {
			e := &Edition{Product: id, Edition: p.Edition, Terms: *p.Terms, At: now, By: who.Account, Name: who.Principal.Name}
			if err := tx.AddEdition(e); err != nil {
				return err
			}
		}
		detail := map[string]string{"name": p.Name(), "edition": strconv.FormatInt(p.Edition, 10)}
		if err := tx.Emit(event.Event{Kind: "product." + pastOf[v], At: now, Orgs: []string{p.Bank}, Subject: id, Data: detail}); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, "product."+string(v), id, detail))
	})
	return s.shown(p, err, 1)
}

// pastOf are the verbs as events say them.
var pastOf = map[Verb]string{Publish: "published", Pause: "paused", Resume: "resumed", Retire: "retired"}

// Get returns a product.
//
// Errors: product.not_found.
func (s *Service) Get(ctx context.Context, scope access.Scope, id string) (p *Product, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		p, err = tx.Product(id, scope)
		return err
	})
	return s.shown(p, err, 0)
}

// List returns products.
func (s *Service) List(ctx context.Context, scope access.Scope, f Filter) (list []Product, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Products(f, scope)
		return err
	})
	for i := range list {
		list[i].said(s.Schema)
	}
	return list, total, err
}

// Editions returns what was published of a product.
//
// Errors: product.not_found.
func (s *Service) Editions(ctx context.Context, scope access.Scope, id string) (list []Edition, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if _, err := tx.Product(id, scope); err != nil {
			return err
		}
		list, err = tx.Editions(id)
		return err
	})
	return list, err
}

// Public is a product as everybody may read it: what is published, and no draft.
type Public struct {
	Product  string   `json:"product"`
	Edition  int64    `json:"edition"`
	Bank     string   `json:"bank"`
	BankName string   `json:"bank_name"`
	Terms    Terms    `json:"terms"`
	Said     []string `json:"said" doc:"the conditions in words"`
}

// Offered returns what is offered today, in the order of ids: whoever lists products
// orders them by what is asked for, and not by whose they are.
func (s *Service) Offered(ctx context.Context) ([]Public, error) {
	offered, err := s.offered(ctx)
	out := make([]Public, len(offered))
	for i, o := range offered {
		out[i] = Public{o.Product, o.Edition, o.Bank, o.BankName, o.Terms, o.said}
	}
	return out, err
}

// offered reads what is published, with its conditions ready. One whose conditions
// cannot be read any more, because the catalogue has changed, is left out.
func (s *Service) offered(ctx context.Context) (out []*Offered, err error) {
	var list []Offered
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, err = tx.Offered()
		return err
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ready := make(map[string]*Offered, len(list))
	for i := range list[:min(len(list), maxOffered)] {
		o := &list[i]
		key := o.Product + "/" + strconv.FormatInt(o.Edition, 10)
		if was := s.ready[key]; was != nil {
			o.conditions, o.said = was.conditions, was.said
		} else if s.Schema.Prepare(o) != nil {
			continue
		}
		ready[key] = o
		out = append(out, o)
	}
	s.ready = ready // what is offered no longer is forgotten
	return out, nil
}

// Matches are the products for one firm, in order.
type Matches struct {
	Key   string        `json:"key" doc:"by which equals were put in order"`
	At    civil.Instant `json:"at_ms"`
	Items []Match       `json:"items"`
}

// Find says which products fit the caller's firm, and notes what was shown.
//
// Errors: product.wish, those of Gather.
func (s *Service) Find(ctx context.Context, who access.Caller, w Wish) (*Matches, error) {
	if w.Amount <= 0 || w.Amount > money.Max || w.Months < 1 || w.Months > maxMonths {
		return nil, fault.Invalidf("product.wish", "请填写金额和期限（1至%d个月）", "give an amount and a term of 1 to %d months", maxMonths).In(fault.Place{Field: "amount_fen"})
	}
	now := s.Now()
	w.On = now.Date()
	if w.Key == "" {
		w.Key = who.Org + " " + w.On.String() // another order every day
	}
	offered, err := s.offered(ctx)
	if err != nil {
		return nil, err
	}
	facts, err := s.Gather(ctx, who, s.needs(offered))
	if err != nil {
		return nil, err
	}
	items, err := s.Match(ctx, offered, &w, facts)
	if err != nil {
		return nil, err
	}
	return &Matches{w.Key, now, items}, s.note(ctx, who.Org+" "+w.Key, items, w.On)
}

// needs are the datasets that the conditions of products speak of.
func (s *Service) needs(offered []*Offered) (ids []string) {
	seen := map[string]bool{"": true}
	for _, o := range offered {
		for _, e := range o.conditions {
			for _, v := range e.Vars {
				if x := s.Schema.of(v.Owner); !seen[x.Dataset] {
					seen[x.Dataset] = true
					ids = append(ids, x.Dataset)
				}
			}
		}
	}
	return ids
}
