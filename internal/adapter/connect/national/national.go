// Package national is the signing of the national data sharing and exchange platform
// (国家数据共享交换平台): headers gjgxjhpt_rid (who asks), gjgxjhpt_sid (which service),
// gjgxjhpt_rtime (when, in milliseconds) and gjgxjhpt_sign.
//
// It has two stages. With the key of the authorisation (appkey) one asks the platform's
// key service, and gets a secret that holds for a while, sealed with that key. With the
// secret one asks the service itself, until it ends.
//
// Only who, what and when are signed: not the method, the path or the body, and there
// is no number used once. A caller must never sign twice in the same millisecond, and
// the connection must be TLS.
//
// Source: public clients of the platform; the vectors of the tests were made with
// other programs.
package national

import (
	"crypto/aes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what the platform's clients derive the key with
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"changrong/internal/base/fault"
)

// The names of what is signed, as headers and as fields of the key service's request.
const (
	Requester = "gjgxjhpt_rid"
	Service   = "gjgxjhpt_sid"
	Time      = "gjgxjhpt_rtime"
	Sign      = "gjgxjhpt_sign"
)

// Signature signs a call of a service by a requester at a time. key is the appkey
// where the secret is asked for, and the secret in all other calls.
func Signature(key, service, requester, at string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(service + requester + at))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// Signed tells whether a signature is the one by key.
func Signed(key, service, requester, at, signature string) bool {
	return subtle.ConstantTimeCompare([]byte(Signature(key, service, requester, at)), []byte(signature)) == 1
}

// Put signs a call at a time, in milliseconds since 1970.
func Put(h http.Header, key, service, requester string, at int64) {
	text := strconv.FormatInt(at, 10)
	h.Set(Requester, requester)
	h.Set(Service, service)
	h.Set(Time, text)
	h.Set(Sign, Signature(key, service, requester, text))
}

// Skew is how far a caller's clock may be off.
const Skew = 5 * time.Minute

// maxSecret is how many bytes a sealed secret has at most.
const maxSecret = 4096

// Open opens a secret that the key service has sealed with appkey: AES-128 in ECB with
// PKCS #7, its key the first bytes that Java's SHA1PRNG gives for the appkey.
//
// Errors: national.secret.
func Open(appkey, sealed string) (string, error) {
	wrong := fault.New(fault.Invalid, "national.secret", "交换平台的密钥无法用应用授权码解开，请核对授权码", "the secret does not open with the appkey; check the appkey")
	if len(sealed) > maxSecret {
		return "", wrong
	}
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(b) == 0 || len(b)%aes.BlockSize != 0 {
		return "", wrong
	}
	c, err := aes.NewCipher(derive(appkey))
	if err != nil {
		return "", wrong.Because(err)
	}
	for i := 0; i < len(b); i += aes.BlockSize {
		c.Decrypt(b[i:], b[i:])
	}
	n := int(b[len(b)-1])
	if n < 1 || n > aes.BlockSize || n == len(b) {
		return "", wrong
	}
	for _, x := range b[len(b)-n:] {
		if int(x) != n {
			return "", wrong
		}
	}
	return string(b[:len(b)-n]), nil
}

// Seal seals a secret as the key service does.
func Seal(appkey, secret string) (string, error) {
	b := []byte(secret)
	n := aes.BlockSize - len(b)%aes.BlockSize
	for range n {
		b = append(b, byte(n))
	}
	c, err := aes.NewCipher(derive(appkey))
	if err != nil {
		return "", err
	}
	for i := 0; i < len(b); i += aes.BlockSize {
		c.Encrypt(b[i:], b[i:])
	}
	return base64.StdEncoding.EncodeToString(b), nil
}

func derive(appkey string) []byte {
	first := sha1.Sum([]byte(appkey)) //nolint:gosec // see the package's comment
	second := sha1.Sum(first[:])      //nolint:gosec // the same
	return second[:aes.BlockSize]
}
