package programme

import (
	"context"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Retain clears the rows of trial runs that were asked for longer ago than trials are
// kept: their lines, what was set aside, and their sums. The run itself stays, and its
// bundle, from which all of it can be had again. Runs for the record, confirmed or not,
// keep their rows for ever. It is to be called now and then; cut short, it goes on.
func (s *Service) Retain(ctx context.Context) error {
	keep := s.KeepTrials
	if keep == 0 {
		keep = keepTrials
	}
	now := s.Now()
	var old []Run
	if err := s.Store.Read(ctx, func(tx Tx) (err error) {
		old, err = tx.OldTrials(now - keep)
		return err
	}); err != nil {
		return err
	}
	for i := range old {
		if err := s.retire(ctx, old[i].ID, now, keep); err != nil {
			return err
		}
	}
	return nil
}

// retire clears one trial: first it is said that its rows are gone, then they go.
func (s *Service) retire(ctx context.Context, id string, now, keep civil.Instant) error {
	var no int64
	err := s.Store.Write(ctx, func(tx Tx) error {
		run, err := tx.Run(id)
		if err != nil {
			return err
		}
		no = run.No
		if run.ClearedAt != 0 {
			return nil
		}
		run.ClearedAt = now
		if err := tx.PutRun(run); err != nil {
			return err
		}
		return tx.Audit(access.Caller{Address: "server"}.Entry(now, "run.clear", id, map[string]string{
			"no": strconv.FormatInt(no, 10), "kept_days": strconv.FormatInt(int64(keep/civil.Day), 10),
		}))
	})
	if err != nil {
		return err
	}
	return s.clear(ctx, no)
}

// whole is done of a run whose rows are there.
//
// Errors: programme.not_found, programme.not_done, programme.cleared.
func (s *Service) whole(tx Tx, scope access.Scope, id string) (*Run, Reach, error) {
	run, reach, err := s.done(tx, scope, id)
	if err == nil && run.ClearedAt != 0 {
		err = fault.New(fault.Conflict, "programme.cleared", "试算的明细已过留存期限，请下载结算包查看，或重新试算", "the rows of this trial are past their time; its bundle still has them")
	}
	return run, reach, err
}
