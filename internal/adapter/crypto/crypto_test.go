package crypto_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/adapter/crypto"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"

	"pgregory.net/rapid"
)

var suites = []crypto.Suite{crypto.Intl, crypto.GM}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// ringOf returns a module with one key whose secret is known.
func ringOf(t testing.TB, suite crypto.Suite, use crypto.Use, secret []byte) *crypto.Ring {
	t.Helper()
	b, err := json.Marshal(map[string]any{"form": 1, "keys": []map[string]any{{"id": "known", "suite": suite, "use": use, "secret": secret}}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := crypto.OpenRing(path, suite)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestKnownAnswers are published vectors: SM3 of GB/T 32905, SHA-256 of FIPS 180-4,
// Ed25519 of RFC 8032, AES-256-GCM of McGrew and Viega, case 14.
func TestKnownAnswers(t *testing.T) {
	for suite, want := range map[crypto.Suite]string{
		crypto.GM:   "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
		crypto.Intl: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	} {
		h := crypto.New(suite, nil).Suite().Hash()
		h.Write([]byte("abc"))
		if got := hex.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("%s of abc: %s", suite.HashName(), got)
		}
		if got := crypto.New(suite, nil).Digest("abc"); got != want {
			t.Errorf("digest of %s: %s", suite, got)
		}
	}
	seed := unhex(t, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
	ed := ringOf(t, crypto.Intl, crypto.ForSign, seed)
	public, err := ed.Public("known")
	if err != nil || hex.EncodeToString(public) != "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" {
		t.Errorf("public key of Ed25519: %x, %v", public, err)
	}
	signature, err := ed.Sign("known", nil)
	if err != nil || hex.EncodeToString(signature) != "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" {
		t.Errorf("signature of Ed25519: %x, %v", signature, err)
	}
	sm4 := ringOf(t, crypto.GM, crypto.ForSeal, unhex(t, "0123456789abcdeffedcba9876543210"))
	plain, err := sm4.Open("known", unhex(t, strings.Repeat("00", 12)+"db76006821691c090e3d7130394ffa27158931e8ee"), nil)
	if err != nil || string(plain) != "hello" {
		t.Errorf("SM4-GCM: %q, %v", plain, err)
	}
	aes := ringOf(t, crypto.Intl, crypto.ForSeal, make([]byte, 32))
	plain, err = aes.Open("known", unhex(t, strings.Repeat("00", 12)+"cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"), nil)
	if err != nil || !bytes.Equal(plain, make([]byte, 16)) {
		t.Errorf("AES-256-GCM: %x, %v", plain, err)
	}
}

func TestSuitesSignSealAndAuthenticate(t *testing.T) {
	for _, suite := range suites {
		ring, err := crypto.OpenRing(filepath.Join(t.TempDir(), "keys.json"), suite)
		if err != nil {
			t.Fatal(err)
		}
		p := crypto.New(suite, ring)
		rapid.Check(t, func(t *rapid.T) {
			data := rapid.SliceOf(rapid.Byte()).Draw(t, "data")
			place := rapid.String().Draw(t, "place")
			sealed, err := p.Seal(data, place)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := p.Open(sealed, place); err != nil || !bytes.Equal(got, data) {
				t.Fatalf("%s: opened %x, %v", suite, got, err)
			}
			if _, err := p.Open(sealed, place+"x"); fault.CodeOf(err) != "crypto.broken" {
				t.Fatalf("%s: opened elsewhere: %v", suite, err)
			}
			bad := bytes.Clone(sealed)
			bad[rapid.IntRange(0, len(bad)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
			if _, err := p.Open(bad, place); err == nil {
				t.Fatalf("%s: opened though changed", suite)
			}
			signature, err := p.Sign(data)
			if err != nil {
				t.Fatal(err)
			}
			mac, err := p.MAC(data)
			if err != nil {
				t.Fatal(err)
			}
			other := append(bytes.Clone(data), 'x')
			for _, c := range []struct {
				what string
				f    func([]byte, crypto.Tag) (bool, error)
				tag  crypto.Tag
			}{{"signature", p.Verify, signature}, {"MAC", p.CheckMAC, mac}} {
				if ok, err := c.f(data, c.tag); err != nil || !ok {
					t.Fatalf("%s: the %s does not verify: %v", suite, c.what, err)
				}
				if ok, err := c.f(other, c.tag); err != nil || ok {
					t.Fatalf("%s: the %s verifies something else: %v", suite, c.what, err)
				}
			}
			public, err := p.Public(signature.Key)
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := crypto.Verify(suite, public, data, signature.Value); err != nil || !ok {
				t.Fatalf("%s: not by its public key: %v", suite, err)
			}
		})
	}
}

// TestOlderKeysStillWork: rotation and a change of suite leave what was made before
// readable, by a ring opened again too.
func TestOlderKeysStillWork(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "ring.json")
	type made struct {
		sealed         []byte
		signature, mac crypto.Tag
	}
	var all []made
	keys := map[string]bool{}
	for _, suite := range []crypto.Suite{crypto.Intl, crypto.GM, crypto.Intl, crypto.GM} {
		ring, err := crypto.OpenRing(path, suite)
		if err != nil {
			t.Fatal(err)
		}
		if err := ring.Rotate(suite); err != nil {
			t.Fatal(err)
		}
		p := crypto.New(suite, ring)
		var m made
		if m.sealed, err = p.Seal([]byte("秘密"), "a/b/c"); err != nil {
			t.Fatal(err)
		}
		if m.signature, err = p.Sign([]byte("文件")); err != nil {
			t.Fatal(err)
		}
		if m.mac, err = p.MAC([]byte("文件")); err != nil {
			t.Fatal(err)
		}
		id, err := crypto.KeyOf(m.sealed)
		if err != nil || keys[id] {
			t.Errorf("sealed with %s, %v, which is not new", id, err)
		}
		keys[id] = true
		all = append(all, m)
	}
	ring, err := crypto.OpenRing(path, crypto.Intl)
	if err != nil {
		t.Fatal(err)
	}
	p := crypto.New(crypto.Intl, ring)
	for i, m := range all {
		if plain, err := p.Open(m.sealed, "a/b/c"); err != nil || string(plain) != "秘密" {
			t.Errorf("seal %d: %q, %v", i, plain, err)
		}
		if ok, err := p.Verify([]byte("文件"), m.signature); err != nil || !ok {
			t.Errorf("signature %d: %v, %v", i, ok, err)
		}
		if ok, err := p.CheckMAC([]byte("文件"), m.mac); err != nil || !ok {
			t.Errorf("MAC %d: %v, %v", i, ok, err)
		}
	}
	if _, err := p.Verify(nil, crypto.Tag{Key: "unknown"}); fault.CodeOf(err) != "crypto.no_key" {
		t.Errorf("an unknown key: %v", err)
	}
}

func TestRingIsForTheServerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring.json")
	if _, err := crypto.OpenRing(path, "rot13"); fault.CodeOf(err) != "crypto.suite" {
		t.Errorf("an unknown suite: %v", err)
	}
	if _, err := crypto.OpenRing(path, crypto.Intl); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := crypto.OpenRing(path, crypto.Intl); fault.CodeOf(err) != "crypto.ring_open" {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	for _, text := range []string{"", "{", `{"form":2}`, `{"form":1,"keys":[{"id":"a","suite":"gm","use":"seal","secret":"AAAA"}]}`, `{"form":1,"keys":[{"id":"","suite":"gm","use":"mac"}]}`} {
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := crypto.OpenRing(path, crypto.Intl); fault.CodeOf(err) != "crypto.ring" {
			t.Errorf("%q: %v", text, err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != text {
			t.Errorf("%q was written over: %q, %v", text, b, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	ring, err := crypto.OpenRing(filepath.Join(f.TempDir(), "ring.json"), crypto.Intl)
	if err != nil {
		f.Fatal(err)
	}
	p := crypto.New(crypto.Intl, ring)
	sealed, err := p.Seal([]byte("x"), "a")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte{1, 200})
	f.Fuzz(func(t *testing.T, b []byte) {
		if plain, err := p.Open(b, "b"); err == nil {
			t.Errorf("%x opened as %x", b, plain)
		}
	})
}

func TestPasswordsOfBothSuites(t *testing.T) {
	intl, gm := crypto.NewPasswordsOf(crypto.Intl, 2), crypto.NewPasswordsOf(crypto.GM, 2)
	for name, p := range map[string]*crypto.Passwords{"$argon2id$": intl, "$pbkdf2-sm3$": gm} {
		hash, err := p.Hash("Zhe-Jiang 2021")
		if err != nil || !strings.HasPrefix(hash, name) {
			t.Fatalf("%s, %v", hash, err)
		}
		again, err := p.Hash("Zhe-Jiang 2021")
		if err != nil || again == hash {
			t.Errorf("twice the same: %s, %v", hash, err)
		}
		for _, reader := range []*crypto.Passwords{intl, gm} { // after a change of suite too
			if ok, err := reader.Matches(hash, "Zhe-Jiang 2021"); err != nil || !ok {
				t.Errorf("%s does not match: %v", name, err)
			}
			if ok, err := reader.Matches(hash, "Zhe-Jiang 2022"); err != nil || ok {
				t.Errorf("%s matches another: %v", name, err)
			}
		}
	}
	for _, bad := range []string{"", "plain", "$pbkdf2-sm3$i=0$AAAA$AAAA", "$pbkdf2-sm3$i=999999999$AAAA$AAAA", "$pbkdf2-sm3$i=1$AAAA$", "$argon2id$v=1$m=1,t=1,p=1$AAAA$AAAA"} {
		if ok, err := gm.Matches(bad, "x"); ok || err == nil {
			t.Errorf("%q: %v, %v", bad, ok, err)
		}
	}
}

// TestCodesOfRFC6238 are the vectors of its appendix B, to six digits.
func TestCodesOfRFC6238(t *testing.T) {
	for _, c := range []struct {
		f      crypto.TOTP
		secret string
		at     civil.Instant
		want   string
	}{
		{crypto.TOTP{}, "12345678901234567890", 59_000, "287082"},
		{crypto.TOTP{}, "12345678901234567890", 1_111_111_109_000, "081804"},
		{crypto.TOTP{}, "12345678901234567890", 20_000_000_000_000, "353130"},
		{crypto.TOTP{SHA256: true}, "12345678901234567890123456789012", 59_000, "119246"},
		{crypto.TOTP{SHA256: true}, "12345678901234567890123456789012", 1_111_111_109_000, "084774"},
	} {
		secret := []byte(c.secret)
		if got := c.f.Code(secret, c.at); got != c.want {
			t.Errorf("at %d: %s, not %s", c.at, got, c.want)
		}
		for off, right := range map[civil.Instant]bool{-60_000: false, -30_000: true, 0: true, 30_000: true, 60_000: false} {
			if step, ok := c.f.Step(secret, c.want, c.at+off); ok != right || ok && step != int64(c.at/30_000) {
				t.Errorf("at %d, %d ms off: step %d, %v", c.at, off, step, ok)
			}
		}
		for _, bad := range []string{"", "0", c.want + "0", c.want[1:]} {
			if _, ok := c.f.Step(secret, bad, c.at); ok {
				t.Errorf("%q was taken", bad)
			}
		}
	}
}

func TestOneTimePasswordsCanBeReadOut(t *testing.T) {
	seen, letters := map[string]bool{}, map[rune]int{}
	for range 2000 {
		s := crypto.NewOneTime()
		if len(s) != 19 || strings.Count(s, "-") != 3 || seen[s] || strings.ContainsAny(s, "il01o") {
			t.Fatalf("%q", s)
		}
		seen[s] = true
		for _, c := range strings.ReplaceAll(s, "-", "") {
			letters[c]++
		}
	}
	for c, n := range letters { // 32000 of 31 letters: 1032 each, and 6 standard deviations
		if n < 840 || n > 1225 {
			t.Errorf("%c came %d times", c, n)
		}
	}
	if len(letters) != 31 {
		t.Errorf("%d letters", len(letters))
	}
}

// TestVeiledIDsTellNoOrder: ids made one after another are of the same minute, and in no order.
func TestVeiledIDsTellNoOrder(t *testing.T) {
	seen, rises := map[string]bool{}, 0
	last := ""
	for range 1000 {
		id := crypto.NewVeiledID()
		if len(id) != 36 || id[14] != '8' || !strings.ContainsRune("89ab", rune(id[19])) || seen[id] {
			t.Fatal(id)
		}
		seen[id] = true
		if id > last {
			rises++
		}
		last = id
	}
	if rises < 400 || rises > 600 {
		t.Errorf("%d of 1000 are above the one before", rises)
	}
	if a, b := crypto.NewID(), crypto.NewVeiledID(); b[:3] != a[:3] {
		t.Errorf("%s is of another time than %s", b, a)
	}
}
