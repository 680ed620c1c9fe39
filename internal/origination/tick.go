package origination

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
)

// piece is how much the clock does in one transaction.
const piece = 100

// Tick does what the clock does: an offer that is over ends its referral, and an
// application at which no bank works lapses. It returns how much it did. It is to be
// called now and then.
func (s *Service) Tick(ctx context.Context) (done int, err error) {
	for {
		n := 0
		err := s.Store.Write(ctx, func(tx Tx) error {
			n, err = s.tick(tx)
			return err
		})
		done += n
		if err != nil || n < piece {
			return done, err
		}
	}
}

func (s *Service) tick(tx Tx) (n int, err error) {
	now := s.Now()
	over, _, err := tx.Referrals(ReferralFilter{Expired: now, Oldest: true, Limit: piece}, access.Scope{All: true})
	if err != nil {
		return 0, err
	}
	for i := range over {
		r := &over[i]
		if err := s.end(tx, r, EndedLapsed); err != nil {
			return n, err
		}
		a, err := tx.Application(r.Application, access.Scope{All: true})
		if err != nil {
			return n, err
		}
		a.Moved = now
		if err := tx.PutApplication(a); err != nil {
			return n, err
		}
		n++
	}
	if n == piece {
		return n, nil
	}
	rules, err := rulesOf(tx)
	if err != nil {
		return n, err
	}
	idle, _, err := tx.Applications(ApplicationFilter{States: []State{Submitted}, Idle: now - civil.Instant(rules.Idle)*civil.Day, Oldest: true, Limit: piece - n}, access.Scope{All: true})
	if err != nil {
		return n, err
	}
	for i := range idle {
		if err := s.close(tx, &idle[i], Lapsed, EndedLapsed); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Sweep forgets whom to call of applications that came to nothing.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.Write(ctx, func(tx Tx) error { return tx.ForgetContacts(s.Now() - contactKept) })
}
