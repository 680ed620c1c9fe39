package store

import "sync"

// Topic is something that a transaction may leave for others.
type Topic uint8

// The topics.
const (
	Events Topic = 1 << iota // it emitted an event
	Jobs                     // it asked for a job or changed one
)

// watchers wait for commits of this server.
type watchers struct {
	mu  sync.Mutex
	all map[chan struct{}]Topic
}

// Watch returns a channel that holds a value after transactions of this process
// with one of these topics have been committed. Those of other servers are not
// seen: who watches also looks by itself now and then.
func (db *DB) Watch(topics Topic) (wake <-chan struct{}, stop func()) {
	w := &db.watchers
	c := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[chan struct{}]Topic{}
	}
	w.all[c] = topics
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.all, c)
	}
}

// tell wakes who watches for one of topics.
func (w *watchers) tell(topics Topic) {
	if topics == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for c, wants := range w.all {
		if wants&topics != 0 {
			select {
			case c <- struct{}{}:
			default: // it has been woken and has not looked yet
			}
		}
	}
}

// mark notes what this transaction leaves for others.
func (tx *Tx) mark(t Topic) { tx.topics |= t }
