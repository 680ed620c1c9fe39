package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// copyHashed copies r to w and names what it copied.
func copyHashed(ctx context.Context, w io.Writer, r io.Reader) (Ref, error) {
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, h), &patient{ctx, r})
	if err != nil {
		return Ref{}, err
	}
	return Ref{hashOf(h.Sum(nil)), n}, nil
}

// patient reads until its context ends.
type patient struct {
	ctx context.Context
	r   io.Reader
}

// theirs is an error of what is read, which is handed up as it is.
type theirs struct{ error }

func (t theirs) Unwrap() error { return t.error }

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := p.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = theirs{err}
	}
	return n, err
}

// checked reads a file and tells at its end whether it was the right one.
type checked struct {
	r    io.Reader
	c    io.Closer
	ref  Ref
	hash hash.Hash
	n    int64
	err  error
}

func (c *checked) Read(b []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.r.Read(b)
	c.hash.Write(b[:n])
	c.n += int64(n)
	switch {
	case errors.Is(err, io.EOF) && (c.n != c.ref.Size || hashOf(c.hash.Sum(nil)) != c.ref.SHA256), c.n > c.ref.Size:
		c.err = damaged(c.ref)
	case err != nil && !errors.Is(err, io.EOF):
		c.err = unreachable(err)
	default:
		c.err = err
	}
	return n, c.err
}

func (c *checked) Close() error { return c.c.Close() }

// fetch writes a file of s to path, by way of one beside it.
func fetch(ctx context.Context, s Store, ref Ref, path string) (err error) {
	r, err := s.Open(ctx, ref)
	if err != nil {
		return err
	}
	defer r.Close()
	f, err := os.CreateTemp(filepath.Dir(path), ".fetch-*")
	if err != nil {
		return diskFault(err)
	}
	defer os.Remove(f.Name())
	_, err = io.Copy(f, &patient{ctx, r})
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return diskFault(err)
}
