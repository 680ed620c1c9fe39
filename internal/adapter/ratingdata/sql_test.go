package ratingdata_test

import (
	"database/sql"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/scorecard/scorecardtest"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) {
	code := m.Run()
	pgtest.Stop()
	os.Exit(code)
}

// TestACardAsSQLScoresAsTheCard scores the same firms by the card, and by its SQL in both
// databases: what the card refuses has no score there.
func TestACardAsSQLScoresAsTheCard(t *testing.T) {
	for name, open := range map[string]func() (driver, address string){
		"sqlite":   func() (string, string) { return "sqlite", ":memory:" },
		"postgres": func() (string, string) { return "pgx", pgtest.Start(t) },
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			db, err := sql.Open(open())
			if err != nil {
				t.Fatal(err)
			}
			db.SetMaxOpenConns(1)            // temporary tables, and those in memory, are of a connection
			t.Cleanup(func() { db.Close() }) //nolint:errcheck // nothing of it is kept
			rapid.Check(t, func(t *rapid.T) {
				n++ // a connection remembers the columns of a table
				c := scorecardtest.Draw(t)
				firms := make([][]scorecard.Value, rapid.IntRange(1, 8).Draw(t, "firms"))
				for i := range firms {
					firms[i] = scorecardtest.Values(t, c)
					for k, v := range firms[i] {
						if name == "sqlite" && math.IsNaN(v.Number) {
							firms[i][k] = scorecard.Number(math.Inf(1)) // it cannot keep what is no number
						}
					}
				}
				s, err := c.Scorer()
				if err != nil {
					t.Fatal(err)
				}
				got := scoresOf(t, db, `某 "表"`+strconv.Itoa(n), c, firms)
				for i, firm := range firms {
					r, err := s.Score(firm)
					if err == nil != got[i].Valid || err == nil && int(got[i].Int64) != r.Score {
						t.Fatalf("%v: %v %v, and %v by SQL", firm, r, err, got[i])
					}
				}
			})
		})
	}
}

// scoresOf scores firms by the SQL of a card. Names are such as need quoting.
func scoresOf(t *rapid.T, db *sql.DB, table string, c *scorecard.Card, firms [][]scorecard.Value) (out []sql.NullInt64) {
	const key = `select "`
	quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	columns := []string{quote(key) + " INTEGER"}
	for i := range c.Characteristics {
		kind := " DOUBLE PRECISION"
		if c.Characteristics[i].Category() {
			kind = " TEXT"
		}
		columns = append(columns, quote(c.Characteristics[i].Name)+kind)
	}
	exec := func(query string, args ...any) {
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatalf("%v\n%s", err, query)
		}
	}
	exec("CREATE TEMPORARY TABLE " + quote(table) + " (" + strings.Join(columns, ", ") + ")")
	for n, firm := range firms {
		args, marks := []any{n}, "$1"
		for i, v := range firm {
			marks += ", $" + strconv.Itoa(i+2)
			var value any
			switch {
			case !v.Known:
			case c.Characteristics[i].Category():
				value = v.Text
			default:
				value = v.Number
			}
			args = append(args, value)
		}
		exec("INSERT INTO "+quote(table)+" VALUES ("+marks+")", args...)
	}
	defer exec("DROP TABLE " + quote(table))
	query, err := c.SQL(table, key)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	for rows.Next() {
		var n int
		var score sql.NullInt64
		if err := rows.Scan(&n, &score); err != nil {
			t.Fatal(err)
		}
		out = append(out, score)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
