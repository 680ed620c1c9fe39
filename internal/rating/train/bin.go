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

// leaks tells whether a feature alone tells good from bad nearly without error: by what it
// is, or by not being known.
func (s *Sample) leaks(c *Column, p *Plan) error {
	if p.Vouched[c.Feature.Name] != "" || p.Leave[c.Feature.Name] != "" || len(s.Bad) <= minRows {
		return nil
	}
	var most float64
	for _, unknown := range []float64{-math.MaxFloat64, math.MaxFloat64} {
		r, err := metric.Rank(s.risks(c, unknown))
		if err != nil {
			return err
		}
		most = max(most, r.AUC(), 1-r.AUC())
	}
	if most <= suspicious {
		return nil
	}
	return c.refuse("rating.leak", "", fmt.Sprintf("单独就能几乎无误地分开好坏（AUC %.3f），多半泄露了结果；请剔除，或在方案中写明为何不是", most),
		fmt.Sprintf("alone tells good from bad (AUC %.3f): it likely knows the outcome", most))
}

// risks rank rows by one feature: by the number, or by how many of a category are bad; what is
// not known by a number of its own, or as a category.
func (s *Sample) risks(c *Column, unknown float64) []metric.Scored {
	rows := make([]metric.Scored, len(s.Bad))
	byClass := map[string]binning.Count{} // "" is no category: what is unknown
	for i, bad := range s.Bad {
		rows[i] = metric.Scored{Risk: unknown, Bad: bad}
		switch {
		case c.Texts != nil:
			class := c.value(i).Text
			byClass[class] = byClass[class].Plus(one(bad))
		case c.Known[i]:
			rows[i].Risk = c.Numbers[i]
		}
	}
	for i := range rows {
		if c.Texts != nil {
			n := byClass[c.value(i).Text]
			rows[i].Risk = float64(n.Bad) / float64(n.Rows())
		}
	}
	return rows
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
	column *Column
	splits []float64 // between the atoms of a quantity
	atoms  []Atom
	groups [][]int // atoms of each bin
	hand   bool    // the plan says how
	codes  []scorecard.Code
	iv     float64
	why    string // it is left out, in Chinese; "": it is not
	whyEn  string
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

// prebin finds the atoms of a column. What it returns has no bins yet.
func (s *Sample) prebin(c *Column, p *Plan) (*binned, error) {
	out := &binned{Characteristic: c.Feature.Characteristic, column: c}
	out.Specials = slices.Clone(c.Feature.Specials)
	out.Bins, out.Unknown, out.Splits, out.Groups = nil, nil, nil, nil
	if len(c.Feature.Categories) > 0 {
		s.values(out)
		return out, nil
	}
	return out, s.cut(out, p)
}

// values are the atoms of a category: each of its values.
func (s *Sample) values(b *binned) {
	at := map[string]int{}
	for i, v := range b.column.Feature.Categories {
		b.atoms, at[v] = append(b.atoms, Atom{Value: v}), i
	}
	for i, known := range b.column.Known {
		if known {
			a := &b.atoms[at[b.column.Texts[i]]]
			a.Count = a.Plus(one(s.Bad[i]))
		}
	}
}

// cut are the atoms of a quantity: what a tree makes of it, cut where the plan cuts too.
func (s *Sample) cut(b *binned, p *Plan) (err error) {
	special := b.special()
	var rows []binning.Row
	for i, known := range b.column.Known {
		if known && !special[b.column.Numbers[i]] {
			rows = append(rows, binning.Row{X: b.column.Numbers[i], Bad: s.Bad[i]})
		}
	}
	if b.splits, err = binning.Splits(rows, binning.Prebin{MaxLeaves: p.MaxLeaves, MinRows: max(1, s.least(p))}); err != nil {
		return err
	}
	if cuts, ok := p.Cuts[b.Name]; ok {
		b.splits = slices.Compact(slices.Sorted(slices.Values(slices.Concat(b.splits, cuts))))
	}
	b.atoms = make([]Atom, len(b.splits)+1)
	for i, n := range binning.Tally(rows, b.splits) {
		b.atoms[i].Count = n
		if i > 0 {
			b.atoms[i].From = &b.splits[i-1]
		}
		if i < len(b.splits) {
			b.atoms[i].To = &b.splits[i]
		}
	}
	return nil
}

// special are the values that are no quantity.
func (b *binned) special() map[float64]bool {
	out := map[float64]bool{}
	for i := range b.Specials {
		out[b.Specials[i].Value] = true
	}
	return out
}

// least is how many rows a bin has at least.
func (s *Sample) least(p *Plan) int64 { return int64(math.Ceil(p.MinShare * float64(len(s.Bad)))) }

// bin makes bins of the atoms of a column.
func (s *Sample) bin(b *binned, p *Plan, total binning.Count) (err error) {
	if len(b.column.Feature.Categories) > 0 {
		err = s.group(b, p, total)
	} else {
		err = s.merge(b, p, total)
	}
	if err != nil {
		return err
	}
	if err := s.code(b); err != nil {
		return err
	}
	for code := range b.Codes() {
		x := b.Bin(scorecard.Code(code))
		if x == nil || x.Rows() == 0 {
			continue
		}
		x.WOE = weight(x.Count, total)
		b.iv += information(x.Count, total)
	}
	switch why := p.Leave[b.Name]; {
	case why != "":
		b.why, b.whyEn = "方案剔除："+why, "left out by the plan: "+why
	case len(b.Bins) == 1 && len(b.Specials) == 0 && b.Unknown == nil:
		b.why, b.whyEn = "数据与所声明的趋势处处相反，或没有区分，只剩一箱", "the data contradict its trend, or tell nothing: one bin is left"
	case b.iv < p.MinIV:
		b.why, b.whyEn = fmt.Sprintf("信息值%.4f低于%.4f", b.iv, p.MinIV), fmt.Sprintf("its information value %.4f is below %.4f", b.iv, p.MinIV)
	}
	return nil
}

// information is the information value of a bin.
func information(c, total binning.Count) float64 {
	g, b := float64(c.Good)/float64(total.Good), float64(c.Bad)/float64(total.Bad)
	return (g - b) * weight(c, total)
}

// merge bins a quantity.
func (s *Sample) merge(b *binned, p *Plan, total binning.Count) error {
	cells, all := counts(b.atoms)
	least := s.least(p)
	var m *binning.Merge
	cuts, hand := p.Cuts[b.Name]
	switch {
	case hand:
		b.hand, m = true, &binning.Merge{Trend: b.Trend}
		for _, x := range cuts {
			m.Cuts = append(m.Cuts, slices.Index(b.splits, x)+1)
		}
	case all.Good == 0 || all.Bad == 0 || all.Rows() < least:
		m = &binning.Merge{Trend: b.Trend} // all that is known is one bin
	default:
		var err error
		o := binning.Options{Trend: b.Trend, MinRows: least, MaxBins: p.MaxBins, Total: total, Periods: s.periods(b)}
		if m, err = binning.Optimal(cells, o); err != nil {
			return err
		}
	}
	b.Trend = m.Trend
	b.groups = [][]int{{}}
	for i := range b.atoms {
		if slices.Contains(m.Cuts, i) {
			b.Splits, b.groups = append(b.Splits, b.splits[i-1]), append(b.groups, nil)
		}
		b.groups[len(b.groups)-1] = append(b.groups[len(b.groups)-1], i)
	}
	b.Bins = make([]scorecard.Bin, len(b.groups))
	return nil
}

// counts are the counts of atoms, and of all.
func counts(atoms []Atom) (cells []binning.Count, all binning.Count) {
	for i := range atoms {
		cells, all = append(cells, atoms[i].Count), all.Plus(atoms[i].Count)
	}
	return cells, all
}

// periods count pre-bins by period.
func (s *Sample) periods(b *binned) [][]binning.Count {
	if s.Periods == nil {
		return nil
	}
	out, special := make([][]binning.Count, slices.Max(s.Periods)+1), b.special()
	for i := range out {
		out[i] = make([]binning.Count, len(b.atoms))
	}
	for i, known := range b.column.Known {
		if x := b.column.Numbers[i]; known && !special[x] {
			n := &out[s.Periods[i]][binning.Place(b.splits, x)]
			*n = n.Plus(one(s.Bad[i]))
		}
	}
	return out
}

// group bins a category: values with too few rows together first, then neighbours by bad
// rate. A declared value that no row has goes with the group that is nearest to all rows.
func (s *Sample) group(b *binned, p *Plan, total binning.Count) error {
	b.Trend = ""
	if groups, ok := p.Groups[b.Name]; ok {
		return b.byHand(groups)
	}
	least := s.least(p)
	var groups [][]int
	var rare, none []int
	for i := range b.atoms {
		switch n := b.atoms[i].Rows(); {
		case n == 0:
			none = append(none, i)
		case n < least:
			rare = append(rare, i)
		default:
			groups = append(groups, []int{i})
		}
	}
	if rare != nil {
		groups = append(groups, rare)
	}
	sum := func(group []int) (n binning.Count) {
		for _, i := range group {
			n = n.Plus(b.atoms[i].Count)
		}
		return n
	}
	slices.SortStableFunc(groups, func(x, y []int) int {
		n, m := sum(x), sum(y)
		return cmp.Compare(n.Bad*m.Rows(), m.Bad*n.Rows())
	})
	cells := make([]binning.Count, len(groups))
	var all binning.Count
	for i, g := range groups {
		cells[i] = sum(g)
		all = all.Plus(cells[i])
	}
	m := &binning.Merge{}
	if all.Good > 0 && all.Bad > 0 && all.Rows() >= least {
		var err error
		if m, err = binning.Optimal(cells, binning.Options{Trend: binning.Ascending, MinRows: least, MaxBins: p.MaxBins, Total: total}); err != nil {
			return err
		}
	}
	b.groups = [][]int{nil}
	for i, g := range groups {
		if slices.Contains(m.Cuts, i) {
			b.groups = append(b.groups, nil)
		}
		last := len(b.groups) - 1
		b.groups[last] = append(b.groups[last], g...)
	}
	nearest, distance := 0, math.Inf(1)
	for i, n := range m.Apply(cells) {
		if d := math.Abs(weight(n, total)); d < distance {
			nearest, distance = i, d
		}
	}
	b.groups[nearest] = append(b.groups[nearest], none...)
	b.name()
	return nil
}

// byHand groups a category as the plan says.
//
// Errors: rating.plan where a declared value is in no group, in two, or a group has other
// values.
func (b *binned) byHand(groups [][]string) error {
	left := len(b.atoms)
	seen := map[string]bool{}
	for _, g := range groups {
		var group []int
		for _, v := range g {
			i := slices.IndexFunc(b.atoms, func(a Atom) bool { return a.Value == v })
			if i < 0 || seen[v] {
				return b.column.refuse("rating.plan", v, "的“"+v+"”不是所声明的类别，或分在两箱", "has "+v+" twice, or not at all")
			}
			seen[v], left, group = true, left-1, append(group, i)
		}
		if group == nil {
			return b.column.refuse("rating.plan", "", "有一箱是空的", "has an empty bin")
		}
		b.groups = append(b.groups, group)
	}
	if left > 0 {
		return b.column.refuse("rating.plan", "", "有类别没有分到任何一箱", "has categories in no bin")
	}
	b.hand = true
	b.name()
	return nil
}

// name names the groups of a category by their values.
func (b *binned) name() {
	b.Groups, b.Bins = make([][]string, len(b.groups)), make([]scorecard.Bin, len(b.groups))
	for i, g := range b.groups {
		for _, at := range g {
			b.Groups[i] = append(b.Groups[i], b.atoms[at].Value)
		}
	}
}

// code finds the bin of each row, and counts bins.
func (s *Sample) code(b *binned) error {
	unknown := &scorecard.Bin{}
	b.Unknown = unknown
	find := b.Finder()
	b.codes = make([]scorecard.Code, len(s.Bad))
	for i := range s.Bad {
		code, err := find(b.column.value(i))
		if err != nil {
			return err
		}
		b.codes[i] = code
		x := b.Bin(code)
		x.Count = x.Plus(one(s.Bad[i]))
	}
	if unknown.Rows() == 0 {
		b.Unknown = nil
	}
	return nil
}
