package train

import (
	"slices"

	"changrong/internal/base/fault"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/scorecard"
)

// Bins are how a characteristic is cut, to be looked at and to be changed by hand.
type Bins struct {
	Name  string        `json:"name"`
	Zh    string        `json:"zh"`
	En    string        `json:"en"`
	Unit  string        `json:"unit,omitempty"`
	Trend binning.Trend `json:"trend,omitempty"` // declared; "" of a category
	Total binning.Count `json:"total"`           // of the sample

	Atoms  []Atom  `json:"atoms"`  // from low to high, or the values of a category
	Groups [][]int `json:"groups"` // atoms of each bin, from 0
	Hand   bool    `json:"hand"`   // somebody has set them

	Bins     []Said  `json:"bins"`               // of the groups
	Specials []Said  `json:"specials,omitempty"` // values that are no quantity
	Unknown  *Said   `json:"unknown,omitempty"`
	IV       float64 `json:"iv"`    // of all of them together
	Holds    bool    `json:"holds"` // the declared trend; of a category always
}

// Atom is the least that bins are made of: a pre-bin of a quantity, a value of a category.
type Atom struct {
	From  *float64 `json:"from,omitempty"` // at least; nil: any
	To    *float64 `json:"to,omitempty"`   // below; nil: any
	Value string   `json:"value,omitempty"`
	binning.Count
}

// Said is a bin, with what it says.
type Said struct {
	Zh string `json:"zh"`
	En string `json:"en"`
	binning.Count
	Share   float64 `json:"share"` // of all rows
	BadRate float64 `json:"bad_rate"`
	WOE     float64 `json:"woe"`
	IV      float64 `json:"iv"`
}

// say says what a bin of so many rows says.
func say(zh, en string, n, total binning.Count) Said {
	out := Said{Zh: zh, En: en, Count: n}
	if n.Rows() > 0 {
		out.Share, out.BadRate = float64(n.Rows())/float64(total.Rows()), float64(n.Bad)/float64(n.Rows())
		out.WOE, out.IV = weight(n, total), information(n, total)
	}
	return out
}

// shown are the bins of a characteristic.
func (b *binned) shown(total binning.Count) Bins {
	f := &b.column.Feature.Characteristic
	out := Bins{Name: b.Name, Zh: b.Zh, En: b.En, Unit: b.Unit, Trend: f.Trend, Total: total, Atoms: b.atoms, Groups: b.groups, Hand: b.hand}
	if len(b.column.Feature.Categories) > 0 {
		out.Trend = ""
	}
	for i := range b.Specials {
		s := &b.Specials[i]
		out.Specials = append(out.Specials, say(s.Zh, s.En, s.Count, total))
	}
	if b.Unknown != nil {
		zh, en := b.Words(scorecard.Code(len(b.Specials)))
		unknown := say(zh, en, b.Unknown.Count, total)
		out.Unknown = &unknown
	}
	out.measure()
	return out
}

// category tells whether the atoms are values.
func (b *Bins) category() bool { return b.Trend == "" }

// measure says what the bins say.
func (b *Bins) measure() {
	words := scorecard.Characteristic{Unit: b.Unit, Splits: b.Cuts(), Groups: b.Values(), Bins: make([]scorecard.Bin, len(b.Groups))}
	b.Bins, b.IV = make([]Said, len(b.Groups)), 0
	cells := make([]binning.Count, len(b.Groups))
	for i, g := range b.Groups {
		for _, at := range g {
			cells[i] = cells[i].Plus(b.Atoms[at].Count)
		}
		zh, en := words.Words(scorecard.Code(i + 1))
		b.Bins[i] = say(zh, en, cells[i], b.Total)
		b.IV += b.Bins[i].IV
	}
	for i := range b.Specials {
		b.IV += b.Specials[i].IV
	}
	if b.Unknown != nil {
		b.IV += b.Unknown.IV
	}
	b.Holds = b.category() || b.Trend.Holds(cells)
}

// Cuts are the cuts of a quantity between its bins.
func (b *Bins) Cuts() (out []float64) {
	for i := 1; i < len(b.Groups) && !b.category(); i++ {
		out = append(out, *b.Atoms[b.Groups[i][0]].From)
	}
	return out
}

// Values are the values of a category by bin.
func (b *Bins) Values() (out [][]string) {
	for i := 0; i < len(b.Groups) && b.category(); i++ {
		out = append(out, nil)
		for _, at := range b.Groups[i] {
			out[i] = append(out[i], b.Atoms[at].Value)
		}
	}
	return out
}

// With are the bins that the atoms would make grouped otherwise: of a quantity neighbours
// from low to high, of a category any.
//
// Errors: rating.groups.
func (b *Bins) With(groups [][]int) (*Bins, error) {
	bad := fault.New(fault.Invalid, "rating.groups", b.Zh+"的分箱不对：每个初始分箱应恰好在一箱里，数量的箱应由低到高相连", b.Name+": every atom is in one bin, and those of a quantity are neighbours").In(fault.Place{Field: b.Name})
	var order []int
	for _, g := range groups {
		if len(g) == 0 {
			return nil, bad
		}
		order = append(order, g...)
	}
	if b.category() {
		slices.Sort(order)
	}
	for i, at := range order {
		if at != i {
			return nil, bad
		}
	}
	if len(order) != len(b.Atoms) {
		return nil, bad
	}
	out := *b
	out.Groups, out.Hand = groups, true
	out.measure()
	return &out, nil
}

// Check tells whether bins set by hand keep to the declared trend.
//
// Errors: rating.against_trend.
func (b *Bins) Check() error {
	if b.Hand && !b.Holds {
		return fault.New(fault.Invalid, "rating.against_trend", b.Zh+"的手工分箱与所声明的方向相反；方向由政策定，请合并相反的箱", b.Name+": bins set by hand go against its trend").In(fault.Place{Field: b.Name})
	}
	return nil
}
