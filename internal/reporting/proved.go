package reporting

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	"changrong/internal/base/fault"
)

// proved is a reader that ends in an error when what was read has not the hash.
type proved struct {
	r    io.Reader
	h    hash.Hash
	want string
}

func newProved(r io.Reader, want string) *proved { return &proved{r, sha256.New(), want} }

// Read implements io.Reader.
func (p *proved) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.h.Write(b[:n])
	if err == io.EOF && hex.EncodeToString(p.h.Sum(nil)) != p.want {
		return n, fault.New(fault.Invalid, "reporting.hash", "文件与其SHA-256不符，请重新上传", "the file is not what its SHA-256 says; upload it again").In(fault.Place{Field: "sha256"})
	}
	return n, err
}
