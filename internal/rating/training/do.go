package training

import (
	"context"
	"errors"

	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/train"
)

// Do does a job: it makes the card of a run, and tells how far it has come. Begun again after
// its server has stopped, it starts from the beginning: the same sample and plan make the
// same card.
func (s *Service) Do(ctx context.Context, j event.Job, report func(done, total int64, note string)) error {
	r, x, err := s.start(ctx, j.Payload)
	if err != nil || r.State.Ended() {
		return err
	}
	err = s.make(ctx, r, x, report)
	switch cause := context.Cause(ctx); {
	case err == nil:
		return s.end(ctx, r.ID, func(kept *Run) { kept.State, kept.Figures, kept.Whole = Done, r.figures(), r.Whole })
	case cause != nil && fault.KindOf(cause) == fault.Conflict: // somebody has cancelled the job
		return s.end(context.WithoutCancel(ctx), r.ID, func(kept *Run) { kept.State = Cancelled })
	case cause != nil:
		return cause
	case fault.KindOf(err) == fault.Unavailable:
		return err
	}
	wrong := s.end(ctx, r.ID, func(kept *Run) { kept.State, kept.Faults = Failed, faultsOf(err) })
	if wrong == nil && fault.KindOf(err) == fault.Internal {
		return err // a defect of ours: whoever runs the job writes it to the log
	}
	return wrong
}

// start notes that work on a run begins.
func (s *Service) start(ctx context.Context, id string) (r *Run, x *Sample, err error) {
	now := s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		if r, err = tx.Training(id); err != nil || r.State.Ended() {
			return err
		}
		if x, err = tx.TrainSample(r.Sample); err != nil {
			return err
		}
		r.State, r.Step, r.Started = Training, Reading, now
		return tx.PutTraining(r)
	})
	return r, x, err
}

// make makes the card of a run.
func (s *Service) make(ctx context.Context, r *Run, x *Sample, report func(done, total int64, note string)) error {
	report(0, 0, note(Reading, 0, 1))
	set, _, _, err := r.Ask.set(&x.Table)
	if err != nil {
		return err
	}
	sample, err := s.Files.Read(ctx, x, Options{Features: set, Target: r.Ask.Target, Bad: r.Ask.Bad, Period: r.Ask.Period})
	if err != nil {
		return err
	}
	plan := *r.Ask.Plan
	at := Reading
	plan.Watch = func(step train.Step, done, total int) error {
		report(int64(done), int64(total), note(step, done, total))
		if step != at {
			at = step
			if err := s.step(ctx, r.ID, step); err != nil {
				return err
			}
		}
		return ctx.Err()
	}
	list := make([]uint64, r.Ask.Seeds)
	for i := range list {
		list[i] = plan.Seed + uint64(i)
	}
	if r.Ask.Rejects != nil {
		return s.parcel(ctx, r, set, sample, &plan, list)
	}
	if r.Card, r.Report, err = train.Train(sample, &plan); err != nil {
		return err
	}
	r.Validation, err = train.Validate(sample, &plan, r.Ask.Folds, list)
	return err
}

// parcel makes a card of accepted and of rejected firms.
func (s *Service) parcel(ctx context.Context, r *Run, set *feature.Set, accepted *train.Sample, plan *train.Plan, seeds []uint64) error {
	x, err := s.sample(ctx, r.Ask.Rejects.Sample, "rejects")
	if err != nil {
		return err
	}
	rejected, err := s.Files.Read(ctx, x, Options{Features: set})
	if err != nil {
		return fault.Of(err).In(fault.Place{File: x.Name})
	}
	if r.Card, r.Report, r.Rejects, err = train.Parcel(accepted, rejected, plan, r.Ask.Rejects.Factor); err != nil {
		return err
	}
	r.Validation, err = train.ValidateParcel(accepted, rejected, plan, r.Ask.Rejects.Factor, r.Ask.Folds, seeds)
	return err
}

// step notes which step a run is at; one that has ended meanwhile goes no further.
func (s *Service) step(ctx context.Context, id string, step train.Step) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		r, err := tx.Training(id)
		if err != nil {
			return err
		}
		if r.State.Ended() {
			return errEnded
		}
		r.Step = step
		return tx.PutTraining(r)
	})
}

// errEnded is of a run that has ended while it was worked on.
var errEnded = errors.New("the run has ended")

// end ends a run, unless it has ended meanwhile.
func (s *Service) end(ctx context.Context, id string, f func(*Run)) error {
	now := s.Now()
	return s.Store.Write(ctx, func(tx Tx) error {
		r, err := tx.Training(id)
		if err != nil || r.State.Ended() {
			return err
		}
		f(r)
		r.Ended = now
		if err := tx.PutTraining(r); err != nil {
			return err
		}
		return tx.Emit(r.event(s.NewID()))
	})
}

// figures are what a list tells of a run.
func (r *Run) figures() *Figures {
	total := r.accepted().Total
	out := &Figures{Rows: total.Rows(), Bad: total.Bad, Used: len(r.Card.Characteristics)}
	out.AUC, _ = train.Mean(r.Validation.Card.AUC)
	out.KS, _ = train.Mean(r.Validation.Card.KS)
	return out
}
