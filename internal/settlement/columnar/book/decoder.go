package book

import (
	"bytes"

	"changrong/internal/fact"
	"changrong/internal/settlement/columnar/vec"
)

// decoder turns texts that name rows of a table into the rows' numbers, for one
// worker. Texts that repeat, that a dictionary numbers, or that come in the order
// of the keys cost no hashing.
type decoder struct {
	keys   *Keys
	last   uint32 // the row found last
	shy    int    // how many more searches go to the index at once
	missed int    // how many in a row have found nothing nearby
	dict   uint64
	known  []uint32 // by entry of the batch's dictionary
}

const (
	nearby  = 64 // how many rows after the one found last are looked at
	patient = 8  // searches that may find nothing nearby
	sulk    = 64 // searches that then go to the index at once
)

// find returns the row with that key, or NotFound.
func (d *decoder) find(first uint32, text []byte) uint32 {
	if d.shy > 0 {
		d.shy--
	} else if r := d.ahead(first, text); r != NotFound {
		d.last, d.missed = r, 0
		return r
	} else if d.missed++; d.missed >= patient {
		d.shy = sulk
	}
	r := d.keys.find(first, text)
	if r != NotFound {
		d.last = r
	}
	return r
}

// ahead looks for a key from the row found last on, in steps that double, then by
// halving the last of them.
func (d *decoder) ahead(first uint32, text []byte) uint32 {
	n := uint32(d.keys.Len())
	lo := d.last // the key is not before it
	if lo >= n || !d.keys.below(lo, first, text) {
		if lo < n && d.keys.is(lo, first, text) {
			return lo
		}
		return NotFound
	}
	hi := lo
	for step := uint32(1); hi == lo; step *= 2 {
		if step > nearby {
			return NotFound
		}
		if next := min(lo+step, n); next < n && d.keys.below(next, first, text) {
			lo, hi = next, next
		} else {
			hi = next // nor after it
		}
	}
	for lo++; lo < hi; {
		if mid := (lo + hi) / 2; d.keys.below(mid, first, text) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < n && d.keys.is(lo, first, text) {
		return lo
	}
	return NotFound
}

// decode finds the row that each value of v names, together with firsts where
// keys belong to a row. It is UnknownRow where the value is unknown, NoRow where it
// is empty and that has a meaning, NotFound where there is no such row.
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
			if first = firsts[i]; first >= MaxRows {
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

// one finds the row that value i of v names, after prepare.
func (d *decoder) one(v *fact.Vector, i int, first uint32) uint32 {
	entry := -1
	if d.known != nil {
		entry = int(v.Texts.Index[i])
		if r := d.known[entry]; r < MaxRows && d.keys.firstOf(r) == first || r == vec.NoRow {
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
	d.known = resize(d.known, t.Entries())
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
