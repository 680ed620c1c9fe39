package server

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/base/fault"
	"changrong/internal/subsidy/fund"

	"github.com/klauspost/compress/zstd"
)

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }

// Restored is what a restore made and found.
type Restored struct {
	Manifest *Manifest
	Audit    *audit.Report  // of the chain of the audit log
	Ledger   []*fault.Error // what does not hold in the ledger
}

// Restore makes a platform of the backup in, in an empty folder and an empty
// database. The backup is first read as a whole and held against its manifest;
// then it is written, files before rows; then the audit log and the ledger are
// verified, and every file.
//
// Errors: restore.damaged, restore.format, restore.not_empty, those of store.Load.
func Restore(ctx context.Context, c Config, in string) (*Restored, error) {
	c.defaults()
	m, err := verifyBackup(in)
	if err != nil {
		return nil, err
	}
	for _, path := range []string{c.in(keyFolder), c.in(databaseFile), c.in("packs")} {
		if entries, err := os.ReadDir(path); err == nil && len(entries) == 0 {
			continue
		}
		if _, err := os.Lstat(path); err == nil {
			return nil, fault.Newf(fault.Conflict, "restore.not_empty", "%s 已有内容，只能恢复到空目录", "%s is there; only an empty folder is restored to", path)
		}
	}
	if err := os.MkdirAll(c.in(tempFolder), 0o700); err != nil {
		return nil, unwritable(c.Data, err)
	}
	files, err := c.openFiles(ctx)
	if err != nil {
		return nil, err
	}
	l, err := store.Load(ctx, c.address(), m.Schema)
	if err != nil {
		return nil, err
	}
	w := restorer{c: &c, files: files, into: l}
	err = eachEntry(in, func(h *tar.Header, r io.Reader) error { return w.write(ctx, h, r) })
	if err == nil {
		err = l.Keep()
	}
	if err = errors.Join(err, l.Close()); err != nil {
		return nil, err
	}
	return c.examine(ctx, m, files)
}

func damagedBackup(path string, err error) error {
	return fault.New(fault.Invalid, "restore.damaged", "备份文件不完整或已损坏，什么也没有恢复", "the backup is damaged; nothing was restored").In(fault.Place{File: path}).Because(err)
}

// eachEntry calls f with each entry of a backup.
func eachEntry(path string, f func(*tar.Header, io.Reader) error) error {
	file, err := os.Open(path)
	if err != nil {
		return damagedBackup(path, err)
	}
	defer file.Close()
	z, err := zstd.NewReader(file, zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return damagedBackup(path, err)
	}
	defer z.Close()
	t := tar.NewReader(z)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damagedBackup(path, err)
		}
		if err := f(h, t); err != nil {
			if fault.CodeOf(err) == "" {
				err = damagedBackup(path, err)
			}
			return err
		}
	}
}

// Limits of a backup.
const (
	maxWindow   = 256 << 20 // memory to unpack with
	maxManifest = 512 << 20
)

// verifyBackup reads a backup and holds it against its manifest.
func verifyBackup(path string) (*Manifest, error) {
	var found []Entry
	var m *Manifest
	err := eachEntry(path, func(h *tar.Header, r io.Reader) error {
		if m != nil {
			return errors.New("something comes after the manifest")
		}
		if h.Name == manifestName {
			m = &Manifest{}
			return json.NewDecoder(io.LimitReader(r, maxManifest)).Decode(m)
		}
		n, sum, err := digest(r, sha256.New())
		found = append(found, Entry{h.Name, n, sum})
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case m == nil:
		return nil, damagedBackup(path, errors.New("there is no manifest"))
	case m.Format != backupFormat:
		return nil, fault.Newf(fault.Conflict, "restore.format", "备份格式 %d 不是本程序所知的，请使用较新的程序", "a backup of format %d; use a later program", m.Format)
	case !slices.Equal(found, m.Entries):
		return nil, damagedBackup(path, errors.New("what is in it is not what its manifest says"))
	}
	return m, nil
}

// restorer writes the entries of a backup to where they belong.
type restorer struct {
	c     *Config
	files blob.Store
	into  *store.Loading
}

func (w *restorer) write(ctx context.Context, h *tar.Header, r io.Reader) error {
	switch name := h.Name; {
	case name == manifestName:
		return nil
	case strings.HasPrefix(name, tableFolder):
		_, err := w.into.Table(strings.TrimSuffix(strings.TrimPrefix(name, tableFolder), ".ndjson"), r)
		return err
	case strings.HasPrefix(name, keyEntries):
		return w.file(keyFolder, strings.TrimPrefix(name, keyEntries), r)
	case strings.HasPrefix(name, packEntries):
		return w.file("packs", strings.TrimPrefix(name, packEntries), r)
	case strings.HasPrefix(name, blobEntries):
		ref, err := w.files.Put(ctx, r)
		if err == nil && blobEntries+ref.SHA256 != name {
			err = errors.New("a file has another hash than its name")
		}
		return err
	}
	return errors.New("an entry that nobody knows: " + h.Name)
}

// file writes one file into a folder of the data folder.
func (w *restorer) file(folder, name string, r io.Reader) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return errors.New("a file that lies elsewhere: " + name)
	}
	path := w.c.in(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return unwritable(w.c.Data, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return unwritable(w.c.Data, err)
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// examine looks whether what was restored is whole.
func (c *Config) examine(ctx context.Context, m *Manifest, files blob.Store) (*Restored, error) {
	r := &Restored{Manifest: m}
	for _, e := range m.Entries {
		sum, ok := strings.CutPrefix(e.Name, blobEntries)
		if !ok {
			continue
		}
		in, err := files.Open(ctx, blob.Ref{SHA256: sum, Size: e.Size})
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, in) // its end says whether it is right
		in.Close()                       //nolint:errcheck // it was only read
		if err != nil {
			return nil, err
		}
	}
	db, err := store.Open(ctx, c.address())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if r.Audit, err = (&access.Service{Store: store.Of[access.Tx]{DB: db}}).VerifyAudit(ctx, crypto.Hashes(), nil); err != nil {
		return nil, err
	}
	r.Ledger, err = (&fund.Service{Store: store.Of[fund.Tx]{DB: db}}).Check(ctx, access.Scope{All: true})
	return r, err
}
