package httpapi_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/exchange"
	"changrong/internal/origination/product"
	"changrong/internal/policy/expr"
)

// withProducts lets banks offer products, over the catalogue that ships. Of every firm
// it is known how long it has paid taxes: nine months.
func withProducts(t *testing.T, db *store.DB) func(*httpapi.Deps) {
	t.Helper()
	catalogue, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	var sources []product.Source
	for _, s := range catalogue.Datasets() {
		sources = append(sources, product.Source{Table: s.Facts(), Dataset: s.ID, Department: s.Department.Zh})
	}
	schema, err := product.NewSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return func(d *httpapi.Deps) {
		d.Products = &product.Service{
			Store: store.Of[product.Tx]{DB: db}, Now: d.Access.Now, NewID: crypto.NewID, Matcher: product.Matcher{Schema: schema},
			Gather: func(context.Context, access.Caller, []string) (*product.Facts, error) {
				f := product.NewFacts()
				f.Share("tax_filing")
				f.Set("tax_filing.months_paid", expr.Value{Known: true, Int: 9})
				return f, nil
			},
		}
	}
}

// termsOf are those of a product as a client sends them.
func termsOf(name string, conditions ...string) map[string]any {
	list := []any{}
	for _, c := range conditions {
		list = append(list, map[string]any{"when": c, "words": ""})
	}
	return map[string]any{
		"name": name, "summary": "", "min_amount_fen": 10_000_000, "max_amount_fen": 300_000_000, "min_months": 3, "max_months": 36,
		"min_rate_ppb": 35_000_000, "max_rate_ppb": 45_000_000, "basis": "act_360", "methods": []string{"equal_instalments"}, "securities": []string{"credit"},
		"purposes": []string{}, "towns": []string{}, "branches": []string{}, "fees": []any{}, "conditions": list,
		"papers": []any{map[string]any{"code": "licence", "title": "营业执照", "needed": true}}, "promise_days": 3,
	}
}

// aProduct is one of the scene's organisation that may be published.
func aProduct(s *scene) string {
	var t product.Terms
	b, err := json.Marshal(termsOf("产品" + s.mark))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := json.Unmarshal(b, &t); err != nil {
		s.t.Fatal(err)
	}
	s.vars["name"] = t.Name
	s.write(func(tx *store.Tx) error {
		return tx.PutProduct(&product.Product{ID: "p" + s.mark, Bank: s.org, State: product.Draft, Draft: &t, Changed: s.now})
	})
	return "p" + s.mark
}

func aProductAsked(s *scene) any { return termsOf("新产品" + s.mark) }

// aFigure is of the scene's organisation.
func aFigure(s *scene) string {
	id := aProduct(s)
	s.shows = `"bank":"` + s.org + `"`
	s.write(func(tx *store.Tx) error { return tx.CountProduct(id, s.org, s.now.Date(), product.Shown) })
	return id
}

// TestAProductIsWrittenPublishedAndMatched: a bank writes, its lead publishes, a firm
// is told what fits it and what is missing, and what was published once stays.
func TestAProductIsWrittenPublishedAndMatched(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := newSite(t, db, withProducts(t, db))
		people := s.everyone(db)
		clerk, lead, firm := people[access.Bank], people[access.BankLead], people[access.Enterprise]
		var problem httpapi.Problem
		clerk.expect(422, "POST", "/api/products", termsOf("税易贷", "tax_filing.months_paids >= 12"), &problem)
		if problem.Code != "expr.unknown_name" || problem.Field != "conditions.0.when" || !strings.Contains(problem.Title, "months_paid") {
			t.Errorf("%+v", problem)
		}
		var said product.Sentence
		clerk.expect(200, "POST", "/api/product-conditions", map[string]string{"when": "tax_filing.months_paid >= 12"}, &said)
		if said.Zh != "纳税申报情况的连续纳税月数不低于12" || len(said.Datasets) != 1 {
			t.Errorf("%+v", said)
		}
		var p product.Product
		clerk.expect(200, "POST", "/api/products", termsOf("税易贷", "tax_filing.months_paid >= 12"), &p)
		firm.expect(200, "POST", "/api/matches", map[string]any{"amount_fen": 100_000_000, "term_months": 12}, nil)
		act := func(who *person, status int, verb string) {
			t.Helper()
			who.expect(status, "POST", "/api/products/"+p.ID+"/actions", map[string]any{"version": p.Version, "verb": verb}, nil)
			if status == http.StatusOK {
				who.expect(200, "GET", "/api/products/"+p.ID, nil, &p)
			}
		}
		act(clerk, 403, "publish")
		act(lead, 409, "pause")
		act(lead, 200, "publish")
		act(lead, 409, "publish")
		match := func() product.Match {
			t.Helper()
			var m product.Matches
			firm.expect(200, "POST", "/api/matches", map[string]any{"amount_fen": 100_000_000, "term_months": 12, "key": "draft"}, &m)
			if len(m.Items) != 1 {
				t.Fatalf("%+v", m)
			}
			return m.Items[0]
		}
		if m := match(); m.Outcome != product.Not || m.Gaps[0].Far != "还差3" || m.Edition != 1 || m.Gaps[0].Department != "税务部门" {
			t.Errorf("%+v", m)
		}
		next := maps.Clone(termsOf("税易贷", "tax_filing.months_paid >= 6"))
		clerk.expect(200, "PUT", "/api/products/"+p.ID, map[string]any{"version": p.Version, "terms": next}, &p)
		if m := match(); m.Edition != 1 {
			t.Error("what is only written is offered")
		}
		act(lead, 200, "publish")
		m := match()
		if m.Outcome != product.Fits || m.Edition != 2 || m.Cost == nil || *m.Cost.Without.Compound < 45_000_000 {
			t.Errorf("%+v", m)
		}
		match()
		var figures struct{ Items []product.Figure }
		people[access.Office].expect(200, "GET", "/api/product-figures", nil, &figures)
		if f := figures.Items[0]; f.Shown != 1 || f.First != 1 || f.ShownShare == nil || *f.ShownShare != 1_000_000_000 {
			t.Errorf("%+v", figures)
		}
		var own struct{ Items []product.Figure }
		clerk.expect(200, "GET", "/api/product-figures", nil, &own)
		if f := own.Items[0]; f.Shown != 1 || f.ShownShare != nil {
			t.Errorf("a bank is told its share, and so what others did: %+v", f)
		}
		var editions struct{ Items []product.Edition }
		clerk.expect(200, "GET", "/api/products/"+p.ID+"/editions", nil, &editions)
		if len(editions.Items) != 2 || editions.Items[1].Terms.Conditions[0].When != "tax_filing.months_paid >= 12" {
			t.Errorf("%+v", editions)
		}
		var offered struct{ Items []product.Public }
		s.person().expect(200, "GET", "/api/offered-products", nil, &offered)
		if len(offered.Items) != 1 || offered.Items[0].Edition != 2 || offered.Items[0].Said[0] != "纳税申报情况的连续纳税月数不低于6" {
			t.Errorf("%+v", offered)
		}
		act(lead, 200, "pause")
		s.person().expect(200, "GET", "/api/offered-products", nil, &offered)
		if len(offered.Items) != 0 {
			t.Error("a paused product is offered")
		}
		act(lead, 200, "resume")
		act(lead, 200, "retire")
		act(lead, 409, "resume")
		clerk.expect(409, "PUT", "/api/products/"+p.ID, map[string]any{"version": p.Version, "terms": next}, nil)
	})
}

// TestEditionsAreReadByApplications: what was applied for stays readable, and only what
// is offered can be applied for.
func TestEditionsAreReadByApplications(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := newSite(t, db, withProducts(t, db))
		people := s.everyone(db)
		var p product.Product
		people[access.BankLead].expect(200, "POST", "/api/products", termsOf("快贷"), &p)
		now := func(tx *store.Tx) error { _, _, err := product.Now(tx, p.ID); return err }
		if err := db.Read(t.Context(), now); err == nil {
			t.Error("a draft is offered")
		}
		people[access.BankLead].expect(200, "POST", "/api/products/"+p.ID+"/actions", map[string]any{"version": p.Version, "verb": "publish"}, &p)
		if err := db.Read(t.Context(), now); err != nil {
			t.Error(err)
		}
		people[access.BankLead].expect(200, "POST", "/api/products/"+p.ID+"/actions", map[string]any{"version": p.Version, "verb": "retire"}, &p)
		if err := db.Read(t.Context(), now); err == nil {
			t.Error("a retired product is offered")
		}
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			e, bank, err := product.At(tx, p.ID, 1)
			if err == nil && (e.Terms.Name != "快贷" || bank != "org-bank") {
				t.Errorf("%+v of %s", e, bank)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

// TestWhatWasShownIsCountedOnce and forgotten, but for the counts.
func TestWhatWasShownIsCountedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var books *product.Service
		s := newSite(t, db, withProducts(t, db), func(d *httpapi.Deps) { books = d.Products })
		people := s.everyone(db)
		var p product.Product
		people[access.BankLead].expect(200, "POST", "/api/products", termsOf("快贷"), &p)
		for range 2 {
			if err := db.Write(t.Context(), func(tx *store.Tx) error {
				for _, step := range []product.Step{product.Chosen, product.Won} {
					if err := product.Came(tx, "referral", p.ID, p.Bank, step, s.now.Date()); err != nil {
						return err
					}
				}
				return product.Came(tx, "other", "", p.Bank, product.Chosen, s.now.Date()) // of no product
			}); err != nil {
				t.Fatal(err)
			}
			s.now += 200 * civil.Day
			if err := books.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		list, err := books.Figures(t.Context(), access.Scope{All: true}, civil.Date(20000), s.now.Date())
		if err != nil || len(list) != 1 || list[0].Chosen != 1 || list[0].Won != 1 || list[0].ShownShare != nil {
			t.Errorf("%+v %v", list, err)
		}
		if _, err := books.Figures(t.Context(), access.Scope{All: true}, civil.Date(19000), s.now.Date()); err == nil {
			t.Error("too many days")
		}
	})
}
