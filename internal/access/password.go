package access

import (
	"context"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// ChangePassword gives the caller another password for the one he has, ends his
// other sessions, and returns the secret of the session that goes on. A wrong old
// password is a failure to sign in.
//
// Errors: access.wrong_password, access.locked, access.same_password, access.stage,
// access.no_password, access.too_many, those of CheckPassword.
func (s *Service) ChangePassword(ctx context.Context, c Caller, old, password string) (string, error) {
	now, next, secret := s.Now(), s.NewID(), s.Secret()
	var a *Account
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		_, a, err = s.at(tx, c, AwaitsPassword, SignedIn)
		return err
	})
	switch {
	case err != nil:
		return "", err
	case a.Password == "":
		return "", fault.New(fault.Conflict, "access.no_password", "该账号通过外部身份登录，没有密码", "this account signs in elsewhere and has no password")
	case a.lockedTil(now) > 0:
		return "", s.refuse(ctx, c, now, a, locked(a.LockedTil))
	}
	if err := CheckPassword(password, a.Login); err != nil {
		return "", err
	}
	if old == password {
		return "", fault.New(fault.Invalid, "access.same_password", "新密码不能与原密码相同", "the new password is the old one").In(fault.Place{Field: "password"})
	}
	if err := s.throttle.enter(c.Address, now); err != nil {
		return "", err
	}
	right, err := s.matches(a, old)
	if err != nil {
		return "", err
	}
	if !right {
		return "", s.fail(ctx, c, now, a, fault.Of(wrong()).In(fault.Place{Field: "old"}))
	}
	s.throttle.leave(c.Address)
	hash, err := s.Hasher.Hash(password)
	if err != nil {
		return "", err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		session, b, err := s.at(tx, c, AwaitsPassword, SignedIn)
		if err != nil {
			return err
		}
		if b.Password != a.Password {
			return fault.New(fault.Conflict, "store.changed", "他人已修改，请刷新后再试", "somebody changed it meanwhile; read it again")
		}
		b.Password, b.PasswordAt, b.MustChange = hash, now, false
		if err := tx.PutCredentials(b); err != nil {
			return err
		}
		if err := tx.EndSessions(b.ID, session.ID); err != nil {
			return err
		}
		if err := s.rise(tx, session, next, secret, s.stage(b, session.Via, true, now), now); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "account.password", b.ID, nil))
	})
	return secret, err
}

// ResetPassword gives an account a password that is good for signing in once,
// within three days, to choose another, and ends its sessions. It returns the password, which
// is kept nowhere. An administrator who looks after security or the audit log gets
// one from a security administrator only, so that the system administrator cannot
// take their place; everybody else from the system administrator only.
//
// Errors: access.not_found, access.own_account, access.reset_apart.
func (s *Service) ResetPassword(ctx context.Context, c Caller, id string) (string, error) {
	if c.is(id) {
		return "", fault.New(fault.Forbidden, "access.own_account", "修改自己的密码请用“修改密码”", "change one's own password instead")
	}
	return s.reset(ctx, c, id, func(a *Account) error {
		guarded := slices.Contains(a.Roles, SecurityAdmin) || slices.Contains(a.Roles, AuditAdmin)
		if c.Principal == nil || guarded != slices.Contains(c.Roles, SecurityAdmin) {
			return fault.New(fault.Forbidden, "access.reset_apart", "安全管理员、审计管理员的密码由（另一位）安全管理员重置，其他账号由系统管理员重置",
				"a security administrator resets those of security and audit administrators, the system administrator all others")
		}
		return nil
	})
}

// Rescue is ResetPassword for whoever holds the server itself, when nobody is left
// who could: it takes the second factor away and the lock too.
//
// Errors: access.not_found.
func (s *Service) Rescue(ctx context.Context, login string) (string, error) {
	var id string
	err := s.Store.Read(ctx, func(tx Tx) error {
		a, err := tx.AccountByLogin(login)
		if err == nil {
			id = a.ID
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return s.reset(ctx, Caller{Address: "server"}, id, func(a *Account) error {
		a.dropFactor()
		return nil
	})
}

func (s *Service) reset(ctx context.Context, c Caller, id string, may func(*Account) error) (string, error) {
	now, password := s.Now(), s.OneTime()
	hash, err := s.Hasher.Hash(password)
	if err != nil {
		return "", err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		if err := may(a); err != nil {
			return err
		}
		a.Password, a.PasswordAt, a.MustChange = hash, now, true
		a.Failures, a.LockedTil = 0, 0
		if err := tx.PutCredentials(a); err != nil {
			return err
		}
		if err := tx.EndSessions(id, ""); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "account.reset_password", id, nil))
	})
	if err != nil {
		return "", err
	}
	return password, nil
}

// PasswordTil returns when a's password must be changed, 0 where it has none.
func (s *Service) PasswordTil(a *Account) civil.Instant {
	if a.Password == "" || a.Demo {
		return 0
	}
	return a.PasswordAt + s.maxAge()
}

// FirstPassword returns a password for a new account, which CheckPassword takes.
func (s *Service) FirstPassword() string { return s.OneTime() + "-A9" }
