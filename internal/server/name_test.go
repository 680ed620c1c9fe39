package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/once"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/base/fault"
	"changrong/internal/server"
)

// TestAServerKnowsWhatItHadBegun starts a server again that left a request and a job
// when it was killed, while another server of the same database goes on.
func TestAServerKnowsWhatItHadBegun(t *testing.T) {
	database, data := pgtest.Start(t), t.TempDir()
	name := func() string {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(data, "server.name"))
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(string(b), " ")
		return name
	}
	begin := func(w *town, worker, key, code string) {
		t.Helper()
		b := &once.Book{Store: store.Of[once.Tx]{DB: w.DB}, Now: w.Now, NewID: crypto.NewID, Worker: worker}
		if _, err := b.Begin(t.Context(), "somebody", key, "f"); fault.CodeOf(err) != code {
			t.Errorf("%s: %v, not %q", key, err, code)
		}
	}
	t.Run("it runs, and is killed", func(t *testing.T) {
		w := open(t, server.Config{Data: data, Database: database})
		begin(w, name(), "key-of-one", "")
		second := open(t, server.Config{Data: data, Database: database}) // in the same folder it has another name
		begin(second, "another", "key-of-two", "")
		begin(second, "another", "key-of-one", "once.in_progress")
	})
	was := name()
	t.Run("it starts again", func(t *testing.T) {
		w := open(t, server.Config{Data: data, Database: database})
		if name() != was {
			t.Errorf("it is called %s, and was called %s", name(), was)
		}
		begin(w, was, "key-of-one", "")
		begin(w, was, "key-of-two", "once.in_progress")
	})
	for what, text := range map[string]string{"of a folder from elsewhere": was + " another.machine\n", "torn": was[:5], "empty": ""} {
		t.Run(what, func(t *testing.T) {
			if err := os.WriteFile(filepath.Join(data, "server.name"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			open(t, server.Config{Data: data, Database: database})
			if name() == was || len(name()) != len(was) {
				t.Errorf("it is called %s", name())
			}
		})
	}
}
