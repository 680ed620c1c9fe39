package crypto

import "changrong/internal/base/fault"

// Use is what a key is for. No key serves two uses.
type Use string

// The uses.
const (
	ForSeal Use = "seal" // authenticated encryption
	ForMAC  Use = "mac"  // keyed hashes
	ForSign Use = "sign" // signatures that others can verify
)

// Module is where keys are and what works with them. Ring is one; a hardware
// security module (密码机) is put in by implementing this. Key ids are at most 255
// bytes and never used again for another key.
//
// Errors: crypto.no_key for an id that it does not have; crypto.broken for what does not open.
type Module interface {
	// Current returns the id of the key that new things of a suite are made with.
	Current(Suite, Use) (id string, err error)
	// MAC returns the keyed hash of data.
	MAC(id string, data []byte) ([]byte, error)
	// Sign returns a signature of data.
	Sign(id string, data []byte) ([]byte, error)
	// Verify tells whether signature is one of data.
	Verify(id string, data, signature []byte) (bool, error)
	// Public returns the public key of a key for signing, for others to verify with:
	// 32 bytes of Ed25519, or 65 of SM2 (uncompressed).
	Public(id string) ([]byte, error)
	// Publics returns all public keys for signing that it ever had, the oldest first.
	Publics() []Public
	// Seal encrypts plain so that it opens with the same ad only.
	Seal(id string, plain, ad []byte) ([]byte, error)
	// Open decrypts what Seal made.
	Open(id string, sealed, ad []byte) ([]byte, error)
}

// Public is a public key, as Module.Public gives it.
type Public struct {
	ID    string
	Suite Suite
	Key   []byte
}

func noKey(id string) error {
	return fault.Newf(fault.Internal, "crypto.no_key", "密钥环中没有密钥“%s”", "the key ring has no key %q", fault.Clip(id))
}

func broken(err error) error {
	return fault.New(fault.Internal, "crypto.broken", "密文无法解密：已被改动、移动，或密钥不符", "this does not open: it was changed or moved, or the key is another").Because(err)
}
