package store

import (
	"context"
	"embed"
	"io/fs"

	"changrong/internal/base/fault"

	"github.com/pressly/goose/v3"
)

// migrations are the steps of the schema, forward only. A step that has been
// released never changes.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up to date.
func (db *DB) migrate(ctx context.Context) error {
	steps, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	dialect := goose.DialectSQLite3
	if db.dialect == postgres {
		dialect = goose.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, db.write, steps)
	if err != nil {
		return err
	}
	current, last, err := p.GetVersions(ctx)
	if err != nil {
		return unreachable(err)
	}
	if current > last {
		return fault.Newf(fault.Conflict, "store.newer", "数据库结构版本%d比本程序（%d）新，请使用较新的程序",
			"the schema is at version %d, this program knows %d; use a later program", current, last)
	}
	if _, err = p.Up(ctx); err != nil {
		return translate(err)
	}
	return nil
}
