package pboc

import (
	"archive/zip"
	"bytes"
	"crypto/md5"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type entry struct {
	name, text string
	method     uint16
}

func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: e.method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func logOf(dat string) string {
	l := Log{Name: stockName + ".dat", MD5: md5.Sum([]byte(dat)), Bytes: int64(len(dat)), Time: "2021-02-03 04:05:06", Records: int64(strings.Count(dat, "\n")) + 1}
	return string(l.AppendTo(nil))
}

// TestBomb: what grows by too much is not read to its end.
func TestBomb(t *testing.T) {
	for _, c := range []struct {
		packed, out int64
		want        error
	}{
		{1, ratioFloor, nil},
		{1, ratioFloor + 1, errBomb},
		{ratioFloor / MaxRatio * 8, ratioFloor * 8, errBomb},
		{ratioFloor/MaxRatio*8 + 8, ratioFloor * 8, nil},
	} {
		w := &wary{in: bytes.NewReader(make([]byte, c.out)), packed: c.packed}
		if _, err := io.Copy(io.Discard, w); !errors.Is(err, c.want) {
			t.Errorf("%d out of %d: %v, want %v", c.out, c.packed, err, c.want)
		}
	}
	p := Package{Path: "x.zip"}
	if f, err := p.streamFinding(errBomb); err != nil || f.Code != ruleZipBomb.Code {
		t.Errorf("finding %v, error %v", f, err)
	}
}

func TestZip(t *testing.T) {
	line := good["CLDWDK"]
	dat, log := entry{stockName + ".dat", line, zip.Deflate}, entry{stockName + ".log", logOf(line), zip.Deflate}
	whole := zipOf(t, dat, log)
	broken := bytes.Clone(whole)
	broken[60+len(stockName)] ^= 0xff // inside the packed .dat
	bomb := strings.Repeat(line+"\n", 100_000) + line
	zeros := strings.Repeat("\x00", 64<<20)
	file := stockName + ".zip"
	for _, c := range []struct {
		name string
		zip  []byte
		want []string
	}{
		{"whole", whole, nil},
		{"stored", zipOf(t, entry{dat.name, line, zip.Store}, log), nil},
		{"no .log", zipOf(t, dat), []string{"incomplete " + file}},
		{"no .dat", zipOf(t, log), []string{"incomplete " + file}},
		{"nothing", zipOf(t), []string{"incomplete " + file}},
		{"cut in half", whole[:len(whole)/2], []string{"zip " + file}},
		{"empty file", nil, []string{"zip " + file}},
		{"no zip", []byte(line), []string{"zip " + file}},
		{"broken inside", broken, []string{"zip " + file}},
		{"another file", zipOf(t, dat, log, entry{"readme.txt", "x", zip.Store}), []string{"zip_entry " + file + " readme.txt"}},
		{"another name", zipOf(t, entry{strings.Replace(dat.name, "0131", "0228", 1), line, zip.Deflate}, log), []string{"zip_entry " + file + " " + strings.Replace(dat.name, "0131", "0228", 1)}},
		{"twice", zipOf(t, dat, dat, log), []string{"zip_entry " + file + " " + dat.name}},
		{"path up", zipOf(t, entry{"../" + dat.name, line, zip.Deflate}, log), []string{"zip_path " + file + " ../" + dat.name[:37] + "…"}},
		{"path down", zipOf(t, entry{"a/" + dat.name, line, zip.Deflate}, log), []string{"zip_path " + file + " a/" + dat.name}},
		{"absolute", zipOf(t, entry{"/etc/x", line, zip.Deflate}, log), []string{"zip_path " + file + " /etc/x"}},
		{"backslash", zipOf(t, entry{`..\x`, line, zip.Deflate}, log), []string{"zip_path " + file + ` ..\x`}},
		{"drive", zipOf(t, entry{`C:x`, line, zip.Deflate}, log), []string{"zip_path " + file + ` C:x`}},
		{"zeros", zipOf(t, entry{dat.name, zeros, zip.Deflate}, log), []string{"line_too_long " + file + "/" + dat.name + ":1"}},
		{"large log", zipOf(t, dat, entry{log.name, strings.Repeat("x", MaxLog+1), zip.Deflate}), []string{"zip_bomb " + file}},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, file), c.zip, 0o600); err != nil {
			t.Fatal(err)
		}
		got, rows := readAll(t, dir, Options{})
		if !slices.Equal(got, c.want) || (c.want == nil) != (rows == 1) {
			t.Errorf("%s: %d rows\n got %q\nwant %q", c.name, rows, got, c.want)
		}
	}
	dir := t.TempDir() // what repeats itself packs well, and is no bomb
	if err := os.WriteFile(filepath.Join(dir, file), zipOf(t, entry{dat.name, bomb, zip.Deflate}, entry{log.name, logOf(bomb), zip.Deflate}), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _ := readAll(t, dir, Options{}); len(got) == 0 || !strings.HasPrefix(got[0], "duplicate_key") {
		t.Errorf("repeated lines: %q", got[:1])
	}
}
