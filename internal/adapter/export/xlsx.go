package export

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// xlsxFile is a workbook of one sheet (ECMA-376), written from front to back: the
// small parts first, then the sheet, whose texts stand in its cells.
type xlsxFile struct {
	zip  *zip.Writer
	w    *bufio.Writer
	rows int
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// The small parts: styles are 0 plain, 1 title, 2 amount, 3 day, 4 text.
var parts = []struct{ name, text string }{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
	{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="4" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>`},
}

func newXLSX(w io.Writer, columns int) (*xlsxFile, error) {
	x := &xlsxFile{zip: zip.NewWriter(w)}
	for _, p := range parts {
		f, err := x.zip.Create(p.name)
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(f, xmlHead+p.text); err != nil {
			return nil, err
		}
	}
	sheet, err := x.zip.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, err
	}
	x.w = bufio.NewWriter(sheet)
	x.put(xmlHead, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`,
		`<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`,
		`<cols><col min="1" max="`, strconv.Itoa(max(columns, 1)), `" width="18" customWidth="1"/></cols><sheetData>`)
	return x, nil
}

// put writes text; a failure is seen when the row ends.
func (x *xlsxFile) put(s ...string) {
	for _, s := range s {
		x.w.WriteString(s) //nolint:errcheck // bufio keeps it for the next Flush or Write, which row looks at
	}
}

func (x *xlsxFile) row(cells []Cell) error {
	x.rows++
	x.put("<row>")
	for _, c := range cells {
		switch c.kind {
		case blank:
			x.put("<c/>")
		case count:
			x.put("<c><v>", c.raw, "</v></c>")
		case yuan:
			x.put(`<c s="2"><v>`, c.raw, "</v></c>")
		case day:
			x.put(`<c s="3"><v>`, c.raw, "</v></c>")
		default:
			style := "4"
			if x.rows == 1 {
				style = "1"
			}
			x.put(`<c t="inlineStr" s="`, style, `"><is><t xml:space="preserve">`)
			if err := xml.EscapeText(x.w, []byte(clip(strings.ToValidUTF8(c.text, "\ufffd")))); err != nil {
				return err
			}
			x.put("</t></is></c>")
		}
	}
	_, err := x.w.WriteString("</row>")
	return err
}

func (x *xlsxFile) close() error {
	x.put("</sheetData></worksheet>")
	if err := x.w.Flush(); err != nil {
		return err
	}
	return x.zip.Close()
}
