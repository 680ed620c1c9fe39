package conformance

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/webhook"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
)

// Limits of a message.
const (
	hookLimit   = 15 * time.Second // within which a bank answers
	hookTimeout = 30 * time.Second // after which nobody waits any more
)

// hook is a message to the bank.
type hook struct {
	id     string
	at     time.Time
	body   []byte
	header string // webhook-signature; "": as it should be
	none   bool   // without any signature
}

// messageOf makes a message that tells e.
func (s *Sandbox) messageOf(e event.Event) (*hook, error) {
	body, err := webhook.Message(e)
	if err != nil {
		return nil, err
	}
	return &hook{id: "msg_" + crypto.NewID(), at: s.Now(), body: []byte(body)}, nil
}

// made makes a message that tells of nothing that happened.
func (s *Sandbox) made(kind, subject string, data map[string]string) (*hook, error) {
	return s.messageOf(event.Event{ID: crypto.NewID(), Kind: kind, At: civil.Instant(s.Now().UnixMilli()), Subject: subject, Data: data})
}

// sign is the signature of h by a secret.
func (h *hook) sign(secret []byte) string {
	return webhook.Sign([]webhook.Secrets{{HMAC: secret}}, h.id, h.at.Unix(), h.body)
}

// send sends h and returns what was answered; 0: nothing was.
func (s *Sandbox) send(ctx context.Context, h *hook) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Bank, bytes.NewReader(h.body))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "changrong-webhook/1")
	if !h.none {
		if h.header == "" {
			h.header = h.sign(s.Secret)
		}
		req.Header.Set("Webhook-Id", h.id)
		req.Header.Set("Webhook-Timestamp", strconv.FormatInt(h.at.Unix(), 10))
		req.Header.Set("Webhook-Signature", h.header)
	}
	s.hooks++
	began := s.Now()
	resp, err := s.client.Do(req)
	took := s.Now().Sub(began)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) //nolint:errcheck // the status is the answer
	if resp.StatusCode/100 == 3 {
		s.findings.fail("B1", "对消息答复 %d，要求转向", resp.StatusCode)
	} else {
		s.findings.pass("B1", "没有要求转向（https和证书请在正式登记时确认）")
	}
	if took > hookLimit {
		s.findings.fail("B5", "用了 %s 才答复，时限 %s", took.Round(time.Second), hookLimit)
	}
	return resp.StatusCode
}

// good sends a message that the bank should take.
func (s *Sandbox) good(ctx context.Context, h *hook, what string) {
	switch status := s.send(ctx, h); {
	case status == 0:
		s.findings.fail("B5", "%s：没有答复", what)
	case status/100 != 2:
		s.findings.fail("B5", "%s：答复 %d，应为 2xx", what, status)
	default:
		s.findings.pass("B5", "消息在时限内答复 2xx")
	}
}

// pump tells the bank what happened since it was told last.
func (s *Sandbox) pump(ctx context.Context) error {
	events, err := s.news(ctx)
	if err != nil {
		return err
	}
	for _, e := range events {
		h, err := s.messageOf(e)
		if err != nil {
			return err
		}
		s.good(ctx, h, e.Kind)
	}
	return nil
}

// await lets the bank work until something is so, and tells it meanwhile what happens;
// false when it does not come about.
func (s *Sandbox) await(ctx context.Context, so func() (bool, error)) (bool, error) {
	since := s.Now()
	for {
		if err := s.pump(ctx); err != nil {
			return false, err
		}
		if ok, err := so(); ok || err != nil {
			return ok, err
		}
		if !s.Turn(ctx, since) {
			if ctx.Err() != nil {
				return false, ctx.Err()
			}
			if err := s.pump(ctx); err != nil {
				return false, err
			}
			return so()
		}
	}
}

// quiet lets the bank work for a while in which it should leave something alone.
func (s *Sandbox) quiet(ctx context.Context) error {
	since := s.Now()
	_, err := s.await(ctx, func() (bool, error) { return s.Now().Sub(since) >= s.Silence, nil })
	return err
}
