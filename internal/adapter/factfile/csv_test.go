package factfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

const budgetsHead = "pool,amount\n"

func TestReadCSV(t *testing.T) {
	for _, c := range []struct {
		name, content string
		rows          []string
		findings      []string
	}{
		{"plain", "pool,amount\na,1\nb,2.50\n", []string{"2:a,1.00", "3:b,2.50"}, nil},
		{"no last line break", "pool,amount\na,1", []string{"2:a,1.00"}, nil},
		{"header only", "pool,amount\n", nil, nil},
		{"header without line break", "pool,amount", nil, nil},
		{"other order and labels", "额度,资金池\n1,a\n", []string{"2:a,1.00"}, nil},
		{"spaces in the header", " pool , amount\na,1\n", []string{"2:a,1.00"}, nil},
		{"byte order mark", "\ufeffpool,amount\na,1\n", []string{"2:a,1.00"}, []string{"warning csv.bom 1:0"}},
		{"CRLF", "pool,amount\r\na,1\r\nb,2\r\n", []string{"2:a,1.00", "3:b,2.00"}, []string{"warning csv.crlf 1:0"}},
		{"CRLF and quotes", "pool,amount\r\n\"a\",1\r\n\"b\",\"2\"\r\n", []string{"2:a,1.00", "3:b,2.00"}, []string{"warning csv.crlf 1:0"}},
		{"blank lines", "pool,amount\n\na,1\n\n\nb,2\n\n", []string{"3:a,1.00", "6:b,2.00"}, nil},
		{"unknown column", "pool,amount,amont\na,1,9\n", []string{"2:a,1.00"}, []string{"warning csv.unknown_column 1:0 amont"}},
		{"quotes", "pool,amount\n\"a,\"\"b\"\"\",\"1\"\n\"\"\"\",2\n", []string{`2:a,"b",1.00`, `3:",2.00`}, nil},
		{"line break in quotes", "pool,amount\n\"a\nb\",1\nc,2\n", []string{"4:c,2.00"}, []string{"error fact.text 2:1 pool"}},
		{
			"after a line break in quotes", "pool,amount\n\"a\nb\",x\nc,2\n",
			[]string{"4:c,2.00"},
			[]string{"error fact.text 2:1 pool", "error money.amount 3:4 amount"},
		},
		{"fields", "pool,amount\na\nb,1,2\nc,3\n", []string{"4:c,3.00"}, []string{"error csv.fields 2:0", "error csv.fields 3:0"}},
		{"required", "pool,amount\n,1\nb,\n", nil, []string{"error fact.required 2:1 pool", "error fact.required 3:3 amount"}},
		{"column counts characters", "pool,amount\n资金池甲,x\n", nil, []string{"error money.amount 2:6 amount"}},
		{"stray quote", "pool,amount\na\"b,1\n\"a\"b,1\nc,2\n", []string{"4:c,2.00"}, []string{"error csv.quote 2:0", "error csv.quote 3:0"}},
		{"unclosed quote", "pool,amount\na,1\n\"b,2\nc,3\n", []string{"2:a,1.00", "4:c,3.00"}, []string{"error csv.unclosed_quote 3:0"}},
		{"unclosed quote at the end", "pool,amount\na,1\n\"b,2", []string{"2:a,1.00"}, []string{"error csv.unclosed_quote 3:0"}},
		{"NUL", "pool,amount\na\x00,1\nb,2\n", []string{"3:b,2.00"}, []string{"error csv.nul 2:0"}},
		{
			"full-width", "pool,amount\na,１２３\nb,１．５\n", nil,
			[]string{"error factfile.full_width 2:3 amount", "error factfile.full_width 3:3 amount"},
		},
		{
			"exponent", "pool,amount\na,1e5\nb,1.2E+07\n9.13311E+17,3\n", nil,
			[]string{"error factfile.scientific 2:3 amount", "error factfile.scientific 3:3 amount", "error factfile.scientific 4:1 pool"},
		},
		{
			"too fine, separators, range", "pool,amount\na,1.001\nb,\"1,000\"\nc,10000000000000.01\nd,-1\n",
			[]string{"5:d,-1.00"},
			[]string{"error money.finer 2:3 amount", "error money.amount 3:3 amount", "error money.range 4:3 amount"},
		},
		{"broken UTF-8", "pool,amount\n资金池,1\n资\xff,2\n", []string{"2:资金池,1.00"}, []string{"error fact.text 3:1 pool"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readFile(writeFile(t, t.TempDir(), "budgets.csv", c.content), "budgets")
			if got.err != nil {
				t.Fatal(got.err)
			}
			equal(t, "rows", got.rows, c.rows)
			equal(t, "findings", got.findings, c.findings)
		})
	}
}

func TestUnreadableCSV(t *testing.T) {
	wide := strings.Repeat("x,", maxColumns) + "pool,amount\n"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String("资金池,额度\n科技信贷资金池,1\n")
	if err != nil {
		t.Fatal(err)
	}
	utf16 := func(e unicode.Endianness, bom unicode.BOMPolicy) string {
		s, err := unicode.UTF16(e, bom).NewEncoder().String("pool,amount\n资金池,1\n")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, c := range []struct{ name, content, code, says string }{
		{"empty", "", "csv.no_header", "空"},
		{"a mark only", "\ufeff", "csv.no_header", ""},
		{"no header", "a,1\nb,2\n", "csv.no_header", "budgets"},
		{"missing column", "pool\na\n", "csv.missing_column", "amount（额度）"},
		{"duplicate column", "pool,amount,额度\na,1,1\n", "csv.duplicate_column", "额度"},
		{"too many columns", wide, "csv.too_many_columns", "256"},
		{"GB18030", gbk, "csv.encoding", "GB18030"},
		{"UTF-16 LE with mark", utf16(unicode.LittleEndian, unicode.UseBOM), "csv.encoding", "UTF-16 LE"},
		{"UTF-16 BE with mark", utf16(unicode.BigEndian, unicode.UseBOM), "csv.encoding", "UTF-16 BE"},
		{"UTF-16 LE", utf16(unicode.LittleEndian, unicode.IgnoreBOM), "csv.encoding", "UTF-16 LE"},
		{"UTF-16 BE", utf16(unicode.BigEndian, unicode.IgnoreBOM), "csv.encoding", "UTF-16 BE"},
		{"CR", "pool,amount\ra,1\rb,2\r", "csv.line_end", "CR"},
		{"long header", strings.Repeat("p", maxLine+1), "csv.line_too_long", ""},
		{"quote in header", "\"pool,amount\na,1\n", "csv.unclosed_quote", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := writeFile(t, dir, "budgets.csv", c.content)
			err := readFile(path, "budgets").err
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != c.code || f.At.File != "budgets.csv" || !strings.Contains(f.Zh, c.says) || f.En == "" {
				t.Errorf("got %v, want %s", err, c.code)
			}
			folder, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			err = folder.Scan(context.Background(), "budgets", []string{"pool"}, 2, func(int, *fact.Batch) error { return nil })
			if fault.CodeOf(err) != c.code {
				t.Errorf("Scan: %v, want %s", err, c.code)
			}
		})
	}
}

func TestLateEncoding(t *testing.T) {
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String("科技信贷资金池,1\n")
	if err != nil {
		t.Fatal(err)
	}
	got := readFile(writeFile(t, t.TempDir(), "budgets.csv", budgetsHead+strings.Repeat("a,1\n", sniffed)+gbk), "budgets")
	equal(t, "findings", got.findings, []string{fmt.Sprintf("error csv.encoding %d:1 pool", sniffed+2)})
}

func TestNearestColumn(t *testing.T) {
	got := readFile(writeFile(t, t.TempDir(), "budgets.csv", "pool,amount,amounts,colour\na,1,2,3\n"), "budgets")
	if len(got.full) != 2 || !strings.Contains(got.full[0].Zh, "“amount”") || strings.Contains(got.full[1].Zh, "是否") {
		t.Errorf("got %v", got.full)
	}
}

func TestLongLine(t *testing.T) {
	for _, c := range []struct{ name, row string }{
		{"just too long", strings.Repeat("x", maxLine-2) + ",1"},
		{"over a chunk", strings.Repeat("x", 3*chunkSize) + ",1"},
		{"in quotes", `"` + strings.Repeat("x", maxLine+10) + `",1`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readFile(writeFile(t, t.TempDir(), "budgets.csv", budgetsHead+"a,1\n"+c.row+"\nb,2\n"), "budgets")
			if got.err != nil {
				t.Fatal(got.err)
			}
			equal(t, "rows", got.rows, []string{"2:a,1.00", "4:b,2.00"})
			equal(t, "findings", got.findings, []string{"error csv.line_too_long 3:0"})
		})
	}
	got := readFile(writeFile(t, t.TempDir(), "budgets.csv", budgetsHead+strings.Repeat("x", fact.MaxCell)+",1\n"+
		strings.Repeat("x", fact.MaxCell+1)+",1\n"), "budgets")
	if len(got.rows) != 1 {
		t.Errorf("%d rows of the longest text", len(got.rows))
	}
	equal(t, "findings", got.findings, []string{"error fact.text 3:1 pool"})
}

func TestUnclosedQuoteOverAChunk(t *testing.T) {
	filler := strings.Repeat("c,3\n", maxLine/2)
	got := readFile(writeFile(t, t.TempDir(), "budgets.csv", budgetsHead+"\"b,2\n"+filler), "budgets")
	equal(t, "findings", got.findings, []string{"error csv.unclosed_quote 2:0"})
	if len(got.rows) != maxLine/2 {
		t.Errorf("%d rows", len(got.rows))
	}
}

func TestTooManyFindings(t *testing.T) {
	got := readFile(writeFile(t, t.TempDir(), "budgets.csv", budgetsHead+strings.Repeat("a,x\n", maxFindings+5)), "budgets")
	if n := len(got.findings); got.err != nil || n != maxFindings+1 || got.full[n-1].Code != "factfile.too_many" {
		t.Errorf("%d findings, the last %v, error %v", n, got.full[n-1], got.err)
	}
}

// The place of an error must be right wherever the chunks are cut, with and
// without quotes, by one worker and by several.
func TestPlaceInLargeCSV(t *testing.T) {
	for _, quote := range []string{"", `"`} {
		var b strings.Builder
		b.WriteString(budgetsHead)
		const rows = 400_000
		for i := range rows {
			amount := "1"
			if i == rows-3 || i == rows-2 {
				amount = "x"
			}
			fmt.Fprintf(&b, "%sp%06d%s,%s\n", quote, i, quote, amount)
		}
		dir := t.TempDir()
		path := writeFile(t, dir, "budgets.csv", b.String())
		want := []string{
			fmt.Sprintf("error money.amount %d:%d amount", rows-1, 9+2*len(quote)),
			fmt.Sprintf("error money.amount %d:%d amount", rows, 9+2*len(quote)),
		}
		got := readFile(path, "budgets")
		equal(t, "findings", got.findings, want)
		if len(got.rows) != rows-2 || got.rows[rows-3] != fmt.Sprintf("%d:p%06d,1.00", rows+1, rows-1) {
			t.Errorf("%d rows, the last %s", len(got.rows), got.rows[len(got.rows)-1])
		}
		folder, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, workers := range []int{1, 3} {
			err := folder.Scan(context.Background(), "budgets", []string{"pool", "amount"}, workers, func(_ int, b *fact.Batch) error {
				for i := range b.Len() {
					if name := string(b.Vectors[0].Texts.At(i)); name != fmt.Sprintf("p%06d", b.LineOf(i)-2) {
						return fmt.Errorf("line %d holds %s", b.LineOf(i), name)
					}
				}
				return nil
			})
			var f *fault.Error
			if !errors.As(err, &f) || show(fact.FindingOf(f)) != want[0] || f.At.File != "budgets.csv" || f.At.Value != "x" {
				t.Errorf("%d workers: %v", workers, err)
			}
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,1\n", "\"a\"\"\n\",1\r\n", "\"", "a\"b,1\n\n,\n", "\xff\xfe", "\x00,", "\"a\",\"1\"x\n\"b\n"} {
		f.Add(s)
	}
	path := f.TempDir() + "/budgets.csv"
	f.Fuzz(func(t *testing.T, body string) {
		if err := os.WriteFile(path, []byte(budgetsHead+body), 0o644); err != nil {
			t.Fatal(err)
		}
		got := readFile(path, "budgets")
		if got.err != nil && fault.CodeOf(got.err) == "" {
			t.Fatalf("no fault: %v", got.err)
		}
		lines := strings.Count(body, "\n") + 2
		if n := len(got.rows) + len(got.findings); n > 2*lines {
			t.Fatalf("%d rows and findings of %d lines", n, lines)
		}
		// Read in pieces of a few bytes, the records must end at the same places.
		data := []byte(body)
		for _, eof := range []bool{false, true} {
			var r record
			end := recordsEnd(data, eof)
			for at := 0; at < end; {
				size, _, flaw := r.split(data[at:])
				if flaw == unclosed || size == 0 || at+size > end && !eof {
					t.Fatalf("record of %d at %d of %d: %d", size, at, end, flaw)
				}
				at += size
			}
		}
	})
}
