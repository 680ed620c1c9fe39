package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/rating"
	"changrong/internal/rating/ratingtest"
	"changrong/internal/rating/training"
)

// withModels lets a site keep scorecards.
func withModels(db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) {
		d.Rating = &rating.Service{
			Store: store.Of[rating.Tx]{DB: db}, Sealer: d.Access.Sealer, Now: d.Access.Now, NewID: crypto.NewID, Program: "1.0", Environment: "go test",
		}
	}
}

// modelMaker is who made the models of a site's tests.
func modelMaker(account string) access.Caller {
	return access.Caller{Principal: &access.Principal{Account: account, Name: "某", Org: "org-office", OrgKind: access.OfficeOrg, Roles: []access.Role{access.OfficeLead}}}
}

// made is a model that lacks nothing but its review.
func made(t *testing.T, models *rating.Service, d *rating.Draft, account string) *rating.Model {
	t.Helper()
	m, err := models.Keep(t.Context(), modelMaker(account), d)
	if err == nil {
		texts := ratingtest.Texts()
		m, err = models.Describe(t.Context(), modelMaker(account), m.ID, m.Version, &texts)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// aModel is a model that may be submitted.
func aModel(s *scene) string {
	if s.draft == nil {
		s.draft = ratingtest.Draft(s.t, "模型")
	}
	s.draft.Name = "模型" + s.mark
	return made(s.t, s.models, s.draft, "account-other").ID
}

// TestAModelIsReviewedByAnotherAndSucceeds: who made or submitted a model does not review it,
// nothing is put into use while anything is missing, its successor retires it, and whoever
// acts on what he read before another did is told.
func TestAModelIsReviewedByAnotherAndSucceeds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var models *rating.Service
		s := newSite(t, db, withModels(db), func(d *httpapi.Deps) { models = d.Rating })
		people := s.everyone(db)
		lead, clerk, pboc, auditor := people[access.OfficeLead], people[access.Office], people[access.PBoC], people[access.Auditor]
		kept, err := models.Keep(t.Context(), modelMaker("account-"+string(access.OfficeLead)), ratingtest.Draft(t, "小微"))
		if err != nil {
			t.Fatal(err)
		}
		var m httpapi.ShownModel
		clerk.expect(200, "GET", "/api/rating-models/"+kept.ID, nil, &m)
		fields := func() (out []string) {
			for _, x := range m.Missing {
				out = append(out, x.Field)
			}
			return out
		}
		if got := fields(); !slices.Equal(got, []string{"target", "use", "source", "medium", "sampling", "objective", "data_from_on", "data_to_on", "review"}) ||
			m.Model.Report.AUC < 0.7 || m.Model.Validation.Held.AUC < 0.7 || len(m.Model.Card.Characteristics) == 0 || !slices.Equal(m.Can, []rating.Verb{rating.Submit}) {
			t.Errorf("%v %v %+v", got, m.Can, m.Model.Report)
		}
		act := func(who *person, status int, v rating.Verb, words, code string) {
			t.Helper()
			body := map[string]any{"version": m.Model.Version, "verb": v, "words": words}
			if status == http.StatusOK {
				who.expect(status, "POST", "/api/rating-models/"+kept.ID+"/decisions", body, &m)
				return
			}
			var problem httpapi.Problem
			who.expect(status, "POST", "/api/rating-models/"+kept.ID+"/decisions", body, &problem)
			if problem.Code != code {
				t.Errorf("%s: %s, not %s", v, problem.Code, code)
			}
		}
		act(lead, 409, rating.Submit, "", "rating.incomplete")
		texts := ratingtest.Texts()
		clerk.expect(200, "PUT", "/api/rating-models/"+kept.ID+"/manifest", map[string]any{"version": m.Model.Version, "manifest": texts}, &m)
		if got := fields(); !slices.Equal(got, []string{"review"}) {
			t.Errorf("%v", got)
		}
		var problem httpapi.Problem
		clerk.expect(412, "PUT", "/api/rating-models/"+kept.ID+"/manifest", map[string]any{"version": m.Model.Version - 1, "manifest": texts}, &problem)
		if problem.Code != "store.changed" {
			t.Errorf("%+v", problem)
		}
		act(clerk, 200, rating.Submit, "", "")
		act(clerk, 403, rating.Approve, "同意", "access.forbidden")
		act(lead, 403, rating.Approve, "同意", "rating.own_review") // made it
		act(pboc, 422, rating.Approve, "", "rating.words")
		act(lead, 409, rating.Activate, "", "rating.state")
		act(pboc, 200, rating.Return, "样本时间太短", "")
		act(clerk, 200, rating.Submit, "", "")
		act(pboc, 200, rating.Approve, "同意", "")
		act(pboc, 403, rating.Activate, "", "access.forbidden")
		act(lead, 200, rating.Activate, "", "")
		m.Model.Version--
		act(lead, 412, rating.Retire, "不用了", "store.changed")
		auditor.expect(200, "GET", "/api/rating-models/"+kept.ID, nil, &m)
		if m.Model.State != rating.Active || len(m.Model.Acts) != 5 || len(m.Can) != 0 || len(m.Missing) != 0 {
			t.Errorf("%+v %v %v", m.Model.Acts, m.Can, m.Missing)
		}

		first := kept.ID
		kept = made(t, models, ratingtest.Draft(t, "小微"), "account-other")
		lead.expect(200, "GET", "/api/rating-models/"+kept.ID, nil, &m)
		act(lead, 200, rating.Submit, "", "")
		act(lead, 403, rating.Approve, "同意", "rating.own_review") // submitted it
		act(pboc, 200, rating.Approve, "同意", "")
		act(lead, 200, rating.Cast, "", "")
		act(lead, 200, rating.Activate, "", "")
		var list struct {
			Items []rating.Model `json:"items"`
			Total int            `json:"total"`
		}
		lead.expect(200, "GET", "/api/rating-models?state=retired", nil, &list)
		if list.Total != 1 || list.Items[0].ID != first || list.Items[0].Acts[5].Words != "由“小微”第2版接替" {
			t.Errorf("%+v", list)
		}
		lead.expect(200, "GET", "/api/rating-models?state=active&name=小微", nil, &list)
		if list.Total != 1 || list.Items[0].ID != kept.ID || list.Items[0].Edition != 2 {
			t.Errorf("%+v", list)
		}
	})
}

// try hands in a sample of firms, and validates an imported card on it.
func (p *person) try(t *testing.T, m *httpapi.ShownModel) {
	t.Helper()
	s := ratingtest.Sample(t)
	var csv strings.Builder
	for i := range s.Columns {
		csv.WriteString(s.Columns[i].Feature.Name + ",")
	}
	csv.WriteString("结果\n")
	for row, bad := range s.Bad {
		for i := range s.Columns {
			switch c := &s.Columns[i]; {
			case !c.Known[row]:
			case c.Texts != nil:
				csv.WriteString(c.Texts[row])
			default:
				csv.WriteString(strconv.FormatFloat(c.Numbers[row], 'f', -1, 64))
			}
			csv.WriteString(",")
		}
		csv.WriteString(map[bool]string{true: "坏\n", false: "好\n"}[bad])
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/api/rating-samples?name="+url.QueryEscape("企业.csv"), strings.NewReader(csv.String()))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := p.browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var sample training.Sample
	if err := json.NewDecoder(resp.Body).Decode(&sample); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.StatusCode, err)
	}
	path, body := "/api/rating-models/"+m.Model.ID+"/validations", map[string]any{"version": m.Model.Version, "sample": sample.ID, "target": "结果", "bad": "坏"}
	p.expect(200, "POST", path, body, m)
	p.expect(412, "POST", path, body, nil)
	body["target"] = "tax_filed"
	p.expect(422, "POST", path, body, nil)
}

// TestACardGoesOutAndComesBackTheSame, to the byte; what came from elsewhere says so, and is
// of no use yet.
func TestACardGoesOutAndComesBackTheSame(t *testing.T) {
	db := storetest.SQLite(t)
	var models *rating.Service
	s := newSite(t, db, withModels(db), withTraining(t, db), func(d *httpapi.Deps) { models = d.Rating })
	people := s.everyone(db)
	clerk, regulator := people[access.Office], people[access.Regulator]
	id := made(t, models, ratingtest.Draft(t, "小微"), "account-other").ID
	resp, card := clerk.raw("/api/rating-models/" + id + "/export")
	if resp.Header.Get("Content-Type") != "application/json" || !strings.Contains(resp.Header.Get("Content-Disposition"), "%E7%AC%AC1%E7%89%88.json") {
		t.Errorf("%v", resp.Header)
	}
	var m httpapi.ShownModel
	clerk.expect(200, "POST", "/api/rating-models/imports", map[string]string{"name": "外来", "origin": "某公司", "card": string(card)}, &m)
	if _, again := clerk.raw("/api/rating-models/" + m.Model.ID + "/export?as=json"); !bytes.Equal(again, card) {
		t.Error("the card has changed on its way")
	}
	if m.Model.Manifest.Origin != "某公司" || m.Model.State != rating.Made || m.Model.Report != nil || m.Model.Validation != nil {
		t.Errorf("%+v", m.Model)
	}
	var problem httpapi.Problem
	clerk.expect(409, "POST", "/api/rating-models/"+m.Model.ID+"/decisions", map[string]any{"version": m.Model.Version, "verb": "submit"}, &problem)
	if problem.Code != "rating.incomplete" || !strings.Contains(problem.Field, "validation") || !strings.Contains(problem.Field, "sha256") {
		t.Errorf("%+v", problem)
	}
	on := civil.Date(19000)
	texts := ratingtest.Texts()
	texts.Elsewhere = &rating.Elsewhere{Rows: 100, Bad: 10, SHA256: strings.Repeat("a", 64), Program: "外部", Environment: "外部", Parameters: "岭惩罚1", Started: &on, Ended: &on, Iterations: 5}
	clerk.expect(200, "PUT", "/api/rating-models/"+m.Model.ID+"/manifest", map[string]any{"version": m.Model.Version, "manifest": texts}, &m)
	if len(m.Missing) != 2 || m.Missing[0].Field != "validation" || m.Missing[1].Field != "review" || string(m.Model.Manifest.Parameters) != `"岭惩罚1"` {
		t.Errorf("%+v", m)
	}
	clerk.try(t, &m)
	if len(m.Missing) != 1 || m.Model.Validation.Held.AUC < 0.7 || m.Model.Validation.Tried.Rows != 1200 || m.Model.Validation.Tried.Name != "企业.csv" {
		t.Errorf("%+v %+v", m.Missing, m.Model.Validation)
	}
	clerk.expect(200, "POST", "/api/rating-models/"+m.Model.ID+"/decisions", map[string]any{"version": m.Model.Version, "verb": "submit"}, &m)
	clerk.expect(422, "POST", "/api/rating-models/imports", map[string]string{"name": "外来", "origin": "某公司", "card": string(card[1:])}, &problem)
	if problem.Code != "rating.card" {
		t.Errorf("%+v", problem)
	}
	if resp, b := regulator.raw("/api/rating-models/" + id + "/export?as=pmml"); resp.Header.Get("Content-Type") != "application/xml" || !bytes.Contains(b, []byte("<Scorecard")) {
		t.Errorf("%.200s", b)
	}
	if _, b := regulator.raw("/api/rating-models/" + id + "/export?as=sql&table=企业&key=id"); !bytes.HasPrefix(b, []byte(`SELECT "id"`)) || !bytes.Contains(b, []byte(`FROM "企业"`)) {
		t.Errorf("%.200s", b)
	}
	resp, page := regulator.raw("/api/rating-models/" + id + "/card-page")
	if resp.Header.Get("Content-Type") != "text/html; charset=utf-8" || !bytes.Contains(page, []byte("模型卡：小微（第1版）")) {
		t.Errorf("%.200s", page)
	}
	if _, page := regulator.raw("/api/rating-models/" + id + "/card-page?lang=en"); !bytes.Contains(page, []byte("Model card: 小微 (edition 1)")) {
		t.Errorf("%.200s", page)
	}
	people[access.Bank].expect(403, "GET", "/api/rating-models/"+id, nil, nil)
	var log struct {
		Items []struct {
			Action string `json:"action"`
		} `json:"items"`
	}
	people[access.Auditor].expect(200, "GET", "/api/audit?limit=200", nil, &log)
	exports := 0
	for _, e := range log.Items {
		if e.Action == "rating_model.export" {
			exports++
		}
	}
	if exports != 4 {
		t.Errorf("%d exports are in the log, not 4", exports)
	}
}
