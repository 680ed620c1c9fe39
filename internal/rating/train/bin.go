package train

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"changrong/internal/rating/binning"
	"changrong/internal/rating/metric"
	"changrong/internal/rating/scorecard"
)

// suspicious is the AUC above which one feature alone is held for one that knows the
// outcome: real ones stay far below.
const suspicious = 0.97

// leaks tells whether a feature alone tells good from bad nearly without error.
func (s *Sample) leaks(c *Column, p *Plan) error {
	if p.Vouched[c.Feature.Name] != "" || p.Leave[c.Feature.Name] != "" {
		return nil
	}
	var rows []metric.Scored
	if c.Texts != nil {
		byClass := map[string]binning.Count{}
		for i, known := range c.Known {
			if known {
				byClass[c.Texts[i]] = byClass[c.Texts[i]].Plus(one(s.Bad[i]))
			}
		}
		for i, known := range c.Known {
			if known {
				n := byClass[c.Texts[i]]
				rows = append(rows, metric.Scored{Risk: float64(n.Bad) / float64(n.Rows()), Bad: s.Bad[i]})
			}
		}
	} else {
		for i, known := range c.Known {
			if known {
				rows = append(rows, metric.Scored{Risk: c.Numbers[i], Bad: s.Bad[i]})
			}
		}
	}
	r, err := metric.Rank(rows)
	if err != nil {
		return nil //nolint:nilerr // of the known rows all are good, or all bad: its bins show that
	}
	if auc := max(r.AUC(), 1-r.AUC()); auc > suspicious && len(rows) > minRows {
		return c.refuse("rating.leak", "", fmt.Sprintf("单独就能几乎无误地分开好坏（AUC %.3f），多半泄露了结果；请剔除，或在方案中写明为何不是", auc),
			fmt.Sprintf("alone tells good from bad (AUC %.3f): it likely knows the outcome", auc))
	}
	return nil
}

// one row.
func one(bad bool) binning.Count {
	if bad {
		return binning.Count{Bad: 1}
	}
	return binning.Count{Good: 1}
}

// weight is the WOE of a bin. One that lacks good or bad rows, which only a special, an
// unknown or a bin set by hand may, counts half a row more of each.
func weight(c, total binning.Count) float64 {
	g, b := float64(c.Good), float64(c.Bad)
	if c.Good == 0 || c.Bad == 0 {
		g, b = g+0.5, b+0.5
	}
	return math.Log(g / float64(total.Good) / (b / float64(total.Bad)))
}

// binned is a characteristic with its bins, and the bin of each row.
type binned struct {
	scorecard.Characteristic
	codes []scorecard.Code
	iv    float64
	why   string // it is left out, in Chinese; "": it is not
	whyEn string
}

// woe is the WOE of a row.
func (b *binned) woe(table []float64, row int) float64 { return table[b.codes[row]] }

// table are the WOE by code.
func (b *binned) table() []float64 {
	out := make([]float64, b.Codes())
	for i := range out {
		if x := b.Bin(scorecard.Code(i)); x != nil {
			out[i] = x.WOE
		}
	}
	return out
}

// bin cuts a column into bins.
func (s *Sample) bin(c *Column, p *Plan, total binning.Count) (*binned, error) {
	f := c.Feature
	out := &binned{Characteristic: f.Characteristic}
	out.Specials = slices.Clone(f.Specials)
	out.Bins, out.Unknown, out.Splits, out.Groups = nil, nil, nil, nil
	var err error
	if len(f.Categories) > 0 {
		err = s.group(c, p, total, out)
	} else {
		err = s.cut(c, p, total, out)
	}
	if err != nil {
		return nil, err
	}
	if err := s.code(c, out); err != nil {
		return nil, err
	}
	for code := range out.Codes() {
		b := out.Bin(scorecard.Code(code))
		if b == nil || b.Rows() == 0 {
			continue
		}
		b.WOE = weight(b.Count, total)
		g, d := float64(b.Good)/float64(total.Good), float64(b.Bad)/float64(total.Bad)
		out.iv += (g - d) * b.WOE
	}
	switch {
	case len(out.Bins) == 1 && len(out.Specials) == 0 && out.Unknown == nil:
		out.why, out.whyEn = "数据与所声明的趋势处处相反，或没有区分，只剩一箱", "the data contradict its trend, or tell nothing: one bin is left"
	case out.iv < p.MinIV:
		out.why, out.whyEn = fmt.Sprintf("信息值%.4f低于%.4f", out.iv, p.MinIV), fmt.Sprintf("its information value %.4f is below %.4f", out.iv, p.MinIV)
	}
	return out, nil
}

// cut bins a quantity.
func (s *Sample) cut(c *Column, p *Plan, total binning.Count, out *binned) error {
	special := map[float64]bool{}
	for i := range out.Specials {
		special[out.Specials[i].Value] = true
	}
	var rows []binning.Row
	for i, known := range c.Known {
		if known && !special[c.Numbers[i]] {
			rows = append(rows, binning.Row{X: c.Numbers[i], Bad: s.Bad[i]})
		}
	}
	least := int64(math.Ceil(p.MinShare * float64(len(s.Bad))))
	if cuts, ok := p.Cuts[c.Feature.Name]; ok {
		out.Splits = cuts
		out.Bins = make([]scorecard.Bin, len(cuts)+1)
		return nil
	}
	splits, err := binning.Splits(rows, binning.Prebin{MaxLeaves: p.MaxLeaves, MinRows: max(1, least)})
	if err != nil {
		return err
	}
	cells := binning.Tally(rows, splits)
	var all binning.Count
	for _, n := range cells {
		all = all.Plus(n)
	}
	if all.Good == 0 || all.Bad == 0 || all.Rows() < least {
		out.Bins = make([]scorecard.Bin, 1) // all that is known is one bin
		return nil
	}
	o := binning.Options{Trend: c.Feature.Trend, MinRows: least, MaxBins: p.MaxBins, Total: total, Periods: s.periods(c, splits, special)}
	m, err := binning.Optimal(cells, o)
	if err != nil {
		return err
	}
	out.Trend = m.Trend
	for _, at := range m.Cuts {
		out.Splits = append(out.Splits, splits[at-1])
	}
	out.Bins = make([]scorecard.Bin, len(out.Splits)+1)
	return nil
}

// periods count pre-bins by period.
func (s *Sample) periods(c *Column, splits []float64, special map[float64]bool) [][]binning.Count {
	if s.Periods == nil {
		return nil
	}
	out := make([][]binning.Count, slices.Max(s.Periods)+1)
	for i := range out {
		out[i] = make([]binning.Count, len(splits)+1)
	}
	for i, known := range c.Known {
		if known && !special[c.Numbers[i]] {
			n := &out[s.Periods[i]][binning.Place(splits, c.Numbers[i])]
			*n = n.Plus(one(s.Bad[i]))
		}
	}
	return out
}

// group bins a category: values with too few rows together first, then neighbours by bad
// rate. A declared value that no row has goes with the group that is nearest to all rows.
func (s *Sample) group(c *Column, p *Plan, total binning.Count, out *binned) error {
	counts := map[string]binning.Count{}
	for i, known := range c.Known {
		if known {
			counts[c.Texts[i]] = counts[c.Texts[i]].Plus(one(s.Bad[i]))
		}
	}
	least := int64(math.Ceil(p.MinShare * float64(len(s.Bad))))
	type group struct {
		values []string
		n      binning.Count
	}
	var groups []group
	var rare group
	var none []string
	for _, v := range c.Feature.Categories {
		switch n := counts[v]; {
		case n.Rows() == 0:
			none = append(none, v)
		case n.Rows() < least:
			rare.values, rare.n = append(rare.values, v), rare.n.Plus(n)
		default:
			groups = append(groups, group{[]string{v}, n})
		}
	}
	if rare.values != nil {
		groups = append(groups, rare)
	}
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(a.n.Bad*b.n.Rows(), b.n.Bad*a.n.Rows()) })
	cells := make([]binning.Count, len(groups))
	var all binning.Count
	for i, g := range groups {
		cells[i] = g.n
		all = all.Plus(g.n)
	}
	m := &binning.Merge{}
	if all.Good > 0 && all.Bad > 0 && all.Rows() >= least {
		var err error
		if m, err = binning.Optimal(cells, binning.Options{Trend: binning.Ascending, MinRows: least, MaxBins: p.MaxBins, Total: total}); err != nil {
			return err
		}
	}
	out.Trend = ""
	out.Groups = make([][]string, len(m.Cuts)+1)
	bin := 0
	for i, g := range groups {
		if bin < len(m.Cuts) && i == m.Cuts[bin] {
			bin++
		}
		out.Groups[bin] = append(out.Groups[bin], g.values...)
	}
	nearest, distance := 0, math.Inf(1)
	for i, n := range m.Apply(cells) {
		if d := math.Abs(weight(n, total)); d < distance {
			nearest, distance = i, d
		}
	}
	out.Groups[nearest] = append(out.Groups[nearest], none...)
	out.Bins = make([]scorecard.Bin, len(out.Groups))
	return nil
}

// code finds the bin of each row, and counts bins.
func (s *Sample) code(c *Column, out *binned) error {
	unknown := &scorecard.Bin{}
	out.Unknown = unknown
	find := out.Finder()
	out.codes = make([]scorecard.Code, len(s.Bad))
	for i := range s.Bad {
		code, err := find(c.value(i))
		if err != nil {
			return err
		}
		out.codes[i] = code
		b := out.Bin(code)
		b.Count = b.Plus(one(s.Bad[i]))
	}
	if unknown.Rows() == 0 {
		out.Unknown = nil
	}
	return nil
}
