package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// GatewaySignature signs a call of the gateway of IRS (浙江省一体化数字资源系统): what goes
// into X-BG-HMAC-SIGNATURE. date is what goes into X-BG-DATE-TIME: RFC 1123, GMT. The
// body is not signed.
func GatewaySignature(method, path string, query url.Values, accessKey, secretKey, date string) string {
	return hmac256(secretKey, method+"\n"+path+"\n"+plainQuery(query)+"\n"+accessKey+"\n"+date+"\n")
}

// DingSignature signs a call of the open platform of 浙政钉: what goes into
// X-Hmac-Auth-Signature. params are those of the address or of the form.
func DingSignature(method, timestamp, nonce, path string, params url.Values, secret string) string {
	s := method + "\n" + timestamp + "\n" + nonce + "\n" + path
	if len(params) > 0 {
		s += "\n" + plainQuery(params)
	}
	return hmac256(secret, s)
}

func hmac256(key, s string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(s))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// plainQuery is a query sorted by key, k=v joined by &, without escapes.
func plainQuery(q url.Values) string {
	var parts []string
	for k, values := range q {
		for _, v := range values {
			parts = append(parts, k+"="+v)
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "&")
}
