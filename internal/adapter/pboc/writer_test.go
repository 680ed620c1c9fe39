package pboc

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"

	"pgregory.net/rapid"
)

const generated = "2021-02-03 04:05:06"

// valueFor draws a value that field f may have, as text.
func valueFor(t *rapid.T, f *Field, kind string) string {
	if !f.Required && rapid.IntRange(0, 3).Draw(t, "empty") == 0 {
		return ""
	}
	text := func(n int) string {
		if n == 0 {
			n = 20
		}
		return rapid.StringMatching(`[a-z号]{1,`+fmt.Sprint(min(n, 20))+`}`).Draw(t, f.Zh)
	}
	switch f.Kind {
	case Coded:
		l := DefaultCodes().List(f.List)
		if len(l.Values) == 0 {
			return ""
		}
		return rapid.SampledFrom(l.Values).Draw(t, f.Zh).Code
	case Bank:
		return bank
	case Document:
		return map[string]string{"A01": shop, "A02": "DEM000014"}[kind] + map[bool]string{true: "x"}[kind != "A01" && kind != "A02"]
	case Region:
		return rapid.StringMatching(`[0-9]{6}`).Draw(t, f.Zh)
	case Division:
		return rapid.SampledFrom([]string{"A01", "T97", "100", "200"}).Draw(t, f.Zh)
	case Class:
		return rapid.SampledFrom([]string{"A012", "T972", "100", "200"}).Draw(t, f.Zh)
	case Currency:
		return "CNY"
	default:
		return text(f.Len)
	}
}

// TestRoundTrip: what the Writer writes is read back without an error, the same.
func TestRoundTrip(t *testing.T) {
	root := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		dir := filepath.Join(root, fmt.Sprint(n))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		m := rapid.SampledFrom(Messages()).Draw(t, "message")
		w, err := NewWriter(dir, bank, m.Code, "20210131", generated, rapid.Bool().Draw(t, "zip"))
		if err != nil {
			t.Fatal(err)
		}
		var want [][]any
		for range rapid.IntRange(0, 5).Draw(t, "records") {
			want = append(want, writeRecord(t, w, m))
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		entries, _ := os.ReadDir(dir)
		var paths []string
		for _, e := range entries {
			paths = append(paths, e.Name())
		}
		pkgs, found := Find(paths)
		if len(pkgs) != 1 || len(found) > 0 {
			t.Fatalf("packages %v, findings %v", pkgs, found)
		}
		records, duplicates := 0, 0
		report := func(f fact.Finding) {
			if f.Code == ruleKey.Code {
				duplicates++
			} else {
				t.Fatalf("finding %+v", f)
			}
		}
		sum, err := pkgs[0].Read(context.Background(), dir, Options{Workers: 2}, report, func(r *Rows) error {
			for i := range r.Len() {
				records++
				for j := range m.Fields {
					compareCell(t, r, &m.Fields[j], i, want[r.Line(i)-1][j])
				}
			}
			return nil
		})
		if err != nil || records+duplicates != len(want) || sum.Records != int64(len(want)) {
			t.Fatalf("%d and %d records, want %d, %v", records, duplicates, len(want), err)
		}
	})
}

// writeRecord writes a drawn record and returns its values.
func writeRecord(t *rapid.T, w *Writer, m *Message) (values []any) {
	kind := ""
	for i := range m.Fields {
		f := &m.Fields[i]
		if !f.Kind.Numeric() {
			s := valueFor(t, f, kind)
			kind = s
			values = append(values, s)
			w.Text(s)
			continue
		}
		n := rapid.Int64Range(0, 1e12).Draw(t, f.Zh)
		switch f.Kind {
		case Amount, Ratio:
			w.Fen(money.Fen(n))
		case Rate:
			n = n % 1e8 * int64(money.Percent/100_000)
			w.Rate(money.Rate(n))
		case Count:
			n %= 1e12
			w.Count(n)
		case Flag:
			n &= 1
			w.Flag(n == 1)
		case Day:
			n %= 60_000
			if !f.Required && n%7 == 0 {
				n = Empty
				w.Day(civil.Never)
			} else {
				w.Day(civil.Date(n))
			}
		}
		values = append(values, n)
	}
	w.End()
	return values
}

func compareCell(t *rapid.T, r *Rows, f *Field, i int, want any) {
	if n, ok := want.(int64); ok {
		if got := r.Number(f, i); got != n {
			t.Fatalf("%s is %d, want %d", f.name(), got, n)
		}
	} else if got := string(r.Text(f, i)); got != want {
		t.Fatalf("%s is %q, want %q", f.name(), got, want)
	}
}

// TestDeterministic: the same calls make the same bytes.
func TestDeterministic(t *testing.T) {
	var first []byte
	for range 2 {
		dir := t.TempDir()
		w, err := NewWriter(dir, bank, "DBWXX", "20210131", generated, true)
		if err != nil {
			t.Fatal(err)
		}
		w.Text(bank).Empty().Text("DB1").Text("HT1").Text("W1").Text("D01").End()
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, bank+"_DBWXX_20210131.zip"))
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && !bytes.Equal(first, b) {
			t.Error("two runs differ")
		}
		first = b
	}
}

func TestWriterRefuses(t *testing.T) {
	for _, c := range []struct{ uscc, code, date, at string }{
		{"x", "CLDWDK", "20210131", generated}, {bank, "x", "20210131", generated}, {bank, "CLDWDK", "20210130", generated}, {bank, "CLDWDK", "20210131", "x"},
	} {
		if _, err := NewWriter(t.TempDir(), c.uscc, c.code, c.date, c.at, false); err == nil {
			t.Errorf("%v is accepted", c)
		}
	}
	if _, err := NewWriter(filepath.Join(t.TempDir(), "gone"), bank, "CLDWDK", "20210131", generated, false); err == nil {
		t.Error("a folder that is not there is accepted")
	}
	for name, write := range map[string]func(*Writer){
		"bar":       func(w *Writer) { w.Text(bank).Empty().Text("a|b") },
		"newline":   func(w *Writer) { w.Text(bank).Empty().Text("a\nb") },
		"kind":      func(w *Writer) { w.Fen(1) },
		"kind text": func(w *Writer) { w.Text(bank).Empty().Text("a").Text("b").Text("c").Text("D01").Text("").Text("1") },
		"required":  func(w *Writer) { w.End() },
		"no end":    func(w *Writer) { w.Text(bank) },
		"long":      func(w *Writer) { w.Text(bank).Text(strings.Repeat("x", 31)) },
		"negative": func(w *Writer) {
			w.Text(bank).Empty().Text("a").Text("b").Text("c").Text("D01").Empty().Empty().Empty().Empty().Fen(-1).End()
		},
		"too many": func(w *Writer) {
			w.Text(bank).Empty().Text("a").Text("b").Text("c").Text("D01")
			for range 10 {
				w.Empty()
			}
		},
	} {
		dir := t.TempDir()
		w, err := NewWriter(dir, bank, "DBWXX", "20210131", generated, false)
		if err != nil {
			t.Fatal(err)
		}
		write(w)
		if err := w.Close(); err == nil {
			t.Errorf("%s: no error", name)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: left behind %v", name, left)
		}
	}
}

// TestTables: the messages are as long as their standard, and what they point to
// is in the dictionary and the code lists.
func TestTables(t *testing.T) {
	for code, n := range map[string]int{"CLDWDK": 32, "DWDKFS": 34, "DBHTXX": 18, "DBWXX": 15, "FTYKHX": 29} {
		m := Lookup(code)
		if len(m.Fields) != n {
			t.Errorf("%s has %d fields, want %d", code, len(m.Fields), n)
		}
		for i := range m.Fields {
			f := &m.Fields[i]
			if f.No != i+1 || m.Field(f.Zh) != f {
				t.Errorf("%s: field %d is %s", code, i+1, f.name())
			}
			if f.Kind == Coded && DefaultCodes().List(f.List) == nil {
				t.Errorf("%s %s: no list %s", code, f.name(), f.List)
			}
			if l := DefaultCodes().List(f.List); l != nil && !l.Confirmed && f.Len == 0 {
				t.Errorf("%s %s: an unconfirmed list needs a length", code, f.name())
			}
			if table, column, ok := strings.Cut(f.To, "."); ok && (fact.Lookup(table) == nil || fact.Lookup(table).Column(column) == nil) {
				t.Errorf("%s %s: no %s", code, f.name(), f.To)
			}
		}
	}
	for list, target := range map[string]string{"security": "loans.security", "quality": "loans.quality", "size": "enterprises.size", "flow_state": "loan_events.kind", "collateral": "collaterals.class"} {
		table, column, _ := strings.Cut(target, ".")
		for _, v := range DefaultCodes().List(list).Values {
			for _, x := range []string{v.To, v.Else} {
				if x != "" && fact.Lookup(table).Column(column).Label(x) == "" {
					t.Errorf("%s %s: %q is no %s", list, v.Code, x, target)
				}
			}
		}
	}
}

func TestCodes(t *testing.T) {
	c, err := ParseCodes([]byte("lists:\n  flow_state:\n    zh: x\n    values:\n      LF03: {zh: 核销, to: write_off}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if v := c.List("flow_state").Find([]byte("LF03")); v == nil || v.To != "write_off" || c.List("flow_state").Find([]byte("LF01")) != nil || c.List("security").Find([]byte("B01")).To != "mortgage_real_estate" {
		t.Error("a list of one's own does not replace the default, and it alone")
	}
	l := DefaultCodes().List("collateral")
	for code, want := range map[string]string{"D01": "equipment", "B77": "real_estate", "B": "real_estate", "A51": "other"} {
		if got := l.Find([]byte(code)).To; got != want {
			t.Errorf("%s is %q, want %q", code, got, want)
		}
	}
	if v := l.Find([]byte("D88")); v.To != "" || v.Else != "other" || l.Find([]byte("X01")) != nil || l.Find([]byte("D0123456789")).Code != "D01" {
		t.Error("the longest beginning does not decide")
	}
	for _, bad := range []string{"x", "lists: {x: {zh: y}}", "lists: {size: {zh: y, values: {TOOLONGCODE: {zh: z}}}}", "lists: {size: {zh: y, pattern: '['}}", "lists: {size: {nope: y}}", strings.Repeat("#", MaxCodes+1)} {
		if _, err := ParseCodes([]byte(bad)); err == nil {
			t.Errorf("%.40q is accepted", bad)
		}
	}
}
