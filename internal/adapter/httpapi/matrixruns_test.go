package httpapi_test

import (
	"changrong/internal/access"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/programme"
	"changrong/internal/subsidy"
)

const policyHere = "linhai-2021-47"

// thePolicy is installed.
func thePolicy(*scene) string { return policyHere }

// uscc is the credit code of the scene's organisation, or of nobody.
func (s *scene) uscc() string {
	if code := s.usccs[s.org]; code != "" {
		return code
	}
	return creditCode(s.t, 60_000_000+s.n)
}

// run keeps a run that another asked for, with one row of everything, of the
// scene's organisation.
func (s *scene) run(id string, change func(*programme.Run)) string {
	bundle := s.file()
	first, _ := civil.Of(2021, 1, 1)
	last, _ := civil.Of(2021, 12, 31)
	r := &programme.Run{
		ID: id, Pack: policyHere, Title: "办法", Purpose: programme.Official, State: programme.Done, Standing: programme.Superseded, From: first, To: last,
		AskedBy: "account-of-another", AskedByName: "某", AskedOrg: "org-office", AskedAt: s.now, EndedAt: s.now, Sums: &programme.Sums{},
		Sealed: &programme.Sealed{BundleSHA256: bundle.SHA256, BundleSize: bundle.Size, ResultSHA256: s.mark},
	}
	change(r)
	who, names := s.uscc(), programme.Names{Institution: "某行" + s.mark}
	s.write(func(tx *store.Tx) error {
		r := *r
		if r.Standing == programme.InForce {
			before, err := tx.OfficialRun(r.Pack)
			if err == nil {
				before.Standing = programme.Superseded
				err = tx.PutRun(before)
			}
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
		}
		if err := tx.PutRun(&r); err != nil {
			return err
		}
		for _, f := range []func() error{
			func() error {
				return tx.AddLines(r.No, []programme.Line{{N: 1, Item: "rc-tech", PayeeID: who, InstitutionID: who, SubjectID: id, Paid: 100, Names: names}})
			},
			func() error {
				return tx.AddAsides(r.No, []programme.Aside{{N: 1, Item: "rc-tech", InstitutionID: who, SubjectID: id + "b", Names: names}})
			},
			func() error {
				return tx.AddTotals(r.No, []programme.Total{{N: 1, Item: "rc-tech", PayeeID: who, Payee: names.Institution, Rows: 1, Paid: 100}})
			},
			func() error {
				return tx.AddSums(r.No, []programme.Sum{{By: programme.ByBank, Key: who, Name: names.Institution, Item: "rc-tech", Rows: 1, Paid: 100}})
			},
		} {
			if err := f(); err != nil {
				return err
			}
		}
		return nil
	})
	return id
}

// aRun was once in force: a bank sees it, and of its rows its own, which bear its name.
func aRun(s *scene) string {
	s.shows = "某行" + s.mark
	return s.run("u"+s.mark, func(*programme.Run) {})
}

func aTrial(s *scene) string {
	return s.run("u"+s.mark, func(r *programme.Run) { r.Purpose, r.Standing = programme.Trial, programme.NoStanding })
}

func aQueuedRun(s *scene) string {
	return s.run("u"+s.mark, func(r *programme.Run) {
		r.Purpose, r.Standing, r.State, r.Sealed = programme.Trial, programme.NoStanding, programme.Queued, nil
	})
}

func aProposedRun(s *scene) string {
	return s.run("u"+s.mark, func(r *programme.Run) { r.Standing = programme.Proposed })
}

func aRunInForce(s *scene) string {
	s.vars["pack"] = policyHere
	return s.run("u"+s.mark, func(r *programme.Run) { r.Standing = programme.InForce })
}

// twoRuns differ in what the payee gets.
func twoRuns(s *scene) string {
	s.vars["other"] = s.run("v"+s.mark, func(*programme.Run) {})
	id := aRun(s)
	s.write(func(tx *store.Tx) error {
		run, err := tx.Run(id)
		if err != nil {
			return err
		}
		who := creditCode(s.t, 70_000_000+s.n)
		if err := tx.AddTotals(run.No, []programme.Total{{N: 2, Item: "rc-tech", PayeeID: who, Payee: s.shows, Rows: 1, Paid: 200}}); err != nil {
			return err
		}
		return tx.AddLines(run.No, []programme.Line{{N: 2, Item: "rc-tech", PayeeID: who, InstitutionID: who, SubjectID: "n", Paid: 200, Names: programme.Names{Institution: s.shows}}})
	})
	return id
}

func aWhatIf(s *scene) string {
	file := s.file()
	kept := programme.File{SHA256: file.SHA256, Size: file.Size}
	run := aTrial(s)
	s.write(func(tx *store.Tx) error {
		if err := tx.PutWhatIf(&programme.WhatIf{
			ID: "h" + s.mark, Run: run, Pack: policyHere, State: programme.Done, AskedBy: "account-office", AskedOrg: "org-office", AskedAt: s.now,
			Alternatives: []programme.Result{{No: 1}}, Page: kept, Table: kept,
		}); err != nil {
			return err
		}
		return tx.AddShifts("h"+s.mark, []programme.Shift{{No: 1, By: programme.ByBank, Key: "h" + s.mark, Difference: 1}})
	})
	return "h" + s.mark
}

// aDraftedRun is one that claims were drafted from.
func aDraftedRun(s *scene) string {
	s.write(func(tx *store.Tx) error {
		return tx.PutClaimRun(&subsidy.RunState{Run: "u" + s.mark, Policy: "p" + s.mark, Period: "2021", Lines: s.mark, Seq: 1, At: s.now})
	})
	return "u" + s.mark
}

// aFiling is for the scene's organisation, which a bank files for when it is its own.
func aFiling(s *scene) any {
	kind, name := "institution", "某行"
	if s.role != access.Bank && s.role != access.BankLead || s.org != "org-bank" {
		return map[string]any{"policy": policyHere, "item": "rc-tech", "payee": s.uscc(), "payee_kind": kind, "payee_name": name, "amount_fen": 100}
	}
	// One's own files one claim of an item and a period; the one before has to go.
	s.write(func(tx *store.Tx) error {
		live, err := tx.LiveClaim(policyHere, "2021", "rc-tech", s.uscc())
		if err != nil || live == nil {
			return err
		}
		live.Stage = subsidy.Withdrawn
		if err := tx.PutCase(&live.Case); err != nil {
			return err
		}
		return tx.PutClaim(live)
	})
	return map[string]any{"policy": policyHere, "item": "rc-tech", "payee": s.uscc(), "payee_kind": kind, "payee_name": name, "amount_fen": 100}
}
