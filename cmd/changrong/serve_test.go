package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"changrong/internal/base/fault"

	"github.com/spf13/pflag"
)

// settingsOf is what serve is set to, with these arguments, variables and file.
func settingsOf(t *testing.T, args []string, env map[string]string, file string) (serveFlags, error) {
	t.Helper()
	var s serveFlags
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	s.keep(f)
	f.StringVar(&s.listen, "listen", "127.0.0.1:8321", "")
	f.StringVar(&s.PublicURL, "public-url", "", "")
	f.StringSliceVar(&s.proxies, "trusted-proxy", nil, "")
	f.BoolVar(&s.RequireTOTP, "require-totp", false, "")
	f.IntVar(&s.Workers, "workers", 0, "")
	if file != "" {
		name := filepath.Join(t.TempDir(), "env")
		if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config", name)
	}
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	err := s.settings(f, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	return s, err
}

func TestSettingsComeFromThreePlacesInOrder(t *testing.T) {
	const file = "# a comment\n\nCHANGRONG_DATA=from-file\nCHANGRONG_LISTEN = file:1\nCHANGRONG_PUBLIC_URL=\"https://file.example.cn\"\n" +
		"CHANGRONG_S3_SECRET='a=b'\nCHANGRONG_DEPARTMENT_SECRET_TAX=t=x\nCHANGRONG_TRUSTED_PROXY=10.0.0.0/8,127.0.0.1\nCHANGRONG_REQUIRE_TOTP=true\n"
	s, err := settingsOf(t, []string{"--data", "from-args"}, map[string]string{"CHANGRONG_LISTEN": "env:1", "CHANGRONG_DATA": "from-env", "OTHER": "x"}, file)
	if err != nil {
		t.Fatal(err)
	}
	if s.Data != "from-args" || s.listen != "env:1" || s.PublicURL != "https://file.example.cn" || s.S3Secret != "a=b" || s.departmentSecrets["CHANGRONG_DEPARTMENT_SECRET_TAX"] != "t=x" || !s.RequireTOTP ||
		strings.Join(s.proxies, " ") != "10.0.0.0/8 127.0.0.1" {
		t.Errorf("%+v", s)
	}
	for name, file := range map[string]string{
		"unknown":     "CHANGRONG_DATA=d\nCHANGRONG_LISTN=x\n",
		"twice":       "CHANGRONG_DATA=d\nCHANGRONG_DATA=e\n",
		"no name":     "CHANGRONG_DATA=d\njust text\n",
		"another's":   "CHANGRONG_DATA=d\nPATH=/bin\n",
		"wrong value": "CHANGRONG_DATA=d\nCHANGRONG_WORKERS=many\n",
		"too long":    "CHANGRONG_DATA=d\n#" + strings.Repeat("x", maxSettings) + "\n",
	} {
		if _, err := settingsOf(t, nil, nil, file); fault.CodeOf(err) != "serve.config" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := settingsOf(t, []string{"--config", "none"}, nil, ""); fault.CodeOf(err) != "serve.config" {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := settingsOf(t, nil, nil, ""); err == nil || !strings.Contains(err.Error(), "data") {
		t.Errorf("no folder: %v", err)
	}
}

func FuzzSettings(f *testing.F) {
	f.Add("CHANGRONG_DATA=d\n# x\nCHANGRONG_A=\"b\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseSettings("f", strings.NewReader(text))
		if err != nil && fault.CodeOf(err) != "serve.config" {
			t.Errorf("%v", err)
		}
		for name := range s {
			if strings.ContainsAny(name, "\n=") {
				t.Errorf("the name %q", name)
			}
		}
	})
}

// spoken is what a command says, to be read while it runs.
type spoken struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestServeBackupRestore(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	ctx, stop := context.WithCancel(t.Context())
	var out, log spoken
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, []string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, &out, &log) }()
	said := regexp.MustCompile(`畅融已启动：(http://\S+)\n.*初始化码：(\S+)`)
	var m []string
	for deadline := time.Now().Add(patience); m == nil; m = said.FindStringSubmatch(out.String()) {
		if time.Now().After(deadline) {
			t.Fatalf("it says %q\n%s", out.String(), log.String())
		}
	}
	resp, err := http.Get(m[1] + "/readyz")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", resp, err)
	}
	resp.Body.Close() //nolint:errcheck // it has served

	w := newWorld(t)
	w.refuses(exitFailed, []string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, "store.in_use", "PostgreSQL")
	w.refuses(exitFailed, []string{"serve", "--data", data, "--listen", strings.TrimPrefix(m[1], "http://")}, "serve.listen")
	if got := w.accepts("backup", "--data", data, "--out", "@a.backup").out; !strings.Contains(got, "已备份") {
		t.Errorf("backup: %s", got)
	}
	w.refuses(exitFailed, []string{"backup", "--data", data, "--out", "@a.backup"}, "backup.exists")
	stop()
	if code := <-ended; code != exitOK {
		t.Errorf("it ends with %d\n%s", code, log.String())
	}
	if got := w.accepts("restore", "--in", "@a.backup", "--data", "@new").out; !strings.Contains(got, "已恢复") || !strings.Contains(got, "审计日志 0 条") {
		t.Errorf("restore: %s", got)
	}
	if got := w.accepts("migrate", "--data", "@new").out; !regexp.MustCompile(`第 \d+ 版`).MatchString(got) {
		t.Errorf("migrate: %s", got)
	}
	for _, line := range strings.Split(strings.TrimSpace(log.String()), "\n") {
		if !strings.HasPrefix(line, `{"time":`) {
			t.Errorf("the log says %q", line)
		}
	}
}
