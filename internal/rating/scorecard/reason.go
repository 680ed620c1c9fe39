package scorecard

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Reason is why a score is not higher.
type Reason struct {
	Name string `json:"name"` // of the characteristic
	Lost int    `json:"lost"` // points below the most that the owner may come to
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// most is how many reasons are told: more are not read.
const most = 4

// Reasons are the characteristics that cost the most points, four at most, the costliest
// first; those that cost as much in the order of the card. Only what the owner can do
// something about is a reason, held against the bins that he may come to: nobody is told to
// mend what is as good as it can be because the unknown happens to give more.
func (c *Card) Reasons(r *Result) []Reason {
	var out []Reason
	for i := range r.Parts {
		x, p := &c.Characteristics[i], r.Parts[i]
		if lost := x.reachable() - p.Points; x.Owner && lost > 0 {
			zh, en := x.Words(p.Code)
			out = append(out, Reason{
				Name: x.Name, Lost: lost,
				Zh: x.Zh + "：" + zh + "，比最高分少" + strconv.Itoa(lost) + "分。" + x.AdviceZh,
				En: x.En + ": " + en + ", " + strconv.Itoa(lost) + " points below the most. " + x.AdviceEn,
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Reason) int { return cmp.Compare(b.Lost, a.Lost) })
	return out[:min(most, len(out))]
}

// Words say a bin in words.
func (c *Characteristic) Words(code Code) (zh, en string) {
	base := c.unknown()
	switch {
	case code < base:
		return c.Specials[code].Zh, c.Specials[code].En
	case code == base:
		return "未知", "unknown"
	}
	i := int(code - base - 1)
	if c.Category() {
		return strings.Join(c.Groups[i], "、"), strings.Join(c.Groups[i], ", ")
	}
	switch {
	case len(c.Splits) == 0:
		return "已知", "known"
	case i == 0:
		zh, en = c.quantity(c.least(0))
		return "不到" + zh, "below " + en
	case i == len(c.Splits):
		zh, en = c.quantity(c.least(i - 1))
		return zh + "及以上", en + " or more"
	}
	zh, en = c.quantity(c.least(i - 1))
	last := c.least(i) - 1
	switch {
	case !c.counts():
		toZh, toEn := c.quantity(c.Splits[i])
		return zh + "至不到" + toZh, en + " to below " + toEn
	case last <= c.least(i-1):
		return zh, en
	}
	toZh, toEn := c.quantity(last)
	return plain(c.least(i-1)) + "至" + toZh, en + " to " + toEn
}

// Share is the unit of what is a part of 1, said in percent.
const Share = "比率"

// wholes are the units of what is counted.
var wholes = []string{"个月", "人", "件", "户", "家", "次", "张", "天"}

// counts tells whether values are whole numbers.
func (c *Characteristic) counts() bool { return slices.Contains(wholes, c.Unit) }

// least is the least value from a split on: of what is counted a whole number.
func (c *Characteristic) least(split int) float64 {
	if c.counts() {
		return math.Ceil(c.Splits[split])
	}
	return c.Splits[split]
}

// plain is a number as text has it, to four decimals.
func plain(x float64) string {
	s := strconv.FormatFloat(x, 'f', 4, 64)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// quantity is a number with its unit: in Chinese large sums are in 万元 and 亿元.
func (c *Characteristic) quantity(x float64) (zh, en string) {
	const wan, yi = 1e4, 1e8
	switch size := math.Abs(x); {
	case c.Unit == Share:
		s := plain(math.Round(x*1e4)/100) + "%"
		return s, s
	case c.Unit == "元" && size >= yi:
		return plain(x/yi) + "亿元", plain(x)
	case c.Unit == "元" && size >= wan:
		return plain(x/wan) + "万元", plain(x)
	}
	return plain(x) + c.Unit, plain(x)
}

// Change is a bin that a characteristic would have to come to.
type Change struct {
	Name   string `json:"name"`
	To     Code   `json:"to"`
	Gained int    `json:"gained"` // points
	Zh     string `json:"zh"`
	En     string `json:"en"`
}

// Next is how a firm comes to the next better grade.
type Next struct {
	Grade   string   `json:"grade"` // ""; it has the best
	Missing int      `json:"missing"`
	Changes []Change `json:"changes,omitempty"` // none: what the owner can do is not enough
}

// Next finds the fewest changes of what the owner can do something about that bring the
// next better grade, each no larger than it must be.
func (c *Card) Next(r *Result) Next {
	at := slices.IndexFunc(c.Grades, func(g Grade) bool { return g.Name == r.Grade })
	if at <= 0 {
		return Next{}
	}
	better := c.Grades[at-1]
	out := Next{Grade: better.Name, Missing: better.From - r.Score}
	type gain struct{ i, points int }
	var gains []gain
	for i := range r.Parts {
		if high := c.Characteristics[i].reachable(); c.Characteristics[i].Owner && high > r.Parts[i].Points {
			gains = append(gains, gain{i, high - r.Parts[i].Points})
		}
	}
	slices.SortStableFunc(gains, func(a, b gain) int { return cmp.Compare(b.points, a.points) })
	need := out.Missing
	for n, g := range gains {
		if need > g.points && n+1 < len(gains) {
			need -= g.points
			continue
		}
		if need > g.points {
			return out // not even all together
		}
		gains = gains[:n+1]
		break
	}
	left := out.Missing
	for n, g := range gains {
		want := left // the last brings what is left, those before it all they can
		if n+1 < len(gains) {
			want = g.points
		}
		change := c.least(r, g.i, want)
		left -= change.Gained
		out.Changes = append(out.Changes, change)
	}
	return out
}

// reachable are the most points of the bins that an owner may come to: those that are
// neither special nor unknown.
func (c *Characteristic) reachable() int {
	high := c.Bins[0].Points
	for _, b := range c.Bins {
		high = max(high, b.Points)
	}
	return high
}

// least is the change of a characteristic that brings at least want points, and the fewest
// such.
func (c *Card) least(r *Result, i, want int) Change {
	x, now := &c.Characteristics[i], r.Parts[i].Points
	out := Change{Name: x.Name, Gained: -1}
	for b := range x.Bins {
		if gained := x.Bins[b].Points - now; gained >= want && (out.Gained < 0 || gained < out.Gained) {
			out.To, out.Gained = x.unknown()+1+Code(b), gained
		}
	}
	zh, en := x.Words(out.To)
	out.Zh, out.En = x.Zh+"达到"+zh, x.En+": "+en
	return out
}
