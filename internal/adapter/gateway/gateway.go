// Package gateway signs calls of the gateway of IRS (浙江省一体化数字资源系统), through
// which the province's departments and its identity provider 浙里办 are asked, and
// checks such signatures as the gateway does.
//
// What is signed is the method, the path, the query in the order of its names, the
// access key and the date; not the body. The connection must be TLS for that reason.
package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The headers of a signed call.
const (
	algorithmHeader = "X-BG-HMAC-ALGORITHM"
	keyHeader       = "X-BG-HMAC-ACCESS-KEY"
	dateHeader      = "X-BG-DATE-TIME"
	signatureHeader = "X-BG-HMAC-SIGNATURE"
	algorithm       = "hmac-sha256"
)

// Skew is how far a caller's clock may be off.
const Skew = 90 * time.Second

// Key is what an application is given when it is registered: AK and SK.
type Key struct{ Access, Secret string }

// Signature returns the signature of a call. date is what goes with it: RFC 1123, GMT.
func (k Key) Signature(method, path string, query url.Values, date string) string {
	h := hmac.New(sha256.New, []byte(k.Secret))
	h.Write([]byte(method + "\n" + path + "\n" + PlainQuery(query) + "\n" + k.Access + "\n" + date + "\n"))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// Sign puts the headers of a signed call on r.
func (k Key) Sign(r *http.Request, now time.Time) {
	date := now.UTC().Format(http.TimeFormat)
	r.Header.Set(algorithmHeader, algorithm)
	r.Header.Set(keyHeader, k.Access)
	r.Header.Set(dateHeader, date)
	r.Header.Set(signatureHeader, k.Signature(r.Method, r.URL.Path, r.URL.Query(), date))
}

// Check tells what is wrong with a call, in the gateway's words; "" when nothing is.
func (k Key) Check(r *http.Request, now time.Time) string {
	date := r.Header.Get(dateHeader)
	at, err := http.ParseTime(date)
	want := k.Signature(r.Method, r.URL.Path, r.URL.Query(), date)
	switch {
	case r.Header.Get(keyHeader) != k.Access:
		return "Invalid access key"
	case err != nil || now.Sub(at).Abs() > Skew:
		return "Clock skew exceeded"
	case r.Header.Get(algorithmHeader) != algorithm || subtle.ConstantTimeCompare([]byte(want), []byte(r.Header.Get(signatureHeader))) != 1:
		return "Invalid signature"
	}
	return ""
}

// PlainQuery is a query sorted by name, k=v joined by &, without escapes.
func PlainQuery(q url.Values) string {
	var parts []string
	for k, values := range q {
		for _, v := range values {
			parts = append(parts, k+"="+v)
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "&")
}
