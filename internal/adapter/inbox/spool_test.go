package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// TestUploadsSurviveARestart breaks an upload off in the middle of a chunk, opens
// everything again, and goes on.
func TestUploadsSurviveARestart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := inboxtest.New(t, db)
		c := d.Org(access.BankOrg, "甲银行", bankA)
		ctx, own := t.Context(), inboxtest.Own(c)
		content := bytes.Repeat([]byte("changrong\n"), 5000)
		u, err := d.BeginUpload(ctx, c, "loans.csv", int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		first := content[:20_000]
		if _, err := d.Chunk(ctx, own, u.ID, 0, inboxtest.Hash(first), bytes.NewReader(first)); err != nil {
			t.Fatal(err)
		}
		second := content[20_000:40_000]
		broken := io.MultiReader(bytes.NewReader(second[:9_999]), &failing{})
		if _, err := d.Chunk(ctx, own, u.ID, 20_000, inboxtest.Hash(second), broken); fault.CodeOf(err) != "reporting.chunk_broken" {
			t.Fatalf("a chunk broken off: %v", err)
		}
		d.Open()
		if u, err = d.Upload(ctx, own, u.ID); err != nil || u.Received != 20_000 {
			t.Fatalf("%v %+v", err, u)
		}
		rest := content[u.Received:]
		if _, err := d.Chunk(ctx, own, u.ID, u.Received, inboxtest.Hash(rest), bytes.NewReader(rest)); err != nil {
			t.Fatal(err)
		}
		d.Open()
		u, err = d.FinishUpload(ctx, c, own, u.ID, inboxtest.Hash(content))
		if err != nil || !u.Whole() {
			t.Fatalf("%v %+v", err, u)
		}
		if left, err := os.ReadDir(filepath.Join(d.Dir, "uploads")); err != nil || len(left) != 0 {
			t.Errorf("left in the spool: %v %v", left, err)
		}
	})
}

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

// TestManyUploadAtOnce sends different files at the same time, and one file from
// two sides: each comes out whole.
func TestManyUploadAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := inboxtest.New(t, db)
		var people []access.Caller
		for i := range 6 {
			people = append(people, d.Org(access.BankOrg, fmt.Sprintf("银行%d", i), ""))
		}
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				content := bytes.Repeat([]byte{byte('a' + i)}, 3000+i)
				if u := d.Send(people[i%6], fmt.Sprintf("f%d.csv", i), content, 701); u.SHA256 != inboxtest.Hash(content) {
					t.Errorf("upload %d is %+v", i, u)
				}
			})
		}
		wg.Wait()
		c, content := people[0], bytes.Repeat([]byte("xyz"), 1000)
		u, err := d.BeginUpload(t.Context(), c, "twice.csv", int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			wg.Go(func() {
				for at := 0; at < len(content); at += 100 {
					part := content[at : at+100]
					_, err := d.Chunk(t.Context(), inboxtest.Own(c), u.ID, int64(at), inboxtest.Hash(part), bytes.NewReader(part))
					switch fault.CodeOf(err) {
					case "":
					case "inbox.busy", "reporting.offset", "store.changed":
						return // the other side is ahead
					default:
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if u, err = d.Upload(t.Context(), inboxtest.Own(c), u.ID); err != nil {
			t.Fatal(err)
		}
		for at := u.Received; at < u.Size; at += 100 {
			part := content[at : at+100]
			if _, err := d.Chunk(t.Context(), inboxtest.Own(c), u.ID, at, inboxtest.Hash(part), bytes.NewReader(part)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.FinishUpload(t.Context(), c, inboxtest.Own(c), u.ID, inboxtest.Hash(content)); err != nil {
			t.Error(err)
		}
	})
}

func TestStaleUploadsGo(t *testing.T) {
	d := inboxtest.New(t, storetest.SQLite(t))
	c := d.Org(access.BankOrg, "甲银行", bankA)
	ctx, spool := t.Context(), filepath.Join(d.Dir, "uploads")
	begin := func() string {
		u, err := d.BeginUpload(ctx, c, "loans.csv", 4)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Chunk(ctx, inboxtest.Own(c), u.ID, 0, inboxtest.Hash([]byte("ab")), strings.NewReader("ab")); err != nil {
			t.Fatal(err)
		}
		return u.ID
	}
	old := begin()
	whole := d.Send(c, "whole.csv", []byte("abcd"), 0).ID
	if err := os.WriteFile(filepath.Join(spool, "0190-of-no-upload"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.Pass(3*civil.Day - 1)
	young := begin()
	left := func() (names []string) {
		if err := d.CleanUploads(ctx); err != nil {
			t.Fatal(err)
		}
		list, err := d.Uploads(ctx, inboxtest.Own(c))
		if err != nil {
			t.Fatal(err)
		}
		for i := range list {
			names = append(names, list[i].ID)
		}
		files, err := os.ReadDir(spool)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if f.Name() != old && f.Name() != young {
				t.Errorf("%s is left", f.Name())
			}
		}
		return names
	}
	for _, c := range []struct {
		pass civil.Instant
		want int
	}{{0, 3}, {1, 2}, {4*civil.Day - 1, 1}, {1, 0}} {
		d.Pass(c.pass)
		if got := left(); len(got) != c.want {
			t.Errorf("after %d more milliseconds %d are left, not %d (old %s, whole %s, young %s): %v", c.pass, len(got), c.want, old, whole, young, got)
		}
	}
}

func TestSpoolLeadsNowhereElse(t *testing.T) {
	s, err := inbox.OpenSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "..", "../x", "a/b", "A", "a.b", `a\b`, "é"} {
		if _, _, err := s.Write(context.Background(), id, 0, strings.NewReader("x"), 1); fault.CodeOf(err) != "inbox.id" {
			t.Errorf("%q: %v", id, err)
		}
		if err := s.Remove(id); fault.CodeOf(err) != "inbox.id" {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestUploadsHaveLimits(t *testing.T) {
	d := inboxtest.New(t, storetest.SQLite(t))
	c := d.Org(access.BankOrg, "甲银行", bankA)
	for i := range 501 {
		_, err := d.BeginUpload(t.Context(), c, "loans.csv", 1)
		if want := map[bool]string{true: "reporting.too_many_uploads"}[i == 500]; fault.CodeOf(err) != want {
			t.Fatalf("upload %d: %v", i, err)
		}
	}
	other := d.Org(access.BankOrg, "乙银行", bankB)
	for i := range 9 { // 8 of 500 MB are below 4 GB
		_, err := d.BeginUpload(t.Context(), other, "loans.csv", 500<<20)
		if want := map[bool]string{true: "reporting.too_many_uploads"}[i == 8]; fault.CodeOf(err) != want {
			t.Fatalf("upload %d: %v", i, err)
		}
	}
}
