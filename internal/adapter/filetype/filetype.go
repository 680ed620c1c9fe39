// Package filetype tells what a file is by what is in it, not by its name: a
// program called 承诺书.pdf is no PDF. Only the kinds of papers that claims come
// with are known; everything else is refused.
package filetype

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/fault"
)

// Type is a kind of file.
type Type string

// The kinds, named as their files end.
const (
	PDF  Type = "pdf"
	JPEG Type = "jpg"
	PNG  Type = "png"
	OFD  Type = "ofd" // GB/T 33190: version files of government
	XLSX Type = "xlsx"
	DOCX Type = "docx"
	CSV  Type = "csv"
)

// media are the types as HTTP names them.
var media = map[Type]string{
	PDF: "application/pdf", JPEG: "image/jpeg", PNG: "image/png", OFD: "application/ofd",
	XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", CSV: "text/csv; charset=utf-8",
}

// ContentType returns the type as HTTP names it.
func (t Type) ContentType() string { return media[t] }

// endings are how names of each kind end.
var endings = map[string]Type{
	".pdf": PDF, ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG, ".ofd": OFD, ".xlsx": XLSX, ".docx": DOCX, ".csv": CSV,
}

// maxEntries is how many files an office document may hold; real ones have some
// dozens, and each scanned page is one.
const maxEntries = 2000

// Of returns what content is, and refuses what is none of the known kinds, what is
// another kind than its name says, and office documents that run macros.
//
// Errors: filetype.unknown, filetype.forged, filetype.macros.
func Of(name string, content []byte) (Type, error) {
	said, known := endings[strings.ToLower(path.Ext(name))]
	if !known {
		return "", fault.New(fault.Invalid, "filetype.unknown", "只接受 PDF、JPG、PNG、OFD、XLSX、DOCX、CSV 文件", "only PDF, JPG, PNG, OFD, XLSX, DOCX and CSV files are taken").
			In(fault.Place{Field: "name", Value: fault.Clip(name)})
	}
	is, err := sniff(said, content)
	if err != nil {
		return "", fault.Of(err).In(fault.Place{Field: "file", Value: fault.Clip(name)})
	}
	if is != said {
		return "", fault.Newf(fault.Invalid, "filetype.forged", "文件内容不是 %s，请用原软件另存后上传", "the content is no %s", strings.ToUpper(string(said))).
			In(fault.Place{Field: "file", Value: fault.Clip(name)})
	}
	return is, nil
}

// sniff returns what content is, "" when it is nothing known.
func sniff(said Type, content []byte) (Type, error) {
	switch {
	case bytes.HasPrefix(content, []byte("%PDF-")) && bytes.Contains(content[max(0, len(content)-2048):], []byte("%%EOF")):
		return PDF, nil
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")) && bytes.Contains(content[max(0, len(content)-1024):], []byte("\xff\xd9")):
		return JPEG, nil
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")) && bytes.Contains(content[max(0, len(content)-64):], []byte("IEND")):
		return PNG, nil
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return archive(content)
	case said == CSV && table(content):
		return CSV, nil
	}
	return "", nil
}

// archive returns which of the kinds that are zip archives content is.
func archive(content []byte) (Type, error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(z.File) > maxEntries {
		return "", nil //nolint:nilerr // no archive is nothing known
	}
	has := map[string]bool{}
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		has[name] = true
		if strings.HasSuffix(name, "vbaproject.bin") {
			return "", fault.New(fault.Invalid, "filetype.macros", "文件含有宏，请去掉宏后上传", "the document has macros")
		}
	}
	switch {
	case has["ofd.xml"]:
		return OFD, nil
	case has["[content_types].xml"] && has["xl/workbook.xml"]:
		return XLSX, nil
	case has["[content_types].xml"] && has["word/document.xml"]:
		return DOCX, nil
	}
	return "", nil
}

// table tells whether content is text in rows.
func table(content []byte) bool {
	if len(content) == 0 || !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0 {
		return false
	}
	text := strings.ToLower(string(content[:min(len(content), 512)]))
	if strings.Contains(text, "<html") || strings.Contains(text, "<script") || strings.HasPrefix(strings.TrimSpace(text), "<") {
		return false // a browser must not take it for a page
	}
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = -1, true, true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return true
		} else if err != nil {
			return false
		}
	}
}
