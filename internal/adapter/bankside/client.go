package bankside

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"changrong/internal/adapter/httpsig"
	"changrong/internal/adapter/httpsig/sfv"
	"changrong/internal/adapter/strictjson"
	"changrong/internal/base/fault"

	"github.com/emmansun/gmsm/smx509"
)

// Client calls the platform, each request signed (RFC 9421). It calls once: whether
// and when to call again is its caller's to know (Problem.Again).
type Client struct {
	Base      string // https://host
	KeyID     string
	Key       httpsig.Private
	Transport http.RoundTripper // nil: http.DefaultTransport
	Now       func() time.Time
}

// Problem is an answer that is not a success, or none.
type Problem struct {
	Status int           // of HTTP; 0: there was no answer
	Code   string        `json:"code"`
	Title  string        `json:"title"`
	Field  string        `json:"field"`
	Wait   time.Duration // that the platform asks for; 0: it does not say
	Cause  error
}

// Error implements error.
func (p *Problem) Error() string {
	if p.Status == 0 {
		return fmt.Sprintf("no answer: %v", p.Cause)
	}
	return fmt.Sprintf("%d [%s] %s %s", p.Status, p.Code, p.Title, p.Field)
}

// Unwrap returns why there was no answer.
func (p *Problem) Unwrap() error { return p.Cause }

// Again tells whether the same request may succeed later, unchanged. A redirect is not
// the platform's: something between is out of order.
func (p *Problem) Again() bool {
	return p.Status/100 == 3 || p.Status == 0 || p.Status == http.StatusRequestTimeout || p.Status == http.StatusTooManyRequests || p.Status >= 500
}

// Limits of a call.
const (
	callTimeout = 30 * time.Second
	maxAnswer   = 4 << 20 // bytes
	maxWait     = 24 * time.Hour
)

// Get asks for something. Errors: *Problem.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	return c.call(ctx, http.MethodGet, path, "", nil, out)
}

// Post says something under an idempotency key; "" where reading alone is done.
//
// Errors: *Problem.
func (c *Client) Post(ctx context.Context, path, key string, body []byte, out any) error {
	return c.call(ctx, http.MethodPost, path, key, body, out)
}

func (c *Client) call(ctx context.Context, method, path, key string, body []byte, out any) error {
	ctx, stop := context.WithTimeout(ctx, callTimeout)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.Base, "/")+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", `"`+key+`"`)
	}
	if err := c.Sign(req, body); err != nil {
		return err
	}
	// A signature is for one address, so a redirect is an answer like any other.
	one := http.Client{Transport: c.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := one.Do(req)
	if err != nil {
		return &Problem{Cause: err}
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return &Problem{Cause: err}
	case len(b) > maxAnswer:
		return &Problem{Cause: errors.New("the answer is too long")}
	case resp.StatusCode/100 != 2:
		p := &Problem{}
		json.Unmarshal(b, p) //nolint:errcheck // what stands between may answer in another form
		p.Status, p.Wait = resp.StatusCode, retryAfter(resp.Header, c.Now())
		return p
	case out == nil:
		return nil
	}
	if err := strictjson.Unmarshal(b, out); err != nil {
		return &Problem{Cause: err}
	}
	return nil
}

// Sign puts a signature on a request whose body is given, with a nonce of its own.
//
// Errors: those of httpsig.Sign.
func (c *Client) Sign(r *http.Request, body []byte) error {
	if len(body) > 0 {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Content-Digest", httpsig.Digest(body))
	}
	return httpsig.Sign(
		&httpsig.Message{Method: r.Method, URL: r.URL, Header: r.Header}, httpsig.Covered(len(body) > 0, r.Header.Get("Idempotency-Key") != ""), c.Key,
		sfv.Param{Key: "created", Value: c.Now().Unix()}, sfv.Param{Key: "keyid", Value: c.KeyID},
		sfv.Param{Key: "nonce", Value: rand.Text()}, sfv.Param{Key: "tag", Value: httpsig.Tag},
	)
}

// retryAfter is how long an answer asks to wait, in seconds or until a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	var d time.Duration
	if n, err := strconv.ParseInt(text, 10, 32); err == nil {
		d = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxWait)
}

// ParseKey reads a private key in PKCS #8 (PEM): Ed25519, ECDSA on P-256, RSA or SM2.
//
// Errors: bank.key.
func ParseKey(text []byte) (httpsig.Private, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, fault.Invalidf("bank.key", "应为PKCS #8私钥（PEM）", "it must be a private key in PKCS #8 (PEM)")
	}
	key, err := smx509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fault.Invalidf("bank.key", "私钥无法识别", "the private key cannot be read").Because(err)
	}
	return key, nil
}

// checkBase tells whether text is the address of a platform. Errors: bank.platform.
func checkBase(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return fault.Invalidf("bank.platform", "平台地址应写作 https://主机，不带路径：%s", "the platform's address is https://host, without a path: %s", text)
	}
	return nil
}
