package httpapi_test

import (
	"strings"
	"testing"

	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/samplefile"
	"changrong/internal/adapter/store"
	"changrong/internal/base/event"
	"changrong/internal/rating/training"
)

// withTraining lets a site make scorecards; it is a site with models.
func withTraining(t *testing.T, db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) {
		files, err := blob.OpenDir(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		d.Training = &training.Service{
			Store: store.Of[training.Tx]{DB: db}, Files: &samplefile.Files{Blobs: files, Sealer: d.Access.Sealer}, Models: d.Rating, Now: d.Access.Now, NewID: crypto.NewID,
		}
	}
}

// traders are rows of a sample whose risk lies in sales.
func traders(n int) string {
	var b strings.Builder
	b.WriteString("sales,late\n")
	for i := range n {
		late := "0"
		if i*7919%(10+i%100) < 6 {
			late = "1"
		}
		b.WriteString(strings.Repeat("1", 1+i%100/20) + ".5," + late + "\n")
	}
	return b.String()
}

// aTrainSample is a sample to train on.
func aTrainSample(s *scene) string {
	x, err := s.training.Add(s.t.Context(), modelMaker("account-other"), s.mark+".csv", strings.NewReader(traders(3)))
	if err != nil {
		s.t.Fatal(err)
	}
	return x.ID
}

// aTraining is a run of who calls that is done: one that is, under another id.
func aTraining(s *scene) string { return s.aRun(training.Done) }

func aWaitingTraining(s *scene) string { return s.aRun(training.Queued) }

func (s *scene) aRun(state training.State) string {
	if s.trained == nil {
		s.trained = s.train()
	}
	run := *s.trained
	run.ID, run.State, run.By, run.Version = "t"+s.mark, state, "account-"+string(s.role), 0
	s.write(func(tx *store.Tx) error { run.Version = 0; return tx.PutTraining(&run) })
	return run.ID
}

// train makes a card.
func (s *scene) train() *training.Run {
	t, ctx, who := s.training, s.t.Context(), modelMaker("account-other")
	x, err := t.Add(ctx, who, "a.csv", strings.NewReader(traders(2000)))
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := t.Ask(ctx, who, training.Ask{
		Name: "卡", Sample: x.ID, Target: "late", Bad: "1", Columns: map[string]training.Declared{"sales": {Trend: "descending"}}, Seeds: 1, Folds: 2,
	})
	if err == nil {
		err = t.Do(ctx, event.Job{ID: r.ID, Payload: r.ID}, func(int64, int64, string) {})
	}
	if err == nil {
		r, err = t.Run(ctx, r.ID)
	}
	if err != nil || r.State != training.Done {
		s.t.Fatalf("%v %+v", err, r)
	}
	return r
}
