package main

import (
	"encoding/csv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// german is a sample that ships with the tests.
var german = filepath.Join("..", "..", "internal", "rating", "train", "testdata", "german_credit.csv")

// TestCardFromSampleToScores makes a card, judges it, scores by it and exports it.
func TestCardFromSampleToScores(t *testing.T) {
	dir := t.TempDir()
	card, scores, report := filepath.Join(dir, "card.json"), filepath.Join(dir, "scores.csv"), filepath.Join(dir, "report.json")
	sample := []string{"--data", german, "--target", "creditability", "--bad", "bad"}
	code, out := command(t, append([]string{"rating", "eval", "--seeds", "1"}, sample...)...)
	if code != exitOK || !strings.Contains(out, "样本1000条，坏样本300条") || !strings.Contains(out, "评分卡AUC 0.7") {
		t.Fatalf("%d %s", code, out)
	}
	if code, out = command(t, append([]string{"rating", "train", "--out", card, "--report", report}, sample...)...); code != exitOK || !strings.Contains(out, "信息值") {
		t.Fatalf("%d %s", code, out)
	}
	if code, out = command(t, "rating", "score", "--card", card, "--data", german, "--out", scores); code != exitOK {
		t.Fatalf("%d %s", code, out)
	}
	f, err := os.Open(scores)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was read
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 1001 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	n := len(rows[0])
	for _, r := range rows[1:] {
		if r[n-6] == "" || r[n-5] == "" || r[n-1] != "" {
			t.Fatalf("%v", r[n-6:])
		}
	}
	if code, out = command(t, "rating", "export", "--card", card); code != exitOK || !strings.Contains(out, "<Scorecard ") {
		t.Errorf("%d %s", code, out)
	}
	if code, out = command(t, "rating", "export", "--card", card, "--as", "sql", "--table", "firms", "--key", "id"); code != exitOK || !strings.Contains(out, `FROM "firms"`) {
		t.Errorf("%d %s", code, out)
	}
}

// TestRowsThatCannotBeScoredSayWhy scores firms of which something is wrong: a row that cannot
// be scored has no score, and says why under which code; a file that cannot be read is refused.
func TestRowsThatCannotBeScoredSayWhy(t *testing.T) {
	dir := t.TempDir()
	card, data := filepath.Join(dir, "card.json"), filepath.Join(dir, "data.csv")
	if code, out := command(t, "rating", "train", "--out", card, "--data", german, "--target", "creditability", "--bad", "bad"); code != exitOK {
		t.Fatal(out)
	}
	b, err := os.ReadFile(german)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitN(string(b), "\n", 3)
	age := strings.Replace(lines[1], ",67,", ",%,", 1)
	for row, want := range map[string]string{
		strings.Replace(lines[1], "radio/television", "rocket", 1): "purpose没有这一类，不能评分（rating.category）",
		strings.Replace(lines[1], "radio/television", "", 1):       "purpose未知，而模型训练时没有出现过未知，不能评分（rating.unknown）",
		strings.Replace(age, "%", "NaN", 1):                        "age_in_years是无穷大或不是数，不能评分（rating.infinite）",
		strings.Replace(age, "%", "-Inf", 1):                       "age_in_years是无穷大或不是数，不能评分（rating.infinite）",
		strings.Replace(age, "%", "六十七", 1):                        "age_in_years“六十七”不是数",
		strings.Replace(age, "%", " 67 ", 1):                       ",590,BB,",
	} {
		if err := os.WriteFile(data, []byte(lines[0]+"\n"+row+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out := command(t, "rating", "score", "--card", card, "--data", data); code != exitOK || !strings.Contains(out, want) {
			t.Errorf("%s: %d %s", want, code, out)
		}
	}
	for text, want := range map[string]string{
		strings.Replace(lines[0], "purpose", "use", 1) + "\n" + lines[1]:           "[rating.columns]：没有列“purpose”",
		strings.Replace(lines[0], "purpose", "age_in_years", 1) + "\n" + lines[1]:  "[rating.columns]：文件有两列“age_in_years”",
		strings.Replace(lines[0], "purpose", "\xd3\xc3\xcd\xbe", 1):                "[rating.file]：文件不是UTF-8编码",
		lines[0] + "\n" + strings.Replace(age, "%", strings.Repeat("1", 8<<20), 1): "有一行超过1MB",
		lines[0] + "\n1\n": "data.csv:2\n错误 [rating.file]",
	} {
		if err := os.WriteFile(data, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out := command(t, "rating", "score", "--card", card, "--data", data, "--out", filepath.Join(dir, "scores.csv")); code != exitFailed || !strings.Contains(out, want) {
			t.Errorf("%s: %d %.300s", want, code, out)
		}
		if _, err := os.Stat(filepath.Join(dir, "scores.csv")); err == nil {
			t.Fatal("scores were written")
		}
	}
}

// sampleOf is a sample of 400 rows, of which change may change the cells of a, b, c and y.
func sampleOf(head string, change func(i int, bad bool, cells []string)) string {
	dice := rand.New(rand.NewPCG(1, 2))
	out := head + "\n"
	for i := range 400 {
		bad := dice.Float64() < 0.3
		risk := dice.NormFloat64()
		cells := []string{strconv.FormatFloat(risk, 'f', 4, 64), strconv.FormatFloat(dice.NormFloat64()*2+5, 'f', 4, 64), []string{"甲", "乙", "丙"}[dice.IntN(3)], "0"}
		if bad {
			cells[0], cells[3] = strconv.FormatFloat(risk+1, 'f', 4, 64), "1"
		}
		if change != nil {
			change(i, bad, cells)
		}
		out += strings.Join(cells, ",") + "\n"
	}
	return out
}

// TestNoWrongSampleMakesACard: each says what is wrong, under its code and where, to whoever
// trains and to whoever judges; no card is left.
func TestNoWrongSampleMakesACard(t *testing.T) {
	const head = "a,b,c,y"
	cell := func(i int, text string) func(int, bool, []string) {
		return func(_ int, _ bool, c []string) { c[i] = text }
	}
	once := func(i int, text string) func(int, bool, []string) {
		return func(row int, _ bool, c []string) {
			if row == 7 {
				c[i] = text
			}
		}
	}
	features := `format: changrong.features/1
name: 试
features:
  - {name: a, zh: 欠税, en: arrears, source: s, measure: sum, field: a, trend: ascending, low: -5, high: 10}
  - {name: c, zh: 等级, en: grade, source: s, measure: latest, field: g, categories: [甲, 乙, 丙]}
`
	for name, x := range map[string]struct {
		text, want string
		features   bool
	}{
		"one class":          {sampleOf(head, cell(3, "0")), "样本400条，其中坏样本0条", false},
		"two bad ones":       {sampleOf(head, func(i int, _ bool, c []string) { c[3] = strconv.Itoa(max(0, 2-i) / max(1, 2-i)) }), "[rating.few]", false},
		"a constant":         {sampleOf(head, cell(1, "5")), "b\n错误 [rating.constant]", false},
		"missing everywhere": {sampleOf(head, cell(1, "")), "b\n错误 [rating.missing]", false},
		"infinite":           {sampleOf(head, once(1, "-Inf")), "b第8行是无穷大", false},
		"beyond all numbers": {sampleOf(head, once(1, "1e999")), "sample.csv:9 b\n错误 [rating.cell]", false},
		"no number":          {sampleOf(head, once(1, "NaN")), "sample.csv:9 b\n错误 [rating.cell]", false},
		"not applicable":     {sampleOf(head, once(1, "N/A")), "sample.csv:9 b\n错误 [rating.cell]", false},
		"a leak": {sampleOf(head, func(i int, bad bool, c []string) {
			c[1] = map[bool]string{true: "9.", false: "1."}[bad] + strconv.Itoa(i)
		}), "b\n错误 [rating.leak]", false},
		"a leak of categories": {sampleOf(head, func(_ int, bad bool, c []string) { c[2] = map[bool]string{true: "注销", false: "存续"}[bad] }), "c\n错误 [rating.leak]", false},
		"a leak by gaps":       {sampleOf(head, func(_ int, bad bool, c []string) { c[1] = map[bool]string{false: c[1]}[bad] }), "b\n错误 [rating.leak]", false},
		"no target":            {sampleOf("a,b,c,z", nil), "sample.csv y\n错误 [rating.columns]", false},
		"another target":       {sampleOf(head, func(_ int, bad bool, c []string) { c[3] = map[bool]string{true: "坏", false: "好"}[bad] }), "sample.csv y\n错误 [rating.bad]", false},
		"a third outcome":      {sampleOf(head, once(3, "待定")), "sample.csv y\n错误 [rating.bad]", false},
		"no outcome":           {sampleOf(head, once(3, "")), "sample.csv:9 y\n错误 [rating.cell]", false},
		"three rows":           {"a,y\n1,0\n2,1\n3,0\n", "样本3条", false},
		"no rows":              {"a,y\n", "样本0条", false},
		"one column":           {"y\n" + strings.Repeat("0\n1\n", 100), "[rating.columns]", false},
		"a name twice":         {sampleOf("a,a,c,y", nil), "sample.csv a\n错误 [rating.columns]", false},
		"no name":              {sampleOf("a,,c,y", nil), "[rating.columns]：第2列没有名称", false},
		"names of firms":       {sampleOf(head, func(i int, _ bool, c []string) { c[2] = "企业" + strconv.Itoa(i) }), "sample.csv c\n错误 [rating.columns]", false},
		"another category":     {sampleOf(head, once(2, "丁")), "c\n错误 [rating.category]", true},
		"another unit":         {sampleOf(head, func(_ int, _ bool, c []string) { c[0] += "e4" }), "a\n错误 [rating.range]", true},
		"no number, declared":  {sampleOf(head, once(0, "一")), "sample.csv:9 a\n错误 [rating.cell]", true},
		"NaN, declared":        {sampleOf(head, once(0, "NaN")), "a\n错误 [rating.infinite]", true},
		"GBK":                  {strings.ReplaceAll(sampleOf(head, nil), "甲", "\xbc\xd7"), "c\n错误 [rating.file]", false},
		"UTF-16":               {"\xff\xfea\x00,\x00y\x00\n\x00", "[rating.file]", false},
		"semicolons":           {strings.ReplaceAll(sampleOf(head, nil), ",", ";"), "sample.csv:1\n错误 [rating.file]", false},
		"a line without end":   {"a,y\n" + strings.Repeat("1", 8<<20) + ",0\n", "有一行超过1MB", false},
		"a quote without end":  {"a,y\n\"" + strings.Repeat("1,0\n", 2<<20), "有一行超过1MB", false},
		"rows of other length": {sampleOf(head, nil) + "1,2\n", "sample.csv:402\n错误 [rating.file]", false},
		"empty":                {"", "[rating.file]", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			data, card, set := filepath.Join(dir, "sample.csv"), filepath.Join(dir, "card.json"), filepath.Join(dir, "features.yaml")
			for path, text := range map[string]string{data: x.text, set: features} {
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			args := []string{"--data", data, "--target", "y"}
			if x.features {
				args = append(args, "--features", set)
			}
			for _, verb := range [][]string{{"rating", "train", "--out", card}, {"rating", "eval"}} {
				if code, out := command(t, append(verb, args...)...); code != exitFailed || !strings.Contains(out, x.want) || !strings.Contains(out, "[rating.") {
					t.Errorf("%s: %d %.400s", verb[1], code, out)
				}
			}
			if _, err := os.Stat(card); err == nil {
				t.Error("a card was written")
			}
		})
	}
	data := filepath.Join(t.TempDir(), "bom.csv")
	if err := os.WriteFile(data, []byte("\ufeff"+sampleOf(head, nil)), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := command(t, "rating", "eval", "--data", data, "--target", "y"); code != exitOK {
		t.Errorf("%d %s", code, out)
	}
}

// TestWhatElseIsWrongOnTheCommandLine: files that are not there, plans and features that are
// none.
func TestWhatElseIsWrongOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	data := write("sample.csv", sampleOf("a,b,c,y", nil))
	for want, args := range map[string][]string{
		"file.read":      {"--data", filepath.Join(dir, "none.csv")},
		"rating.plan":    {"--data", data, "--plan", write("p.json", `{"max_bin": 3}`)},
		"pack.required":  {"--data", data, "--features", write("f.yaml", "format: changrong.features/1\n")},
		"rating.columns": {"--data", data, "--leave", "z"},
	} {
		if code, out := command(t, append([]string{"rating", "train", "--target", "y", "--out", filepath.Join(dir, "card.json")}, args...)...); code != exitFailed || !strings.Contains(out, want) {
			t.Errorf("%s: %d %s", want, code, out)
		}
	}
	if code, _ := command(t, "rating", "eval", "--data", german, "--target", "creditability", "--folds", "1"); code != exitUsage {
		t.Error(code)
	}
	if code, out := command(t, "rating", "score", "--card", write("card2.json", "{}"), "--data", german); code != exitFailed || !strings.Contains(out, "rating.card") {
		t.Error(code, out)
	}
}

// TestFeaturesOfInvoices makes a sample of two firms.
func TestFeaturesOfInvoices(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"firms.csv": "id,label\n甲,1\n乙,0\n",
		"out.csv":   "enterprise_id,invoice_no,date,counterparty,amount,tax,total,void\n甲,1,2025-05-03,丙,100,13,113,0\n甲,1,2025-05-03,丙,100,13,113,0\n甲,2,bad,丙,100,13,113,0\n",
		"in.csv":    "enterprise_id,invoice_no,date,counterparty,amount,tax,total,void\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "sample.csv")
	code, said := command(t, "rating", "features", "--firms", filepath.Join(dir, "firms.csv"), "--issued", filepath.Join(dir, "out.csv"), "--received", filepath.Join(dir, "in.csv"), "--out", out)
	if code != exitOK || !strings.Contains(said, "疑似重复的发票1对") || !strings.Contains(said, "out.csv:4") {
		t.Fatalf("%d %s", code, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "id,label,sales,") || !strings.HasPrefix(lines[1], "甲,1,200,") || !strings.HasPrefix(lines[2], "乙,0,,,") {
		t.Errorf("%s", b)
	}
}

// TestCardOfAHistory makes a card of what reference departments know of a made-up city.
func TestCardOfAHistory(t *testing.T) {
	dir := t.TempDir()
	code, out := command(t, "history", "--enterprises", "600", "--out", dir)
	if code != exitOK || !strings.Contains(out, "合成数据，不含任何真实企业") || !strings.Contains(out, "除偶然外不超过0.") {
		t.Fatalf("%d %s", code, out)
	}
	sample := []string{"--data", filepath.Join(dir, "sample.csv"), "--features", filepath.Join(dir, "features.yaml"), "--target", "defaulted"}
	if code, out = command(t, append([]string{"rating", "train", "--out", filepath.Join(dir, "card.json")}, sample...)...); code != exitOK || !strings.Contains(out, "纳税信用级别") {
		t.Fatalf("%d %s", code, out)
	}
	code, out = command(t, "rating", "score", "--card", filepath.Join(dir, "card.json"), "--data", filepath.Join(dir, "refused.csv"))
	if code != exitOK || !strings.Contains(out, "演示") {
		t.Errorf("%d %s", code, out)
	}
	if code, _ = command(t, "history", "--enterprises", "10", "--out", dir); code == exitOK {
		t.Error("a history of ten firms")
	}
}
