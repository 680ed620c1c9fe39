package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
)

// killFacts is a table of the facts as bank A and the office hand it in.
func killFacts(table string) string {
	var b strings.Builder
	for line := range strings.Lines(facts[table+".csv"]) {
		if table == "institutions" || !strings.HasPrefix(line, bankB) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// killAsk is a settlement that is asked for.
type killAsk struct{ pack, purpose, average string }

// killAsks are asked for in turn.
var killAsks = []killAsk{
	{settledPolicy, "trial", "month_end_mean"},
	{settledPolicy, "official", "month_end_mean"},
	{paidPolicy, "trial", "month_end_mean"},
	{settledPolicy, "trial", "daily_mean"},
	{settledPolicy, "official", "daily_mean"},
}

func (a killAsk) body() map[string]any {
	return map[string]any{"pack": a.pack, "purpose": a.purpose, "readings": map[string]string{"average": a.average}}
}

// name is of what is settled, for whatever purpose.
func (a killAsk) name() string { return a.pack + " " + a.average }

// killRun is a run as the API tells it.
type killRun struct {
	ID, Pack, Purpose, State, Standing string
	Version                            int64
	Readings                           map[string]string
	Sums                               struct {
		Lines int64
		Paid  int64 `json:"paid_fen"`
	}
	Sealed struct {
		Result string `json:"result_sha256"`
		Bundle string `json:"bundle_sha256"`
		Size   int64  `json:"bundle_size"`
	}
	Failure any
}

// killSealed is what is the same whenever the same is settled.
type killSealed struct {
	result, bundle    string
	size, lines, paid int64
}

func (r *killRun) sealed() killSealed {
	return killSealed{r.Sealed.Result, r.Sealed.Bundle, r.Sealed.Size, r.Sums.Lines, r.Sums.Paid}
}

func (r *killRun) name() string { return killAsk{r.Pack, r.Purpose, r.Readings["average"]}.name() }

// killTotal is what a payee gets under an item.
type killTotal struct {
	Item  string
	Payee string `json:"payee_id"`
	Paid  int64  `json:"paid_fen"`
}

// killSettlement asks for runs, waits for each, reads what it comes to, and confirms
// those for the record, of which claims are drafted.
type killSettlement struct {
	clerk, head *killPerson
	n           int // of the ask
	step        int
	key         string
	run         killRun
	polls       int

	before    int // runs that there were
	acked     []string
	confirmed []string
	drafted   []string
	drafts    string // the run whose claims were asked for
	again     int
	unknown   int // what had been done without an answer
	asked     int // runs that had been asked for without an answer
	retried   int // jobs that the server died too often with
	resting   bool
}

func newKillSettlement() *killSettlement { return &killSettlement{} }

func (w *killSettlement) begin(t *testing.T, s *killSite) {
	t.Helper()
	w.clerk, w.head = s.known(t, "jr.two"), s.known(t, "jr.head")
	w.before = len(killList[killRun](t, w.clerk, "/api/runs?"))
}

// The steps of a settlement.
const (
	asking = iota
	waiting
	reading
	confirming
	drafting
)

func (w *killSettlement) act(ctx context.Context, _ *killSite) {
	if w.resting && w.step == asking {
		return
	}
	if w.key == "" {
		w.key = crypto.NewID()
	}
	switch w.step {
	case asking:
		w.ask(ctx)
	case waiting:
		w.wait(ctx)
	case reading:
		var page struct{ Items []killTotal }
		if w.clerk.call(ctx, "GET", "/api/runs/"+w.run.ID+"/totals?limit=200", "", nil, &page) == http.StatusOK && len(page.Items) > 0 {
			w.next(map[bool]int{true: confirming, false: asking}[w.run.Purpose == "official"])
		}
	case confirming:
		w.confirm(ctx)
	case drafting:
		w.draft(ctx)
	}
}

// next goes on with a step.
func (w *killSettlement) next(step int) {
	w.step, w.key = step, ""
	if step == asking {
		w.n++
	}
}

func (w *killSettlement) ask(ctx context.Context) {
	var run killRun
	switch status := w.clerk.call(ctx, "POST", "/api/runs", w.key, killAsks[w.n%len(killAsks)].body(), &run); {
	case status == http.StatusOK:
		w.run = run
		w.acked = append(w.acked, run.ID)
		w.next(waiting)
	case w.clerk.code == "once.answer_lost":
		w.asked++
		w.next(asking)
	default:
		w.again++
	}
}

func (w *killSettlement) wait(ctx context.Context) {
	<-time.After(20 * time.Millisecond)
	if w.polls++; w.polls%50 == 0 {
		w.retried += w.head.retryJobs(ctx, "run.settle")
	}
	if w.clerk.call(ctx, "GET", "/api/runs/"+w.run.ID, "", nil, &w.run) != http.StatusOK {
		return
	}
	switch w.run.State {
	case "done":
		w.next(reading)
	case "failed":
		w.next(asking)
	}
}

func (w *killSettlement) confirm(ctx context.Context) {
	body := map[string]any{"version": w.run.Version, "note": "核对无误"}
	status := w.head.call(ctx, "POST", "/api/runs/"+w.run.ID+"/confirmation", w.key, body, nil)
	switch {
	case status == http.StatusOK:
		w.confirmed = append(w.confirmed, w.run.ID)
		w.next(drafting)
	case status == http.StatusConflict || status == http.StatusPreconditionFailed:
		if w.clerk.call(ctx, "GET", "/api/runs/"+w.run.ID, "", nil, &w.run) != http.StatusOK {
			return
		}
		if w.key = ""; w.run.Standing == "official" {
			w.unknown++
			w.confirmed = append(w.confirmed, w.run.ID)
			w.next(drafting)
		}
	default:
		w.again++
	}
}

func (w *killSettlement) draft(ctx context.Context) {
	var state struct{ Done bool }
	if w.drafts == w.run.ID { // the job does it; nothing that was answered gets lost
		<-time.After(20 * time.Millisecond)
		if w.polls++; w.polls%50 == 0 {
			w.retried += w.head.retryJobs(ctx, "claims.draft")
		}
		if w.head.call(ctx, "GET", "/api/claim-runs/"+w.run.ID, "", nil, &state) == http.StatusOK && state.Done {
			w.drafted = append(w.drafted, w.run.ID)
			w.next(asking)
		}
		return
	}
	switch status := w.head.call(ctx, "POST", "/api/claim-runs/"+w.run.ID, w.key, nil, &state); {
	case status == http.StatusOK:
		w.drafts = w.run.ID
	case w.head.code == "once.answer_lost": // some of it has been done; it goes on from there
		w.unknown++
		w.key = ""
	default:
		w.again++
	}
}

func (w *killSettlement) settled(*killSite) bool {
	w.resting = len(w.confirmed) > 0
	if w.step != asking || !w.resting {
		return false
	}
	var page struct{ Items []killRun }
	if w.clerk.call(context.Background(), "GET", "/api/runs?limit=50", "", nil, &page) != http.StatusOK {
		return false
	}
	for _, r := range page.Items {
		if r.State != "done" && r.State != "failed" {
			w.wait(context.Background())
			return false
		}
	}
	return true
}

func (w *killSettlement) check(t *testing.T, s *killSite) {
	runs := killList[killRun](t, w.clerk, "/api/runs?")
	there, doubled := map[string]*killRun{}, 0
	for i := range runs {
		r := &runs[i]
		if there[r.ID] != nil {
			doubled++
			t.Errorf("the run %s is there twice", r.ID)
		}
		there[r.ID] = r
		switch want := s.town.settled[r.name()]; {
		case r.State != "done":
			t.Errorf("the run %s is %s: %v", r.ID, r.State, r.Failure)
		case r.sealed() != want:
			t.Errorf("the run %s came to %+v, one that nobody interrupted to %+v", r.ID, r.sealed(), want)
		}
	}
	lost := 0
	for _, id := range w.acked {
		if there[id] == nil {
			lost++
			t.Errorf("the run %s was acknowledged and is not there", id)
		}
	}
	found := len(runs) - w.before
	if found < len(w.acked) || found > len(w.acked)+w.asked {
		t.Errorf("%d runs acknowledged, %d without an answer, %d there", len(w.acked), w.asked, found)
	}
	w.checkBundles(t, runs)
	w.checkStandings(t, there)
	claims := w.checkClaims(t)
	t.Logf("%d runs acknowledged, %d lost, %d doubled; %d there, each as one that nobody interrupted; %d confirmed, %d claims drafted once; %d requests sent again, %d had been done without an answer, %d jobs begun again by hand",
		len(w.acked), lost, doubled, found, len(w.confirmed), claims, w.again, w.unknown+w.asked, w.retried)
}

// checkBundles looks whether every bundle that a run refers to is whole.
func (w *killSettlement) checkBundles(t *testing.T, runs []killRun) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range runs {
		if seen[r.Sealed.Bundle] {
			continue
		}
		seen[r.Sealed.Bundle] = true
		b := w.clerk.download(t, "/api/runs/"+r.ID+"/bundle")
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != r.Sealed.Bundle || int64(len(b)) != r.Sealed.Size {
			t.Errorf("the bundle of %s is another: %d bytes of %d", r.ID, len(b), r.Sealed.Size)
		}
	}
	for _, r := range runs[:min(len(runs), 5)] { // the rows were written in pieces
		var sum int64
		for _, x := range killList[killTotal](t, w.clerk, "/api/runs/"+r.ID+"/totals?") {
			sum += x.Paid
		}
		lines := killList[struct{}](t, w.clerk, "/api/runs/"+r.ID+"/lines?")
		if sum != r.Sums.Paid || int64(len(lines)) != r.Sums.Lines {
			t.Errorf("the rows of %s: %d lines of %d, %d fen of %d", r.ID, len(lines), r.Sums.Lines, sum, r.Sums.Paid)
		}
	}
}

// checkStandings looks whether the last confirmed run is in force, and all before it
// were superseded.
func (w *killSettlement) checkStandings(t *testing.T, there map[string]*killRun) {
	t.Helper()
	for i, id := range w.confirmed {
		want := "superseded"
		if i == len(w.confirmed)-1 {
			want = "official"
		}
		if r := there[id]; r == nil || r.Standing != want {
			t.Errorf("confirmed run %d of %d is %+v", i+1, len(w.confirmed), r)
		}
	}
}

// killClaim is a claim as the API tells it.
type killClaim struct {
	ID, Run, Item, Payee, Stage, Org string
	Amount                           int64 `json:"amount_fen"`
}

// checkClaims looks whether each confirmed run has one set of claims.
func (w *killSettlement) checkClaims(t *testing.T) int {
	t.Helper()
	claims := killList[killClaim](t, w.head, "/api/claims?policy="+settledPolicy+"&")
	of, live := map[string]int{}, map[string]int{}
	seen := map[string]bool{}
	for _, c := range claims {
		if key := c.Run + " " + c.Item + " " + c.Payee; seen[key] {
			t.Errorf("two claims of one run for %s", key)
		} else {
			seen[key] = true
		}
		if of[c.Run]++; c.Stage != "superseded" {
			live[c.Run]++
		}
	}
	for i, id := range w.drafted {
		due := 0
		for _, x := range killList[killTotal](t, w.clerk, "/api/runs/"+id+"/totals?") {
			if x.Paid > 0 {
				due++
			}
		}
		want := 0
		if i == len(w.drafted)-1 {
			want = due
		}
		if of[id] != due || live[id] != want {
			t.Errorf("run %d of %d has %d claims and %d live ones; it pays %d", i+1, len(w.drafted), of[id], live[id], due)
		}
	}
	return len(claims)
}

// told: each run is told to have ended once, and to be in force once.
func (w *killSettlement) told(t *testing.T, events []store.Told) {
	count := map[string]int{}
	for _, e := range events {
		count[e.Kind+" "+e.Subject]++
		if strings.HasPrefix(e.Kind, "run.") && count[e.Kind+" "+e.Subject] > 1 {
			t.Errorf("%s of %s is told %d times", e.Kind, e.Subject, count[e.Kind+" "+e.Subject])
		}
	}
	for kind, ids := range map[string][]string{"run.finished": w.acked, "run.confirmed": w.confirmed} {
		for _, id := range ids {
			if n := count[kind+" "+id]; n != 1 {
				t.Errorf("%s of %s is told %d times", kind, id, n)
			}
		}
	}
}
