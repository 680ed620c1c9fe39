package city

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/fact/codelist"
	"changrong/internal/party"
	"changrong/internal/rating/metric"
)

// Fairness says how a model treats groups of firms in a run.
type Fairness struct {
	Run    string      `json:"run"`
	On     civil.Date  `json:"on"`
	Pass   string      `json:"pass" doc:"the lowest grade that would be approved"`
	Limit  int64       `json:"limit_ppb" doc:"of a group's share over the best group's: below it is a sign"`
	Few    int64       `json:"few" doc:"a group of fewer firms says nothing"`
	Firms  int64       `json:"firms"`
	Rated  int64       `json:"rated"`
	Passed int64       `json:"passed"`
	Known  int64       `json:"outcomes" doc:"firms whose outcome is known"`
	Parts  []Dimension `json:"dimensions"`
}

// Dimension is a way to tell firms apart.
type Dimension struct {
	Name  string  `json:"name" enum:"size,age,town,sector"`
	Zh    string  `json:"title"`
	Says  string  `json:"says" doc:"in one sentence"`
	Signs int     `json:"signs" doc:"groups somebody should look at"`
	All   []Group `json:"groups"`
}

// Group is firms that are alike.
type Group struct {
	Key    string  `json:"key"`
	Zh     string  `json:"title"`
	Firms  int64   `json:"firms"`
	Rated  int64   `json:"rated"`
	Few    bool    `json:"few" doc:"too few to say anything"`
	Mean   int64   `json:"mean" doc:"score; 0 where nobody was rated"`
	Grades []int64 `json:"grades" doc:"firms of each"`
	Passed int64   `json:"passed"`
	Rate   int64   `json:"rate_ppb" doc:"passed of those rated"`
	Ratio  int64   `json:"ratio_ppb" doc:"of the rate to that of the best group; 0 where it says nothing"`
	Sign   bool    `json:"sign" doc:"the ratio is below the limit"`

	Known    int64  `json:"outcomes"`
	Bad      int64  `json:"bad"`
	BadRate  int64  `json:"bad_ppb"`
	Expected int64  `json:"expected_ppb" doc:"what the scores of the same firms stand for"`
	Off      string `json:"off" enum:",worse,safer" doc:"more, or fewer, are bad than chance explains"`

	scores, pds int64
}

// Question is what a report on fairness is asked for.
type Question struct {
	Pass  string // "": the middle grade
	Limit int64  // 0: four fifths
}

// fourFifths is below which the share of a group over that of the best is a sign.
const fourFifths = 800_000_000

// all is the whole, in parts per billion.
const all = 1_000_000_000

// Fairness tells how a run treats groups.
//
// Errors: rating.not_found, rating.unfinished, rating.grade, rating.limit.
func (s *Service) Fairness(ctx context.Context, run string, q Question) (*Fairness, error) {
	r, err := s.Run(ctx, run)
	if err != nil {
		return nil, err
	}
	if r.State != Done {
		return nil, fault.New(fault.Conflict, "rating.unfinished", "全市评级尚未完成", "the run has not ended")
	}
	pass := (len(r.Grades) - 1) / 2
	if q.Pass != "" {
		pass = slices.IndexFunc(r.Grades, func(g Grade) bool { return g.Name == q.Pass })
	}
	if pass < 0 {
		return nil, fault.New(fault.Invalid, "rating.grade", "没有这个等级", "there is no such grade").In(fault.Place{Field: "pass"})
	}
	if q.Limit == 0 {
		q.Limit = fourFifths
	}
	if q.Limit < 0 || q.Limit > all {
		return nil, fault.New(fault.Invalid, "rating.limit", "比例应在0至100%之间", "a share is between 0 and 1").In(fault.Place{Field: "limit"})
	}
	bad, err := s.Outcomes(ctx, r.Model, r.On)
	if err != nil {
		return nil, err
	}
	t := newTable(r, pass, q.Limit)
	if err := s.each(ctx, run, func(x *Row) {
		outcome, known := bad[x.Firm]
		t.add(x, outcome, known)
	}); err != nil {
		return nil, err
	}
	return t.report(), nil
}

// table is a report in the making.
type table struct {
	Fairness
	run    *Run
	pass   int
	names  *codelist.Names
	groups []map[string]*Group // by dimension
}

func newTable(r *Run, pass int, limit int64) *table {
	t := &table{run: r, pass: pass, names: codelist.Load()}
	t.Fairness = Fairness{Run: r.ID, On: r.On, Pass: r.Grades[pass].Name, Limit: limit, Few: metric.Fewest}
	for range dimensions {
		t.groups = append(t.groups, map[string]*Group{})
	}
	return t
}

// dimensions are the ways to tell firms apart: what group a firm is of, and how the group
// is called.
var dimensions = []struct {
	name, zh string
	key      func(*Row, civil.Date) string
	title    func(*codelist.Names, string) string
}{
	{"size", "企业规模", func(r *Row, _ civil.Date) string { return r.Size }, func(_ *codelist.Names, key string) string { return party.Register.Column("size").Label(key) }},
	{"age", "成立年限", func(r *Row, on civil.Date) string { return ageOf(r, on) }, func(_ *codelist.Names, key string) string { return ages[key] }},
	{"town", "乡镇街道", func(r *Row, _ civil.Date) string { return r.Town }, func(n *codelist.Names, key string) string { return n.Towns[key] }},
	{"sector", "行业门类", func(r *Row, _ civil.Date) string { return r.Industry[:min(1, len(r.Industry))] }, func(n *codelist.Names, key string) string { return n.Industries[key] }},
}

// ages are the groups of age, which sort as they are named.
var ages = map[string]string{"0": "不满1年", "1": "1至3年", "3": "3至5年", "5": "5至10年", "9": "10年以上"}

// ageOf is the group of age of a firm.
func ageOf(r *Row, on civil.Date) string {
	if r.Registered == 0 {
		return ""
	}
	switch years := monthsOpen(r.Registered, on) / 12; {
	case years < 1:
		return "0"
	case years < 3:
		return "1"
	case years < 5:
		return "3"
	case years < 10:
		return "5"
	default:
		return "9"
	}
}

// named is what a code of a firm is called.
func named(kind fact.Type, code string) string {
	n, name := codelist.Load(), ""
	switch kind { //nolint:exhaustive // others have no list
	case fact.Town:
		name = n.Towns[code]
	case fact.Industry:
		name = n.Industries[code]
	}
	return cmp.Or(name, code)
}

// add counts a firm in its group of each dimension.
func (t *table) add(x *Row, bad, known bool) {
	t.Firms++
	passed := x.Grade >= 0 && x.Grade <= t.pass
	if x.Grade >= 0 {
		t.Rated++
		if known {
			t.Known++
		}
	}
	if passed {
		t.Passed++
	}
	for i := range dimensions {
		key := dimensions[i].key(x, t.run.On)
		g := t.groups[i][key]
		if g == nil {
			g = &Group{Key: key, Zh: "未知", Grades: make([]int64, len(t.run.Grades))}
			if key != "" {
				g.Zh = cmp.Or(dimensions[i].title(t.names, key), key)
			}
			t.groups[i][key] = g
		}
		g.add(x, passed, bad, known)
	}
}

// add counts a firm of the group.
func (g *Group) add(x *Row, passed, bad, known bool) {
	g.Firms++
	if x.Grade < 0 {
		return
	}
	g.Rated++
	g.scores += int64(x.Score)
	g.Grades[x.Grade]++
	if passed {
		g.Passed++
	}
	if known {
		g.Known++
		g.pds += x.PD
		if bad {
			g.Bad++
		}
	}
}

// report ends a report.
func (t *table) report() *Fairness {
	for i := range dimensions {
		d := Dimension{Name: dimensions[i].name, Zh: dimensions[i].zh, All: []Group{}}
		var best int64
		for _, g := range t.groups[i] {
			g.end()
			if !g.Few && g.Key != "" {
				best = max(best, g.Rate)
			}
			d.All = append(d.All, *g)
		}
		slices.SortFunc(d.All, func(a, b Group) int {
			return cmp.Or(cmp.Compare(order(a.Key), order(b.Key)), strings.Compare(a.Key, b.Key))
		})
		for j := range d.All {
			d.judge(&d.All[j], best, t.Limit)
		}
		d.Says = d.says(t.Limit)
		t.Parts = append(t.Parts, d)
	}
	return &t.Fairness
}

// order puts sizes from large to micro, and what is not known last; others are equal.
func order(key string) int {
	if key == "" {
		return 9
	}
	return slices.Index([]string{"large", "medium", "small", "micro"}, key)
}

// share is a of n, in parts per billion; 0 of nobody.
func share(a, n int64) int64 {
	if n == 0 {
		return 0
	}
	x, _ := money.MulDiv(a, all, n)
	return x
}

// end ends the figures of a group that need no other's.
func (g *Group) end() {
	g.Few = g.Rated < metric.Fewest
	if g.Rated > 0 {
		g.Mean = g.scores / g.Rated
	}
	g.Rate, g.BadRate = share(g.Passed, g.Rated), share(g.Bad, g.Known)
	if g.Known == 0 {
		return
	}
	g.Expected = g.pds / g.Known
	pd := float64(g.Expected) / all
	switch {
	case g.Known < metric.Fewest:
	case metric.BinomialAbove(g.Bad, g.Known, pd) < metric.ByChance:
		g.Off = "worse"
	case 1-metric.BinomialAbove(g.Bad+1, g.Known, pd) < metric.ByChance:
		g.Off = "safer"
	}
}

// judge holds a group against the best.
func (d *Dimension) judge(g *Group, best, limit int64) {
	if g.Few || best == 0 {
		return
	}
	g.Ratio = share(g.Rate, best)
	g.Sign = g.Ratio < limit
	if g.Sign || g.Off != "" {
		d.Signs++
	}
}

// percent says a share to whole percents.
func percent(ppb int64) string { return fmt.Sprintf("%d%%", (ppb+5_000_000)/10_000_000) }

// says says a dimension to an official.
func (d *Dimension) says(limit int64) string {
	var best, worst *Group
	few, off := 0, []string{}
	var able int // to be compared
	for i := range d.All {
		g := &d.All[i]
		if g.Off == "worse" {
			off = append(off, g.Zh+"实际坏账高于评分所示")
		}
		if g.Off == "safer" {
			off = append(off, g.Zh+"实际坏账低于评分所示（评分对其偏严）")
		}
		if g.Few {
			few++
			continue
		}
		able++
		if best == nil || g.Rate > best.Rate {
			best = g
		}
		if worst == nil || g.Rate < worst.Rate {
			worst = g
		}
	}
	var out string
	switch {
	case able == 0:
		return fmt.Sprintf("各组评过级的企业都不足%d户，不能说明什么。", metric.Fewest)
	case able == 1:
		out = fmt.Sprintf("只有%s满%d户，无从比较。", best.Zh, metric.Fewest)
	case best.Rate == 0:
		out = "各组都没有企业达到这一等级，无从比较。"
	case worst.Sign:
		out = fmt.Sprintf("%s的通过率为%s，只有%s（%s）的%s，低于%s，应查明是经营差异还是模型偏差。", worst.Zh, percent(worst.Rate), best.Zh, percent(best.Rate), percent(worst.Ratio), percent(limit))
	default:
		out = fmt.Sprintf("各组通过率相差不大：最低的%s（%s）也达到最高的%s（%s）的%s。", worst.Zh, percent(worst.Rate), best.Zh, percent(best.Rate), percent(worst.Ratio))
	}
	if len(off) > 0 {
		out += strings.Join(off, "；") + "。"
	}
	if few > 0 {
		out += fmt.Sprintf("另有%d组不足%d户，不作判断。", few, metric.Fewest)
	}
	return out
}
