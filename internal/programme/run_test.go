package programme

import (
	"errors"
	"os"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"

	"pgregory.net/rapid"
)

func linhai(t *testing.T) *policy.Pack {
	t.Helper()
	pack, err := policy.Load(os.DirFS("../../packs/linhai-2021-47"))
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

func TestWhatMayBeAsked(t *testing.T) {
	pack := linhai(t)
	many := map[string]string{}
	for i := range maxChanges + 1 {
		many["p"+strings.Repeat("x", i)] = "1"
	}
	for _, c := range []struct {
		code string
		a    Ask
	}{
		{"", Ask{Purpose: Trial}},
		{"", Ask{Purpose: Official, From: "2021-01-01", To: "2021-12-31"}},
		{"", Ask{Purpose: Trial, Note: strings.Repeat("字", maxNote)}},
		{"programme.note", Ask{Purpose: Trial, Note: strings.Repeat("字", maxNote+1)}},
		{"programme.purpose", Ask{}},
		{"programme.purpose", Ask{Purpose: "fun"}},
		{"programme.changes", Ask{Purpose: Trial, Parameters: many}},
		{"programme.changes", Ask{Purpose: Trial, Parameters: map[string]string{"rc_rate": strings.Repeat("1", maxValue+1)}}},
		{"programme.changes", Ask{Purpose: Trial, Readings: map[string]string{"average": ""}}},
		{"pack.unknown_reading", Ask{Purpose: Trial, Readings: map[string]string{"averages": "x"}}},
		{"pack.period", Ask{Purpose: Trial, From: "2021-01-01", To: "2022-01-31"}},
	} {
		if _, err := c.a.plan(pack); fault.CodeOf(err) != c.code {
			t.Errorf("%+v: %v", c.a, err)
		}
	}
}

// TestARunGoesForwardOnly walks a run through all it can come to.
func TestARunGoesForwardOnly(t *testing.T) {
	r := &Run{State: Queued, Purpose: Official, AskedBy: "a"}
	for n := range maxTries {
		if begins, err := r.begin(); !begins || err != nil || r.State != Freezing {
			t.Fatalf("try %d: %v %v %+v", n, begins, err, r)
		}
		r.Tries++
	}
	if _, err := r.begin(); fault.CodeOf(err) != "programme.tries" {
		t.Error(err)
	}
	r.finish(5, Sums{Lines: 1}, Sealed{ResultSHA256: "x"})
	if r.State != Done || r.Standing != Proposed || r.EndedAt != 5 {
		t.Errorf("%+v", r)
	}
	if begins, err := r.begin(); begins || err != nil {
		t.Error("a run that is done begins again", err)
	}
	for code, try := range map[string]func() error{
		"programme.four_eyes": func() error { return r.rule("a", "甲", true, "", 6) },
		"programme.reason":    func() error { return r.rule("b", "乙", false, "  ", 6) },
		"programme.note":      func() error { return r.rule("b", "乙", true, strings.Repeat("字", maxNote+1), 6) },
	} {
		if err := try(); fault.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	if err := r.rule("", "", true, "", 6); fault.CodeOf(err) != "programme.four_eyes" {
		t.Error("nobody confirms:", err)
	}
	if err := r.rule("b", "乙", true, "", 6); err != nil || r.Standing != InForce || r.RuledBy != "b" {
		t.Errorf("%v %+v", err, r)
	}
	if err := r.rule("c", "丙", false, "x", 7); fault.CodeOf(err) != "programme.not_proposed" {
		t.Error(err)
	}
	trial := &Run{State: Settling, Purpose: Trial}
	trial.finish(5, Sums{}, Sealed{})
	if trial.Standing != NoStanding {
		t.Error("a trial is for the record")
	}
	failed := &Run{State: Settling}
	failed.fail(9, fault.New(fault.Invalid, "a.b", "中", "en").In(fault.Place{File: "x.csv", Line: 3, Field: "f", Value: "v"}))
	if want := (Failure{"a.b", "中", "en", "x.csv", 3, "f", "v"}); failed.State != Failed || *failed.Failure != want {
		t.Errorf("%+v", failed.Failure)
	}
	failed.fail(9, errors.New("dial tcp 10.0.0.1: secret"))
	if failed.Failure.Code != "programme.internal" || strings.Contains(failed.Failure.En, "secret") {
		t.Errorf("what is internal is told: %+v", failed.Failure)
	}
}

func TestABankIsShownNoTotals(t *testing.T) {
	sealed := &Sealed{BundleSHA256: "b", Facts: []TableDigest{{Table: "loans", Rows: 5}}, Submissions: 3}
	r := &Run{Sums: &Sums{Paid: 1}, Sealed: sealed, Note: "n", RuledNote: "m", Check: &Check{}, Failure: &Failure{}}
	r.forBank()
	if r.Sums != nil || r.Note+r.RuledNote != "" || r.Check != nil || r.Failure != nil || r.Sealed.Facts != nil || r.Sealed.Submissions != 0 {
		t.Errorf("%+v", r)
	}
	if sealed.Facts == nil {
		t.Error("the run itself was changed")
	}
}

func TestTheFirstStepAtWhichTwoLinesPart(t *testing.T) {
	line := Line{PayeeID: "p", Base: 1, LimitedBase: 2, Rate: 3, Amount: 4, Deducted: 5, Capped: 6, Pooled: 7, Paid: 8}
	if s := FirstStep(nil, nil) + FirstStep(&line, &line); s != "" {
		t.Error(s)
	}
	if FirstStep(nil, &line) != AtSelection || FirstStep(&line, nil) != AtSelection {
		t.Error("a line in one run only")
	}
	steps := []struct {
		step   Step
		change func(*Line)
	}{
		{AtSelection, func(l *Line) { l.PayeeID = "q" }},
		{AtBase, func(l *Line) { l.Base++ }},
		{AtLimit, func(l *Line) { l.LimitedBase++ }},
		{AtRate, func(l *Line) { l.Rate++ }},
		{AtAmount, func(l *Line) { l.Amount++ }},
		{AtDeduction, func(l *Line) { l.Deducted++ }},
		{AtCap, func(l *Line) { l.Capped++ }},
		{AtPool, func(l *Line) { l.Pooled++ }},
		{AtRounding, func(l *Line) { l.Paid++ }},
	}
	for i := range steps {
		other := line
		for _, s := range steps[i:] { // whatever differs later
			s.change(&other)
			if got := FirstStep(&line, &other); got != steps[i].step {
				t.Errorf("%s, not %s", got, steps[i].step)
			}
		}
	}
}

// TestSumsAddUp: whatever the rows, the sums by item, by bank and by town come to the
// same.
func TestSumsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"a", "b", "c"})
		res := &settlement.Result{}
		for range rapid.IntRange(0, 20).Draw(t, "lines") {
			res.Lines = append(res.Lines, settlement.Line{
				Item: name.Draw(t, "item"), InstitutionID: name.Draw(t, "bank"), EnterpriseID: name.Draw(t, "firm"),
				Base: rapid.Int64Range(0, 1e12).Draw(t, "base"), Capped: money.Fen(rapid.Int64Range(0, 1e12).Draw(t, "capped")), Paid: money.Fen(rapid.Int64Range(0, 1e12).Draw(t, "paid")),
			})
		}
		for range rapid.IntRange(0, 5).Draw(t, "asides") {
			res.SetAside = append(res.SetAside, settlement.Aside{Item: name.Draw(t, "item"), InstitutionID: name.Draw(t, "bank")})
			res.Excluded = append(res.Excluded, settlement.Aside{Item: name.Draw(t, "item"), EnterpriseID: name.Draw(t, "firm")})
		}
		r := rowsOf(res, towns{"a": "331082100", "b": "331082101"})
		var all Sum
		for _, l := range res.Lines {
			all.Rows, all.Base, all.Entitled, all.Paid = all.Rows+1, all.Base+l.Base, all.Entitled+l.Capped, all.Paid+l.Paid
		}
		for _, by := range []By{ByItem, ByBank, ByTown} {
			sum := Sum{}
			for _, s := range r.Sums {
				if s.By == by {
					sum.Rows, sum.Base, sum.Entitled, sum.Paid = sum.Rows+s.Rows, sum.Base+s.Base, sum.Entitled+s.Entitled, sum.Paid+s.Paid
					sum.SetAside, sum.Excluded = sum.SetAside+s.SetAside, sum.Excluded+s.Excluded
				}
			}
			if sum.Rows != all.Rows || sum.Base != all.Base || sum.Entitled != all.Entitled || sum.Paid != all.Paid ||
				sum.SetAside != int64(len(res.SetAside)) || sum.Excluded != int64(len(res.Excluded)) {
				t.Fatalf("by %s: %+v, not %+v", by, sum, all)
			}
		}
	})
}

// towns are firms and where they are.
type towns map[string]string

func (towns) Institution(id string) Party  { return Party{Name: "bank " + id} }
func (t towns) Enterprise(id string) Party { return Party{Name: "firm " + id, Town: t[id]} }

func TestMoneyIsPutUnderItsClause(t *testing.T) {
	got := MoneyByClause([]string{"一", "二", "三"}, map[string]string{"x": "一", "y": "一", "z": "三"}, []Sum{
		{Item: "x", Rows: 1, Paid: 10, Entitled: 11}, {Item: "y", Rows: 2, Paid: 20, SetAside: 3}, {Item: "z", Excluded: 4},
	})
	if got[0].Paid != 30 || got[0].Rows != 3 || got[0].SetAside != 3 || len(got[0].Items) != 2 || got[1].Paid != 0 || got[2].Excluded != 4 {
		t.Errorf("%+v", got)
	}
}

func TestGapsToTargets(t *testing.T) {
	for _, c := range []struct {
		m    Measured
		want int64
	}{
		{Measured{Known: true, HasTarget: true, AtLeast: true, Target: 10, Value: 9}, 1},
		{Measured{Known: true, HasTarget: true, AtLeast: true, Target: 10, Value: 10}, 0},
		{Measured{Known: true, HasTarget: true, AtLeast: true, Target: 10, Value: 11}, 0},
		{Measured{Known: true, HasTarget: true, Target: 10, Value: 9}, 0},
		{Measured{Known: true, HasTarget: true, Target: 10, Value: 10}, 0},
		{Measured{Known: true, HasTarget: true, Target: 10, Value: 12}, 2},
		{Measured{Known: false, HasTarget: true, AtLeast: true, Target: 10}, 0},
		{Measured{Known: true, AtLeast: true, Value: 3}, 0},
	} {
		if got := gap(c.m); got != c.want {
			t.Errorf("%+v: %d, not %d", c.m, got, c.want)
		}
	}
}

func TestWhatDiffersBetweenRuns(t *testing.T) {
	day := func(text string) civil.Date {
		d, err := civil.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	run := func() *Run {
		return &Run{
			From: day("2021-01-01"), To: day("2021-12-31"), Readings: map[string]string{"average": "x", "order": "y"}, Parameters: map[string]string{"limit": "1元"},
			Sealed: &Sealed{PackSHA256: "p", Facts: []TableDigest{{"loans", 1, "l"}, {"decisions", 1, "d"}, {"budgets", 1, "b"}}},
		}
	}
	if got := inputs(run(), run(), nil); len(got) != 0 {
		t.Errorf("the same runs differ in %+v", got)
	}
	b := run()
	b.To, b.Readings["average"], b.Parameters["limit"], b.Sealed.PackSHA256 = day("2021-06-30"), "z", "2元", "q"
	b.Sealed.Facts = []TableDigest{{"loans", 1, "m"}, {"decisions", 1, "e"}, {"collaterals", 1, "c"}}
	var what []string
	for _, d := range inputs(run(), b, map[string]string{"average": "怎样算"}) {
		what = append(what, d.What+" "+d.Name)
	}
	if got := strings.Join(what, ","); got != "period ,pack ,reading average,parameter limit,budgets budgets,facts collaterals,decisions decisions,facts loans" {
		t.Error(got)
	}
}
