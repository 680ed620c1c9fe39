package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Gateway sends short messages by an HTTP gateway, as a county's operator of short
// messages puts before its own protocol. It is off unless the operator gives an
// address. Each message is one request:
//
//	POST <URL>
//	Content-Type: application/json
//	X-Timestamp: seconds
//	X-Signature: hex of HMAC-SHA256(Secret, timestamp + "." + body)
//
//	{"id": "…", "phone": "138…", "text": "…"}
//
// A 2xx means taken; the gateway drops an id that it has. A 4xx other than 408 and 429
// is for good.
type Gateway struct {
	URL    string
	Secret []byte
	Client *http.Client
	Now    func() civil.Instant
}

var _ Texter = (*Gateway)(nil)

// Text implements Texter.
//
// Errors: message.text (refused for good), message.text_gateway (it may be taken later).
func (g *Gateway) Text(ctx context.Context, id, phone, text string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	later := fault.New(fault.Unavailable, "message.text_gateway", "短信暂时发不出去", "the gateway does not take the message now")
	body, err := json.Marshal(map[string]string{"id": id, "phone": phone, "text": text})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, bytes.NewReader(body))
	if err != nil {
		return later.Because(err)
	}
	at := strconv.FormatInt(int64(g.Now()/civil.Second), 10)
	h := hmac.New(sha256.New, g.Secret)
	h.Write([]byte(at + "."))
	h.Write(body)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Timestamp", at)
	req.Header.Set("X-Signature", hex.EncodeToString(h.Sum(nil)))
	resp, err := g.Client.Do(req)
	if err != nil {
		return later.Because(err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)) //nolint:errcheck // the status is the answer
	switch s := resp.StatusCode; {
	case s/100 == 2:
		return nil
	case s/100 == 4 && s != http.StatusRequestTimeout && s != http.StatusTooManyRequests:
		return fault.Newf(fault.Invalid, "message.text", "短信网关拒绝（%d）", "the gateway refuses the message (%d)", s)
	}
	return later
}
