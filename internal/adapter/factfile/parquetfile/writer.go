package parquetfile

import (
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/fact"
)

// codec packs the pages we write. Measured on 5 million month-end balances, one
// core: zstd level 1 gives 29.0 MB, read at 32 to 36 million rows a second;
// snappy 37.6 MB, read at 33 to 34 million.
var codec compress.Codec = &zstd.Codec{Level: zstd.SpeedFastest}

// Writer writes rows of a table as a Parquet file in the canonical
// schema: amounts DECIMAL(18,2), rates DECIMAL(18,5) in percent, dates DATE,
// the rest as its cells, texts in dictionaries. Equal rows in equal order make
// equal files, however they come in batches.
type Writer struct {
	columns []*fact.Column
	w       *parquet.GenericWriter[any]
	writers []*parquet.ColumnWriter
	values  []parquet.Value
	cells   []byte // months and times of values
	page    int    // rows of the page being filled
	group   int    // rows of the row group being filled
	text    int    // bytes of its texts
	err     error
}

// NewWriter returns a writer of the named columns of t to w, all stored
// ones when none is named.
func NewWriter(w io.Writer, t *fact.Table, columns ...string) *Writer {
	p := &Writer{}
	if p.columns, p.err = cells.Written(t, columns); p.err != nil {
		return p
	}
	root := &orderedGroup{Group: parquet.Group{}}
	for _, c := range p.columns {
		root.Group[c.Name] = canonicalNode(c)
		root.order = append(root.order, c.Name)
	}
	p.w = parquet.NewGenericWriter[any](w, parquet.NewSchema(t.Name, root),
		parquet.Compression(codec),
		parquet.CreatedBy("changrong", "1", "factfile"),
		parquet.PageBufferSize(16*pageRows), // never reached: we end the pages
		parquet.DataPageStatistics(false),   // the column index has them
	)
	p.writers = p.w.ColumnWriters()
	return p
}

// orderedGroup is a group whose fields keep their order.
type orderedGroup struct {
	parquet.Group
	order []string
}

// Fields implements parquet.Node.
func (g *orderedGroup) Fields() []parquet.Field {
	fields := g.Group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int {
		return slices.Index(g.order, a.Name()) - slices.Index(g.order, b.Name())
	})
	return fields
}

// Write appends the rows of b. A column that b lacks is empty in every row.
//
// Errors: fact.required, money.finer (a rate with more decimals than a file may
// have), and w's.
func (p *Writer) Write(b *fact.Batch) error {
	vectors := cells.Vectors(b, p.columns)
	for from := 0; from < b.Len() && p.err == nil; {
		to := min(b.Len(), from+stepRows-p.page%stepRows)
		for i, c := range p.columns {
			if p.err = p.column(i, c, vectors[i], from, to); p.err != nil {
				return p.err
			}
		}
		p.page += to - from
		p.group += to - from
		from = to
		if p.page == pageRows || p.page%stepRows == 0 && p.text >= groupText {
			p.err = p.endPage()
		}
	}
	return p.err
}

// column writes rows from to to of column i.
func (p *Writer) column(i int, c *fact.Column, v *fact.Vector, from, to int) error {
	p.values, p.cells = p.values[:0], p.cells[:0]
	level := 1
	if c.Required {
		level = 0
	}
	for row := from; row < to; row++ {
		written, err := cells.Writable(c, v, row)
		if err != nil {
			return err
		}
		if written {
			p.values = append(p.values, p.value(c, v, row).Level(0, level, i))
		} else {
			p.values = append(p.values, parquet.NullValue().Level(0, 0, i))
		}
	}
	_, err := p.writers[i].WriteRowValues(p.values)
	return err
}

// value returns value row of v as it stands in the file.
func (p *Writer) value(c *fact.Column, v *fact.Vector, row int) parquet.Value {
	if c.Type.Textual() {
		b := v.Texts.At(row)
		p.text += len(b)
		return parquet.ByteArrayValue(b)
	}
	x := v.Ints[row]
	switch c.Type {
	case fact.Bool:
		return parquet.BooleanValue(x != 0)
	case fact.Date:
		return parquet.Int32Value(int32(x))
	case fact.Rate:
		return parquet.Int64Value(x / cells.FinestRate)
	case fact.Month, fact.Time:
		from := len(p.cells)
		p.cells = c.AppendInt(p.cells, x)
		return parquet.ByteArrayValue(p.cells[from:])
	default: // Int, Fen
		return parquet.Int64Value(x)
	}
}

// endPage ends the page of every column, and the row group when it is large enough.
func (p *Writer) endPage() error {
	for _, w := range p.writers {
		if err := w.Flush(); err != nil {
			return err
		}
	}
	p.page = 0
	if p.group < groupRows && p.text < groupText {
		return nil
	}
	p.group, p.text = 0, 0
	return p.w.Flush()
}

// Close writes what is left, and the footer. It does not close the io.Writer.
func (p *Writer) Close() error {
	if p.err != nil {
		return p.err
	}
	return p.w.Close()
}
