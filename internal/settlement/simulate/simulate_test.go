package simulate

import (
	"slices"
	"testing"

	"changrong/internal/base/money"
	"changrong/internal/settlement"

	"pgregory.net/rapid"
)

func total(item, payee string, paid money.Fen) settlement.Total {
	return settlement.Total{Item: item, PayeeID: payee, Paid: paid}
}

func TestCompare(t *testing.T) {
	before := &settlement.Result{Totals: []settlement.Total{total("a", "x", 100), total("a", "y", 50), total("b", "x", 10), total("c", "z", 7)}}
	after := &settlement.Result{
		Totals:   []settlement.Total{total("a", "x", 80), total("b", "x", 40), total("b", "w", 5), total("c", "z", 7)},
		SetAside: make([]settlement.Aside, 2),
	}
	c := Compare(Variant{Name: "v"}, before, after)
	if c.Before != 167 || c.After != 132 || c.Waiting != 2 {
		t.Errorf("sums: %+v", c)
	}
	// x loses 20 of a and gains 30 of b: one payee that gains 10.
	if c.Gainers != 2 || c.Gain != 15 || c.Losers != 1 || c.Loss != 50 {
		t.Errorf("gainers %d %s, losers %d %s", c.Gainers, c.Gain, c.Losers, c.Loss)
	}
	if want := []ItemChange{{"a", 150, 80}, {"b", 10, 45}}; !slices.Equal(c.Items, want) {
		t.Errorf("items: %v", c.Items)
	}
	want := []Change{{"a", "x", 100, 80}, {"a", "y", 50, 0}, {"b", "w", 0, 5}, {"b", "x", 10, 40}}
	if !slices.Equal(c.Changes, want) {
		t.Errorf("changes: %v", c.Changes)
	}
	if got := c.Most(1, true); len(got) != 1 || got[0].PayeeID != "y" {
		t.Errorf("who loses most: %v", got)
	}
	if got := c.Most(9, false); len(got) != 2 || got[0].PayeeID != "x" || got[1].PayeeID != "w" {
		t.Errorf("who gains most: %v", got)
	}
}

// TestGainsAndLossesAddUp: what all gain less what all lose is what it costs more,
// and a result beside itself changes nothing.
func TestGainsAndLossesAddUp(t *testing.T) {
	result := rapid.Custom(func(t *rapid.T) *settlement.Result {
		seen := map[[2]string]bool{}
		r := &settlement.Result{}
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			k := [2]string{rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "item"), rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "payee")}
			if !seen[k] {
				seen[k] = true
				r.Totals = append(r.Totals, total(k[0], k[1], money.Fen(rapid.Int64Range(0, 1000).Draw(t, "paid"))))
			}
		}
		return r
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := result.Draw(t, "before"), result.Draw(t, "after")
		c := Compare(Variant{}, a, b)
		if c.Gain-c.Loss != c.After-c.Before {
			t.Fatalf("gain %s, loss %s, from %s to %s", c.Gain, c.Loss, c.Before, c.After)
		}
		if same := Compare(Variant{}, a, a); len(same.Changes)+len(same.Items)+same.Gainers+same.Losers != 0 {
			t.Fatalf("a result differs from itself: %+v", same)
		}
	})
}
