package shelf

import "math/bits"

// index finds rows by the texts of some columns: rows whose texts have the same
// hash form a chain, in the order of the facts.
type index struct {
	columns []*column
	heads   []int32 // by hash: the first row of a chain, or -1
	next    []int32 // by row: the next of its chain, or -1
	mask    uint64
}

// indexOn makes the index of columns, or nil when one is not text or was not read.
// A row with one of them unknown is not in it.
func (t *Table) indexOn(names []string) *index {
	x := &index{}
	for _, name := range names {
		place, ok := t.places[name]
		if !ok || t.columns[place].entries == nil {
			return nil
		}
		x.columns = append(x.columns, t.columns[place])
	}
	size := 1 << max(4, bits.Len(uint(t.rows)))
	x.heads, x.next, x.mask = make([]int32, size), make([]int32, t.rows), uint64(size-1)
	for i := range x.heads {
		x.heads[i] = -1
	}
	hashes := x.entryHashes()
	for row := int32(t.rows) - 1; row >= 0; row-- { // from the last, so that chains run forward
		if x.unknown(row) {
			x.next[row] = -1
			continue
		}
		at := x.combined(hashes, row) & x.mask
		x.next[row], x.heads[at] = x.heads[at], row
	}
	return x
}

func (x *index) unknown(row int32) bool {
	for _, c := range x.columns {
		if c.unknown(row) {
			return true
		}
	}
	return false
}

// entryHashes returns the hash of every entry of every column.
func (x *index) entryHashes() [][]uint64 {
	all := make([][]uint64, len(x.columns))
	for i, c := range x.columns {
		all[i] = make([]uint64, len(c.entries))
		for j, text := range c.entries {
			all[i][j] = hash(text)
		}
	}
	return all
}

func (x *index) combined(hashes [][]uint64, row int32) uint64 {
	var h uint64
	for i, c := range x.columns {
		h = mix(h, hashes[i][c.index[row]])
	}
	return h
}

// each calls f with every row that holds these texts, in order.
func (x *index) each(texts []string, f func(row int32)) {
	if len(texts) != len(x.columns) {
		return
	}
	var h uint64
	for _, text := range texts {
		h = mix(h, hash(text))
	}
	for row := x.heads[h&x.mask]; row >= 0; row = x.next[row] {
		if x.holds(row, texts) {
			f(row)
		}
	}
}

func (x *index) holds(row int32, texts []string) bool {
	for i, c := range x.columns {
		if c.entries[c.index[row]] != texts[i] {
			return false
		}
	}
	return true
}

// hash is FNV-1a.
func hash(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}

// mix puts hashes of several texts together, in order.
func mix(h, next uint64) uint64 {
	h = (h ^ next) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}
