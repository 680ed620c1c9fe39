package pboc

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/fact"
)

func FuzzName(f *testing.F) {
	for _, s := range []string{stockName, bank + "_CLDWDK_20210130", "__", bank + "_X_20210131"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, wrong := ParseName("f", s)
		if wrong == nil && n.String() != s {
			t.Errorf("%q is read as %s", s, n)
		}
	})
}

func FuzzLog(f *testing.F) {
	f.Add([]byte(logOf("x")))
	f.Add([]byte("a\nb\n1\n2021-01-01 00:00:00\n1\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, wrong := ParseLog("f", text)
		if wrong != nil {
			return
		}
		again, wrong := ParseLog("f", l.AppendTo(nil))
		if wrong != nil || again != l {
			t.Errorf("%q is read as %+v, and then as %+v, %v", text, l, again, wrong)
		}
	})
}

// FuzzDat: whatever the text, the reading ends, every line is either handed out
// or has an error, and what is handed out stands in the text.
func FuzzDat(f *testing.F) {
	for _, m := range Messages() {
		f.Add(m.Code, []byte(good[m.Code]+"\n"+good[m.Code]))
	}
	f.Add("CLDWDK", []byte(utf8BOM))
	f.Add("CLDWDK", []byte("\n\r\n|\x00\xff"))
	f.Fuzz(func(t *testing.T, code string, dat []byte) {
		m := Lookup(code)
		if m == nil {
			return
		}
		base := bank + "_" + code + "_20210131"
		dir := t.TempDir()
		put(t, dir, base, string(dat), nil)
		pkgs, _ := Find([]string{base + ".dat", base + ".log"})
		bad := map[int]bool{}
		report := func(f fact.Finding) {
			if f.Severity == fact.Error {
				bad[f.At.Line] = true
			}
		}
		lines := bytes.Split(dat, []byte("\n"))
		sum, err := pkgs[0].Read(context.Background(), dir, Options{Workers: 2}, report, func(r *Rows) error {
			for i := range r.Len() {
				cells := strings.Split(string(lines[r.Line(i)-1]), "|")
				if bad[r.Line(i)] || len(cells) != len(m.Fields) {
					t.Errorf("line %d is handed out", r.Line(i))
				}
				for j := range m.Fields {
					if f := &m.Fields[j]; !f.Kind.Numeric() && string(r.Text(f, i)) != cells[j] {
						t.Errorf("line %d field %d is %q", r.Line(i), j+1, r.Text(f, i))
					}
				}
			}
			return nil
		})
		if err != nil || (sum.Errors == 0 && sum.Rows != sum.Records) {
			t.Errorf("%+v, %v", sum, err)
		}
	})
}

func FuzzZip(f *testing.F) {
	line := good["CLDWDK"]
	f.Add(zipOf(f, entry{stockName + ".dat", line, 8}, entry{stockName + ".log", logOf(line), 8}))
	f.Add(zipOf(f, entry{stockName + ".dat", line, 0}, entry{stockName + ".log", logOf(line), 0}))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, stockName+".zip"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		pkgs, _ := Find([]string{stockName + ".zip"})
		if _, err := pkgs[0].Read(context.Background(), dir, Options{Workers: 1}, func(fact.Finding) {}, func(*Rows) error { return nil }); err != nil {
			t.Error(err)
		}
	})
}
