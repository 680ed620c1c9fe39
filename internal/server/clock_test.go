package server

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

func TestADemonstrationKeepsItsClock(t *testing.T) {
	file := filepath.Join(t.TempDir(), clockFile)
	now := civil.StartOf(20000)
	clock := func() civil.Instant { return now }
	set := func(c *demoClock, code string, to civil.Instant) int {
		w := httptest.NewRecorder()
		body := strings.NewReader(fmt.Sprintf(`{"code":%q,"to_ms":%d}`, code, to))
		c.serve("right", func(context.Context) {})(w, httptest.NewRequest(http.MethodPost, "/demo/clock", body))
		return w.Code
	}
	first, err := newDemoClock(clock, file)
	if err != nil || first.Now() != now {
		t.Fatalf("%v, at first it shows %v", err, first.Now())
	}
	past := civil.StartOf(19000)
	for _, c := range []struct {
		code   string
		to     civil.Instant
		status int
	}{{"wrong", past, http.StatusForbidden}, {"right", past, http.StatusNoContent}, {"right", past - 1, http.StatusForbidden}} {
		if got := set(first, c.code, c.to); got != c.status {
			t.Errorf("set to %v with the %s code: %d", c.to, c.code, got)
		}
	}
	now += civil.Hour // it was off meanwhile
	if again, err := newDemoClock(clock, file); err != nil || again.Now() != past+civil.Hour {
		t.Errorf("started again: %v, it shows %v", err, again.Now())
	}
	if err := os.WriteFile(file, []byte("noon"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := newDemoClock(clock, file); fault.CodeOf(err) != "server.demo_clock" {
		t.Errorf("of a file that holds no number: %v", err)
	}
}
