package httpsig_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"changrong/internal/access/apikey"
	"changrong/internal/adapter/httpsig"
	"changrong/internal/adapter/httpsig/sfv"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// rfc is the request of RFC 9421 appendix B.2.
func rfc(t *testing.T) *httpsig.Message {
	t.Helper()
	u, err := url.Parse("https://example.com/foo?param=Value&Pet=dog")
	if err != nil {
		t.Fatal(err)
	}
	return &httpsig.Message{Method: "POST", URL: u, Header: http.Header{
		"Date": {"Tue, 20 Apr 2021 02:07:55 GMT"}, "Content-Type": {"application/json"}, "Content-Length": {"18"},
		"Content-Digest": {"sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"},
	}}
}

func bytesOf(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestPublishedSignatures makes the signatures of RFC 9421 B.2.5 and B.2.6.
func TestPublishedSignatures(t *testing.T) {
	private, err := x509.ParsePKCS8PrivateKey(bytesOf(t, "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"))
	if err != nil {
		t.Fatal(err)
	}
	shared := bytesOf(t, "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==")
	for _, c := range []struct {
		name       string
		components []string
		key        httpsig.Private
		keyid, sig string
	}{
		{"B.2.5", []string{"date", "@authority", "content-type"}, shared, "test-shared-secret", "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="},
		{
			"B.2.6",
			[]string{"date", "@method", "@path", "@authority", "content-type", "content-length"},
			private, "test-key-ed25519",
			"wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
		},
	} {
		m := rfc(t)
		if err := httpsig.Sign(m, c.components, c.key, sfv.Param{Key: "created", Value: int64(1618884473)}, sfv.Param{Key: "keyid", Value: c.keyid}); err != nil {
			t.Fatal(err)
		}
		if got := m.Header.Get("Signature"); got != "sig1=:"+c.sig+":" {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestDerivedComponents(t *testing.T) {
	u, err := url.Parse("HTTPS://Example.com:443/a%2Fb/%E4%B8%AD?x=1&y=")
	if err != nil {
		t.Fatal(err)
	}
	m := &httpsig.Message{Method: "GET", URL: u, Header: http.Header{"X-Two": {" a ", "b,\tc\t"}, "X-Empty": {""}}}
	names := []string{"@method", "@authority", "@scheme", "@request-target", "@path", "@query", "x-two", "x-empty"}
	items := make([]sfv.Item, len(names))
	for i, n := range names {
		items[i] = sfv.Item{Value: n}
	}
	got, err := m.Base(items, nil)
	want := "\"@method\": GET\n\"@authority\": example.com\n\"@scheme\": https\n\"@request-target\": /a%2Fb/%E4%B8%AD?x=1&y=\n\"@path\": /a%2Fb/%E4%B8%AD\n" +
		"\"@query\": ?x=1&y=\n\"x-two\": a, b,\tc\n\"x-empty\": \n" +
		`"@signature-params": ("@method" "@authority" "@scheme" "@request-target" "@path" "@query" "x-two" "x-empty")`
	if err != nil || got != want {
		t.Errorf("%v\n%s\nnot\n%s", err, got, want)
	}
	for _, bad := range []sfv.Item{{Value: "x-absent"}, {Value: "@status"}, {Value: "X-Two"}, {Value: ""}, {Value: int64(1)}, {Value: "x-two", Params: []sfv.Param{{Key: "bs", Value: true}}}} {
		if _, err := m.Base([]sfv.Item{bad}, nil); fault.CodeOf(err) != "signature.component" {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestDigests(t *testing.T) {
	const body = `{"hello": "world"}`
	for header, code := range map[string]string{
		rfc(t).Header.Get("Content-Digest"): "",
		httpsig.Digest([]byte(body)):        "",
		httpsig.Digest([]byte(body + " ")):  "signature.digest",
		"sha-256=:AA==:":                    "signature.digest",
		"md5=:AA==:":                        "signature.digest_form",
		"sha-256=x":                         "signature.digest_form",
		"sha-256":                           "signature.digest_form",
		"sha-256=:A:":                       "sfv.syntax",
		"":                                  "signature.digest_form",
		"md5=:AA==:, " + httpsig.Digest([]byte(body)): "",
	} {
		b, err := httpsig.NewBody(io.NopCloser(strings.NewReader(body)), header)
		if err == nil {
			_, err = io.ReadAll(b)
		}
		if fault.CodeOf(err) != code {
			t.Errorf("%s: %v, not %q", header, err, code)
		}
	}
	// SM3 of "abc", GM/T 0004
	b, err := httpsig.NewBody(io.NopCloser(strings.NewReader("abc")), "sm3=:"+base64.StdEncoding.EncodeToString([]byte{
		0x66, 0xc7, 0xf0, 0xf4, 0x62, 0xee, 0xed, 0xd9, 0xd1, 0xf2, 0xd4, 0x6b, 0xdc, 0x10, 0xe4, 0xe2,
		0x41, 0x67, 0xc4, 0x87, 0x5c, 0xf2, 0xf7, 0xa2, 0x29, 0x7d, 0xa0, 0x2b, 0x8f, 0x4b, 0xa8, 0xe0,
	})+":")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(b); err != nil {
		t.Error(err)
	}
}

// pair is a key of an algorithm.
type pair struct {
	key     *apikey.Key
	secret  []byte
	private httpsig.Private
}

func pairs(t *testing.T) []pair {
	t.Helper()
	encode := func(pub any, marshal func(any) ([]byte, error)) string {
		der, err := marshal(pub)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	}
	edPub, ed, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	sm, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret := []byte("a secret that both know, long enough")
	return []pair{
		{&apikey.Key{Alg: apikey.Ed25519, Public: encode(edPub, x509.MarshalPKIXPublicKey)}, nil, ed},
		{&apikey.Key{Alg: apikey.ECDSA, Public: encode(&ec.PublicKey, x509.MarshalPKIXPublicKey)}, nil, ec},
		{&apikey.Key{Alg: apikey.RSA, Public: encode(&rs.PublicKey, x509.MarshalPKIXPublicKey)}, nil, rs},
		{&apikey.Key{Alg: apikey.SM2, Public: encode(&sm.PublicKey, smx509.MarshalPKIXPublicKey)}, nil, sm},
		{&apikey.Key{Alg: apikey.HMAC}, secret, secret},
	}
}

// TestEveryAlgorithmFindsEveryChange signs with each and then changes one thing.
func TestEveryAlgorithmFindsEveryChange(t *testing.T) {
	all := pairs(t)
	for i, p := range all {
		m := rfc(t)
		covered := append(httpsig.Covered(true, false), "date")
		if err := httpsig.Sign(m, covered, p.private, sfv.Param{Key: "created", Value: int64(1618884473)}, sfv.Param{Key: "keyid", Value: "k"}); err != nil {
			t.Fatal(err)
		}
		check := func(m *httpsig.Message, key *apikey.Key, secret []byte) string {
			s, err := httpsig.Parse(m.Header)
			if err != nil {
				t.Fatal(err)
			}
			return fault.CodeOf(s.Verify(m, key, secret))
		}
		if code := check(m, p.key, p.secret); code != "" {
			t.Errorf("%s: as it was signed: %s", p.key.Alg, code)
		}
		for name, change := range map[string]func(*httpsig.Message){
			"method": func(m *httpsig.Message) { m.Method = "PUT" },
			"query":  func(m *httpsig.Message) { m.URL.RawQuery = "param=Value&Pet=cat" },
			"host":   func(m *httpsig.Message) { m.URL.Host = "example.org" },
			"header": func(m *httpsig.Message) { m.Header.Set("Date", "Tue, 20 Apr 2021 02:07:56 GMT") },
			"time": func(m *httpsig.Message) {
				m.Header.Set("Signature-Input", strings.Replace(m.Header.Get("Signature-Input"), "1618884473", "1618884474", 1))
			},
			"order": func(m *httpsig.Message) {
				m.Header.Set("Signature-Input", strings.Replace(m.Header.Get("Signature-Input"), `"@method" "@target-uri"`, `"@target-uri" "@method"`, 1))
			},
		} {
			u := *m.URL
			changed := &httpsig.Message{Method: m.Method, URL: &u, Header: m.Header.Clone()}
			change(changed)
			if code := check(changed, p.key, p.secret); code != "signature.wrong" {
				t.Errorf("%s: another %s: %q", p.key.Alg, name, code)
			}
		}
		for j, other := range all {
			key := *other.key
			key.Alg = p.key.Alg // the algorithm is the key's, whatever the key is
			if code := check(m, &key, other.secret); j != i && code != "signature.wrong" {
				t.Errorf("%s checked with the key of %s: %q", p.key.Alg, other.key.Alg, code)
			}
		}
		if p.key.Alg == apikey.HMAC {
			continue
		}
		canonical, print, err := httpsig.ParsePublic(p.key.Alg, "\n"+p.key.Public)
		if err != nil || canonical != p.key.Public || len(print) != 64 {
			t.Errorf("%s: %v %s", p.key.Alg, err, print)
		}
		if _, _, err := httpsig.ParsePublic(all[(i+1)%4].key.Alg, p.key.Public); fault.CodeOf(err) != "signature.key_form" {
			t.Errorf("%s as another algorithm: %v", p.key.Alg, err)
		}
	}
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&weak.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "x", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY"}))} {
		if _, _, err := httpsig.ParsePublic(apikey.RSA, text); fault.CodeOf(err) != "signature.key_form" {
			t.Errorf("%.30s: %v", text, err)
		}
	}
}

func TestParametersMustBeInOrder(t *testing.T) {
	now := civil.Instant(1_700_000_000) * civil.Second
	good := &httpsig.Signature{Components: []sfv.Item{{Value: "@method"}, {Value: "@target-uri"}}, Created: 1_700_000_000, Nonce: strings.Repeat("n", 16), KeyID: "k"}
	for _, c := range []struct {
		name   string
		change func(*httpsig.Signature)
		code   string
	}{
		{"as it is", func(*httpsig.Signature) {}, ""},
		{"oldest", func(s *httpsig.Signature) { s.Created -= 300 }, ""},
		{"too old", func(s *httpsig.Signature) { s.Created -= 301 }, "signature.time"},
		{"farthest ahead", func(s *httpsig.Signature) { s.Created += 300 }, ""},
		{"too far ahead", func(s *httpsig.Signature) { s.Created += 301 }, "signature.time"},
		{"never", func(s *httpsig.Signature) { s.Created = 0 }, "signature.time"},
		{"far", func(s *httpsig.Signature) { s.Created = 999_999_999_999_999 }, "signature.time"},
		{"expires now", func(s *httpsig.Signature) { s.Expires = 1_700_000_000 }, "signature.time"},
		{"expires later", func(s *httpsig.Signature) { s.Expires = 1_700_000_001 }, ""},
		{"short nonce", func(s *httpsig.Signature) { s.Nonce = s.Nonce[1:] }, "signature.nonce"},
		{"long nonce", func(s *httpsig.Signature) { s.Nonce = strings.Repeat("n", 129) }, "signature.nonce"},
		{"no key", func(s *httpsig.Signature) { s.KeyID = "" }, "signature.keyid"},
		{"no method", func(s *httpsig.Signature) { s.Components = s.Components[1:] }, "signature.covers"},
		{"only a part", func(s *httpsig.Signature) {
			s.Components = []sfv.Item{{Value: "@method"}, {Value: "@target-uri", Params: []sfv.Param{{Key: "req", Value: true}}}}
		}, "signature.covers"},
	} {
		s := *good
		c.change(&s)
		if err := s.Check(now, httpsig.Covered(false, false)); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, not %q", c.name, err, c.code)
		}
	}
	if got := strings.Join(httpsig.Covered(true, true), " "); got != "@method @target-uri content-digest content-type idempotency-key" {
		t.Error(got)
	}
}

func TestSignatureFieldsMustBeWhole(t *testing.T) {
	const in, sig = `sig1=("@method");created=1;keyid="k"`, `sig1=:AAAA:`
	for _, c := range []struct {
		in, sig []string
		ok      bool
	}{
		{[]string{in}, []string{sig}, true},
		{[]string{in}, nil, false},
		{nil, []string{sig}, false},
		{[]string{in, in}, []string{sig}, false},
		{[]string{in}, []string{`sig2=:AAAA:`}, false},
		{[]string{in}, []string{`sig1="x"`}, false},
		{[]string{in}, []string{`sig1=(:AAAA:)`}, false},
		{[]string{`sig1=1`}, []string{sig}, false},
		{[]string{`sig1=("@method" "@method")`}, []string{sig}, false},
		{[]string{`sig1=();created="1"`}, []string{sig}, false},
		{[]string{`sig1=();keyid=k`}, []string{sig}, false},
		{[]string{`sig1=();later=1`}, []string{sig}, false},
		{[]string{`proxy=();keyid="p", sig1=();tag="changrong"`}, []string{`proxy=:AA==:, sig1=:AAAA:`}, true},
		{[]string{`proxy=();keyid="p", sig1=()`}, []string{sig}, false},
		{[]string{`a=();tag="changrong", sig1=();tag="changrong"`}, []string{sig}, false},
	} {
		s, err := httpsig.Parse(http.Header{"Signature-Input": c.in, "Signature": c.sig})
		if (err == nil) != c.ok || c.ok && (s.Label != "sig1" || !bytes.Equal(s.Value, []byte{0, 0, 0})) {
			t.Errorf("%q %q: %+v %v", c.in, c.sig, s, err)
		}
	}
}

// FuzzParse signs nothing and must not crash, whatever comes.
func FuzzParse(f *testing.F) {
	f.Add(`sig1=("@method" "content-digest");created=1;expires=2;nonce="n";keyid="k";alg="ed25519";tag="t"`, `sig1=:AAAA:`, "GET")
	f.Add(`a=();tag="changrong", b=("x";sf)`, `a=:AA==:, b=?1`, "POST")
	f.Fuzz(func(t *testing.T, in, sig, method string) {
		h := http.Header{"Signature-Input": {in}, "Signature": {sig}}
		s, err := httpsig.Parse(h)
		if err != nil {
			if fault.CodeOf(err) == "" {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		m := &httpsig.Message{Method: method, URL: &url.URL{Scheme: "https", Host: "a"}, Header: h}
		if err := s.Verify(m, &apikey.Key{Alg: apikey.HMAC}, []byte("secret")); err == nil {
			t.Fatal("a signature was made up")
		}
		s.Check(0, httpsig.Covered(true, true)) //nolint:errcheck // it must not crash
	})
}
