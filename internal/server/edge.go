package server

import (
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/web"
)

// writeTimeout is how long a caller may take to take what is written at a time.
const writeTimeout = 30 * time.Second

// policyOf says what a page may load: nothing from elsewhere. The design system of
// the console writes its styles into the page.
const policyOf = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
	"connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// routes puts everything behind one address.
func (p *Platform) routes() (http.Handler, error) {
	files, err := web.Files()
	if err != nil {
		return nil, err
	}
	console, err := newConsole(files, web.Unbuilt())
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", p.API.Handler())
	mux.Handle(httpapi.SigningKeys, p.API.Handler())
	mux.HandleFunc("GET /healthz", p.healthz)
	mux.HandleFunc("GET /readyz", p.readyz)
	mux.HandleFunc("GET /metrics", p.metricsz)
	if p.clock != nil {
		mux.HandleFunc("POST /demo/clock", p.clock.serve(p.BeginCode, p.catchUp))
	}
	mux.Handle("/", console)
	return &edge{next: mux, log: p.Log, metrics: p.Metrics, room: &p.room, now: p.Now, secure: strings.HasPrefix(p.PublicURL, "https://")}, nil
}

// degraded is the header by which every answer tells that the platform is read only for
// want of room.
const (
	degraded = "X-Degraded"
	fullWord = "full"
)

// edge is what every request passes first and every answer last.
type edge struct {
	next    http.Handler
	log     *slog.Logger
	metrics *Metrics
	room    *room
	now     func() civil.Instant
	secure  bool
}

// ServeHTTP implements http.Handler.
func (e *edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	id := crypto.NewID()
	h := w.Header()
	h.Set("X-Request-Id", id)
	h.Set("X-Now", strconv.FormatInt(int64(e.now()), 10)) // a browser's clock may be wrong
	h.Set("Content-Security-Policy", policyOf)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	if e.room.full() {
		h.Set(degraded, fullWord)
	}
	if e.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	a := &answer{ResponseWriter: w, control: http.NewResponseController(w)}
	ctx, work := store.Counted(r.Context())
	r = r.WithContext(ctx)
	e.metrics.inFlight.Add(1)
	defer func() {
		e.metrics.inFlight.Add(-1)
		took := time.Since(start)
		pattern := r.Pattern
		if pattern == "" {
			pattern = "none"
		}
		e.room.saw(r.Method, a.status)
		e.metrics.request(r.Method, strings.TrimPrefix(pattern, r.Method+" "), a.status, took)
		// No address, no query, no name: the log is kept for long and read by many. Who
		// did what is in the audit log.
		e.log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("id", id), slog.String("method", r.Method), slog.String("path", pathOf(r.URL.Path)),
			slog.Int("status", a.status), slog.Int64("bytes", a.bytes), slog.Int64("ms", took.Milliseconds()), slog.Int64("statements", work.Statements()))
	}()
	e.next.ServeHTTP(a, r)
}

// pathOf is a path as the log has it. Behind some beginnings is what one may only know
// who was given it: the token of a code that is scanned.
func pathOf(p string) string {
	for _, secret := range []string{"/api/scan/", "/c/", "/m/scan/"} {
		if token, ok := strings.CutPrefix(p, secret); ok && token != "" {
			return secret + "***"
		}
	}
	return p[:min(len(p), 200)]
}

// answer counts what is answered, and lets go of a caller that does not take it.
type answer struct {
	http.ResponseWriter
	control *http.ResponseController
	status  int
	bytes   int64
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
	if status == http.StatusInsufficientStorage {
		a.Header().Set(degraded, fullWord)
	}
	if (status == http.StatusServiceUnavailable || status == http.StatusInsufficientStorage) && a.Header().Get("Retry-After") == "" {
		a.Header().Set("Retry-After", "5")
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if err := a.control.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// healthz says that the process is alive.
func (p *Platform) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Write([]byte("ok\n")) //nolint:errcheck // the caller has gone
}

// readyz says whether requests can be served now. Without room to write they can: what
// is to be read is read, and what is to be kept is refused with 507.
func (p *Platform) readyz(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	state, ready := map[string]string{"database": "ok", "files": "ok", "writes": "ok"}, true
	for name, check := range map[string]func() error{
		"database": func() error { return p.DB.Check(r.Context()) },
		"files":    func() error { return p.checkFiles(r.Context()) },
	} {
		if err := check(); err != nil {
			state[name], ready = "unavailable", false
			p.Log.Warn("not ready", "what", name, "error", err)
		}
	}
	if p.room.full() {
		state["writes"] = fullWord
	}
	if !ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	json.NewEncoder(w).Encode(state) //nolint:errcheck // the caller has gone
}

// metricsz tells figures to programs on the same machine alone: what comes through
// a proxy comes from elsewhere.
func (p *Platform) metricsz(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	if err != nil || ip == nil || !ip.IsLoopback() || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	p.gauge(r.Context())
	p.Metrics.write(w)
}
