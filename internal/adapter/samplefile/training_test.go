package samplefile_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/samplefile"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/rating"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/train"
	"changrong/internal/rating/training"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

// room is where samples are kept and cards are made.
type room struct {
	*training.Service
	t     *testing.T
	files *samplefile.Files
	blobs string
	now   civil.Instant
	notes []string
}

func newRoom(t *testing.T, db *store.DB) *room {
	ring, err := crypto.OpenRing(filepath.Join(t.TempDir(), "keys.json"), crypto.Intl)
	if err != nil {
		t.Fatal(err)
	}
	day, _ := civil.Of(2026, 6, 3)
	x := &room{t: t, blobs: t.TempDir(), now: civil.StartOf(day)}
	blobs, err := blob.OpenDir(x.blobs)
	if err != nil {
		t.Fatal(err)
	}
	now := func() civil.Instant { x.now++; return x.now }
	x.files = &samplefile.Files{Blobs: blobs, Sealer: crypto.New(crypto.Intl, ring)}
	x.Service = &training.Service{Store: store.Of[training.Tx]{DB: db}, Files: x.files, Now: now, NewID: crypto.NewID, Models: &rating.Service{
		Store: store.Of[rating.Tx]{DB: db}, Sealer: x.files.Sealer, Now: now, NewID: crypto.NewID, Program: "1.0", Environment: "go test",
	}}
	return x
}

func official(account string) access.Caller {
	return access.Caller{Principal: &access.Principal{Account: account, Name: "官员" + account, Org: "office"}}
}

// add keeps a sample.
func (x *room) add(text string) *training.Sample {
	x.t.Helper()
	s, err := x.Add(x.t.Context(), official("zhang"), "样本.csv", strings.NewReader(text))
	if err != nil {
		x.t.Fatal(err)
	}
	return s
}

// ask asks for a run, and does it.
func (x *room) ask(a training.Ask) *training.Run {
	x.t.Helper()
	r, err := x.Ask(x.t.Context(), official("zhang"), a)
	if err != nil {
		x.t.Fatal(err)
	}
	return x.do(r.ID)
}

// do does the job of a run.
func (x *room) do(id string) *training.Run {
	x.t.Helper()
	if err := x.Do(x.t.Context(), event.Job{ID: id, Payload: id}, func(_, _ int64, note string) { x.notes = append(x.notes, note) }); err != nil {
		x.t.Fatal(err)
	}
	r, err := x.Run(x.t.Context(), id)
	if err != nil {
		x.t.Fatal(err)
	}
	return r
}

// firms are rows of a sample whose risk lies in arrears and in the grade; each row may be
// changed before it is written.
func firms(n int, change func(i int, row []string)) string {
	random := rand.New(rand.NewPCG(7, 7))
	var b strings.Builder
	b.WriteString("firm,arrears,months,grade,bad\n")
	for i := range n {
		arrears, months, grade := random.Float64()*100, random.IntN(12), random.IntN(3)
		bad := random.Float64() < 0.05+arrears/200+float64(grade)/10
		row := []string{fmt.Sprintf("绝密厂%d", i), fmt.Sprintf("%.2f", arrears), fmt.Sprint(months), string(rune('A' + grade)), map[bool]string{true: "1", false: "0"}[bad]}
		if i%9 == 0 {
			row[2] = ""
		}
		if change != nil {
			change(i, row)
		}
		b.WriteString(strings.Join(row, ",") + "\n")
	}
	return b.String()
}

// asked is how a card is made of such a sample.
func asked(sample string) training.Ask {
	low, high := 0.0, 100.0
	return training.Ask{
		Name: "小微", Sample: sample, Target: "bad", Bad: "1", Leave: []string{"firm"}, Seeds: 1,
		Columns: map[string]training.Declared{
			"arrears": {Zh: "欠税", Unit: "元", Trend: binning.Ascending, Low: &low, High: &high}, "months": {Zh: "申报月数", Trend: binning.Descending}, "grade": {Zh: "级别"},
		},
	}
}

// TestASampleIsKeptSealed: nothing of it can be read in the files, and it opens as itself
// alone, whole.
func TestASampleIsKeptSealed(t *testing.T) {
	x := newRoom(t, storetest.SQLite(t))
	text := firms(40_000, nil)
	s := x.add(text)
	if s.Rows != 40_000 || s.Size != int64(len(text)) || s.SHA256 != crypto.Digest(text) || s.Sealed.Size < s.Size {
		t.Errorf("%d rows, %d bytes, %s", s.Rows, s.Size, s.SHA256)
	}
	var file string
	if err := filepath.WalkDir(x.blobs, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte("绝密")) || bytes.Contains(b, []byte("arrears")) {
			t.Errorf("%s is in plain", path)
		}
		file = path
		return err
	}); err != nil || file == "" {
		t.Fatal(err)
	}
	options := training.Options{Target: "bad", Bad: "1"}
	if _, err := x.files.Read(t.Context(), s, options); fault.CodeOf(err) != "rating.columns" { // the names of firms are read, and are no category
		t.Error(err)
	}
	other := *s
	other.ID = "another"
	if _, err := x.files.Read(t.Context(), &other, options); err == nil || fault.KindOf(err) == fault.Invalid {
		t.Errorf("it opens as another: %v", err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	short, err := x.files.Blobs.Put(t.Context(), bytes.NewReader(b[:len(b)/2]))
	if err != nil {
		t.Fatal(err)
	}
	other = *s
	other.Sealed = training.File{SHA256: short.SHA256, Size: short.Size}
	if _, err := x.files.Read(t.Context(), &other, options); fault.CodeOf(err) != "rating.damaged" {
		t.Errorf("half of it opens: %v", err)
	}
}

// TestNothingStaysOfWhatIsNoSample sends what breaks off, and what is too wide.
func TestNothingStaysOfWhatIsNoSample(t *testing.T) {
	db := storetest.SQLite(t)
	x := newRoom(t, db)
	broken := fault.New(fault.Unavailable, "http.timeout", "", "")
	for _, r := range []*strings.Reader{strings.NewReader("a,b\n1\n"), strings.NewReader("")} {
		if _, err := x.Add(t.Context(), official("zhang"), "x.csv", r); fault.CodeOf(err) != "rating.file" {
			t.Error(err)
		}
	}
	if _, err := x.Add(t.Context(), official("zhang"), "x.csv", &breaking{strings.NewReader(firms(100, nil)), broken}); fault.CodeOf(err) != "http.timeout" {
		t.Error(err)
	}
	if _, err := x.Add(t.Context(), official("zhang"), "x.csv", strings.NewReader("a,b\n1,2\n3,\x07\n")); fault.CodeOf(err) != "rating.cell" || !strings.Contains(fault.Of(err).Zh, "第3行“b”") {
		t.Error(err)
	}
	if _, n, err := x.Samples(t.Context(), 10, 0); n != 0 || err != nil {
		t.Errorf("%d samples %v", n, err)
	}
	left := 0
	if err := x.files.Blobs.List(t.Context(), func(blob.Ref, civil.Instant) error { left++; return nil }); left != 0 || err != nil {
		t.Errorf("%d files are left %v", left, err)
	}
}

// breaking ends in an error where the other ends.
type breaking struct {
	r   *strings.Reader
	err error
}

func (b *breaking) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err != nil {
		err = b.err
	}
	return n, err
}

// TestFromASampleToAModel makes a card, looks at it, changes its bins, and keeps what comes
// of that as a model, whose manifest lacks only what people write.
func TestFromASampleToAModel(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := newRoom(t, db)
		s := x.add(firms(3000, nil))
		r := x.ask(asked(s.ID))
		if r.State != training.Done || r.Figures == nil || r.Figures.Used != len(r.Card.Characteristics) || r.Figures.AUC < 0.6 || r.Ended <= r.Started || len(r.Validation.Card.AUC) != 5 {
			t.Fatalf("%+v", r)
		}
		for _, want := range []string{"读取样本", "核对样本", "初始分箱 1/3", "分箱 3/3", "选择指标", "回归", "折算分值", "交叉验证 5/5"} {
			if !slices.Contains(x.notes, want) {
				t.Errorf("%q is not told: %q", want, x.notes)
			}
		}
		// Merge the first two bins of arrears.
		arrears := r.Report.Bins[0]
		groups := append([][]int{slices.Concat(arrears.Groups[0], arrears.Groups[1])}, arrears.Groups[2:]...)
		shown, err := x.Preview(t.Context(), r.ID, "arrears", groups)
		if err != nil || !shown.Holds || shown.IV >= arrears.IV {
			t.Fatalf("%+v %v", shown, err)
		}
		next, err := x.Adjust(t.Context(), official("li"), r.ID, map[string][][]int{"arrears": groups, "grade": {{0}, {1, 2}}})
		if err != nil {
			t.Fatal(err)
		}
		next = x.do(next.ID)
		if next.State != training.Done || next.From != r.ID || len(next.Changes) != 2 || next.Changes[0].By != "li" || next.Changes[0].IVNow != shown.IV ||
			len(next.Changes[0].Before) != len(arrears.Bins) || next.Report.Bins[0].IV != shown.IV || !next.Report.Bins[0].Hand {
			t.Fatalf("%+v", next)
		}
		if _, err := x.Keep(t.Context(), official("zhang"), next.ID, "小微信用"); fault.CodeOf(err) != "rating.not_yours" {
			t.Error(err)
		}
		m, err := x.Keep(t.Context(), official("li"), next.ID, "小微信用")
		if err != nil {
			t.Fatal(err)
		}
		man := m.Manifest
		if man.Rows != 3000 || man.Bad != next.Figures.Bad || man.SHA256 != s.SHA256 || man.Operator != "li" || man.Started != next.Started || man.Ended != next.Ended || man.Seed != 1 || man.Iterations == 0 || man.Environment == "" {
			t.Errorf("%+v", man)
		}
		var with struct {
			Run     string            `json:"run"`
			Target  string            `json:"target"`
			Plan    train.Plan        `json:"plan"`
			Changes []training.Change `json:"changes"`
		}
		if err := json.Unmarshal(man.Parameters, &with); err != nil || with.Run != next.ID || with.Target != "bad" || len(with.Plan.Cuts["arrears"]) != len(shown.Cuts()) || len(with.Changes) != 2 || with.Changes[1].ByName != "官员li" {
			t.Errorf("%s %v", man.Parameters, err)
		}
		var lacks []string
		for _, l := range m.Missing() {
			lacks = append(lacks, l.Field)
		}
		if want := []string{"target", "use", "source", "medium", "sampling", "objective", "data_from_on", "data_to_on", "review"}; !slices.Equal(lacks, want) {
			t.Errorf("it lacks %v", lacks)
		}
		if _, err := x.Keep(t.Context(), official("li"), next.ID, "小微信用"); fault.CodeOf(err) != "rating.kept" {
			t.Error(err)
		}
		list, n, err := x.Runs(t.Context(), training.Filter{State: training.Done, Limit: 10})
		if err != nil || n != 2 || list[0].ID != next.ID || list[0].Model != m.ID || list[1].Figures.Rows != 3000 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// TestWhatIsWrongIsSaid: each wrong sample ends its run with what is wrong, in words, and
// with the column.
func TestWhatIsWrongIsSaid(t *testing.T) {
	x := newRoom(t, storetest.SQLite(t))
	for _, c := range []struct {
		code, field, zh string
		change          func(i int, row []string)
	}{
		{"rating.constant", "months", "只有一个值", func(_ int, row []string) { row[2] = "7" }},
		{"rating.infinite", "arrears", "无穷大", func(i int, row []string) {
			if i == 70 {
				row[1] = "+Inf"
			}
		}},
		{"rating.range", "arrears", "单位不对", func(i int, row []string) {
			if i == 70 {
				row[1] = "450000"
			}
		}},
		{"rating.leak", "months", "泄露了结果", func(_ int, row []string) { row[2] = row[4] + ".5" }},
	} {
		r := x.ask(asked(x.add(firms(800, c.change)).ID))
		if r.State != training.Failed || len(r.Faults) != 1 || r.Faults[0].Code != c.code || r.Faults[0].Field != c.field || !strings.Contains(r.Faults[0].Zh, c.zh) || r.Card != nil {
			t.Errorf("%s: %s %+v", c.code, r.State, r.Faults)
		}
	}
	// All that is wrong is said together.
	r := x.ask(asked(x.add(firms(800, func(_ int, row []string) { row[1], row[2] = "1e9", "7" })).ID))
	if len(r.Faults) != 2 {
		t.Errorf("%+v", r.Faults)
	}
	// A category that the set of features does not have, and a unit that it does not mean.
	a := asked(x.add(firms(800, func(_ int, row []string) {
		if row[3] == "C" {
			row[3] = "无"
		}
	})).ID)
	a.Columns, a.Features = nil, `format: changrong.features/1
name: 试
features:
  - {name: arrears, zh: 欠税, en: arrears, source: tax, measure: latest, field: a, low: 0, high: 50, trend: ascending}
  - {name: grade, zh: 级别, en: grade, source: tax, measure: latest, field: g, categories: [A, B, C]}
  - {name: court, zh: 案件, en: cases, source: court, measure: latest, field: c, trend: ascending}
`
	if r = x.ask(a); len(r.Faults) != 2 || r.Faults[0].Code != "rating.range" || r.Faults[1].Code != "rating.category" || r.Faults[1].Value != "无" || !slices.Equal(r.Absent, []string{"court"}) {
		t.Errorf("%+v %v", r.Faults, r.Absent)
	}
}

// TestWhatCannotBeAskedForIsRefused: at once, before any job.
func TestWhatCannotBeAskedForIsRefused(t *testing.T) {
	x := newRoom(t, storetest.SQLite(t))
	s, rejects := x.add(firms(300, nil)), x.add("arrears,grade\n1,A\n")
	one := x.add(firms(300, func(_ int, row []string) { row[4] = "0" }))
	gap := x.add(firms(300, func(i int, row []string) {
		if i == 5 {
			row[4] = ""
		}
	}))
	low, high := 5.0, 1.0
	for _, c := range []struct {
		want  string
		spoil func(*training.Ask)
	}{
		{"rating.name name", func(a *training.Ask) { a.Name = "" }},
		{"rating.not_found sample", func(a *training.Ask) { a.Sample = "none" }},
		{"rating.columns target", func(a *training.Ask) { a.Target = "none" }},
		{"rating.bad bad", func(a *training.Ask) { a.Bad = "yes" }},
		{"rating.bad target", func(a *training.Ask) { a.Target = "arrears" }},
		{"rating.one_class target", func(a *training.Ask) { a.Sample, a.Bad = one.ID, "0" }},
		{"rating.cell target", func(a *training.Ask) { a.Sample = gap.ID }},
		{"rating.columns leave", func(a *training.Ask) { a.Leave = []string{"none"} }},
		{"rating.columns period", func(a *training.Ask) { a.Period = "none" }},
		{"rating.columns columns", func(a *training.Ask) { a.Columns["none"] = training.Declared{} }},
		{"rating.columns firm", func(a *training.Ask) { a.Leave = nil }},
		{"rating.columns grade", func(a *training.Ask) { a.Columns["grade"] = training.Declared{Trend: binning.Ascending} }},
		{"rating.columns arrears", func(a *training.Ask) { a.Columns["arrears"] = training.Declared{Low: &low, High: &high} }},
		{"rating.columns arrears", func(a *training.Ask) { a.Columns["arrears"] = training.Declared{Trend: "up"} }},
		{"rating.columns features", func(a *training.Ask) { a.Features = training.Shipped }},
		{"pack.required", func(a *training.Ask) { a.Features = "format: changrong.features/1" }},
		{"rating.folds folds", func(a *training.Ask) { a.Folds = 1 }},
		{"rating.plan min_iv", func(a *training.Ask) { a.Plan = train.DefaultPlan("x"); a.Plan.MinIV = -1 }},
		{"rating.plan factor", func(a *training.Ask) { a.Rejects = &training.Rejects{Sample: rejects.ID, Factor: 0.5} }},
		{"rating.columns rejects", func(a *training.Ask) { a.Rejects = &training.Rejects{Sample: rejects.ID, Factor: 2} }},
		{"rating.not_found rejects", func(a *training.Ask) { a.Rejects = &training.Rejects{Sample: "none", Factor: 2} }},
	} {
		a := asked(s.ID)
		c.spoil(&a)
		_, err := x.Ask(t.Context(), official("zhang"), a)
		if got := fault.CodeOf(err) + " " + fault.Of(err).At.Field; err == nil || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	for range 8 {
		if _, err := x.Ask(t.Context(), official("zhang"), asked(s.ID)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := x.Ask(t.Context(), official("zhang"), asked(s.ID)); fault.CodeOf(err) != "rating.busy" {
		t.Error(err)
	}
}

// TestUndeclaredDirectionsAreForALook: a card is made, no model.
func TestUndeclaredDirectionsAreForALook(t *testing.T) {
	x := newRoom(t, storetest.SQLite(t))
	a := asked(x.add(firms(1000, nil)).ID)
	a.Columns = nil
	r := x.ask(a)
	if _, err := x.Keep(t.Context(), official("zhang"), r.ID, "小微"); r.State != training.Done || fault.CodeOf(err) != "rating.undeclared" || !strings.Contains(fault.Of(err).Zh, "arrears") {
		t.Errorf("%s %v", r.State, err)
	}
	if _, err := x.Adjust(t.Context(), official("zhang"), r.ID, nil); fault.CodeOf(err) != "rating.nothing" {
		t.Error(err)
	}
	if _, err := x.Preview(t.Context(), r.ID, "firm", nil); fault.CodeOf(err) != "rating.columns" {
		t.Error(err)
	}
}

// TestAgainstTheDirectionNothingIsAdjusted splits bins until they no longer rise.
func TestAgainstTheDirectionNothingIsAdjusted(t *testing.T) {
	x := newRoom(t, storetest.SQLite(t))
	a := asked(x.add(firms(1000, nil)).ID)
	a.Plan = train.DefaultPlan("细")
	a.Plan.MinShare, a.Plan.MaxLeaves = 0.01, 60
	r := x.ask(a)
	b := r.Report.Bins[0]
	single := make([][]int, len(b.Atoms))
	for i := range single {
		single[i] = []int{i}
	}
	if shown, err := x.Preview(t.Context(), r.ID, "arrears", single); err != nil || shown.Holds {
		t.Fatalf("%d bins %v", len(single), err)
	}
	if _, err := x.Adjust(t.Context(), official("zhang"), r.ID, map[string][][]int{"arrears": single}); fault.CodeOf(err) != "rating.against_trend" {
		t.Error(err)
	}
}

// TestRejectsAreSetBesideTheAccepted makes a card of both kinds of firms.
func TestRejectsAreSetBesideTheAccepted(t *testing.T) {
	x := newRoom(t, storetest.SQLite(t))
	s := x.add(firms(2000, nil))
	rejects := x.add(firms(500, func(_ int, row []string) { row[1] = "9" + row[1][:1]; row[4] = "" }))
	a := asked(s.ID)
	a.Rejects = &training.Rejects{Sample: rejects.ID, Factor: 2}
	r := x.ask(a)
	if r.State != training.Done || r.Rejects == nil || r.Rejects.Accepted.Total.Rows() != 2000 || r.Report.Total.Rows() != 2500 || r.Figures.Rows != 2000 {
		t.Fatalf("%s %+v", r.State, r.Faults)
	}
	m, err := x.Keep(t.Context(), official("zhang"), r.ID, "含拒绝")
	if err != nil || m.Manifest.Rows != 2000 || !strings.Contains(string(m.Manifest.Parameters), rejects.SHA256) || !strings.Contains(string(m.Report), "assumed_bad") {
		t.Errorf("%v", err)
	}
}

// TestARunSurvivesItsServer is stopped half-way, begun again, and makes the card that it would
// have made; one that is cancelled does not begin again.
func TestARunSurvivesItsServer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := newRoom(t, db)
		s := x.add(firms(1000, nil))
		whole := x.ask(asked(s.ID))
		for _, cancelled := range []bool{false, true} {
			why := fault.New(fault.Unavailable, "job.stopping", "", "")
			if cancelled {
				why = fault.New(fault.Conflict, "job.cancelled", "", "")
			}
			r, err := x.Ask(t.Context(), official("zhang"), asked(s.ID))
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancelCause(t.Context())
			err = x.Do(ctx, event.Job{ID: r.ID, Payload: r.ID}, func(_, _ int64, note string) {
				if strings.HasPrefix(note, "交叉验证 3") {
					stop(why)
				}
			})
			if cancelled != (err == nil) || err != nil && !errors.Is(err, why) {
				t.Fatalf("it ends as %v", err)
			}
			if r, err = x.Run(t.Context(), r.ID); err != nil || (r.State == training.Cancelled) != cancelled {
				t.Fatalf("%s %v", r.State, err)
			}
			r = x.do(r.ID)
			if cancelled != (r.Card == nil) {
				t.Fatalf("%s", r.State)
			}
			if !cancelled {
				a, _ := whole.Card.JSON()
				b, _ := r.Card.JSON()
				if !bytes.Equal(a, b) {
					t.Error("another card was made")
				}
			}
		}
	})
}

// TestARunIsCancelled while it waits, and while it is worked on.
func TestARunIsCancelled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		x := newRoom(t, db)
		s := x.add(firms(1000, nil))
		r, err := x.Ask(t.Context(), official("zhang"), asked(s.ID))
		if err != nil {
			t.Fatal(err)
		}
		if r, err = x.Cancel(t.Context(), official("zhang"), r.ID); err != nil || r.State != training.Cancelled {
			t.Fatal(err)
		}
		if r = x.do(r.ID); r.State != training.Cancelled || r.Card != nil {
			t.Errorf("%s", r.State)
		}
		if _, err := x.Cancel(t.Context(), official("zhang"), r.ID); fault.CodeOf(err) != "rating.state" {
			t.Error(err)
		}
		if _, err := x.Adjust(t.Context(), official("zhang"), r.ID, map[string][][]int{"arrears": {{0}}}); fault.CodeOf(err) != "rating.state" {
			t.Error(err)
		}
		if r, err = x.Ask(t.Context(), official("zhang"), asked(s.ID)); err != nil {
			t.Fatal(err)
		}
		stopped := false
		if err := x.Do(t.Context(), event.Job{ID: r.ID, Payload: r.ID}, func(_, _ int64, note string) {
			if note == "交叉验证 2/5" && !stopped {
				stopped = true
				if _, err := x.Cancel(t.Context(), official("li"), r.ID); err != nil {
					t.Error(err)
				}
			}
		}); err != nil {
			t.Fatal(err)
		}
		if r, err = x.Run(t.Context(), r.ID); err != nil || r.State != training.Cancelled || r.Card != nil {
			t.Errorf("%s %v", r.State, err)
		}
	})
}
