package factfile

import (
	"bytes"
	"errors"
	"io"
	"os"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// csvFeed cuts a CSV file into chunks of whole records.
type csvFeed struct {
	request
	file  *os.File
	eof   bool
	carry []byte // read, and not handed out
	line  int    // of the first byte of carry
	head  *header
	at    []int // for each column wanted, its field or -1
}

// openCSVFeed opens the file and reads its header.
//
// Errors: csv.no_header, csv.encoding, csv.line_end, csv.line_too_long,
// csv.quote, and those of readHeader. Warnings: csv.bom, csv.crlf.
func openCSVFeed(rq request) (feed, error) {
	file, err := os.Open(rq.part.path)
	if err != nil {
		return nil, cells.OpenFault(rq.part.path, err)
	}
	c := &csvFeed{request: rq, file: file, line: 1}
	if err := c.begin(); err != nil {
		c.close()
		return nil, err
	}
	c.at = make([]int, len(rq.columns))
	for i, col := range rq.columns {
		c.at[i] = c.head.field(col)
	}
	return c, nil
}

func (c *csvFeed) close() { _ = c.file.Close() } // only read from

// begin reads the start of the file: its marks, its encoding, its header.
func (c *csvFeed) begin() error {
	if err := c.fill(maxLine + 4); err != nil {
		return err
	}
	place := c.place(1)
	if len(c.carry) == 0 {
		return fault.Invalidf("csv.no_header", "文件是空的，第一行应为列名", "the file is empty; its first line must be column names").In(place)
	}
	sample := c.carry[:min(len(c.carry), sniffed)]
	if i := bytes.LastIndexByte(sample, '\n'); i >= 0 {
		sample = sample[:i+1]
	}
	if encoding := otherEncoding(sample); encoding != "" {
		return encodingFault(encoding).In(place)
	}
	if rest, ok := bytes.CutPrefix(c.carry, []byte("\ufeff")); ok {
		c.carry = rest
		c.warn(warning(fault.Invalidf("csv.bom", "文件以 UTF-8 BOM 开头，已忽略该标记",
			"the file begins with a UTF-8 byte order mark, which was ignored").In(place)))
	}
	return c.readHeader()
}

// readHeader takes the first record from carry.
func (c *csvFeed) readHeader() error {
	place := c.place(1)
	var r record
	size, lines, flaw := r.split(c.carry)
	switch {
	case flaw == unclosed || flaw == stray:
		return quoteFault(flaw).In(place)
	case size > maxLine:
		return lineFault().In(place)
	}
	line := c.carry[:size]
	if bytes.HasSuffix(line, []byte("\r\n")) {
		c.warn(warning(fault.Invalidf("csv.crlf", "换行符是 CRLF（Windows），已按 LF 处理",
			"the lines end with CRLF and are read as if with LF").In(place)))
	}
	if bytes.IndexByte(bytes.TrimRight(line, "\r\n"), '\r') >= 0 {
		return fault.Invalidf("csv.line_end", "换行符是旧式的 CR，请另存为以 LF 或 CRLF 换行的文件",
			"the lines end with CR only; save the file with LF or CRLF line ends").In(place)
	}
	names := make([]string, len(r.cells))
	for i, cell := range r.cells {
		names[i] = string(cell)
	}
	var err error
	if c.head, err = readHeader(c.part.table, names, CSV, place, c.warn); err != nil {
		return err
	}
	c.carry, c.line = c.carry[size:], 1+lines
	return nil
}

// place is a line of the file.
func (c *csvFeed) place(line int) fault.Place { return fault.Place{File: c.part.name(), Line: line} }

// fill reads until carry holds size bytes or the file ends.
func (c *csvFeed) fill(size int) (err error) {
	c.carry, err = c.more(c.carry, size)
	return err
}

// more reads from the file until buf holds size bytes or the file ends.
func (c *csvFeed) more(buf []byte, size int) ([]byte, error) {
	if c.eof || len(buf) >= size {
		return buf, nil
	}
	if cap(buf) < size {
		buf = append(make([]byte, 0, size), buf...)
	}
	n, err := io.ReadFull(c.file, buf[len(buf):size])
	buf = buf[:len(buf)+n]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		c.eof, err = true, nil
	}
	if err != nil {
		return buf, cells.OpenFault(c.part.path, err)
	}
	return buf, nil
}

// next implements feed.
func (c *csvFeed) next(w *workspace) (unit, error) {
	buf := append(w.buf[:0], c.carry...)
	var end int
	for size := chunkSize; ; size += chunkSize {
		var err error
		buf, err = c.more(buf, size)
		w.buf = buf
		if err != nil || len(buf) == 0 {
			return nil, err
		}
		if end = recordsEnd(buf, c.eof); end > 0 || c.eof || len(buf) > maxLine {
			break
		}
	}
	u := &csvChunk{feed: c, line: c.line}
	if end == 0 {
		var err error
		u.trouble, err = c.skip(buf)
		return u, err
	}
	u.data = buf[:end]
	c.line += bytes.Count(u.data, []byte{'\n'})
	c.carry = append(c.carry[:0], buf[end:]...)
	return u, nil
}

// skip leaves out the first line of buf, which begins a record without an end.
// The reading ends with a line whose end is too far off.
func (c *csvFeed) skip(buf []byte) (*fault.Error, error) {
	trouble := lineFault()
	var r record
	if _, _, flaw := r.split(buf); flaw == unclosed {
		trouble = quoteFault(unclosed)
	}
	trouble = trouble.In(c.place(c.line))
	for skipped := 0; ; skipped += len(buf) {
		if i := bytes.IndexByte(buf, '\n'); i >= 0 {
			c.carry = append(c.carry[:0], buf[i+1:]...)
			c.line++
			return trouble, nil
		}
		c.carry = c.carry[:0]
		if c.eof {
			return trouble, nil
		}
		if skipped > maxSkipped {
			c.eof = true
			return endlessFault().In(c.place(c.line)), nil
		}
		var err error
		if buf, err = c.more(buf[:0], chunkSize); err != nil {
			return nil, err
		}
	}
}

// recordsEnd returns where the last whole record of buf ends; buf begins with a
// record. It sees quotes as record.split does: only at the start of a field.
func recordsEnd(buf []byte, eof bool) int {
	pos, end := 0, 0
	for {
		q := bytes.IndexByte(buf[pos:], '"')
		if q < 0 {
			break
		}
		q += pos
		if i := bytes.LastIndexByte(buf[pos:q], '\n'); i >= 0 {
			end = pos + i + 1
		}
		pos = q + 1
		if q > 0 && buf[q-1] != ',' && buf[q-1] != '\n' {
			continue
		}
		if pos = quoteEnd(buf, pos); pos < 0 || pos == len(buf) && !eof {
			return end // not closed here, or by what may be the first of a pair
		}
	}
	switch i := bytes.LastIndexByte(buf[pos:], '\n'); {
	case eof:
		return len(buf)
	case i >= 0:
		return pos + i + 1
	}
	return end
}

// quoteEnd returns what follows the quote that closes the text at pos, -1 when
// none does.
func quoteEnd(buf []byte, pos int) int {
	for {
		q := bytes.IndexByte(buf[pos:], '"')
		if q < 0 {
			return -1
		}
		pos += q + 1
		if pos == len(buf) || buf[pos] != '"' {
			return pos
		}
		pos++
	}
}

// csvChunk is some whole records, or the trouble that is in their place.
type csvChunk struct {
	feed    *csvFeed
	data    []byte
	line    int
	trouble *fault.Error
}

// read implements unit.
func (u *csvChunk) read(w *workspace, out output) error {
	if u.trouble != nil {
		return out.bad(fact.FindingOf(u.trouble))
	}
	w.rows.reset(u.feed.part.name())
	nul := bytes.IndexByte(u.data, 0) >= 0
	plain := bytes.IndexByte(u.data, '"') < 0
	for data, line := u.data, u.line; len(data) > 0; {
		var size, lines int
		var flaw flaw
		if plain {
			size, lines = w.row.splitPlain(data), 1
		} else {
			size, lines, flaw = w.row.split(data)
		}
		text := data[:size]
		if nul && bytes.IndexByte(text, 0) >= 0 {
			flaw = nulByte
		}
		if err := u.row(w, text, line, flaw, out); err != nil {
			return err
		}
		data, line = data[size:], line+lines
		if w.rows.full() {
			if err := w.rows.flush(out); err != nil {
				return err
			}
		}
	}
	return w.rows.flush(out)
}

// row takes in the record text, whose cells are in w.row.
func (u *csvChunk) row(w *workspace, text []byte, line int, flaw flaw, out output) error {
	row, head := w.row.cells, u.feed.head
	var f *fault.Error
	switch {
	case len(text) > maxLine:
		f = lineFault()
	case flaw != none:
		f = quoteFault(flaw)
	case len(row) == 1 && len(row[0]) == 0:
		return nil // a blank line
	case len(row) != head.fields:
		f = fault.Invalidf("csv.fields", "该行有 %d 个字段，表头有 %d 个", "the row has %d fields, the header %d", len(row), head.fields)
	default:
		if w.rows.add(line, row, u.feed.at) {
			return nil
		}
		return u.report(w, text, line, out)
	}
	place := u.feed.place(line)
	place.Value = string(bytes.TrimRight(text[:min(len(text), 256)], "\r\n"))
	return out.bad(fact.FindingOf(f.In(place)))
}

// report tells what is wrong with the cells of the record text.
func (u *csvChunk) report(w *workspace, text []byte, line int, out output) error {
	for _, e := range w.rows.errs {
		var f *fault.Error
		if !errors.As(e.err, &f) {
			return e.err
		}
		if f.Code == "fact.text" {
			if encoding := otherEncoding(text); encoding != "" {
				f = encodingFault(encoding)
			}
		}
		place := u.feed.place(line)
		before := text[:w.row.start(e.field)]
		place.Line += bytes.Count(before, []byte{'\n'})
		place.Column = len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))) + 1
		place.Field = e.column.Name
		place.Value = string(w.row.cells[e.field])
		if err := out.bad(fact.FindingOf(f.In(place))); err != nil {
			return err
		}
	}
	return nil
}
