// Package intern gives texts small numbers, so that a set of facts of many
// millions of rows is compared and joined by number.
package intern

import (
	"bytes"
	"hash/maphash"
	"math"
)

// Table numbers distinct texts from 0 in the order they come. A text lives in a
// space, itself a number: the notes of a bank are the space of that bank. The
// zero Table is empty. Finding is safe from many goroutines, adding is not.
type Table struct {
	bytes []byte
	texts []text
	slots []uint64 // a power of two; 0 empty, else hash<<32 | number+1
	full  bool
}

// text is one text: it ends at end, and begins where the one before it ends.
type text struct{ end, space uint32 }

// seed differs from run to run, so that nobody can prepare texts that collide.
// Numbers do not depend on it.
var seed = maphash.MakeSeed()

const (
	firstSlots = 64
	maxBytes   = math.MaxUint32
	maxLen     = math.MaxUint32 - 1
)

// Len returns how many texts t holds.
func (t *Table) Len() int { return len(t.texts) }

// Full tells whether a text was left out because t holds 4 GiB or 2^32 texts;
// numbers given since then are not to be used.
func (t *Table) Full() bool { return t.full }

// Text returns text id; it must not be changed.
func (t *Table) Text(id uint32) []byte {
	start, end := uint32(0), t.texts[id].end
	if id > 0 {
		start = t.texts[id-1].end
	}
	return t.bytes[start:end:end]
}

// Space returns the space text id lives in.
func (t *Table) Space(id uint32) uint32 { return t.texts[id].space }

// Find returns the number of b in space 0.
func (t *Table) Find(b []byte) (id uint32, ok bool) { return t.FindIn(0, b) }

// FindIn returns the number of b in space.
func (t *Table) FindIn(space uint32, b []byte) (id uint32, ok bool) {
	if len(t.slots) == 0 {
		return 0, false
	}
	id, _, ok = t.probe(space, b, hash(space, b))
	return id, ok
}

// Add returns the number of b in space 0, a fresh one when b is new.
func (t *Table) Add(b []byte) (id uint32, fresh bool) { return t.AddIn(0, b) }

// AddIn returns the number of b in space, a fresh one when b is new there.
func (t *Table) AddIn(space uint32, b []byte) (id uint32, fresh bool) {
	if 4*(len(t.texts)+1) > 3*len(t.slots) {
		t.grow()
	}
	h := hash(space, b)
	id, slot, ok := t.probe(space, b, h)
	if ok {
		return id, false
	}
	if len(t.bytes)+len(b) > maxBytes || len(t.texts) >= maxLen {
		t.full = true
		return 0, false
	}
	id = uint32(len(t.texts))
	t.bytes = append(t.bytes, b...)
	t.texts = append(t.texts, text{uint32(len(t.bytes)), space})
	t.slots[slot] = h<<32 | uint64(id+1)
	return id, true
}

// probe looks for b from the slot of its hash on, and returns the slot it stands
// in or would stand in.
func (t *Table) probe(space uint32, b []byte, h uint64) (id uint32, slot uint64, ok bool) {
	mask := uint64(len(t.slots) - 1)
	for slot = h & mask; ; slot = (slot + 1) & mask {
		s := t.slots[slot]
		if s == 0 {
			return 0, slot, false
		}
		if s>>32 != h {
			continue
		}
		id = uint32(s) - 1
		if t.texts[id].space == space && bytes.Equal(t.Text(id), b) {
			return id, slot, true
		}
	}
}

func (t *Table) grow() {
	old := t.slots
	t.slots = make([]uint64, max(firstSlots, 2*len(old)))
	mask := uint64(len(t.slots) - 1)
	for _, s := range old {
		if s == 0 {
			continue
		}
		slot := s >> 32 & mask
		for t.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		t.slots[slot] = s
	}
}

// hash returns the 32 bits a text is filed under; tables are never so large
// that more would be needed.
func hash(space uint32, b []byte) uint64 {
	h := maphash.Bytes(seed, b) ^ uint64(space)*0x9E3779B97F4A7C15
	return (h ^ h>>32) & math.MaxUint32
}
