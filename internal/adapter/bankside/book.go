package bankside

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"time"

	"changrong/internal/base/fault"

	_ "modernc.org/sqlite" // the driver
)

// Book is what the reference bank keeps, in one file: which messages it has, which
// referrals it has to look at and when, and what it said or is about to say. What was
// written is on disk before anything follows from it.
type Book struct{ db *sql.DB }

// bookFile is in the folder of the bank.
const bookFile = "bank.db"

const bookTables = `
CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, kept_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS work (referral TEXT PRIMARY KEY, due_ms INTEGER NOT NULL, mark INTEGER NOT NULL, tries INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS said (
	key TEXT PRIMARY KEY, referral TEXT NOT NULL, step TEXT NOT NULL, version INTEGER NOT NULL, path TEXT NOT NULL, body BLOB NOT NULL,
	state TEXT NOT NULL, why TEXT NOT NULL, at_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS quiet (id INTEGER PRIMARY KEY CHECK (id = 1), until_ms INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS said_open ON said (referral) WHERE state = 'open';`

// OpenBook opens the book in a folder. Errors: bank.data.
func OpenBook(ctx context.Context, folder string) (*Book, error) {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(10000)"}}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.Join(folder, bookFile)}).EscapedPath(), RawQuery: q.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err == nil {
		db.SetMaxOpenConns(1)
		if _, err = db.ExecContext(ctx, bookTables); err != nil {
			db.Close() //nolint:errcheck // the other error is told
		}
	}
	if err != nil {
		return nil, fault.Newf(fault.Unavailable, "bank.data", "数据文件夹 %s 无法使用", "the folder %s cannot be used", folder).Because(err)
	}
	return &Book{db}, nil
}

// Close closes the book.
func (b *Book) Close() error { return b.db.Close() }

// Statement is what is said about a referral, under the key it is said under.
type Statement struct {
	Key, Referral, Step string
	Version             int64 // of the referral when it was decided
	Path                string
	Body                []byte
	At                  int64 // when it was decided, ms
}

// States of a statement.
const (
	said    = "said"    // the platform has it
	refused = "refused" // the platform does not take it
	moot    = "moot"    // things have moved on
)

// item is a referral to look at.
type item struct {
	referral string
	due      int64 // ms
	mark     int64 // changes whenever it is hinted at
	tries    int64 // in a row that failed
}

// hush keeps until when the platform asked for quiet; quiet returns it, 0 when it never did.
func (b *Book) hush(ctx context.Context, until int64) error {
	_, err := b.db.ExecContext(ctx, "INSERT INTO quiet (id, until_ms) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET until_ms = excluded.until_ms", until)
	return err
}

func (b *Book) quiet(ctx context.Context) (until int64, err error) {
	err = b.db.QueryRowContext(ctx, "SELECT until_ms FROM quiet WHERE id = 1").Scan(&until)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return until, err
}

// write runs f in one transaction.
func (b *Book) write(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// hint leaves a referral that is waited with where it is: a pace, or a pause, is kept.
const hint = `INSERT INTO work (referral, due_ms, mark, tries) VALUES ($1, $2, 1, 0)
	ON CONFLICT (referral) DO UPDATE SET mark = mark + 1`

// Keep notes a message and the referrals that it hints at; false when it was there.
func (b *Book) Keep(ctx context.Context, id, kind, subject string, now int64, referrals ...string) (fresh bool, err error) {
	err = b.write(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, "INSERT INTO messages (id, kind, subject, kept_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", id, kind, subject, now)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if fresh = n == 1; err != nil || !fresh {
			return err
		}
		for _, referral := range referrals {
			if _, err := tx.ExecContext(ctx, hint, referral, now); err != nil {
				return err
			}
		}
		return nil
	})
	return fresh, err
}

// Hint asks for a referral to be looked at.
func (b *Book) Hint(ctx context.Context, referral string, now int64) error {
	_, err := b.db.ExecContext(ctx, hint, referral, now)
	return err
}

// next returns what is due first, nil when there is nothing to do.
func (b *Book) next(ctx context.Context) (*item, error) {
	x := &item{}
	err := b.db.QueryRowContext(ctx, "SELECT referral, due_ms, mark, tries FROM work ORDER BY due_ms, referral LIMIT 1").Scan(&x.referral, &x.due, &x.mark, &x.tries)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return x, err
}

// later puts x off; done takes it away, unless it was hinted at meanwhile.
func (b *Book) later(ctx context.Context, x *item, due, tries int64) error {
	_, err := b.db.ExecContext(ctx, "UPDATE work SET due_ms = $1, tries = $2 WHERE referral = $3", due, tries, x.referral)
	return err
}

func (b *Book) done(ctx context.Context, x *item) error {
	_, err := b.db.ExecContext(ctx, "DELETE FROM work WHERE referral = $1 AND mark = $2", x.referral, x.mark)
	return err
}

// open returns what is to be said about a referral and has no answer yet.
func (b *Book) open(ctx context.Context, referral string) (*Statement, error) {
	s := &Statement{}
	err := b.db.QueryRowContext(ctx, "SELECT key, referral, step, version, path, body, at_ms FROM said WHERE referral = $1 AND state = 'open'", referral).
		Scan(&s.Key, &s.Referral, &s.Step, &s.Version, &s.Path, &s.Body, &s.At)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return s, err
}

// intend writes down what is about to be said.
func (b *Book) intend(ctx context.Context, s *Statement) error {
	_, err := b.db.ExecContext(ctx, "INSERT INTO said (key, referral, step, version, path, body, state, why, at_ms) VALUES ($1, $2, $3, $4, $5, $6, 'open', '', $7)",
		s.Key, s.Referral, s.Step, s.Version, s.Path, s.Body, s.At)
	return err
}

// settle notes what became of a statement.
func (b *Book) settle(ctx context.Context, key, state, why string) error {
	_, err := b.db.ExecContext(ctx, "UPDATE said SET state = $1, why = $2 WHERE key = $3", state, why, key)
	return err
}

// times returns how often a step about a referral was refused.
func (b *Book) times(ctx context.Context, referral, step string) (n int64, err error) {
	err = b.db.QueryRowContext(ctx, "SELECT count(*) FROM said WHERE referral = $1 AND step = $2 AND state = 'refused'", referral, step).Scan(&n)
	return n, err
}

// sweep forgets messages and statements that nobody can ask about any more.
func (b *Book) sweep(ctx context.Context, before time.Time) error {
	return b.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM messages WHERE kept_ms < $1", before.UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM said WHERE at_ms < $1 AND state <> 'open'", before.UnixMilli())
		return err
	})
}
