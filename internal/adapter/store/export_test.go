package store

import (
	"context"
	"maps"
	"slices"
	"strconv"
)

// Reported returns the tables that reports show, and those they do not.
func Reported() (in, out []string) {
	return slices.Sorted(maps.Keys(reported)), slices.Sorted(maps.Keys(unreported))
}

// FillUp lets an SQLite file grow no further than a number of pages beyond those it
// has, as a full disk does; less than nothing takes that back.
func (db *DB) FillUp(ctx context.Context, more int64) error {
	var pages int64
	if err := db.write.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return err
	}
	if more < 0 {
		pages = 1 << 30
	}
	var now int64
	return db.write.QueryRowContext(ctx, "PRAGMA max_page_count("+strconv.FormatInt(pages+more, 10)+")").Scan(&now)
}
