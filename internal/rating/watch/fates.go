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
	notes, err := s.notes(ctx, month, r, func(string) bool { return true })
	out := make(map[string]Fate, len(notes))
	for firm, of := range notes {
		out[firm] = r.Fate(month, of)
	}
	return out, err
}
