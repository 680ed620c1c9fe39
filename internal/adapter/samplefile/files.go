package samplefile

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"changrong/internal/adapter/blob"
	"changrong/internal/base/fault"
	"changrong/internal/rating/train"
	"changrong/internal/rating/training"
)

var _ training.Files = (*Files)(nil)

// Files keep samples, sealed piece by piece, among the platform's files.
type Files struct {
	Blobs  blob.Store
	Sealer Sealer
}

// Sealer makes what is kept unreadable without the platform's keys.
type Sealer interface {
	Seal(plain []byte, place string) ([]byte, error)
	Open(sealed []byte, place string) ([]byte, error)
}

// Keep implements training.Files. The file is looked at, sealed and kept while it comes.
func (f *Files) Keep(ctx context.Context, id string, r io.Reader) (*training.Kept, error) {
	var ref blob.Ref
	reading, writing := io.Pipe()
	put := make(chan error, 1)
	go func() {
		var err error
		ref, err = f.Blobs.Put(ctx, reading)
		reading.CloseWithError(err)
		put <- err
	}()
	sealed := &sealing{w: writing, sealer: f.Sealer, id: id}
	plain := &limited{r: r}
	hash := sha256.New()
	table, err := Profile(io.TeeReader(plain, io.MultiWriter(hash, sealed)))
	if err == nil {
		err = sealed.finish()
	}
	writing.CloseWithError(err)
	if kept := <-put; err == nil || errors.Is(err, io.ErrClosedPipe) {
		err = kept
	}
	if err != nil {
		return nil, err
	}
	return &training.Kept{Table: *table, SHA256: hex.EncodeToString(hash.Sum(nil)), Size: plain.n, Sealed: training.File{SHA256: ref.SHA256, Size: ref.Size}}, nil
}

// Read implements training.Files.
func (f *Files) Read(ctx context.Context, s *training.Sample, o training.Options) (*train.Sample, error) {
	r, err := f.Blobs.Open(ctx, blob.Ref{SHA256: s.Sealed.SHA256, Size: s.Sealed.Size})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return Read(&opening{ctx: ctx, r: r, sealer: f.Sealer, id: s.ID}, Options{Features: o.Features, Target: o.Target, Bad: o.Bad, Period: o.Period})
}

// limited reads no more than a sample may have.
type limited struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (l *limited) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	if l.n += int64(n); l.n > training.MaxBytes {
		return 0, fault.Invalidf("rating.size", "样本文件最大%dMB；请抽样，或去掉不用的列", "a sample has %d MB at most", training.MaxBytes>>20)
	}
	return n, err
}

// piece is how much is sealed at once.
const piece = 1 << 20

// place is where a piece belongs: it opens nowhere else, and the last is known as the last.
func place(id string, n int, last bool) string {
	return fmt.Sprintf("rating_samples/%s/%d/%t", id, n, last)
}

// sealing seals what is written, piece by piece: four bytes of length, of which the first bit
// marks the last piece, then the piece.
type sealing struct {
	w      io.Writer
	sealer Sealer
	id     string
	n      int
	left   []byte
}

// Write implements io.Writer.
func (s *sealing) Write(b []byte) (int, error) {
	s.left = append(s.left, b...)
	for len(s.left) > piece {
		if err := s.seal(s.left[:piece], false); err != nil {
			return 0, err
		}
		s.left = append(s.left[:0], s.left[piece:]...)
	}
	return len(b), nil
}

// finish seals what is left.
func (s *sealing) finish() error { return s.seal(s.left, true) }

// lastPiece marks the length of the last piece.
const lastPiece = 1 << 31

func (s *sealing) seal(plain []byte, last bool) error {
	sealed, err := s.sealer.Seal(plain, place(s.id, s.n, last))
	if err != nil {
		return err
	}
	s.n++
	size := uint32(len(sealed))
	if last {
		size |= lastPiece
	}
	if _, err := s.w.Write(binary.BigEndian.AppendUint32(nil, size)); err != nil {
		return err
	}
	_, err = s.w.Write(sealed)
	return err
}

// opening reads what sealing wrote.
type opening struct {
	ctx    context.Context //nolint:containedctx // it lives as long as one call
	r      io.Reader
	sealer Sealer
	id     string
	n      int
	plain  []byte
	ended  bool
}

// Read implements io.Reader.
func (o *opening) Read(b []byte) (int, error) {
	for len(o.plain) == 0 {
		if o.ended {
			return 0, io.EOF
		}
		if err := o.next(); err != nil {
			return 0, err
		}
	}
	n := copy(b, o.plain)
	o.plain = o.plain[n:]
	return n, nil
}

// next opens the next piece.
func (o *opening) next() error {
	if err := o.ctx.Err(); err != nil {
		return err
	}
	var head [4]byte
	if _, err := io.ReadFull(o.r, head[:]); err != nil {
		return broken(err)
	}
	size := binary.BigEndian.Uint32(head[:])
	o.ended = size&lastPiece != 0
	if size &^= lastPiece; size > 2*piece {
		return broken(nil)
	}
	sealed := make([]byte, size)
	if _, err := io.ReadFull(o.r, sealed); err != nil {
		return broken(err)
	}
	var err error
	if o.plain, err = o.sealer.Open(sealed, place(o.id, o.n, o.ended)); err != nil {
		return err
	}
	o.n++
	if o.ended { // the end tells whether the whole file is what was put
		if _, err := io.ReadFull(o.r, head[:1]); !errors.Is(err, io.EOF) {
			return broken(err)
		}
	}
	return nil
}

// broken is a kept sample that ends too early, or too late.
func broken(err error) error {
	if fault.CodeOf(err) != "" {
		return err
	}
	return fault.New(fault.Internal, "rating.damaged", "样本文件已损坏，请从备份恢复", "the sample is damaged; restore it from a backup").Because(err)
}
