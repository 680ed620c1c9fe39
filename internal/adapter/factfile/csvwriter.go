package factfile

import (
	"bytes"
	"io"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/fact"
)

// CSVWriter writes rows of a table as CSV: UTF-8 without a mark, LF, a header
// with the columns' names, quotes only where they must be.
type CSVWriter struct {
	columns []*fact.Column
	w       io.Writer
	buf     []byte
	cell    []byte
	err     error
}

// csvBuffer is how much CSV is written at once.
const csvBuffer = 64 << 10

// NewCSVWriter returns a writer of the named columns of t to w, all stored ones
// when none is named.
func NewCSVWriter(w io.Writer, t *fact.Table, columns ...string) *CSVWriter {
	c := &CSVWriter{w: w}
	if c.columns, c.err = cells.Written(t, columns); c.err != nil {
		return c
	}
	for i, col := range c.columns {
		if i > 0 {
			c.buf = append(c.buf, ',')
		}
		c.buf = append(c.buf, col.Name...)
	}
	c.buf = append(c.buf, '\n')
	return c
}

// Write appends the rows of b. A column that b lacks is empty in every row.
//
// Errors: fact.required, money.finer, and w's.
func (c *CSVWriter) Write(b *fact.Batch) error {
	vectors := cells.Vectors(b, c.columns)
	for row := 0; row < b.Len() && c.err == nil; row++ {
		for i, col := range c.columns {
			if i > 0 {
				c.buf = append(c.buf, ',')
			}
			var written bool
			if written, c.err = cells.Writable(col, vectors[i], row); c.err != nil {
				return c.err
			}
			if written {
				c.cell = vectors[i].AppendValue(c.cell[:0], row)
				c.buf = appendQuoted(c.buf, c.cell)
			}
		}
		if c.buf = append(c.buf, '\n'); len(c.buf) >= csvBuffer {
			c.err = c.flush()
		}
	}
	return c.err
}

func (c *CSVWriter) flush() error {
	_, err := c.w.Write(c.buf)
	c.buf = c.buf[:0]
	return err
}

// Close writes what is left. It does not close the io.Writer.
func (c *CSVWriter) Close() error {
	if c.err != nil {
		return c.err
	}
	return c.flush()
}

// appendQuoted appends cell, in quotes if it must be.
func appendQuoted(b, cell []byte) []byte {
	if !bytes.ContainsAny(cell, ",\"\r\n") {
		return append(b, cell...)
	}
	b = append(b, '"')
	for _, c := range cell {
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
	}
	return append(b, '"')
}
