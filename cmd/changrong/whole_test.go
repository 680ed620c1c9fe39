package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"changrong/internal/adapter/bundle"
	"changrong/internal/adapter/factfile"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/server"
	"changrong/internal/settlement"
	"changrong/internal/settlement/settletest"
	"changrong/internal/sim"
	"changrong/internal/sim/auditor"
)

const linhai = "../../packs/linhai-2021-47"

// city writes the facts of a small city and returns their folder.
func city(t *testing.T, enterprises int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "facts")
	if _, err := sim.Write(t.Context(), sim.Options{Seed: 1, Enterprises: enterprises, Out: dir}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func settle(t *testing.T, o server.SettleOptions) *server.Settlement {
	t.Helper()
	if o.Pack == "" {
		o.Pack = linhai
	}
	if o.Out == "" {
		o.Out = filepath.Join(t.TempDir(), "bundle")
	}
	s, err := server.Settle(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAuditorAgrees(t *testing.T) {
	facts := city(t, 3000)
	src, err := factfile.Open(facts)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for _, readings := range []map[string]string{
		nil,
		{"average": "chronological"},
		{"average": "month_end_outstanding"},
		{"rounding": "fen"},
		{"xinbao-exclusive": "no"},
		{"first-loan-notes": "first_note"},
		{"first-loan-notes": "year_notes_all_banks"},
	} {
		s := settle(t, server.SettleOptions{Facts: facts, Choices: policy.Choices{Readings: readings}})
		complaints, err := auditor.Judge(t.Context(), src, s.Result.Lines, s.Result.Totals, auditor.Readings(readings))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range complaints {
			t.Errorf("%v: %v", readings, c)
		}
		if s.Rows < 500 {
			t.Errorf("%v: only %d rows settled, the city is too small to tell", readings, s.Rows)
		}
	}
}

// outcome is what of a bundle must be the same bytes.
func outcome(t *testing.T, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	for _, name := range []string{"totals.csv", "lines.csv", "set_aside.csv", "excluded.csv", "gates.csv", "pools.csv", "indicators.csv", "receipt.json"} {
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		m[name] = string(body)
	}
	return m
}

func same(t *testing.T, what string, want, got map[string]string) {
	t.Helper()
	for name := range want {
		if want[name] != got[name] {
			t.Errorf("%s: %s differs", what, name)
		}
	}
}

func TestSameFactsSameBytes(t *testing.T) {
	facts := city(t, 400)
	want := outcome(t, settle(t, server.SettleOptions{Facts: facts}).Out)
	for _, n := range []int{2, 7} {
		for _, workers := range []int{1, 3} {
			o := server.SettleOptions{Facts: facts, EngineOptions: server.EngineOptions{Partitions: n, Workers: workers}}
			same(t, fmt.Sprintf("%d partitions, %d workers", n, workers), want, outcome(t, settle(t, o).Out))
		}
	}
	for seed := range uint64(2) {
		same(t, fmt.Sprintf("rows in another order (%d), as CSV", seed), want, outcome(t, settle(t, server.SettleOptions{Facts: shuffled(t, facts, seed)}).Out))
	}
	same(t, "the row by row engine", want, outcome(t, settle(t, server.SettleOptions{Facts: facts, EngineOptions: server.EngineOptions{Engine: "cel"}}).Out))
}

// shuffled writes the facts as CSV in another order of rows.
func shuffled(t *testing.T, dir string, seed uint64) string {
	t.Helper()
	src, err := factfile.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	all := fact.Memory{}
	for _, table := range fact.Tables() {
		if !src.Has(table.Name) {
			continue
		}
		all[table.Name] = fact.NewBatch(table, table.Stored())
		err := src.Scan(t.Context(), table.Name, table.Stored(), 1, func(_ int, b *fact.Batch) error {
			for i, v := range b.Vectors {
				for row := range b.Len() {
					if err := all[table.Name].Vectors[i].AppendCell(v.AppendValue(nil, row)); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	out := t.TempDir()
	for name, b := range settletest.Permute(all, seed) {
		var buf bytes.Buffer
		w := factfile.NewCSVWriter(&buf, b.Table)
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, name+".csv"), buf.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestReadingsChangeWhatTheyShould settles under every reading and holds the
// items whose totals change against those the reading is about.
func TestReadingsChangeWhatTheyShould(t *testing.T) {
	averaged := []string{"rc-chattel", "rc-fintech", "rc-first-loan", "rc-tech", "tech-interest", "xinbao-compensation"}
	pooled := []string{"rc-chattel", "rc-fintech", "rc-first-loan", "rc-tech"}
	rounded := append([]string{"rd-subsidy"}, averaged...)
	may := map[string][]string{
		"average": averaged, "limit-order": pooled, "xinbao-exclusive": {"xinbao-compensation"}, "xinbao-balance": {"xinbao-compensation"},
		"first-loan-notes": append([]string{"xinbao-compensation"}, pooled...), "allocator": pooled, "rounding": rounded,
	}
	sim, err := server.Simulate(t.Context(), server.SimulateOptions{Pack: linhai, Facts: city(t, 2000)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range sim.Comparisons {
		name, _, _ := strings.Cut(c.Name, "=")
		if len(c.Items) == 0 {
			t.Errorf("%s changes nothing: the reading, or the city, tells nothing", c.Name)
		}
		for _, it := range c.Items {
			if !slices.Contains(may[name], it.Item) {
				t.Errorf("%s changes %s from %s to %s, which it is not about", c.Name, it.Item, it.Before, it.After)
			}
		}
	}
}

func TestVerifyFindsEdits(t *testing.T) {
	original := settle(t, server.SettleOptions{Facts: city(t, 150)}).Out
	verify := func(t *testing.T, dir string) []bundle.Problem {
		t.Helper()
		_, problems, err := server.Verify(t.Context(), server.VerifyOptions{Bundle: dir})
		if err != nil {
			t.Fatal(err)
		}
		return problems
	}
	if problems := verify(t, original); len(problems) != 0 {
		t.Fatalf("an untouched bundle: %v", problems)
	}
	for _, edit := range []struct{ file, from, to, at, field string }{
		{"lines.csv", "", "", "lines.csv", ""},
		{"pack/items/rc-tech.yaml", "rank: 3", "rank: 9", "pack/items/rc-tech.yaml", ""},
		{"pack/pack.yaml", "value: 1000万元", "value: 1001万元", "pack/pack.yaml", ""},
		{"receipt.json", `"rows": 26`, `"rows": 27`, "receipt.json", "facts.institutions"},
		{"facts/loans/part-0003.parquet", "", "", "facts/loans/part-0003.parquet", ""},
		{"totals.csv", "", "", "totals.csv", ""},
		{"set_aside.csv", "unknown_fact", "unknown_fect", "set_aside.csv", "reason"},
	} {
		for _, resealed := range []bool{false, true} {
			if resealed && strings.HasPrefix(edit.file, "facts/") {
				continue // what the plan does not read is held by the checksums alone
			}
			t.Run(fmt.Sprintf("%s resealed=%t", edit.file, resealed), func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "bundle")
				if err := os.CopyFS(dir, os.DirFS(original)); err != nil {
					t.Fatal(err)
				}
				change(t, filepath.Join(dir, edit.file), edit.from, edit.to)
				if resealed {
					reseal(t, dir, edit.file)
				}
				problems := verify(t, dir)
				if len(problems) == 0 {
					t.Fatal("the edit was not found")
				}
				if !resealed && !slices.ContainsFunc(problems, func(p bundle.Problem) bool { return p.At.File == edit.at }) {
					t.Errorf("no problem names %s: %v", edit.at, problems)
				}
				if edit.field != "" && !slices.ContainsFunc(problems, func(p bundle.Problem) bool { return p.At.Field == edit.field }) {
					t.Errorf("no problem names %s: %v", edit.field, problems)
				}
			})
		}
	}
}

// change replaces text in a file, or with no text one digit near its end.
func change(t *testing.T, name, from, to string) {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if from == to {
		i := bytes.LastIndexAny(body[:len(body)-len(body)/4], "123456789")
		body[i] = '1' + (body[i]-'0')%9
	} else {
		changed := bytes.Replace(body, []byte(from), []byte(to), 1)
		if bytes.Equal(changed, body) {
			t.Fatalf("%s does not hold %q", name, from)
		}
		body = changed
	}
	if err := os.WriteFile(name, body, 0o600); err != nil {
		t.Fatal(err)
	}
}

// reseal puts a file's new hash into SHA256SUMS, as a forger would.
func reseal(t *testing.T, dir, file string) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "SHA256SUMS")
	sums, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(sums), "\n")
	for i, l := range lines {
		if strings.HasSuffix(l, "  "+file) {
			lines[i] = fmt.Sprintf("%x  %s", sha256.Sum256(body), file)
		}
	}
	if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestZipBundle(t *testing.T) {
	out := filepath.Join(t.TempDir(), "year.zip")
	s := settle(t, server.SettleOptions{Facts: city(t, 120), Out: out})
	receipt, problems, err := server.Verify(t.Context(), server.VerifyOptions{Bundle: out})
	if err != nil || len(problems) != 0 {
		t.Fatalf("verify: %v, %v", problems, err)
	}
	if receipt.ResultSHA256 != s.Receipt.ResultSHA256 {
		t.Error("the zip holds another result")
	}
	body, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(t.TempDir(), "half.zip")
	if err := os.WriteFile(half, body[:len(body)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := server.Verify(t.Context(), server.VerifyOptions{Bundle: half}); fault.CodeOf(err) != "bundle.zip" {
		t.Errorf("half a zip: %v", err)
	}
}

func TestSettleLeavesNothingBehind(t *testing.T) {
	parent := t.TempDir()
	empty := t.TempDir()
	for name, o := range map[string]server.SettleOptions{
		"factfile.empty":        {Pack: linhai, Facts: empty},
		"factfile.not_found":    {Pack: linhai, Facts: filepath.Join(empty, "none")},
		"pack.missing":          {Pack: empty, Facts: empty},
		"pack.unknown_reading":  {Pack: linhai, Facts: empty, Choices: policy.Choices{Readings: map[string]string{"averages": "x"}}},
		"pack.reading_value":    {Pack: linhai, Facts: empty, Choices: policy.Choices{Readings: map[string]string{"average": "weekly"}}},
		"pack.readings_exclude": {Pack: linhai, Facts: empty, Choices: policy.Choices{Readings: map[string]string{"average": "daily_mean", "limit-order": "each_month"}}},
		"pack.rate_range":       {Pack: linhai, Facts: empty, Choices: policy.Choices{Parameters: map[string]string{"tech_interest_rate": "101%"}}},
	} {
		o.Out = filepath.Join(parent, "bundle")
		if _, err := server.Settle(t.Context(), o); fault.CodeOf(err) != name {
			t.Errorf("got %v, want %s", err, name)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := server.Settle(cancelled, server.SettleOptions{Pack: linhai, Facts: city(t, 50), Out: filepath.Join(parent, "bundle")}); err == nil {
		t.Error("a cancelled settlement succeeded")
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestTotalsAreSumsOfLines(t *testing.T) {
	s := settle(t, server.SettleOptions{Facts: city(t, 800)})
	type key struct{ item, payee string }
	sums := map[key]settlement.Total{}
	for _, l := range s.Result.Lines {
		k := key{l.Item, l.PayeeID}
		x := sums[k]
		x.Item, x.PayeeID = l.Item, l.PayeeID
		x.Rows++
		x.Base += l.Base
		x.Amount += l.Capped
		x.Pooled += l.Pooled
		x.Paid += l.Paid
		sums[k] = x
	}
	if len(sums) != len(s.Result.Totals) {
		t.Errorf("%d totals, lines make %d", len(s.Result.Totals), len(sums))
	}
	for _, total := range s.Result.Totals {
		if total != sums[key{total.Item, total.PayeeID}] {
			t.Errorf("total %+v, lines make %+v", total, sums[key{total.Item, total.PayeeID}])
		}
	}
}

// TestSizeFromIndicators settles an enterprise whose size nobody wrote down and
// whose industry, staff and sales make it small; the bundle holds the size, so that
// an auditor needs no rule for it.
func TestSizeFromIndicators(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"institutions.csv": "institution_id,name,kind,local_legal_person\n91331082DEM0000149,甲银行,rural_bank,1\n",
		"enterprises.csv":  "enterprise_id,name,kind,industry,employees,annual_sales,total_assets,tech\n91331082DEM0000224,乙公司,enterprise,C13,30,3500000,,0\n",
		"loans.csv": "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on,first_loan\n" +
			"91331082DEM0000149,L1,91331082DEM0000224,1200000,2021-12-01,2022-06-30,1\n",
		"month_balances.csv": "institution_id,loan_id,month,balance\n91331082DEM0000149,L1,2021-12,1200000\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := settle(t, server.SettleOptions{Facts: dir})
	if len(s.Result.Totals) != 1 || s.Result.Totals[0].Paid != 500_00 {
		t.Errorf("totals %+v: a first loan of 1,200,000 out at one month end of twelve, at 0.5 %%, is 500 yuan", s.Result.Totals)
	}
	src, err := factfile.Open(filepath.Join(s.Out, "facts"))
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	err = src.Scan(t.Context(), "enterprises", []string{"size"}, 1, func(_ int, b *fact.Batch) error {
		if got := string(b.Vectors[0].Texts.At(0)); got != "small" {
			t.Errorf("the bundle has size %q", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, problems, err := server.Verify(t.Context(), server.VerifyOptions{Bundle: s.Out}); err != nil || len(problems) > 0 {
		t.Errorf("verify: %v, %v", problems, err)
	}
}
