package sim

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"changrong/internal/adapter/factfile"
	"changrong/internal/fact"
)

// book is files of several tables being written, one part of each.
type book struct {
	w      *writing
	dir    string
	part   string // "": the table is one file
	format factfile.Format
	rows   map[string]int64 // where they are counted, by table
	lazy   bool             // a table without rows is not written
	all    bool             // Options.Without does not count here
	sheets []*sheet
}

func (w *writing) book(dir, part string) *book {
	return &book{w: w, dir: dir, part: part, format: w.o.Format, rows: w.sum.Rows}
}

// supplementBook is a book of supplement tables.
func (w *writing) supplementBook(dir, part string) *book {
	return &book{w: w, dir: filepath.Join(dir, "supplement"), part: part, format: factfile.CSV, rows: w.sum.Supplement, all: true}
}

// sheet returns a sheet of the named columns of a table, all when none is named;
// nil when the table is not wanted.
func (b *book) sheet(table string, columns ...string) *sheet {
	if !b.all && slices.Contains(b.w.o.Without, table) {
		return nil
	}
	t := fact.Lookup(table)
	if len(columns) == 0 {
		columns = t.Stored()
	}
	s := newSheet(t, columns, &file{book: b, part: b.part, table: t, columns: columns})
	b.sheets = append(b.sheets, s)
	return s
}

// besides returns a sheet of all columns of a table in a part of its own, which is
// not written when it is empty; nil when the table is not wanted.
func (b *book) besides(table, suffix string) *sheet {
	s := b.sheet(table)
	if s != nil {
		f := s.to.(*file)
		f.part, f.lazy = f.part+"-"+suffix, true
	}
	return s
}

// close closes all sheets, also after err, and adds up their rows.
func (w *writing) close(b *book, err error) error {
	for _, s := range b.sheets {
		f := s.to.(*file)
		if err == nil && !b.lazy && !f.lazy {
			err = f.open()
		}
		if closing := s.close(); err == nil {
			err = closing
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range b.sheets {
		b.rows[s.batch.Table.Name] += s.rows
	}
	return err
}

// file is a file of a table, opened when there is something to write.
type file struct {
	book    *book
	part    string
	lazy    bool // not written when empty
	table   *fact.Table
	columns []string
	os      *os.File
	buf     *bufio.Writer
	rows    sink
}

// fileBuffer is how much of a file is held back.
const fileBuffer = 256 << 10

// path returns where f stands.
func (f *file) path() string {
	ending := "." + string(f.book.format)
	if f.part == "" {
		return filepath.Join(f.book.dir, f.table.Name+ending)
	}
	return filepath.Join(f.book.dir, f.table.Name, f.part+ending)
}

func (f *file) open() error {
	if f.os != nil {
		return nil
	}
	path := f.path()
	if err := makeDir(filepath.Dir(path)); err != nil {
		return err
	}
	var err error
	if f.os, err = os.Create(path); err != nil {
		return err
	}
	f.buf = bufio.NewWriterSize(f.os, fileBuffer)
	if f.book.format == factfile.CSV {
		f.rows = factfile.NewCSVWriter(f.buf, f.table, f.columns...)
	} else {
		f.rows = factfile.NewParquetWriter(f.buf, f.table, f.columns...)
	}
	return nil
}

// makeDir makes a folder, and those above it.
func makeDir(path string) error {
	return os.MkdirAll(path, 0o755)
}

// Write implements sink.
func (f *file) Write(b *fact.Batch) error {
	if err := f.open(); err != nil {
		return err
	}
	return f.rows.Write(b)
}

// Close implements sink.
func (f *file) Close() error {
	if f.os == nil {
		return nil
	}
	return errors.Join(f.rows.Close(), f.buf.Flush(), f.os.Close())
}

// partName names the part of a table: bank 0 is all banks.
func partName(bank, chunk int) string {
	if bank == 0 {
		return fmt.Sprintf("%03d", chunk)
	}
	return fmt.Sprintf("%02d-%03d", bank, chunk)
}
