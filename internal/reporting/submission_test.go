package reporting

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/fault"

	"pgregory.net/rapid"
)

func TestNamesOfFiles(t *testing.T) {
	for name, code := range map[string]string{
		"loans.csv": "", "91331082DEM0000149_CLDWDK_20210131.zip": "", "贷款 2021.XLSX": "", "a.b.parquet": "",
		"": "reporting.file_name", ".csv": "reporting.file_name", "../a.csv": "reporting.file_name", "a/b.csv": "reporting.file_name",
		`a\b.csv`: "reporting.file_name", "C:a.csv": "reporting.file_name", "a.csv ": "reporting.file_name", "a\x00.csv": "reporting.file_name",
		"a\u202e.csv": "reporting.file_name", "a\xff.csv": "reporting.file_name", "a!b.xlsx": "reporting.file_name", "~$a.xlsx": "reporting.file_name",
		strings.Repeat("a", maxFileName-4) + ".csv": "", strings.Repeat("a", maxFileName-3) + ".csv": "reporting.file_name",
		"a": "reporting.file_type", "a.exe": "reporting.file_type", "a.csv.exe": "reporting.file_type", "csv": "reporting.file_type",
	} {
		if err := CheckName(name); fault.CodeOf(err) != code {
			t.Errorf("%q: %v, not %q", name, err, code)
		}
	}
}

// FuzzNamesStayInTheirFolder: whatever name is let through names one file in the
// folder it is put in.
func FuzzNamesStayInTheirFolder(f *testing.F) {
	for _, s := range []string{"loans.csv", "../x.csv", "..", "a/../../b.csv", "．．/a.csv", "a\\..\\b.csv"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if CheckName(name) != nil {
			return
		}
		if dir, base := path.Split(path.Join("/folder", name)); dir != "/folder/" || base != name || strings.ContainsAny(name, "\\\x00") {
			t.Errorf("%q leads to %s%s", name, dir, base)
		}
	})
}

func TestSetsOfFiles(t *testing.T) {
	file := func(name string, size int64) File { return File{Name: name, Size: size} }
	many := make([]File, maxFiles+1)
	for i := range many {
		many[i] = file(fmt.Sprintf("f%d.csv", i), 1)
	}
	for _, c := range []struct {
		files []File
		code  string
	}{
		{nil, "reporting.no_files"},
		{many[:maxFiles], ""},
		{many, "reporting.too_many_files"},
		{[]File{file("a.csv", 1), file("A.CSV", 1)}, "reporting.same_name"},
		{[]File{file("a.csv", maxSubmission)}, ""},
		{[]File{file("a.csv", maxSubmission), file("b.csv", 1)}, "reporting.too_large"},
	} {
		if err := checkFiles(c.files); fault.CodeOf(err) != c.code {
			t.Errorf("%d files: %v, not %q", len(c.files), err, c.code)
		}
	}
}

func TestPeriods(t *testing.T) {
	for p, want := range map[Period]string{"2021": "2021-01 2021-12", "2021-02": "2021-02 2021-02"} {
		first, last, err := p.Months()
		if err != nil || first.String()+" "+last.String() != want {
			t.Errorf("%s: %s %s %v", p, first, last, err)
		}
	}
	for _, p := range []Period{"", "21", "2021-13", "2021-1", "2021-Q1", "abcd", "-202", "+202"} {
		if _, _, err := p.Months(); fault.CodeOf(err) != "reporting.period" {
			t.Errorf("%q: %v", p, err)
		}
	}
	if p := Period("2021-12").next(); p != "2022-01" {
		t.Error(p)
	}
	if p := Period("2021").next(); p != "2022" {
		t.Error(p)
	}
}

func TestSnapshotsTakeTheRegisterOfTheYear(t *testing.T) {
	var all []Submission
	add := func(office bool, set Set, p Period) {
		all = append(all, Submission{ID: string(set) + " " + string(p), Number: int64(len(all)), Office: office, Set: set, Period: p, State: Accepted})
	}
	for _, p := range []Period{"2020", "2022", "2021"} {
		add(true, Registers, p)
	}
	add(true, Decisions, "2023")
	for _, p := range []Period{"2020-11", "2020-12", "2021-12", "2022-01", "2021"} {
		add(false, Lending, p)
	}
	var got []string
	for _, s := range Select(all, month(t, "2020-12"), month(t, "2021-12")) {
		got = append(got, s.ID)
	}
	if want := []string{"registers 2021", "decisions 2023", "lending 2020-12", "lending 2021-12", "lending 2021"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

// TestFindingsComeBack writes findings of any text, and reads and filters them.
func TestFindingsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~\p{Han}"，]{0,12}`)
		var all []Finding
		for range rapid.IntRange(0, 8).Draw(t, "n") {
			all = append(all, Finding{
				Severity: rapid.SampledFrom([]string{SeverityError, SeverityWarning}).Draw(t, "severity"), Code: text.Draw(t, "code"), File: text.Draw(t, "file"),
				Table: text.Draw(t, "table"), Line: rapid.IntRange(0, 3).Draw(t, "line"), Column: rapid.IntRange(0, 99).Draw(t, "column"),
				Field: text.Draw(t, "field"), Value: text.Draw(t, "value"), Zh: text.Draw(t, "zh"), En: text.Draw(t, "en"),
			})
		}
		var b bytes.Buffer
		if err := WriteFindings(&b, all); err != nil {
			t.Fatal(err)
		}
		q := Filter{Severity: rapid.SampledFrom([]string{"", SeverityError}).Draw(t, "which"), Line: rapid.IntRange(0, 3).Draw(t, "where"), Text: text.Draw(t, "what")}
		var want []Finding
		for _, f := range all {
			whole := strings.ToLower(strings.Join(f.cells(), "\x00"))
			if (q.Severity == "" || q.Severity == f.Severity) && (q.Line == 0 || q.Line == f.Line) && strings.Contains(whole, strings.ToLower(q.Text)) {
				want = append(want, f)
			}
		}
		offset, limit := rapid.IntRange(0, 4).Draw(t, "offset"), rapid.IntRange(0, 4).Draw(t, "limit")
		page, total, err := Page(bytes.NewReader(b.Bytes()), q, offset, limit)
		if err != nil || total != len(want) {
			t.Fatalf("%d of %d, %v", total, len(want), err)
		}
		from := min(offset, len(want))
		if !slices.Equal(page, append([]Finding{}, want[from:min(from+limit, len(want))]...)) {
			t.Fatalf("%+v of %+v", page, want)
		}
	})
}

func TestErrorsAreKeptBeforeWarnings(t *testing.T) {
	var all []Finding
	for i := range maxFindings + 5 {
		f := Finding{Severity: SeverityWarning, Code: "w"}
		if i > maxFindings {
			f = Finding{Severity: SeverityError, Code: "e"}
		}
		all = append(all, f)
	}
	counts := []Count{{"w", SeverityWarning, maxFindings + 1, 0}, {"e", SeverityError, 4, 0}}
	all = Trim(all, counts)
	if len(all) != maxFindings || counts[1].Kept != 4 || counts[0].Kept != maxFindings-4 || all[0].Code != "e" {
		t.Errorf("%d kept, %+v", len(all), counts)
	}
}
