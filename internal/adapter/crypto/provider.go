package crypto

import (
	"crypto/hmac"
	"encoding/hex"
	"errors"
)

// Provider makes and reads what the platform signs and seals, with the keys of a
// module and the algorithms of a suite.
type Provider struct {
	suite  Suite
	module Module
}

// New returns a provider of suite s with the keys of m.
func New(s Suite, m Module) *Provider { return &Provider{suite: s, module: m} }

// Suite returns what new things are made with.
func (p *Provider) Suite() Suite { return p.suite }

// Tag is a signature or a keyed hash, and the key it was made with.
type Tag struct {
	Key   string `json:"key"`
	Value []byte `json:"value"`
}

// MAC returns the keyed hash of data.
func (p *Provider) MAC(data []byte) (Tag, error) { return p.tag(ForMAC, p.module.MAC, data) }

// CheckMAC tells whether t is a keyed hash of data, under whatever key it names.
func (p *Provider) CheckMAC(data []byte, t Tag) (bool, error) {
	want, err := p.module.MAC(t.Key, data)
	return err == nil && hmac.Equal(want, t.Value), err
}

// Sign returns a signature of data.
func (p *Provider) Sign(data []byte) (Tag, error) { return p.tag(ForSign, p.module.Sign, data) }

// Verify tells whether t is a signature of data, under whatever key it names.
func (p *Provider) Verify(data []byte, t Tag) (bool, error) {
	return p.module.Verify(t.Key, data, t.Value)
}

// Public returns the public key that a signature names.
func (p *Provider) Public(key string) ([]byte, error) { return p.module.Public(key) }

func (p *Provider) tag(use Use, f func(string, []byte) ([]byte, error), data []byte) (Tag, error) {
	id, err := p.module.Current(p.suite, use)
	if err != nil {
		return Tag{}, err
	}
	value, err := f(id, data)
	return Tag{Key: id, Value: value}, err
}

// sealedForm is the first byte of what Seal makes; the length of the key's id, the
// id and the module's bytes follow.
const sealedForm = 1

// Seal implements access.Sealer.
func (p *Provider) Seal(plain []byte, place string) ([]byte, error) {
	id, err := p.module.Current(p.suite, ForSeal)
	if err != nil {
		return nil, err
	}
	sealed, err := p.module.Seal(id, plain, []byte(place))
	if err != nil {
		return nil, err
	}
	return append(append([]byte{sealedForm, byte(len(id))}, id...), sealed...), nil
}

// Open implements access.Sealer.
func (p *Provider) Open(sealed []byte, place string) ([]byte, error) {
	id, rest, err := splitSealed(sealed)
	if err != nil {
		return nil, err
	}
	return p.module.Open(id, rest, []byte(place))
}

// KeyOf returns the id of the key that something was sealed with.
func KeyOf(sealed []byte) (string, error) {
	id, _, err := splitSealed(sealed)
	return id, err
}

func splitSealed(b []byte) (id string, rest []byte, err error) {
	if len(b) < 2 || b[0] != sealedForm || len(b) < 2+int(b[1]) {
		return "", nil, broken(errors.New("not of a form that this program seals"))
	}
	n := 2 + int(b[1])
	return string(b[2:n]), b[n:], nil
}

// Digest returns the hash of a secret in hexadecimal: a secret of 10 random bytes
// or more needs no salt and no time. It is of the suite, so a change of suite ends
// sessions and makes recovery codes void.
func (p *Provider) Digest(secret string) string {
	h := p.suite.Hash()
	h.Write([]byte(secret))
	return hex.EncodeToString(h.Sum(nil))
}

// Signer is a Provider as packages below know who signs.
type Signer struct{ *Provider }

// Sign signs data and names the key.
func (s Signer) Sign(data []byte) (key string, signature []byte, err error) {
	t, err := s.Provider.Sign(data)
	return t.Key, t.Value, err
}

// Keys returns the ids of all keys that sign or have signed, the oldest first.
func (s Signer) Keys() (ids []string) {
	for _, k := range s.module.Publics() {
		ids = append(ids, k.ID)
	}
	return ids
}

// Verify tells whether signature is one of data by a key.
func (s Signer) Verify(key string, data, signature []byte) (bool, error) {
	return s.Provider.Verify(data, Tag{Key: key, Value: signature})
}
