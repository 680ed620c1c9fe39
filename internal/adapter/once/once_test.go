package once_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/once"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

func org(id string) *access.Org {
	return &access.Org{ID: id, Kind: access.BankOrg, Name: "机构 " + id}
}

func count(t *testing.T, db *store.DB) (n int) {
	t.Helper()
	if err := db.Read(t.Context(), func(tx *store.Tx) error {
		orgs, err := tx.Orgs(access.Scope{All: true})
		n = len(orgs)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// write makes an organisation as the request of r does.
func write(t *testing.T, db *store.DB, r *once.Record, id string) (*once.Mark, error) {
	t.Helper()
	m := &once.Mark{Record: r}
	return m, db.Write(once.With(t.Context(), m), func(tx *store.Tx) error { return tx.PutOrg(org(id)) })
}

func TestWhatARequestLeavesDecidesWhatItsKeyDoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := civil.StartOf(20000)
		b := &once.Book{Store: store.Of[once.Tx]{DB: db}, Now: func() civil.Instant { return now }, NewID: crypto.NewID}
		begin := func(key, print, code string) *once.Record {
			t.Helper()
			r, err := b.Begin(t.Context(), "bank-1", key, print)
			if fault.CodeOf(err) != code {
				t.Fatalf("%s: %v, not %q", key, err, code)
			}
			return r
		}
		end := func(r *once.Record, m *once.Mark, status int) {
			t.Helper()
			if err := b.End(t.Context(), r, once.Answer{Status: status, Header: "{}", Body: "回答"}, m != nil && m.Written); err != nil {
				t.Fatal(err)
			}
		}
		// done: the answer again, after a restart as well, since it is in the database
		r := begin("key-done", "f", "")
		m, err := write(t, db, r, "a")
		if err != nil || !m.Written {
			t.Fatal(m, err)
		}
		begin("key-done", "f", "once.in_progress")
		end(r, m, 201)
		if again := begin("key-done", "f", ""); again.State != once.Done || again.Answer.Status != 201 || again.Answer.Body != "回答" {
			t.Errorf("again: %+v", again)
		}
		begin("key-done", "g", "once.other_request")
		if other, err := b.Begin(t.Context(), "bank-2", "key-done", "g"); err != nil || other.State != once.Running {
			t.Errorf("another's same key: %+v, %v", other, err)
		}
		// failed before it wrote: free at once
		end(begin("key-refused", "f", ""), nil, 422)
		end(begin("key-refused", "g", ""), nil, 503)
		// killed before it wrote: free when the lease has run out, and the old one cannot write any more
		dead := begin("key-killed", "f", "")
		begin("key-killed", "f", "once.in_progress")
		now += 11 * civil.Second
		next := begin("key-killed", "f", "")
		if _, err := write(t, db, dead, "b"); fault.CodeOf(err) != "once.superseded" {
			t.Errorf("the one taken for dead wrote: %v", err)
		}
		if m, err = write(t, db, next, "b"); err != nil {
			t.Fatal(err)
		}
		end(dead, nil, 500) // must not free the key of the next
		end(next, m, 204)
		if again := begin("key-killed", "f", ""); again.Answer.Status != 204 {
			t.Errorf("again: %+v", again)
		}
		// killed after it wrote
		lost := begin("key-lost", "f", "")
		if m, err = write(t, db, lost, "c"); err != nil {
			t.Fatal(err)
		}
		begin("key-lost", "f", "once.in_progress")
		end(lost, m, 500)
		begin("key-lost", "f", "once.answer_lost")
		if n := count(t, db); n != 3 {
			t.Errorf("%d organisations", n)
		}
		// what failed inside a transaction has written nothing
		failed := begin("key-failed", "f", "")
		if m, err = write(t, db, failed, "c"); fault.CodeOf(err) != "store.taken" || m.Written {
			t.Errorf("%+v %v", m, err)
		}
		// expired
		now += once.Keep
		if err := b.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := begin("key-lost", "other", ""); r.State != once.Running {
			t.Errorf("after it expired: %+v", r)
		}
	})
}

// TestServersHoldWhatTheyCarryOut has two servers of one database, one of which is
// killed.
func TestServersHoldWhatTheyCarryOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := civil.StartOf(20000)
		book := func(worker string) *once.Book {
			return &once.Book{Store: store.Of[once.Tx]{DB: db}, Now: func() civil.Instant { return now }, NewID: crypto.NewID, Worker: worker}
		}
		a, b := book("a"), book("b")
		begin := func(b *once.Book, key, code string) *once.Record {
			t.Helper()
			r, err := b.Begin(t.Context(), "bank-1", key, "f")
			if fault.CodeOf(err) != code {
				t.Fatalf("%s: %v, not %q", key, err, code)
			}
			return r
		}
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		slow, wrote := begin(a, "key-slow", ""), begin(a, "key-wrote", "")
		others := begin(b, "key-of-b", "")
		for range 100 { // as long as it takes
			now += civil.Second
			do(errors.Join(a.Renew(t.Context()), b.Renew(t.Context())))
		}
		begin(b, "key-slow", "once.in_progress")
		m, err := write(t, db, wrote, "a")
		do(err)
		// a is killed and starts again: what it left is free at once, what others do is not
		a = book("a")
		begin(a, "key-slow", "once.in_progress")
		do(a.Lapse(t.Context(), "a"))
		begin(a, "key-wrote", "once.answer_lost")
		begin(a, "key-of-b", "once.in_progress")
		again := begin(a, "key-slow", "")
		if _, err := write(t, db, slow, "b"); fault.CodeOf(err) != "once.superseded" {
			t.Errorf("what was killed wrote: %v", err)
		}
		do(a.End(t.Context(), again, once.Answer{Status: 204, Header: "{}"}, false))
		// what has ended is not held any longer
		do(a.End(t.Context(), wrote, once.Answer{Status: 500}, m.Written))
		now += 11 * civil.Second
		do(a.Renew(t.Context()))
		begin(b, "key-wrote", "once.answer_lost")
		// b is gone for good, and a takes over; or the clock has been set back
		begin(a, "key-of-b", "")
		if _, err := write(t, db, others, "b"); fault.CodeOf(err) != "once.superseded" {
			t.Errorf("what was taken for dead wrote: %v", err)
		}
		now -= civil.Hour
		begin(b, "key-of-b", "")
		do(b.Lapse(t.Context(), ""))
		begin(a, "key-of-b", "")
	})
}

// TestManyAtOnceRunOnce sends one request fifty times at the same time.
func TestManyAtOnceRunOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := &once.Book{Store: store.Of[once.Tx]{DB: db}, Now: func() civil.Instant { return civil.StartOf(20000) }, NewID: crypto.NewID}
		var ran, replayed, busy atomic.Int32
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				r, err := b.Begin(context.Background(), "o", "one-key-for-all", "f")
				switch {
				case fault.CodeOf(err) == "once.in_progress":
					busy.Add(1)
				case err != nil:
					t.Error(err)
				case r.State == once.Done:
					replayed.Add(1)
				default:
					ran.Add(1)
					m, err := write(t, db, r, fmt.Sprint(i))
					err = errors.Join(err, b.End(context.Background(), r, once.Answer{Status: 201}, m.Written))
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n := count(t, db); n != 1 || ran.Load() != 1 || busy.Load()+replayed.Load() != 49 {
			t.Errorf("%d written, %d ran, %d replayed, %d busy", n, ran.Load(), replayed.Load(), busy.Load())
		}
	})
}

func TestKeysHaveAForm(t *testing.T) {
	for key, ok := range map[string]bool{
		"12345678": true, "1234567": false, "8e03978e-40d5-43e8-bc93-6894a57f9324": true, "with space in": false, "中文中文": false, "": false,
		string(make([]byte, 20)): false,
	} {
		if (once.CheckKey(key) == nil) != ok {
			t.Errorf("%q: %v", key, once.CheckKey(key))
		}
	}
	if once.Fingerprint("a", "bc") == once.Fingerprint("ab", "c") || once.Fingerprint("a") == once.Fingerprint("a", "") {
		t.Error("two requests have one fingerprint")
	}
}
