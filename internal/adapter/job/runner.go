package job

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// Runner runs jobs on one server.
type Runner struct {
	Store    Store
	Now      func() civil.Instant
	NewID    func() string
	Workers  int // jobs at a time
	Handlers map[string]Handler
	// Calling are the kinds of jobs that wait for somebody outside to answer. So many of
	// them as Callers run beside the others, so that who answers slowly keeps no work of
	// this server waiting.
	Calling []string
	Callers int
	Wake    <-chan struct{} // has a value when a transaction left a job
	Log     *slog.Logger
	// Worker is what this server is called; what runs under its name when it starts
	// was left when it was killed, and goes on at once. "": a name is made up.
	Worker string
	// Alone: no other server uses the database, so that this is true of all that runs.
	Alone bool
	// Grace is how long jobs may go on when the runner is to stop; then they are
	// interrupted, and begun again later.
	Grace time.Duration
	// Stall is how long a job may go without a sign of life; 0: stallAfter.
	Stall time.Duration

	worker string
	mu     sync.Mutex
	runs   map[string]*run
	beats  chan struct{}
	loop   sync.WaitGroup
}

// run is one job at work here.
type run struct {
	progress Progress
	alive    time.Time // when it last gave a sign of life
	dirty    bool
	stop     context.CancelCauseFunc
}

// Why a handler's context ended.
var (
	errCancelled = fault.New(fault.Conflict, "job.cancelled", "任务已取消", "the job was cancelled")
	errLost      = fault.New(fault.Unavailable, "job.lost", "任务已由其他服务接手", "another server has taken the job up")
	errStalled   = fault.New(fault.Unavailable, "job.stalled", "任务长时间没有进展，已被中止", "the job made no progress for long and was cut off")
	errStopping  = fault.New(fault.Unavailable, "job.stopping", "服务正在停止，任务稍后继续", "the server is stopping; the job goes on later")
)

// Run runs jobs until ctx ends, and returns when those at work have ended.
func (r *Runner) Run(ctx context.Context) {
	r.worker = r.Worker
	if r.worker == "" {
		r.worker = r.NewID()
	}
	r.runs, r.beats = map[string]*run{}, make(chan struct{}, 1)
	r.lapse(ctx)
	work, interrupt := context.WithCancelCause(context.WithoutCancel(ctx))
	defer interrupt(nil)
	var loops sync.WaitGroup
	beating, still := context.WithCancel(context.WithoutCancel(ctx))
	loops.Go(func() { r.beat(beating) })
	loops.Go(func() { r.keepHouse(ctx) })
	r.dispatch(ctx, work)

	ended := make(chan struct{})
	go func() { r.loop.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(r.Grace):
		interrupt(errStopping)
		<-ended
	}
	still()
	loops.Wait()
}

// work runs one job and notes how it ended.
func (r *Runner) work(ctx context.Context, j *Record) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	here := &run{progress: Progress{ID: j.ID, Moved: j.Started}, alive: time.Now(), stop: stop}
	r.mu.Lock()
	r.runs[j.ID] = here
	r.mu.Unlock()
	report := func(done, total int64, note string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		here.alive = time.Now()
		p := Progress{j.ID, done, total, clip(note), r.Now()}
		if p.Done != here.progress.Done || p.Total != here.progress.Total || p.Note != here.progress.Note {
			here.progress, here.dirty = p, true
		}
	}
	e := event.Job{ID: j.ID, Kind: j.Kind, Key: j.Key, Org: j.Org, Payload: j.Payload, At: j.Added, After: j.After}
	err := r.watch(ctx, here, j, func() error { return r.call(ctx, r.Handlers[j.Kind], e, report) })
	r.mu.Lock()
	delete(r.runs, j.ID)
	progress := here.progress
	r.mu.Unlock()
	r.end(j, r.judge(j, progress, err, context.Cause(ctx)))
}

// call runs a handler; its panic is an error.
func (r *Runner) call(ctx context.Context, h Handler, j event.Job, report func(int64, int64, string)) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.Log.Error("a job panicked", "kind", j.Kind, "id", j.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fault.Newf(fault.Internal, "job.panic", "内部错误：%v", "a defect: %v", p)
		}
	}()
	return h(ctx, j, report)
}

// judge says how a run ended, from what its handler returned and why its context
// ended.
func (r *Runner) judge(j *Record, p Progress, err, why error) End {
	now := r.Now()
	e := End{ID: j.ID, Worker: r.worker, Attempt: j.Attempt, State: Done, At: now, Progress: p}
	if err == nil {
		return e
	}
	f := fault.Of(err)
	switch {
	case fault.CodeOf(why) == errStopping.Code:
		f, e.State, e.Untried = errStopping, Waiting, true
	case fault.CodeOf(why) == errCancelled.Code:
		f, e.State = errCancelled, Cancelled
	case fault.CodeOf(why) == errStalled.Code && j.Attempt < maxStalls:
		f, e.State, e.After = errStalled, Waiting, now+backoff(j.Attempt)
	case fault.CodeOf(why) == errStalled.Code:
		f, e.State = errStalled, Failed
	case final(err) || j.Attempt >= maxAttempts:
		e.State = Failed
	default:
		e.State, e.After = Waiting, now+backoff(j.Attempt)
	}
	e.Code, e.Zh, e.En = f.Code, f.Zh, f.En
	if f.Kind == fault.Internal {
		r.Log.Error("a job failed", "kind", j.Kind, "id", j.ID, "attempt", j.Attempt, "error", err)
	}
	return e
}

// end keeps how a run ended. While the database is away it tries again, as long as
// the lease lasts.
func (r *Runner) end(j *Record, e End) {
	deadline := r.Now() + lease
	for {
		err := r.Store.Write(context.Background(), func(tx Tx) error { return tx.EndJob(e) })
		if err == nil {
			return
		}
		r.Log.Warn("the end of a job was not kept", "kind", j.Kind, "id", j.ID, "error", err)
		if fault.KindOf(err) != fault.Unavailable || fault.CodeOf(err) == "store.closed" || r.Now() > deadline {
			return // it will be begun again
		}
		time.Sleep(time.Second)
	}
}

func clip(note string) string {
	if runes := []rune(note); len(runes) > maxNote {
		return string(runes[:maxNote])
	}
	return note
}
