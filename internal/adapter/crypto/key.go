package crypto

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm4"
)

// check tells whether k can be worked with.
func (k *key) check() error {
	want := 32
	switch {
	case !k.Suite.Valid():
		return fmt.Errorf("suite %q", k.Suite)
	case k.Use != ForSeal && k.Use != ForMAC && k.Use != ForSign:
		return fmt.Errorf("use %q", k.Use)
	case k.Suite == GM && k.Use == ForSeal:
		want = 16
	case k.Suite == GM && k.Use == ForSign:
		_, err := sm2.NewPrivateKey(k.Secret)
		return err
	}
	if len(k.Secret) != want {
		return fmt.Errorf("%d bytes, not %d", len(k.Secret), want)
	}
	return nil
}

func newSM2Key() ([]byte, error) {
	k, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return k.D.FillBytes(make([]byte, 32)), nil
}

func (k *key) mac(data []byte) []byte {
	h := hmac.New(Hashes()[k.Suite.HashName()], k.Secret)
	h.Write(data)
	return h.Sum(nil)
}

func (k *key) aead() (cipher.AEAD, error) {
	newCipher := aes.NewCipher
	if k.Suite == GM {
		newCipher = sm4.NewCipher
	}
	block, err := newCipher(k.Secret)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// sign signs data: with SM2 under the usual user id (GB/T 35276), as ASN.1.
func (k *key) sign(data []byte) ([]byte, error) {
	if k.Suite == Intl {
		return ed25519.Sign(ed25519.NewKeyFromSeed(k.Secret), data), nil
	}
	private, err := sm2.NewPrivateKey(k.Secret)
	if err != nil {
		return nil, err
	}
	return private.SignWithSM2(rand.Reader, nil, data)
}

func (k *key) verify(data, signature []byte) (bool, error) {
	public, err := k.public()
	if err != nil {
		return false, err
	}
	return Verify(k.Suite, public, data, signature)
}

func (k *key) public() ([]byte, error) {
	if k.Suite == Intl {
		public, ok := ed25519.NewKeyFromSeed(k.Secret).Public().(ed25519.PublicKey)
		if !ok {
			return nil, errors.New("crypto: no key of Ed25519")
		}
		return public, nil
	}
	private, err := sm2.NewPrivateKey(k.Secret)
	if err != nil {
		return nil, err
	}
	public, err := sm2.PublicKeyToECDH(&private.PublicKey)
	if err != nil {
		return nil, err
	}
	return public.Bytes(), nil
}

// Verify tells whether signature is one of data by the holder of a public key of
// suite s; it takes no key of one's own.
//
// Errors: an error for what is no public key.
func Verify(s Suite, public, data, signature []byte) (bool, error) {
	if s == Intl {
		if len(public) != ed25519.PublicKeySize {
			return false, fmt.Errorf("crypto: a public key of %d bytes", len(public))
		}
		return ed25519.Verify(public, data, signature), nil
	}
	k, err := sm2.NewPublicKey(public)
	if err != nil {
		return false, fmt.Errorf("crypto: a public key: %w", err)
	}
	return sm2.VerifyASN1WithSM2(k, nil, data, signature), nil
}
