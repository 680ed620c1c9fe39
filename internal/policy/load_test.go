package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"changrong/internal/base/fault"
	"changrong/internal/policy"
)

func TestLoadIsStrictAboutYAML(t *testing.T) {
	const pack, tech = "pack.yaml", "items/tech.yaml"
	for _, c := range []struct {
		what, code, file string
		line, column     int
		edit             edit
	}{
		{"unknown key", "pack.unknown_key", tech, 4, 1, edit{tech, "rows: loans", "row: loans"}},
		{"unknown key below", "pack.unknown_key", tech, 7, 8, edit{tech, "base: {average:", "base: {mean:"}},
		{"unknown key of a reading", "pack.unknown_key", tech, 7, 18, edit{tech, "{reading: average}", "{readings: average}"}},
		{"missing key", "pack.required", tech, 1, 0, edit{tech, "payee: enterprise\n", ""}},
		{"missing key below", "pack.required", pack, 7, 0, edit{pack, "in_force: {from: 2024-02-01, to: 2024-12-31}", "in_force: {from: 2024-02-01}"}},
		{"missing key in a map", "pack.required", pack, 14, 0, edit{pack, "title: 限额, ", ""}},
		{"double key", "pack.duplicate", tech, 4, 1, edit{tech, "rows: loans", "title: 又\nrows: loans"}},
		{"key without a value", "pack.yaml", tech, 5, 6, edit{tech, "when: [borrower.tech]", "when:"}},
		{"entry without a value", "pack.yaml", tech, 5, 0, edit{tech, "[borrower.tech]", "[borrower.tech, ~]"}},
		{"empty list for a required one", "pack.required", pack, 1, 0, edit{pack, "[市金融办]", "[]"}},
		{"anchor", "pack.yaml", tech, 3, 8, edit{tech, "科技贷款", "&a 科技贷款"}},
		{"alias", "pack.yaml", tech, 3, 8, edit{tech, "科技贷款", "*a"}},
		{"tag", "pack.yaml", tech, 3, 8, edit{tech, "科技贷款", "!!str 科技贷款"}},
		{"merge key", "pack.yaml", tech, 4, 1, edit{tech, "rows: loans", "<<: {rows: loans}"}},
		{"directive", "pack.yaml", tech, 1, 1, edit{tech, "id: tech", "%YAML 1.2\n---\nid: tech"}},
		{"two documents", "pack.yaml", tech, 1, 1, edit{tech, "rounding: fen\n", "rounding: fen\n---\nid: b\n"}},
		{"no document", "pack.yaml", tech, 1, 1, edit{tech, "", "# nothing\n"}},
		{"empty file", "pack.yaml", tech, 1, 1, edit{tech, "", ""}},
		{"list for a mapping", "pack.yaml", tech, 1, 1, edit{tech, "", "- id: tech\n"}},
		{"text for a mapping", "pack.yaml", tech, 1, 1, edit{tech, "", "tech\n"}},
		{"tab before a key", "pack.yaml", tech, 8, 1, edit{tech, "base: {average: {reading: average}}", "base:\n\taverage: daily_mean"}},
		{"mapping for a word", "pack.yaml", tech, 3, 8, edit{tech, "科技贷款", "{a: b}"}},
		{"list for a word", "pack.yaml", tech, 3, 8, edit{tech, "科技贷款", "[a]"}},
		{"word for a list", "pack.yaml", tech, 5, 7, edit{tech, "[borrower.tech]", "borrower.tech"}},
		{"word for a mapping", "pack.yaml", tech, 7, 7, edit{tech, "{average: {reading: average}}", "month_end_mean"}},
		{"choice without a reading", "pack.required", tech, 7, 17, edit{tech, "{reading: average}", "{}"}},
		{"term without a range", "pack.term", tech, 8, 7, edit{tech, "rate: 1%", "rate: {}"}},
		{"half a range", "pack.term", tech, 8, 7, edit{tech, "rate: 1%", "rate: {open: {min: 1%}}"}},
		{"rank in words", "pack.quantity", tech, 10, 25, edit{tech, "rank: 2", "rank: second"}},
		{"half a rank", "pack.quantity", tech, 10, 25, edit{tech, "rank: 2", "rank: 2.5"}},
		{"negative rank", "pack.quantity", tech, 10, 25, edit{tech, "rank: 2", "rank: -2"}},
		{"yes for true", "pack.enum", "items/loans.yaml", 10, 10, edit{"items/loans.yaml", "  - in: guarantees\n", "  - in: guarantees\n    not: yes\n"}},
		{"open quote", "pack.yaml", tech, 3, 8, edit{tech, "科技贷款", "'科技贷款"}},
		{"open bracket", "pack.yaml", tech, 6, 1, edit{tech, "[borrower.tech]", "[borrower.tech"}},
		{"colon in a text", "pack.yaml", tech, 3, 0, edit{tech, "科技贷款", "科技: 贷款: 补助"}},
		{"control character", "pack.yaml", tech, 3, 10, edit{tech, "科技贷款", "科技\x01贷款"}},
		{"control character as an escape", "pack.yaml", tech, 3, 8, edit{tech, "科技贷款", `"科技\u0001贷款"`}},
		{"text turned round", "pack.yaml", tech, 3, 10, edit{tech, "科技贷款", "科技\u202e贷款"}},
		{"not UTF-8", "pack.yaml", tech, 3, 8, edit{tech, "科技贷款", "\xbf\xc6\xbc\xbc"}},
	} {
		refuses(t, c.what, c.code, c.file, c.line, c.column, c.edit)
	}
}

// What would be too much for the parser is refused before it gets there, and soon.
func TestLoadRefusesBombs(t *testing.T) {
	keys := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "k%d: a\n", i)
		}
		return b.String()
	}
	steps := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.Repeat(" ", i) + "a:\n")
		}
		return b.String()
	}
	laughs := "a: &a [x, x]\n"
	for _, k := range "bcdefghij" {
		laughs += fmt.Sprintf("%c: &%c [*%c, *%c, *%c]\n", k, k, k-1, k-1, k-1)
	}
	for what, c := range map[string][2]string{
		"brackets":           {"pack.yaml", strings.Repeat("[", 29_000)},
		"more brackets":      {"pack.size", strings.Repeat("[", 100_000)},
		"closed brackets":    {"pack.yaml", strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)},
		"brackets in quotes": {"pack.yaml", strings.Repeat(`["]", `, 10_000)},
		"braces":             {"pack.yaml", strings.Repeat("{a: ", 10_000)},
		"dashes":             {"pack.yaml", strings.Repeat("- ", 10_000) + "a"},
		"question marks":     {"pack.yaml", strings.Repeat("? ", 10_000) + "a"},
		"colons":             {"pack.yaml", strings.Repeat("a: ", 10_000)},
		"steps":              {"pack.yaml", steps(700)},
		"laughs":             {"pack.yaml", laughs},
		"keys":               {"pack.unknown_key", keys(9_000)},
		"more keys":          {"pack.size", keys(12_000)},
		"a huge text":        {"pack.size", "id: " + strings.Repeat("长", 100_000)},
	} {
		began := time.Now()
		_, err := policy.Load(edited(t, edit{"items/tech.yaml", "", c[1]}))
		if got := fault.CodeOf(err); got != c[0] {
			t.Errorf("%s: got %.200v, want %s", what, err, c[0])
		}
		if f := fault.Of(err); f.At.File != "items/tech.yaml" {
			t.Errorf("%s: placed at %v", what, f.At)
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s: took %v", what, took)
		}
	}
}

func TestLoadRefusesFiles(t *testing.T) {
	refuses(t, "no pack.yaml", "pack.missing", "pack.yaml", 0, 0, edit{"pack.yaml", "", "-"})
	refuses(t, "no clauses.yaml", "pack.missing", "clauses.yaml", 0, 0, edit{"clauses.yaml", "", "-"})
	refuses(t, "a wrong folder", "pack.unknown_file", "item/new.yaml", 0, 0, edit{"item/new.yaml", "", "id: new\n"})
	refuses(t, "a wrong name", "pack.unknown_file", "clause.yaml", 0, 0, edit{"clause.yaml", "", "[]\n"})
	refuses(t, "a folder below", "pack.unknown_file", "items/2024/new.yaml", 0, 0, edit{"items/2024/new.yaml", "", "id: new\n"})
	refuses(t, "another ending", "pack.unknown_file", "items/new.yml", 0, 0, edit{"items/new.yml", "", "id: new\n"})
	refuses(t, "no items", "pack.no_items", "", 0, 0,
		edit{"items/tech.yaml", "", "-"}, edit{"items/loans.yaml", "", "-"}, edit{"items/outlets.yaml", "", "-"})
	many := edited(t)
	for i := range 501 {
		many[fmt.Sprintf("cases/c%d.yaml", i)] = &fstest.MapFile{Data: []byte("cases: []\n")}
	}
	if _, err := policy.Load(many); fault.CodeOf(err) != "pack.size" {
		t.Errorf("many files: %v", err)
	}
	large := edited(t)
	for i := range 20 {
		large[fmt.Sprintf("cases/c%d.yaml", i)] = &fstest.MapFile{Data: make([]byte, 250_000)}
	}
	if _, err := policy.Load(large); fault.CodeOf(err) != "pack.size" {
		t.Errorf("large files: %v", err)
	}
	hidden := edited(t, edit{".git/config.yaml", "", "x"}, edit{"original.txt", "", "原文"})
	if _, err := policy.Load(hidden); err != nil {
		t.Errorf("hidden folders and other files: %v", err)
	}
}
