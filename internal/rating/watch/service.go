package watch

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/rating"
	"changrong/internal/rating/scorecard"
)

// JobKind is the kind of the jobs that compute one month of one model (Service.Do).
const JobKind = "rating.month"

// EventAlarmed is the kind of the event that a month has alarms that it did not have.
const EventAlarmed = "rating_month.alarmed"

// Service watches models.
type Service struct {
	Store  Store
	Sealer rating.Sealer
	Loans  LoanBook
	Now    func() civil.Instant
	NewID  func() string
}

// order is what a job is told.
type order struct {
	Model string      `json:"model"`
	Month civil.Month `json:"month"`
}

func (o order) job(now civil.Instant) (event.Job, error) {
	payload, err := json.Marshal(o)
	return event.Job{Kind: JobKind, Key: o.Model + " " + o.Month.String(), Payload: string(payload), At: now}, err
}

// since is the month in which a model was put to use first, in the shadow or not.
func since(m *rating.Model) (civil.Month, bool) {
	for _, a := range m.Acts {
		if a.Verb == rating.Cast || a.Verb == rating.Activate {
			return a.At.Date().Month(), true
		}
	}
	return 0, false
}

// Close asks for every past month of every model in use or in the shadow that is not closed
// yet, or that could mature and has not. It is to be called now and then; called again it
// asks for nothing that is done.
func (s *Service) Close(ctx context.Context) error {
	now := s.Now()
	var due []order
	err := s.Store.Read(ctx, func(tx Tx) error {
		due = nil
		used, err := tx.InUse()
		if err != nil {
			return err
		}
		for i := range used {
			more, err := dueOf(tx, &used[i], now.Date().Month())
			if err != nil {
				return err
			}
			due = append(due, more...)
		}
		return nil
	})
	if err != nil || len(due) == 0 {
		return err
	}
	return s.Store.Write(ctx, func(tx Tx) error {
		for _, o := range due {
			j, err := o.job(now)
			if err != nil {
				return err
			}
			if err := tx.Enqueue(j); err != nil {
				return err
			}
		}
		return nil
	})
}

// dueOf are the months of a model that are to be computed.
func dueOf(tx Tx, m *rating.Model, this civil.Month) (due []order, err error) {
	first, used := since(m)
	if !used {
		return nil, nil
	}
	rule, err := ruleOf(tx, m.ID)
	if err != nil {
		return nil, err
	}
	states, err := tx.MonthStates(m.ID)
	if err != nil {
		return nil, err
	}
	for month := first; month < this; month++ {
		if is := states[month]; is == "" || is == Closed && this >= rule.matures(month) {
			due = append(due, order{m.ID, month})
		}
	}
	return due, nil
}

// ruleOf is the rule of a model, set or usual.
func ruleOf(tx Tx, model string) (*Rule, error) {
	r, err := tx.WatchRule(model)
	if err != nil || r != nil {
		return r, err
	}
	usual := Usual
	return &usual, nil
}

// Recompute asks for a month to be computed again, by hand.
//
// Errors: rating.not_found, watch.month of a month in which the model was in no use, or that
// is not over.
func (s *Service) Recompute(ctx context.Context, who access.Caller, model string, month civil.Month) error {
	now := s.Now()
	return s.Store.Write(ctx, func(tx Tx) error {
		m, err := tx.Model(model)
		if err != nil {
			return err
		}
		if first, used := since(m); !used || month < first || month >= now.Date().Month() {
			return fault.New(fault.Invalid, "watch.month", "只能计算模型投入使用（含影子运行）以后、已经结束的月份", "a month can be computed that is over and in which the model was in use or in the shadow").In(fault.Place{Field: "month", Value: month.String()})
		}
		j, err := order{model, month}.job(now)
		if err != nil {
			return err
		}
		if err := tx.Enqueue(j); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, "rating_month.ask", model, map[string]string{"month": month.String()}))
	})
}

// Do is the handler of JobKind: it computes a month and keeps it. Doing it again computes
// it again.
func (s *Service) Do(ctx context.Context, j event.Job, report func(done, total int64, note string)) error {
	var o order
	if err := json.Unmarshal([]byte(j.Payload), &o); err != nil {
		return err
	}
	report(0, 3, "读取评分")
	l, m, err := s.look(ctx, o)
	if err != nil {
		return err
	}
	if s.Now().Date().Month() >= l.Rule.matures(o.Month) {
		report(1, 3, "读取银行报送")
		if l.Fates, err = s.fates(ctx, o.Month, l); err != nil {
			return err
		}
	}
	report(2, 3, "计算")
	out, err := Compute(o.Month, l.Looked)
	if err != nil {
		return err
	}
	if out.Beside != nil {
		out.Beside.Model, out.Beside.Name, out.Beside.Edition = l.used.ID, l.used.Name, l.used.Edition
	}
	return s.keep(ctx, m, out)
}

// looked is what was read for a month.
type looked struct {
	*Looked
	used *rating.Model // the one in use, of a shadow; nil: none
}

// look reads what a month is computed from, but for what became of the firms.
func (s *Service) look(ctx context.Context, o order) (l *looked, m *rating.Model, err error) {
	l = &looked{Looked: &Looked{}}
	err = s.Store.Read(ctx, func(tx Tx) error {
		if m, err = tx.Model(o.Model); err != nil {
			return err
		}
		rule, err := ruleOf(tx, o.Model)
		if err != nil {
			return err
		}
		l.Rule, l.used = *rule, nil
		if m.State != rating.Shadow {
			return nil
		}
		used, err := tx.InUse()
		l.used = beside(used, m)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if l.Card, err = scorecard.Read(m.Card); err != nil {
		return nil, nil, err
	}
	l.Trained, l.Validated = madeOf(m, l.Card)
	subjects := map[string]string{}
	if l.Rated, err = s.rated(ctx, o.Model, o.Month, subjects); err != nil {
		return nil, nil, err
	}
	if l.used != nil {
		if l.InUse, err = s.rated(ctx, l.used.ID, o.Month, map[string]string{}); err != nil {
			return nil, nil, err
		}
	}
	l.Used, err = s.uses(ctx, subjects)
	return l, m, err
}

// beside is the model in use that a shadow is put beside: that of its name, else the first.
func beside(used []rating.Model, shadow *rating.Model) *rating.Model {
	var out *rating.Model
	for i := range used {
		if x := &used[i]; x.State == rating.Active && (out == nil || x.Name == shadow.Name) {
			out = x
		}
	}
	return out
}

// madeOf is what the reports of a model say of its training: rows by grade, nil where they do
// not say; and the mean AUC of its validation.
func madeOf(m *rating.Model, c *scorecard.Card) (trained []int64, validated *float64) {
	var report struct {
		Grades []struct {
			Grade string `json:"grade"`
			Rows  int64  `json:"rows"`
		} `json:"grades"`
	}
	var validation struct {
		Card struct {
			AUC []float64 `json:"auc"`
		} `json:"card"`
	}
	// A card made elsewhere may have reports of another form: then they do not say.
	if json.Unmarshal(m.Report, &report) == nil && len(report.Grades) == len(c.Grades) {
		var all int64
		for i, g := range report.Grades {
			if g.Grade != c.Grades[i].Name {
				all = 0
				break
			}
			trained, all = append(trained, g.Rows), all+g.Rows
		}
		if all == 0 {
			trained = nil
		}
	}
	if json.Unmarshal(m.Validation, &validation) == nil && len(validation.Card.AUC) > 0 {
		var sum float64
		for _, x := range validation.Card.AUC {
			sum += x
		}
		sum /= float64(len(validation.Card.AUC))
		validated = &sum
	}
	return trained, validated
}

// page is how many scores are read at a time.
const page = 1000

// rated are the last scores of a month, by firm. subjects gets the grades of what scores
// were asked for, the last of each.
func (s *Service) rated(ctx context.Context, model string, month civil.Month, subjects map[string]string) (map[string]*Rated, error) {
	from, to := civil.StartOf(month.First()), civil.StartOf((month + 1).First())
	out, last := map[string]*Rated{}, map[string]*Rated{}
	for after := ""; ; {
		var kept []rating.Kept
		err := s.Store.Read(ctx, func(tx Tx) (err error) {
			kept, err = tx.ScoresBetween(model, from, to, after, page)
			return err
		})
		if err != nil {
			return nil, err
		}
		for i := range kept {
			k := &kept[i]
			x, err := rating.Open(s.Sealer, k)
			if err != nil {
				return nil, err
			}
			r := ratedOf(x)
			if r.after(out[k.Firm]) {
				out[k.Firm] = r
			}
			if k.Subject != "" && r.after(last[k.Subject]) {
				last[k.Subject], subjects[k.Subject] = r, r.Grade
			}
			after = k.ID
		}
		if len(kept) < page {
			return out, nil
		}
	}
}

// ratedOf is what a score says, without what it was made of.
func ratedOf(x *rating.Score) *Rated {
	r := &Rated{Refused: x.Refused != nil, Score: x.Score, Grade: x.Grade, PD: x.PD, at: x.At, id: x.ID}
	for _, p := range x.Parts {
		r.Codes = append(r.Codes, p.Code)
	}
	return r
}

// after tells whether a score was made after another; nil was never made.
func (r *Rated) after(o *Rated) bool {
	return o == nil || r.at > o.at || r.at == o.at && r.id > o.id
}

// asked is how many applications are asked for at a time.
const asked = 200

// uses are what banks made of the applications that scores were asked for, by grade.
func (s *Service) uses(ctx context.Context, subjects map[string]string) (map[string][]Use, error) {
	ids := make([]string, 0, len(subjects))
	for id := range subjects {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	out := map[string][]Use{}
	for some := range slices.Chunk(ids, asked) {
		var uses map[string]Use
		err := s.Store.Read(ctx, func(tx Tx) (err error) {
			uses, err = tx.ReferralUses(some)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, id := range some {
			if u, ok := uses[id]; ok {
				out[subjects[id]] = append(out[subjects[id]], u)
			}
		}
	}
	return out, nil
}

// fates are what became of a month's firms.
func (s *Service) fates(ctx context.Context, month civil.Month, l *looked) (map[string]Fate, error) {
	notes, err := s.notes(ctx, month, &l.Rule, func(uscc string) bool { return l.Rated[uscc] != nil && !l.Rated[uscc].Refused })
	if err != nil {
		return nil, err
	}
	out := make(map[string]Fate, len(l.Rated))
	for firm, r := range l.Rated {
		if !r.Refused {
			out[firm] = l.Rule.Fate(month, notes[firm])
		}
	}
	return out, nil
}

// notes are those of firms that are wanted over the time in which a rule observes firms
// scored in month, by firm.
func (s *Service) notes(ctx context.Context, month civil.Month, r *Rule, wanted func(uscc string) bool) (map[string][]Note, error) {
	out := map[string][]Note{}
	err := s.Loans(ctx, month-1, month+civil.Month(r.Observe), wanted, func(n *Note) { out[n.USCC] = append(out[n.USCC], *n) })
	return out, err
}

// keep keeps a month, and tells of alarms that it did not have.
func (s *Service) keep(ctx context.Context, m *rating.Model, out *Month) error {
	now := s.Now()
	out.Model, out.At = m.ID, now
	return s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.PutMonth(out); err != nil {
			return err
		}
		was, _, err := tx.Alarms(AlarmFilter{Model: m.ID, Month: out.Month})
		if err != nil {
			return err
		}
		put, fresh := meet(was, out.Alarms, now)
		for i := range put {
			a := &put[i]
			if a.ID == "" {
				a.ID = s.NewID()
			}
			a.Model, a.Name, a.Edition = m.ID, m.Name, m.Edition
			if err := tx.PutAlarm(a); err != nil {
				return err
			}
		}
		told := map[string]string{"name": m.Name, "edition": strconv.FormatInt(m.Edition, 10), "month": out.Month.String(), "fresh": strconv.Itoa(fresh)}
		if fresh > 0 {
			if err := tx.Emit(event.Event{Kind: EventAlarmed, At: now, Subject: m.ID, Data: told}); err != nil {
				return err
			}
		}
		return tx.Audit(access.Caller{}.Entry(now, "rating_month.compute", m.ID, told))
	})
}

// Months lists the months of a model, the last first.
//
// Errors: rating.not_found.
func (s *Service) Months(ctx context.Context, f MonthFilter) (list []Month, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if _, err := tx.Model(f.Model); err != nil {
			return err
		}
		list, total, err = tx.Months(f)
		return err
	})
	return list, total, err
}

// Alarms lists alarms, those of the last month first.
func (s *Service) Alarms(ctx context.Context, f AlarmFilter) (list []Alarm, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Alarms(f)
		return err
	})
	return list, total, err
}

// Acknowledge notes what was done about an alarm.
//
// Errors: rating.not_found, watch.words, watch.acknowledged, store.changed.
func (s *Service) Acknowledge(ctx context.Context, who access.Caller, id string, version int64, words string) (a *Alarm, err error) {
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		if a, err = tx.Alarm(id); err != nil {
			return err
		}
		if err := a.acknowledge(who.Account, who.Principal.Name, words, now); err != nil {
			return err
		}
		a.Version = version
		if err := tx.PutAlarm(a); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, "rating_alarm.acknowledge", id, map[string]string{"model": a.Model, "month": a.Month.String(), "code": a.Code, "item": a.Item}))
	})
	if err != nil {
		return nil, err
	}
	a.Version++
	return a, nil
}

// Rule returns the rule of a model; the usual one, of Version 0, where none was set.
//
// Errors: rating.not_found.
func (s *Service) Rule(ctx context.Context, model string) (r *Rule, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if _, err := tx.Model(model); err != nil {
			return err
		}
		r, err = ruleOf(tx, model)
		return err
	})
	return r, err
}

// SetRule sets the rule of a model. Months that are there keep theirs until they are
// computed again.
//
// Errors: watch.rule, rating.not_found, store.changed.
func (s *Service) SetRule(ctx context.Context, who access.Caller, model string, r Rule) (*Rule, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	now := s.Now()
	err := s.Store.Write(ctx, func(tx Tx) error {
		if _, err := tx.Model(model); err != nil {
			return err
		}
		if err := tx.PutWatchRule(model, &r); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, "rating_watch.rule", model, map[string]string{
			"observe_months": strconv.Itoa(r.Observe), "held_months": strconv.Itoa(r.Held), "overdue_days": strconv.Itoa(r.Days),
		}))
	})
	if err != nil {
		return nil, err
	}
	r.Version++
	return &r, nil
}
