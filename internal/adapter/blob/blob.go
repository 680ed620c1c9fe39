package blob

import (
	"context"
	"encoding/hex"
	"io"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Ref names a file by its content.
type Ref struct {
	SHA256 string `json:"sha256"` // 64 digits and lower-case letters
	Size   int64  `json:"size"`   // bytes
}

// Store keeps files. Errors of all: blob.ref (no such name can be), blob.full,
// blob.unreachable.
type Store interface {
	// Put keeps what r gives. When it returns, the file is on disk.
	Put(ctx context.Context, r io.Reader) (Ref, error)
	// Open reads a file. Where it is not the one that was put, the end of reading is
	// blob.damaged and not io.EOF. Errors: blob.missing.
	Open(ctx context.Context, ref Ref) (io.ReadCloser, error)
	// Fetch writes a file to path, whole and checked, or not at all. Errors:
	// blob.missing, blob.damaged.
	Fetch(ctx context.Context, ref Ref, path string) error
	// Delete removes a file; that it is not there is no error.
	Delete(ctx context.Context, ref Ref) error
	// List calls f with every file and when it was last put, in the order of the
	// hashes. f may delete the file.
	List(ctx context.Context, f func(Ref, civil.Instant) error) error
	// Check tells whether files can be kept and read now.
	Check(ctx context.Context) error
}

// Check tells whether r can be the name of a file: what comes from outside must
// not name a path.
func (r Ref) Check() error {
	if !validHash(r.SHA256) || r.Size < 0 {
		return fault.Invalidf("blob.ref", "“%s”不是文件的摘要", "%q is no hash of a file", fault.Clip(r.SHA256))
	}
	return nil
}

func validHash(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func hashOf(sum []byte) string { return hex.EncodeToString(sum) }

func missing(r Ref) *fault.Error {
	return fault.Newf(fault.NotFound, "blob.missing", "文件不存在（%s）", "there is no file %s", r.SHA256)
}

func damaged(r Ref) *fault.Error {
	return fault.Newf(fault.Internal, "blob.damaged", "文件已损坏（%s），请从备份恢复", "the file %s is damaged; restore it from a backup", r.SHA256)
}
