package money

import (
	"fmt"
	"strings"

	"changrong/internal/base/fault"
)

// Mode says which multiple of the unit an amount between two becomes.
type Mode uint8

// The modes.
const (
	Floor  Mode = iota // the one nearer to 0
	HalfUp             // the nearer one; from exactly half, the one farther from 0
)

// Rounding is how a policy rounds what it pays: to whole units, by a mode. The
// zero Rounding is exact to the fen.
type Rounding struct {
	Unit Fen  `json:"unit_fen"`
	Mode Mode `json:"mode"`
}

// MarshalText writes m as a word.
func (m Mode) MarshalText() ([]byte, error) {
	if m == HalfUp {
		return []byte("half_up"), nil
	}
	return []byte("floor"), nil
}

// UnmarshalText reads what MarshalText wrote.
//
// Error: money.mode.
func (m *Mode) UnmarshalText(text []byte) error {
	for _, x := range []Mode{Floor, HalfUp} {
		if word, err := x.MarshalText(); err == nil && string(word) == string(text) {
			*m = x
			return nil
		}
	}
	return fault.Invalidf("money.mode", "“%s”不是 floor 或 half_up", "%q is neither floor nor half_up", fault.Clip(string(text)))
}

// roundings are the ones a policy may name.
var roundings = [...]struct {
	name, zh string
	is       Rounding
}{
	{"fen", "精确到分", Rounding{1, Floor}},
	{"yuan_floor", "按元向下取整", Rounding{Yuan, Floor}},
	{"yuan_half_up", "四舍五入到元", Rounding{Yuan, HalfUp}},
	{"hundred_yuan_floor", "按百元向下取整", Rounding{100 * Yuan, Floor}},
	{"hundred_yuan_half_up", "四舍五入到百元", Rounding{100 * Yuan, HalfUp}},
	{"wan_floor", "按万元向下取整", Rounding{Wan, Floor}},
	{"wan_half_up", "四舍五入到万元", Rounding{Wan, HalfUp}},
}

// ParseRounding reads a rounding's name: fen, or one of the units yuan,
// hundred_yuan and wan with one of the modes floor and half_up, as in yuan_floor.
// Error: money.rounding.
func ParseRounding(name string) (Rounding, error) {
	names := make([]string, len(roundings))
	for i, r := range roundings {
		if r.name == name {
			return r.is, nil
		}
		names[i] = r.name
	}
	return Rounding{}, fault.Invalidf("money.rounding", "“%s”不是取整方式，可用：%s", "%q is no rounding; there are: %s",
		fault.Clip(name), strings.Join(names, ", "))
}

// Round returns f in whole units. A negative amount rounds as its opposite
// does, so that a reversal cancels what it reverses. f is an amount within Max.
func (r Rounding) Round(f Fen) Fen {
	if r.Unit <= 1 {
		return f
	}
	if f < 0 {
		return -r.Round(-f)
	}
	rem := f % r.Unit
	if r.Mode == HalfUp && rem >= r.Unit-rem {
		return f - rem + r.Unit
	}
	return f - rem
}

// String returns r's name, which ParseRounding reads.
func (r Rounding) String() string {
	name, _ := r.names()
	return name
}

// Zh returns r in Chinese words: 按元向下取整, 四舍五入到元, 精确到分.
func (r Rounding) Zh() string {
	_, zh := r.names()
	return zh
}

// names returns what r is called; one that no policy can name shows its parts.
func (r Rounding) names() (name, zh string) {
	if r.Unit <= 1 {
		return roundings[0].name, roundings[0].zh
	}
	for _, known := range roundings {
		if known.is == r {
			return known.name, known.zh
		}
	}
	name = fmt.Sprintf("rounding(%d,%d)", int64(r.Unit), r.Mode)
	return name, name
}
