package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
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
// that whoever fills the demonstration sets, so that a year can pass in a minute. The
// difference is kept in a file, and stays when the server starts again.
type demoClock struct {
	real func() civil.Instant
	file string
	off  atomic.Int64
}

// newDemoClock returns the clock whose difference was kept in file, if one was.
func newDemoClock(now func() civil.Instant, file string) (*demoClock, error) {
	c := &demoClock{real: now, file: file}
	off, err := difference(file)
	if err != nil {
		return nil, err
	}
	c.off.Store(off)
	return c, nil
}

// difference reads a clock's difference, 0 where none was kept.
func difference(file string) (int64, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	off, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	if err != nil {
		return 0, fault.Invalidf("server.demo_clock", "演示时钟的文件 %s 不是一个数", "the file of the demonstration's clock, %s, holds no number", file)
	}
	return off, nil
}

// DemoClock returns the clock of the demonstration that keeps its data in a folder, for
// what goes with it: those that sign to it and to whom it signs have to agree on the
// time. It follows when that clock is set; of a file that cannot be read it goes on
// with what it read last.
//
// Errors: server.demo_clock.
func DemoClock(data string) (func() time.Time, error) {
	file := filepath.Join(data, clockFile)
	first, err := difference(file)
	if err != nil {
		return nil, err
	}
	var last atomic.Int64
	last.Store(first)
	return func() time.Time {
		if off, err := difference(file); err == nil {
			last.Store(off)
		}
		return time.Now().Add(time.Duration(last.Load()) * time.Millisecond)
	}, nil
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
		if err := os.WriteFile(c.file, []byte(strconv.FormatInt(off, 10)+"\n"), 0o600); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		c.off.Store(off)
		then(r.Context())
		w.WriteHeader(http.StatusNoContent)
	}
}
