package store

import (
	"context"
	"database/sql"
	"slices"
	"sync/atomic"

	"changrong/internal/base/fault"

	"github.com/jackc/pgx/v5"
)

// writer runs write transactions one after another. Those that wait while one is
// committed share the next commit: each runs between savepoints, so that one that
// fails takes nothing of the others with it.
type writer struct {
	db    *DB
	queue chan *request
	stop  chan struct{}
	gone  chan struct{} // closed when nothing is run any more
	front atomic.Int64  // requests that somebody waits for
	chain chain         // of the transaction under way
	pipe  *pipe         // likewise
}

type request struct {
	ctx    context.Context
	f      func(*Tx) error
	err    error
	ended  chan struct{}
	failed bool  // its own error; err is not the commit's
	topics Topic // what it leaves for others
}

func newWriter(db *DB) *writer {
	w := &writer{db: db, queue: make(chan *request, maxTogether), stop: make(chan struct{}), gone: make(chan struct{})}
	go w.run()
	return w
}

// close waits for what is under way.
func (w *writer) close() {
	close(w.stop)
	<-w.gone
}

func (w *writer) do(ctx context.Context, f func(*Tx) error) error {
	r := &request{ctx: ctx, f: f, ended: make(chan struct{})}
	if ctx.Value(behindKey{}) == nil {
		w.front.Add(1)
		defer w.front.Add(-1)
	}
	select {
	case w.queue <- r:
	case <-w.stop:
		return closed()
	case <-ctx.Done():
		return translate(ctx.Err())
	}
	select {
	case <-r.ended: // even when ctx ends: the caller must learn whether it was kept
		return r.err
	case <-w.gone:
	}
	select {
	case <-r.ended:
		return r.err
	default: // it came after the last was looked at
		return closed()
	}
}

type behindKey struct{}

// Behind returns a context whose write transactions nobody waits for: what follows
// from what others did.
func Behind(ctx context.Context) context.Context { return context.WithValue(ctx, behindKey{}, true) }

// Pressed tells whether somebody waits for the writer now, or for what it does.
func (db *DB) Pressed() bool { return db.writer.front.Load() > 0 }

func closed() *fault.Error {
	return fault.New(fault.Unavailable, "store.closed", "系统正在停止", "the server is stopping")
}

func (w *writer) run() {
	defer close(w.gone)
	for {
		select {
		case r := <-w.queue:
			w.commit(w.waiting([]*request{r}))
		case <-w.stop:
			for _, r := range w.waiting(nil) {
				r.err = closed()
				close(r.ended)
			}
			return
		}
	}
}

// waiting adds to batch what waits now.
func (w *writer) waiting(batch []*request) []*request {
	for len(batch) < maxTogether {
		select {
		case r := <-w.queue:
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// commit runs the requests in one transaction and tells each how it ended. One that
// breaks the transaction fails, and the others run again without it.
func (w *writer) commit(batch []*request) {
	for {
		broke, err := w.transact(batch)
		if broke == nil {
			w.end(batch, err)
			return
		}
		broke.err, broke.failed = err, true
		w.end([]*request{broke}, err)
		batch = slices.DeleteFunc(batch, func(r *request) bool { return r == broke })
		if len(batch) == 0 {
			return
		}
	}
}

// end tells requests how they ended; err is their commit's.
func (w *writer) end(batch []*request, err error) {
	var topics Topic
	for _, r := range batch {
		switch {
		case err != nil && !r.failed:
			r.err = err
		case !r.failed:
			topics |= r.topics
		}
		close(r.ended)
	}
	w.db.watchers.tell(topics)
}

// transact runs the requests between savepoints of one transaction. When one of
// them broke it, as a full disk does on SQLite, that one is returned too.
func (w *writer) transact(batch []*request) (broke *request, err error) {
	ctx := context.Background() // one caller's end must not end the others'
	conn, err := w.db.write.Conn(ctx)
	if err != nil {
		return nil, unreachable(err)
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, unreachable(err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	w.pipe = nil
	if w.db.dialect == postgres {
		w.pipe = &pipe{conn: conn, held: &pgx.Batch{}}
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", writeLock); err != nil {
			return nil, translate(err)
		}
	}
	w.chain = chain{}
	for i, r := range batch {
		r.err, r.failed, r.topics = nil, false, 0 // it may run again
		if err := w.one(tx, r, i, len(batch)); err != nil {
			return r, err
		}
	}
	if len(batch) == 1 && batch[0].failed {
		return nil, nil // it is rolled back
	}
	return nil, translate(tx.Commit())
}

// writeLock is the advisory lock that makes the writers of one PostgreSQL
// database take turns.
const writeLock = 0x6368616e67726f6e // "changron"

// one runs r, which is the i-th of n, between savepoints; alone it needs none, and the
// commit releases the last. An error is returned only when the transaction cannot go on.
func (w *writer) one(tx *sql.Tx, r *request, i, n int) error {
	if err := r.ctx.Err(); err != nil {
		r.err, r.failed = translate(err), true
		return nil
	}
	ctx := context.WithoutCancel(r.ctx) // a statement cut short may cost the connection, and others' writes
	one := &Tx{ctx: ctx, q: tx, pipe: w.pipe, dialect: w.db.dialect, chain: w.chain}
	if n > 1 {
		if err := one.savepoint(); err != nil {
			return err
		}
	}
	if r.err = run(one, r.f); r.err == nil && one.broken == nil {
		r.err = one.finish(i < n-1)
	}
	r.topics = one.topics
	if one.broken != nil { // also when f made nothing of it
		return one.broken
	}
	if r.err == nil {
		w.chain = one.chain
		return nil
	}
	r.failed = true
	if n == 1 {
		return nil // what it wrote goes with the transaction
	}
	return one.undo()
}

// run calls f; its panic is an error, so that the writer goes on for others.
func run(tx *Tx, f func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Newf(fault.Internal, "store.panic", "内部错误：%v", "a defect: %v", p)
		}
	}()
	if err := f(tx); err != nil {
		return err
	}
	return tx.applied()
}
