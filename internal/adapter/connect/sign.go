package connect

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"changrong/internal/adapter/connect/national"
	"changrong/internal/adapter/gateway"
	"changrong/internal/adapter/httpsig"
	"changrong/internal/adapter/httpsig/sfv"
	"changrong/internal/adapter/strictjson"
)

// Send sends a request of a scheme's own, with the limits of the client.
type Send func(*http.Request) (*Answer, time.Duration, error)

// Signer proves to a department who asks.
type Signer interface {
	// Sign puts the proof on a request whose body is given.
	//
	// Errors: those of Client.Do.
	Sign(ctx context.Context, r *http.Request, body []byte, send Send) error
	// Renew tells whether signing again may help a call that was refused, whose header is
	// given; what it was signed with is not used again.
	Renew(refused http.Header) bool
}

// Gateway signs for the gateway of IRS.
type Gateway struct {
	Key gateway.Key
	Now func() time.Time
}

// Sign implements Signer.
func (g *Gateway) Sign(_ context.Context, r *http.Request, _ []byte, _ Send) error {
	g.Key.Sign(r, g.Now())
	return nil
}

// Renew implements Signer.
func (g *Gateway) Renew(http.Header) bool { return false }

// Message signs after RFC 9421: the method, the address, and the body.
type Message struct {
	KeyID string
	Key   httpsig.Private
	Now   func() time.Time
}

// Sign implements Signer.
func (m *Message) Sign(_ context.Context, r *http.Request, body []byte, _ Send) error {
	if len(body) > 0 {
		r.Header.Set("Content-Digest", httpsig.Digest(body))
	}
	return httpsig.Sign(&httpsig.Message{Method: r.Method, URL: r.URL, Header: r.Header}, httpsig.Covered(len(body) > 0, false), m.Key,
		sfv.Param{Key: "created", Value: m.Now().Unix()}, sfv.Param{Key: "keyid", Value: m.KeyID},
		sfv.Param{Key: "nonce", Value: rand.Text()}, sfv.Param{Key: "tag", Value: httpsig.Tag})
}

// Renew implements Signer.
func (m *Message) Renew(http.Header) bool { return false }

// National signs for the national exchange platform: with a secret that its key service
// gives for a while.
type National struct {
	Title     string
	Requester string   // rid
	Service   string   // sid
	AppKey    string   // 应用授权码
	KeyURL    *url.URL // of the key service
	Now       func() time.Time

	once   sync.Once
	turn   chan struct{} // held by who looks at what follows
	secret string
	ends   time.Time
	last   int64 // the latest time signed
}

// early is how long before its end a secret is renewed: calls take time, and clocks
// differ.
const early = time.Minute

// take waits until nobody else looks at the secret.
func (n *National) take(ctx context.Context) error {
	n.once.Do(func() { n.turn = make(chan struct{}, 1) })
	select {
	case n.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return timedOut(n.Title)
	}
}

// at is the time to sign at: never the same twice.
func (n *National) at() int64 {
	n.last = max(n.Now().UnixMilli(), n.last+1)
	return n.last
}

// Sign implements Signer.
func (n *National) Sign(ctx context.Context, r *http.Request, _ []byte, send Send) error {
	if err := n.take(ctx); err != nil {
		return err
	}
	defer func() { <-n.turn }()
	if n.secret == "" || !n.Now().Before(n.ends) {
		if err := n.ask(ctx, send); err != nil {
			return err
		}
	}
	national.Put(r.Header, n.secret, n.Service, n.Requester, n.at())
	return nil
}

// Renew implements Signer. Many may be refused at once: the first gives the secret up,
// the others find another.
func (n *National) Renew(refused http.Header) bool {
	if n.take(context.Background()) != nil {
		return false
	}
	defer func() { <-n.turn }()
	if national.Signed(n.secret, n.Service, n.Requester, refused.Get(national.Time), refused.Get(national.Sign)) {
		n.secret = ""
	}
	return true
}

// ask asks the key service for a secret.
func (n *National) ask(ctx context.Context, send Send) error {
	at := strconv.FormatInt(n.at(), 10)
	body, err := json.Marshal(map[string]string{
		national.Requester: n.Requester, national.Service: n.Service, national.Time: at,
		national.Sign: national.Signature(n.AppKey, n.Service, n.Requester, at),
	})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, n.KeyURL.String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	answer, _, err := send(req)
	if err != nil {
		return err
	}
	var in struct {
		Code string `json:"code"`
		Msg  string `json:"msg"`
		Data struct {
			Secret  string      `json:"secret"`
			EndTime json.Number `json:"secretEndTime"` // some editions write it as text
		} `json:"data"`
	}
	if err := strictjson.Unmarshal(answer.Body, &in); err != nil {
		return drift(n.Title, "secret", "密钥服务的答复无法识别", "the key service's answer cannot be read")
	}
	if in.Code != "0" {
		return refused(n.Title, in.Code+" "+in.Msg)
	}
	secret, err := national.Open(n.AppKey, in.Data.Secret)
	if err != nil {
		return refused(n.Title, "应用授权码不符")
	}
	end, err := in.Data.EndTime.Int64()
	now := n.Now()
	ends := time.UnixMilli(end)
	if err != nil || !ends.After(now) {
		return drift(n.Title, "secretEndTime", "密钥已过期，请核对时钟", "the secret has ended already; check the clock")
	}
	n.secret, n.ends = secret, ends.Add(-min(early, ends.Sub(now)/10))
	return nil
}
