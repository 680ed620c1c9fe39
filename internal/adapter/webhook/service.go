package webhook

import (
	"context"
	"net/http"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// Service keeps addresses and sends messages to them.
type Service struct {
	Store     Store
	Now       func() civil.Instant
	NewID     func() string
	Random    func(n int) []byte
	Sealer    Sealer
	Guard     *Guard
	Transport *http.Transport // whose certificates are believed; nil: the system's
}

func place(id string) string { return "webhooks.secret " + id }

// Config is what a person says of an address.
type Config struct {
	URL   string
	Kinds []string
	Off   bool
}

// fresh makes new secrets for endpoint id, plain and sealed.
func (s *Service) fresh(id string) (Secrets, []byte, error) {
	plain := s.Random(64)
	sealed, err := s.Sealer.Seal(plain, place(id))
	return split(plain), sealed, err
}

func split(plain []byte) Secrets { return Secrets{plain[:32], plain[32:]} }

func (s *Service) open(id string, sealed []byte) (Secrets, error) {
	plain, err := s.Sealer.Open(sealed, place(id))
	if err != nil {
		return Secrets{}, err
	}
	if len(plain) != 64 {
		return Secrets{}, fault.New(fault.Internal, "webhook.sealed", "推送密钥损坏", "a sealed secret is broken")
	}
	return split(plain), nil
}

// Add registers an address of the caller's organisation. The secret is returned
// this once.
//
// Errors: webhook.url, webhook.kinds, webhook.too_many.
func (s *Service) Add(ctx context.Context, c access.Caller, cfg Config) (*Endpoint, string, error) {
	now := s.Now()
	e := Endpoint{ID: s.NewID(), Org: c.Org, URL: strings.TrimSpace(cfg.URL), Kinds: cfg.Kinds, Off: cfg.Off, Added: now}
	if err := e.check(s.Guard); err != nil {
		return nil, "", err
	}
	secrets, sealed, err := s.fresh(e.ID)
	if err != nil {
		return nil, "", err
	}
	e.Secret, e.Public = sealed, secrets.Public()
	err = s.Store.Write(ctx, func(tx Tx) error {
		others, err := tx.Endpoints(access.Scope{Org: c.Org})
		if err != nil {
			return err
		}
		if len(others) >= maxEndpoints {
			return fault.Newf(fault.Conflict, "webhook.too_many", "一个机构最多%d个推送地址", "an organisation has at most %d addresses", maxEndpoints)
		}
		e := e
		if err := tx.PutEndpoint(&e); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "webhook.add", e.ID, map[string]string{"url": e.URL}))
	})
	e.Version = 1
	return &e, secrets.Secret(), err
}

// Edit changes an address, or turns it on again.
//
// Errors: webhook.not_found, webhook.url, webhook.kinds, store.changed.
func (s *Service) Edit(ctx context.Context, c access.Caller, scope access.Scope, id string, version int64, cfg Config) error {
	return s.change(ctx, c, scope, id, version, "webhook.edit", func(e *Endpoint) error {
		if e.Off && !cfg.Off {
			e.Why, e.Failures, e.RestTil = "", 0, 0
		}
		e.URL, e.Kinds, e.Off = strings.TrimSpace(cfg.URL), cfg.Kinds, cfg.Off
		return e.check(s.Guard)
	})
}

// Rotate gives an address new secrets, which are returned this once. The former
// ones sign too for a day.
//
// Errors: webhook.not_found, store.changed.
func (s *Service) Rotate(ctx context.Context, c access.Caller, scope access.Scope, id string, version int64) (secret, public string, err error) {
	secrets, sealed, err := s.fresh(id)
	if err != nil {
		return "", "", err
	}
	err = s.change(ctx, c, scope, id, version, "webhook.rotate", func(e *Endpoint) error {
		e.OldSecret, e.OldTil = e.Secret, s.Now()+oldFor
		e.Secret, e.Public = sealed, secrets.Public()
		return nil
	})
	return secrets.Secret(), secrets.Public(), err
}

func (s *Service) change(ctx context.Context, c access.Caller, scope access.Scope, id string, version int64, action string, f func(*Endpoint) error) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		e, err := tx.Endpoint(scope, id)
		if err != nil {
			return err
		}
		if err := f(e); err != nil {
			return err
		}
		e.Version = version
		if err := tx.PutEndpoint(e); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), action, id, map[string]string{"url": e.URL}))
	})
}

// Drop forgets an address and its deliveries.
//
// Errors: webhook.not_found.
func (s *Service) Drop(ctx context.Context, c access.Caller, scope access.Scope, id string) error {
	return s.Store.Write(ctx, func(tx Tx) error {
		e, err := tx.Endpoint(scope, id)
		if err != nil {
			return err
		}
		if err := tx.DropEndpoint(id); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "webhook.drop", id, map[string]string{"url": e.URL}))
	})
}

// List returns the addresses within scope.
func (s *Service) List(ctx context.Context, scope access.Scope) (es []Endpoint, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		es, err = tx.Endpoints(scope)
		return err
	})
	return es, err
}

// Get returns one address. Errors: webhook.not_found.
func (s *Service) Get(ctx context.Context, scope access.Scope, id string) (e *Endpoint, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		e, err = tx.Endpoint(scope, id)
		return err
	})
	return e, err
}

// Log returns the deliveries to an address that are in a state, the newest first;
// without one, all of them.
func (s *Service) Log(ctx context.Context, scope access.Scope, endpoint string, state State, limit, offset int) (ds []Delivery, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		ds, total, err = tx.Deliveries(scope, endpoint, state, limit, offset)
		return err
	})
	return ds, total, err
}

// Tries returns the attempts of a delivery. Errors: webhook.not_found.
func (s *Service) Tries(ctx context.Context, scope access.Scope, delivery string) (as []Attempt, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if _, err := tx.Delivery(scope, delivery); err != nil {
			return err
		}
		as, err = tx.Attempts(delivery)
		return err
	})
	return as, err
}

// Replay sends a delivery again, under the same id, whatever came of it before.
//
// Errors: webhook.not_found, webhook.off.
func (s *Service) Replay(ctx context.Context, c access.Caller, scope access.Scope, delivery string) error {
	now := s.Now()
	return s.Store.Write(ctx, func(tx Tx) error {
		d, err := tx.Delivery(scope, delivery)
		if err != nil {
			return err
		}
		e, err := tx.Endpoint(scope, d.Endpoint)
		if err != nil {
			return err
		}
		if e.Off {
			return fault.New(fault.Conflict, "webhook.off", "推送地址已停用，请先启用", "the address is off; turn it on first")
		}
		d.State, d.Tries, d.Run, d.Next = Waiting, 0, d.Run+1, now
		if err := tx.PutDelivery(d); err != nil {
			return err
		}
		if err := tx.Enqueue(job(e.Org, d, now, now)); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "webhook.replay", d.ID, map[string]string{"endpoint": e.ID}))
	})
}

// Ping sends a message that says nothing happened, to try an address out.
//
// Errors: webhook.not_found, webhook.off.
func (s *Service) Ping(ctx context.Context, c access.Caller, scope access.Scope, id string) (d *Delivery, err error) {
	now := s.Now()
	ping := event.Event{ID: s.NewID(), Kind: "webhook.ping", At: now, Subject: id}
	err = s.Store.Write(ctx, func(tx Tx) error {
		e, err := tx.Endpoint(scope, id)
		if err != nil {
			return err
		}
		if e.Off {
			return fault.New(fault.Conflict, "webhook.off", "推送地址已停用，请先启用", "the address is off; turn it on first")
		}
		d, err = s.add(tx, e, ping, now)
		return err
	})
	return d, err
}

// Revive asks again for deliveries that should have been tried long ago: the job that
// was to do it may have been given up.
func (s *Service) Revive(ctx context.Context) error {
	now := s.Now()
	return s.Store.Write(ctx, func(tx Tx) error {
		late, err := tx.LateDeliveries(now-overdue, maxRevived)
		if err != nil {
			return err
		}
		for i := range late {
			d := &late[i]
			e, err := tx.Endpoint(access.Scope{All: true}, d.Endpoint)
			if err != nil {
				return err
			}
			d.Next = now
			if err := tx.PutDelivery(d); err != nil {
				return err
			}
			if err := tx.Enqueue(job(e.Org, d, now, now)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Limits of reviving.
const (
	overdue    = 10 * civil.Minute
	maxRevived = 500 // at a time
)

// Sweep forgets deliveries that are older than three months.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.Write(ctx, func(tx Tx) error { return tx.SweepDeliveries(s.Now() - keepFor) })
}

const keepFor = 90 * civil.Day
