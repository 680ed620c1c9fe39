package server_test

import (
	"fmt"
	"slices"
	"testing"

	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating"
	"changrong/internal/rating/feature"
)

// TestModelsAreComparedOverTheFirmsThatBothRated: a shadow beside the one in use, firms by the
// last that was said of each, what one of them refuses apart.
func TestModelsAreComparedOverTheFirmsThatBothRated(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newModels(t, db)
		approved := func(name string, points float64) *rating.Model {
			return b.act(b.act(b.keep(name, points), "zhang", rating.Submit, ""), "li", rating.Approve, "同意")
		}
		used := b.act(approved("小微", 1), "lead", rating.Activate, "")
		rate := func(firm string, sales float64, grade string) {
			t.Helper()
			known := &rating.Known{Tables: feature.Firm{"tax": {Months: []civil.Month{feature.NoMonth}, Numbers: map[string][]float64{"sales": {sales}}}}}
			if grade != "" {
				known.Tables["grades"] = &feature.Table{Months: []civil.Month{feature.NoMonth}, Texts: map[string][]string{"grade": {grade}}}
			}
			if _, err := b.Rate(t.Context(), modelMaker("lead"), firm, "bank", "", known); err != nil {
				t.Fatal(err)
			}
		}
		rate("alone", 5e5, "A") // before there was a shadow
		shadow := b.act(approved("挑战", 2), "lead", rating.Cast, "")
		rate("first", 5e6, "A") // and again below
		for i := range 4 {
			rate(fmt.Sprint("small", i), 5e5, "B")
		}
		rate("large", 5e6, "B")
		rate("wrong", 5e12, "B")
		rate("first", 5e5, "A")
		got, err := b.Compare(t.Context(), []string{used.ID, shadow.ID})
		if err != nil || len(got.Pairs) != 1 {
			t.Fatal(err)
		}
		p := got.Pairs[0]
		if p.A != used.ID || p.B != shadow.ID || p.Firms != 7 || p.Both != 6 || p.Neither != 1 || p.OnlyA+p.OnlyB != 0 || p.From == 0 || p.From >= p.To {
			t.Errorf("%+v", p)
		}
		// sales are worth 58 points either way to one, and 115 to the other
		for _, d := range p.Differences {
			if want := map[int]int{-60: 5, 50: 1}[d.From]; d.Firms != want {
				t.Errorf("%d differ by %d, and %d should", d.Firms, d.From, want)
			}
		}
		if p.Better != 1 || p.Same != 5 || p.Worse != 0 || !slices.Equal(p.Moved, []rating.Moved{{A: "B", B: "A", Firms: 1}, {A: "B", B: "B", Firms: 5}}) {
			t.Errorf("%+v", p)
		}
		turned, err := b.Compare(t.Context(), []string{shadow.ID, used.ID})
		if err != nil || turned.Pairs[0].Better != p.Worse || turned.Pairs[0].Firms != p.Firms {
			t.Errorf("%+v %v", turned, err)
		}
		idle := b.keep("没有用过", 1)
		if got, err := b.Compare(t.Context(), []string{used.ID, shadow.ID, idle.ID}); err != nil || len(got.Pairs) != 2 || got.Pairs[1].Firms != 0 {
			t.Errorf("%+v %v", got, err)
		}
		for want, ids := range map[string][]string{"rating.compare": {used.ID, used.ID}, "rating.not_found": {used.ID, "none"}} {
			if _, err := b.Compare(t.Context(), ids); fault.CodeOf(err) != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
	})
}
