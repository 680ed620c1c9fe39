package late

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"
)

// Service tells of what is late.
type Service struct {
	Store  Store
	Tables []*workflow.Table // of the kinds of cases that it looks at
	// Finally are kinds that the finance office is told of when the lead of who owes them has
	// let them lie too.
	Finally []string
	Claims  *subsidy.Service // knows how long an objection may take
	Now     func() civil.Instant
	NewID   func() string
}

const (
	further = 3 // working days until one level up is told
	piece   = 100
)

// objection is what an objection is called beside the kinds of cases.
const objection = "objection"

// answerers are who answers objections: the office's lead, one level above him the bureau's.
var answerers = []string{string(access.OfficeLead)}

// notice is something late, as one event tells it. Its data has the roles that are
// told, apart by spaces.
type notice struct {
	key   string
	event event.Event
}

// Tick tells of what is late and was not told of yet. It returns how much it told of.
// It is to be called now and then.
func (s *Service) Tick(ctx context.Context) (told int, err error) {
	var due []notice
	if err := s.Store.Read(ctx, func(tx Tx) error {
		due, err = s.untold(tx)
		return err
	}); err != nil {
		return 0, err
	}
	for part := range slices.Chunk(due, piece) {
		n := 0
		err := s.Store.Write(ctx, func(tx Tx) error {
			n = 0
			for _, x := range part {
				fresh, err := tx.Remind(x.key, x.event.At)
				if err != nil {
					return err
				}
				if !fresh {
					continue
				}
				n++
				if err := tx.Emit(x.event); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return told, err
		}
		told += n
	}
	return told, nil
}

// untold returns what is late now and nobody was told of.
func (s *Service) untold(tx Tx) (due []notice, err error) {
	days, err := calendar(tx)
	if err != nil {
		return nil, err
	}
	all, err := s.cases(tx, days)
	if err != nil {
		return nil, err
	}
	open, err := s.objections(tx, days)
	if err != nil {
		return nil, err
	}
	for _, x := range append(all, open...) {
		done, err := tx.Reminded(x.key)
		if err != nil {
			return nil, err
		}
		if !done {
			due = append(due, x)
		}
	}
	return due, nil
}

func calendar(tx Tx) (*workflow.Calendar, error) {
	years, err := tx.Years()
	if err != nil {
		return nil, err
	}
	return workflow.NewCalendar(append(workflow.Known(), years...)), nil
}

// cases returns what is to be told of cases.
func (s *Service) cases(tx Tx, days *workflow.Calendar) (out []notice, err error) {
	today := s.Now().Date()
	for after := ""; ; {
		list, err := tx.LateCases(today, after, piece)
		if err != nil || len(list) == 0 {
			return out, err
		}
		for i := range list {
			c := &list[i]
			after = c.ID
			t := s.table(c.Kind)
			if t == nil {
				continue
			}
			owners, err := tx.Owners(c.ID)
			if err != nil {
				return nil, err
			}
			var roles, orgs []string
			for _, o := range owners {
				roles = append(roles, o.Role)
				if o.Org != "" && !slices.Contains(orgs, o.Org) {
					orgs = append(orgs, o.Org)
				}
			}
			step := strings.Join([]string{c.Kind, c.ID, strconv.FormatInt(c.Round, 10), string(c.Stage)}, "/")
			out = append(out, s.of(days, c.DueOn, c.Kind, step, roles, event.Event{
				Orgs: orgs, Subject: c.ID, Data: map[string]string{"title": c.Title, "stage": string(c.Stage), "stage_zh": t.Rule(c.Stage).Zh},
			})...)
		}
	}
}

func (s *Service) table(kind string) *workflow.Table {
	for _, t := range s.Tables {
		if t.Kind == kind {
			return t
		}
	}
	return nil
}

// objections returns what is to be told of objections.
func (s *Service) objections(tx Tx, days *workflow.Calendar) (out []notice, err error) {
	open, _, err := tx.Objections(subsidy.ObjectionFilter{Open: true})
	if err != nil {
		return nil, err
	}
	for i := range open {
		o := &open[i]
		n, err := tx.Notice(o.Notice)
		if err != nil {
			return nil, err
		}
		rules, err := s.Claims.RulesIn(tx, n.Policy)
		if err != nil {
			return nil, err
		}
		out = append(out, s.of(days, rules.AnswerBy(o.At.Date(), days), objection, objection+"/"+o.ID, answerers, event.Event{
			Subject: o.ID, Data: map[string]string{"title": n.Title, "notice": n.ID},
		})...)
	}
	return out, nil
}

// of returns what is to be told of a step that should have been over by a day: that it
// is late, and that it still is. e says what it is about.
func (s *Service) of(days *workflow.Calendar, due civil.Date, kind, step string, roles []string, e event.Event) (out []notice) {
	today := s.Now().Date()
	if today <= due || len(roles) == 0 {
		return nil
	}
	first := owe(roles)
	say := func(verb string, to []string) {
		x := e
		x.ID, x.At, x.Kind = s.NewID(), s.Now(), kind+"."+verb
		x.Data = map[string]string{
			"due_on": due.String(), "roles": strings.Join(to, " "), "days": strconv.Itoa(days.Between(due, today)), "owner": "authority",
		}
		if len(e.Orgs) > 0 {
			x.Data["owner"] = "filer"
		}
		for k, v := range e.Data {
			x.Data[k] = v
		}
		out = append(out, notice{verb + "/" + step, x})
	}
	say("late", first)
	if days.Between(due, today) > further {
		say("escalated", above(first))
	}
	if days.Between(due, today) > 2*further && slices.Contains(s.Finally, kind) {
		e.Orgs = nil
		say("unanswered", answerers)
	}
	return out
}

// Item is something late.
type Item struct {
	Kind  string // of the case, or objection
	ID    string
	Title string
}

// Of returns what is late for somebody now, the longest first, of each sort at most limit.
func (s *Service) Of(ctx context.Context, who workflow.Actor, limit int) (items []Item, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		items = nil
		today := s.Now().Date()
		list, _, err := tx.Waiting(who, today, workflow.WaitingQuery{Late: true, Limit: limit})
		if err != nil {
			return err
		}
		for i := range list {
			title := list[i].Title
			if t := s.table(list[i].Kind); t != nil {
				title = t.Rule(list[i].Stage).Zh + "：" + title
			}
			items = append(items, Item{list[i].Kind, list[i].ID, title})
		}
		if !slices.ContainsFunc(who.Roles, func(r string) bool { return slices.Contains(answerers, r) }) {
			return nil
		}
		days, err := calendar(tx)
		if err != nil {
			return err
		}
		open, err := s.objections(tx, days)
		for _, x := range open {
			if strings.HasSuffix(x.event.Kind, ".late") && limit > 0 {
				items = append(items, Item{objection, x.event.Subject, "异议待答复：" + x.event.Data["title"]})
				limit--
			}
		}
		return err
	})
	return items, err
}
