package factfile

import (
	"errors"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// sheetFeed hands out a sheet as one unit.
type sheetFeed struct {
	request
	done bool
}

func (s *sheetFeed) close() {}

// next implements feed.
func (s *sheetFeed) next(*workspace) (unit, error) {
	if s.done {
		return nil, nil
	}
	s.done = true
	return &sheet{request: s.request}, nil
}

// sheet reads a sheet of a workbook: a row of column names, then rows of cells.
// Cells are read as they are stored and not as they are shown, but for what a
// format alone tells: that a number is a date, or is shown as a percentage.
type sheet struct {
	request
	head     *header
	at       []int
	date1904 bool
	line     int
}

// read implements unit.
//
// Errors: excel.format, excel.damaged, excel.too_large, excel.too_many_rows, excel.no_header and
// others of readHeader; of a row: excel.error_value, excel.fields.
func (s *sheet) read(w *workspace, out output) error {
	name := s.part.name()
	if err := verify(s.part.path, name, s.part.Sheet); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "changrong-xlsx-")
	if err != nil {
		return cells.OpenFault(os.TempDir(), err)
	}
	defer os.RemoveAll(tmp)
	var book *excelize.File
	err = cells.Guarded(name, damagedWorkbook, func() (err error) {
		book, err = excelize.OpenFile(s.part.path, excelize.Options{UnzipSizeLimit: maxUnzipped, TmpDir: tmp})
		return err
	})
	if err != nil {
		return err
	}
	defer book.Close() //nolint:errcheck // only read from
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		s.date1904 = *props.Date1904
	}
	stored, err := s.cursor(book, true)
	if err != nil {
		return err
	}
	defer stored.close()
	var shown *cursor // walks along where a column may hold percentages
	if slices.ContainsFunc(s.columns, func(c *fact.Column) bool { return c.Type == fact.Rate }) {
		if shown, err = s.cursor(book, false); err != nil {
			return err
		}
		defer shown.close()
	}
	return s.rows(w, out, stored, shown)
}

// cursor walks over the rows of a sheet.
type cursor struct {
	rows *excelize.Rows
	name string
	raw  bool
}

func (s *sheet) cursor(book *excelize.File, raw bool) (c *cursor, err error) {
	c = &cursor{name: s.part.name(), raw: raw}
	err = cells.Guarded(c.name, damagedWorkbook, func() (err error) {
		c.rows, err = book.Rows(s.part.Sheet)
		return err
	})
	return c, err
}

func (c *cursor) close() { _ = c.rows.Close() }

// next returns the cells of the next row; ok is false after the last.
func (c *cursor) next() (row []string, ok bool, err error) {
	err = cells.Guarded(c.name, damagedWorkbook, func() (err error) {
		if ok = c.rows.Next(); !ok {
			return c.rows.Error()
		}
		row, err = c.rows.Columns(excelize.Options{RawCellValue: c.raw})
		return err
	})
	return row, ok, err
}

// rows reads the rows of the sheet.
func (s *sheet) rows(w *workspace, out output, stored, shown *cursor) error {
	w.rows.reset(s.part.name())
	for {
		cells, ok, err := stored.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		var looks []string
		if shown != nil {
			if looks, _, err = shown.next(); err != nil {
				return err
			}
		}
		if s.line++; s.line > maxRows {
			return tooManyRows(s.part.name())
		}
		if !slices.ContainsFunc(cells, func(c string) bool { return c != "" }) {
			continue
		}
		if s.head == nil {
			err = s.readHeader(cells)
		} else {
			err = s.row(w, cells, looks, out)
		}
		if err != nil {
			return err
		}
	}
	if s.head == nil {
		return fault.Invalidf("excel.no_header", "工作表是空的，第一行应为列名",
			"the sheet is empty; its first row must be column names").In(s.place())
	}
	return w.rows.flush(out)
}

func (s *sheet) place() fault.Place { return fault.Place{File: s.part.name(), Line: s.line} }

func (s *sheet) readHeader(cells []string) (err error) {
	if s.head, err = readHeader(s.part.table, cells, Excel, s.place(), s.warn); err != nil {
		return err
	}
	s.at = make([]int, len(s.columns))
	for i, c := range s.columns {
		s.at[i] = s.head.field(c)
	}
	return nil
}

// row takes in one row; looks is how its cells are shown, where that matters.
func (s *sheet) row(w *workspace, cells, looks []string, out output) error {
	if extra := s.extra(cells); extra > 0 {
		f := fault.Invalidf("excel.fields", "第 %d 列有内容，但没有列名", "column %d holds something and has no name", extra)
		return out.bad(fact.FindingOf(f.In(s.place())))
	}
	r, failed := &w.row, false
	r.cells, r.scratch = r.cells[:0], r.scratch[:0]
	for i, c := range s.head.columns {
		from := len(r.scratch)
		if i < len(cells) && c != nil {
			look := ""
			if i < len(looks) {
				look = looks[i]
			}
			if slices.Contains(errorValues, cells[i]) {
				failed = true
				if err := out.bad(s.errorValue(c, cells[i])); err != nil {
					return err
				}
			}
			r.scratch = s.appendCell(r.scratch, c, cells[i], look)
		}
		r.cells = append(r.cells, r.scratch[from:])
	}
	if failed {
		return nil
	}
	if !w.rows.add(s.line, r.cells, s.at) {
		return s.report(w, out)
	}
	if w.rows.full() {
		return w.rows.flush(out)
	}
	return nil
}

// extra returns the number of a column that holds something and has no name; 0
// when there is none.
func (s *sheet) extra(cells []string) int {
	for i := s.head.fields; i < len(cells); i++ {
		if cells[i] != "" {
			return i + 1
		}
	}
	return 0
}

func (s *sheet) report(w *workspace, out output) error {
	for _, e := range w.rows.errs {
		var f *fault.Error
		if !errors.As(e.err, &f) {
			return e.err
		}
		place := s.place()
		place.Field, place.Value = e.column.Name, string(w.row.cells[e.field])
		if err := out.bad(fact.FindingOf(f.In(place))); err != nil {
			return err
		}
	}
	return nil
}

// errorValues are what Excel stores where a formula failed.
var errorValues = []string{"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}

// errorValue says that the formula of a cell failed.
func (s *sheet) errorValue(c *fact.Column, cell string) fact.Finding {
	place := s.place()
	place.Field, place.Value = c.Name, cell
	return fact.FindingOf(fault.Invalidf("excel.error_value", "单元格的公式出错：%s", "the cell's formula fails: %s", cell).In(place))
}

// appendCell appends a cell of column c as CSV would have it. A date is stored
// as a number of days, an amount with the digits of a float64: 1234567.89 may
// stand there as 1234567.8899999999, which is the same number.
func (s *sheet) appendCell(b []byte, c *fact.Column, cell, look string) []byte {
	if c.Type.Textual() {
		return append(b, cell...)
	}
	x, err := strconv.ParseFloat(cell, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) || strings.ContainsAny(cell, "xXpP_") {
		return append(b, strings.TrimSuffix(cell, "T00:00:00")...) // a date in ISO form
	}
	switch c.Type {
	case fact.Date, fact.Month, fact.Time:
		return s.appendDay(b, c, cell, x)
	case fact.Rate:
		if isPercentage(x, look) {
			return appendTimes100(b, x)
		}
	}
	return strconv.AppendFloat(b, x, 'f', -1, 64)
}

// Days as Excel counts them: 25569 is 1970-01-01, or 24107 in a workbook that
// counts from 1904. From 1950 on such a number is never a year.
const (
	epochDay     = 25569
	epochDay1904 = 24107
	firstDay     = 18264  // 1950-01-01
	lastDay      = 109575 // 2199-12-31
)

// appendDay appends the day, month or time that the number x stands for; what is
// not plausible as one is left as it is, to be refused.
func (s *sheet) appendDay(b []byte, c *fact.Column, cell string, x float64) []byte {
	if s.date1904 {
		x += epochDay - epochDay1904
	}
	seconds := math.Round(x * 86400)
	day := math.Floor(seconds / 86400)
	if x < firstDay || day > lastDay || c.Type == fact.Date && seconds != day*86400 {
		return append(b, cell...)
	}
	date := civil.Date(day - epochDay)
	switch c.Type {
	case fact.Month:
		return date.Month().AppendTo(b)
	case fact.Time:
		return c.AppendInt(b, int64(date)*86400+int64(seconds-day*86400))
	default:
		return date.AppendTo(b)
	}
}

// isPercentage tells whether the number x is shown as a percentage, 0.0435 as
// 4.35%, and does not merely have a percent sign behind it.
func isPercentage(x float64, look string) bool {
	digits, ok := strings.CutSuffix(look, "%")
	shown, err := strconv.ParseFloat(strings.ReplaceAll(digits, ",", ""), 64)
	return ok && err == nil && math.Abs(shown-100*x) <= math.Abs(shown-x)
}

// appendTimes100 appends 100 times the decimal number that x is the float64 of.
func appendTimes100(b []byte, x float64) []byte {
	text := strconv.FormatFloat(x, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	e, _ := strconv.Atoi(exponent) // FormatFloat writes it
	y, err := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(e+2), 64)
	if err != nil {
		return append(b, text...)
	}
	return strconv.AppendFloat(b, y, 'f', -1, 64)
}
