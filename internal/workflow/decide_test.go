package workflow

import (
	"fmt"
	"slices"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"

	"pgregory.net/rapid"
)

// permit is a small table with everything a table can have.
//
//	draft ─ file ► check ─ pass ► panel ─ agree ► sign ─ sign ► done
//	  ▲              └─ back ┐      └─ object ► talk ─ settle ┘
//	  └──────────────────────┘
var permit = &Table{
	Kind: "permit",
	Stages: []StageRule{
		{Stage: "draft", Zh: "草稿", Owners: []string{"bank"}, Filer: true},
		{Stage: "check", Zh: "初审", Owners: []string{"office"}, Term: "check"},
		{Stage: "panel", Zh: "征求意见", Owners: []string{"pboc", "regulator"}, Term: "panel", Joint: true},
		{Stage: "talk", Zh: "会商", Owners: []string{"office"}},
		{Stage: "sign", Zh: "签发", Owners: []string{"lead"}, Term: "sign"},
		{Stage: "done", Zh: "办结", Ends: true},
	},
	Moves: []Move{
		{From: "draft", Verb: "file", To: "check", Zh: "提交", Roles: []string{"bank"}, Filer: true},
		{From: "check", Verb: "pass", To: "panel", Zh: "通过", Roles: []string{"office", "lead"}},
		{From: "check", Verb: "back", To: "draft", Zh: "退回", Roles: []string{"office"}, Reason: true, Again: true},
		{From: "panel", Verb: "agree", To: "sign", Zh: "无异议", Roles: []string{"pboc", "regulator"}, Clock: true},
		{From: "panel", Verb: "object", To: "talk", Zh: "有异议", Roles: []string{"pboc", "regulator"}, Reason: true},
		{From: "talk", Verb: "settle", To: "sign", Zh: "会商一致", Roles: []string{"office"}, Reason: true},
		{From: "sign", Verb: "sign", To: "done", Zh: "签发", Roles: []string{"lead"}, Apart: []Verb{"pass"}},
	},
}

var clock = Clock{Terms: Terms{"check": 5, "panel": 3, "sign": 2}, Calendar: NewCalendar(Known())}

func TestTableIsSound(t *testing.T) {
	if bad := permit.Faults(); len(bad) > 0 {
		t.Error(bad)
	}
}

func TestUnsoundTablesAreFound(t *testing.T) {
	for name, spoil := range map[string]func(*Table){
		"a stage nobody reaches":     func(t *Table) { t.Stages = append(t.Stages, StageRule{Stage: "lost", Ends: true}) },
		"a stage without a way out":  func(t *Table) { t.Stages[5].Ends = false },
		"a verb with two meanings":   func(t *Table) { t.Moves = append(t.Moves, Move{From: "check", Verb: "pass", To: "sign", Clock: true}) },
		"a way back without a round": func(t *Table) { t.Moves[2].Again = false },
		"an owner without a move":    func(t *Table) { t.Stages[3].Owners = []string{"auditor"} },
		"a move nobody makes":        func(t *Table) { t.Moves[5].Roles = nil },
		"a move out of the last": func(t *Table) {
			t.Moves = append(t.Moves, Move{From: "done", Verb: "x", To: "done", Clock: true, Again: true})
		},
		"a move to a stage not there": func(t *Table) { t.Moves[0].To = "nowhere" },
	} {
		c := Table{Kind: "permit", Stages: slices.Clone(permit.Stages), Moves: slices.Clone(permit.Moves)}
		spoil(&c)
		if len(c.Faults()) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
}

// play is a case with what happened to it.
type play struct {
	c    Case
	past []Decision
	at   civil.Instant
}

func newPlay(panel ...string) *play {
	at := civil.StartOf(civil.Date(18871)) + 9*civil.Hour // 2021-09-01, a Wednesday
	p := &play{c: Case{ID: "1", Org: "b1", Panel: panel, Round: 1}, at: at}
	permit.arrive(&p.c, permit.Start(), at, clock)
	return p
}

func (p *play) do(who Actor, verb Verb, reason string) error {
	d, err := permit.Decide(&p.c, p.past, who, Act{ID: fmt.Sprint(len(p.past)), Verb: verb, Reason: reason, At: p.at})
	if err != nil {
		return err
	}
	permit.apply(&p.c, d, clock)
	p.past = append(p.past, *d)
	return nil
}

func person(name, org string, roles ...string) Actor {
	return Actor{Person: name, Name: name, Org: org, Roles: roles}
}

var (
	bank  = person("bank", "b1", "bank")
	other = person("other", "b2", "bank")
	wu    = person("wu", "o", "office", "lead")
	zheng = person("zheng", "o", "lead")
	pboc  = person("pboc", "p", "pboc")
	reg   = person("reg", "r", "regulator")
	time  = Actor{}
)

func (p *play) must(t *testing.T, who Actor, verb Verb, want Stage) {
	t.Helper()
	if err := p.do(who, verb, "因为"); err != nil || p.c.Stage != want {
		t.Fatalf("%s by %s: %v, at %s", verb, who.Name, err, p.c.Stage)
	}
}

func (p *play) refused(t *testing.T, who Actor, verb Verb, reason, code string) {
	t.Helper()
	if err := p.do(who, verb, reason); fault.CodeOf(err) != code {
		t.Fatalf("%s by %s at %s: %v, not %s", verb, who.Name, p.c.Stage, err, code)
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	p := newPlay("pboc", "regulator")
	p.refused(t, other, "file", "", "workflow.not_yours")
	p.refused(t, wu, "file", "", "workflow.not_yours")
	p.refused(t, bank, "pass", "", "workflow.no_move")
	p.must(t, bank, "file", "check")
	if want := day(t, "2021-09-08"); p.c.DueOn != want || p.c.Late(want) || !p.c.Late(want+1) {
		t.Errorf("due on %s", p.c.DueOn)
	}
	p.refused(t, wu, "back", " ", "workflow.reason")
	p.must(t, wu, "back", "draft")
	if p.c.Round != 2 || p.c.DueOn != civil.Never {
		t.Errorf("after a return: round %d, due on %s", p.c.Round, p.c.DueOn)
	}
	p.must(t, bank, "file", "check") // once a round, so again
	p.must(t, wu, "pass", "panel")
	p.must(t, pboc, "agree", "panel")
	p.refused(t, pboc, "object", "因为", "workflow.decided")
	p.refused(t, person("pboc2", "p", "pboc"), "object", "因为", "workflow.decided")
	if o := permit.Owners(&p.c, p.past); len(o) != 1 || o[0].Role != "regulator" {
		t.Errorf("waits for %v", o)
	}
	p.must(t, reg, "agree", "sign")
	p.refused(t, wu, "sign", "", "workflow.four_eyes")
	p.refused(t, time, "sign", "", "workflow.not_yours")
	p.must(t, zheng, "sign", "done")
	p.refused(t, zheng, "sign", "", "workflow.no_move")
}

func TestOneObjectionIsEnough(t *testing.T) {
	for _, order := range [][]Actor{{pboc, reg}, {reg, pboc}} {
		p := newPlay("pboc", "regulator")
		p.must(t, bank, "file", "check")
		p.must(t, wu, "pass", "panel")
		p.must(t, order[0], "object", "panel")
		p.must(t, order[1], "agree", "talk")
		p.must(t, wu, "settle", "sign")
	}
}

func TestClockSpeaksForTheSilent(t *testing.T) {
	p := newPlay("pboc", "regulator")
	p.must(t, bank, "file", "check")
	p.must(t, wu, "pass", "panel")
	p.must(t, time, "agree", "sign")
	p = newPlay("pboc", "regulator")
	p.must(t, bank, "file", "check")
	p.must(t, wu, "pass", "panel")
	p.must(t, reg, "object", "panel")
	p.must(t, time, "agree", "talk") // the objection stands
}

func TestWhoIsNotAskedIsNotHeard(t *testing.T) {
	p := newPlay("pboc")
	p.must(t, bank, "file", "check")
	p.must(t, wu, "pass", "panel")
	p.refused(t, reg, "object", "因为", "workflow.not_yours")
	p.must(t, pboc, "agree", "sign")
}

func TestNobodyToHear(t *testing.T) {
	p := newPlay()
	p.must(t, bank, "file", "check")
	p.must(t, wu, "pass", "sign")
}

func TestStoppedClockKeepsItsDays(t *testing.T) {
	p := newPlay("pboc")
	p.refused(t, bank, Pause, "", "workflow.no_move") // a draft has no clock
	p.must(t, bank, "file", "check")
	p.at += 2 * civil.Day // Friday: 3 of 5 days left
	p.refused(t, wu, Pause, "", "workflow.reason")
	p.must(t, wu, Pause, "check")
	if !p.c.Paused() || p.c.Left != 3 || p.c.Late(p.c.Since.Date()+100) {
		t.Errorf("stopped with %d days left, due on %s", p.c.Left, p.c.DueOn)
	}
	p.refused(t, wu, Pause, "因为", "workflow.no_move")
	p.at += 10 * civil.Day // Monday 2021-09-13
	p.must(t, wu, Resume, "check")
	if p.c.Paused() || p.c.DueOn != day(t, "2021-09-16") {
		t.Errorf("goes on until %s", p.c.DueOn)
	}
	p.must(t, wu, "pass", "panel") // who stopped the clock has decided nothing
}

func TestActingOnWhatHasChanged(t *testing.T) {
	p := newPlay()
	p.c.Version = 3
	if _, err := permit.Decide(&p.c, nil, bank, Act{Verb: "file", Version: 2}); fault.CodeOf(err) != "workflow.moved" {
		t.Errorf("got %v", err)
	}
}

// TestRandomWalks has random people do random things. Where the case stands is
// what its decisions tell, nobody decides twice at a stage in a round, and
// nobody signs what he passed.
func TestRandomWalks(t *testing.T) {
	people := []Actor{bank, other, wu, zheng, pboc, reg, person("li", "o", "office"), person("all", "b1", "bank", "office", "lead", "pboc"), time}
	verbs := []Verb{"file", "pass", "back", "agree", "object", "settle", "sign", Pause, Resume}
	panels := [][]string{nil, {"pboc"}, {"pboc", "regulator"}}
	rapid.Check(t, func(t *rapid.T) {
		p := newPlay(panels[rapid.IntRange(0, 2).Draw(t, "panel")]...)
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			who, verb := people[rapid.IntRange(0, len(people)-1).Draw(t, "who")], verbs[rapid.IntRange(0, len(verbs)-1).Draw(t, "verb")]
			p.at += civil.Instant(rapid.IntRange(0, 40).Draw(t, "hours")) * civil.Hour
			before := p.c
			if p.do(who, verb, "因为") != nil && fmt.Sprint(before) != fmt.Sprint(p.c) {
				t.Fatal("what is refused changes the case")
			}
		}
		s, err := permit.Replay(p.past)
		if err != nil {
			t.Fatal(err)
		}
		if s.Stage != p.c.Stage || s.Round != p.c.Round || s.Decided != p.c.Decided || s.Paused != p.c.Paused() {
			t.Fatalf("kept %+v, told %+v", p.c, s)
		}
		seen := map[string]bool{}
		for _, d := range p.past {
			key := fmt.Sprint(d.Round, d.Stage, d.Person)
			if !d.free() && d.Person != "" && seen[key] {
				t.Fatalf("%s decides twice at %s", d.Person, d.Stage)
			}
			seen[key] = seen[key] || !d.free()
			for _, e := range p.past {
				if d.Verb == "sign" && e.Verb == "pass" && e.Round == d.Round && e.Person == d.Person {
					t.Fatalf("%s signs what he passed", d.Person)
				}
			}
		}
	})
}

func TestHistoryThatDoesNotFit(t *testing.T) {
	p := newPlay()
	p.must(t, bank, "file", "check")
	p.must(t, wu, "pass", "sign")
	for name, spoil := range map[string]func([]Decision) []Decision{
		"one left out":       func(d []Decision) []Decision { return d[1:] },
		"one changed":        func(d []Decision) []Decision { d[1].To = "done"; d[1].Stage = "draft"; return d },
		"another way":        func(d []Decision) []Decision { d[0].To = "done"; return d },
		"one that is not in": func(d []Decision) []Decision { d[1].Verb = "win"; return d },
	} {
		if _, err := permit.Replay(spoil(slices.Clone(p.past))); fault.CodeOf(err) != "workflow.history" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFileNames(t *testing.T) {
	for name, good := range map[string]bool{
		"承诺书.pdf": true, "a b (1).jpg": true, "": false, "..": false, "../x.pdf": false, `c:\x`: false, "a\x00.pdf": false, "\u202efdp.exe": false, "x\n": false,
	} {
		a := Attachment{Name: name, Size: 1}
		if got := a.Check(0) == nil; got != good {
			t.Errorf("%q: %v", name, got)
		}
	}
	for size, good := range map[int64]bool{0: false, 1: true, MaxFile: true, MaxFile + 1: false} {
		a := Attachment{Name: "a", Size: size}
		if got := a.Check(0) == nil; got != good {
			t.Errorf("%d bytes: %v", size, got)
		}
	}
	if a := (Attachment{Name: "a", Size: 1}); a.Check(maxFiles-1) != nil || a.Check(maxFiles) == nil {
		t.Error("the number of files is not limited")
	}
}
