package invoice_test

import (
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"changrong/internal/adapter/invoice"
	"changrong/internal/base/fault"
	"changrong/internal/rating/feature"
)

const file = `企业代号,发票号码,开票日期,购方单位代号,金额,税额,价税合计,发票状态
甲,1001,2025-05-03,乙,100.00,13.00,113.00,有效发票
甲,1002,2025/5/4,丙,300.50,39.07,339.57,有效发票
甲,1003,2025-05-05,乙,-50.00,-6.50,-56.50,有效发票
甲,1004,2025-06-05,乙,900,117,1017,作废发票
丁,1001,2025-05-03,乙,100.00,13.00,113.00,有效发票
甲,1001,2025-05-03,乙,100.00,13.00,113.00,有效发票
`

func TestInvoicesBecomeTables(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(file)
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte("\ufeff" + file)) //nolint:errcheck // into memory
	z.Close()                        //nolint:errcheck // into memory
	for name, text := range map[string]string{"utf-8": file, "gb18030": gb, "gzip": zipped.String(), "mark": "\ufeff" + file} {
		b := invoice.NewBook()
		s, err := b.Add(invoice.Out, strings.NewReader(text))
		if err != nil || s.Rows != 6 || s.Wrong != 0 {
			t.Fatalf("%s: %+v %v", name, s, err)
		}
		f := b.Firm("甲")[invoice.Out]
		if !slices.Equal(f.Numbers["amount"], []float64{100, 300.5, -50, 0, 100}) || !slices.Equal(f.Numbers["void"], []float64{0, 0, 0, 1, 0}) ||
			!slices.Equal(f.Numbers["red"], []float64{0, 0, 1, 0, 0}) || !slices.Equal(f.Texts["party"], []string{"乙", "丙", "乙", "乙", "乙"}) {
			t.Errorf("%s: %+v", name, f)
		}
		// The same number of another firm is another invoice.
		if b.Found() != 1 || b.Duplicates[0] != (invoice.Duplicate{Table: invoice.Out, Firm: "甲", Number: "1001", Line: 7, First: 2}) {
			t.Errorf("%s: %+v", name, b.Duplicates)
		}
		if b.Firms() != 2 || b.Firm("乙") != nil || b.Firm("丁")[invoice.In] == nil {
			t.Errorf("%s: %d firms", name, b.Firms())
		}
	}
}

func TestWrongFilesAreTold(t *testing.T) {
	head := strings.SplitAfter(file, "\n")[0]
	for text, want := range map[string]string{
		"":                                      "invoice.header",
		"a,b\n":                                 "invoice.header",
		"\x1f\x8bnothing":                       "invoice.file",
		head + `甲,"1`:                           "invoice.file",
		head + strings.Repeat(",,,,,,,\n", 300): "invoice.too_many_errors",
	} {
		if _, err := invoice.NewBook().Add(invoice.In, strings.NewReader(text)); fault.CodeOf(err) != want {
			t.Errorf("%.20q: %v, want %s", text, err, want)
		}
	}
	for row, field := range map[string]string{
		",1,2025-05-03,乙,1,1,1,":      "enterprise_id",
		"甲,,2025-05-03,乙,1,1,1,":      "invoice_no",
		"甲,1,2025-02-30,乙,1,1,1,":     "date",
		"甲,1,2025-05-03,乙,一,1,1,":     "amount",
		"甲,1,2025-05-03,乙,1,x,1,":     "tax",
		"甲,1,2025-05-03,乙,1,1,1.001,": "total",
		"甲,1,2025-05-03,乙,1,1,1,半作废":  "void",
	} {
		s, err := invoice.NewBook().Add(invoice.In, strings.NewReader(head+row+"\n"))
		if err != nil || len(s.Errors) != 1 || fault.Of(s.Errors[0]).At.Field != field {
			t.Errorf("%s: %+v %v", row, s, err)
		}
	}
}

// TestInvoicesOfManyFirms reads a third of a million invoices of 123 firms, and measures
// every feature of them.
func TestInvoicesOfManyFirms(t *testing.T) {
	folder := os.Getenv("CHANGRONG_TEST_DATA")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	b := invoice.NewBook()
	began := time.Now()
	rows := 0
	for table, name := range map[string]string{invoice.Out: "invoices_123_output.csv.gz", invoice.In: "invoices_123_input.csv.gz"} {
		f, err := os.Open(filepath.Join(folder, "invoices", name))
		if err != nil {
			t.Skipf("the invoices are not here: %v", err)
		}
		defer f.Close()
		s, err := b.Add(table, f)
		if err != nil || s.Wrong > 0 {
			t.Fatalf("%v %+v", err, s)
		}
		rows += s.Rows
	}
	set, err := feature.Load("smefeatures")
	if err != nil {
		t.Fatal(err)
	}
	on := (b.Last() + 1).First()
	known := 0
	firms, err := os.ReadFile(filepath.Join(folder, "invoices", "enterprises_123.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(firms)), "\n")[1:] {
		firm := b.Firm(strings.Split(line, ",")[0])
		for _, f := range set.Features {
			v := f.Of(firm, on)
			if v.Known && (math.IsNaN(v.Number) || v.Number < f.Low || v.Number > f.High) {
				t.Errorf("%s of %s: %v", f.Name, line, v)
			}
			if v.Known {
				known++
			}
		}
	}
	t.Logf("%d invoices of %d firms, up to %s: %d values in %s; %d candidates for duplicates", rows, b.Firms(), b.Last(), known, time.Since(began).Round(time.Millisecond), b.Found())
	if rows != 373431 || b.Firms() != 123 || known < 1000 {
		t.Errorf("%d rows, %d firms, %d values", rows, b.Firms(), known)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(file))
	f.Fuzz(func(t *testing.T, b []byte) {
		invoice.Read(bytes.NewReader(b), func(x *invoice.Invoice) error { //nolint:errcheck // it must not fall over
			if x.Firm == "" || x.On > 3_000_000 || x.On.String() == "" {
				t.Fatal(x)
			}
			return nil
		})
	})
}
