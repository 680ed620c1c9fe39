package server_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/exchange"
	"changrong/internal/origination"
	"changrong/internal/origination/benefit"
	"changrong/internal/origination/product"
	"changrong/internal/programme"
	"changrong/internal/server"
)

// taxes is the tax authority alone: last year's sales by credit code, in yuan.
type taxes map[string]string

// Fetch implements exchange.Source.
func (x taxes) Fetch(_ context.Context, q exchange.Query) (*exchange.Delivery, error) {
	sales, ok := x[q.USCC]
	if q.Dataset != "tax.filing" || !ok {
		return nil, fault.New(fault.Unavailable, "connect.open", "部门暂停服务", "the department is away")
	}
	cells := map[string]string{"sales_last_year": sales}
	for _, field := range []string{"registered_on", "taxpayer_kind", "months_filed", "months_paid", "last_filed_month", "sales_12m", "tax_paid_12m", "tax_paid_last_year"} {
		cells[field] = ""
	}
	return &exchange.Delivery{AsOf: 18000, Source: "电子税务局", Raw: strings.Repeat("0", 64), Records: []exchange.Record{{Cells: cells}}}, nil
}

// handIn hands files in as one submission and waits until it is accepted.
func (w *town) handIn(t *testing.T, cookie, set, period string, files map[string]string) {
	t.Helper()
	var ids []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content := files[name]
		var u struct {
			ID string `json:"id"`
		}
		w.ok(t, http.MethodPost, "/api/uploads", cookie, map[string]any{"name": name, "size": len(content)}, &u)
		w.put(t, "/api/uploads/"+u.ID+"/chunk?offset=0", cookie, []byte(content))
		w.ok(t, http.MethodPost, "/api/uploads/"+u.ID+"/finish", cookie, map[string]string{"sha256": crypto.Digest(content)}, nil)
		ids = append(ids, u.ID)
	}
	var s struct {
		ID    string `json:"id"`
		State string `json:"state"`
	}
	stream := w.stream(t, cookie, "")
	w.ok(t, http.MethodPost, "/api/submissions", cookie, map[string]any{"set": set, "period": period, "uploads": ids}, &s)
	for {
		_, kind, data := stream.next()
		if kind == "" || strings.Contains(data, s.ID) && (strings.Contains(data, "submission.rejected") || strings.Contains(data, "submission.confirming")) {
			t.Fatalf("not accepted: %s", data)
		}
		if strings.Contains(data, "submission.accepted") && strings.Contains(data, s.ID) {
			return
		}
	}
}

// code gives an organisation a credit code.
func (w *town) code(t testing.TB, org, code string) {
	t.Helper()
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
		o, err := tx.Org(org)
		if err != nil {
			return err
		}
		o.USCC = code
		return tx.PutOrg(o)
	}); err != nil {
		t.Fatal(err)
	}
}

// sold publishes a product of a bank that some branches take.
func (w *town) sold(t testing.TB, lead, name string, branches ...string) string {
	t.Helper()
	var p product.Product
	w.ok(t, http.MethodPost, "/api/products", lead, map[string]any{
		"name": name, "summary": "", "min_amount_fen": 0, "max_amount_fen": 10_000_000_000, "min_months": 1, "max_months": 36, "min_rate_ppb": 40_000_000, "max_rate_ppb": 40_000_000,
		"basis": "act_360", "methods": []string{"interest_first"}, "securities": []string{"credit"}, "purposes": []string{}, "towns": []string{},
		"branches": append([]string{}, branches...), "fees": []any{}, "conditions": []any{}, "papers": []any{}, "promise_days": 2,
	}, &p)
	w.ok(t, http.MethodPost, "/api/products/"+p.ID+"/actions", lead, map[string]any{"version": p.Version, "verb": "publish"}, &p)
	return p.ID
}

// pays puts in a settlement that pays a firm for a loan.
func (w *town) pays(t *testing.T, standing programme.Standing, payee string, amount money.Fen) {
	t.Helper()
	first, _ := civil.Of(2021, 1, 1)
	run := &programme.Run{
		ID: crypto.NewID(), Pack: "linhai-2021-47", Purpose: programme.Official, State: programme.Done, Standing: standing, From: first, To: first + 364,
		AskedBy: "somebody", AskedOrg: "office", Sums: &programme.Sums{}, Sealed: &programme.Sealed{}, RuledAt: civil.StartOf(first + 400),
	}
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
		r := *run
		if err := tx.PutRun(&r); err != nil {
			return err
		}
		return tx.AddLines(r.No, []programme.Line{{
			N: 1, Item: "tech-interest", PayeeID: payee, InstitutionID: "b", SubjectID: "N1", EnterpriseID: payee, Paid: amount, Names: programme.Names{Institution: "某行"},
		}})
	}); err != nil {
		t.Fatal(err)
	}
}

// technologyTown has two technology firms and one that is none, a bank with a
// technology branch, and one whose branch is like any other, on a day in 2021.
func technologyTown(t *testing.T, database string) (w *town, firms [3]*firm, products [3]string, office string) {
	t.Helper()
	tax := taxes{}
	w = open(t, server.Config{Database: database, Packs: filepath.Join("..", "..", "packs"), Departments: tax, Demo: true})
	day, _ := civil.Of(2021, 9, 15)
	w.clock.Store(int64(civil.StartOf(day) + 10*civil.Hour))
	enterprises := "enterprise_id,name,kind,tech\n"
	for i := range firms {
		firms[i] = w.firm(t, i+1, "91")
		enterprises += firms[i].uscc + ",某厂,enterprise," + []string{"1", "1", "0"}[i] + "\n"
	}
	tax[firms[0].uscc], tax[firms[2].uscc] = "20000000", "20000000"
	one, two := w.person(t, "bank-one", access.BankOrg, access.BankLead), w.person(t, "bank-two", access.BankOrg, access.BankLead)
	codes := [2]string{enterpriseCode(t, "91", 9001), enterpriseCode(t, "91", 9002)}
	w.code(t, "bank-one", codes[0])
	w.code(t, "bank-two", codes[1])
	office = w.person(t, "office", access.OfficeOrg, access.Office)
	w.handIn(t, office, "registers", "2021", map[string]string{
		"institutions.csv": "institution_id,name,kind,local_legal_person\n" + codes[0] + ",某行,rural_bank,1\n" + codes[1] + ",另一行,rural_bank,1\n",
		"branches.csv":     "institution_id,branch_id,name,feature,recognised_on\n" + codes[0] + ",KJ,科技支行,tech,2019-06-01\n" + codes[1] + ",PT,城关支行,,\n",
		"enterprises.csv":  enterprises,
	})
	products = [3]string{w.sold(t, one, "科技贷", "科技支行"), w.sold(t, one, "通用贷"), w.sold(t, two, "城关贷", "城关支行")}
	return w, firms, products, office
}

// TestASubsidyLowersThePriceWhereAllIsKnown, and only there: what hangs on a fact is told
// with it, and what is not to be had is not told.
func TestASubsidyLowersThePriceWhereAllIsKnown(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w, firms, products, _ := technologyTown(t, database)
		for i, want := range [3][3]string{
			{"certain", "须确认经办网点的特色支行类型", ""},
			{"须确认借款人的年销售收入", "须确认借款人的年销售收入", ""},
			{"", "", ""},
		} {
			var m product.Matches
			w.ok(t, http.MethodPost, "/api/matches", firms[i].cookie, map[string]any{"amount_fen": 100_000_000, "term_months": 12, "key": "k"}, &m)
			for j, id := range products {
				at := slices.IndexFunc(m.Items, func(x product.Match) bool { return x.Product == id })
				if at < 0 || m.Items[at].Cost == nil {
					t.Fatalf("firm %d, product %d: %+v", i, j, m.Items)
				}
				c, got := m.Items[at].Cost, ""
				if len(c.Subsidy) > 0 {
					if got = "certain"; len(c.Subsidy[0].Lacking) > 0 {
						got = c.Subsidy[0].Lacking[0]
					}
				}
				if got != want[j] || (c.With != nil) != (got == "certain") || c.With != nil && *c.With.Compound >= *c.Without.Compound {
					t.Errorf("firm %d, product %d: %q, not %q: %+v", i, j, got, want[j], c)
				}
			}
			// 100万元 at the ends of September to December: 100万 × 4 ÷ 12 × 2 %, in whole yuan
			if c := m.Items[0].Cost; i == 0 && (m.Items[0].Product != products[0] || c.With == nil || c.With.Fees != -6_666*money.Yuan) {
				t.Errorf("%+v", c)
			}
		}
	})
}

// TestAFirmIsToldWhatItHasAndCouldHave: what was paid by the settlement in force alone,
// how it stands to what is in force, and who would know what is lacking; what its banks
// get is for the office, which is written down.
func TestAFirmIsToldWhatItHasAndCouldHave(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w, firms, _, office := technologyTown(t, database)
		w.pays(t, programme.Superseded, firms[0].uscc, 1)
		w.pays(t, programme.InForce, firms[0].uscc, 20_000*money.Yuan)
		for i, want := range [3]benefit.Standing{benefit.WithLoan, benefit.Lacks, benefit.Not} {
			var r benefit.Report
			w.ok(t, http.MethodGet, "/api/benefits", firms[i].cookie, nil, &r)
			if len(r.Policies) != 1 || len(r.Policies[0].Items) != 1 || r.Policies[0].ToBanks != nil {
				t.Fatalf("firm %d: %+v", i, r)
			}
			it := r.Policies[0].Items[0]
			if it.Item != "tech-interest" || it.Standing != want || it.Clause.Ref != "三(二)8" || it.Clause.Summary == "" {
				t.Errorf("firm %d: %+v", i, it)
			}
			switch i {
			case 0:
				if len(r.Has) != 1 || r.Has[0].Amount != 20_000*money.Yuan || r.Has[0].ConfirmedOn == 0 || r.Has[0].Title == "" || r.Has[0].Bank != "某行" {
					t.Errorf("has %+v", r.Has)
				}
				sales := slices.IndexFunc(r.Policies[0].Known, func(k benefit.Known) bool { return k.Fact == "annual_sales" })
				if sales < 0 || r.Policies[0].Known[sales].Source != "税务部门" || r.Policies[0].Known[sales].AsOf != 18000 {
					t.Errorf("known %+v", r.Policies[0].Known)
				}
			case 1:
				if len(r.Has) != 0 || len(it.Lacks) != 1 || !strings.HasPrefix(it.Lacks[0].Who.Zh, "税务部门") {
					t.Errorf("lacks %+v", it.Lacks)
				}
				if !slices.ContainsFunc(r.Unread, func(u benefit.Unread) bool { return u.Dataset == "tax.filing" && u.Code == "connect.open" }) {
					t.Errorf("unread %+v", r.Unread)
				}
			case 2:
				if len(it.Misses) != 1 || it.Misses[0].Need.Zh == "" {
					t.Errorf("misses %+v", it.Misses)
				}
			}
		}
		var log struct{ Items []exchange.Reading }
		w.ok(t, http.MethodGet, "/api/readings?purpose=benefit_check", firms[0].cookie, nil, &log)
		if len(log.Items) != 2 || !log.Items[0].Own {
			t.Errorf("its log has %+v", log.Items)
		}
		if status, answer := w.answer(t, http.MethodGet, "/api/benefits?firm="+firms[1].uscc, firms[0].cookie, nil); status != http.StatusNotFound {
			t.Errorf("another's benefits: %s", answer)
		}
		var r benefit.Report
		w.ok(t, http.MethodGet, "/api/benefits?firm="+firms[0].uscc, office, nil, &r)
		if len(r.Policies[0].ToBanks) == 0 || r.Policies[0].ToBanks[0].Payee != "institution" {
			t.Errorf("the office is told %+v", r)
		}
		auditor := w.person(t, "audit", access.AuditOrg, access.Auditor)
		if _, answer := w.answer(t, http.MethodGet, "/api/audit?limit=200", auditor, nil); !strings.Contains(answer, `"benefit.read"`) {
			t.Errorf("nobody wrote down that the office was told")
		}
		w.clock.Add(int64(civil.Day) * 365)
		again := w.person(t, firms[0].org, access.EnterpriseOrg, access.Enterprise)
		w.ok(t, http.MethodGet, "/api/benefits", again, nil, &r)
		if len(r.Policies) != 0 || len(r.Has) != 1 {
			t.Errorf("after the policy: %+v", r)
		}
	})
}

// BenchmarkMatchWithSubsidy matches 200 products of 20 banks for a firm while a policy
// pays for loans, through the interface.
func BenchmarkMatchWithSubsidy(b *testing.B) {
	w := open(b, server.Config{Packs: filepath.Join("..", "..", "packs"), Demo: true})
	day, _ := civil.Of(2021, 9, 15)
	w.clock.Store(int64(civil.StartOf(day) + 10*civil.Hour))
	f := w.firm(b, 1, "91")
	for i := range 20 {
		bank := fmt.Sprint("bank-", i)
		lead := w.person(b, bank, access.BankOrg, access.BankLead)
		w.code(b, bank, enterpriseCode(b, "91", 9000+i))
		for j := range 10 {
			w.sold(b, lead, fmt.Sprint("产品", j), fmt.Sprint("支行", j)) // none costs what another does
		}
	}
	for b.Loop() {
		w.ok(b, http.MethodPost, "/api/matches", f.cookie, map[string]any{"amount_fen": 100_000_000, "term_months": 12, "key": "k"}, nil)
	}
}

// TestOffersAreReckonedWithTheirSubsidy: what an offer comes to is told with what of a
// subsidy is certain, and what is not is told with what it hangs on; to its firm alone.
func TestOffersAreReckonedWithTheirSubsidy(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w, firms, products, _ := technologyTown(t, database)
		lead := w.person(t, "bank-one", access.BankOrg, access.BankLead)
		id := w.sentFor(t, firms[0], "key-costs", "bank-one", products[0])
		var at origination.Detail
		w.ok(t, http.MethodGet, "/api/referrals/"+id, lead, nil, &at)
		for _, verb := range []string{"accept", "contact", "review"} {
			w.ok(t, http.MethodPost, "/api/referrals/"+id+"/decisions", lead, map[string]any{"verb": verb, "version": at.Referral.Version}, &at.Referral)
		}
		today := w.Now().Date()
		var offer struct {
			ID string `json:"id"`
		}
		w.ok(t, http.MethodPost, "/api/referrals/"+id+"/offers", lead, map[string]any{"price": origination.Price{
			Amount: 100 * money.Wan, Rate: 40_000_000, Months: 12, Method: "interest_first", DayCount: "act_360", Security: "credit", FirstDue: today + 30, ValidTil: w.Now() + 1_000_000,
			Fees: []origination.Fee{{Name: "担保费", Payee: "担保公司", Amount: 1000 * money.Yuan, Yearly: true}},
		}}, &offer)
		var costs struct {
			Items []httpapi.OfferCost `json:"items"`
		}
		asked := map[string]any{"offers": []string{offer.ID}}
		w.ok(t, http.MethodPost, "/api/offer-costs", firms[0].cookie, asked, &costs)
		if len(costs.Items) != 1 || costs.Items[0].Offer != offer.ID {
			t.Fatalf("%+v", costs)
		}
		c := costs.Items[0]
		// 4 % of 360 days: 4 months of 30, 7 of 31 and one of 28, each to the fen; the principal with the last
		if c.Payments != 12 || c.Interest != 4_055_551 || c.First.On != today+30 || c.Last.Payment <= 100*money.Wan || c.Cost.Without.Fees != 1000*money.Yuan {
			t.Errorf("%+v", *c.Reckoned)
		}
		if c.Cost.With == nil || c.Cost.With.Fees != 1000*money.Yuan-6_666*money.Yuan || *c.Cost.With.Compound >= *c.Cost.Without.Compound {
			t.Errorf("%+v", c.Cost)
		}
		if status, answer := w.answer(t, http.MethodPost, "/api/offer-costs", firms[1].cookie, asked); status != http.StatusNotFound {
			t.Errorf("another firm: %d %s", status, answer)
		}
	})
}

// sentFor has a firm ask a bank for one of its products.
func (w *town) sentFor(t testing.TB, f *firm, key, bank, product string) (referral string) {
	t.Helper()
	targets := w.wanted(t, f, bank)
	targets[0].Product = product
	var a struct {
		ID string `json:"id"`
	}
	w.ok(t, http.MethodPost, "/api/applications", f.cookie, submission(key, targets), &a)
	w.drain(t)
	var v origination.Folder
	w.ok(t, http.MethodGet, "/api/applications/"+a.ID, f.cookie, nil, &v)
	return v.Referrals[0].Referral.ID
}
