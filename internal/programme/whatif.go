package programme

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
)

// Alternative is one other way to settle the same facts.
type Alternative struct {
	Title      string            `json:"title,omitempty" doc:"what people call it; empty: its changes"`
	Readings   map[string]string `json:"readings,omitempty"`
	Parameters map[string]string `json:"parameters,omitempty"`
}

// WhatIf holds alternatives against a run's own settlement.
type WhatIf struct {
	ID           string        `json:"id"`
	Title        string        `json:"title"`
	Run          string        `json:"run" doc:"whose frozen facts and choices they are held against"`
	RunNo        int64         `json:"run_no"`
	Pack         string        `json:"pack"`
	State        State         `json:"state" enum:"queued,settling,done,failed"`
	AskedBy      string        `json:"asked_by"`
	AskedByName  string        `json:"asked_by_name"`
	AskedOrg     string        `json:"-"`
	AskedAt      civil.Instant `json:"asked_at_ms"`
	EndedAt      civil.Instant `json:"ended_at_ms"`
	Alternatives []Result      `json:"alternatives"`
	Failure      *Failure      `json:"failure,omitempty"`
	Page         File          `json:"-"`
	Table        File          `json:"-"`
	Tries        int           `json:"-"`
	Version      int64         `json:"version"`
}

// File is something kept beside the database, by its hash.
type File struct {
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// Result is an alternative and what it came to.
type Result struct {
	No int `json:"no" doc:"from 1"`
	Alternative
	Refused *Failure  `json:"refused,omitempty" doc:"why it cannot be settled; then the rest is empty"`
	Before  money.Fen `json:"before_fen"`
	After   money.Fen `json:"after_fen"`
	Gainers int64     `json:"gainers"`
	Losers  int64     `json:"losers"`
	Gain    money.Fen `json:"gain_fen"`
	Loss    money.Fen `json:"loss_fen" doc:"positive"`
	Waiting int64     `json:"waiting" doc:"rows set aside, less those of the run"`
}

// Shift is what something gets under the run, and under an alternative.
type Shift struct {
	No         int       `json:"no" doc:"of the alternative"`
	By         By        `json:"by" enum:"item,bank,town,payee"`
	Key        string    `json:"key"`
	Name       string    `json:"name"`
	Item       string    `json:"item" doc:"of a payee: of which item; empty: of all"`
	Before     money.Fen `json:"before_fen"`
	After      money.Fen `json:"after_fen"`
	Difference money.Fen `json:"difference_fen"`
}

// AskWhatIf says what is to be tried.
type AskWhatIf struct {
	Title        string        `json:"title,omitempty"`
	Run          string        `json:"run" doc:"id of a run that is done"`
	Alternatives []Alternative `json:"alternatives" minItems:"1" maxItems:"8"`
}

// check holds what is asked against the pack. An alternative that the pack refuses
// is refused here, not found out an hour later.
//
// Errors: programme.alternatives, programme.title, programme.changes,
// programme.same and those of policy.Pack.Plan; Field names the alternative.
func (a *AskWhatIf) check(pack *policy.Pack, run *Run) ([]Result, error) {
	if n := len(a.Alternatives); n == 0 || n > MaxAlternatives {
		return nil, fault.Invalidf("programme.alternatives", "一次测算须有1至%d个方案", "a trial has 1 to %d alternatives", MaxAlternatives).In(fault.Place{Field: "alternatives"})
	}
	if utf8.RuneCountInString(a.Title) > maxTitle {
		return nil, fault.Invalidf("programme.title", "名称不超过%d个字", "a title has at most %d characters", maxTitle).In(fault.Place{Field: "title"})
	}
	var results []Result
	for i, alt := range a.Alternatives {
		at := fault.Place{Field: "alternatives[" + strconv.Itoa(i) + "]"}
		if utf8.RuneCountInString(alt.Title) > maxTitle {
			return nil, fault.Invalidf("programme.title", "方案名称不超过%d个字", "an alternative's title has at most %d characters", maxTitle).In(at)
		}
		plan, err := planOf(pack, over(run.Changed.Readings, alt.Readings), over(run.Changed.Parameters, alt.Parameters), civil.Range{First: run.From, Last: run.To})
		if err != nil {
			f := fault.Of(err)
			if f.At.Field != "" {
				at.Field += "." + f.At.Field
			}
			f.At.Field = ""
			return nil, f.In(at)
		}
		if same(plan.Readings, run.Readings) && same(plan.Parameters, run.Parameters) {
			return nil, fault.New(fault.Invalid, "programme.same", "该方案与原结算的理解和参数完全相同，请至少改动一项", "the alternative is the run itself; change something").In(at)
		}
		if alt.Title = strings.TrimSpace(alt.Title); alt.Title == "" {
			alt.Title = fault.Clip(changesText(pack, alt))
		}
		results = append(results, Result{No: i + 1, Alternative: alt})
	}
	return results, nil
}

// over returns base with changes put over it.
func over(base, changes map[string]string) map[string]string {
	out := map[string]string{}
	for _, m := range []map[string]string{base, changes} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

func same(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return true
}

// changesText says an alternative's changes as the pack calls them.
func changesText(pack *policy.Pack, a Alternative) string {
	var parts []string
	for _, r := range pack.Readings {
		value, ok := a.Readings[r.Name]
		if !ok {
			continue
		}
		for _, v := range r.Values {
			if v.Value == value {
				parts = append(parts, r.Title+"："+v.Title)
			}
		}
	}
	for _, p := range pack.Parameters {
		if value, ok := a.Parameters[p.Name]; ok {
			parts = append(parts, p.Title+"："+value)
		}
	}
	return strings.Join(parts, "；")
}
