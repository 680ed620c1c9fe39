package code

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
)

// Token is what a code says, as it was read and not yet verified.
//
// Written it is two parts in base64url (RFC 4648 §5, without padding) with a dot
// between them. The first is the content: the form (1), the kind (l or f), the id's 16
// bytes, the last day as days since 1970-01-01 in four bytes, and, of a firm code, the
// 18 characters of the credit code. The second is the first eight bytes of the SHA-256
// of the key's id (kid), and the signature over "changrong-code" and the content. Who
// verifies it looks for the key among the published ones by these eight bytes.
type Token struct {
	Kind    Kind
	ID      string
	Expires civil.Date
	USCC    string

	mark      [markSize]byte
	signed    []byte
	signature []byte
}

// Sizes of a token.
const (
	tokenForm = 1
	fixedSize = 2 + 16 + 4
	markSize  = 8
	maxSigned = 160 // bytes of a signature; 64 of Ed25519, 72 of SM2
)

// purpose keeps a signature of a code from being one of anything else.
const purpose = "changrong-code"

// Signer signs with the platform's key, and verifies with whatever key it ever had.
type Signer interface {
	Sign(data []byte) (key string, signature []byte, err error)
	Keys() []string // ids of all keys that signed, the oldest first
	Verify(key string, data, signature []byte) (bool, error)
}

func markOf(key string) (m [markSize]byte) {
	sum := sha256.Sum256([]byte(key))
	copy(m[:], sum[:])
	return m
}

// Seal writes the token of c, signed by s.
func Seal(c *Code, s Signer) (string, error) {
	id, err := hex.DecodeString(strings.ReplaceAll(c.ID, "-", ""))
	if err != nil || len(id) != 16 {
		return "", fault.New(fault.Internal, "code.id", "内部编号不是UUID", "the id is no UUID").Because(err)
	}
	letter := byte('l')
	if c.Kind == Firm {
		letter = 'f'
	}
	content := append([]byte{tokenForm, letter}, id...)
	content = binary.BigEndian.AppendUint32(content, uint32(c.Expires))
	content = append(content, c.USCC...)
	key, signature, err := s.Sign(append([]byte(purpose), content...))
	if err != nil {
		return "", err
	}
	mark := markOf(key)
	b64 := base64.RawURLEncoding.EncodeToString
	return b64(content) + "." + b64(append(mark[:], signature...)), nil
}

// ParseToken reads a token and verifies nothing.
//
// Errors: code.forged.
func ParseToken(text string) (*Token, error) {
	if len(text) > maxToken {
		return nil, forged(errors.New("too long"))
	}
	first, second, ok := strings.Cut(text, ".")
	if !ok {
		return nil, forged(errors.New("not in two parts"))
	}
	strict := base64.RawURLEncoding.Strict()
	content, err := strict.DecodeString(first)
	if err != nil {
		return nil, forged(err)
	}
	rest, err := strict.DecodeString(second)
	if err != nil {
		return nil, forged(err)
	}
	// The decoder passes over line breaks, which nobody signed.
	if strings.ContainsAny(text, "\r\n") || len(content) < fixedSize || content[0] != tokenForm || len(rest) <= markSize || len(rest) > markSize+maxSigned {
		return nil, forged(errors.New("not of this form"))
	}
	t := &Token{signed: append([]byte(purpose), content...), signature: rest[markSize:]}
	copy(t.mark[:], rest)
	t.USCC = string(content[fixedSize:])
	switch {
	case content[1] == 'l' && t.USCC == "":
		t.Kind = Loan
	case content[1] == 'f' && uscc.Valid(t.USCC):
		t.Kind = Firm
	default:
		return nil, forged(errors.New("of no kind"))
	}
	h := hex.EncodeToString(content[2:18])
	t.ID = strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
	days := binary.BigEndian.Uint32(content[18:fixedSize])
	if days > uint32(civil.Never) {
		return nil, forged(errors.New("a day that never comes"))
	}
	t.Expires = civil.Date(days)
	return t, nil
}

func forged(cause error) error {
	return fault.New(fault.Invalid, "code.forged", "这个码不是平台发出的，或已被改动，请勿继续扫码操作", "the platform did not make this code, or it was changed").Because(cause)
}

// verify tells whether t is of this platform.
//
// Errors: code.elsewhere (signed by a key that this platform never had), code.forged.
func (t *Token) verify(s Signer) error {
	for _, key := range s.Keys() {
		if markOf(key) != t.mark {
			continue
		}
		if ok, err := s.Verify(key, t.signed, t.signature); err != nil || !ok {
			return forged(err)
		}
		return nil
	}
	return fault.New(fault.Invalid, "code.elsewhere", "这个码属于其他平台，请在发码的平台上使用", "the code is another platform's; use it there")
}
