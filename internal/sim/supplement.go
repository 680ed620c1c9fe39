package sim

import (
	"context"

	"changrong/internal/sim/city"
)

// Columns of the supplement tables that have not all of them.
var (
	loanColumns = []string{"institution_id", "loan_id", "principal", "project_id", "channel"}
	firmColumns = []string{"enterprise_id", "name", "kind", "town", "tech"}
)

// supplement writes what the messages of one bank lack: of every note its
// principal, project and channel; all of a note that is in no stock; the events
// before the first message; and the guarantees and registrations whole, of which
// messages have but the half.
type supplement struct {
	loans *sheet
	clerk clerk // of everything else; its loans are the notes in no stock
}

// newSupplement opens the sheets of one bank in b.
func newSupplement(m *city.Model, b *book) *supplement {
	return &supplement{
		loans: b.sheet("loans", loanColumns...),
		clerk: clerk{
			m: m, loans: b.besides("loans", "silent"), events: b.sheet("loan_events"),
			guarantees: b.sheet("guarantees"), collaterals: b.sheet("collaterals"),
		},
	}
}

// file writes what is lacking of f.
func (s *supplement) file(f *city.Firm, bank int) error {
	for i := range f.Notes {
		t := &f.Notes[i]
		if t.Bank != bank {
			continue
		}
		s.clerk.loan = city.LoanID(s.clerk.loan[:0], f.N, t.Seq)
		if err := s.note(f, t); err != nil {
			return err
		}
		if err := s.clerk.putEvents(f, t, beforeMessages); err != nil {
			return err
		}
		if err := s.clerk.putBacking(f, i); err != nil {
			return err
		}
	}
	return nil
}

func (s *supplement) note(f *city.Firm, t *city.Note) error {
	if !inStock(t) {
		return s.clerk.putLoan(f, t)
	}
	s.loans.text(city.Lenders[t.Bank].ID)
	s.loans.bytes(s.clerk.loan)
	s.loans.fen(t.Principal)
	s.loans.text(t.ProjectID())
	s.loans.text(city.Channels[t.Channel])
	return s.loans.end()
}

// beforeMessages tells whether an event is older than the first message.
func beforeMessages(e *city.Event) bool { return e.On < city.Opening.Month().First() }

// inStock tells whether t is in the stock of any month.
func inStock(t *city.Note) bool {
	for _, b := range t.Balance {
		if b > 0 {
			return true
		}
	}
	return false
}

// isCustomer tells whether f is in the customers of any month of any bank.
func isCustomer(f *city.Firm) bool {
	for i := range f.Notes {
		if inStock(&f.Notes[i]) {
			return true
		}
	}
	return false
}

// firmSupplement writes the towns and technology marks of a chunk's enterprises, and
// all of those that no message speaks of.
func (w *writing) firmSupplement(ctx context.Context, dir string, chunk int) error {
	book := w.supplementBook(dir, partName(0, chunk))
	firms, silent, benefits := book.sheet("enterprises", firmColumns...), book.besides("enterprises", "silent"), book.sheet("benefits")
	var name []byte
	err := w.survey(ctx, chunk, func(f *city.Firm) error {
		name = f.AppendName(name[:0])
		if f.Benefit > 0 {
			if err := putBenefit(benefits, f); err != nil {
				return err
			}
		}
		if !isCustomer(f) {
			return putFirm(silent, f, name)
		}
		firms.text(f.ID)
		firms.bytes(name)
		firms.text(city.Kinds[f.Kind])
		firms.text(city.Towns[f.Town].Code)
		firms.num(int64(f.Tech))
		return firms.end()
	})
	return w.close(book, err)
}
