package sim_test

import (
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/intake"
	"changrong/internal/fact"
	"changrong/internal/sim"
)

// rowsOf returns the rows of a table as text, by key.
func rowsOf(t *testing.T, src *factfile.Folder, table *fact.Table) map[string]string {
	t.Helper()
	rows := map[string]string{}
	columns := table.Stored()
	err := src.Scan(t.Context(), table.Name, columns, 1, func(_ int, b *fact.Batch) error {
		for i := range b.Len() {
			var key, row []string
			for _, v := range b.Vectors {
				cell := string(v.AppendValue(nil, i))
				row = append(row, v.Column.Name+"="+cell)
			}
			for _, name := range table.Key {
				key = append(key, string(b.Vector(name).AppendValue(nil, i)))
			}
			rows[strings.Join(key, "/")] = strings.Join(row, " ")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// asRepaid returns the row of an event as a message tells it.
func asRepaid(row string) string {
	return strings.NewReplacer("kind=write_off", "kind=repay", "kind=transfer_out", "kind=repay").Replace(row)
}

// TestImportGivesTheFacts imports what the banks of a city file, and compares it
// with the city's own facts. They differ in one thing: no message tells a
// write-off or a transfer from a repayment, since what the states of a recovery
// mean is not confirmed (package pboc).
func TestImportGivesTheFacts(t *testing.T) {
	dir, sum := write(t, sim.Options{Seed: 21, Enterprises: 700, As: sim.Both})
	out := filepath.Join(t.TempDir(), "imported")
	report, err := intake.Import(t.Context(), intake.Options{In: filepath.Join(dir, "pboc"), Out: out, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Severity == fact.Error || f.Code == "intake.conflict" || f.Code == "intake.unknown_file" {
			t.Errorf("%+v", f)
		}
	}
	if !report.Written {
		t.Fatal("nothing was written")
	}
	made, own := open(t, out), open(t, filepath.Join(dir, "facts"))
	for _, table := range fact.Tables() {
		want, got := rowsOf(t, own, table), rowsOf(t, made, table)
		if len(want) != len(got) || int64(len(want)) != sum.Rows[table.Name] {
			t.Errorf("%s: %d rows were imported, the city has %d", table.Name, len(got), len(want))
		}
		different := 0
		for key, row := range want {
			if row == got[key] {
				continue
			}
			if different++; asRepaid(row) != got[key] {
				t.Errorf("%s %s:\ncity:     %s\nimported: %s", table.Name, key, row, got[key])
			}
		}
		if (different > 0) != (table.Name == "loan_events") {
			t.Errorf("%s: %d rows differ", table.Name, different)
		}
	}
}

// found returns how often each code is found in what the banks of a city file.
func found(t *testing.T, o sim.Options) (map[string]int, sim.Summary) {
	t.Helper()
	o.As = sim.PBoC
	dir, sum := write(t, o)
	report, err := intake.Import(t.Context(), intake.Options{In: dir, Check: true})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, c := range report.Counts {
		counts[c.Code] += c.Total
	}
	return counts, sum
}

// inMessages are the codes of what is found when trouble comes in messages.
var inMessages = map[sim.Trouble]string{
	"dates_reversed": "loanbook.date_order", "over_principal": "loanbook.balance_over_principal", "balance_after_close": "loanbook.gap",
	"gap": "loanbook.gap", "events_differ": "loanbook.events_differ", "duplicate_key": "pboc.duplicate_key", "bad_code": "pboc.uscc",
	"unknown_enterprise": "intake.required", "unknown_branch": "loanbook.unknown_branch", "unknown_project": "loanbook.unknown_project",
	"share_over": "loanbook.guarantee_share", "other_guaranteed": "intake.conflict",
}

func TestTroubleIsFoundInMessages(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes under the race detector")
	}
	o := sim.Options{Seed: 5, Enterprises: 250, Zip: true}
	clean, _ := found(t, o)
	o.Trouble = sim.Troubles()
	counts, sum := found(t, o)
	if len(sum.Planted) != len(inMessages) {
		t.Errorf("%d kinds of trouble are planted, %d expected", len(sum.Planted), len(inMessages))
	}
	for _, p := range sum.Planted {
		if code := inMessages[p.Trouble]; counts[code] <= clean[code] {
			t.Errorf("%s: %d times %s, as in a clean city: %v", p, counts[code], code, counts)
		}
	}
}
