package store

import (
	"context"
	"database/sql"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

var (
	created = regexp.MustCompile(`(?i)\bCREATE TABLE (\w+)`)
	renamed = regexp.MustCompile(`(?i)\bALTER TABLE (\w+) RENAME TO (\w+)`)
	dropped = regexp.MustCompile(`(?i)\bDROP TABLE (?:IF EXISTS )?(\w+)`)
	remarks = regexp.MustCompile(`--[^\n]*`)
)

// Tables returns the tables of the schema in the order in which they were made: one
// comes after those that it refers to.
func Tables() ([]string, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var tables []string
	for _, name := range names {
		b, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for statement := range strings.SplitSeq(remarks.ReplaceAllString(string(b), ""), ";") {
			if m := created.FindStringSubmatch(statement); m != nil {
				tables = append(tables, m[1])
			}
			if m := renamed.FindStringSubmatch(statement); m != nil {
				tables[slices.Index(tables, m[1])] = m[2]
			}
			if m := dropped.FindStringSubmatch(statement); m != nil {
				tables = slices.DeleteFunc(tables, func(t string) bool { return t == m[1] })
			}
		}
	}
	return tables, nil
}

// column is a column of a table.
type column struct {
	name string
	text bool // else a 64-bit integer
}

// columns returns the columns of a table, in the order of the schema.
func columns(ctx context.Context, q interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}, table string,
) ([]column, error) {
	rows, err := q.QueryContext(ctx, "SELECT * FROM "+table+" WHERE 1 = 0")
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, translate(err)
	}
	out := make([]column, len(types))
	for i, t := range types {
		out[i] = column{t.Name(), t.DatabaseTypeName() == "TEXT"}
	}
	return out, translate(rows.Err())
}

// without are tables whose hashes are no files.
var without = []string{"audit", "sessions", "events", "jobs", "once", "consents", "readings", "firm_data", "firms"}

var hashIn = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// BlobRefs calls f with everything in the database that may be the SHA-256 of a
// file: in whatever column and whatever form it stands, also inside of JSON. So
// nothing has to be listed anywhere for a file to be kept; the price is that a hash
// which is no file's is told too, and that a file is kept too long now and then.
func (tx *Tx) BlobRefs(f func(sha256 string)) error {
	tables, err := Tables()
	if err != nil {
		return err
	}
	for _, table := range tables {
		if slices.Contains(without, table) {
			continue
		}
		cs, err := columns(tx.ctx, tx.q, table)
		if err != nil {
			return err
		}
		for _, c := range cs {
			if !c.text {
				continue
			}
			if err := tx.hashes(table, c.name, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (tx *Tx) hashes(table, column string, f func(string)) error {
	rows, err := tx.q.QueryContext(tx.ctx, "SELECT "+column+" FROM "+table+" WHERE length("+column+") >= 64")
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return translate(err)
		}
		for _, h := range hashIn.FindAllString(text, -1) {
			f(h)
		}
	}
	return translate(rows.Err())
}
