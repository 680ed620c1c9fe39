package connect

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"changrong/internal/base/fault"

	"github.com/sony/gobreaker/v2"
)

// Settings say where a department is and how patient to be with it. What is 0 is as
// usual.
type Settings struct {
	Title    string   // what people call it
	Base     *url.URL // scheme, host and the beginning of paths
	Timeout  time.Duration
	AtOnce   int           // calls at a time
	Failures int           // in a row, that open the breaker
	Rest     time.Duration // how long it is open
	// TLS is nil for the machine's own authorities.
	TLS *tls.Config
	// Transport is nil for one that dials; a test may bring its own.
	Transport http.RoundTripper
	Now       func() time.Time
	// Changed is told when the breaker opens and closes.
	Changed func(title string, open bool)
}

// Client asks one department. All that asks it shares one Client: its places and its
// breaker.
type Client struct {
	title   string
	base    *url.URL
	timeout time.Duration
	places  chan struct{}
	breaker *gobreaker.CircuitBreaker[*Answer]
	http    *http.Client
	now     func() time.Time
}

// Answer is what came back.
type Answer struct {
	Header http.Header
	Body   []byte
}

// NewClient returns a client that has not called yet.
func NewClient(s Settings) *Client {
	orElse := func(d, usual time.Duration) time.Duration {
		if d <= 0 {
			return usual
		}
		return d
	}
	atOnce, failures := s.AtOnce, s.Failures
	if atOnce <= 0 {
		atOnce = DefaultAtOnce
	}
	if failures <= 0 {
		failures = DefaultFailures
	}
	c := &Client{
		title: s.Title, base: s.Base, timeout: orElse(s.Timeout, DefaultTimeout), places: make(chan struct{}, atOnce), now: s.Now,
		http: &http.Client{
			Transport:     s.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if c.now == nil {
		c.now = time.Now
	}
	if s.Transport == nil {
		c.http.Transport = &http.Transport{
			TLSClientConfig: s.TLS, MaxIdleConnsPerHost: atOnce, MaxResponseHeaderBytes: 64 << 10, IdleConnTimeout: time.Minute,
			DialContext: (&net.Dialer{}).DialContext, ForceAttemptHTTP2: true,
		}
	}
	c.breaker = gobreaker.NewCircuitBreaker[*Answer](gobreaker.Settings{
		Name: s.Title, MaxRequests: 1, Timeout: orElse(s.Rest, DefaultRest*time.Second),
		ReadyToTrip:  func(n gobreaker.Counts) bool { return int(n.ConsecutiveFailures) >= failures },
		IsSuccessful: func(err error) bool { return !away(err) },
		IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			began, ended := from == gobreaker.StateClosed, to == gobreaker.StateClosed
			if s.Changed != nil && (began || ended) {
				s.Changed(s.Title, !ended)
			}
		},
	})
	return c
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Open tells whether the department is not asked at the moment.
func (c *Client) Open() bool { return c.breaker.State() == gobreaker.StateOpen }

// away tells whether an error says that the department does not serve.
func away(err error) bool {
	code := fault.CodeOf(err)
	return code == "connect.timeout" || code == "connect.unreachable"
}

// Do sends a call, which only reads, and again after a short pause when the department
// was away. make makes the call anew for each try, so that no signature is sent twice.
// The pauses differ by id, so that many callers do not come back at the same moment.
//
// Errors: connect.timeout, connect.unreachable, connect.open, connect.refused,
// connect.drift; ctx's.
func (c *Client) Do(ctx context.Context, signer Signer, make func(try int) Call, id string) (*Answer, error) {
	renewed := false
	for try := 1; ; try++ {
		call := make(try)
		header := http.Header{}
		a, wait, err := c.place(ctx, signer, &call, header)
		again := try < tries && fault.CodeOf(err) == "connect.unreachable"
		if fault.CodeOf(err) == "connect.refused" && !renewed && signer.Renew(header) {
			again, renewed, wait = true, true, 0
		}
		if !again {
			return a, err
		}
		if wait < 0 {
			wait = pause(id, try)
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil, err
		case <-t.C:
		}
	}
}

// pause grows with the tries: from half of its length to the whole, by a hash.
func pause(id string, try int) time.Duration {
	sum := sha256.Sum256([]byte(id + "/" + strconv.Itoa(try)))
	length := firstWait << (try - 1)
	return length/2 + time.Duration(binary.BigEndian.Uint32(sum[:])%uint32(length/2/time.Microsecond))*time.Microsecond
}

// place waits for a place and sends a call from it, with a header that is filled. wait is how long the department
// asks to be left alone; below 0 it did not say.
func (c *Client) place(ctx context.Context, signer Signer, call *Call, header http.Header) (a *Answer, wait time.Duration, err error) {
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	select {
	case c.places <- struct{}{}:
		defer func() { <-c.places }()
	case <-ctx.Done():
		return nil, -1, c.over(parent)
	}
	wait = -1
	a, err = c.breaker.Execute(func() (a *Answer, err error) {
		a, wait, err = c.send(ctx, signer, call, header)
		if err != nil && ctx.Err() != nil {
			err = c.over(parent)
		}
		return a, err
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		err = open(c.title)
	}
	return a, wait, err
}

// over is why a call ended early: because its caller left, or because it took long.
func (c *Client) over(parent context.Context) error {
	if errors.Is(parent.Err(), context.Canceled) {
		return parent.Err()
	}
	return timedOut(c.title)
}

// send signs a call and sends it.
func (c *Client) send(ctx context.Context, signer Signer, call *Call, header http.Header) (*Answer, time.Duration, error) {
	u := c.base.JoinPath(call.Path)
	u.RawQuery = call.Query.Encode()
	req, err := http.NewRequestWithContext(ctx, call.Method, u.String(), bytes.NewReader(call.Body))
	if err != nil {
		return nil, -1, err
	}
	req.Header = header
	if call.Type != "" {
		req.Header.Set("Content-Type", call.Type)
	}
	if err := signer.Sign(ctx, req, call.Body, c.roundTrip); err != nil {
		return nil, -1, err
	}
	return c.roundTrip(req)
}

// roundTrip sends a request and reads its answer whole.
func (c *Client) roundTrip(req *http.Request) (a *Answer, wait time.Duration, err error) {
	wait = -1
	req.Header.Set("User-Agent", "changrong-connect/1")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, wait, unreachable(c.title, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	status := strconv.Itoa(resp.StatusCode)
	switch {
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		return nil, wait, refused(c.title, status+" "+string(body[:min(len(body), 200)]))
	case resp.StatusCode >= http.StatusInternalServerError || resp.StatusCode == http.StatusTooManyRequests:
		if s, err := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16); err == nil {
			wait = min(time.Duration(s)*time.Second, maxWait)
		}
		return nil, wait, unreachable(c.title, errors.New("status "+status))
	case resp.StatusCode/100 == 3:
		return nil, wait, drift(c.title, "status", "要求转向其他地址，不予跟随", "it sends us elsewhere, where we do not go")
	case resp.StatusCode != http.StatusOK:
		return nil, wait, drift(c.title, "status", "返回"+status, "it answers "+status)
	case err != nil:
		return nil, wait, unreachable(c.title, err)
	case len(body) > maxAnswer:
		return nil, wait, drift(c.title, "size", "内容过长", "it is too long")
	}
	return &Answer{resp.Header, body}, wait, nil
}
