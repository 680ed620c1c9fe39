package postgres

import (
	"encoding/binary"
	"io"
	"strings"

	"changrong/internal/fact"
	"changrong/internal/settlement/sqlgen"
)

// load copies the columns a script reads of a table, batch by batch.
func (r *runner) load(t sqlgen.Reads) error {
	if !r.src.Has(t.Table.Name) {
		return nil
	}
	quoted := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		quoted[i] = `"` + c + `"`
	}
	sql := "COPY " + t.Table.Name + " (" + strings.Join(quoted, ", ") + ") FROM STDIN (FORMAT binary)"
	rows := int64(0)
	err := r.src.Scan(r.ctx, t.Table.Name, t.Columns, 1, func(_ int, b *fact.Batch) error {
		tag, err := r.conn.CopyFrom(r.ctx, &copyReader{batch: b}, sql)
		rows += tag.RowsAffected()
		return failure(err, t.Table.Name)
	})
	if err != nil {
		return err
	}
	if rows >= analyzeFrom {
		return r.exec("ANALYZE "+t.Table.Name, t.Table.Name)
	}
	return nil
}

// copyReader is a batch in PostgreSQL's binary copy format: a header, for every row
// the number of fields and for each its length and bytes, and a trailer.
type copyReader struct {
	batch *fact.Batch
	buf   []byte
	off   int
	row   int
	state int // 0 at the header, 1 in rows, 2 past the trailer
}

// copyHeader is the signature, no flags, and no extension.
const copyHeader = "PGCOPY\n\xff\r\n\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"

// chunk is about how much is made at a time, in bytes.
const chunk = 64 << 10

// Read hands out the next bytes.
func (c *copyReader) Read(p []byte) (int, error) {
	for c.off == len(c.buf) {
		if c.state == 2 {
			return 0, io.EOF
		}
		c.fill()
	}
	n := copy(p, c.buf[c.off:])
	c.off += n
	return n, nil
}

// fill makes the next bytes.
func (c *copyReader) fill() {
	c.buf, c.off = c.buf[:0], 0
	if c.state == 0 {
		c.buf, c.state = append(c.buf, copyHeader...), 1
	}
	for n := c.batch.Len(); c.row < n; c.row++ {
		if len(c.buf) >= chunk {
			return
		}
		c.buf = binary.BigEndian.AppendUint16(c.buf, uint16(len(c.batch.Vectors)))
		for _, v := range c.batch.Vectors {
			c.field(v, c.row)
		}
	}
	c.buf, c.state = binary.BigEndian.AppendUint16(c.buf, 0xffff), 2
}

func (c *copyReader) field(v *fact.Vector, i int) {
	switch {
	case v.Unknown(i):
		c.buf = binary.BigEndian.AppendUint32(c.buf, 0xffffffff)
	case v.Column.Type.Textual():
		text := v.Texts.At(i)
		c.buf = binary.BigEndian.AppendUint32(c.buf, uint32(len(text)))
		c.buf = append(c.buf, text...)
	default:
		c.buf = binary.BigEndian.AppendUint32(c.buf, 8)
		c.buf = binary.BigEndian.AppendUint64(c.buf, uint64(v.Ints[i]))
	}
}
