package server_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"changrong/internal/access"
	"changrong/internal/access/apikey"
	"changrong/internal/adapter/bankside"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/base/civil"
	"changrong/internal/exchange"
	"changrong/internal/rating"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/opinion"
	"changrong/internal/rating/scorecard"
	"changrong/internal/server"
)

const askedFeatures = `format: changrong.features/1
name: 申请
features:
  - {name: tax_grade, zh: 纳税信用级别, en: tax grade, source: tax.grade, measure: latest, field: grade, categories: [A, B, M, C, D], advice_zh: 申请信用修复。, advice_en: Ask for repair.}
  - {name: tax_sales, zh: 申报销售收入, en: sales declared, source: tax.filing, measure: latest, field: sales_12m, unit: 元, low: 0, high: 100000000000, trend: descending}
  - {name: void_rate, zh: 作废发票占比, en: share of invoices voided, source: invoices.out, measure: ratio, field: void, to: count, window: 24, low: 0, high: 1, trend: ascending, advice_zh: 减少作废发票。, advice_en: Void fewer.}
`

// rates puts a model into use. It looks at what the tests' firms let be read, at the tax
// filing, and at single invoices, which nobody is asked for. Whole, it cannot do without.
func (w *town) rates(t testing.TB, whole bool) *rating.Model {
	t.Helper()
	unknown := &scorecard.Bin{}
	if whole {
		unknown = nil
	}
	card := &scorecard.Card{
		Format: scorecard.Format, Name: "申请", Scale: scorecard.Scale{Base: 600, Odds: 20, PDO: 40}, Grades: []scorecard.Grade{{Name: "A", From: 420, PD: 1e7}, {Name: "B", From: 350, PD: 5e7}, {Name: "C", PD: 2e8}},
		Characteristics: []scorecard.Characteristic{
			{Name: "tax_grade", Zh: "纳税信用级别", En: "tax grade", Groups: [][]string{{"M"}, {"A", "B", "C", "D"}}, Bins: []scorecard.Bin{{WOE: 1}, {WOE: -1}}, Beta: -1, Owner: true, AdviceZh: "申请信用修复。", AdviceEn: "Ask for repair."},
			{Name: "tax_sales", Zh: "申报销售收入", En: "sales declared", Unit: "元", High: 1e11, Trend: binning.Descending, Splits: []float64{1e6}, Bins: []scorecard.Bin{{WOE: -1}, {WOE: 1}}, Unknown: unknown, Beta: -1},
			{Name: "void_rate", Zh: "作废发票占比", En: "share of invoices voided", High: 1, Trend: binning.Ascending, Splits: []float64{0.1}, Bins: []scorecard.Bin{{WOE: 1}, {WOE: -1}}, Unknown: &scorecard.Bin{}, Beta: -1, Owner: true, AdviceZh: "减少作废发票。", AdviceEn: "Void fewer."},
		},
	}
	card.Weigh()
	return w.activate(t, "申请", askedFeatures, card)
}

// activate puts a card into use.
func (w *town) activate(t testing.TB, name, features string, card *scorecard.Card) *rating.Model {
	t.Helper()
	from, to := civil.Date(19000), civil.Date(19365)
	texts := manifestTexts
	texts.DataFrom, texts.DataTo = &from, &to
	s := w.API.Rating
	m, err := s.Keep(t.Context(), modelMaker("zhang"), &rating.Draft{
		Name: name, Features: features, Card: card, Report: 1, Validation: 1,
		Manifest: rating.Manifest{Rows: 100, Bad: 10, SHA256: strings.Repeat("b", 64), Parameters: []byte(`{}`), Started: 1, Ended: 2, Iterations: 5},
	})
	if err == nil {
		m, err = s.Describe(t.Context(), modelMaker("zhang"), m.ID, m.Version, &texts)
	}
	for i, v := range []rating.Verb{rating.Submit, rating.Approve, rating.Activate} {
		if err == nil {
			m, err = s.Act(t.Context(), modelMaker([]string{"zhang", "li", "lead"}[i]), m.ID, m.Version, v, "同意")
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// rated is what the bank at a referral is told.
func (w *town) rated(t testing.TB, cookie, referral string) (r opinion.Report) {
	t.Helper()
	w.ok(t, http.MethodGet, "/api/referrals/"+referral+"/rating", cookie, nil, &r)
	return r
}

// refused asks for a score that there is none of, and returns the code.
func (w *town) refused(t testing.TB, cookie, referral string, status int, code string) {
	t.Helper()
	if got, answer := w.answer(t, http.MethodPost, "/api/referrals/"+referral+"/rating", cookie, nil); got != status || !strings.Contains(answer, `"`+code+`"`) {
		t.Errorf("not %d %s: %.400s", status, code, answer)
	}
}

// TestAFirmIsRatedForTheBankItAppliesTo follows a rating from before there is a model to the
// withdrawal of the consent, on the bank's side and on the firm's.
func TestAFirmIsRatedForTheBankItAppliesTo(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		catalogue, err := exchange.Load()
		if err != nil {
			t.Fatal(err)
		}
		w := open(t, server.Config{Database: database, Demo: true, Departments: &planted{catalogue: catalogue}})
		clerk, lead, other := w.person(t, "bank-a", access.BankOrg, access.Bank), w.person(t, "bank-a", access.BankOrg, access.BankLead), w.person(t, "bank-b", access.BankOrg, access.Bank)
		f := w.firm(t, 1, "91")
		_, at := w.sent(t, f, "key-rated-1", "bank-a", "bank-b")
		id := at["bank-a"]
		w.refused(t, clerk, id, http.StatusConflict, "rating.no_model")
		if r := w.rated(t, clerk, id); r.Ask == nil || r.Ask.Code != "rating.no_model" || r.Latest != nil || r.Withheld != nil || r.Notice.Zh == "" || r.USCC != f.uscc {
			t.Errorf("%+v", r)
		}
		model := w.rates(t, false)
		var made opinion.Made
		w.ok(t, http.MethodPost, "/api/referrals/"+id+"/rating", clerk, nil, &made)
		r := w.rated(t, lead, id)
		x := r.Latest
		if r.Ask != nil || x == nil || x.ID != made.ID || x.Grade != "B" || x.Recipient != "bank-a" || x.Subject != id || len(r.History) != 1 || r.Model == nil || r.Model.SHA256 != model.CardSHA256 || len(r.Model.Grades) != 3 {
			t.Fatalf("%+v", r)
		}
		if in := x.Inputs[0]; in.Text != "A" || in.Source != "税务部门：纳税信用级别" || in.AsOf == nil || in.Bin != "A、B、C、D" || in.Because != "" {
			t.Errorf("%+v", in)
		}
		if in := x.Inputs[1]; in.Known || !strings.Contains(in.Because, "未授权为“信用评级”") {
			t.Errorf("%+v", in)
		}
		if in := x.Inputs[2]; in.Known || in.Because != "没有查询这一来源" {
			t.Errorf("%+v", in)
		}
		if len(x.Reasons) != 2 || x.Reasons[0].Name != "tax_grade" || x.Next.Grade != "A" {
			t.Errorf("%+v %+v", x.Reasons, x.Next)
		}
		w.logged(t, f, x.At)
		// Another bank has the same firm, and nothing of this.
		if r := w.rated(t, other, at["bank-b"]); r.Latest != nil || len(r.History) != 0 || r.Ask != nil {
			t.Errorf("another bank is told %+v", r)
		}
		for i := range 5 {
			status, _ := w.answer(t, http.MethodPost, "/api/referrals/"+id+"/rating", clerk, nil)
			if status == http.StatusOK != (i < 4) {
				t.Errorf("asked for the %dth time: %d", i+2, status)
			}
		}
		w.refused(t, clerk, id, http.StatusConflict, "rating.enough")
		if r := w.rated(t, clerk, id); len(r.History) != 5 || r.Ask == nil || r.Ask.Code != "rating.enough" {
			t.Errorf("%+v", r)
		}
		w.clock.Add(int64(civil.Day))
		clerk, lead, f.cookie = w.person(t, "bank-a", access.BankOrg, access.Bank), w.person(t, "bank-a", access.BankOrg, access.BankLead), w.again(t, f)
		w.firmSees(t, f, 5, false)
		// What a model cannot do without, and has not, is a refusal with its reason, not a guess.
		w.rates(t, true)
		w.ok(t, http.MethodPost, "/api/referrals/"+id+"/rating", lead, nil, nil)
		if r := w.rated(t, clerk, id); r.Latest.Refused == nil || r.Latest.Refused.Name != "tax_sales" || r.Latest.Grade != "" || r.History[0].Refused == nil || r.History[1].Grade != "B" || r.Model.Edition != 2 {
			t.Errorf("%+v", r)
		}
		w.ok(t, http.MethodPost, "/api/consents/"+w.consentOf(t, f, "bank-a")+"/withdrawal", f.cookie, map[string]any{}, nil)
		w.refused(t, clerk, id, http.StatusForbidden, "exchange.withdrawn")
		if r := w.rated(t, clerk, id); r.Withheld == nil || r.Withheld.Code != "exchange.withdrawn" || r.Latest != nil || len(r.History) != 0 || r.Model != nil || r.Ask == nil {
			t.Errorf("after the withdrawal the bank is told %+v", r)
		}
		w.firmSees(t, f, 6, true)
	})
}

// logged looks whether what was read is in the log, for this purpose.
func (w *town) logged(t *testing.T, f *firm, at civil.Instant) {
	t.Helper()
	var log struct {
		Items []exchange.Reading `json:"items"`
	}
	w.ok(t, http.MethodGet, "/api/readings?purpose=credit_rating", f.cookie, nil, &log)
	said := map[string]exchange.Outcome{}
	for _, r := range log.Items {
		if r.Reader != "bank-a" || r.At > at || r.Outcome.Gives() != (r.Consent != "") {
			t.Errorf("%+v", r)
		}
		said[r.Dataset] = r.Outcome
	}
	if len(said) != 2 || said["tax.grade"] != exchange.Asked || said["tax.filing"] != exchange.Refused {
		t.Errorf("%v", said)
	}
}

// firmSees looks at what the firm is told of its ratings.
func (w *town) firmSees(t *testing.T, f *firm, n int, hidden bool) {
	t.Helper()
	var mine opinion.Mine
	w.ok(t, http.MethodGet, "/api/my/ratings", f.cookie, nil, &mine)
	if mine.Total != n || len(mine.Items) != n {
		t.Fatalf("%+v", mine)
	}
	last := &mine.Items[n-1]
	if last.By != "机构 bank-a" || last.Grade != "B" || last.Step != 2 || last.Steps != 3 || len(last.Reasons) != 2 || (last.Hidden != nil) != hidden || len(last.Inputs) != 3 {
		t.Errorf("%+v", last)
	}
}

// TestAConsentThatSaysNothingOfARatingIsNone: a firm that agreed to the text before is not
// rated until it has agreed to the one that says so.
func TestAConsentThatSaysNothingOfARatingIsNone(t *testing.T) {
	w := open(t, server.Config{Demo: true})
	w.rates(t, false)
	clerk, f := w.person(t, "bank-a", access.BankOrg, access.Bank), w.firm(t, 1, "91")
	latest := w.API.Exchange.Texts
	old, err := exchange.LoadTextsFrom(fstest.MapFS{"1.yaml": {Data: []byte("version: \"1\"\ntexts: [{purpose: loan_application, days: 180, zh: \"{firm} {firm_id} {recipient} {datasets} {expires}\", personal: y}]")}})
	if err != nil {
		t.Fatal(err)
	}
	w.API.Exchange.Texts = old
	_, at := w.sent(t, f, "key-old-1", "bank-a")
	w.API.Exchange.Texts = latest
	w.refused(t, clerk, at["bank-a"], http.StatusForbidden, "rating.not_agreed")
	if r := w.rated(t, clerk, at["bank-a"]); r.Ask == nil || r.Ask.Code != "rating.not_agreed" || r.Withheld != nil {
		t.Errorf("%+v", r)
	}
	_, at = w.sent(t, f, "key-new-1", "bank-a")
	w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-a"]+"/rating", clerk, nil, nil)
	var v struct {
		Referral struct {
			Version int64 `json:"version"`
		} `json:"referral"`
	}
	w.ok(t, http.MethodGet, "/api/referrals/"+at["bank-a"], clerk, nil, &v)
	w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-a"]+"/decisions", clerk, map[string]any{"verb": "accept", "version": v.Referral.Version}, nil)
	w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-a"]+"/decisions", clerk, map[string]any{"verb": "decline", "code": "other", "reason": "不合适", "version": v.Referral.Version + 1}, nil)
	w.refused(t, clerk, at["bank-a"], http.StatusConflict, "rating.over")
	if r := w.rated(t, clerk, at["bank-a"]); r.Ask == nil || r.Ask.Code != "rating.over" || r.Latest == nil {
		t.Errorf("what was made is not shown any more, though the consent holds: %+v", r)
	}
}

// TestScoresAreSwept: a score is kept as long as the log of what it is made of, and no longer.
func TestScoresAreSwept(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		w := open(t, server.Config{Database: database, Demo: true})
		w.rates(t, false)
		clerk, f := w.person(t, "bank-a", access.BankOrg, access.Bank), w.firm(t, 1, "91")
		_, at := w.sent(t, f, "key-swept-1", "bank-a")
		w.ok(t, http.MethodPost, "/api/referrals/"+at["bank-a"]+"/rating", clerk, nil, nil)
		for _, after := range []struct {
			days civil.Instant
			left int
		}{{5*366 - 1, 1}, {2, 0}} {
			w.clock.Add(int64(after.days * civil.Day))
			if err := w.API.Opinions.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			list, total, err := w.API.Rating.Scores(t.Context(), access.Scope{All: true}, rating.ScoreFilter{Shadow: true})
			if err != nil || total != after.left || len(list) != total {
				t.Errorf("after another %d days: %v %d", after.days, err, total)
			}
		}
	})
}

// TestABanksSystemHasAFirmRated signs, asks, and asks again with its key as if no answer had
// come.
func TestABanksSystemHasAFirmRated(t *testing.T) {
	w := open(t, server.Config{Demo: true})
	w.rates(t, false)
	lead, f := w.person(t, "bank-a", access.BankOrg, access.BankLead), w.firm(t, 1, "91")
	w.person(t, "bank-b", access.BankOrg, access.Bank)
	_, at := w.sent(t, f, "key-system-1", "bank-a", "bank-b")
	system := w.system(t, lead)
	path := "/api/referrals/" + at["bank-a"] + "/rating"
	var ids []string
	for i := range 3 {
		var made opinion.Made
		if err := system.Post(t.Context(), path, "key-rating-"+strconv.Itoa(i/2), nil, &made); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, made.ID)
	}
	if ids[0] != ids[1] || ids[1] == ids[2] || slices.Contains(ids, "") {
		t.Errorf("%v", ids)
	}
	var r opinion.Report
	if err := system.Get(t.Context(), path, &r); err != nil || r.Latest == nil || r.Latest.ID != ids[2] || len(r.History) != 2 {
		t.Errorf("%v %+v", err, r)
	}
	var p *bankside.Problem
	if err := system.Get(t.Context(), "/api/referrals/"+at["bank-b"]+"/rating", nil); !errors.As(err, &p) || p.Code != "origination.not_found" {
		t.Errorf("another bank's: %v", err)
	}
}

// system is a bank's system, with a key that its lead has registered and another confirmed.
func (w *town) system(t *testing.T, lead string) *bankside.Client {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	var k httpapi.NewKey
	w.ok(t, http.MethodPost, "/api/keys", lead, map[string]string{"name": "核心系统", "alg": string(apikey.Ed25519), "public": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}, &k)
	w.ok(t, http.MethodPost, "/api/keys/"+k.ID+"/confirm", w.person(t, "platform", access.PlatformOrg, access.SecurityAdmin), map[string]any{"version": k.Version, "fingerprint": k.Fingerprint}, nil)
	return &bankside.Client{Base: w.url, KeyID: k.ID, Key: private, Now: func() time.Time { return time.UnixMilli(int64(w.Now())) }}
}
