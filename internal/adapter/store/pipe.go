package store

import (
	"context"
	"database/sql"
	"fmt"

	"changrong/internal/base/fault"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// querier runs statements: a transaction, or a database where a statement is one.
type querier interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// pipe holds statements back whose results nobody looks at, until one comes whose
// result counts: they then go to PostgreSQL together, which answers them together.
// Each answer that is waited for costs as much as a small statement.
type pipe struct {
	conn *sql.Conn
	held *pgx.Batch
	sent bool // something since the last savepoint was held back
}

// hold holds a statement back.
func (p *pipe) hold(query string, args ...any) { p.held.Queue(query, args...) }

// empty tells whether nothing is held back.
func (p *pipe) empty() bool { return p == nil || p.held.Len() == 0 }

// drop forgets what is held back.
func (p *pipe) drop() { p.held = &pgx.Batch{} }

// send sends what is held back. After an error PostgreSQL has done nothing of what
// came after it.
func (p *pipe) send(ctx context.Context) error {
	batch := p.held
	p.drop()
	p.sent = true
	return p.conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("store: %T is no connection of PostgreSQL", driver)
		}
		return c.Conn().SendBatch(ctx, batch).Close()
	})
}

// later runs a statement whose result nobody looks at, before the next whose result
// counts or the end of the transaction; an error may come as late.
func (tx *Tx) later(query string, args ...any) error {
	if tx.pipe == nil {
		_, err := tx.exec(query, args...)
		return err
	}
	if tx.broken != nil {
		return tx.broken
	}
	tx.ran()
	tx.pipe.hold(query, args...)
	return nil
}

// flush runs what was left for later.
func (tx *Tx) flush() error {
	if tx.pipe.empty() {
		return nil
	}
	err := translate(tx.pipe.send(tx.ctx))
	if fault.KindOf(err) == fault.Unavailable {
		tx.broken = err
	}
	return err
}

// savepoint begins what can be undone by itself.
func (tx *Tx) savepoint() error {
	if tx.pipe != nil {
		tx.pipe.sent = false
		tx.pipe.hold("SAVEPOINT one")
		return nil
	}
	_, err := tx.q.ExecContext(tx.ctx, "SAVEPOINT one")
	return translate(err)
}

// finish ends what succeeded, and releases its savepoint where others follow: a commit
// releases the last.
func (tx *Tx) finish(release bool) error {
	if release && tx.pipe != nil {
		tx.pipe.hold("RELEASE SAVEPOINT one")
	}
	if err := tx.flush(); err != nil || !release || tx.pipe != nil {
		return err
	}
	_, err := tx.q.ExecContext(tx.ctx, "RELEASE SAVEPOINT one")
	return translate(err)
}

// undo undoes everything since the savepoint.
func (tx *Tx) undo() error {
	if tx.pipe != nil {
		tx.pipe.drop()
		if !tx.pipe.sent {
			return nil // nor was the savepoint
		}
	}
	for _, statement := range []string{"ROLLBACK TO SAVEPOINT one", "RELEASE SAVEPOINT one"} {
		if _, err := tx.q.ExecContext(tx.ctx, statement); err != nil {
			return translate(err)
		}
	}
	return nil
}
