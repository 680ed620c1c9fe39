package party

import "changrong/internal/base/money"

// Sizes of an enterprise, as the fact dictionary writes them. Unsized is the size
// of one that cannot be told.
const (
	Unsized = ""
	Micro   = "micro"
	Small   = "small"
	Medium  = "medium"
	Large   = "large"
)

// Count is a number of people that may be unknown; the zero Count is unknown.
type Count struct {
	N     int64
	Known bool
}

// Amount is a sum of money that may be unknown; the zero Amount is unknown.
type Amount struct {
	Fen   money.Fen
	Known bool
}

// Indicators are what an enterprise is measured by, of one year.
type Indicators struct {
	Employees Count  // 从业人员: headcount at the end of the year
	Sales     Amount // 营业收入
	Assets    Amount // 资产总额
}

// Size returns the size of an enterprise of industry, a GB/T 4754-2017 code of a
// letter and two to four digits. When why is not Told, the size is Unsized.
func Size(industry string, x Indicators) (size string, why Why) {
	line, why := LineOf(industry)
	if why != Told {
		return Unsized, why
	}
	return line.size(x)
}

// sizes by the number of bounds reached.
var sizes = [...]string{Micro, Small, Medium, Large}

// size returns the lowest of the bands that the line's indicators reach.
func (l *Line) size(x Indicators) (size string, why Why) {
	band := len(l.Bounds)
	for _, ind := range l.Indicators {
		n, known := x.value(ind)
		if !known {
			return Unsized, unknownIndicator[ind]
		}
		band = min(band, l.band(ind, n))
	}
	return sizes[band], Told
}

// band returns how many bounds of ind the value n reaches.
func (l *Line) band(ind Indicator, n int64) int {
	for i := range l.Bounds { // from large to small
		if n >= l.Bounds[i].of(ind) {
			return len(l.Bounds) - i
		}
	}
	return 0
}

// value returns an indicator in its own unit: people, or fen.
func (x *Indicators) value(ind Indicator) (n int64, known bool) {
	switch ind {
	case Employees:
		return x.Employees.N, x.Employees.Known
	case Sales:
		return int64(x.Sales.Fen), x.Sales.Known
	default:
		return int64(x.Assets.Fen), x.Assets.Known
	}
}
