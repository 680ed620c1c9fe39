package benefit

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/policy"
)

func planOf(t *testing.T, name string) *policy.Plan {
	t.Helper()
	pack, err := policy.Load(os.DirFS(filepath.Join("..", "..", "..", "packs", name)))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := pack.Plan(policy.Choices{})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// TestWhoSaysAThingFirstCounts, and what nobody says stays unknown.
func TestWhoSaysAThingFirstCounts(t *testing.T) {
	const code = "92331082DEM0000224"
	row, known := gather(code, "某店", []Said{
		{"名录", 10, map[string]string{"tech": "1", "annual_sales": "", "town": "331082001"}},
		{"登记", 20, map[string]string{"town": "331082002", "name": "某店（个体工商户）", "kind": "sole_trader", "enterprise_id": "x"}},
		{"税务", 30, map[string]string{"annual_sales": "0.00"}},
	})
	want := map[string]string{"enterprise_id": code, "name": "某店（个体工商户）", "kind": "sole_trader", "tech": "1", "annual_sales": "0.00", "town": "331082001"}
	for column, cell := range want {
		if row[column] != cell {
			t.Errorf("%s is %q, not %q", column, row[column], cell)
		}
	}
	if len(row) != len(want) {
		t.Errorf("%v", row)
	}
	at := slices.IndexFunc(known, func(k Known) bool { return k.Fact == "town" })
	if at < 0 || known[at].Source != "名录" || known[at].AsOf != 10 || len(known) != 4 {
		t.Errorf("%+v", known)
	}
	for prefix, kind := range map[string]string{"91": "enterprise", "92": "sole_trader", "93": "coop", "12": ""} {
		row, known := gather(prefix+code[2:], "某", nil)
		if row["kind"] != kind || kind != "" && known[0].AsOf != civil.Never {
			t.Errorf("%s is %q", prefix, row["kind"])
		}
	}
}

// TestItemsOfEnterprisesStandWithThoseTheyMayBeLostTo: an item paid to banks stays in
// the plan of a price only where a loan may be counted there instead.
func TestItemsOfEnterprisesStandWithThoseTheyMayBeLostTo(t *testing.T) {
	for name, want := range map[string][]string{
		"linhai-2021-47": {"tech-interest"}, "example-xinzhou-2024": {"green-loan", "private-loan"},
	} {
		plan := planOf(t, name)
		got := toEnterprises(plan)
		var ids []string
		for _, it := range got.Items {
			ids = append(ids, it.ID)
		}
		if slices.Sort(ids); !slices.Equal(ids, want) {
			t.Errorf("%s: %v", name, ids)
		}
		for _, g := range got.Groups {
			for _, it := range g.Items {
				if !slices.Contains(got.Items, it) {
					t.Errorf("%s: %s of %s is left out", name, it.ID, g.ID)
				}
			}
		}
	}
	plan := planOf(t, "linhai-2021-47")
	plan.Groups = append(plan.Groups, &policy.Group{ID: "empty"}, &policy.Group{ID: "x", Items: []*policy.Item{plan.Item("tech-interest"), plan.Item("rc-tech")}})
	if got := toEnterprises(plan); got.Item("rc-tech") == nil || got.Item("outlet-town") != nil {
		t.Error("an item of the same group does not stay, or one of none does")
	}
}
