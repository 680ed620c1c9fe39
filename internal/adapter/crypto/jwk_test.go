package crypto_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"changrong/internal/adapter/crypto"
	"changrong/internal/base/fault"
)

// TestPublicKeysVerifyWhatWasEverSigned: the published set of a ring whose keys have
// been turned, and whose suite has been changed, verifies every signature ever made,
// and holds no secret.
func TestPublicKeysVerifyWhatWasEverSigned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring.json")
	message := []byte("回执")
	var tags []crypto.Tag
	var names []string
	var set crypto.JWKSet
	for _, suite := range []crypto.Suite{crypto.Intl, crypto.GM, crypto.GM, crypto.Intl} {
		ring, err := crypto.OpenRing(path, suite)
		if err != nil {
			t.Fatal(err)
		}
		if err := ring.Rotate(suite); err != nil {
			t.Fatal(err)
		}
		p := crypto.New(suite, ring)
		tag, err := p.Sign(message)
		if err != nil {
			t.Fatal(err)
		}
		tags, names, set = append(tags, tag), append(names, suite.SignatureName()), p.PublicKeys()
	}
	text, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte(`"d"`)) || bytes.Contains(text, []byte("secret")) || len(set.Keys) != 6 { // four turns, and the first of each suite
		t.Errorf("published: %s", text)
	}
	read, err := crypto.ParseJWKs(text)
	if err != nil || !slices.Equal(read.Keys, set.Keys) {
		t.Fatalf("%v, %v", read, err)
	}
	for i, tag := range tags {
		if err := read.Verify(tag.Key, names[i], message, tag.Value); err != nil {
			t.Errorf("signature %d: %v", i, err)
		}
		if err := read.Verify(tag.Key, names[i], []byte("回執"), tag.Value); fault.CodeOf(err) != "crypto.signature" {
			t.Errorf("signature %d of something else: %v", i, err)
		}
		if err := read.Verify(tags[(i+1)%len(tags)].Key, names[i], message, tag.Value); err == nil {
			t.Errorf("signature %d by another key", i)
		}
		if err := read.Verify(tag.Key, "none", message, tag.Value); fault.CodeOf(err) != "crypto.no_public_key" {
			t.Errorf("signature %d under another algorithm: %v", i, err)
		}
	}
}

func TestSetsOfKeysAreReadStrictly(t *testing.T) {
	const good = `{"kty":"OKP","crv":"Ed25519","kid":"a","use":"sig","alg":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	for text, ok := range map[string]bool{
		`{"keys":[` + good + `]}`: true,
		`{"keys":[` + good + `,{"kty":"RSA","kid":"b","n":"AQAB","e":"AQAB"}]}`: true, // passed over (RFC 7517, 5)
		`{"keys":[` + good + `,` + good + `]}`:                                  false,
		`{"keys":[]}`:                                                           false, `{}`: false, ``: false, `[]`: false,
		`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","alg":"Ed25519","x":"AAAA"}]}`:                                                                                     false,
		`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","alg":"Ed25519","x":"="}]}`:                                                                                        false,
		`{"keys":[{"kty":"EC","crv":"SM2","kid":"a","alg":"SM2-SM3","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","y":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`: false, // no point of the curve
	} {
		if _, err := crypto.ParseJWKs([]byte(text)); (err == nil) != ok || err != nil && fault.CodeOf(err) != "crypto.jwks" {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := crypto.ParseJWKs(bytes.Repeat([]byte(" "), crypto.MaxJWKs+1)); fault.CodeOf(err) != "crypto.jwks" {
		t.Errorf("too long: %v", err)
	}
}

func FuzzParseJWKs(f *testing.F) {
	f.Add([]byte(`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","use":"sig","alg":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`))
	f.Add([]byte(`{"keys":[{"kty":"EC","crv":"SM2","kid":"a","alg":"SM2-SM3","x":"","y":""}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		set, err := crypto.ParseJWKs(b)
		if err != nil {
			return
		}
		for _, k := range set.Keys {
			if err := set.Verify(k.ID, k.Algorithm, b, b); err == nil {
				t.Errorf("%q signs itself", b)
			}
		}
	})
}
