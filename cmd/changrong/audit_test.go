package main

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/access/audit"
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
	if code, out := command(t, "account", "rescue", "sys", "--data", dir); code != exitFailed || !strings.Contains(out, "store.in_use") {
		t.Errorf("a rescue while a server runs: %d, %s", code, out)
	}
	code, out := command(t, "audit", "verify", "--data", dir) // while the server runs
	_, head, found := strings.Cut(out, "链头 ")
	head, _, _ = strings.Cut(head, "\n")
	if code != exitOK || !found || !strings.HasPrefix(head, "2:") {
		t.Fatalf("%d, %s", code, out)
	}
	if code, out := command(t, "audit", "verify", "--head", "--data", dir); code != exitOK || out != head+"\n" {
		t.Errorf("the head alone: %d, %q, not %q", code, out, head)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if code, out := command(t, "account", "rescue", "sys", "--data", dir); code != exitOK || !strings.Contains(out, "一次性密码 ") {
		t.Errorf("rescue: %d, %s", code, out)
	}
	if code, out := command(t, "account", "rescue", "nobody", "--data", dir); code != exitFailed || !strings.Contains(out, "access.not_found") {
		t.Errorf("rescue of nobody: %d, %s", code, out)
	}
	for args, want := range map[string]int{
		"--data " + dir + " --expect " + head:                      exitOK,
		"--data " + dir + " --expect 2:" + strings.Repeat("0", 64): exitFailed,
		"--data " + dir + " --expect 9:" + head[2:]:                exitFailed,
		"--data " + dir + " --expect x":                            exitFailed,
		"--data " + t.TempDir():                                    exitFailed,
		"":                                                         exitFailed,
		"--data " + dir + " extra":                                 exitUsage,
		"--database " + filepath.Join(dir, "changrong.db"):         exitOK,
	} {
		if code, out := command(t, append([]string{"audit", "verify"}, strings.Fields(args)...)...); code != want {
			t.Errorf("audit verify %s: %d, not %d: %s", args, code, want, out)
		}
	}
}

// TestAuditIsVerifiedWhileTheServerWrites: walks along the chain go on beside a server
// that goes on writing, neither is refused, and every head that a walk ended with is
// in the chain later. What an end that is cut off or made anew looks like is told by
// such a head alone.
func TestAuditIsVerifiedWhileTheServerWrites(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "changrong.db")
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(n int) {
		for range n {
			if err := db.Write(t.Context(), func(tx *store.Tx) error {
				return tx.Audit(audit.Entry{At: 1, Action: "test.write", Outcome: audit.Done})
			}); err != nil {
				t.Error(err)
			}
		}
	}
	write(1)
	var server sync.WaitGroup
	server.Go(func() { write(200) })
	heads := []string{}
	for range 10 {
		code, out := command(t, "audit", "verify", "--head", "--data", dir)
		if code != exitOK {
			t.Errorf("beside a server: %d, %s", code, out)
		}
		heads = append(heads, strings.TrimSpace(out))
	}
	server.Wait()
	for _, head := range heads {
		if code, out := command(t, "audit", "verify", "--expect", head, "--data", dir); code != exitOK || !strings.Contains(out, "201 条") {
			t.Errorf("the head %s later: %d, %s", head, code, out)
		}
	}
	_, out := command(t, "audit", "verify", "--head", "--data", dir)
	noted := strings.TrimSpace(out)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec("DELETE FROM audit WHERE seq > 199"); err != nil {
		t.Fatal(err)
	}
	if code, out := command(t, "audit", "verify", "--data", dir); code != exitOK { // a chain that is whole in itself
		t.Errorf("%d, %s", code, out)
	}
	if code, out := command(t, "audit", "verify", "--expect", noted, "--data", dir); code != exitFailed || !strings.Contains(out, "末尾被截去") {
		t.Errorf("an end cut off: %d, %s", code, out)
	}
	if db, err = store.Open(t.Context(), path); err != nil { // and others written in its place
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Audit(audit.Entry{At: 2, Action: "test.forged", Outcome: audit.Done})
	}); err != nil {
		t.Fatal(err)
	}
	write(5)
	if code, out := command(t, "audit", "verify", "--expect", noted, "--data", dir); code != exitFailed || !strings.Contains(out, "整体改写") {
		t.Errorf("an end made anew: %d, %s", code, out)
	}
}
