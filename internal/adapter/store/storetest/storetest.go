// Package storetest opens databases for tests of others.
package storetest

import (
	"path/filepath"
	"testing"

	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
)

// Each runs f on an empty database of each kind.
func Each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) {
		db := Open(t, pgtest.Start(t))
		if !db.Postgres() {
			t.Fatal("this is no PostgreSQL database")
		}
		f(t, db)
	})
}

// SQLite opens an empty SQLite database, which is closed when t ends.
func SQLite(t testing.TB) *store.DB {
	t.Helper()
	return Open(t, filepath.Join(t.TempDir(), "changrong.db"))
}

// Open opens the database at address and closes it when t ends.
func Open(t testing.TB, address string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
