package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"

	"changrong/internal/adapter/gateway"
)

// DingSignature signs a call of the open platform of 浙政钉: what goes into
// X-Hmac-Auth-Signature. params are those of the address or of the form.
func DingSignature(method, timestamp, nonce, path string, params url.Values, secret string) string {
	s := method + "\n" + timestamp + "\n" + nonce + "\n" + path
	if len(params) > 0 {
		s += "\n" + gateway.PlainQuery(params)
	}
	return hmac256(secret, s)
}

func hmac256(key, s string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(s))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}
