package intake

import (
	"bytes"

	"changrong/internal/adapter/pboc"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// Owner says of whom a file may speak: in its tables, Column holds USCC in every
// row where there is such a column; a message is of USCC. With no Column, of
// anybody.
type Owner struct {
	Column string
	USCC   string
}

// ownMessage tells whether a message is of the institution that handed it in.
func (s *store) ownMessage(p *pboc.Package) {
	if s.owner == nil {
		return
	}
	if o := s.owner(p.Path); o.Column != "" && o.USCC != p.Name.Institution {
		s.find(ruleOther.At(fault.Place{File: p.Path, Value: p.Name.Institution}, "", ""))
	}
}

// ownRows tells whether the rows of a supplement are of the institution that
// handed it in. An empty cell is told elsewhere.
func (s *store) ownRows(sup *supplement, b *fact.Batch) {
	if s.owner == nil {
		return
	}
	o := s.owner(sup.rel)
	v := b.Vector(o.Column)
	if o.Column == "" || v == nil {
		return
	}
	for i := range b.Len() {
		if id := v.Texts.At(i); len(id) > 0 && !bytes.Equal(id, []byte(o.USCC)) {
			s.find(ruleOther.At(fault.Place{File: sup.rel, Line: b.LineOf(i), Field: o.Column, Value: string(id)}, "", ""))
		}
	}
}

// Balance is a control sum: the notes of an institution with a balance at the end
// of a month, and their balances together.
type Balance struct {
	Institution string
	Month       string // YYYY-MM
	Notes       int64
	Fen         int64
}

// controlSums returns the balances by institution, in the order they were first
// told, and month.
func (s *store) controlSums() []Balance {
	var sums []Balance
	months := len(s.balances.months)
	by := make([]Balance, s.banks.Len()*months)
	for i, m := range s.balances.months {
		for row, x := range m.fen {
			if x != unknown {
				at := &by[int(s.loans.notes[row].bank)*months+i]
				at.Notes++
				at.Fen += x
			}
		}
	}
	for i, one := range by {
		if one.Notes > 0 {
			one.Institution = string(s.banks.Text(uint32(i / months)))
			one.Month = s.balances.months[i%months].of.String()
			sums = append(sums, one)
		}
	}
	return sums
}
