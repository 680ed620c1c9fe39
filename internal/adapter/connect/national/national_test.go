package national_test

import (
	"net/http"
	"strings"
	"testing"

	"changrong/internal/adapter/connect/national"
	"changrong/internal/base/fault"

	"pgregory.net/rapid"
)

// TestKnownSignature is a vector made with another program.
func TestKnownSignature(t *testing.T) {
	const want = "XGzXegRDvnzohf40LXGZABVPx2sRzbD6oumzZMbo9tw="
	if got := national.Signature("demoSecret", "s_demo", "rid-demo", "1636418960000"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	h := http.Header{}
	national.Put(h, "demoSecret", "s_demo", "rid-demo", 1636418960000)
	if h.Get("gjgxjhpt_sign") != want || h.Get("gjgxjhpt_rid") != "rid-demo" || h.Get("gjgxjhpt_sid") != "s_demo" || h.Get("gjgxjhpt_rtime") != "1636418960000" {
		t.Errorf("headers: %v", h)
	}
	for what, ok := range map[string]bool{
		"as it is":          national.Signed("demoSecret", "s_demo", "rid-demo", "1636418960000", want),
		"another key":       !national.Signed("demosecret", "s_demo", "rid-demo", "1636418960000", want),
		"another service":   !national.Signed("demoSecret", "s_dema", "rid-demo", "1636418960000", want),
		"another requester": !national.Signed("demoSecret", "s_demo", "rid-dema", "1636418960000", want),
		"another time":      !national.Signed("demoSecret", "s_demo", "rid-demo", "1636418960001", want),
		"none":              !national.Signed("demoSecret", "s_demo", "rid-demo", "1636418960000", ""),
	} {
		if !ok {
			t.Error(what)
		}
	}
}

// TestKnownSecret is a vector made with Java's own SHA1PRNG and AES.
func TestKnownSecret(t *testing.T) {
	const sealed = "yz4VEpbBrgyCUS04ljwB7A=="
	if got, err := national.Open("demoAppKey", sealed); err != nil || got != "demoSecret" {
		t.Errorf("opened %q, %v", got, err)
	}
	if got, err := national.Seal("demoAppKey", "demoSecret"); err != nil || got != sealed {
		t.Errorf("sealed %q, %v", got, err)
	}
	for _, bad := range []string{"", "?", "AAAA", sealed[:12], strings.Repeat("A", 8000)} {
		if got, err := national.Open("demoAppKey", bad); fault.CodeOf(err) != "national.secret" {
			t.Errorf("%.20q opened: %q, %v", bad, got, err)
		}
	}
}

func TestWhatIsSealedOpensWithItsKeyAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, secret := rapid.String().Draw(t, "key"), rapid.StringN(1, 100, -1).Draw(t, "secret")
		sealed, err := national.Seal(key, secret)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := national.Open(key, sealed); err != nil || got != secret {
			t.Fatalf("%q, %v", got, err)
		}
		if got, err := national.Open(key+"x", sealed); err == nil && got == secret {
			t.Fatal("opens with another key")
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add("demoAppKey", "yz4VEpbBrgyCUS04ljwB7A==")
	f.Fuzz(func(t *testing.T, key, sealed string) {
		if got, err := national.Open(key, sealed); err == nil {
			again, err := national.Seal(key, got)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := national.Open(key, again); err != nil || back != got {
				t.Fatalf("%q, then %q, %v", got, back, err)
			}
		}
	})
}
