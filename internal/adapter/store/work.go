package store

import (
	"context"
	"sync/atomic"
)

// Work is what the database was asked for on behalf of one caller.
type Work struct{ statements atomic.Int64 }

// Statements returns how many statements ran in its transactions.
func (w *Work) Statements() int64 {
	if w == nil {
		return 0
	}
	return w.statements.Load()
}

type workKey struct{}

// Counted returns a context whose transactions are counted.
func Counted(ctx context.Context) (context.Context, *Work) {
	w := &Work{}
	return context.WithValue(ctx, workKey{}, w), w
}

// ran notes that a statement of tx runs.
func (tx *Tx) ran() {
	if w, ok := tx.ctx.Value(workKey{}).(*Work); ok {
		w.statements.Add(1)
	}
}
