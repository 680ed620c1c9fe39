package reporting

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// CheckJob is the kind of the jobs that check submissions (Service.Check).
const CheckJob = "submission.check"

// Draft is what somebody hands in.
type Draft struct {
	Set     Set
	Period  Period
	Uploads []string // finished uploads
	// Kept are files of earlier submissions of the same organisation that go on
	// being right, so that a correction sends what is new alone.
	Kept []Kept
}

// Kept is a file of an earlier submission.
type Kept struct {
	Submission string `json:"submission"`
	Name       string `json:"name"`
}

// Submit hands in files and asks for their check. Handing in the very files of what
// is current, or under way, answers with that.
//
// Errors: those of checkSet and checkFiles, reporting.not_found,
// reporting.upload_short, reporting.no_registers.
func (s *Service) Submit(ctx context.Context, c access.Caller, d Draft) (*Submission, error) {
	id, now := s.NewID(), s.Now()
	var made *Submission
	err := s.Store.Write(ctx, func(tx Tx) error {
		made = nil
		org, err := tx.Org(c.Org)
		if err != nil {
			return err
		}
		if _, err := checkSet(d.Set, org.Kind, d.Period); err != nil {
			return err
		}
		files, err := d.files(tx, org.ID)
		if err != nil {
			return err
		}
		n := &Submission{
			ID: id, Org: org.ID, OrgName: org.Name, Institution: org.USCC, Office: org.Kind == access.OfficeOrg, Set: d.Set, Period: d.Period,
			Version: 1, State: Received, Files: files, FilesKey: filesKey(files), By: c.Account, ByName: c.Name, At: now,
			Counts: []Count{}, Sums: []Sum{},
		}
		if same, err := s.supersede(tx, n); same != nil || err != nil {
			made = same
			return err
		}
		if err := needRegisters(tx, n); err != nil {
			return err
		}
		if n.Number, err = tx.NextSubmission(); err != nil {
			return err
		}
		made = n
		return s.put(tx, c, n, d.Uploads)
	})
	return made, err
}

// put adds a new submission, asks for its check, and lets its uploads go.
func (s *Service) put(tx Tx, c access.Caller, n *Submission, uploads []string) error {
	if err := tx.AddSubmission(n); err != nil {
		return err
	}
	for _, u := range uploads {
		if err := tx.DeleteUpload(u); err != nil {
			return err
		}
	}
	if err := s.ask(tx, n); err != nil {
		return err
	}
	return s.note(tx, c, n, "submission.submit", "submission.received", nil)
}

// ask asks for the check of n.
func (s *Service) ask(tx Tx, n *Submission) error {
	payload, err := json.Marshal(n.ID)
	if err != nil {
		return err
	}
	return tx.Enqueue(event.Job{ID: s.NewID(), Kind: CheckJob, Key: n.ID, Org: n.Org, Payload: string(payload), At: s.Now()})
}

// Revive asks again for the checks of submissions that should have ended long ago:
// the job that was to check them may have been given up.
func (s *Service) Revive(ctx context.Context) error {
	before := s.Now() - overdue
	return s.Store.Write(ctx, func(tx Tx) error {
		for _, state := range []State{Received, Checking} {
			open, _, err := tx.Submissions(access.Scope{All: true}, Query{State: state})
			if err != nil {
				return err
			}
			for i := range open {
				if open[i].At >= before {
					continue
				}
				if err := s.ask(tx, &open[i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// note writes what happened to n to the audit log, and tells those it concerns.
func (s *Service) note(tx Tx, c access.Caller, n *Submission, action, kind string, detail map[string]string) error {
	all := map[string]string{
		"number": NumberText(n.Number), "set": string(n.Set), "period": string(n.Period), "version": strconv.Itoa(n.Version), "files": n.FilesKey,
	}
	told := map[string]string{"org_name": n.OrgName, "set": string(n.Set), "period": string(n.Period), "version": strconv.Itoa(n.Version)}
	for k, v := range detail {
		all[k] = v
	}
	now := s.Now()
	if err := tx.Audit(c.Entry(now, action, n.ID, all)); err != nil {
		return err
	}
	return tx.Emit(event.Event{ID: s.NewID(), Kind: kind, At: now, Orgs: []string{n.Org}, Subject: n.ID, Data: told})
}

// files returns the files of d, by name.
func (d *Draft) files(tx Tx, org string) ([]File, error) {
	var files []File
	own := access.Scope{Org: org}
	for i, id := range d.Uploads {
		if slices.Contains(d.Uploads[:i], id) {
			continue
		}
		u, err := tx.Upload(own, id)
		if err != nil {
			return nil, err
		}
		if !u.Whole() {
			return nil, fault.Newf(fault.Conflict, "reporting.upload_short", "“%s”尚未上传完成", "%q is not whole yet", u.Name).In(fault.Place{Field: "uploads", Value: id})
		}
		files = append(files, File{Name: u.Name, SHA256: u.SHA256, Size: u.Size})
	}
	for _, k := range d.Kept {
		n, err := tx.Submission(own, k.Submission)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(n.Files, func(f File) bool { return f.Name == k.Name })
		if i < 0 {
			return nil, errMissing()
		}
		f := n.Files[i]
		f.Rows = 0
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, checkFiles(files)
}

// errMissing is told of what is not there, or is another's.
func errMissing() error {
	return fault.New(fault.NotFound, "reporting.not_found", "没有这次报送或这个文件", "there is no such submission or file")
}

// supersede makes n the next version. It returns what n would only repeat, and
// puts an end to a version that is still under way.
func (s *Service) supersede(tx Tx, n *Submission) (same *Submission, err error) {
	versions, err := tx.Versions(n.Key())
	if err != nil {
		return nil, err
	}
	for i := range versions {
		if v := &versions[i]; v.FilesKey == n.FilesKey && (v.Current || v.State.Open()) {
			return v, nil
		}
	}
	for i := range versions {
		v := &versions[i]
		n.Version = max(n.Version, v.Version+1)
		if from := v.State; from.Open() {
			v.State, v.DecidedAt, v.DecidedBy, v.DecidedName = Replaced, n.At, n.By, n.ByName
			if err := tx.PutSubmission(v, from); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// needRegisters refuses what cannot be checked because the office keeps no register
// of institutions yet.
func needRegisters(tx Tx, n *Submission) error {
	if n.Office {
		return nil
	}
	office, err := offices(tx)
	if err != nil {
		return err
	}
	current, err := tx.Current(office)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(current, func(s Submission) bool { return s.Set == Registers }) {
		return fault.New(fault.Conflict, "reporting.no_registers", "市金融工作中心尚未报送机构名录，暂时无法检查，请与其联系", "the finance office has not handed in the register of institutions yet")
	}
	return nil
}

// Confirm accepts a submission with warnings. When something it was checked
// together with has changed since, it is checked again instead.
//
// Errors: reporting.not_found, reporting.state, reporting.note.
func (s *Service) Confirm(ctx context.Context, c access.Caller, scope access.Scope, id, note string) (*Submission, error) {
	note, err := checkNote(note)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	n, err := s.Submission(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	n.Note, n.DecidedBy, n.DecidedName = note, c.Account, c.Name
	if err := s.prepare(n, now); err != nil {
		return nil, err
	}
	var kept *Submission
	err = s.Store.Write(ctx, func(tx Tx) error {
		has, err := tx.Submission(scope, id)
		if err != nil {
			return err
		}
		if has.State != Confirming {
			return errState(has)
		}
		basis, err := basisOf(tx, has)
		if err != nil {
			return err
		}
		if basis.key != has.Basis || has.Basis != n.Basis {
			has.State, kept = Received, has
			if err := tx.PutSubmission(has, Confirming); err != nil {
				return err
			}
			return s.ask(tx, has)
		}
		kept = n
		return s.accept(tx, c, n, Confirming)
	})
	return kept, err
}

// prepare makes n what it is once accepted at now, receipt included.
func (s *Service) prepare(n *Submission, now civil.Instant) error {
	n.State, n.DecidedAt, n.AcceptedAt = Accepted, now, now
	return give(n, s.Signer)
}

// accept keeps n, which has been prepared.
func (s *Service) accept(tx Tx, c access.Caller, n *Submission, from State) error {
	if err := tx.PutSubmission(n, from); err != nil {
		return err
	}
	n.Current = true // at most one version is under way, and it is the latest
	return s.note(tx, c, n, "submission.accept", "submission.accepted", map[string]string{"note": n.Note})
}

func errState(n *Submission) error {
	return fault.Newf(fault.Conflict, "reporting.state", "该报送%s，不能这样办理", "the submission is in another state (%s)", n.State.Zh())
}

// checkNote returns a note without the space around it.
//
// Errors: reporting.note.
func checkNote(note string) (string, error) {
	note = strings.TrimSpace(note)
	if n := utf8.RuneCountInString(note); n == 0 || n > maxNote {
		return "", fault.Invalidf("reporting.note", "请写明说明（1至%d个字）", "give a note of 1 to %d characters", maxNote).In(fault.Place{Field: "note"})
	}
	return note, nil
}

// Withdraw takes a submission back, with the reason. The version accepted before
// it, if any, is current again. What a settlement was computed from stays.
//
// Errors: reporting.not_found, reporting.state, reporting.frozen, reporting.note.
func (s *Service) Withdraw(ctx context.Context, c access.Caller, scope access.Scope, id, note string) (*Submission, error) {
	note, err := checkNote(note)
	if err != nil {
		return nil, err
	}
	var n *Submission
	err = s.Store.Write(ctx, func(tx Tx) error {
		if n, err = tx.Submission(scope, id); err != nil {
			return err
		}
		if n.Frozen {
			return fault.New(fault.Conflict, "reporting.frozen", "该报送已用于结算，不能撤回；如有错误，请报送新版本", "a settlement was computed from it; hand in a new version instead")
		}
		from := n.State
		if from != Accepted && !from.Open() {
			return errState(n)
		}
		n.State, n.DecidedAt, n.DecidedBy, n.DecidedName, n.Note = Withdrawn, s.Now(), c.Account, c.Name, note
		if err := tx.PutSubmission(n, from); err != nil {
			return err
		}
		n.Current = false
		return s.note(tx, c, n, "submission.withdraw", "submission.withdrawn", map[string]string{"note": note})
	})
	return n, err
}

// Submission returns one submission. Errors: reporting.not_found.
func (s *Service) Submission(ctx context.Context, scope access.Scope, id string) (n *Submission, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		n, err = tx.Submission(scope, id)
		return err
	})
	return n, err
}

// Submissions returns a part of the list, the latest first, and how many there are.
func (s *Service) Submissions(ctx context.Context, scope access.Scope, q Query) (list []Submission, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Submissions(scope, q)
		return err
	})
	return list, total, err
}

// Receipt returns the receipt of what was accepted.
//
// Errors: reporting.not_found, reporting.no_receipt.
func (s *Service) Receipt(ctx context.Context, scope access.Scope, id string) (*GivenReceipt, error) {
	n, err := s.Submission(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	if n.Receipt == "" {
		return nil, fault.New(fault.Conflict, "reporting.no_receipt", "该报送未被接收，没有回执", "it was not accepted, so there is no receipt")
	}
	return given(n)
}
