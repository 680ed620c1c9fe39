package money_test

import (
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

var roundingNames = []string{
	"fen", "yuan_floor", "yuan_half_up", "hundred_yuan_floor", "hundred_yuan_half_up", "wan_floor", "wan_half_up",
}

func TestRound(t *testing.T) {
	for _, c := range []struct {
		name    string
		fen     money.Fen
		rounded money.Fen
	}{
		{"fen", 12345, 12345},
		{"fen", -1, -1},
		{"yuan_floor", 0, 0},
		{"yuan_floor", 99, 0},
		{"yuan_floor", 100, 100},
		{"yuan_floor", 199, 100},
		{"yuan_half_up", 49, 0},
		{"yuan_half_up", 50, 100},
		{"yuan_half_up", 149, 100},
		{"yuan_half_up", 150, 200},
		{"hundred_yuan_floor", 9_999, 0},
		{"hundred_yuan_floor", 10_000, 10_000},
		{"hundred_yuan_half_up", 4_999, 0},
		{"hundred_yuan_half_up", 5_000, 10_000},
		{"wan_floor", money.Wan - 1, 0},
		{"wan_floor", 2*money.Wan - 1, money.Wan},
		{"wan_half_up", money.Wan/2 - 1, 0},
		{"wan_half_up", money.Wan / 2, money.Wan},
		{"yuan_floor", -199, -100},
		{"yuan_half_up", -150, -200},
		{"wan_half_up", money.Max, money.Max},
	} {
		r, err := money.ParseRounding(c.name)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Round(c.fen); got != c.rounded {
			t.Errorf("%s of %s is %s; want %s", r, c.fen, got, c.rounded)
		}
	}
	if got := (money.Rounding{}).Round(12345); got != 12345 {
		t.Errorf("the zero Rounding makes %s of 123.45", got)
	}
}

func TestRoundIsTheNearestMultiple(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, err := money.ParseRounding(rapid.SampledFrom(roundingNames).Draw(t, "name"))
		if err != nil {
			t.Fatal(err)
		}
		f := anyFen(t)
		got := r.Round(f)
		off := f - got
		if f < 0 {
			off = -off
		}
		least, most := money.Fen(0), r.Unit-1
		if r.Mode == money.HalfUp {
			least, most = -r.Unit/2, (r.Unit-1)/2
		}
		if got%r.Unit != 0 || off < least || off > most {
			t.Fatalf("%s of %s is %s", r, f, got)
		}
		if r.Round(got) != got || r.Round(-f) != -got {
			t.Fatalf("%s of %s is %s: not stable, or not the opposite of its opposite", r, f, got)
		}
	})
}

func TestRoundingNames(t *testing.T) {
	for name, zh := range map[string]string{
		"fen":                  "精确到分",
		"yuan_floor":           "按元向下取整",
		"yuan_half_up":         "四舍五入到元",
		"hundred_yuan_floor":   "按百元向下取整",
		"hundred_yuan_half_up": "四舍五入到百元",
		"wan_floor":            "按万元向下取整",
		"wan_half_up":          "四舍五入到万元",
	} {
		r, err := money.ParseRounding(name)
		if err != nil || r.String() != name || r.Zh() != zh {
			t.Errorf("%s comes back as %s, %s, %v", name, r, r.Zh(), err)
		}
	}
	if r := (money.Rounding{}); r.String() != "fen" || r.Zh() != "精确到分" {
		t.Errorf("the zero Rounding is %s, %s", r, r.Zh())
	}
	if r := (money.Rounding{Unit: 7, Mode: money.HalfUp}); r.String() != "rounding(7,1)" || r.Zh() != r.String() {
		t.Errorf("a nameless Rounding is %s, %s", r, r.Zh())
	}
}

func TestParseRoundingRefuses(t *testing.T) {
	for _, name := range []string{"", "yuan", "fen_floor", "Yuan_floor", "yuan_half_even", " fen", "元"} {
		got, err := money.ParseRounding(name)
		expect(t, "ParseRounding", name, got, money.Rounding{}, err, "money.rounding")
	}
}

func FuzzParseRounding(f *testing.F) {
	for _, name := range append(roundingNames, "", "yuan", "yuan_ceil") {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		r, err := money.ParseRounding(name)
		switch {
		case err == nil && r.String() != name:
			t.Errorf("ParseRounding(%q) is %s", name, r)
		case err != nil && fault.CodeOf(err) != "money.rounding":
			t.Errorf("ParseRounding(%q): %v", name, err)
		}
	})
}

func TestModesAreWords(t *testing.T) {
	for mode, word := range map[money.Mode]string{money.Floor: "floor", money.HalfUp: "half_up"} {
		text, err := mode.MarshalText()
		if err != nil || string(text) != word {
			t.Errorf("%d is %s, %v", mode, text, err)
		}
		var back money.Mode
		if err := back.UnmarshalText(text); err != nil || back != mode {
			t.Errorf("%s is %d, %v", text, back, err)
		}
	}
	if err := new(money.Mode).UnmarshalText([]byte("ceil")); fault.CodeOf(err) != "money.mode" {
		t.Error(err)
	}
}
