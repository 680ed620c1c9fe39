package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func emit(t *testing.T, db *store.DB, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Emit(event.Event{Kind: "a.happened", At: civil.Instant(i), Subject: fmt.Sprint(i), Orgs: []string{"one"}, Data: map[string]string{"n": fmt.Sprint(i)}})
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// diary is a subscriber that keeps what it is told as organisations: once, or the
// database refuses it.
func diary(name string) outbox.Subscriber {
	return outbox.Subscriber{Name: name, Keep: func(tx *store.Tx, e event.Event) error {
		return tx.PutOrg(&access.Org{ID: name + e.Subject, Kind: access.BankOrg, Name: name + " " + e.Subject + " " + e.Data["n"]})
	}}
}

func kept(t *testing.T, db *store.DB, name string) (n int) {
	t.Helper()
	if err := db.Read(t.Context(), func(tx *store.Tx) error {
		orgs, err := tx.Orgs(access.Scope{All: true})
		for _, o := range orgs {
			if strings.HasPrefix(o.ID, name) {
				n++
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestEachSubscriberIsToldOnceInOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var mu sync.Mutex
		var order []string
		all := make(chan struct{})
		listener := outbox.Subscriber{Name: "listener", Keep: func(_ *store.Tx, e event.Event) error {
			mu.Lock()
			defer mu.Unlock()
			if order = append(order, e.Subject); len(order) == 250 {
				close(all)
			}
			return nil
		}}
		r := &outbox.Relay{Store: db, Now: func() civil.Instant { return 0 }, Subscribers: []outbox.Subscriber{listener, diary("d")}, Log: quiet()}
		emit(t, db, 0, 10) // before anybody subscribed
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		emit(t, db, 10, 60) // before anybody runs
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { r.Run(ctx) })
		emit(t, db, 60, 260)
		<-all
		for kept(t, db, "d") < 250 { // the other goes on by itself
			runtime.Gosched()
		}
		cancel()
		running.Wait()
		for i, subject := range order {
			if subject != fmt.Sprint(i+10) {
				t.Fatalf("told %s at %d", subject, i)
			}
		}
		if n := kept(t, db, "d"); n != 250 {
			t.Errorf("kept %d", n)
		}
	})
}

func TestWhatFailsIsToldAgainBeforeWhatComesLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var told []string
		broken := true
		s := outbox.Subscriber{Name: "s", Keep: func(tx *store.Tx, e event.Event) error {
			told = append(told, e.Subject)
			if err := tx.PutOrg(&access.Org{ID: e.Subject, Kind: access.BankOrg, Name: e.Subject}); err != nil {
				return err
			}
			if broken && e.Subject == "2" {
				return errors.New("not now")
			}
			return nil
		}}
		r := &outbox.Relay{Store: db, Subscribers: []outbox.Subscriber{s}, Log: quiet()}
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		emit(t, db, 1, 5)
		if err := r.Catch(t.Context(), s); err == nil {
			t.Error("a failure is not told")
		}
		if n := kept(t, db, ""); n != 1 {
			t.Errorf("%d are kept", n)
		}
		broken = false
		if err := r.Catch(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		// The first is told twice, since it was told together with the one that failed; it is kept once.
		if !slices.Equal(told, []string{"1", "2", "1", "2", "2", "3", "4"}) || kept(t, db, "") != 4 {
			t.Errorf("told %v", told)
		}
	})
}

func TestTwoServersTellOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := diary("d")
		r := &outbox.Relay{Store: db, Subscribers: []outbox.Subscriber{s}, Log: quiet()}
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		emit(t, db, 0, 100)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := r.Catch(t.Context(), s); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if n := kept(t, db, "d"); n != 100 {
			t.Errorf("kept %d", n)
		}
	})
}

func TestOldEventsAreForgottenWhenAllKnowThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := diary("d")
		r := &outbox.Relay{Store: db, Subscribers: []outbox.Subscriber{s}, Log: quiet()}
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		emit(t, db, 0, 10)
		sweep := func(before civil.Instant) (left int) {
			if err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.SweepEvents(before, []string{"d"}) }); err != nil {
				t.Fatal(err)
			}
			if err := db.Read(t.Context(), func(tx *store.Tx) error {
				events, err := tx.EventsAfter(0, 100)
				left = len(events)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return left
		}
		if n := sweep(5); n != 10 {
			t.Errorf("%d are left that not all know", n)
		}
		if err := r.Catch(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if n := sweep(5); n != 5 {
			t.Errorf("%d are left", n)
		}
		if n := sweep(1000); n != 1 {
			t.Errorf("%d are left; the last one stays", n)
		}
		emit(t, db, 10, 11)
		if err := r.Catch(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if n := kept(t, db, "d"); n != 11 {
			t.Errorf("kept %d", n)
		}
	})
}

func TestSlowBrowserIsDroppedAndOthersGoOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h, err := outbox.NewHub(t.Context(), db, quiet())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { h.Run(ctx) })
		l := outbox.Listener{Account: "a", Org: "one", Events: access.Scope{Org: "one"}}
		slow, err := h.Open(t.Context(), l, 0)
		if err != nil {
			t.Fatal(err)
		}
		quick, err := h.Open(t.Context(), l, 0)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 600 {
			emit(t, db, i, i+1)
			if m := <-quick.C(); m.Event == nil || m.Event.Subject != fmt.Sprint(i) {
				t.Fatalf("who keeps up is told %+v at %d", m, i)
			}
		}
		n := 0
		var last int64
		for m := range slow.C() { // until it is closed
			n, last = n+1, m.Event.Seq
		}
		if n != 512 {
			t.Errorf("who is slow was dropped after %d", n)
		}
		again, err := h.Open(t.Context(), l, last)
		if err != nil {
			t.Fatal(err)
		}
		if m := again.Missed(); len(m) != 88 || m[87].Event.Subject != "599" {
			t.Errorf("missed %d", len(m))
		}
		again.Close()
		again.Close()
		cancel()
		running.Wait()
		if _, open := <-quick.C(); open {
			t.Error("a stream goes on after the hub")
		}
		if _, err := h.Open(t.Context(), l, 0); fault.CodeOf(err) != "store.closed" {
			t.Errorf("opened after the hub: %v", err)
		}
	})
}
