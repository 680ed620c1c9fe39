package access

import (
	"context"

	"changrong/internal/base/fault"
)

// Holds tells whether the session with this secret still holds, without taking it
// for a sign of life: a page that is only open keeps nobody signed in.
func (s *Service) Holds(ctx context.Context, secret string) (holds bool, err error) {
	now := s.Now()
	err = s.Store.Read(ctx, func(tx Tx) error {
		session, err := tx.SessionByHash(s.Digest(secret))
		if err != nil {
			return err
		}
		a, err := tx.Account(session.Account)
		holds = err == nil && session.Live(now) && !a.Suspended && (s.Demo || !a.Demo)
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return holds, err
}
