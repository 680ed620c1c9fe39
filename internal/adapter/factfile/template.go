package factfile

import (
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// WriteTemplate writes an Excel workbook to fill in: one sheet for each of
// tables, with the columns' names as headers. A note on each header says what
// the column is and which codes it takes, a list offers the codes, and the cells
// are formatted so that Excel leaves long numbers and months as they are typed.
func WriteTemplate(w io.Writer, tables []*fact.Table) error {
	book := excelize.NewFile()
	defer book.Close() //nolint:errcheck // in memory
	t := template{book: book}
	if err := t.styles(); err != nil {
		return err
	}
	for i, table := range tables {
		var err error
		if i == 0 {
			err = book.SetSheetName(book.GetSheetName(0), table.Zh)
		} else {
			_, err = book.NewSheet(table.Zh)
		}
		if err != nil {
			return err
		}
		if err := t.sheet(table); err != nil {
			return err
		}
	}
	if len(tables) == 0 {
		return fault.New(fault.Internal, "factfile.template", "没有指定要写的表", "no table to write was named")
	}
	return book.Write(w)
}

// template writes the sheets of a template.
type template struct {
	book                               *excelize.File
	header, required, text, date, yuan int
}

func (t *template) styles() (err error) {
	isoDate := "yyyy-mm-dd"
	bold := &excelize.Font{Bold: true}
	for _, s := range [...]struct {
		id    *int
		style *excelize.Style
	}{
		{&t.header, &excelize.Style{Font: bold}},
		{&t.required, &excelize.Style{Font: &excelize.Font{Bold: true, Color: "C00000"}}},
		{&t.text, &excelize.Style{NumFmt: 49}}, // @
		{&t.date, &excelize.Style{CustomNumFmt: &isoDate}},
		{&t.yuan, &excelize.Style{NumFmt: 4}}, // #,##0.00
	} {
		if *s.id, err = t.book.NewStyle(s.style); err != nil {
			return err
		}
	}
	return nil
}

// sheet fills the sheet of table.
func (t *template) sheet(table *fact.Table) error {
	number := 0
	for i := range table.Columns {
		c := &table.Columns[i]
		if c.Derived {
			continue
		}
		number++
		letter, err := excelize.ColumnNumberToName(number)
		if err != nil {
			return err
		}
		if err := t.column(table.Zh, letter, c); err != nil {
			return err
		}
	}
	return t.book.SetPanes(table.Zh, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// column fills one column: its header, note, list of codes and format.
func (t *template) column(sheet, letter string, c *fact.Column) error {
	style := t.text
	switch c.Type {
	case fact.Date:
		style = t.date
	case fact.Fen:
		style = t.yuan
	case fact.Bool, fact.Int, fact.Rate:
		style = 0
	}
	header := t.header
	if c.Required {
		header = t.required
	}
	const width = 20
	cell := letter + "1"
	for _, err := range [...]error{
		t.book.SetColWidth(sheet, letter, letter, width),
		t.book.SetColStyle(sheet, letter, style),
		t.book.SetCellStr(sheet, cell, c.Name),
		t.book.SetCellStyle(sheet, cell, cell, header),
		t.book.AddComment(sheet, excelize.Comment{
			Cell: cell, Author: "畅融", Width: 280, Height: 200,
			Paragraph: []excelize.RichTextRun{{Text: note(c)}},
		}),
		t.list(sheet, letter, c),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// list offers the values of a column that has few.
func (t *template) list(sheet, letter string, c *fact.Column) error {
	var values []string
	for _, v := range c.Codes {
		values = append(values, v.Code)
	}
	if c.Type == fact.Bool {
		values = []string{"0", "1"}
	}
	if values == nil {
		return nil
	}
	v := excelize.NewDataValidation(true)
	v.SetSqref(letter + "2:" + letter + "1048576")
	if err := v.SetDropList(values); err != nil {
		return err
	}
	v.SetError(excelize.DataValidationErrorStyleStop, c.Zh, "请从列表中选择代码")
	return t.book.AddDataValidation(sheet, v)
}

// note says what a column is.
func note(c *fact.Column) string {
	var b strings.Builder
	b.WriteString(c.Zh)
	if c.Required {
		b.WriteString("（必填）")
	}
	b.WriteString("\n" + c.Type.Zh())
	if c.Doc != "" {
		b.WriteString("\n" + c.Doc)
	}
	for _, v := range c.Codes {
		b.WriteString("\n" + v.Code + "  " + v.Zh)
	}
	return b.String()
}
