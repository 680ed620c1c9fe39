package access

import (
	"context"

	"changrong/internal/base/fault"
)

// Sessions returns the sessions of an account that still hold, the last used first.
func (s *Service) Sessions(ctx context.Context, account string) (live []Session, err error) {
	now := s.Now()
	err = s.Store.Read(ctx, func(tx Tx) error {
		if _, err := tx.Account(account); err != nil {
			return err
		}
		kept, err := tx.Sessions(account)
		live = []Session{}
		for _, x := range kept {
			if x.Live(now) {
				live = append(live, x)
			}
		}
		return err
	})
	return live, err
}

// EndSession ends one session of an account; with id "" all of them but the
// caller's own.
//
// Errors: access.not_found.
func (s *Service) EndSession(ctx context.Context, c Caller, account, id string) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		if id == "" {
			if err := tx.EndSessions(account, c.session()); err != nil {
				return err
			}
			return tx.Audit(c.Entry(s.Now(), "session.end", account, map[string]string{"which": "all"}))
		}
		session, err := tx.Session(id)
		if err == nil && session.Account != account {
			err = fault.Of(notFound())
		}
		if err != nil {
			return err
		}
		if err := tx.EndSession(id); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "session.end", account, nil))
	})
}
