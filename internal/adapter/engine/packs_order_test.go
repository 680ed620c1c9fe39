package engine

import "testing"

// TestExamplesStandLast: whoever is asked for a policy is offered the programme's own first.
func TestExamplesStandLast(t *testing.T) {
	packs, err := OpenPacks("../../../packs")
	if err != nil {
		t.Fatal(err)
	}
	all := packs.All()
	if len(all) < 2 || all[0].example() || !all[len(all)-1].example() {
		t.Errorf("first %s, last %s", all[0].Pack.ID, all[len(all)-1].Pack.ID)
	}
}
