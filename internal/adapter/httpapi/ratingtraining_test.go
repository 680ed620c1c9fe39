package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/event"
	"changrong/internal/rating"
	"changrong/internal/rating/train"
	"changrong/internal/rating/training"
)

// trainer is a site where cards are made, with its jobs.
func trainer(t *testing.T, db *store.DB) (*site, *training.Service) {
	var made *training.Service
	s := newSite(t, db, withModels(db), withTraining(t, db), func(d *httpapi.Deps) {
		d.Jobs = &job.Book{Store: store.Of[job.BookTx]{DB: db}, Now: d.Access.Now}
		made = d.Training
	})
	return s, made
}

// TestFromAFileToAModelOverHTTP uploads a sample, asks for a run, looks how far it is, changes
// its bins, and keeps a model.
func TestFromAFileToAModelOverHTTP(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, service := trainer(t, db)
		office := s.everyone(db)[access.Office]
		resp, body := office.send("POST", "/api/rating-samples?name=a.csv", traders(2000), "Content-Type", "text/csv")
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%s %s", resp.Status, body)
		}
		var sample training.Sample
		if err := json.Unmarshal(body, &sample); err != nil || sample.Rows != 2000 || len(sample.Columns) != 2 || len(sample.SHA256) != 64 || strings.Contains(string(body), "sealed") {
			t.Fatalf("%s %v", body, err)
		}
		var plan train.Plan
		office.expect(200, "GET", "/api/rating-training-plan", nil, &plan)
		ask := map[string]any{"name": "小微", "sample": sample.ID, "target": "late", "bad": "1", "plan": plan, "columns": map[string]any{"sales": map[string]any{"zh": "销售额", "trend": "descending"}}, "seeds": 1, "folds": 2}
		plan.MinIV = -1
		ask["plan"] = plan
		office.refused(422, "rating.plan", "POST", "/api/rating-trainings", ask)
		plan.MinIV = 0.02
		ask["plan"] = plan
		var run httpapi.Training
		office.expect(200, "POST", "/api/rating-trainings", ask, &run)
		if run.State != training.Queued || run.Job == nil || run.Job.State != job.Waiting || run.Job.Kind != training.JobKind {
			t.Fatalf("%+v", run)
		}
		office.refused(409, "rating.state", "POST", "/api/rating-trainings/"+run.ID+"/model", map[string]string{"name": "小微"})
		if err := service.Do(t.Context(), event.Job{ID: run.ID, Payload: run.ID}, func(int64, int64, string) {}); err != nil {
			t.Fatal(err)
		}
		office.expect(200, "GET", "/api/rating-trainings/"+run.ID, nil, &run)
		if run.State != training.Done || run.Report == nil || run.Validation == nil || len(run.Report.Bins) != 1 || len(run.Report.Bins[0].Bins) < 3 {
			t.Fatalf("%+v", run)
		}
		bins := run.Report.Bins[0]
		groups := [][]int{append(append([]int{}, bins.Groups[0]...), bins.Groups[1]...)}
		groups = append(groups, bins.Groups[2:]...)
		var shown train.Bins
		office.expect(200, "POST", "/api/rating-trainings/"+run.ID+"/bins", map[string]any{"characteristic": "sales", "groups": groups}, &shown)
		if len(shown.Bins) != len(bins.Bins)-1 || shown.IV >= bins.IV || !shown.Holds {
			t.Errorf("%+v", shown)
		}
		office.refused(422, "rating.groups", "POST", "/api/rating-trainings/"+run.ID+"/bins", map[string]any{"characteristic": "sales", "groups": [][]int{{9}}})
		var next httpapi.Training
		office.expect(200, "POST", "/api/rating-trainings/"+run.ID+"/adjusted", map[string]any{"bins": map[string]any{"sales": groups}}, &next)
		if next.From != run.ID || len(next.Changes) != 1 {
			t.Errorf("%+v", next)
		}
		office.expect(200, "POST", "/api/rating-trainings/"+next.ID+"/cancel", nil, &next)
		if next.State != training.Cancelled || next.Job.State != job.Cancelled {
			t.Errorf("%+v", next)
		}
		var m rating.Model
		office.expect(200, "POST", "/api/rating-trainings/"+run.ID+"/model", map[string]string{"name": "小微"}, &m)
		if m.Manifest.SHA256 != sample.SHA256 || m.Manifest.Rows != 2000 {
			t.Errorf("%+v", m.Manifest)
		}
		var list struct {
			Items []training.Listed `json:"items"`
		}
		office.expect(200, "GET", "/api/rating-trainings?state=done", nil, &list)
		if len(list.Items) != 1 || list.Items[0].Model != m.ID || list.Items[0].Figures.Rows != 2000 {
			t.Errorf("%+v", list)
		}
	})
}

// TestWhatIsNoSampleIsRefusedOverHTTP: with the line and the column.
func TestWhatIsNoSampleIsRefusedOverHTTP(t *testing.T) {
	db := storetest.SQLite(t)
	s, _ := trainer(t, db)
	office := s.everyone(db)[access.Office]
	for body, want := range map[string]string{"": "rating.file", "a,a\n1,2\n": "rating.columns", "a\n\xd6\xd0\n": "rating.file"} {
		resp, b := office.send("POST", "/api/rating-samples?name=a.csv", body, "Content-Type", "text/csv")
		if resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(b), want) {
			t.Errorf("%q: %s %s", body, resp.Status, b)
		}
	}
	var features httpapi.SampleFeatures
	resp, b := office.send("POST", "/api/rating-samples?name=a.csv", "tax_arrears,y\n1,0\n", "Content-Type", "text/csv")
	var sample training.Sample
	if err := json.Unmarshal(b, &sample); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %v", b, err)
	}
	office.expect(200, "POST", "/api/rating-samples/"+sample.ID+"/features", map[string]string{"features": training.Shipped}, &features)
	there := 0
	for _, f := range features.Features {
		if f.There {
			there++
		}
	}
	if there != 1 || len(features.Features) < 20 {
		t.Errorf("%d of %d", there, len(features.Features))
	}
	office.refused(422, "pack.unknown_key", "POST", "/api/rating-samples/"+sample.ID+"/features", map[string]string{"features": "x: 1"})
}
