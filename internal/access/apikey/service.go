package apikey

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Service keeps keys.
type Service struct {
	Store  Store
	Now    func() civil.Instant
	NewID  func() string
	Secret func() string                                                     // a new secret, as text
	Parse  func(alg Alg, public string) (canonical, print string, err error) // reads a public key
	Digest func(secret string) string
	Sealer Sealer
}

// secretPlace ties a sealed secret to its key.
func secretPlace(id string) string { return "api_keys.secret " + id }

// Add registers a key of the caller's organisation, which then waits to be
// confirmed. The secret of an HMAC key is made here and returned this once.
//
// Errors: apikey.name, apikey.alg, apikey.org_kind, apikey.too_many, apikey.taken,
// those of Parse.
func (s *Service) Add(ctx context.Context, c access.Caller, k Key) (*Key, string, error) {
	now, secret := s.Now(), ""
	k = Key{ID: s.NewID(), Org: c.Org, Name: k.Name, Alg: k.Alg, Public: k.Public, State: Waiting, Added: now, AddedBy: c.Account, Expires: now + lifetime}
	if err := k.Check(); err != nil {
		return nil, "", err
	}
	if roleOf[c.OrgKind] == "" {
		return nil, "", orgKind()
	}
	var err error
	if k.Alg == HMAC {
		secret = s.Secret()
		k.Public, k.Fingerprint = "", s.Digest(secret)
		k.Secret, err = s.Sealer.Seal([]byte(secret), secretPlace(k.ID))
	} else {
		k.Public, k.Fingerprint, err = s.Parse(k.Alg, k.Public)
	}
	if err != nil {
		return nil, "", err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		keys, err := tx.Keys(access.Scope{Org: c.Org})
		if err != nil {
			return err
		}
		live := 0
		for i := range keys {
			if keys[i].Fingerprint == k.Fingerprint {
				return fault.New(fault.Conflict, "apikey.taken", "这把密钥已经登记过，请换一把新的", "this key has been registered before; make a new one")
			}
			if keys[i].State != Revoked {
				live++
			}
		}
		if live >= maxKeys {
			return fault.Newf(fault.Conflict, "apikey.too_many", "一个机构最多%d把密钥，请先吊销不用的", "an organisation has at most %d keys; revoke those not in use", maxKeys)
		}
		k := k
		if err := tx.PutKey(&k); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "apikey.add", k.ID, map[string]string{"alg": string(k.Alg), "fingerprint": k.Fingerprint}))
	})
	k.Version = 1
	return &k, secret, err
}

// Confirm makes a key good whose fingerprint is the one the caller was told.
//
// Errors: apikey.not_found, apikey.fingerprint, apikey.decided, apikey.own, store.changed.
func (s *Service) Confirm(ctx context.Context, c access.Caller, scope access.Scope, id string, version int64, fingerprint string) error {
	return s.decide(ctx, c, scope, id, version, "apikey.confirm", func(k *Key) error {
		switch {
		case k.State != Waiting:
			return fault.New(fault.Conflict, "apikey.decided", "这把密钥已确认或已吊销", "the key has been confirmed or revoked")
		case k.AddedBy == c.Account || k.Org == c.Org:
			return fault.New(fault.Forbidden, "apikey.own", "不能确认本机构登记的密钥", "nobody confirms a key of his own organisation")
		case k.Fingerprint != fingerprint:
			return fault.Invalidf("apikey.fingerprint", "指纹不符，请与登记机构核对", "the fingerprint is another; ask who registered it").In(fault.Place{Field: "fingerprint"})
		}
		k.State = Active
		return nil
	})
}

// Revoke ends a key.
//
// Errors: apikey.not_found, apikey.decided, store.changed.
func (s *Service) Revoke(ctx context.Context, c access.Caller, scope access.Scope, id string, version int64) error {
	return s.decide(ctx, c, scope, id, version, "apikey.revoke", func(k *Key) error {
		if k.State == Revoked {
			return fault.New(fault.Conflict, "apikey.decided", "这把密钥已吊销", "the key has been revoked")
		}
		k.State, k.Secret = Revoked, nil
		return nil
	})
}

func (s *Service) decide(ctx context.Context, c access.Caller, scope access.Scope, id string, version int64, action string, change func(*Key) error) error {
	now := s.Now()
	return s.Store.Write(ctx, func(tx Tx) error {
		k, err := tx.Key(scope, id)
		if err != nil {
			return err
		}
		if err := change(k); err != nil {
			return err
		}
		k.Version, k.Decided, k.DecidedBy = version, now, c.Account
		if err := tx.PutKey(k); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, action, id, map[string]string{"fingerprint": k.Fingerprint}))
	})
}

// List returns the keys within scope, the newest first.
func (s *Service) List(ctx context.Context, scope access.Scope) (keys []Key, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		keys, err = tx.Keys(scope)
		return err
	})
	return keys, err
}

// Find returns a key that signatures are taken of, its secret, and who calls with it.
//
// Errors: apikey.unknown, whatever is wrong with the key.
func (s *Service) Find(ctx context.Context, id string) (k *Key, secret []byte, p *access.Principal, err error) {
	unknown := fault.New(fault.Forbidden, "apikey.unknown", "密钥未登记、未确认、已吊销或已过期", "the key is not registered, not confirmed, revoked or expired")
	err = s.Store.Read(ctx, func(tx Tx) error {
		if k, err = tx.Key(access.Scope{All: true}, id); err != nil {
			return err
		}
		org, err := tx.Org(k.Org)
		if err != nil {
			return err
		}
		p, err = k.Principal(org.Kind)
		return err
	})
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, nil, nil, unknown
	case err != nil:
		return nil, nil, nil, err
	case !k.Live(s.Now()):
		return nil, nil, nil, unknown
	}
	if k.Alg == HMAC {
		secret, err = s.Sealer.Open(k.Secret, secretPlace(k.ID))
	}
	return k, secret, p, err
}

// Use notes the number of a signature, which may not be used again before til.
//
// Errors: apikey.replayed.
func (s *Service) Use(ctx context.Context, k *Key, nonce string, til civil.Instant) error {
	var fresh bool
	err := s.Store.Write(ctx, func(tx Tx) (err error) {
		fresh, err = tx.UseNonce(k.ID, nonce, til)
		return err
	})
	if err == nil && !fresh {
		err = fault.New(fault.Forbidden, "apikey.replayed", "随机数（nonce）已使用过，疑似重放", "the nonce has been used; this may be a replay")
	}
	return err
}

// Sweep forgets numbers that no signature in time could have.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.Write(ctx, func(tx Tx) error { return tx.SweepNonces(s.Now()) })
}
