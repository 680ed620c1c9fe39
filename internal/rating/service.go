package rating

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

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
	// Also is done in the transaction that keeps the model; nil: nothing more.
	Also func(Tx, *Model) error
}

// Keep keeps a model that was just made here.
//
// Errors: rating.name, rating.card, those of feature.Parse.
func (s *Service) Keep(ctx context.Context, who access.Caller, d *Draft) (m *Model, err error) {
	card, err := d.Card.JSON()
	if err != nil {
		return nil, err
	}
	m = &Model{Name: d.Name, Features: d.Features, Card: card, Manifest: d.Manifest}
	m.Manifest.Program, m.Manifest.Environment = s.Program, s.Environment
	if m.Report, err = json.Marshal(d.Report); err != nil {
		return nil, err
	}
	if m.Validation, err = json.Marshal(d.Validation); err != nil {
		return nil, err
	}
	return s.add(ctx, who, m, "rating_model.make", d.Also)
}

// Import keeps a card that was made elsewhere, to the byte; origin says where, and by whom.
// Its features are those that the program ships unless others are given. How it was made
// must be said by hand, and it has to be validated here, before anybody may use it.
//
// Errors: rating.name, rating.origin, rating.card, those of feature.Parse.
func (s *Service) Import(ctx context.Context, who access.Caller, name, origin, features string, card []byte) (*Model, error) {
	if strings.TrimSpace(origin) == "" || len([]rune(origin)) > maxText {
		return nil, fault.Newf(fault.Invalid, "rating.origin", "请写明评分卡由谁、在哪里做成，至多%d字", "say who made the card, and where, in %d characters at most", maxText).In(fault.Place{Field: "origin"})
	}
	if features == "" {
		shipped, err := feature.Text(shippedSet)
		if err != nil {
			return nil, err
		}
		features = string(shipped)
	}
	return s.add(ctx, who, &Model{Name: name, Features: features, Card: card, Manifest: Manifest{Origin: origin}}, "rating_model.import", nil)
}

// shippedSet is the set of features that an imported card is of, unless another is given.
const shippedSet = "smefeatures"

// add keeps a model, the next edition of its name, and does what has to be done with that.
func (s *Service) add(ctx context.Context, who access.Caller, m *Model, verb string, also func(Tx, *Model) error) (*Model, error) {
	if n := len([]rune(m.Name)); n == 0 || n > maxName || strings.TrimSpace(m.Name) != m.Name {
		return nil, fault.Newf(fault.Invalid, "rating.name", "模型名称应为1至%d字，前后没有空格", "a name has 1 to %d characters, with no spaces around", maxName).In(fault.Place{Field: "name"})
	}
	if _, err := NewPanel([]Model{*m}); err != nil {
		return nil, err
	}
	now := s.Now()
	m.ID, m.State, m.Acts, m.Changed = s.NewID(), Made, []Act{}, now
	m.CardSHA256, m.Manifest.Features = digest(m.Card), digest([]byte(m.Features))
	m.Manifest.Operator, m.Manifest.Name = who.Account, who.Principal.Name
	err := s.Store.Write(ctx, func(tx Tx) error {
		last, err := tx.LastEdition(m.Name)
		if err != nil {
			return err
		}
		m.Edition, m.Version = last+1, 0
		if err := tx.PutModel(m); err != nil {
			return err
		}
		if also != nil {
			if err := also(tx, m); err != nil {
				return err
			}
		}
		return tx.Audit(who.Entry(now, verb, m.ID, m.named()))
	})
	return counted(m, err)
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

	Elsewhere *Elsewhere `json:"elsewhere,omitempty"` // of a card that was imported
}

// Elsewhere is what the program writes of a card that it makes, and people of one that was
// made elsewhere.
type Elsewhere struct {
	Rows        int64       `json:"rows"`
	Bad         int64       `json:"bad"`
	SHA256      string      `json:"sha256"`
	Program     string      `json:"program"`
	Environment string      `json:"environment"`
	Parameters  string      `json:"parameters"`
	Started     *civil.Date `json:"started_on,omitempty"`
	Ended       *civil.Date `json:"ended_on,omitempty"`
	Iterations  int         `json:"iterations"`
	Seed        uint64      `json:"seed"`
}

// Describe writes what people write in a model's manifest, until it is submitted.
//
// Errors: rating.not_found, rating.state, rating.words of a text that is too long,
// rating.made_here of what the program writes of a card made here, store.changed.
func (s *Service) Describe(ctx context.Context, who access.Caller, id string, version int64, t *Texts) (m *Model, err error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	return s.edit(ctx, who, id, version, "rating_model.describe", func(m *Model) error {
		if t.Elsewhere != nil && m.Manifest.Origin == "" {
			return fault.New(fault.Invalid, "rating.made_here", "模型在本平台训练，训练数据和过程由程序记录，不能填写", "what the program writes of a model made here is not written by hand").In(fault.Place{Field: "elsewhere"})
		}
		x := &m.Manifest
		x.Target, x.Use, x.Source, x.Medium, x.Sampling, x.Objective, x.DataFrom, x.DataTo = t.Target, t.Use, t.Source, t.Medium, t.Sampling, t.Objective, t.DataFrom, t.DataTo
		return t.Elsewhere.into(x)
	})
}

// check tells which text is too long.
func (t *Texts) check() error {
	texts := map[string]string{"target": t.Target, "use": t.Use, "source": t.Source, "medium": t.Medium, "sampling": t.Sampling, "objective": t.Objective}
	if e := t.Elsewhere; e != nil {
		texts["program"], texts["environment"], texts["parameters"], texts["sha256"] = e.Program, e.Environment, e.Parameters, e.SHA256
	}
	for _, field := range slices.Sorted(maps.Keys(texts)) {
		if len([]rune(texts[field])) > maxText {
			return fault.Newf(fault.Invalid, "rating.words", "每项至多%d字", "a text has %d characters at most", maxText).In(fault.Place{Field: field})
		}
	}
	return nil
}

// into writes what was said of a card that was made elsewhere; nothing was said by nil.
func (e *Elsewhere) into(x *Manifest) (err error) {
	if e == nil {
		return nil
	}
	x.Rows, x.Bad, x.SHA256, x.Program, x.Environment, x.Iterations, x.Seed = e.Rows, e.Bad, strings.ToLower(e.SHA256), e.Program, e.Environment, e.Iterations, e.Seed
	x.Started, x.Ended, x.Parameters = 0, 0, nil
	if e.Started != nil {
		x.Started = civil.StartOf(*e.Started)
	}
	if e.Ended != nil {
		x.Ended = civil.StartOf(*e.Ended)
	}
	if strings.TrimSpace(e.Parameters) != "" {
		x.Parameters, err = json.Marshal(e.Parameters)
	}
	return err
}

// Validate keeps how an imported card did on rows of ours, until it is submitted.
//
// Errors: rating.not_found, rating.state, rating.made_here, store.changed.
func (s *Service) Validate(ctx context.Context, who access.Caller, id string, version int64, validation any) (*Model, error) {
	said, err := json.Marshal(validation)
	if err != nil {
		return nil, err
	}
	return s.edit(ctx, who, id, version, "rating_model.validate", func(m *Model) error {
		if m.Manifest.Origin == "" {
			return fault.New(fault.Conflict, "rating.made_here", "模型在本平台训练，训练时已做样本外验证", "a model made here was validated when it was made")
		}
		m.Validation = said
		return nil
	})
}

// edit changes a model that has not been submitted.
func (s *Service) edit(ctx context.Context, who access.Caller, id string, version int64, verb string, f func(*Model) error) (m *Model, err error) {
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		if m, err = tx.Model(id); err != nil {
			return err
		}
		if m.State != Made {
			return fault.New(fault.Conflict, "rating.state", "模型已提交，不能再改；需要修改的，请评审人退回", "the model has been submitted; its reviewer may return it")
		}
		if err := m.at(version); err != nil {
			return err
		}
		if err := f(m); err != nil {
			return err
		}
		m.Changed = now
		if err := tx.PutModel(m); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, verb, id, m.named()))
	})
	return counted(m, err)
}

// at tells whether a model is still as it was read.
func (m *Model) at(version int64) error {
	if m.Version != version {
		return fault.New(fault.Conflict, "store.changed", "他人已修改，请刷新后再试", "somebody changed it meanwhile; read it again")
	}
	return nil
}

// counted is m after a write, which has counted it.
func counted(m *Model, err error) (*Model, error) {
	if err != nil {
		return nil, err
	}
	m.Version++
	return m, nil
}

// Act does something with a model. The one in use so far is retired when another is
// activated.
//
// Errors: access.forbidden, rating.not_found, store.changed, rating.state,
// rating.own_review, rating.words, rating.incomplete.
func (s *Service) Act(ctx context.Context, who access.Caller, id string, version int64, v Verb, words string) (m *Model, err error) {
	if _, err := who.Principal.Scope(needs[v]); err != nil {
		return nil, err
	}
	now := s.Now()
	a := Act{Verb: v, At: now, By: who.Account, Name: who.Principal.Name, Words: words}
	if v == Cast || v == Activate {
		a.Program, a.Environment = s.Program, s.Environment
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if m, err = tx.Model(id); err != nil {
			return err
		}
		if err := m.at(version); err != nil {
			return err
		}
		if v == Activate {
			if err := s.succeed(tx, who, m, now); err != nil {
				return err
			}
		}
		return s.step(tx, who, m, a)
	})
	return counted(m, err)
}

// step takes a model one step further, and tells.
func (s *Service) step(tx Tx, who access.Caller, m *Model, a Act) error {
	if err := m.act(a); err != nil {
		return err
	}
	if err := tx.PutModel(m); err != nil {
		return err
	}
	if err := tx.Emit(event.Event{Kind: EventMoved, At: a.At, Subject: m.ID, Data: m.told(a.Verb)}); err != nil {
		return err
	}
	return tx.Audit(who.Entry(a.At, "rating_model."+string(a.Verb), m.ID, m.named()))
}

// EventMoved is emitted when something was done with a model: name, edition, verb, state.
const EventMoved = "rating_model.moved"

// told is what an event says.
func (m *Model) told(v Verb) map[string]string {
	return map[string]string{"name": m.Name, "edition": strconv.FormatInt(m.Edition, 10), "verb": string(v), "state": string(m.State)}
}

// succeed retires the model that was in use.
func (s *Service) succeed(tx Tx, who access.Caller, m *Model, now civil.Instant) error {
	used, err := tx.InUse()
	if err != nil {
		return err
	}
	for i := range used {
		if used[i].State != Active || used[i].ID == m.ID {
			continue
		}
		words := "由“" + m.Name + "”第" + strconv.FormatInt(m.Edition, 10) + "版接替"
		if err := s.step(tx, who, &used[i], Act{Verb: Retire, At: now, By: who.Account, Name: who.Principal.Name, Words: words}); err != nil {
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

// InUse are the models in use: the active one first, then those in its shadow.
//
// Errors: rating.no_model while none is in use.
func (s *Service) InUse(ctx context.Context) (used []Model, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		used, err = tx.InUse()
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(used, func(a, b Model) int { return strings.Compare(string(a.State), string(b.State)) }) // active comes before shadow
	if len(used) == 0 || used[0].State != Active {
		return nil, fault.New(fault.Conflict, "rating.no_model", "还没有启用的评级模型", "no model is in use yet")
	}
	return used, nil
}

// Rate rates a firm by the model in use, and by those in its shadow, and keeps what each
// said. It returns what the one in use said. recipient and subject are those of the score.
//
// Errors: rating.no_model while none is in use.
func (s *Service) Rate(ctx context.Context, who access.Caller, firm, recipient, subject string, known *Known) (*Score, error) {
	used, err := s.InUse(ctx)
	if err != nil {
		return nil, err
	}
	panel, err := NewPanel(used)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	said, err := panel.Rate(firm, now, now.Date(), known)
	if err != nil {
		return nil, err
	}
	kept := make([]*Kept, len(said))
	for i := range said {
		said[i].ID, said[i].Recipient, said[i].Subject = s.NewID(), recipient, subject
		if kept[i], err = Seal(s.Sealer, &said[i]); err != nil {
			return nil, err
		}
	}
	shown := &said[0]
	err = s.Store.Write(ctx, func(tx Tx) error {
		for _, k := range kept {
			if err := tx.AddScore(k); err != nil {
				return err
			}
		}
		return tx.Audit(who.Entry(now, "rating.rate", shown.ID, map[string]string{"firm": firm, "model": shown.Model, "subject": subject}))
	})
	return shown, err
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
		x, err = Open(s.Sealer, kept)
		return err
	})
	return x, err
}

// Scores lists scores.
func (s *Service) Scores(ctx context.Context, scope access.Scope, f ScoreFilter) (list []Score, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		kept, n, err := tx.Scores(f, scope)
		list, total = make([]Score, len(kept)), n
		for i := range kept {
			x, openErr := Open(s.Sealer, &kept[i])
			if openErr != nil {
				return openErr
			}
			list[i] = *x
		}
		return err
	})
	return list, total, err
}
