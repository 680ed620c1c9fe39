package bundle

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"changrong/internal/adapter/factfile"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// Contents is what a bundle is made of.
type Contents struct {
	PackFiles fs.FS
	Pack      *policy.Pack
	Plan      *policy.Plan
	Facts     *factfile.Folder
	FactsDir  string
	// Source is what was settled: the facts, with what follows from them filled in.
	// Rewrite names the tables that it has otherwise than the files.
	Source  fact.Source
	Rewrite []string
	Digests []FactsDigest // of the columns read, by table; of a table that is not there its name
	Result  *settlement.Result
	SQL     map[string]string // file name → text
}

// Receipt makes the receipt of c, without the result.
func (c *Contents) receipt() *Receipt {
	r := &Receipt{
		Format: receiptFormat, Engine: Engine,
		Pack:       PackRef{c.Pack.ID, c.Pack.Digest},
		ScopeFirst: c.Plan.Scope.First.String(), ScopeLast: c.Plan.Scope.Last.String(),
		Readings: c.Plan.Readings, Parameters: c.Plan.Parameters,
		Facts: []FactsDigest{}, Absent: []string{},
	}
	for _, d := range c.Digests {
		if c.Facts.Has(d.Table) {
			r.Facts = append(r.Facts, d)
		} else {
			r.Absent = append(r.Absent, d.Table)
		}
	}
	return r
}

// Write makes the bundle out, a folder, or a zip when its name ends so. It is
// written beside out and put in place at the end: a bundle is there whole or not.
//
// Errors: bundle.exists, bundle.write.
func Write(ctx context.Context, out string, c *Contents) (*Receipt, error) {
	if _, err := os.Lstat(out); err == nil {
		return nil, fault.New(fault.Conflict, "bundle.exists", "输出位置已存在，请换一个或先移走", "the output is there already; choose another or move it away").In(fault.Place{File: out})
	}
	parent := filepath.Dir(filepath.Clean(out))
	tmp, err := os.MkdirTemp(Existing(parent), ".bundle-*")
	if err != nil {
		return nil, writeFault(out, err)
	}
	defer os.RemoveAll(tmp)
	w := &writer{dir: tmp, sums: map[string]string{}}
	receipt, err := w.all(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, writeFault(out, err)
	}
	if strings.HasSuffix(out, ".zip") {
		packed := tmp + ".zip"
		defer os.Remove(packed)
		if err = zipFolder(tmp, packed); err == nil {
			err = os.Rename(packed, out)
		}
	} else {
		err = errors.Join(os.Chmod(tmp, 0o755), os.Rename(tmp, out))
	}
	if err != nil {
		return nil, writeFault(out, err)
	}
	return receipt, nil
}

// Existing returns the nearest folder above dir, or dir itself, that is there: what
// is made in it first leaves no empty folders behind when it fails.
func Existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

func writeFault(out string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.New(fault.Unavailable, "bundle.write", "结算包无法写出", "the bundle cannot be written").In(fault.Place{File: out}).Because(err)
}

// writer writes files below dir and remembers their hashes.
type writer struct {
	dir  string
	sums map[string]string
}

func (w *writer) all(ctx context.Context, c *Contents) (*Receipt, error) {
	for _, name := range c.Pack.Files {
		body, err := fs.ReadFile(c.PackFiles, name)
		if err != nil {
			return nil, writeFault(name, err)
		}
		if err := w.file(path.Join("pack", name), body); err != nil {
			return nil, err
		}
	}
	for _, name := range sorted(c.SQL) {
		if err := w.file(path.Join("sql", name), []byte(c.SQL[name])); err != nil {
			return nil, err
		}
	}
	if err := w.facts(ctx, c); err != nil {
		return nil, err
	}
	receipt := c.receipt()
	digests, err := encodeResult(c.Result, w.create)
	if err != nil {
		return nil, err
	}
	receipt.seal(digests)
	body, err := receipt.encode()
	if err != nil {
		return nil, err
	}
	if err := w.file("receipt.json", body); err != nil {
		return nil, err
	}
	return receipt, w.sealed()
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// sealed writes SHA256SUMS.
func (w *writer) sealed() error {
	var b strings.Builder
	for _, name := range sorted(w.sums) {
		fmt.Fprintf(&b, "%s  %s\n", w.sums[name], name)
	}
	return w.file(sumsFile, []byte(b.String()))
}

const sumsFile = "SHA256SUMS"

func (w *writer) file(name string, body []byte) error {
	f, err := w.create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Close())
}

// hashed is a file whose hash is noted when it is closed.
type hashed struct {
	name string
	f    *os.File
	buf  *bufio.Writer
	sum  hash.Hash
	w    *writer
}

func (w *writer) create(name string) (io.WriteCloser, error) {
	full := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return nil, writeFault(name, err)
	}
	f, err := os.Create(full)
	if err != nil {
		return nil, writeFault(name, err)
	}
	return &hashed{name: name, f: f, buf: bufio.NewWriterSize(f, 1<<18), sum: sha256.New(), w: w}, nil
}

// Write writes and hashes.
func (h *hashed) Write(p []byte) (int, error) {
	h.sum.Write(p)
	return h.buf.Write(p)
}

// Close flushes, and notes the hash.
func (h *hashed) Close() error {
	err := errors.Join(h.buf.Flush(), h.f.Close())
	if h.name != sumsFile {
		h.w.sums[h.name] = hex.EncodeToString(h.sum.Sum(nil))
	}
	return err
}

// facts puts the facts in: Parquet files of our own schema as they are, anything
// else rewritten, and the hash of every file they came in.
func (w *writer) facts(ctx context.Context, c *Contents) error {
	if err := w.submissions(c); err != nil {
		return err
	}
	for _, t := range fact.Tables() {
		if !c.Facts.Has(t.Name) {
			continue
		}
		if c.Facts.Canonical(t.Name) && !slices.Contains(c.Rewrite, t.Name) {
			if err := w.copyTable(c, t.Name); err != nil {
				return err
			}
			continue
		}
		if err := w.convert(ctx, c, t); err != nil {
			return err
		}
	}
	return nil
}

// FactsGlob is where a table's files lie in a bundle, for an engine that reads
// them from the bundle's folder.
func FactsGlob(table string) string { return "facts/" + table + "/*.parquet" }

func partName(table string, n int) string { return fmt.Sprintf("facts/%s/part-%04d.parquet", table, n) }

func (w *writer) copyTable(c *Contents, table string) error {
	n := 0
	for _, f := range c.Facts.Files() {
		if f.Table != table {
			continue
		}
		if err := w.copy(filepath.Join(c.FactsDir, filepath.FromSlash(f.Path)), partName(table, n)); err != nil {
			return err
		}
		n++
	}
	return nil
}

func (w *writer) copy(from, name string) error {
	src, err := os.Open(from)
	if err != nil {
		return writeFault(from, err)
	}
	defer src.Close()
	dst, err := w.create(name)
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{dst}, src, make([]byte, 1<<20))
	return errors.Join(err, dst.Close())
}

func (w *writer) convert(ctx context.Context, c *Contents, t *fact.Table) error {
	dst, err := w.create(partName(t.Name, 0))
	if err != nil {
		return err
	}
	pw := factfile.NewParquetWriter(dst, t)
	err = c.Source.Scan(ctx, t.Name, t.Stored(), 1, func(_ int, b *fact.Batch) error { return pw.Write(b) })
	return errors.Join(err, pw.Close(), dst.Close())
}

// submissions names every file the facts came in, with its hash. Facts made by an
// import bring the list of the files the banks handed in.
func (w *writer) submissions(c *Contents) error {
	const name = "submissions.csv"
	if _, err := os.Stat(filepath.Join(c.FactsDir, name)); err == nil {
		return w.copy(filepath.Join(c.FactsDir, name), "facts/"+name)
	}
	b := []byte("file,tables,bytes,sha256\n")
	for _, f := range c.Facts.Files() {
		sum, err := hashFile(filepath.Join(c.FactsDir, filepath.FromSlash(f.Path)))
		if err != nil {
			return writeFault(f.Path, err)
		}
		b = appendCell(b, f.Path)
		b = fmt.Appendf(b, ",%s,%d,%s\n", f.Table, f.Size, sum)
	}
	return w.file("facts/"+name, b)
}

func hashFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, f, make([]byte, 1<<20)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
