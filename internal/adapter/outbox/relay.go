package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// Subscriber is told every event once, from the first one after it was first there.
type Subscriber struct {
	Name string // never changed: its cursor is kept under it
	// Keep writes what comes of e, in a transaction of its own; see package outbox. When
	// it fails nothing is kept, and it is told again, before any later event.
	Keep func(tx *store.Tx, e event.Event) error
}

// Relay tells subscribers what happened.
type Relay struct {
	Store       *store.DB
	Now         func() civil.Instant
	Subscribers []Subscriber
	Log         *slog.Logger
	// Told is told when what comes of an event has been kept, and how long after it
	// happened that was; nil: nobody is.
	Told func(subscriber, kind string, after civil.Instant)
}

// Limits of the relay.
const (
	batch     = 100 // events looked at together
	keepDays  = 30  // how long a browser may have been away
	keepFor   = keepDays * civil.Day
	pollEvery = 2 * time.Second
	sweepNow  = time.Hour
	maxPause  = time.Minute // between tries of an event that fails

	// How long a subscriber keeps the one writer at a time when nobody waits, and when
	// somebody does, so that those who hand something in need not wait for what follows
	// from what others did. It is told at least one event.
	turn  = 20 * time.Millisecond
	short = time.Millisecond
)

// Start notes where subscribers begin that are new. What happens after it is told
// to them even if the server is killed before they run.
func (r *Relay) Start(ctx context.Context) error {
	return r.Store.Write(ctx, func(tx *store.Tx) error {
		for _, s := range r.Subscribers {
			seq, err := tx.Cursor(s.Name)
			if err != nil {
				return err
			}
			if err := tx.PutCursor(s.Name, seq); err != nil {
				return err
			}
		}
		return nil
	})
}

// Run tells events until ctx ends. Each subscriber goes on by itself: one that
// fails does not stop the others.
func (r *Relay) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, s := range r.Subscribers {
		wg.Go(func() { r.serve(ctx, s) })
	}
	wg.Go(func() { r.sweep(ctx) })
	wg.Wait()
}

func (r *Relay) serve(ctx context.Context, s Subscriber) {
	wake, stop := r.Store.Watch(store.Events)
	defer stop()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	pause := time.Duration(0)
	for {
		err := r.Catch(ctx, s)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			pause = min(max(2*pause, time.Second), maxPause)
			r.Log.Error("an event was not kept", "subscriber", s.Name, "error", err, "again_in", pause)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return
			}
			continue
		}
		pause = 0
		select {
		case <-wake:
		case <-poll.C:
		case <-ctx.Done():
			return
		}
	}
}

// Catch tells s what it has not been told yet, until there is nothing more.
func (r *Relay) Catch(ctx context.Context, s Subscriber) error {
	for {
		events, err := r.due(ctx, s.Name)
		if err != nil || len(events) == 0 {
			return err
		}
		for len(events) > 0 {
			n, err := r.tell(ctx, s, events)
			if err != nil {
				return err
			}
			events = events[n:]
		}
	}
}

func (r *Relay) due(ctx context.Context, name string) (events []store.Told, err error) {
	err = r.Store.Read(ctx, func(tx *store.Tx) error {
		seq, err := tx.Cursor(name)
		if err != nil {
			return err
		}
		events, err = tx.EventsAfter(seq, batch)
		return err
	})
	return events, err
}

// tell lets s keep the first of some events, as many as it has time for, in one
// transaction, and returns how many; those that another server's relay has told it
// meanwhile are passed over.
func (r *Relay) tell(ctx context.Context, s Subscriber, events []store.Told) (n int, err error) {
	first := 0
	err = r.Store.Write(store.Behind(ctx), func(tx *store.Tx) error {
		n = 0
		seq, err := tx.Cursor(s.Name)
		if err != nil {
			return err
		}
		for n < len(events) && events[n].Seq <= seq {
			n++
		}
		if first = n; n == len(events) {
			return nil
		}
		for begun := time.Now(); n < len(events) && (n == first || time.Since(begun) < r.turn()); {
			n++
			if err := s.Keep(tx, events[n-1].Event); err != nil {
				return err
			}
		}
		return tx.PutCursor(s.Name, events[n-1].Seq)
	})
	switch {
	case err == nil:
	case n > 1 && fault.KindOf(err) != fault.Unavailable: // those before the one that fails are kept without it
		return r.tell(ctx, s, events[:n-1])
	default:
		e := &events[max(n-1, 0)]
		return 0, fmt.Errorf("event %d %s: %w", e.Seq, e.Kind, err)
	}
	if r.Told != nil {
		now := r.Now()
		for i := range events[first:n] {
			e := &events[first+i]
			r.Told(s.Name, e.Kind, max(now-e.At, 0))
		}
	}
	return n, nil
}

// turn is how long a subscriber may go on now.
func (r *Relay) turn() time.Duration {
	if r.Store.Pressed() {
		return short
	}
	return turn
}

// sweep forgets events that everybody knows and no browser asks for any more.
func (r *Relay) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepNow)
	defer tick.Stop()
	names := make([]string, len(r.Subscribers))
	for i, s := range r.Subscribers {
		names[i] = s.Name
	}
	for {
		err := r.Store.Write(ctx, func(tx *store.Tx) error { return tx.SweepEvents(r.Now()-keepFor, names) })
		if err != nil && ctx.Err() == nil {
			r.Log.Warn("old events were not swept", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
