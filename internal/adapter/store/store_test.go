package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
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

func org(id string) *access.Org {
	return &access.Org{ID: id, Kind: access.BankOrg, Name: "机构 " + id}
}

func TestWritesThatComeTogetherEndApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		refused := errors.New("refused")
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				err := db.Write(t.Context(), func(tx *store.Tx) error {
					if err := tx.PutOrg(org(fmt.Sprint(i))); err != nil {
						return err
					}
					switch i % 4 {
					case 1:
						return refused
					case 2:
						panic("a defect")
					}
					return nil
				})
				if (err == nil) != (i%4 == 0 || i%4 == 3) || i%4 == 1 && !errors.Is(err, refused) {
					t.Errorf("write %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		var orgs []access.Org
		if err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
			orgs, err = tx.Orgs(access.Scope{All: true})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(orgs) != 100 {
			t.Errorf("%d were kept, not 100", len(orgs))
		}
	})
}

func TestVersionsKeepEditsApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		put := func(o *access.Org) error {
			return db.Write(t.Context(), func(tx *store.Tx) error { return tx.PutOrg(o) })
		}
		if err := put(org("a")); err != nil {
			t.Fatal(err)
		}
		mine := *org("a")
		mine.Version, mine.Name = 1, "改名"
		if err := put(&mine); err != nil {
			t.Fatal(err)
		}
		if err := put(&mine); fault.CodeOf(err) != "store.changed" {
			t.Errorf("a second edit of version 1: %v", err)
		}
		if err := put(org("a")); fault.CodeOf(err) != "store.taken" {
			t.Errorf("the same once more: %v", err)
		}
	})
}

func TestCancelledWriteIsNotKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := db.Write(ctx, func(tx *store.Tx) error { return tx.PutOrg(org("a")) })
		if fault.CodeOf(err) != "store.cancelled" {
			t.Errorf("got %v", err)
		}
		if err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.PutOrg(org("a")) }); err != nil {
			t.Errorf("the next: %v", err)
		}
	})
}

func TestOneServerForOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	first, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), path); fault.CodeOf(err) != "store.in_use" {
		t.Errorf("a second server: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	storetest.Open(t, path)
}
