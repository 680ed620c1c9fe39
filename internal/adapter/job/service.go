package job

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// everything is the reach of the platform itself.
var everything = access.Scope{All: true}

// Book is the list of jobs as people see it.
type Book struct {
	Store BookStore
	Now   func() civil.Instant
}

// BookTx is what Book needs of one transaction.
type BookTx interface {
	Tx
	Audit(audit.Entry) error
}

// BookStore opens transactions.
type BookStore interface {
	Read(context.Context, func(BookTx) error) error
	Write(context.Context, func(BookTx) error) error
}

// List returns the jobs in s that f wants, the latest first, and how many there are.
func (b *Book) List(ctx context.Context, s access.Scope, f Filter) (jobs []Record, total int, err error) {
	f.Limit = min(max(f.Limit, 1), maxListed)
	err = b.Store.Read(ctx, func(tx BookTx) error {
		jobs, total, err = tx.Jobs(s, f)
		return err
	})
	now := b.Now()
	for i := range jobs {
		jobs[i].Judge(now)
	}
	return jobs, total, err
}

// Get returns one job. Errors: job.not_found.
func (b *Book) Get(ctx context.Context, s access.Scope, id string) (j *Record, err error) {
	err = b.Store.Read(ctx, func(tx BookTx) error {
		j, err = tx.Job(s, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	j.Judge(b.Now())
	return j, nil
}

// Cancel ends a job that waits, and asks a running one to stop.
//
// Errors: job.not_found, job.ended.
func (b *Book) Cancel(ctx context.Context, c access.Caller, s access.Scope, id string) error {
	return b.Store.Write(ctx, func(tx BookTx) error {
		j, err := tx.Job(s, id)
		if err != nil {
			return err
		}
		if j.State != Waiting && j.State != Running {
			return fault.New(fault.Conflict, "job.ended", "任务已结束，不能取消", "the job has ended")
		}
		if err := tx.StopJob(id, b.Now()); err != nil {
			return err
		}
		return tx.Audit(c.Entry(b.Now(), "job.cancel", id, map[string]string{"kind": j.Kind}))
	})
}

// Retry lets a job that failed or was cancelled wait again.
//
// Errors: job.not_found, job.not_ended, store.taken (one like it waits or runs).
func (b *Book) Retry(ctx context.Context, c access.Caller, s access.Scope, id string) error {
	return b.Store.Write(ctx, func(tx BookTx) error {
		j, err := tx.Job(s, id)
		if err != nil {
			return err
		}
		if err := tx.RetryJob(id, b.Now()); err != nil {
			return err
		}
		return tx.Audit(c.Entry(b.Now(), "job.retry", id, map[string]string{"kind": j.Kind}))
	})
}
