package workflow

import (
	"fmt"
	"slices"
)

// Stage is where a case stands.
type Stage string

// Verb is what somebody does to a case.
type Verb string

// The verbs that every stage with a clock has. They decide nothing: the case stays.
const (
	Pause  Verb = "pause"  // 暂停计时
	Resume Verb = "resume" // 继续计时
)

// Table is the life of one kind of case.
type Table struct {
	Kind   string // of the cases: claim
	Stages []StageRule
	Moves  []Move
}

// StageRule is one stage. The first of a table is where cases begin.
type StageRule struct {
	Stage  Stage
	Zh     string
	Owners []string // the roles it waits for; none: the clock, or nobody
	Filer  bool     // of the organisation that filed the case, not of any
	Term   string   // name of the term its clock runs for; "" no clock
	Steady bool     // its clock is never stopped: nothing that others must bring is waited for
	// Joint: each role of the case's panel decides once; when the last has, the
	// case makes the move of theirs that stands last in the table. Without a panel
	// it makes the first.
	Joint bool
	Ends  bool // nothing comes after it
}

// Move is one arrow of the table.
type Move struct {
	From   Stage
	Verb   Verb
	To     Stage
	Zh     string
	Roles  []string // who may; none: the clock alone
	Filer  bool     // of the organisation that filed the case
	Reason bool     // not without one
	Again  bool     // begins the next round
	Clock  bool     // the clock may make it too
	Apart  []Verb   // not for who made one of these in this round
}

// Rule returns the rule of a stage, nil when the table has no such stage.
func (t *Table) Rule(s Stage) *StageRule {
	for i := range t.Stages {
		if t.Stages[i].Stage == s {
			return &t.Stages[i]
		}
	}
	return nil
}

// Start returns the stage at which cases begin.
func (t *Table) Start() Stage { return t.Stages[0].Stage }

// Move returns the arrow that verb is at stage from, nil when there is none.
func (t *Table) Move(from Stage, verb Verb) *Move {
	for i := range t.Moves {
		if t.Moves[i].From == from && t.Moves[i].Verb == verb {
			return &t.Moves[i]
		}
	}
	return nil
}

// From returns the moves that leave a stage, in the order of the table.
func (t *Table) From(s Stage) []Move {
	var out []Move
	for _, m := range t.Moves {
		if m.From == s {
			out = append(out, m)
		}
	}
	return out
}

// Faults returns what is wrong with the table itself, for a test of each: stages
// that cannot be reached or left, verbs with two meanings, a way back that begins no
// round, owners who can do nothing.
func (t *Table) Faults() []string {
	var bad []string
	reached := map[Stage]bool{t.Start(): true}
	for _, m := range t.Moves {
		reached[m.To] = true
		from, to := t.Rule(m.From), t.Rule(m.To)
		switch {
		case from == nil || to == nil:
			bad = append(bad, fmt.Sprintf("%s %s: no such stage", m.From, m.Verb))
			continue
		case from.Ends:
			bad = append(bad, fmt.Sprintf("%s %s: leaves a stage that ends", m.From, m.Verb))
		case t.Move(m.From, m.Verb).To != m.To:
			bad = append(bad, fmt.Sprintf("%s %s: twice", m.From, m.Verb))
		case len(m.Roles) == 0 && !m.Clock:
			bad = append(bad, fmt.Sprintf("%s %s: for nobody", m.From, m.Verb))
		}
		if !m.Again && t.leads(m.To, m.From, map[Stage]bool{}) {
			bad = append(bad, fmt.Sprintf("%s %s: a way back within a round", m.From, m.Verb))
		}
	}
	for _, s := range t.Stages {
		moves := t.From(s.Stage)
		if !reached[s.Stage] {
			bad = append(bad, fmt.Sprintf("%s: cannot be reached", s.Stage))
		}
		if !s.Ends && len(moves) == 0 {
			bad = append(bad, fmt.Sprintf("%s: cannot be left", s.Stage))
		}
		for _, role := range s.Owners {
			if !slices.ContainsFunc(moves, func(m Move) bool { return slices.Contains(m.Roles, role) }) {
				bad = append(bad, fmt.Sprintf("%s: %s can do nothing", s.Stage, role))
			}
		}
	}
	return bad
}

// leads tells whether moves that begin no round lead from one stage to another.
func (t *Table) leads(from, to Stage, seen map[Stage]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(t.Moves, func(m Move) bool { return m.From == from && !m.Again && t.leads(m.To, to, seen) })
}
