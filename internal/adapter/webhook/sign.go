package webhook

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"changrong/internal/base/fault"
)

// Secrets are what an address's messages are signed by.
type Secrets struct {
	HMAC []byte // 32 bytes
	Seed []byte // of an Ed25519 key
}

// Prefixes of secrets and keys as people see them.
const (
	secretPrefix = "whsec_"
	publicPrefix = "whpk_"
)

// Secret returns the shared secret as the receiver is given it.
func (s Secrets) Secret() string { return secretPrefix + base64.StdEncoding.EncodeToString(s.HMAC) }

// Public returns the public key as the receiver is given it.
func (s Secrets) Public() string {
	pub := ed25519.NewKeyFromSeed(s.Seed).Public().(ed25519.PublicKey)
	return publicPrefix + base64.StdEncoding.EncodeToString(pub)
}

// ParseSecret reads a shared secret.
//
// Errors: webhook.secret.
func ParseSecret(text string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, secretPrefix))
	if err != nil || len(b) < 24 || len(b) > 64 {
		return nil, fault.Invalidf("webhook.secret", "推送密钥格式不正确", "not a webhook secret")
	}
	return b, nil
}

// signed is the text that is signed.
func signed(id string, seconds int64, body []byte) []byte {
	b := append([]byte(id), '.')
	b = strconv.AppendInt(b, seconds, 10)
	return append(append(b, '.'), body...)
}

// Sign returns the value of webhook-signature: each secret's signatures, the newest
// secret first, so that a receiver may have the old or the new one.
func Sign(secrets []Secrets, id string, seconds int64, body []byte) string {
	text := signed(id, seconds, body)
	var parts []string
	for _, s := range secrets {
		h := hmac.New(sha256.New, s.HMAC)
		h.Write(text)
		parts = append(parts, "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)))
		if len(s.Seed) > 0 {
			parts = append(parts, "v1a,"+base64.StdEncoding.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(s.Seed), text)))
		}
	}
	return strings.Join(parts, " ")
}

// Verify tells whether a signature in header is that of the message by secret, as
// a receiver checks it.
func Verify(secret []byte, id string, seconds int64, body []byte, header string) bool {
	h := hmac.New(sha256.New, secret)
	h.Write(signed(id, seconds, body))
	want := h.Sum(nil)
	for part := range strings.FieldsSeq(header) {
		if text, ok := strings.CutPrefix(part, "v1,"); ok {
			if got, err := base64.StdEncoding.DecodeString(text); err == nil && hmac.Equal(got, want) {
				return true
			}
		}
	}
	return false
}
