package binning

import (
	"math"

	"changrong/internal/base/fault"
)

// Count is how many rows of a bin are good, and how many bad.
type Count struct {
	Good int64 `json:"good"`
	Bad  int64 `json:"bad"`
}

// Rows is how many rows there are.
func (c Count) Rows() int64 { return c.Good + c.Bad }

// Plus is c and d together.
func (c Count) Plus(d Count) Count { return Count{c.Good + d.Good, c.Bad + d.Bad} }

// below tells whether c has a lower bad rate than d. Neither is empty.
func (c Count) below(d Count) bool { return c.Bad*d.Rows() < d.Bad*c.Rows() }

// Trend is how the bad rate goes as the value rises.
type Trend string

// The trends. One that has a turn may have it at an end: a rise alone is a peak too.
const (
	Ascending  Trend = "ascending"
	Descending Trend = "descending"
	Peak       Trend = "peak"   // rises, then falls
	Valley     Trend = "valley" // falls, then rises
	// Auto is whichever of ascending and descending holds more information, ascending if
	// both hold as much; a peak or valley only when it holds a tenth more than that.
	Auto Trend = "auto"
)

// Holds tells whether bins, from low to high, keep to t: nowhere do two neighbours stand in
// the other order. Auto asks for nothing. None of the bins is empty.
func (t Trend) Holds(cells []Count) bool {
	falls, turns := t == Descending || t == Valley, t == Peak || t == Valley
	for i := 1; i < len(cells) && t != Auto; i++ {
		wrong := cells[i].below(cells[i-1])
		if falls {
			wrong = cells[i-1].below(cells[i])
		}
		switch {
		case !wrong:
		case turns:
			falls, turns = !falls, false
		default:
			return false
		}
	}
	return true
}

// Trends are the trends one may ask for.
var Trends = []Trend{Ascending, Descending, Peak, Valley, Auto}

// Options say what a merge must keep to.
type Options struct {
	Trend   Trend
	MinRows int64 // of a bin
	MaxBins int   // 0: as many as there are; 1 is no merge, and refused
	// Total is what shares are of: all rows, with those of special codes and of unknowns.
	// The zero Count: the rows of the pre-bins.
	Total Count
	// Periods count the same pre-bins over parts of the time. In none of them may two
	// neighbouring bins stand in the other order; a bin without rows in a period says
	// nothing there.
	Periods [][]Count
}

// Merge is how pre-bins become bins.
type Merge struct {
	Trend Trend   // found, where Auto was asked for
	Cuts  []int   // first pre-bin of each bin but the first, rising; none: all are one bin
	IV    float64 // of all bins together
}

// Limits of what is merged.
const (
	MaxPrebins = 200     // beyond it the cube is felt, and no scorecard looks so closely
	MaxRows    = 1 << 31 // so that two counts multiply within 64 bits
)

// Optimal merges neighbouring pre-bins so that the information value is the largest there is
// under the options. Every bin has at least one good and one bad row, since without either
// its weight is infinite.
//
// A merge into a single bin, of no information, is what is left when the data contradict
// the trend everywhere: callers say so, and do not use it.
//
// Errors: rating.prebins, rating.one_class, rating.trend, rating.too_many_rows,
// rating.min_rows, rating.max_bins.
func Optimal(cells []Count, o Options) (*Merge, error) {
	s, err := newSearch(cells, o)
	if err != nil {
		return nil, err
	}
	if o.Trend != Auto {
		s.fill(o.Trend)
		m := s.trace(o.Trend, phases)
		return &m, nil
	}
	// What has not turned yet on its way to a peak has only risen, and to a valley fallen.
	s.fill(Peak)
	best, peak := s.trace(Ascending, after), s.trace(Peak, phases)
	s.fill(Valley)
	if m := s.trace(Descending, after); m.IV > best.IV {
		best = m
	}
	floor := best.IV + best.IV/10
	for _, m := range []Merge{peak, s.trace(Valley, phases)} {
		if m.IV > floor && m.IV > best.IV {
			best = m
		}
	}
	return &best, nil
}

// search is what one merge is looked for in. Pairs (first, last) of pre-bins are kept in
// one slice each: at last·n+first.
type search struct {
	n       int
	layers  int // bins that are counted; 1: they are not
	iv      []float64
	sum     []Count
	allowed []bool
	periods [][]Count // sums of each, as sum
	value   []float64 // the most, of merges that end in this bin; by layer, phase, pair
	from    []int32   // the first pre-bin of the bin before; -1: there is none
	phase   []uint8   // of the bin before
}

// The phases of a trend: before its turn, and after it.
const (
	before = iota
	after
	phases
)

// newSearch checks what is given, and sums it up.
func newSearch(cells []Count, o Options) (*search, error) {
	n := len(cells)
	switch o.Trend {
	case Ascending, Descending, Peak, Valley, Auto:
	default:
		return nil, fault.Invalidf("rating.trend", "没有趋势“%s”；可用 ascending、descending、peak、valley、auto", "there is no trend %q", o.Trend)
	}
	if n == 0 || n > MaxPrebins {
		return nil, fault.Invalidf("rating.prebins", "有%d个初始分箱，应为1至%d个", "%d pre-bins; 1 to %d are merged", n, MaxPrebins)
	}
	s := &search{n: n, layers: 1, iv: make([]float64, n*n), sum: sums(cells), allowed: make([]bool, n*n)}
	all := s.sum[(n-1)*n]
	total := o.Total
	if total == (Count{}) {
		total = all
	}
	switch {
	case all.Good < 1 || all.Bad < 1 || total.Good < all.Good || total.Bad < all.Bad:
		return nil, fault.Invalidf("rating.one_class", "好样本%d条、坏样本%d条：两类都要有，才能分箱", "%d good rows, %d bad: both are needed", all.Good, all.Bad)
	case total.Rows() > MaxRows:
		return nil, fault.Invalidf("rating.too_many_rows", "样本%d条，最多%d条", "%d rows; %d at most", total.Rows(), int64(MaxRows))
	case all.Rows() < o.MinRows:
		return nil, fault.Invalidf("rating.min_rows", "样本%d条，少于一箱至少的%d条", "%d rows, and a bin needs %d", all.Rows(), o.MinRows)
	}
	switch {
	case o.MaxBins < 0 || o.MaxBins == 1:
		return nil, fault.Invalidf("rating.max_bins", "最多%d箱：至少要2箱", "at most %d bins: two at least are needed", o.MaxBins)
	case o.MaxBins > 0 && o.MaxBins < n:
		s.layers = o.MaxBins
	}
	for _, p := range o.Periods {
		if len(p) != n {
			return nil, fault.Invalidf("rating.prebins", "一个时期有%d个初始分箱，应为%d个", "a period has %d pre-bins, not %d", len(p), n)
		}
		s.periods = append(s.periods, sums(p))
	}
	for j := range n {
		for i := range j + 1 {
			c := s.sum[j*n+i]
			if c.Good < 1 || c.Bad < 1 || c.Rows() < o.MinRows {
				continue
			}
			s.allowed[j*n+i] = true
			s.iv[j*n+i] = Information(c, total)
		}
	}
	s.value = make([]float64, s.layers*phases*n*n)
	s.from = make([]int32, len(s.value))
	s.phase = make([]uint8, len(s.value))
	return s, nil
}

// sums are the counts of all runs of neighbours.
func sums(cells []Count) []Count {
	n := len(cells)
	out := make([]Count, n*n)
	for j := range n {
		var c Count
		for i := j; i >= 0; i-- {
			c = c.Plus(cells[i])
			out[j*n+i] = c
		}
	}
	return out
}

// Information is the information value of one bin, which has good and bad rows, among
// total.
func Information(c, total Count) float64 {
	g, b := float64(c.Good)/float64(total.Good), float64(c.Bad)/float64(total.Bad)
	return (g - b) * math.Log(g/b)
}

// follows tells whether the bin b may come after the bin a, as pairs: rising, the bad rate
// is higher, and in no period lower.
func (s *search) follows(a, b int, rising bool) bool {
	lower, higher := a, b
	if !rising {
		lower, higher = b, a
	}
	if !s.sum[lower].below(s.sum[higher]) {
		return false
	}
	for _, p := range s.periods {
		if p[lower].Rows() > 0 && p[higher].Rows() > 0 && p[higher].below(p[lower]) {
			return false
		}
	}
	return true
}

// at is where the merge is kept that ends in a pair, in a phase, with layer+1 bins.
func (s *search) at(layer, phase, pair int) int { return (layer*phases+phase)*s.n*s.n + pair }

// never is the value of a merge that there is not.
var never = math.Inf(-1)

// fill finds, under one trend, the best merge to the end of every bin.
func (s *search) fill(t Trend) {
	n := s.n
	for i := range s.value {
		s.value[i] = never
	}
	for j := range n { // the first bin
		if s.allowed[j*n] {
			at := s.at(0, before, j*n)
			s.value[at], s.from[at] = s.iv[j*n], -1
		}
	}
	layers := max(1, s.layers-1)
	for layer := range layers {
		next := min(layer+1, s.layers-1)
		for j := range n {
			for i := 1; i <= j; i++ {
				if s.allowed[j*n+i] {
					s.extend(t, layer, next, i, j)
				}
			}
		}
	}
}

// extend looks which merge a bin from i to j follows best.
func (s *search) extend(t Trend, layer, next, i, j int) {
	pair := j*s.n + i
	iv := s.iv[pair]
	rising := t == Ascending || t == Peak // before the turn
	turns := t == Peak || t == Valley
	ends := (i - 1) * s.n // bins that end where this one begins
	ups, downs := s.value[s.at(layer, before, ends):][:i], s.value[s.at(layer, after, ends):][:i]
	straight, turned := s.at(next, before, pair), s.at(next, after, pair)
	for k := range i { // whether a bin may follow is looked at last: it costs the most
		up, down := ups[k], downs[k]
		if up+iv > s.value[straight] && s.follows(ends+k, pair, rising) {
			s.keep(straight, up+iv, k, before)
		}
		if turns && max(up, down)+iv > s.value[turned] && s.follows(ends+k, pair, !rising) {
			s.keep(turned, up+iv, k, before)
			s.keep(turned, down+iv, k, after)
		}
	}
}

// keep notes a merge if it holds more.
func (s *search) keep(at int, value float64, from int, phase uint8) {
	if value > s.value[at] {
		s.value[at], s.from[at], s.phase[at] = value, int32(from), phase
	}
}

// trace reads the best merge back from its last bin, which is in a phase before the end.
func (s *search) trace(t Trend, end int) Merge {
	last := (s.n - 1) * s.n
	m := Merge{Trend: t, IV: never}
	var layer, phase, pair int
	for l := range s.layers {
		for p := range end {
			for i := range s.n {
				if v := s.value[s.at(l, p, last+i)]; v > m.IV {
					m.IV, layer, phase, pair = v, l, p, last+i
				}
			}
		}
	}
	for {
		at := s.at(layer, phase, pair)
		if s.from[at] < 0 {
			break
		}
		first := pair % s.n
		m.Cuts = append([]int{first}, m.Cuts...)
		pair, phase, layer = (first-1)*s.n+int(s.from[at]), int(s.phase[at]), max(0, layer-1)
	}
	return m
}
