package sim_test

import (
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/bundle"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/party"
	"changrong/internal/policy"
	"changrong/internal/programme"
	"changrong/internal/settlement"
	"changrong/internal/settlement/explain"
	"changrong/internal/sim"
)

// office is a county's finance office with a city behind it.
type office struct {
	t     testing.TB
	db    *store.DB
	s     *programme.Service
	now   civil.Instant
	facts string
	banks map[string]string // institutions to organisations
}

const pack = "linhai-2021-47"

// city writes the facts of a city with so many notes and returns their folder.
func madeCity(t testing.TB, seed uint64, notes int) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "city")
	if _, err := sim.Write(context.Background(), sim.Options{Seed: seed, Notes: notes, Out: out}); err != nil {
		t.Fatal(err)
	}
	return out
}

func newOffice(t testing.TB, db *store.DB, facts string) *office {
	t.Helper()
	packs, err := engine.OpenPacks("../../packs")
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.OpenDir(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, db: db, now: civil.StartOf(civil.Date(19000)), facts: facts, banks: map[string]string{}}
	now := func() civil.Instant { return o.now }
	o.s = &programme.Service{
		Store: store.Of[programme.Tx]{DB: db}, Packs: packs, Now: now, NewID: crypto.NewID,
		Engine: &engine.Engine{Packs: packs, Blobs: blobs, Temp: t.TempDir(), Facts: engine.Ready{Folder: facts, Now: now}},
	}
	return o
}

func who(account, org string, roles ...access.Role) access.Caller {
	return access.Caller{Principal: &access.Principal{Account: account, Name: account, Org: org, Roles: roles}}
}

var everybody = access.Scope{All: true}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// do does a job about something.
func (o *office) do(f func(context.Context, event.Job, func(int64, int64, string)) error, id string) {
	o.t.Helper()
	payload, err := json.Marshal(id)
	o.must(err)
	last := int64(-1)
	o.must(f(context.Background(), event.Job{Payload: string(payload)}, func(done, total int64, note string) {
		if done < 0 || done > total || note == "" {
			o.t.Errorf("progress %d of %d %q", done, total, note)
		}
		last = done
	}))
	_ = last
}

// settle asks for a run and does it.
func (o *office) settle(a programme.Ask) *programme.Run {
	o.t.Helper()
	if a.Pack == "" {
		a.Pack = pack
	}
	run, err := o.s.AskRun(context.Background(), who("zhang", "office", access.Office), a)
	o.must(err)
	o.do(o.s.Settle, run.ID)
	run, err = o.s.Run(context.Background(), everybody, run.ID)
	o.must(err)
	return run
}

// bank makes an organisation of an institution and returns the scope of its people.
func (o *office) bank(institution string) access.Scope {
	o.t.Helper()
	if o.banks[institution] == "" {
		id := "org-" + institution
		o.must(o.db.Write(context.Background(), func(tx *store.Tx) error {
			return tx.PutOrg(&access.Org{ID: id, Kind: access.BankOrg, Name: id, USCC: institution})
		}))
		o.banks[institution] = id
	}
	return access.Scope{Org: o.banks[institution]}
}

// result is what the bundle of a run holds.
func (o *office) result(run *programme.Run) (*settlement.Result, *bundle.Receipt) {
	o.t.Helper()
	body, _, err := o.s.Bundle(context.Background(), who("sun", "audit", access.Auditor), everybody, run.ID)
	o.must(err)
	defer body.Close()
	name := filepath.Join(o.t.TempDir(), "bundle.zip")
	f, err := os.Create(name)
	o.must(err)
	_, err = io.Copy(f, body)
	o.must(err)
	o.must(f.Close())
	b, err := bundle.Open(name)
	o.must(err)
	defer b.Close()
	res, err := b.Result()
	o.must(err)
	return res, b.Receipt
}

// lines reads all lines of a run, page by page.
func (o *office) lines(scope access.Scope, run string, f programme.Filter) (all []programme.Line) {
	o.t.Helper()
	f.Limit = 500
	for {
		page, total, err := o.s.Lines(context.Background(), scope, run, f)
		o.must(err)
		all = append(all, page...)
		if f.Offset += len(page); f.Offset >= total || len(page) == 0 {
			if len(all) != total {
				o.t.Errorf("%d lines, %d counted", len(all), total)
			}
			return all
		}
	}
}

// TestARunIsKeptAsTheBundleSays: the tables of a run say what its bundle says, row by
// row, and the sums add up.
func TestARunIsKeptAsTheBundleSays(t *testing.T) {
	facts := madeCity(t, 11, 3000)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, facts)
		run := o.settle(programme.Ask{Purpose: programme.Trial})
		if run.State != programme.Done || run.Standing != "" || run.No != 1 || run.Sealed.BundleSize == 0 {
			t.Fatalf("%+v", run)
		}
		res, receipt := o.result(run)
		if run.Sealed.ResultSHA256 != receipt.ResultSHA256 {
			t.Error("another result")
		}
		var want []settlement.Line
		for _, l := range o.lines(everybody, run.ID, programme.Filter{}) {
			want = append(want, settlement.Line{
				Item: l.Item, PayeeID: l.PayeeID, InstitutionID: l.InstitutionID, SubjectID: l.SubjectID, EnterpriseID: l.EnterpriseID, Base: l.Base,
				LimitedBase: l.LimitedBase, Rate: l.Rate, Amount: l.Amount, Deducted: l.Deducted, Capped: l.Capped, Pooled: l.Pooled, Paid: l.Paid,
			})
			if l.Institution == "" || l.EnterpriseID != "" && (l.Enterprise == "" || l.Town == "") {
				t.Fatalf("without names: %+v", l)
			}
		}
		if !slices.Equal(want, res.Lines) {
			t.Error("the lines are not the bundle's")
		}
		for waiting, of := range map[bool][]settlement.Aside{true: res.SetAside, false: res.Excluded} {
			page, total, err := o.s.Asides(t.Context(), everybody, run.ID, programme.Filter{Waiting: &waiting, Limit: 2000})
			o.must(err)
			if total != len(of) || len(page) != min(2000, len(of)) {
				t.Fatalf("%d rows aside, not %d", total, len(of))
			}
			for i, a := range page {
				if got := (settlement.Aside{Item: a.Item, InstitutionID: a.InstitutionID, SubjectID: a.SubjectID, EnterpriseID: a.EnterpriseID, Reason: a.Reason, Detail: a.Detail}); got != of[i] {
					t.Fatalf("%+v, not %+v", got, of[i])
				}
			}
		}
		view, err := o.s.Overview(t.Context(), everybody, run.ID)
		o.must(err)
		for what, sums := range map[string][]programme.Sum{"item": view.Items, "bank": view.Banks, "town": view.Towns} {
			var rows, aside, excluded int64
			var paid, entitled money.Fen
			for _, s := range sums {
				rows, aside, excluded, paid, entitled = rows+s.Rows, aside+s.SetAside, excluded+s.Excluded, paid+s.Paid, entitled+s.Entitled
			}
			if s := run.Sums; rows != s.Lines || aside != s.SetAside || excluded != s.Excluded || paid != s.Paid || entitled != s.Entitled {
				t.Errorf("by %s: %d %d %d %d %d, not %+v", what, rows, aside, excluded, paid, entitled, run.Sums)
			}
		}
		if len(view.Indicators) == 0 || len(view.Pools) == 0 || len(view.Towns) < 5 {
			t.Errorf("%d indicators, %d pools, %d sums by town", len(view.Indicators), len(view.Pools), len(view.Towns))
		}
	})
}

// TestFiltersFindWhatSearchingFinds holds every filter of lines against going through
// all of them.
func TestFiltersFindWhatSearchingFinds(t *testing.T) {
	facts := madeCity(t, 12, 2000)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, facts)
		run := o.settle(programme.Ask{Purpose: programme.Trial})
		all := o.lines(everybody, run.ID, programme.Filter{})
		dice := rand.New(rand.NewPCG(1, 2))
		for range 60 {
			l := all[dice.IntN(len(all))]
			for _, c := range []struct {
				f     programme.Filter
				holds func(*programme.Line) bool
			}{
				{programme.Filter{Item: l.Item}, func(x *programme.Line) bool { return x.Item == l.Item }},
				{programme.Filter{Institution: l.InstitutionID, Town: l.Town}, func(x *programme.Line) bool {
					return x.InstitutionID == l.InstitutionID && (l.Town == "" || x.Town == l.Town)
				}},
				{programme.Filter{Payee: l.PayeeID}, func(x *programme.Line) bool { return x.PayeeID == l.PayeeID }},
				{programme.Filter{Subject: l.SubjectID[:len(l.SubjectID)-1]}, func(x *programme.Line) bool {
					return len(x.SubjectID) >= len(l.SubjectID)-1 && x.SubjectID[:len(l.SubjectID)-1] == l.SubjectID[:len(l.SubjectID)-1]
				}},
				{programme.Filter{Enterprise: l.Enterprise}, func(x *programme.Line) bool {
					return l.Enterprise == "" || len(x.Enterprise) >= len(l.Enterprise) && x.Enterprise[:len(l.Enterprise)] == l.Enterprise
				}},
				{programme.Filter{Changed: true}, func(x *programme.Line) bool {
					return x.LimitedBase != x.Base || x.Deducted != 0 || x.Capped != x.Amount-x.Deducted || x.Pooled != x.Capped
				}},
			} {
				var want []int64
				for i := range all {
					if c.holds(&all[i]) {
						want = append(want, all[i].N)
					}
				}
				var got []int64
				for _, x := range o.lines(everybody, run.ID, c.f) {
					got = append(got, x.N)
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%+v: %d lines, not %d", c.f, len(got), len(want))
				}
			}
		}
		byPaid := o.lines(everybody, run.ID, programme.Filter{Sort: programme.ByPaid, Descending: true})
		if !slices.IsSortedFunc(byPaid, func(a, b programme.Line) int { return int(b.Paid - a.Paid) }) || len(byPaid) != len(all) {
			t.Error("not in order of what is paid")
		}
	})
}

// TestTwoPeopleMakeARunOfficial: who asked cannot confirm, one run is in force, and
// the one before it is superseded.
func TestTwoPeopleMakeARunOfficial(t *testing.T) {
	facts := madeCity(t, 13, 300)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, facts)
		trial := o.settle(programme.Ask{Purpose: programme.Trial})
		first := o.settle(programme.Ask{Purpose: programme.Official})
		second := o.settle(programme.Ask{Purpose: programme.Official, Readings: map[string]string{"rounding": "fen"}})
		zhang, li := who("zhang", "office", access.Office), who("li", "office", access.OfficeLead)
		rule := func(code string, c access.Caller, run *programme.Run, version int64, confirm bool, note string) *programme.Run {
			t.Helper()
			kept, err := o.s.Rule(t.Context(), c, run.ID, version, confirm, note)
			if fault.CodeOf(err) != code {
				t.Fatalf("%v, not %s", err, code)
			}
			return kept
		}
		rule("programme.not_proposed", li, trial, trial.Version, true, "")
		rule("programme.four_eyes", zhang, first, first.Version, true, "")
		rule("programme.four_eyes", zhang, first, first.Version, false, "不行")
		rule("programme.reason", li, first, first.Version, false, " ")
		rule("store.changed", li, first, first.Version-1, true, "")
		if _, err := o.s.Cockpit(t.Context(), everybody, ""); fault.CodeOf(err) != "programme.no_official" {
			t.Error(err)
		}
		if got := rule("", li, first, first.Version, true, ""); got.Standing != programme.InForce || got.RuledByName != "li" {
			t.Errorf("%+v", got)
		}
		rule("programme.not_proposed", li, first, first.Version+1, true, "")
		rule("", li, second, second.Version, true, "同意")
		before, err := o.s.Run(t.Context(), everybody, first.ID)
		o.must(err)
		if before.Standing != programme.Superseded {
			t.Errorf("the run before is %s", before.Standing)
		}
		c, err := o.s.Cockpit(t.Context(), everybody, pack)
		o.must(err)
		if c.Run.ID != second.ID || len(c.Targets) == 0 || len(c.Items) == 0 {
			t.Errorf("the cockpit shows %s", c.Run.ID)
		}
		for _, x := range c.Targets {
			if x.Known && x.HasTarget && (x.Gap == 0) != x.Met {
				t.Errorf("gap and target: %+v", x)
			}
		}
		third := o.settle(programme.Ask{Purpose: programme.Official})
		if got := rule("", li, third, third.Version, false, "数据有误"); got.Standing != programme.Rejected || got.RuledNote != "数据有误" {
			t.Errorf("%+v", got)
		}
	})
}

// TestABankSeesItsOwnRowsOfOfficialRunsOnly.
func TestABankSeesItsOwnRowsOfOfficialRunsOnly(t *testing.T) {
	facts := madeCity(t, 14, 1500)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, facts)
		run := o.settle(programme.Ask{Purpose: programme.Official, Note: "内部说明"})
		all := o.lines(everybody, run.ID, programme.Filter{})
		own := all[len(all)/2].InstitutionID
		bank := o.bank(own)
		var other *programme.Line
		for i := range all {
			if all[i].InstitutionID != own && all[i].EnterpriseID != "" {
				other = &all[i]
			}
		}
		hidden := func(err error) {
			t.Helper()
			if fault.CodeOf(err) != "programme.not_found" {
				t.Errorf("a bank is answered %v", err)
			}
		}
		_, err := o.s.Run(t.Context(), bank, run.ID)
		hidden(err) // not official yet
		_, _, err = o.s.Lines(t.Context(), bank, run.ID, programme.Filter{})
		hidden(err)
		if runs, total, err := o.s.Runs(t.Context(), bank, "", 10, 0); err != nil || len(runs) != 0 || total != 0 {
			t.Error("a bank lists runs that are not official", err)
		}
		_, err = o.s.Rule(t.Context(), who("li", "office", access.OfficeLead), run.ID, run.Version, true, "")
		o.must(err)
		seen, err := o.s.Run(t.Context(), bank, run.ID)
		o.must(err)
		if seen.Sums != nil || seen.Note != "" || seen.Sealed.Submissions != 0 {
			t.Errorf("a bank is shown %+v", seen)
		}
		lines := o.lines(bank, run.ID, programme.Filter{})
		for _, l := range lines {
			if l.InstitutionID != own {
				t.Fatalf("a line of %s", l.InstitutionID)
			}
		}
		if len(lines) == 0 || len(o.lines(bank, run.ID, programme.Filter{Institution: other.InstitutionID})) != 0 {
			t.Error("its own lines, or another's")
		}
		totals, _, err := o.s.Totals(t.Context(), bank, run.ID, programme.Filter{})
		o.must(err)
		for _, x := range totals {
			if x.PayeeID != own {
				t.Errorf("a total of %s", x.PayeeID)
			}
		}
		view, err := o.s.Overview(t.Context(), bank, run.ID)
		o.must(err)
		if len(view.Items)+len(view.Towns)+len(view.Pools)+len(view.Indicators) != 0 || len(view.Banks) == 0 {
			t.Errorf("a bank is shown totals: %+v", view)
		}
		for _, s := range view.Banks {
			if s.Key != own {
				t.Errorf("a sum of %s", s.Key)
			}
		}
		if _, err := o.s.Explain(t.Context(), bank, run.ID, explain.Query{Subject: lines[0].SubjectID}); err != nil {
			t.Error(err)
		}
		for _, q := range []explain.Query{
			{Institution: other.InstitutionID, Subject: other.SubjectID}, {Payee: other.InstitutionID}, {Subject: other.SubjectID},
		} {
			if trace, err := o.s.Explain(t.Context(), bank, run.ID, q); err == nil {
				for _, it := range trace.Items {
					for _, r := range it.Rows {
						if r.InstitutionID != own {
							t.Fatalf("%+v explains a row of %s", q, r.InstitutionID)
						}
					}
				}
			}
		}
		_, err = o.s.Compare(t.Context(), bank, run.ID, run.ID)
		hidden(err)
		nobody := access.Scope{Org: "org-of-nobody"}
		_, err = o.s.Run(t.Context(), nobody, run.ID)
		hidden(err)
		o.must(db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.PutOrg(&access.Org{ID: "no-code", Kind: access.BankOrg, Name: "无代码"})
		}))
		_, _, err = o.s.Lines(t.Context(), access.Scope{Org: "no-code"}, run.ID, programme.Filter{})
		hidden(err)
	})
}

// TestRunsAreCompared: what two runs say otherwise is counted, listed and given a
// reason, the same as going through both.
func TestRunsAreCompared(t *testing.T) {
	facts := madeCity(t, 15, 1500)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, facts)
		a := o.settle(programme.Ask{Purpose: programme.Trial})
		b := o.settle(programme.Ask{
			Purpose: programme.Trial, Readings: map[string]string{"average": "chronological", "xinbao-exclusive": "no"}, Parameters: map[string]string{"rc_limit": "200万元"},
		})
		c, err := o.s.Compare(t.Context(), everybody, a.ID, b.ID)
		o.must(err)
		var named []string
		for _, d := range c.Inputs {
			named = append(named, d.Name)
		}
		if want := []string{"average", "xinbao-exclusive", "rc_limit"}; !slices.Equal(named, want) {
			t.Errorf("inputs that differ: %v, not %v", named, want)
		}
		key := func(l *programme.Line) [3]string { return [3]string{l.Item, l.InstitutionID, l.SubjectID} }
		both := map[[3]string][2]*programme.Line{}
		for i, run := range []*programme.Run{a, b} {
			lines := o.lines(everybody, run.ID, programme.Filter{})
			for j := range lines {
				x := both[key(&lines[j])]
				x[i] = &lines[j]
				both[key(&lines[j])] = x
			}
		}
		want := map[programme.Step]int64{}
		for _, x := range both {
			if step := programme.FirstStep(x[0], x[1]); step != "" {
				want[step]++
			}
		}
		got, differ := map[programme.Step]int64{}, int64(0)
		for _, s := range c.FirstStep {
			got[s.Step] = s.Rows
			differ += s.Rows
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("first steps %v, not %v", got, want)
		}
		if b.Sums.Paid-a.Sums.Paid != c.Gained-c.Lost || c.Gainers == 0 || c.Losers == 0 {
			t.Errorf("gained %d, lost %d", c.Gained, c.Lost)
		}
		rows, total, err := o.s.CompareLines(t.Context(), everybody, a.ID, b.ID, programme.Filter{Limit: 200})
		o.must(err)
		if int64(total) != differ {
			t.Errorf("%d rows differ, not %d", total, differ)
		}
		for _, r := range rows {
			l := r.A
			if l == nil {
				l = r.B
			}
			x := both[key(l)]
			if programme.FirstStep(x[0], x[1]) != r.Step || (x[0] == nil) != (r.A == nil) || (x[1] == nil) != (r.B == nil) {
				t.Fatalf("%+v", r)
			}
			if r.A != nil && r.AsideA != nil || r.B != nil && r.AsideB != nil {
				t.Fatalf("paid and aside: %+v", r)
			}
		}
		payees, total, err := o.s.ComparePayees(t.Context(), everybody, a.ID, b.ID, programme.Filter{Limit: 2000})
		o.must(err)
		var sum money.Fen
		for _, p := range payees {
			sum += p.Difference
		}
		if total != len(payees) || int64(total) != c.Gainers+c.Losers || sum != c.Gained-c.Lost {
			t.Errorf("%d payees, %d", total, sum)
		}
		same, err := o.s.Compare(t.Context(), everybody, a.ID, a.ID)
		o.must(err)
		if len(same.Inputs) != 0 || len(same.FirstStep) != 0 || same.Gainers+same.Losers != 0 {
			t.Errorf("a run differs from itself: %+v", same)
		}
	})
}

// TestAlternativesAreWhatSettlingThemComesTo: what a trial of other readings says is
// what runs under them come to.
func TestAlternativesAreWhatSettlingThemComesTo(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes under the race detector")
	}
	facts := madeCity(t, 16, 1500)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, facts)
		base := o.settle(programme.Ask{Purpose: programme.Trial})
		zhang := who("zhang", "office", access.Office)
		alternatives := []programme.Alternative{
			{Title: "序时平均", Readings: map[string]string{"average": "chronological"}},
			{Parameters: map[string]string{"rc_rate": "0.3%"}},
			{Title: "两样都改", Readings: map[string]string{"allocator": "scale_rate"}, Parameters: map[string]string{"rc_limit": "300万元"}},
		}
		w, err := o.s.AskWhatIf(t.Context(), zhang, everybody, programme.AskWhatIf{Run: base.ID, Alternatives: alternatives})
		o.must(err)
		o.do(o.s.Simulate, w.ID)
		o.do(o.s.Simulate, w.ID) // done once
		w, err = o.s.WhatIf(t.Context(), everybody, w.ID)
		o.must(err)
		if w.State != programme.Done {
			t.Fatalf("%+v", w)
		}
		for i, alt := range alternatives {
			run := o.settle(programme.Ask{Purpose: programme.Trial, Readings: alt.Readings, Parameters: alt.Parameters})
			r := w.Alternatives[i]
			if r.Before != base.Sums.Paid || r.After != run.Sums.Paid || r.After-r.Before != r.Gain-r.Loss {
				t.Errorf("%s: %+v, settled %d", r.Title, r, run.Sums.Paid)
			}
			for by, sums := range map[programme.By]func(*programme.Overview) []programme.Sum{
				programme.ByItem: func(v *programme.Overview) []programme.Sum { return v.Items },
				programme.ByBank: func(v *programme.Overview) []programme.Sum { return v.Banks },
				programme.ByTown: func(v *programme.Overview) []programme.Sum { return v.Towns },
			} {
				o.sameSums(w.ID, i+1, by, base, run, sums)
			}
			var gain money.Fen
			rows, total, err := o.s.Shifts(t.Context(), everybody, w.ID, programme.ShiftFilter{No: i + 1, By: programme.ByPayee, Limit: 2000})
			o.must(err)
			for _, x := range rows {
				gain += x.Difference
			}
			if gain != r.Gain || int64(total) != r.Gainers {
				t.Errorf("%s: %d gain %d, not %d %d", r.Title, total, gain, r.Gainers, r.Gain)
			}
		}
		for table, begin := range map[bool]string{false: "<!doctype html>", true: "variant,item,payee_id"} {
			body, _, err := o.s.WhatIfFile(t.Context(), everybody, w.ID, table)
			o.must(err)
			text, err := io.ReadAll(body)
			o.must(err)
			if string(text[:len(begin)]) != begin {
				t.Errorf("a file that begins %.40q", text)
			}
		}
		for code, a := range map[string]programme.AskWhatIf{
			"programme.alternatives": {Run: base.ID, Alternatives: make([]programme.Alternative, programme.MaxAlternatives+1)},
			"programme.same":         {Run: base.ID, Alternatives: []programme.Alternative{{Readings: map[string]string{"average": "month_end_mean"}}}},
			"pack.reading_value":     {Run: base.ID, Alternatives: []programme.Alternative{{Readings: map[string]string{"average": "guess"}}}},
			"pack.parameter_type":    {Run: base.ID, Alternatives: []programme.Alternative{{Parameters: map[string]string{"rc_limit": "3%"}}}},
			"pack.term_range":        {Run: base.ID, Alternatives: []programme.Alternative{{Parameters: map[string]string{"rc_rate": "0.6%"}}}},
			"programme.changes":      {Run: base.ID, Alternatives: []programme.Alternative{{Parameters: map[string]string{"rc_rate": " "}}}},
			"programme.not_found":    {Run: "nothing", Alternatives: alternatives},
		} {
			if _, err := o.s.AskWhatIf(t.Context(), zhang, everybody, a); fault.CodeOf(err) != code {
				t.Errorf("%s: %v", code, err)
			}
		}
	})
}

// sameSums holds the shifts of an alternative against two runs.
func (o *office) sameSums(whatIf string, no int, by programme.By, a, b *programme.Run, sums func(*programme.Overview) []programme.Sum) {
	o.t.Helper()
	want := map[string][2]money.Fen{}
	for i, run := range []*programme.Run{a, b} {
		v, err := o.s.Overview(context.Background(), everybody, run.ID)
		o.must(err)
		for _, s := range sums(v) {
			key := s.Key
			if by == programme.ByItem {
				key = s.Item
			}
			x := want[key]
			x[i] += s.Paid
			want[key] = x
		}
	}
	rows, _, err := o.s.Shifts(context.Background(), everybody, whatIf, programme.ShiftFilter{No: no, By: by, All: true, Limit: 2000})
	o.must(err)
	for _, r := range rows {
		if got := [2]money.Fen{r.Before, r.After}; got != want[r.Key] {
			o.t.Errorf("by %s, %q: %v, not %v", by, r.Key, got, want[r.Key])
		}
		delete(want, r.Key)
	}
	for key, x := range want {
		if x != [2]money.Fen{} {
			o.t.Errorf("by %s, %q is not told of", by, key)
		}
	}
}

// TestPartOfThePeriodIsSettled: a run may pay for some months of the scope, and its
// bundle verifies.
func TestPartOfThePeriodIsSettled(t *testing.T) {
	facts := madeCity(t, 17, 600)
	o := newOffice(t, storetest.SQLite(t), facts)
	run := o.settle(programme.Ask{Purpose: programme.Trial, From: "2021-01-01", To: "2021-06-30"})
	if run.State != programme.Done || run.To.String() != "2021-06-30" {
		t.Fatalf("%+v", run.Failure)
	}
	_, receipt := o.result(run)
	if receipt.ScopeLast != "2021-06-30" {
		t.Error(receipt.ScopeLast)
	}
	_, err := o.s.AskVerify(t.Context(), who("sun", "audit", access.Auditor), everybody, run.ID)
	o.must(err)
	o.do(o.s.Verify, run.ID)
	run, err = o.s.Run(t.Context(), everybody, run.ID)
	o.must(err)
	if run.Check == nil || run.Check.State != programme.Done || !run.Check.Holds {
		t.Errorf("%+v", run.Check)
	}
	l := o.lines(everybody, run.ID, programme.Filter{Item: "rc-tech"})[0]
	trace, err := o.s.Explain(t.Context(), everybody, run.ID, explain.Query{Institution: l.InstitutionID, Subject: l.SubjectID, Item: l.Item})
	o.must(err)
	if !trace.Agrees || len(trace.Items[0].Rows[0].Base.MonthEnds) != 6 {
		t.Errorf("%s", trace.Text(explain.Zh))
	}
	for _, a := range []programme.Ask{{From: "2021-01-01"}, {From: "2021-01-02", To: "2021-06-30"}, {From: "2020-12-01", To: "2021-06-30"}, {From: "x", To: "y"}} {
		a.Pack, a.Purpose = pack, programme.Trial
		if _, err := o.s.AskRun(t.Context(), who("zhang", "office"), a); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

// TestWrongFactsFailWithTheirPlace: a run over facts that are wrong fails, says where,
// and leaves nothing.
func TestWrongFactsFailWithTheirPlace(t *testing.T) {
	facts := madeCity(t, 18, 300)
	o := newOffice(t, storetest.SQLite(t), facts)
	o.must(os.RemoveAll(filepath.Join(facts, "decisions.parquet")))
	o.must(os.WriteFile(filepath.Join(facts, "decisions.csv"), []byte("policy,item,subject_id,rate\n"+pack+",rd-subsidy,*,60\n"), 0o600))
	run := o.settle(programme.Ask{Purpose: programme.Official})
	if run.State != programme.Failed || run.Standing != "" || run.Failure.Code != "settlement.decision_range" || run.Failure.Line != 2 {
		t.Fatalf("%+v %+v", run, run.Failure)
	}
	if _, _, err := o.s.Lines(t.Context(), everybody, run.ID, programme.Filter{}); fault.CodeOf(err) != "programme.not_done" {
		t.Error(err)
	}
}

// TestSettlingTwiceChangesNothing: a job done again, or begun again after its server
// was stopped on the way, leaves one result.
func TestSettlingTwiceChangesNothing(t *testing.T) {
	facts := madeCity(t, 19, 600)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, facts)
		run, err := o.s.AskRun(t.Context(), who("zhang", "office"), programme.Ask{Pack: pack, Purpose: programme.Trial})
		o.must(err)
		payload, err := json.Marshal(run.ID)
		o.must(err)
		ctx, stop := context.WithCancel(t.Context())
		n := 0
		err = o.s.Settle(ctx, event.Job{Payload: string(payload)}, func(_, _ int64, note string) {
			if n++; note == "写入明细" && n > 5 {
				stop()
			}
		})
		if err == nil {
			t.Fatal("it was not stopped on the way")
		}
		o.do(o.s.Settle, run.ID)
		o.do(o.s.Settle, run.ID)
		run, err = o.s.Run(t.Context(), everybody, run.ID)
		o.must(err)
		res, _ := o.result(run)
		if got := o.lines(everybody, run.ID, programme.Filter{}); run.State != programme.Done || len(got) != len(res.Lines) {
			t.Errorf("%s, %d lines, not %d", run.State, len(got), len(res.Lines))
		}
	})
}

// TestACityIsExplainedAsTheWhole: of every row of small cities, and of some of a
// larger one, what is said is what is said when the whole city is run.
func TestACityIsExplainedAsTheWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes under the race detector")
	}
	p, err := policy.Load(os.DirFS("../../packs/" + pack))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		seed    uint64
		notes   int
		asked   int // 0: all
		changed policy.Choices
	}{
		{1, 200, 0, policy.Choices{}},
		{2, 300, 0, policy.Choices{Readings: map[string]string{"limit-order": "each_month", "xinbao-exclusive": "no"}, Parameters: map[string]string{"rc_limit": "100万元"}}},
		{3, 300, 0, policy.Choices{Readings: map[string]string{"average": "daily_mean", "allocator": "scale_rate", "first-loan-notes": "first_note"}}},
		{4, 10_000, 150, policy.Choices{}},
	} {
		plan, err := p.Plan(c.changed)
		if err != nil {
			t.Fatal(err)
		}
		explainedAsTheWhole(t, plan, madeCity(t, c.seed, c.notes), c.seed, c.asked)
	}
}

func explainedAsTheWhole(t *testing.T, plan *policy.Plan, folder string, seed uint64, asked int) {
	t.Helper()
	facts, err := factfile.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer facts.Close()
	src := party.NewSized(facts)
	stored, _, err := new(engine.Options).Compute(t.Context(), plan, src)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := explain.Open(t.Context(), plan, src)
	if err != nil {
		t.Fatal(err)
	}
	single, err := engine.OpenExplainer(t.Context(), plan, facts, stored)
	if err != nil {
		t.Fatal(err)
	}
	var qs []explain.Query
	for _, l := range stored.Lines {
		qs = append(qs, explain.Query{Institution: l.InstitutionID, Subject: l.SubjectID})
	}
	for _, a := range append(slices.Clone(stored.SetAside), stored.Excluded...) {
		qs = append(qs, explain.Query{Institution: a.InstitutionID, Subject: a.SubjectID, Item: a.Item})
	}
	for _, total := range stored.Totals {
		qs = append(qs, explain.Query{Payee: total.PayeeID})
	}
	dice := rand.New(rand.NewPCG(seed, 0))
	dice.Shuffle(len(qs), func(i, j int) { qs[i], qs[j] = qs[j], qs[i] })
	if asked > 0 {
		qs = qs[:asked]
	} else {
		qs = qs[:min(len(qs), 400)]
	}
	for _, q := range qs {
		want, err := whole.Explain(stored, q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := single.Answer(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Agrees || !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, %+v:\n%s\nnot\n%s", seed, q, got.Text(explain.Zh), want.Text(explain.Zh))
		}
	}
}

// BenchmarkLists measures lists of a run of a city with 100,000 notes, and
// explanations: p99 of each kind.
func BenchmarkLists(b *testing.B) {
	facts := madeCity(b, 1, 100_000)
	o := newOffice(b, storetest.SQLite(b), facts)
	began := time.Now()
	run := o.settle(programme.Ask{Purpose: programme.Trial})
	b.Logf("settled, packed, kept and ready to be explained in %s: %d lines, %d aside, bundle %d bytes", time.Since(began), run.Sums.Lines, run.Sums.SetAside+run.Sums.Excluded, run.Sealed.BundleSize)
	all := o.lines(everybody, run.ID, programme.Filter{})
	dice := rand.New(rand.NewPCG(3, 4))
	one := func() *programme.Line { return &all[dice.IntN(len(all))] }
	lists := map[string]func() error{
		"all by paid": func() error {
			_, _, err := o.s.Lines(b.Context(), everybody, run.ID, programme.Filter{Sort: programme.ByPaid, Descending: true, Limit: 50, Offset: dice.IntN(2000)})
			return err
		},
		"item by paid": func() error {
			_, _, err := o.s.Lines(b.Context(), everybody, run.ID, programme.Filter{Item: one().Item, Sort: programme.ByPaid, Limit: 50})
			return err
		},
		"bank": func() error {
			_, _, err := o.s.Lines(b.Context(), everybody, run.ID, programme.Filter{Institution: one().InstitutionID, Limit: 50})
			return err
		},
		"bank, item, by amount": func() error {
			l := one()
			_, _, err := o.s.Lines(b.Context(), everybody, run.ID, programme.Filter{Institution: l.InstitutionID, Item: l.Item, Sort: programme.ByAmount, Limit: 50})
			return err
		},
		"note": func() error {
			_, _, err := o.s.Lines(b.Context(), everybody, run.ID, programme.Filter{Subject: one().SubjectID, Limit: 50})
			return err
		},
		"firm by name": func() error {
			_, _, err := o.s.Lines(b.Context(), everybody, run.ID, programme.Filter{Enterprise: one().Enterprise, Limit: 50})
			return err
		},
		"asides": func() error {
			waiting := true
			_, _, err := o.s.Asides(b.Context(), everybody, run.ID, programme.Filter{Waiting: &waiting, Limit: 50})
			return err
		},
		"overview": func() error { _, err := o.s.Overview(b.Context(), everybody, run.ID); return err },
		"explain note": func() error {
			l := one()
			_, err := o.s.Explain(b.Context(), everybody, run.ID, explain.Query{Institution: l.InstitutionID, Subject: l.SubjectID})
			return err
		},
		"explain payee": func() error {
			_, err := o.s.Explain(b.Context(), everybody, run.ID, explain.Query{Payee: one().PayeeID})
			return err
		},
	}
	for name, f := range lists {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if err := f(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// away are facts that cannot be had now.
type away struct{}

func (away) Freeze(context.Context, programme.Order, string, programme.Report) (programme.Frozen, error) {
	return programme.Frozen{}, fault.New(fault.Unavailable, "test.away", "暂不可用", "away")
}

// TestWhatIsAwayIsTriedAgainAndThenFails: work that may succeed later is handed back a
// few times; then the run has failed, and others have room again.
func TestWhatIsAwayIsTriedAgainAndThenFails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, t.TempDir())
		e, ok := o.s.Engine.(*engine.Engine)
		if !ok {
			t.Fatal("another engine")
		}
		e.Facts = away{}
		ask := programme.Ask{Pack: pack, Purpose: programme.Official}
		var first *programme.Run
		for n := range 4 {
			run, err := o.s.AskRun(t.Context(), who("zhang", "office"), ask)
			if n < 3 {
				o.must(err)
			} else if fault.CodeOf(err) != "programme.busy" {
				t.Errorf("a fourth waits: %v", err)
			}
			if n == 0 {
				first = run
			}
		}
		if _, err := o.s.AskRun(t.Context(), who("wang", "another"), ask); err != nil {
			t.Error("another organisation has to wait:", err)
		}
		payload, err := json.Marshal(first.ID)
		o.must(err)
		for n := range 4 {
			err := o.s.Settle(t.Context(), event.Job{Payload: string(payload)}, func(int64, int64, string) {})
			if (n < 3) != (fault.CodeOf(err) == "test.away") {
				t.Errorf("try %d: %v", n, err)
			}
		}
		run, err := o.s.Run(t.Context(), everybody, first.ID)
		o.must(err)
		if run.State != programme.Failed || run.Failure.Code != "programme.tries" {
			t.Errorf("%+v", run.Failure)
		}
		if _, err := o.s.AskRun(t.Context(), who("zhang", "office"), ask); err != nil {
			t.Error("there is no room after one has failed:", err)
		}
		jobs := func() (n int) {
			o.must(db.Read(t.Context(), func(tx *store.Tx) error {
				_, total, err := tx.Jobs(everybody, job.Filter{Limit: 1})
				n = total
				return err
			}))
			return n
		}
		before := jobs()
		for range 5 { // their jobs are given up
			claimed := ""
			o.must(db.Write(t.Context(), func(tx *store.Tx) error {
				j, err := tx.ClaimJob(o.now, o.now+civil.Hour, "worker", []string{programme.SettleJob})
				if err != nil || j == nil {
					return err
				}
				claimed = j.ID
				return tx.EndJob(job.End{ID: j.ID, Worker: "worker", Attempt: j.Attempt, State: job.Failed, At: o.now})
			}))
			if claimed == "" {
				break
			}
		}
		o.must(o.s.Revive(t.Context()))
		if jobs() != before {
			t.Error("work that is not overdue is asked for again")
		}
		o.now += civil.Hour
		o.must(o.s.Revive(t.Context()))
		o.must(o.s.Revive(t.Context()))
		if n := jobs(); n != before+4 { // of five runs, one has failed
			t.Errorf("%d jobs, then %d", before, n)
		}
	})
}
