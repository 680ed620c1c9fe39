package crypto

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/emmansun/gmsm/sm3"
	"golang.org/x/crypto/argon2"
)

// Passwords hashes passwords: with argon2id (RFC 9106), or where the Chinese suite
// is in use with PBKDF2 and HMAC-SM3 (GM/T 0091). It reads both. Each hash takes
// a tenth of a second, and those of argon2id 64 MiB, so only so many are made at a time.
type Passwords struct {
	slots chan struct{}
	suite Suite
}

// NewPasswords returns a hasher that makes at most atOnce hashes at a time, with
// argon2id.
func NewPasswords(atOnce int) *Passwords { return NewPasswordsOf(Intl, atOnce) }

// NewPasswordsOf returns a hasher that makes at most atOnce hashes at a time, with
// what suite s has for them.
func NewPasswordsOf(s Suite, atOnce int) *Passwords {
	return &Passwords{slots: make(chan struct{}, atOnce), suite: s}
}

// The parameters of new hashes: RFC 9106 §4, the second recommended option with
// fewer threads.
const (
	argonTime    = 2
	argonMemory  = 64 << 10 // KiB
	argonThreads = 2
	argonKey     = 32
	argonSalt    = 16
)

// The parameters of hashes of PBKDF2: iterations, and the most that are read.
const (
	pbkdf2Rounds = 300_000
	pbkdf2Most   = 10_000_000
)

// Hash implements access.Hasher.
func (p *Passwords) Hash(password string) (string, error) {
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	if p.suite == GM {
		key, err := p.pbkdf2(password, salt, pbkdf2Rounds, argonKey)
		return fmt.Sprintf("$pbkdf2-sm3$i=%d$%s$%s", pbkdf2Rounds, b64.EncodeToString(salt), b64.EncodeToString(key)), err
	}
	p.slots <- struct{}{}
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	<-p.slots
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

var b64 = base64.RawStdEncoding

func (p *Passwords) pbkdf2(password string, salt []byte, rounds, length int) ([]byte, error) {
	p.slots <- struct{}{}
	defer func() { <-p.slots }()
	return pbkdf2.Key(sm3.New, password, salt, rounds, length)
}

// matchesPBKDF2 reads the parts of a hash of PBKDF2.
func (p *Passwords) matchesPBKDF2(parts []string, password string) (bool, error) {
	var rounds int
	if _, err := fmt.Sscanf(parts[2], "i=%d", &rounds); err != nil || rounds < 1 || rounds > pbkdf2Most {
		return false, errors.New("crypto: a hash of PBKDF2 with unknown parameters")
	}
	salt, err := b64.DecodeString(parts[3])
	if err != nil {
		return false, fmt.Errorf("crypto: the salt of a hash: %w", err)
	}
	want, err := b64.DecodeString(parts[4])
	if err != nil || len(want) == 0 {
		return false, errors.New("crypto: a hash of PBKDF2 that is none")
	}
	got, err := p.pbkdf2(password, salt, rounds, len(want))
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1, err
}

// Matches implements access.Hasher.
func (p *Passwords) Matches(hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) == 5 && parts[1] == "pbkdf2-sm3" {
		return p.matchesPBKDF2(parts, password)
	}
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errors.New("crypto: not a hash of argon2id")
	}
	var version int
	var memory, time uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads); err != nil || version != argon2.Version {
		return false, errors.New("crypto: a hash of argon2id with unknown parameters")
	}
	salt, err := b64.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("crypto: the salt of a hash: %w", err)
	}
	want, err := b64.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("crypto: a hash: %w", err)
	}
	p.slots <- struct{}{}
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(want)))
	<-p.slots
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
