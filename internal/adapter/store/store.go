package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"changrong/internal/base/fault"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// DB is an open database.
type DB struct {
	read, write *sql.DB
	dialect     dialect
	writer      *writer
	release     func() // lets another server have an SQLite file
	watchers    watchers
}

type dialect uint8

const (
	sqlite3 dialect = iota
	postgres
)

// Open opens the database at address and brings its schema up to date. The address
// is a PostgreSQL URL (postgres://…) or its keywords (host=… dbname=…), or the path
// of an SQLite file, which is made when it is not there.
//
// Errors: store.in_use (another server has the file), store.unreachable,
// store.newer (the schema is of a later program).
func Open(ctx context.Context, address string) (*DB, error) {
	db, err := connect(address)
	if err != nil {
		return nil, err
	}
	if err := db.read.PingContext(ctx); err != nil {
		db.Close() //nolint:errcheck // the other error is told
		return nil, unreachable(err)
	}
	if err := db.migrate(ctx); err != nil {
		db.Close() //nolint:errcheck // the other error is told
		return nil, err
	}
	db.writer = newWriter(db)
	return db, nil
}

// IsPostgres tells whether address names a PostgreSQL database and not a file.
func IsPostgres(address string) bool {
	return slices.ContainsFunc([]string{"postgres://", "postgresql://", "host=", "dbname=", "service="},
		func(start string) bool { return strings.HasPrefix(address, start) })
}

// Postgres tells whether db is a PostgreSQL database; else it is an SQLite file.
func (db *DB) Postgres() bool { return db.dialect == postgres }

func connect(address string) (*DB, error) {
	if IsPostgres(address) {
		pool, err := sql.Open("pgx", address)
		if err != nil {
			return nil, unreachable(err)
		}
		pool.SetMaxOpenConns(maxReaders)
		pool.SetMaxIdleConns(maxReaders)
		write, err := sql.Open("pgx", address) // of its own: readers must not keep the writer waiting
		if err != nil {
			pool.Close() //nolint:errcheck // the other error is told
			return nil, unreachable(err)
		}
		write.SetMaxOpenConns(1)
		return &DB{read: pool, write: write, dialect: postgres, release: func() {}}, nil
	}
	if err := os.MkdirAll(filepath.Dir(address), 0o700); err != nil {
		return nil, unreachable(err)
	}
	release, err := lock(address + ".lock")
	if err != nil {
		return nil, err
	}
	write, err := openSQLite(sqliteURL(address, "immediate"))
	if err != nil {
		release()
		return nil, unreachable(err)
	}
	write.SetMaxOpenConns(1)
	read, err := openSQLite(sqliteURL(address, "deferred"))
	if err != nil {
		write.Close() //nolint:errcheck // the other error is told
		release()
		return nil, unreachable(err)
	}
	read.SetMaxOpenConns(maxReaders)
	read.SetMaxIdleConns(maxReaders)
	return &DB{read: read, write: write, dialect: sqlite3, release: release}, nil
}

// sqliteURL names an SQLite file with the settings it is used with: what is
// committed is on disk (synchronous=FULL), readers do not wait for the writer (WAL).
func sqliteURL(path, lock string) string {
	q := url.Values{"_txlock": {lock}, "_pragma": {
		"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(10000)", "foreign_keys(1)", "cache_size(-32768)", "temp_store(2)",
	}}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// Close ends what is under way and closes the database.
func (db *DB) Close() error {
	if db.writer != nil {
		db.writer.close()
	}
	err := errors.Join(db.read.Close(), db.write.Close())
	db.release()
	return err
}

// Check tells whether the database answers.
func (db *DB) Check(ctx context.Context) error {
	if err := db.read.PingContext(ctx); err != nil {
		return unreachable(err)
	}
	return nil
}

// Read runs f on one state of the database. f writes nothing.
func (db *DB) Read(ctx context.Context, f func(*Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if db.dialect == postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := db.read.BeginTx(ctx, opts)
	if err != nil {
		return unreachable(err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return f(&Tx{ctx: ctx, q: tx, dialect: db.dialect, orgs: orgs{}})
}

// Glance runs f, which has one statement and writes nothing: that needs no
// transaction around it.
func (db *DB) Glance(ctx context.Context, f func(*Tx) error) error {
	return f(&Tx{ctx: ctx, q: db.read, dialect: db.dialect})
}

// Write runs f and keeps what it wrote when it returns nil; else nothing of it.
// When Write returns nil it is on disk. f may be run twice.
func (db *DB) Write(ctx context.Context, f func(*Tx) error) error { return db.writer.do(ctx, f) }

// Of is the database as a package below knows it: T is that package's Tx
// interface, which *Tx satisfies.
type Of[T any] struct {
	DB     *DB
	Behind bool // nobody waits for what it writes (Behind)
}

// Read implements the package's Store.
func (o Of[T]) Read(ctx context.Context, f func(T) error) error {
	return o.DB.Read(ctx, func(tx *Tx) error { return f(any(tx).(T)) })
}

// Glance implements the package's Store.
func (o Of[T]) Glance(ctx context.Context, f func(T) error) error {
	return o.DB.Glance(ctx, func(tx *Tx) error { return f(any(tx).(T)) })
}

// Write implements the package's Store.
func (o Of[T]) Write(ctx context.Context, f func(T) error) error {
	if o.Behind {
		ctx = Behind(ctx)
	}
	return o.DB.Write(ctx, func(tx *Tx) error { return f(any(tx).(T)) })
}

// Tx is one transaction.
type Tx struct {
	ctx     context.Context
	q       querier
	pipe    *pipe // nil where nothing is held back
	dialect dialect
	topics  Topic // what it leaves for others
	broken  error // the database gave the whole transaction up: nothing more is written
	chain   chain // the end of the audit log, once it has been looked at
	orgs    orgs  // what has been read where nothing is written
}

// exec runs a statement.
func (tx *Tx) exec(query string, args ...any) (sql.Result, error) {
	if tx.broken != nil {
		return nil, tx.broken
	}
	if err := tx.flush(); err != nil {
		return nil, err
	}
	tx.ran()
	r, err := tx.q.ExecContext(tx.ctx, query, args...)
	if err = translate(err); fault.KindOf(err) == fault.Unavailable {
		tx.broken = err
	}
	return r, err
}

// one reads the only row of a query into dest; fault.NotFound when there is none.
func (tx *Tx) one(missing *fault.Error, query string, args []any, dest ...any) error {
	if err := tx.flush(); err != nil {
		return err
	}
	tx.ran()
	err := tx.q.QueryRowContext(tx.ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return missing
	}
	return translate(err)
}

// all reads every row of a query with scan.
func all[T any](tx *Tx, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	if err := tx.flush(); err != nil {
		return nil, err
	}
	tx.ran()
	rows, err := tx.q.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	out := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, translate(err)
		}
		out = append(out, v)
	}
	return out, translate(rows.Err())
}

// flag is a boolean as the schema keeps it.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// single reads the only row of a query with scan; missing when there is none.
func single[T any](tx *Tx, missing *fault.Error, scan func(scanner) (T, error), query string, args ...any) (*T, error) {
	if err := tx.flush(); err != nil {
		return nil, err
	}
	tx.ran()
	v, err := scan(tx.q.QueryRowContext(tx.ctx, query, args...))
	switch {
	case err == nil:
		return &v, nil
	case err == sql.ErrNoRows: //nolint:errorlint // database/sql returns it bare
		return nil, missing
	}
	return nil, translate(err)
}

// scanner is a row.
type scanner interface{ Scan(...any) error }

// changed tells whether a statement that replaces one version of something did:
// no row means that somebody else changed it meanwhile.
func changed(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err != nil {
		return translate(err)
	}
	if n == 0 {
		return fault.New(fault.Conflict, "store.changed", "他人已修改，请刷新后再试", "somebody changed it meanwhile; read it again")
	}
	return nil
}

// errTaken is what translate makes of a broken UNIQUE constraint.
var errTaken = fault.New(fault.Conflict, "store.taken", "已有相同的记录", "there is one like it already")

// translate makes a fault of what a driver says, told apart by code.
func translate(err error) error {
	if err == nil || fault.CodeOf(err) != "" {
		return err
	}
	var pg *pgconn.PgError
	var lite *sqlite.Error
	switch {
	case errors.As(err, &pg) && pg.Code == "23505":
		return errTaken.Because(err)
	case errors.As(err, &lite) && (lite.Code() == lib.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == lib.SQLITE_CONSTRAINT_PRIMARYKEY):
		return errTaken.Because(err)
	case errors.As(err, &lite) && lite.Code()&0xff == lib.SQLITE_FULL, errors.As(err, &pg) && pg.Code == "53100":
		return fault.New(fault.Unavailable, "store.full", "磁盘已满，未保存", "the disk is full; nothing was kept").Because(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Unavailable, "store.cancelled", "请求已取消", "the request was cancelled").Because(err)
	case errors.As(err, &pg) && (strings.HasPrefix(pg.Code, "57") || strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "08")), pg == nil && lost(err):
		return unreachable(err)
	case errors.As(err, &lite) && slices.Contains([]int{lib.SQLITE_IOERR, lib.SQLITE_BUSY, lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_NOMEM}, lite.Code()&0xff):
		return unreachable(err)
	}
	return fmt.Errorf("store: %w", err)
}

// lost tells whether err says that the connection to the database is gone.
func lost(err error) bool {
	return errors.As(err, new(*pgconn.ConnectError)) || errors.As(err, new(net.Error)) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

func unreachable(err error) error {
	return fault.New(fault.Unavailable, "store.unreachable", "数据库暂不可用，请稍后再试", "the database cannot be reached").Because(err)
}

// Limits of the connections.
const (
	maxReaders  = 8
	maxTogether = 64 // writes committed together
)
