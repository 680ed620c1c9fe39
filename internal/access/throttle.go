package access

import (
	"strings"
	"sync"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// throttle slows down who guesses: it counts what failed from each address, and
// for logins that nobody has, so that they lock like those that somebody has. It
// is kept in memory and holds no more than maxTallies. Its zero value is ready.
type throttle struct {
	mu      sync.Mutex
	tallies map[string]*tally
}

// tally is what failed from an address, or for a login.
type tally struct {
	failures int
	until    civil.Instant // end of the window, or of the lock
}

// enter counts a try to sign in from address, as if it failed; leave takes that
// back when it did not. Counting first keeps many tries at once from all being let in.
//
// Errors: access.too_many.
func (t *throttle) enter(address string, now civil.Instant) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	y := t.of("a "+network(address), now)
	if now >= y.until || y.until > now+addressWindow { // over, or the clock was set back
		*y = tally{until: now + addressWindow}
	}
	if y.failures >= addressFailures {
		return fault.Newf(fault.Unavailable, "access.too_many", "该网络地址登录失败过多，请于%s后再试", "too many failures from this address; try again after %s", y.until)
	}
	y.failures++
	return nil
}

func (t *throttle) leave(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if y := t.tallies["a "+network(address)]; y != nil && y.failures > 0 {
		y.failures--
	}
}

// unknown tells until when a login is locked that nobody has, or 0.
func (t *throttle) unknown(login string, now civil.Instant) civil.Instant {
	t.mu.Lock()
	defer t.mu.Unlock()
	if y := t.tallies["l "+login]; y != nil && now < y.until {
		return y.until
	}
	return 0
}

// failUnknown counts a failure for a login that nobody has.
func (t *throttle) failUnknown(login string, now civil.Instant) {
	if !validLogin(login) {
		return // nobody can have it
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	y := t.of("l "+login, now)
	y.failures++
	if d := Lockout(y.failures); d > 0 {
		y.until = now + d
	}
}

// drop forgets a few of some tallies that have passed, or any where none of them has.
// It looks at no more than some, since it may be called for every request.
func (t *throttle) drop(now civil.Instant) {
	const some = 16
	last, looked, dropped := "", 0, false
	for k, y := range t.tallies {
		if last = k; now >= y.until {
			delete(t.tallies, k)
			dropped = true
		}
		if looked++; looked == some {
			break
		}
	}
	if !dropped {
		delete(t.tallies, last)
	}
}

// of returns the tally of a key, and makes room for it where it has none.
func (t *throttle) of(key string, now civil.Instant) *tally {
	if y := t.tallies[key]; y != nil {
		return y
	}
	if t.tallies == nil {
		t.tallies = map[string]*tally{}
	}
	for len(t.tallies) >= maxTallies {
		t.drop(now)
	}
	y := &tally{}
	t.tallies[key] = y
	return y
}

// network returns what of an address is one's own: of IPv6 the first four groups,
// as everybody has many addresses there.
func network(address string) string {
	if strings.Count(address, ":") < 2 {
		return address
	}
	groups := strings.Split(address, ":")
	return strings.Join(groups[:min(4, len(groups))], ":")
}
