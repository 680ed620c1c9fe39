package programme

import (
	"context"
	"encoding/json"
	"io"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/settlement/explain"
)

// Service keeps runs and trials of other readings.
type Service struct {
	Store  Store
	Packs  Packs
	Engine Engine
	Now    func() civil.Instant
	NewID  func() string

	KeepTrials civil.Instant // how long the rows of trial runs are kept; 0: 90 days

	recall recall
}

// Kinds of jobs and events.
const (
	SettleJob = "run.settle"
	VerifyJob = "run.verify"
	WhatIfJob = "whatif.settle"

	RunFinished  = "run.finished"  // done or failed; Data: state, no, pack, purpose
	RunConfirmed = "run.confirmed" // official now
)

// AskRun asks for a run. The work is done by a job.
//
// Errors: programme.no_pack, programme.busy, those of Ask.plan.
func (s *Service) AskRun(ctx context.Context, c access.Caller, a Ask) (*Run, error) {
	pack, err := s.Packs.Pack(a.Pack)
	if err != nil {
		return nil, err
	}
	plan, err := a.plan(pack)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	run := Run{
		ID: s.NewID(), Pack: pack.ID, Title: pack.Title, Purpose: a.Purpose, State: Queued, From: plan.Scope.First, To: plan.Scope.Last,
		Changed:  Changes{over(nil, a.Readings), over(nil, a.Parameters)},
		Readings: plan.Readings, Parameters: plan.Parameters, Note: a.Note,
		AskedBy: c.Account, AskedByName: c.Principal.Name, AskedOrg: c.Org, AskedAt: now,
	}
	job, err := s.job(SettleJob, run.ID, c.Org)
	if err != nil {
		return nil, err
	}
	var kept Run
	err = s.Store.Write(ctx, func(tx Tx) error {
		kept = run
		if err := s.roomFor(tx, c.Org); err != nil {
			return err
		}
		if err := tx.PutRun(&kept); err != nil {
			return err
		}
		if err := tx.Enqueue(job); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "run.ask", run.ID, map[string]string{"pack": run.Pack, "purpose": string(run.Purpose)}))
	})
	return &kept, err
}

// roomFor refuses an organisation that has much waiting already.
func (s *Service) roomFor(tx Tx, org string) error {
	n, err := tx.RunsUnderWay(org)
	if err == nil && n >= maxWaiting {
		err = fault.Newf(fault.Conflict, "programme.busy", "已有%d项结算或测算在排队或进行，请等其完成", "%d runs or trials wait already", n)
	}
	return err
}

// job makes a job about one thing.
func (s *Service) job(kind, id, org string) (event.Job, error) {
	payload, err := json.Marshal(id)
	return event.Job{ID: s.NewID(), Kind: kind, Key: id, Org: org, Payload: string(payload), At: s.Now()}, err
}

// Run returns a run within scope.
//
// Error: programme.not_found.
func (s *Service) Run(ctx context.Context, scope access.Scope, id string) (run *Run, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		run, _, err = s.see(tx, scope, id)
		return err
	})
	return run, err
}

// see returns a run as somebody may see it, and whose rows of it. Who reaches no
// more than his own organisation sees official runs only.
func (s *Service) see(tx Tx, scope access.Scope, id string) (*Run, Reach, error) {
	run, err := tx.Run(id)
	if err != nil {
		return nil, Reach{}, err
	}
	if scope.All {
		return run, Reach{All: true}, nil
	}
	org, err := tx.Org(scope.Org)
	if err != nil {
		return nil, Reach{}, missing()
	}
	if run.Standing != InForce && run.Standing != Superseded || org.USCC == "" {
		return nil, Reach{}, missing()
	}
	run.forBank()
	return run, Reach{Institution: org.USCC}, nil
}

// missing is the answer about what is not there, or not for this caller.
func missing() error {
	return fault.New(fault.NotFound, "programme.not_found", "没有这次结算或测算", "there is no such run or trial")
}

// done is see of a run that has results.
//
// Errors: programme.not_found, programme.not_done.
func (s *Service) done(tx Tx, scope access.Scope, id string) (*Run, Reach, error) {
	run, reach, err := s.see(tx, scope, id)
	if err == nil && run.State != Done {
		err = fault.New(fault.Conflict, "programme.not_done", "结算尚未完成，没有结果", "the run is not done, and has no result")
	}
	return run, reach, err
}

// Runs lists runs within scope, the newest first; pack "" is all.
func (s *Service) Runs(ctx context.Context, scope access.Scope, pack string, limit, offset int) (runs []Run, total int, err error) {
	f := Filter{Limit: limit, Offset: offset}
	if err := f.check(); err != nil {
		return nil, 0, err
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		runs, total, err = tx.Runs(pack, !scope.All, f.Limit, f.Offset)
		return err
	})
	if !scope.All {
		for i := range runs {
			runs[i].forBank()
		}
	}
	return runs, total, err
}

// Rule confirms or rejects a run for the record; who asked for it cannot. The
// official run before it is superseded.
//
// Errors: programme.not_found, store.changed, those of Run.rule.
func (s *Service) Rule(ctx context.Context, c access.Caller, id string, version int64, confirm bool, note string) (*Run, error) {
	now, ev := s.Now(), s.NewID()
	var kept *Run
	err := s.Store.Write(ctx, func(tx Tx) error {
		run, err := tx.Run(id)
		if err != nil {
			return err
		}
		if err := run.rule(c.Account, c.Principal.Name, confirm, note, now); err != nil {
			return err
		}
		if confirm {
			if err := supersede(tx, run); err != nil {
				return err
			}
		}
		run.Version = version
		if err := tx.PutRun(run); err != nil {
			return err
		}
		kept = run
		if !confirm {
			return tx.Audit(c.Entry(now, "run.reject", id, nil))
		}
		if err := tx.Emit(event.Event{ID: ev, Kind: RunConfirmed, At: now, Subject: id, Data: map[string]string{"pack": run.Pack}}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "run.confirm", id, map[string]string{"result": run.Sealed.ResultSHA256}))
	})
	return kept, err
}

// supersede takes the place of the run in force, if there is one.
func supersede(tx Tx, by *Run) error {
	before, err := tx.OfficialRun(by.Pack)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	}
	before.Standing = Superseded
	return tx.PutRun(before)
}

// AskVerify asks for a run's bundle to be verified on the server.
//
// Errors: programme.not_found, programme.not_done, programme.busy.
func (s *Service) AskVerify(ctx context.Context, c access.Caller, scope access.Scope, id string) (*Run, error) {
	now := s.Now()
	job, err := s.job(VerifyJob, id, c.Org)
	if err != nil {
		return nil, err
	}
	var kept *Run
	err = s.Store.Write(ctx, func(tx Tx) error {
		run, _, err := s.done(tx, scope, id)
		if err != nil {
			return err
		}
		if run.Check != nil && !run.Check.State.Ended() && now-run.Check.At < overdue {
			return fault.New(fault.Conflict, "programme.busy", "已在核验，请稍候", "it is being verified already")
		}
		run.Check = &Check{State: Queued, At: now, By: c.Principal.Name}
		if err := tx.PutRun(run); err != nil {
			return err
		}
		kept = run
		if err := tx.Enqueue(job); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "run.verify", id, nil))
	})
	return kept, err
}

// Bundle opens a run's bundle, a zip. Taking it is written to the audit log: it
// holds everybody's facts.
//
// Errors: programme.not_found, programme.not_done, those of the Engine.
func (s *Service) Bundle(ctx context.Context, c access.Caller, scope access.Scope, id string) (io.ReadCloser, *Run, error) {
	var run *Run
	err := s.Store.Write(ctx, func(tx Tx) (err error) {
		if run, _, err = s.done(tx, scope, id); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "run.download", id, nil))
	})
	if err != nil {
		return nil, nil, err
	}
	body, err := s.Engine.Open(ctx, File{run.Sealed.BundleSHA256, run.Sealed.BundleSize})
	return body, run, err
}

// Explain tells why a payee or a row of a run gets what it gets. A bank asks about
// rows of its own, and is told nothing of other banks' rows.
//
// Errors: programme.not_found, programme.not_done, programme.not_own, those of
// explain.Explainer.Explain.
func (s *Service) Explain(ctx context.Context, scope access.Scope, id string, q explain.Query) (*explain.Trace, error) {
	var bundle File
	err := s.Store.Read(ctx, func(tx Tx) error {
		run, reach, err := s.done(tx, scope, id)
		if err != nil {
			return err
		}
		if !reach.All {
			q.Viewer = reach.Institution
		}
		bundle = File{run.Sealed.BundleSHA256, run.Sealed.BundleSize}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if q.Viewer != "" {
		if q.Payee != "" && q.Payee != q.Viewer || q.Institution != "" && q.Institution != q.Viewer {
			return nil, fault.New(fault.NotFound, "programme.not_own", "只能查看本机构的记录", "only rows of your own institution")
		}
		if q.Subject != "" {
			q.Institution = q.Viewer
		}
	}
	return s.Engine.Explain(ctx, bundle, q)
}
