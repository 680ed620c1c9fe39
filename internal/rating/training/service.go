package training

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/rating"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/train"
)

// JobKind is the kind of the job that does a run; its payload and id are the run's.
const JobKind = "rating.train"

// Service keeps samples and runs.
type Service struct {
	Store  Store
	Files  Files
	Models *rating.Service
	Now    func() civil.Instant
	NewID  func() string
}

// Add keeps a sample. It is read whole while it comes.
//
// Errors: rating.name, those of Files.Keep.
func (s *Service) Add(ctx context.Context, who access.Caller, name string, r io.Reader) (*Sample, error) {
	if n := utf8.RuneCountInString(name); n == 0 || n > 2*maxName {
		return nil, fault.Invalidf("rating.name", "文件名应为1至%d字", "a file's name has 1 to %d characters", 2*maxName).In(fault.Place{Field: "name"})
	}
	x := &Sample{ID: s.NewID(), Name: name, By: who.Account, ByName: who.Principal.Name}
	k, err := s.Files.Keep(ctx, x.ID, r)
	if err != nil {
		return nil, inPlace(err)
	}
	x.At, x.Table, x.SHA256, x.Size, x.Sealed = s.Now(), k.Table, k.SHA256, k.Size, k.Sealed
	return x, s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.AddTrainSample(x); err != nil {
			return err
		}
		return tx.Audit(who.Entry(x.At, "rating_sample.add", x.ID, map[string]string{"name": name, "sha256": x.SHA256, "rows": strconv.FormatInt(x.Rows, 10)}))
	})
}

// inPlace says in words where in a file a cell is wrong: the file was somebody's, and is not
// kept.
func inPlace(err error) error {
	f := fault.Of(err)
	if f.At.Line == 0 || f.At.Field == "" {
		return err
	}
	out := *f
	line := strconv.Itoa(f.At.Line)
	out.Zh, out.En = "第"+line+"行“"+f.At.Field+"”："+f.Zh, "line "+line+", "+f.At.Field+": "+f.En
	return &out
}

// Samples lists samples, the last first.
func (s *Service) Samples(ctx context.Context, limit, offset int) (list []Sample, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.TrainSamples(limit, offset)
		return err
	})
	return list, total, err
}

// sample is a sample that is named where something is asked for.
func (s *Service) sample(ctx context.Context, id, field string) (x *Sample, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		x, err = tx.TrainSample(id)
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		err = fault.Of(err).In(fault.Place{Field: field, Value: id})
	}
	return x, err
}

// Matched is a feature of a set, and whether a sample has it.
type Matched struct {
	feature.Feature
	There bool
}

// Match says which features of a set (its name, or as it is written) a sample has.
//
// Errors: rating.not_found, rating.feature, those of feature.Parse.
func (s *Service) Match(ctx context.Context, id, features string) (name string, list []Matched, err error) {
	x, err := s.sample(ctx, id, "sample")
	if err != nil {
		return "", nil, err
	}
	set, _, err := declared(features)
	if err != nil {
		return "", nil, err
	}
	for _, f := range set.Features {
		list = append(list, Matched{f, x.Column(f.Name) != nil})
	}
	return set.Name, list, nil
}

// Ask asks for a run, which a job does.
//
// Errors: rating.not_found, rating.busy, those of Ask.check, of feature.Parse and of
// train.Plan.Check; rating.plan of a factor of rejects.
func (s *Service) Ask(ctx context.Context, who access.Caller, a Ask) (*Run, error) {
	x, err := s.sample(ctx, a.Sample, "sample")
	if err != nil {
		return nil, err
	}
	if err := a.check(&x.Table); err != nil {
		return nil, err
	}
	set, text, absent, err := a.set(&x.Table)
	if err != nil {
		return nil, err
	}
	if a.Rejects != nil {
		if err := s.rejects(ctx, &a, set); err != nil {
			return nil, err
		}
	}
	return s.begin(ctx, who, &Run{Listed{Sample: x.ID, SampleName: x.Name}, Whole{Ask: a, Features: text, Absent: absent}}, "rating_training.ask")
}

// rejects tells whether rejects can be used.
func (s *Service) rejects(ctx context.Context, a *Ask, set *feature.Set) error {
	if a.Period != "" {
		return fault.New(fault.Invalid, "rating.columns", "用被拒绝企业的样本时，不能再分时期", "rejects and periods do not go together").In(fault.Place{Field: "period"})
	}
	if err := train.CheckFactor(a.Rejects.Factor); err != nil {
		return err
	}
	x, err := s.sample(ctx, a.Rejects.Sample, "rejects")
	if err != nil {
		return err
	}
	for _, f := range set.Features {
		if x.Column(f.Name) == nil {
			return fault.Invalidf("rating.columns", "被拒绝企业的样本没有列“%s”；两份样本的指标应相同", "the sample of rejects has no column %s", f.Name).In(fault.Place{Field: "rejects", Value: f.Name})
		}
	}
	return nil
}

// begin keeps a run that was asked for.
func (s *Service) begin(ctx context.Context, who access.Caller, r *Run, action string) (*Run, error) {
	r.ID, r.Name, r.State, r.At, r.By, r.ByName = s.NewID(), r.Ask.Name, Queued, s.Now(), who.Account, who.Principal.Name
	err := s.Store.Write(ctx, func(tx Tx) error {
		n, err := tx.TrainingsUnderWay()
		if err != nil {
			return err
		}
		if n >= maxUnderWay {
			return fault.Newf(fault.Conflict, "rating.busy", "已有%d个训练在排队或进行，请等其中一个结束", "%d runs are waiting or under way; wait for one to end", n)
		}
		r.Version = 0
		if err := tx.PutTraining(r); err != nil {
			return err
		}
		if err := tx.Enqueue(event.Job{ID: r.ID, Kind: JobKind, Key: r.ID, Org: who.Org, Payload: r.ID, At: r.At}); err != nil {
			return err
		}
		return tx.Audit(who.Entry(r.At, action, r.ID, map[string]string{"name": r.Name, "sample": r.Sample, "from": r.From}))
	})
	r.Version = 1
	return r, err
}

// maxUnderWay is how many runs wait or are under way: each holds a sample in memory.
const maxUnderWay = 8

// Run returns a run.
//
// Errors: rating.not_found.
func (s *Service) Run(ctx context.Context, id string) (r *Run, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		r, err = tx.Training(id)
		return err
	})
	return r, err
}

// Runs lists runs, the last first.
func (s *Service) Runs(ctx context.Context, f Filter) (list []Listed, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Trainings(f)
		return err
	})
	return list, total, err
}

// Cancel ends a run that has not ended.
//
// Errors: rating.not_found, rating.state.
func (s *Service) Cancel(ctx context.Context, who access.Caller, id string) (r *Run, err error) {
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		if r, err = tx.Training(id); err != nil {
			return err
		}
		if r.State.Ended() {
			return fault.New(fault.Conflict, "rating.state", "训练已结束，不能取消", "the run has ended")
		}
		r.State, r.Ended = Cancelled, now
		if err := tx.PutTraining(r); err != nil {
			return err
		}
		if err := tx.StopJob(id, now); err != nil {
			return err
		}
		if err := tx.Emit(r.event(s.NewID())); err != nil {
			return err
		}
		return tx.Audit(who.Entry(now, "rating_training.cancel", id, nil))
	})
	return r, err
}

// event tells that a run has ended.
func (r *Run) event(id string) event.Event {
	return event.Event{ID: id, Kind: "rating_training." + string(r.State), At: r.Ended, Subject: r.ID, Data: map[string]string{"name": r.Name}}
}

// done is a run that is done.
func (s *Service) done(ctx context.Context, id string) (*Run, error) {
	r, err := s.Run(ctx, id)
	if err == nil && r.State != Done {
		err = fault.New(fault.Conflict, "rating.state", "训练还没有完成，或没有成功", "the run is not done")
	}
	return r, err
}

// bins are the bins of a characteristic of a run.
func (r *Run) bins(name string) (*train.Bins, error) {
	i := slices.IndexFunc(r.Report.Bins, func(b train.Bins) bool { return b.Name == name })
	if i < 0 {
		return nil, fault.Invalidf("rating.columns", "这次训练没有指标“%s”", "the run has no characteristic %s", fault.Clip(name)).In(fault.Place{Field: name})
	}
	return &r.Report.Bins[i], nil
}

// Preview shows what bins would be like, and keeps nothing.
//
// Errors: rating.not_found, rating.state, rating.columns, rating.groups.
func (s *Service) Preview(ctx context.Context, id, name string, groups [][]int) (*train.Bins, error) {
	r, err := s.done(ctx, id)
	if err != nil {
		return nil, err
	}
	b, err := r.bins(name)
	if err != nil {
		return nil, err
	}
	return b.With(groups)
}

// Adjust asks for another run, with bins changed by hand.
//
// Errors: rating.not_found, rating.state, rating.columns, rating.groups,
// rating.against_trend, rating.busy; rating.nothing where nothing is changed.
func (s *Service) Adjust(ctx context.Context, who access.Caller, id string, groups map[string][][]int) (*Run, error) {
	from, err := s.done(ctx, id)
	if err != nil {
		return nil, err
	}
	ask := from.Ask
	plan := *ask.Plan
	plan.Cuts, plan.Groups = cloned(plan.Cuts), cloned(plan.Groups)
	ask.Plan = &plan
	changes := slices.Clone(from.Changes)
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		before, err := from.bins(name)
		if err != nil {
			return nil, err
		}
		after, err := before.With(groups[name])
		if err != nil {
			return nil, err
		}
		if err := after.Check(); err != nil {
			return nil, err
		}
		if after.Trend != "" {
			plan.Cuts[name] = after.Cuts()
		} else {
			plan.Groups[name] = after.Values()
		}
		changes = append(changes, Change{
			Name: name, Zh: before.Zh, Before: inWords(before), After: inWords(after), IV: before.IV, IVNow: after.IV, By: who.Account, ByName: who.Principal.Name, At: s.Now(),
		})
	}
	if len(groups) == 0 {
		return nil, fault.New(fault.Invalid, "rating.nothing", "没有改动任何分箱", "no bins are changed")
	}
	return s.begin(ctx, who, &Run{
		Listed{Sample: from.Sample, SampleName: from.SampleName, From: from.ID}, Whole{Ask: ask, Features: from.Features, Absent: from.Absent, Changes: changes},
	}, "rating_training.adjust")
}

// cloned is a map that may be written to.
func cloned[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return maps.Clone(m)
}

// inWords are bins in words.
func inWords(b *train.Bins) (out []string) {
	for i := range b.Bins {
		out = append(out, b.Bins[i].Zh)
	}
	return out
}

// Keep makes a model of a run. Whoever asked for it does, as its operator.
//
// Errors: rating.not_found, rating.state; rating.not_yours; rating.kept; rating.undeclared of a
// card with quantities whose direction nobody has declared; those of rating.Service.Keep.
func (s *Service) Keep(ctx context.Context, who access.Caller, id, name string) (*rating.Model, error) {
	r, err := s.done(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.By != who.Account {
		return nil, fault.New(fault.Forbidden, "rating.not_yours", "只有发起这次训练的人能把它保存为模型，因为他是模型清单中的操作人", "whoever asked for the run keeps it: he is the operator in the manifest")
	}
	if err := r.undeclared(); err != nil {
		return nil, err
	}
	d, err := s.draft(ctx, r, name)
	if err != nil {
		return nil, err
	}
	d.Also = func(tx rating.Tx, m *rating.Model) error { return become(tx.(Tx), id, m.ID) }
	return s.Models.Keep(ctx, who, d)
}

// become makes a run the model of that id.
//
// Errors: rating.kept of one that is a model already.
func become(tx Tx, id, model string) error {
	r, err := tx.Training(id)
	if err != nil {
		return err
	}
	if r.Model != "" {
		return fault.New(fault.Conflict, "rating.kept", "这次训练已保存为模型", "the run is a model already").In(fault.Place{Value: r.Model})
	}
	r.Model = model
	return tx.PutTraining(r)
}

// undeclared names the quantities of a card whose direction nobody has declared.
func (r *Run) undeclared() error {
	if r.Ask.Features != "" {
		return nil
	}
	e := fault.New(fault.Conflict, "rating.undeclared", "方向由政策定，不由数据定。下列指标没有声明方向，声明后重新训练，才能保存为模型：", "nobody has declared a direction of: ")
	n := 0
	for i := range r.Card.Characteristics {
		if x := &r.Card.Characteristics[i]; !x.Category() && r.Ask.Columns[x.Name].Trend == "" {
			if n++; n > 1 {
				e.Zh, e.En = e.Zh+"、", e.En+", "
			}
			e.Zh, e.En, e.At.Field = e.Zh+x.Zh, e.En+x.Name, x.Name
		}
	}
	if n == 0 {
		return nil
	}
	return e
}

// parameters are what a manifest says a card was made with.
type parameters struct {
	Run string `json:"run"`
	Ask
	Absent  []string `json:"absent,omitempty"`
	Changes []Change `json:"changes,omitempty"`
	// RejectsSHA256 is of the sample of rejects.
	RejectsSHA256 string `json:"rejects_sha256,omitempty"`
}

// draft is a model as a run has made it, with what the program knows of its manifest.
func (s *Service) draft(ctx context.Context, r *Run, name string) (*rating.Draft, error) {
	x, err := s.sample(ctx, r.Sample, "sample")
	if err != nil {
		return nil, err
	}
	p := parameters{Run: r.ID, Ask: r.Ask, Absent: r.Absent, Changes: r.Changes}
	p.Features = "" // kept beside it, whole
	if r.Ask.Rejects != nil {
		rejects, err := s.sample(ctx, r.Ask.Rejects.Sample, "rejects")
		if err != nil {
			return nil, err
		}
		p.RejectsSHA256 = rejects.SHA256
	}
	with, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	card := *r.Card
	card.Name = name
	total := r.accepted().Total
	return &rating.Draft{
		Name: name, Features: r.Features, Card: &card, Report: reported{r.Report, r.Rejects}, Validation: r.Validation,
		Manifest: rating.Manifest{
			Rows: total.Rows(), Bad: total.Bad, SHA256: x.SHA256, Parameters: with, Started: r.Started, Ended: r.Ended,
			Iterations: r.Report.Iterations, Seed: r.Ask.Plan.Seed,
		},
	}, nil
}

// reported is the report of a run as its model has it.
type reported struct {
	*train.Report
	Rejects *train.Parcelled `json:"rejects,omitempty"`
}

// accepted is the report of the card of firms whose outcome is known.
func (r *Run) accepted() *train.Report {
	if r.Rejects != nil {
		return r.Rejects.Accepted
	}
	return r.Report
}
