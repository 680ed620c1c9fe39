package crypto

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Passwords hashes passwords with argon2id (RFC 9106). Each hash takes 64 MiB for
// a tenth of a second, so only so many are made at a time.
type Passwords struct{ slots chan struct{} }

// NewPasswords returns a hasher that makes at most atOnce hashes at a time.
func NewPasswords(atOnce int) *Passwords { return &Passwords{slots: make(chan struct{}, atOnce)} }

// The parameters of new hashes: RFC 9106 §4, the second recommended option with
// fewer threads.
const (
	argonTime    = 2
	argonMemory  = 64 << 10 // KiB
	argonThreads = 2
	argonKey     = 32
	argonSalt    = 16
)

// Hash implements access.Hasher.
func (p *Passwords) Hash(password string) (string, error) {
	salt := make([]byte, argonSalt)
	rand.Read(salt) //nolint:errcheck // it never fails
	p.slots <- struct{}{}
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	<-p.slots
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		b.EncodeToString(salt), b.EncodeToString(key)), nil
}

// Matches implements access.Hasher.
func (p *Passwords) Matches(hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errors.New("crypto: not a hash of argon2id")
	}
	var version int
	var memory, time uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads); err != nil || version != argon2.Version {
		return false, errors.New("crypto: a hash of argon2id with unknown parameters")
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("crypto: the salt of a hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("crypto: a hash: %w", err)
	}
	p.slots <- struct{}{}
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(want)))
	<-p.slots
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
