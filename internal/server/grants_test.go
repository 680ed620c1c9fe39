package server_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/server"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// run runs statements as a role of the database at dsn.
func run(t *testing.T, dsn, role, statements string) error {
	t.Helper()
	return exec(strings.Replace(dsn, "user=postgres", "user="+role, 1), statements)
}

// exec runs statements at dsn, also when a test has ended.
func exec(dsn, statements string) error {
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background()) //nolint:errcheck // it has served
	_, err = conn.Exec(context.Background(), statements, pgx.QueryExecModeSimpleProtocol)
	return err
}

func TestServersRoleCannotRewriteHistory(t *testing.T) {
	dsn := pgtest.Start(t)
	name := dsn[strings.Index(dsn, "dbname=")+len("dbname="):]
	if err := run(t, dsn, "postgres", "CREATE ROLE changrong_owner LOGIN; CREATE ROLE changrong LOGIN; CREATE ROLE changrong_report LOGIN; "+
		"ALTER DATABASE "+name+" OWNER TO changrong_owner; ALTER SCHEMA public OWNER TO changrong_owner; REVOKE CREATE ON SCHEMA public FROM PUBLIC"); err != nil {
		t.Fatal(err)
	}
	as := func(role string) string { return strings.Replace(dsn, "user=postgres", "user="+role, 1) }
	if _, err := server.Migrate(t.Context(), server.Config{Database: as("changrong")}); err == nil {
		t.Error("the server's role made the schema")
	}
	if version, err := server.Migrate(t.Context(), server.Config{Database: as("changrong_owner")}); err != nil || version < 7 {
		t.Fatalf("version %d, %v", version, err)
	}
	grants, err := os.ReadFile(filepath.Join("..", "..", "deploy", "grants.sql"))
	if err != nil {
		t.Fatal(err)
	}
	if err := run(t, dsn, "changrong_owner", string(grants)); err != nil {
		t.Fatal(err)
	}
	w := open(t, server.Config{Database: as("changrong")})
	if _, err := w.Access.AddOrg(t.Context(), access.Caller{}, access.Org{Kind: access.BankOrg, Name: "银行"}); err != nil {
		t.Fatal(err)
	}
	w.emit(t, "it works")
	for _, c := range []struct {
		role, statement string
		may             bool
	}{
		{"changrong", "UPDATE audit SET name = 'x'", false},
		{"changrong", "DELETE FROM audit", false},
		{"changrong", "TRUNCATE audit", false},
		{"changrong", "DROP TABLE audit", false},
		{"changrong", "ALTER TABLE audit DISABLE TRIGGER ALL", false},
		{"changrong", "UPDATE ledger_postings SET amount_fen = 1", false},
		{"changrong", "DELETE FROM decisions", false},
		{"changrong", "UPDATE claim_findings SET outcome = 'clean'", false},
		{"changrong", "DELETE FROM clawback_receipts", false},
		{"changrong", "UPDATE orgs SET name = '新名'", true},
		{"changrong_report", "SELECT name FROM report.orgs", true},
		{"changrong_report", "SELECT password FROM accounts", false},
		{"changrong_report", "INSERT INTO report.orgs (id) VALUES ('x')", false},
	} {
		err := run(t, dsn, c.role, c.statement)
		var pg *pgconn.PgError
		if c.may != (err == nil) || err != nil && (!errors.As(err, &pg) || pg.Code != "42501") {
			t.Errorf("%s: %s: %v", c.role, c.statement, err)
		}
	}
	// The next upgrade finds all as it was.
	if _, err := server.Migrate(t.Context(), server.Config{Database: as("changrong_owner")}); err != nil {
		t.Error(err)
	}
}
