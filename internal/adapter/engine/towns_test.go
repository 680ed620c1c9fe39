package engine_test

import (
	"maps"
	"os"
	"strings"
	"testing"

	"changrong/internal/adapter/engine"
	"changrong/internal/base/fault"
)

func TestTownsAreRead(t *testing.T) {
	got, err := engine.ReadTowns(strings.NewReader("\ufeff# 来源\ncode,name\n331082001, 古城街道 \n331082100,汛桥镇\n"))
	if want := map[string]string{"331082001": "古城街道", "331082100": "汛桥镇"}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for name, bad := range map[string]string{
		"no head":       "331082001,古城街道\n",
		"eight digits":  "code,name\n33108200,古城街道\n",
		"letters":       "code,name\n33108200a,古城街道\n",
		"no name":       "code,name\n331082001,\n",
		"one twice":     "code,name\n331082001,古城街道\n331082001,大洋街道\n",
		"three columns": "code,name\n331082001,古城街道,9\n",
		"a long name":   "code,name\n331082001," + strings.Repeat("长", 51) + "\n",
	} {
		if _, err := engine.ReadTowns(strings.NewReader(bad)); fault.CodeOf(err) != "pack.towns" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTownsOfTheFirstPack(t *testing.T) {
	packs, err := engine.OpenPacks("../../../packs")
	if err != nil {
		t.Fatal(err)
	}
	towns := packs.Towns("linhai-2021-47")
	if len(towns) != 19 || towns["331082112"] != "杜桥镇" {
		t.Errorf("%d towns: %v", len(towns), towns)
	}
	installed, err := packs.Get("linhai-2021-47")
	if err != nil {
		t.Fatal(err)
	}
	for code := range towns {
		if !strings.HasPrefix(code, installed.Pack.Region) {
			t.Errorf("%s does not lie in %s", code, installed.Pack.Region)
		}
	}
	if packs.Towns("none-such") != nil {
		t.Error("a pack that is not there has towns")
	}
}

func FuzzTowns(f *testing.F) {
	if b, err := os.ReadFile("../../../packs/linhai-2021-47/" + engine.TownNames); err == nil {
		f.Add(string(b))
	}
	f.Add("code,name\n331082001,\"古城\n街道\"\n")
	f.Fuzz(func(t *testing.T, s string) {
		towns, err := engine.ReadTowns(strings.NewReader(s))
		for code, name := range towns {
			if err != nil || len(code) != 9 || name == "" {
				t.Fatalf("%q is %q, %v", code, name, err)
			}
		}
	})
}
