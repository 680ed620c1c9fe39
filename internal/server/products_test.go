package server_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/origination/code"
	"changrong/internal/origination/product"
	"changrong/internal/party"
	"changrong/internal/registry"
	"changrong/internal/server"
)

// offered publishes a product of a bank and returns its id.
func (w *town) offered(t *testing.T, lead, name string, conditions ...string) string {
	t.Helper()
	list := []any{}
	for _, c := range conditions {
		list = append(list, map[string]any{"when": c, "words": ""})
	}
	var p product.Product
	w.ok(t, http.MethodPost, "/api/products", lead, map[string]any{
		"name": name, "summary": "", "min_amount_fen": 0, "max_amount_fen": 10_000_000_000, "min_months": 1, "max_months": 36, "min_rate_ppb": 40_000_000, "max_rate_ppb": 40_000_000,
		"basis": "act_360", "methods": []string{"interest_first"}, "securities": []string{"credit"}, "purposes": []string{}, "towns": []string{"331082"}, "branches": []string{}, "fees": []any{},
		"conditions": list, "papers": []any{}, "promise_days": 2,
	}, &p)
	w.ok(t, http.MethodPost, "/api/products/"+p.ID+"/actions", lead, map[string]any{"version": p.Version, "verb": "publish"}, &p)
	return p.ID
}

// TestAFirmIsMatchedChoosesAndIsCounted: what the registry knows decides, what a
// department that is away would know is lacking, a policy's subsidy is told with what it
// hangs on; the choice and the code that was scanned are counted, at the bank's own code
// too, and not at another's.
func TestAFirmIsMatchedChoosesAndIsCounted(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w := open(t, server.Config{Database: database, Packs: filepath.Join("..", "..", "packs"), Demo: true})
		day, _ := civil.Of(2024, 1, 15)
		w.clock.Store(int64(civil.StartOf(day) + 10*civil.Hour)) // the policies are in force
		f := w.firm(t, 1, "91")
		one, two := w.person(t, "bank-one", access.BankOrg, access.BankLead), w.person(t, "bank-two", access.BankOrg, access.BankLead)
		if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
			for i, bank := range []string{"bank-one", "bank-two"} {
				o, err := tx.Org(bank)
				if err != nil {
					return err
				}
				o.USCC = enterpriseCode(t, "91", 9000+i)
				if err := tx.PutOrg(o); err != nil {
					return err
				}
			}
			return tx.PutFirms([]registry.Kept{{Firm: party.Firm{
				USCC: f.uscc, Name: "临海市某机械厂", Kind: "enterprise", Status: party.Open, ClosedOn: civil.Never, Town: "331082001", Industry: "C3511", RegisteredOn: day - 800, AsOf: day,
			}}})
		}); err != nil {
			t.Fatal(err)
		}
		fits := w.offered(t, one, "开业贷", "firm.months_open >= 24", `firm.status == "open"`)
		lacks := w.offered(t, two, "税易贷", "tax_filing.months_paid >= 12")
		not := w.offered(t, two, "老企贷", "firm.months_open >= 60")
		var codes [2]code.Code
		w.ok(t, http.MethodPost, "/api/codes", one, map[string]any{"place": "bank"}, &codes[0])
		w.ok(t, http.MethodPost, "/api/codes", two, map[string]any{"place": "bank"}, &codes[1])

		var m product.Matches
		w.ok(t, http.MethodPost, "/api/matches", f.cookie, map[string]any{"amount_fen": 100_000_000, "term_months": 12, "key": "k"}, &m)
		if len(m.Items) != 3 || m.Items[0].Product != fits || m.Items[1].Product != lacks || m.Items[2].Product != not {
			t.Fatalf("%+v", m.Items)
		}
		if g := m.Items[1].Gaps[0]; m.Items[1].Outcome != product.Lacking || g.Dataset != "tax.filing" || g.Withheld {
			t.Errorf("%+v", m.Items[1])
		}
		if g := m.Items[2].Gaps[0]; m.Items[2].Outcome != product.Not || g.Far != "还差34" {
			t.Errorf("%+v", m.Items[2])
		}
		cost := m.Items[0].Cost
		if cost == nil || cost.Without.Compound == nil || cost.With != nil || len(cost.Subsidy) == 0 || len(cost.Subsidy[0].Lacking) == 0 {
			t.Errorf("a subsidy that hangs on what nobody knows is told, and not reckoned with: %+v", cost)
		}

		targets := w.wanted(t, f, "bank-one")
		targets[0].Product = fits
		s := submission("key-00000001", targets)
		s.Code = codes[0].ID
		w.ok(t, http.MethodPost, "/api/applications", f.cookie, s, nil)
		targets = w.wanted(t, f, "bank-one")
		s = submission("key-00000002", targets) // by the other bank's code, and not to it
		s.Code = codes[1].ID
		w.ok(t, http.MethodPost, "/api/applications", f.cookie, s, nil)
		w.drain(t)
		for i, want := range []int64{1, 0} {
			var funnel code.Funnel
			w.ok(t, http.MethodGet, "/api/codes/"+codes[i].ID+"/funnel", []string{one, two}[i], nil, &funnel)
			if funnel.Total.Applications != want {
				t.Errorf("code %d: %+v", i, funnel.Total)
			}
		}
		var figures struct{ Items []product.Figure }
		w.ok(t, http.MethodGet, "/api/product-figures", one, nil, &figures)
		if len(figures.Items) != 1 || figures.Items[0].Shown != 1 || figures.Items[0].First != 1 || figures.Items[0].Chosen != 1 {
			t.Errorf("%+v", figures.Items)
		}
		w.ok(t, http.MethodGet, "/api/product-figures", two, nil, &figures)
		if len(figures.Items) != 0 {
			t.Errorf("what lacks a fact is not shown as fitting: %+v", figures.Items)
		}
	})
}
