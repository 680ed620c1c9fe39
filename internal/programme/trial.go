package programme

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement/simulate"
)

// AskWhatIf asks for alternatives to be held against a run. The work is done by a job.
//
// Errors: programme.not_found, programme.not_done, programme.no_pack,
// programme.pack_changed, programme.busy, those of AskWhatIf.check.
func (s *Service) AskWhatIf(ctx context.Context, c access.Caller, scope access.Scope, a AskWhatIf) (*WhatIf, error) {
	var run *Run
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		run, _, err = s.done(tx, scope, a.Run)
		return err
	})
	if err != nil {
		return nil, err
	}
	pack, err := s.Packs.Pack(run.Pack)
	if err != nil {
		return nil, err
	}
	if pack.Digest != run.Sealed.PackSHA256 {
		return nil, fault.New(fault.Conflict, "programme.pack_changed", "政策包在这次结算之后有改动，请先用现在的政策包试算一次", "the pack has changed since this run; settle with the present one first")
	}
	results, err := a.check(pack, run)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	w := WhatIf{
		ID: s.NewID(), Title: a.Title, Run: run.ID, RunNo: run.No, Pack: run.Pack, State: Queued, Alternatives: results,
		AskedBy: c.Account, AskedByName: c.Principal.Name, AskedOrg: c.Org, AskedAt: now,
	}
	if w.Title == "" {
		w.Title = fault.Clip(results[0].Title)
	}
	job, err := s.job(WhatIfJob, w.ID, c.Org)
	if err != nil {
		return nil, err
	}
	var kept WhatIf
	err = s.Store.Write(ctx, func(tx Tx) error {
		kept = w
		if err := s.roomFor(tx, c.Org); err != nil {
			return err
		}
		if err := tx.PutWhatIf(&kept); err != nil {
			return err
		}
		if err := tx.Enqueue(job); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "whatif.ask", w.ID, map[string]string{"run": run.ID}))
	})
	return &kept, err
}

// WhatIfs lists trials, the newest first; pack "" is all.
//
// Errors: programme.page, access.forbidden for who does not reach everything.
func (s *Service) WhatIfs(ctx context.Context, scope access.Scope, pack string, limit, offset int) (all []WhatIf, total int, err error) {
	f := Filter{Limit: limit, Offset: offset}
	if err := cmp.Or(f.check(), everything(scope)); err != nil {
		return nil, 0, err
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		all, total, err = tx.WhatIfs(pack, f.Limit, f.Offset)
		return err
	})
	return all, total, err
}

// everything refuses who does not reach everybody's things.
func everything(scope access.Scope) error {
	if scope.All {
		return nil
	}
	return fault.New(fault.Forbidden, "access.forbidden", "您的角色没有这项权限", "your role does not allow this")
}

// WhatIf returns a trial.
//
// Error: programme.not_found.
func (s *Service) WhatIf(ctx context.Context, scope access.Scope, id string) (w *WhatIf, err error) {
	if everything(scope) != nil {
		return nil, missing()
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		w, err = tx.WhatIf(id)
		return err
	})
	return w, err
}

// ShiftFilter says which shifts of a trial are wanted.
type ShiftFilter struct {
	No     int // of the alternative; 0: all
	By     By
	Item   string // of ByPayee: of this item; "": of all items together
	Losing bool   // those who lose, the largest loss first; else those who gain
	All    bool   // both, by size
	Limit  int
	Offset int
}

// Shifts returns who or what gets more or less under alternatives.
//
// Errors: programme.not_found, programme.by, programme.page.
func (s *Service) Shifts(ctx context.Context, scope access.Scope, id string, f ShiftFilter) (rows []Shift, total int, err error) {
	page := Filter{Limit: f.Limit, Offset: f.Offset}
	if err := page.check(); err != nil {
		return nil, 0, err
	}
	f.Limit = page.Limit
	if !slices.Contains([]By{ByItem, ByBank, ByTown, ByPayee}, f.By) {
		return nil, 0, fault.New(fault.Invalid, "programme.by", "by 须为 item、bank、town 或 payee", "by is item, bank, town or payee").In(fault.Place{Field: "by"})
	}
	if everything(scope) != nil {
		return nil, 0, missing()
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		w, err := tx.WhatIf(id)
		if err != nil {
			return err
		}
		if rows, total, err = tx.Shifts(id, f); err != nil || f.By != ByTown {
			return err
		}
		towns := s.Packs.Towns(w.Pack)
		for i := range rows {
			rows[i].Name = towns[rows[i].Key]
		}
		return nil
	})
	return rows, total, err
}

// WhatIfFile opens what a trial came to: a page (HTML) or a table (CSV).
//
// Errors: programme.not_found, programme.not_done.
func (s *Service) WhatIfFile(ctx context.Context, scope access.Scope, id string, table bool) (io.ReadCloser, *WhatIf, error) {
	w, err := s.WhatIf(ctx, scope, id)
	if err != nil {
		return nil, nil, err
	}
	if w.State != Done {
		return nil, nil, fault.New(fault.Conflict, "programme.not_done", "测算尚未完成，没有结果", "the trial is not done, and has no result")
	}
	f := w.Page
	if table {
		f = w.Table
	}
	body, err := s.Engine.Open(ctx, f)
	return body, w, err
}

// Simulate does a WhatIfJob.
func (s *Service) Simulate(ctx context.Context, j event.Job, report func(done, total int64, note string)) error {
	id, err := idOf(j)
	if err != nil {
		return err
	}
	w, run, err := s.beginWhatIf(ctx, id)
	if err != nil || w.State.Ended() {
		return err
	}
	err = s.simulate(ctx, w, run, report)
	switch {
	case err == nil:
		return nil
	case again(ctx, &err):
		return errors.Join(err, s.triedWhatIf(ctx, id))
	}
	return defect(err, s.endWhatIf(context.WithoutCancel(ctx), id, func(w *WhatIf) { w.State, w.Failure = Failed, failureOf(err) }))
}

// triedWhatIf counts a try that ended for want of something.
func (s *Service) triedWhatIf(ctx context.Context, id string) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the server stops, and will go on: that was no try
	}
	return s.Store.Write(ctx, func(tx Tx) error {
		w, err := tx.WhatIf(id)
		if err != nil {
			return err
		}
		w.Tries++
		return tx.PutWhatIf(w)
	})
}

func (s *Service) beginWhatIf(ctx context.Context, id string) (w *WhatIf, run *Run, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if w, err = tx.WhatIf(id); err != nil || w.State.Ended() {
			return err
		}
		if run, err = tx.Run(w.Run); err != nil {
			return err
		}
		w.State = Settling
		if w.Tries >= maxTries {
			w.State, w.EndedAt = Failed, s.Now()
			w.Failure = &Failure{Code: "programme.tries", Zh: "多次尝试仍未完成，请稍后重新发起", En: "not done after several tries; ask again later"}
		}
		if err := tx.PutWhatIf(w); err != nil {
			return err
		}
		return tx.ClearShifts(id)
	})
	return w, run, err
}

func (s *Service) simulate(ctx context.Context, w *WhatIf, run *Run, report Report) error {
	choices, titles := make([]policy.Choices, len(w.Alternatives)), make([]string, len(w.Alternatives))
	for i, a := range w.Alternatives {
		titles[i] = a.Title
		choices[i] = policy.Choices{
			Readings: over(run.Changed.Readings, a.Readings), Parameters: over(run.Changed.Parameters, a.Parameters),
			Scope: civil.Range{First: run.From, Last: run.To},
		}
	}
	sim, err := s.Engine.Simulate(ctx, File{run.Sealed.BundleSHA256, run.Sealed.BundleSize}, choices, titles, report)
	if err != nil {
		return err
	}
	var shifts []Shift
	for i := range sim.Comparisons {
		w.Alternatives[i].take(&sim.Comparisons[i])
		shifts = append(shifts, shiftsOf(i+1, &sim.Comparisons[i], sim.Parties)...)
	}
	if err := inChunks(ctx, s.Store, shifts, func(int) {}, func(tx Tx, part []Shift) error { return tx.AddShifts(w.ID, part) }); err != nil {
		return err
	}
	return s.endWhatIf(ctx, w.ID, func(kept *WhatIf) {
		kept.State, kept.Alternatives, kept.Page, kept.Table = Done, w.Alternatives, sim.Page, sim.Table
	})
}

func (s *Service) endWhatIf(ctx context.Context, id string, end func(*WhatIf)) error {
	now := s.Now()
	return s.Store.Write(ctx, func(tx Tx) error {
		w, err := tx.WhatIf(id)
		if err != nil || w.State.Ended() {
			return err
		}
		end(w)
		w.EndedAt = now
		return tx.PutWhatIf(w)
	})
}

// take puts what an alternative came to into r.
func (r *Result) take(c *simulate.Comparison) {
	if c.Refused != nil {
		r.Refused = failureOf(c.Refused)
		return
	}
	r.Before, r.After, r.Gain, r.Loss, r.Waiting = c.Before, c.After, c.Gain, c.Loss, c.Waiting
	r.Gainers, r.Losers = int64(c.Gainers), int64(c.Losers)
}

// shiftsOf are the rows of one alternative. Items, banks and towns are all there;
// payees where something changes, for each item and over all.
func shiftsOf(no int, c *simulate.Comparison, parties Parties) []Shift {
	if c.Refused != nil {
		return nil
	}
	var out []Shift
	add := func(by By, key, name, item string, before, after money.Fen) {
		out = append(out, Shift{No: no, By: by, Key: key, Name: name, Item: item, Before: before, After: after, Difference: after - before})
	}
	for _, k := range c.ByItem {
		add(ByItem, k.Key, "", "", k.Before, k.After)
	}
	for _, k := range c.ByBank {
		add(ByBank, k.Key, parties.Institution(k.Key).Name, "", k.Before, k.After)
	}
	for _, k := range c.ByTown {
		add(ByTown, k.Key, "", "", k.Before, k.After)
	}
	whole := map[string][2]money.Fen{}
	for _, ch := range c.Changes {
		name := cmp.Or(parties.Enterprise(ch.PayeeID).Name, parties.Institution(ch.PayeeID).Name)
		add(ByPayee, ch.PayeeID, name, ch.Item, ch.Before, ch.After)
		sum := whole[ch.PayeeID]
		whole[ch.PayeeID] = [2]money.Fen{sum[0] + ch.Before, sum[1] + ch.After}
	}
	var payees []string
	for payee := range whole {
		payees = append(payees, payee)
	}
	slices.Sort(payees)
	for _, payee := range payees {
		if sum := whole[payee]; sum[0] != sum[1] {
			add(ByPayee, payee, cmp.Or(parties.Enterprise(payee).Name, parties.Institution(payee).Name), "", sum[0], sum[1])
		}
	}
	return out
}
