package codelist_test

import (
	"regexp"
	"strings"
	"testing"

	"changrong/internal/fact/codelist"
)

func TestListsAreWhole(t *testing.T) {
	n := codelist.Load()
	for code, want := range map[string]string{"331082001": "临海市古城街道", "331082112": "临海市桃渚镇"} {
		if got := n.Towns[code]; !strings.HasPrefix(got, "临海市") || code == "331082001" && got != want {
			t.Errorf("%s is %s", code, got)
		}
	}
	for code, want := range map[string]string{"C33": "金属制品业", "C": "制造业"} {
		if n.Industries[code] != want {
			t.Errorf("%s is %s", code, n.Industries[code])
		}
	}
	linhai := 0
	for code, name := range n.Towns {
		if !regexp.MustCompile(`^3310\d{5}$`).MatchString(code) || name == "" {
			t.Errorf("%s %s", code, name)
		}
		if strings.HasPrefix(code, "331082") {
			linhai++
		}
	}
	for code, name := range n.Industries {
		if !regexp.MustCompile(`^[A-T](\d\d)?$`).MatchString(code) || name == "" {
			t.Errorf("%s %s", code, name)
		}
	}
	if len(n.Towns) != 136 || linhai != 19 || len(n.Industries) != 97+20 {
		t.Errorf("%d towns, %d of Linhai, %d industries", len(n.Towns), linhai, len(n.Industries))
	}
}
