package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Dir keeps files in a folder: ab/cd/abcd… below it, and what is still being
// written in tmp.
type Dir struct {
	root string
	mu   sync.RWMutex // held for writing while a file is judged too old and removed
}

// OpenDir opens the folder at path and makes it when it is not there.
func OpenDir(path string) (*Dir, error) {
	d := &Dir{root: path}
	if err := os.MkdirAll(d.tmp(), 0o700); err != nil {
		return nil, diskFault(err)
	}
	return d, d.clear()
}

func (d *Dir) tmp() string { return filepath.Join(d.root, "tmp") }

// clear removes what a killed server left half written. Another server may be
// writing into the same folder, so only what is old goes.
func (d *Dir) clear() error {
	entries, err := os.ReadDir(d.tmp())
	if err != nil {
		return diskFault(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > halfWritten {
			os.Remove(filepath.Join(d.tmp(), e.Name()))
		}
	}
	return nil
}

// halfWritten is how old a file in tmp is that nobody writes to any more.
const halfWritten = 24 * time.Hour

func (d *Dir) path(r Ref) string {
	return filepath.Join(d.root, r.SHA256[:2], r.SHA256[2:4], r.SHA256)
}

// Put implements Store.
func (d *Dir) Put(ctx context.Context, r io.Reader) (ref Ref, err error) {
	f, err := os.CreateTemp(d.tmp(), "put-*")
	if err != nil {
		return Ref{}, diskFault(err)
	}
	defer os.Remove(f.Name())
	ref, err = copyHashed(ctx, f, r)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return Ref{}, diskFault(err)
	}
	return ref, d.place(f.Name(), ref)
}

// place moves a finished file to where it belongs. One that is there already stays
// and is as young as a new one.
func (d *Dir) place(name string, ref Ref) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	path := d.path(ref)
	if info, err := os.Stat(path); err == nil && info.Size() == ref.Size {
		now := time.Now()
		return diskFault(os.Chtimes(path, now, now))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return diskFault(err)
	}
	if err := os.Rename(name, path); err != nil {
		return diskFault(err)
	}
	// The name must be on disk too, and those of folders that are new.
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if err := syncDir(dir); err != nil {
			return diskFault(err)
		}
		if dir == d.root || dir == filepath.Dir(dir) {
			return nil
		}
	}
}

func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// Open implements Store.
func (d *Dir) Open(_ context.Context, ref Ref) (io.ReadCloser, error) {
	if err := ref.Check(); err != nil {
		return nil, err
	}
	f, err := os.Open(d.path(ref))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing(ref)
	}
	if err != nil {
		return nil, diskFault(err)
	}
	return &checked{r: f, c: f, ref: ref, hash: sha256.New()}, nil
}

// Fetch implements Store.
func (d *Dir) Fetch(ctx context.Context, ref Ref, path string) error { return fetch(ctx, d, ref, path) }

// Delete implements Store.
func (d *Dir) Delete(_ context.Context, ref Ref) error {
	if err := ref.Check(); err != nil {
		return err
	}
	if err := os.Remove(d.path(ref)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return diskFault(err)
	}
	return nil
}

// expire removes a file that was last put before an instant. Nobody can put it
// again in between.
func (d *Dir) expire(ctx context.Context, ref Ref, before civil.Instant) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	info, err := os.Stat(d.path(ref))
	if errors.Is(err, fs.ErrNotExist) || err == nil && instant(info.ModTime()) >= before {
		return false, nil
	}
	if err != nil {
		return false, diskFault(err)
	}
	return true, d.Delete(ctx, ref)
}

// List implements Store.
func (d *Dir) List(ctx context.Context, f func(Ref, civil.Instant) error) error {
	return filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return diskFault(ctx.Err())
		case errors.Is(err, fs.ErrNotExist): // somebody deleted it meanwhile
			return nil
		case err != nil:
			return diskFault(err)
		case e.IsDir() && path == d.tmp():
			return fs.SkipDir
		case e.IsDir() || !validHash(e.Name()):
			return nil
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return diskFault(err)
		}
		return f(Ref{e.Name(), info.Size()}, instant(info.ModTime()))
	})
}

// Check implements Store.
func (d *Dir) Check(context.Context) error {
	f, err := os.CreateTemp(d.tmp(), "check-*")
	if err != nil {
		return diskFault(err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString("1")
	return diskFault(errors.Join(err, f.Close()))
}

func instant(t time.Time) civil.Instant { return civil.Instant(t.UnixMilli()) }

// diskFault makes a fault of what the file system says; nil of nil.
func diskFault(err error) error {
	var t theirs
	switch {
	case errors.As(err, &t):
		return t.error
	case err == nil:
		return nil
	case fault.CodeOf(err) != "":
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fault.New(fault.Unavailable, "blob.full", "磁盘已满，文件未保存", "the disk is full; the file was not kept").Because(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Unavailable, "blob.cancelled", "请求已取消", "the request was cancelled").Because(err)
	}
	return unreachable(err)
}

func unreachable(err error) *fault.Error {
	return fault.New(fault.Unavailable, "blob.unreachable", "文件库暂不可用，请稍后再试", "files cannot be reached now").Because(err)
}
