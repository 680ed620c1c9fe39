package followup

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"

	"pgregory.net/rapid"
)

func TestLifeIsSound(t *testing.T) {
	if bad := Life.Faults(); len(bad) > 0 {
		t.Error(strings.Join(bad, "; "))
	}
}

func TestSampleIsTheSameForTheSameSeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "n")
		byItem := rapid.Bool().Draw(t, "by item")
		claims := make([]subsidy.Claim, n)
		for i := range claims {
			claims[i] = subsidy.Claim{Case: workflow.Case{ID: fmt.Sprintf("claim-%03d", i), Amount: money.Fen(rapid.IntRange(0, 300).Draw(t, "amount"))}, Item: fmt.Sprint("item", i%3)}
		}
		strata := []Stratum{{From: 0, Percent: rapid.IntRange(0, 100).Draw(t, "low")}, {From: 100, Percent: 20}, {From: 200, Percent: 100}}
		seed := rapid.StringMatching(`[a-z]{1,8}`).Draw(t, "seed")
		first, err := Draw(claims, seed, strata, byItem)
		if err != nil {
			t.Fatal(err)
		}
		mixed := slices.Clone(claims)
		rand.New(rand.NewPCG(1, uint64(n))).Shuffle(n, func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if again, _ := Draw(mixed, seed, strata, byItem); !slices.Equal(first, again) {
			t.Fatalf("another order draws others: %v and %v", first, again)
		}
		in, drawn := map[string]int{}, map[string]int{}
		for _, c := range claims {
			k := min(int(c.Amount)/100, 2)
			layer := fmt.Sprint(k)
			if byItem {
				layer += c.Item
			}
			in[layer]++
			if slices.Contains(first, c.ID) {
				drawn[layer]++
			}
		}
		for layer, n := range in {
			if want := (n*strata[layer[0]-'0'].Percent + 99) / 100; drawn[layer] != want {
				t.Fatalf("layer %s: %d of %d, not %d", layer, drawn[layer], n, want)
			}
		}
	})
}

// TestSampleOfAKnownSeed pins what a seed draws, so that a sample drawn years ago
// can still be drawn again.
func TestSampleOfAKnownSeed(t *testing.T) {
	claims := make([]subsidy.Claim, 10)
	for i := range claims {
		claims[i] = subsidy.Claim{Case: workflow.Case{ID: fmt.Sprintf("claim-%d", i), Amount: money.Fen(i)}}
	}
	got, err := Draw(claims, "2022年事后抽查", []Stratum{{Percent: 30}}, false)
	if want := []string{"claim-2", "claim-4", "claim-7"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, not %v: %v", got, want, err)
	}
}

func TestStrataThatCannotBe(t *testing.T) {
	for name, x := range map[string]struct {
		seed   string
		strata []Stratum
	}{
		"no seed":            {"", []Stratum{{Percent: 1}}},
		"no layers":          {"s", nil},
		"falling":            {"s", []Stratum{{From: 2}, {From: 1}}},
		"one twice":          {"s", []Stratum{{From: 2}, {From: 2}}},
		"more than all":      {"s", []Stratum{{Percent: 101}}},
		"less than nothing":  {"s", []Stratum{{Percent: -1}}},
		"too many":           {"s", make([]Stratum, maxStrata+1)},
		"from below nothing": {"s", []Stratum{{From: -1, Percent: 1}}},
	} {
		if _, err := Draw(nil, x.seed, x.strata, false); fault.CodeOf(err) != "followup.strata" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMoneyGoesBackWhereItCameFrom returns money in random parts, and holds at every
// step that what goes back sums to what came, that nothing falls below zero, that
// each source is within a fen a step of its proportion, and that the last part leaves
// nothing.
func TestMoneyGoesBackWhereItCameFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := make([]ledger.Balance, rapid.IntRange(1, 5).Draw(t, "sources"))
		var total money.Fen
		for i := range first {
			first[i] = ledger.Balance{Key: ledger.Key{Source: fmt.Sprint("s", i)}, Amount: money.Fen(rapid.Int64Range(1, 1e9).Draw(t, "paid"))}
			total += first[i].Amount
		}
		left, rest := slices.Clone(first), total
		for steps := 1; rest > 0; steps++ {
			part := money.Fen(rapid.Int64Range(1, int64(rest)).Draw(t, "part"))
			if steps == 8 {
				part = rest
			}
			if Shares(left, rest+1) != nil || Shares(left, 0) != nil {
				t.Fatal("more than was paid, or nothing, is shared")
			}
			var sum money.Fen
			for _, x := range Shares(left, part) {
				i := slices.IndexFunc(left, func(b ledger.Balance) bool { return b.Source == x.Source })
				left[i].Amount -= x.Amount
				sum += x.Amount
				if x.Amount <= 0 || left[i].Amount < 0 {
					t.Fatalf("%+v of %+v", x, left[i])
				}
			}
			if rest -= part; sum != part {
				t.Fatalf("%d came back and %d went", part, sum)
			}
			for i := range left {
				fair := float64(first[i].Amount) * float64(rest) / float64(total)
				if d := float64(left[i].Amount) - fair; d > float64(steps) || d < -float64(steps) {
					t.Fatalf("source %d has %d left, not about %.1f", i, left[i].Amount, fair)
				}
			}
		}
		for _, b := range left {
			if b.Amount != 0 {
				t.Fatalf("in the end %+v is left", b)
			}
		}
	})
}

func TestProposalsThatCannotBe(t *testing.T) {
	const today = 19000
	good := Proposal{Amount: 100, Why: "提前结清", Basis: "第九条", Deadline: today + 1}
	if err := good.check(100, today); err != nil {
		t.Fatal(err)
	}
	for code, spoil := range map[string][]func(*Proposal){
		"followup.amount":   {func(p *Proposal) { p.Amount = 0 }, func(p *Proposal) { p.Amount = -1 }, func(p *Proposal) { p.Amount = 101 }},
		"followup.why":      {func(p *Proposal) { p.Why = " " }, func(p *Proposal) { p.Basis = "" }, func(p *Proposal) { p.Why = strings.Repeat("长", maxText+1) }},
		"followup.deadline": {func(p *Proposal) { p.Deadline = today }, func(p *Proposal) { p.Deadline = today + maxTerm + 1 }, func(p *Proposal) { p.Deadline = 0 }},
	} {
		for i, f := range spoil {
			p := good
			f(&p)
			if err := p.check(100, today); fault.CodeOf(err) != code {
				t.Errorf("%s %d: %v", code, i, err)
			}
		}
	}
	if err := good.check(0, today); fault.CodeOf(err) != "followup.nothing_paid" {
		t.Error(err)
	}
}
