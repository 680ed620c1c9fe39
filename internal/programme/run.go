package programme

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
)

// Purpose is what a run is for.
type Purpose string

// The purposes.
const (
	Trial    Purpose = "trial"    // 试算: to look at
	Official Purpose = "official" // 正式: for the record; a second person confirms it
)

// State is how far a run, or a WhatIf, has come:
//
//	queued ──▶ freezing ──▶ settling ──▶ done
//	   └───────────┴───────────┴───────▶ failed
//
// It only goes forward. A run whose server stops on the way begins again; it is
// done once.
type State string

// The states.
const (
	Queued   State = "queued"   // 排队
	Freezing State = "freezing" // 冻结数据
	Settling State = "settling" // 计算
	Done     State = "done"     // 完成
	Failed   State = "failed"   // 失败; Failure says why
)

// Ended tells whether nothing more happens by itself.
func (s State) Ended() bool { return s == Done || s == Failed }

// Standing is what a run counts for. A run for the record:
//
//	"" ──▶ proposed ──▶ official ──▶ superseded
//	           └──────▶ rejected
type Standing string

// The standings.
const (
	NoStanding Standing = ""           // a trial, or not done yet
	Proposed   Standing = "proposed"   // 待确认
	InForce    Standing = "official"   // 正式
	Superseded Standing = "superseded" // 被替代
	Rejected   Standing = "rejected"   // 不予确认
)

// Ask says what is to be settled.
type Ask struct {
	Pack    string  `json:"pack" doc:"id of an installed pack"`
	Purpose Purpose `json:"purpose" enum:"trial,official"`
	// From and To are the period: whole months within what the pack pays for. Both
	// empty: all of it.
	From       string            `json:"from_on,omitempty" doc:"first day of the period; empty: the pack's own"`
	To         string            `json:"to_on,omitempty" doc:"last day of the period"`
	Readings   map[string]string `json:"readings,omitempty" doc:"those that differ from the pack's choice"`
	Parameters map[string]string `json:"parameters,omitempty" doc:"those that differ from the document's, as one writes them: 20万元, 0.5%"`
	Note       string            `json:"note,omitempty"`
}

// Failure is why a run failed, for the person who asked for it.
type Failure struct {
	Code  string `json:"code"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
	File  string `json:"file,omitempty"`
	Line  int    `json:"line,omitempty"`
	Field string `json:"field,omitempty"`
	Value string `json:"value,omitempty"`
}

// failureOf tells what err says that an outsider may know.
func failureOf(err error) *Failure {
	f := fault.Of(err)
	if f.Kind == fault.Internal {
		return &Failure{Code: "programme.internal", Zh: "系统内部错误，已记录，请联系管理员", En: "an internal error; it has been logged"}
	}
	return &Failure{Code: f.Code, Zh: f.Zh, En: f.En, File: f.At.File, Line: f.At.Line, Field: f.At.Field, Value: f.At.Value}
}

// Sums is what a run came to.
type Sums struct {
	Lines    int64     `json:"lines"`
	Payees   int64     `json:"payees" doc:"payees of an item, each item counted"`
	SetAside int64     `json:"set_aside"`
	Excluded int64     `json:"excluded"`
	Entitled money.Fen `json:"entitled_fen" doc:"after limits, rates and caps"`
	Pooled   money.Fen `json:"pooled_fen" doc:"after pools"`
	Paid     money.Fen `json:"paid_fen" doc:"after rounding"`
}

// TableDigest is what was read of a table of facts.
type TableDigest struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Sealed is what names the result of a run for ever.
type Sealed struct {
	PackSHA256   string        `json:"pack_sha256"`
	ResultSHA256 string        `json:"result_sha256"`
	BundleSHA256 string        `json:"bundle_sha256"`
	BundleSize   int64         `json:"bundle_size"`
	Facts        []TableDigest `json:"facts"`
	Submissions  int64         `json:"submissions" doc:"accepted submissions that were frozen"`
	// Sources lists those submissions, file by file, and Columns the columns of their
	// facts that count.
	Sources File                `json:"sources"`
	Columns map[string][]string `json:"columns,omitempty" doc:"the columns of the facts that were read, by table"`
}

// Check is what verifying a run's bundle on the server came to.
type Check struct {
	State    State         `json:"state" enum:"queued,settling,done,failed"`
	At       civil.Instant `json:"at_ms"`
	By       string        `json:"by" doc:"name of who asked"`
	Holds    bool          `json:"holds" doc:"every file is as it was written and every amount follows from the facts"`
	Problems []Failure     `json:"problems,omitempty"`
}

// Run is one settlement.
type Run struct {
	ID         string            `json:"id"`
	No         int64             `json:"no" doc:"counts the runs of this platform"`
	Pack       string            `json:"pack"`
	Title      string            `json:"title" doc:"of the pack"`
	Purpose    Purpose           `json:"purpose" enum:"trial,official"`
	State      State             `json:"state" enum:"queued,freezing,settling,done,failed"`
	Standing   Standing          `json:"standing" enum:",proposed,official,superseded,rejected"`
	From       civil.Date        `json:"from_on"`
	To         civil.Date        `json:"to_on"`
	Changed    Changes           `json:"changed" doc:"readings and parameters that were asked for otherwise than the pack says"`
	Readings   map[string]string `json:"readings" doc:"all, as they were run"`
	Parameters map[string]string `json:"parameters"`
	Note       string            `json:"note"`

	AskedBy     string        `json:"asked_by" doc:"account"`
	AskedByName string        `json:"asked_by_name"`
	AskedOrg    string        `json:"-"`
	AskedAt     civil.Instant `json:"asked_at_ms"`
	FrozenAt    civil.Instant `json:"frozen_at_ms" doc:"what was accepted by then is in it; 0: not yet"`
	Snapshot    string        `json:"snapshot" doc:"what was frozen, with what was found in it"`
	EndedAt     civil.Instant `json:"ended_at_ms"`
	ClearedAt   civil.Instant `json:"cleared_at_ms" doc:"when the rows of a trial were cleared; its bundle stays; 0: they are here"`
	RuledBy     string        `json:"ruled_by" doc:"account of who confirmed or rejected it"`
	RuledByName string        `json:"ruled_by_name"`
	RuledAt     civil.Instant `json:"ruled_at_ms"`
	RuledNote   string        `json:"ruled_note"`

	Sums    *Sums    `json:"sums,omitempty" doc:"not for a bank"`
	Sealed  *Sealed  `json:"sealed,omitempty"`
	Failure *Failure `json:"failure,omitempty"`
	Check   *Check   `json:"check,omitempty" doc:"the last verification on the server"`
	Tries   int      `json:"-"`
	Version int64    `json:"version"`
}

// Changes are readings and parameters that differ from the pack's.
type Changes struct {
	Readings   map[string]string `json:"readings"`
	Parameters map[string]string `json:"parameters"`
}

// plan checks what is asked against the pack.
//
// Errors: programme.purpose, programme.note, programme.changes, programme.period,
// and those of policy.Pack.Plan.
func (a *Ask) plan(pack *policy.Pack) (*policy.Plan, error) {
	if a.Purpose != Trial && a.Purpose != Official {
		return nil, fault.Invalidf("programme.purpose", "用途须为 trial（试算）或 official（正式），不能是“%s”", "the purpose is trial or official, not %q", fault.Clip(string(a.Purpose))).In(fault.Place{Field: "purpose"})
	}
	if utf8.RuneCountInString(a.Note) > maxNote {
		return nil, fault.Invalidf("programme.note", "说明不超过%d个字", "a note has at most %d characters", maxNote).In(fault.Place{Field: "note"})
	}
	scope, err := a.period()
	if err != nil {
		return nil, err
	}
	return planOf(pack, a.Readings, a.Parameters, scope)
}

// period reads the period asked for; the zero Range when none is.
func (a *Ask) period() (civil.Range, error) {
	if a.From == "" && a.To == "" {
		return civil.Range{}, nil
	}
	from, err := civil.ParseDate(a.From)
	if err != nil {
		return civil.Range{}, fault.Of(err).In(fault.Place{Field: "from_on", Value: fault.Clip(a.From)})
	}
	to, err := civil.ParseDate(a.To)
	if err != nil {
		return civil.Range{}, fault.Of(err).In(fault.Place{Field: "to_on", Value: fault.Clip(a.To)})
	}
	return civil.Range{First: from, Last: to}, nil
}

// planOf makes a plan, within the limits of what may be asked.
func planOf(pack *policy.Pack, readings, parameters map[string]string, scope civil.Range) (*policy.Plan, error) {
	if len(readings)+len(parameters) > maxChanges {
		return nil, fault.Invalidf("programme.changes", "一次至多改动%d项理解和参数", "at most %d readings and parameters", maxChanges)
	}
	for _, m := range []map[string]string{readings, parameters} {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if len(name) > maxValue || len(m[name]) > maxValue || !utf8.ValidString(m[name]) || strings.TrimSpace(m[name]) == "" {
				return nil, fault.Invalidf("programme.changes", "“%s”的取值为空或过长", "the value of %q is empty or too long", fault.Clip(name)).In(fault.Place{Field: fault.Clip(name)})
			}
		}
	}
	return pack.Plan(policy.Choices{Readings: readings, Parameters: parameters, Scope: scope})
}

// begin says that r starts being worked on. It is false when there is nothing left
// to do. What counts as a try is one that ended for want of something (tried): a
// server that is stopped on the way says nothing about the run.
//
// Error: programme.tries.
func (r *Run) begin() (bool, error) {
	if r.State.Ended() {
		return false, nil
	}
	if r.Tries >= maxTries {
		return true, fault.Newf(fault.Unavailable, "programme.tries", "尝试%d次仍未完成，请稍后重新发起", "not done after %d tries; ask again later", maxTries)
	}
	r.State = Freezing
	return true, nil
}

// finish says that r is done.
func (r *Run) finish(now civil.Instant, sums Sums, sealed Sealed) {
	r.State, r.EndedAt, r.Sums, r.Sealed = Done, now, &sums, &sealed
	if r.Purpose == Official {
		r.Standing = Proposed
	}
}

// fail says that r has come to nothing.
func (r *Run) fail(now civil.Instant, err error) {
	r.State, r.EndedAt, r.Failure = Failed, now, failureOf(err)
}

// rule lets a second person confirm or reject a proposed run.
//
// Errors: programme.not_proposed, programme.four_eyes, programme.reason.
func (r *Run) rule(account, name string, confirm bool, note string, now civil.Instant) error {
	note = strings.TrimSpace(note)
	switch {
	case r.State != Done || r.Standing != Proposed:
		return fault.New(fault.Conflict, "programme.not_proposed", "只有已完成、待确认的正式结算可以确认或退回", "only a run for the record that is done and waits can be confirmed or rejected")
	case account == "" || account == r.AskedBy:
		return fault.New(fault.Forbidden, "programme.four_eyes", "发起人不能确认自己的结算，请由另一人办理", "who asked for a run cannot confirm it; somebody else must")
	case !confirm && note == "":
		return fault.New(fault.Invalid, "programme.reason", "退回须写明理由", "a rejection needs a reason").In(fault.Place{Field: "note"})
	case utf8.RuneCountInString(note) > maxNote:
		return fault.Invalidf("programme.note", "说明不超过%d个字", "a note has at most %d characters", maxNote).In(fault.Place{Field: "note"})
	}
	r.RuledBy, r.RuledByName, r.RuledAt, r.RuledNote = account, name, now, note
	if r.Standing = Rejected; confirm {
		r.Standing = InForce
	}
	return nil
}

// forBank returns r as a bank may see it: without totals of others, and without
// what the office wrote for itself.
func (r *Run) forBank() {
	r.Sums, r.Failure, r.Check, r.Note, r.RuledNote = nil, nil, nil, "", ""
	if r.Sealed != nil {
		s := *r.Sealed
		s.Facts, s.Submissions, s.Sources, s.Columns = nil, 0, File{}, nil
		r.Sealed = &s
	}
}
