package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/once"
	"changrong/internal/adapter/ratelimit"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Rates say how often callers may call; the zero value of one is without a limit.
type Rates struct {
	Account   ratelimit.Policy // who is signed in
	Key       ratelimit.Policy // a signed request
	Address   ratelimit.Policy // nobody, from one address
	Anonymous ratelimit.Policy // nobody, who sends something: signing in, an objection
}

// DefaultRates are for a county: a page makes a dozen requests, and a branch of a
// bank is behind one address.
func DefaultRates() Rates {
	return Rates{
		Account:   ratelimit.Policy{Name: "account", Calls: 600, Within: 20 * civil.Second},
		Key:       ratelimit.Policy{Name: "key", Calls: 600, Within: 20 * civil.Second},
		Address:   ratelimit.Policy{Name: "address", Calls: 300, Within: 30 * civil.Second},
		Anonymous: ratelimit.Policy{Name: "anonymous", Calls: 30, Within: civil.Minute},
	}
}

// policy returns whose bucket a call is taken from.
func (a *API) policy(c *Call, r Route) (ratelimit.Policy, string) {
	switch {
	case r.Rate.Calls > 0:
		return r.Rate, caller(c)
	case c.Principal != nil && c.Session == nil:
		return a.Rates.Key, c.Account
	case c.Principal != nil && c.Session.Stage == access.SignedIn:
		return a.Rates.Account, c.Account
	case r.Method != http.MethodGet:
		return a.Rates.Anonymous, caller(c)
	}
	return a.Rates.Address, caller(c)
}

// caller names who calls where nobody is signed in: of an IPv6 address the network,
// since a house has as many addresses as it likes.
func caller(c *Call) string {
	ip, err := netip.ParseAddr(c.Address)
	if err != nil || ip.Is4() || ip.Is4In6() {
		return c.Address
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return c.Address
	}
	return network.String()
}

// ration takes the call out of its bucket.
//
// Errors: http.too_many.
func (a *API) ration(c *Call, r Route) error {
	p, who := a.policy(c, r)
	if p.Calls == 0 {
		return nil
	}
	v := a.limiter.Take(p, who, a.Access.Now())
	h := c.w.Header()
	h.Set("RateLimit-Policy", v.PolicyHeader())
	h.Set("RateLimit", v.Header())
	if v.Allowed {
		return nil
	}
	after := v.RetryAfter()
	n := strconv.FormatInt(after, 10)
	return &Problem{
		Type: "urn:changrong:http.too_many", Code: "http.too_many", Status: http.StatusTooManyRequests, retry: after,
		Title: "请求过于频繁，请" + n + "秒后再试", En: "too many requests; try again after " + n + " seconds",
	}
}

// Onceness is what an operation makes of an Idempotency-Key.
type Onceness uint8

// The oncenesses. A key is for operations that make something; those that need no
// permission take none, nor do those whose answer is a secret.
const (
	OnceAllowed  Onceness = iota
	OnceRequired          // also of somebody in a browser; signed requests always need one
	OnceNever             // the answer must not be kept
)

// keyed tells whether the operation takes a key.
func (r Route) keyed() bool {
	return r.Method == http.MethodPost && r.Need != "" && r.Once != OnceNever && r.Limit <= maxBody
}

// idempotencyKey returns the key of a request, which is a string of RFC 8941 or,
// as many clients send it, the bare text.
//
// Errors: http.key_missing, once.key.
func idempotencyKey(c *Call, r Route) (string, error) {
	values := c.req.Header.Values("Idempotency-Key")
	if len(values) == 0 {
		if r.Once == OnceRequired || c.Session == nil {
			return "", &Problem{
				Type: "urn:changrong:http.key_missing", Code: "http.key_missing", Status: http.StatusBadRequest, Field: "Idempotency-Key",
				Title: "缺少幂等键（Idempotency-Key）", En: "an Idempotency-Key is needed",
			}
		}
		return "", nil
	}
	key := strings.TrimSpace(values[0])
	if len(key) >= 2 && key[0] == '"' && key[len(key)-1] == '"' {
		key = key[1 : len(key)-1]
	}
	if len(values) > 1 || strings.ContainsAny(key, `"\,;`) {
		key = ""
	}
	return key, once.CheckKey(key)
}

// once runs the operation unless a request with the same key has been carried out;
// then it gives that one's answer again.
func (a *API) once(ctx huma.Context, c *Call, r Route, next func(huma.Context)) error {
	key, err := idempotencyKey(c, r)
	if err != nil || key == "" {
		if err == nil {
			next(ctx)
		}
		return err
	}
	body, err := a.whole(c, r)
	if err != nil {
		return err
	}
	req := c.req
	record, err := a.Once.Begin(req.Context(), c.Account, key, once.Fingerprint(req.Method, req.URL.RequestURI(), req.Header.Get("Content-Type"), body))
	if err != nil {
		return err
	}
	c.w.Header().Set("Idempotency-Expires", record.Expires.String())
	if record.State == once.Done {
		return replay(c.w, &record.Answer)
	}
	mark := &once.Mark{Record: record}
	rec := &recorder{ResponseWriter: c.w}
	c.w = rec
	defer func() {
		// Also when the operation panics: rec is then without a status, and what has
		// been written stays noted.
		answer := once.Answer{Status: rec.status, Header: rec.kept, Body: rec.body.String()}
		if rec.status == 0 || rec.body.Len() > once.MaxAnswer {
			answer = once.Answer{Status: http.StatusInternalServerError}
		}
		if err := a.Once.End(req.Context(), record, answer, mark.Written); err != nil {
			problemOf(err) //nolint:errcheck // it writes the log: the answer has gone out
		}
	}()
	inner := huma.WithValue(humago.NewContext(ctx.Operation(), req, rec), callKey{}, c)
	next(huma.WithContext(inner, once.With(inner.Context(), mark)))
	return nil
}

// whole reads the body, which the operation then reads again. One that is too
// large is left to the library to refuse.
func (a *API) whole(c *Call, r Route) (string, error) {
	limit := r.Limit
	if limit == 0 {
		limit = maxBody
	}
	http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(bodyTimeout)) //nolint:errcheck // without deadlines it is a test's
	b, err := io.ReadAll(io.LimitReader(c.req.Body, limit+1))
	if err != nil {
		switch {
		case fault.CodeOf(err) != "":
			return "", err
		case errors.Is(err, os.ErrDeadlineExceeded):
			return "", newProblem(http.StatusRequestTimeout, "")
		}
		return "", newProblem(http.StatusBadRequest, "", err)
	}
	c.req.Body = newBody(string(b))
	return string(b), nil
}

// newBody is a body that has been read already.
func newBody(s string) io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }

// replay gives an answer again.
func replay(w http.ResponseWriter, a *once.Answer) error {
	kept := map[string]string{}
	if err := json.Unmarshal([]byte(a.Header), &kept); err != nil {
		return err
	}
	for name, value := range kept {
		w.Header().Set(name, value)
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(a.Status)
	io.WriteString(w, a.Body) //nolint:errcheck // the caller has gone
	return nil
}

// recorder keeps a copy of what is answered.
type recorder struct {
	http.ResponseWriter
	status int
	kept   string // headers, as JSON
	body   bytes.Buffer
}

// keptHeaders are those that belong to an answer.
var keptHeaders = []string{"Content-Type", "Etag", "Location"}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
		kept := map[string]string{}
		for _, name := range keptHeaders {
			if v := r.Header().Get(name); v != "" {
				kept[name] = v
			}
		}
		b, err := json.Marshal(kept)
		if err != nil { // strings always marshal
			panic(err)
		}
		r.kept = string(b)
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	if r.body.Len() <= once.MaxAnswer {
		r.body.Write(b)
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets deadlines and flushing through.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Sweep forgets what is kept for callers no longer than it must be.
func (a *API) Sweep(ctx context.Context) error {
	var errs []error
	if a.Once != nil {
		errs = append(errs, a.Once.Sweep(ctx))
	}
	if a.Keys != nil {
		errs = append(errs, a.Keys.Sweep(ctx))
	}
	if a.Webhooks != nil {
		errs = append(errs, a.Webhooks.Sweep(ctx))
	}
	if a.Notify != nil {
		errs = append(errs, a.Notify.Sweep(ctx))
	}
	return errors.Join(errs...)
}
