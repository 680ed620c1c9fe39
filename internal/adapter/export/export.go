// Package export writes lists as files that people open in a spreadsheet: CSV and
// XLSX. Rows go out as they come, so a list may be longer than memory.
//
// Text stays text. In CSV a cell that a spreadsheet would take for a formula gets
// an apostrophe before it, since names and remarks come from outside; XLSX says
// itself which cells are text. Amounts are written from whole fen, digit by digit.
package export

import (
	"io"
	"strconv"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Column is one column of a list of T.
type Column[T any] struct {
	Head string // its title
	Cell func(*T) Cell
}

// Cell is one cell.
type Cell struct {
	kind kind
	text string // what CSV shows
	raw  string // what XLSX keeps of a number
}

type kind uint8

const (
	blank kind = iota
	text
	count
	yuan
	day
)

// Text is a cell of text.
func Text(s string) Cell { return Cell{kind: text, text: s} }

// Count is a cell with a whole number.
func Count(n int64) Cell {
	s := strconv.FormatInt(n, 10)
	return Cell{count, s, s}
}

// Yuan is a cell with an amount, in yuan.
func Yuan(f money.Fen) Cell {
	s := f.String()
	return Cell{yuan, s, s}
}

// Percent is a cell with a rate, as text with the digits it has.
func Percent(r money.Rate) Cell { return Text(r.Human()) }

// unixDay is the number a spreadsheet gives to 1970-01-01.
const unixDay = 25569

// Day is a cell with a day.
func Day(d civil.Date) Cell { return Cell{day, d.String(), strconv.FormatInt(int64(d)+unixDay, 10)} }

// Time is a cell with an instant, to the second; empty for 0.
func Time(i civil.Instant) Cell {
	if i == 0 {
		return Cell{}
	}
	s := i.String()
	return Text(s[:10] + " " + s[11:19])
}

// Flag is a cell with 是 or 否.
func Flag(b bool) Cell {
	if b {
		return Text("是")
	}
	return Text("否")
}

// Format is a kind of file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// ContentType returns the media type of files of format f.
func (f Format) ContentType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Limits of a file.
const (
	MaxRows = 1_000_000 // a sheet has 1,048,576
	maxCell = 32_000    // characters; a sheet has 32,767
)

// writer is a file being written.
type writer interface {
	row([]Cell) error
	close() error
}

// Writer writes a list of T.
type Writer[T any] struct {
	columns []Column[T]
	file    writer
	cells   []Cell
	rows    int
}

// NewWriter begins a file of format f with the titles of the columns.
func NewWriter[T any](w io.Writer, f Format, columns []Column[T]) (*Writer[T], error) {
	x := &Writer[T]{columns: columns, cells: make([]Cell, len(columns))}
	var err error
	if f == XLSX {
		x.file, err = newXLSX(w, len(columns))
	} else {
		x.file, err = newCSV(w)
	}
	if err != nil {
		return nil, err
	}
	for i, c := range columns {
		x.cells[i] = Text(c.Head)
	}
	return x, x.file.row(x.cells)
}

// Add writes the row of v.
//
// Errors: export.too_many.
func (x *Writer[T]) Add(v *T) error {
	if x.rows++; x.rows > MaxRows {
		return fault.Invalidf("export.too_many", "导出超过%d行，请缩小筛选范围", "more than %d rows; filter for less", MaxRows)
	}
	for i, c := range x.columns {
		x.cells[i] = c.Cell(v)
	}
	return x.file.row(x.cells)
}

// Close ends the file.
func (x *Writer[T]) Close() error { return x.file.close() }

// clip cuts s to what a cell can hold.
func clip(s string) string {
	if len(s) <= maxCell || utf8.RuneCountInString(s) <= maxCell {
		return s
	}
	return string([]rune(s)[:maxCell-1]) + "…"
}
