package crypto

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"github.com/google/uuid"
)

// NewSecret returns a secret of 32 random bytes as text that fits a cookie and a URL.
func NewSecret() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// Digest returns the SHA-256 of a secret in hexadecimal: a secret of 32 random
// bytes needs no salt and no time.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// oneTimeLetters are those that nobody takes for another.
const oneTimeLetters = "abcdefghjkmnpqrstuvwxyz23456789"

// NewOneTime returns a new password or code that a person can read out and type:
// four groups of four letters and digits, of 79 random bits.
func NewOneTime() string {
	out := make([]byte, 0, 19)
	for len(out) < cap(out) {
		if len(out)%5 == 4 {
			out = append(out, '-')
			continue
		}
		var b [1]byte
		rand.Read(b[:])
		if i := int(b[0]); i < 256/len(oneTimeLetters)*len(oneTimeLetters) { // else some would come more often
			out = append(out, oneTimeLetters[i%len(oneTimeLetters)])
		}
	}
	return string(out)
}

// NewID returns a new id: a UUID whose order is that of time (RFC 9562, version 7).
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// NewVeiledID returns a new id that tells its time to the minute and no closer (RFC 9562,
// version 8): of what is made for several in one go, none learns whose came before.
func NewVeiledID() string {
	id := uuid.Must(uuid.NewV7())
	rand.Read(id[4:]) // what is left of the time counts 65.536 seconds
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	return id.String()
}
