// Package drafting makes the claims of a settlement once it is confirmed (免申即享): nobody
// has to ask for it. What confirming emits becomes a job, and the job drafts. Whoever does
// not want to wait asks for the same job.
//
// It may happen twice and be cut short anywhere: the event that is told again asks for
// the same job, and the job begun again goes on where it was (subsidy.Service.DraftClaims).
// A settlement that a later one has taken over meanwhile drafts nothing more.
//
// Source: 国办发〔2022〕30号 (政策免申即享); 临政办发〔2021〕47号 clause 四(二).
package drafting

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/subsidy"
)

// JobKind is the kind of the job that drafts; its payload is the id of the settlement.
const JobKind = "claims.draft"

// Confirmed is the kind of the event that a settlement is official now.
const Confirmed = "run.confirmed"

// Service drafts.
type Service struct {
	Claims *subsidy.Service
	// Settled returns a settlement as claims are drafted from it, and for whom: who
	// confirmed it, of the organisation with which claims lie whose payee has no
	// account. Error subsidy.not_official: it is not in force any more.
	Settled func(ctx context.Context, run string) (*subsidy.Run, access.Caller, error)
	Store   Store
	Now     func() civil.Instant
}

// Tx is what this package needs of one transaction.
type Tx interface {
	Enqueue(event.Job) error
	Audit(audit.Entry) error
}

// Store opens transactions, as subsidy.Store does.
type Store interface {
	Write(context.Context, func(Tx) error) error
}

// Ask asks for the claims of a settlement by hand, and returns how far they have come.
func (s *Service) Ask(ctx context.Context, c access.Caller, r *subsidy.Run) (*subsidy.RunState, error) {
	now := s.Now()
	err := s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.Enqueue(event.Job{Kind: JobKind, Key: r.ID, Payload: r.ID, At: now}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "claims.ask", r.ID, nil))
	})
	if err != nil {
		return nil, err
	}
	state, err := s.Claims.RunState(ctx, r.ID)
	if fault.KindOf(err) == fault.NotFound {
		return &subsidy.RunState{Run: r.ID, Policy: r.Policy, Period: r.Period, Lines: r.Lines, Drafted: subsidy.Drafted{Differences: []subsidy.Difference{}}}, nil
	}
	return state, err
}

// Keep asks for the claims of a settlement that was confirmed.
func (s *Service) Keep(tx Tx, e event.Event) error {
	if e.Kind != Confirmed {
		return nil
	}
	return tx.Enqueue(event.Job{Kind: JobKind, Key: e.Subject, Payload: e.Subject, At: e.At})
}

// Do does a job: it drafts, and tells how far it has come.
func (s *Service) Do(ctx context.Context, j event.Job, report func(done, total int64, note string)) error {
	run, who, err := s.Settled(ctx, j.Payload)
	if err == nil {
		run.Report = func(done, total int64) { report(done, total, "按结算生成申报") }
		_, err = s.Claims.DraftClaims(ctx, who, *run)
	}
	switch fault.CodeOf(err) {
	case "subsidy.not_official", "subsidy.newer_run": // a later one has taken over, and drafts
		return nil
	}
	return err
}
