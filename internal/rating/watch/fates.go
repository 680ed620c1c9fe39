package watch

import (
	"context"

	"changrong/internal/base/civil"
)

// Fates are what became of every firm with a loan, as a model's rule tells it of a month;
// none before it can be told.
func (s *Service) Fates(ctx context.Context, model string, month civil.Month) (map[string]Fate, error) {
	r, err := s.Rule(ctx, model)
	if err != nil || s.Now().Date().Month() < r.matures(month) {
		return nil, err
	}
	notes := map[string][]Note{}
	all := func(string) bool { return true }
	err = s.Loans(ctx, month-1, month+civil.Month(r.Observe), all, func(n *Note) { notes[n.USCC] = append(notes[n.USCC], *n) })
	out := make(map[string]Fate, len(notes))
	for firm, of := range notes {
		out[firm] = r.Fate(month, of)
	}
	return out, err
}
