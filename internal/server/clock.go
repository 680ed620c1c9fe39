package server

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync/atomic"

	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
)

// lookAtClock tells the log, and the metrics, when the clock has been set back: it
// shows less than the last entry of the audit log. Nothing stops then. What has an
// order has it by number, and an entry of the log is never older than the one before.
func (p *Platform) lookAtClock(ctx context.Context) error {
	var last civil.Instant
	err := p.DB.Read(ctx, func(tx *store.Tx) (err error) {
		last, err = tx.LastAudit()
		return err
	})
	if err != nil {
		return err
	}
	behind := max(0, last-p.Now())
	if p.behind.Swap(int64(behind)) < int64(civil.Minute) && behind >= civil.Minute {
		p.Log.Error("the clock has been set back", "seconds", int64(behind/civil.Second), "last_entry", last.String())
	}
	return nil
}

// demoClock is the clock of a demonstration: as the real one, but for a difference
// that whoever fills the demonstration sets, so that a year can pass in a minute.
type demoClock struct {
	real func() civil.Instant
	off  atomic.Int64
}

// Now returns what the clock shows.
func (c *demoClock) Now() civil.Instant { return c.real() + civil.Instant(c.off.Load()) }

// serve sets the clock, and does then what the day brings with it. It takes the code
// that making the first administrators asks for. Once set it never turns back.
func (c *demoClock) serve(code string, then func(context.Context)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Code string        `json:"code"`
			To   civil.Instant `json:"to_ms"`
		}
		err := json.NewDecoder(io.LimitReader(r.Body, 1<<10)).Decode(&in)
		off := int64(in.To - c.real())
		if err != nil || code == "" || in.Code != code || off < c.off.Load() && c.off.Load() != 0 {
			http.Error(w, "refused", http.StatusForbidden)
			return
		}
		c.off.Store(off)
		then(r.Context())
		w.WriteHeader(http.StatusNoContent)
	}
}
