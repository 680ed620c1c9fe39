package train_test

import (
	"math"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/rating/train"
)

// TestRejectsAreAssumedAsSaid counts what was assumed, band by band.
func TestRejectsAreAssumedAsSaid(t *testing.T) {
	accepted, rejected := invented(3000, 11), invented(1000, 12)
	for i := range rejected.Columns[0].Numbers { // refused firms owe more
		rejected.Columns[0].Numbers[i]++
	}
	p := train.DefaultPlan("拒绝推断")
	card, report, out, err := train.Parcel(accepted, rejected, p, 2)
	if err != nil {
		t.Fatal(err)
	}
	var n, rejects, assumed int64
	for _, b := range out.Bands {
		n, rejects, assumed = n+b.Accepted, rejects+b.Rejected, assumed+b.Assumed
		want := math.Round(math.Min(1, 2*float64(b.Bad)/float64(b.Accepted)) * float64(b.Rejected))
		if float64(b.Assumed) != want {
			t.Errorf("%+v, want %v", b, want)
		}
	}
	if n != 3000 || rejects+int64(out.Refused) != 1000 || rejects < 900 || assumed == 0 {
		t.Errorf("%d accepted, %d rejected, %d refused, %d assumed bad", n, rejects, out.Refused, assumed)
	}
	if report.Total.Rows() != 3000+rejects || report.Total.Bad != out.Accepted.Total.Bad+assumed || len(card.Characteristics) == 0 {
		t.Errorf("%+v", report.Total)
	}
	again, _, _, err := train.Parcel(accepted, rejected, p, 2)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := card.JSON()
	b, _ := again.JSON()
	if string(a) != string(b) {
		t.Error("the same firms made another card")
	}
	v, err := train.ValidateParcel(accepted, rejected, p, 2, 3, []uint64{1})
	if err != nil || len(v.Card.AUC) != 3 || v.Card.AUC[0] < 0.6 {
		t.Errorf("%+v %v", v, err)
	}
	if alone, err := train.Validate(accepted, p, 3, []uint64{1}); err != nil || alone.Card.Brier[0] == v.Card.Brier[0] {
		t.Errorf("the cards held out know nothing of rejects: %v", err)
	}
	for _, factor := range []float64{0.9, 11, math.NaN()} {
		if _, _, _, err := train.Parcel(accepted, rejected, p, factor); fault.CodeOf(err) != "rating.plan" {
			t.Error(err)
		}
	}
	rejected.Columns = rejected.Columns[1:]
	if _, _, _, err := train.Parcel(accepted, rejected, p, 2); fault.CodeOf(err) != "rating.columns" {
		t.Error(err)
	}
}
