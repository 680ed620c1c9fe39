package store

import (
	"fmt"
	"strings"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/job"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

var _ job.Tx = (*Tx)(nil)

const jobColumns = `id, kind, key, org, payload, state, attempt, done, total, note, added_ms, after_ms, started_ms, moved_ms, ended_ms,
	code, zh, en, cancel, rev, worker, leased_til_ms`

func scanJob(s scanner) (r job.Record, err error) {
	err = s.Scan(&r.ID, &r.Kind, &r.Key, &r.Org, &r.Payload, &r.State, &r.Attempt, &r.Done, &r.Total, &r.Note, &r.Added, &r.After, &r.Started,
		&r.Moved, &r.Ended, &r.Code, &r.Zh, &r.En, &r.Cancelling, &r.Rev, &r.Worker, &r.LeasedTil)
	return r, err
}

// nextRev is the number of the next change of a job.
const nextRev = "(SELECT coalesce(max(rev), 0) + 1 FROM jobs)"

func jobMissing() *fault.Error {
	return fault.New(fault.NotFound, "job.not_found", "没有这项任务", "there is no such job")
}

// Enqueue asks for j, if this transaction is kept (package job). A job without an
// id gets one.
func (tx *Tx) Enqueue(j event.Job) error {
	if j.ID == "" {
		j.ID = crypto.NewID()
	}
	tx.mark(Jobs)
	if j.Key != "" {
		asked, err := tx.askAgain(j)
		if asked || err != nil {
			return err
		}
	}
	return tx.later(`INSERT INTO jobs (id, seq, rev, kind, key, org, payload, state, again, cancel, attempt, worker, leased_til_ms, done, total, note,
		added_ms, after_ms, started_ms, moved_ms, ended_ms, code, zh, en)
		VALUES ($1, (SELECT coalesce(max(seq), 0) + 1 FROM jobs), `+nextRev+`, $2, $3, $4, $5, 'waiting', 0, 0, 0, '', 0, 0, 0, '', $6, $7, 0, 0, 0, '', '', '')`,
		j.ID, j.Kind, j.Key, j.Org, j.Payload, int64(j.At), int64(j.After))
}

// askAgain asks for the job of the same kind and key that waits or runs, if there
// is one.
func (tx *Tx) askAgain(j event.Job) (asked bool, err error) {
	n, err := affected(tx.exec(`UPDATE jobs SET payload = $1, after_ms = CASE WHEN state = 'waiting' AND after_ms > $2 THEN CAST($2 AS BIGINT) ELSE after_ms END,
			again = CASE WHEN state = 'running' THEN 1 ELSE again END, rev = `+nextRev+`
		WHERE kind = $3 AND key = $4 AND state IN ('waiting', 'running')`, j.Payload, int64(j.After), j.Kind, j.Key))
	return n > 0, err
}

// oneOf is a condition on kind, with its values after the first n parameters.
func oneOf(n int, kinds []string) (condition string, args []any) {
	marks := make([]string, len(kinds))
	for i, k := range kinds {
		marks[i] = fmt.Sprintf("$%d", n+i+1)
		args = append(args, k)
	}
	return "kind IN (" + strings.Join(marks, ", ") + ")", args
}

// ClaimJob implements job.Tx. Of the organisations with a job that is due, the one
// with the fewest running has its turn, then the one whose last turn is longest ago. One that
// was asked for or tried later than now was so before the clock was set back: it is due.
func (tx *Tx) ClaimJob(now, til civil.Instant, worker string, kinds []string) (*job.Record, error) {
	if len(kinds) == 0 {
		return nil, nil
	}
	condition, args := oneOf(1, kinds)
	// The organisations are gone through one by one in the index, and of each the first job
	// that is due is looked at: many may wait.
	r, err := single(tx, jobMissing(), scanJob, `WITH RECURSIVE waits (org) AS (
			SELECT (SELECT min(org) FROM jobs WHERE state = 'waiting')
			UNION ALL SELECT (SELECT min(j.org) FROM jobs j WHERE j.state = 'waiting' AND j.org > waits.org) FROM waits WHERE waits.org IS NOT NULL),
		heads (org, seq) AS (
			SELECT w.org, (SELECT min(j.seq) FROM jobs j WHERE j.state = 'waiting' AND j.org = w.org AND (j.after_ms <= $1 OR j.added_ms > $1 OR j.started_ms > $1) AND `+condition+`) FROM waits w WHERE w.org IS NOT NULL)
		SELECT `+jobColumns+` FROM jobs WHERE seq = (SELECT f.seq FROM heads f WHERE f.seq IS NOT NULL
			ORDER BY (SELECT count(*) FROM jobs r WHERE r.state = 'running' AND r.org = f.org),
				(SELECT coalesce(max(t.turn), 0) FROM job_turns t WHERE t.org = f.org), f.seq LIMIT 1)`, append([]any{int64(now)}, args...)...)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := tx.exec(`INSERT INTO job_turns (org, turn) VALUES ($1, (SELECT coalesce(max(turn), 0) + 1 FROM job_turns))
		ON CONFLICT (org) DO UPDATE SET turn = excluded.turn`, r.Org); err != nil {
		return nil, err
	}
	tx.mark(Jobs)
	r.State, r.Attempt, r.Worker, r.Started, r.Moved, r.LeasedTil = job.Running, r.Attempt+1, worker, now, now, til
	_, err = tx.exec(`UPDATE jobs SET state = 'running', attempt = $1, worker = $2, leased_til_ms = $3, started_ms = $4, moved_ms = $4,
		done = 0, total = 0, note = '', cancel = 0, rev = `+nextRev+` WHERE id = $5`, r.Attempt, worker, int64(til), int64(now), r.ID)
	return r, err
}

// RenewJobs implements job.Tx.
func (tx *Tx) RenewJobs(worker string, til civil.Instant, progress []job.Progress) (map[string]bool, error) {
	if _, err := tx.exec("UPDATE jobs SET leased_til_ms = $1 WHERE worker = $2 AND state = 'running'", int64(til), worker); err != nil {
		return nil, err
	}
	for _, p := range progress {
		tx.mark(Jobs)
		if _, err := tx.exec("UPDATE jobs SET done = $1, total = $2, note = $3, moved_ms = $4, rev = "+nextRev+" WHERE id = $5 AND worker = $6 AND state = 'running'",
			p.Done, p.Total, p.Note, int64(p.Moved), p.ID, worker); err != nil {
			return nil, err
		}
	}
	rows, err := all(tx, scanJob, "SELECT "+jobColumns+" FROM jobs WHERE worker = $1 AND state = 'running' ORDER BY id", worker)
	if err != nil {
		return nil, err
	}
	held := map[string]bool{}
	for i := range rows {
		held[rows[i].ID] = rows[i].Cancelling
	}
	return held, nil
}

// ReviveJobs implements job.Tx.
func (tx *Tx) ReviveJobs(from, to, now civil.Instant, pauses []civil.Instant) (n int64, err error) {
	const lapsed = "state = 'running' AND (leased_til_ms < $1 OR leased_til_ms > $2)"
	stopped, err := affected(tx.exec(`UPDATE jobs SET state = 'cancelled', ended_ms = $3, cancel = 0, again = 0, worker = '', rev = `+nextRev+`
		WHERE `+lapsed+` AND cancel = 1 AND again = 0`, int64(from), int64(to), int64(now)))
	if err != nil {
		return 0, err
	}
	failed, err := affected(tx.exec(`UPDATE jobs SET state = 'failed', ended_ms = $3, worker = '', code = 'job.lapsed', zh = '执行中服务多次中断，已停止重试',
		en = 'the server died each time it ran', rev = `+nextRev+` WHERE `+lapsed+` AND attempt > $4 AND again = 0`, int64(from), int64(to), int64(now), len(pauses)))
	if err != nil {
		return 0, err
	}
	n = failed + stopped
	for i := len(pauses) - 1; i >= 0; i-- {
		waits, err := affected(tx.exec(`UPDATE jobs SET state = 'waiting', after_ms = CASE WHEN again = 1 THEN 0 ELSE CAST($3 AS BIGINT) END, again = 0, cancel = 0, worker = '',
			rev = `+nextRev+" WHERE "+lapsed+" AND attempt > $4", int64(from), int64(to), int64(now+pauses[i]), i))
		if err != nil {
			return 0, err
		}
		n += waits
	}
	if n > 0 {
		tx.mark(Jobs)
	}
	return n, nil
}

// LapseJobs implements job.Tx.
func (tx *Tx) LapseJobs(worker string) error {
	_, err := tx.exec("UPDATE jobs SET leased_til_ms = 0 WHERE state = 'running' AND (CAST($1 AS TEXT) = '' OR worker = $1)", worker)
	return err
}

// EndJob implements job.Tx.
func (tx *Tx) EndJob(e job.End) error {
	tx.mark(Jobs)
	attempt, ended := e.Attempt, e.At
	if e.State == job.Waiting {
		ended = 0
		if e.Untried {
			attempt--
		}
	}
	p := e.Progress
	const mine = " WHERE id = $1 AND worker = $2 AND attempt = $3 AND state = 'running'"
	again, err := affected(tx.exec(`UPDATE jobs SET state = 'waiting', again = 0, cancel = 0, attempt = 0, after_ms = 0, worker = '', rev = `+nextRev+mine+" AND again = 1",
		e.ID, e.Worker, e.Attempt))
	if again > 0 || err != nil {
		return err
	}
	n, err := affected(tx.exec(`UPDATE jobs SET state = $4, attempt = $5, after_ms = $6, ended_ms = $7, code = $8, zh = $9, en = $10,
		done = $11, total = $12, note = $13, moved_ms = $14, cancel = 0, worker = '', rev = `+nextRev+mine,
		e.ID, e.Worker, e.Attempt, e.State, attempt, int64(e.After), int64(ended), e.Code, e.Zh, e.En, p.Done, p.Total, p.Note, int64(p.Moved)))
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "job.lost", "任务已由其他服务接手", "another server has taken the job up")
	}
	return err
}

// NextJob implements job.Tx.
func (tx *Tx) NextJob(now civil.Instant, kinds []string) (at civil.Instant, err error) {
	if len(kinds) == 0 {
		return 0, nil
	}
	condition, args := oneOf(1, kinds)
	err = tx.one(nil, "SELECT coalesce((SELECT 1 FROM jobs WHERE state = 'waiting' AND (added_ms > $1 OR started_ms > $1) AND "+condition+" LIMIT 1), (SELECT CASE WHEN after_ms < 1 THEN 1 ELSE after_ms END FROM jobs WHERE state = 'waiting' AND "+condition+" ORDER BY after_ms LIMIT 1), 0)", append([]any{int64(now)}, args...), &at)
	return at, err
}

// SweepJobs implements job.Tx. The last change stays, so that numbers go on from it.
func (tx *Tx) SweepJobs(before civil.Instant) error {
	_, err := tx.exec(`DELETE FROM jobs WHERE ended_ms > 0 AND ended_ms < $1 AND state IN ('done', 'failed', 'cancelled')
		AND rev < (SELECT max(rev) FROM jobs) AND seq < (SELECT max(seq) FROM jobs)`, int64(before))
	return err
}

// Job implements job.Tx.
func (tx *Tx) Job(s access.Scope, id string) (*job.Record, error) {
	return single(tx, jobMissing(), scanJob, "SELECT "+jobColumns+" FROM jobs WHERE id = $1 AND ($2 = 1 OR org = $3)", id, flag(s.All), s.Org)
}

// Jobs implements job.Tx.
func (tx *Tx) Jobs(s access.Scope, f job.Filter) ([]job.Record, int, error) {
	const where = ` WHERE ($1 = 1 OR org = $2) AND (CAST($3 AS TEXT) = '' OR state = $3) AND (CAST($4 AS TEXT) = '' OR kind = $4)
		AND (CAST($5 AS TEXT) = '' OR key = $5)`
	args := []any{flag(s.All), s.Org, string(f.State), f.Kind, f.Key}
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM jobs"+where, args, &total); err != nil {
		return nil, 0, err
	}
	rows, err := all(tx, scanJob, "SELECT "+jobColumns+" FROM jobs"+where+" ORDER BY seq DESC LIMIT $6 OFFSET $7", append(args, f.Limit, f.Skip)...)
	return rows, total, err
}

// JobsAfter returns the jobs that changed after rev, at most limit, in the order
// of their last change.
func (tx *Tx) JobsAfter(rev int64, limit int) ([]job.Record, error) {
	return all(tx, scanJob, "SELECT "+jobColumns+" FROM jobs WHERE rev > $1 ORDER BY rev LIMIT $2", rev, limit)
}

// LastJob returns the number of the last change of a job, 0 when there is none.
func (tx *Tx) LastJob() (rev int64, err error) {
	err = tx.one(nil, "SELECT coalesce(max(rev), 0) FROM jobs", nil, &rev)
	return rev, err
}

// StopJob implements job.Tx.
func (tx *Tx) StopJob(id string, now civil.Instant) error {
	tx.mark(Jobs)
	n, err := affected(tx.exec("UPDATE jobs SET state = 'cancelled', ended_ms = $1, rev = "+nextRev+" WHERE id = $2 AND state = 'waiting'", int64(now), id))
	if n > 0 || err != nil {
		return err
	}
	_, err = tx.exec("UPDATE jobs SET cancel = 1, again = 0, rev = "+nextRev+" WHERE id = $1 AND state = 'running'", id)
	return err
}

// RetryJob implements job.Tx.
func (tx *Tx) RetryJob(id string, now civil.Instant) error {
	tx.mark(Jobs)
	n, err := affected(tx.exec(`UPDATE jobs SET state = 'waiting', attempt = 0, after_ms = 0, added_ms = $1, ended_ms = 0, rev = `+nextRev+`
		WHERE id = $2 AND state IN ('failed', 'cancelled')`, int64(now), id))
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "job.not_ended", "任务未失败或取消，不能重做", "the job has neither failed nor been cancelled")
	}
	return err
}

// affected returns how many rows a statement changed.
func affected(r interface{ RowsAffected() (int64, error) }, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return n, translate(err)
}

// JobCounts returns how many jobs there are that have not ended, by state, how many
// have failed, and under "stuck" how many somebody should look at.
func (tx *Tx) JobCounts(now civil.Instant) (map[string]int64, error) {
	counts := map[string]int64{string(job.Waiting): 0, string(job.Running): 0, string(job.Failed): 0, "stuck": 0}
	rows, err := all(tx, scanJob, "SELECT "+jobColumns+" FROM jobs WHERE state IN ('waiting', 'running') ORDER BY seq")
	if err != nil {
		return nil, err
	}
	var failed int64
	if err := tx.one(nil, "SELECT count(*) FROM jobs WHERE state = 'failed'", nil, &failed); err != nil {
		return nil, err
	}
	counts[string(job.Failed)] = failed
	for i := range rows {
		counts[string(rows[i].State)]++
		if rows[i].Judge(now); rows[i].Stuck {
			counts["stuck"]++
		}
	}
	return counts, nil
}
