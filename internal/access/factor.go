package access

import (
	"context"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Enrolment is what somebody needs to set up a second factor.
type Enrolment struct {
	Link string `json:"link" doc:"otpauth:// link, to be shown as a QR code"`
}

// totpPlace is where a secret of a second factor is sealed to.
func totpPlace(account string) string { return "accounts/totp/" + account }

// Enrol makes a new secret of a second factor for the caller. Nothing is asked of
// it until ConfirmFactor has seen a code of it.
//
// Errors: access.has_factor, access.stage.
func (s *Service) Enrol(ctx context.Context, c Caller) (*Enrolment, error) {
	secret := s.Factor.New()
	var link string
	err := s.Store.Write(ctx, func(tx Tx) error {
		_, a, err := s.at(tx, c, AwaitsFactor, SignedIn)
		if err != nil {
			return err
		}
		if a.TOTP != nil {
			return fault.New(fault.Conflict, "access.has_factor", "已启用动态口令；更换前请先停用", "there is a second factor already; drop it first")
		}
		if a.TOTPNew, err = s.Sealer.Seal(secret, totpPlace(a.ID)); err != nil {
			return err
		}
		link = s.Factor.Link(secret, a.Login)
		if err := tx.PutCredentials(a); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "account.enrol", a.ID, nil))
	})
	if err != nil {
		return nil, err
	}
	return &Enrolment{Link: link}, nil
}

// ConfirmFactor sets the caller's second factor once a code shows that the
// authenticator knows its secret. It ends his other sessions, and returns the
// secret of the session that goes on and the recovery codes, which are shown once.
//
// Errors: access.wrong_code, access.no_enrolment, access.stage, access.too_many.
func (s *Service) ConfirmFactor(ctx context.Context, c Caller, code string) (secret string, recovery []string, err error) {
	now, next, secret := s.Now(), s.NewID(), s.Secret()
	if err := s.throttle.enter(c.Address, now); err != nil {
		return "", nil, err
	}
	for range recoveryCodes {
		recovery = append(recovery, s.OneTime())
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		session, a, err := s.at(tx, c, AwaitsFactor, SignedIn)
		if err != nil {
			return err
		}
		if a.TOTPNew == nil || a.TOTP != nil {
			return fault.New(fault.Conflict, "access.no_enrolment", "请先扫描新的二维码", "begin with a new secret")
		}
		plain, err := s.Sealer.Open(a.TOTPNew, totpPlace(a.ID))
		if err != nil {
			return err
		}
		step, right := s.Factor.Step(plain, code, now)
		if !right {
			return wrongCode()
		}
		a.TOTP, a.TOTPNew, a.TOTPStep = a.TOTPNew, nil, step
		a.Recovery = nil
		for _, r := range recovery {
			a.Recovery = append(a.Recovery, s.Digest(plainCode(r)))
		}
		if err := tx.PutCredentials(a); err != nil {
			return err
		}
		if err := tx.EndSessions(a.ID, session.ID); err != nil {
			return err
		}
		if err := s.rise(tx, session, next, secret, s.stage(a, session.Via, true, now), now); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "account.set_factor", a.ID, nil))
	})
	if fault.CodeOf(err) != "access.wrong_code" {
		s.throttle.leave(c.Address) // no guess, or a right one
	}
	if err != nil {
		return "", nil, err
	}
	return secret, recovery, nil
}

// DropFactor takes the caller's second factor away; it needs a code of it.
//
// Errors: access.wrong_code, access.locked, access.factor_needed, access.stage,
// access.too_many.
func (s *Service) DropFactor(ctx context.Context, c Caller, code string) error {
	now := s.Now()
	if err := s.throttle.enter(c.Address, now); err != nil {
		return err
	}
	var why *fault.Error
	err := s.Store.Write(ctx, func(tx Tx) error {
		why = nil
		session, a, err := s.at(tx, c, SignedIn)
		if err != nil {
			return err
		}
		if s.RequireTOTP && NeedsFactor(a.Roles) {
			return fault.New(fault.Forbidden, "access.factor_needed", "您的角色必须使用动态口令；更换设备请联系安全管理员", "your role needs a second factor; ask the security administrator to reset it")
		}
		if _, why, err = s.tryCode(tx, c, a, code, "account.drop_factor", now); err != nil || why != nil {
			return err
		}
		a.dropFactor()
		if err := tx.PutCredentials(a); err != nil {
			return err
		}
		if err := tx.EndSessions(a.ID, session.ID); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "account.drop_factor", a.ID, nil))
	})
	if err == nil && why != nil {
		return why
	}
	s.throttle.leave(c.Address) // no guess, or a right one
	return err
}

// ResetFactor takes another's second factor away, who has lost it, and ends his
// sessions.
//
// Errors: access.not_found, access.own_account.
func (s *Service) ResetFactor(ctx context.Context, c Caller, id string) error {
	if c.is(id) {
		return fault.New(fault.Forbidden, "access.own_account", "自己的动态口令请凭口令停用，或由另一位安全管理员重置", "nobody resets his own second factor")
	}
	return s.Store.Write(ctx, func(tx Tx) error {
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		a.dropFactor()
		if err := tx.PutCredentials(a); err != nil {
			return err
		}
		if err := tx.EndSessions(id, ""); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "account.reset_factor", id, nil))
	})
}

// dropFactor leaves TOTPStep, so that no code is taken twice.
func (a *Account) dropFactor() { a.TOTP, a.TOTPNew, a.Recovery = nil, nil, nil }

// tryCode takes a code of a's for action. A wrong one is a failure to sign in: it is
// counted, written down, and why says so; used is then "".
func (s *Service) tryCode(tx Tx, c Caller, a *Account, code, action string, now civil.Instant) (used string, why *fault.Error, err error) {
	if a.lockedTil(now) > 0 {
		why = locked(a.LockedTil)
		return "", why, tx.Audit(refusal(c, now, action, a.ID, why))
	}
	used, err = s.takeCode(a, code, now)
	if err != nil || used != "" {
		return used, nil, err
	}
	why = wrongCode()
	a.fail(now)
	if err := tx.PutCredentials(a); err != nil {
		return "", nil, err
	}
	return "", why, tx.Audit(refusal(c, now, action, a.ID, why))
}

// takeCode tells how code is good for a at now, as "totp" or "recovery", and uses
// it up in a; "" when it is not.
func (s *Service) takeCode(a *Account, code string, now civil.Instant) (string, error) {
	if a.TOTP == nil || len(code) > maxCode {
		return "", nil
	}
	secret, err := s.Sealer.Open(a.TOTP, totpPlace(a.ID))
	if err != nil {
		return "", err
	}
	if step, right := s.Factor.Step(secret, strings.TrimSpace(code), now); right && step > a.TOTPStep {
		a.TOTPStep = step
		return "totp", nil
	}
	if i := slices.Index(a.Recovery, s.Digest(plainCode(code))); i >= 0 {
		a.Recovery = slices.Delete(slices.Clone(a.Recovery), i, i+1)
		return "recovery", nil
	}
	return "", nil
}

// plainCode is a recovery code without what people add or leave out.
func plainCode(code string) string {
	return strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(code))
}
