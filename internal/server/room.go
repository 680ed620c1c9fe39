package server

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"changrong/internal/base/fault"
)

// room knows whether there is room to write. Without it the platform is read as ever,
// and what is to be kept is refused; nothing has to be done for it to go on but to
// make room.
type room struct {
	began   time.Time    // by which refusals are timed: the clock may be set
	refused atomic.Int64 // when a write was refused last, after began; 0: none since one was kept
	files   atomic.Bool  // the store of files is full
}

// forget is how long after a refusal the platform is said to be full when nobody tries.
const forget = time.Minute

// full tells whether what is written now will likely be refused.
func (r *room) full() bool {
	at := r.refused.Load()
	return r.files.Load() || at > 0 && time.Since(r.began)-time.Duration(at) < forget
}

// saw takes notice of how a request ended.
func (r *room) saw(method string, status int) {
	switch {
	case status == http.StatusInsufficientStorage:
		r.refused.Store(int64(time.Since(r.began)) + 1)
	case status < http.StatusMultipleChoices && method != http.MethodGet && method != http.MethodHead:
		r.refused.Store(0)
	}
}

// checkFiles tells whether files can be read, and whether there is room for more.
func (p *Platform) checkFiles(ctx context.Context) error {
	err := p.Files.Check(ctx)
	full := strings.HasSuffix(fault.CodeOf(err), ".full")
	if p.room.files.Swap(full) != full {
		p.Log.Warn("room for files", "full", full)
	}
	if full {
		return nil
	}
	return err
}
