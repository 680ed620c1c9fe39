package httpsig

import (
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"hash"
	"io"

	"changrong/internal/adapter/httpsig/sfv"
	"changrong/internal/base/fault"

	"github.com/emmansun/gmsm/sm3"
)

// digests are the hashes of a Content-Digest that are taken, the first first. sm3
// is not registered.
var digests = []struct {
	name string
	make func() hash.Hash
}{{"sha-512", sha512.New}, {"sha-256", sha256.New}, {"sm3", sm3.New}}

// Digest returns the Content-Digest of body by sha-256.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return sfv.DictionaryString([]sfv.Member{{Key: "sha-256", Item: sfv.Item{Value: sum[:]}}})
}

// Body is a request's body that must have its digest: who reads it to the end gets
// an error in the place of io.EOF when it has not.
type Body struct {
	io.ReadCloser
	hash hash.Hash
	want []byte
}

// NewBody returns body, which must have the digest that a Content-Digest says.
//
// Errors: signature.digest_form, those of sfv.Dictionary.
func NewBody(body io.ReadCloser, header string) (*Body, error) {
	members, err := sfv.Dictionary(header)
	if err != nil {
		return nil, err
	}
	for _, d := range digests {
		for _, m := range members {
			want, ok := m.Value.([]byte)
			if m.Key == d.name && ok && !m.IsList {
				return &Body{body, d.make(), want}, nil
			}
		}
	}
	return nil, fault.New(fault.Forbidden, "signature.digest_form", "Content-Digest须有sha-256、sha-512或sm3", "a Content-Digest has sha-256, sha-512 or sm3")
}

// Read implements io.Reader.
//
// Errors: signature.digest.
func (b *Body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.hash.Write(p[:n])
	if err == io.EOF && subtle.ConstantTimeCompare(b.hash.Sum(nil), b.want) != 1 {
		return n, fault.New(fault.Forbidden, "signature.digest", "内容与Content-Digest不符", "the body is not the one of the Content-Digest")
	}
	return n, err
}
