package httpsig

import (
	"net/http"
	"slices"

	"changrong/internal/access/apikey"
	"changrong/internal/adapter/httpsig/sfv"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Signature is a signature that came with a request.
type Signature struct {
	Label      string
	Components []sfv.Item
	Params     []sfv.Param
	Value      []byte

	Created, Expires int64 // seconds; Expires 0: not said
	Nonce, KeyID     string
	Alg, Tag         string // "" not said
}

// Tag marks the signatures that are for us, where a request has several.
const Tag = "changrong"

// Window is how far the clock of who signs may be off, and how long a signature
// may be on its way; a nonce is kept twice as long.
const Window = 5 * civil.Minute

// Limits of a signature's parameters.
const (
	minNonce = 16 // bytes
	maxNonce = 128
	maxKeyID = 100
)

func refuse(code, zh, en string) *fault.Error { return fault.New(fault.Forbidden, code, zh, en) }

// Parse reads the signature of a request that is for us: the only one, or the one
// whose tag is Tag.
//
// Errors: signature.form, sfv.syntax, sfv.limit.
func Parse(h http.Header) (*Signature, error) {
	form := refuse("signature.form", "签名字段（Signature-Input、Signature）不完整", "Signature-Input and Signature are not whole")
	if len(h.Values("Signature-Input")) != 1 || len(h.Values("Signature")) != 1 {
		return nil, form
	}
	inputs, err := sfv.Dictionary(h.Get("Signature-Input"))
	if err != nil {
		return nil, err
	}
	values, err := sfv.Dictionary(h.Get("Signature"))
	if err != nil {
		return nil, err
	}
	var found *Signature
	for _, in := range inputs {
		s, ok := read(in)
		if !ok {
			return nil, form
		}
		if len(inputs) == 1 || s.Tag == Tag {
			if found != nil {
				return nil, form
			}
			found = s
		}
	}
	if found == nil {
		return nil, form
	}
	i := slices.IndexFunc(values, func(m sfv.Member) bool { return m.Key == found.Label && !m.IsList })
	if i < 0 {
		return nil, form
	}
	var ok bool
	if found.Value, ok = values[i].Value.([]byte); !ok {
		return nil, form
	}
	return found, nil
}

// read makes a signature of its entry in Signature-Input.
func read(in sfv.Member) (*Signature, bool) {
	s := &Signature{Label: in.Key, Components: in.List, Params: in.Params}
	ok := in.IsList
	for i, c := range in.List {
		for _, other := range in.List[:i] {
			ok = ok && other.String() != c.String()
		}
	}
	for _, p := range in.Params {
		var is bool
		switch p.Key {
		case "created":
			s.Created, is = p.Value.(int64)
		case "expires":
			s.Expires, is = p.Value.(int64)
		case "nonce":
			s.Nonce, is = p.Value.(string)
		case "keyid":
			s.KeyID, is = p.Value.(string)
		case "alg":
			s.Alg, is = p.Value.(string)
		case "tag":
			s.Tag, is = p.Value.(string)
		}
		ok = ok && is
	}
	return s, ok
}

// Covered are the components that a signature of a request must have, by whether
// the request has a body and needs a key of its own.
func Covered(body, key bool) []string {
	names := []string{"@method", "@target-uri"}
	if body {
		names = append(names, "content-digest", "content-type")
	}
	if key {
		names = append(names, "idempotency-key")
	}
	return names
}

// Check tells whether the signature's parameters are in order at now and it covers
// what it must. It does not look at the signature itself.
//
// Errors: signature.covers, signature.time, signature.nonce, signature.keyid.
func (s *Signature) Check(now civil.Instant, covered []string) error {
	for _, name := range covered {
		if !slices.ContainsFunc(s.Components, func(it sfv.Item) bool { return it.Value == name && len(it.Params) == 0 }) {
			return refuse("signature.covers", "签名须包含："+name, "the signature must cover "+name)
		}
	}
	created := civil.Instant(s.Created) * civil.Second
	if s.Created <= 0 || created > now+Window || created < now-Window || s.Expires != 0 && civil.Instant(s.Expires)*civil.Second <= now {
		return refuse("signature.time", "签名时间（created）超出有效期，请校准时钟后重新签名", "created is out of the window, or expires is over; set the clock and sign again")
	}
	if n := len(s.Nonce); n < minNonce || n > maxNonce {
		return refuse("signature.nonce", "随机数（nonce）须为16至128个字符", "a nonce has 16 to 128 characters")
	}
	if n := len(s.KeyID); n == 0 || n > maxKeyID {
		return refuse("signature.keyid", "缺少密钥编号（keyid）", "there is no keyid")
	}
	return nil
}

// Verify tells whether the signature is that of m by key; secret is the key's for HMAC.
//
// Errors: signature.component, signature.alg, signature.wrong.
func (s *Signature) Verify(m *Message, key *apikey.Key, secret []byte) error {
	if s.Alg != "" && s.Alg != string(key.Alg) {
		return refuse("signature.alg", "算法（alg）与登记的密钥不符", "alg is another than the key's")
	}
	base, err := m.Base(s.Components, s.Params)
	if err != nil {
		return err
	}
	if !verify(key.Alg, key.Public, secret, base, s.Value) {
		return refuse("signature.wrong", "签名不正确", "the signature is wrong")
	}
	return nil
}

// Sign puts a signature on a request's headers. The components are those of
// Covered; Content-Digest and Idempotency-Key must be there already where they are
// covered.
//
// Errors: signature.component, signature.key_form.
func Sign(m *Message, components []string, key Private, params ...sfv.Param) error {
	items := make([]sfv.Item, len(components))
	for i, c := range components {
		items[i] = sfv.Item{Value: c}
	}
	base, err := m.Base(items, params)
	if err != nil {
		return err
	}
	sig, err := sign(key, base)
	if err != nil {
		return err
	}
	m.Header.Set("Signature-Input", "sig1="+sfv.ListString(items, params))
	m.Header.Set("Signature", sfv.DictionaryString([]sfv.Member{{Key: "sig1", Item: sfv.Item{Value: sig}}}))
	return nil
}
