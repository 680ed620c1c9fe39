package postgres_test

import (
	"errors"
	"flag"
	"strings"
	"testing"

	"changrong/internal/adapter/postgres"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var (
	firstSeed = flag.Uint64("seed", 0, "the first seed of the random cases")
	howMany   = flag.Uint64("cases", 500, "how many random cases")
)

// perDatabase is how many cases one database serves: the catalogue of what was rolled
// back grows, and slows it down.
const perDatabase = 50

// TestAgainstOracle: SQL and the oracle agree to the fen, and in every row that
// waits or is excluded, on random plans and facts.
func TestAgainstOracle(t *testing.T) {
	var conn *pgx.Conn
	n := *howMany
	if testing.Short() {
		n = 40
	}
	for seed := *firstSeed; seed < *firstSeed+n; seed++ {
		if (seed-*firstSeed)%perDatabase == 0 {
			conn = connect(t, alphabetical(t, pgtest.Start(t)))
		}
		plan, facts := settletest.Random(seed)
		want, err := oracle.Run(t.Context(), plan, facts)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		got, err := postgres.RunOn(t.Context(), conn, plan, settletest.Permute(facts, seed))
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
			continue
		}
		if d := settletest.Diff(want, got); d != "" {
			t.Errorf("seed %d, oracle and SQL:\n%s", seed, d)
		}
	}
}

// alphabetical makes a database beside the one at dsn in which texts are in the
// order of a language and not of bytes, where the server can: a script must not
// lean on the order it is run in.
func alphabetical(t *testing.T, dsn string) string {
	t.Helper()
	conn := connect(t, dsn)
	name := conn.Config().Database + "_icu"
	_, err := conn.Exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "0A000" || pg.Code == "42601" || pg.Code == "42602") { // built without, or before version 15
		return dsn
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(dsn, conn.Config().Database, name, 1)
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return conn
}
