package httpapi

import (
	"net/http"
	"net/url"

	"changrong/internal/adapter/httpsig"
	"changrong/internal/base/fault"
)

// signed finds out who calls by the signature of the request (package httpsig).
//
// Errors: those of httpsig.Parse, Check and Verify, apikey.unknown, apikey.replayed.
func (a *API) signed(r *http.Request, c *Call) error {
	s, err := httpsig.Parse(r.Header)
	if err != nil {
		return err
	}
	now, body := a.Access.Now(), r.ContentLength != 0
	if err := s.Check(now, httpsig.Covered(body, r.Header.Get("Idempotency-Key") != "")); err != nil {
		return err
	}
	key, secret, who, err := a.Keys.Find(r.Context(), s.KeyID)
	if err != nil {
		return err
	}
	u, err := a.addressed(r)
	if err != nil {
		return err
	}
	if err := s.Verify(&httpsig.Message{Method: r.Method, URL: u, Header: r.Header}, key, secret); err != nil {
		return err
	}
	if body {
		if r.Body, err = httpsig.NewBody(r.Body, r.Header.Get("Content-Digest")); err != nil {
			return err
		}
	}
	// Last, so that nobody uses up numbers of a key that he does not have.
	if err := a.Keys.Use(r.Context(), key, s.Nonce, now+2*httpsig.Window); err != nil {
		return err
	}
	c.Principal = who
	return nil
}

// addressed returns the address of r as its caller wrote it: a proxy of ours may
// have taken the request by another scheme and name than we see.
func (a *API) addressed(r *http.Request) (*url.URL, error) {
	base := a.Public
	if base == "" {
		base = "http://" + r.Host
		if r.TLS != nil || a.Secure {
			base = "https://" + r.Host
		}
	}
	u, err := url.Parse(base + r.URL.RequestURI())
	if err != nil {
		return nil, fault.New(fault.Forbidden, "signature.form", "请求地址无法识别", "the address of the request cannot be read")
	}
	return u, nil
}
