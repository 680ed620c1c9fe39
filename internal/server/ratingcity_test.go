package server_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
	"changrong/internal/party"
	"changrong/internal/rating"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/city"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
	"changrong/internal/registry"
	"changrong/internal/server"
)

var errKilled = errors.New("killed")

// killed is a store that dies at some of its writes: before the commit, or after.
type killed struct {
	store.Of[city.Tx]
	writes        int
	before, after map[int]bool
}

func (k *killed) Write(ctx context.Context, f func(city.Tx) error) error {
	k.writes++
	n := k.writes
	err := k.Of.Write(ctx, func(tx city.Tx) error {
		if err := f(tx); err != nil || !k.before[n] {
			return err
		}
		return errKilled
	})
	if err == nil && k.after[n] {
		return errKilled
	}
	return err
}

// cityOf is a service that rates the city, over firms of which the tests say what is known.
type cityOf struct {
	*models
	*city.Service
	db    *store.DB
	store *killed
	codes []string
	known map[string]*rating.Known
	reads map[string]int
}

// newCity makes a city of firms, of which one in ten is unknown altogether, one in ten lets
// its sales not be read, and one more is closed.
func newCity(t *testing.T, db *store.DB, firms int) *cityOf {
	x := &cityOf{models: newModels(t, db), db: db, store: &killed{Of: store.Of[city.Tx]{DB: db}}, known: map[string]*rating.Known{}, reads: map[string]int{}}
	x.Service = &city.Service{
		Store: x.store, Sealer: x.models.Sealer, Now: x.models.Now, NewID: crypto.NewID, Asked: func(*feature.Set) []string { return []string{"tax.filing"} },
		Read: func(_ context.Context, who access.Caller, codes []string, of *feature.Set) ([]*rating.Known, error) {
			if who.Org != "office" || len(of.Features) == 0 {
				t.Errorf("%+v reads %d features", who, len(of.Features))
			}
			out := make([]*rating.Known, len(codes))
			for i, c := range codes {
				x.reads[c]++
				out[i] = x.known[c]
			}
			return out, nil
		},
		Outcomes: func(context.Context, string, civil.Date) (map[string]bool, error) { return map[string]bool{}, nil },
		Named:    func(city.Tx, access.Caller, *city.List, []city.Listed) error { return nil },
	}
	kept := make([]registry.Kept, 0, firms+1)
	for i := range firms + 1 {
		f := party.Firm{
			USCC: firmCode(t, "91", i), Name: fmt.Sprintf("第%d厂", i), Kind: "enterprise", Status: party.Open, ClosedOn: civil.Never, Industry: []string{"C34", "F51"}[i%2], Town: "331082001",
			Size: []string{"small", "micro", "medium"}[i%3], RegisteredOn: 15000 + civil.Date(i), AsOf: 19000, Source: "市场监管部门",
		}
		if i == firms {
			f.Status = party.Closed
		} else {
			x.codes = append(x.codes, f.USCC)
			x.known[f.USCC] = knownOf(i)
		}
		kept = append(kept, registry.Kept{Firm: f})
	}
	slices.Sort(x.codes)
	if err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.PutFirms(kept) }); err != nil {
		t.Fatal(err)
	}
	return x
}

// knownOf is what is known of the i-th firm.
func knownOf(i int) *rating.Known {
	k := &rating.Known{Tables: feature.Firm{}, From: map[string]rating.Origin{"tax": {Source: "税务部门"}, "grades": {Source: "税务部门"}}}
	if i%10 == 0 {
		k.From["tax"] = rating.Origin{Source: "税务部门", Because: "部门没有记录"}
		return k
	}
	k.Tables["grades"] = &feature.Table{Months: []civil.Month{feature.NoMonth}, Texts: map[string][]string{"grade": {[]string{"A", "B"}[i%2]}}}
	if i%10 == 1 {
		k.From["tax"] = rating.Origin{Source: "税务部门", Because: "企业未授权"}
		return k
	}
	k.Tables["tax"] = &feature.Table{Months: []civil.Month{feature.NoMonth}, Numbers: map[string][]float64{"sales": {float64(i%7) * 3e5}}}
	return k
}

// use puts a model into use.
func (x *cityOf) use(name string, points float64) *rating.Model {
	return x.act(x.act(x.act(x.keep(name, points), "zhang", rating.Submit, ""), "li", rating.Approve, "同意"), "lead", rating.Activate, "")
}

// run rates the city, as often begun again as it is killed.
func (x *cityOf) run() *city.Run {
	x.t.Helper()
	r, err := x.Start(x.t.Context(), modelMaker("lead"))
	for tries := 0; errors.Is(err, errKilled); tries++ {
		if r, err = x.Start(x.t.Context(), modelMaker("lead")); tries > 100 {
			break
		}
	}
	if err != nil {
		x.t.Fatal(err)
	}
	for err = errKilled; errors.Is(err, errKilled); {
		err = x.Do(x.t.Context(), event.Job{Payload: r.ID}, func(int64, int64, string) {})
	}
	if err != nil {
		x.t.Fatal(err)
	}
	if r, err = x.Run(x.t.Context(), r.ID); err != nil || r.State != city.Done {
		x.t.Fatalf("%v %+v", err, r)
	}
	return r
}

// scores are all scores of a run, by firm and model.
func (x *cityOf) scores(run string) map[[2]string]rating.Score {
	x.t.Helper()
	out := map[[2]string]rating.Score{}
	for offset := 0; ; offset += 200 {
		list, total, err := x.Scores(x.t.Context(), access.Scope{All: true}, rating.ScoreFilter{Subject: run, Shadow: true, Limit: 200, Offset: offset})
		if err != nil {
			x.t.Fatal(err)
		}
		for _, s := range list {
			key := [2]string{s.Firm, s.Model}
			if _, twice := out[key]; twice {
				x.t.Errorf("%s was scored twice", s.Firm)
			}
			out[key] = s
		}
		if offset+200 >= total {
			return out
		}
	}
}

// TestACityIsRatedOnceHoweverOftenItIsKilled kills the job before and after commits.
func TestACityIsRatedOnceHoweverOftenItIsKilled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const firms = 230 // four pieces and a bit
		x := newCity(t, db, firms)
		model := x.use("小微", 1)
		shadow := x.act(x.act(x.act(x.keep("小微", 2), "zhang", rating.Submit, ""), "li", rating.Approve, "同意"), "lead", rating.Cast, "")
		x.store.before, x.store.after = map[int]bool{1: true, 4: true, 8: true, 12: true}, map[int]bool{3: true, 6: true, 7: true, 10: true}
		r := x.run()
		if r.Firms != firms || r.Looked != firms || r.Model != model.ID || !slices.Equal(r.Shadows, []string{shadow.ID}) || r.Against != nil || r.Items != 2 {
			t.Errorf("%+v", r)
		}
		scores := x.scores(r.ID)
		if len(scores) != 2*firms {
			t.Errorf("%d scores", len(scores))
		}
		var graded, refused, sum int64
		for _, g := range r.Grades {
			graded += g.Firms
		}
		for _, why := range r.Reasons {
			refused += why.Firms
		}
		for i := range firms {
			code := firmCode(t, "91", i)
			s := scores[[2]string{code, model.ID}]
			single, err := x.Rate(t.Context(), modelMaker("lead"), code, "", "single", x.known[code])
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(s.Said, single.Said) || s.Shadow || !scores[[2]string{code, shadow.ID}].Shadow || s.Recipient != "" || s.On != r.On {
				t.Errorf("%s: %+v, alone %+v", code, s, single)
			}
			if s.Refused == nil {
				sum += int64(s.Result.Score)
			}
		}
		if graded != r.Rated || r.Rated != firms*8/10 || refused != firms-r.Rated || sum != r.Scores || r.Known != 2*r.Rated {
			t.Errorf("%d graded, %d refused, scores %d: %+v", graded, refused, sum, r)
		}
		want := []city.Reason{
			{Code: "rating.nothing", Zh: "没有取得任何评分数据，不能评分：部门没有记录", Firms: 23}, {Code: "rating.unknown", Zh: "销售额未知，而模型训练时没有出现过未知，不能评分：企业未授权", Firms: 23},
		}
		if !slices.Equal(r.Reasons, want) {
			t.Errorf("%+v", r.Reasons)
		}
		x.listed(r)
		again, err := x.Start(t.Context(), modelMaker("lead"))
		if err != nil || again.ID == r.ID || again.State != city.Running {
			t.Errorf("%v %+v", err, again)
		}
	})
}

// listed looks at the firms of a run, page by page.
func (x *cityOf) listed(r *city.Run) {
	x.t.Helper()
	var codes []string
	for offset := 0; offset < 300; offset += 37 {
		list, total, err := x.Firms(x.t.Context(), r.ID, 37, offset)
		if err != nil || total != len(x.codes) {
			x.t.Fatal(err, total)
		}
		for _, f := range list {
			if codes = append(codes, f.USCC); (f.Grade == "") == (f.Why == "") {
				x.t.Errorf("%+v", f)
			}
		}
	}
	if !slices.Equal(codes, x.codes) {
		x.t.Errorf("%d firms, not %d", len(codes), len(x.codes))
	}
}

// TestARunThatWasLeftGoesOnOrIsGivenUp: within a week it goes on; later, or with another model,
// another begins.
func TestARunThatWasLeftGoesOnOrIsGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := newCity(t, db, 60)
		if _, err := x.Start(t.Context(), modelMaker("lead")); fault.CodeOf(err) != "rating.no_model" {
			t.Error(err)
		}
		x.use("小微", 1)
		first, err := x.Start(t.Context(), modelMaker("lead"))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := x.Start(t.Context(), modelMaker("lead")); err != nil || again.ID != first.ID {
			t.Errorf("%v %+v", err, again)
		}
		x.now += 8 * civil.Day
		second, err := x.Start(t.Context(), modelMaker("lead"))
		if err != nil || second.ID == first.ID {
			t.Fatalf("%v %+v", err, second)
		}
		x.use("科技", 1) // a run of the model before it is of no use any more
		third, err := x.Start(t.Context(), modelMaker("lead"))
		if err != nil || third.ID == second.ID || third.Name != "科技" {
			t.Fatalf("%v %+v", err, third)
		}
		for _, id := range []string{first.ID, second.ID} {
			if err := x.Do(t.Context(), event.Job{Payload: id}, func(int64, int64, string) {}); err != nil {
				t.Error(err)
			}
			if r, err := x.Run(t.Context(), id); err != nil || r.State != city.Stopped || r.Looked != 0 {
				t.Errorf("%v %+v", err, r)
			}
		}
		if len(x.reads) > 0 {
			t.Error("a run that was given up reads")
		}
	})
}

// TestARunIsHeldAgainstTheLast: who moved up, down, came and went.
func TestARunIsHeldAgainstTheLast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := newCity(t, db, 120)
		x.use("小微", 1)
		first := x.run()
		then := x.grades(first)
		x.now += 30 * civil.Day
		for i := range 40 { // what is known of a third of them is that of another
			x.known[firmCode(t, "91", i)] = knownOf(i + 3)
		}
		if err := db.Write(t.Context(), func(tx *store.Tx) error { // one closes, one is new
			gone := registry.Kept{Firm: party.Firm{USCC: firmCode(t, "91", 77), Name: "没了", Kind: "enterprise", Status: party.Closed, AsOf: 20000}}
			fresh := registry.Kept{Firm: party.Firm{USCC: firmCode(t, "91", 500), Name: "新厂", Kind: "enterprise", Status: party.Open, ClosedOn: civil.Never, AsOf: 20000}}
			x.known[fresh.USCC] = knownOf(5)
			return tx.PutFirms([]registry.Kept{gone, fresh})
		}); err != nil {
			t.Fatal(err)
		}
		second := x.run()
		now := x.grades(second)
		want := &city.Against{Run: first.ID, On: first.On, Name: "小微", Edition: 1, Before: first.Grades, Moved: [][]int64{{0, 0}, {0, 0}}}
		place := map[string]int{"A": 0, "B": 1}
		for code, a := range then {
			b := now[code]
			switch {
			case a == "":
			case b == "":
				want.Gone++
			default:
				want.Moved[place[a]][place[b]]++
				switch {
				case b < a:
					want.Up++
				case b > a:
					want.Down++
				default:
					want.Same++
				}
			}
		}
		for code, b := range now {
			if b != "" && then[code] == "" {
				want.New++
			}
		}
		if !reflect.DeepEqual(second.Against, want) || want.Up == 0 || want.Down == 0 || want.New == 0 || want.Gone == 0 {
			t.Errorf("%+v, not %+v", second.Against, want)
		}
	})
}

// grades are those of a run, by firm; "" of who was not rated.
func (x *cityOf) grades(r *city.Run) map[string]string {
	list, _, err := x.Firms(x.t.Context(), r.ID, 1000, 0)
	if err != nil {
		x.t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range list {
		out[f.USCC] = f.Grade
	}
	return out
}

// TestARuleIsCheckedAndCounted tries rules over a run.
func TestARuleIsCheckedAndCounted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := newCity(t, db, 120)
		x.use("小微", 1)
		r := x.run()
		tables, err := x.Words(t.Context(), r.ID)
		if err != nil || len(tables) != 3 || tables[1].Columns[0].Codes[0].Zh != "A级" {
			t.Fatalf("%v %+v", err, tables)
		}
		for _, c := range []struct {
			rule, zh      string
			fits, unknown int64
		}{
			{`rating.grade == "A" && firm.size != "medium"`, "评级等级为A级，且企业规模不为中型", -1, -1},
			{`rating.known == 2`, "评级已知项数为2", 96, 0},
			{`data.sales >= yuan(600000)`, "部门数据的销售额不低于60万元", 68, 24},
			{`firm.months_open >= 1 && data.grade == "A"`, "企业的成立月数不低于1，且部门数据的级别为A", 48, 12},
			{`rating.rank >= 1`, "评级位次不低于1", 96, 24},
		} {
			p, err := x.Preview(t.Context(), r.ID, c.rule)
			switch {
			case err != nil:
				t.Errorf("%s: %v", c.rule, err)
			case p.RuleZh != c.zh || p.Firms != 120 || c.fits >= 0 && (p.Fits != c.fits || p.Unknown != c.unknown):
				t.Errorf("%s: %+v", c.rule, p)
			}
		}
		for rule, code := range map[string]string{
			"": "expr.syntax", "1 == 1": "rating.rule", "rating.grade == \"A\"\n": "rating.rule", `rating.grade == "Z"`: "expr.code", "data.sales > 3": "expr.unit", "rating.grad == \"A\"": "expr.unknown_name",
		} {
			_, err := x.Preview(t.Context(), r.ID, rule)
			if f := fault.Of(err); err == nil || f.Code != code || f.At.Field != "rule" || f.Kind != fault.Invalid {
				t.Errorf("%q: %v", rule, err)
			}
		}
		other, err := x.Start(t.Context(), modelMaker("lead"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.Preview(t.Context(), other.ID, "rating.score > 1"); fault.CodeOf(err) != "rating.unfinished" {
			t.Error(err)
		}
		if _, err := x.Fairness(t.Context(), other.ID, city.Question{}); fault.CodeOf(err) != "rating.unfinished" {
			t.Error(err)
		}
	})
}

// TestAListIsPublishedByAnother writes, edits, publishes and revokes a white list.
func TestAListIsPublishedByAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := newCity(t, db, 120)
		x.use("小微", 1)
		r := x.run()
		today := x.now.Date()
		terms := city.Terms{Name: "优质小微", Words: "供主动联系", Rule: `rating.grade == "A"`, Run: r.ID, From: today, Until: today + 90}
		for field, change := range map[string]func(*city.Terms){
			"name": func(t *city.Terms) { t.Name = " " }, "words": func(t *city.Terms) { t.Words = "" }, "from_on": func(t *city.Terms) { t.From-- },
			"until_on": func(t *city.Terms) { t.Until = t.From + 367 }, "rule": func(t *city.Terms) { t.Rule = "rating.score" },
		} {
			bad := terms
			change(&bad)
			if _, err := x.WriteList(t.Context(), modelMaker("wang"), "", 0, bad); fault.Of(err).At.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		l, err := x.WriteList(t.Context(), modelMaker("wang"), "", 0, terms)
		if err != nil || l.State != city.Draft || l.RuleZh != "评级等级为A级" || l.On != r.On || l.Firms != 0 {
			t.Fatalf("%v %+v", err, l)
		}
		if l, err = x.WriteList(t.Context(), modelMaker("lead"), l.ID, l.Version, terms); err != nil {
			t.Fatal(err)
		}
		if _, err := x.WriteList(t.Context(), modelMaker("wang"), l.ID, l.Version-1, terms); fault.CodeOf(err) != "store.changed" {
			t.Error(err)
		}
		for _, own := range []string{"wang", "lead"} {
			if _, err := x.ActOnList(t.Context(), modelMaker(own), l.ID, l.Version, city.Publish, ""); fault.CodeOf(err) != "rating.own_list" {
				t.Error(err)
			}
			if can := l.Can(own); slices.Contains(can, city.Publish) {
				t.Errorf("%s can %v", own, can)
			}
		}
		nobody := terms
		nobody.Rule = "rating.score > 1000000"
		empty, err := x.WriteList(t.Context(), modelMaker("wang"), "", 0, nobody)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.ActOnList(t.Context(), modelMaker("boss"), empty.ID, empty.Version, city.Publish, ""); fault.CodeOf(err) != "rating.list_size" {
			t.Error(err)
		}
		if l, err = x.ActOnList(t.Context(), modelMaker("boss"), l.ID, l.Version, city.Publish, ""); err != nil || l.State != city.Published || l.Firms != r.Grades[0].Firms {
			t.Fatalf("%v %+v, %+v", err, l, r.Grades)
		}
		if _, err := x.WriteList(t.Context(), modelMaker("wang"), l.ID, l.Version, terms); fault.CodeOf(err) != "rating.list_state" {
			t.Error(err)
		}
		if _, err := x.ActOnList(t.Context(), modelMaker("boss"), l.ID, l.Version, city.Revoke, " "); fault.CodeOf(err) != "rating.words" {
			t.Error(err)
		}
		bank := access.Scope{Org: "bank"}
		if seen, err := x.List(t.Context(), bank, l.ID); err != nil || seen.Rule != "" || seen.Run != "" || len(seen.Acts) != 0 || seen.Firms != 0 || !strings.Contains(seen.RuleZh, "A级") {
			t.Errorf("%v %+v", err, seen)
		}
		x.now += 91 * civil.Day
		if _, err := x.List(t.Context(), bank, l.ID); fault.CodeOf(err) != "rating.not_found" {
			t.Error(err)
		}
		if _, total, err := x.Lists(t.Context(), bank, city.ListFilter{}); err != nil || total != 0 {
			t.Error(err, total)
		}
		if _, err := x.ActOnList(t.Context(), modelMaker("boss"), empty.ID, empty.Version, city.Publish, ""); fault.CodeOf(err) != "rating.list_over" {
			t.Error(err)
		}
		if l, err = x.ActOnList(t.Context(), modelMaker("wang"), l.ID, l.Version, city.Revoke, "期满"); err != nil || l.State != city.Revoked || len(l.Acts) != 4 {
			t.Errorf("%v %+v", err, l)
		}
	})
}

// cityFeatures are of a dataset that is public, and of one that needs a consent.
const cityFeatures = `format: changrong.features/1
name: 全市
features:
  - {name: tax_grade, zh: 纳税信用级别, en: tax grade, source: tax.grade, measure: latest, field: grade, categories: [A, B, M, C, D]}
  - {name: tax_arrears, zh: 未清缴欠税, en: tax owed, source: tax.arrears/summary, measure: latest, field: amount, unit: 元, low: 0, high: 10000000000, trend: ascending}
`

// usesCity puts a model into use that cannot do without the tax grade.
func (w *town) usesCity(t testing.TB) {
	t.Helper()
	card := &scorecard.Card{
		Format: scorecard.Format, Name: "全市", Scale: scorecard.Scale{Base: 600, Odds: 20, PDO: 40}, Grades: []scorecard.Grade{{Name: "A", From: 480, PD: 1e7}, {Name: "B", PD: 1e8}},
		Characteristics: []scorecard.Characteristic{
			{Name: "tax_grade", Zh: "纳税信用级别", En: "tax grade", Groups: [][]string{{"A", "B", "M"}, {"C", "D"}}, Bins: []scorecard.Bin{{WOE: -1}, {WOE: 1}}, Beta: 1},
			{Name: "tax_arrears", Zh: "未清缴欠税", En: "tax owed", Unit: "元", High: 1e10, Trend: binning.Ascending, Splits: []float64{1e4}, Bins: []scorecard.Bin{{WOE: -1}, {WOE: 1}}, Unknown: &scorecard.Bin{}, Beta: 1},
		},
	}
	card.Weigh()
	w.activate(t, "全市", cityFeatures, card)
}

// consents gives a consent of a firm to the office.
func (w *town) consents(t testing.TB, f *firm, p exchange.Purpose, of ...string) *exchange.Consent {
	t.Helper()
	g := exchange.Grant{Recipient: "office", Purpose: p, Datasets: of, Channel: exchange.Phone, ExpiresOn: w.Now().Date() + 30}
	var text exchange.Text
	w.ok(t, http.MethodPost, "/api/consent-texts", f.cookie, g, &text)
	g.Hash = text.Hash
	var c exchange.Consent
	w.ok(t, http.MethodPost, "/api/consents", f.cookie, g, &c)
	return &c
}

// TestBanksSeeOnlyWhoAgreesAndAllTheSame rates firms that consent to it, publishes a white
// list, and looks at it as two banks, as the office and as the firms.
func TestBanksSeeOnlyWhoAgreesAndAllTheSame(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		catalogue, err := exchange.Load()
		if err != nil {
			t.Fatal(err)
		}
		w := open(t, server.Config{Database: database, Demo: true, Departments: &planted{catalogue: catalogue}})
		office, lead := w.person(t, "office", access.OfficeOrg, access.Office), w.person(t, "office", access.OfficeOrg, access.OfficeLead)
		banks := []string{w.person(t, "bank-a", access.BankOrg, access.Bank), w.person(t, "bank-b", access.BankOrg, access.BankLead)}
		var firms []*firm
		for i := range 6 {
			firms = append(firms, w.firm(t, i+1, "91"))
		}
		if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
			var kept []registry.Kept
			for i, f := range firms {
				kept = append(kept, registry.Kept{Firm: party.Firm{USCC: f.uscc, Name: fmt.Sprintf("第%d厂", i), Kind: "enterprise", Status: party.Open, ClosedOn: civil.Never, Size: "small", AsOf: 19000}})
			}
			return tx.PutFirms(kept)
		}); err != nil {
			t.Fatal(err)
		}
		w.usesCity(t)
		var standing city.Standing
		w.ok(t, http.MethodGet, "/api/my/white-lists", firms[0].cookie, nil, &standing)
		if len(standing.Lists) != 0 || !slices.Equal(standing.Datasets, []string{"tax.grade"}) || len(standing.Offices) != 1 || standing.Offices[0].ID != "office" {
			t.Errorf("%+v", standing)
		}
		for _, f := range firms[:4] { // of the others the tax grade is not known
			w.consents(t, f, exchange.CityRating, "tax.grade")
		}
		for _, f := range []*firm{firms[0], firms[1], firms[5]} {
			w.consents(t, f, exchange.BankNaming)
		}
		r := w.ratedCity(t, lead)
		if r.Rated != 4 || len(r.Reasons) != 1 || r.Reasons[0].Firms != 2 || !strings.Contains(r.Reasons[0].Zh, "企业未授权为“全市评级”查询") {
			t.Fatalf("%+v", r)
		}
		w.cityLog(t, lead, firms)
		terms := city.Terms{Name: "纳税好", Words: "供主动联系", Rule: `data.tax_grade == "A"`, Run: r.ID, From: w.Now().Date(), Until: w.Now().Date() + 30}
		var l httpapi.WhiteList
		w.ok(t, http.MethodPost, "/api/white-lists", office, terms, &l)
		if !slices.Equal(l.Can, []city.Verb{city.Write}) {
			t.Errorf("%v", l.Can)
		}
		for _, b := range banks {
			if status, _ := w.answer(t, http.MethodGet, "/api/white-lists/"+l.ID, b, nil); status != http.StatusNotFound {
				t.Errorf("a draft is answered %d", status)
			}
		}
		w.ok(t, http.MethodPost, "/api/white-lists/"+l.ID+"/decisions", lead, map[string]any{"version": l.Version, "verb": "publish"}, &l)
		if l.Firms != 4 || l.Agreed != 0 && l.Agreed != 2 {
			t.Errorf("%+v", l)
		}
		w.sameForBanks(t, banks, l.ID, firms[:2], firms[2:])
		w.ok(t, http.MethodGet, "/api/my/white-lists", firms[2].cookie, nil, &standing) // who has not agreed learns of it, too
		if len(standing.Lists) != 1 || standing.Lists[0].RuleZh != "部门数据的纳税信用级别为A" || !slices.Equal(standing.Lists[0].Why, []city.Why{{Zh: "纳税信用级别", Value: "A"}}) {
			t.Errorf("%+v", standing.Lists)
		}
		w.ok(t, http.MethodGet, "/api/my/white-lists", firms[5].cookie, nil, &standing)
		if len(standing.Lists) != 0 {
			t.Errorf("%+v", standing.Lists)
		}
		c := w.consentFor(t, firms[0], exchange.BankNaming)
		w.ok(t, http.MethodPost, "/api/consents/"+c+"/withdrawal", firms[0].cookie, nil, nil)
		w.sameForBanks(t, banks, l.ID, firms[1:2], append([]*firm{firms[0]}, firms[2:]...))
	})
}

// consentFor is the id of a firm's consent.
func (w *town) consentFor(t testing.TB, f *firm, p exchange.Purpose) string {
	t.Helper()
	var list struct {
		Items []exchange.Consent `json:"items"`
	}
	w.ok(t, http.MethodGet, "/api/consents?purpose="+string(p), f.cookie, nil, &list)
	if len(list.Items) != 1 {
		t.Fatalf("%+v", list.Items)
	}
	return list.Items[0].ID
}

// ratedCity rates the city and waits for it.
func (w *town) ratedCity(t *testing.T, lead string) *city.Run {
	t.Helper()
	s := w.stream(t, lead, "")
	var r httpapi.RatingRun
	w.ok(t, http.MethodPost, "/api/rating-runs", lead, nil, &r)
	for {
		_, kind, data := s.next()
		if kind == "" {
			t.Fatal("the stream ended")
		}
		if kind == "job" && strings.Contains(data, `"`+city.JobKind+`"`) && strings.Contains(data, `"state":"done"`) {
			break
		}
	}
	w.ok(t, http.MethodGet, "/api/rating-runs/"+r.ID, lead, nil, &r)
	if r.State != city.Done || r.Looked != r.Firms || r.Job == nil {
		t.Fatalf("%+v", r)
	}
	return &r.Run
}

// cityLog looks at the log of readings: what was given has its ground, and what was not is
// not there.
func (w *town) cityLog(t *testing.T, cookie string, firms []*firm) {
	t.Helper()
	for i, f := range firms {
		var log struct {
			Items []exchange.Reading `json:"items"`
		}
		w.ok(t, http.MethodGet, "/api/readings?purpose=city_rating&firm="+f.uscc, cookie, nil, &log)
		if want := 1 + min(1, max(0, 4-i)); len(log.Items) != want {
			t.Errorf("%d: %d rows, not %d", i, len(log.Items), want)
		}
		for _, r := range log.Items {
			if r.Outcome != exchange.Asked || (r.Consent == "") == (r.Basis == "") || (r.Dataset == "tax.grade") != (r.Consent != "") || r.Reader != "office" {
				t.Errorf("%+v", r)
			}
		}
	}
}

// sameForBanks looks at a list as each bank: they are told the same, of those who agree
// alone; each firm's log says so.
func (w *town) sameForBanks(t *testing.T, banks []string, list string, agreed, others []*firm) {
	t.Helper()
	var told []string
	for _, b := range banks {
		var all strings.Builder
		for _, path := range []string{"", "/firms", "/firms?format=csv"} {
			status, answer := w.answer(t, http.MethodGet, "/api/white-lists/"+list+path, b, nil)
			if status != http.StatusOK {
				t.Fatal(answer)
			}
			_, body, _ := strings.Cut(answer, "\n\n")
			all.WriteString(body)
		}
		told = append(told, all.String())
	}
	if told[0] != told[1] {
		t.Errorf("one bank is told\n%s\nthe other\n%s", told[0], told[1])
	}
	for _, f := range others {
		if strings.Contains(told[0], f.uscc) {
			t.Errorf("%s has not agreed: %s", f.uscc, told[0])
		}
	}
	if !strings.Contains(told[0], fmt.Sprintf(`"firms":%d,"agreed":%[1]d`, len(agreed))) {
		t.Errorf("%s", told[0])
	}
	for _, f := range agreed {
		var log struct {
			Items []exchange.Reading `json:"items"`
		}
		w.ok(t, http.MethodGet, "/api/readings?purpose=bank_naming", f.cookie, nil, &log)
		seen := map[string]bool{}
		for _, r := range log.Items {
			if seen[r.Reader] = true; r.Consent == "" || r.Dataset != city.ListDataset || r.Basis != "白名单“纳税好”" {
				t.Errorf("%+v", r)
			}
		}
		if !strings.Contains(told[0], f.uscc) || !seen["bank-a"] || !seen["bank-b"] {
			t.Errorf("%s: %v in %s", f.uscc, seen, told[0])
		}
	}
}

// TestTenThousandFirms measures rating a city whose departments answer at once, and again
// while what they have answered is fresh: CHANGRONG_FIRMS=10000.
func TestTenThousandFirms(t *testing.T) {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("CHANGRONG_FIRMS"), "0"))
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Skip("CHANGRONG_FIRMS says how many")
	}
	eachDatabase(t, func(t *testing.T, database string) {
		catalogue, err := exchange.Load()
		if err != nil {
			t.Fatal(err)
		}
		w := open(t, server.Config{Database: database, Demo: true, Departments: &planted{catalogue: catalogue}})
		lead := w.person(t, "office", access.OfficeOrg, access.OfficeLead)
		kept := make([]registry.Kept, n)
		for i := range kept {
			kept[i].Firm = party.Firm{USCC: firmCode(t, "91", i), Name: fmt.Sprintf("第%d厂", i), Kind: "enterprise", Status: party.Open, ClosedOn: civil.Never, Size: "small", AsOf: 19000}
		}
		if err := w.DB.Write(t.Context(), func(tx *store.Tx) error { return tx.PutFirms(kept) }); err != nil {
			t.Fatal(err)
		}
		w.usesCity(t)
		for _, what := range []string{"departments are asked", "all is fresh"} {
			at := time.Now()
			r := w.ratedCity(t, lead)
			t.Logf("%s: %d firms in %v", what, r.Looked, time.Since(at).Round(100*time.Millisecond))
		}
	})
}
