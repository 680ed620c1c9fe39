package exchange

import (
	"cmp"
	"context"
	"slices"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Consents returns consents within scope, the newest first, and how many there are.
func (s *Service) Consents(ctx context.Context, scope access.Scope, f ConsentFilter) (list []Consent, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Consents(f, scope)
		return err
	})
	return list, total, err
}

// Consent returns one consent within scope, with its text.
//
// Errors: exchange.not_found.
func (s *Service) Consent(ctx context.Context, scope access.Scope, id string) (x *Consent, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		x, err = tx.Consent(id, scope)
		return err
	})
	return x, err
}

// Readings returns lines of the log within scope, the newest first, and how many
// there are. Which of a reader's people it was, the reader and who oversees learn.
func (s *Service) Readings(ctx context.Context, scope access.Scope, f ReadingFilter) (list []Reading, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Readings(f, scope)
		return err
	})
	for i := range list {
		if !scope.Covers(list[i].Reader) {
			list[i].Account = ""
		}
	}
	return list, total, err
}

// Uses returns who read what within scope since so many days ago: of a department,
// what it publishes.
func (s *Service) Uses(ctx context.Context, scope access.Scope, since int) (list []Use, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, err = tx.Uses(s.Now()-civil.Instant(since)*civil.Day, scope)
		return err
	})
	return list, err
}

// Quality returns how the rules of quality do within scope: every rule of the
// catalogue that a copy breaks.
func (s *Service) Quality(ctx context.Context, scope access.Scope) (list []Quality, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, err = tx.Quality(scope)
		return err
	})
	return list, err
}

// Seats returns the departments of the catalogue, and which organisations they are.
func (s *Service) Seats(ctx context.Context) (seats []Seat, err error) {
	var have []Seat
	err = s.Store.Read(ctx, func(tx Tx) error {
		have, err = tx.DataDepartments()
		return err
	})
	for _, d := range s.Catalogue.Departments() {
		seat := Seat{Department: d}
		for _, h := range have {
			if h.ID == d.ID {
				seat.Org, seat.OrgName = h.Org, h.OrgName
			}
		}
		seats = append(seats, seat)
	}
	slices.SortFunc(seats, func(a, b Seat) int { return cmp.Compare(a.ID, b.ID) })
	return seats, err
}

// Seat says which organisation a department of the catalogue is; "" none. It then
// sees who uses what it publishes.
//
// Errors: exchange.no_department, access.not_found.
func (s *Service) Seat(ctx context.Context, c access.Caller, department, org string) error {
	if !slices.ContainsFunc(s.Catalogue.Departments(), func(d Department) bool { return d.ID == department }) {
		return fault.New(fault.NotFound, "exchange.no_department", "数据目录中没有这个部门", "the catalogue has no such department")
	}
	return s.Store.Write(ctx, func(tx Tx) error {
		if org != "" {
			o, err := tx.Org(org)
			if err != nil {
				return err
			}
			if o.Kind != access.DepartmentOrg {
				return fault.New(fault.Invalid, "exchange.seat", "只能指定政府部门类机构", "only an organisation of kind department").In(fault.Place{Field: "org"})
			}
		}
		if err := tx.PutDataDepartment(department, org); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "data_department.set", department, map[string]string{"org": org}))
	})
}

// Sweep drops copies that nobody has a right to any more, and what has been kept as
// long as the law asks.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		now := s.Now()
		if err := tx.SweepCopies(now-keepCopies, now); err != nil {
			return err
		}
		return tx.SweepRecords(now - keepRecords)
	})
}
