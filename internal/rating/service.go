package rating

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
)

// Service keeps models, and rates by those in use.
type Service struct {
	Store       Store
	Sealer      Sealer
	Now         func() civil.Instant
	NewID       func() string
	Program     string // version of the running program
	Environment string // that it runs in
}

// Draft is a model as training has made it.
type Draft struct {
	Name       string
	Features   string // YAML
	Card       *scorecard.Card
	Report     any
	Validation any
	Manifest   Manifest
}

// Keep keeps a model that was just made.
//
// Errors: rating.name, rating.card, those of feature.Parse.
func (s *Service) Keep(ctx context.Context, who access.Caller, d *Draft) (m *Model, err error) {
	if n := len([]rune(d.Name)); n == 0 || n > 60 {
		return nil, fault.New(fault.Invalid, "rating.name", "模型名称应为1至60字", "a name has 1 to 60 characters").In(fault.Place{Field: "name"})
	}
	if _, err := feature.Parse([]byte(d.Features)); err != nil {
		return nil, err
	}
	card, err := d.Card.JSON()
	if err != nil {
		return nil, err
	}
	now := s.Now()
	m = &Model{ID: s.NewID(), Name: d.Name, State: Made, Features: d.Features, Card: card, CardSHA256: digest(card), Manifest: d.Manifest, Changed: now}
	m.Manifest.Operator, m.Manifest.Name = who.Account, who.Principal.Name
	m.Manifest.Program, m.Manifest.Environment = s.Program, s.Environment
	m.Manifest.Features = digest([]byte(d.Features))
	if m.Report, err = json.Marshal(d.Report); err != nil {
		return nil, err
	}
	if m.Validation, err = json.Marshal(d.Validation); err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		last, err := tx.LastEdition(m.Name)
		if err != nil {
			return err
		}
		m.Edition, m.Version = last+1, 0
		if err := tx.PutModel(m); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, "rating_model.make", m.ID, m.named()))
	})
	m.Version = 1
	return m, err
}

// digest is a SHA-256 in hexadecimal.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// named says which model it is, for logs.
func (m *Model) named() map[string]string {
	return map[string]string{"name": m.Name, "edition": strconv.FormatInt(m.Edition, 10), "card": m.CardSHA256}
}

// Texts are what people write in a manifest.
type Texts struct {
	Target    string      `json:"target"`
	Use       string      `json:"use"`
	Source    string      `json:"source"`
	Medium    string      `json:"medium"`
	Sampling  string      `json:"sampling"`
	Objective string      `json:"objective"`
	DataFrom  *civil.Date `json:"data_from_on,omitempty"`
	DataTo    *civil.Date `json:"data_to_on,omitempty"`
}

// Describe writes what people write in a model's manifest, until it is submitted.
//
// Errors: rating.not_found, rating.state, rating.words of a text that is too long,
// store.changed.
func (s *Service) Describe(ctx context.Context, who access.Caller, id string, version int64, t *Texts) (m *Model, err error) {
	for _, text := range []string{t.Target, t.Use, t.Source, t.Medium, t.Sampling, t.Objective} {
		if len([]rune(text)) > maxText {
			return nil, fault.Newf(fault.Invalid, "rating.words", "每项至多%d字", "a text has %d characters at most", maxText)
		}
	}
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		if m, err = tx.Model(id); err != nil {
			return err
		}
		if m.State != Made {
			return fault.New(fault.Conflict, "rating.state", "模型已提交，不能再改清单", "the model has been submitted")
		}
		x := &m.Manifest
		x.Target, x.Use, x.Source, x.Medium, x.Sampling, x.Objective, x.DataFrom, x.DataTo = t.Target, t.Use, t.Source, t.Medium, t.Sampling, t.Objective, t.DataFrom, t.DataTo
		m.Version, m.Changed = version, now
		if err := tx.PutModel(m); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, "rating_model.describe", id, m.named()))
	})
	return counted(m, err)
}

// counted is m after a write, which has counted it.
func counted(m *Model, err error) (*Model, error) {
	if err != nil {
		return nil, err
	}
	m.Version++
	return m, nil
}

// Act does something with a model. The one in use so far is retired when another of its name
// is activated.
//
// Errors: rating.not_found, rating.state, rating.own_review, rating.words,
// rating.incomplete, store.changed.
func (s *Service) Act(ctx context.Context, who access.Caller, id string, version int64, v Verb, words string) (m *Model, err error) {
	now := s.Now()
	a := Act{Verb: v, At: now, By: who.Account, Name: who.Principal.Name, Words: words}
	if v == Cast || v == Activate {
		a.Program, a.Environment = s.Program, s.Environment
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if m, err = tx.Model(id); err != nil {
			return err
		}
		if err := m.act(a); err != nil {
			return err
		}
		m.Version = version
		if v == Activate {
			if err := s.succeed(tx, who, m, now); err != nil {
				return err
			}
		}
		if err := tx.PutModel(m); err != nil {
			return err
		}
		if err := tx.Emit(event.Event{Kind: "rating_model." + pastOf[v], At: now, Subject: id, Data: m.named()}); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, "rating_model."+string(v), id, m.named()))
	})
	return counted(m, err)
}

// pastOf are the verbs as events say them.
var pastOf = map[Verb]string{Submit: "submitted", Approve: "approved", Return: "returned", Cast: "cast", Activate: "activated", Retire: "retired"}

// succeed retires the model of the same name that was in use.
func (s *Service) succeed(tx Tx, who access.Caller, m *Model, now civil.Instant) error {
	used, err := tx.InUse()
	if err != nil {
		return err
	}
	for i := range used {
		old := &used[i]
		if old.State != Active || old.Name != m.Name || old.ID == m.ID {
			continue
		}
		words := "第" + strconv.FormatInt(m.Edition, 10) + "版启用"
		if err := old.act(Act{Verb: Retire, At: now, By: who.Account, Name: who.Principal.Name, Words: words}); err != nil {
			return err
		}
		if err := tx.PutModel(old); err != nil {
			return err
		}
		if err := tx.Audit(who.Entry(now, "rating_model.retire", old.ID, old.named())); err != nil {
			return err
		}
	}
	return nil
}

// Model returns a model.
//
// Errors: rating.not_found.
func (s *Service) Model(ctx context.Context, id string) (m *Model, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		m, err = tx.Model(id)
		return err
	})
	return m, err
}

// Models lists models.
func (s *Service) Models(ctx context.Context, f ModelFilter) (list []Model, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Models(f)
		return err
	})
	return list, total, err
}

// Known is what was read of a firm, and where each source had it from.
type Known struct {
	Tables feature.Firm
	From   map[string]Origin // by source, read or not
}

// Origin is where a source had its data from, or why it had none.
type Origin struct {
	Source  string
	AsOf    *civil.Date
	Because string // "" where it was read
}

// Rate rates a firm by the model in use, and by those in its shadow, and keeps what each
// said. It returns what the one in use said. recipient and subject are those of the score.
//
// Errors: rating.no_model while none is in use.
func (s *Service) Rate(ctx context.Context, who access.Caller, firm, recipient, subject string, known *Known) (shown *Score, err error) {
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		used, err := tx.InUse()
		if err != nil {
			return err
		}
		if shown = nil; !slices.ContainsFunc(used, func(m Model) bool { return m.State == Active }) {
			return fault.New(fault.Conflict, "rating.no_model", "还没有启用的评级模型", "no model is in use yet")
		}
		for i := range used {
			score, err := used[i].rate(firm, now, known)
			if err != nil {
				return err
			}
			score.ID, score.Recipient, score.Subject = s.NewID(), recipient, subject
			kept, err := s.seal(score)
			if err != nil {
				return err
			}
			if err := tx.AddScore(kept); err != nil {
				return err
			}
			if !score.Shadow && shown == nil {
				shown = score
			}
		}
		return tx.Audit(who.Entry(now, "rating.rate", shown.ID, map[string]string{"firm": firm, "model": shown.Model, "subject": subject}))
	})
	return shown, err
}

// rate is what a model says of a firm.
func (m *Model) rate(firm string, now civil.Instant, known *Known) (*Score, error) {
	card, err := scorecard.Read(m.Card)
	if err != nil {
		return nil, err
	}
	scorer, err := card.Scorer()
	if err != nil {
		return nil, err
	}
	set, err := feature.Parse([]byte(m.Features))
	if err != nil {
		return nil, err
	}
	out := &Score{Firm: firm, Model: m.ID, Name: m.Name, Edition: m.Edition, At: now, On: now.Date(), Shadow: m.State != Active}
	values := make([]scorecard.Value, len(card.Characteristics))
	for i := range values {
		x := &card.Characteristics[i]
		n := slices.IndexFunc(set.Features, func(f feature.Feature) bool { return f.Name == x.Name })
		if n < 0 {
			return nil, fault.New(fault.Internal, "rating.card", "评分卡的评分项“"+x.Name+"”没有指标", "the card has a characteristic without a feature").In(fault.Place{Field: x.Name})
		}
		values[i] = set.Features[n].Of(known.Tables, out.On)
		out.Inputs = append(out.Inputs, input(x, values[i], known.From[set.Features[n].Source]))
	}
	r, err := scorer.Score(values)
	if err != nil {
		e := fault.Of(err)
		if e.Kind != fault.Invalid {
			return nil, err
		}
		out.Refused = &Refusal{e.Code, e.At.Field, e.Zh, e.En}
		return out, nil
	}
	out.Result, out.Reasons, out.Next = *r, scorer.Reasons(r), scorer.Next(r)
	for i, p := range r.Parts {
		out.Inputs[i].Bin, _ = card.Characteristics[i].Words(p.Code)
	}
	return out, nil
}

// input is a value with where it comes from.
func input(x *scorecard.Characteristic, v scorecard.Value, from Origin) Input {
	in := Input{Name: x.Name, Zh: x.Zh, En: x.En, Known: v.Known, Unit: x.Unit, Source: from.Source, AsOf: from.AsOf}
	switch {
	case !v.Known && from.Because != "":
		in.Because = from.Because
	case !v.Known:
		in.Because = "已查询，没有可以计算的记录"
	case x.Category():
		in.Text = v.Text
	default:
		in.Number = &v.Number
	}
	return in
}

// Score returns a score.
//
// Errors: rating.not_found.
func (s *Service) Score(ctx context.Context, scope access.Scope, id string) (x *Score, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		kept, err := tx.Score(id, scope)
		if err != nil {
			return err
		}
		x, err = s.open(kept)
		return err
	})
	return x, err
}

// place is where what was said is sealed.
func (x *Score) place() string { return "rating_scores/" + x.ID + "/" + x.Firm }

// seal makes a score ready to be kept.
func (s *Service) seal(x *Score) (*Kept, error) {
	plain, err := json.Marshal(x.Said)
	if err != nil {
		return nil, err
	}
	k := &Kept{Score: *x}
	if k.Sealed, err = s.Sealer.Seal(plain, x.place()); err != nil {
		return nil, err
	}
	k.Score.Said = Said{}
	return k, nil
}

// open reads a score that was kept.
func (s *Service) open(k *Kept) (*Score, error) {
	plain, err := s.Sealer.Open(k.Sealed, k.place())
	if err != nil {
		return nil, err
	}
	x := k.Score
	return &x, json.Unmarshal(plain, &x.Said)
}

// Scores lists scores.
func (s *Service) Scores(ctx context.Context, scope access.Scope, f ScoreFilter) (list []Score, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		kept, n, err := tx.Scores(f, scope)
		list, total = make([]Score, len(kept)), n
		for i := range kept {
			x, openErr := s.open(&kept[i])
			if openErr != nil {
				return openErr
			}
			list[i] = *x
		}
		return err
	})
	return list, total, err
}
