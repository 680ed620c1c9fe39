package sheet

import "testing"

func TestTableLinesUp(t *testing.T) {
	table := Text{Head: []string{"项目", "n"}, Right: []bool{false, true}}
	table.Add("a", "1,000")
	table.Add("贷款（甲）", "2")
	want := "" +
		"项目            n\n" +
		"----------  -----\n" +
		"a           1,000\n" +
		"贷款（甲）      2\n"
	if got := table.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{"": 0, "ab": 2, "元": 2, "１２": 4, "，": 2, "é": 1, "한": 2, "…": 1} {
		if got := Width(s); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}
