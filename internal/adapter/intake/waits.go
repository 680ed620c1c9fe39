package intake

import (
	"bytes"

	"changrong/internal/fact"
)

// waits tells whether row i of b is about what is still to come: its file may speak
// of that, nobody has told its key, and it lacks what is required. Such a row is not
// taken.
func (m *merger) waits(b *fact.Batch, i int) bool {
	s, t := m.s, m.grid.table
	if s.waits == nil || !fromMessages(t.Name) || !s.waits(m.sup.rel) || m.known(b, i) || !lacks(t, b, i) {
		return false
	}
	var key []byte
	for n, name := range t.Key {
		if n > 0 {
			key = append(key, '/')
		}
		key = b.Vector(name).AppendValue(key, i)
	}
	s.find(ruleWaits.At(s.place(m.origin(b, i), t.Key[len(t.Key)-1], string(key)), "", ""))
	return true
}

// known tells whether somebody has told the key of row i of b.
func (m *merger) known(b *fact.Batch, i int) bool {
	t := m.grid.table
	space, last := uint32(0), b.Vector(t.Key[len(t.Key)-1]).Texts.At(i)
	if len(t.Key) == 2 {
		bank, ok := m.s.banks.Find(b.Vector(t.Key[0]).Texts.At(i))
		if !ok {
			return false
		}
		space = bank
	}
	_, ok := m.grid.keys.FindIn(space, last)
	return ok
}

// lacks tells whether row i of b lacks a column that t requires.
func lacks(t *fact.Table, b *fact.Batch, i int) bool {
	for _, v := range b.Vectors {
		c := t.Column(v.Column.Name)
		if !c.Required {
			continue
		}
		if v.Unknown(i) || c.Type.Textual() && len(bytes.TrimSpace(v.Texts.At(i))) == 0 {
			return true
		}
	}
	return false
}
