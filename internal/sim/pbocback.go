package sim

import (
	"strconv"

	"changrong/internal/base/money"
	"changrong/internal/sim/city"
)

// putBacking writes the guarantees and the collateral of note i into the messages
// of a month.
func (p *filer) putBacking(f *city.Firm, i, month int) {
	n := 0
	for j := range f.Guarantees {
		if g := &f.Guarantees[j]; g.Note == i {
			n++
			p.putContract(f, g, n, month)
		}
	}
	n = 0
	for j := range f.Collaterals {
		if x := &f.Collaterals[j]; x.Note == i {
			n++
			p.putThing(f, x, n, month)
		}
	}
}

func (p *filer) putContract(f *city.Firm, g *city.Guarantee, n, month int) {
	t, w := &f.Notes[g.Note], p.writers[month][contracts]
	w.Text(city.Lenders[p.bank].ID).Text(t.BranchID()).Text(string(backingID(nil, "BZ", p.bank, p.loan, n))).Text(p.contract)
	w.Text("01").Text("02").Day(g.Start).Day(g.End).Text(inYuan).Fen(t.Principal).Fen(t.Principal).Empty()
	w.Text(uscc).Text(g.Guarantor).Empty().Empty().Text(region).End()
}

func (p *filer) putThing(f *city.Firm, x *city.Collateral, n, month int) {
	t, w := &f.Notes[x.Note], p.writers[month][things]
	w.Text(city.Lenders[p.bank].ID).Text(t.BranchID()).Text(string(backingID(nil, "DC", p.bank, p.loan, n))).Text(p.contract)
	w.Text(string(backingID(nil, "DY", p.bank, p.loan, n))).Text(classCodes[x.Class])
	no := ""
	if x.No > 0 {
		no = strconv.FormatUint(x.No, 10)
	}
	w.Text(no).Flag(true).Text("01").Text("02").Fen(x.Value).Day(t.Disbursed).Empty().Fen(t.Principal).Text("99").End()
}

// putCustomer writes what the bank knows of f; line is the credit line it has there
// at the end of the year.
func (p *filer) putCustomer(f *city.Firm, month int, line money.Fen) {
	w := p.writers[month][customers]
	p.name = f.AppendName(p.name[:0])
	w.Text(city.Lenders[p.bank].ID).Text(string(p.name)).Text(uscc).Text(f.ID).Empty().Empty().Empty().Empty().Empty()
	for _, x := range []money.Fen{f.Assets, f.Sales} {
		if x < 0 {
			w.Empty()
		} else {
			w.Fen(x)
		}
	}
	if f.Employees < 0 {
		w.Empty()
	} else {
		w.Count(int64(f.Employees))
	}
	w.Flag(false).Empty().Empty().Text(region).Empty().Empty()
	w.Text(city.Trades[f.Trade].Code).Text(sizeCode(f)).Text(privateCodes[f.Private]).Empty()
	if f.CreditLine < 0 {
		w.Empty()
	} else {
		w.Fen(line)
	}
	w.Empty().Flag(false).End()
}
