package httpapi_test

import (
	"strings"

	"changrong/internal/access"
	"changrong/internal/access/apikey"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/notify"
	"changrong/internal/adapter/store"
	"changrong/internal/base/event"
	"changrong/internal/reporting"
)

func itself(s *scene) string { return s.org }

func anAccount(s *scene) string {
	s.write(func(tx *store.Tx) error {
		return tx.PutAccount(&access.Account{ID: "a" + s.mark, Login: "0" + s.mark, Name: "某", Org: s.org, PasswordAt: s.now})
	})
	return "a" + s.mark
}

func (s *scene) session(account string) string {
	s.write(func(tx *store.Tx) error {
		return tx.PutSession(&access.Session{ID: "s" + s.mark, Hash: s.mark, Account: account, Stage: access.SignedIn, Started: s.now, LastSeen: s.now})
	})
	return "s" + s.mark
}

// aSessionOf is a session of who calls, or of another.
func aSessionOf(s *scene) string {
	s.vars["session"] = s.session(s.account)
	return s.vars["session"]
}

func anAccountWithSession(s *scene) string {
	account := anAccount(s)
	s.vars["session"] = s.session(account)
	return account
}

// aMessage is to who calls, or to another.
func aMessage(s *scene) string {
	s.write(func(tx *store.Tx) error {
		_, err := tx.AddMessage(&notify.Message{ID: "m" + s.mark, Account: s.account, Kind: "thing.made", Title: "某事", Event: "e" + s.mark, At: s.now})
		return err
	})
	return "m" + s.mark
}

func anAccountWithIdentity(s *scene) string {
	account := anAccount(s)
	s.write(func(tx *store.Tx) error {
		return tx.PutIdentity(&access.Identity{ID: "i" + s.mark, Provider: "x", Subject: s.mark, Account: account})
	})
	s.vars["identity"] = "i" + s.mark
	return account
}

func anEntry(s *scene) string {
	s.write(func(tx *store.Tx) error { return tx.Audit(s.caller().Entry(s.now, "thing.make", "e"+s.mark, nil)) })
	return "e" + s.mark
}

func aJob(s *scene) string {
	s.write(func(tx *store.Tx) error {
		return tx.Enqueue(event.Job{ID: "j" + s.mark, Kind: "thing.make", Org: s.org, Payload: "{}", After: s.now})
	})
	return "j" + s.mark
}

func aCancelledJob(s *scene) string {
	id := aJob(s)
	s.write(func(tx *store.Tx) error { return tx.StopJob(id, s.now) })
	return id
}

func aKey(s *scene) string {
	k, _, err := s.keys.Add(s.t.Context(), s.caller(), apikey.Key{Name: s.mark, Alg: apikey.HMAC})
	if err != nil {
		s.t.Fatal(err)
	}
	return k.ID
}

func anUpload(s *scene) string {
	u, err := s.desk.BeginUpload(s.t.Context(), s.caller(), "a.csv", 3)
	if err != nil {
		s.t.Fatal(err)
	}
	return u.ID
}

// aWholeUpload is all there.
func aWholeUpload(s *scene) string {
	s.write(func(tx *store.Tx) error {
		return tx.AddUpload(&reporting.Upload{ID: "o" + s.mark, Org: s.org, By: "account-bank", Name: s.mark + ".csv", Size: 3, Received: 3, SHA256: strings.Repeat("0", 64), At: s.now, Touched: s.now})
	})
	return "o" + s.mark
}

// aDraft hands in the scene's upload, as the set that one's kind of organisation has.
func aDraft(s *scene) any {
	d := map[string]any{"set": "lending", "period": "2021-01", "uploads": []string{s.id}}
	switch s.role {
	case access.Office, access.OfficeLead:
		d["set"], d["period"] = "registers", "2021"
	case access.Guarantor:
		d["set"] = "guarantees"
	}
	return d
}

func aSubmission(s *scene) string { return s.submission(reporting.Received) }

func anAcceptedSubmission(s *scene) string {
	s.vars["name"] = "a.csv"
	return s.submission(reporting.Accepted)
}

func (s *scene) submission(state reporting.State) string {
	n := &reporting.Submission{
		ID: "r" + s.mark, Org: s.org, OrgName: "某行", Set: reporting.Lending, Period: "2021-01", Version: s.n, State: state,
		Files: []reporting.File{}, FilesKey: s.mark, By: "account-bank", ByName: "某", At: s.now, Counts: []reporting.Count{}, Sums: []reporting.Sum{},
	}
	if state == reporting.Accepted {
		ref := s.file()
		n.Period = "2019-01" // nobody is asked for it
		n.Files = []reporting.File{{Name: "a.csv", SHA256: ref.SHA256, Size: ref.Size}}
		found := s.put("")
		n.Report, n.AcceptedAt, n.Receipt = reporting.Ref{SHA256: found.SHA256, Size: found.Size}, s.now, `{"number":"BS-1","files":[],"sums":[]}`
	}
	s.write(func(tx *store.Tx) (err error) {
		if n.Number, err = tx.NextSubmission(); err != nil {
			return err
		}
		return tx.AddSubmission(n)
	})
	return n.ID
}

// file keeps a file, and put a text.
func (s *scene) file() blob.Ref { return s.put(paper) }

func (s *scene) put(text string) blob.Ref {
	ref, err := s.desk.Files.Put(s.t.Context(), strings.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	return ref
}

// obligation is of some organisations.
func (s *scene) obligation(kind access.OrgKind, org string) string {
	o := &reporting.Obligation{ID: "b" + s.mark, Title: "义务" + s.mark, Kind: kind, Orgs: []string{org}, Set: reporting.Lending, DueDay: 10, From: "2021-01", Until: "2021-01"}
	s.write(func(tx *store.Tx) error { return tx.PutObligation(o) })
	return o.ID
}

// anObligation is of nobody, so that calendars do not grow with the calls.
func anObligation(s *scene) string { return s.obligation(access.BankOrg, "nobody") }

// anObligationOfOne shows in the calendar by its title.
func anObligationOfOne(s *scene) string {
	kind := access.BankOrg
	for _, k := range access.OrgKinds() {
		if s.org == "org-"+string(k) {
			kind = k
		}
	}
	id := s.obligation(kind, s.org)
	s.shows = "义务" + s.mark
	return id
}

func anObligationAsked(s *scene) any {
	return map[string]any{"title": "义务" + s.mark, "kind": "bank", "orgs": []string{"org-bank"}, "set": "lending", "due_day": 10, "from": "2031-01", "until": "2031-01"}
}

func anObligationChanged(s *scene) any {
	o := anObligationAsked(s).(map[string]any)
	o["version"] = 1
	return o
}

// aSnapshot is of one submission.
func aSnapshot(s *scene) string {
	of := anAcceptedSubmission(s)
	s.write(func(tx *store.Tx) error {
		n, err := tx.Submission(access.Scope{All: true}, of)
		if err != nil {
			return err
		}
		parts := []reporting.SnapshotPart{n.Part()}
		return tx.AddSnapshot(&reporting.Snapshot{ID: "x" + s.mark, From: "2021-01", To: "2021-12", At: s.now, By: "account-office", SHA256: reporting.Arrange(parts), Parts: parts})
	})
	return "x" + s.mark
}
