package train_test

import (
	"math"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/rating/ratingtest"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
)

// TestACardIsTriedAsItWasMeasured: on the rows that it was made of, trying a card gives the
// figures of its report.
func TestACardIsTriedAsItWasMeasured(t *testing.T) {
	s := ratingtest.Sample(t)
	card, report, err := train.Train(s, train.DefaultPlan("卡"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := train.Assess(card, s)
	if err != nil {
		t.Fatal(err)
	}
	if v.Held.AUC != report.AUC || v.Held.KS != report.KS || math.Abs(v.Held.Brier-report.Brier) > 1e-12 || v.Tried.Rows != int64(len(s.Bad)) || v.Tried.Refused != 0 || v.Tried.Bad != report.Total.Bad {
		t.Errorf("%+v, not %+v", v.Held, report.Shown)
	}
	if len(v.Card.AUC) != 1 || len(v.Plain.AUC) != 0 {
		t.Errorf("%+v", v)
	}

	// A card that knows no unknown refuses rows that have one; they are counted.
	narrow := *card
	narrow.Characteristics = append([]scorecard.Characteristic{}, card.Characteristics...)
	narrow.Characteristics[0].Unknown = nil
	if v, err = train.Assess(&narrow, s); err != nil || v.Tried.Refused < 60 || v.Tried.Refused > 240 {
		t.Errorf("%v %+v", err, v)
	}
	for i := range narrow.Characteristics {
		narrow.Characteristics[i].Low, narrow.Characteristics[i].High = 1e12, 1e13
	}
	if _, err := train.Assess(&narrow, s); fault.CodeOf(err) != "rating.rows" {
		t.Error(err)
	}
	lacking := &train.Sample{Columns: s.Columns[1:], Bad: s.Bad}
	if _, err := train.Assess(card, lacking); fault.CodeOf(err) != "rating.columns" {
		t.Error(err)
	}
	good := &train.Sample{Columns: s.Columns, Bad: make([]bool, len(s.Bad))}
	if _, err := train.Assess(card, good); fault.CodeOf(err) != "rating.one_class" {
		t.Error(err)
	}
}
