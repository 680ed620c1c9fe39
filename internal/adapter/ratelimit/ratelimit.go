// Package ratelimit says how often somebody may call: a bucket of tokens for each
// caller that fills evenly, kept as one instant (the generic cell rate algorithm),
// so that many thousand callers fit in a few megabytes.
package ratelimit

import (
	"fmt"
	"sync"

	"changrong/internal/base/civil"
)

// Policy is how often.
type Policy struct {
	Name   string
	Calls  int64         // a bucket's size
	Within civil.Instant // how long an empty bucket takes to fill
}

// every is how long one token takes. A policy is finer than a millisecond at most
// where Calls exceed Within, and then allows a call each millisecond.
func (p Policy) every() civil.Instant { return max(p.Within/civil.Instant(p.Calls), 1) }

// Verdict is what a caller may do.
type Verdict struct {
	Policy
	Allowed   bool
	Remaining int64         // calls that may be made at once
	Wait      civil.Instant // until the next may be made, when not Allowed
	Full      civil.Instant // until the bucket is full again
}

// Limiter keeps the buckets.
type Limiter struct {
	mu   sync.Mutex
	full map[string]civil.Instant // when the caller's bucket is full again; who is not here has a full one
	max  int
}

// MaxCallers is how many callers a Limiter tells apart.
const MaxCallers = 100_000

// New returns a limiter that tells apart at most callers, or MaxCallers for 0.
func New(callers int) *Limiter {
	if callers == 0 {
		callers = MaxCallers
	}
	return &Limiter{full: map[string]civil.Instant{}, max: callers}
}

// Take takes a token out of caller's bucket, if there is one.
func (l *Limiter) Take(p Policy, caller string, now civil.Instant) Verdict {
	key := p.Name + "\x00" + caller
	every := p.every()
	size := every * civil.Instant(p.Calls)
	l.mu.Lock()
	defer l.mu.Unlock()
	was := max(l.full[key], now)
	if was > now+size { // the clock was set back: the bucket is a new one
		was = now
	}
	v := Verdict{Policy: p, Allowed: was+every <= now+size}
	if v.Allowed {
		was += every
		l.put(key, was, now)
	} else {
		v.Wait = was + every - (now + size)
	}
	v.Full = was - now
	v.Remaining = int64((now + size - was) / every)
	return v
}

// put keeps when a bucket is full again. Where there are too many, those that are
// full go; if none is, the one that has been used least of a few.
func (l *Limiter) put(key string, full, now civil.Instant) {
	if _, there := l.full[key]; !there && len(l.full) >= l.max {
		l.sweep(now)
	}
	l.full[key] = full
}

func (l *Limiter) sweep(now civil.Instant) {
	for k, full := range l.full {
		if full <= now {
			delete(l.full, k)
		}
	}
	if len(l.full) < l.max {
		return
	}
	// A map is walked from a random place: the first few are as good as any.
	least, n := "", 0
	for k, full := range l.full {
		if least == "" || full < l.full[least] {
			least = k
		}
		if n++; n == 8 {
			break
		}
	}
	delete(l.full, least)
}

// Callers returns how many buckets are not known to be full.
func (l *Limiter) Callers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.full)
}

// PolicyHeader is the value of RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers).
func (v *Verdict) PolicyHeader() string {
	return fmt.Sprintf("%q;q=%d;w=%d", v.Name, v.Calls, seconds(v.Within))
}

// Header is the value of RateLimit.
func (v *Verdict) Header() string {
	return fmt.Sprintf("%q;r=%d;t=%d", v.Name, v.Remaining, seconds(v.Full))
}

// RetryAfter is the value of Retry-After: whole seconds, at least one.
func (v *Verdict) RetryAfter() int64 { return max(seconds(v.Wait), 1) }

func seconds(i civil.Instant) int64 { return int64((i + civil.Second - 1) / civil.Second) }
