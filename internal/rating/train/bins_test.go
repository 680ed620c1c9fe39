package train_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
)

// binsOf are the bins of a characteristic.
func binsOf(t *testing.T, r *train.Report, name string) *train.Bins {
	t.Helper()
	i := slices.IndexFunc(r.Bins, func(b train.Bins) bool { return b.Name == name })
	if i < 0 {
		t.Fatalf("no bins of %s", name)
	}
	return &r.Bins[i]
}

// TestBinsShownAreThoseOfTheCard holds what is shown against the card and the report.
func TestBinsShownAreThoseOfTheCard(t *testing.T) {
	card, report, err := train.Train(invented(5000, 1), train.DefaultPlan("看"))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range card.Characteristics {
		b := binsOf(t, report, x.Name)
		if len(b.Bins) != len(x.Bins) || !slices.Equal(b.Cuts(), x.Splits) || b.Hand || !b.Holds {
			t.Fatalf("%+v\n%+v", b, x)
		}
		for i := range b.Bins {
			zh, _ := x.Words(scorecard.Code(len(x.Specials) + 1 + i))
			if b.Bins[i].Count != x.Bins[i].Count || math.Abs(b.Bins[i].WOE-x.Bins[i].WOE) > 1e-12 || b.Bins[i].Zh != zh {
				t.Errorf("%s: %+v, and the card has %+v", x.Name, b.Bins[i], x.Bins[i])
			}
		}
		if (b.Unknown == nil) != (x.Unknown == nil) || len(b.Specials) != len(x.Specials) {
			t.Errorf("%+v", b)
		}
		i := slices.IndexFunc(report.Items, func(i train.Item) bool { return i.Name == x.Name })
		if math.Abs(report.Items[i].IV-b.IV) > 1e-12 {
			t.Errorf("%s: %v, and the report has %v", x.Name, b.IV, report.Items[i].IV)
		}
		if again, err := b.With(b.Groups); err != nil || math.Abs(again.IV-b.IV) > 1e-12 || !again.Hand {
			t.Errorf("%+v %v", again, err)
		}
	}
}

// TestBinsByHandAreThoseOfTheNextCard merges two bins of a quantity, moves a value of a
// category, and makes a card of that: it has what was shown beforehand.
func TestBinsByHandAreThoseOfTheNextCard(t *testing.T) {
	s, p := invented(5000, 1), train.DefaultPlan("改")
	_, report, err := train.Train(s, p)
	if err != nil {
		t.Fatal(err)
	}
	months := binsOf(t, report, "months")
	merged := append([][]int{slices.Concat(months.Groups[0], months.Groups[1])}, months.Groups[2:]...)
	a, err := months.With(merged)
	if err != nil || a.IV >= months.IV || len(a.Bins) != len(months.Bins)-1 || a.Bins[0].Rows() != months.Bins[0].Rows()+months.Bins[1].Rows() {
		t.Fatalf("%+v %v", a, err)
	}
	b, err := binsOf(t, report, "town").With([][]int{{0, 3}, {1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	p.Cuts, p.Groups = map[string][]float64{"months": a.Cuts()}, map[string][][]string{"town": b.Values()}
	card, report, err := train.Train(s, p)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []*train.Bins{a, b} {
		got := binsOf(t, report, want.Name)
		if !got.Hand || math.Abs(got.IV-want.IV) > 1e-12 || !slices.EqualFunc(got.Groups, want.Groups, slices.Equal) || len(got.Atoms) != len(want.Atoms) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	for _, x := range card.Characteristics {
		if x.Name == "months" && (len(x.Bins) != len(a.Bins) || x.Trend != binning.Descending) {
			t.Errorf("%+v", x)
		}
	}
	if v, err := train.Validate(s, p, 3, []uint64{1}); err != nil || len(v.Card.AUC) != 3 {
		t.Error(err)
	}
}

func TestWrongBinsByHand(t *testing.T) {
	s := invented(3000, 1)
	_, report, err := train.Train(s, train.DefaultPlan("错"))
	if err != nil {
		t.Fatal(err)
	}
	months, town := binsOf(t, report, "months"), binsOf(t, report, "town")
	last := len(months.Atoms) - 1
	for _, groups := range [][][]int{nil, {{0}}, {{0, last}}, {{}, {0}}, {{last + 1}}} {
		if _, err := months.With(groups); fault.CodeOf(err) != "rating.groups" {
			t.Errorf("%v: %v", groups, err)
		}
	}
	if _, err := town.With([][]int{{3, 1}, {2}, {0, 0}}); fault.CodeOf(err) != "rating.groups" {
		t.Error(err)
	}
	for want, spoil := range map[string]func(*train.Plan){
		"rating.plan": func(p *train.Plan) { p.Groups = map[string][][]string{"town": {{"古城", "杜桥"}, {"白水洋"}}} },
		// Of noise under a trend of its own, single bins stand in any order.
		"rating.against_trend": func(p *train.Plan) {
			p.Cuts = map[string][]float64{"arrears": {0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08}}
		},
	} {
		p := train.DefaultPlan("错")
		spoil(p)
		if _, _, err := train.Train(s, p); fault.CodeOf(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestWhoWatchesEndsTheMaking: every step is told in its order, and an error ends it there.
func TestWhoWatchesEndsTheMaking(t *testing.T) {
	s, stop := invented(1000, 1), errors.New("stop")
	var seen []train.Step
	p := train.DefaultPlan("停")
	p.Watch = func(step train.Step, done, total int) error {
		if done > total {
			t.Errorf("%s: %d of %d", step, done, total)
		}
		if len(seen) == 0 || seen[len(seen)-1] != step {
			seen = append(seen, step)
		}
		return nil
	}
	if _, _, err := train.Train(s, p); err != nil {
		t.Fatal(err)
	}
	if _, err := train.Validate(s, p, 2, []uint64{1}); err != nil {
		t.Fatal(err)
	}
	if want := []train.Step{train.Checking, train.Prebinning, train.Binning, train.Selecting, train.Regression, train.Points, train.Validating}; !slices.Equal(seen, want) {
		t.Errorf("%v", seen)
	}
	for _, at := range seen {
		p.Watch = func(step train.Step, _, _ int) error {
			if step == at {
				return stop
			}
			return nil
		}
		_, _, err := train.Train(s, p)
		if _, verr := train.Validate(s, p, 2, []uint64{1}); !errors.Is(err, stop) && !errors.Is(verr, stop) {
			t.Errorf("%s: %v %v", at, err, verr)
		}
	}
}
