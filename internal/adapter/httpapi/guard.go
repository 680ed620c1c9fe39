package httpapi

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"changrong/internal/base/fault"
)

// Limits of a connection. A request that is slower than these, or longer, is ended
// before an operation sees it.
const (
	maxHeader     = 32 << 10
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	bodyTimeout   = 15 * time.Second // of a body that is read whole before the operation runs
	chunkTimeout  = 30 * time.Second // until the next piece of one that is read as it comes
	takeTimeout   = 60 * time.Second // until the caller has taken the next piece of the answer
)

// NewServer returns a server for h with the limits of a connection.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader}
}

// guard is what every request passes first, also one that no operation is for.
func (a *API) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer rescue(w)
		w = &patient{w, http.NewResponseController(w)}
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "private, no-cache") // ask again with the ETag
		if err := a.acceptable(r); err != nil {
			writeProblem(w, problemOf(err))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// acceptable tells whether there may be an operation for r.
//
// Errors: http.encoding, http.not_found, http.method.
func (a *API) acceptable(r *http.Request) error {
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return fault.Invalidf("http.encoding", "请求内容不得压缩（Content-Encoding）", "the body must not be compressed (Content-Encoding)")
	}
	missing := fault.New(fault.NotFound, "http.not_found", "没有这个地址", "there is nothing at this address")
	if path.Clean(r.URL.Path) != r.URL.Path {
		return missing // the library would send the caller elsewhere
	}
	if _, pattern := a.mux.Handler(r); pattern != "" {
		return nil
	}
	if allowed := a.allowed(r); len(allowed) > 0 {
		return &Problem{
			Type: "urn:changrong:http.method", Code: "http.method", Status: http.StatusMethodNotAllowed,
			Title: "此地址不支持该请求方法，可用：" + strings.Join(allowed, "、"), En: "the address is for " + strings.Join(allowed, ", "), allow: allowed,
		}
	}
	return missing
}

// allowed are the methods with an operation at r's address.
func (a *API) allowed(r *http.Request) (methods []string) {
	for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		other := r.Clone(r.Context())
		other.Method = m
		if _, pattern := a.mux.Handler(other); m != r.Method && strings.HasPrefix(pattern, m+" ") {
			methods = append(methods, m)
		}
	}
	return methods
}

// rescue answers for an operation that panicked, and leaves the reason in the log.
func rescue(w http.ResponseWriter) {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	slog.Error("panic", "reason", p, "stack", string(debug.Stack()))
	writeProblem(w, problemOf(fault.Newf(fault.Internal, "http.panic", "内部错误：%v", "a defect: %v", p)))
}

// crossSite answers a request that a page of another site made with our cookie.
func crossSite(w http.ResponseWriter, _ *http.Request) {
	writeProblem(w, problemOf(fault.New(fault.Forbidden, "http.cross_site", "拒绝来自其他网站的请求", "a request from another site")))
}

// writeProblem answers outside of an operation.
func writeProblem(w http.ResponseWriter, p *Problem) {
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p) //nolint:errcheck // the caller has gone
}

// steady reads a body piece by piece, each of which must come in time.
type steady struct {
	io.ReadCloser
	rc *http.ResponseController
}

// Read implements io.Reader.
func (s *steady) Read(b []byte) (int, error) {
	s.rc.SetReadDeadline(time.Now().Add(chunkTimeout)) //nolint:errcheck // without deadlines it is a test's
	n, err := s.ReadCloser.Read(b)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fault.New(fault.Unavailable, "http.timeout", "接收请求超时，请检查网络后重试", "the request took too long to arrive").Because(err)
	}
	return n, err
}

// patient writes an answer piece by piece, each of which must be taken in time; so
// an answer may be long, but nobody keeps a connection by not reading.
type patient struct {
	http.ResponseWriter
	rc *http.ResponseController
}

// WriteHeader implements http.ResponseWriter.
func (p *patient) WriteHeader(status int) {
	p.extend()
	p.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (p *patient) Write(b []byte) (int, error) {
	p.extend()
	return p.ResponseWriter.Write(b)
}

func (p *patient) extend() {
	p.rc.SetWriteDeadline(time.Now().Add(takeTimeout)) //nolint:errcheck // without deadlines it is a test's
}

// Flush implements http.Flusher.
func (p *patient) Flush() {
	p.extend()
	p.rc.Flush() //nolint:errcheck // what cannot flush has nothing to flush
}

// Unwrap lets deadlines through.
func (p *patient) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// address returns where a request came from: who called us, or, where that is a
// proxy of ours, who called it, as far back as our proxies reach.
func (a *API) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && a.proxied(host); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		host = hop.Unmap().String()
	}
	return host
}

func (a *API) proxied(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(a.Proxies, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}
