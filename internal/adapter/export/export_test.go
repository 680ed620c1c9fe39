package export_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"

	"changrong/internal/adapter/export"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

type row struct {
	name   string
	n      int64
	amount money.Fen
	day    civil.Date
	at     civil.Instant
}

var columns = []export.Column[row]{
	{"名称", func(r *row) export.Cell { return export.Text(r.name) }},
	{"笔数", func(r *row) export.Cell { return export.Count(r.n) }},
	{"金额", func(r *row) export.Cell { return export.Yuan(r.amount) }},
	{"日期", func(r *row) export.Cell { return export.Day(r.day) }},
	{"时间", func(r *row) export.Cell { return export.Time(r.at) }},
	{"空", func(*row) export.Cell { return export.Cell{} }},
}

func write(t interface{ Fatal(...any) }, f export.Format, rows ...row) []byte {
	var b bytes.Buffer
	w, err := export.NewWriter(&b, f, columns)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		if err := w.Add(&rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var sample = []row{
	{"临海市甲公司", 3, 1234567890123, 20000, civil.StartOf(20000) + 8*civil.Hour},
	{"=HYPERLINK(\"x\")", -1, -5, 0, 0},
	{"a,\"b\"\nc & <d>", 0, 0, -1, 0},
}

func TestCSVIsWhatExcelOpens(t *testing.T) {
	b := write(t, export.CSV, sample...)
	if !bytes.HasPrefix(b, []byte("\xef\xbb\xbf名称,笔数,")) || !bytes.Contains(b, []byte("\r\n")) {
		t.Errorf("it begins %q", b[:40])
	}
	got, err := csv.NewReader(bytes.NewReader(b[3:])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"名称", "笔数", "金额", "日期", "时间", "空"},
		{"临海市甲公司", "3", "12345678901.23", "2024-10-04", "2024-10-04 08:00:00", ""},
		{"'=HYPERLINK(\"x\")", "-1", "-0.05", "1970-01-01", "", ""},
		{"a,\"b\"\nc & <d>", "0", "0.00", "1969-12-31", "", ""},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestXLSXIsReadBackByAnother(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(write(t, export.XLSX, sample...)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	got, err := book.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"名称", "笔数", "金额", "日期", "时间"},
		{"临海市甲公司", "3", "12,345,678,901.23", "2024-10-04", "2024-10-04 08:00:00"},
		{"=HYPERLINK(\"x\")", "-1", "-0.05"},
	}
	for i, w := range want {
		for j := range w {
			if j >= len(got[i]) || got[i][j] != w[j] {
				t.Errorf("row %d: %q, not %q", i, got[i], w)
			}
		}
	}
	if f, err := book.GetCellFormula("Sheet1", "A3"); err != nil || f != "" {
		t.Errorf("text became the formula %q, %v", f, err)
	}
	raw, err := book.GetCellValue("Sheet1", "C2", excelize.Options{RawCellValue: true})
	if err != nil || raw != "12345678901.23" {
		t.Errorf("the amount is kept as %q, %v", raw, err)
	}
	if kind, err := book.GetCellType("Sheet1", "A4"); err != nil || kind != excelize.CellTypeInlineString {
		t.Errorf("text is of type %v, %v", kind, err)
	}
}

// TestNothingBecomesAFormula makes texts of the signs that formulas begin with.
func TestNothingBecomesAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.SampledFrom([]rune("=+-@\t\r\n ＝＋－＠a甲'\"\u00a0\u3000\x00"))).Draw(t, "name")
		if g := strings.TrimLeft(export.Guard(name), " \u00a0\u3000"); g != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(g)[0]) {
			t.Fatalf("%q becomes %q", name, g)
		}
		if g := export.Guard(name); g != name && g != "'"+name {
			t.Fatalf("%q becomes %q", name, g)
		}
		book, err := excelize.OpenReader(bytes.NewReader(write(t, export.XLSX, row{name: name})))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		got, err := book.GetCellValue("Sheet1", "A2")
		if err != nil {
			t.Fatal(err)
		}
		want := strings.NewReplacer("\x00", "\ufffd").Replace(name)
		if got != want {
			t.Fatalf("%q is read back as %q", name, got)
		}
	})
}

func TestFilesHaveALimit(t *testing.T) {
	one := []export.Column[int]{{"n", func(n *int) export.Cell { return export.Count(int64(*n)) }}}
	w, err := export.NewWriter(io.Discard, export.CSV, one)
	if err != nil {
		t.Fatal(err)
	}
	for i := range export.MaxRows {
		if err := w.Add(&i); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	if err := w.Add(&n); fault.CodeOf(err) != "export.too_many" {
		t.Errorf("one too many: %v", err)
	}
}
