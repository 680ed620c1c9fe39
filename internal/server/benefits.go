package server

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"changrong/internal/access"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
	"changrong/internal/loanbook/through"
	"changrong/internal/origination/benefit"
	"changrong/internal/programme"
	"changrong/internal/reporting"
	"changrong/internal/reporting/match"
	"changrong/internal/settlement/prospect"
)

// Limits of what is told of one firm.
const (
	maxFirmLoans = 500
	maxFirmLines = 500
)

// benefitDatasets are what departments know that policies ask of a firm.
var benefitDatasets = []string{"market.licence", "tax.filing"}

// partBenefits: what policies give a firm.
func (p *Platform) partBenefits(_ context.Context, d *httpapi.Deps) error {
	w := &world{Platform: p, exchange: d.Exchange, checker: &inbox.Checker{Blobs: p.Files, Tmp: p.in(tempFolder)}}
	d.Benefits = &benefit.Service{World: w, Now: p.Now}
	for _, in := range p.Packed.All() {
		d.Benefits.Policies = append(d.Benefits.Policies, benefit.NewPolicy(in.Pack, in.Plan, in.Official))
	}
	return nil
}

// world is what others know that benefits hang on.
type world struct {
	*Platform
	exchange *exchange.Service
	checker  reporting.Checker

	mu    sync.Mutex
	lists map[string]*lists // by the hash of what they were read from
}

// Org implements benefit.World.
func (w *world) Org(ctx context.Context, id string) (o *access.Org, err error) {
	err = w.DB.Read(ctx, func(tx *store.Tx) error {
		o, err = tx.Org(id)
		return err
	})
	return o, err
}

// Registered implements benefit.World.
func (w *world) Registered(ctx context.Context, uscc string) (s *benefit.Said, err error) {
	err = w.DB.Read(ctx, func(tx *store.Tx) error {
		s = nil
		k, err := tx.Firm(uscc)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err == nil {
			s = &benefit.Said{Source: cmp.Or(k.Source, "企业登记库"), AsOf: k.AsOf, Cells: map[string]string{
				"name": k.Name, "kind": k.Kind, "industry": k.Industry, "town": k.Town, "size": k.Size,
			}}
		}
		return err
	})
	return s, err
}

// Loans implements benefit.World.
func (w *world) Loans(ctx context.Context, uscc string, scope civil.Range) (cells prospect.Cells, err error) {
	var own []through.Loan
	err = w.DB.Read(ctx, func(tx *store.Tx) error {
		list, _, err := tx.ThroughLoans(match.Filter{Text: uscc, Until: scope.Last, Limit: maxFirmLoans}, access.Scope{All: true})
		own = own[:0]
		for i := range list {
			if list[i].USCC == uscc {
				list[i].Match.Told = false // what the bank's reports say of it is not read here
				own = append(own, list[i])
			}
		}
		return err
	})
	if err != nil || len(own) == 0 {
		return nil, err
	}
	cells = prospect.Cells{}
	for _, t := range through.Files(own, scope.First.Month()-1, scope.Last.Month()) {
		name := strings.TrimSuffix(t.Name, ".csv")
		rows, err := csv.NewReader(bytes.NewReader(t.Text)).ReadAll()
		if err != nil {
			return nil, err
		}
		for _, r := range rows[1:] {
			row := map[string]string{}
			for i, column := range rows[0] {
				row[column] = r[i]
			}
			cells[name] = append(cells[name], row)
		}
	}
	return cells, nil
}

// Departments implements benefit.World: a firm reads its own, the office to check who
// gets public money.
func (w *world) Departments(ctx context.Context, who access.Caller, uscc string) ([]benefit.Said, []benefit.Unread, error) {
	purpose := exchange.BenefitCheck
	if who.OrgKind != access.EnterpriseOrg {
		purpose = exchange.ClaimCheck
	}
	answer, err := w.exchange.Read(ctx, who, exchange.Ask{Firm: uscc, Purpose: purpose, Datasets: benefitDatasets})
	if err != nil {
		return nil, nil, err
	}
	said, unread := saidBy(answer)
	return said, unread, nil
}

// saidBy is what an answer of departments says of a firm as enterprises have it, and what
// was not to be had. Annual sales are last year's, else those of twelve months.
func saidBy(a *exchange.Answer) (said []benefit.Said, unread []benefit.Unread) {
	for i := range a.Parts {
		p := &a.Parts[i]
		s := benefit.Said{Source: p.Department.Zh, AsOf: p.AsOf, Cells: map[string]string{}}
		switch p.Dataset {
		case "market.licence":
			for _, c := range []string{"name", "kind", "industry", "town"} {
				s.Cells[c] = p.Summary[c]
			}
		case "tax.filing":
			s.Cells["annual_sales"] = cmp.Or(p.Summary["sales_last_year"], p.Summary["sales_12m"])
		default:
			continue
		}
		if !p.Outcome.Gives() {
			u := benefit.Unread{Dataset: p.Dataset, Title: p.Zh, Department: p.Department.Zh, Code: string(p.Outcome), Zh: "部门没有这家企业的数据", En: "the department does not know the firm"}
			if p.Reason != nil {
				u.Code, u.Zh, u.En = p.Reason.Code, p.Reason.Zh, p.Reason.En
			}
			unread = append(unread, u)
			continue
		}
		said = append(said, s)
	}
	return said, unread
}

// Paid implements benefit.World.
func (w *world) Paid(ctx context.Context, uscc string) (out []benefit.Paid, err error) {
	err = w.DB.Read(ctx, func(tx *store.Tx) error {
		out = []benefit.Paid{}
		for _, in := range w.Packed.All() {
			run, err := tx.OfficialRun(in.Pack.ID)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			lines, _, err := tx.RunLines(run.No, programme.Reach{All: true}, programme.Filter{Payee: uscc, Limit: maxFirmLines})
			if err != nil {
				return err
			}
			for _, l := range lines {
				if l.Paid > 0 {
					out = append(out, benefit.Paid{
						Policy: run.Pack, Item: l.Item, Bank: l.Institution, Subject: l.SubjectID, Amount: l.Paid, ConfirmedOn: run.RuledAt.Date(),
					})
				}
			}
		}
		return nil
	})
	return out, err
}

// Told implements benefit.World.
func (w *world) Told(ctx context.Context, who access.Caller, uscc string) error {
	return w.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.Audit(who.Entry(w.Now(), "benefit.read", uscc, nil))
	})
}

// Lists implements benefit.World. They are read once for each state of what the office
// has handed in.
func (w *world) Lists(ctx context.Context, scope civil.Range) (benefit.Lists, error) {
	var parts []reporting.SnapshotPart
	var at civil.Instant
	err := w.DB.Read(ctx, func(tx *store.Tx) error {
		parts = parts[:0]
		current, _, err := tx.Submissions(access.Scope{All: true}, reporting.Query{Set: reporting.Registers, State: reporting.Accepted, OnlyCurrent: true})
		if err != nil {
			return err
		}
		for _, s := range reporting.Select(current, scope.First.Month(), scope.Last.Month()) {
			whole, err := tx.Submission(access.Scope{All: true}, s.ID) // with its files
			if err != nil {
				return err
			}
			parts, at = append(parts, whole.Part()), max(at, s.AcceptedAt)
		}
		return nil
	})
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	hash := reporting.Arrange(parts)
	w.mu.Lock() // the others wait: they would read the same
	defer w.mu.Unlock()
	if l := w.lists[hash]; l != nil {
		return l, nil
	}
	l, err := w.read(ctx, parts)
	if err != nil {
		return nil, err
	}
	l.asOf = at.Date()
	if len(w.lists) >= keptLists {
		clear(w.lists)
	}
	if w.lists == nil {
		w.lists = map[string]*lists{}
	}
	w.lists[hash] = l
	return l, nil
}

// read reads the lists in submissions by way of a folder.
func (w *world) read(ctx context.Context, parts []reporting.SnapshotPart) (*lists, error) {
	if err := os.MkdirAll(w.in(tempFolder), 0o700); err != nil {
		return nil, unwritable(w.in(tempFolder), err)
	}
	dir, err := os.MkdirTemp(w.in(tempFolder), "lists-")
	if err != nil {
		return nil, unwritable(w.in(tempFolder), err)
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "facts")
	found, err := w.checker.Materialise(ctx, parts, out, func(int64, int64, string) {})
	if err != nil {
		return nil, err
	}
	if !found.Written {
		return &lists{}, nil // what was accepted does not fit together any more: nothing is known by it
	}
	return readLists(ctx, out)
}
