package bankside

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"changrong/internal/adapter/webhook"
)

// Window is how far off a message's time may be.
const Window = 5 * time.Minute

// maxMessage is how long a message may be, in bytes.
const maxMessage = 64 << 10

// message is what a message says that matters here.
type message struct {
	Type string `json:"type"`
	Data struct {
		Subject  string `json:"subject"`
		Referral string `json:"referral"`
	} `json:"data"`
}

// ServeHTTP takes messages of the platform: it answers when one is kept, and works on
// it afterwards.
func (b *Bank) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "post", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxMessage+1))
	if err != nil || len(body) > maxMessage {
		http.Error(w, "too long", http.StatusRequestEntityTooLarge)
		return
	}
	id := r.Header.Get("Webhook-Id")
	if !b.verified(r.Header, id, body) {
		http.Error(w, "unverified", http.StatusUnauthorized)
		return
	}
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		http.Error(w, "not a message", http.StatusBadRequest)
		return
	}
	hints := referrals(&m)
	fresh, err := b.Book.Keep(r.Context(), id, m.Type, m.Data.Subject, b.Now().UnixMilli(), hints...)
	if err != nil {
		b.Log.Error("a message cannot be kept", "error", err)
		http.Error(w, "later", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
	if !fresh {
		return
	}
	b.Log.Info("told", "kind", m.Type, "subject", m.Data.Subject)
	if len(hints) > 0 {
		b.rouse()
	}
}

// verified tells whether a message is the platform's, and of now.
func (b *Bank) verified(h http.Header, id string, body []byte) bool {
	at, err := strconv.ParseInt(h.Get("Webhook-Timestamp"), 10, 64)
	if err != nil || id == "" {
		return false
	}
	if off := b.Now().Sub(time.Unix(at, 0)); off > Window || off < -Window {
		return false
	}
	for _, secret := range b.Secrets {
		if webhook.Verify(secret, id, at, body, h.Get("Webhook-Signature")) {
			return true
		}
	}
	return false
}

// referrals are those that a message hints at.
func referrals(m *message) []string {
	switch m.Type {
	case "referral.pushed", "referral.moved", "referral.ended", "message.posted", "application.paper_added", "referral.late", "referral.escalated", "loan.disbursed":
		return named(m.Data.Subject)
	case "offer.accepted", "offer.declined", "loan.reported":
		return named(m.Data.Referral)
	}
	return nil // consent is looked at whenever something is decided
}

func named(id string) []string {
	if id == "" || len(id) > maxID {
		return nil
	}
	return []string{id}
}

// maxID is how long an id may be, in bytes.
const maxID = 64
