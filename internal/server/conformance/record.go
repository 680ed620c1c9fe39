package conformance

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"changrong/internal/adapter/httpsig"
)

// call is a request of the bank and what it was answered.
type call struct {
	n            int
	at           time.Time
	method, path string // the path with its query
	key, nonce   string
	body         []byte
	status       int
	code         string // of the problem
	answer       []byte
	fault        *trouble // what was done to it on the way
}

// referral is the id of the referral that a call is about; "" of none.
func (c *call) referral() string {
	rest, ok := strings.CutPrefix(strings.Split(c.path, "?")[0], "/api/referrals/")
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// verb is what a call wants done: a decision's verb, or what is registered.
func (c *call) verb() string {
	if c.method != http.MethodPost || c.referral() == "" {
		return ""
	}
	path := strings.Split(c.path, "?")[0]
	last := path[strings.LastIndexByte(path, '/')+1:]
	if last != "decisions" {
		return last
	}
	var in struct {
		Verb string `json:"verb"`
	}
	json.Unmarshal(c.body, &in) //nolint:errcheck // the platform says what is wrong with it
	return in.Verb
}

// took tells whether the platform did what the call asked for.
func (c *call) took() bool { return c.status/100 == 2 || c.fault != nil && c.fault.lose }

// trouble is done once to a call on its way.
type trouble struct {
	match  func(*call) bool
	status int           // answered in the platform's place; 0: the platform is asked
	wait   time.Duration // Retry-After of that answer
	to     string        // Location of that answer
	lose   bool          // the platform does it, and its answer is lost
	before func()        // done before the platform is asked
}

// recorder stands before the platform and notes every request of the bank.
type recorder struct {
	platform http.Handler
	now      func() time.Time

	mu       sync.Mutex
	calls    []*call
	troubles []*trouble
}

// maxBody is how much of a request is noted; the platform takes no more.
const maxBody = 2 << 20

// plan does t once, to the first call that it is meant for.
func (r *recorder) plan(t *trouble) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.troubles = append(r.troubles, t)
}

// seen returns the calls so far that have been answered.
func (r *recorder) seen() []*call {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []*call
	for _, c := range r.calls {
		if c.status != 0 {
			out = append(out, c)
		}
	}
	return out
}

// begun is how many calls have come so far, answered or not.
func (r *recorder) begun() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.calls)
}

// note keeps a call, with the trouble that was planned for it.
func (r *recorder) note(c *call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.n = len(r.calls) + 1
	for i, t := range r.troubles {
		if t.match(c) {
			c.fault = t
			r.troubles = append(r.troubles[:i], r.troubles[i+1:]...)
			break
		}
	}
	r.calls = append(r.calls, c)
}

// ServeHTTP implements http.Handler.
func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(io.LimitReader(req.Body, maxBody))
	if err != nil {
		return
	}
	c := &call{at: r.now(), method: req.Method, path: req.URL.RequestURI(), key: strings.Trim(req.Header.Get("Idempotency-Key"), `"`), body: body}
	if s, err := httpsig.Parse(req.Header); err == nil {
		c.nonce = s.Nonce
	}
	r.note(c)
	answer := &kept{through: w, header: http.Header{}, Code: http.StatusOK}
	if t := c.fault; t != nil && t.status != 0 {
		if t.wait > 0 {
			answer.Header().Set("Retry-After", strconv.Itoa(int(t.wait/time.Second)))
		}
		if t.to != "" {
			answer.Header().Set("Location", t.to)
		}
		answer.Header().Set("Content-Type", "application/problem+json")
		answer.WriteHeader(t.status)
		answer.Body.WriteString(`{"code":"http.sandbox","title":"沙箱平台有意如此","status":` + strconv.Itoa(t.status) + `}`)
	} else {
		if t != nil && t.before != nil {
			t.before()
		}
		inner := req.Clone(req.Context())
		inner.Body = io.NopCloser(bytes.NewReader(body))
		inner.Header.Del("Accept-Encoding") // it is read here
		r.platform.ServeHTTP(answer, inner)
	}
	var p struct {
		Code string `json:"code"`
	}
	if answer.Code/100 != 2 {
		json.Unmarshal(answer.Body.Bytes(), &p) //nolint:errcheck // without a code it has none
	}
	lost := c.fault != nil && c.fault.lose
	r.mu.Lock()
	c.code, c.answer, c.status = p.Code, answer.Body.Bytes(), answer.Code
	if lost {
		c.status = http.StatusBadGateway
	}
	r.mu.Unlock()
	if lost {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes()) //nolint:errcheck // who went away does not read it
}

// kept is an answer that is kept before it goes out.
type kept struct {
	through http.ResponseWriter
	header  http.Header
	Code    int
	Body    bytes.Buffer
}

// Header implements http.ResponseWriter.
func (k *kept) Header() http.Header { return k.header }

// WriteHeader implements http.ResponseWriter.
func (k *kept) WriteHeader(status int) { k.Code = status }

// Write implements http.ResponseWriter.
func (k *kept) Write(p []byte) (int, error) { return k.Body.Write(p) }

// Unwrap lets deadlines be set on the connection (http.ResponseController).
func (k *kept) Unwrap() http.ResponseWriter { return k.through }
