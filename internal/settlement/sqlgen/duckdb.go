package sqlgen

import (
	"fmt"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
)

// DuckDB is the dialect of the DuckDB command line over Parquet files. files says
// for every table of facts where its rows are: a file, or a pattern of several
// (facts/loans/*.parquet); a table that is not named has none.
//
// In the files money is DECIMAL yuan, a rate DECIMAL percent, a date DATE, a month
// VARCHAR YYYY-MM, a time TIMESTAMP or its text.
func DuckDB(files map[string]string) Dialect { return duckdb{files} }

type duckdb struct{ files map[string]string }

func (duckdb) Name() string { return "DuckDB" }

// setup makes views that turn files into tables of integers. A file that lacks a
// column has it NULL, by the empty table of all columns that goes before it.
func (d duckdb) setup(reads []Reads) []Statement {
	var out []Statement
	for _, r := range reads {
		types, values := make([]string, len(r.Columns)), make([]string, len(r.Columns))
		for i, name := range r.Columns {
			c := r.Table.Column(name)
			types[i] = "CAST(NULL AS " + stored(c) + ") AS " + column(name)
			values[i] = "  " + integral(c) + " AS " + column(name)
		}
		rows := "SELECT " + strings.Join(types, ", ") + " WHERE FALSE"
		if path := d.files[r.Table.Name]; path != "" {
			rows += "\n  UNION ALL BY NAME SELECT * FROM read_parquet(" + literal(path) + ", union_by_name = true)"
		}
		out = append(out, Statement{
			Name: r.Table.Name, Comment: "事实表：" + r.Table.Zh + "  facts: " + r.Table.En,
			SQL: fmt.Sprintf("CREATE TEMP VIEW %s AS\nSELECT\n%s\nFROM (\n  %s)", r.Table.Name, strings.Join(values, ",\n"), rows),
		})
	}
	return out
}

// stored is the type of a column's values in the files.
func stored(c *fact.Column) string {
	switch c.Type {
	case fact.Bool:
		return "BOOLEAN"
	case fact.Int:
		return "BIGINT"
	case fact.Fen:
		return "DECIMAL(18,2)"
	case fact.Rate:
		return "DECIMAL(18,5)"
	case fact.Date:
		return "DATE"
	}
	return "VARCHAR"
}

// integral turns a stored value into an integer, and an empty one into what
// empty means.
func integral(c *fact.Column) string {
	name := column(c.Name)
	x := name
	switch c.Type {
	case fact.Bool, fact.Int:
		x = "CAST(" + name + " AS BIGINT)"
	case fact.Fen:
		x = "CAST(" + name + " * 100 AS BIGINT)"
	case fact.Rate:
		x = "CAST(" + name + " * 10000000 AS BIGINT)"
	case fact.Date:
		x = name + " - DATE '1970-01-01'"
	case fact.Month:
		x = fmt.Sprintf("CAST(substr(%[1]s, 1, 4) AS BIGINT) * 12 + CAST(substr(%[1]s, 6, 2) AS BIGINT) - 1", name)
	case fact.Time:
		x = "epoch_ms(CAST(" + name + " AS TIMESTAMP)) // 1000"
	}
	switch {
	case !c.None:
		return x
	case c.Type.Textual():
		return "COALESCE(" + x + ", '')"
	}
	return fmt.Sprintf("COALESCE(%s, %d)", x, civil.Never)
}

func (duckdb) create(table, query string) string {
	return "CREATE TEMP TABLE " + table + " AS\n" + query
}

func (duckdb) wide(x string) string { return "CAST(" + x + " AS HUGEINT)" }

func (duckdb) fit(x string) string { return "TRY_CAST(" + x + " AS BIGINT)" }

func (duckdb) quotient(a, b string) string { return "((" + a + ") // (" + b + "))" }

func (duckdb) text(s string) string { return literal(s) }

func (duckdb) ordered(x string) string { return x }

func (duckdb) startsWith(a, b string) string { return "starts_with(" + a + ", " + b + ")" }

func (duckdb) endsWith(a, b string) string { return "ends_with(" + a + ", " + b + ")" }

func (duckdb) contains(a, b string) string { return "contains(" + a + ", " + b + ")" }
