package factfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "budgets.csv", budgetsHead+"a,1\n")
	writeFile(t, dir, "month_balances/b.csv", "institution_id,loan_id,month,balance\n")
	writeFile(t, dir, "month_balances/a.CSV", "institution_id,loan_id,month,balance\n"+bank+",1,2021-01,5\n")
	writeFile(t, dir, "month_balances/readme.txt", "")
	writeFile(t, dir, "loans/.hidden.csv", "")
	writeFile(t, dir, "facts.xlsx", workbook(t, map[string][][]any{
		"已享受政策资金": {{"benefit_id", "policy", "payee_id", "amount", "paid_on"}, {"1", "p", firm, 12.5, "2021-02-03"}},
		"说明":      {{"x"}},
	}))
	writeFile(t, dir, "decisions.xlsx", workbook(t, map[string][][]any{"Sheet1": {{"policy", "item", "subject_id"}, {"p", "i", "*"}}}))
	writeFile(t, dir, "notes.txt", "")
	writeFile(t, dir, "loan.csv", "")
	writeFile(t, dir, "other/x.csv", "")
	writeFile(t, dir, "~$facts.xlsx", "")
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, x := range f.Files() {
		files = append(files, fmt.Sprintf("%s %s %s %v", x.Table, x.name(), x.Format, x.Size > 0))
	}
	equal(t, "files", files, []string{
		"month_balances month_balances/a.CSV csv true",
		"month_balances month_balances/b.csv csv true",
		"benefits facts.xlsx!已享受政策资金 xlsx true",
		"decisions decisions.xlsx!Sheet1 xlsx true",
		"budgets budgets.csv csv true",
	})
	equal(t, "ignored", f.Ignored(), []string{
		"facts.xlsx!说明", "loan.csv", "loans/.hidden.csv", "loans/", "month_balances/readme.txt", "notes.txt", "other/", "~$facts.xlsx",
	})
	if !f.Has("budgets") || f.Has("loans") || f.Has("nothing") {
		t.Error("Has")
	}
	for table, want := range map[string]string{
		"month_balances": bank + ",1,2021-01,5.00,?",
		"benefits":       "1,p,?," + firm + ",?,?,12.50,2021-02-03",
		"decisions":      "p,i,*,?,?,?,?,?",
		"budgets":        "a,1.00",
		"loans":          "",
	} {
		rows, err := scanRows(f, table, fact.Lookup(table).Stored(), 2)
		if err != nil || strings.Join(rows, ";") != want {
			t.Errorf("%s: %q, %v", table, rows, err)
		}
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenFails(t *testing.T) {
	for _, c := range []struct {
		name, code string
		files      map[string]string
	}{
		{"empty", "factfile.empty", nil},
		{"nothing known", "factfile.empty", map[string]string{"notes.txt": "x", "loan.csv": "x"}},
		{"two formats", "factfile.twice", map[string]string{"budgets.csv": budgetsHead, "budgets/1.csv": budgetsHead}},
		{"file and sheet", "factfile.twice", map[string]string{
			"budgets.csv": budgetsHead,
			"x.xlsx":      workbook(t, map[string][][]any{"budgets": {{"pool"}}}),
		}},
		{"damaged Parquet", "parquet.damaged", map[string]string{"budgets.parquet": "PAR1xxxxxxxxxxPAR1"}},
		{"empty Parquet", "parquet.damaged", map[string]string{"budgets.parquet": ""}},
		{"damaged workbook", "excel.damaged", map[string]string{"x.xlsx": "PK\x03\x04"}},
		{"old workbook", "excel.format", map[string]string{"x.xlsx": oleMark + strings.Repeat("x", 600)}},
	} {
		dir := t.TempDir()
		for name, content := range c.files {
			writeFile(t, dir, name, content)
		}
		_, err := Open(dir)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != c.code || f.Zh == "" || f.En == "" {
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
		}
	}
	_, err := Open(filepath.Join(t.TempDir(), "nowhere"))
	if fault.CodeOf(err) != "factfile.not_found" || fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}

func TestScanStops(t *testing.T) {
	dir := t.TempDir()
	for part := range 3 {
		var file bytes.Buffer
		writeBalances(t, newWriter(&file, CSV, fact.Lookup("month_balances")), 100_000)
		writeFile(t, dir, fmt.Sprintf("month_balances/%d.csv", part), file.String())
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	err = f.Scan(context.Background(), "month_balances", []string{"balance"}, 3, func(int, *fact.Batch) error { return enough })
	if !errors.Is(err, enough) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err = f.Scan(ctx, "month_balances", []string{"balance"}, 3, func(int, *fact.Batch) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for _, columns := range [][]string{nil, {"nothing"}} {
		err := f.Scan(context.Background(), "month_balances", columns, 1, func(int, *fact.Batch) error { return nil })
		if fault.CodeOf(err) != "factfile.column" {
			t.Error(err)
		}
	}
}

// The first error in order is what Scan gives, whoever meets one first.
func TestFirstError(t *testing.T) {
	dir := t.TempDir()
	good := strings.Repeat("a,1\n", 500_000)
	writeFile(t, dir, "budgets/1.csv", budgetsHead+good+"a,x\n")
	writeFile(t, dir, "budgets/2.csv", budgetsHead+"a,y\n")
	writeFile(t, dir, "budgets/3.csv", "nothing\n")
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		err := f.Scan(context.Background(), "budgets", []string{"amount"}, 4, func(int, *fact.Batch) error { return nil })
		var x *fault.Error
		if !errors.As(err, &x) || x.At.File != "budgets/1.csv" || x.At.Line != 500_002 {
			t.Fatal(err)
		}
	}
}

func TestReadFileFormats(t *testing.T) {
	dir := t.TempDir()
	got := readFile(writeFile(t, dir, "budgets.txt", "x"), "budgets")
	if fault.CodeOf(got.err) != "factfile.format" {
		t.Error(got.err)
	}
	got = readFile(filepath.Join(dir, "none.csv"), "budgets")
	if fault.CodeOf(got.err) != "factfile.not_found" {
		t.Error(got.err)
	}
}

// Names and labels must tell the columns and tables apart.
func TestLabels(t *testing.T) {
	tables := map[string]bool{}
	for _, table := range fact.Tables() {
		for _, name := range []string{table.Name, table.Zh} {
			if tables[name] {
				t.Errorf("two tables are called %s", name)
			}
			tables[name] = true
		}
		columns := map[string]bool{}
		for _, name := range table.Stored() {
			c := table.Column(name)
			if columns[c.Name] || columns[c.Zh] {
				t.Errorf("%s: two columns are called %s or %s", table.Name, c.Name, c.Zh)
			}
			columns[c.Name], columns[c.Zh] = true, true
		}
	}
}
