package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"changrong/internal/adapter/blob"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"pgregory.net/rapid"
)

// kept is a store with what a test does behind its back.
type kept struct {
	blob.Store
	spoil func(t *testing.T, r blob.Ref, content []byte) // puts other content under its name
	age   func(t *testing.T, r blob.Ref)                 // makes it two days old; nil where nobody can
}

// each runs f on an empty store of each kind.
func each(t *testing.T, f func(t *testing.T, s kept)) {
	t.Helper()
	t.Run("dir", func(t *testing.T) {
		root := filepath.Join(t.TempDir(), "blobs")
		d, err := blob.OpenDir(root)
		if err != nil {
			t.Fatal(err)
		}
		path := func(r blob.Ref) string { return filepath.Join(root, r.SHA256[:2], r.SHA256[2:4], r.SHA256) }
		f(t, kept{
			d,
			func(t *testing.T, r blob.Ref, content []byte) {
				if err := os.WriteFile(path(r), content, 0o600); err != nil {
					t.Fatal(err)
				}
			},
			func(t *testing.T, r blob.Ref) {
				old := time.Now().Add(-48 * time.Hour)
				if err := os.Chtimes(path(r), old, old); err != nil {
					t.Fatal(err)
				}
			},
		})
	})
	t.Run("s3", func(t *testing.T) {
		backend := s3mem.New()
		if err := backend.CreateBucket("changrong"); err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(gofakes3.New(backend).Server())
		t.Cleanup(server.Close)
		s, err := blob.OpenS3(t.Context(), blob.S3Options{
			Address: "s3://" + strings.TrimPrefix(server.URL, "http://") + "/changrong/county/blobs?plain=1&region=r", Key: "k", Secret: "s", Spool: t.TempDir(),
		})
		if err != nil {
			t.Fatal(err)
		}
		f(t, kept{s, func(t *testing.T, r blob.Ref, content []byte) {
			if _, err := backend.PutObject("changrong", "county/blobs/"+r.SHA256[:2]+"/"+r.SHA256, map[string]string{}, bytes.NewReader(content), int64(len(content)), nil); err != nil {
				t.Fatal(err)
			}
		}, nil})
	})
}

func put(t *testing.T, s blob.Store, content []byte) blob.Ref {
	t.Helper()
	r, err := s.Put(t.Context(), bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func get(ctx context.Context, s blob.Store, r blob.Ref) ([]byte, error) {
	rc, err := s.Open(ctx, r)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	return io.ReadAll(rc)
}

func TestWhatIsPutIsRead(t *testing.T) {
	each(t, func(t *testing.T, s kept) {
		rapid.Check(t, func(rt *rapid.T) {
			content := rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(rt, "content")
			r := put(t, s, content)
			sum := sha256.Sum256(content)
			if r.SHA256 != hex.EncodeToString(sum[:]) || r.Size != int64(len(content)) {
				rt.Fatalf("put as %+v", r)
			}
			if again := put(t, s, content); again != r {
				rt.Fatalf("put again as %+v", again)
			}
			got, err := get(t.Context(), s, r)
			if err != nil || !bytes.Equal(got, content) {
				rt.Fatalf("read %d bytes, %v", len(got), err)
			}
		})
	})
}

func TestLargeFilesComeWhole(t *testing.T) {
	each(t, func(t *testing.T, s kept) {
		content := bytes.Repeat([]byte("临海市"), 2<<20) // 18 MiB: more than one part of an upload
		r := put(t, s, content)
		path := filepath.Join(t.TempDir(), "out")
		if err := s.Fetch(t.Context(), r, path); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	})
}

func TestTroubleIsTold(t *testing.T) {
	each(t, func(t *testing.T, s kept) {
		r := put(t, s, []byte("abc"))
		for _, content := range []string{"abd", "ab", "abcd", ""} {
			s.spoil(t, r, []byte(content))
			if _, err := get(t.Context(), s, r); fault.CodeOf(err) != "blob.damaged" {
				t.Errorf("%q instead of abc: %v", content, err)
			}
			path := filepath.Join(t.TempDir(), "out")
			if err := s.Fetch(t.Context(), r, path); fault.CodeOf(err) != "blob.damaged" {
				t.Errorf("fetched %q instead of abc: %v", content, err)
			}
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("what was fetched of a damaged file is there: %v", err)
			}
		}
		if err := s.Delete(t.Context(), r); err != nil {
			t.Error(err)
		}
		if err := s.Delete(t.Context(), r); err != nil {
			t.Errorf("a file that is not there, deleted: %v", err)
		}
		if _, err := s.Open(t.Context(), r); fault.CodeOf(err) != "blob.missing" {
			t.Errorf("a file that was deleted: %v", err)
		}
		for _, name := range []string{"", "../../etc/passwd", strings.Repeat("g", 64), strings.Repeat("A", 64), strings.Repeat("a", 63), strings.Repeat("a", 62) + "/."} {
			for what, err := range map[string]error{
				"open":   func() error { _, err := s.Open(t.Context(), blob.Ref{SHA256: name}); return err }(),
				"delete": s.Delete(t.Context(), blob.Ref{SHA256: name}),
				"fetch":  s.Fetch(t.Context(), blob.Ref{SHA256: name}, filepath.Join(t.TempDir(), "x")),
			} {
				if fault.CodeOf(err) != "blob.ref" {
					t.Errorf("%s %q: %v", what, name, err)
				}
			}
		}
	})
}

func TestHalfAFileIsNone(t *testing.T) {
	each(t, func(t *testing.T, s kept) {
		broken := errors.New("the line went dead")
		_, err := s.Put(t.Context(), io.MultiReader(strings.NewReader("half of"), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) || fault.CodeOf(err) != "" {
			t.Errorf("an upload that broke off: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Put(ctx, strings.NewReader("more")); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("an upload that was cancelled: %v", err)
		}
		if refs := list(t, s); len(refs) != 0 {
			t.Errorf("%v are there", refs)
		}
	})
}

func list(t *testing.T, s blob.Store) (refs []blob.Ref) {
	t.Helper()
	if err := s.List(t.Context(), func(r blob.Ref, at civil.Instant) error {
		if d := time.Since(time.UnixMilli(int64(at))); d < -time.Minute || d > 72*time.Hour {
			t.Errorf("%s was put %s ago", r.SHA256, d)
		}
		refs = append(refs, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return refs
}

func TestManyAtOnceAreAllListed(t *testing.T) {
	each(t, func(t *testing.T, s kept) {
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				if _, err := s.Put(t.Context(), strings.NewReader(strings.Repeat("x", i%30))); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		refs := list(t, s)
		if len(refs) != 30 {
			t.Errorf("%d files, not 30", len(refs))
		}
		for i, r := range refs {
			if i > 0 && refs[i-1].SHA256 >= r.SHA256 {
				t.Error("they are not in order")
			}
			if err := s.Delete(t.Context(), r); err != nil {
				t.Error(err)
			}
		}
		if refs := list(t, s); len(refs) != 0 {
			t.Errorf("%d are left", len(refs))
		}
	})
}

func TestSweepTakesOldOrphansAlone(t *testing.T) {
	each(t, func(t *testing.T, s kept) {
		orphan, used, young := put(t, s, []byte("orphan")), put(t, s, []byte("used")), put(t, s, []byte("young"))
		now := civil.Instant(time.Now().UnixMilli())
		if s.age != nil {
			s.age(t, orphan)
			s.age(t, used)
		} else { // all are as old, so young is used as well
			now += 2 * civil.Day
		}
		referred := func(context.Context) (map[string]bool, error) {
			return map[string]bool{used.SHA256: true, young.SHA256: s.age == nil}, nil
		}
		n, err := blob.Sweep(t.Context(), s, now, referred)
		if err != nil || n != 1 {
			t.Errorf("swept %d, %v", n, err)
		}
		if refs := list(t, s); len(refs) != 2 {
			t.Errorf("left %v", refs)
		}
		if s.age == nil {
			return
		}
		s.age(t, used)
		put(t, s, []byte("used")) // by a transaction that is under way
		if n, err := blob.Sweep(t.Context(), s, now, func(context.Context) (map[string]bool, error) { return nil, nil }); n != 0 || err != nil {
			t.Errorf("swept %d that had just been put again, %v", n, err)
		}
	})
}

func TestSweepStopsWhenNobodyKnowsWhatIsUsed(t *testing.T) {
	each(t, func(t *testing.T, s kept) {
		put(t, s, []byte("a"))
		away := errors.New("the database is away")
		_, err := blob.Sweep(t.Context(), s, civil.Instant(time.Now().UnixMilli())+2*civil.Day,
			func(context.Context) (map[string]bool, error) { return nil, away })
		if !errors.Is(err, away) || len(list(t, s)) != 1 {
			t.Errorf("got %v", err)
		}
	})
}

func TestStoreThatIsAway(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	address := "s3://" + strings.TrimPrefix(server.URL, "http://") + "/b?plain=1&region=r"
	server.Close()
	if _, err := blob.OpenS3(t.Context(), blob.S3Options{Address: address, Spool: t.TempDir()}); fault.CodeOf(err) != "blob.unreachable" {
		t.Errorf("nobody listens: %v", err)
	}
	for _, address := range []string{"", "s3://", "s3://host", "http://host/bucket", "s3://key:secret@host/bucket", "s3://h\x00/b"} {
		if _, err := blob.OpenS3(t.Context(), blob.S3Options{Address: address, Spool: t.TempDir()}); fault.CodeOf(err) != "blob.address" {
			t.Errorf("%q: %v", address, err)
		}
	}
	empty := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	defer empty.Close()
	_, err := blob.OpenS3(t.Context(), blob.S3Options{
		Address: "s3://" + strings.TrimPrefix(empty.URL, "http://") + "/none?plain=1&region=r", Key: "k", Secret: "s", Spool: t.TempDir(),
	})
	if fault.CodeOf(err) != "blob.bucket" {
		t.Errorf("a bucket that is not there: %v", err)
	}
}

func TestFullDiskKeepsNothing(t *testing.T) {
	root := t.TempDir()
	if err := syscall.Mount("tmpfs", root, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("a small disk takes the right to mount one: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(root, 0); err != nil {
			t.Error(err)
		}
	})
	d, err := blob.OpenDir(filepath.Join(root, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	small := put(t, d, []byte("small"))
	if _, err := d.Put(t.Context(), strings.NewReader(strings.Repeat("large", 100_000))); fault.CodeOf(err) != "blob.full" || fault.KindOf(err) != fault.Unavailable {
		t.Errorf("more than there is room for: %v", err)
	}
	if refs := list(t, d); len(refs) != 1 || refs[0] != small {
		t.Errorf("there are %v", refs)
	}
	put(t, d, []byte("another")) // what the large one took is free again
}

func TestFolderThatIsGone(t *testing.T) {
	root := filepath.Join(t.TempDir(), "blobs")
	d, err := blob.OpenDir(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := os.RemoveAll(filepath.Join(root, "tmp")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Put(t.Context(), strings.NewReader("a")); fault.CodeOf(err) != "blob.unreachable" {
		t.Errorf("put: %v", err)
	}
	if err := d.Check(t.Context()); fault.CodeOf(err) != "blob.unreachable" {
		t.Errorf("checked: %v", err)
	}
}
