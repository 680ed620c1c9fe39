package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// settled makes a bundle, as a folder and as a zip.
func (w *world) settled() *world {
	w.tables()
	w.accepts("settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle")
	w.accepts("settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle.zip")
	return w
}

// TestBadOutputs: results that cannot be put where they should go leave what is
// there as it is.
func TestBadOutputs(t *testing.T) {
	w := newWorld(t).settled()
	w.put("file", "mine")
	w.mkdir("there/is")
	settle := []string{"settle", "--pack", "@pack", "--facts", "@in", "--out"}
	take := []string{"import", "--in", "@in", "--out"}
	simulate := []string{"simulate", "--pack", "@pack", "--facts", "@in"}
	for _, c := range []struct {
		name string
		args []string
		says []string
	}{
		{"a bundle that is there", append(settle, "@bundle"), []string{"[bundle.exists]", "bundle"}},
		{"a zip that is there", append(settle, "@bundle.zip"), []string{"[bundle.exists]", "bundle.zip"}},
		{"an empty folder", append(settle, "@there"), []string{"[bundle.exists]", "there"}},
		{"a bundle below a file", append(settle, "@file/bundle"), []string{"[bundle.write]", "file/bundle"}},
		{"a zip below a file", append(settle, "@file/bundle.zip"), []string{"[bundle.write]", "file/bundle.zip"}},
		{"facts that are there", append(take, "@there"), []string{"[intake.out_exists]", "there"}},
		{"facts over a file", append(take, "@file"), []string{"[intake.out_exists]", "file"}},
		{"facts below a file", append(take, "@file/facts"), []string{"[intake.unwritable]", "file/facts"}},
		{"facts in no folder", append(take, "@nowhere/facts"), []string{"[intake.unwritable]", "nowhere/facts"}},
		{"findings in a folder's place", []string{"import", "--in", "@in", "--check", "--csv", "@there"}, []string{"[file.write]", "there"}},
		{"a page below a file", append(simulate, "--html", "@file/what.html"), []string{"[file.write]", "file/what.html"}},
		{"a table below a file", append(simulate, "--csv", "@file/what.csv"), []string{"[file.write]", "file/what.csv"}},
		{"a template below a file", []string{"template", "@file/t.xlsx"}, []string{"[file.write]", "file/t.xlsx"}},
		{"a rendered pack below a file", []string{"policy", "render", "@pack", "-o", "@file/p.html"}, []string{"[file.write]", "file/p.html"}},
		{"schemas below a file", []string{"policy", "schema", "@file/s"}, []string{"[file.write]", "file/s"}},
		{"an explanation below a file", []string{"explain", "@bundle", "--example", "--html", "@file/e.html"}, []string{"[file.write]", "file/e.html"}},
		{"a city that is there", []string{"city", "--enterprises", "5", "--out", "@there"}, []string{"[sim.out_exists]", "there"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.TB = t
			w.refuses(exitFailed, c.args, c.says...)
		})
	}
	if w.get("file") != "mine" {
		t.Error("the file was written over")
	}
	w.TB = t
	// What fails while it is written leaves no folders behind that were made for it.
	w.cell("enterprises", 2, "town", "33108")
	w.refuses(exitFailed, append(settle, "@a/b/bundle"), "[fact.town]")
	w.refuses(exitFailed, append(settle, "@a/b/bundle.zip"), "[fact.town]")
}

// TestBadBundles: verify tells every edit with its place, and explain does not
// explain from what it cannot read.
func TestBadBundles(t *testing.T) {
	edit := func(file, from, to string) func(*world) {
		return func(w *world) { w.swap("bundle/"+file, from, to) }
	}
	remove := func(file string) func(*world) {
		return func(w *world) {
			if err := os.Remove(w.path("bundle/" + file)); err != nil {
				t.Fatal(err)
			}
		}
	}
	whole := newWorld(t).settled()
	for _, c := range []struct {
		name  string
		spoil func(*world)
		says  []string
	}{
		{"a digit of a line", edit("lines.csv", ",30000", ",40000"), []string{"lines.csv:", "SHA256SUMS", "重新计算得"}},
		{"a digit of a total", edit("totals.csv", "rd,", "rx,"), []string{"totals.csv:2 item"}},
		{"a line too many", edit("lines.csv", "\n", "\n\n"), []string{"lines.csv:"}},
		{"the pack", edit("pack/items/rd.yaml", "max: 50%", "max: 60%"), []string{"pack/items/rd.yaml"}},
		{"the pack, so that it is none", edit("pack/items/rd.yaml", "rows: projects", "rows: prospects"), []string{"pack/items/rd.yaml:4:7", "pack.enum", "无法重新计算"}},
		{"a byte of the facts", edit("facts/budgets/part-0000.parquet", "fund", "fond"), []string{"facts/budgets/part-0000.parquet"}},
		{"the receipt", edit("receipt.json", `"average": "month_end_mean"`, `"average": "daily_mean"`), []string{"receipt.json"}},
		{"a file too many", func(w *world) { w.put("bundle/more.csv", "x") }, []string{"more.csv", "多出"}},
		{"a file too few", remove("gates.csv"), []string{"gates.csv", "缺失"}},
		{"no facts", func(w *world) { _ = os.RemoveAll(w.path("bundle/facts")) }, []string{"facts", "无法重新计算"}},
		{"no checksums", remove("SHA256SUMS"), []string{"SHA256SUMS", "缺少"}},
		{"checksums of elsewhere", edit("SHA256SUMS", "  gates.csv", "  ../../in/loans.csv"), []string{"SHA256SUMS:", "../../in/loans.csv", "不合格式"}},
		{"the SQL", edit("sql/duckdb.sql", "SELECT", "select"), []string{"sql/duckdb.sql"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			if err := os.CopyFS(w.path("bundle"), os.DirFS(whole.path("bundle"))); err != nil {
				t.Fatal(err)
			}
			c.spoil(w)
			w.refuses(exitFailed, []string{"verify", "@bundle"}, append(c.says, "不符", "复核未通过")...)
		})
	}
	body := whole.get("bundle.zip")
	for _, c := range []struct {
		name, text string
		says       []string
	}{
		{"half a zip", body[:len(body)/2], []string{"[bundle.zip]", "b.zip", "完整"}},
		{"no zip", "receipt", []string{"[bundle.zip]", "b.zip"}},
		{"an empty zip", zipped(), []string{"[bundle.not_found]", "b.zip", "receipt.json"}},
		{"a zip that leaves its folder", zipped("receipt.json", "{}", "../slip.txt", "x"), []string{"[bundle.zip]", "../slip.txt"}},
		{"a zip that leaves it by another way", zipped("receipt.json", "{}", `..\slip.txt`, "x"), []string{"[bundle.zip]", "slip.txt"}},
		{"a zip with an absolute name", zipped("/tmp/slip.txt", "x"), []string{"[bundle.zip]", "/tmp/slip.txt"}},
		{"a zip bomb", zipped("receipt.json", strings.Repeat(" ", 64<<20)), []string{"[bundle.zip]", "receipt.json", "过大"}},
		{"a zip that says it is small", lying("receipt.json", strings.Repeat(" ", 64<<20), "x", ""), []string{"[bundle.zip]", "receipt.json"}},
		{"a receipt of something else", zipped("receipt.json", `{"format": 1, "engin": "x"}`), []string{"[bundle.receipt]", "receipt.json"}},
		{"no JSON", zipped("receipt.json", `receipt`), []string{"[bundle.receipt]", "receipt.json"}},
		{"a receipt alone", zipped("receipt.json", whole.get("bundle/receipt.json")), []string{"pack.unreadable", "没有这个政策包"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.put("b.zip", c.text)
			w.thrifty(256<<20, func() { w.refuses(exitFailed, []string{"verify", "@b.zip"}, c.says...) })
			w.thrifty(256<<20, func() { w.refuses(exitFailed, []string{"explain", "@b.zip", "--payee", bankA}, c.says...) })
			if _, err := os.Stat(filepath.Join(filepath.Dir(w.dir), "slip.txt")); err == nil {
				t.Error("the zip wrote outside its folder")
			}
		})
	}
	w := newWorld(t)
	w.refuses(exitFailed, []string{"verify", "@none"}, "[bundle.not_found]", "none")
	w.refuses(exitFailed, []string{"verify", "@none.zip"}, "[bundle.not_found]", "none.zip")
	w.refuses(exitFailed, []string{"explain", "@none", "--example"}, "[bundle.not_found]", "none")
	w.refuses(exitFailed, []string{"verify", "@pack"}, "[bundle.not_found]", "pack")
}

// TestNobodyToExplain: questions about what the bundle does not hold.
func TestNobodyToExplain(t *testing.T) {
	w := newWorld(t).settled()
	for _, c := range [][]string{
		{"explain.nothing", "--payee", "91331082DEM0000999"},
		{"explain.nothing", "--note", bankA + "/99"},
		{"explain.nothing", "--note", "91331082DEM0000999/1"},
		{"explain.item", "--payee", bankA, "--item", "nothing"},
	} {
		w.refuses(exitFailed, append([]string{"explain", "@bundle", "--html", "@e.html"}, c[1:]...), "["+c[0]+"]", c[len(c)-1])
	}
}

// TestWrongUsage: a wrong command line is told in Chinese, ends with 2 and does
// nothing.
func TestWrongUsage(t *testing.T) {
	w := newWorld(t).settled()
	settle := []string{"settle", "--pack", "@pack", "--facts", "@in", "--out", "@new"}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"setle"}, "没有“setle”这个命令"},
		{[]string{"policy", "chek", "@pack"}, "没有“chek”这个命令"},
		{[]string{"settle"}, "缺少必须写明的选项：--facts --out --pack"},
		{[]string{"import", "--check"}, "--in"},
		{append(settle, "more"), "more"},
		{append(settle, "--engines", "cel"), "没有 --engines 这个选项"},
		{append(settle, "-x"), "没有 -x 这个选项"},
		{append(settle, "--workers"), "--workers 后面缺少取值"},
		{append(settle, "--workers", "many"), "“many”不能用作 --workers 的取值"},
		{append(settle, "--workers", "-1"), "settlement.options"},
		{append(settle, "--partitions", "-1"), "settlement.options"},
		{append(settle, "--engine", "excel"), "没有执行器“excel”"},
		{append(settle, "--engine", "sql"), "--dsn"},
		{[]string{"verify"}, "应写 1 个参数，写了 0 个"},
		{[]string{"verify", "@bundle", "@bundle"}, "应写 1 个参数，写了 2 个"},
		{[]string{"verify", "@bundle", "--engine", "excel"}, "没有执行器“excel”"},
		{[]string{"import", "--in", "@in"}, "--out 与 --check"},
		{[]string{"import", "--in", "@in", "--check", "--out", "@new"}, "--out 与 --check"},
		{[]string{"explain", "@bundle"}, "--payee、--note、--example"},
		{[]string{"explain", "@bundle", "--payee", bankA, "--example"}, "--payee、--note、--example"},
		{[]string{"explain", "@bundle", "--note", bankA}, "机构代码/借据编码"},
		{[]string{"explain", "@bundle", "--example", "--lang", "fr"}, "--lang"},
		{[]string{"policy", "attach", "@pack"}, "应写 2 个参数，写了 1 个"},
		{[]string{"template"}, "应写 1 个参数，写了 0 个"},
		{[]string{"city", "--out", "@new", "--notes", "-1"}, "--notes"},
	} {
		w.refuses(exitUsage, c.args, "用法有误", c.says, "--help")
	}
	w.refuses(exitFailed, append(settle, "--workers", "100000"), "[settlement.options]", "1024")
	w.refuses(exitFailed, append(settle, "--partitions", "100000"), "[settlement.options]", "256")
	for _, c := range [][]string{
		{"template", "@t.xlsx", "--table", "loan"},
		{"city", "--out", "@new", "--as", "excel"},
		{"city", "--out", "@new", "--trouble", "all"},
		{"city", "--out", "@new", "--without", "loan"},
		{"city", "--out", "@new", "--format", "xls"},
		{"city", "--out", "@new", "--enterprises", "-1"},
	} {
		w.refuses(exitFailed, c, "错误 [")
	}
	for _, c := range [][]string{{}, {"--help"}, {"policy"}, {"settle", "--help"}} {
		if got := w.accepts(c...).out; !strings.Contains(got, "用法：") || strings.Contains(got, "Usage") || strings.Contains(got, "help for") {
			t.Errorf("%v:\n%s", c, got)
		}
	}
}

// TestInterrupted: what is stopped says so and leaves nothing behind.
func TestInterrupted(t *testing.T) {
	w := newWorld(t).settled()
	cancelled, stop := context.WithCancel(t.Context())
	stop()
	for _, args := range [][]string{
		{"import", "--in", "@in", "--out", "@new"},
		{"import", "--in", "@in", "--check"},
		{"settle", "--pack", "@pack", "--facts", "@in", "--out", "@new"},
		{"settle", "--pack", "@pack", "--facts", "@in", "--out", "@new.zip", "--engine", "cel"},
		{"simulate", "--pack", "@pack", "--facts", "@in", "--html", "@what.html"},
		{"verify", "@bundle"},
		{"verify", "@bundle.zip"},
		{"explain", "@bundle", "--example", "--html", "@why.html"},
		{"city", "--enterprises", "5", "--out", "@city"},
	} {
		before := w.tree()
		var out, errs bytes.Buffer
		if status := run(cancelled, w.args(args), &out, &errs); status != exitFailed || !strings.Contains(errs.String(), "已中断") {
			t.Errorf("%v: status %d\n%s%s", args, status, &out, &errs)
		}
		if after := w.tree(); !slices.Equal(before, after) {
			t.Errorf("%v left something behind:\n%q\n%q", args, before, after)
		}
	}
}

// TestBadCodes: a city's own code lists that cannot be read.
func TestBadCodes(t *testing.T) {
	w := newWorld(t).messages()
	w.put("codes.yaml", "quality: {confirmed: maybe\n")
	var bomb strings.Builder
	bomb.WriteString("lists:\n  quality: &a\n    values:\n")
	for i := range 2000 {
		fmt.Fprintf(&bomb, "      C%04d: {zh: x}\n", i)
	}
	for i := range 60_000 {
		fmt.Fprintf(&bomb, "  q%d: *a\n", i)
	}
	w.put("bomb.yaml", bomb.String())
	for _, name := range []string{"codes.yaml", "bomb.yaml", "pack", "nowhere.yaml"} {
		w.thrifty(256<<20, func() {
			w.refuses(exitFailed, []string{"import", "--in", "@in", "--check", "--codes", "@" + name}, "错误 [", name)
		})
	}
}
