package job_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(victimOf); path != "" {
		victim(path)
	}
	code := m.Run()
	pgtest.Stop()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// clock is a clock that tests set.
type clock struct{ at atomic.Int64 }

func (c *clock) now() civil.Instant       { return civil.Instant(c.at.Load()) }
func (c *clock) pass(d civil.Instant)     { c.at.Add(int64(d)) }
func newClock(start civil.Instant) *clock { c := &clock{}; c.at.Store(int64(start)); return c }
func quiet() *slog.Logger                 { return slog.New(slog.NewTextHandler(io.Discard, nil)) }
func of(db *store.DB) store.Of[job.Tx]    { return store.Of[job.Tx]{DB: db} }
func all() access.Scope                   { return access.Scope{All: true} }
func named(kind, key, org string) event.Job {
	return event.Job{Kind: kind, Key: key, Org: org, At: morning}
}

const morning = civil.Instant(1_700_000_000_000)

// start runs a runner until the test ends or stop is called.
func start(t *testing.T, db *store.DB, r *job.Runner) (stop func()) {
	t.Helper()
	r.NewID, r.Log = crypto.NewID, quiet()
	if r.Store == nil {
		r.Store = of(db)
	}
	if r.Workers == 0 {
		r.Workers = 4
	}
	if r.Grace == 0 {
		r.Grace = 5 * time.Second
	}
	wake, unwatch := db.Watch(store.Jobs)
	r.Wake = wake
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { r.Run(ctx); close(ended) }()
	stop = sync.OnceFunc(func() { cancel(); <-ended; unwatch() })
	t.Cleanup(stop)
	return stop
}

func ask(t *testing.T, db *store.DB, jobs ...event.Job) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		for _, j := range jobs {
			if err := tx.Enqueue(j); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func jobs(t *testing.T, db *store.DB) (records []job.Record) {
	t.Helper()
	if err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		records, _, err = tx.Jobs(all(), job.Filter{Limit: 10_000})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(records)
	return records
}

// until waits for the jobs to be as ok says.
func until(t *testing.T, db *store.DB, ok func([]job.Record) bool) []job.Record {
	t.Helper()
	wake, stop := db.Watch(store.Jobs)
	defer stop()
	hung := time.After(5 * time.Minute)
	for {
		records := jobs(t, db)
		if ok(records) {
			return records
		}
		select {
		case <-wake:
		case <-time.After(100 * time.Millisecond): // another process may have changed them
		case <-hung:
			t.Fatalf("still so: %.2000s", fmt.Sprintf("%+v", records))
		}
	}
}

func ended(records []job.Record) bool {
	return !slices.ContainsFunc(records, func(r job.Record) bool { return r.Ended == 0 })
}

// TestWhoAnswersSlowlyKeepsNoWorkWaiting: all callers wait for somebody outside, and more
// calls wait for them; what needs nobody is done meanwhile.
func TestWhoAnswersSlowlyKeepsNoWorkWaiting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		calls := make(chan string, 10)
		answer := make(chan struct{})
		start(t, db, &job.Runner{Now: newClock(morning).now, Workers: 1, Calling: []string{"a.call"}, Callers: 2, Handlers: map[string]job.Handler{
			"a.call": func(ctx context.Context, j event.Job, _ func(int64, int64, string)) error {
				calls <- j.Key
				select {
				case <-answer:
				case <-ctx.Done():
				}
				return ctx.Err()
			},
			"b.do": func(context.Context, event.Job, func(int64, int64, string)) error { return nil },
		}})
		ask(t, db, named("a.call", "1", "x"), named("a.call", "2", "x"), named("a.call", "3", "x"), named("b.do", "4", "x"))
		<-calls
		<-calls
		state := map[string]job.State{}
		until(t, db, func(records []job.Record) bool {
			for i := range records {
				state[records[i].Key] = records[i].State
			}
			return state["4"] == job.Done
		})
		if state["1"] != job.Running || state["2"] != job.Running || state["3"] != job.Waiting || len(calls) != 0 {
			t.Errorf("%v", state)
		}
		close(answer)
		until(t, db, ended)
	})
}

// counted counts write transactions.
type counted struct {
	job.Store
	writes atomic.Int64
}

func (c *counted) Write(ctx context.Context, f func(job.Tx) error) error {
	c.writes.Add(1)
	return c.Store.Write(ctx, f)
}

// TestFreeWorkersAreGivenWorkTogether: in one transaction, and not in one for each.
func TestFreeWorkersAreGivenWorkTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var asked []event.Job
		for i := range 8 {
			asked = append(asked, named("a.do", fmt.Sprint(i), fmt.Sprint(i%2)))
		}
		ask(t, db, asked...)
		together, began := make(chan struct{}), make(chan struct{}, 8)
		of := &counted{Store: of(db)}
		start(t, db, &job.Runner{Store: of, Now: newClock(morning).now, Workers: 8, Handlers: map[string]job.Handler{
			"a.do": func(context.Context, event.Job, func(int64, int64, string)) error {
				began <- struct{}{}
				<-together
				return nil
			},
		}})
		for range 8 {
			<-began
		}
		if n := of.writes.Load(); n > 3 { // at the start, for the jobs, and perhaps a sign of life
			t.Errorf("%d transactions", n)
		}
		close(together)
		until(t, db, ended)
	})
}

func TestJobsRunOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var mu sync.Mutex
		seen := map[string]int{}
		start(t, db, &job.Runner{Now: newClock(morning).now, Handlers: map[string]job.Handler{
			"a.do": func(_ context.Context, j event.Job, report func(int64, int64, string)) error {
				report(1, 2, "进行中")
				mu.Lock()
				defer mu.Unlock()
				seen[j.Payload]++
				return nil
			},
		}})
		var asked []event.Job
		for i := range 100 {
			j := named("a.do", "", fmt.Sprint("bank", i%7))
			j.Payload = fmt.Sprint(i)
			asked = append(asked, j)
		}
		ask(t, db, asked...)
		ask(t, db, named("nobody.does", "", "bank1"))
		records := until(t, db, func(rs []job.Record) bool { return len(rs) == 101 && ended(rs[:100]) })
		for i, r := range records[:100] {
			if r.State != job.Done || r.Attempt != 1 || seen[fmt.Sprint(i)] != 1 || r.Done != 1 || r.Total != 2 || r.Note != "进行中" || r.Added != morning {
				t.Errorf("job %d: %+v, seen %d times", i, r, seen[fmt.Sprint(i)])
			}
		}
		if records[100].State != job.Waiting {
			t.Errorf("a job nobody knows: %+v", records[100])
		}
	})
}

func TestNobodyWaitsForALook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		start(t, db, &job.Runner{Now: newClock(morning).now, Handlers: map[string]job.Handler{
			"a.do": func(context.Context, event.Job, func(int64, int64, string)) error { return nil },
		}})
		began := time.Now()
		for i := range 20 { // one after the other: each finds the runner idle
			ask(t, db, named("a.do", "", ""))
			until(t, db, func(rs []job.Record) bool { return len(rs) == i+1 && ended(rs) })
		}
		if d := time.Since(began); d > 20*time.Second { // who looks every two seconds takes 40
			t.Errorf("20 jobs took %s", d)
		}
	})
}

func TestRefusedTransactionAsksForNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		refused := errors.New("refused")
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			if err := tx.Enqueue(named("a.do", "", "")); err != nil {
				return err
			}
			return refused
		}); !errors.Is(err, refused) {
			t.Fatal(err)
		}
		if got := jobs(t, db); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	})
}

func TestOneOfAKeyWaitsOrRuns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		first := named("a.do", "k", "")
		first.Payload, first.After = "1", morning+civil.Hour
		ask(t, db, first, named("a.do", "other", ""), named("b.do", "k", ""))
		second := named("a.do", "k", "")
		second.Payload = "2"
		ask(t, db, second, second)
		if got := jobs(t, db); len(got) != 3 || got[0].Payload != "2" || got[0].After != 0 {
			t.Fatalf("asked again while it waits: %+v", got)
		}
		begun, release := make(chan string, 10), make(chan struct{})
		start(t, db, &job.Runner{Now: newClock(morning).now, Handlers: map[string]job.Handler{
			"a.do": func(_ context.Context, j event.Job, _ func(int64, int64, string)) error {
				if j.Key == "k" {
					begun <- j.Payload
					<-release
				}
				return nil
			},
		}})
		if got := <-begun; got != "2" {
			t.Errorf("begun with %q", got)
		}
		third := second
		third.Payload = "3"
		ask(t, db, third)
		ask(t, db, third)
		release <- struct{}{}
		if got := <-begun; got != "3" {
			t.Errorf("done once more with %q", got)
		}
		close(release)
		got := until(t, db, func(rs []job.Record) bool { return rs[0].Ended > 0 })
		if len(got) != 3 || len(begun) != 0 {
			t.Errorf("%d jobs, %d more runs", len(got), len(begun))
		}
		ask(t, db, second)
		until(t, db, func(rs []job.Record) bool { return len(rs) == 4 && rs[3].Ended > 0 })
	})
}

func TestTroubleIsTriedAgainOrNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newClock(morning)
		var tries atomic.Int64
		start(t, db, &job.Runner{Now: c.now, Handlers: map[string]job.Handler{
			"bad": func(context.Context, event.Job, func(int64, int64, string)) error {
				return fault.Invalidf("x.bad", "不对", "wrong")
			},
			"away": func(context.Context, event.Job, func(int64, int64, string)) error {
				tries.Add(1)
				return fault.New(fault.Unavailable, "x.away", "不在", "away")
			},
			"panic": func(context.Context, event.Job, func(int64, int64, string)) error { panic("a defect") },
		}})
		ask(t, db, named("bad", "", ""), named("away", "", ""), named("panic", "", ""))
		for attempt := int64(1); attempt < 5; attempt++ {
			rs := until(t, db, func(rs []job.Record) bool {
				return rs[0].State == job.Failed && rs[1].State == job.Waiting && rs[1].Attempt == attempt && rs[2].State == job.Waiting && rs[2].Attempt == attempt
			})
			if wait := rs[1].After - c.now(); wait < 5*civil.Second || wait > 10*civil.Minute {
				t.Errorf("after attempt %d it waits %d ms", attempt, wait)
			}
			c.pass(rs[1].After - c.now())
		}
		rs := until(t, db, ended)
		if rs[0].Attempt != 1 || rs[0].Code != "x.bad" || rs[0].Zh != "不对" || rs[0].En != "wrong" {
			t.Errorf("what is of no use: %+v", rs[0])
		}
		if rs[1].State != job.Failed || rs[1].Attempt != 5 || rs[1].Code != "x.away" || tries.Load() != 5 {
			t.Errorf("what was away: %+v", rs[1])
		}
		if rs[2].Code != "job.panic" || !strings.Contains(rs[2].Zh, "a defect") {
			t.Errorf("what panics: %+v", rs[2])
		}
		book := &job.Book{Store: store.Of[job.BookTx]{DB: db}, Now: c.now}
		if err := book.Retry(t.Context(), access.Caller{}, all(), rs[1].ID); err != nil {
			t.Error(err)
		}
		until(t, db, func(rs []job.Record) bool { return rs[1].State == job.Waiting && rs[1].Attempt == 1 })
	})
}

func TestTurnsGoRound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var mu sync.Mutex
		var order []string
		var asked []event.Job
		for range 6 {
			asked = append(asked, named("a.do", "", "large"))
		}
		asked = append(asked, named("a.do", "", "small"), named("a.do", "", "small"), named("a.do", "", "tiny"))
		ask(t, db, asked...)
		start(t, db, &job.Runner{Now: newClock(morning).now, Workers: 1, Handlers: map[string]job.Handler{
			"a.do": func(_ context.Context, j event.Job, _ func(int64, int64, string)) error {
				mu.Lock()
				defer mu.Unlock()
				order = append(order, j.Org)
				return nil
			},
		}})
		until(t, db, ended)
		if got := strings.Join(order, " "); got != "large small tiny large small large large large large" {
			t.Error(got)
		}
	})
}

func TestOneOrganisationLeavesWorkersToOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		begun, release := make(chan string, 20), make(chan struct{})
		ask(t, db, named("a.do", "", "large"), named("a.do", "", "large"), named("a.do", "", "large"), named("a.do", "", "small"))
		stop := start(t, db, &job.Runner{Now: newClock(morning).now, Workers: 2, Handlers: map[string]job.Handler{
			"a.do": func(_ context.Context, j event.Job, _ func(int64, int64, string)) error {
				begun <- j.Org
				<-release
				return nil
			},
		}})
		got := []string{<-begun, <-begun}
		slices.Sort(got)
		if got[0] != "large" || got[1] != "small" {
			t.Errorf("two workers do %v", got)
		}
		close(release)
		until(t, db, ended)
		stop()
	})
}

func TestCancelStopsWhatRuns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		begun := make(chan string, 1)
		start(t, db, &job.Runner{Now: newClock(morning).now, Handlers: map[string]job.Handler{
			"a.do": func(ctx context.Context, j event.Job, _ func(int64, int64, string)) error {
				begun <- j.ID
				<-ctx.Done()
				return ctx.Err()
			},
		}})
		later := named("a.do", "", "bank")
		later.After = morning + civil.Day
		ask(t, db, named("a.do", "", "bank"), later)
		id := <-begun
		book := &job.Book{Store: store.Of[job.BookTx]{DB: db}, Now: newClock(morning + 1).now}
		if err := book.Cancel(t.Context(), access.Caller{}, access.Scope{Org: "other"}, id); fault.CodeOf(err) != "job.not_found" {
			t.Errorf("another bank's job: %v", err)
		}
		for _, r := range jobs(t, db) {
			if err := book.Cancel(t.Context(), access.Caller{}, access.Scope{Org: "bank"}, r.ID); err != nil {
				t.Error(err)
			}
		}
		for _, r := range until(t, db, ended) {
			if r.State != job.Cancelled {
				t.Errorf("%+v", r)
			}
			if err := book.Cancel(t.Context(), access.Caller{}, all(), r.ID); fault.CodeOf(err) != "job.ended" {
				t.Errorf("cancelled twice: %v", err)
			}
		}
	})
}

func TestStoppingInterruptsAndGoesOnLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		begun := make(chan struct{}, 2)
		slow := map[string]job.Handler{"a.do": func(ctx context.Context, _ event.Job, _ func(int64, int64, string)) error {
			begun <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		}}
		stop := start(t, db, &job.Runner{Now: newClock(morning).now, Handlers: slow, Grace: time.Millisecond})
		ask(t, db, named("a.do", "", ""))
		<-begun
		stop()
		if r := jobs(t, db)[0]; r.State != job.Waiting || r.Attempt != 0 || r.Code != "job.stopping" {
			t.Errorf("after the server stopped: %+v", r)
		}
		start(t, db, &job.Runner{Now: newClock(morning).now, Handlers: map[string]job.Handler{
			"a.do": func(context.Context, event.Job, func(int64, int64, string)) error { return nil },
		}})
		until(t, db, ended)
	})
}

// abandon leaves a job running whose server is gone.
func abandon(t *testing.T, db *store.DB, til civil.Instant) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.ClaimJob(morning, til, "gone", []string{"a.do"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestLapsedLeasesAreTakenUp(t *testing.T) {
	do := map[string]job.Handler{"a.do": func(context.Context, event.Job, func(int64, int64, string)) error { return nil }}
	for name, c := range map[string]struct {
		til    civil.Instant
		worker string
		alone  bool
	}{
		"lapsed":                           {morning - civil.Minute, "", false},
		"taken before the clock went back": {morning + civil.Hour, "", false},
		"nobody else can have it":          {morning + civil.Second, "", true},
		"it was this server's":             {morning + civil.Second, "gone", false},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				ask(t, db, named("a.do", "k", ""))
				abandon(t, db, c.til)
				start(t, db, &job.Runner{Now: newClock(morning).now, Handlers: do, Worker: c.worker, Alone: c.alone})
				if r := until(t, db, ended)[0]; r.State != job.Done || r.Attempt != 2 {
					t.Errorf("%+v", r)
				}
			})
		})
	}
	t.Run("held", func(t *testing.T) {
		storetest.Each(t, func(t *testing.T, db *store.DB) {
			ask(t, db, named("a.do", "k", ""), named("a.do", "", ""))
			abandon(t, db, morning+10*civil.Second)
			start(t, db, &job.Runner{Now: newClock(morning).now, Handlers: do, Worker: "another"})
			if rs := until(t, db, func(rs []job.Record) bool { return rs[1].Ended > 0 }); rs[0].State != job.Running {
				t.Errorf("taken from who has it: %+v", rs[0])
			}
		})
	})
	t.Run("too often", func(t *testing.T) {
		storetest.Each(t, func(t *testing.T, db *store.DB) {
			ask(t, db, named("a.do", "k", ""))
			const killed = morning - civil.Minute
			pauses := []civil.Instant{0, civil.Second, 4 * civil.Second, 16 * civil.Second}
			for i := range 5 {
				abandon(t, db, killed)
				if err := db.Write(t.Context(), func(tx *store.Tx) error {
					n, err := tx.ReviveJobs(morning, morning, killed, pauses)
					if n != 1 {
						t.Errorf("%d were given back", n)
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
				if r := jobs(t, db)[0]; i < len(pauses) && (r.State != job.Waiting || r.After != killed+pauses[i]) {
					t.Errorf("given back for the %d. time: %+v", i+1, r)
				}
			}
			if r := jobs(t, db)[0]; r.State != job.Failed || r.Code != "job.lapsed" {
				t.Errorf("%+v", r)
			}
		})
	})
}

func TestWhoLostALeaseKeepsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ask(t, db, named("a.do", "", ""))
		abandon(t, db, morning-civil.Minute)
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.ReviveJobs(morning, morning, morning, make([]civil.Instant, 4)); err != nil {
				return err
			}
			if _, err := tx.ClaimJob(morning, morning+1, "other", []string{"a.do"}); err != nil {
				return err
			}
			return tx.EndJob(job.End{ID: jobs(t, db)[0].ID, Worker: "gone", Attempt: 1, State: job.Done})
		})
		if fault.CodeOf(err) != "job.lost" {
			t.Errorf("got %v", err)
		}
	})
}

func TestStuckIsSeen(t *testing.T) {
	for name, c := range map[string]struct {
		r    job.Record
		want bool
	}{
		"moving":         {job.Record{State: job.Running, LeasedTil: morning + 1, Moved: morning}, false},
		"lapsed":         {job.Record{State: job.Running, LeasedTil: morning - civil.Minute, Moved: morning}, true},
		"not moving":     {job.Record{State: job.Running, LeasedTil: morning + 1, Moved: morning - 11*civil.Minute}, true},
		"just asked for": {job.Record{State: job.Waiting, Added: morning}, false},
		"nobody begins":  {job.Record{State: job.Waiting, Added: morning - 11*civil.Minute}, true},
		"for later":      {job.Record{State: job.Waiting, Added: morning - civil.Day, After: morning + 1}, false},
		"over":           {job.Record{State: job.Failed}, false},
	} {
		if c.r.Judge(morning); c.r.Stuck != c.want {
			t.Errorf("%s: %v", name, c.r.Stuck)
		}
	}
}

func TestOldJobsAreForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newClock(morning)
		stop := start(t, db, &job.Runner{Now: c.now, Handlers: map[string]job.Handler{
			"a.do": func(context.Context, event.Job, func(int64, int64, string)) error { return nil },
		}})
		ask(t, db, named("a.do", "", ""), named("a.do", "", ""), named("b.do", "", ""))
		until(t, db, func(rs []job.Record) bool { return ended(rs[:2]) })
		stop()
		if err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.SweepJobs(morning + 1) }); err != nil {
			t.Fatal(err)
		}
		if rs := jobs(t, db); len(rs) != 2 || rs[1].Kind != "b.do" {
			t.Errorf("left: %+v", rs) // the last change stays, and what waits
		}
	})
}

// TestAClockSetBackKeepsNobodyWaiting: what waits to be tried again, and what was asked
// for, is due when the clock shows less than it did then.
func TestAClockSetBackKeepsNobodyWaiting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := newClock(morning)
		var tries atomic.Int64
		start(t, db, &job.Runner{Now: c.now, Handlers: map[string]job.Handler{
			"away": func(context.Context, event.Job, func(int64, int64, string)) error {
				if tries.Add(1) == 1 {
					return fault.New(fault.Unavailable, "x.away", "不在", "away")
				}
				return nil
			},
		}})
		later := named("away", "", "")
		later.At, later.After = morning, morning+civil.Hour
		ask(t, db, named("away", "", ""), later)
		until(t, db, func(rs []job.Record) bool { return rs[0].State == job.Waiting && rs[0].Attempt == 1 })
		c.pass(-3 * civil.Hour)
		if rs := until(t, db, ended); rs[0].State != job.Done || rs[0].Attempt != 2 || rs[1].State != job.Done {
			t.Errorf("%+v", rs)
		}
	})
}
