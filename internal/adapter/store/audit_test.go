package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"

	"github.com/jackc/pgx/v5"
)

func accessOf(db *store.DB) *access.Service {
	return &access.Service{Store: store.Of[access.Tx]{DB: db}, Now: func() civil.Instant { return 5000 }}
}

// note writes n entries.
func note(t *testing.T, db *store.DB, n int) {
	t.Helper()
	for i := range n {
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Audit(audit.Entry{
				At: civil.Instant(1000 - i%3), Account: fmt.Sprint("a", i%2), Org: "o", Action: []string{"claim.approve", "claim.file", "org.add"}[i%3],
				Object: fmt.Sprint("x", i%5), Outcome: audit.Done, Detail: map[string]string{"名": "值\u2028<\xff", "n": fmt.Sprint(i)},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func verify(t *testing.T, db *store.DB, head *audit.Head) *audit.Report {
	t.Helper()
	r, err := accessOf(db).VerifyAudit(t.Context(), crypto.Hashes(), head)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestChainHoldsThroughAChangeOfSuite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if r := verify(t, db, nil); r.Entries != 0 || len(r.Problems) != 0 {
			t.Errorf("an empty log: %+v", r)
		}
		note(t, db, 7)
		for _, suite := range []string{"sm3", "sm3", "sha256", "sm3"} {
			if err := accessOf(db).ChainWith(t.Context(), suite); err != nil {
				t.Fatal(err)
			}
			note(t, db, 3)
		}
		if err := accessOf(db).ChainWith(t.Context(), "md5"); fault.CodeOf(err) != "audit.suite" {
			t.Errorf("md5: %v", err)
		}
		r := verify(t, db, nil)
		if r.Entries != 7+4*3+3 || len(r.Problems) != 0 || r.Head.Seq != r.Entries {
			t.Errorf("%+v", r)
		}
		suites := map[string]int{}
		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			return tx.EachAuditEntry(func(e *audit.Entry) error {
				suites[e.Suite]++
				return nil
			})
		}); err != nil {
			t.Fatal(err)
		}
		if suites["sha256"] != 7+4 || suites["sm3"] != 7+4 {
			t.Errorf("chained with %v", suites)
		}
		// A head that was noted, and what shows that the log is another since.
		note(t, db, 1)
		if r := verify(t, db, &r.Head); len(r.Problems) != 0 {
			t.Errorf("with the head of before: %+v", r)
		}
		for _, head := range []audit.Head{{Seq: r.Head.Seq, Hash: strings.Repeat("0", 64)}, {Seq: r.Head.Seq + 2, Hash: r.Head.Hash}} {
			if r := verify(t, db, &head); len(r.Problems) != 1 || r.Problems[0].Seq != head.Seq {
				t.Errorf("with head %s: %+v", head, r)
			}
		}
	})
}

func TestAuditLogIsListedByWhatOneLooksFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		note(t, db, 30)
		for _, c := range []struct {
			f    audit.Filter
			want int
		}{
			{audit.Filter{}, 30},
			{audit.Filter{Account: "a0"}, 15},
			{audit.Filter{Object: "x3"}, 6},
			{audit.Filter{Org: "p"}, 0},
			{audit.Filter{Org: "o"}, 30},
			{audit.Filter{Action: "claim.approve"}, 10},
			{audit.Filter{Action: "claim."}, 20},
			{audit.Filter{Action: "claim"}, 0},
			{audit.Filter{From: 1000}, 30},
			{audit.Filter{From: 1001}, 0},
			{audit.Filter{To: 1000}, 0},
			{audit.Filter{To: 1001}, 30},
			{audit.Filter{Account: "a1", Object: "x3", Action: "org."}, 1},
		} {
			c.f.Limit, c.f.Offset = 4, 2
			entries, total, err := accessOf(db).AuditEntries(t.Context(), c.f)
			if err != nil || total != c.want || len(entries) != max(0, min(4, c.want-2)) {
				t.Errorf("%+v: %d of %d, %v", c.f, len(entries), total, err)
			}
			for i := 1; i < len(entries); i++ {
				if entries[i].Seq >= entries[i-1].Seq {
					t.Errorf("%+v: %d after %d", c.f, entries[i].Seq, entries[i-1].Seq)
				}
			}
			seen, after := 0, int64(0)
			for {
				part, err := accessOf(db).AuditAfter(t.Context(), after, c.f)
				if err != nil {
					t.Fatal(err)
				}
				if len(part) == 0 {
					break
				}
				seen, after = seen+len(part), part[len(part)-1].Seq
			}
			if seen != c.want {
				t.Errorf("%+v: %d part by part, not %d", c.f, seen, c.want)
			}
		}
	})
}

// TestTamperingIsFound changes the file of a log as somebody would who has it.
func TestTamperingIsFound(t *testing.T) {
	for _, c := range []struct {
		sql  string
		seqs []int64
	}{
		{"UPDATE audit SET name = 'x' WHERE seq = 4", []int64{4}},
		{"UPDATE audit SET detail = '{\"n\":\"9\"}' WHERE seq = 4", []int64{4}},
		{"UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 4", []int64{4, 5}},
		{"UPDATE audit SET outcome = 'refused' WHERE seq = 10", []int64{10}},
		{"UPDATE audit SET suite = 'sm3' WHERE seq = 4", []int64{4}},
		{"UPDATE audit SET suite = 'none' WHERE seq = 4", []int64{4}},
		{"UPDATE audit SET hash = '00' WHERE seq = 4", []int64{4, 5}},
		{"DELETE FROM audit WHERE seq = 4", []int64{5, 5}},
		{"DELETE FROM audit WHERE seq = 10", []int64{10}}, // only by the head that was noted
		{"DELETE FROM audit WHERE seq < 4", []int64{4, 4}},
	} {
		path := filepath.Join(t.TempDir(), "a.db")
		db, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		note(t, db, 10)
		head := verify(t, db, nil).Head
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		raw, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := raw.ExecContext(t.Context(), c.sql); err != nil {
			t.Fatal(err)
		}
		if err := raw.Close(); err != nil {
			t.Fatal(err)
		}
		db = storetest.Open(t, path)
		r := verify(t, db, &head)
		var seqs []int64
		for _, p := range r.Problems {
			seqs = append(seqs, p.Seq)
		}
		if fmt.Sprint(seqs) != fmt.Sprint(c.seqs) {
			t.Errorf("%s: found at %v, not %v: %+v", c.sql, seqs, c.seqs, r.Problems)
		}
	}
}

// TestAuditLogIsOnlyAddedTo reads the sources.
func TestAuditLogIsOnlyAddedTo(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	changes, adds := regexp.MustCompile(`(?i)(UPDATE|DELETE FROM|TRUNCATE|REPLACE INTO|DROP TABLE)\s+audit\b`), 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if m := changes.Find(b); m != nil {
			t.Errorf("%s: %s", name, m)
		}
		adds += strings.Count(string(b), "INSERT INTO audit ")
	}
	if adds != 1 {
		t.Errorf("%d statements add to the log, not 1", adds)
	}
}

// TestServersRoleNeedNotBeAbleToChangeTheLog runs the script of OPERATIONS.md for
// PostgreSQL, and works as the role it makes.
func TestServersRoleNeedNotBeAbleToChangeTheLog(t *testing.T) {
	dsn := pgtest.Start(t)
	owner := storetest.Open(t, dsn)
	note(t, owner, 3)
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	for _, q := range []string{
		"CREATE ROLE changrong_server LOGIN", "GRANT USAGE ON SCHEMA public TO changrong_server",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO changrong_server",
		"REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM changrong_server",
		"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON goose_db_version FROM changrong_server",
	} {
		if _, err := conn.Exec(t.Context(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	db := storetest.Open(t, strings.Replace(dsn, "user=postgres", "user=changrong_server", 1))
	note(t, db, 3)
	if r := verify(t, db, nil); r.Entries != 6 || len(r.Problems) != 0 {
		t.Errorf("as the server's role: %+v", r)
	}
	if _, err := conn.Exec(t.Context(), "SET ROLE changrong_server"); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"UPDATE audit SET name = 'x'", "DELETE FROM audit", "TRUNCATE audit", "DROP TABLE audit", "ALTER TABLE audit DROP COLUMN name"} {
		if _, err := conn.Exec(t.Context(), q); err == nil {
			t.Errorf("%s: the server's role may", q)
		}
	}
}
