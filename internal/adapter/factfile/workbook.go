package factfile

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// tableOfSheet returns the table that a sheet is named as, or nil.
func tableOfSheet(sheet string) *fact.Table {
	sheet = strings.TrimSpace(sheet)
	for _, t := range fact.Tables() {
		if t.Name == sheet || t.Zh == sheet {
			return t
		}
	}
	return nil
}

// sheetOf returns the sheet of t: the one named as t, or else the first.
func sheetOf(t *fact.Table, sheets []string) string {
	for _, s := range sheets {
		if named := tableOfSheet(s); named != nil && named.Name == t.Name { // t may be a variant of the table
			return s
		}
	}
	if len(sheets) > 0 {
		return sheets[0]
	}
	return ""
}

// damagedWorkbook says that the workbook called name cannot be read.
func damagedWorkbook(name string, cause error) *fault.Error {
	f := fault.Invalidf("excel.damaged", "工作簿已损坏，或不是 .xlsx 文件；请在 Excel 中打开后另存为 .xlsx",
		"the workbook is damaged, or no .xlsx file; open it in Excel and save it as .xlsx")
	return f.In(fault.Place{File: name}).Because(cause)
}

// oleMark begins old .xls files and workbooks with a password.
const oleMark = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// openZip opens the workbook at path, called name, when it is within the limits.
func openZip(path, name string) (*zip.ReadCloser, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		if beginsWith(path, oleMark) {
			f := fault.Invalidf("excel.format", "这是旧版 .xls 或带密码的工作簿，请另存为不带密码的 .xlsx",
				"this is an old .xls file or has a password; save it as .xlsx without a password")
			return nil, f.In(fault.Place{File: name})
		}
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			return nil, cells.OpenFault(path, err)
		}
		return nil, damagedWorkbook(name, err)
	}
	var total, other uint64
	for _, p := range z.File {
		size := p.UncompressedSize64
		total += size
		if !isSheet(p.Name) && p.Name != sharedStrings {
			other += size
		}
		if size > maxUnzipped || total > maxUnzipped || other > maxOther || size > 1<<20 && size/maxRatio > p.CompressedSize64 {
			_ = z.Close()
			return nil, tooLarge(name)
		}
	}
	return z, nil
}

func tooLarge(name string) *fault.Error {
	f := fault.Invalidf("excel.too_large", "工作簿解压后过大或压缩比异常，请改用 CSV 或 Parquet",
		"the workbook unpacks to too much, or by too much; use CSV or Parquet")
	return f.In(fault.Place{File: name})
}

// beginsWith tells whether the file at path begins with mark.
func beginsWith(path, mark string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // only read from
	start := make([]byte, len(mark))
	_, err = io.ReadFull(file, start)
	return err == nil && string(start) == mark
}

// Parts of a workbook.
const (
	workbookPart  = "xl/workbook.xml"
	workbookLinks = "xl/_rels/workbook.xml.rels"
	sharedStrings = "xl/sharedStrings.xml"
)

func isSheet(part string) bool {
	return strings.HasPrefix(part, "xl/worksheets/") && path.Ext(part) == ".xml"
}

// sheetNames returns the names of the sheets of the workbook at path, in order.
func sheetNames(path, name string) ([]string, error) {
	z, err := openZip(path, name)
	if err != nil {
		return nil, err
	}
	defer z.Close() //nolint:errcheck // only read from
	var book workbookXML
	if err := book.read(z, workbookPart); err != nil {
		return nil, damagedWorkbook(name, err)
	}
	names := make([]string, len(book.Sheets))
	for i, s := range book.Sheets {
		names[i] = s.Name
	}
	return names, nil
}

// workbookXML is what a workbook and its relationships say of its sheets.
type workbookXML struct {
	Sheets []struct {
		Name string `xml:"name,attr"`
		ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
	} `xml:"sheets>sheet"`
	Relationships []struct {
		ID     string `xml:"Id,attr"`
		Target string `xml:",attr"`
	} `xml:"Relationship"`
}

func (w *workbookXML) read(z *zip.ReadCloser, part string) error {
	r, err := z.Open(part)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // only read from
	return xml.NewDecoder(r).Decode(w)
}

// partOf returns the part that holds a sheet, "" when that is not plain.
func partOf(z *zip.ReadCloser, sheet string) string {
	var book, links workbookXML
	if book.read(z, workbookPart) != nil || links.read(z, workbookLinks) != nil {
		return ""
	}
	for _, s := range book.Sheets {
		for _, l := range links.Relationships {
			if s.Name == sheet && l.ID == s.ID && isSheet(path.Join("xl", l.Target)) {
				return path.Join("xl", l.Target)
			}
		}
	}
	return ""
}

// verify reads a sheet, and all that is no sheet, to the end. Excelize takes a
// checksum or syntax error in them for their end, and rows would be missing.
func verify(path, name, sheet string) error {
	z, err := openZip(path, name)
	if err != nil {
		return err
	}
	defer z.Close() //nolint:errcheck // only read from
	own := partOf(z, sheet)
	for _, p := range z.File {
		if own != "" && isSheet(p.Name) && p.Name != own {
			continue
		}
		switch err := verifyPart(p); {
		case errors.Is(err, errManyRows):
			return tooManyRows(name)
		case err != nil:
			return damagedWorkbook(name, err)
		}
	}
	return nil
}

var errManyRows = errors.New("factfile: too many rows")

func tooManyRows(name string) *fault.Error {
	return fault.Invalidf("excel.too_many_rows", "工作表超过 %d 行", "the sheet has over %d rows", maxRows).In(fault.Place{File: name})
}

func verifyPart(p *zip.File) error {
	r, err := p.Open()
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // only read from
	if !isSheet(p.Name) && p.Name != sharedStrings {
		_, err = io.Copy(io.Discard, r) //nolint:gosec // how much it may unpack to has been looked at before
		return err
	}
	depth, rows := 0, 0
	for d := xml.NewDecoder(r); ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) && depth == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			depth++
			if e.Name.Local == "row" {
				rows++
			}
			if rows > maxRows {
				return errManyRows
			}
		case xml.EndElement:
			depth--
		}
	}
}
