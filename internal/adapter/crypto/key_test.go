package crypto

import (
	"encoding/hex"
	"testing"

	"github.com/emmansun/gmsm/sm4"
)

// TestKnownAnswersOfKeys are published vectors of keyed hashes with short keys, which
// no ring has, and of SM4 by itself (GB/T 32907).
func TestKnownAnswersOfKeys(t *testing.T) {
	fox := []byte("The quick brown fox jumps over the lazy dog")
	for suite, want := range map[Suite]string{
		GM:   "bd4a34077888162b210645b8ebf74b9af357303789357a27c7fc457244ebd398",
		Intl: "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
	} {
		k := key{Suite: suite, Use: ForMAC, Secret: []byte("key")}
		if got := hex.EncodeToString(k.mac(fox)); got != want {
			t.Errorf("%s: %s", suite, got)
		}
		if k.check() == nil {
			t.Errorf("%s: a ring takes a key of 3 bytes", suite)
		}
	}
	text, err := hex.DecodeString("0123456789abcdeffedcba9876543210")
	if err != nil {
		t.Fatal(err)
	}
	block, err := sm4.NewCipher(text)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, 16)
	block.Encrypt(out, text)
	if got := hex.EncodeToString(out); got != "681edf34d206965e86b3e94f536e4246" {
		t.Errorf("SM4: %s", got)
	}
}
