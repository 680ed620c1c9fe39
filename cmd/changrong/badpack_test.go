package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestBadPacks: every command that reads a pack refuses what is wrong with it,
// with file, line and column.
func TestBadPacks(t *testing.T) {
	swap := func(file, from, to string) func(*world) {
		return func(w *world) { w.swap("pack/"+file, from, to) }
	}
	whole := func(file string, change func(string) string) func(*world) {
		return func(w *world) { w.put("pack/"+file, change(w.get("pack/"+file))) }
	}
	condition := func(text string) func(*world) {
		return swap("items/tech.yaml", "when: [borrower.tech]", "when:\n  - "+text)
	}
	const when = "items/tech.yaml:6:5" // of the condition
	for _, c := range []struct {
		name  string
		spoil func(*world)
		code  string
		at    string
		zh    string
	}{
		{"a bomb of anchors", swap("items/rd.yaml", "rounding: fen", "rounding: fen\nnote: &a [x]\nwhen2: [*a, *a, *a]"), "pack.yaml", "items/rd.yaml:11:7", "锚点"},
		{"billion laughs", whole("items/rd.yaml", laughs), "pack.yaml", "items/rd.yaml:1:5", "锚点"},
		{"deep nesting", whole("items/rd.yaml", func(s string) string { return s + "note: " + strings.Repeat("[", 100_000) + "\n" }), "pack.", "items/rd.yaml", ""},
		{"deep mappings", whole("items/rd.yaml", func(s string) string { return s + "note: " + strings.Repeat("{a: ", 1000) + "\n" }), "pack.yaml", "items/rd.yaml:11", "嵌套过深"},
		{"too long", whole("items/rd.yaml", func(s string) string { return s + strings.Repeat("# filler\n", 30_000) }), "pack.size", "items/rd.yaml", "262144 字节"},
		{"too many words", whole("items/rd.yaml", func(s string) string { return s + "note: [" + strings.Repeat("a,", 40_000) + "]\n" }), "pack.size", "items/rd.yaml", "30000 个词"},
		{"GB18030", whole("items/rd.yaml", gb18030), "pack.yaml", "items/rd.yaml:2:9", "UTF-8"},
		{"UTF-16", whole("items/rd.yaml", utf16LE), "pack.yaml", "items/rd.yaml:1:1", "UTF-8"},
		{"empty", whole("items/rd.yaml", func(string) string { return "" }), "pack.yaml", "items/rd.yaml:1:1", "YAML"},
		{"a tab", swap("items/rd.yaml", "  - project", "\t- project"), "pack.yaml", "items/rd.yaml:6", "空格"},
		{"an unclosed quote", swap("items/rd.yaml", "title: ", "title: \""), "pack.yaml", "items/rd.yaml:3:8", "引号"},
		{"an unknown key", swap("items/rd.yaml", "rounding:", "rouding:"), "pack.unknown_key", "items/rd.yaml:10:1", "没有这个键"},
		{"a key twice", swap("items/rd.yaml", "rounding: fen", "rounding: fen\nrounding: yuan_floor"), "pack.duplicate", "items/rd.yaml:11:1", "两次"},
		{"a key without a value", swap("items/rd.yaml", "rounding: fen", "rounding:"), "pack.yaml", "items/rd.yaml:10:11", "没有值"},
		{"a required key is missing", swap("items/rd.yaml", "payee: institution\n", ""), "pack.required", "items/rd.yaml", "payee"},
		{"no pack", func(w *world) { _ = os.Remove(w.path("pack/pack.yaml")) }, "pack.missing", "pack.yaml", "缺少"},
		{"no items", func(w *world) { _ = os.RemoveAll(w.path("pack/items")) }, "pack.no_items", "", "items/*.yaml"},
		{"a file in the wrong place", func(w *world) { w.put("pack/item/x.yaml", "") }, "pack.unknown_file", "item/x.yaml", "位置"},
		{"an item of another name", func(w *world) { _ = os.Rename(w.path("pack/items/rd.yaml"), w.path("pack/items/r.yaml")) }, "pack.item_id", "items/r.yaml:1:5", "文件名"},

		{"a rate above 100 %", swap("items/tech.yaml", "rate: 2%", "rate: 100.1%"), "pack.rate_range", "items/tech.yaml:8:7", "100%"},
		{"a negative rate", swap("items/tech.yaml", "rate: 2%", "rate: -2%"), "money.rate", "items/tech.yaml:8:7", "比率"},
		{"a rate without a unit", swap("items/tech.yaml", "rate: 2%", "rate: 0.02"), "pack.quantity", "items/tech.yaml:8:7", "0.5%"},
		{"a default outside the range", swap("items/risk.yaml", "default: 0.5%", "default: 1.1%"), "pack.term_range", "items/risk.yaml:11:54", "1.1% 不在 0% 至 1% 之间"},
		{"a range the wrong way round", swap("items/rd.yaml", "min: 20%, max: 50%", "min: 50%, max: 20%"), "pack.term_range", "items/rd.yaml:9:20", "min"},
		{"a parameter with three decimals", swap("pack.yaml", "value: 500万元", "value: 0.005元"), "money.finer", "pack.yaml:14:18", "分"},
		{"a parameter in full-width digits", swap("pack.yaml", "value: 500万元", "value: ５００万元"), "money.amount", "pack.yaml:14:18", "半角"},
		{"a parameter 1e5", swap("pack.yaml", "value: 500万元", "value: 1e5"), "pack.quantity", "pack.yaml:14:18", "20万元"},
		{"an impossible date", swap("pack.yaml", "issued_on: 2021-01-15", "issued_on: 2021-02-29"), "civil.date", "pack.yaml:5:12", "2021-02-29"},
		{"a scope of half a month", swap("pack.yaml", "scope: {from: 2021-01-01", "scope: {from: 2021-01-02"), "pack.scope", "pack.yaml:8:15", "整月"},
		{"a cyclic exclusion", func(w *world) {
			w.swap("pack/items/risk.yaml", "rank: 1}", "rank: 1}\n  - {group: twice, rank: 2}")
			w.swap("pack/items/tech.yaml", "rank: 2}", "rank: 2}\n  - {group: twice, rank: 1}")
		}, "pack.exclusion_cycle", "pack.yaml", "risk → tech → risk"},
		{"two of a rank", swap("items/tech.yaml", "rank: 2", "rank: 1"), "pack.rank", "items/tech.yaml:10", "risk"},
		{"an unknown group", swap("items/tech.yaml", "group: once", "group: onse"), "pack.unknown_group", "items/tech.yaml:10:13", "分组"},
		{"an unknown pool", swap("items/risk.yaml", "pool: fund", "pool: found"), "pack.unknown_pool", "items/risk.yaml:12:7", "资金池"},
		{"an unknown table", swap("items/rd.yaml", "rows: projects", "rows: project"), "pack.enum", "items/rd.yaml:4:7", "branches"},
		{"a clause that is not there", swap("items/rd.yaml", "clause: 二2", "clause: 二3"), "pack.clause", "clauses.yaml:3:12", "没有资金项目"},
		{"a clause that is not mapped", swap("clauses.yaml", "- {clause: 二2, title: 研发, summary: 研发, as: [money]}\n", ""), "pack.clause_missing", "pack.yaml:11:14", "clauses.yaml 没有交代 二2"},

		{"an empty condition", condition(`""`), "expr.syntax", "items/tech.yaml:6", "空的"},
		{"a condition that does not end", condition("borrower.tech &&"), "expr.syntax", "items/tech.yaml:6:21", "没有写完"},
		{"an endless condition", condition("'" + strings.Repeat("borrower.tech && ", 100_000) + "true'"), "pack.size", "items/tech.yaml", ""},
		{"a long condition", condition("'" + strings.Repeat("borrower.tech && ", 5_000) + "true'"), "expr.size", when, "字符"},
		{"a deep condition", condition("'" + strings.Repeat("(", 1000) + "borrower.tech" + strings.Repeat(")", 1000) + "'"), "expr.", when, ""},
		{"many alternatives", condition("'" + strings.Repeat("borrower.tech ? true : (", 60) + "false" + strings.Repeat(")", 60) + "'"), "expr.", when, ""},
		{"a loop", condition("'[1, 2, 3].all(x, x > 0)'"), "expr.", "items/tech.yaml:6", ""},
		{"a division", condition("borrower.annual_sales / 2 > wan(1)"), "expr.", "items/tech.yaml:6", ""},
		{"a float", condition("borrower.annual_sales > 1.5"), "expr.subset", "items/tech.yaml:6", "wan(20)"},
		{"an unknown name", condition("borrower.teck"), "expr.unknown_name", when, "borrower.tech"},
		{"an unknown code", condition("borrower.size == 'tiny'"), "expr.code", "items/tech.yaml:6", "tiny"},
		{"money and a number", condition("borrower.annual_sales > 5"), "expr.unit", "items/tech.yaml:6", "金额"},
		{"a number for a condition", condition("borrower.annual_sales"), "expr.type", "items/tech.yaml:6", "真假"},
		{"too much money", condition("borrower.annual_sales > wan(99999999999999)"), "expr.range", "items/tech.yaml:6", "范围"},
		{"a case that is not right", func(w *world) {
			w.put("pack/cases/tech.yaml", "item: tech\ncases:\n  - name: x\n    why: y\n    facts: {loan: []}\n    expect: {totals: []}\n")
		}, "pack.unknown_table", "cases/tech.yaml:3:11", "loan"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t).tables()
			c.spoil(w)
			at := c.at
			if at != "" {
				at = "pack/" + at
			}
			w.thrifty(512<<20, func() { w.refuses(exitFailed, []string{"policy", "check", "@pack"}, "["+c.code, at, c.zh) })
			w.refuses(exitFailed, []string{"settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle"}, "["+c.code, at, c.zh)
		})
	}
}

// laughs is YAML that would unfold to ten thousand million words.
func laughs(string) string {
	var b strings.Builder
	b.WriteString("a0: &a0 [lol]\n")
	for i := range 10 {
		fmt.Fprintf(&b, "a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), i)
	}
	return b.String()
}

// TestBadChoices: readings and parameters on the command line.
func TestBadChoices(t *testing.T) {
	w := newWorld(t).tables()
	for _, c := range []struct {
		name   string
		args   []string
		status int
		says   []string
	}{
		{"an unknown reading", []string{"--reading", "averages=daily_mean"}, exitFailed, []string{"[pack.unknown_reading]", "averages", "average"}},
		{"an unknown value", []string{"--reading", "average=weekly"}, exitFailed, []string{"[pack.reading_value]", "weekly", "daily_mean"}},
		{"an unknown parameter", []string{"--set", "rate=1%"}, exitFailed, []string{"[pack.unknown_parameter]", "rate"}},
		{"a parameter that is no quantity", []string{"--set", "rate_max=1"}, exitFailed, []string{"[pack.parameter_type]", "rate_max"}},
		{"a parameter outside the range", []string{"--set", "rate_max=0.4%"}, exitFailed, []string{"[pack.term_range]", "items/risk.yaml:11"}},
		{"a negative parameter", []string{"--set", "limit=-5万元"}, exitFailed, []string{"[money.amount]", "-5万元"}},
		{"no value", []string{"--set", "limit"}, exitUsage, []string{"名称=取值", "limit"}},
		{"no name", []string{"--reading", "=x"}, exitUsage, []string{"名称=取值"}},
		{"twice", []string{"--set", "limit=1元", "--set", "limit=2元"}, exitUsage, []string{"limit", "两次"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.TB = t
			w.refuses(c.status, append([]string{"settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle"}, c.args...), c.says...)
			w.refuses(c.status, append([]string{"simulate", "--pack", "@pack", "--facts", "@in", "--csv", "@what.csv"}, c.args...), c.says...)
		})
	}
}

// TestBadTexts: official texts that cannot be attached.
func TestBadTexts(t *testing.T) {
	w := newWorld(t)
	const right = "一、目标\n二、措施\n1.贷款。\n2.研发。\n"
	w.put("right.txt", right)
	w.put("short.txt", "一、目标\n二、措施\n1.贷款。\n")
	w.put("long.txt", right+"3.宣传。\n")
	w.put("none.txt", "小城市人民政府\n")
	w.put("gb.txt", gb18030(right))
	w.put("big.txt", strings.Repeat("一、目标\n", 2<<20))
	for _, c := range []struct{ name, file, code, says string }{
		{"a clause is missing", "short.txt", "policy.text_mismatch", "二2"},
		{"a clause too many", "long.txt", "policy.text_mismatch", "二3"},
		{"no numbers", "none.txt", "policy.text_numbering", "none.txt"},
		{"GB18030", "gb.txt", "policy.text_encoding", "gb.txt"},
		{"too long", "big.txt", "policy.text_size", "big.txt"},
		{"not there", "gone.txt", "policy.text_unreadable", "gone.txt"},
		{"a folder", "pack", "policy.text_unreadable", "pack"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.TB = t
			w.refuses(exitFailed, []string{"policy", "attach", "@pack", "@" + c.file}, "["+c.code, c.says)
		})
	}
	w.TB = t
	w.accepts("policy", "attach", "@pack", "@right.txt")
	w.swap("pack/official.txt", "2.研发。", "")
	w.refuses(exitFailed, []string{"policy", "check", "@pack"}, "[policy.text_mismatch]", "二2")
}
