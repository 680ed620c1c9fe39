package factfile

import (
	"bytes"

	"changrong/internal/base/fault"
)

// record is one record of CSV, taken apart. Its memory is used again.
type record struct {
	cells   [][]byte // within the record, or within scratch
	starts  []int    // where the cells start in the record; nil after splitPlain
	scratch []byte   // cells with doubled quotes made single
}

// flaw is what is wrong with how a record is written.
type flaw uint8

const (
	none     flaw = iota
	stray         // a quote inside a cell, or something behind the closing one
	unclosed      // a quote that is not closed
	nulByte       // a NUL byte
)

// splitPlain takes apart the first record of data, which holds no quote, and
// returns its size, line break included.
func (r *record) splitPlain(data []byte) (size int) {
	size = len(data)
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		size = i + 1
		data = data[:i]
	}
	if n := len(data); n > 0 && n < size && data[n-1] == '\r' {
		data = data[:n-1]
	}
	r.cells, r.starts = r.cells[:0], r.starts[:0]
	for {
		i := bytes.IndexByte(data, ',')
		if i < 0 || len(r.cells) > maxColumns {
			r.cells = append(r.cells, data)
			return size
		}
		r.cells = append(r.cells, data[:i])
		data = data[i+1:]
	}
}

// split takes apart the first record of data, quotes and all, as RFC 4180 has
// it, and returns its size and how many line breaks it holds.
func (r *record) split(data []byte) (size, lines int, f flaw) {
	r.cells, r.starts, r.scratch = r.cells[:0], r.starts[:0], r.scratch[:0]
	pos := 0
	for {
		r.starts = append(r.starts, pos)
		var cell []byte
		text := pos
		if pos < len(data) && data[pos] == '"' {
			text = quoteEnd(data, pos+1)
			if text < 0 {
				return len(data), bytes.Count(data, []byte{'\n'}), unclosed
			}
			cell = r.unquote(data[pos+1 : text-1])
		}
		end, last := fieldEnd(data, text)
		rest := data[text:end]
		if last && end < len(data) {
			rest = bytes.TrimSuffix(rest, []byte{'\r'})
		}
		switch {
		case text == pos:
			cell = rest
			if bytes.IndexByte(rest, '"') >= 0 {
				f = stray
			}
		case len(rest) > 0:
			f = stray
		}
		if len(r.cells) <= maxColumns {
			r.cells = append(r.cells, cell)
		}
		if last {
			size = min(end+1, len(data))
			return size, bytes.Count(data[:size], []byte{'\n'}), f
		}
		pos = end + 1
	}
}

// fieldEnd returns where the field at pos ends, and whether it is the record's last.
func fieldEnd(data []byte, pos int) (end int, last bool) {
	for i, c := range data[pos:] {
		if c == ',' || c == '\n' {
			return pos + i, c == '\n'
		}
	}
	return len(data), true
}

// unquote returns what stands between the quotes, with doubled quotes single.
func (r *record) unquote(text []byte) []byte {
	if bytes.IndexByte(text, '"') < 0 {
		return text
	}
	from := len(r.scratch)
	for i := 0; i < len(text); i++ {
		r.scratch = append(r.scratch, text[i])
		if text[i] == '"' {
			i++
		}
	}
	return r.scratch[from:]
}

// start returns where cell i starts in its record.
func (r *record) start(i int) int {
	if len(r.starts) > 0 {
		return r.starts[i]
	}
	at := i
	for _, cell := range r.cells[:i] {
		at += len(cell)
	}
	return at
}

func lineFault() *fault.Error {
	return fault.Invalidf("csv.line_too_long", "该行超过 %d 字节", "the line is over %d bytes long", maxLine)
}

func endlessFault() *fault.Error {
	return fault.Invalidf("csv.line_too_long", "该行超过 %d 字节仍未换行，其余内容未检查",
		"the line has no end within %d bytes; the rest was not checked", maxSkipped)
}

// quoteFault says what f is.
func quoteFault(f flaw) *fault.Error {
	switch f {
	case unclosed:
		return fault.Invalidf("csv.unclosed_quote", "从该行开始的双引号没有结束", "the double quote that opens in this line is never closed")
	case nulByte:
		return fault.Invalidf("csv.nul", "该行含空字符（NUL），文件可能已损坏，请重新导出", "the line holds a NUL byte; the file may be damaged, export it again")
	default:
		return fault.Invalidf("csv.quote", "双引号用法有误：含双引号的单元格应整个放在双引号内，其中的双引号写两个",
			"a misplaced double quote: a cell that holds one must be quoted as a whole, with the quote doubled")
	}
}
