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

func locked(til civil.Instant) *fault.Error {
	return fault.Newf(fault.Forbidden, "access.locked", "连续失败次数过多，账号锁定至%s", "too many failures; the account is locked until %s", til)
}

// SignIn begins a session with a password and returns the secret of it, for the
// browser to keep. Where more than the password is due the session waits for it
// (Stage). A session that the browser held before ends.
//
// Errors: access.wrong_password, access.locked, access.too_many.
func (s *Service) SignIn(ctx context.Context, c Caller, login, password string) (*Session, string, error) {
	now := s.Now()
	if err := s.throttle.enter(c.Address, now); err != nil {
		return nil, "", err
	}
	a, err := s.candidate(ctx, login)
	if err != nil {
		return nil, "", err
	}
	til := s.throttle.unknown(login, now)
	if a != nil {
		til = a.lockedTil(now)
	}
	if now < til {
		return nil, "", s.refuse(ctx, c, now, a, locked(til))
	}
	right, err := s.matches(a, password)
	if err != nil {
		return nil, "", err
	}
	if !right || a.MustChange && now >= a.PasswordAt+oneTimeLasts {
		if a == nil {
			s.throttle.failUnknown(login, now)
		}
		return nil, "", s.fail(ctx, c, now, a, wrong())
	}
	session, secret, err := s.open(ctx, c, now, a, ViaPassword)
	if err == nil {
		s.throttle.leave(c.Address)
	}
	return session, secret, err
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
	case a.Password == "" || !a.usable(s.Demo):
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
		if a == nil {
			return tx.Audit(refusal(c, now, "account.sign_in", "", why))
		}
		b, err := tx.Account(a.ID)
		if err != nil {
			return err
		}
		b.fail(now)
		if err := tx.PutCredentials(b); err != nil {
			return err
		}
		return tx.Audit(refusal(c, now, "account.sign_in", a.ID, why))
	})
	if err != nil {
		return err
	}
	return why
}

// refuse notes that somebody was not let in, without counting a failure.
func (s *Service) refuse(ctx context.Context, c Caller, now civil.Instant, a *Account, why *fault.Error) error {
	object := ""
	if a != nil {
		object = a.ID
	}
	if err := s.Store.Write(ctx, func(tx Tx) error { return tx.Audit(refusal(c, now, "account.sign_in", object, why)) }); err != nil {
		return err
	}
	return why
}

func refusal(c Caller, now civil.Instant, action, object string, why *fault.Error) audit.Entry {
	e := c.Entry(now, action, object, map[string]string{"code": why.Code})
	e.Outcome = audit.Refused
	return e
}

// open begins a session of a, who came in via.
func (s *Service) open(ctx context.Context, c Caller, now civil.Instant, a *Account, via string) (*Session, string, error) {
	secret := s.Secret()
	session := &Session{
		ID: s.NewID(), Hash: s.Digest(secret), Account: a.ID, Via: via,
		Started: now, LastSeen: now, Agent: c.Agent, Address: c.Address,
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		b, err := tx.Account(a.ID)
		if err != nil {
			return err
		}
		switch { // while the password was being looked at
		case b.lockedTil(now) > 0:
			return locked(b.LockedTil)
		case b.Password != a.Password, !b.usable(s.Demo):
			return wrong()
		}
		session.Stage = s.stage(b, via, false, now)
		if session.Stage != AwaitsCode { // else the code decides
			b.Failures, b.LockedTil = 0, 0
			if err := tx.PutCredentials(b); err != nil {
				return err
			}
		}
		if err := tx.EndSession(c.session()); err != nil {
			return err
		}
		if err := tx.DropSessions(now - civil.Day); err != nil {
			return err
		}
		if err := tx.PutSession(session); err != nil {
			return err
		}
		e := c.Entry(now, "account.sign_in", a.ID, map[string]string{"stage": string(session.Stage), "via": via})
		e.Account, e.Name, e.Org = b.ID, b.Name, b.Org
		return tx.Audit(e)
	})
	if err != nil {
		return nil, "", err
	}
	return session, secret, nil
}

// GiveCode takes the caller's second factor, or one of his recovery codes, and
// returns the secret of the session that goes on from there. A code is good once,
// and a wrong one is a failure to sign in.
//
// Errors: access.wrong_code, access.locked, access.stage, access.too_many.
func (s *Service) GiveCode(ctx context.Context, c Caller, code string) (string, error) {
	now, next, secret := s.Now(), s.NewID(), s.Secret()
	if err := s.throttle.enter(c.Address, now); err != nil {
		return "", err
	}
	var why *fault.Error
	err := s.Store.Write(ctx, func(tx Tx) error {
		why = nil
		session, a, err := s.at(tx, c, AwaitsCode)
		if err != nil {
			return err
		}
		var used string
		if used, why, err = s.tryCode(tx, c, a, code, "account.code", now); err != nil || why != nil {
			return err
		}
		a.Failures, a.LockedTil = 0, 0
		if err := tx.PutCredentials(a); err != nil {
			return err
		}
		stage := s.stage(a, session.Via, true, now)
		if err := s.rise(tx, session, next, secret, stage, now); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "account.code", a.ID, map[string]string{"stage": string(stage), "by": used}))
	})
	if err == nil && why != nil {
		return "", why
	}
	s.throttle.leave(c.Address) // no guess, or a right one
	return secret, err
}

func wrongCode() *fault.Error {
	return fault.New(fault.Forbidden, "access.wrong_code", "动态口令不正确或已使用过，请等下一个口令再试", "the code is wrong or has been used; wait for the next one").In(fault.Place{Field: "code"})
}

// at returns the caller's session, which must be at one of these stages, and the
// account, as they are within tx.
//
// Errors: access.stage, access.sign_in.
func (s *Service) at(tx Tx, c Caller, stages ...Stage) (*Session, *Account, error) {
	session, err := tx.Session(c.session())
	if fault.KindOf(err) == fault.NotFound { // there is none, or it ended meanwhile
		return nil, nil, signInFirst()
	}
	if err != nil {
		return nil, nil, err
	}
	for _, stage := range stages {
		if session.Stage == stage {
			a, err := tx.Account(session.Account)
			return session, a, err
		}
	}
	return nil, nil, fault.New(fault.Conflict, "access.stage", "当前登录步骤不能这样做，请刷新页面", "not at this step of signing in; read the session again")
}

func signInFirst() error {
	return fault.New(fault.Forbidden, "access.sign_in", "请先登录", "sign in first")
}

// rise replaces session by one with another id and another secret: what somebody
// learned of the session before is worth nothing for what it may do from now on.
func (s *Service) rise(tx Tx, session *Session, id, secret string, stage Stage, now civil.Instant) error {
	if err := tx.EndSession(session.ID); err != nil {
		return err
	}
	next := *session
	next.ID, next.Hash, next.Stage, next.LastSeen = id, s.Digest(secret), stage, now
	return tx.PutSession(&next)
}

// Resume returns who calls with the secret of a session.
//
// Errors: access.sign_in.
func (s *Service) Resume(ctx context.Context, secret string) (*Principal, *Session, error) {
	now := s.Now()
	var p *Principal
	var session *Session
	err := s.Store.Glance(ctx, func(tx Tx) error {
		b, err := tx.Bearer(s.Digest(secret))
		if err != nil {
			return err
		}
		a := &b.Account
		session = &b.Session
		if !session.Live(now) || !a.usable(s.Demo) {
			return notFound()
		}
		p = &Principal{Account: a.ID, Name: a.Name, Org: a.Org, OrgKind: b.Kind, Roles: a.Roles, Session: session.ID}
		return nil
	})
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil, signInFirst()
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
		if err := tx.EndSession(c.session()); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "account.sign_out", c.Account, nil))
	})
}
