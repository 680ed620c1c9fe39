package job

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"changrong/internal/base/civil"
)

// lane is some kinds of jobs with workers of their own.
type lane struct {
	kinds []string
	free  chan struct{} // has a value for each worker that has nothing to do
	wake  chan struct{}
}

func newLane(kinds []string, workers int) *lane {
	l := &lane{kinds: kinds, free: make(chan struct{}, workers), wake: make(chan struct{}, 1)}
	for range workers {
		l.free <- struct{}{}
	}
	return l
}

// lanes are that of calls, if there is one, and that of all else.
func (r *Runner) lanes() []*lane {
	var calls, others []string
	for _, kind := range slices.Sorted(maps.Keys(r.Handlers)) {
		if slices.Contains(r.Calling, kind) {
			calls = append(calls, kind)
		} else {
			others = append(others, kind)
		}
	}
	lanes := []*lane{newLane(others, r.Workers)}
	if len(calls) > 0 {
		lanes = append(lanes, newLane(calls, r.Callers))
	}
	return lanes
}

// dispatch gives work to free workers until ctx ends.
func (r *Runner) dispatch(ctx, work context.Context) {
	lanes := r.lanes()
	var loops sync.WaitGroup
	for _, l := range lanes {
		loops.Go(func() { r.serve(ctx, work, l) })
	}
	defer loops.Wait()
	for {
		select {
		case <-r.Wake:
			for _, l := range lanes {
				select {
				case l.wake <- struct{}{}:
				default: // it will look anyway
				}
			}
		case <-ctx.Done():
			return
		}
	}
}

// serve gives the work of a lane to its workers.
func (r *Runner) serve(ctx, work context.Context, l *lane) {
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		n := l.take(ctx)
		if n == 0 {
			return
		}
		jobs, due := r.claim(ctx, l.kinds, n)
		for _, j := range jobs {
			r.loop.Go(func() {
				defer func() { l.free <- struct{}{} }()
				r.work(work, j)
			})
		}
		for range n - len(jobs) {
			l.free <- struct{}{}
		}
		if len(jobs) > 0 {
			continue
		}
		select {
		case <-l.wake:
		case <-poll.C:
		case <-due:
		case <-ctx.Done():
			return
		}
	}
}

// take waits for a free worker and returns how many there are, which are then busy; 0 when
// ctx has ended.
func (l *lane) take(ctx context.Context) (n int) {
	select {
	case <-l.free:
	case <-ctx.Done():
		return 0
	}
	for n = 1; ; n++ {
		select {
		case <-l.free:
		default:
			return n
		}
	}
}

// claim begins the next jobs of these kinds, at most as many as there are workers, in one
// transaction. When none is due there are none, and due has a value when the first of
// those that wait will be.
func (r *Runner) claim(ctx context.Context, kinds []string, workers int) (jobs []*Record, due <-chan time.Time) {
	now := r.Now()
	var at civil.Instant
	// Looking first takes no turn among the writers.
	err := r.Store.Read(ctx, func(tx Tx) (err error) {
		at, err = tx.NextJob(now, kinds)
		return err
	})
	if err == nil && at != 0 && at <= now {
		err = r.Store.Write(ctx, func(tx Tx) error {
			jobs = nil
			for len(jobs) < workers {
				j, err := tx.ClaimJob(now, now+lease, r.worker, kinds)
				if err != nil || j == nil {
					return err
				}
				jobs = append(jobs, j)
			}
			return nil
		})
	}
	switch {
	case err != nil && ctx.Err() == nil:
		r.Log.Warn("no job could be begun", "error", err)
		return nil, nil
	case err != nil:
		return nil, nil
	case len(jobs) > 0 || at == 0:
		return jobs, nil
	}
	return nil, time.After(max(minPause, time.Duration(at-now)*time.Millisecond))
}
