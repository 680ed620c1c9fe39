package history_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"changrong/internal/adapter/samplefile"
	"changrong/internal/base/fault"
	"changrong/internal/rating/train"
	"changrong/internal/sim/history"
)

func made(t *testing.T, seed uint64, firms, workers int) *history.History {
	t.Helper()
	h, err := history.Make(t.Context(), history.Options{Seed: seed, Enterprises: firms, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func written(t *testing.T, h *history.History) (sample, refused string) {
	t.Helper()
	var a, b bytes.Buffer
	if err := h.WriteSample(&a); err != nil {
		t.Fatal(err)
	}
	if err := h.WriteRefused(&b); err != nil {
		t.Fatal(err)
	}
	return a.String(), b.String()
}

func TestASeedHasOneHistory(t *testing.T) {
	sample, refused := written(t, made(t, 3, 250, 1))
	again, other := written(t, made(t, 3, 250, 3))
	if sample != again || refused != other {
		t.Error("two histories of one seed")
	}
	if more, _ := written(t, made(t, 4, 250, 3)); more == sample {
		t.Error("two seeds have one history")
	}
	if strings.Count(sample, "\n")+strings.Count(refused, "\n") != 250+2 {
		t.Error("firms are lost")
	}
	for _, line := range strings.Split(strings.TrimSpace(refused), "\n")[1:] {
		if cells := strings.Split(line, ","); cells[4] != "" {
			t.Fatalf("%s knows what became of a firm that was refused", line)
		}
	}
	if _, err := history.Make(t.Context(), history.Options{Seed: 1, Enterprises: 10}); fault.CodeOf(err) != "sim.options" {
		t.Error(err)
	}
}

// TestCardsFindWhatDecided: on firms that it was not made of, a card is nearly as good as the
// odds that decided, and not better but by chance.
func TestCardsFindWhatDecided(t *testing.T) {
	if testing.Short() {
		t.Skip("asks departments twenty-five thousand times")
	}
	h := made(t, 1, 2500, 0)
	sum, err := h.Summary()
	if err != nil {
		t.Fatal(err)
	}
	if rate := float64(sum.Bad) / float64(sum.Firms); rate < 0.05 || rate > 0.08 || sum.Refused < 200 || sum.Unknown < 0.03 || sum.Unknown > 0.2 {
		t.Errorf("%+v", sum)
	}
	text, _ := written(t, h)
	s, err := samplefile.Read(strings.NewReader(text), samplefile.Options{Features: h.Features, Target: history.Target, Bad: "1"})
	if err != nil {
		t.Fatal(err)
	}
	p := train.DefaultPlan("合成")
	p.MinShare = 0.02
	card, report, err := train.Train(s, p)
	if err != nil {
		t.Fatal(err)
	}
	v, err := train.Validate(s, p, 5, []uint64{1})
	if err != nil {
		t.Fatal(err)
	}
	auc, deviation := train.Mean(v.Card.AUC)
	t.Logf("%d firms, %d bad, %d refused, %.3f of cells unknown; AUC %.3f ± %.3f on others, %.3f on its own, %.3f of the odds", sum.Firms, sum.Bad, sum.Refused, sum.Unknown, auc, deviation, report.AUC, sum.Best)
	if auc < sum.Best-0.08 || auc > sum.Best+0.03 { // some 140 defaults teach no more
		t.Errorf("AUC %.3f on other firms, where %.3f can be had", auc, sum.Best)
	}
	var kept []string
	for i := range card.Characteristics {
		c := &card.Characteristics[i]
		kept = append(kept, c.Name)
		if c.Unknown == nil {
			t.Errorf("%s was never unknown", c.Name)
		}
	}
	for _, name := range []string{"tax_grade", "tax_paid_months", "electricity_late"} {
		if !slices.Contains(kept, name) {
			t.Errorf("%s is not in the card: %v", name, kept)
		}
	}
	for _, i := range report.Items {
		t.Logf("%s %.3f %s", i.Zh, i.IV, i.OutZh)
	}
}
