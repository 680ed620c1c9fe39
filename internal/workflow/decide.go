package workflow

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Act is what somebody wants to do to a case.
type Act struct {
	ID      string // of the decision
	Verb    Verb
	Reason  string
	At      civil.Instant
	Amount  money.Fen // what the case comes to after it
	Version int64     // of the case as it was read; 0: whatever it is now
}

// Decide returns the decision that who makes on c, whose decisions so far are past.
//
// Errors: workflow.moved (somebody acted meanwhile), workflow.no_move (this is not
// done at this stage), workflow.not_yours (not by this role or organisation),
// workflow.decided (once a stage and round; a
// joint stage hears each role once), workflow.four_eyes, workflow.reason.
func (t *Table) Decide(c *Case, past []Decision, who Actor, act Act) (*Decision, error) {
	if act.Version != 0 && act.Version != c.Version {
		return nil, fault.New(fault.Conflict, "workflow.moved", "他人已办理，请刷新后再试", "somebody acted on it meanwhile; read it again")
	}
	m, err := t.arrow(c, act.Verb)
	if err != nil {
		return nil, err
	}
	role, err := m.admit(c, who)
	if err != nil {
		return nil, err
	}
	if err := t.hears(c, past, act.Verb, role); err != nil {
		return nil, err
	}
	switch n := utf8.RuneCountInString(strings.TrimSpace(act.Reason)); {
	case m.Reason && n == 0:
		return nil, fault.Newf(fault.Invalid, "workflow.reason", "“%s”须写明理由", "%s needs a reason", m.Zh).In(fault.Place{Field: "reason"})
	case n > maxReason:
		return nil, fault.Invalidf("workflow.reason", "理由不超过%d字", "a reason has at most %d characters", maxReason).In(fault.Place{Field: "reason"})
	}
	d := &Decision{
		ID: act.ID, Case: c.ID, Seq: c.Decided + 1, Round: c.Round, Stage: c.Stage, Verb: act.Verb, To: m.To,
		Person: who.Person, Name: who.Name, Org: who.Org, Role: role, At: act.At, Reason: strings.TrimSpace(act.Reason), Amount: act.Amount,
	}
	if err := m.apart(d, past); err != nil {
		return nil, err
	}
	d.To = t.through(c, t.outcome(c, past, d))
	return d, nil
}

// arrow returns the move that verb is for c now.
func (t *Table) arrow(c *Case, verb Verb) (*Move, error) {
	rule := t.Rule(c.Stage)
	switch {
	case rule == nil:
		return nil, fault.Newf(fault.Internal, "workflow.stage", "环节“%s”不存在", "there is no stage %q", string(c.Stage))
	case verb == Pause && rule.Term != "" && !rule.Steady && !c.Paused(), verb == Resume && c.Paused():
		return &Move{
			From: c.Stage, Verb: verb, To: c.Stage, Zh: map[Verb]string{Pause: "暂停计时", Resume: "继续计时"}[verb],
			Roles: rule.Owners, Filer: rule.Filer, Reason: verb == Pause,
		}, nil
	}
	if m := t.Move(c.Stage, verb); m != nil {
		return m, nil
	}
	var can []string
	for _, m := range t.From(c.Stage) {
		can = append(can, m.Zh)
	}
	now := "该环节已办结"
	if len(can) > 0 {
		now = "现在可以：" + strings.Join(can, "、")
	}
	return nil, fault.New(fault.Conflict, "workflow.no_move", fmt.Sprintf("“%s”环节不能这样办理，%s", rule.Zh, now),
		fmt.Sprintf("this is not done at stage %s", c.Stage))
}

// admit tells by which role who may make m on c; "" for the clock.
func (m *Move) admit(c *Case, who Actor) (string, error) {
	if who.Person == "" {
		if m.Clock {
			return "", nil
		}
		return "", fault.New(fault.Forbidden, "workflow.not_yours", "这一步须由人办理", "a person does this")
	}
	if !m.Filer || who.Org == c.Org {
		for _, r := range m.Roles {
			if slices.Contains(who.Roles, r) {
				return r, nil
			}
		}
	}
	return "", fault.New(fault.Forbidden, "workflow.not_yours", "这一步不由您的角色或单位办理", "this is not for your role or organisation")
}

// hears tells whether c's stage, if it is a joint one, still waits for role.
func (t *Table) hears(c *Case, past []Decision, verb Verb, role string) error {
	if !t.Rule(c.Stage).Joint || role == "" || verb == Pause || verb == Resume {
		return nil
	}
	if !slices.Contains(c.Panel, role) {
		return fault.New(fault.Forbidden, "workflow.not_yours", "本办件不征求您单位的意见", "your authority is not asked about this one")
	}
	if t.Heard(c, past, role) {
		return fault.New(fault.Conflict, "workflow.decided", "您单位已就本办件发表意见", "your authority has been heard")
	}
	return nil
}

// apart tells whether d's person may decide, after past.
func (m *Move) apart(d *Decision, past []Decision) error {
	if d.Person == "" || d.free() {
		return nil
	}
	for i := range past {
		p := &past[i]
		if p.Round != d.Round || p.Person != d.Person || p.free() {
			continue
		}
		if p.Stage == d.Stage {
			return fault.New(fault.Conflict, "workflow.decided", "您在本环节已办理过，须由他人办理", "you have decided at this stage; another person does")
		}
		if slices.Contains(m.Apart, p.Verb) {
			return fault.New(fault.Forbidden, "workflow.four_eyes", "您办理过前面的环节，这一步须由另一人办理", "you made an earlier step; this one is for another person")
		}
	}
	return nil
}

// outcome returns where d leads: at a joint stage nowhere, until the last is heard.
func (t *Table) outcome(c *Case, past []Decision, d *Decision) Stage {
	rule := t.Rule(c.Stage)
	if !rule.Joint || d.free() {
		return d.To
	}
	moves := t.From(c.Stage)
	heard := heardAt(c, past)
	last := slices.IndexFunc(moves, func(m Move) bool { return m.Verb == d.Verb })
	for _, verb := range heard {
		last = max(last, slices.IndexFunc(moves, func(m Move) bool { return m.Verb == verb }))
	}
	if d.Role != "" {
		heard[d.Role] = d.Verb
	} else {
		heard = nil // the clock speaks for all who are silent
	}
	for _, role := range c.Panel {
		if _, ok := heard[role]; !ok && heard != nil {
			return c.Stage
		}
	}
	return moves[last].To
}

// heardAt returns who of the panel has decided at c's stage in this round, and how.
func heardAt(c *Case, past []Decision) map[string]Verb {
	heard := map[string]Verb{}
	for i := range past {
		if p := &past[i]; p.Round == c.Round && p.Stage == c.Stage && !p.free() {
			heard[p.Role] = p.Verb
		}
	}
	return heard
}

// through returns where a case comes to rest that arrives at s: it passes joint
// stages at which nobody is heard.
func (t *Table) through(c *Case, s Stage) Stage {
	for len(c.Panel) == 0 && t.Rule(s).Joint {
		s = t.From(s)[0].To
	}
	return s
}

// Heard tells whether c's stage has heard role in this round.
func (t *Table) Heard(c *Case, past []Decision, role string) bool {
	_, ok := heardAt(c, past)[role]
	return t.Rule(c.Stage).Joint && ok
}

// Owners returns whom c waits for, after past.
func (t *Table) Owners(c *Case, past []Decision) []Owner {
	rule := t.Rule(c.Stage)
	roles, org := rule.Owners, ""
	if rule.Filer {
		org = c.Org
	}
	if rule.Joint {
		roles = c.Panel
	}
	owners := []Owner{}
	for _, r := range roles {
		if !t.Heard(c, past, r) {
			owners = append(owners, Owner{Role: r, Org: org})
		}
	}
	return owners
}

// Terms are how many working days the named clocks run.
type Terms map[string]int

// Clock is what due days are reckoned by.
type Clock struct {
	Terms    Terms
	Calendar *Calendar
}

// apply brings c to where d leaves it.
func (t *Table) apply(c *Case, d *Decision, k Clock) {
	c.Decided, c.Amount = d.Seq, d.Amount
	on := d.At.Date()
	switch {
	case d.Verb == Pause:
		c.Left, c.DueOn = int64(k.Calendar.Between(on, c.DueOn)), civil.Never
		return
	case d.Verb == Resume:
		c.DueOn, c.Left = k.Calendar.Add(on, int(c.Left)), -1
		return
	case d.To == c.Stage:
		return
	}
	if m := t.Move(d.Stage, d.Verb); m != nil && m.Again {
		c.Round++
	}
	t.arrive(c, d.To, d.At, k)
}

func (t *Table) arrive(c *Case, s Stage, at civil.Instant, k Clock) {
	c.Stage, c.Since, c.Left, c.DueOn = s, at, -1, civil.Never
	if term := t.Rule(s).Term; term != "" && k.Terms[term] > 0 {
		c.DueOn = k.Calendar.Add(at.Date(), min(k.Terms[term], maxTerm))
	}
}

// State is where a case stands as its decisions alone tell it.
type State struct {
	Stage   Stage
	Round   int64
	Decided int64
	Amount  money.Fen
	Paused  bool
}

// Replay derives where a case stands from its decisions, in their order. It
// refuses rows that cannot follow one another.
//
// Errors: workflow.history.
func (t *Table) Replay(decisions []Decision) (State, error) {
	s := State{Stage: t.Start(), Round: 1}
	for i := range decisions {
		d := &decisions[i]
		if d.Seq != s.Decided+1 || d.Stage != s.Stage || d.Round != s.Round {
			return s, fault.Newf(fault.Internal, "workflow.history", "第%d条办理意见与前文不连续", "decision %d does not follow the one before it", i+1)
		}
		s.Decided, s.Amount = d.Seq, d.Amount
		if d.free() {
			s.Paused = d.Verb == Pause
			continue
		}
		m := t.Move(d.Stage, d.Verb)
		if m == nil || !t.Rule(d.Stage).Joint && d.To != m.To && !t.Rule(m.To).Joint {
			return s, fault.Newf(fault.Internal, "workflow.history", "第%d条办理意见不在流程中", "decision %d is none of the table's", i+1)
		}
		if d.To != s.Stage {
			s.Stage, s.Paused = d.To, false
			if m.Again {
				s.Round++
			}
		}
	}
	return s, nil
}
