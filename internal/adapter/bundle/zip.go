package bundle

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"changrong/internal/base/fault"
)

// Limits of a zipped bundle: what it may unpack to, and how far it may be packed.
const (
	maxUnpacked = 64 << 30
	maxEntries  = 100_000
	maxRatio    = 200 // unpacked to packed bytes, of one entry over a mebibyte
)

// zipFolder packs the files below dir, in byte order, without times.
func zipFolder(dir, out string) (err error) {
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			os.Remove(out)
		}
	}()
	z := zip.NewWriter(f)
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		method := zip.Deflate
		if strings.HasSuffix(name, ".parquet") {
			method = zip.Store // compressed already
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: filepath.ToSlash(rel), Method: method})
		if err != nil {
			return err
		}
		src, err := os.Open(name)
		if err != nil {
			return err
		}
		defer src.Close()
		_, err = io.Copy(w, src)
		return err
	})
	return errors.Join(err, z.Close())
}

// unzip unpacks the zip name into dir.
// Errors: bundle.not_found, bundle.zip.
func unzip(name, dir string) error {
	z, err := zip.OpenReader(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, "bundle.not_found", "没有这个文件", "no such file").In(fault.Place{File: name})
	}
	if err != nil {
		return zipFault(name, "不是 zip 文件，或不完整", "no whole zip file").Because(err)
	}
	defer z.Close()
	var left int64 = maxUnpacked
	if len(z.File) > maxEntries {
		return zipFault(name, "zip 内文件过多", "too many files in the zip")
	}
	for _, f := range z.File {
		size := int64(f.UncompressedSize64)
		if f.FileInfo().IsDir() {
			continue
		}
		if !filepath.IsLocal(f.Name) || strings.Contains(f.Name, `\`) || !f.Mode().IsRegular() {
			return zipFault(name, "zip 内的文件名不合法："+fault.Clip(f.Name), "a bad name in the zip: "+fault.Clip(f.Name))
		}
		if size < 0 || size > left || size > 1<<20 && uint64(size) > maxRatio*f.CompressedSize64 {
			return zipFault(name, "zip 解开后过大："+fault.Clip(f.Name), "the zip unpacks to too much: "+fault.Clip(f.Name))
		}
		left -= size
		if err := unpack(f, filepath.Join(dir, filepath.FromSlash(f.Name)), size); err != nil {
			return zipFault(name, "zip 已损坏："+fault.Clip(f.Name), "the zip is damaged: "+fault.Clip(f.Name)).Because(err)
		}
	}
	return nil
}

func zipFault(name, zh, en string) *fault.Error {
	return fault.New(fault.Invalid, "bundle.zip", zh, en).In(fault.Place{File: name})
}

// unpack writes one entry, which says it is size bytes; more is an error.
func unpack(f *zip.File, to string, size int64) error {
	src, err := f.Open()
	if err != nil {
		return err
	}
	defer src.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	dst, err := os.Create(to)
	if err != nil {
		return err
	}
	n, err := io.Copy(dst, io.LimitReader(src, size+1))
	if err == nil && n != size {
		err = io.ErrUnexpectedEOF
	}
	return errors.Join(err, dst.Close())
}
