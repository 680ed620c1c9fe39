package programme

import (
	"context"
	"encoding/json"
	"errors"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/policy"
)

// Settle does a SettleJob. Done again it changes nothing, and begun again after
// its server stopped it starts from the beginning.
func (s *Service) Settle(ctx context.Context, j event.Job, report func(done, total int64, note string)) error {
	id, err := idOf(j)
	if err != nil {
		return err
	}
	run, err := s.beginRun(ctx, id)
	if err != nil || run.State.Ended() {
		return err
	}
	err = s.settle(ctx, run, report)
	switch {
	case err == nil:
		return nil
	case again(ctx, &err):
		return errors.Join(err, s.tried(ctx, id))
	}
	return defect(err, s.endRun(context.WithoutCancel(ctx), id, func(r *Run, now civil.Instant) { r.fail(now, err) }))
}

// tried counts a try of a run that ended for want of something.
func (s *Service) tried(ctx context.Context, id string) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the server stops, and will go on: that was no try
	}
	return s.Store.Write(ctx, func(tx Tx) error {
		run, err := tx.Run(id)
		if err != nil {
			return err
		}
		run.Tries++
		return tx.PutRun(run)
	})
}

// Revive asks again for the work of runs and trials that should have ended long ago:
// the job that was to do it may have been given up.
func (s *Service) Revive(ctx context.Context) error {
	before := s.Now() - overdue
	return s.Store.Write(ctx, func(tx Tx) error {
		runs, trials, err := tx.UnderWay(before)
		if err != nil {
			return err
		}
		for kind, ids := range map[string][]string{SettleJob: runs, WhatIfJob: trials} {
			for _, id := range ids {
				job, err := s.job(kind, id, "")
				if err != nil {
					return err
				}
				if err := tx.Enqueue(job); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// defect returns err itself when it is a defect of ours, which the person who asked
// is told nothing of: whoever runs the job writes it to the log. Tried again, the
// work has ended.
func defect(err, kept error) error {
	if kept == nil && fault.KindOf(err) == fault.Internal {
		return err
	}
	return kept
}

// again tells whether work that ended so may do better another time. Of work that
// was stopped, err becomes why: somebody who cancelled it does not want it again.
func again(ctx context.Context, err *error) bool {
	if ctx.Err() == nil {
		return fault.KindOf(*err) == fault.Unavailable
	}
	cause := context.Cause(ctx)
	if fault.KindOf(cause) == fault.Conflict {
		*err = cause
		return false
	}
	return true
}

// idOf reads what a job is about.
func idOf(j event.Job) (id string, err error) {
	if err := json.Unmarshal([]byte(j.Payload), &id); err != nil {
		return "", fault.New(fault.Invalid, "programme.job", "任务内容无法读取", "the job cannot be read").Because(err)
	}
	return id, nil
}

// beginRun notes that work on a run begins; one tried too often has failed.
func (s *Service) beginRun(ctx context.Context, id string) (run *Run, err error) {
	var tired error
	err = s.Store.Write(ctx, func(tx Tx) error {
		if run, err = tx.Run(id); err != nil {
			return err
		}
		var begins bool
		if begins, tired = run.begin(); !begins || tired != nil {
			return nil //nolint:nilerr // it is the run that fails, not the transaction
		}
		return tx.PutRun(run)
	})
	if err == nil && tired != nil {
		err = s.endRun(ctx, id, func(r *Run, now civil.Instant) { r.fail(now, tired) })
		run.State = Failed
	}
	return run, err
}

// settle has the engine settle a run, and keeps what comes of it.
func (s *Service) settle(ctx context.Context, run *Run, report Report) error {
	if err := s.clear(ctx, run.No); err != nil {
		return err
	}
	frozen := func(f Frozen) error {
		return s.Store.Write(ctx, func(tx Tx) error {
			r, err := tx.Run(run.ID)
			if err != nil {
				return err
			}
			r.State, r.FrozenAt, r.Snapshot = Settling, f.At, f.Snapshot
			return tx.PutRun(r)
		})
	}
	by := access.Caller{Principal: &access.Principal{Account: run.AskedBy, Name: run.AskedByName, Org: run.AskedOrg}}
	order := Order{Run: run.ID, Pack: run.Pack, Purpose: run.Purpose, By: by, Choices: policy.Choices{
		Readings: run.Changed.Readings, Parameters: run.Changed.Parameters, Scope: civil.Range{First: run.From, Last: run.To},
	}}
	out, err := s.Engine.Settle(ctx, order, frozen, report)
	if err != nil {
		return err
	}
	rows := rowsOf(out.Result, out.Parties)
	rows.figures(out.Plan, out.Result)
	if err := s.keep(ctx, run.No, rows, report); err != nil {
		return err
	}
	if err := s.endRun(ctx, run.ID, func(r *Run, now civil.Instant) {
		r.Readings, r.Parameters = out.Plan.Readings, out.Plan.Parameters
		r.finish(now, rows.sums(), out.Sealed)
	}); err != nil {
		return err
	}
	// The run is done; that it cannot be got ready to be explained is told to who asks.
	_ = s.Engine.Warm(ctx, File{out.Sealed.BundleSHA256, out.Sealed.BundleSize})
	return nil
}

// Warm gets the runs in force ready to be explained from, when a server starts.
func (s *Service) Warm(ctx context.Context) error {
	var run *Run
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		run, err = tx.OfficialRun("")
		return err
	})
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	}
	return s.Engine.Warm(ctx, File{run.Sealed.BundleSHA256, run.Sealed.BundleSize})
}

// clear removes rows that an earlier try left, a piece at a time.
func (s *Service) clear(ctx context.Context, no int64) error {
	for left := true; left; {
		err := s.Store.Write(ctx, func(tx Tx) (err error) {
			left, err = tx.ClearRows(no, chunk)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// keep writes the rows of a run, a piece at a time, so that others get their turn.
func (s *Service) keep(ctx context.Context, no int64, rows *Rows, report Report) error {
	total := int64(len(rows.Lines) + len(rows.Asides) + len(rows.Totals) + len(rows.Sums))
	done := int64(0)
	told := func(n int) {
		done += int64(n)
		report(done, total, "写入明细")
	}
	if err := inChunks(ctx, s.Store, rows.Lines, told, func(tx Tx, part []Line) error { return tx.AddLines(no, part) }); err != nil {
		return err
	}
	if err := inChunks(ctx, s.Store, rows.Asides, told, func(tx Tx, part []Aside) error { return tx.AddAsides(no, part) }); err != nil {
		return err
	}
	if err := inChunks(ctx, s.Store, rows.Totals, told, func(tx Tx, part []Total) error { return tx.AddTotals(no, part) }); err != nil {
		return err
	}
	if err := inChunks(ctx, s.Store, rows.Sums, told, func(tx Tx, part []Sum) error { return tx.AddSums(no, part) }); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx Tx) error { return tx.AddFigures(no, rows.Pools, rows.Indicators) })
}

// inChunks writes rows, so many in a transaction.
func inChunks[T any](ctx context.Context, store Store, rows []T, told func(int), write func(Tx, []T) error) error {
	for len(rows) > 0 {
		part := rows[:min(chunk, len(rows))]
		if err := store.Write(ctx, func(tx Tx) error { return write(tx, part) }); err != nil {
			return err
		}
		rows = rows[len(part):]
		told(len(part))
	}
	return nil
}

// endRun changes a run to its end and tells of it, once.
func (s *Service) endRun(ctx context.Context, id string, end func(*Run, civil.Instant)) error {
	now, ev := s.Now(), s.NewID()
	return s.Store.Write(ctx, func(tx Tx) error {
		run, err := tx.Run(id)
		if err != nil || run.State.Ended() {
			return err
		}
		end(run, now)
		if err := tx.PutRun(run); err != nil {
			return err
		}
		data := map[string]string{"state": string(run.State), "pack": run.Pack, "purpose": string(run.Purpose)}
		if err := tx.Emit(event.Event{ID: ev, Kind: RunFinished, At: now, Orgs: []string{run.AskedOrg}, Subject: id, Data: data}); err != nil {
			return err
		}
		return tx.Audit(access.Caller{}.Entry(now, "run.finish", id, data))
	})
}

// Verify does a VerifyJob.
func (s *Service) Verify(ctx context.Context, j event.Job, _ func(done, total int64, note string)) error {
	id, err := idOf(j)
	if err != nil {
		return err
	}
	var run *Run
	err = s.Store.Write(ctx, func(tx Tx) error {
		if run, err = tx.Run(id); err != nil || run.Check == nil || run.Check.State.Ended() || run.Sealed == nil {
			return err
		}
		run.Check.State = Settling
		return tx.PutRun(run)
	})
	if err != nil || run.Check == nil || run.Check.State.Ended() || run.Sealed == nil {
		return err
	}
	problems, err := s.Engine.Verify(ctx, File{run.Sealed.BundleSHA256, run.Sealed.BundleSize})
	if err != nil && again(ctx, &err) {
		return err
	}
	now := s.Now()
	return defect(err, s.Store.Write(context.WithoutCancel(ctx), func(tx Tx) error {
		run, missed := tx.Run(id)
		if missed != nil || run.Check == nil || run.Check.State.Ended() {
			return missed
		}
		c := run.Check
		c.State, c.At, c.Holds, c.Problems = Done, now, err == nil && len(problems) == 0, problems
		if err != nil {
			c.State, c.Problems = Failed, []Failure{*failureOf(err)}
		}
		if err := tx.PutRun(run); err != nil {
			return err
		}
		verdict := map[bool]string{true: "holds", false: "does_not_hold"}[c.Holds]
		return tx.Audit(access.Caller{}.Entry(now, "run.verified", id, map[string]string{"verdict": verdict}))
	}))
}
