package job

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
)

// State is how far a job has come.
type State string

// The states.
const (
	Waiting   State = "waiting"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Record is a job as it is kept.
type Record struct {
	ID      string `json:"id"`
	Kind    string `json:"kind" doc:"submission.check"`
	Key     string `json:"key"`
	Org     string `json:"org" doc:"whose work it is; empty: the platform's"`
	Payload string `json:"-"`
	State   State  `json:"state" enum:"waiting,running,done,failed,cancelled"`
	Attempt int64  `json:"attempt" doc:"how often it has been begun"`

	Done  int64  `json:"done" doc:"how much of total is done"`
	Total int64  `json:"total" doc:"0: not known yet"`
	Note  string `json:"note" doc:"what it is doing, in Chinese"`

	Added   civil.Instant `json:"added_ms"`
	After   civil.Instant `json:"after_ms" doc:"it does not begin before; 0: at once"`
	Started civil.Instant `json:"started_ms"`
	Moved   civil.Instant `json:"moved_ms" doc:"when its progress last changed"`
	Ended   civil.Instant `json:"ended_ms" doc:"0: not yet"`

	Code string `json:"code,omitempty" doc:"why it failed the last time"`
	Zh   string `json:"zh,omitempty"`
	En   string `json:"en,omitempty"`

	Cancelling bool `json:"cancelling,omitempty" doc:"it has been asked to stop"`
	Stuck      bool `json:"stuck,omitempty" doc:"nobody works on it, or it has not moved for long"`

	Rev       int64         `json:"rev" doc:"grows with every change of the job"`
	Worker    string        `json:"-"`
	LeasedTil civil.Instant `json:"-"`
}

// stuckAfter is how long a job may go without progress until somebody should look.
const stuckAfter = 10 * civil.Minute

// Judge sets Stuck, as of now.
func (r *Record) Judge(now civil.Instant) {
	r.Stuck = r.State == Running && (now > r.LeasedTil+leaseGrace || now > r.Moved+stuckAfter) ||
		r.State == Waiting && now > max(r.Added, r.After)+stuckAfter
}

// Handler does the work of one kind of job. report tells how far it is; it may be
// called as often as one likes. The context ends when the job is cancelled, when
// the server stops, and when the lease was lost.
//
// A fault of kind Invalid, NotFound, Conflict or Forbidden ends the job as failed:
// trying again is of no use. After any other error it is tried again later.
type Handler func(ctx context.Context, j event.Job, report func(done, total int64, note string)) error

// Filter says which jobs are wanted.
type Filter struct {
	State State  // "" any
	Kind  string // "" any
	Key   string // "" any
	Limit int
	Skip  int
}

// End is how one run of a job ended.
type End struct {
	ID       string
	Worker   string
	Attempt  int64
	State    State // Waiting: to be tried again
	After    civil.Instant
	Untried  bool // the attempt does not count: the server stopped
	At       civil.Instant
	Progress Progress
	Code     string
	Zh       string
	En       string
}

// Progress is how far a running job is.
type Progress struct {
	ID          string
	Done, Total int64
	Note        string
	Moved       civil.Instant
}

// Tx is what this package needs of one transaction.
type Tx interface {
	// Enqueue asks for a job in the transaction that makes it needed.
	Enqueue(event.Job) error
	// ClaimJob begins the next job of these kinds that is due, for worker, whose lease
	// is til; nil when there is none.
	ClaimJob(now, til civil.Instant, worker string, kinds []string) (*Record, error)
	// RenewJobs extends worker's leases to til, keeps progress, and returns the ids of
	// the jobs that worker still has, and whether each has been asked to stop.
	RenewJobs(worker string, til civil.Instant, progress []Progress) (held map[string]bool, err error)
	// ReviveJobs gives back the running jobs whose lease lies outside from … to: one
	// begun once waits for the first of pauses, and so on; those begun more often have
	// failed.
	ReviveJobs(from, to, now civil.Instant, pauses []civil.Instant) (n int64, err error)
	// LapseJobs ends the leases of a server; "" of all.
	LapseJobs(worker string) error
	// EndJob ends a run. Errors: job.lost (another has it, or nobody).
	EndJob(End) error
	// NextJob is the first instant at which a job that waits is due; 0: none waits.
	NextJob(now civil.Instant, kinds []string) (civil.Instant, error)
	// SweepJobs forgets jobs that ended before.
	SweepJobs(before civil.Instant) error

	Job(s access.Scope, id string) (*Record, error)
	Jobs(access.Scope, Filter) ([]Record, int, error)
	// StopJob ends a job that waits and asks a running one to stop.
	StopJob(id string, now civil.Instant) error
	// RetryJob lets a failed or cancelled job wait again. Errors: job.not_ended,
	// store.taken (one of its kind and key waits or runs).
	RetryJob(id string, now civil.Instant) error
}

// Store opens transactions.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}
