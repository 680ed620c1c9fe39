package training

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
)

// State is where a run stands.
type State string

// The states.
const (
	Queued    State = "queued"
	Training  State = "training"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Ended tells whether nothing more comes.
func (s State) Ended() bool { return s == Done || s == Failed || s == Cancelled }

// Reading is the first step of a run; the others are those of package train.
const Reading train.Step = "reading"

// steps are the steps in words.
var steps = map[train.Step]string{
	Reading: "读取样本", train.Checking: "核对样本", train.Prebinning: "初始分箱", train.Binning: "分箱", train.Selecting: "选择指标",
	train.Regression: "回归", train.Points: "折算分值", train.Validating: "交叉验证",
}

// Ask is what a run is to make.
type Ask struct {
	Name   string `json:"name"` // of the card
	Sample string `json:"sample"`
	Target string `json:"target" doc:"the column that says what came of a firm"`
	Bad    string `json:"bad" doc:"its value where it turned out bad"`
	Period string `json:"period,omitempty" doc:"a column of periods, from 0: bins keep their order in each"`
	// Features declares what columns mean: "smefeatures", or a declaration in YAML; empty:
	// Columns do.
	Features string              `json:"features,omitempty"`
	Columns  map[string]Declared `json:"columns,omitempty"`
	Leave    []string            `json:"leave,omitempty" doc:"columns or features that are left out"`
	Plan     *train.Plan         `json:"plan,omitempty" doc:"empty: as mostly"`
	Folds    int                 `json:"folds,omitempty" doc:"of cross-validation; 0: 5"`
	Seeds    int                 `json:"seeds,omitempty" doc:"how often it is done, with other folds; 0: 3"`
	Rejects  *Rejects            `json:"rejects,omitempty"`
}

// Rejects are firms that were refused, and how much worse they are taken to be.
type Rejects struct {
	Sample string  `json:"sample" doc:"with the same columns; what its target says is not read"`
	Factor float64 `json:"factor" doc:"of the bad rate of accepted firms of the same score"`
}

// Limits of validation.
const (
	folds, maxFolds = 5, 20
	seeds, maxSeeds = 3, 10
)

// Run is a card in the making, or made.
type Run struct {
	Listed
	Whole
}

// Listed is what a list tells of a run.
type Listed struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Sample     string     `json:"sample"`
	SampleName string     `json:"sample_name"`
	State      State      `json:"state" enum:"queued,training,done,failed,cancelled"`
	Step       train.Step `json:"step,omitempty"`
	Figures    *Figures   `json:"figures,omitempty"`
	From       string     `json:"from,omitempty"` // the run whose bins were changed

	By      string        `json:"by"`
	ByName  string        `json:"by_name"`
	At      civil.Instant `json:"at_ms"`
	Started civil.Instant `json:"started_ms"`
	Ended   civil.Instant `json:"ended_ms"`
	Model   string        `json:"model,omitempty"` // that was made of it
	Version int64         `json:"version"`
}

// Whole is what a list leaves out.
type Whole struct {
	Ask        Ask               `json:"ask"`
	Features   string            `json:"features"`          // YAML, as declared
	Absent     []string          `json:"absent,omitempty"`  // features that the sample does not have
	Changes    []Change          `json:"changes,omitempty"` // by hand, the first first
	Faults     []Fault           `json:"faults,omitempty"`  // why it failed
	Card       *scorecard.Card   `json:"card,omitempty"`
	Report     *train.Report     `json:"report,omitempty"`
	Validation *train.Validation `json:"validation,omitempty"`
	Rejects    *train.Parcelled  `json:"rejects,omitempty"`
}

// Figures are what a list tells of a run that is done.
type Figures struct {
	Rows int64   `json:"rows"`
	Bad  int64   `json:"bad"`
	Used int     `json:"used"` // characteristics of the card
	AUC  float64 `json:"auc"`  // on rows that it was not made of
	KS   float64 `json:"ks"`
}

// Fault is something that is wrong with a sample or a plan.
type Fault struct {
	Code  string `json:"code"`
	Field string `json:"field,omitempty"` // the column
	Value string `json:"value,omitempty"`
	Line  int    `json:"line,omitempty"`
	Zh    string `json:"title"`
	En    string `json:"title_en"`
}

// Change is what somebody changed of the bins of a characteristic.
type Change struct {
	Name   string        `json:"name"`
	Zh     string        `json:"title"`
	Before []string      `json:"before"` // the bins in words
	After  []string      `json:"after"`
	IV     float64       `json:"iv_before"`
	IVNow  float64       `json:"iv_after"`
	By     string        `json:"by"`
	ByName string        `json:"by_name"`
	At     civil.Instant `json:"at_ms"`
}

// check tells what is wrong with what is asked for, and fills in what is mostly meant.
//
// Errors: rating.name, rating.folds, rating.columns, rating.bad, rating.one_class; those of
// train.Plan.Check.
func (a *Ask) check(t *Table) error {
	if n := utf8.RuneCountInString(a.Name); n == 0 || n > maxName {
		return fault.Invalidf("rating.name", "名称应为1至%d字", "a name has 1 to %d characters", maxName).In(fault.Place{Field: "name"})
	}
	if a.Plan == nil {
		a.Plan = train.DefaultPlan(a.Name)
	}
	a.Plan.Name = a.Name
	if a.Folds == 0 {
		a.Folds = folds
	}
	if a.Seeds == 0 {
		a.Seeds = seeds
	}
	if a.Folds < 2 || a.Folds > maxFolds || a.Seeds < 1 || a.Seeds > maxSeeds {
		return fault.Invalidf("rating.folds", "交叉验证应分2至%d份，做1至%d次", "2 to %d folds, 1 to %d times", maxFolds, maxSeeds).In(fault.Place{Field: "folds"})
	}
	if err := a.Plan.Check(); err != nil {
		return err
	}
	if a.Period != "" {
		if _, err := t.find("period", a.Period); err != nil {
			return err
		}
	}
	for _, name := range a.Leave {
		if t.Column(name) == nil && a.Features == "" {
			_, err := t.find("leave", name)
			return err
		}
	}
	return a.outcome(t)
}

// outcome tells whether the target can be one.
func (a *Ask) outcome(t *Table) error {
	c, err := t.find("target", a.Target)
	if err != nil {
		return err
	}
	at := fault.Place{Field: "target", Value: a.Target}
	switch n := slices.IndexFunc(c.Values, func(v Value) bool { return v.Text == a.Bad }); {
	case c.Missing > 0:
		return fault.Invalidf("rating.cell", "结果列“%s”有%d行没有写明好坏，请补齐或去掉这些行", "the target %s is empty in %d rows", c.Name, c.Missing).In(at)
	case len(c.Values) == 0:
		return fault.Invalidf("rating.bad", "结果列“%s”的值超过%d种，不像是好坏", "the target %s has more than %d values", c.Name, MaxClasses).In(at)
	case n < 0:
		return fault.Invalidf("rating.bad", "结果列“%s”没有值“%s”", "the target %s has no value %s", c.Name, fault.Clip(a.Bad)).In(fault.Place{Field: "bad", Value: a.Bad})
	case len(c.Values) > 2:
		return fault.Invalidf("rating.bad", "结果列“%s”有%d种值；请归成好坏两种，没有定论的去掉", "the target %s has %d values: good and bad are two", c.Name, len(c.Values)).In(at)
	case len(c.Values) == 1:
		return fault.Invalidf("rating.one_class", "结果列“%s”只有一个值“%s”：好坏两类都要有，才能训练", "the target %s is %s everywhere: both kinds are needed", c.Name, c.Values[0].Text).In(at)
	}
	return nil
}

// set is the set of features that a run is made of, cut to what the sample has, the text of
// the whole set, and what of it the sample lacks.
func (a *Ask) set(t *Table) (cut *feature.Set, text string, absent []string, err error) {
	without := append(slices.Clone(a.Leave), a.Target, a.Period)
	if a.Features == "" {
		if cut, err = t.declare(a.Name, a.Columns, without); err != nil {
			return nil, "", nil, err
		}
		return cut, string(cut.Text()), nil, nil
	}
	set, b, err := declared(a.Features)
	if err != nil {
		return nil, "", nil, err
	}
	cut = &feature.Set{Name: set.Name}
	for _, f := range set.Features {
		switch {
		case slices.Contains(without, f.Name):
		case t.Column(f.Name) == nil:
			absent = append(absent, f.Name)
		default:
			cut.Features = append(cut.Features, f)
		}
	}
	if len(cut.Features) == 0 {
		return nil, "", nil, fault.New(fault.Invalid, "rating.columns", "指标集中的指标，样本一项也没有；列名应与指标的标识相同", "the sample has none of the features: columns are named as they are").In(fault.Place{Field: "features"})
	}
	return cut, string(b), absent, nil
}

// declared is a set of features by its name, or as it is written.
func declared(features string) (*feature.Set, []byte, error) {
	text := []byte(features)
	if features == Shipped {
		var err error
		if text, err = feature.Text(features); err != nil {
			return nil, nil, err
		}
	}
	if len(text) > maxFeatures {
		return nil, nil, fault.Invalidf("rating.feature", "指标文件最大%dKB", "a declaration has %d KB at most", maxFeatures>>10).In(fault.Place{Field: "features"})
	}
	set, err := feature.Parse(text)
	return set, text, err
}

// Shipped is the name of the set of features that the program ships.
const Shipped = "smefeatures"

// maxFeatures is how long a declaration of features may be, in bytes.
const maxFeatures = 256 << 10

// faultsOf lists all that is wrong.
func faultsOf(err error) (out []Fault) {
	list := []error{err}
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		list = all.Unwrap()
	}
	for _, e := range list {
		f := fault.Of(e)
		out = append(out, Fault{Code: f.Code, Field: f.At.Field, Value: f.At.Value, Line: f.At.Line, Zh: f.Zh, En: f.En})
	}
	return out
}

// note says how far a step is.
func note(step train.Step, done, total int) string {
	if total <= 1 || step == train.Regression {
		return steps[step]
	}
	return steps[step] + " " + strconv.Itoa(done+1) + "/" + strconv.Itoa(total)
}
