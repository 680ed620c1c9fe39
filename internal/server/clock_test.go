package server

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

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

// TestOthersGoByTheClockOfADemonstration: also when it is set later, and while its file
// is being written.
func TestOthersGoByTheClockOfADemonstration(t *testing.T) {
	data := t.TempDir()
	file := filepath.Join(data, clockFile)
	clock, err := DemoClock(data)
	if err != nil {
		t.Fatal(err)
	}
	shows := func(off time.Duration) {
		t.Helper()
		now := clock()
		if behind := time.Now().Add(off).Sub(now); behind < 0 || behind > time.Minute {
			t.Errorf("it is %v behind", behind)
		}
	}
	before := time.Now()
	if clock().Before(before) {
		t.Error("it shows another time than the real one, which nobody has changed")
	}
	const years = -5 * 366 * 24 * time.Hour
	for _, text := range []string{strconv.FormatInt(years.Milliseconds(), 10) + "\n", "", "noon"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		shows(years)
	}
	if _, err := DemoClock(data); fault.CodeOf(err) != "server.demo_clock" {
		t.Errorf("of a file that holds no number: %v", err)
	}
}
