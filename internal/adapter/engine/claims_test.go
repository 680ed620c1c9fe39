package engine_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"changrong/internal/adapter/engine"
	"changrong/internal/base/fault"
	"changrong/internal/subsidy"
)

func TestAPackSaysHowItsClaimsAreDealtWith(t *testing.T) {
	packs, err := engine.OpenPacks("../../../packs")
	if err != nil {
		t.Fatal(err)
	}
	r := packs.ClaimRules("linhai-2021-47")
	if r == nil || r.Terms["notice"] != 5 || r.Year != 0 || r.Version != 0 || r.Policy != "linhai-2021-47" {
		t.Fatalf("%+v", r)
	}
	if !slices.ContainsFunc(r.Papers, func(p subsidy.Paper) bool { return slices.Equal(p.Items, []string{"tech-interest"}) && p.Needed }) {
		t.Errorf("no paper is asked for interest: %+v", r.Papers)
	}
	if packs.ClaimRules("example-xinzhou-2024") != nil || packs.ClaimRules("none-such") != nil {
		t.Error("a pack that does not say so has rules")
	}
}

func TestClaimRulesThatCannotBe(t *testing.T) {
	packs, err := engine.OpenPacks("../../../packs")
	if err != nil {
		t.Fatal(err)
	}
	installed, err := packs.Get("linhai-2021-47")
	if err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile("../../../packs/linhai-2021-47/" + engine.ClaimRules)
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct{ code, old, new string }{
		"an item there is not": {"pack.claims", `"tech-interest"`, `"tech-loan"`},
		"no days of a notice":  {"subsidy.rules", `"notice": 5`, `"notice": 0`},
		"an unknown stage":     {"subsidy.rules", `"notice": 5`, `"notice": 5, "party": 1`},
		"a paper twice":        {"subsidy.rules", `"code": "commitment"`, `"code": "application"`},
		"another authority":    {"subsidy.rules", `"regulator"`, `"bank"`},
	} {
		body := strings.Replace(string(good), x.old, x.new, 1)
		if body == string(good) {
			t.Errorf("%s: nothing was changed", name)
		}
		if _, err := engine.ReadClaimRules([]byte(body), installed.Plan); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, body := range map[string]string{
		"no JSON": "panel: []", "a field there is not": strings.Replace(string(good), `"silence"`, `"silents"`, 1), "one twice": strings.Replace(string(good), `"silence": true,`, `"silence": true, "silence": true,`, 1),
		"too long": strings.Repeat(" ", 65<<10),
	} {
		if _, err := engine.ReadClaimRules([]byte(body), installed.Plan); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func FuzzClaimRules(f *testing.F) {
	packs, err := engine.OpenPacks("../../../packs")
	if err != nil {
		f.Fatal(err)
	}
	installed, err := packs.Get("linhai-2021-47")
	if err != nil {
		f.Fatal(err)
	}
	if b, err := os.ReadFile("../../../packs/linhai-2021-47/" + engine.ClaimRules); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := engine.ReadClaimRules(body, installed.Plan)
		if err != nil {
			return
		}
		again := *r
		again.Year = 2022
		if err := again.Check(); err != nil {
			t.Errorf("what was read is refused: %v", err)
		}
	})
}
