package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
)

// command runs a command and returns its status and what it said.
func command(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), args, &out, &out)
	return code, out.String()
}

func TestAuditIsVerifiedAndAnAccountRescued(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), filepath.Join(dir, "changrong.db"))
	if err != nil {
		t.Fatal(err)
	}
	now := civil.StartOf(20000)
	s := &access.Service{
		Store: store.Of[access.Tx]{DB: db}, Hasher: crypto.NewPasswords(1), Now: func() civil.Instant { return now },
		NewID: crypto.NewID, Secret: crypto.NewSecret, Digest: crypto.Digest,
	}
	first := access.First{
		Org: "平台", System: access.Person{Login: "sys", Name: "王一", Password: "Zhe-Jiang 2021"}, Security: access.Person{Login: "sec", Name: "李二", Password: "Zhe-Jiang 2021"},
	}
	if err := s.Begin(t.Context(), access.Caller{}, first); err != nil {
		t.Fatal(err)
	}
	if code, out := command(t, "audit", "verify", "--data", dir); code != exitFailed || !strings.Contains(out, "store.in_use") {
		t.Errorf("while a server runs: %d, %s", code, out)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	code, out := command(t, "audit", "verify", "--data", dir)
	_, head, found := strings.Cut(out, "链头 ")
	head, _, _ = strings.Cut(head, "\n")
	if code != exitOK || !found || !strings.HasPrefix(head, "2:") {
		t.Fatalf("%d, %s", code, out)
	}
	if code, out := command(t, "account", "rescue", "sys", "--data", dir); code != exitOK || !strings.Contains(out, "一次性密码 ") {
		t.Errorf("rescue: %d, %s", code, out)
	}
	if code, out := command(t, "account", "rescue", "nobody", "--data", dir); code != exitFailed || !strings.Contains(out, "access.not_found") {
		t.Errorf("rescue of nobody: %d, %s", code, out)
	}
	for args, want := range map[string]int{
		"--data " + dir + " --head " + head:                      exitOK,
		"--data " + dir + " --head 2:" + strings.Repeat("0", 64): exitFailed,
		"--data " + dir + " --head 9:" + head[2:]:                exitFailed,
		"--data " + dir + " --head x":                            exitFailed,
		"--data " + t.TempDir():                                  exitFailed,
		"":                                                       exitFailed,
		"--data " + dir + " extra":                               exitUsage,
		"--database " + filepath.Join(dir, "changrong.db"):  exitOK,
	} {
		if code, out := command(t, append([]string{"audit", "verify"}, strings.Fields(args)...)...); code != want {
			t.Errorf("audit verify %s: %d, not %d: %s", args, code, want, out)
		}
	}
}
