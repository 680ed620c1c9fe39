package life

import (
	"reflect"
	"testing"

	"changrong/internal/rating/binning"
	"changrong/internal/rating/train"
)

// TestMergedBinsAreThoseMostAlike merges the neighbours that lose least, of what has bins enough.
func TestMergedBinsAreThoseMostAlike(t *testing.T) {
	at := []float64{1, 2, 3}
	b := train.Bins{
		Name: "sales", Trend: binning.Descending, Total: binning.Count{Good: 400, Bad: 46}, Groups: [][]int{{0}, {1}, {2}, {3}},
		Atoms: []train.Atom{
			{To: &at[0], Count: binning.Count{Good: 100, Bad: 20}},
			{From: &at[0], To: &at[1], Count: binning.Count{Good: 100, Bad: 12}},
			{From: &at[1], To: &at[2], Count: binning.Count{Good: 100, Bad: 11}},
			{From: &at[2], Count: binning.Count{Good: 100, Bad: 3}},
		},
	}
	whole, err := b.With(b.Groups)
	if err != nil {
		t.Fatal(err)
	}
	few := *whole
	few.Name, few.Groups = "few", few.Groups[:3]
	name, groups := coarser([]train.Bins{few, *whole})
	if want := [][]int{{0}, {1, 2}, {3}}; name != "sales" || !reflect.DeepEqual(groups, want) {
		t.Errorf("%s %v", name, groups)
	}
	if name, _ := coarser([]train.Bins{few}); name != "" {
		t.Errorf("%s is merged", name)
	}
}
