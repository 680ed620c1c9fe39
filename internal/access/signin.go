package access

import (
	"context"

	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// wrong is the one answer to a login that is not there, a password that is not
// right and an account that may not sign in: who guesses learns nothing.
func wrong() *fault.Error {
	return fault.New(fault.Forbidden, "access.wrong_password", "登录名或密码不正确，或账号暂不可用", "wrong login or password, or the account cannot be used now")
}

// SignIn begins a session with a password and returns the secret of it, for the
// browser to keep. The session waits for a code when the account has a second factor.
//
// Errors: access.wrong_password, access.locked.
func (s *Service) SignIn(ctx context.Context, c Caller, login, password string) (*Session, string, error) {
	now := s.Now()
	a, err := s.candidate(ctx, login)
	if err != nil {
		return nil, "", err
	}
	if a != nil && now < a.LockedTil {
		return nil, "", s.refuse(ctx, c, now, a, locked(a.LockedTil))
	}
	right, err := s.matches(a, password)
	if err != nil {
		return nil, "", err
	}
	if !right {
		return nil, "", s.fail(ctx, c, now, a, wrong())
	}
	return s.open(ctx, c, now, a)
}

func locked(til civil.Instant) *fault.Error {
	return fault.Newf(fault.Forbidden, "access.locked", "连续失败次数过多，账号锁定至%s", "too many failures; the account is locked until %s", til)
}

// candidate returns the account that login names, nil when there is none that may
// sign in with a password.
func (s *Service) candidate(ctx context.Context, login string) (a *Account, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		a, err = tx.AccountByLogin(login)
		return err
	})
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case a.Suspended || a.Password == "" || a.Demo && !s.Demo:
		return nil, nil
	}
	return a, nil
}

// matches takes as long for an account that is not there as for one that is.
func (s *Service) matches(a *Account, password string) (bool, error) {
	if len(password) > maxPassword {
		return false, nil
	}
	if a == nil {
		_, err := s.Hasher.Hash(password)
		return false, err
	}
	return s.Hasher.Matches(a.Password, password)
}

// fail counts a failure against a, and returns why.
func (s *Service) fail(ctx context.Context, c Caller, now civil.Instant, a *Account, why *fault.Error) error {
	err := s.Store.Write(ctx, func(tx Tx) error {
		object := ""
		if a != nil {
			object = a.ID
			b, err := tx.Account(a.ID)
			if err != nil {
				return err
			}
			b.Failures++
			b.LockedTil = 0
			if d := Lockout(b.Failures); d > 0 {
				b.LockedTil = now + d
			}
			if err := tx.PutSignIn(b); err != nil {
				return err
			}
		}
		e := c.Entry(now, "account.sign_in", object, map[string]string{"code": why.Code})
		e.Outcome = audit.Refused
		return tx.Audit(e)
	})
	if err != nil {
		return err
	}
	return why
}

// refuse notes that a was not let in, without counting a failure.
func (s *Service) refuse(ctx context.Context, c Caller, now civil.Instant, a *Account, why *fault.Error) error {
	err := s.Store.Write(ctx, func(tx Tx) error {
		e := c.Entry(now, "account.sign_in", a.ID, map[string]string{"code": why.Code})
		e.Outcome = audit.Refused
		return tx.Audit(e)
	})
	if err != nil {
		return err
	}
	return why
}

// open begins a session of a, whose password was right.
func (s *Service) open(ctx context.Context, c Caller, now civil.Instant, a *Account) (*Session, string, error) {
	secret := s.Secret()
	session := &Session{
		ID: s.NewID(), Hash: s.Digest(secret), Account: a.ID, Stage: SignedIn,
		Started: now, LastSeen: now, Agent: c.Agent, Address: c.Address,
	}
	if a.TOTP != nil {
		session.Stage = AwaitsCode
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		b, err := tx.Account(a.ID)
		if err != nil {
			return err
		}
		if session.Stage == SignedIn { // else the code decides
			b.Failures, b.LockedTil = 0, 0
			if err := tx.PutSignIn(b); err != nil {
				return err
			}
		}
		if err := tx.PutSession(session); err != nil {
			return err
		}
		e := c.Entry(now, "account.sign_in", a.ID, map[string]string{"stage": string(session.Stage)})
		e.Account, e.Name, e.Org = b.ID, b.Name, b.Org
		return tx.Audit(e)
	})
	if err != nil {
		return nil, "", err
	}
	return session, secret, nil
}

// Resume returns who calls with the secret of a session.
//
// Errors: access.sign_in.
func (s *Service) Resume(ctx context.Context, secret string) (*Principal, *Session, error) {
	now := s.Now()
	var p *Principal
	var session *Session
	err := s.Store.Read(ctx, func(tx Tx) error {
		var err error
		if session, err = tx.SessionByHash(s.Digest(secret)); err != nil {
			return err
		}
		a, err := tx.Account(session.Account)
		if err != nil {
			return err
		}
		if !session.Live(now) || a.Suspended || a.Demo && !s.Demo {
			return fault.New(fault.NotFound, "access.not_found", "会话已结束", "the session has ended")
		}
		org, err := tx.Org(a.Org)
		if err != nil {
			return err
		}
		p = &Principal{Account: a.ID, Name: a.Name, Org: a.Org, OrgKind: org.Kind, Roles: a.Roles, Session: session.ID}
		return nil
	})
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil, fault.New(fault.Forbidden, "access.sign_in", "请先登录", "sign in first")
	}
	if err != nil {
		return nil, nil, err
	}
	if now-session.LastSeen > civil.Minute { // a write for each request would be too many
		err = s.Store.Write(ctx, func(tx Tx) error { return tx.TouchSession(session.ID, now) })
	}
	return p, session, err
}

// SignOut ends the caller's session.
func (s *Service) SignOut(ctx context.Context, c Caller) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.EndSession(c.Session); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "account.sign_out", c.Account, nil))
	})
}
