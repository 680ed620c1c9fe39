package store

import (
	"context"
	"embed"
	"io/fs"

	"changrong/internal/base/fault"
)

// migrations are the steps of the schema, forward only. A step that has been
// released never changes.
//
//go:embed migrations/*.sql
var migrations embed.FS

func migrationFiles() (fs.FS, error) { return fs.Sub(migrations, "migrations") }

// migrate brings the schema up to date.
func (db *DB) migrate(ctx context.Context) error {
	p, err := db.provider()
	if err != nil {
		return err
	}
	current, last, err := p.GetVersions(ctx)
	if err != nil {
		return unreachable(err)
	}
	if current > last {
		return newer(current, last)
	}
	if _, err = p.Up(ctx); err != nil {
		return translate(err)
	}
	return db.report(ctx)
}

func newer(current, last int64) *fault.Error {
	return fault.Newf(fault.Conflict, "store.newer", "数据库结构版本%d比本程序（%d）新，请使用较新的程序",
		"the schema is at version %d, this program knows %d; use a later program", current, last)
}
