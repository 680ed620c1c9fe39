package inbox_test

import (
	"archive/zip"
	"bytes"
	"crypto/md5"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/reporting"
)

// zipped makes a zip of entries, each as large as its text, or, where text is "",
// as 64 MB of short lines.
func zipped(t *testing.T, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		f, err := w.Create(entries[i])
		if err != nil {
			t.Fatal(err)
		}
		if entries[i+1] != "" {
			_, err = io.WriteString(f, entries[i+1])
		} else {
			zeros := bytes.Repeat([]byte("0\n"), 1<<19)
			for range 64 {
				if _, err = f.Write(zeros); err != nil {
					break
				}
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHostileFilesAreRejected: each is rejected with its name, and nothing of it
// lies anywhere afterwards.
func TestHostileFilesAreRejected(t *testing.T) {
	w := newTown(t, storetest.SQLite(t))
	name := bankA + "_CLDWDK_20210131"
	log := func(dat string) string {
		return fmt.Sprintf("%s.dat\n%x\n%d\n2021-02-01 09:00:00\n1", name, md5.Sum([]byte(dat)), len(dat))
	}
	form := func() []byte { // an Excel file whose sheet is a bomb
		return zipped(t, "[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<workbook/>", "xl/worksheets/sheet1.xml", "")
	}
	for _, c := range []struct {
		what, file string
		content    []byte
		code       string
	}{
		{"a zip bomb", name + ".zip", zipped(t, name+".dat", "", name+".log", log("")), "pboc.too_many"},
		{"a path in the zip", name + ".zip", zipped(t, "../../"+name+".dat", "x", name+".log", log("x")), "pboc.zip_path"},
		{"half a zip", name + ".zip", zipped(t, name+".dat", "x", name+".log", log("x"))[:60], "pboc.zip"},
		{"another bank's message", bankB + "_CLDWDK_20210131.dat", []byte("x"), "pboc.incomplete"},
		{"another month", bankA + "_CLDWDK_20210228.zip", zipped(t, bankA+"_CLDWDK_20210228.dat", "x", bankA+"_CLDWDK_20210228.log", "x"), "reporting.other_month"},
		{"an Excel bomb", "loans.xlsx", form(), "excel."},
		{"a program called Excel", "loans.xlsx", []byte("MZ\x90\x00"), "excel."},
		{"a Parquet file that is none", "loans.parquet", []byte("PAR1nonsensePAR1"), "parquet."},
		{"zeros", "loans.csv", make([]byte, 1<<20), ""},
		{"nothing that is read", "other.csv", []byte("a,b\n1,2\n"), "factfile.empty"},
		{"an empty file", "loans.csv", nil, ""},
	} {
		n := w.Take(w.a, reporting.Lending, "2021-01", inboxtest.Files{c.file: c.content})
		found := strings.Join(w.Found(n.ID), "\n")
		if strings.Contains(found, "lending") {
			t.Errorf("%s: a folder of the server is told: %s", c.what, found)
		}
		if n.State != reporting.Rejected || !strings.Contains(found, "error "+c.code) {
			t.Errorf("%s: %s, found\n%.2000s", c.what, n.State, found)
		}
	}
	left, err := os.ReadDir(w.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if e.Name() != "blobs" && e.Name() != "uploads" {
			t.Errorf("left behind: %s", filepath.Join(w.Dir, e.Name()))
		}
	}
}
