package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestConnectABank does what docs/howto/connect-a-bank.md says.
func TestConnectABank(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits as the platform asks it to, by the clock")
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "howto", "connect-a-bank.md"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	text := strings.NewReplacer("127.0.0.1:8430", free(t), "127.0.0.1:8431", free(t)).Replace(string(page))
	var lines []string
	for _, m := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		lines = append(lines, strings.Split(strings.TrimSpace(m[1]), "\n")...)
	}
	if len(lines) != 5 {
		t.Fatalf("the page has %d commands", len(lines))
	}
	for _, line := range lines[:2] {
		words := strings.Fields(line)
		if out, err := exec.CommandContext(t.Context(), words[0], words[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, out)
		}
	}
	code, rules := command(t, "bank", "--print")
	if code != exitOK {
		t.Fatal(rules)
	}
	rules = strings.Replace(rules, "pace_seconds: 2 ", "pace_seconds: 0 ", 1)
	if err := os.WriteFile("rules.yaml", []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	look, _ := start(t, "沙箱平台：", append(strings.Fields(lines[3])[1:], "--silence", "100ms")...)
	bank, _ := start(t, "参考银行：", strings.Fields(lines[4])[1:]...)
	if code := <-look.ended; code != exitOK {
		t.Errorf("the look ends with %d\n%s\n%s\n%s", code, look.out.String(), look.log.String(), bank.log.String())
	}
	bank.end(t)
	b, err := os.ReadFile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Clauses []struct {
			ID     string `json:"id"`
			Result string `json:"result"`
		} `json:"clauses"`
	}
	if err := json.NewDecoder(bytes.NewReader(b)).Decode(&report); err != nil || len(report.Clauses) != 28 || report.Clauses[1].Result != "passed" {
		t.Errorf("%v\n%s", err, b)
	}
}

func TestBankSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad")
	if err := os.WriteFile(bad, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for says, args := range map[string][]string{
		"bank.key":           {"bank", "--platform", "https://p.example", "--key-id", "k", "--key", bad, "--secret-file", bad, "--rules", bad, "--data", dir},
		"file.read":          {"bank", "--platform", "https://p.example", "--key-id", "k", "--key", bad + "x", "--secret-file", bad, "--rules", bad, "--data", dir},
		"webhook.secret":     {"conformance", "--bank", "http://127.0.0.1:1/hooks", "--public", bad, "--secret-file", bad},
		"signature.key_form": {"conformance", "--bank", "http://127.0.0.1:1/hooks", "--public", bad, "--secret-file", filepath.Join(dir, "new")},
	} {
		if code, out := command(t, args...); code != exitFailed || !strings.Contains(out, says) {
			t.Errorf("%v: %d %s", args, code, out)
		}
	}
	if code, out := command(t, "bank"); code != exitUsage || !strings.Contains(out, "缺少必须写明的选项") {
		t.Errorf("%d %s", code, out)
	}
}
