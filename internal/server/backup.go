package server

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"

	"github.com/klauspost/compress/zstd"
)

// Manifest is the last entry of a backup, and says what came before it.
type Manifest struct {
	Format  int           `json:"format"` // backupFormat
	At      civil.Instant `json:"at_ms"`
	Schema  int64         `json:"schema"` // version of the database's schema
	Tables  []Table       `json:"tables"` // in the order in which they are restored
	Files   int           `json:"files"`
	Bytes   int64         `json:"bytes"` // of the files
	Entries []Entry       `json:"entries"`
}

// Table is a table of the database in a backup.
type Table struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
}

// Entry is one file in the archive.
type Entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Rows is how many rows all tables have.
func (m *Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

const (
	backupFormat = 1
	manifestName = "manifest.json"
	tableFolder  = "tables/"
	keyEntries   = "keys/"
	packEntries  = "packs/"
	blobEntries  = "blobs/"
)

// passing are tables that a backup leaves out: who is signed in, and what is under
// way, begins anew after a restore.
var passing = []string{"sessions", "signin_flows", "uploads"}

// Backup writes all that the platform of c keeps to the file out: the database as
// it is at the beginning, every file it refers to, keys and policies. The platform
// may be running meanwhile. The file holds secrets: the keys and what they seal.
//
// Errors: backup.exists, those of store.OpenSnapshot and of the store of files.
func Backup(ctx context.Context, c Config, out string) (m *Manifest, err error) {
	c.defaults()
	if _, err := os.Lstat(out); err == nil {
		return nil, fault.Newf(fault.Conflict, "backup.exists", "%s 已经存在，不会覆盖", "%s is there already", out)
	}
	free, err := flock(c.in(backupLock), syscall.LOCK_SH) // no file is swept meanwhile
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fault.New(fault.Unavailable, "backup.busy", "正在清理文件，请一分钟后再试", "files are being swept; try again in a minute")
	}
	if err != nil {
		return nil, unwritable(c.Data, err)
	}
	defer free()
	files, err := c.openFiles(ctx)
	if err != nil {
		return nil, err
	}
	s, err := store.OpenSnapshot(ctx, c.address())
	if err != nil {
		return nil, err
	}
	defer s.Close()
	f, err := os.OpenFile(out+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, badBackup(out, err)
	}
	defer os.Remove(out + ".part")
	a, err := newArchive(f, c.Now())
	if err != nil {
		return nil, err
	}
	err = errors.Join(a.all(ctx, &c, s, files), a.close(), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(out+".part", out)
	}
	if err != nil && fault.CodeOf(err) == "" {
		err = badBackup(out, err)
	}
	return &a.m, err
}

func badBackup(out string, err error) error {
	return fault.Newf(fault.Unavailable, "backup.write", "无法写出 %s", "%s cannot be written", out).Because(err)
}

// archive is a backup being written.
type archive struct {
	m    Manifest
	zip  *zstd.Encoder
	tar  *tar.Writer
	temp string
}

func newArchive(w io.Writer, at civil.Instant) (*archive, error) {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return &archive{m: Manifest{Format: backupFormat, At: at}, zip: z, tar: tar.NewWriter(z)}, nil
}

func (a *archive) close() error { return errors.Join(a.tar.Close(), a.zip.Close()) }

// all writes everything.
func (a *archive) all(ctx context.Context, c *Config, s *store.Snapshot, files blob.Store) (err error) {
	if a.m.Schema, err = s.Version(); err != nil {
		return err
	}
	a.temp = c.in(tempFolder)
	if err := os.MkdirAll(a.temp, 0o700); err != nil {
		return err
	}
	if err := a.tables(ctx, s); err != nil {
		return err
	}
	if err := a.folder(c.in(keyFolder), keyEntries); err != nil {
		return err
	}
	if err := a.folder(c.Packs, packEntries); err != nil {
		return err
	}
	if err := a.blobs(ctx, s, files); err != nil {
		return err
	}
	text, err := json.MarshalIndent(a.m, "", " ")
	if err != nil {
		return err
	}
	if err := a.header(manifestName, int64(len(text))); err != nil {
		return err
	}
	_, err = a.tar.Write(text)
	return err
}

func (a *archive) header(name string, size int64) error {
	return a.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: time.UnixMilli(int64(a.m.At)), Format: tar.FormatPAX})
}

// entry writes size bytes of r as name.
func (a *archive) entry(name string, size int64, r io.Reader) error {
	if err := a.header(name, size); err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(a.tar, h), r)
	if err != nil {
		return err
	}
	if n != size {
		return fmt.Errorf("%s had %d bytes, then %d", name, size, n)
	}
	a.m.Entries = append(a.m.Entries, Entry{name, size, hex.EncodeToString(h.Sum(nil))})
	return nil
}

func (a *archive) tables(ctx context.Context, s *store.Snapshot) error {
	names, err := store.Tables()
	if err != nil {
		return err
	}
	there, err := s.Tables()
	if err != nil {
		return err
	}
	for _, name := range names {
		if slices.Contains(passing, name) || !slices.Contains(there, name) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := a.table(s, name); err != nil {
			return err
		}
	}
	return nil
}

// table writes a table by way of a file: its size stands before it.
func (a *archive) table(s *store.Snapshot, name string) error {
	f, err := os.CreateTemp(a.temp, "backup-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	rows, err := s.Dump(name, f)
	if err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	a.m.Tables = append(a.m.Tables, Table{name, rows})
	return a.entry(tableFolder+name+".ndjson", size, f)
}

// folder writes the files below dir, if it is there.
func (a *archive) folder(dir, as string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case path == dir && errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil || !e.Type().IsRegular():
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return a.entry(as+filepath.ToSlash(rel), int64(len(body)), bytesReader(body))
	})
}

// blobs writes the files that the database refers to.
func (a *archive) blobs(ctx context.Context, s *store.Snapshot, files blob.Store) error {
	refs := map[string]bool{}
	if err := s.Tx().BlobRefs(func(sha256 string) { refs[sha256] = true }); err != nil {
		return err
	}
	return files.List(ctx, func(r blob.Ref, _ civil.Instant) error {
		if !refs[r.SHA256] {
			return nil
		}
		in, err := files.Open(ctx, r)
		if err != nil {
			return err
		}
		defer in.Close()
		a.m.Files++
		a.m.Bytes += r.Size
		return a.entry(blobEntries+r.SHA256, r.Size, in)
	})
}

// digest reads all of r and returns its size and hash.
func digest(r io.Reader, h hash.Hash) (int64, string, error) {
	n, err := io.Copy(h, r)
	return n, hex.EncodeToString(h.Sum(nil)), err
}
