package city

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/party"
)

// plot is a case worth seeing: who plays it, and the notes it needs.
type plot struct {
	zh     string
	wan    int64 // yearly sales, 万元
	people int
	tech   int
	alter  func(*Firm) // after the indicators
	scenes []scene
	after  func(*Firm) // when notes, guarantees and collateral stand
}

// scene is one note of a plot.
type scene struct {
	bank     int
	on       civil.Date
	months   int
	wan      int64
	first    int
	security int
	xinbao   bool
	tech     bool       // at the bank's technology branch
	closed   civil.Date // 0: when it is due
}

// firstPlot is the enterprise that plays the first plot; the others follow it.
const firstPlot = 10

// repeats is how often, in a million, a later enterprise plays one again.
const repeats = 500

// plotOf returns the plot that enterprise n plays, nil for nearly all.
func plotOf(n int, m *Model, d *Dice) *plot {
	if m.kindOf(n) != company {
		return nil
	}
	if i := n - firstPlot; i >= 0 && i < len(plots) {
		return &plots[i]
	}
	if n >= 1000 && d.Chance(repeats) {
		return &plots[d.Below(len(plots))]
	}
	return nil
}

// plots: every one shows what a reviewer must see, or what an engine gets wrong.
var plots = []plot{
	{zh: "首贷户贷款超过单户限额", wan: 1800, people: 60, scenes: []scene{
		{bank: rural1, on: Day(2021, 7, 1), months: 12, wan: 1500, first: 1, security: realEstate},
	}},
	{zh: "两家银行先后认定同一首贷户", wan: 900, people: 35, scenes: []scene{
		{bank: city1, on: Day(2021, 5, 12), months: 12, wan: 160, first: 1},
		{bank: city2, on: Day(2021, 6, 3), months: 12, wan: 200, first: 1},
		{bank: city1, on: Day(2021, 10, 8), months: 12, wan: 90},
	}},
	{zh: "两家银行同日认定同一首贷户", wan: 700, people: 28, scenes: []scene{
		{bank: rural1, on: Day(2021, 8, 16), months: 12, wan: 120, first: 1},
		{bank: state2, on: Day(2021, 8, 16), months: 24, wan: 180, first: 1},
	}},
	{zh: "认定为首贷户而此前已有贷款", wan: 650, people: 25, scenes: []scene{
		{bank: rural1, on: Day(2020, 5, 11), months: 12, wan: 80},
		{bank: city1, on: Day(2021, 9, 8), months: 12, wan: 150, first: 1},
	}},
	{zh: "科技型企业多家银行合计超过单户限额", wan: 2600, people: 90, tech: 1, scenes: []scene{
		{bank: city3, on: Day(2020, 11, 12), months: 24, wan: 900, security: pledged},
		{bank: rural1, on: Day(2021, 1, 12), months: 24, wan: 800, security: movable},
		{bank: state3, on: Day(2020, 12, 3), months: 36, wan: 500},
	}},
	{zh: "科技支行贴息超过单户上限", wan: 2950, people: 110, tech: 1, scenes: []scene{
		{bank: city1, on: Day(2020, 10, 20), months: 36, wan: 900, tech: true, security: pledged},
		{bank: rural1, on: Day(2021, 1, 15), months: 36, wan: 700, tech: true},
	}},
	{
		zh: "申报规模与指标不符", wan: 52_000, people: 420, alter: func(f *Firm) { f.Size = party.Micro },
		scenes: []scene{{bank: state1, on: Day(2021, 2, 24), months: 12, wan: 3000, security: realEstate}},
	},
	{zh: "月末冲高", wan: 5200, people: 80, scenes: []scene{
		{bank: city3, on: Day(2021, 6, 28), months: 6, wan: 2000, closed: Day(2021, 7, 2)},
	}},
	{
		zh: "规模不明的首贷户", wan: 480, people: 22, alter: func(f *Firm) { f.Size, f.Employees = "", Unknown },
		scenes: []scene{{bank: city2, on: Day(2021, 4, 19), months: 12, wan: 100, first: 1}},
	},
	{zh: "是否首贷不明", wan: 560, people: 24, scenes: []scene{
		{bank: rural1, on: Day(2021, 3, 22), months: 12, wan: 130, first: Unknown},
	}},
	{zh: "一笔贷款两个信保担保", wan: 820, people: 31, scenes: []scene{
		{bank: city1, on: Day(2021, 3, 3), months: 12, wan: 260, security: guaranteed, xinbao: true},
	}, after: shareGuarantee},
	{zh: "首贷认定晚于他行贷款", wan: 760, people: 33, scenes: []scene{
		{bank: state1, on: Day(2021, 2, 9), months: 12, wan: 110},
		{bank: city2, on: Day(2021, 4, 9), months: 12, wan: 170, first: 1},
	}},
	{zh: "两家银行同日首保", wan: 540, people: 23, scenes: []scene{
		{bank: city2, on: Day(2021, 9, 15), months: 12, wan: 95, security: guaranteed, xinbao: true},
		{bank: city1, on: Day(2021, 9, 15), months: 12, wan: 105, security: guaranteed, xinbao: true},
	}, after: bothFirst},
	{zh: "动产登记年内注销", wan: 1200, people: 45, scenes: []scene{
		{bank: rural1, on: Day(2021, 1, 20), months: 24, wan: 320, security: movable},
	}, after: cancelEarly},
}

// cast makes f what its plot needs: a private factory whose indicators are known.
func (p *plot) cast(f *Firm) {
	for Trades[f.Trade].Code[0] != 'C' {
		f.Trade = f.d.pick(firmTrades)
	}
	f.Private, f.Tech, f.Employees = 1, p.tech, p.people
	f.Sales = money.Fen(p.wan) * money.Wan
	f.Assets = f.Sales * 9 / 10
	f.truth, _ = party.Size(Trades[f.Trade].Code, f.known())
	f.Size = f.truth
	if p.alter != nil {
		p.alter(f)
	}
}

// act writes the notes of f's plot; the scenes of one bank stand together.
func (m *Model) act(f *Firm) {
	for i, s := range f.plot.scenes {
		if !f.newBank(i) {
			continue
		}
		for _, again := range f.plot.scenes[i:] {
			if again.bank == s.bank {
				f.Notes = append(f.Notes, f.stage(&again))
			}
		}
	}
	for i := range f.Notes {
		t := &f.Notes[i]
		f.live(t)
		m.back(f, i)
	}
	if f.plot.after != nil {
		f.plot.after(f)
	}
}

// newBank tells whether no scene before i is of the same bank.
func (f *Firm) newBank(i int) bool {
	for _, s := range f.plot.scenes[:i] {
		if s.bank == f.plot.scenes[i].bank {
			return false
		}
	}
	return true
}

// stage makes the note of a scene: repaid in one sum, on time or when the scene
// says.
func (f *Firm) stage(s *scene) Note {
	t := Note{
		Bank: s.bank, Outlet: outletsOf[s.bank], Project: None, Principal: money.Fen(s.wan) * money.Wan,
		Months: s.months, Disbursed: s.on, Due: later(s.on, s.months), First: s.first, Security: s.security,
		xinbao: s.xinbao, Extended: civil.Never, Overdue: civil.Never, watched: civil.Never,
	}
	for i := range f.Notes {
		if f.Notes[i].Bank == s.bank {
			t.Seq++
		}
	}
	t.plan = plan{pattern: bullet, fate: inTime, end: t.Due, how: repay}
	if s.closed != 0 {
		t.plan.fate, t.plan.end = early, s.closed
	}
	if s.tech {
		t.Outlet = techBranch(s.bank)
	}
	t.Rate = LPR(s.on, s.months) + BP(Lenders[s.bank].spread+discounts[s.security])
	return t
}

// shareGuarantee puts the guarantee company beside the fund, in the same scheme.
func shareGuarantee(f *Firm) {
	g := f.Guarantees[0]
	f.Guarantees[0].Share = 60 * money.Percent
	g.Guarantor, g.Share, g.Fee, g.First = Lenders[guarantor2].ID, 20*money.Percent, 0, 0
	f.Guarantees = append(f.Guarantees, g)
}

// bothFirst has both banks attest the first guarantee.
func bothFirst(f *Firm) {
	for i := range f.Guarantees {
		f.Guarantees[i].First, f.Guarantees[i].Released = 1, civil.Never
	}
}

// cancelEarly has everything behind the first note well registered, and cancelled
// before the year's end.
func cancelEarly(f *Firm) {
	for i := range f.Collaterals {
		c := &f.Collaterals[i]
		c.No, c.Party, c.UnknownDay = f.number(), Lenders[f.Notes[c.Note].Bank].ID, false
		c.Registered, c.Cancelled = f.Notes[c.Note].Disbursed, Day(2021, 9, 30)
	}
}
