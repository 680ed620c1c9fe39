package job

import (
	"context"
	"time"

	"changrong/internal/base/civil"
)

// beat keeps the progress of running jobs and renews their leases until ctx ends.
func (r *Runner) beat(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	renewed := r.Now()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		now := r.Now()
		progress, running := r.moved()
		late := now-renewed >= lease/3 || now < renewed
		if running == 0 {
			renewed = now
			continue
		}
		if len(progress) == 0 && !late && !r.asked(ctx) {
			continue
		}
		switch err := r.renew(ctx, now, progress); {
		case err == nil:
			renewed = now
		case now-renewed > lease && ctx.Err() == nil:
			r.Log.Error("leases could not be renewed; their jobs stop", "error", err)
			r.stopAll(errLost)
		default:
			r.unmoved(progress)
		}
	}
}

// moved returns the progress that has not been kept yet, and how many jobs run.
func (r *Runner) moved() (progress []Progress, running int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range r.runs {
		if x.dirty {
			progress = append(progress, x.progress)
			x.dirty = false
		}
	}
	return progress, len(r.runs)
}

// unmoved takes back what moved returned, to be kept later.
func (r *Runner) unmoved(progress []Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range progress {
		if x := r.runs[p.ID]; x != nil {
			x.dirty = true
		}
	}
}

// asked tells whether a job of this server has been asked to stop.
func (r *Runner) asked(ctx context.Context) (asked bool) {
	r.mu.Lock()
	ids := make([]string, 0, len(r.runs))
	for id := range r.runs {
		ids = append(ids, id)
	}
	r.mu.Unlock()
	err := r.Store.Read(ctx, func(tx Tx) error {
		for _, id := range ids {
			j, err := tx.Job(everything, id)
			if err != nil {
				return err
			}
			asked = asked || j.Cancelling || j.Worker != r.worker
		}
		return nil
	})
	return asked && err == nil
}

// renew writes to the database what beat has to, and stops the jobs that are
// another's by now or were cancelled.
func (r *Runner) renew(ctx context.Context, now civil.Instant, progress []Progress) error {
	var held map[string]bool
	r.mu.Lock()
	before := make(map[string]*run, len(r.runs)) // one that begins meanwhile is not looked at
	for id, x := range r.runs {
		before[id] = x
	}
	r.mu.Unlock()
	err := r.Store.Write(ctx, func(tx Tx) (err error) {
		held, err = tx.RenewJobs(r.worker, now+lease, progress)
		return err
	})
	if err != nil {
		return err
	}
	for id, x := range before {
		switch cancelled, mine := held[id]; {
		case cancelled:
			x.stop(errCancelled)
		case !mine:
			x.stop(errLost) // or it has just ended
		}
	}
	return nil
}

func (r *Runner) stopAll(why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, x := range r.runs {
		x.stop(why)
	}
}

// keepHouse gives back jobs whose server is gone, and forgets old ones.
func (r *Runner) keepHouse(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var swept time.Time
	for {
		now := r.Now()
		r.revive(ctx, now-leaseGrace)
		if time.Since(swept) > sweepEvery {
			swept = time.Now()
			err := r.Store.Write(ctx, func(tx Tx) error { return tx.SweepJobs(now - keepDays*keepEnded) })
			if err != nil && ctx.Err() == nil {
				r.Log.Warn("old jobs were not swept", "error", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// lapse ends the leases of servers that are gone for sure. Where it cannot, the runner
// takes a name that nobody has had, so as not to renew them as its own.
func (r *Runner) lapse(ctx context.Context) {
	worker := r.worker
	if r.Alone {
		worker = ""
	}
	if err := r.Store.Write(ctx, func(tx Tx) error { return tx.LapseJobs(worker) }); err != nil && ctx.Err() == nil {
		r.worker = r.NewID()
		r.Log.Warn("jobs that were left when the server was killed wait for their leases", "error", err)
	}
}

// revive gives back jobs whose lease ended before an instant, or lasts absurdly long.
func (r *Runner) revive(ctx context.Context, before civil.Instant) {
	now := r.Now()
	lapsed := false
	err := r.Store.Read(ctx, func(tx Tx) error {
		running, _, err := tx.Jobs(everything, Filter{State: Running, Limit: maxRunning})
		for i := range running {
			til := running[i].LeasedTil
			lapsed = lapsed || til < before || til > now+leaseAbsurd
		}
		return err
	})
	if err == nil && lapsed {
		err = r.Store.Write(ctx, func(tx Tx) error {
			n, err := tx.ReviveJobs(before, now+leaseAbsurd, now, pauses[:])
			if n > 0 {
				r.Log.Info("jobs of a server that is gone go on", "jobs", n)
			}
			return err
		})
	}
	if err != nil && ctx.Err() == nil {
		r.Log.Warn("jobs of servers that are gone were not looked for", "error", err)
	}
}
