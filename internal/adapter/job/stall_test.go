package job_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"changrong/internal/adapter/job"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
)

// What is stalled is measured by the time of a bubble, in which no machine is too slow.

func TestStalledJobsAreCutOffTriedAgainAndFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, c := storetest.SQLite(t), newClock(morning)
		release := make(chan struct{})
		defer close(release)
		var begun atomic.Int64
		start(t, db, &job.Runner{Now: c.now, Workers: 1, Stall: 50 * time.Millisecond, Handlers: map[string]job.Handler{
			"heeds.it": func(ctx context.Context, _ event.Job, _ func(int64, int64, string)) error {
				begun.Add(1)
				<-ctx.Done()
				return ctx.Err()
			},
			"is.deaf": func(context.Context, event.Job, func(int64, int64, string)) error {
				begun.Add(1)
				<-release
				return nil
			},
			"goes.on": func(ctx context.Context, _ event.Job, report func(int64, int64, string)) error {
				for tick := time.NewTicker(5 * time.Millisecond); begun.Load() < 100; {
					select {
					case <-tick.C:
						report(begun.Add(1), 100, "")
					case <-ctx.Done():
						return context.Cause(ctx)
					}
				}
				return nil
			},
		}})
		for _, kind := range []string{"heeds.it", "is.deaf"} {
			begun.Store(0)
			ask(t, db, named(kind, "", "bank"))
			last := func(rs []job.Record) job.Record { return rs[len(rs)-1] }
			until(t, db, func(rs []job.Record) bool { r := last(rs); return r.State == job.Waiting && r.Code == "job.stalled" })
			c.pass(civil.Minute)
			ask(t, db, named("goes.on", kind, "bank")) // wakes the runner: its clock has been set
			rs := until(t, db, func(rs []job.Record) bool { return rs[len(rs)-2].Ended > 0 })
			r := rs[len(rs)-2]
			if r.State != job.Failed || r.Code != "job.stalled" || r.Zh == "" || r.Attempt != 2 {
				t.Errorf("%s: %+v", kind, r)
			}
			if r = last(until(t, db, ended)); r.State != job.Done { // its worker is free, and who moves is let be
				t.Errorf("%+v", r)
			}
		}
	})
}

func TestDeafJobsDoNotKeepAServerFromStopping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.SQLite(t)
		begun, release := make(chan struct{}), make(chan struct{})
		defer close(release)
		stop := start(t, db, &job.Runner{Now: newClock(morning).now, Grace: time.Millisecond, Stall: 50 * time.Millisecond, Handlers: map[string]job.Handler{
			"is.deaf": func(context.Context, event.Job, func(int64, int64, string)) error {
				close(begun)
				<-release
				return nil
			},
		}})
		ask(t, db, named("is.deaf", "", ""))
		<-begun
		stop()
		if r := jobs(t, db)[0]; r.State != job.Waiting || r.Attempt > 1 {
			t.Errorf("%+v", r)
		}
	})
}
