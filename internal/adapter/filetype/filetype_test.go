package filetype

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"path"
	"strings"
	"testing"

	"changrong/internal/base/fault"

	"codeberg.org/go-pdf/fpdf"
	"github.com/xuri/excelize/v2"
)

func zipOf(names ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err == nil {
			_, err = w.Write([]byte("<x/>"))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// real are files as their own programs write them.
func realFiles(t testing.TB) map[string][]byte {
	var p, j, n, x bytes.Buffer
	doc := fpdf.New("P", "mm", "A4", "")
	doc.AddPage()
	if err := doc.Output(&p); err != nil {
		t.Fatal(err)
	}
	pic := image.NewGray(image.Rect(0, 0, 8, 8))
	if err := jpeg.Encode(&j, pic, nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&n, pic); err != nil {
		t.Fatal(err)
	}
	if err := excelize.NewFile().Write(&x); err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"a.pdf": p.Bytes(), "a.jpg": j.Bytes(), "A.JPEG": j.Bytes(), "a.png": n.Bytes(), "a.xlsx": x.Bytes(),
		"a.docx": zipOf("[Content_Types].xml", "word/document.xml"), "a.ofd": zipOf("OFD.xml", "Doc_0/Document.xml"), "a.csv": []byte("甲,1\r\n乙,2\r\n"),
	}
}

func TestRealFilesAreTaken(t *testing.T) {
	for name, content := range realFiles(t) {
		if got, err := Of(name, content); err != nil || got.ContentType() == "" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestForgedFilesAreRefused(t *testing.T) {
	files := realFiles(t)
	for name, content := range files {
		for other := range files {
			if endings[strings.ToLower(path.Ext(name))] == endings[strings.ToLower(path.Ext(other))] {
				continue
			}
			if _, err := Of(other, content); fault.CodeOf(err) != "filetype.forged" {
				t.Errorf("%s called %s: %v", name, other, err)
			}
		}
	}
	for name, x := range map[string]struct{ content, code string }{
		"a.exe":       {"MZ", "filetype.unknown"},
		"a":           {"x", "filetype.unknown"},
		"a.svg":       {"<svg/>", "filetype.unknown"},
		"a.pdf":       {"MZ\x90 %PDF-1.4", "filetype.forged"},
		"cut.pdf":     {"%PDF-1.4 and no end", "filetype.forged"},
		"empty.pdf":   {"", "filetype.forged"},
		"page.csv":    {"<html><script>1</script>", "filetype.forged"},
		"zero.csv":    {"a\x00b", "filetype.forged"},
		"gbk.csv":     {"\xd6\xd0", "filetype.forged"},
		"empty.csv":   {"", "filetype.forged"},
		"macros.xlsx": {string(zipOf("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")), "filetype.macros"},
		"jar.docx":    {string(zipOf("META-INF/MANIFEST.MF")), "filetype.forged"},
		"half.xlsx":   {"PK\x03\x04 and nothing", "filetype.forged"},
	} {
		if _, err := Of(name, []byte(x.content)); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v, not %s", name, err, x.code)
		}
	}
}

func FuzzOf(f *testing.F) {
	for name, content := range realFiles(f) {
		f.Add(name, content)
	}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if got, err := Of(name, content); (err == nil) != (got != "") {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	})
}
