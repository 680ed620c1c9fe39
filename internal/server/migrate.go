package server

import (
	"context"

	"changrong/internal/adapter/store"
)

// Migrate brings the database of c up to date and returns the version of its schema.
//
// Errors: those of store.Open.
func Migrate(ctx context.Context, c Config) (version int64, err error) {
	db, err := store.Open(ctx, c.address())
	if err != nil {
		return 0, err
	}
	if err := db.Close(); err != nil {
		return 0, err
	}
	s, err := store.OpenSnapshot(ctx, c.address())
	if err != nil {
		return 0, err
	}
	defer s.Close()
	return s.Version()
}
