package httpsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/pem"
	"math/big"

	"changrong/internal/access/apikey"
	"changrong/internal/base/fault"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// ParsePublic reads a public key for alg in PEM and returns it as it is kept, and
// its fingerprint: the SHA-256 of its DER, in hexadecimal.
//
// Errors: signature.key_form.
func ParsePublic(alg apikey.Alg, text string) (canonical, fingerprint string, err error) {
	if _, err = public(alg, text); err != nil {
		return "", "", err
	}
	block, _ := pem.Decode([]byte(text))
	sum := sha256.Sum256(block.Bytes)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: block.Bytes})), hex.EncodeToString(sum[:]), nil
}

func keyForm(zh, en string) error {
	return fault.New(fault.Invalid, "signature.key_form", "公钥不可用："+zh, "not a usable public key: "+en).In(fault.Place{Field: "public"})
}

// public reads a public key and holds it against its algorithm.
func public(alg apikey.Alg, text string) (crypto.PublicKey, error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != "PUBLIC KEY" || len(rest) > 0 && len(text) > maxPEM {
		return nil, keyForm("须为PEM格式（BEGIN PUBLIC KEY）", "it is PEM (BEGIN PUBLIC KEY)")
	}
	key, err := smx509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, keyForm("内容无法识别", "its content is unknown")
	}
	switch k := key.(type) {
	case ed25519.PublicKey:
		if alg == apikey.Ed25519 {
			return k, nil
		}
	case *ecdsa.PublicKey:
		if alg == apikey.ECDSA && k.Curve == elliptic.P256() || alg == apikey.SM2 && k.Curve == sm2.P256() {
			return k, nil
		}
	case *rsa.PublicKey:
		if alg == apikey.RSA && (k.N.BitLen() < minRSA || k.N.BitLen() > maxRSA) {
			return nil, keyForm("RSA密钥须为2048至8192位", "an RSA key has 2048 to 8192 bits")
		}
		if alg == apikey.RSA {
			return k, nil
		}
	}
	return nil, keyForm("与所选算法不符", "it is for another algorithm")
}

// Limits of keys.
const (
	maxPEM = 8 << 10
	minRSA = 2048 // bits
	maxRSA = 8192 // bits; more takes too long to check
)

// verify tells whether sig is the signature of base by a key: public in PEM, or
// secret for HMAC.
func verify(alg apikey.Alg, text string, secret []byte, base string, sig []byte) bool {
	if alg == apikey.HMAC {
		return len(secret) > 0 && hmac.Equal(mac(secret, base), sig)
	}
	key, err := public(alg, text)
	if err != nil {
		return false
	}
	switch k := key.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(k, []byte(base), sig)
	case *rsa.PublicKey:
		sum := sha512.Sum512([]byte(base))
		return rsa.VerifyPSS(k, crypto.SHA512, sum[:], sig, &rsa.PSSOptions{SaltLength: 64}) == nil
	case *ecdsa.PublicKey:
		if alg == apikey.SM2 {
			return sm2.VerifyASN1WithSM2(k, nil, []byte(base), sig)
		}
		if len(sig) != 64 {
			return false
		}
		sum := sha256.Sum256([]byte(base))
		return ecdsa.Verify(k, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:]))
	}
	return false
}

func mac(secret []byte, base string) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(base))
	return h.Sum(nil)
}

// Private signs: an ed25519.PrivateKey, an *ecdsa.PrivateKey on P-256, an
// *rsa.PrivateKey, an *sm2.PrivateKey, or a []byte for HMAC.
type Private any

// sign returns the signature of base.
func sign(key Private, base string) ([]byte, error) {
	switch k := key.(type) {
	case []byte:
		return mac(k, base), nil
	case ed25519.PrivateKey:
		return ed25519.Sign(k, []byte(base)), nil
	case *rsa.PrivateKey:
		sum := sha512.Sum512([]byte(base))
		return rsa.SignPSS(rand.Reader, k, crypto.SHA512, sum[:], &rsa.PSSOptions{SaltLength: 64})
	case *sm2.PrivateKey:
		return k.SignWithSM2(rand.Reader, nil, []byte(base))
	case *ecdsa.PrivateKey:
		sum := sha256.Sum256([]byte(base))
		r, s, err := ecdsa.Sign(rand.Reader, k, sum[:])
		if err != nil {
			return nil, err
		}
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...), nil
	}
	return nil, keyForm("不支持这种私钥", "this kind of private key is not supported")
}
