package server_test

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"changrong/internal/base/civil"
	"changrong/internal/origination/product"
)

// TestBanksAreToldWhatTheirInterfaceSays: every kind of message that docs/bank-api.md
// lists is sent, and every kind that is sent about applications and products is listed there.
func TestBanksAreToldWhatTheirInterfaceSays(t *testing.T) {
	page, err := os.ReadFile("../../docs/bank-api.md")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^Kinds: (.*)$`).FindSubmatch(page)
	if line == nil {
		t.Fatal("docs/bank-api.md lists no kinds")
	}
	var listed []string
	for _, m := range regexp.MustCompile("`([a-z_.]+)`").FindAllSubmatch(line[1], -1) {
		listed = append(listed, string(m[1]))
	}
	h := newHooked(t)
	w := newWorld(t, "", h, civil.Instant(time.Now().Add(time.Hour).UnixMilli()), true)
	w.live()
	other := w.offered(t, w.bLead, "另一种贷款")
	for _, verb := range []string{"pause", "resume", "retire"} {
		var p product.Product
		w.ok(t, http.MethodGet, "/api/products/"+other, w.bLead, nil, &p)
		w.ok(t, http.MethodPost, "/api/products/"+other+"/actions", w.bLead, map[string]any{"version": p.Version, "verb": verb}, nil)
	}
	for range 3 { // what waits at B is late, and then long late
		w.clock.Add(int64(7 * civil.Day))
		if err := w.Late(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.settle()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	sent := map[string]bool{}
	for _, call := range h.got {
		if m := regexp.MustCompile(`"type":"([a-z_.]+)"`).FindStringSubmatch(call); m != nil {
			sent[m[1]] = true
		}
	}
	slices.Sort(listed)
	if got := slices.Sorted(maps.Keys(sent)); !slices.Equal(got, listed) {
		t.Errorf("sent are\n%s\nand docs/bank-api.md lists\n%s", strings.Join(got, " "), strings.Join(listed, " "))
	}
}
