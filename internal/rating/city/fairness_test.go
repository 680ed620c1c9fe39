package city

import (
	"strings"
	"testing"
)

// group is so many firms of a size, of which some pass, some have a known outcome and some
// are bad.
type group struct {
	size                      string
	firms, passed, known, bad int
	pd                        int64
}

func reported(groups ...group) *Dimension {
	r := &Run{ID: "r", On: 20000, Tally: Tally{Grades: []Grade{{Name: "A"}, {Name: "B"}}}}
	t := newTable(r, 0, fourFifths)
	for _, g := range groups {
		for i := range g.firms {
			x := &Row{Firm: g.size, Size: g.size, Score: 500, PD: g.pd, Grade: 1, Registered: 19000}
			if i < g.passed {
				x.Grade = 0
			}
			t.add(x, i < g.bad, i < g.known)
		}
	}
	return &t.report().Parts[0]
}

// TestAGroupIsHeldAgainstTheBest at, below and above the line, and of too few firms.
func TestAGroupIsHeldAgainstTheBest(t *testing.T) {
	for _, c := range []struct {
		groups []group
		signs  int
		says   string
	}{
		{[]group{{size: "small", firms: 100, passed: 50}, {size: "micro", firms: 100, passed: 40}}, 0, "各组通过率相差不大：最低的微型（40%）也达到最高的小型（50%）的80%。"},
		{[]group{{size: "small", firms: 100, passed: 50}, {size: "micro", firms: 100, passed: 39}}, 1, "微型的通过率为39%，只有小型（50%）的78%，低于80%，应查明是经营差异还是模型偏差。"},
		{[]group{{size: "small", firms: 100, passed: 50}, {size: "micro", firms: 29, passed: 1}}, 0, "只有小型满30户，无从比较。另有1组不足30户，不作判断。"},
		{[]group{{size: "small", firms: 100, passed: 50}, {size: "micro", firms: 30, passed: 1}}, 1, "微型的通过率为3%，只有小型（50%）的7%"},
		{[]group{{size: "small", firms: 29}, {size: "micro", firms: 29}}, 0, "各组评过级的企业都不足30户，不能说明什么。"},
		{[]group{{size: "small", firms: 40}, {size: "micro", firms: 40}}, 0, "各组都没有企业达到这一等级，无从比较。"},
	} {
		if d := reported(c.groups...); d.Signs != c.signs || !strings.HasPrefix(d.Says, c.says) {
			t.Errorf("%+v: %d signs, %s", c.groups, d.Signs, d.Says)
		}
	}
}

// TestBadRatesAreHeldAgainstScores: by more than chance, of enough firms.
func TestBadRatesAreHeldAgainstScores(t *testing.T) {
	const five = 50_000_000 // five percent
	for _, c := range []struct {
		known, bad int
		off        string
	}{{100, 5, ""}, {100, 10, ""}, {100, 12, "worse"}, {200, 2, "safer"}, {100, 1, ""}, {29, 29, ""}, {30, 29, "worse"}, {0, 0, ""}} {
		d := reported(group{size: "small", firms: 300, passed: 100, known: c.known, bad: c.bad, pd: five}, group{size: "micro", firms: 300, passed: 100})
		g := d.All[0]
		if g.Off != c.off || g.Known != int64(c.known) || c.known > 0 && g.Expected != five {
			t.Errorf("%+v: %+v", c, g)
		}
		if (c.off != "") != (d.Signs > 0) || c.off == "safer" && !strings.Contains(d.Says, "评分对其偏严") {
			t.Errorf("%+v: %d signs, %s", c, d.Signs, d.Says)
		}
	}
}
