package samplefile_test

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"changrong/internal/adapter/samplefile"
	"changrong/internal/base/fault"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
)

func declared(t *testing.T) *feature.Set {
	s, err := feature.LoadFrom(fstest.MapFS{"a.yaml": {Data: []byte(`format: changrong.features/1
name: 试
features:
  - {name: sales, zh: 销售额, en: sales, source: s, measure: sum, field: a, trend: descending}
  - {name: grade, zh: 级别, en: grade, source: s, measure: latest, field: g, categories: [A, B]}
`)}}, "a.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSamplesAreReadAsDeclaredOrAsTheyLook(t *testing.T) {
	const text = "\ufeffid,sales,grade,y,month\n1,10.5,A,1,0\n2,,B,0,1\n3,-3e2,,0,1\n"
	for _, set := range []*feature.Set{nil, declared(t)} {
		s, err := samplefile.Read(strings.NewReader(text), samplefile.Options{Features: set, Target: "y", Bad: "1", Period: "month", Leave: []string{"id"}})
		if err != nil {
			t.Fatal(err)
		}
		sales, grade := s.Columns[0], s.Columns[1]
		if !slices.Equal(s.Bad, []bool{true, false, false}) || !slices.Equal(s.Periods, []int{0, 1, 1}) || len(s.Columns) != 2 ||
			!slices.Equal(sales.Numbers, []float64{10.5, 0, -300}) || !slices.Equal(sales.Known, []bool{true, false, true}) ||
			!slices.Equal(grade.Texts, []string{"A", "B", ""}) || !slices.Equal(grade.Feature.Categories, []string{"A", "B"}) {
			t.Errorf("%+v", s)
		}
	}
}

// TestWhatIsWrittenIsRead writes firms, and reads them as a sample.
func TestWhatIsWrittenIsRead(t *testing.T) {
	var b bytes.Buffer
	w, err := samplefile.NewWriter(&b, declared(t), []string{"firm", "y"})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]scorecard.Value{{scorecard.Number(1.0 / 3), scorecard.Text("A")}, {{}, {}}} {
		if err := w.Write([]string{"甲,乙", "0"}, row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := samplefile.Read(&b, samplefile.Options{Features: declared(t), Target: "y", Bad: "1"})
	if err != nil || s.Columns[0].Numbers[0] != 1.0/3 || s.Columns[0].Known[1] || s.Columns[1].Texts[0] != "A" || s.Columns[1].Known[1] {
		t.Errorf("%+v %v", s, err)
	}
}

func TestWrongSampleFiles(t *testing.T) {
	set := declared(t)
	for text, want := range map[string]string{
		"":                              "rating.file",
		"sales,grade\n":                 "rating.columns y",
		"sales,y\n":                     "rating.columns grade",
		"sales,grade,y,y\n":             "rating.columns y",
		"sales,grade,y\n1,A\n":          "rating.file",
		"sales,grade,y\n1,A,\n":         "rating.cell y",
		"sales,grade,y\n1,A,0\n一,A,0\n": "rating.cell sales",
	} {
		_, err := samplefile.Read(strings.NewReader(text), samplefile.Options{Features: set, Target: "y", Bad: "1"})
		if got := strings.TrimSpace(fault.CodeOf(err) + " " + fault.Of(err).At.Field); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// many are 100 rows, but for the first, in which x is a cell.
func many(x string) string {
	text := "x,y\n" + x + ",0\n"
	for i := range 99 {
		text += strconv.Itoa(i) + ".5," + strconv.Itoa(i%2) + "\n"
	}
	return text
}

// TestWrongColumnsThatNobodyDeclared: each has its code, its line and its column.
func TestWrongColumnsThatNobodyDeclared(t *testing.T) {
	names := "x,y\n"
	for i := range 60 {
		names += strings.Repeat("x", i+1) + ",0\n"
	}
	for text, want := range map[string]string{
		names:                   "rating.columns 0 x",
		many("N/A"):             "rating.cell 2 x",
		many("NaN"):             "rating.cell 2 x",
		many("1e999"):           "rating.cell 2 x",
		many("12万"):             "rating.cell 2 x",
		many("\"1\n2\""):        "rating.cell 2 x",
		many("\xd6\xd0"):        "rating.file 2 x", // GBK
		many("\xef\xbb\xbf"):    "rating.cell 2 x",
		"x;y\n1;0\n":            "rating.file 1",
		"x\ty\n1\t0\n":          "rating.file 1",
		"x,x,y\n1,2,0\n":        "rating.columns 0 x",
		"x,,y\n1,2,0\n":         "rating.columns 0",
		"\xff\xfex\x00,\x00":    "rating.file 1 第1列的名称", // UTF-16
		"x,y\n1,好\n2,坏\n":       "rating.bad 0 y",
		"x,y\n1,0\n2,1\n3,待定\n": "rating.bad 0 y",
		"x,y\n1," + strings.Repeat("1", 3<<20) + "\n": "rating.file 0",
		"x,y\n1,\"" + strings.Repeat("1,0\n", 1<<19):  "rating.file 0",
		strings.Repeat("x", 3<<20):                    "rating.file 0",
		"x," + strings.Repeat("z,", 400) + "y\n":      "rating.columns 0",
	} {
		_, err := samplefile.Read(strings.NewReader(text), samplefile.Options{Target: "y", Bad: "1"})
		at := fault.Of(err).At
		if got := strings.TrimSpace(fault.CodeOf(err) + " " + strconv.Itoa(at.Line) + " " + at.Field); err == nil || got != want {
			t.Errorf("%.30q: %s, want %s", text, got, want)
		}
	}
	// quoted names behind a byte order mark
	if _, err := samplefile.Read(strings.NewReader("\ufeff\"x\",y\n1,0\n"), samplefile.Options{Target: "y", Bad: "1"}); err != nil {
		t.Error(err)
	}
}

// endless gives ones for ever, and counts them.
type endless int64

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '1'
	}
	*e += endless(len(b))
	return len(b), nil
}

// TestALineWithoutEndIsNotReadToItsEnd: little more is read than a record may have.
func TestALineWithoutEndIsNotReadToItsEnd(t *testing.T) {
	var all endless
	_, err := samplefile.Read(io.MultiReader(strings.NewReader("x,y\n1,0\n"), &all), samplefile.Options{Target: "y", Bad: "1"})
	if fault.CodeOf(err) != "rating.file" || all > 2<<20 {
		t.Errorf("%v after %d bytes", err, all)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a,y\n1,0\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := samplefile.Read(strings.NewReader(text), samplefile.Options{Target: "y", Bad: "1"})
		if err == nil && len(s.Columns) > 0 && len(s.Columns[0].Known) != len(s.Bad) {
			t.Fatal("rows are lost")
		}
	})
}
