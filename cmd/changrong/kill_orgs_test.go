package main

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
)

// killOrgs adds organisations, and sends each request again with its key until it
// is answered.
type killOrgs struct {
	n       int
	key     string            // of the request that was not answered; "" none
	again   int               // requests that were sent again
	acked   map[string]string // name to id
	unknown int               // of them, that had been done
	unsure  int               // of them, that may have been
	before  int               // organisations that there were
	doubled int
}

func (w *killOrgs) begin(t *testing.T, s *killSite) {
	w.before = len(w.list(t, s))
}

func (w *killOrgs) act(ctx context.Context, s *killSite) {
	if w.key == "" {
		w.n++
		w.key = crypto.NewID()
	} else {
		w.again++
	}
	name := fmt.Sprintf("第%d机构", w.n)
	var made struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	switch status := s.system.call(ctx, "POST", "/api/orgs", w.key, map[string]string{"kind": "bank", "name": name}, &made); {
	case status/100 == 2:
		w.acked[name], w.key = made.ID, ""
	case status == http.StatusConflict: // it was done, and the answer is gone
		w.acked[name], w.key = "", ""
		w.unknown++
	case status == unsure: // the server before this one may still be at it
		w.unsure++
	}
}

func (w *killOrgs) settled(*killSite) bool { return w.key == "" && w.n > 0 }

// list returns the organisations' ids by name.
func (w *killOrgs) list(t *testing.T, s *killSite) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, o := range killList[struct{ ID, Name string }](t, s.system, "/api/orgs?") {
		if found[o.Name] != "" {
			w.doubled++
			t.Errorf("%s is there twice", o.Name)
		}
		found[o.Name] = o.ID
	}
	return found
}

func (w *killOrgs) check(t *testing.T, s *killSite) {
	found := w.list(t, s)
	missing := 0
	for name, id := range w.acked {
		if found[name] == "" || id != "" && found[name] != id {
			missing++
			t.Errorf("%s was acknowledged as %q and is %q", name, id, found[name])
		}
	}
	if others := len(found) - len(w.acked) - w.before; others != 0 {
		t.Errorf("%d organisations that nobody added", others)
	}
	t.Logf("%d organisations acknowledged, %d lost, %d doubled; %d requests sent again, of which %d had been done without an answer and %d had to wait", len(w.acked), missing, w.doubled, w.again, w.unknown, w.unsure)
}

func (*killOrgs) told(*testing.T, []store.Told) {}
