package columnar

import (
	"bytes"

	"changrong/internal/fact"
	"changrong/internal/settlement/columnar/vec"
)

// decoder turns texts that name rows of a table into the rows' numbers, for one
// worker. Texts that repeat, that a dictionary numbers, or that come in the order
// of the keys cost no hashing.
type decoder struct {
	keys  *keys
	last  uint32 // the row found last
	dict  uint64
	known []uint32 // by entry of the batch's dictionary
}

// nearby is how many rows from the one found last are tried first.
const nearby = 4

func (d *decoder) find(first uint32, text []byte) uint32 {
	n := uint32(d.keys.len())
	for r := d.last; r < min(n, d.last+nearby); r++ {
		if d.keys.is(r, first, text) {
			d.last = r
			return r
		}
	}
	r := d.keys.find(first, text)
	if r != notFound {
		d.last = r
	}
	return r
}

// decode finds the row that each value of v names, together with firsts where
// keys belong to a row. It is UnknownRow where the value is unknown, NoRow where it
// is empty and that has a meaning, notFound where there is no such row.
func (d *decoder) decode(v *fact.Vector, firsts, to []uint32) {
	d.prepare(v, len(to))
	t := &v.Texts
	for i := range to {
		if v.Unknown(i) {
			to[i] = vec.UnknownRow
			continue
		}
		first := uint32(0)
		if firsts != nil {
			if first = firsts[i]; first >= maxRows {
				to[i] = first
				continue
			}
		}
		if i > 0 && same(t, i) && (firsts == nil || firsts[i-1] == first) && !v.Unknown(i-1) {
			to[i] = to[i-1]
			continue
		}
		to[i] = d.one(v, i, first)
	}
}

func (d *decoder) one(v *fact.Vector, i int, first uint32) uint32 {
	entry := -1
	if d.known != nil {
		entry = int(v.Texts.Index[i])
		if r := d.known[entry]; r < maxRows && d.keys.firstOf(r) == first || r == vec.NoRow {
			return r
		}
	}
	text := v.Texts.At(i)
	r := vec.NoRow
	if len(text) > 0 || !v.Column.None {
		r = d.find(first, text)
	}
	if entry >= 0 {
		d.known[entry] = r
	}
	return r
}

// prepare keeps or empties what is known of the entries of v's dictionary. One
// that is larger than the batch, and not the last one again, is not worth it.
func (d *decoder) prepare(v *fact.Vector, rows int) {
	t := &v.Texts
	switch {
	case t.Index == nil || t.Dict == 0 && t.Entries() > rows:
		d.known, d.dict = nil, 0
		return
	case t.Dict != 0 && t.Dict == d.dict:
		return
	}
	d.dict = t.Dict
	if cap(d.known) < t.Entries() {
		d.known = make([]uint32, t.Entries())
	}
	d.known = d.known[:t.Entries()]
	for i := range d.known {
		d.known[i] = unresolved
	}
}

// same tells whether value i of t is the one before it.
func same(t *fact.Texts, i int) bool {
	if t.Index != nil {
		return t.Index[i] == t.Index[i-1]
	}
	return bytes.Equal(t.Entry(i), t.Entry(i-1))
}
