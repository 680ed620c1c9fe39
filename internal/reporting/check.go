package reporting

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// basis is what a submission is checked together with.
type basis struct {
	parts []SnapshotPart // itself included
	own   int
	items []string
	key   string
	gap   Period // a month before it that has to come first; "" none
}

// basisOf returns what n is checked together with: what is current of the same
// organisation, but for what n would replace, and the office's registers.
func basisOf(tx Tx, n *Submission) (*basis, error) {
	orgs := []string{n.Org}
	if !n.Office {
		office, err := offices(tx)
		if err != nil {
			return nil, err
		}
		orgs = append(orgs, office...)
	}
	current, err := tx.Current(orgs)
	if err != nil {
		return nil, err
	}
	_, last, err := n.Period.Months()
	if err != nil {
		return nil, err
	}
	current = slices.DeleteFunc(current, func(s Submission) bool { return s.Key() == n.Key() || s.ID == n.ID })
	b := &basis{}
	for _, s := range Select(current, 0, max(last, newest(current))) {
		b.parts = append(b.parts, s.Part())
	}
	if b.gap, err = gapBefore(current, n); err != nil {
		return nil, err
	}
	b.parts = append(b.parts, n.Part())
	key := Arrange(b.parts)
	b.own = slices.IndexFunc(b.parts, func(p SnapshotPart) bool { return p.Submission == n.ID })
	obligations, err := tx.Obligations()
	if err != nil {
		return nil, err
	}
	org, err := tx.Org(n.Org)
	if err != nil {
		return nil, err
	}
	for i := range obligations {
		o := &obligations[i]
		if o.owedBy(org) && o.Set == n.Set && o.Yearly == n.Period.Yearly() && o.covers(n.Period) {
			b.items = append(b.items, o.Items...)
		}
	}
	slices.Sort(b.items)
	b.items = slices.Compact(b.items)
	h := sha256.New()
	for _, x := range append([]string{key, string(b.gap)}, b.items...) {
		h.Write([]byte(x + "\n"))
	}
	b.key = hex.EncodeToString(h.Sum(nil))
	return b, nil
}

// offices returns the ids of the finance office's organisations.
func offices(tx Tx) ([]string, error) {
	orgs, err := tx.Orgs(access.Scope{All: true})
	ids := []string{}
	for i := range orgs {
		if orgs[i].Kind == access.OfficeOrg {
			ids = append(ids, orgs[i].ID)
		}
	}
	return ids, err
}

// newest returns the last month of what a bank handed in.
func newest(current []Submission) (m civil.Month) {
	for i := range current {
		if _, last, err := current[i].Period.Months(); err == nil && !current[i].Office {
			m = max(m, last)
		}
	}
	return m
}

// gapBefore returns the month that has to be handed in before n: flows of a month
// that is missing would show as differences in every month after it.
func gapBefore(current []Submission, n *Submission) (Period, error) {
	first, _, err := n.Period.Months()
	if err != nil || n.Set != Lending {
		return "", err
	}
	before, there := civil.Month(0), map[civil.Month]bool{}
	for i := range current {
		s := &current[i]
		if s.Set != Lending || s.Office {
			continue
		}
		a, b, err := s.Period.Months()
		if err != nil {
			return "", err
		}
		for m := a; m <= b; m++ {
			there[m] = true
			if m < first {
				before = max(before, m)
			}
		}
	}
	if before != 0 && before+1 < first {
		return Period((before + 1).String()), nil
	}
	return "", nil
}

// covers tells whether o is owed for p.
func (o *Obligation) covers(p Period) bool {
	first, last, err := p.Months()
	if err != nil {
		return false
	}
	from, _, err := o.From.Months()
	if err != nil || last < from {
		return false
	}
	if o.Until == "" {
		return true
	}
	_, until, err := o.Until.Months()
	return err == nil && first <= until
}

// Check is the handler of CheckJob: it checks a submission, and rejects it, accepts
// it, or lets it wait for confirmation. Doing it again changes nothing.
func (s *Service) Check(ctx context.Context, j event.Job, progress Progress) error {
	var id string
	if err := json.Unmarshal([]byte(j.Payload), &id); err != nil {
		return err
	}
	var n *Submission
	var b *basis
	err := s.Store.Write(ctx, func(tx Tx) (err error) {
		b = nil
		if n, err = tx.Submission(access.Scope{All: true}, id); err != nil {
			return err
		}
		if n.State != Received && n.State != Checking {
			return nil // done, replaced or withdrawn
		}
		if b, err = basisOf(tx, n); err != nil {
			return err
		}
		from := n.State
		n.State = Checking
		return tx.PutSubmission(n, from)
	})
	if err != nil || b == nil {
		return err
	}
	out, err := s.look(ctx, b, progress)
	if err != nil {
		return err
	}
	if err := s.apply(ctx, n, b, out); err != nil {
		return err
	}
	return s.settle(ctx, n)
}

// look checks n; what makes no sense to check is a finding at once.
func (s *Service) look(ctx context.Context, b *basis, progress Progress) (*Outcome, error) {
	if b.gap != "" {
		f := Finding{
			Severity: SeverityError, Code: "reporting.month_before", Value: string(b.gap),
			Zh: "请先报送" + b.gap.Zh() + "：缺少中间的月份，以后各月的发生额与余额无法核对", En: "hand in " + string(b.gap) + " first: without it the flows of later months do not explain the balances",
		}
		return &Outcome{Findings: []Finding{f}, Counts: []Count{{f.Code, f.Severity, 1, 1}}, Errors: 1, Files: b.parts[b.own].Files}, nil
	}
	return s.Checker.Check(ctx, b.parts, b.own, b.items, progress)
}

// apply writes what was found into n.
func (s *Service) apply(ctx context.Context, n *Submission, b *basis, out *Outcome) error {
	var text bytes.Buffer
	if err := WriteFindings(&text, out.Findings); err != nil {
		return err
	}
	ref, err := s.Blobs.Put(ctx, &text)
	if err != nil {
		return err
	}
	n.Report, n.Counts, n.Errors, n.Warnings, n.Basis = ref, out.Counts, out.Errors, out.Warnings, b.key
	n.Files, n.Sums, n.CheckedAt = out.Files, out.Sums, s.Now()
	if n.Counts == nil {
		n.Counts = []Count{}
	}
	if n.Sums == nil {
		n.Sums = []Sum{}
	}
	switch {
	case n.Errors > 0:
		n.State, n.DecidedAt = Rejected, n.CheckedAt
	case n.Warnings > 0:
		n.State = Confirming
	default:
		return s.prepare(n, n.CheckedAt)
	}
	return nil
}

// settle keeps what a check came to, unless n has been replaced meanwhile. When
// what it was checked together with is no longer so, it is checked once more.
func (s *Service) settle(ctx context.Context, n *Submission) error {
	c := access.Caller{}
	return s.Store.Write(ctx, func(tx Tx) error {
		has, err := tx.Submission(access.Scope{All: true}, n.ID)
		if err != nil {
			return err
		}
		if has.State != Checking {
			return nil
		}
		now, err := basisOf(tx, has)
		if err != nil {
			return err
		}
		if now.key != n.Basis {
			has.State = Received
			if err := tx.PutSubmission(has, Checking); err != nil {
				return err
			}
			return s.ask(tx, has)
		}
		counts := map[string]string{"errors": strconv.Itoa(n.Errors), "warnings": strconv.Itoa(n.Warnings)}
		switch n.State {
		case Accepted:
			return s.accept(tx, c, n, Checking)
		case Rejected:
			if err := tx.PutSubmission(n, Checking); err != nil {
				return err
			}
			return s.note(tx, c, n, "submission.reject", "submission.rejected", counts)
		}
		if err := tx.PutSubmission(n, Checking); err != nil {
			return err
		}
		return s.note(tx, c, n, "submission.check", "submission.confirming", counts)
	})
}

// Recheck asks once more for the check of a submission that got stuck.
//
// Errors: reporting.not_found, reporting.state.
func (s *Service) Recheck(ctx context.Context, c access.Caller, scope access.Scope, id string) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		n, err := tx.Submission(scope, id)
		if err != nil {
			return err
		}
		if n.State != Received && n.State != Checking {
			return errState(n)
		}
		if err := s.ask(tx, n); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "submission.recheck", id, nil))
	})
}

// Findings opens the findings of a submission, to be read by Page.
//
// Errors: reporting.not_found, reporting.not_checked.
func (s *Service) Findings(ctx context.Context, scope access.Scope, id string) (*Submission, io.ReadCloser, error) {
	n, err := s.Submission(ctx, scope, id)
	if err != nil {
		return nil, nil, err
	}
	if n.Report.SHA256 == "" {
		return nil, nil, fault.New(fault.Conflict, "reporting.not_checked", "尚未检查完成", "it has not been checked yet")
	}
	r, err := s.Blobs.Open(ctx, n.Report)
	return n, r, err
}

// Open reads one file of a submission.
//
// Errors: reporting.not_found.
func (s *Service) Open(ctx context.Context, scope access.Scope, id, name string) (*File, io.ReadCloser, error) {
	n, err := s.Submission(ctx, scope, id)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(n.Files, func(f File) bool { return f.Name == name })
	if i < 0 {
		return nil, nil, errMissing()
	}
	f := &n.Files[i]
	r, err := s.Blobs.Open(ctx, Ref{SHA256: f.SHA256, Size: f.Size})
	return f, r, err
}
