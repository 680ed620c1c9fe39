package city

import (
	"fmt"

	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
	"changrong/internal/party"
)

// The kinds of borrower, as they stand in codes: 91, 92, 93.
const (
	company = iota
	shop    // sole trader
	coop
)

// Kinds are their codes in the dictionary.
var Kinds = [...]string{"enterprise", "sole_trader", "coop"}

// Of a thousand borrowers, how many are companies, and companies or sole traders.
const (
	companies = 780
	notCoops  = 985
)

// Firm is a borrower with everything it borrowed. One is filled again and again.
type Firm struct {
	N    int
	d    Dice
	plot *plot // nil for nearly all

	ID          string
	Kind        int
	Trade, Town int

	Size             string // what the facts say; "" when nobody can tell
	Blank            bool   // its banks leave the size empty; an import computes it
	truth            string // what its indicators would say if all were known
	Employees        int    // all of these may be unknown
	Sales, Assets    money.Fen
	Private, Tech    int
	CreditLine       money.Fen
	newcomer         int // the year of its first loan, if that is in the facts; else 0
	debt             money.Fen
	banks            []int
	Notes            []Note
	Events           []Event
	Guarantees       []Guarantee
	Collaterals      []Collateral
	guaranteedBefore bool      // by the fund
	Benefit          money.Fen // what it got from an earlier scheme
}

// Model is a city.
type Model struct {
	Seed  uint64
	firms int
	// The first firm that is no company, and the first co-op: codes are then in
	// the order of the firms.
	shops, coops int
	radix        int
	damages      map[int]damage // by firm; of Options.Trouble
}

// City returns the city of a seed with so many enterprises (borrowers of every
// kind): nothing is made before it is asked for.
func City(seed uint64, enterprises int) *Model {
	m := &Model{Seed: seed, firms: enterprises, radix: 10}
	m.shops = enterprises * companies / 1000
	m.coops = enterprises * notCoops / 1000
	if enterprises+firstBody > 99_999 {
		m.radix = len(bodyDigits)
	}
	return m
}

// Enterprises returns how many borrowers m has.
func (m *Model) Enterprises() int { return m.firms }

// MaxEnterprises is how many there are codes for.
const MaxEnterprises = 28_000_000

// firstBody is the number of the first enterprise's code; lower ones are the
// institutions'.
const firstBody = 1000

// bodyDigits are what codes are made of, in byte order.
const bodyDigits = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// kindOf returns the kind of firm n.
func (m *Model) kindOf(n int) int {
	switch {
	case n < m.shops:
		return company
	case n < m.coops:
		return shop
	}
	return coop
}

// code returns the code of firm n.
func (m *Model) code(n int) string {
	kind := m.kindOf(n)
	body := [8]byte{'D', 'E', 'M'}
	for i, x := 7, n+firstBody; i >= 3; i-- {
		body[i] = bodyDigits[x%m.radix]
		x /= m.radix
	}
	prefix := [2]byte{'9', byte('1' + kind)}
	code, err := uscc.Make(string(prefix[:]), linhai, string(body[:]))
	if err != nil {
		panic(err)
	}
	return code
}

// Firm fills f with firm n and all that it borrowed.
func (m *Model) Firm(n int, f *Firm) {
	f.N = n
	f.d.Roll(m.Seed, streamFirm, uint64(n))
	f.Notes, f.Events = f.Notes[:0], f.Events[:0]
	f.Guarantees, f.Collaterals = f.Guarantees[:0], f.Collaterals[:0]
	f.guaranteedBefore, f.newcomer, f.plot = false, 0, plotOf(n, m, &f.d)
	f.ID, f.Kind = m.code(n), m.kindOf(n)
	f.character()
	f.indicators()
	if f.plot != nil {
		f.plot.cast(f)
		m.act(f)
	} else {
		f.blur()
		m.borrow(f)
	}
	f.lines()
	f.Benefit = 0
	if f.plot == nil && f.d.Chance(4000) {
		f.Benefit = money.Fen(f.d.between(30, 600)) * 100 * money.Yuan
	}
	if d, ok := m.damages[n]; ok {
		d.spoil(f, &f.Notes[d.note])
	}
}

// character draws what kind of business f is.
func (f *Firm) character() {
	f.Town = f.d.pick(townSums)
	f.Private = 1
	switch f.Kind {
	case company:
		f.Trade = f.d.pick(firmTrades)
		if f.d.Chance(35_000) {
			f.Private = 0
		}
	case shop:
		f.Trade = f.d.pick(shopTrades)
	default:
		f.Trade = farming
	}
	f.Tech = 0
	if f.Kind == company && f.d.Below(667) < Trades[f.Trade].tech {
		f.Tech = 1
	}
}

// median sales by kind, in yuan, and the spread around it.
var (
	medianSales = [...]int64{8_000_000, 1_100_000, 1_600_000}
	sigmaSales  = [...]int64{135, 95, 90}
)

// indicators draws sales, and staff and assets that fit them; size follows.
func (f *Firm) indicators() {
	median := medianSales[f.Kind]
	if f.Tech == 1 {
		median = median * 8 / 10
	}
	sales := f.d.skewed(median, sigmaSales[f.Kind])
	f.Sales = roundTo(money.Fen(sales)*money.Yuan, 1000*money.Yuan)
	f.Employees = int(max(1, f.d.skewed(max(1, sales*100/perHead(f.Trade)), 35)/100))
	f.Assets = roundTo(money.Fen(f.d.skewed(sales*8/10, 50))*money.Yuan, 1000*money.Yuan)
	f.truth, _ = party.Size(Trades[f.Trade].Code, f.known())
	f.Size, f.Blank = f.truth, false
}

// perHead returns the yearly sales per head of a trade, in yuan.
func perHead(t int) int64 {
	switch code := Trades[t].Code; {
	case code == "F51":
		return 2_200_000
	case code == "F52":
		return 800_000
	case code[0] == 'E':
		return 900_000
	case code[0] == 'H':
		return 210_000
	case code[0] == 'C':
		return 480_000
	}
	return 380_000
}

// blur makes a few things unknown, as files from many hands have it.
func (f *Firm) blur() {
	switch x := f.d.Below(1000); {
	case x < 30: // the size can be computed
		f.Blank = true
	case x < 42: // it cannot, in most trades
		f.Blank, f.Employees = true, Unknown
	case x < 50:
		f.Blank, f.Assets, f.Sales = true, Unknown, Unknown
	case x < 56:
		f.Sales = Unknown
	case x < 59:
		f.Tech = Unknown
	case x < 62:
		f.Private = Unknown
	}
	if f.Blank {
		f.Size, _ = party.Size(Trades[f.Trade].Code, f.known())
	}
}

// known returns the indicators that are known.
func (f *Firm) known() party.Indicators {
	return party.Indicators{
		Employees: party.Count{N: int64(f.Employees), Known: f.Employees != Unknown},
		Sales:     party.Amount{Fen: f.Sales, Known: f.Sales != Unknown},
		Assets:    party.Amount{Fen: f.Assets, Known: f.Assets != Unknown},
	}
}

// small tells whether f is small or micro as far as its banks can see.
func (f *Firm) small() bool { return f.truth != party.Medium && f.truth != party.Large }

// lines adds up the credit lines: what its notes come to, and room.
func (f *Firm) lines() {
	var sum money.Fen
	for i := range f.Notes {
		sum += f.Notes[i].Line()
	}
	f.CreditLine = sum
	if f.plot == nil && f.d.Chance(4000) {
		f.CreditLine = Unknown
	}
}

// AppendName appends the name of f.
func (f *Firm) AppendName(b []byte) []byte {
	b = fmt.Appendf(b, "演示%06d号", f.N)
	switch f.Kind {
	case company:
		return append(append(b, Trades[f.Trade].word...), "有限公司"...)
	case shop:
		return append(append(b, Trades[f.Trade].word...), "经营部"...)
	}
	return append(b, "果蔬专业合作社"...)
}

// roundTo rounds x down to a multiple of unit.
func roundTo(x, unit money.Fen) money.Fen { return x - x%unit }
