package server_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/base/fault"
	"changrong/internal/server"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// holder is a row that refers to a file: an organisation with its hash as a name.
func (w *town) hold(ctx context.Context, id string, content string) (blob.Ref, error) {
	ref, err := w.Files.Put(ctx, strings.NewReader(content))
	if err != nil {
		return ref, err
	}
	_, err = w.Access.AddOrg(ctx, access.Caller{}, access.Org{Kind: access.BankOrg, Name: ref.SHA256[:30] + id})
	if err != nil {
		return ref, err
	}
	return ref, w.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.PutOrg(&access.Org{ID: id, Kind: access.BankOrg, Name: `{"sha256":"` + ref.SHA256 + `"} ` + id})
	})
}

func TestBackupUnderLoadHoldsAllThatWasAcknowledged(t *testing.T) {
	for _, to := range []string{"the same", "the other"} {
		t.Run("into "+to, func(t *testing.T) {
			eachDatabase(t, func(t *testing.T, database string) {
				w := open(t, server.Config{Database: database})
				if err := os.MkdirAll(filepath.Join(w.Packs, "p"), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(w.Packs, "p", "readme.md"), []byte("政策"), 0o600); err != nil {
					t.Fatal(err)
				}
				var mu sync.Mutex
				kept := map[string]blob.Ref{} // acknowledged
				ctx, cancel := context.WithCancel(t.Context())
				var writers sync.WaitGroup
				enough := make(chan struct{})
				for i := range 4 {
					writers.Go(func() {
						for n := 0; ctx.Err() == nil; n++ {
							id := fmt.Sprintf("w%d-%d", i, n)
							ref, err := w.hold(t.Context(), id, "file of "+id)
							if err != nil {
								t.Error(err)
								return
							}
							mu.Lock()
							kept[id] = ref
							if len(kept) == 100 {
								close(enough)
							}
							mu.Unlock()
						}
					})
				}
				if _, err := w.Files.Put(t.Context(), strings.NewReader("an orphan")); err != nil {
					t.Fatal(err)
				}
				<-enough
				mu.Lock()
				before := map[string]blob.Ref{}
				for id, ref := range kept {
					before[id] = ref
				}
				mu.Unlock()
				out := filepath.Join(t.TempDir(), "a.backup")
				m, err := server.Backup(t.Context(), server.Config{Data: w.Data, Database: database}, out)
				cancel()
				writers.Wait()
				if err != nil {
					t.Fatal(err)
				}
				if m.Files < len(before) || m.Rows() < int64(3*len(before)) {
					t.Errorf("%d files, %d rows for %d", m.Files, m.Rows(), len(before))
				}
				target := server.Config{Data: filepath.Join(t.TempDir(), "new")}
				if (to == "the same") == (database != "") {
					target.Database = pgtest.Start(t)
				}
				restored(t, w, target, out, before)
			})
		})
	}
}

// restored restores out and looks whether all of before is there.
func restored(t *testing.T, w *town, target server.Config, out string, before map[string]blob.Ref) {
	t.Helper()
	r, err := server.Restore(t.Context(), target, out)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Audit.Problems) != 0 || r.Audit.Entries < int64(len(before)) || len(r.Ledger) != 0 {
		t.Errorf("audit %+v, ledger %v", r.Audit, r.Ledger)
	}
	if _, err := server.Restore(t.Context(), target, out); fault.CodeOf(err) != "restore.not_empty" {
		t.Errorf("restored again: %v", err)
	}
	n := open(t, target)
	for id, ref := range before {
		if err := n.DB.Read(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Org(id)
			return err
		}); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		in, err := n.Files.Open(t.Context(), ref)
		if err != nil {
			t.Errorf("the file of %s: %v", id, err)
			continue
		}
		if b, err := io.ReadAll(in); err != nil || string(b) != "file of "+id {
			t.Errorf("the file of %s is %q, %v", id, b, err)
		}
		in.Close() //nolint:errcheck // it has served
	}
	sealed, err := w.Keys.Seal([]byte("secret"), "here")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := n.Keys.Open(sealed, "here"); err != nil || string(plain) != "secret" {
		t.Errorf("what the old keys sealed: %q, %v", plain, err)
	}
	had, err := os.ReadFile(filepath.Join(w.Packs, "p", "readme.md"))
	if err != nil {
		return // it had none
	}
	if b, err := os.ReadFile(filepath.Join(n.Packs, "p", "readme.md")); err != nil || string(b) != string(had) {
		t.Errorf("the pack: %q, %v", b, err)
	}
}

func TestDamagedBackupsRestoreNothing(t *testing.T) {
	w := open(t, server.Config{})
	for i := range 20 {
		if _, err := w.hold(t.Context(), fmt.Sprint(i), strings.Repeat(fmt.Sprint(i), 500)); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "a.backup")
	c := server.Config{Data: w.Data}
	if _, err := server.Backup(t.Context(), c, out); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Backup(t.Context(), c, out); fault.CodeOf(err) != "backup.exists" {
		t.Errorf("written over: %v", err)
	}
	whole, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"nothing": {}, "half": whole[:len(whole)/2], "cut": whole[:len(whole)-1], "another": []byte("no backup"),
		"bit": func() []byte { b := bytes.Clone(whole); b[len(b)/3] ^= 4; return b }(),
	} {
		bad := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(bad, b, 0o600); err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(t.TempDir(), "new")
		if _, err := server.Restore(t.Context(), server.Config{Data: target}, bad); fault.CodeOf(err) != "restore.damaged" {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(target); !os.IsNotExist(err) {
			t.Errorf("%s: something was restored: %v", name, err)
		}
	}
	if _, err := server.Backup(t.Context(), server.Config{Data: t.TempDir()}, filepath.Join(t.TempDir(), "none")); fault.CodeOf(err) == "" {
		t.Errorf("a backup of nothing: %v", err)
	}
}

func TestSweepSparesWhatRowsHold(t *testing.T) {
	w := open(t, server.Config{})
	held, err := w.hold(t.Context(), "a", "held")
	if err != nil {
		t.Fatal(err)
	}
	orphan, err := w.Files.Put(t.Context(), strings.NewReader("orphan"))
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Add(3 * 24 * 3600 * 1000)
	if err := w.SweepFiles(t.Context()); err != nil {
		t.Fatal(err)
	}
	if in, err := w.Files.Open(t.Context(), held); err != nil {
		t.Error(err)
	} else {
		in.Close() //nolint:errcheck // it has served
	}
	if _, err := w.Files.Open(t.Context(), orphan); fault.CodeOf(err) != "blob.missing" {
		t.Errorf("the orphan: %v", err)
	}
}

func TestFilesMayLieInAnObjectStore(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("county"); err != nil {
		t.Fatal(err)
	}
	s3 := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(s3.Close)
	c := server.Config{Blobs: "s3://" + strings.TrimPrefix(s3.URL, "http://") + "/county/files?plain=1&region=r", S3Key: "k", S3Secret: "s"}
	w := open(t, c)
	ref, err := w.hold(t.Context(), "a", "file of a")
	if err != nil {
		t.Fatal(err)
	}
	if resp := w.call(t, http.MethodGet, "/readyz", "", nil, nil); resp.StatusCode != http.StatusOK {
		t.Errorf("ready: %d", resp.StatusCode)
	}
	out := filepath.Join(t.TempDir(), "a.backup")
	if _, err := server.Backup(t.Context(), w.Config, out); err != nil {
		t.Fatal(err)
	}
	restored(t, w, server.Config{Data: filepath.Join(t.TempDir(), "new")}, out, map[string]blob.Ref{"a": ref})
	s3.Close()
	if resp := w.call(t, http.MethodGet, "/readyz", "", nil, nil); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("ready without files: %d", resp.StatusCode)
	}
}
