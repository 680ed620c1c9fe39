package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/origination"
	"changrong/internal/rating"
	"changrong/internal/rating/ratingtest"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
	"changrong/internal/rating/watch"
	"changrong/internal/server"
	"changrong/internal/workflow"
)

// watched is a service that watches models, over a loan book of notes by firm.
type watched struct {
	*models
	watch *watch.Service
	db    *store.DB
	notes map[string][]watch.Note
	books int // how often the loan book was read
}

func newWatched(t *testing.T, db *store.DB) *watched {
	w := &watched{models: newModels(t, db), db: db, notes: map[string][]watch.Note{}}
	w.watch = &watch.Service{
		Store: store.Of[watch.Tx]{DB: db}, Sealer: w.Sealer, Now: w.Now, NewID: crypto.NewID,
		Loans: func(_ context.Context, _, _ civil.Month, wanted func(string) bool, f func(*watch.Note)) error {
			w.books++
			for firm, notes := range w.notes {
				for i := range notes {
					if wanted(firm) {
						f(&notes[i])
					}
				}
			}
			return nil
		},
	}
	return w
}

// on sets the clock to the morning of a day.
func (w *watched) on(y, m, d int) {
	day, ok := civil.Of(y, m, d)
	if !ok {
		w.t.Fatal(y, m, d)
	}
	w.now = civil.StartOf(day) + 9*civil.Hour
}

// made keeps a model that was made of 50 rows of each grade.
func (w *watched) made(name string) *rating.Model {
	w.t.Helper()
	report := map[string]any{"grades": []map[string]any{{"grade": "A", "rows": 50}, {"grade": "B", "rows": 50}}}
	m, err := w.Keep(w.t.Context(), modelMaker("zhang"), &rating.Draft{
		Name: name, Features: ratedFeatures, Card: ratedCard(1), Report: report, Validation: map[string]any{"card": map[string]any{"auc": []float64{0.9, 0.7}}},
		Manifest: rating.Manifest{Rows: 100, Bad: 10, SHA256: strings.Repeat("b", 64), Parameters: []byte(`{}`), Started: 1, Ended: 2, Iterations: 5},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	from, to := civil.Date(19000), civil.Date(19365)
	texts := manifestTexts
	texts.DataFrom, texts.DataTo = &from, &to
	if m, err = w.Describe(w.t.Context(), modelMaker("zhang"), m.ID, m.Version, &texts); err != nil {
		w.t.Fatal(err)
	}
	return w.act(w.act(m, "zhang", rating.Submit, ""), "li", rating.Approve, "同意")
}

// says keeps what a model says of a firm.
func (w *watched) says(m *rating.Model, firm, subject, grade string) {
	w.t.Helper()
	x := &rating.Score{ID: crypto.NewID(), Firm: firm, Model: m.ID, Name: m.Name, Edition: m.Edition, At: w.Now(), Subject: subject, Shadow: m.State == rating.Shadow}
	x.On = x.At.Date()
	switch grade {
	case "A":
		x.Said.Result = scorecard.Result{Score: 500, Grade: "A", PD: 1e7}
	case "B":
		x.Said.Result = scorecard.Result{Score: 400, Grade: "B", PD: 1e8}
	default:
		x.Said.Refused = &rating.Refusal{Code: "rating.unknown"}
	}
	if x.Refused == nil {
		x.Parts = []scorecard.Part{{Code: 1}, {Code: 0}}
	}
	k, err := rating.Seal(w.Sealer, x)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.db.Write(w.t.Context(), func(tx *store.Tx) error { return tx.AddScore(k) }); err != nil {
		w.t.Fatal(err)
	}
}

// closes lets the chore ask, does what it asked for, and tells how many jobs there were.
func (w *watched) closes() int {
	w.t.Helper()
	if err := w.watch.Close(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return w.works()
}

func (w *watched) works() (done int) {
	w.t.Helper()
	for {
		var r *job.Record
		now := w.Now()
		if err := w.db.Write(w.t.Context(), func(tx *store.Tx) (err error) {
			r, err = tx.ClaimJob(now, now+civil.Minute, "test", []string{watch.JobKind})
			return err
		}); err != nil {
			w.t.Fatal(err)
		}
		if r == nil {
			return done
		}
		done++
		if err := w.watch.Do(w.t.Context(), event.Job{ID: r.ID, Kind: r.Kind, Key: r.Key, Payload: r.Payload}, func(int64, int64, string) {}); err != nil {
			w.t.Fatal(err)
		}
		if err := w.db.Write(w.t.Context(), func(tx *store.Tx) error {
			return tx.EndJob(job.End{ID: r.ID, Worker: "test", Attempt: r.Attempt, State: job.Done, At: w.Now()})
		}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// alarmed counts the events that tell of alarms.
func (w *watched) alarmed() (n int) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context(), func(tx *store.Tx) error {
		events, err := tx.EventsAfter(0, 1000)
		for _, e := range events {
			if e.Kind == watch.EventAlarmed {
				n++
			}
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *watched) month(m *rating.Model, month civil.Month) *watch.Month {
	w.t.Helper()
	list, total, err := w.watch.Months(w.t.Context(), watch.MonthFilter{Model: m.ID})
	if err != nil || total != len(list) {
		w.t.Fatal(err, total)
	}
	for i := range list {
		if list[i].Month == month {
			return &list[i]
		}
	}
	w.t.Fatalf("%s is not there", month)
	return nil
}

func firmNo(i int) string { return fmt.Sprintf("9133108200000%05d", i) }

// TestMonthsAreClosedOnce closes a month, tells of its alarm, has it acknowledged, and sees
// the month mature, on what was computed by hand.
func TestMonthsAreClosedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWatched(t, db)
		m := w.act(w.made("小微"), "lead", rating.Activate, "")
		june, _ := civil.MonthOf(2026, 6)
		if n := w.closes(); n != 0 {
			t.Errorf("%d months are closed before one is over", n)
		}
		// forty firms; thirty of them end the month in B, though all began in A; one is refused
		for i := range 40 {
			w.says(m, firmNo(i), "", "A")
		}
		w.says(m, firmNo(99), "", "")
		for i := range 30 {
			w.says(m, firmNo(i), "", "B")
		}
		w.on(2026, 7, 1)
		w.says(m, firmNo(7), "", "A") // July: no matter
		if n := w.closes(); n != 1 || w.books != 0 {
			t.Errorf("%d months, %d readings of the loan book", n, w.books)
		}
		got := w.month(m, june)
		if want := 0.25*math.Log(0.25/0.5) - 0.5*math.Log(0.25/0.5) + (0.75-0.5)*math.Log(0.75/0.5); math.Abs(got.Shift.PSI-want) > 1e-12 {
			t.Errorf("PSI %v, not %v", got.Shift.PSI, want)
		}
		if got.State != watch.Closed || got.Firms != 40 || got.Refused != 1 || got.Grades[0].Firms != 10 || got.Grades[1].Firms != 30 || len(got.Alarms) != 1 || got.Alarms[0].Code != "psi" {
			t.Errorf("%+v", got)
		}
		if n := w.closes(); n != 0 || w.alarmed() != 1 {
			t.Errorf("closed again: %d jobs, told %d times", n, w.alarmed())
		}
		if err := w.watch.Recompute(t.Context(), modelMaker("lead"), m.ID, june); err != nil {
			t.Fatal(err)
		}
		w.works()
		again := w.month(m, june)
		if again.At == got.At || w.alarmed() != 1 {
			t.Error("it was not computed again, or told again")
		}
		again.At, again.Alarms[0].Version = got.At, got.Alarms[0].Version
		if !reflect.DeepEqual(again, got) {
			t.Errorf("computed again, it is\n%+v\nnot\n%+v", again, got)
		}
		w.acknowledges(m)
		w.matures(m, june)
		text, err := json.Marshal(w.month(m, june))
		if err != nil || strings.Contains(string(text), "9133108200000") {
			t.Errorf("%v: a month names firms", err)
		}
	})
}

// acknowledges has the one alarm acknowledged.
func (w *watched) acknowledges(m *rating.Model) {
	w.t.Helper()
	ctx := w.t.Context()
	open, total, err := w.watch.Alarms(ctx, watch.AlarmFilter{Model: m.ID, State: watch.Raised, Limit: 10})
	if err != nil || total != 1 {
		w.t.Fatal(err, total)
	}
	a := &open[0]
	for version, code := range map[int64]string{a.Version - 1: "store.changed", a.Version: "watch.words"} {
		words := " 看过 "
		if version == a.Version {
			words = " "
		}
		if _, err := w.watch.Acknowledge(ctx, modelMaker("lead"), a.ID, version, words); fault.CodeOf(err) != code {
			w.t.Errorf("%v, not %s", err, code)
		}
	}
	b, err := w.watch.Acknowledge(ctx, modelMaker("lead"), a.ID, a.Version, " 已核对来源 ")
	if err != nil || b.Words != "已核对来源" || b.By != "lead" || b.State != watch.Acknowledged {
		w.t.Errorf("%v %+v", err, b)
	}
	if _, err := w.watch.Acknowledge(ctx, modelMaker("lead"), a.ID, b.Version, "再"); fault.CodeOf(err) != "watch.acknowledged" {
		w.t.Error(err)
	}
	if _, total, err := w.watch.Alarms(ctx, watch.AlarmFilter{State: watch.Raised}); err != nil || total != 0 {
		w.t.Error(err, total)
	}
	kept, total, err := w.watch.Alarms(ctx, watch.AlarmFilter{Model: m.ID})
	if err != nil || total != 1 || !reflect.DeepEqual(kept[0], *b) {
		w.t.Errorf("%v %d %+v, not %+v", err, total, kept, b)
	}
}

// matures lets the time of observation pass.
func (w *watched) matures(m *rating.Model, month civil.Month) {
	w.t.Helper()
	for i := range 40 {
		n := watch.Note{USCC: firmNo(i), Due: civil.Never, WrittenOff: civil.Never}
		for k := civil.Month(1); k <= 12; k++ {
			n.Ends = append(n.Ends, watch.End{Month: month + k, Balance: 1})
		}
		if i < 6 || i == 35 { // six of B, one of A
			n.Ends[4].Quality = "doubtful"
		}
		if i != 20 { // of whom no bank reports a loan
			w.notes[firmNo(i)] = []watch.Note{n}
		}
	}
	w.on(2027, 7, 31)
	if n := w.closes(); n != 12 || w.books != 0 { // July 2026 to June 2027
		w.t.Errorf("%d months, %d readings", n, w.books)
	}
	w.on(2027, 8, 1)
	if n := w.closes(); n != 2 || w.books != 1 { // July 2027 closes, June 2026 matures
		w.t.Errorf("%d months, %d readings", n, w.books)
	}
	if n := w.closes(); n != 0 {
		w.t.Errorf("%d months mature again", n)
	}
	got := w.month(m, month)
	c := got.Came
	if got.State != watch.Matured || c.Good != 32 || c.Bad != 7 || c.NoLoan != 1 || got.Grades[0].Bad != 1 || got.Grades[1].Bad != 6 || got.Grades[1].Good != 23 {
		w.t.Fatalf("%+v %+v", got, c)
	}
	// bad 6 in B and 1 in A, good 23 in B and 9 in A: 6·9 pairs are told apart, 6·23 + 1·9 are ties
	if want := (6*9 + 0.5*(6*23+9)) / (7.0 * 32); math.Abs(*c.AUC-want) > 1e-12 || math.Abs(*c.Validated-0.8) > 1e-12 || math.Abs(c.Expected-(29*0.1+10*0.01)/39) > 1e-12 {
		w.t.Errorf("%+v: AUC %v, not %v", c, *c.AUC, want)
	}
	// 0.57 lies more than two deviations below 0.8; what was acknowledged stays so
	if a := got.Alarms; len(a) != 2 || a[0].Code != "auc" || a[0].State != watch.Raised || a[1].State != watch.Acknowledged || w.alarmed() != 2 {
		w.t.Errorf("%d %+v", w.alarmed(), a)
	}
	if m := w.month(m, month+1); m.State != watch.Closed || m.Firms != 1 || m.Shift != nil {
		w.t.Errorf("%+v", m)
	}
}

// TestAShadowIsWatchedBesideTheModelInUse compares both on the firms that both scored, and
// says what banks made of the scores.
func TestAShadowIsWatchedBesideTheModelInUse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWatched(t, db)
		used := w.act(w.made("小微"), "lead", rating.Activate, "")
		shadow := w.act(w.made("小微"), "lead", rating.Cast, "")
		w.applied(0, origination.Offered, true)
		w.applied(1, origination.Declined, false)
		w.applied(2, origination.Pushed, false)
		w.applied(3, origination.Ended, true) // the firm took another's offer
		for i, grades := range []string{"AA", "AB", "BA", "BB", "A-", "B"} {
			w.says(used, firmNo(i), fmt.Sprint("referral-", i), grades[:1])
			if len(grades) > 1 {
				w.says(shadow, firmNo(i), "", grades[1:])
			}
		}
		w.on(2026, 7, 2)
		if n := w.closes(); n != 2 {
			t.Errorf("%d months", n)
		}
		june, _ := civil.MonthOf(2026, 6)
		b := w.month(shadow, june).Beside
		if b == nil || b.Model != used.ID || b.Edition != used.Edition || b.Firms != 4 || b.Same != 2 || b.Riskier != 1 || b.Safer != 1 || b.Matured != 0 || b.AUC != nil {
			t.Errorf("%+v", b)
		}
		m := w.month(used, june)
		if m.Beside != nil || m.Firms != 6 || m.Shift != nil {
			t.Errorf("%+v", m)
		}
		// what nobody applied for, such as a run over the city, was asked by no bank
		for i, want := range [][3]int64{{2, 1, 1}, {2, 1, 0}} {
			if g := m.Grades[i]; [3]int64{g.Asked, g.Offered, g.Declined} != want {
				t.Errorf("%+v", g)
			}
		}
	})
}

// TestMonthsThatCannotBeAskedFor, and rules that cannot be set.
func TestMonthsThatCannotBeAskedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWatched(t, db)
		ctx, lead := t.Context(), modelMaker("lead")
		june, _ := civil.MonthOf(2026, 6)
		m := w.made("小微")
		if err := w.watch.Recompute(ctx, lead, m.ID, june); fault.CodeOf(err) != "watch.month" {
			t.Error(err)
		}
		m = w.act(m, "lead", rating.Activate, "")
		w.on(2026, 8, 1)
		for month, code := range map[civil.Month]string{june - 1: "watch.month", june: "", june + 1: "", june + 2: "watch.month"} {
			if err := w.watch.Recompute(ctx, lead, m.ID, month); fault.CodeOf(err) != code {
				t.Errorf("%s: %v", month, err)
			}
		}
		if n := w.works(); n != 2 {
			t.Errorf("%d months", n)
		}
		for _, err := range []error{
			w.watch.Recompute(ctx, lead, "none", june),
			func() error { _, _, err := w.watch.Months(ctx, watch.MonthFilter{Model: "none"}); return err }(),
			func() error { _, err := w.watch.Rule(ctx, "none"); return err }(),
			func() error { _, err := w.watch.SetRule(ctx, lead, "none", watch.Usual); return err }(),
			func() error { _, err := w.watch.Acknowledge(ctx, lead, "none", 1, "看过"); return err }(),
		} {
			if fault.CodeOf(err) != "rating.not_found" {
				t.Error(err)
			}
		}
		r, err := w.watch.Rule(ctx, m.ID)
		if err != nil || *r != watch.Usual {
			t.Errorf("%v %+v", err, r)
		}
		if _, err := w.watch.SetRule(ctx, lead, m.ID, watch.Rule{}); fault.CodeOf(err) != "watch.rule" {
			t.Error(err)
		}
		for version, code := range []string{"", "", "store.changed"} {
			if version == 2 {
				version = 0
			}
			r, err := w.watch.SetRule(ctx, lead, m.ID, watch.Rule{Observe: 6 + version, Held: 3, Days: 30, Version: int64(version)})
			if fault.CodeOf(err) != code || err == nil && r.Version != int64(version)+1 {
				t.Errorf("%v %+v", err, r)
			}
		}
		if r, err := w.watch.Rule(ctx, m.ID); err != nil || *r != (watch.Rule{Observe: 7, Held: 3, Days: 30, Version: 2}) {
			t.Errorf("%v %+v", err, r)
		}
	})
}

// applied makes a referral at a stage, with an offer or without.
func (w *watched) applied(n int64, stage workflow.Stage, offered bool) {
	w.t.Helper()
	id := fmt.Sprint("referral-", n)
	if err := w.db.Write(w.t.Context(), func(tx *store.Tx) error {
		a := &origination.Application{
			ID: "p" + id, Org: "firm", Number: "RZ-" + id, USCC: ratedFirm, Firm: "某厂", State: origination.Submitted, Key: id,
			Need: origination.Need{Amount: money.Wan, Months: 12, Purpose: "equipment"}, Targets: []origination.Target{}, Submitted: 1, Moved: 1,
		}
		r := &origination.Referral{
			Case:        workflow.Case{ID: id, Kind: "referral", Org: "bank", Title: "某厂", Stage: stage, Round: 1, DueOn: civil.Never, Left: -1, Amount: money.Wan},
			Application: a.ID, FirmOrg: "firm", Number: n + 1, Pushed: 1,
		}
		if err := tx.AddApplication(a); err != nil {
			return err
		}
		if err := tx.PutCase(&r.Case); err != nil {
			return err
		}
		if err := tx.PutReferral(r); err != nil || !offered {
			return err
		}
		return tx.PutOffer(&origination.Offer{ID: "o" + id, Referral: id, Application: a.ID, Bank: "bank", BankName: "甲银行", N: 1, State: origination.OfferOpen, Made: 1})
	}); err != nil {
		w.t.Fatal(err)
	}
}

// TestThePlatformWatchesByItsClock puts a model that was trained to use on a platform, scores
// the very firms that it was trained on, and lets the clock close and mature their month.
func TestThePlatformWatchesByItsClock(t *testing.T) {
	w := open(t, server.Config{Demo: true, BeginCode: "code"})
	models := &rating.Service{Store: store.Of[rating.Tx]{DB: w.DB}, Sealer: w.Keys, Now: w.Now, NewID: crypto.NewID, Program: "1.0", Environment: "go test"}
	months := &watch.Service{Store: store.Of[watch.Tx]{DB: w.DB}}
	start := w.Now()
	m, err := models.Keep(t.Context(), modelMaker("zhang"), ratingtest.Draft(t, "小微"))
	if err != nil {
		t.Fatal(err)
	}
	texts := ratingtest.Texts()
	if m, err = models.Describe(t.Context(), modelMaker("zhang"), m.ID, m.Version, &texts); err != nil {
		t.Fatal(err)
	}
	for _, act := range []struct {
		by string
		v  rating.Verb
	}{{"zhang", rating.Submit}, {"li", rating.Approve}, {"lead", rating.Activate}} {
		if m, err = models.Act(t.Context(), modelMaker(act.by), m.ID, m.Version, act.v, "同意"); err != nil {
			t.Fatal(err)
		}
	}
	scoreSample(t, w, m)
	waits, stop := w.DB.Watch(store.Jobs)
	defer stop()
	until := func(to civil.Month, state watch.State) *watch.Month {
		t.Helper()
		resp, err := http.Post(w.url+"/demo/clock", "application/json", strings.NewReader(fmt.Sprintf(`{"code":"code","to_ms":%d}`, civil.StartOf(to.First())+civil.Hour)))
		if err != nil || resp.StatusCode != http.StatusNoContent {
			t.Fatal(err, resp)
		}
		resp.Body.Close() //nolint:errcheck // it goes away anyway
		for {
			list, total, err := months.Months(t.Context(), watch.MonthFilter{Model: m.ID})
			if err != nil {
				t.Fatal(err)
			}
			if total == int(to-start.Date().Month()) && list[total-1].State == state {
				return &list[total-1]
			}
			select {
			case <-waits:
			case <-time.After(30 * time.Second):
				t.Fatalf("%d months, not %d", total, to-start.Date().Month())
			}
		}
	}
	closed := until(start.Date().Month()+1, watch.Closed)
	if closed.Firms != 1200 || closed.Shift == nil || closed.Shift.PSI != 0 || closed.Shift.Chance != 1 || len(closed.Alarms) != 0 {
		t.Errorf("the firms of training are others than those of training: %+v %+v", closed, closed.Shift)
	}
	for _, i := range closed.Items {
		if i.Shift == nil || i.Shift.PSI > 1e-12 || i.Unknown != i.TrainedUnknown {
			t.Errorf("%+v", i)
		}
	}
	matured := until(start.Date().Month()+14, watch.Matured)
	if c := matured.Came; c == nil || c.NoLoan != 1200 || c.AUC != nil || c.Validated == nil || *c.Validated < 0.6 {
		t.Errorf("no bank reports a loan: %+v", matured.Came)
	}
}

// scoreSample keeps what a model says of the firms of its sample.
func scoreSample(t *testing.T, w *town, m *rating.Model) {
	t.Helper()
	card, err := scorecard.Read(m.Card)
	if err != nil {
		t.Fatal(err)
	}
	scorer, err := card.Scorer()
	if err != nil {
		t.Fatal(err)
	}
	sample := ratingtest.Sample(t)
	var kept []*rating.Kept
	for i := range sample.Bad {
		values := make([]scorecard.Value, len(card.Characteristics))
		for j := range values {
			n := slices.IndexFunc(sample.Columns, func(c train.Column) bool { return c.Feature.Name == card.Characteristics[j].Name })
			c := &sample.Columns[n]
			if values[j].Known = c.Known[i]; c.Texts != nil {
				values[j].Text = c.Texts[i]
			} else {
				values[j].Number = c.Numbers[i]
			}
		}
		r, err := scorer.Score(values)
		if err != nil {
			t.Fatal(err)
		}
		k, err := rating.Seal(w.Keys, &rating.Score{ID: crypto.NewID(), Firm: firmNo(i), Model: m.ID, Name: m.Name, Edition: m.Edition, At: w.Now(), On: w.Now().Date(), Said: rating.Said{Result: *r}})
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, k)
	}
	if err := w.DB.Write(t.Context(), func(tx *store.Tx) error {
		for _, k := range kept {
			if err := tx.AddScore(k); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
