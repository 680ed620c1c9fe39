package city

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/party"
	"changrong/internal/rating"
	"changrong/internal/rating/feature"
)

// JobKind is the kind of the job that rates the city; its payload is the id of the run.
const JobKind = "rating.city"

// Service rates the city.
type Service struct {
	Store  Store
	Sealer rating.Sealer
	Now    func() civil.Instant
	NewID  func() string

	// Read reads what features look at of firms, for the caller's organisation and to rate
	// the city: one answer a firm, in their order.
	Read func(ctx context.Context, who access.Caller, firms []string, of *feature.Set) ([]*rating.Known, error)
	// Asked are the datasets that features look at and a firm may consent to.
	Asked func(of *feature.Set) []string
	// Outcomes are firms rated by a model on a day of which it is known by now whether they
	// turned out bad.
	Outcomes func(ctx context.Context, model string, on civil.Date) (map[string]bool, error)
	// Named writes into the log that the caller was told of firms, which consents let it.
	Named func(tx Tx, who access.Caller, list *List, firms []Listed) error
}

// Start begins a run of the model in use and its shadows. A run of that model that was
// begun lately and has not ended goes on instead; any other that has not ended is given up.
//
// Errors: rating.no_model, rating.no_firms.
func (s *Service) Start(ctx context.Context, who access.Caller) (r *Run, err error) {
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		models, err := used(tx)
		if err != nil {
			return err
		}
		if r, err = tx.RatingRunUnderWay(); err != nil {
			return err
		}
		if r != nil && (r.Asked+goesOn < now || r.Model != models[0].ID) {
			r.State, r.Ended = Stopped, now
			if err := tx.PutRatingRun(r); err != nil {
				return err
			}
			r = nil
		}
		if r == nil {
			if r, err = s.begin(tx, who, models, now); err != nil {
				return err
			}
		}
		if err := tx.Enqueue(event.Job{Kind: JobKind, Key: r.ID, Payload: r.ID, Org: r.Org, At: now}); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, "rating_run.start", r.ID, map[string]string{"model": r.Model, "name": r.Name, "looked": strconv.FormatInt(r.Looked, 10)}))
	})
	return r, err
}

// used are the model in use, and those in its shadow.
func used(tx Tx) ([]rating.Model, error) {
	all, err := tx.InUse()
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(m rating.Model) bool { return m.State == rating.Active })
	if at < 0 {
		return nil, fault.New(fault.Conflict, "rating.no_model", "还没有启用的评级模型，请先启用一个", "no model is in use yet")
	}
	out := []rating.Model{all[at]}
	return append(out, slices.Delete(all, at, at+1)...), nil
}

// begin keeps a run that has looked at nobody yet.
func (s *Service) begin(tx Tx, who access.Caller, models []rating.Model, now civil.Instant) (*Run, error) {
	firms, err := tx.CountOpenFirms()
	if err != nil {
		return nil, err
	}
	if firms == 0 {
		return nil, fault.New(fault.Conflict, "rating.no_firms", "企业登记库中没有存续的企业", "the registry has no open firm")
	}
	panel, err := rating.NewPanel(models)
	if err != nil {
		return nil, err
	}
	card := panel.Card(0)
	r := &Run{
		ID: s.NewID(), Org: who.Org, By: who.Account, ByName: who.Principal.Name, Model: models[0].ID, Name: models[0].Name, Edition: models[0].Edition,
		On: now.Date(), Asked: now, State: Running, Firms: firms, Items: len(card.Characteristics), Shadows: []string{}, Tally: Tally{Reasons: []Reason{}},
	}
	for _, g := range card.Grades {
		r.Grades = append(r.Grades, Grade{Name: g.Name, From: g.From, PD: g.PD})
	}
	for _, m := range models[1:] {
		r.Shadows = append(r.Shadows, m.ID)
	}
	if err := tx.PutRatingRun(r); err != nil {
		return nil, err
	}
	r.Version = 1
	return r, nil
}

// caller is for whom a run reads.
func (r *Run) caller() access.Caller {
	return access.Caller{Principal: &access.Principal{Account: r.By, Name: r.ByName, Org: r.Org, OrgKind: access.OfficeOrg}, Address: "server"}
}

// Do does a job of JobKind: it rates the firms that a run has not looked at yet. Done
// again, it goes on where it was.
func (s *Service) Do(ctx context.Context, j event.Job, report func(done, total int64, note string)) error {
	r, err := s.Run(ctx, j.Payload)
	if err != nil || r.State != Running {
		return err
	}
	panel, err := s.panel(ctx, r)
	if err != nil {
		return err
	}
	for {
		var firms []party.Firm
		err := s.Store.Read(ctx, func(tx Tx) (err error) {
			firms, err = tx.OpenFirms(r.Last, piece)
			return err
		})
		if err != nil {
			return err
		}
		if len(firms) == 0 {
			break
		}
		if r, err = s.rate(ctx, r, panel, firms); err != nil {
			return err
		}
		if r.State != Running {
			return nil
		}
		report(r.Looked, r.Firms, "逐户评级")
	}
	report(r.Looked, r.Firms, "与上次比较")
	return s.end(ctx, r)
}

// panel are the models that a run began with, whatever has become of them since.
func (s *Service) panel(ctx context.Context, r *Run) (*rating.Panel, error) {
	models := make([]rating.Model, 1+len(r.Shadows))
	err := s.Store.Read(ctx, func(tx Tx) error {
		for i, id := range append([]string{r.Model}, r.Shadows...) {
			m, err := tx.Model(id)
			if err != nil {
				return err
			}
			models[i] = *m
			models[i].State = rating.Shadow
		}
		models[0].State = rating.Active
		return nil
	})
	if err != nil {
		return nil, err
	}
	return rating.NewPanel(models)
}

// rate rates the next firms of a run, and returns the run after them. Where somebody else
// has done so meanwhile, it returns the run as that one left it.
func (s *Service) rate(ctx context.Context, r *Run, panel *rating.Panel, firms []party.Firm) (*Run, error) {
	codes := make([]string, len(firms))
	for i := range firms {
		codes[i] = firms[i].USCC
	}
	known, err := s.Read(ctx, r.caller(), codes, panel.Features())
	if err != nil {
		return nil, err
	}
	var keep []rating.Kept
	var whys []Reason
	rows, count := make([]Row, len(firms)), int64(0)
	for i := range firms {
		scores, err := panel.Rate(codes[i], s.Now(), r.On, known[i])
		if err != nil {
			return nil, err
		}
		row, n, why := rowOf(&firms[i], panel.Card(0), &scores[0])
		if rows[i] = row; why != nil {
			whys = append(whys, *why)
		} else {
			count += n
		}
		for j := range scores {
			scores[j].ID, scores[j].Subject = s.NewID(), r.ID
			kept, err := rating.Seal(s.Sealer, &scores[j])
			if err != nil {
				return nil, err
			}
			keep = append(keep, *kept)
		}
	}
	next := r.with(rows, count, whys)
	p, err := s.pack(next, rows)
	if err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.PutRatingRun(next); err != nil {
			return err
		}
		if err := tx.AddPiece(p); err != nil {
			return err
		}
		for i := range keep {
			if err := tx.AddScore(&keep[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if fault.CodeOf(err) == "store.changed" {
		return s.Run(ctx, r.ID)
	}
	next.Version++
	return next, err
}

// pack makes the piece that a run has come to.
func (s *Service) pack(r *Run, rows []Row) (*Piece, error) {
	p := &Piece{Run: r.ID, No: r.Pieces, First: rows[0].Firm, Last: r.Last}
	plain, err := json.Marshal(rows)
	if err == nil {
		p.Sealed, err = s.Sealer.Seal(plain, p.place())
	}
	return p, err
}

// place is where a piece is sealed.
func (p *Piece) place() string { return "rating_run_pieces/" + p.Run + "/" + strconv.Itoa(p.No) }

// open reads a piece.
func (s *Service) open(p *Piece) (rows []Row, err error) {
	plain, err := s.Sealer.Open(p.Sealed, p.place())
	if err != nil {
		return nil, err
	}
	return rows, json.Unmarshal(plain, &rows)
}

// end ends a run.
func (s *Service) end(ctx context.Context, r *Run) error {
	next := *r
	next.State, next.Ended = Done, s.Now()
	var err error
	if next.Against, err = s.against(ctx, r); err != nil {
		return err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.PutRatingRun(&next); err != nil {
			return err
		}
		detail := map[string]string{"firms": strconv.FormatInt(r.Looked, 10), "rated": strconv.FormatInt(r.Rated, 10)}
		if err := tx.Emit(event.Event{Kind: "rating_run.done", At: next.Ended, Orgs: []string{r.Org}, Subject: r.ID, Data: detail}); err != nil {
			return err
		}
		return tx.Audit(r.caller().Entry(next.Ended, "rating_run.end", r.ID, detail))
	})
	if fault.CodeOf(err) == "store.changed" { // somebody else has ended it
		return nil
	}
	return err
}

// against holds a run against the last one that is done; nil where there is none.
func (s *Service) against(ctx context.Context, r *Run) (*Against, error) {
	var before *Run
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		before, err = tx.RatingRunBefore(r)
		return err
	})
	if err != nil || before == nil {
		return nil, err
	}
	a := &Against{Run: before.ID, On: before.On, Name: before.Name, Edition: before.Edition, Before: before.Grades}
	if sameGrades(before.Grades, r.Grades) {
		a.Moved = make([][]int64, len(r.Grades))
		for i := range a.Moved {
			a.Moved[i] = make([]int64, len(r.Grades))
		}
	}
	then, now := s.reader(before.ID), s.reader(r.ID)
	x, err := then.next(ctx)
	if err != nil {
		return nil, err
	}
	y, err := now.next(ctx)
	for err == nil && (x != nil || y != nil) {
		switch {
		case y == nil || x != nil && x.Firm < y.Firm:
			a.moved(x, nil)
			x, err = then.next(ctx)
		case x == nil || y.Firm < x.Firm:
			a.moved(nil, y)
			y, err = now.next(ctx)
		default:
			a.moved(x, y)
			if x, err = then.next(ctx); err == nil {
				y, err = now.next(ctx)
			}
		}
	}
	return a, err
}

// reader goes through the rows of a run, by firm.
type reader struct {
	s    *Service
	run  string
	no   int
	rows []Row
	left []Piece
	end  bool
}

func (s *Service) reader(run string) *reader { return &reader{s: s, run: run} }

// ahead is how many pieces are read at once.
const ahead = 20

// next is the next row; nil: there is none. It is good until it is called again.
func (r *reader) next(ctx context.Context) (*Row, error) {
	for len(r.rows) == 0 {
		if len(r.left) == 0 {
			if r.end {
				return nil, nil
			}
			err := r.s.Store.Read(ctx, func(tx Tx) (err error) {
				r.left, err = tx.Pieces(r.run, r.no, ahead)
				return err
			})
			if err != nil {
				return nil, err
			}
			r.end = len(r.left) < ahead
			continue
		}
		var err error
		if r.rows, err = r.s.open(&r.left[0]); err != nil {
			return nil, err
		}
		r.no, r.left = r.left[0].No, r.left[1:]
	}
	x := &r.rows[0]
	r.rows = r.rows[1:]
	return x, nil
}

// each calls f for every row of a run, by firm.
func (s *Service) each(ctx context.Context, run string, f func(*Row)) error {
	for r := s.reader(run); ; {
		x, err := r.next(ctx)
		if err != nil || x == nil {
			return err
		}
		f(x)
	}
}

// Run returns a run.
//
// Errors: rating.not_found.
func (s *Service) Run(ctx context.Context, id string) (r *Run, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		r, err = tx.RatingRun(id)
		return err
	})
	return r, err
}

// Runs lists runs, the last asked first, without what they are held against.
func (s *Service) Runs(ctx context.Context, n, offset int) (list []Run, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.RatingRuns(n, offset)
		return err
	})
	return list, total, err
}

// Firm is a firm in a run, as the office takes it away.
type Firm struct {
	USCC     string `json:"uscc"`
	Grade    string `json:"grade" doc:"empty: it was not rated"`
	Score    int    `json:"score"`
	PD       int64  `json:"pd_ppb"`
	Known    int64  `json:"known" doc:"items that were known"`
	Why      string `json:"why" doc:"it was not rated"`
	Size     string `json:"size"`
	Town     string `json:"town"`
	Industry string `json:"industry"`
}

// Firms lists the firms of a run, by code.
//
// Errors: rating.not_found.
func (s *Service) Firms(ctx context.Context, run string, n, offset int) (list []Firm, total int, err error) {
	r, err := s.Run(ctx, run)
	if err != nil {
		return nil, 0, err
	}
	rows := &reader{s: s, run: run, no: offset / piece}
	for skip := offset % piece; len(list) < n; {
		x, err := rows.next(ctx)
		if err != nil || x == nil {
			return list, int(r.Looked), err
		}
		if skip > 0 {
			skip--
			continue
		}
		f := Firm{USCC: x.Firm, Score: x.Score, PD: x.PD, Known: x.known(), Why: x.Why, Size: x.Size, Town: x.Town, Industry: x.Industry}
		if x.Grade >= 0 {
			f.Grade = r.Grades[x.Grade].Name
		}
		list = append(list, f)
	}
	return list, int(r.Looked), nil
}
