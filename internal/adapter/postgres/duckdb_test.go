package postgres_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"changrong/internal/adapter/factfile"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
	"changrong/internal/settlement/sqlgen"
)

// TestDuckDBAgainstOracle: what an auditor gets from the script for DuckDB, over
// the facts as Parquet files, is what the oracle says.
func TestDuckDBAgainstOracle(t *testing.T) {
	duckdb := findDuckDB(t)
	for seed := range uint64(12) {
		plan, facts := settletest.Random(seed)
		want, err := oracle.Run(t.Context(), plan, facts)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		got := runDuckDB(t, duckdb, plan, facts)
		for list, rows := range listsOf(want) {
			if !slices.EqualFunc(got[list], rows, slices.Equal) {
				t.Errorf("seed %d, %s: DuckDB has %q, want %q", seed, list, got[list], rows)
			}
		}
	}
}

// findDuckDB returns a command that reads SQL on its standard input.
func findDuckDB(t *testing.T) []string {
	t.Helper()
	if name := os.Getenv("CHANGRONG_DUCKDB"); name != "" {
		return []string{name}
	}
	if path, err := exec.LookPath("duckdb"); err == nil {
		return []string{path}
	}
	if path, err := exec.LookPath("python3"); err == nil && exec.Command(path, "-c", "import duckdb").Run() == nil {
		return []string{path, filepath.Join("testdata", "run_duckdb.py")}
	}
	t.Skip("no DuckDB here: install its command line, or the Python module duckdb, or name a program that reads SQL in CHANGRONG_DUCKDB")
	return nil
}

// runDuckDB writes the facts, runs the script, and reads the lists.
func runDuckDB(t *testing.T, command []string, plan *policy.Plan, facts fact.Memory) map[string][][]string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{}
	for i, table := range fact.Tables() {
		b := facts[table.Name]
		if b == nil {
			continue
		}
		path := filepath.Join(dir, table.Name+".parquet")
		files[table.Name] = path
		if i%2 == 1 { // a table may be a folder of parts
			if err := os.Mkdir(filepath.Join(dir, table.Name), 0o755); err != nil {
				t.Fatal(err)
			}
			path = filepath.Join(dir, table.Name, "part-1.parquet")
			files[table.Name] = filepath.Join(dir, table.Name, "*.parquet")
		}
		writeParquet(t, path, table, b)
	}
	script, err := sqlgen.Generate(plan, sqlgen.DuckDB(files))
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range script.Reports {
		script.Reports[i].SQL = fmt.Sprintf("COPY (\n%s\n) TO '%s' (HEADER FALSE)", r.SQL, filepath.Join(dir, r.Name+".csv"))
	}
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Stdin = strings.NewReader(script.String())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	lists := map[string][][]string{}
	for _, r := range script.Reports {
		lists[r.Name] = readCSV(t, filepath.Join(dir, r.Name+".csv"))
	}
	return lists
}

func writeParquet(t *testing.T, path string, table *fact.Table, b *fact.Batch) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := factfile.NewParquetWriter(f, table)
	if err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return rows
}

// listsOf writes a result as the rows of its lists.
func listsOf(r *settlement.Result) map[string][][]string {
	lists := map[string][][]string{}
	add := func(list string, values ...any) {
		row := make([]string, len(values))
		for i, v := range values {
			switch x := v.(type) {
			case bool:
				row[i] = map[bool]string{true: "1", false: "0"}[x]
			case string, settlement.Reason:
				row[i] = fmt.Sprint(x)
			default: // fen and rates have texts of their own
				row[i] = fmt.Sprintf("%d", x)
			}
		}
		lists[list] = append(lists[list], row)
	}
	for _, name := range []string{sqlgen.Lines, sqlgen.Totals, sqlgen.SetAside, sqlgen.Excluded, sqlgen.Gates, sqlgen.Pools, sqlgen.Indicators} {
		lists[name] = nil
	}
	for _, l := range r.Lines {
		add(sqlgen.Lines, l.Item, l.PayeeID, l.InstitutionID, l.SubjectID, l.EnterpriseID, l.Base, l.LimitedBase, l.Rate, l.Amount, l.Capped, l.Pooled, l.Paid, l.Deducted)
	}
	for _, x := range r.Totals {
		add(sqlgen.Totals, x.Item, x.PayeeID, x.Rows, x.Base, x.Amount, x.Pooled, x.Paid)
	}
	for _, a := range r.SetAside {
		add(sqlgen.SetAside, a.Item, a.InstitutionID, a.SubjectID, a.EnterpriseID, a.Reason, a.Detail)
	}
	for _, a := range r.Excluded {
		add(sqlgen.Excluded, a.Item, a.InstitutionID, a.SubjectID, a.EnterpriseID, a.Reason, a.Detail)
	}
	for _, g := range r.Gates {
		add(sqlgen.Gates, g.Item, g.PayeeID, g.Passed, g.Known, g.Start, g.End, g.SumStart, g.SumEnd, g.Institutions)
	}
	for _, p := range r.Pools {
		add(sqlgen.Pools, p.Pool, p.Allocator, p.Limited, p.Budget, p.Requested, p.Pooled, p.Paid, p.Rate)
	}
	for _, m := range r.Indicators {
		add(sqlgen.Indicators, m.Indicator, m.Known, m.Value, m.Rows, m.Unknown, m.Met)
	}
	return lists
}
