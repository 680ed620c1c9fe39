package crypto

import (
	"encoding/base64"
	"fmt"
	"slices"

	"changrong/internal/adapter/strictjson"
	"changrong/internal/base/fault"
)

// JWK is a public key that the platform's signatures are verified with, as RFC 7517
// writes it. No name of SM2 is registered with IANA; the curve is called SM2 here.
type JWK struct {
	Type      string `json:"kty" doc:"OKP (Ed25519) or EC (SM2)"`
	Curve     string `json:"crv" doc:"Ed25519 or SM2"`
	ID        string `json:"kid" doc:"what a signature names"`
	Use       string `json:"use" doc:"sig"`
	Algorithm string `json:"alg" doc:"Ed25519 or SM2-SM3"`
	X         string `json:"x" doc:"base64url"`
	Y         string `json:"y,omitempty" doc:"base64url; of SM2"`
}

// JWKSet is all such keys, those that nothing is signed with any more too.
type JWKSet struct {
	Keys []JWK `json:"keys" doc:"the oldest first"`
}

// Limits of a set that is read.
const (
	MaxJWKs   = 1 << 20 // bytes: some five thousand keys
	sm2Size   = 32      // bytes of a coordinate
	pointForm = 4       // the first byte of a point whose coordinates follow (SEC 1, 2.3.3)
)

// SignatureName returns the name of s's signatures.
func (s Suite) SignatureName() string {
	if s == GM {
		return "SM2-SM3"
	}
	return "Ed25519"
}

// PublicKeys returns what the platform's signatures are verified with.
func (p *Provider) PublicKeys() JWKSet {
	set := JWKSet{Keys: []JWK{}}
	for _, k := range p.module.Publics() {
		set.Keys = append(set.Keys, k.jwk())
	}
	return set
}

func (k *Public) jwk() JWK {
	b64 := base64.RawURLEncoding.EncodeToString
	if k.Suite == GM {
		return JWK{Type: "EC", Curve: "SM2", ID: k.ID, Use: "sig", Algorithm: GM.SignatureName(), X: b64(k.Key[1 : 1+sm2Size]), Y: b64(k.Key[1+sm2Size:])}
	}
	return JWK{Type: "OKP", Curve: "Ed25519", ID: k.ID, Use: "sig", Algorithm: Intl.SignatureName(), X: b64(k.Key)}
}

// public returns the key that k writes; ok is false for a key of another kind, which
// RFC 7517 says to pass over.
func (k *JWK) public() (key Public, ok bool, err error) {
	x, err := base64.RawURLEncoding.DecodeString(k.X)
	if err != nil {
		return Public{}, false, err
	}
	y, err := base64.RawURLEncoding.DecodeString(k.Y)
	if err != nil {
		return Public{}, false, err
	}
	switch {
	case k.Type == "OKP" && k.Curve == "Ed25519" && len(y) == 0:
		key = Public{k.ID, Intl, x}
	case k.Type == "EC" && k.Curve == "SM2" && len(x) == sm2Size && len(y) == sm2Size:
		key = Public{k.ID, GM, slices.Concat([]byte{pointForm}, x, y)}
	default:
		return Public{}, false, nil
	}
	_, err = Verify(key.Suite, key.Key, nil, nil) // whether it is a key at all
	return key, err == nil && k.Algorithm == key.Suite.SignatureName(), err
}

// ParseJWKs reads a set of keys.
//
// Errors: crypto.jwks.
func ParseJWKs(b []byte) (set JWKSet, err error) {
	bad := fault.Invalidf("crypto.jwks", "这不是平台公布的验签公钥（JWK 集合）", "this is no set of the platform's public keys (JWK set)")
	if len(b) > MaxJWKs {
		return JWKSet{}, bad
	}
	if err := strictjson.Unmarshal(b, &set); err != nil {
		return JWKSet{}, bad.Because(err)
	}
	seen := map[string]bool{}
	for i := range set.Keys {
		k := &set.Keys[i]
		if k.ID == "" || seen[k.ID] {
			return JWKSet{}, bad.Because(fmt.Errorf("the id of key %d", i+1))
		}
		seen[k.ID] = true
		if _, _, err := k.public(); err != nil {
			return JWKSet{}, bad.Because(fmt.Errorf("key %d: %w", i+1, err))
		}
	}
	if len(set.Keys) == 0 {
		return JWKSet{}, bad
	}
	return set, nil
}

// Verify tells whether signature is one of data by the key with this id.
//
// Errors: crypto.no_public_key (the set has no such key for such signatures),
// crypto.signature (it is not).
func (set JWKSet) Verify(id, algorithm string, data, signature []byte) error {
	for i := range set.Keys {
		key, ok, err := set.Keys[i].public()
		if err != nil || !ok || key.ID != id || algorithm != key.Suite.SignatureName() {
			continue
		}
		if ok, err := Verify(key.Suite, key.Key, data, signature); err != nil || !ok {
			return fault.New(fault.Invalid, "crypto.signature", "签名不符：内容被改动，或不是平台所签", "the signature does not hold: the content was changed, or the platform did not sign it").Because(err)
		}
		return nil
	}
	return fault.New(fault.Invalid, "crypto.no_public_key", "公钥文件中没有签名所用的密钥，请从平台重新下载", "the set has no key of the signature; fetch it from the platform again").In(fault.Place{Value: id})
}
