package sqlgen

import (
	"fmt"
	"strings"
)

// PostgreSQL is the dialect of PostgreSQL, from version 12.
func PostgreSQL() Dialect { return postgres{} }

type postgres struct{}

func (postgres) Name() string { return "PostgreSQL" }

// setup makes empty tables. Where the facts are in tables or views of the same
// names and types already, the setup is left out.
func (postgres) setup(reads []Reads) []Statement {
	var out []Statement
	for _, r := range reads {
		cols := make([]string, len(r.Columns))
		for i, name := range r.Columns {
			kind := "BIGINT"
			if r.Table.Column(name).Type.Textual() {
				kind = `TEXT COLLATE "C"`
			}
			cols[i] = "  " + column(name) + " " + kind
		}
		out = append(out, Statement{
			Name: r.Table.Name, Comment: "事实表：" + r.Table.Zh + "  facts: " + r.Table.En,
			SQL: fmt.Sprintf("CREATE UNLOGGED TABLE %s (\n%s\n)", r.Table.Name, strings.Join(cols, ",\n")),
		})
	}
	return out
}

func (postgres) create(table, query string) string {
	return "CREATE UNLOGGED TABLE " + table + " AS\n" + query
}

func (postgres) wide(x string) string { return "CAST(" + x + " AS NUMERIC)" }

// fit clamps x to one beyond int64 on either side, and makes both of these NULL:
// so x, which may be long, is written and computed once. GREATEST leaves NULL out.
func (postgres) fit(x string) string {
	const low, high = "-9223372036854775809", "9223372036854775808"
	return "CAST(NULLIF(NULLIF(LEAST(GREATEST(" + x + ", " + low + "), " + high + "), " + low + "), " + high + ") AS BIGINT)"
}

func (postgres) quotient(a, b string) string { return "div(" + a + ", " + b + ")" }

func (postgres) text(s string) string { return literal(s) + ` COLLATE "C"` }

func (postgres) ordered(x string) string { return x + ` COLLATE "C"` }

func (postgres) startsWith(a, b string) string { return "starts_with(" + a + ", " + b + ")" }

// endsWith counts characters, which comes to the same in UTF-8.
func (postgres) endsWith(a, b string) string {
	return "(right(" + a + ", length(" + b + ")) = " + b + ")"
}

func (postgres) contains(a, b string) string { return "(strpos(" + a + ", " + b + ") > 0)" }
