package samplefile_test

import (
	"bytes"
	"slices"
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
	names := "n,y\n"
	for i := range 60 {
		names += strings.Repeat("x", i+1) + ",0\n"
	}
	if _, err := samplefile.Read(strings.NewReader(names), samplefile.Options{Target: "y", Bad: "1"}); fault.CodeOf(err) != "rating.columns" {
		t.Error(err)
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
