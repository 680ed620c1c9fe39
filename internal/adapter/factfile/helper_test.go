package factfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/base/uscc"
	"changrong/internal/fact"
)

// bank and firm are codes whose check characters are right.
var (
	bank = mustUSCC("91", "331082", "MA2ABCD1")
	firm = mustUSCC("91", "331082", "MA2ABCD2")
)

func mustUSCC(dept, region, body string) string {
	code, err := uscc.Make(dept, region, body)
	if err != nil {
		panic(err)
	}
	return code
}

// writeFile writes a file into dir and returns its path.
func writeFile(tb testing.TB, dir, name, content string) string {
	tb.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		tb.Fatal(err)
	}
	return path
}

// imported is what ReadFile gives: rows as "line:a,b,c" and findings as
// "severity code line:column field".
type imported struct {
	rows, findings []string
	full           []fact.Finding
	err            error
}

func readFile(path, table string, columns ...string) (got imported) {
	t := fact.Lookup(table)
	if len(columns) == 0 {
		columns = t.Stored()
	}
	got.err = ReadFile(path, t, columns, func(f fact.Finding) {
		got.full = append(got.full, f)
		got.findings = append(got.findings, show(f))
	}, func(b *fact.Batch) error {
		got.rows = append(got.rows, rowsOf(b, true)...)
		return nil
	})
	return got
}

func show(f fact.Finding) string {
	s := fmt.Sprintf("%s %s %d:%d", f.Severity, f.Code, f.At.Line, f.At.Column)
	if f.At.Field != "" {
		s += " " + f.At.Field
	}
	return s
}

// rowsOf renders the rows of b, "?" where a value is not known.
func rowsOf(b *fact.Batch, lines bool) []string {
	rows := make([]string, b.Len())
	for i := range rows {
		var cells []string
		for _, v := range b.Vectors {
			cell := string(v.AppendValue(nil, i))
			if v.Unknown(i) {
				cell = "?"
			}
			cells = append(cells, cell)
		}
		rows[i] = strings.Join(cells, ",")
		if lines {
			rows[i] = fmt.Sprintf("%d:%s", b.LineOf(i), rows[i])
		}
	}
	return rows
}

func equal(tb testing.TB, what string, got, want []string) {
	tb.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		tb.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
