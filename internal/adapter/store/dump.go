package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/base/fault"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	turns "github.com/pressly/goose/v3/lock"
)

// Snapshot is one state of a database, read while a server goes on with it.
type Snapshot struct {
	db  *DB
	tx  *Tx
	end *sql.Tx
}

// OpenSnapshot opens the database at address for reading alone, at its state of now.
// A server may be using it, also an SQLite file: the lock keeps other servers off,
// not readers.
//
// Errors: store.unreachable, store.none (there is no such database).
func OpenSnapshot(ctx context.Context, address string) (*Snapshot, error) {
	db, err := connectReader(address)
	if err != nil {
		return nil, err
	}
	opts := &sql.TxOptions{ReadOnly: true}
	if db.dialect == postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	q, err := db.read.BeginTx(ctx, opts)
	if err != nil {
		db.read.Close() //nolint:errcheck // the other error is told
		return nil, unreachable(err)
	}
	s := &Snapshot{db, &Tx{ctx: ctx, q: q, dialect: db.dialect}, q}
	if _, err := s.Version(); err != nil { // this also fixes the state
		s.Close() //nolint:errcheck // the other error is told
		return nil, fault.New(fault.NotFound, "store.none", "这里没有畅融的数据库", "there is no database of this program").Because(err)
	}
	return s, nil
}

func connectReader(address string) (*DB, error) {
	if IsPostgres(address) {
		pool, err := sql.Open("pgx", address)
		if err != nil {
			return nil, unreachable(err)
		}
		return &DB{read: pool, dialect: postgres}, nil
	}
	path, err := filepath.Abs(address)
	if err != nil {
		return nil, unreachable(err)
	}
	pool, err := sql.Open("sqlite", sqliteURL(path, "deferred")+"&mode=rw") // rw: it must not be made
	if err != nil {
		return nil, unreachable(err)
	}
	return &DB{read: pool, dialect: sqlite3}, nil
}

// Close ends the snapshot.
func (s *Snapshot) Close() error {
	s.end.Rollback() //nolint:errcheck // nothing was written
	return s.db.read.Close()
}

// Tx reads the snapshot.
func (s *Snapshot) Tx() *Tx { return s.tx }

// Version is the version of its schema.
func (s *Snapshot) Version() (version int64, err error) {
	err = s.tx.one(nil, "SELECT max(version_id) FROM goose_db_version", nil, &version)
	return version, err
}

// Tables returns the tables of this program that are there: an older database has
// fewer.
func (s *Snapshot) Tables() (there []string, err error) {
	tables, err := Tables()
	if err != nil {
		return nil, err
	}
	query := "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
	if s.db.dialect == postgres {
		query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid) ORDER BY relname"
	}
	names, err := all(s.tx, func(r scanner) (name string, err error) { return name, r.Scan(&name) }, query)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		if slices.Contains(names, t) {
			there = append(there, t)
		}
	}
	return there, nil
}

// Dump writes the rows of a table, one a line: a list of the columns first, then a
// list of values for each row.
func (s *Snapshot) Dump(table string, w io.Writer) (rows int64, err error) {
	tx := s.tx
	cs, err := columns(tx.ctx, tx.q, table)
	if err != nil {
		return 0, err
	}
	names, places, order := make([]string, len(cs)), make([]any, len(cs)), make([]string, len(cs))
	values := make([]any, len(cs))
	for i, c := range cs {
		names[i], order[i] = c.name, strconv.Itoa(i+1)
		places[i] = &values[i]
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	if err := out.Encode(names); err != nil {
		return 0, err
	}
	r, err := tx.q.QueryContext(tx.ctx, "SELECT "+quotedList(names)+" FROM "+table+" ORDER BY "+strings.Join(order, ", "))
	if err != nil {
		return 0, translate(err)
	}
	defer r.Close()
	for r.Next() {
		if err := r.Scan(places...); err != nil {
			return rows, translate(err)
		}
		for i, v := range values {
			switch v := v.(type) {
			case int64, string, nil:
			case []byte:
				values[i] = string(v)
			default:
				return rows, fmt.Errorf("store: %s.%s holds a %T", table, names[i], v)
			}
		}
		if err := out.Encode(values); err != nil {
			return rows, err
		}
		rows++
	}
	return rows, translate(r.Err())
}

func quotedList(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

// Loading is an empty database that is being filled from a dump, in one transaction.
type Loading struct {
	db   *DB
	conn *sql.Conn
	tx   *sql.Tx
	ctx  context.Context
}

// Load opens the empty database at address, or makes it, with the schema of a
// version, to be filled.
//
// Errors: those of Open, store.not_empty.
func Load(ctx context.Context, address string, version int64) (*Loading, error) {
	db, err := connect(address)
	if err != nil {
		return nil, err
	}
	l := &Loading{db: db, ctx: ctx}
	if err := l.begin(version); err != nil {
		l.Close() //nolint:errcheck // the other error is told
		return nil, err
	}
	return l, nil
}

func (l *Loading) begin(version int64) error {
	if err := l.db.write.PingContext(l.ctx); err != nil {
		return unreachable(err)
	}
	p, err := l.db.provider()
	if err != nil {
		return err
	}
	current, last, err := p.GetVersions(l.ctx)
	switch {
	case err != nil:
		return unreachable(err)
	case current > 0:
		return fault.New(fault.Conflict, "store.not_empty", "目标数据库不是空的，恢复只能写入空数据库", "the database is not empty; only an empty one is restored to")
	case version > last:
		return newer(version, last)
	}
	if _, err := p.UpTo(l.ctx, version); err != nil {
		return translate(err)
	}
	if l.conn, err = l.db.write.Conn(l.ctx); err != nil {
		return unreachable(err)
	}
	tables, err := Tables()
	if err != nil {
		return err
	}
	there := tables[:0]
	for _, t := range tables {
		if _, err := columns(l.ctx, l.conn, t); err == nil { // else it is of a later version
			there = append(there, t)
		}
	}
	if l.tx, err = l.conn.BeginTx(l.ctx, nil); err != nil {
		return unreachable(err)
	}
	// What the steps of the schema put in stands in the dump too.
	for i := len(there) - 1; i >= 0; i-- {
		if _, err := l.tx.ExecContext(l.ctx, "DELETE FROM "+there[i]); err != nil { //nolint:gosec // names of the schema
			return translate(err)
		}
	}
	return nil
}

// Table fills a table with what Dump wrote.
//
// Errors: store.dump (it is not what Dump wrote).
func (l *Loading) Table(table string, r io.Reader) (rows int64, err error) {
	in := json.NewDecoder(r)
	in.UseNumber()
	var names []string
	if err := in.Decode(&names); err != nil {
		return 0, badDump(table, err)
	}
	cs, err := columns(l.ctx, l.tx, table)
	if err != nil {
		return 0, err
	}
	if len(names) != len(cs) {
		return 0, badDump(table, fmt.Errorf("%d columns, not %d", len(names), len(cs)))
	}
	for i, c := range cs {
		if c.name != names[i] {
			return 0, badDump(table, fmt.Errorf("the column %s, not %s", names[i], c.name))
		}
	}
	next := func() ([]any, error) { return row(in, cs) }
	if l.db.dialect == postgres {
		rows, err = l.copyIn(table, names, next)
	} else {
		rows, err = l.insert(table, names, next)
	}
	if err != nil && fault.CodeOf(err) == "" {
		return rows, badDump(table, err)
	}
	return rows, err
}

// row reads one row; io.EOF after the last.
func row(in *json.Decoder, cs []column) ([]any, error) {
	var raw []any
	if err := in.Decode(&raw); err != nil {
		return nil, err
	}
	if len(raw) != len(cs) {
		return nil, fmt.Errorf("a row of %d values, not %d", len(raw), len(cs))
	}
	for i, v := range raw {
		switch v := v.(type) {
		case nil:
		case string:
			if !cs[i].text {
				return nil, fmt.Errorf("%s is a text", cs[i].name)
			}
		case json.Number:
			n, err := v.Int64()
			if err != nil || cs[i].text {
				return nil, fmt.Errorf("%s is the number %s", cs[i].name, v)
			}
			raw[i] = n
		default:
			return nil, fmt.Errorf("%s is a %T", cs[i].name, v)
		}
	}
	return raw, nil
}

func (l *Loading) insert(table string, names []string, next func() ([]any, error)) (rows int64, err error) {
	marks := make([]string, len(names))
	for i := range names {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	s, err := l.tx.PrepareContext(l.ctx, "INSERT INTO "+table+" ("+quotedList(names)+") VALUES ("+strings.Join(marks, ", ")+")") //nolint:gosec // names of the schema
	if err != nil {
		return 0, translate(err)
	}
	defer s.Close()
	for {
		values, err := next()
		if err == io.EOF { //nolint:errorlint // the decoder returns it bare
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		if _, err := s.ExecContext(l.ctx, values...); err != nil {
			return rows, translate(err)
		}
		rows++
	}
}

// copyIn fills a table in one statement, so that its rows may refer to each other
// in any order.
func (l *Loading) copyIn(table string, names []string, next func() ([]any, error)) (rows int64, err error) {
	err = l.conn.Raw(func(driver any) error {
		rows, err = driver.(*stdlib.Conn).Conn().CopyFrom(l.ctx, pgx.Identifier{table}, names, &copySource{next: next})
		return translate(err)
	})
	return rows, err
}

// copySource gives rows to COPY.
type copySource struct {
	next   func() ([]any, error)
	values []any
	err    error
}

func (c *copySource) Next() bool {
	c.values, c.err = c.next()
	return c.err == nil
}

func (c *copySource) Values() ([]any, error) { return c.values, nil }

func (c *copySource) Err() error {
	if c.err == io.EOF { //nolint:errorlint // the decoder returns it bare
		return nil
	}
	return c.err
}

func badDump(table string, err error) *fault.Error {
	return fault.Newf(fault.Invalid, "store.dump", "备份中的表 %s 不完整或已损坏", "the table %s of the backup is damaged", table).Because(err)
}

// Keep keeps what was loaded, and brings the schema up to date.
func (l *Loading) Keep() error {
	if err := l.tx.Commit(); err != nil {
		return translate(err)
	}
	l.tx = nil
	if err := l.conn.Close(); err != nil {
		return translate(err)
	}
	l.conn = nil
	return l.db.migrate(l.ctx)
}

// Close ends loading. What was not kept is gone.
func (l *Loading) Close() error {
	if l.tx != nil {
		l.tx.Rollback() //nolint:errcheck // it was not to be kept
	}
	if l.conn != nil {
		l.conn.Close() //nolint:errcheck // it goes with the database
	}
	return l.db.Close()
}

// provider runs the steps of the schema.
func (db *DB) provider() (*goose.Provider, error) {
	steps, err := migrationFiles()
	if err != nil {
		return nil, err
	}
	if db.dialect == sqlite3 {
		return goose.NewProvider(goose.DialectSQLite3, db.write, steps)
	}
	one, err := turns.NewPostgresSessionLocker() // servers that start together take turns
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db.write, steps, goose.WithSessionLocker(one))
}
