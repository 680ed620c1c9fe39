package server

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
)

// Metrics are figures about a running platform, in the text form of Prometheus.
type Metrics struct {
	inFlight atomic.Int64
	started  time.Time

	mu       sync.Mutex
	requests map[requestKey]int64
	times    map[string]*histogram // by route
	told     map[toldKey]*toldTimes
	gauges   map[string]int64
}

// toldKey is a kind of event that a subscriber is told.
type toldKey struct{ subscriber, event string }

// toldTimes say how long after events what comes of them was kept.
type toldTimes struct {
	n        int64
	sum, max float64 // seconds
}

type requestKey struct {
	method, route string
	status        int
}

// bounds are the upper bounds of the times of requests, in seconds.
var bounds = [...]float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30}

type histogram struct {
	counts [len(bounds)]int64
	n      int64
	sum    float64
}

// NewMetrics returns metrics of nothing yet.
func NewMetrics() *Metrics {
	return &Metrics{started: time.Now(), requests: map[requestKey]int64{}, times: map[string]*histogram{}, told: map[toldKey]*toldTimes{}, gauges: map[string]int64{}}
}

// request counts one. Routes are those of the program, so there are only so many;
// a method that is none is counted as such.
func (m *Metrics) request(method, route string, status int, took time.Duration) {
	if !slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, method) {
		method = "other"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests[requestKey{method, route, status}]++
	if route == "/api/events" {
		return // it lasts as long as a page is open
	}
	h := m.times[route]
	if h == nil {
		h = &histogram{}
		m.times[route] = h
	}
	s := took.Seconds()
	h.n++
	h.sum += s
	for i, b := range bounds {
		if s <= b {
			h.counts[i]++
		}
	}
}

// tell counts an event whose consequences have been kept. Kinds of events are those of
// the program, so there are only so many.
func (m *Metrics) tell(subscriber, kind string, after civil.Instant) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := toldKey{subscriber, kind}
	t := m.told[k]
	if t == nil {
		t = &toldTimes{}
		m.told[k] = t
	}
	s := float64(after) / float64(civil.Second)
	t.n++
	t.sum += s
	t.max = max(t.max, s)
}

// gauge reads what is asked for when it is asked for.
func (p *Platform) gauge(ctx context.Context) {
	g := map[string]int64{"changrong_database_up": 1, "changrong_streams": int64(p.hub.Streams())}
	if d, ok := p.Departments.(interface{ Paused() map[string]bool }); ok {
		for department, paused := range d.Paused() {
			var n int64
			if paused {
				n = 1
			}
			g[fmt.Sprintf("changrong_department_paused{department=%q}", department)] = n
		}
	}
	p.lookAtClock(ctx) //nolint:errcheck // when the database is away, that is told
	err := p.DB.Read(ctx, func(tx *store.Tx) error {
		jobs, err := tx.JobCounts(p.Now())
		if err != nil {
			return err
		}
		for state, n := range jobs {
			g[fmt.Sprintf("changrong_jobs{state=%q}", state)] = n
		}
		last, err := tx.LastEvent()
		if err != nil {
			return err
		}
		for _, s := range p.told {
			at, err := tx.Cursor(s.Name)
			if err != nil {
				return err
			}
			g[fmt.Sprintf("changrong_events_untold{subscriber=%q}", s.Name)] = last - at
		}
		return nil
	})
	if err != nil {
		g["changrong_database_up"] = 0
	}
	g["changrong_writes_refused"] = 0
	if p.room.full() {
		g["changrong_writes_refused"] = 1
	}
	g["changrong_clock_behind_seconds"] = p.behind.Load() / int64(civil.Second)
	p.Metrics.mu.Lock()
	defer p.Metrics.mu.Unlock()
	p.Metrics.gauges = g
}

// kinds say what the figures are.
var kinds = []struct{ name, kind, help string }{
	{"changrong_database_up", "gauge", "1 when the database answers"},
	{"changrong_writes_refused", "gauge", "1 while there is no room to write: reading goes on"},
	{"changrong_clock_behind_seconds", "gauge", "by how much the clock is behind the last entry of the audit log: it was set back"},
	{"changrong_streams", "gauge", "streams of events that are open"},
	{"changrong_department_paused", "gauge", "1 while a department that failed several times is not asked"},
	{"changrong_jobs", "gauge", "jobs by state; stuck is a part of waiting and running"},
	{"changrong_events_untold", "gauge", "events that a subscriber has not been told yet"},
	{"changrong_told_seconds", "summary", "how long after an event a subscriber has kept what comes of it"},
	{"changrong_told_seconds_max", "gauge", "the longest of them since the start"},
	{"changrong_requests_in_flight", "gauge", "requests being answered"},
	{"changrong_requests_total", "counter", "requests answered"},
	{"changrong_request_seconds", "histogram", "how long requests take"},
	{"changrong_uptime_seconds", "gauge", "since the start"},
	{"go_goroutines", "gauge", "goroutines"},
	{"go_memstats_heap_alloc_bytes", "gauge", "memory in use"},
	{"go_memstats_sys_bytes", "gauge", "memory taken from the system"},
}

// write writes all figures.
func (m *Metrics) write(w io.Writer) {
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	m.mu.Lock()
	defer m.mu.Unlock()
	g := maps.Clone(m.gauges)
	g["changrong_requests_in_flight"] = m.inFlight.Load()
	g["changrong_uptime_seconds"] = int64(time.Since(m.started).Seconds())
	g["go_goroutines"] = int64(runtime.NumGoroutine())
	g["go_memstats_heap_alloc_bytes"] = int64(mem.HeapAlloc)
	g["go_memstats_sys_bytes"] = int64(mem.Sys)
	var b strings.Builder
	for _, k := range kinds {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", k.name, k.help, k.name, k.kind)
		switch k.name {
		case "changrong_requests_total":
			m.writeRequests(&b)
		case "changrong_request_seconds":
			m.writeTimes(&b)
		case "changrong_told_seconds":
			m.writeTold(&b, func(t *toldTimes, name string) string {
				return fmt.Sprintf("changrong_told_seconds_sum%s %g\nchangrong_told_seconds_count%s %d\n", name, t.sum, name, t.n)
			})
		case "changrong_told_seconds_max":
			m.writeTold(&b, func(t *toldTimes, name string) string {
				return fmt.Sprintf("changrong_told_seconds_max%s %g\n", name, t.max)
			})
		default:
			for _, name := range slices.Sorted(maps.Keys(g)) {
				if base, _, _ := strings.Cut(name, "{"); base == k.name {
					fmt.Fprintf(&b, "%s %d\n", name, g[name])
				}
			}
		}
	}
	io.WriteString(w, b.String()) //nolint:errcheck // the caller has gone
}

func (m *Metrics) writeRequests(b *strings.Builder) {
	keys := slices.SortedFunc(maps.Keys(m.requests), func(x, y requestKey) int {
		return strings.Compare(fmt.Sprint(x.route, x.method, x.status), fmt.Sprint(y.route, y.method, y.status))
	})
	for _, k := range keys {
		fmt.Fprintf(b, "changrong_requests_total{method=%q,route=%q,status=\"%d\"} %d\n", k.method, k.route, k.status, m.requests[k])
	}
}

func (m *Metrics) writeTimes(b *strings.Builder) {
	for _, route := range slices.Sorted(maps.Keys(m.times)) {
		h := m.times[route]
		for i, bound := range bounds {
			fmt.Fprintf(b, "changrong_request_seconds_bucket{route=%q,le=\"%g\"} %d\n", route, bound, h.counts[i])
		}
		fmt.Fprintf(b, "changrong_request_seconds_bucket{route=%q,le=\"+Inf\"} %d\n", route, h.n)
		fmt.Fprintf(b, "changrong_request_seconds_sum{route=%q} %g\nchangrong_request_seconds_count{route=%q} %d\n", route, h.sum, route, h.n)
	}
}

// writeTold writes a line for every subscriber and kind of event.
func (m *Metrics) writeTold(b *strings.Builder, line func(t *toldTimes, labels string) string) {
	keys := slices.SortedFunc(maps.Keys(m.told), func(x, y toldKey) int {
		return cmp.Or(strings.Compare(x.subscriber, y.subscriber), strings.Compare(x.event, y.event))
	})
	for _, k := range keys {
		b.WriteString(line(m.told[k], fmt.Sprintf("{subscriber=%q,event=%q}", k.subscriber, k.event)))
	}
}
