package registry

import (
	"context"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/mask"
	"changrong/internal/base/uscc"
	"changrong/internal/party"
)

// LoadJob is the kind of job that takes a file in.
const LoadJob = "registry.load"

// Closed is the kind of event that tells that a firm was closed, or its licence
// revoked; its subject is the credit code.
const Closed = "firm.closed"

// Service keeps the registry.
type Service struct {
	Store  Store
	Sealer Sealer
	Files  Files
	Now    func() civil.Instant
	NewID  func() string
}

func notFound() *fault.Error {
	return fault.New(fault.NotFound, "registry.not_found", "企业登记库中没有这家企业", "the registry of firms does not have it")
}

// place is where the name of a firm's legal representative is sealed.
func place(code string) string { return "firms/person/" + code }

// Search says which firms are looked for.
type Search struct {
	Text          string // the beginning of a credit code, of a name, or of a name without its place
	Status        string
	Limit, Offset int
}

// Firms returns the firms within scope, those whose name or code begins with a text,
// by name without the place, and how many there are; 1,001 are more than 1,000. An
// organisation's own scope has its own firm alone.
func (s *Service) Firms(ctx context.Context, scope access.Scope, q Search) (firms []party.Firm, total int, err error) {
	firms = []party.Firm{}
	if !scope.All {
		f, err := s.own(ctx, scope)
		if err != nil || f == nil {
			return firms, 0, err
		}
		if !strings.HasPrefix(f.USCC, uscc.Normalize(q.Text)) && !strings.HasPrefix(f.Name, q.Text) || q.Status != "" && q.Status != f.Status || q.Offset > 0 {
			return firms, 0, nil
		}
		return append(firms, *f), 1, nil
	}
	var kept []Kept
	err = s.Store.Read(ctx, func(tx Tx) error {
		kept, total, err = tx.Firms(filterOf(q))
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	for i := range kept {
		if err := s.unseal(&kept[i]); err != nil {
			return nil, 0, err
		}
		firms = append(firms, kept[i].Firm)
	}
	return firms, total, nil
}

// filterOf says what a text looks for: codes where it can be the beginning of one.
func filterOf(q Search) Filter {
	f := Filter{Status: q.Status, Count: counted, Limit: q.Limit, Offset: q.Offset}
	text := strings.TrimSpace(q.Text)
	code := uscc.Normalize(text)
	if len(code) >= 2 && len(code) <= uscc.Length && code[0] >= '0' && code[0] <= '9' && !strings.ContainsFunc(code, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) {
		f.Code = code
		return f
	}
	f.Core = party.Core(text)
	if f.Core != text {
		f.Name = text
	}
	return f
}

// own returns the firm of an organisation, nil where the registry has none.
func (s *Service) own(ctx context.Context, scope access.Scope) (*party.Firm, error) {
	var kept *Kept
	err := s.Store.Read(ctx, func(tx Tx) error {
		o, err := tx.Org(scope.Org)
		if err != nil || o.Kind != access.EnterpriseOrg {
			return err
		}
		kept, err = tx.Firm(o.USCC)
		return err
	})
	if fault.KindOf(err) == fault.NotFound || err == nil && kept == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &kept.Firm, s.unseal(kept)
}

// Firm returns one firm within scope, by its whole code.
//
// Errors: registry.not_found.
func (s *Service) Firm(ctx context.Context, scope access.Scope, code string) (*party.Firm, error) {
	if !scope.All {
		f, err := s.own(ctx, scope)
		if err != nil {
			return nil, err
		}
		if f == nil || f.USCC != code {
			return nil, notFound()
		}
		return f, nil
	}
	var kept *Kept
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		kept, err = tx.Firm(code)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &kept.Firm, s.unseal(kept)
}

func (s *Service) unseal(k *Kept) error {
	if k.Sealed == nil {
		return nil
	}
	name, err := s.Sealer.Open(k.Sealed, place(k.USCC))
	k.Person = mask.Name(name)
	return err
}

// mine tells whether an organisation may hand in the registry: the department whose it
// is, and the office.
func mine(tx Tx, c access.Caller) error {
	if c.OrgKind != access.DepartmentOrg {
		return nil // as its role may
	}
	org, err := tx.Seated(keeper)
	if err == nil && org != c.Org {
		err = fault.New(fault.Forbidden, "registry.keeper", "企业登记库由市场监督管理部门提供；本机构如果是该部门，请金融工作中心在“数据目录”中指定",
			"the registry is the market regulation department's; if that is this organisation, the office says so in the catalogue")
	}
	return err
}

// Begin asks for a file to be taken in, as of a day.
//
// Errors: registry.as_of, registry.source, registry.file, registry.keeper.
func (s *Service) Begin(ctx context.Context, c access.Caller, f File, asOf civil.Date, source string) (*Import, error) {
	now := s.Now()
	m := &Import{
		ID: s.NewID(), File: f, Org: c.Org, By: c.Account, ByName: c.Principal.Name, At: now, AsOf: asOf, Source: strings.TrimSpace(source),
		State: Waiting, Findings: []Finding{}, Version: 1,
	}
	if err := m.check(now.Date()); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if err := mine(tx, c); err != nil {
			return err
		}
		if err := tx.AddImport(m); err != nil {
			return err
		}
		if err := tx.Enqueue(event.Job{ID: s.NewID(), Kind: LoadJob, Key: m.ID, Org: m.Org, Payload: m.ID, At: now}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "registry.import", m.ID, map[string]string{"file": m.Name, "sha256": m.SHA256, "as_of": m.AsOf.String()}))
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// Import returns one import within scope. Errors: registry.not_found.
func (s *Service) Import(ctx context.Context, scope access.Scope, id string) (m *Import, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		m, err = tx.Import(id, scope)
		return err
	})
	return m, err
}

// Imports returns the imports within scope, the latest first, and how many there are.
func (s *Service) Imports(ctx context.Context, scope access.Scope, limit, offset int) (list []Import, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Imports(scope, limit, offset)
		return err
	})
	return list, total, err
}
