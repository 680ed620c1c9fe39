package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"changrong/internal/base/fault"
	"changrong/internal/reporting"
)

var _ reporting.Spool = (*Spool)(nil)

// Spool holds uploads in a folder, one file each, until they are whole.
type Spool struct {
	root string
	mu   sync.Mutex
	busy map[string]bool // uploads that somebody writes to
}

// OpenSpool opens the folder at root and makes it when it is not there.
//
// Errors: inbox.disk, inbox.full.
func OpenSpool(root string) (*Spool, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, disk(err)
	}
	return &Spool{root: root, busy: map[string]bool{}}, nil
}

func disk(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.New(fault.Unavailable, "inbox.full", "服务器磁盘已满，这一段未保存，请稍后从已收到的位置续传", "the disk is full; this part was not kept: go on from where it stopped").Because(err)
	}
	return fault.New(fault.Unavailable, "inbox.disk", "服务器存储暂不可用，请稍后再试", "the disk cannot be used now").Because(err)
}

// path returns where the upload id lies. Ids are the platform's own; one that could
// lead elsewhere is a defect.
func (s *Spool) path(id string) (string, error) {
	if id == "" || strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyz-") != "" {
		return "", fault.Newf(fault.Internal, "inbox.id", "上传编号“%s”无效", "%q is no id of an upload", fault.Clip(id))
	}
	return filepath.Join(s.root, id), nil
}

// hold makes sure that one request at a time writes to an upload.
func (s *Spool) hold(id string) (release func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[id] {
		return nil, fault.New(fault.Conflict, "inbox.busy", "该文件正在由另一请求上传", "another request is sending this file")
	}
	s.busy[id] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.busy, id)
	}, nil
}

// Write implements reporting.Spool.
//
// Errors: inbox.busy, inbox.disk, inbox.full, reporting.chunk_size, reporting.chunk_broken.
func (s *Spool) Write(ctx context.Context, id string, offset int64, r io.Reader, limit int64) (n int64, hash string, err error) {
	path, err := s.path(id)
	if err != nil {
		return 0, "", err
	}
	release, err := s.hold(id)
	if err != nil {
		return 0, "", err
	}
	defer release()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return 0, "", disk(err)
	}
	defer f.Close()
	h, in := sha256.New(), &incoming{ctx: ctx, r: r}
	n, err = io.Copy(io.MultiWriter(io.NewOffsetWriter(f, offset), h), io.LimitReader(in, limit+1))
	switch {
	case in.err != nil:
		return 0, "", fault.New(fault.Invalid, "reporting.chunk_broken", "传输中断，请从已收到的位置续传", "the transfer broke off; go on from where it stopped").Because(in.err)
	case err != nil:
		return 0, "", errors.Join(disk(err), f.Truncate(offset)) // what did not fit gives its place back
	case n > limit:
		return 0, "", fault.Newf(fault.Invalid, "reporting.chunk_size", "这一段超过%d字节（每段最大%d字节，且不超过文件大小）", "the chunk is over %d bytes (at most %d, and no more than the file)", limit, int64(reporting.MaxChunk))
	}
	if err := f.Sync(); err != nil {
		return 0, "", disk(err)
	}
	if offset == 0 {
		if err := syncFolder(s.root); err != nil {
			return 0, "", disk(err)
		}
	}
	return n, hex.EncodeToString(h.Sum(nil)), nil
}

// syncFolder puts the names in a folder on disk.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// incoming reads a request, until its context ends, and remembers what went wrong.
type incoming struct {
	ctx context.Context
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (i *incoming) Read(b []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		i.err = err
		return 0, err
	}
	n, err := i.r.Read(b)
	if err != nil && err != io.EOF {
		i.err = err
	}
	return n, err
}

// Open implements reporting.Spool.
func (s *Spool) Open(id string, size int64) (io.ReadCloser, error) {
	if size == 0 {
		return io.NopCloser(strings.NewReader("")), nil
	}
	path, err := s.path(id)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, disk(err)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(f, size), f}, nil
}

// Remove implements reporting.Spool.
func (s *Spool) Remove(id string) error {
	path, err := s.path(id)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return disk(err)
	}
	return nil
}

// Held implements reporting.Spool.
func (s *Spool) Held() ([]string, error) {
	entries, err := os.ReadDir(s.root)
	if err != nil {
		return nil, disk(err)
	}
	ids := []string{}
	for _, e := range entries {
		if _, err := s.path(e.Name()); err == nil {
			ids = append(ids, e.Name())
		}
	}
	return ids, nil
}
