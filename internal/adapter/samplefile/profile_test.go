package samplefile_test

import (
	"strings"
	"testing"

	"changrong/internal/adapter/samplefile"
	"changrong/internal/base/fault"
	"changrong/internal/rating/training"
)

func TestColumnsAreShownAsTheyAre(t *testing.T) {
	table, err := samplefile.Profile(strings.NewReader("\ufeff编号,sales,grade,none,y\n甲1,10,A,,0\n甲2,-2.5e1,B,,1\n甲3, ,A,,0\n甲4,Inf,A,,0\n"))
	if err != nil {
		t.Fatal(err)
	}
	if table.Rows != 4 || len(table.Columns) != 5 || table.Column("编号") == nil || table.Column("no") != nil {
		t.Fatalf("%+v", table)
	}
	sales, grade, none := table.Column("sales"), table.Column("grade"), table.Column("none")
	if sales.Kind != training.Number || sales.Missing != 1 || sales.Infinite != 1 || sales.Distinct != 3 || *sales.Min != -25 || *sales.Max != 10 {
		t.Errorf("%+v", sales)
	}
	if grade.Kind != training.Text || len(grade.Values) != 2 || grade.Values[0] != (training.Value{Text: "A", Rows: 3}) || grade.Min != nil {
		t.Errorf("%+v", grade)
	}
	if none.Missing != 4 || none.Distinct != 0 || len(none.Values) != 0 {
		t.Errorf("%+v", none)
	}
	var names strings.Builder
	names.WriteString("name,n\n")
	for i := range 3000 {
		names.WriteString(strings.Repeat("x", i%1000+1) + strings.Repeat("y", i/1000) + ",1\n")
	}
	if table, err = samplefile.Profile(strings.NewReader(names.String())); err != nil {
		t.Fatal(err)
	}
	if c := table.Columns[0]; !c.Many || c.Distinct != 2000 || c.Values != nil {
		t.Errorf("%+v", c)
	}
}

func TestWhatIsNoSampleIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "rating.file",
		"a,b\n":                   "rating.file",
		"a,b\n1\n":                "rating.file",
		"a,b\n\"1,2\n":            "rating.file",
		"a,\n1,2\n":               "rating.columns",
		"a,a\n1,2\n":              "rating.columns a",
		"a\n\xd6\xd0\n":           "rating.file a", // GBK
		"\xd6\xd0\n1\n":           "rating.file 第1列的名称",
		"a\nx\x00y\n":             "rating.cell a",
		"a\u200bb\n1\n":           "rating.cell 第1列的名称",
		strings.Repeat("a,", 400): "rating.columns",
	} {
		_, err := samplefile.Profile(strings.NewReader(text))
		if got := strings.TrimSpace(fault.CodeOf(err) + " " + fault.Of(err).At.Field); err == nil || got != want {
			t.Errorf("%.20q: %s, want %s", text, got, want)
		}
	}
}

func FuzzProfile(f *testing.F) {
	for _, text := range []string{"a,y\n1,0\n", "\ufeffa\n\"x\"\n", "a\n\xff\n", "a,b\n,\n,1e400\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		table, err := samplefile.Profile(strings.NewReader(text))
		if err != nil {
			if fault.CodeOf(err) == "" {
				t.Fatalf("no fault: %v", err)
			}
			return
		}
		for _, c := range table.Columns {
			var rows int64
			for _, v := range c.Values {
				rows += v.Rows
			}
			if c.Name == "" || c.Missing > table.Rows || c.Values != nil && rows+c.Missing != table.Rows {
				t.Fatalf("%d rows, and %+v", table.Rows, c)
			}
		}
	})
}
