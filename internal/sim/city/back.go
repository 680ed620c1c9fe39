package city

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// Guarantee is one guarantee behind a note.
type Guarantee struct {
	Note        int // in firm.notes
	Guarantor   string
	Scheme      string
	Share, Fee  money.Rate // unknown: -1
	Start, End  civil.Date
	Released    civil.Date
	First       int
	Compensated civil.Date
	Paid        money.Fen
}

// xinbaoShares are what the guarantee system carries of a bank's notes, in percent,
// by the bank's contract with the fund: 80 as a rule, less with some, so that it
// matters to the gate whether whole notes or shares are counted.
var xinbaoShares = [...]money.Fen{80, 80, 50, 80, 70}

func xinbaoShare(bank int) money.Fen { return xinbaoShares[bank%len(xinbaoShares)] }

// Collateral is one thing behind a note.
type Collateral struct {
	Note       int
	Class      int
	Value      money.Fen
	No         uint64 // registration number; 0 none
	Registered civil.Date
	UnknownDay bool // registered on a day nobody wrote down
	Cancelled  civil.Date
	Party      string
}

// The classes of collateral. The first four are 四类动产.
const (
	equipment = iota
	rawMaterial
	semiFinished
	product
	receivable
	warehouseReceipt
	trademark
	patent
	estate
	deposit
)

// Classes are their codes in the dictionary.
var Classes = [...]string{
	"equipment", "raw_material", "semi_finished", "product", "receivable", "warehouse_receipt",
	"trademark", "patent", "real_estate", "deposit",
}

var (
	movableSums = running(46, 19, 11, 24)
	pledgedSums = running(48, 10, 9, 13, 0, 20) // from receivable on
	feeSums     = running(30, 35, 25, 10)
	fees        = [...]money.Rate{0, BP(50), BP(75), BP(100)}
)

// back writes the guarantees and the collateral of note at.
func (m *Model) back(f *Firm, at int) {
	switch f.Notes[at].Security {
	case guaranteed, jointly:
		m.guarantee(f, at)
	case realEstate:
		f.mortgage(at)
	case movable:
		for range f.d.between(1, 2) {
			f.pledge(at, f.d.pick(movableSums))
		}
	case pledged:
		class := receivable + f.d.pick(pledgedSums)
		if f.Tech == 1 && f.d.Chance(400_000) {
			class = patent
		}
		f.pledge(at, class)
	case mixed:
		f.mortgage(at)
		f.pledge(at, f.d.pick(movableSums))
	}
}

// guarantee writes who guarantees note at: the fund, the guarantee company, or
// another enterprise.
func (m *Model) guarantee(f *Firm, at int) {
	t := &f.Notes[at]
	g := Guarantee{
		Note: at, Start: t.Disbursed, End: t.Due, Released: civil.Never, Compensated: civil.Never,
		Share: Unknown, Fee: Unknown, First: Unknown,
	}
	switch x := f.d.Below(100); {
	case t.xinbao:
		f.xinbao(t, &g)
	case x < 40:
		n := f.d.Below(m.shops)
		if n == f.N {
			return
		}
		g.Guarantor, g.Scheme = m.code(n), "corporate"
	case x < 47:
		g.Guarantor, g.Scheme = Lenders[guarantor2].ID, "commercial"
		g.Share, g.Fee = money.One, BP(f.d.between(120, 200))
	default:
		return // by a person, of whom nothing is said here
	}
	if t.Extended != civil.Never && f.d.Chance(700_000) {
		g.End = t.Extended
	}
	if t.Closed != civil.Never && g.Compensated == civil.Never {
		g.Released = t.Closed
	}
	f.Guarantees = append(f.Guarantees, g)
}

// xinbao fills g with what the fund agreed to for t.
func (f *Firm) xinbao(t *Note, g *Guarantee) {
	g.Guarantor, g.Scheme = Lenders[fund].ID, "xinbao"
	g.Share, g.Fee = money.Rate(xinbaoShare(t.Bank))*money.Percent, fees[f.d.pick(feeSums)]
	switch x := f.d.Below(1000); {
	case f.guaranteedBefore:
		g.First = 0
	case x < 620:
		g.First = 1
	case x < 997:
		g.First = 0
	}
	f.guaranteedBefore = true
	if f.d.Chance(12_000) { // let go before the note was paid back
		g.Released = min(t.Disbursed+civil.Date(f.d.between(40, 300)), g.End)
		if g.Released > LastDay {
			g.Released = civil.Never
		}
	}
	if t.plan.fate == overdue && t.Closed != civil.Never {
		g.Compensated = t.Closed
		left := t.Principal
		for _, e := range f.Events[t.From:t.To] {
			if e.Kind == repay && e.On < t.Closed {
				left -= e.Amount
			}
		}
		g.Paid = left * xinbaoShare(t.Bank) / 100
	}
}

// mortgage puts real estate behind note at.
func (f *Firm) mortgage(at int) {
	t := &f.Notes[at]
	f.Collaterals = append(f.Collaterals, Collateral{
		Note: at, Class: estate, No: f.number(),
		Value:      roundTo(t.Principal*100/money.Fen(f.d.between(45, 70)), money.Wan),
		Registered: t.Disbursed - civil.Date(f.d.between(1, 12)), Cancelled: t.Closed, Party: Lenders[t.Bank].ID,
	})
}

// pledge puts a thing of a class behind note at. Registration is where movables go
// wrong: none, late, of another party, cancelled too early, or on an unknown day.
func (f *Firm) pledge(at, class int) {
	t := &f.Notes[at]
	c := Collateral{
		Note: at, Class: class, No: f.number(),
		Value:      roundTo(t.Principal*100/money.Fen(f.d.between(40, 90)), 1000*money.Yuan),
		Registered: t.Disbursed - civil.Date(f.d.between(0, 15)), Cancelled: t.Closed, Party: Lenders[t.Bank].ID,
	}
	switch x := f.d.Below(1000); {
	case x < 110:
		c.No, c.Registered, c.Cancelled = 0, civil.Never, civil.Never
	case x < 180:
		c.Registered = t.Disbursed + civil.Date(f.d.between(3, 60))
	case x < 184:
		c.Party = Lenders[fund].ID
	case x < 265:
		c.Cancelled = min(c.Cancelled, t.Disbursed+civil.Date(f.d.between(30, 200)))
	case x < 271:
		c.UnknownDay = true
	}
	if c.Cancelled >= LastDay {
		c.Cancelled = civil.Never
	}
	c.Registered = min(c.Registered, c.Cancelled)
	f.Collaterals = append(f.Collaterals, c)
}

// number draws a registration number of 19 digits.
func (f *Firm) number() uint64 {
	return 5_000_000_000_000_000_000 + f.d.src.Uint64()%1_000_000_000_000_000_000
}
