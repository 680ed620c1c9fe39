package city

import (
	"context"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/policy/expr"
	"changrong/internal/rating"
)

// Preview is what a rule would come to.
type Preview struct {
	RuleZh  string `json:"rule_zh" doc:"the rule in words"`
	On      string `json:"on_run"`
	Firms   int64  `json:"firms" doc:"in the run"`
	Fits    int64  `json:"fits"`
	Unknown int64  `json:"unknown" doc:"of which what the rule hangs on is not known; they are not on the list"`
}

// Preview checks a rule and tells how many firms of a run it picks.
//
// Errors: rating.not_found, rating.unfinished, rating.rule, those of expr.Scope.Compile.
func (s *Service) Preview(ctx context.Context, run, rule string) (*Preview, error) {
	var out *Preview
	_, err := s.pick(ctx, run, rule, func(zh string) { out = &Preview{RuleZh: zh, On: run} }, func(_ *Row, is expr.Value) {
		out.Firms++
		switch {
		case !is.Known:
			out.Unknown++
		case is.Int == 1:
			out.Fits++
		}
	})
	return out, err
}

// pick runs a rule over the rows of a run that is done.
func (s *Service) pick(ctx context.Context, run, rule string, begin func(zh string), f func(*Row, expr.Value)) (*Run, error) {
	var r *Run
	var e *expr.Expr
	var d *Dictionary
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		r, d, e, err = s.rule(tx, run, rule)
		return err
	})
	if err != nil {
		return nil, err
	}
	begin(e.Zh())
	return r, s.each(ctx, run, func(x *Row) { f(x, e.Eval(d.of(x))) })
}

// rule checks a rule over a run that is done.
func (s *Service) rule(tx Tx, run, rule string) (*Run, *Dictionary, *expr.Expr, error) {
	r, err := tx.RatingRun(run)
	if err != nil {
		return nil, nil, nil, err
	}
	if r.State != Done {
		return nil, nil, nil, fault.New(fault.Conflict, "rating.unfinished", "全市评级尚未完成，不能据以拟定白名单", "the run has not ended").In(fault.Place{Field: "run"})
	}
	d, err := s.dictionary(tx, r)
	if err != nil {
		return nil, nil, nil, err
	}
	e, err := d.compile(rule)
	return r, d, e, err
}

// WriteList writes a white list: a new one, or another edition of a draft.
//
// Errors: rating.not_found, rating.terms, rating.list_state, store.changed, those of Preview.
func (s *Service) WriteList(ctx context.Context, who access.Caller, id string, version int64, t Terms) (l *List, err error) {
	now := s.Now()
	if err := t.check(now.Date()); err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if l = (&List{ID: s.NewID(), Org: who.Org, State: Draft}); id != "" {
			if l, err = tx.WhiteList(id); err != nil {
				return err
			}
		}
		if err := l.act(ListAct{Verb: Write, At: now, By: who.Account, Name: who.Principal.Name}); err != nil {
			return err
		}
		r, _, e, err := s.rule(tx, t.Run, t.Rule)
		if err != nil {
			return err
		}
		l.Terms, l.RuleZh, l.On, l.Version = t, e.Zh(), r.On, version
		if err := tx.PutWhiteList(l); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, "white_list.write", l.ID, map[string]string{"name": l.Name, "rule": l.Rule, "run": l.Run}))
	})
	return counted(l, err)
}

// counted is l after a write, which has counted it.
func counted(l *List, err error) (*List, error) {
	if err != nil {
		return nil, err
	}
	l.Version++
	return l, nil
}

// ActOnList publishes or revokes a white list.
//
// Errors: rating.not_found, rating.list_state, rating.own_list, rating.words, rating.old_run,
// rating.list_size, rating.list_over, store.changed, those of Preview.
func (s *Service) ActOnList(ctx context.Context, who access.Caller, id string, version int64, v Verb, words string) (l *List, err error) {
	now := s.Now()
	if l, err = s.List(ctx, access.Scope{All: true}, id); err != nil {
		return nil, err
	}
	var firms []string
	if v == Publish {
		if firms, err = s.picked(ctx, l, now.Date()); err != nil {
			return nil, err
		}
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if l, err = tx.WhiteList(id); err != nil {
			return err
		}
		if err := l.act(ListAct{Verb: v, At: now, By: who.Account, Name: who.Principal.Name, Words: words}); err != nil {
			return err
		}
		if l.Version = version; v == Publish {
			l.Firms = int64(len(firms))
			if err := tx.AddListed(id, firms); err != nil {
				return err
			}
		}
		if err := tx.PutWhiteList(l); err != nil {
			return err
		}
		detail := map[string]string{"name": l.Name, "firms": strconv.FormatInt(l.Firms, 10)}
		if v == Publish {
			if err := s.announce(tx, l, now); err != nil {
				return err
			}
		}
		return tx.Audit(who.Entry(now, "white_list."+string(v), id, detail))
	})
	return counted(l, err)
}

// announce tells banks of a list: all of them the same.
func (s *Service) announce(tx Tx, l *List, now civil.Instant) error {
	banks, err := tx.OrgsOfKind(access.BankOrg)
	if err != nil {
		return err
	}
	for i := range banks { // none learns from an event who the others are
		e := event.Event{Kind: "white_list.published", At: now, Orgs: []string{banks[i].ID}, Subject: l.ID, Data: map[string]string{"name": l.Name, "until": l.Until.String()}}
		if err := tx.Emit(e); err != nil {
			return err
		}
	}
	return nil
}

// picked are the firms that a list would have.
func (s *Service) picked(ctx context.Context, l *List, today civil.Date) (firms []string, err error) {
	switch {
	case l.Until < today:
		return nil, fault.New(fault.Conflict, "rating.list_over", "名单的有效期已过，请修改后再发布", "the list is over")
	case l.On+oldest < today:
		return nil, fault.Newf(fault.Conflict, "rating.old_run", "所据的全市评级已超过%d天，请改用较近的一次", "the run is over %d days old", oldest)
	}
	_, err = s.pick(ctx, l.Run, l.Rule, func(string) {}, func(x *Row, is expr.Value) {
		if is.Known && is.Int == 1 {
			firms = append(firms, x.Firm)
		}
	})
	switch {
	case err != nil:
		return nil, err
	case len(firms) == 0:
		return nil, fault.New(fault.Conflict, "rating.list_size", "没有企业符合规则，不能发布", "no firm fits the rule")
	case len(firms) > maxList:
		return nil, fault.Newf(fault.Conflict, "rating.list_size", "符合规则的企业有%d家，白名单至多%d家，请收紧规则", "%d firms fit the rule; a list has at most %d", len(firms), maxList)
	}
	return firms, nil
}

// List returns a white list; whoever does not see all lists, one that is valid.
//
// Errors: rating.not_found.
func (s *Service) List(ctx context.Context, scope access.Scope, id string) (l *List, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		l, err = s.list(tx, scope, id)
		return err
	})
	return l, err
}

func (s *Service) list(tx Tx, scope access.Scope, id string) (*List, error) {
	l, err := tx.WhiteList(id)
	if err != nil {
		return nil, err
	}
	today := s.Now().Date()
	if !scope.All && !l.valid(today) {
		return nil, fault.New(fault.NotFound, "rating.not_found", "没有这份白名单，或已失效", "there is no such list, or it is over")
	}
	return s.scoped(tx, scope, l)
}

// valid tells whether banks see a list on a day.
func (l *List) valid(on civil.Date) bool {
	return l.State == Published && l.From <= on && on <= l.Until
}

// scoped is a list as whoever has a scope is told of it.
func (s *Service) scoped(tx Tx, scope access.Scope, l *List) (*List, error) {
	_, n, err := tx.Listed(l.ID, l.Org, s.Now(), 1, 0)
	if l.Agreed = int64(n); err != nil || scope.All {
		return l, err
	}
	return l.shown(), nil
}

// Lists lists white lists; to whoever does not see all, those that are valid.
func (s *Service) Lists(ctx context.Context, scope access.Scope, f ListFilter) (list []List, total int, err error) {
	if !scope.All {
		f.State, f.ValidOn = "", s.Now().Date()
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		if list, total, err = tx.WhiteLists(f); err != nil {
			return err
		}
		for i := range list {
			l, err := s.scoped(tx, scope, &list[i])
			if err != nil {
				return err
			}
			list[i] = *l
		}
		return nil
	})
	return list, total, err
}

// ListedFirms tells who is on a white list and consents to be named. To a bank that is a
// reading: it is in the audit log, and in the log that each firm reads.
//
// Errors: rating.not_found.
func (s *Service) ListedFirms(ctx context.Context, who access.Caller, scope access.Scope, id string, n, offset int) (firms []Listed, total int, err error) {
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		l, err := s.list(tx, scope, id)
		if err != nil {
			return err
		}
		if firms, total, err = tx.Listed(id, l.Org, now, n, offset); err != nil {
			return err
		}
		if !scope.All && len(firms) > 0 {
			if err := s.Named(tx, who, l, firms); err != nil {
				return err
			}
		}
		return tx.Audit(who.Entry(now, "white_list.read", id, map[string]string{"firms": strconv.Itoa(len(firms)), "from": strconv.Itoa(offset)}))
	})
	return firms, total, err
}

// Standing is how a firm stands to the rating of the city and its white lists.
type Standing struct {
	Offices  []Office `json:"offices" doc:"to whom it may consent"`
	Datasets []string `json:"datasets" doc:"that rating the city reads with consent"`
	Lists    []OnList `json:"lists" doc:"that it is on"`
}

// Office is a finance office.
type Office struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// OnList is a white list that a firm is on.
type OnList struct {
	ID     string     `json:"id"`
	Office string     `json:"office"`
	Name   string     `json:"name"`
	Words  string     `json:"words"`
	RuleZh string     `json:"rule_zh"`
	From   civil.Date `json:"from_on"`
	Until  civil.Date `json:"until_on"`
	On     civil.Date `json:"on" doc:"of the rating that it was computed from"`
	Why    []Why      `json:"why" doc:"what of the firm the rule has looked at"`
}

// Standing tells the caller's firm on which white lists it is, and why.
func (s *Service) Standing(ctx context.Context, who access.Caller) (out *Standing, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		out = &Standing{Offices: []Office{}, Datasets: []string{}, Lists: []OnList{}}
		offices, err := tx.OrgsOfKind(access.OfficeOrg)
		if err != nil {
			return err
		}
		for i := range offices {
			out.Offices = append(out.Offices, Office{offices[i].ID, offices[i].Name})
		}
		if models, err := tx.InUse(); err != nil {
			return err
		} else if panel, err := rating.NewPanel(models); err != nil {
			return err
		} else if len(models) > 0 {
			out.Datasets = s.Asked(panel.Features())
		}
		firm, err := tx.Org(who.Org)
		if err != nil || firm.USCC == "" {
			return err
		}
		lists, err := tx.ListsOf(firm.USCC, s.Now().Date())
		if err != nil {
			return err
		}
		for i := range lists {
			on, err := s.on(tx, &lists[i], firm.USCC)
			if err != nil {
				return err
			}
			out.Lists = append(out.Lists, *on)
		}
		return nil
	})
	return out, err
}

// on tells why a firm is on a list.
func (s *Service) on(tx Tx, l *List, firm string) (*OnList, error) {
	out := &OnList{ID: l.ID, Office: l.Org, Name: l.Name, Words: l.Words, RuleZh: l.RuleZh, From: l.From, Until: l.Until, On: l.On, Why: []Why{}}
	_, d, e, err := s.rule(tx, l.Run, l.Rule)
	if err != nil {
		return nil, err
	}
	p, err := tx.PieceOf(l.Run, firm)
	if err != nil {
		return nil, err
	}
	rows, err := s.open(p)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if rows[i].Firm == firm {
			out.Why = d.why(e, &rows[i])
		}
	}
	return out, nil
}
