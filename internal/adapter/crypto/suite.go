package crypto

import (
	"crypto/sha256"
	"hash"

	"changrong/internal/access/audit"

	"github.com/emmansun/gmsm/sm3"
)

// Suite is a family of algorithms that are used together.
type Suite string

// The suites.
const (
	Intl Suite = "intl" // SHA-256, HMAC-SHA256, Ed25519, AES-256-GCM
	GM   Suite = "gm"   // SM3, HMAC-SM3, SM2, SM4-GCM
)

// Valid tells whether s is one of the suites.
func (s Suite) Valid() bool { return s == Intl || s == GM }

// HashName returns the name of s's hash: what audit entries are chained with.
func (s Suite) HashName() string {
	if s == GM {
		return "sm3"
	}
	return "sha256"
}

// Hash returns s's hash.
func (s Suite) Hash() hash.Hash { return Hashes()[s.HashName()]() }

// Hashes returns the hashes of all suites by their names.
func Hashes() audit.Hashes { return audit.Hashes{"sha256": sha256.New, "sm3": sm3.New} }
