package reference_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"changrong/internal/adapter/connect/connecttest"
	"changrong/internal/adapter/connect/departments"
	"changrong/internal/adapter/connect/reference"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
	"changrong/internal/exchange"
)

// loop is the platform's side and the reference departments, in time of their own.
type loop struct {
	server *reference.Server
	router *departments.Router
	line   *line
	now    func() time.Time
	began  time.Time
	told   []string
}

// line leads to a network that can be replaced, as a server that is started again.
type line struct {
	mu  sync.Mutex
	net *connecttest.Network
	// sent are requests that went over it, to be sent again.
	sent []*http.Request
}

// RoundTrip implements http.RoundTripper.
func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	again := r.Clone(context.WithoutCancel(r.Context()))
	again.Body = io.NopCloser(bytes.NewReader(body))
	l.mu.Lock()
	net := l.net
	l.sent = append(l.sent, again)
	l.mu.Unlock()
	return net.RoundTrip(r)
}

func (l *line) restart(h http.Handler) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.net.Stop()
	l.net = connecttest.Serve(h)
}

// run runs f with a loop.
func run(t *testing.T, find reference.Firms, f func(t *testing.T, l *loop)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &loop{began: time.Now()}
		l.now = func() time.Time { return connecttest.Recorded.Add(time.Since(l.began)) }
		l.server = reference.NewServer(1, find, l.now)
		l.line = &line{net: connecttest.Serve(l.server)}
		var mu sync.Mutex
		var err error
		l.router, err = departments.Parse([]byte(reference.Config(1, "http://reference.example")), departments.Options{
			Now: l.now, Transport: l.line, Env: noEnv, Changed: func(title string, open bool) {
				mu.Lock()
				defer mu.Unlock()
				l.told = append(l.told, fmt.Sprint(title, open))
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		f(t, l)
		l.router.Close()
		l.line.net.Stop()
	})
}

var ids atomic.Int64

// ask asks for a dataset of a firm.
func (l *loop) ask(ctx context.Context, dataset, code string) (*exchange.Delivery, error) {
	return l.router.Fetch(ctx, *connecttest.Question(dataset, code, fmt.Sprint("q-", ids.Add(1))))
}

// datasets are all there are.
func datasets(t *testing.T) []*exchange.Dataset {
	t.Helper()
	c, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c.Datasets()
}

// many are so many firms, of all kinds, by their codes.
func many(t *testing.T, n int) (codes []string, find reference.Firms) {
	t.Helper()
	all := map[string]*reference.Firm{}
	for i := range n {
		kind := []string{"enterprise", "sole_trader", "coop"}[i%3]
		code, err := uscc.Make(fmt.Sprintf("9%d", i%3+1), "331082", fmt.Sprintf("DEM%05d", 2000+i))
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, code)
		all[code] = &reference.Firm{
			USCC: code, Name: fmt.Sprintf("演示%06d号工艺品有限公司", i), Kind: kind, Industry: "C24", Town: "331082112", Employees: i - 1, Sales: money.Fen(i) * 20 * money.Wan, Full: i%10 == 0,
		}
	}
	return codes, func(code string) (*reference.Firm, bool) { f, ok := all[code]; return f, ok }
}

// TestEverythingAboutManyFirms: many callers at a time, every dataset of many firms; each
// answer is as the catalogue says, and the same when it is asked for again.
func TestEverythingAboutManyFirms(t *testing.T) {
	n := 60
	if testing.Short() {
		n = 11 // one of which every department has something about
	}
	codes, find := many(t, n)
	sets := datasets(t)
	run(t, find, func(t *testing.T, l *loop) {
		var all sync.WaitGroup
		var mu sync.Mutex
		hashes, records := map[string]string{}, map[string]int{}
		for range 2 {
			for _, code := range codes {
				for _, d := range sets {
					all.Go(func() {
						x, err := l.ask(t.Context(), d.ID, code)
						if err != nil {
							t.Errorf("%s of %s: %v", d.ID, code, err)
							return
						}
						if _, err := d.Decode(x.Records); err != nil {
							t.Errorf("%s of %s: %v", d.ID, code, err)
						}
						if d.Single && len(x.Records) > 1 {
							t.Errorf("%s of %s: %d records", d.ID, code, len(x.Records))
						}
						mu.Lock()
						defer mu.Unlock()
						if h := hashes[d.ID+code]; h != "" && h != x.Raw {
							t.Errorf("%s of %s is another the second time", d.ID, code)
						}
						hashes[d.ID+code] = x.Raw
						records[d.ID] += len(x.Records)
					})
				}
			}
			all.Wait()
		}
		for _, d := range sets {
			if records[d.ID] == 0 {
				t.Errorf("%s: no firm has any", d.ID)
			}
		}
	})
}

// TestServerKilledInTheMiddle: whoever waited is told at once, the breaker opens, and when
// the server is back all goes on, with nobody's help.
func TestServerKilledInTheMiddle(t *testing.T) {
	codes, find := many(t, 30)
	run(t, find, func(t *testing.T, l *loop) {
		if _, err := l.ask(t.Context(), "court.cases", codes[0]); err != nil {
			t.Fatal(err)
		}
		l.server.Set(reference.Status{ID: "court", Mode: reference.Slow, DelayMS: 2000})
		var all sync.WaitGroup
		var cut atomic.Int64
		for i := range 40 {
			all.Go(func() {
				_, err := l.ask(t.Context(), "court.cases", codes[i%len(codes)])
				switch fault.CodeOf(err) {
				case "connect.unreachable", "connect.open", "connect.timeout":
					cut.Add(1)
				case "":
				default:
					t.Error(err)
				}
			})
		}
		<-time.After(3 * time.Second) // eight have their answers, eight are in the middle
		l.line.net.Stop()
		all.Wait()
		if took := time.Since(l.began); took > 6*time.Second || cut.Load() == 0 || cut.Load() == 40 {
			t.Errorf("%d of 40 were cut off, after %s", cut.Load(), took)
		}
		if _, err := l.ask(t.Context(), "court.cases", codes[0]); fault.CodeOf(err) != "connect.open" {
			t.Errorf("while it is away: %v", err)
		}
		if p := l.router.Paused(); len(p) != 8 || !p["court"] || p["tax"] {
			t.Errorf("paused: %v", p)
		}
		l.server.Set(reference.Status{ID: "court", Mode: reference.OK})
		l.line.restart(reference.NewServer(1, find, l.now)) // which knows of no secrets
		<-time.After(31 * time.Second)
		for i := range 10 {
			if _, err := l.ask(t.Context(), "court.cases", codes[i]); err != nil {
				t.Errorf("back: %v", err)
			}
		}
		if l.router.Paused()["court"] {
			t.Error("it is paused still")
		}
		if len(l.told) != 2 || !strings.HasSuffix(l.told[0], "true") || !strings.HasSuffix(l.told[1], "false") {
			t.Errorf("told %v", l.told)
		}
	})
}

// TestOneDepartmentAwayLeavesTheOthers: while one hangs, all others answer at once.
func TestOneDepartmentAwayLeavesTheOthers(t *testing.T) {
	run(t, firms, func(t *testing.T, l *loop) {
		l.server.Set(reference.Status{ID: "tax", Mode: reference.Slow, DelayMS: 60_000})
		var all sync.WaitGroup
		for _, d := range datasets(t) {
			all.Go(func() {
				began := time.Now()
				_, err := l.ask(t.Context(), d.ID, firm.USCC)
				if d.Department.ID == "tax" {
					if fault.CodeOf(err) != "connect.timeout" || time.Since(began) != 5*time.Second {
						t.Errorf("%s: %v after %s", d.ID, err, time.Since(began))
					}
				} else if err != nil || time.Since(began) != 0 {
					t.Errorf("%s: %v after %s", d.ID, err, time.Since(began))
				}
			})
		}
		all.Wait()
	})
}

func TestSwitches(t *testing.T) {
	for mode, want := range map[reference.Mode]string{
		reference.OK: "", reference.Slow: "connect.timeout", reference.Drip: "connect.timeout", reference.Down: "connect.unreachable",
		reference.Away: "connect.unreachable", reference.Drift: "connect.drift",
	} {
		run(t, firms, func(t *testing.T, l *loop) {
			control := l.server.Control()
			for _, d := range []string{"insurance", "court", "utility"} { // one of each scheme
				put(t, control, d, map[string]any{"mode": mode}, http.StatusOK)
				for _, x := range datasets(t) {
					if x.Department.ID != d {
						continue
					}
					if _, err := l.ask(t.Context(), x.ID, firm.USCC); fault.CodeOf(err) != want && fault.CodeOf(err) != "connect.open" {
						t.Errorf("%s %s: %v", mode, x.ID, err)
					}
				}
				put(t, control, d, map[string]any{"mode": "ok"}, http.StatusOK)
			}
			<-time.After(time.Minute)
			if _, err := l.ask(t.Context(), "court.cases", firm.USCC); err != nil {
				t.Errorf("%s, and ok again: %v", mode, err)
			}
		})
	}
	run(t, firms, func(t *testing.T, l *loop) {
		l.server.Set(reference.Status{ID: "tax", Mode: reference.Drift, Field: "pjjg"})
		if _, err := l.ask(t.Context(), "tax.grade", firm.USCC); fault.CodeOf(err) != "connect.drift" || fault.Of(err).At.Field != "pjjg" {
			t.Errorf("the field asked for: %v", err)
		}
		control := l.server.Control()
		put(t, control, "customs", map[string]any{"mode": "ok"}, http.StatusBadRequest)
		put(t, control, "tax", map[string]any{"mode": "odd"}, http.StatusBadRequest)
		put(t, control, "tax", map[string]any{"mode": "slow", "delay_ms": -1}, http.StatusBadRequest)
		var all []reference.Status
		w := httptest.NewRecorder()
		control.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/departments", nil))
		if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil || len(all) != 8 || all[5].ID != "tax" || all[5].Calls != 1 || all[5].Field != "pjjg" {
			t.Errorf("%s", w.Body)
		}
		if _, err := l.ask(t.Context(), "court.cases", firm.USCC); err != nil {
			t.Error(err)
		}
		w = httptest.NewRecorder()
		control.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/secrets/forget", nil))
		if _, err := l.ask(t.Context(), "court.cases", firm.USCC); err != nil || w.Code != http.StatusNoContent {
			t.Errorf("secrets forgotten: %v", err)
		}
	})
}

func put(t *testing.T, h http.Handler, department string, body map[string]any, want int) {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/departments/"+department, bytes.NewReader(b)))
	if w.Code != want {
		t.Errorf("%s %s: %d", department, b, w.Code)
	}
}

// TestWhatWasSentOnceIsNotTakenAgain: every request that went over the line, byte for
// byte, is refused the second time, and with anything of it changed.
func TestWhatWasSentOnceIsNotTakenAgain(t *testing.T) {
	run(t, firms, func(t *testing.T, l *loop) {
		for _, d := range datasets(t) {
			if _, err := l.ask(t.Context(), d.ID, firm.USCC); err != nil {
				t.Fatal(err)
			}
		}
		sent := l.line.sent
		for _, r := range sent {
			resp, err := l.line.net.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(resp.Body)
			if err := errors.Join(err, resp.Body.Close()); err != nil {
				t.Fatal(err)
			}
			key := strings.HasSuffix(r.URL.Path, reference.KeyPath)
			if key && !strings.Contains(string(b), "replayed") || !key && (resp.StatusCode != http.StatusUnauthorized || !strings.Contains(string(b), "replayed")) {
				t.Errorf("%s again: %d %s", r.URL.Path, resp.StatusCode, b)
			}
		}
	})
}

// TestWhoAsksForNothingInParticularIsRefused: no purpose; or no consent and no legal basis
// for what is not open to all.
func TestWhoAsksForNothingInParticularIsRefused(t *testing.T) {
	run(t, firms, func(t *testing.T, l *loop) {
		for _, d := range datasets(t) {
			q := connecttest.Question(d.ID, firm.USCC, "no purpose "+d.ID)
			q.Purpose = ""
			if _, err := l.router.Fetch(t.Context(), *q); fault.CodeOf(err) != "connect.refused" {
				t.Errorf("%s without a purpose: %v", d.ID, err)
			}
			q = connecttest.Question(d.ID, firm.USCC, "no consent "+d.ID)
			q.Consent, q.Basis = "", ""
			want := ""
			if d.Sharing != exchange.Unconditional {
				want = "connect.refused"
			}
			if _, err := l.router.Fetch(t.Context(), *q); fault.CodeOf(err) != want {
				t.Errorf("%s (%s) without a consent: %v", d.ID, d.Sharing, err)
			}
		}
	})
}

// TestDataGrowOlderByTheDay: the departments answer for the day before, whatever the day.
func TestDataGrowOlderByTheDay(t *testing.T) {
	run(t, firms, func(t *testing.T, l *loop) {
		first, err := l.ask(t.Context(), "insurance.headcount", firm.USCC)
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(40 * 24 * time.Hour)
		second, err := l.ask(t.Context(), "insurance.headcount", firm.USCC)
		if err != nil || second.AsOf != first.AsOf+40 || second.AsOf != civil.Instant(l.now().UnixMilli()).Date()-1 {
			t.Errorf("as of %s, then %s: %v", first.AsOf, second.AsOf, err)
		}
	})
}
