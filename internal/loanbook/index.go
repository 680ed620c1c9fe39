package loanbook

import (
	"bytes"
	"slices"

	"changrong/internal/fact"
	"changrong/internal/loanbook/intern"
)

// index numbers the rows of one table by key: in order of their lines, and after
// them what others refer to and is not there.
type index struct {
	table *fact.Table
	there bool // the source has the table
	ids   intern.Table
	known int // rows below it exist; the rest are only referred to
}

// none is the number of what an empty cell refers to.
const none = ^uint32(0)

// ref is one link of the table being read.
type ref struct {
	link   *fact.Link
	to     *index
	space  *ref // of two columns, the link by the first
	column *fact.Vector
	silent bool   // it is reported elsewhere when the link leads nowhere
	id     uint32 // of the current row; none when it refers to nothing

	// What was looked up last: a text, or the entries of a dictionary.
	last      []byte
	lastSpace uint32
	lastID    uint32
	warm      bool
	dict      uint64
	entries   []entry
}

// entry is what an entry of a dictionary is in a space; number 0 is not looked
// up yet, else the number is one more.
type entry struct{ space, number uint32 }

// resolve sets r.id for row i.
func (r *ref) resolve(i int) {
	space := uint32(0)
	if r.space != nil {
		space = r.space.id
	}
	t := &r.column.Texts
	b := t.At(i)
	if len(b) == 0 || space == none {
		r.id = none
		return
	}
	if t.Dict != 0 && t.Index != nil {
		r.id = r.resolveEntry(t, i, space)
		return
	}
	if !r.warm || r.lastSpace != space || !bytes.Equal(r.last, b) {
		r.lastID, _ = r.to.ids.AddIn(space, b)
		r.last, r.lastSpace, r.warm = append(r.last[:0], b...), space, true
	}
	r.id = r.lastID
}

// resolveEntry looks an entry of a dictionary up once in a space.
func (r *ref) resolveEntry(t *fact.Texts, i int, space uint32) uint32 {
	if r.dict != t.Dict {
		r.dict = t.Dict
		r.entries = slices.Grow(r.entries[:0], t.Entries())[:t.Entries()]
		clear(r.entries)
	}
	e := &r.entries[t.Index[i]]
	if e.number == 0 || e.space != space {
		id, _ := r.to.ids.AddIn(space, t.At(i))
		*e = entry{space, id + 1}
	}
	return e.number - 1
}

// missing tells whether the row refers to what is not there.
func (r *ref) missing() bool { return r.id != none && r.to.there && int(r.id) >= r.to.known }
