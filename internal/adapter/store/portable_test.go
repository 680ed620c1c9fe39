package store_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// strange are constructs that one of the two databases does not know, or takes for
// something else without a word.
var strange = regexp.MustCompile(`(?i)\b(AUTOINCREMENT|SERIAL|BIGSERIAL|IDENTITY|STRICT|WITHOUT ROWID|LATERAL|DISTINCT ON|MERGE|ROLLUP|SKIP LOCKED|FOR UPDATE|` +
	`json_\w+|jsonb?|BLOB|BYTEA|DATETIME|TIMESTAMP\w*|CURRENT_\w+|now\(|greatest\(|least\(|LIKE|ILIKE|GLOB|REAL|FLOAT|DOUBLE|NUMERIC|DECIMAL|BOOLEAN|INTEGER|INT|VARCHAR|ARRAY|ANY)\b|->>?|::`)

// sums are aggregates whose type PostgreSQL widens.
var sums = regexp.MustCompile(`(?i)(cast\()?\bsum\(`)

var catalog = regexp.MustCompile(`\b(pg_tables|sqlite_master)\b`)

var quoted = regexp.MustCompile("(?s)\"(?:SELECT|INSERT|UPDATE|DELETE|WITH|WHERE| FROM)[^\"]*\"|`\\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)[^`]*`")

// TestPortableSQL refuses SQL that does not mean the same on both databases.
func TestPortableSQL(t *testing.T) {
	check := func(name, sql string) {
		if catalog.MatchString(sql) { // it asks one database about itself
			return
		}
		for _, m := range strange.FindAllString(sql, -1) {
			t.Errorf("%s: %q is not the same on both databases, in %s", name, m, sql)
		}
		for _, m := range sums.FindAllStringSubmatch(sql, -1) {
			if m[1] == "" {
				t.Errorf("%s: sum() without CAST(… AS BIGINT), in %s", name, sql)
			}
		}
	}
	n := 0
	for _, pattern := range []string{"*.go", "migrations/*.sql"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if matched, _ := filepath.Match("*_test.go", name); matched {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(name) == ".sql" {
				check(name, regexp.MustCompile(`--[^\n]*`).ReplaceAllString(string(b), ""))
				n++
				continue
			}
			for _, sql := range quoted.FindAllString(string(b), -1) {
				check(name, sql)
				n++
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d statements were found; what looks for them is broken", n)
	}
}
