package sim_test

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"changrong/internal/adapter/factfile"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/loanbook"
	"changrong/internal/sim"
)

// write writes a city into a folder of the test's own.
func write(t *testing.T, o sim.Options) (string, sim.Summary) {
	t.Helper()
	o.Out = filepath.Join(t.TempDir(), "city")
	sum, err := sim.Write(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return o.Out, sum
}

// open opens a folder of facts.
func open(t *testing.T, dir string) *factfile.Folder {
	t.Helper()
	folder, err := factfile.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := folder.Close(); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// digests returns the SHA-256 of every file below dir, by path.
func digests(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	sums := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, relErr := filepath.Rel(dir, path)
		sums[rel] = sha256.Sum256(b)
		return errors.Join(err, relErr)
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

func TestSameSeedSameBytes(t *testing.T) {
	for format, form := range map[factfile.Format]sim.Form{factfile.Parquet: sim.Facts, factfile.CSV: sim.Both} {
		o := sim.Options{Seed: 11, Enterprises: 300, As: form, Format: format, Zip: true, Workers: 1}
		one, first := write(t, o)
		o.Workers = 5
		five, second := write(t, o)
		if first.String() != second.String() {
			t.Errorf("summaries differ:\n%s\n%s", first, second)
		}
		a, b := digests(t, one), digests(t, five)
		for _, path := range slices.Sorted(maps.Keys(a)) {
			if a[path] != b[path] {
				t.Errorf("%s: %s differs with other workers", format, path)
			}
		}
		if len(a) != len(b) || len(a) < 50 {
			t.Errorf("%s: %d and %d files", format, len(a), len(b))
		}
		o.Seed, o.As = 12, sim.Facts
		other, _ := write(t, o)
		part := filepath.Join("loans", "01-000."+string(format))
		if sum := digests(t, other)[part]; sum == a[part] || sum == a[filepath.Join("facts", part)] {
			t.Error("another seed gives the same loans")
		}
	}
}

// deliberate are the warnings that a city has on purpose, and how many of a
// thousand notes at most.
var deliberate = map[string]int{
	"loanbook.first_loan_collision": 2,
	"loanbook.first_loan_earlier":   2,
	"loanbook.size":                 2,
	"loanbook.spike":                4,
	"loanbook.secured_party":        2,
	"loanbook.month_missing":        2, // small banks of small cities
}

func TestFactsHaveNoErrors(t *testing.T) {
	for _, format := range []factfile.Format{factfile.Parquet, factfile.CSV} {
		dir, sum := write(t, sim.Options{Seed: 3, Enterprises: 2000, Format: format})
		src := open(t, dir)
		for _, table := range fact.Tables() {
			rows := int64(0)
			err := src.Scan(t.Context(), table.Name, table.Stored(), 1, func(_ int, b *fact.Batch) error {
				rows += int64(b.Len())
				return nil
			})
			if err != nil || rows != sum.Rows[table.Name] || rows == 0 {
				t.Errorf("%s %s: %d rows of %d, %v", format, table.Name, rows, sum.Rows[table.Name], err)
			}
		}
		found := map[string]int{}
		if err := loanbook.Check(t.Context(), src, loanbook.Options{}, func(f fact.Finding) {
			if f.Severity == fact.Error {
				t.Errorf("%s: %+v", format, f)
			}
			found[f.Code]++
		}); err != nil {
			t.Fatal(err)
		}
		for code, n := range found {
			if most, ok := deliberate[code]; !ok || n > max(3, most*int(sum.Notes)/1000) {
				t.Errorf("%s: %d times %s in %d notes", format, n, code, sum.Notes)
			}
		}
		for _, code := range []string{"loanbook.first_loan_collision", "loanbook.first_loan_earlier", "loanbook.size", "loanbook.spike"} {
			if found[code] == 0 {
				t.Errorf("%s: nothing gives %s", format, code)
			}
		}
	}
}

func TestTroubleIsFound(t *testing.T) {
	for _, trouble := range sim.Troubles() {
		dir, sum := write(t, sim.Options{Seed: 5, Enterprises: 400, Trouble: []sim.Trouble{trouble}})
		if len(sum.Planted) != 1 {
			t.Fatalf("%s: planted %v", trouble, sum.Planted)
		}
		found := map[string]int{}
		err := loanbook.Check(t.Context(), open(t, dir), loanbook.Options{}, func(f fact.Finding) { found[f.Code]++ })
		if err != nil {
			found[fault.CodeOf(err)]++
		}
		if want := sum.Planted[0].Code; found[want] == 0 {
			t.Errorf("%s: found %v, want %s at %s", trouble, found, want, sum.Planted[0])
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "a"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code string
		o    sim.Options
	}{
		{"sim.options", sim.Options{Enterprises: 10}},
		{"sim.options", sim.Options{Out: t.TempDir()}},
		{"sim.options", sim.Options{Out: t.TempDir(), Enterprises: 10, As: "xml"}},
		{"sim.options", sim.Options{Out: t.TempDir(), Enterprises: 10, Format: factfile.Excel}},
		{"sim.options", sim.Options{Out: t.TempDir(), Enterprises: sim.MaxEnterprises + 1}},
		{"sim.options", sim.Options{Out: t.TempDir(), Enterprises: 10, Without: []string{"cows"}}},
		{"sim.out_exists", sim.Options{Out: full, Enterprises: 10}},
		{"sim.trouble", sim.Options{Out: t.TempDir(), Enterprises: 10, Trouble: []sim.Trouble{"flood"}}},
		{"sim.trouble", sim.Options{Out: t.TempDir(), Enterprises: 1, Trouble: []sim.Trouble{sim.Troubles()[0]}}},
	} {
		if _, err := sim.Write(t.Context(), c.o); fault.CodeOf(err) != c.code {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
}

func TestOptions(t *testing.T) {
	var last sim.Progress
	dir, sum := write(t, sim.Options{Seed: 1, Notes: 5000, Without: []string{"loan_events"}, Progress: func(p sim.Progress) { last = p }})
	if sum.Notes < 4750 || sum.Notes > 5250 {
		t.Errorf("%d notes, asked for 5000", sum.Notes)
	}
	if src := open(t, dir); src.Has("loan_events") || !src.Has("loans") {
		t.Error("loan_events are there, or loans are not")
	}
	if last.Done != last.Total || last.Total == 0 {
		t.Errorf("progress ends with %+v", last)
	}
}
