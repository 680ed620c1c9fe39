package reporting

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/workflow"
)

// Calendar says how it stands with what organisations within scope owe for the
// months from to to.
//
// Errors: reporting.period, reporting.too_long.
func (s *Service) Calendar(ctx context.Context, scope access.Scope, from, to Period) (cells []Cell, err error) {
	first, last, err := between(from, to)
	if err != nil {
		return nil, err
	}
	if last-first >= maxMonths {
		return nil, errTooLong()
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		cells, err = s.calendar(tx, scope, first, last)
		return err
	})
	return cells, err
}

func (s *Service) calendar(tx Tx, scope access.Scope, first, last civil.Month) ([]Cell, error) {
	orgs, err := tx.Orgs(scope)
	if err != nil {
		return nil, err
	}
	obligations, err := tx.Obligations()
	if err != nil {
		return nil, err
	}
	y, _ := first.YM()
	around, _ := civil.MonthOf(y, 1) // a year that is owed may have begun before
	list, _, err := tx.Submissions(scope, Query{Overlaps: true, First: around, Last: last + 11})
	if err != nil {
		return nil, err
	}
	days, err := workdays(tx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(orgs, func(a, b access.Org) int { return strings.Compare(string(a.Kind)+a.Name, string(b.Kind)+b.Name) })
	return Calendar(obligations, orgs, list, first, last, s.Now().Date(), days)
}

// workdays returns the calendar of working days.
func workdays(tx Tx) (*workflow.Calendar, error) {
	years, err := tx.Years()
	if err != nil {
		return nil, err
	}
	return workflow.NewCalendar(append(workflow.Known(), years...)), nil
}

// Kinds of the events that remind.
const (
	DueSoon = "report.due_soon" // three working days before the day it is due
	Overdue = "report.overdue"  // the day after
	// Escalated is when it is still owed more than three working days after that day:
	// one level up is told, the organisation's lead and the office's.
	Escalated = "report.escalated"
)

// Remind tells those who owe something that it is due in three working days, that
// it is overdue, and that it still is, each once. It is to be called every day, and may be more
// often.
func (s *Service) Remind(ctx context.Context) error {
	now := s.Now()
	today := now.Date()
	return s.Store.Write(ctx, func(tx Tx) error {
		days, err := workdays(tx)
		if err != nil {
			return err
		}
		cells, err := s.calendar(tx, access.Scope{All: true}, today.Month()-13, today.Month())
		if err != nil {
			return err
		}
		for i := range cells {
			c := &cells[i]
			var kinds []string
			switch {
			case !c.Owed() || c.State == CellChecking:
			case today > c.DueOn && days.Between(c.DueOn, today) > remindDays:
				kinds = []string{Overdue, Escalated}
			case today > c.DueOn:
				kinds = []string{Overdue}
			case days.Between(today, c.DueOn) <= remindDays:
				kinds = []string{DueSoon}
			}
			for _, kind := range kinds {
				if err := s.remind(tx, kind, c, days.Between(c.DueOn, today)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// remindDays is how many working days before a day people are told that it comes, and
// after it that it was missed.
const remindDays = 3

// remind tells of what is owed, if nobody was told in this way yet; it is late by so
// many working days.
func (s *Service) remind(tx Tx, kind string, c *Cell, late int) error {
	now := s.Now()
	fresh, err := tx.Remind(kind+"/"+c.Obligation+"/"+c.Org+"/"+string(c.Period), now)
	if err != nil || !fresh {
		return err
	}
	return tx.Emit(event.Event{ID: s.NewID(), Kind: kind, At: now, Orgs: []string{c.Org}, Subject: c.Obligation, Data: map[string]string{
		"title": c.Title, "period": string(c.Period), "due_on": c.DueOn.String(), "org_name": c.OrgName, "days": strconv.Itoa(late),
	}})
}

// Missed returns what organisations within scope should have handed in by now and
// have not.
func (s *Service) Missed(ctx context.Context, scope access.Scope) (missed []Cell, err error) {
	today := s.Now().Date()
	err = s.Store.Read(ctx, func(tx Tx) error {
		cells, err := s.calendar(tx, scope, today.Month()-13, today.Month())
		missed = slices.DeleteFunc(cells, func(c Cell) bool { return !c.Owed() || c.State == CellChecking || today <= c.DueOn })
		return err
	})
	return missed, err
}

// Obligations returns who owes what, by title.
func (s *Service) Obligations(ctx context.Context) (list []Obligation, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, err = tx.Obligations()
		return err
	})
	return list, err
}

// PutObligation makes an obligation, when it has no ID, or changes the version of
// it that was read.
//
// Errors: those of Obligation.Check, reporting.not_found, store.changed.
func (s *Service) PutObligation(ctx context.Context, c access.Caller, o Obligation) (*Obligation, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	action := "obligation.change"
	if o.ID == "" {
		o.ID, o.Version, action = s.NewID(), 0, "obligation.add"
	}
	if o.Orgs == nil {
		o.Orgs = []string{}
	}
	if o.Items == nil {
		o.Items = []string{}
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		o := o
		if action == "obligation.change" {
			if _, err := tx.Obligation(o.ID); err != nil {
				return err
			}
			o.Version = max(o.Version, 1)
		}
		for _, id := range o.Orgs {
			if _, err := tx.Org(id); err != nil {
				return err
			}
		}
		if err := tx.PutObligation(&o); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), action, o.ID, map[string]string{"title": o.Title, "set": string(o.Set), "from": string(o.From), "until": string(o.Until)}))
	})
	o.Version++
	return &o, err
}

// DropObligation ends an obligation as if it had never been. One that held for a
// time is better given an end.
//
// Errors: reporting.not_found, store.changed.
func (s *Service) DropObligation(ctx context.Context, c access.Caller, id string, version int64) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		o, err := tx.Obligation(id)
		if err != nil {
			return err
		}
		if err := tx.DeleteObligation(id, version); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "obligation.drop", id, map[string]string{"title": o.Title}))
	})
}
