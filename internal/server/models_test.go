package server_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
)

const ratedFeatures = `format: changrong.features/1
name: 试
features:
  - {name: sales, zh: 销售额, en: sales, source: tax, measure: latest, field: sales, unit: 元, low: 0, high: 1000000000, trend: descending, advice_zh: 多销售。, advice_en: Sell more.}
  - {name: grade, zh: 级别, en: grade, source: grades, measure: latest, field: grade, categories: [A, B]}
`

// ratedCard is a card of both features; points are what each point of sales is worth more.
func ratedCard(points float64) *scorecard.Card {
	c := &scorecard.Card{
		Format: scorecard.Format, Name: "小微", Scale: scorecard.Scale{Base: 600, Odds: 20, PDO: 40}, Grades: []scorecard.Grade{{Name: "A", From: 480, PD: 1e7}, {Name: "B", PD: 1e8}},
		Characteristics: []scorecard.Characteristic{
			{
				Name: "sales", Zh: "销售额", En: "sales", Unit: "元", High: 1e9, Trend: binning.Descending, Splits: []float64{1e6}, Bins: []scorecard.Bin{{WOE: -points}, {WOE: points}},
				Beta: -1, Owner: true, AdviceZh: "多销售。", AdviceEn: "Sell more.",
			},
			{Name: "grade", Zh: "级别", En: "grade", Groups: [][]string{{"A"}, {"B"}}, Bins: []scorecard.Bin{{WOE: 1}, {WOE: -1}}, Unknown: &scorecard.Bin{}, Beta: -1},
		},
	}
	c.Weigh()
	return c
}

// models is a service on a database, with a clock.
type models struct {
	*rating.Service
	t   *testing.T
	now civil.Instant
}

func newModels(t *testing.T, db *store.DB) *models {
	ring, err := crypto.OpenRing(filepath.Join(t.TempDir(), "keys.json"), crypto.Intl)
	if err != nil {
		t.Fatal(err)
	}
	day, _ := civil.Of(2026, 6, 3)
	b := &models{t: t, now: civil.StartOf(day)}
	b.Service = &rating.Service{
		Store: store.Of[rating.Tx]{DB: db}, Sealer: crypto.New(crypto.Intl, ring), Now: func() civil.Instant { b.now++; return b.now }, NewID: crypto.NewID,
		Program: "1.0", Environment: "go test",
	}
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		for _, o := range []access.Org{
			{ID: "office", Kind: access.OfficeOrg, Name: "办公室"},
			{ID: "bank", Kind: access.BankOrg, Name: "甲银行"},
			{ID: "other", Kind: access.BankOrg, Name: "乙银行"},
			{ID: "firm", Kind: access.EnterpriseOrg, Name: "某厂", USCC: ratedFirm},
		} {
			if err := tx.PutOrg(&o); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

const ratedFirm = "91331082MA2XT00018"

func modelMaker(account string) access.Caller {
	return access.Caller{Principal: &access.Principal{Account: account, Name: account, Org: "office", OrgKind: access.OfficeOrg, Roles: []access.Role{access.OfficeLead}}}
}

var manifestTexts = rating.Texts{Target: "12个月内逾期90天以上", Use: "供银行参考", Source: "税务", Medium: "库一", Sampling: "全部", Objective: "不含个人属性"}

// keep keeps a model, with a manifest that lacks nothing.
func (b *models) keep(name string, points float64) *rating.Model {
	b.t.Helper()
	m, err := b.Keep(b.t.Context(), modelMaker("zhang"), &rating.Draft{
		Name: name, Features: ratedFeatures, Card: ratedCard(points), Report: map[string]int{"auc": 1}, Validation: map[string]int{"auc": 1},
		Manifest: rating.Manifest{Rows: 100, Bad: 10, SHA256: strings.Repeat("b", 64), Parameters: []byte(`{}`), Started: 1, Ended: 2, Iterations: 5},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	from, to := civil.Date(19000), civil.Date(19365)
	texts := manifestTexts
	texts.DataFrom, texts.DataTo = &from, &to
	m, err = b.Describe(b.t.Context(), modelMaker("zhang"), m.ID, m.Version, &texts)
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

// act does something with a model, and returns it as it is then.
func (b *models) act(m *rating.Model, account string, v rating.Verb, words string) *rating.Model {
	b.t.Helper()
	out, err := b.Act(b.t.Context(), modelMaker(account), m.ID, m.Version, v, words)
	if err != nil {
		b.t.Fatalf("%s: %v", v, err)
	}
	return out
}

// TestOneModelIsInUse puts a model, its successor and a shadow into use.
func TestOneModelIsInUse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newModels(t, db)
		first := b.keep("小微", 1)
		if first.Edition != 1 || first.Version != 2 {
			t.Errorf("%+v", first)
		}
		if _, err := b.Act(t.Context(), modelMaker("li"), first.ID, first.Version, rating.Activate, ""); fault.CodeOf(err) != "rating.state" {
			t.Error(err)
		}
		first = b.act(b.act(b.act(first, "zhang", rating.Submit, ""), "li", rating.Approve, "同意"), "lead", rating.Activate, "")
		if last := first.Acts[len(first.Acts)-1]; first.State != rating.Active || last.Program != "1.0" || last.Environment != "go test" {
			t.Errorf("%+v", first)
		}
		if _, err := b.Act(t.Context(), modelMaker("lead"), first.ID, first.Version-1, rating.Retire, "旧"); fault.CodeOf(err) != "store.changed" {
			t.Error(err)
		}
		if _, err := b.Describe(t.Context(), modelMaker("zhang"), first.ID, first.Version, &rating.Texts{}); fault.CodeOf(err) != "rating.state" {
			t.Error(err)
		}
		second := b.keep("小微", 2)
		second = b.act(b.act(b.act(b.act(second, "zhang", rating.Submit, ""), "li", rating.Approve, "同意"), "lead", rating.Cast, ""), "lead", rating.Activate, "")
		old, err := b.Model(t.Context(), first.ID)
		if err != nil || old.State != rating.Retired || second.Edition != 2 || second.State != rating.Active {
			t.Errorf("%v %s %+v", err, old.State, second)
		}
		if !bytes.Equal(old.Card, first.Card) || old.Features != ratedFeatures || old.CardSHA256 != first.CardSHA256 {
			t.Error("a card has changed")
		}
		list, total, err := b.Models(t.Context(), rating.ModelFilter{State: rating.Retired})
		if err != nil || total != 1 || list[0].ID != first.ID || list[0].Card != nil {
			t.Errorf("%v %d %+v", err, total, list)
		}
		if _, err := b.Model(t.Context(), "none"); fault.CodeOf(err) != "rating.not_found" {
			t.Error(err)
		}
		// A challenger of another name takes its place too: there is one answer.
		third := b.act(b.act(b.act(b.keep("挑战", 3), "zhang", rating.Submit, ""), "li", rating.Approve, "同意"), "lead", rating.Activate, "")
		old, err = b.Model(t.Context(), second.ID)
		used, errUsed := b.InUse(t.Context())
		if err != nil || errUsed != nil || old.State != rating.Retired || old.Acts[len(old.Acts)-1].Words != "由“挑战”第1版接替" || len(used) != 1 || used[0].ID != third.ID {
			t.Errorf("%v %v %+v %d", err, errUsed, old.Acts, len(used))
		}
		var kinds []string
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			list, err := tx.EventsAfter(0, 100)
			for _, e := range list {
				kinds = append(kinds, e.Data["name"]+" "+e.Data["verb"]+" "+e.Data["state"])
			}
			return err
		}); err != nil || !slices.Contains(kinds, "小微 retire retired") || !slices.Contains(kinds, "挑战 submit submitted") {
			t.Errorf("%v %v", err, kinds)
		}
	})
}

// TestImportedCardsAreTheSameToTheByte exports a card, imports it, and exports it again; what
// was imported is of no use until it is said how it was made, and it has been validated here.
func TestImportedCardsAreTheSameToTheByte(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newModels(t, db)
		here := b.keep("小微", 1)
		by := modelMaker("zhang")
		m, err := b.Import(t.Context(), by, "外来", "某公司2024年用本市数据训练", ratedFeatures, here.Card)
		if err != nil {
			t.Fatal(err)
		}
		m, err = b.Model(t.Context(), m.ID)
		if err != nil || !bytes.Equal(m.Card, here.Card) || m.CardSHA256 != here.CardSHA256 || m.State != rating.Made || m.Manifest.Origin == "" {
			t.Fatalf("%v %+v", err, m)
		}
		again, err := b.Import(t.Context(), by, "外来", "同上", ratedFeatures, m.Card)
		if err != nil || again.Edition != 2 || !bytes.Equal(again.Card, here.Card) {
			t.Fatalf("%v %+v", err, again)
		}
		_, err = b.Act(t.Context(), by, m.ID, m.Version, rating.Submit, "")
		for _, field := range []string{"target", "rows", "sha256", "parameters", "iterations", "validation"} {
			if fault.CodeOf(err) != "rating.incomplete" || !slices.Contains(strings.Split(fault.Of(err).At.Field, ","), field) {
				t.Errorf("%s is not missing: %v", field, err)
			}
		}
		from, to := civil.Date(19000), civil.Date(19365)
		texts := manifestTexts
		texts.DataFrom, texts.DataTo = &from, &to
		texts.Elsewhere = &rating.Elsewhere{
			Rows: 100, Bad: 10, SHA256: strings.Repeat("A", 64), Program: "外部 2.1", Environment: "外部", Parameters: "岭惩罚1", Started: &from, Ended: &to, Iterations: 5,
		}
		if _, err := b.Describe(t.Context(), by, here.ID, here.Version, &texts); fault.CodeOf(err) != "rating.made_here" {
			t.Error(err)
		}
		if _, err := b.Validate(t.Context(), by, here.ID, here.Version, 1); fault.CodeOf(err) != "rating.made_here" {
			t.Error(err)
		}
		if m, err = b.Describe(t.Context(), by, m.ID, m.Version, &texts); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Act(t.Context(), by, m.ID, m.Version, rating.Submit, ""); fault.Of(err).At.Field != "validation" {
			t.Error(err)
		}
		if _, err := b.Validate(t.Context(), by, m.ID, m.Version-1, map[string]int{"auc": 1}); fault.CodeOf(err) != "store.changed" {
			t.Error(err)
		}
		if m, err = b.Validate(t.Context(), by, m.ID, m.Version, map[string]int{"auc": 1}); err != nil {
			t.Fatal(err)
		}
		m = b.act(b.act(b.act(m, "zhang", rating.Submit, ""), "li", rating.Approve, "同意"), "lead", rating.Activate, "")
		if m, err = b.Model(t.Context(), m.ID); err != nil || m.State != rating.Active || string(m.Validation) != `{"auc":1}` || !bytes.Equal(m.Card, here.Card) {
			t.Errorf("%v %+v", err, m)
		}
	})
}

// TestWrongCardsAreNotImported: each is refused, and says why.
func TestWrongCardsAreNotImported(t *testing.T) {
	b := newModels(t, storetest.SQLite(t))
	good, err := ratedCard(1).JSON()
	if err != nil {
		t.Fatal(err)
	}
	swap := func(old, by string) []byte { return bytes.Replace(good, []byte(old), []byte(by), 1) }
	for what, c := range map[string]struct {
		name, origin, features string
		card                   []byte
		code                   string
	}{
		"no name":            {"", "某公司", ratedFeatures, good, "rating.name"},
		"a name with spaces": {" 外来", "某公司", ratedFeatures, good, "rating.name"},
		"no origin":          {"外来", " ", ratedFeatures, good, "rating.origin"},
		"no card":            {"外来", "某公司", ratedFeatures, []byte("{}"), "rating.card"},
		"not JSON":           {"外来", "某公司", ratedFeatures, []byte("card"), "rating.card"},
		"edited":             {"外来", "某公司", ratedFeatures, append([]byte(" "), good...), "rating.card"},
		"another unit":       {"外来", "某公司", ratedFeatures, swap(`"元"`, `"万元"`), "rating.card"},
		"no such feature":    {"外来", "某公司", "", good, "rating.card"},
		"no features":        {"外来", "某公司", "x", good, "pack.yaml"},
	} {
		if _, err := b.Import(t.Context(), modelMaker("zhang"), c.name, c.origin, c.features, c.card); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, total, err := b.Models(t.Context(), rating.ModelFilter{}); err != nil || total != 0 {
		t.Errorf("%v, %d models", err, total)
	}
}

// TestWhoMayNotDoesNothing: the process asks for the permission of each verb itself.
func TestWhoMayNotDoesNothing(t *testing.T) {
	b := newModels(t, storetest.SQLite(t))
	m := b.keep("小微", 1)
	clerk, pboc := modelMaker("clerk"), modelMaker("pboc")
	clerk.Roles, pboc.Roles = []access.Role{access.Office}, []access.Role{access.PBoC}
	for _, c := range []struct {
		who  access.Caller
		v    rating.Verb
		code string
	}{
		{pboc, rating.Submit, "access.forbidden"},
		{clerk, rating.Retire, "access.forbidden"},
		{clerk, rating.Submit, ""},
		{clerk, rating.Approve, "access.forbidden"},
		{pboc, rating.Approve, ""},
		{pboc, rating.Activate, "access.forbidden"},
		{clerk, rating.Cast, "access.forbidden"},
	} {
		out, err := b.Act(t.Context(), c.who, m.ID, m.Version, c.v, "同意")
		if fault.CodeOf(err) != c.code {
			t.Errorf("%s by %s: %v", c.v, c.who.Account, err)
		}
		if err == nil {
			m = out
		}
	}
}

// TestScoresSayWhereTheyComeFrom rates a firm, with a shadow beside, and looks who sees what.
func TestScoresSayWhereTheyComeFrom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newModels(t, db)
		on, _ := civil.Of(2026, 6, 1)
		known := &rating.Known{
			Tables: feature.Firm{"tax": {Months: []civil.Month{feature.NoMonth}, Numbers: map[string][]float64{"sales": {5e5}}}},
			From:   map[string]rating.Origin{"tax": {Source: "税务部门", AsOf: &on}, "grades": {Because: "企业没有授权"}},
		}
		if _, err := b.Rate(t.Context(), modelMaker("x"), ratedFirm, "bank", "referral-1", known); fault.CodeOf(err) != "rating.no_model" {
			t.Error(err)
		}
		b.act(b.act(b.act(b.keep("小微", 1), "zhang", rating.Submit, ""), "li", rating.Approve, "同意"), "lead", rating.Activate, "")
		b.act(b.act(b.act(b.keep("挑战", 2), "zhang", rating.Submit, ""), "li", rating.Approve, "同意"), "lead", rating.Cast, "")
		x, err := b.Rate(t.Context(), modelMaker("x"), ratedFirm, "bank", "referral-1", known)
		if err != nil {
			t.Fatal(err)
		}
		if x.Name != "小微" || x.Shadow || x.Grade != "B" || len(x.Reasons) != 1 || x.Reasons[0].Name != "sales" || x.Next.Grade != "A" || len(x.Next.Changes) != 1 {
			t.Errorf("%+v", x)
		}
		sales, grade := x.Inputs[0], x.Inputs[1]
		if !sales.Known || *sales.Number != 5e5 || sales.Source != "税务部门" || *sales.AsOf != on || sales.Bin != "不到100万元" || grade.Known || grade.Because != "企业没有授权" {
			t.Errorf("%+v", x.Inputs)
		}
		all, own, foreign := access.Scope{All: true}, access.Scope{Org: "bank"}, access.Scope{Org: "other"}
		for name, c := range map[string]struct {
			scope  access.Scope
			f      rating.ScoreFilter
			scores int
		}{
			"office":             {all, rating.ScoreFilter{}, 1},
			"office with shadow": {all, rating.ScoreFilter{Shadow: true}, 2},
			"bank":               {own, rating.ScoreFilter{Subject: "referral-1"}, 1},
			"bank with shadow":   {own, rating.ScoreFilter{Shadow: true}, 1},
			"other bank":         {foreign, rating.ScoreFilter{Shadow: true}, 0},
			"firm":               {access.Scope{Org: "firm"}, rating.ScoreFilter{Firm: ratedFirm}, 1},
		} {
			list, total, err := b.Scores(t.Context(), c.scope, c.f)
			if err != nil || total != c.scores || len(list) != c.scores {
				t.Errorf("%s: %v %d", name, err, total)
			}
		}
		got, err := b.Score(t.Context(), own, x.ID)
		if err != nil || got.Score != x.Score || *got.Inputs[0].Number != 5e5 || got.Reasons[0] != x.Reasons[0] {
			t.Errorf("%v %+v", err, got)
		}
		if _, err := b.Score(t.Context(), foreign, x.ID); fault.CodeOf(err) != "rating.not_found" {
			t.Error(err)
		}
		// What departments know lies nowhere in the open.
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			kept, err := tx.Score(x.ID, all)
			if err == nil && (kept.Inputs != nil || bytes.Contains(kept.Sealed, []byte(strconv.Itoa(500000)))) {
				t.Errorf("%+v", kept)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		// A value of another unit is refused, not guessed; the refusal is kept.
		known.Tables["tax"].Numbers["sales"][0] = 5e12
		x, err = b.Rate(t.Context(), modelMaker("x"), ratedFirm, "bank", "referral-2", known)
		if err != nil || x.Refused == nil || x.Refused.Code != "rating.range" || x.Refused.Name != "sales" || x.Grade != "" {
			t.Errorf("%v %+v", err, x)
		}
	})
}
