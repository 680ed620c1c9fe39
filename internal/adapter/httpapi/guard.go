package httpapi

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
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
)

// NewServer returns a server for h with the limits of a connection.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader}
}

// guard is what every request passes first, also one that no operation is for.
func (a *API) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer rescue(w)
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
	if p == http.ErrAbortHandler {
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
