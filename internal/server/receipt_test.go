package server_test

import (
	"io"
	"net/http"
	"testing"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/server"
)

// TestKeysToVerifyWithArePublished: to anybody, of the suite that the platform works
// with, as its own signatures need them.
func TestKeysToVerifyWithArePublished(t *testing.T) {
	for _, suite := range []crypto.Suite{crypto.Intl, crypto.GM} {
		w := open(t, server.Config{Suite: suite})
		resp, err := http.Get(w.url + httpapi.SigningKeys)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close() //nolint:errcheck // it has been read
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp.Status, err)
		}
		set, err := crypto.ParseJWKs(b)
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		tag, err := w.Keys.Sign([]byte("回执"))
		if err != nil {
			t.Fatal(err)
		}
		if err := set.Verify(tag.Key, suite.SignatureName(), []byte("回执"), tag.Value); err != nil {
			t.Errorf("%s: %v", suite, err)
		}
	}
}
