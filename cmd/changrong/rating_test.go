package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
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

// TestRowsThatCannotBeScoredSayWhy scores a firm of a category that no card knows.
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
	if err := os.WriteFile(data, []byte(lines[0]+"\n"+strings.Replace(lines[1], "radio/television", "rocket", 1)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := command(t, "rating", "score", "--card", card, "--data", data); code != exitOK || !strings.Contains(out, "purpose没有这一类，不能评分") {
		t.Errorf("%d %s", code, out)
	}
}

// TestWrongSamplesOnTheCommandLine: each says what is wrong, and leaves no card.
func TestWrongSamplesOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	rows := func(row func(i int) string) string {
		out := "x,y\n"
		for i := range 200 {
			out += row(i) + "\n"
		}
		return out
	}
	one, leak := func(int) string { return "5,0" }, func(i int) string { return []string{"1,0", "9,1"}[i%2] }
	for want, args := range map[string][]string{
		"rating.one_class": {"--data", write("a.csv", rows(one))},
		"rating.leak":      {"--data", write("b.csv", rows(leak))},
		"rating.cell":      {"--data", write("c.csv", "x,y\n1,\n")},
		"file.read":        {"--data", filepath.Join(dir, "none.csv")},
		"rating.plan":      {"--data", write("d.csv", rows(leak)), "--plan", write("p.json", `{"max_bin": 3}`)},
		"pack.required":    {"--data", write("e.csv", rows(leak)), "--features", write("f.yaml", "format: changrong.features/1\n")},
		"rating.infinite":  {"--data", write("g.csv", rows(func(i int) string { return []string{"Inf,0", "9,1"}[i%2] }))},
		"rating.columns":   {"--data", write("h.csv", rows(leak)), "--leave", "z"},
	} {
		card := filepath.Join(dir, "card.json")
		if code, out := command(t, append([]string{"rating", "train", "--target", "y", "--out", card}, args...)...); code != exitFailed || !strings.Contains(out, want) {
			t.Errorf("%s: %d %s", want, code, out)
		}
		if _, err := os.Stat(card); err == nil {
			t.Fatal("a card was written")
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
