package job

import (
	"context"
	"time"
)

// watch runs call, and cuts it off when it has told of no progress for too long. Who
// does not heed that, or that the server stops, is left behind: it goes on as long as
// the process, but its worker is free and its job has ended.
func (r *Runner) watch(ctx context.Context, here *run, j *Record, call func() error) error {
	limit := r.Stall
	if limit == 0 {
		limit = stallAfter
	}
	ended := make(chan error, 1)
	go func() { ended <- call() }()
	look := time.NewTicker(limit / 4)
	defer look.Stop()
	for ctx.Err() == nil {
		select {
		case err := <-ended:
			return err
		case <-ctx.Done():
		case <-look.C:
			if r.idle(here) >= limit {
				r.Log.Error("a job made no progress and is cut off", "kind", j.Kind, "id", j.ID, "attempt", j.Attempt)
				here.stop(errStalled)
			}
		}
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(min(limit, leaveAfter)):
		r.Log.Error("a job did not stop and is left behind", "kind", j.Kind, "id", j.ID, "reason", context.Cause(ctx))
		return context.Cause(ctx)
	}
}

// idle is how long a job has given no sign of life. It is measured, not told by the
// clock, which may be set.
func (r *Runner) idle(here *run) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Since(here.alive)
}
