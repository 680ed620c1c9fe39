package bankfile

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"changrong/internal/base/fault"
)

// sheet is the first sheet of a workbook.
type sheet struct {
	book *excelize.File
	rows *excelize.Rows
	line int
}

func damaged(cause error) *fault.Error {
	return fault.New(fault.Invalid, "bankfile.damaged", "工作簿已损坏、有密码、用1904日期系统或不是 .xlsx 文件，请在 Excel 中打开后另存",
		"the workbook is damaged, has a password, counts days from 1904, or is no .xlsx file").Because(cause)
}

// guarded runs f; the reader of workbooks panics on some broken ones.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = damaged(fmt.Errorf("panic: %v", p))
		}
	}()
	if err := f(); err != nil {
		return damaged(err)
	}
	return nil
}

func openSheet(content []byte) (table, error) {
	if err := unpacks(content); err != nil {
		return nil, err
	}
	s := &sheet{}
	err := guarded(func() (err error) {
		if s.book, err = excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped}); err != nil {
			return err
		}
		if props, err := s.book.GetWorkbookProps(); err == nil && props.Date1904 != nil && *props.Date1904 {
			return errors.New("days are counted from 1904")
		}
		names := s.book.GetSheetList()
		if len(names) == 0 {
			return io.ErrUnexpectedEOF
		}
		s.rows, err = s.book.Rows(names[0])
		return err
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// unpacks reads every part of a workbook to its end: the reader of workbooks takes
// a broken part for a short one, and rows would be missing.
func unpacks(content []byte) error {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return damaged(err)
	}
	rest := int64(maxUnzipped)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return damaged(err)
		}
		part := &counted{r: r, rest: rest}
		if err := parses(part, f.Name); err != nil {
			return damaged(err)
		}
		if rest = part.rest; rest < 0 {
			return fault.Invalidf("bankfile.too_large", "工作簿解压后超过%dMB", "the workbook unpacks to over %d MB", maxUnzipped>>20)
		}
	}
	return nil
}

// counted counts down what is read, and ends when it is below zero.
type counted struct {
	r    io.Reader
	rest int64
}

// Read implements io.Reader.
func (c *counted) Read(b []byte) (int, error) {
	if c.rest < 0 {
		return 0, io.EOF
	}
	n, err := c.r.Read(b)
	c.rest -= int64(n)
	return n, err
}

// parses reads a part of a workbook to its end, as XML where rows and texts are.
func parses(r *counted, name string) error {
	if strings.HasSuffix(name, ".xml") && (strings.HasPrefix(name, "xl/worksheets/") || strings.HasPrefix(name, "xl/sharedStrings")) {
		depth := 0
		for d := xml.NewDecoder(r); ; {
			token, err := d.RawToken()
			switch {
			case errors.Is(err, io.EOF) && depth == 0, r.rest < 0:
				return nil
			case err != nil:
				return err
			}
			switch token.(type) {
			case xml.StartElement:
				depth++
			case xml.EndElement:
				depth--
			}
		}
	}
	_, err := io.Copy(io.Discard, r)
	return err
}

// next implements table.
func (s *sheet) next() (row []string, line int, err error) {
	more := false
	err = guarded(func() (err error) {
		if more = s.rows.Next(); !more {
			return s.rows.Error()
		}
		row, err = s.rows.Columns(excelize.Options{RawCellValue: true})
		return err
	})
	if err == nil && !more {
		s.rows.Close() //nolint:errcheck // only read from
		s.book.Close() //nolint:errcheck // held in memory
		return nil, 0, io.EOF
	}
	s.line++
	return row, s.line, err
}
