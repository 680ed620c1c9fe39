package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

// openSQLite opens a file with a driver that keeps the statements of a connection:
// to compile one takes as long as most take to run. (That of PostgreSQL does so by
// itself.)
func openSQLite(address string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", address)
	if err != nil {
		return nil, err
	}
	lite := db.Driver()
	if err := db.Close(); err != nil { // it has opened nothing yet
		return nil, err
	}
	return sql.OpenDB(&connector{lite, address}), nil
}

// maxStatements is how many statements a connection keeps. The program has some
// hundred; lists of ids make more of them.
const maxStatements = 300

// maxStatement is how long a statement may be that is kept, in bytes.
const maxStatement = 4096

// connector makes connections that keep statements.
type connector struct {
	driver  driver.Driver
	address string
}

// Driver implements driver.Connector.
func (c *connector) Driver() driver.Driver { return c.driver }

// Connect implements driver.Connector.
func (c *connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.address)
	if err != nil {
		return nil, err
	}
	of, ok := conn.(liteConn)
	if !ok { // a driver of another version
		return conn, nil
	}
	return &keeper{liteConn: of, kept: map[string]*statement{}}, nil
}

// liteConn is what a connection of the driver can.
type liteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// liteStatement is what its statements can.
type liteStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keeper is a connection that keeps its statements. It is used by one goroutine at a
// time.
type keeper struct {
	liteConn
	kept map[string]*statement
}

// statement is one that is kept; busy while its rows are read.
type statement struct {
	liteStatement
	busy bool
}

// take returns the statement of query, or nil where it is better not kept.
func (k *keeper) take(ctx context.Context, query string) (*statement, error) {
	s := k.kept[query]
	switch {
	case s != nil && s.busy: // its rows are being read
		return nil, nil
	case s != nil:
		return s, nil
	case len(query) > maxStatement:
		return nil, nil
	}
	prepared, err := k.liteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	lite, ok := prepared.(liteStatement)
	if !ok {
		return nil, prepared.Close()
	}
	if err := k.forget(maxStatements - 1); err != nil {
		return nil, errors.Join(err, lite.Close())
	}
	s = &statement{liteStatement: lite}
	k.kept[query] = s
	return s, nil
}

// forget closes statements until at most so many are left, and those that are busy.
func (k *keeper) forget(most int) error {
	for query, s := range k.kept { // a map is walked from a random place
		if len(k.kept) <= most {
			break
		}
		if s.busy {
			continue
		}
		delete(k.kept, query)
		if err := s.Close(); err != nil {
			return err
		}
	}
	return nil
}

// ExecContext implements driver.ExecerContext.
func (k *keeper) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := k.take(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return k.liteConn.ExecContext(ctx, query, args)
	}
	return s.ExecContext(ctx, args)
}

// QueryContext implements driver.QueryerContext.
func (k *keeper) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := k.take(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return k.liteConn.QueryContext(ctx, query, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &keptRows{rows, s}, nil
}

// Close implements driver.Conn.
func (k *keeper) Close() error {
	for _, s := range k.kept {
		s.busy = false
	}
	return errors.Join(k.forget(0), k.liteConn.Close())
}

// keptRows are rows of a statement that is kept.
type keptRows struct {
	driver.Rows
	of *statement
}

// Close implements driver.Rows.
func (r *keptRows) Close() error {
	r.of.busy = false
	return r.Rows.Close()
}

// ColumnTypeDatabaseTypeName implements driver.RowsColumnTypeDatabaseTypeName.
func (r *keptRows) ColumnTypeDatabaseTypeName(i int) string {
	if t, ok := r.Rows.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return t.ColumnTypeDatabaseTypeName(i)
	}
	return ""
}
