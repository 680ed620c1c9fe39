// Package once lets a request be sent again without being carried out again: the
// caller gives it a key (Idempotency-Key, 幂等键), and gets the first answer for every
// later request with the same key.
//
//	nothing ──► running ──► applied ──► done
//	   ▲           │           └──► (answer lost)
//	   └───────────┘ failed before anything was written, or its server died
//
// The server that carries a request out holds a lease on its record and renews it
// while it does. When the lease has run out, or the server starts again and finds
// records under its own name, the request is no longer being carried out.
//
// That something was written is noted in the same transaction that writes it: the
// store marks the record when a transaction of the request commits (Mark). So
// after a crash it is known for sure whether the request may be run again. A request
// that was taken for dead and comes back cannot write any more: its mark is gone.
package once

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"sync"
	"time"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Limits.
const (
	Keep      = 3 * civil.Day     // how long an answer can be had again; published in the API's description
	lease     = 10 * civil.Second // without a sign of life from its server, a request is not being carried out any more
	renew     = lease / 4         // how old a lease is when it is renewed
	absurd    = 10 * civil.Minute // a lease that lasts longer was taken before the clock was set back
	minKey    = 8                 // bytes
	maxKey    = 128               // bytes
	MaxAnswer = 1 << 20           // bytes of an answer that is kept
	sweep     = 1000              // records deleted at a time
)

// RenewEvery is how often Renew is called.
const RenewEvery = time.Second

// State is how far a request has come.
type State string

// The states.
const (
	Running State = "running" // nothing has been written by it
	Applied State = "applied" // something has been written by it
	Done    State = "done"    // the answer is kept
)

// Answer is what a request was answered.
type Answer struct {
	Status int
	Header string // as JSON
	Body   string
}

// Record is a request with a key.
type Record struct {
	Owner, Key  string // who sent it, and under which key
	Fingerprint string // of what was sent
	Attempt     string // which of several tries holds the record
	State       State
	Answer      Answer
	Worker      string        // the server that carries it out
	LeasedTil   civil.Instant // until when it surely does
	Expires     civil.Instant
}

// Tx is what this package needs of one transaction.
type Tx interface {
	OnceRecord(owner, key string) (*Record, error) // fault.NotFound when there is none
	PutOnce(*Record) error                         // inserts or replaces
	EndOnce(r *Record) error                       // keeps State and Answer if the attempt still holds the record, and ends its lease
	RenewOnce(r *Record) error                     // keeps LeasedTil if the attempt holds the record
	DropOnce(r *Record) error                      // deletes it if the attempt holds it and has written nothing
	LapseOnce(worker string) error                 // ends the leases of a server; "" of all
	SweepOnce(before civil.Instant, limit int) (int64, error)
}

// Store opens transactions.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Book keeps requests with keys.
type Book struct {
	Store  Store
	Now    func() civil.Instant
	NewID  func() string
	Worker string // what this server is called

	mu   sync.Mutex
	here map[string]*Record // that are being carried out here, by attempt
}

// CheckKey tells whether key may be one.
//
// Errors: once.key.
func CheckKey(key string) error {
	ok := len(key) >= minKey && len(key) <= maxKey
	for _, c := range []byte(key) {
		ok = ok && c > ' ' && c < 0x7f
	}
	if !ok {
		return fault.Invalidf("once.key", "幂等键（Idempotency-Key）须为%d至%d个可见ASCII字符，如UUID", "an Idempotency-Key has %d to %d visible ASCII characters; a UUID is one", minKey, maxKey)
	}
	return nil
}

// Fingerprint is of what was sent: parts in order, each with its length.
func Fingerprint(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		writePart(h, p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func writePart(h hash.Hash, p string) {
	n := len(p)
	h.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
	io.WriteString(h, p)
}

// Begin tells what to do with a request: run it (the record is running and of this
// attempt), or give the answer that the record holds (it is done).
//
// Errors: once.key, once.other_request, once.in_progress, once.answer_lost.
func (b *Book) Begin(ctx context.Context, owner, key, fingerprint string) (*Record, error) {
	if err := CheckKey(key); err != nil {
		return nil, err
	}
	now := b.Now()
	mine := Record{
		Owner: owner, Key: key, Fingerprint: fingerprint, Attempt: b.NewID(), State: Running, Worker: b.Worker, LeasedTil: now + lease, Expires: now + Keep,
	}
	var r *Record
	err := b.Store.Write(ctx, func(tx Tx) error {
		was, err := tx.OnceRecord(owner, key)
		switch {
		case fault.KindOf(err) == fault.NotFound:
		case err != nil:
			return err
		case was.Expires > now:
			again, err := was.judge(fingerprint, now)
			if err != nil {
				return err
			}
			if !again {
				r = was
				return nil
			}
		}
		m := mine
		r = &m
		return tx.PutOnce(&m)
	})
	if err == nil && r.Attempt == mine.Attempt {
		b.hold(*r)
	}
	return r, err
}

// hold notes that r is being carried out here.
func (b *Book) hold(r Record) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.here == nil {
		b.here = map[string]*Record{}
	}
	b.here[r.Attempt] = &r
}

// Renew renews the leases of requests that take long. It is called every RenewEvery.
func (b *Book) Renew(ctx context.Context) error {
	now := b.Now()
	var due []Record
	b.mu.Lock()
	for _, r := range b.here {
		if til := now + lease; r.LeasedTil < til-renew || r.LeasedTil > til {
			r.LeasedTil = til
			due = append(due, *r)
		}
	}
	b.mu.Unlock()
	if len(due) == 0 {
		return nil
	}
	return b.Store.Write(ctx, func(tx Tx) error {
		for i := range due {
			if err := tx.RenewOnce(&due[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// Lapse ends the leases of a server that is gone for sure; "" of every server.
func (b *Book) Lapse(ctx context.Context, worker string) error {
	return b.Store.Write(ctx, func(tx Tx) error { return tx.LapseOnce(worker) })
}

// judge tells whether a request with r's key may run again.
func (r *Record) judge(fingerprint string, now civil.Instant) (again bool, err error) {
	switch {
	case r.Fingerprint != fingerprint:
		return false, fault.Invalidf("once.other_request", "此幂等键已用于另一请求，请换一个新的键", "this Idempotency-Key was sent with another request; take a new one")
	case r.State == Done:
		return false, nil
	case now < r.LeasedTil && r.LeasedTil <= now+absurd:
		return false, fault.New(fault.Conflict, "once.in_progress", "同一请求正在处理，请稍后再试", "this request is being carried out; try again later")
	case r.State == Applied:
		return false, fault.New(fault.Conflict, "once.answer_lost", "该请求已执行，但结果未能保存，请查询后再决定", "this request was carried out, but its answer was lost; look what came of it")
	}
	return true, nil
}

// End keeps the answer to a request that ran. Where nothing was written and the
// answer is no success, the key is free again.
func (b *Book) End(ctx context.Context, r *Record, a Answer, written bool) error {
	b.mu.Lock()
	delete(b.here, r.Attempt)
	b.mu.Unlock()
	e := *r
	e.State, e.Answer = Done, a
	if a.Status >= 500 || len(a.Body) > MaxAnswer {
		e.State, e.Answer = Applied, Answer{} // and no answer to give
	}
	return b.Store.Write(context.WithoutCancel(ctx), func(tx Tx) error {
		if !written && a.Status >= 300 {
			return tx.DropOnce(&e)
		}
		return tx.EndOnce(&e)
	})
}

// Sweep deletes what has expired.
func (b *Book) Sweep(ctx context.Context) error {
	for {
		var n int64
		err := b.Store.Write(ctx, func(tx Tx) (err error) {
			n, err = tx.SweepOnce(b.Now(), sweep)
			return err
		})
		if err != nil || n < sweep {
			return err
		}
	}
}

// Mark ties the transactions of a request to its record. The store notes in each
// that something has been written.
type Mark struct {
	*Record
	Written bool // a transaction has committed, or may have
}

type markKey struct{}

// With returns a context whose write transactions are those of the request of m.
func With(ctx context.Context, m *Mark) context.Context { return context.WithValue(ctx, markKey{}, m) }

// From returns the mark in ctx, nil when it has none.
func From(ctx context.Context) *Mark {
	m, _ := ctx.Value(markKey{}).(*Mark)
	return m
}

// Superseded is why a transaction cannot be kept whose request was taken for dead.
func Superseded() error {
	return fault.New(fault.Conflict, "once.superseded", "请求处理超时，已由重试的请求接替", "the request took too long; one sent again has taken its place")
}
