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
		if tableOfSheet(s) == t {
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
	var total uint64
	for _, p := range z.File {
		total += p.UncompressedSize64
		big := isSheet(p.Name) || p.Name == sharedStrings
		if total > maxUnzipped || !big && p.UncompressedSize64 > maxPart {
			_ = z.Close()
			f := fault.Invalidf("excel.too_large", "工作簿解压后过大，请改用 CSV 或 Parquet",
				"the workbook is too large when unpacked; use CSV or Parquet")
			return nil, f.In(fault.Place{File: name})
		}
	}
	return z, nil
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
	part, err := z.Open(workbookPart)
	if err != nil {
		return nil, damagedWorkbook(name, err)
	}
	defer part.Close() //nolint:errcheck // only read from
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := xml.NewDecoder(part).Decode(&book); err != nil {
		return nil, damagedWorkbook(name, err)
	}
	names := make([]string, len(book.Sheets))
	for i, s := range book.Sheets {
		names[i] = s.Name
	}
	return names, nil
}

// verify reads the sheets and texts of a workbook to the end. Excelize takes a
// checksum or syntax error in them for their end, and rows would be missing.
func verify(path, name string) error {
	z, err := openZip(path, name)
	if err != nil {
		return err
	}
	defer z.Close() //nolint:errcheck // only read from
	for _, p := range z.File {
		if err := verifyPart(p); err != nil {
			return damagedWorkbook(name, err)
		}
	}
	return nil
}

func verifyPart(p *zip.File) error {
	r, err := p.Open()
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // only read from
	if !isSheet(p.Name) && p.Name != sharedStrings {
		_, err = io.Copy(io.Discard, r)
		return err
	}
	depth := 0
	for d := xml.NewDecoder(r); ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) && depth == 0 {
			return nil
		}
		if err != nil {
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
