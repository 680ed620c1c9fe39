package server_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/base/fault"
	"changrong/internal/server"
)

// smallDisk is a folder on a disk of its own, of so many megabytes.
func smallDisk(t *testing.T, megabytes int) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "disk")
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", megabytes)); err != nil {
		os.Remove(dir)
		t.Skipf("a small disk takes the right to mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
		os.Remove(dir)
	})
	return dir
}

// fill leaves so many bytes of a disk, none when 0, until drain is called.
func fill(t *testing.T, disk string, leave int64) (drain func()) {
	t.Helper()
	name := filepath.Join(disk, "filler-"+crypto.NewID())
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 16<<10); ; {
		var s syscall.Statfs_t
		if err := syscall.Statfs(disk, &s); err != nil {
			t.Fatal(err)
		}
		if int64(s.Bavail)*s.Bsize <= leave {
			break
		}
		if _, err := f.Write(block[:min(len(block), max(4096, int(int64(s.Bavail)*s.Bsize-leave)))]); err != nil {
			break
		}
	}
	return func() {
		if err := os.Remove(name); err != nil {
			t.Error(err)
		}
	}
}

// put sends a piece of a file; what is wrong with it is returned.
func (w *town) put(t *testing.T, path, cookie string, content []byte) (reply, httpapi.Problem) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, w.url+path, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	req.Header.Set("Cookie", cookie)
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var problem httpapi.Problem
	if resp.StatusCode >= http.StatusBadRequest {
		if err := json.Unmarshal(b, &problem); err != nil {
			t.Fatalf("%v in %s", err, b)
		}
	}
	return reply{resp.StatusCode, resp.Header}, problem
}

// uploaded begins an upload of content and returns its address and its hash.
func (w *town) uploaded(t *testing.T, cookie string, content []byte) (path, hash string) {
	t.Helper()
	var made struct{ ID string }
	if resp := w.call(t, http.MethodPost, "/api/uploads", cookie, map[string]any{"name": "a.csv", "size": len(content)}, &made); resp.StatusCode != http.StatusOK {
		t.Fatalf("an upload was not begun: %d", resp.StatusCode)
	}
	return "/api/uploads/" + made.ID, crypto.Digest(string(content))
}

// full tells whether an answer is that of a full disk.
func full(t *testing.T, what string, resp reply, p httpapi.Problem, code string) {
	t.Helper()
	if resp.StatusCode != http.StatusInsufficientStorage || p.Code != code || !strings.Contains(p.Title, "磁盘已满") || resp.Header.Get("Retry-After") == "" || resp.Header.Get("X-Degraded") != "full" {
		t.Errorf("%s on a full disk: %d %+v %v", what, resp.StatusCode, p, resp.Header)
	}
}

// orgs adds organisations until one is refused, at most n, and returns how many were
// acknowledged and the refusal.
func (w *town) orgs(t *testing.T, cookie, prefix string, n int) (acked int, refused reply, p httpapi.Problem) {
	t.Helper()
	for i := range n {
		w.clock.Add(50) // nobody calls more often than one may
		resp := w.call(t, http.MethodPost, "/api/orgs", cookie, map[string]string{"kind": "bank", "name": prefix + strings.Repeat("长", 40) + strconv.Itoa(i)}, &p)
		if resp.StatusCode != http.StatusOK {
			return acked, resp, p
		}
		acked++
	}
	return acked, reply{}, p
}

func (w *town) countOrgs(t *testing.T, cookie, prefix string) (n int) {
	t.Helper()
	for at, total := 0, 1; at < total; at += 200 {
		var list struct {
			Items []struct{ Name string }
			Total int
		}
		if resp := w.call(t, http.MethodGet, fmt.Sprintf("/api/orgs?limit=200&offset=%d", at), cookie, nil, &list); resp.StatusCode != http.StatusOK {
			t.Fatalf("reading: %d", resp.StatusCode)
		}
		total = list.Total
		for _, o := range list.Items {
			if strings.HasPrefix(o.Name, prefix) {
				n++
			}
		}
	}
	return n
}

func TestFullDiskRefusesWritesAndServesReads(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		disk := smallDisk(t, 24)
		w := open(t, server.Config{Data: disk, Database: database})
		bank, admin := w.person(t, "one", access.BankOrg, access.Bank), w.person(t, "platform", access.PlatformOrg, access.SystemAdmin)
		small, large := make([]byte, 1<<20), make([]byte, 4<<20)
		rand.Read(small)
		rand.Read(large)
		first, hash := w.uploaded(t, bank, small)
		if resp, p := w.put(t, first+"/chunk?offset=0", bank, small); resp.StatusCode != http.StatusOK {
			t.Fatalf("with room: %d %+v", resp.StatusCode, p)
		}
		second, _ := w.uploaded(t, bank, large)

		drain := fill(t, disk, 512<<10)
		resp, p := w.put(t, second+"/chunk?offset=0", bank, large)
		full(t, "a part of a file", resp, p, "inbox.full")
		finish := map[string]string{"sha256": hash}
		p = httpapi.Problem{}
		full(t, "keeping a file", w.call(t, http.MethodPost, first+"/finish", bank, finish, &p), p, "blob.full")
		var got struct{ Received int64 }
		if w.call(t, http.MethodGet, second, bank, nil, &got); got.Received != 0 {
			t.Errorf("%d bytes of a part that was refused are there", got.Received)
		}
		for _, dir := range []string{"blobs/tmp", "uploads/" + filepath.Base(second)} { // nothing half
			info, err := os.Stat(filepath.Join(disk, dir))
			if entries, _ := os.ReadDir(filepath.Join(disk, dir)); err != nil || len(entries) > 0 || !info.IsDir() && info.Size() > 0 {
				t.Errorf("in %s: %v %v %v", dir, entries, info, err)
			}
		}

		rest := fill(t, disk, 0)
		acked, refused, p := w.orgs(t, admin, "满", map[bool]int{true: 3000, false: 100}[database == ""])
		if database == "" {
			full(t, "a row", refused, p, "store.full")
		} else if acked == 0 {
			t.Errorf("the database is elsewhere: %+v", p)
		}
		if n := w.countOrgs(t, admin, "满"); n != acked {
			t.Errorf("%d acknowledged, %d there", acked, n)
		}
		var state map[string]string
		if resp := w.call(t, http.MethodGet, "/readyz", "", nil, &state); resp.StatusCode != http.StatusOK || state["writes"] != "full" {
			t.Errorf("ready: %d %v", resp.StatusCode, state)
		}
		if resp := w.call(t, http.MethodGet, "/api/session", admin, nil, nil); resp.StatusCode != http.StatusOK || resp.Header.Get("X-Degraded") != "full" {
			t.Errorf("reading is answered %d, degraded %q", resp.StatusCode, resp.Header.Get("X-Degraded"))
		}
		if _, figures := ask(t, w.url+"/metrics"); !strings.Contains(figures, "changrong_writes_refused 1") {
			t.Error("the figures do not say that there is no room")
		}

		rest()
		drain()
		if resp, p := w.put(t, second+"/chunk?offset=0", bank, large); resp.StatusCode != http.StatusOK {
			t.Errorf("with room again: %d %+v", resp.StatusCode, p)
		}
		if resp := w.call(t, http.MethodPost, first+"/finish", bank, finish, nil); resp.StatusCode != http.StatusOK {
			t.Errorf("kept with room again: %d", resp.StatusCode)
		}
		if n, _, p := w.orgs(t, admin, "余", 3); n != 3 {
			t.Errorf("rows with room again: %d %+v", n, p)
		}
		if resp := w.call(t, http.MethodGet, "/readyz", "", nil, &state); resp.StatusCode != http.StatusOK || state["writes"] != "ok" {
			t.Errorf("ready again: %d %v", resp.StatusCode, state)
		}
	})
}

func TestFullDiskOfPostgres(t *testing.T) {
	disk := smallDisk(t, 40)
	dsn := pgtest.Start(t)
	space := filepath.Join(disk, "space")
	if err := os.Mkdir(space, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(disk, 0o755); err != nil {
		t.Fatal(err)
	}
	if u, err := user.Lookup("postgres"); err == nil && os.Geteuid() == 0 {
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(space, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []string{"CREATE TABLESPACE small LOCATION '" + space + "'", "CREATE DATABASE small TABLESPACE small"} {
		if err := run(t, dsn, "postgres", s); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, s := range []string{"DROP DATABASE small", "DROP TABLESPACE small"} {
			if err := exec(dsn, s); err != nil {
				t.Error(err)
			}
		}
	})
	w := open(t, server.Config{Database: dsn[:strings.Index(dsn, "dbname=")] + "dbname=small"})
	admin := w.person(t, "platform", access.PlatformOrg, access.SystemAdmin)
	drain := fill(t, disk, 0)
	acked, refused, p := w.orgs(t, admin, "满", 5000)
	full(t, "a row", refused, p, "store.full")
	if n := w.countOrgs(t, admin, "满"); n != acked {
		t.Errorf("%d acknowledged, %d there", acked, n)
	}
	drain()
	if n, _, p := w.orgs(t, admin, "余", 3); n != 3 {
		t.Errorf("with room again: %d %+v", n, p)
	}
	r, err := w.Access.VerifyAudit(t.Context(), crypto.Hashes(), nil)
	if err != nil || len(r.Problems) != 0 || r.Entries != int64(acked)+3 {
		t.Errorf("%d acknowledged; the audit log: %+v, %v", acked+3, r, fault.CodeOf(err))
	}
}
