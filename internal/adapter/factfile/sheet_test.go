package factfile

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// workbook makes a workbook of sheets, in name order.
func workbook(tb testing.TB, sheets map[string][][]any) string {
	tb.Helper()
	f := excelize.NewFile()
	for i, name := range slices.Sorted(maps.Keys(sheets)) {
		if i == 0 {
			must(tb, f.SetSheetName("Sheet1", name))
		} else {
			_, err := f.NewSheet(name)
			must(tb, err)
		}
		for r, row := range sheets[name] {
			if row != nil {
				must(tb, f.SetSheetRow(name, fmt.Sprintf("A%d", r+1), &row))
			}
		}
	}
	return bytesOf(tb, f)
}

func bytesOf(tb testing.TB, f *excelize.File) string {
	var b bytes.Buffer
	must(tb, f.Write(&b))
	must(tb, f.Close())
	return b.String()
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func TestReadSheet(t *testing.T) {
	for _, c := range []struct {
		name     string
		rows     [][]any
		want     []string
		findings []string
	}{
		{
			"numbers",
			[][]any{{"pool", "amount"}, {"a", 1234567.89}, {"b", 5}, {7, "3.10"}, {"c", 1e7}, {"d", -0.07}},
			[]string{"2:a,1234567.89", "3:b,5.00", "4:7,3.10", "5:c,10000000.00", "6:d,-0.07"},
			nil,
		},
		{"labels, blank rows", [][]any{nil, {"额度", "资金池"}, nil, {1, "a"}, {"", ""}, {2, "b"}}, []string{"4:a,1.00", "6:b,2.00"}, nil},
		{"too fine", [][]any{{"pool", "amount"}, {"a", 1.005}}, nil, []string{"error money.finer 2:0 amount"}},
		{
			"required",
			[][]any{{"pool", "amount"}, {"a"}, {"", 1}},
			nil,
			[]string{"error fact.required 2:0 amount", "error fact.required 3:0 pool"},
		},
		{"beyond the header", [][]any{{"pool", "amount"}, {"a", 1, "", "x"}, {"b", 1}}, []string{"3:b,1.00"}, []string{"error excel.fields 2:0"}},
		{
			"unknown and nameless",
			[][]any{{"pool", "", "amount", "colour"}, {"a", "x", 1, "red"}},
			[]string{"2:a,1.00"},
			[]string{"warning excel.unknown_column 1:0 colour"},
		},
		{
			"words",
			[][]any{{"pool", "amount"}, {"a", "1,000"}, {"b", "１２"}, {"c", "#N/A"}, {"#REF!", 1}, {"9.13311E+17", 1}},
			nil,
			[]string{
				"error money.amount 2:0 amount", "error factfile.full_width 3:0 amount", "error excel.error_value 4:0 amount",
				"error excel.error_value 5:0 pool", "error factfile.scientific 6:0 pool",
			},
		},
		{"header only", [][]any{{"pool", "amount"}}, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := writeFile(t, t.TempDir(), "x.xlsx", workbook(t, map[string][][]any{"资金池额度": c.rows}))
			got := readFile(path, "budgets")
			must(t, got.err)
			equal(t, "rows", got.rows, c.want)
			equal(t, "findings", got.findings, c.findings)
			if len(got.full) > 0 && got.full[0].At.File != "x.xlsx!资金池额度" {
				t.Error(got.full[0].At.File)
			}
		})
	}
}

// Dates, months, times and percentages come as Excel keeps them.
func TestSheetFormats(t *testing.T) {
	for _, date1904 := range []bool{false, true} {
		f := excelize.NewFile()
		must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &date1904}))
		day := time.Date(2022, 2, 14, 0, 0, 0, 0, time.UTC)
		set := func(sheet string, rows [][]any) {
			_, err := f.NewSheet(sheet)
			must(t, err)
			for r, row := range rows {
				must(t, f.SetSheetRow(sheet, fmt.Sprintf("A%d", r+1), &row))
			}
		}
		set("decisions", [][]any{
			{"policy", "item", "subject_id", "decided_on", "rate"},
			{"p", "i", "1", day, 4.35},
			{"p", "i", "2", "2022-02-14", 0.0435},
			{"p", "i", "3", 20220214, 0.0435},
			{"p", "i", "4", day.Add(9 * time.Hour), 0.0007},
			{"p", "i", "5", 2022, 0},
		})
		percent, err := f.NewStyle(&excelize.Style{NumFmt: 10})
		must(t, err)
		must(t, f.SetCellStyle("decisions", "E3", "E3", percent))
		must(t, f.SetCellStyle("decisions", "E5", "E6", percent))
		set("month_balances", [][]any{{"institution_id", "loan_id", "month", "balance"}, {bank, "1", day, 1}, {bank, "2", "2022-02", 1}, {bank, "3", 202202, 1}})
		set("filings", [][]any{
			{"policy", "item", "institution_id", "subject_id", "filed_at"},
			{"p", "i", bank, "1", day.Add(9*time.Hour + 30*time.Minute)},
			{"p", "i", bank, "2", "2022-02-14T09:30:01"},
		})
		path := writeFile(t, t.TempDir(), "x.xlsx", bytesOf(t, f))

		got := readFile(path, "decisions", "decided_on", "rate")
		equal(t, "decisions", got.rows, []string{"2:2022-02-14,4.35", "3:2022-02-14,4.35"})
		equal(t, "findings", got.findings, []string{"error civil.date 4:0 decided_on", "error civil.date 5:0 decided_on", "error civil.date 6:0 decided_on"})
		got = readFile(path, "month_balances", "month")
		equal(t, "months", got.rows, []string{"2:2022-02", "3:2022-02"})
		equal(t, "findings", got.findings, []string{"error civil.month 4:0 month"})
		got = readFile(path, "filings", "filed_at")
		equal(t, "times", got.rows, []string{"2:2022-02-14T09:30:00", "3:2022-02-14T09:30:01"})
		equal(t, "findings", got.findings, nil)
	}
}

// A number is kept as a float64, and read as the shortest decimal that it is.
func TestSheetNumbers(t *testing.T) {
	good := workbook(t, map[string][][]any{"budgets": {{"pool", "amount"}, {"a", 77}}})
	for stored, want := range map[string]string{
		"1234567.8899999999": "2:a,1234567.89", "1E+5": "2:a,100000.00", "1.2E-1": "2:a,0.12", "7": "2:a,7.00",
		"0.30000000000000004": "money.finer", "9999999999999.9902": "2:a,9999999999999.99", "1E+300": "money.range", "NaN": "money.amount", "0x10": "money.amount",
	} {
		got := readFile(writeFile(t, t.TempDir(), "x.xlsx", edited(t, good, "xl/worksheets/sheet1.xml", "<v>77</v>", "<v>"+stored+"</v>")), "budgets")
		must(t, got.err)
		for _, f := range got.full {
			got.rows = append(got.rows, f.Code)
		}
		equal(t, stored, got.rows, []string{want})
	}
}

func TestUnreadableSheet(t *testing.T) {
	good := workbook(t, map[string][][]any{"budgets": {{"pool", "amount"}, {"a", 1}, {"b", 2}}})
	for _, c := range []struct{ name, content, code string }{
		{"empty sheet", workbook(t, map[string][][]any{"budgets": {}}), "excel.no_header"},
		{"no header", workbook(t, map[string][][]any{"budgets": {{"a", 1}}}), "excel.no_header"},
		{"missing column", workbook(t, map[string][][]any{"budgets": {{"pool"}}}), "excel.missing_column"},
		{"twice", workbook(t, map[string][][]any{"budgets": {{"pool", "amount", "pool"}}}), "excel.duplicate_column"},
		{"cut off", good[:len(good)/2], "excel.damaged"},
		{"not a workbook", "pool,amount\n", "excel.damaged"},
		{"control character in a sheet", edited(t, good, "xl/worksheets/sheet1.xml", "<v>2</v>", "<v>\x0b2</v>"), "excel.damaged"},
		{"sheet cut off", edited(t, good, "xl/worksheets/sheet1.xml", "</sheetData>", "<row"), "excel.damaged"},
		{"large part", edited(t, good, "docProps/app.xml", "<", strings.Repeat(" ", maxOther)+"<"), "excel.too_large"},
	} {
		got := readFile(writeFile(t, t.TempDir(), "budgets.xlsx", c.content), "budgets")
		if fault.CodeOf(got.err) != c.code {
			t.Errorf("%s: %v, rows %q, want %s", c.name, got.err, got.rows, c.code)
		}
	}
}

// edited replaces the first old by new in one part of a workbook.
func edited(tb testing.TB, book, part, old, new string) string {
	tb.Helper()
	r, err := zip.NewReader(strings.NewReader(book), int64(len(book)))
	must(tb, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	found := false
	for _, p := range r.File {
		in, err := p.Open()
		must(tb, err)
		content, err := io.ReadAll(in)
		must(tb, err)
		if p.Name == part {
			found = strings.Contains(string(content), old)
			content = []byte(strings.Replace(string(content), old, new, 1))
		}
		f, err := w.Create(p.Name)
		must(tb, err)
		_, err = f.Write(content)
		must(tb, err)
	}
	must(tb, w.Close())
	if !found {
		tb.Fatalf("%s holds no %s", part, old)
	}
	return out.String()
}

// The template opens as a folder of empty tables, and takes rows.
func TestTemplate(t *testing.T) {
	var b bytes.Buffer
	must(t, WriteTemplate(&b, fact.Tables()))
	dir := t.TempDir()
	writeFile(t, dir, "template.xlsx", b.String())
	f, err := Open(dir)
	must(t, err)
	if len(f.Ignored()) != 0 {
		t.Error(f.Ignored())
	}
	for _, table := range fact.Tables() {
		rows, err := scanRows(f, table.Name, table.Stored(), 1)
		if err != nil || len(rows) != 0 {
			t.Errorf("%s: %q, %v", table.Name, rows, err)
		}
	}
	book, err := excelize.OpenReader(&b)
	must(t, err)
	notes, err := book.GetComments("贷款借据")
	must(t, err)
	if !slices.ContainsFunc(notes, func(c excelize.Comment) bool {
		return c.Cell == "M1" && strings.Contains(fmt.Sprint(c), "pledge  质押")
	}) {
		t.Errorf("no note with codes in M1: %v", notes)
	}
	lists, err := book.GetDataValidations("机构")
	if err == nil || len(lists) > 0 {
		t.Error("a sheet that is not there")
	}
	lists, err = book.GetDataValidations("贷款借据")
	if err != nil || len(lists) != 4 {
		t.Errorf("%d lists, %v", len(lists), err)
	}
	if err := WriteTemplate(&b, nil); err == nil {
		t.Error("a template of nothing")
	}
}

// Whatever byte of a workbook is changed, there is a fault or there are rows.
func TestDamagedWorkbook(t *testing.T) {
	good := workbook(t, map[string][][]any{"budgets": {{"pool", "amount"}, {"a", 1}, {"b", 2}}})
	dir := t.TempDir()
	for i := 0; i < len(good); i += 23 {
		bad := []byte(good)
		bad[i] ^= 0x55
		got := readFile(writeFile(t, dir, "x.xlsx", string(bad)), "budgets")
		if got.err != nil && fault.CodeOf(got.err) == "" {
			t.Fatalf("byte %d: %v", i, got.err)
		}
		if got.err == nil && len(got.rows) != 2 {
			t.Errorf("byte %d: rows %q, findings %v", i, got.rows, got.findings)
		}
	}
}
