package bankfile

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"changrong/internal/base/fault"
)

// decoded returns content in UTF-8, whichever of the usual encodings it is in.
func decoded(content []byte) ([]byte, error) {
	bad := fault.New(fault.Invalid, "bankfile.encoding", "无法识别文件编码，请另存为 UTF-8", "the encoding is not known; save the file as UTF-8")
	from := func(e encoding.Encoding) ([]byte, error) {
		text, err := e.NewDecoder().Bytes(content)
		if err != nil || bytes.ContainsRune(text, utf8.RuneError) || bytes.IndexByte(text, 0) >= 0 {
			return nil, bad
		}
		return text, nil
	}
	switch {
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}):
		return from(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM))
	case bytes.HasPrefix(content, []byte{0xfe, 0xff}):
		return from(unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM))
	case bytes.IndexByte(content, 0) >= 0:
		return nil, bad
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if utf8.Valid(content) {
		return content, nil
	}
	return from(simplifiedchinese.GB18030)
}

// next implements table. A quote opens a cell that ends with the next single one,
// as RFC 4180 has it; what is not closed ends with the file and is an error.
func (t *text) next() ([]string, int, error) {
	if len(t.rest) == 0 {
		return nil, 0, io.EOF
	}
	t.line++
	line := t.line
	var row []string
	for {
		cell, end, err := t.cell()
		if err != nil {
			return nil, 0, fault.Of(err).In(fault.Place{Line: line})
		}
		row = append(row, cell)
		if end || len(row) > maxCells {
			break
		}
	}
	if len(row) > maxCells {
		return nil, 0, fault.Invalidf("bankfile.damaged", "该行超过%d个单元格", "the line has over %d cells", maxCells).In(fault.Place{Line: line})
	}
	return row, line, nil
}

// maxCells is how many cells a row may have.
const maxCells = 256

// cell takes one cell off the rest, and tells whether it ends its row.
func (t *text) cell() (cell string, end bool, err error) {
	if len(t.rest) == 0 || t.rest[0] != '"' {
		i := bytes.IndexAny(t.rest, string([]byte{t.comma, '\n'}))
		if i < 0 {
			cell, t.rest = string(t.rest), nil
			return cell, true, nil
		}
		cell, end = string(t.rest[:i]), t.rest[i] == '\n'
		t.rest = t.rest[i+1:]
		return cell, end, nil
	}
	var b []byte
	rest := t.rest[1:]
	for {
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			return "", true, fault.New(fault.Invalid, "bankfile.damaged", "从该行开始的双引号没有结束", "a quote that opens in this line is never closed")
		}
		b = append(b, rest[:i]...)
		rest = rest[i+1:]
		if len(rest) == 0 || rest[0] != '"' {
			break
		}
		b = append(b, '"')
		rest = rest[1:]
	}
	t.line += bytes.Count(b, []byte{'\n'})
	rest = bytes.TrimPrefix(rest, []byte{'\r'})
	switch {
	case len(rest) == 0:
		t.rest = nil
		return string(b), true, nil
	case rest[0] == t.comma || rest[0] == '\n':
		t.rest = rest[1:]
		return string(b), rest[0] == '\n', nil
	}
	return "", true, fault.New(fault.Invalid, "bankfile.damaged", "双引号后面还有内容", "there is something behind a closing quote")
}
