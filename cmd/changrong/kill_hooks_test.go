package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// killHooks is another system that is told by webhooks what happens. It honours the
// id of a message: one that comes again it takes and forgets.
type killHooks struct {
	server *httptest.Server

	mu    sync.Mutex
	taken map[string]string // id of an event to the message it came in
	again int               // messages that came again
	wrong []string
}

func newKillHooks(t *testing.T) *killHooks {
	h := &killHooks{taken: map[string]string{}}
	h.server = httptest.NewUnstartedServer(h)
	h.server.Config.ErrorLog = log.New(io.Discard, "", 0) // of connections that were cut
	h.server.StartTLS()
	t.Cleanup(h.server.Close)
	return h
}

// ServeHTTP implements http.Handler.
func (h *killHooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var m struct {
		Data struct{ Event string }
	}
	b, err := io.ReadAll(r.Body)
	if err != nil { // the server was killed while it sent
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	id := r.Header.Get("Webhook-Id")
	if json.Unmarshal(b, &m) != nil || m.Data.Event == "" || id == "" {
		h.wrong = append(h.wrong, string(b))
		return
	}
	switch was := h.taken[m.Data.Event]; was {
	case "":
		h.taken[m.Data.Event] = id
	case id:
		h.again++
	default:
		h.wrong = append(h.wrong, m.Data.Event+" came as "+was+" and as "+id)
	}
	w.WriteHeader(http.StatusNoContent)
}
