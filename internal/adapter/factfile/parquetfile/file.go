package parquetfile

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// File is an open Parquet file and its footer.
type File struct {
	name   string
	table  *fact.Table
	file   *os.File
	footer *parquet.File
	fields []*parquet.Column
	groups []int64 // the row at which each row group starts, counted from 0; and the end

	canonical bool
}

// damaged says that the Parquet file called name cannot be read.
func damaged(name string, cause error) *fault.Error {
	f := fault.Invalidf("parquet.damaged", "Parquet 文件已损坏，请重新导出",
		"the Parquet file is damaged; export it again")
	return f.In(fault.Place{File: name}).Because(cause)
}

// Open opens the file at path, called name, and reads its footer.
//
// Errors: parquet.damaged, parquet.too_many_columns, factfile.not_found,
// factfile.unreadable.
func Open(path, name string, t *fact.Table) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, cells.OpenFault(path, err)
	}
	p := &File{name: name, table: t, file: file}
	if err := cells.Guarded(name, damaged, p.readFooter); err != nil {
		_ = file.Close() // only read from
		return nil, err
	}
	return p, nil
}

// Close closes the file.
func (p *File) Close() error { return p.file.Close() }

// readFooter reads and checks what the footer says about the file as a whole.
func (p *File) readFooter() error {
	info, err := p.file.Stat()
	if err != nil {
		return err
	}
	if err := checkFooter(p.file, info.Size()); err != nil {
		return err
	}
	p.footer, err = parquet.OpenFile(p.file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	p.fields = p.footer.Root().Columns()
	if len(p.fields) > maxColumns {
		return fault.Invalidf("parquet.too_many_columns", "共有 %d 列，最多 %d 列",
			"%d columns; at most %d are allowed", len(p.fields), maxColumns).In(fault.Place{File: p.name})
	}
	leaves := len(p.footer.Schema().Columns())
	at := int64(0)
	for _, g := range p.footer.Metadata().RowGroups {
		if g.NumRows < 0 || at+g.NumRows < at || len(g.Columns) != leaves {
			return errLength
		}
		p.groups = append(p.groups, at)
		at += g.NumRows
	}
	p.groups = append(p.groups, at)
	p.canonical = p.isCanonical()
	return nil
}

// Groups returns how many row groups the file has.
func (p *File) Groups() int { return len(p.groups) - 1 }

// Names returns the names of the file's fields, nested ones by their first part.
func (p *File) Names() []string {
	names := make([]string, len(p.fields))
	for i, f := range p.fields {
		names[i] = f.Name()
	}
	return names
}

// Rows returns how many rows the file has.
func (p *File) Rows() int64 { return p.groups[len(p.groups)-1] }

// Canonical tells whether the file has the schema that Writer writes: known
// columns in dictionary order, all required ones, stored as we store them.
func (p *File) Canonical() bool { return p.canonical }

func (p *File) isCanonical() bool {
	next := 0
	stored := p.table.Stored()
	for _, f := range p.fields {
		for next < len(stored) && stored[next] != f.Name() {
			if p.table.Column(stored[next]).Required {
				return false
			}
			next++
		}
		if next == len(stored) || !isCanonical(f, p.table.Column(f.Name())) {
			return false
		}
		next++
	}
	for ; next < len(stored); next++ {
		if p.table.Column(stored[next]).Required {
			return false
		}
	}
	return true
}

func isCanonical(f *parquet.Column, c *fact.Column) bool {
	if !f.Leaf() || f.Repeated() || f.Required() != c.Required {
		return false
	}
	want := canonicalNode(c).Type()
	return f.Type().Kind() == want.Kind() && logical(f.Type()) == logical(want)
}

// logical describes the logical type of t, "" when it has none.
func logical(t parquet.Type) string {
	if l := t.LogicalType(); l != nil {
		return l.String()
	}
	return ""
}

// canonicalNode is how we store a column.
func canonicalNode(c *fact.Column) parquet.Node {
	var n parquet.Node
	switch c.Type {
	case fact.Bool:
		n = parquet.Leaf(parquet.BooleanType)
	case fact.Int:
		n = parquet.Leaf(parquet.Int64Type)
	case fact.Fen:
		n = parquet.Decimal(2, 18, parquet.Int64Type)
	case fact.Rate:
		n = parquet.Decimal(5, 18, parquet.Int64Type)
	case fact.Date:
		n = parquet.Date()
	default: // a month and a time too are texts of which there are few
		n = parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	}
	if !c.Required {
		n = parquet.Optional(n)
	}
	return n
}

// chunk reads the chunk of a field in a row group into buf.
func (p *File) chunk(group int, f *parquet.Column, buf []byte) (parquet.Pages, []byte, error) {
	g := &p.footer.Metadata().RowGroups[group]
	meta := &g.Columns[f.Index()].MetaData
	if g.Columns[f.Index()].FilePath != "" || meta.NumValues != g.NumRows {
		return nil, buf, errLength
	}
	start := meta.DataPageOffset
	if meta.DictionaryPageOffset != 0 {
		start = meta.DictionaryPageOffset
	}
	size := meta.TotalCompressedSize
	if start < 4 || size < 0 || size > maxChunk || start > p.footer.Size()-size {
		return nil, buf, errLength
	}
	if int64(cap(buf)) < size {
		buf = make([]byte, size)
	}
	buf = buf[:size]
	if _, err := p.file.ReadAt(buf, start); err != nil {
		return nil, buf, cells.OpenFault(p.file.Name(), err)
	}
	if err := checkPages(buf, meta.Codec, g.NumRows); errors.Is(err, errCodec) {
		return nil, buf, fault.Invalidf("parquet.unsupported", "列 %s 的压缩（%s）或编码不受支持，请用 zstd 或 snappy 压缩重新导出",
			"the compression (%[2]s) or an encoding of column %[1]s is not supported; export the file again with zstd or snappy",
			f.Name(), meta.Codec).In(fault.Place{File: p.name, Field: f.Name()})
	} else if err != nil {
		return nil, buf, fmt.Errorf("column %s: %w", f.Name(), err)
	}
	c, ok := p.footer.RowGroups()[group].ColumnChunks()[f.Index()].(*parquet.FileColumnChunk)
	if !ok {
		return nil, buf, errThrift
	}
	return c.PagesFrom(window{buf, start}), buf, nil
}

// window is a stretch of a file in memory, read by the file's own offsets.
type window struct {
	b  []byte
	at int64
}

// ReadAt implements io.ReaderAt.
func (w window) ReadAt(b []byte, at int64) (int, error) {
	if at < w.at || at > w.at+int64(len(w.b)) {
		return 0, errLength
	}
	n := copy(b, w.b[at-w.at:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
