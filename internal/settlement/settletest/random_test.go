package settletest_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/settletest"
)

// TestRandomCoversAll: what can happen to a row happens in a few hundred cases.
func TestRandomCoversAll(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(300) {
		plan, facts := settletest.Random(seed)
		r, err := oracle.Run(context.Background(), plan, facts)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		count(seen, r)
	}
	for _, what := range []string{
		"paid", "limited", "deducted", "capped", "pooled", "rounded", "scaled",
		"unknown_fact", "gate_unknown", "unknown_base", "month_gap", "not_computable", "undecided", "no_claim",
		"lost_to", "other_bank", "gate_failed", "first_loan_elsewhere", "gate passed",
		"short pro_rata", "short scale_rate", "short first_complete", "short reserve", "unlimited pool",
		"indicator known", "indicator unknown", "indicator met", "indicator rows unknown",
	} {
		if seen[what] < 3 {
			t.Errorf("%s happens %d times in 300 cases", what, seen[what])
		}
	}
}

func count(seen map[string]int, r *settlement.Result) {
	note := func(what string, happens bool) {
		if happens {
			seen[what]++
		}
	}
	for _, l := range r.Lines {
		note("paid", l.Paid > 0)
		note("limited", l.LimitedBase < l.Base)
		note("deducted", l.Deducted > 0)
		note("capped", l.Capped < l.Amount-l.Deducted)
		note("pooled", l.Pooled < l.Capped)
		note("rounded", l.Paid != l.Pooled)
	}
	for _, a := range append(r.SetAside, r.Excluded...) {
		seen[string(a.Reason)]++
	}
	for _, g := range r.Gates {
		note("gate passed", g.Passed)
	}
	for _, p := range r.Pools {
		note("short "+p.Allocator, p.Limited && p.Requested > p.Budget)
		note("scaled", p.Rate > 0)
		note("unlimited pool", !p.Limited && p.Requested > 0)
	}
	for _, m := range r.Indicators {
		note("indicator known", m.Known)
		note("indicator unknown", !m.Known)
		note("indicator met", m.Met)
		note("indicator rows unknown", m.Unknown > 0)
	}
}

func TestRandomIsReproducible(t *testing.T) {
	for seed := range uint64(20) {
		plan1, facts1 := settletest.Random(seed)
		plan2, facts2 := settletest.Random(seed)
		for i, it := range plan1.Items {
			for j, e := range it.When {
				if e.Source != plan2.Items[i].When[j].Source {
					t.Fatalf("seed %d: item %s asks %s, then %s", seed, it.ID, e.Source, plan2.Items[i].When[j].Source)
				}
			}
		}
		if !reflect.DeepEqual(facts1, facts2) {
			t.Fatalf("seed %d makes other facts the second time", seed)
		}
	}
}

func TestPermute(t *testing.T) {
	_, facts := settletest.Random(1)
	shuffled := settletest.Permute(facts, 7)
	if reflect.DeepEqual(facts, shuffled) {
		t.Error("Permute left the order as it was")
	}
	for name, b := range facts {
		c := shuffled[name]
		if c == nil || c.Len() != b.Len() {
			t.Fatalf("%s lost rows", name)
		}
		left := map[string]int{}
		for i := range b.Len() {
			var row, other []byte
			for v := range b.Vectors {
				row = append(b.Vectors[v].AppendValue(row, i), 0)
				other = append(c.Vectors[v].AppendValue(other, i), 0)
			}
			left[string(row)]++
			left[string(other)]--
		}
		for row, n := range left {
			if n != 0 {
				t.Errorf("%s: row %q comes %+d times more", name, row, n)
			}
		}
	}
}

func TestDiff(t *testing.T) {
	result := func() *settlement.Result {
		return &settlement.Result{
			Lines:      []settlement.Line{{Item: "a", PayeeID: "x", SubjectID: "1", Paid: 100}, {Item: "a", PayeeID: "x", SubjectID: "2", Paid: 5}},
			SetAside:   []settlement.Aside{{Item: "a", SubjectID: "3", Reason: settlement.Undecided}},
			Pools:      []settlement.PoolUse{{Pool: "p"}},
			Indicators: []settlement.Measured{{Indicator: "i", Value: 3}},
		}
	}
	if d := settletest.Diff(result(), result()); d != "" {
		t.Errorf("equal results differ: %s", d)
	}
	for _, c := range []struct {
		name   string
		change func(*settlement.Result)
		want   string
	}{
		{"amount", func(r *settlement.Result) { r.Lines[1].Paid = 6 }, "line a x  2: Paid is 0.05 and 0.06"},
		{"missing line", func(r *settlement.Result) { r.Lines = r.Lines[1:] }, "line only in the first: {Item:a PayeeID:x"},
		{"extra line", func(r *settlement.Result) { r.Lines = append(r.Lines, settlement.Line{Item: "b"}) }, "line only in the second: {Item:b"},
		{"reason", func(r *settlement.Result) { r.SetAside[0].Reason = settlement.NoClaim }, "set aside only in the"},
		{"order", func(r *settlement.Result) { r.Lines[0], r.Lines[1] = r.Lines[1], r.Lines[0] }, "lines of the second are out of order"},
		{"pool", func(r *settlement.Result) { r.Pools[0].Limited = true }, "pool p: Limited is false and true"},
		{"indicator", func(r *settlement.Result) { r.Indicators[0].Known = true }, "indicator i: Known is false and true"},
	} {
		b := result()
		c.change(b)
		if d := settletest.Diff(result(), b); !strings.Contains(d, c.want) {
			t.Errorf("%s: %q does not say %q", c.name, d, c.want)
		}
	}
}
