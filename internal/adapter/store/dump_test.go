package store_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"

	"github.com/jackc/pgx/v5"
)

// furnish writes things of several kinds, with what is hard to carry over.
func furnish(t *testing.T, db *store.DB) {
	t.Helper()
	for i := range 50 {
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			o := org(fmt.Sprint(i))
			o.Name = fmt.Sprintf("机构 %d \\ \" ' \t\u2028 <&> 𠮷", i)
			if err := tx.PutOrg(o); err != nil {
				return err
			}
			if err := tx.Emit(event.Event{Kind: "org.added", At: 1<<53 + 1, Orgs: []string{o.ID}, Subject: o.ID}); err != nil {
				return err
			}
			return tx.Audit(audit.Entry{At: 5, Action: "org.add", Object: o.ID, Outcome: audit.Done, Detail: map[string]string{"name": o.Name}})
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// dumped is a whole database as text, by table.
func dumped(t *testing.T, address string) map[string]string {
	t.Helper()
	s, err := store.OpenSnapshot(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tables, err := store.Tables()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, name := range tables {
		var b bytes.Buffer
		if _, err := s.Dump(name, &b); err != nil {
			t.Fatal(err)
		}
		out[name] = b.String()
	}
	return out
}

func TestDumpsGoFromAnyDatabaseToAny(t *testing.T) {
	address := func(t *testing.T, kind string) string {
		if kind == "postgres" {
			return pgtest.Start(t)
		}
		return filepath.Join(t.TempDir(), "a.db")
	}
	for _, from := range []string{"sqlite", "postgres"} {
		for _, to := range []string{"sqlite", "postgres"} {
			t.Run(from+" to "+to, func(t *testing.T) {
				source, target := address(t, from), address(t, to)
				db := storetest.Open(t, source) // it stays open: a server goes on meanwhile
				furnish(t, db)
				before := dumped(t, source)
				s, err := store.OpenSnapshot(t.Context(), source)
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				version, err := s.Version()
				if err != nil {
					t.Fatal(err)
				}
				l, err := store.Load(t.Context(), target, version)
				if err != nil {
					t.Fatal(err)
				}
				tables, err := store.Tables()
				if err != nil {
					t.Fatal(err)
				}
				for _, name := range tables {
					if _, err := l.Table(name, strings.NewReader(before[name])); err != nil {
						t.Fatalf("%s: %v", name, err)
					}
				}
				if err := l.Keep(); err != nil {
					t.Fatal(err)
				}
				if err := l.Close(); err != nil {
					t.Fatal(err)
				}
				after := dumped(t, target)
				for _, name := range tables {
					if before[name] != after[name] {
						t.Errorf("%s: %d bytes became %d:\n%.300s\n%.300s", name, len(before[name]), len(after[name]), before[name], after[name])
					}
				}
				if n := strings.Count(after["orgs"], "\n"); n != 51 {
					t.Errorf("%d lines of organisations", n)
				}
				if _, err := store.Load(t.Context(), target, version); fault.CodeOf(err) != "store.not_empty" {
					t.Errorf("loaded again: %v", err)
				}
			})
		}
	}
}

func TestSnapshotStaysWhileOthersWrite(t *testing.T) {
	storetestAddresses(t, func(t *testing.T, address string) {
		db := storetest.Open(t, address)
		furnish(t, db)
		s, err := store.OpenSnapshot(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range 50 {
				if err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.PutOrg(org(fmt.Sprint("later", i))) }); err != nil {
					t.Error(err)
				}
			}
		})
		for range 5 {
			var b bytes.Buffer
			if n, err := s.Dump("orgs", &b); n != 50 || err != nil {
				t.Errorf("%d organisations, %v", n, err)
			}
		}
		wg.Wait()
	})
}

func storetestAddresses(t *testing.T, f func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, filepath.Join(t.TempDir(), "a.db")) })
	t.Run("postgres", func(t *testing.T) { f(t, pgtest.Start(t)) })
}

func TestSnapshotOfNothing(t *testing.T) {
	storetestAddresses(t, func(t *testing.T, address string) {
		if _, err := store.OpenSnapshot(t.Context(), address); err == nil {
			t.Error("an empty database was opened")
		}
	})
}

func TestDamagedDumpsAreRefusedWhole(t *testing.T) {
	storetestAddresses(t, func(t *testing.T, address string) {
		const head = `["id","kind","name","uscc","version"]` + "\n"
		for _, text := range []string{
			"", "x", `["id"]` + "\n", strings.Replace(head, "kind", "sort", 1), head + `["a","bank","n","",1`, head + `["a","bank","n",""]`,
			head + `["a","bank","n","","1"]`, head + `["a","bank",7,"",1]`, head + `["a","bank","n","",1.5]`, head + `["a","bank","n","",true]`,
			head + `["a","bank","n","",99999999999999999999]`, head + `["a","bank","n","",1]` + "\n" + `["a","bank","m","",1]`, head + `["a","bank",null,"",1]`,
		} {
			l, err := store.Load(t.Context(), address, 7)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := l.Table("orgs", strings.NewReader(text)); err == nil {
				t.Errorf("taken: %q", text)
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			if strings.HasPrefix(address, "host=") {
				address = pgtest.Start(t)
			} else {
				address = filepath.Join(t.TempDir(), "b.db")
			}
		}
	})
}

func TestEveryTableIsReportedOrNot(t *testing.T) {
	tables, err := store.Tables()
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) < 30 || tables[0] != "orgs" {
		t.Fatalf("the tables are %v", tables)
	}
	in, out := store.Reported()
	for _, name := range tables {
		if slices.Contains(in, name) == slices.Contains(out, name) {
			t.Errorf("say in report.go whether reports show %s", name)
		}
	}
	for _, name := range slices.Concat(in, out) {
		if !slices.Contains(tables, name) {
			t.Errorf("report.go speaks of %s, which is no table", name)
		}
	}
}

func TestReportsHaveTypesAndNoSecrets(t *testing.T) {
	address := pgtest.Start(t)
	db := storetest.Open(t, address)
	furnish(t, db)
	conn := connect(t, address)
	var at, name string
	if err := conn.QueryRow(t.Context(), "SELECT pg_typeof(at_at)::text, object FROM report.audit ORDER BY seq LIMIT 1").Scan(&at, &name); err != nil {
		t.Fatal(err)
	}
	if at != "timestamp with time zone" || name != "0" {
		t.Errorf("the first entry is %s of %s", at, name)
	}
	if err := conn.QueryRow(t.Context(), "SELECT pg_typeof(amount_yuan)::text FROM (SELECT amount_yuan FROM report.ledger_postings UNION ALL SELECT NULL) x LIMIT 1").Scan(&at); err != nil || at != "numeric" {
		t.Errorf("yuan are %s, %v", at, err)
	}
	rows, err := conn.Query(t.Context(), "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'report' ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	secret, n := regexp.MustCompile(`\.(password|totp\w*|recovery|secret|sealed|hash_of|signature|payload)$`), 0
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			t.Fatal(err)
		}
		if n++; secret.MatchString(column) {
			t.Errorf("reports show %s", column)
		}
	}
	if rows.Err() != nil || n < 100 {
		t.Errorf("%d columns, %v", n, rows.Err())
	}
	storetest.Open(t, address) // and again, where they are there
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) }) //nolint:errcheck // it has served
	return conn
}

func TestFilesThatRowsSpeakOfAreTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		plain, inside, sealed := strings.Repeat("a", 64), strings.Repeat("b", 64), strings.Repeat("c", 64)
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			o, p := org("x"), org("y")
			o.Name, p.Name = plain, `{"sha256":"`+inside+`","size":1}`
			if err := tx.PutOrg(o); err != nil {
				return err
			}
			if err := tx.PutOrg(p); err != nil {
				return err
			}
			return tx.Audit(audit.Entry{Action: "a.b", Object: sealed})
		}); err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		if err := db.Read(t.Context(), func(tx *store.Tx) error { return tx.BlobRefs(func(h string) { got[h] = true }) }); err != nil {
			t.Fatal(err)
		}
		if !got[plain] || !got[inside] || got[sealed] {
			t.Errorf("told %v", got)
		}
	})
}

func TestFullDiskKeepsNothingHalf(t *testing.T) {
	db := storetest.SQLite(t)
	furnish(t, db)
	if err := db.FillUp(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	kept, full := 0, 0
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i := range 40 {
		wg.Go(func() {
			err := db.Write(t.Context(), func(tx *store.Tx) error {
				for j := range 20 {
					o := org(fmt.Sprintf("full %d %d", i, j))
					o.Name += strings.Repeat("长", 100)
					if err := tx.PutOrg(o); err != nil {
						return err
					}
				}
				return nil
			})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				kept++
			case fault.CodeOf(err) == "store.full" && fault.KindOf(err) == fault.Unavailable:
				full++
			default:
				t.Errorf("a write on a full disk: %v", err)
			}
		})
	}
	wg.Wait()
	count := func() (n int) {
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			orgs, err := tx.Orgs(access.Scope{All: true})
			for _, o := range orgs {
				if strings.HasPrefix(o.ID, "full") {
					n++
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if full == 0 || count() != 20*kept {
		t.Errorf("%d writes were kept, %d not; %d rows", kept, full, count())
	}
	if err := db.FillUp(t.Context(), -1); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.PutOrg(org("full after")) }); err != nil || count() != 20*kept+1 {
		t.Errorf("with room again: %v", err)
	}
}
