package export

import (
	"encoding/csv"
	"io"
	"strings"
)

type csvFile struct {
	w    *csv.Writer
	line []string
}

// newCSV begins with the mark by which Excel knows UTF-8.
func newCSV(w io.Writer) (*csvFile, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	c := &csvFile{w: csv.NewWriter(w)}
	c.w.UseCRLF = true
	return c, nil
}

func (c *csvFile) row(cells []Cell) error {
	c.line = c.line[:0]
	for _, cell := range cells {
		s := cell.text
		if cell.kind == text {
			s = Guard(clip(strings.ToValidUTF8(s, "\ufffd")))
		}
		c.line = append(c.line, s)
	}
	return c.w.Write(c.line)
}

func (c *csvFile) close() error {
	c.w.Flush()
	return c.w.Error()
}

// Guard returns s so that no spreadsheet takes it for a formula: what begins with
// one of their signs, or with a full-width form of it, gets an apostrophe.
func Guard(s string) string {
	first := strings.TrimLeft(s, " \u00a0\u3000")
	if first != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(first)[0]) {
		return "'" + s
	}
	return s
}
