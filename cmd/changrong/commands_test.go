package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"changrong/internal/adapter/page"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy"
)

// TestTheWholeWay runs a year as a city does, command by command, and holds what
// the commands say against each other.
func TestTheWholeWay(t *testing.T) {
	w := newWorld(t)
	w.accepts("city", "--seed", "5", "--enterprises", "40", "--as", "both", "--zip", "--out", "@city")
	checked := w.accepts("import", "--in", "@city/pboc", "--check")
	taken := w.accepts("import", "--in", "@city/pboc", "--out", "@facts")
	if a, b := strings.TrimSuffix(checked.out, "核对通过。\n"), strings.Split(taken.out, "已写出事实")[0]; a != b {
		t.Errorf("checking and importing find different things:\n%s\n%s", a, b)
	}
	settled := w.accepts("settle", "--pack", linhai, "--facts", "@facts", "--out", "@bundle").out
	print := regexp.MustCompile(`结果指纹 ([0-9a-f]{64})`)
	want := print.FindStringSubmatch(settled)
	if want == nil {
		t.Fatalf("no digest of the result:\n%s", settled)
	}
	// The facts that the banks' files were made from give the very same result, from
	// any engine.
	for _, args := range [][]string{{"--facts", "@city/facts"}, {"--facts", "@facts", "--engine", "cel"}, {"--facts", "@city/facts", "--partitions", "3"}} {
		got := w.accepts(append([]string{"settle", "--pack", linhai, "--out", "@again.zip"}, args...)...).out
		if m := print.FindStringSubmatch(got); m == nil || m[1] != want[1] {
			t.Errorf("%v gives another result:\n%s\n%s", args, settled, got)
		}
		if err := os.Remove(w.path("again.zip")); err != nil {
			t.Fatal(err)
		}
	}
	var receipt struct {
		Result string   `json:"result_sha256"`
		Absent []string `json:"absent"`
	}
	if err := json.Unmarshal([]byte(w.get("bundle/receipt.json")), &receipt); err != nil || receipt.Result != want[1] || len(receipt.Absent) != 0 {
		t.Errorf("receipt %+v, %v", receipt, err)
	}
	paid := w.sums(settled)
	w.explained()
	if got := w.accepts("verify", "@bundle").out; !strings.Contains(got, "复核通过") || !strings.Contains(got, want[1]) {
		t.Errorf("verify:\n%s", got)
	}
	w.simulated(paid)
}

// fen reads a number of fen.
func (w *world) fen(s string) money.Fen {
	w.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		w.Fatal(err)
	}
	return money.Fen(n)
}

// sums holds the table that settle printed against totals and lines, and returns
// what is paid in all.
func (w *world) sums(printed string) money.Fen {
	w.Helper()
	var all money.Fen
	items, lines := map[string]money.Fen{}, map[string]money.Fen{}
	for _, r := range w.records("bundle/totals.csv") {
		items[r["item"]] += w.fen(r["paid_fen"])
		all += w.fen(r["paid_fen"])
	}
	for _, r := range w.records("bundle/lines.csv") {
		lines[r["item"]] += w.fen(r["paid_fen"])
	}
	for item, sum := range items {
		if lines[item] != sum {
			w.Errorf("%s: totals %v, lines %v", item, sum, lines[item])
		}
		if !regexp.MustCompile(`(?m)^` + item + ` .* ` + regexp.QuoteMeta(page.Grouped(sum)) + ` `).MatchString(printed) {
			w.Errorf("%s: %s is not printed:\n%s", item, page.Grouped(sum), printed)
		}
	}
	if all == 0 || !regexp.MustCompile(`(?m)^合计 .* `+regexp.QuoteMeta(page.Grouped(all))+`\s`).MatchString(printed) {
		w.Errorf("the sum %s is not printed:\n%s", page.Grouped(all), printed)
	}
	return all
}

// explained asks for the payee that gets most and for a line of it, on screen and
// as pages, in both languages.
func (w *world) explained() {
	w.Helper()
	var most map[string]string
	for _, r := range w.records("bundle/totals.csv") {
		if r["item"] == "rc-tech" && (most == nil || w.fen(r["paid_fen"]) > w.fen(most["paid_fen"])) {
			most = r
		}
	}
	payee := most["payee_id"]
	amount := page.Grouped(w.fen(most["paid_fen"]))
	for _, lang := range []string{"zh", "en"} {
		got := w.accepts("explain", "@bundle", "--payee", payee, "--item", "rc-tech", "--lang", lang).out
		if !strings.Contains(got, payee) || !strings.Contains(got, amount) {
			w.Errorf("%s: %s is not told %s:\n%s", lang, payee, amount, got)
		}
		w.accepts("explain", "@bundle", "--payee", payee, "--lang", lang, "--html", "@why-"+lang+".html")
		w.page("why-"+lang+".html", payee, amount)
	}
	for _, r := range w.records("bundle/lines.csv") {
		if r["item"] != "rc-tech" || r["payee_id"] != payee {
			continue
		}
		note := r["institution_id"] + "/" + r["subject_id"]
		base, paid := page.Grouped(w.fen(r["base_fen"])), page.Grouped(w.fen(r["paid_fen"]))
		got := w.accepts("explain", "@bundle", "--note", note, "--item", "rc-tech").out
		for _, s := range []string{r["subject_id"], "三(四)15", base, paid, "与已存结果一致"} {
			if !strings.Contains(got, s) {
				w.Errorf("%s is not told %s:\n%s", note, s, got)
			}
		}
		w.accepts("explain", "@bundle", "--note", note, "--html", "@note.html")
		w.page("note.html", r["subject_id"], paid)
	}
	// A line that was edited is explained as it should be, and told to differ.
	w.swap("bundle/lines.csv", "rc-tech,"+payee, "rc-tech,"+bankA)
	got := w.run("explain", "@bundle", "--payee", payee, "--item", "rc-tech")
	if got.status != exitFailed || !strings.Contains(got.out, "≠  收款人：已存"+bankA) {
		w.Errorf("an edited bundle is explained with %d:\n%s%s", got.status, got.out, got.err)
	}
	w.swap("bundle/lines.csv", "rc-tech,"+bankA, "rc-tech,"+payee)
}

// page reads an HTML page: it must be whole, hold these texts and fetch nothing.
func (w *world) page(name string, holds ...string) {
	w.Helper()
	text := w.get(name)
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var words strings.Builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			w.Errorf("%s: %v", name, err)
			return
		}
		switch e := token.(type) {
		case xml.CharData:
			words.Write(e)
		case xml.StartElement:
			for _, a := range e.Attr {
				if (a.Name.Local == "src" || a.Name.Local == "href" && e.Name.Local == "link") && !strings.HasPrefix(a.Value, "data:") {
					w.Errorf("%s fetches %s", name, a.Value)
				}
			}
		}
	}
	for _, s := range holds {
		if !strings.Contains(words.String(), s) {
			w.Errorf("%s does not hold %q", name, s)
		}
	}
	if !strings.Contains(text, "</html>") || !strings.HasPrefix(strings.ToLower(text), "<!doctype html>") {
		w.Errorf("%s is not whole", name)
	}
}

// simulated holds the table, the CSV and the page of a simulation against each
// other, and against what is paid.
func (w *world) simulated(paid money.Fen) {
	w.Helper()
	got := w.accepts("simulate", "--pack", linhai, "--facts", "@facts", "--csv", "@what.csv", "--html", "@what.html").out
	if !strings.Contains(got, page.Grouped(paid)) {
		w.Errorf("the chosen readings do not pay %s:\n%s", page.Grouped(paid), got)
	}
	after := map[string]money.Fen{}
	for _, r := range w.records("what.csv") {
		if d := w.fen(r["difference_fen"]); d != w.fen(r["variant_paid_fen"])-w.fen(r["chosen_paid_fen"]) {
			w.Errorf("%v does not add up", r)
		}
		after[r["variant"]] += w.fen(r["difference_fen"])
	}
	if len(after) < 8 {
		w.Errorf("only %d readings change anything", len(after))
	}
	holds := []string{page.Grouped(paid)}
	for variant, d := range after {
		if !regexp.MustCompile(`(?m)^` + variant + ` .*\s` + regexp.QuoteMeta(page.Grouped(paid+d)) + `\s+` + regexp.QuoteMeta(page.Grouped(d)) + `\s`).MatchString(got) {
			w.Errorf("%s: %s is not in the table:\n%s", variant, page.Grouped(paid+d), got)
		}
		holds = append(holds, page.Grouped(paid+d))
	}
	w.page("what.html", holds...)
	got = w.accepts("simulate", "--pack", linhai, "--facts", "@facts", "--set", "rc_rate=0.25%", "--reading", "rounding=fen").out
	if !strings.Contains(got, "rounding=fen rc_rate=0.25%") || !strings.Contains(got, page.Grouped(paid)) {
		w.Errorf("choices of one's own:\n%s", got)
	}
}

// TestPolicyCommands checks, tests, renders and attaches to a copy of the pack.
func TestPolicyCommands(t *testing.T) {
	w := newWorld(t)
	if err := os.CopyFS(w.path("linhai"), os.DirFS(linhai)); err != nil {
		t.Fatal(err)
	}
	got := w.accepts("policy", "check", "@linhai").out
	for _, s := range []string{"20 of 20 numbered clauses mapped", "二 四", "0 undecided", "资金项目 11，理解 7，参数 15"} {
		if !strings.Contains(got, s) {
			t.Errorf("check does not say %q:\n%s", s, got)
		}
	}
	if got := w.accepts("policy", "test", "@linhai").out; !regexp.MustCompile(`\d{3} passed, 0 failed`).MatchString(got) {
		t.Errorf("test:\n%s", got)
	}
	w.swap("linhai/cases/outlet-town.yaml", "paid: 100000", "paid: 100001")
	w.refuses(exitFailed, []string{"policy", "test", "@linhai"}, "未通过 linhai/cases/outlet-town.yaml:", "100001", "2 failed")
	w.swap("linhai/cases/outlet-town.yaml", "paid: 100001", "paid: 100000")

	// The official text, made up: the numbering of the clause map and words of ours.
	text := madeUp(t)
	w.put("text.txt", text)
	w.accepts("policy", "attach", "@linhai", "@text.txt")
	if w.get("linhai/official.txt") != text {
		t.Error("another text was attached")
	}
	if got := w.accepts("policy", "check", "@linhai").out; !strings.Contains(got, "条款编号与所附原文一致") {
		t.Errorf("check with the text:\n%s", got)
	}
	w.accepts("policy", "render", "@linhai", "-o", "@p.html")
	w.page("p.html", "虚构原文三(四)15", "科技型企业贷款风险补偿", "1000万元", "月均贷款余额怎样算")
	w.accepts("policy", "render", "@linhai", "-o", "@p.md")
	screen := w.accepts("policy", "render", "@linhai", "--markdown").out
	if md := w.get("p.md"); screen != md || !strings.Contains(md, "科技型企业贷款风险补偿") || !strings.Contains(md, "虚构原文三(四)15") || strings.Contains(md, "<no value>") {
		t.Errorf("Markdown:\n%s", md)
	}

	w.accepts("policy", "schema", "@schema")
	for name := range policy.Schemas() {
		text := w.get("schema/" + name + ".schema.json")
		want, err := os.ReadFile("../../packs/schema/" + name + ".schema.json")
		if err != nil || text != string(want) || !json.Valid([]byte(text)) {
			t.Errorf("%s: not the schema of packs/schema (%v)", name, err)
		}
	}
}

// madeUp writes a text with the numbering of the pack's clause map.
func madeUp(t *testing.T) string {
	t.Helper()
	pack, err := policy.Load(os.DirFS(linhai))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	seen := map[string]bool{}
	heading := func(key, line string) {
		if !seen[key] {
			seen[key] = true
			b.WriteString(line + "\n")
		}
	}
	parts := regexp.MustCompile(`^([一二三四五])(?:\(([一二三四五六])\)(\d+))?$`)
	for _, c := range pack.Clauses {
		m := parts.FindStringSubmatch(c.Ref)
		if m == nil {
			t.Fatalf("clause %q", c.Ref)
		}
		heading(m[1], m[1]+"、一节")
		if m[3] == "" {
			b.WriteString("虚构原文" + c.Ref + "。\n")
			continue
		}
		heading(m[1]+m[2], "（"+m[2]+"）一小节")
		b.WriteString(m[3] + ".虚构原文" + c.Ref + "。\n")
	}
	return b.String()
}

// TestTemplate: what a clerk fills into the template is imported and settled as
// the same rows in CSV are.
func TestTemplate(t *testing.T) {
	w := newWorld(t).tables()
	want := cut(w.accepts("settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle").out)
	w.accepts("template", "@book/facts.xlsx")
	book, err := excelize.OpenFile(w.path("book/facts.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(book.GetSheetList()); got != len(fact.Tables()) {
		t.Errorf("%d sheets for %d tables", got, len(fact.Tables()))
	}
	for _, table := range fact.Tables() {
		rows, err := book.GetRows(table.Zh)
		if err != nil || len(rows) != 1 || len(rows[0]) != len(table.Stored()) {
			t.Fatalf("%s: %v, %v", table.Zh, rows, err)
		}
		if facts[table.Name+".csv"] == "" {
			if err := book.DeleteSheet(table.Zh); err != nil {
				t.Fatal(err)
			}
			continue
		}
		for i, r := range w.records("in/" + table.Name + ".csv") {
			for j, name := range table.Stored() {
				cell, err := excelize.CoordinatesToCellName(j+1, i+2)
				if err != nil {
					t.Fatal(err)
				}
				if err := fill(book, table.Zh, cell, table.Column(name).Type, r[name]); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
	w.accepts("import", "--in", "@book", "--out", "@facts")
	for _, from := range []string{"@book", "@facts"} {
		if got := cut(w.accepts("settle", "--pack", "@pack", "--facts", from, "--out", "@bundle"+from[1:]).out); got != want {
			t.Errorf("from %s:\n%s\nfrom CSV:\n%s", from, got, want)
		}
	}
	w.accepts("template", "@two.xlsx", "--table", "loans,month_balances")
	two, err := excelize.OpenFile(w.path("two.xlsx"))
	if err != nil || len(two.GetSheetList()) != 2 {
		t.Errorf("a template of two tables: %v, %v", two.GetSheetList(), err)
	}
}

// fill writes a cell as Excel holds what is typed into it: money as a number.
func fill(book *excelize.File, sheet, cell string, typ fact.Type, value string) error {
	if value == "" {
		return nil
	}
	if typ == fact.Fen || typ == fact.Rate || typ == fact.Int {
		x, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return err
		}
		return book.SetCellFloat(sheet, cell, x, -1, 64)
	}
	return book.SetCellStr(sheet, cell, value)
}

// TestAbsentTables: what a settlement had to do without is said, and kept.
func TestAbsentTables(t *testing.T) {
	w := newWorld(t).tables()
	for _, name := range []string{"projects", "budgets"} {
		if err := os.Remove(w.path("in/" + name + ".csv")); err != nil {
			t.Fatal(err)
		}
	}
	w.put("in/decisions.csv", strings.SplitAfter(facts["decisions.csv"], "\n")[0])
	got := w.accepts("settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle").out
	for _, s := range []string{"没有表 projects", "没有表 budgets", "没有额度记录"} {
		if !strings.Contains(got, s) {
			t.Errorf("does not say %q:\n%s", s, got)
		}
	}
	var receipt struct {
		Absent []string `json:"absent"`
	}
	if err := json.Unmarshal([]byte(w.get("bundle/receipt.json")), &receipt); err != nil || strings.Join(receipt.Absent, " ") != "projects budgets" {
		t.Errorf("absent %v, %v", receipt.Absent, err)
	}
	w.accepts("verify", "@bundle")
}
