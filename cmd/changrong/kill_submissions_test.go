package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
)

// killSubmissions hands files in. Each is checked by a job.
type killSubmissions struct {
	clerk   *killPerson
	before  int // submissions that there were
	n       int
	step    int
	key     string
	id      string   // of the upload
	acked   []string // submissions
	again   int
	lost    int // answers of submissions
	retried int // jobs that the server died too often with

	resting bool // nothing new is begun
}

func (w *killSubmissions) begin(t *testing.T, s *killSite) {
	t.Helper()
	w.clerk = s.known(t, "jr.three")
	w.before = len(killList[killSubmission](t, w.clerk, "/api/submissions?"))
}

// act does the next step of handing a file in: room for it, its content, its end,
// the submission.
func (w *killSubmissions) act(ctx context.Context, s *killSite) {
	if w.resting {
		return
	}
	content := fmt.Appendf(nil, "institution_id,name\n%d,第%d银行\n", w.n, w.n)
	if w.key == "" {
		w.key = crypto.NewID()
	}
	var made struct{ ID string }
	var status int
	switch w.step {
	case 0:
		if status = w.clerk.call(ctx, "POST", "/api/uploads", w.key, map[string]any{"name": "institutions.csv", "size": len(content)}, &made); status/100 == 2 {
			w.id = made.ID
		}
	case 1:
		status = w.clerk.call(ctx, "PUT", "/api/uploads/"+w.id+"/chunk?offset=0", "", content, nil)
		if status == http.StatusConflict || status == http.StatusPreconditionFailed { // it had arrived
			status = http.StatusOK
		}
	case 2:
		status = w.clerk.call(ctx, "POST", "/api/uploads/"+w.id+"/finish", "", map[string]string{"sha256": crypto.Digest(string(content))}, nil)
		if status == http.StatusConflict || status == http.StatusPreconditionFailed {
			status = http.StatusOK
		}
	case 3:
		draft := map[string]any{"set": "registers", "period": strconv.Itoa(2000 + w.n%20), "uploads": []string{w.id}}
		if status = w.clerk.call(ctx, "POST", "/api/submissions", w.key, draft, &made); status/100 == 2 {
			w.acked = append(w.acked, made.ID)
		}
	}
	if status == unsure {
		w.again++
		return
	}
	if w.step == 3 && status == http.StatusConflict {
		w.lost++
	}
	switch {
	case status/100 == 2 && w.step < 3:
		w.step, w.key = w.step+1, ""
	case status != 0 && status < 500: // handed in, in doubt, or refused: something of the same year is under way
		w.n, w.step, w.key = w.n+1, 0, ""
	default:
		w.again++
	}
}

type killSubmission struct {
	ID, State, Set, Org, Period string
	Version                     int
}

func (w *killSubmissions) settled(*killSite) bool {
	if w.step != 0 || len(w.acked) == 0 {
		return false
	}
	if n := w.clerk.retryJobs(context.Background(), "submission.check"); n > 0 {
		w.retried += n
		return false
	}
	// A job that waits when it is not looked for runs a moment later: hence twice.
	if w.resting = true; w.jobs("running")+w.jobs("waiting")+w.jobs("running") != 0 {
		<-time.After(200 * time.Millisecond) // of two servers the other's lease has to lapse
		return false
	}
	return true
}

// jobs is how many checks there are in a state; 1 when it cannot be found out.
func (w *killSubmissions) jobs(state string) int {
	var list struct{ Total int }
	if w.clerk.call(context.Background(), "GET", "/api/jobs?kind=submission.check&state="+state, "", nil, &list) != http.StatusOK {
		return 1
	}
	return list.Total
}

func (w *killSubmissions) check(t *testing.T, s *killSite) {
	all := killList[killSubmission](t, w.clerk, "/api/submissions?")
	there, doubled := map[string]bool{}, 0
	versions := map[string]bool{}
	for _, x := range all {
		if x.State == "received" || x.State == "checking" {
			t.Errorf("%s is still %s", x.ID, x.State)
		}
		if key := fmt.Sprint(x.Set, x.Org, x.Period, x.Version); versions[key] {
			doubled++
			t.Errorf("two submissions are version %s", key)
		} else {
			versions[key] = true
		}
		there[x.ID] = true
	}
	missing := 0
	for _, id := range w.acked {
		if !there[id] {
			missing++
			t.Errorf("the submission %s was acknowledged and is not there", id)
		}
	}
	jobs := killList[struct {
		State   string
		Key     string
		Attempt int
	}](t, w.clerk, "/api/jobs?kind=submission.check&")
	for _, j := range jobs {
		if j.State != "done" {
			t.Errorf("the check of %s is %s at attempt %d", j.Key, j.State, j.Attempt)
		}
	}
	found := len(all) - w.before
	if found < len(w.acked) || found > len(w.acked)+w.lost || len(jobs) != found {
		t.Errorf("%d acknowledged, %d answers lost, %d there, %d checks", len(w.acked), w.lost, found, len(jobs))
	}
	t.Logf("%d submissions acknowledged, %d lost, %d doubled; %d there, of which %d without an answer, each checked by one job; %d requests sent again, %d jobs begun again by hand", len(w.acked), missing, doubled, found, found-len(w.acked), w.again, w.retried)
}

func (*killSubmissions) told(*testing.T, []store.Told) {}
