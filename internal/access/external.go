package access

import (
	"context"
	"crypto/subtle"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Identity says that somebody known to an identity provider is the person of an
// account. An administrator says so, or for an enterprise a provider that vouches
// (Visitor); nobody becomes anybody by himself.
type Identity struct {
	ID       string        `json:"id"`
	Provider string        `json:"provider"`
	Subject  string        `json:"subject"` // what the provider calls the person, and never anybody else
	Account  string        `json:"account"`
	Linked   civil.Instant `json:"linked_ms"`
	LinkedBy string        `json:"linked_by"` // id of the administrator's account; "": the provider vouched
}

// Flow is a browser that has been sent to an identity provider and is expected back
// once, within ten minutes.
type Flow struct {
	Hash     string // of the secret that the browser holds: nobody else may come back for it
	Provider string
	State    string // goes there and back
	Nonce    string // comes back in what the provider signed
	Verifier string // of the code challenge (RFC 7636)
	Back     string // where in this site the browser goes afterwards
	Expires  civil.Instant
}

// StartFlow begins a sign-in elsewhere, after which the browser goes back to a place
// in this site ("" is its beginning), and returns the secret for the browser to
// bring back.
//
// Errors: access.busy, access.back.
func (s *Service) StartFlow(ctx context.Context, provider, back string) (*Flow, string, error) {
	if back == "" {
		back = "/"
	}
	if !Within(back) {
		return nil, "", fault.Invalidf("access.back", "返回地址须为本站内的路径", "the way back is a path within this site").In(fault.Place{Field: "next"})
	}
	secret := s.Secret()
	f := &Flow{Hash: s.Digest(secret), Provider: provider, State: s.Secret(), Nonce: s.Secret(), Verifier: s.Secret(), Back: back, Expires: s.Now() + flowLasts}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.DropFlows(s.Now()); err != nil {
			return err
		}
		n, err := tx.CountFlows()
		if err != nil {
			return err
		}
		if n >= maxFlows {
			return fault.New(fault.Unavailable, "access.busy", "登录人数过多，请稍后再试", "too many are signing in; try again later")
		}
		return tx.PutFlow(f)
	})
	if err != nil {
		return nil, "", err
	}
	return f, secret, nil
}

// TakeFlow returns the flow of a browser that comes back with secret and state, and
// ends it: a second time there is none. state is nil where the provider does not
// hand it back; the browser's secret alone decides then.
//
// Errors: access.flow.
func (s *Service) TakeFlow(ctx context.Context, provider, secret string, state *string) (f *Flow, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		f, err = tx.TakeFlow(s.Digest(secret))
		return err
	})
	gone := fault.KindOf(err) == fault.NotFound
	if err != nil && !gone {
		return nil, err
	}
	if gone || f.Provider != provider || s.Now() >= f.Expires ||
		state != nil && subtle.ConstantTimeCompare([]byte(f.State), []byte(*state)) != 1 {
		return nil, fault.New(fault.Forbidden, "access.flow", "登录已过期或不是从本浏览器发起，请重新登录", "this sign-in has expired, was used, or began in another browser; begin again")
	}
	return f, nil
}

// Enter begins a session for whom a provider says it is. An account that has a
// second factor still needs it.
//
// Errors: access.not_linked (it names the subject, for the administrator),
// access.locked, access.wrong_password; for an enterprise access.vouched,
// access.suspended.
func (s *Service) Enter(ctx context.Context, c Caller, provider string, v *Visitor) (*Session, string, error) {
	now := s.Now()
	if v.forFirm() {
		return s.enterFirm(ctx, c, now, provider, v)
	}
	var a *Account
	err := s.Store.Read(ctx, func(tx Tx) error {
		x, err := tx.Identity(provider, v.Subject)
		if err != nil {
			return err
		}
		a, err = tx.Account(x.Account)
		return err
	})
	if fault.KindOf(err) == fault.NotFound || err == nil && !a.usable(s.Demo) {
		why := fault.New(fault.Forbidden, "access.not_linked", "该身份尚未关联可用的账号，请将下面的编号告诉安全管理员",
			"this identity is linked to no account that can be used; tell the security administrator what it is")
		why.At = fault.Place{Field: "subject", Value: v.Subject[:min(len(v.Subject), maxSubject)]} // whole, so that it can be linked
		return nil, "", s.notLetIn(ctx, c, now, provider, why)
	}
	if err != nil {
		return nil, "", err
	}
	return s.open(ctx, c, now, a, provider)
}

// Identities returns what an account is linked to.
func (s *Service) Identities(ctx context.Context, account string) (linked []Identity, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if _, err := tx.Account(account); err != nil {
			return err
		}
		linked, err = tx.Identities(account)
		return err
	})
	return linked, err
}

// Link says that subject of provider is the person of an account.
//
// Errors: access.not_found, access.own_account, access.subject, store.taken.
func (s *Service) Link(ctx context.Context, c Caller, account, provider, subject string) (*Identity, error) {
	x := &Identity{
		ID: s.NewID(), Provider: provider, Subject: strings.TrimSpace(subject), Account: account, Linked: s.Now(),
	}
	if c.Principal != nil {
		x.LinkedBy = c.Account
	}
	if x.Subject == "" || len(x.Subject) > maxSubject {
		return nil, fault.Invalidf("access.subject", "外部身份编号须为1至%d个字节", "a subject has 1 to %d bytes", maxSubject).In(fault.Place{Field: "subject"})
	}
	if c.is(account) {
		return nil, fault.New(fault.Forbidden, "access.own_account", "不能关联自己的账号", "nobody links his own account")
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		if _, err := tx.Account(account); err != nil {
			return err
		}
		if err := tx.PutIdentity(x); err != nil {
			return err
		}
		return tx.Audit(c.Entry(x.Linked, "identity.link", account, map[string]string{"provider": provider, "identity": x.ID}))
	})
	if err != nil {
		return nil, err
	}
	return x, nil
}

// Unlink ends what Link said, and the account's sessions.
//
// Errors: access.not_found.
func (s *Service) Unlink(ctx context.Context, c Caller, account, id string) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.DropIdentity(account, id); err != nil {
			return err
		}
		if err := tx.EndSessions(account, ""); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "identity.unlink", account, map[string]string{"identity": id}))
	})
}
