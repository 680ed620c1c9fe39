package engine

import (
	"strconv"
	"strings"
	"testing"

	"changrong/internal/settlement/explain"
)

// TestWhatIsHeldIsBounded: of bundles that are too many, or too large together, those
// used longest ago are let go; the one just opened never is.
func TestWhatIsHeldIsBounded(t *testing.T) {
	var c explainers
	held := func() string {
		var names []string
		for _, h := range c.held {
			names = append(names, h.sha256)
		}
		return strings.Join(names, " ")
	}
	keep := func(name string, notes int) { c.keep(&heldBundle{name, notes, &explain.Explainer{}}) }
	for i := range maxExplainers {
		keep(strconv.Itoa(i), 1)
	}
	if c.use("0") == nil || c.use("none") != nil || held() != "1 2 0" {
		t.Error(held())
	}
	keep("3", 1)
	if held() != "2 0 3" {
		t.Error("one too many:", held())
	}
	keep("4", maxHeldNotes-1)
	if held() != "3 4" {
		t.Error("just small enough together:", held())
	}
	keep("5", 1)
	if held() != "4 5" {
		t.Error(held())
	}
	keep("6", maxHeldNotes+1)
	if held() != "6" {
		t.Error("one that is too large alone is held, and nothing beside it:", held())
	}
}

func TestFoldersThatHoldNoPackAreLeftOut(t *testing.T) {
	packs, err := OpenPacks("../../../packs")
	if err != nil {
		t.Fatal(err)
	}
	if len(packs.All()) != 2 || len(packs.Broken()) != 0 {
		t.Errorf("%d packs, %v", len(packs.All()), packs.Broken())
	}
	if _, err := packs.Get("linhai-2021-47"); err != nil {
		t.Error(err)
	}
	if _, err := OpenPacks("nowhere"); err == nil {
		t.Error("a folder that is not there is opened")
	}
}
