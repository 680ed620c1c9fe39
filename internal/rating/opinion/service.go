package opinion

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating"
)

// Service tells banks of the ratings of firms that apply to them, and firms of their own.
type Service struct {
	Store  Store
	Rating *rating.Service
	Now    func() civil.Instant
	Neighbours
}

// Ask has a firm rated for the bank that holds a referral of it.
//
// Errors: origination.not_found; rating.over of a referral that the bank deals with no more;
// rating.no_model; exchange.withdrawn, exchange.expired and others of a consent that does not
// hold, rating.not_agreed of one that says nothing of a rating; rating.enough; those of
// exchange.Service.Read.
func (s *Service) Ask(ctx context.Context, c access.Caller, scope access.Scope, id string) (*Made, error) {
	r, err := s.open(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	used, err := s.Rating.InUse(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.count(ctx, scope, r); err != nil {
		return nil, err
	}
	panel, err := rating.NewPanel(used[:1]) // a shadow is no reason to read more
	if err != nil {
		return nil, err
	}
	known, err := s.Read(ctx, c, r.USCC, panel)
	if err != nil {
		return nil, err
	}
	if _, err := s.open(ctx, scope, id); err != nil { // it may have been withdrawn while departments were being asked
		return nil, err
	}
	x, err := s.Rating.Rate(ctx, c, r.USCC, r.Bank, r.ID, known)
	if err != nil {
		return nil, err
	}
	return &Made{x.ID, x.At, x.Name, x.Edition}, nil
}

// open returns a referral of which a score may be asked for.
func (s *Service) open(ctx context.Context, scope access.Scope, id string) (*Referral, error) {
	r, standing, err := s.look(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	if !r.Live {
		return nil, over
	}
	if why := standing.may(); why != nil {
		return nil, why.err()
	}
	return r, nil
}

// over says that a referral is not dealt with any more.
var over = fault.New(fault.Conflict, "rating.over", "本件已办结，不再查询企业数据，也不再评级", "the referral is over: nothing more is read or rated")

// look returns a referral within scope, and how its consent stands.
func (s *Service) look(ctx context.Context, scope access.Scope, id string) (r *Referral, how *Standing, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if r, err = s.Referral(tx, id, scope); err != nil {
			return err
		}
		how, err = s.Standing(tx, r.Consent)
		return err
	})
	return r, how, err
}

// count refuses to rate about one referral too often in a day.
func (s *Service) count(ctx context.Context, scope access.Scope, r *Referral) error {
	past, _, err := s.Rating.Scores(ctx, scope, rating.ScoreFilter{Firm: r.USCC, Subject: r.ID, Limit: maxADay})
	if err != nil {
		return err
	}
	if len(past) == maxADay && past[maxADay-1].At >= civil.StartOf(s.Now().Date()) {
		return fault.Newf(fault.Conflict, "rating.enough", "本件今天已评级%d次，部门数据一天之内很少变化，请明天再试", "this referral has been rated %d times today; try again tomorrow", maxADay)
	}
	return nil
}

// Report tells the bank that holds a referral how its firm is rated: what was made for that
// bank of that firm. It is no error that nothing is there, or may be shown.
//
// Errors: origination.not_found.
func (s *Service) Report(ctx context.Context, scope access.Scope, id string) (*Report, error) {
	r, standing, err := s.look(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	out := &Report{Firm: r.Firm, USCC: r.USCC, Notice: notice, History: []Past{}}
	if out.Ask, err = s.cannot(ctx, scope, r, standing); err != nil {
		return nil, err
	}
	if !standing.Valid {
		out.Withheld = standing.Reason
		return out, nil
	}
	list, _, err := s.Rating.Scores(ctx, scope, rating.ScoreFilter{Firm: r.USCC, Limit: maxPast})
	if err != nil {
		return nil, err
	}
	hidden, err := s.hidden(ctx, list)
	if err != nil {
		return nil, err
	}
	for i := range list {
		x := &list[i]
		if x.Recipient != r.Bank || hidden[x.Subject] != nil {
			continue
		}
		if out.Latest == nil {
			out.Latest = x
		}
		out.History = append(out.History, past(x))
	}
	if out.Latest == nil {
		return out, nil
	}
	m, err := s.Rating.Model(ctx, out.Latest.Model)
	if err != nil {
		return nil, err
	}
	out.Model, err = about(m)
	return out, err
}

// cannot tells why no score can be asked for; nil: one can.
func (s *Service) cannot(ctx context.Context, scope access.Scope, r *Referral, how *Standing) (*Reason, error) {
	if !r.Live {
		return reasonOf(over), nil
	}
	if why := how.may(); why != nil {
		return why, nil
	}
	_, err := s.Rating.InUse(ctx)
	if err == nil {
		err = s.count(ctx, scope, r)
	}
	if fault.KindOf(err) == fault.Conflict {
		return reasonOf(err), nil
	}
	return nil, err
}

// hidden tells of the referrals that scores were made about why their banks see them no
// more; one without a reason is seen.
func (s *Service) hidden(ctx context.Context, list []rating.Score) (out map[string]*Reason, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		out = map[string]*Reason{}
		for i := range list {
			subject := list[i].Subject
			if _, done := out[subject]; done || list[i].Recipient == "" {
				continue
			}
			r, err := s.Referral(tx, subject, access.Scope{All: true})
			if err != nil {
				return err
			}
			how, err := s.Standing(tx, r.Consent)
			if err != nil {
				return err
			}
			if out[subject] = nil; !how.Valid {
				out[subject] = how.Reason
			}
		}
		return nil
	})
	return out, err
}

// Mine tells the caller's firm of the scores that were made of it.
func (s *Service) Mine(ctx context.Context, scope access.Scope, limit, offset int) (*Mine, error) {
	list, total, err := s.Rating.Scores(ctx, scope, rating.ScoreFilter{Limit: limit, Offset: offset})
	if err != nil {
		return nil, err
	}
	hidden, err := s.hidden(ctx, list)
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx, list)
	if err != nil {
		return nil, err
	}
	out := &Mine{Notice: notice, Items: make([]Own, len(list)), Total: total}
	models := map[string]*About{}
	for i := range list {
		x := &list[i]
		if models[x.Model] == nil {
			m, err := s.Rating.Model(ctx, x.Model)
			if err != nil {
				return nil, err
			}
			if models[x.Model], err = about(m); err != nil {
				return nil, err
			}
		}
		out.Items[i] = Own{Score: *x, By: names[x.Recipient], Hidden: hidden[x.Subject]}
		out.Items[i].place(models[x.Model])
	}
	return out, nil
}

// place says where the grade stands on the master scale.
func (o *Own) place(m *About) {
	for i, g := range m.Grades {
		if g.Name == o.Grade {
			o.Steps, o.Step = len(m.Grades), i+1
		}
	}
}

// names are those of who had scores made.
func (s *Service) names(ctx context.Context, list []rating.Score) (out map[string]string, err error) {
	var ids []string
	for i := range list {
		if list[i].Recipient != "" {
			ids = append(ids, list[i].Recipient)
		}
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		orgs, err := tx.OrgsAmong(ids)
		out = map[string]string{}
		for _, o := range orgs {
			out[o.ID] = o.Name
		}
		return err
	})
	return out, err
}

// Sweep drops scores that were kept as long as they may be.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.Write(ctx, func(tx Tx) error { return tx.SweepScores(s.Now() - keep) })
}
