package book

import (
	"slices"
	"strings"

	"changrong/internal/fact"
	"changrong/internal/settlement/columnar/vec"
)

// Table is what is held of a table, in the order of its keys.
type Table struct {
	Keys *Keys
	Cols map[string]*vec.Column // whose values are looked at, by name

	of        *fact.Table
	keyed     keyed
	read      []string // the columns that were read, in the order of the dictionary
	inst, ent []uint32 // parties by number, where the rows have a link to them
	links     map[string][]uint32
}

// keyed says what a key is made of.
type keyed uint8

const (
	byText keyed = iota // all its columns as one text
	byBank              // an institution and the rest
	byNote              // a note and the rest
)

// partOf is what separates the columns of a key that is one text; no cell holds it.
const partOf = "\x00"

func (n *needs) keyedOf(t *fact.Table) keyed {
	switch {
	case t.Name != "loans" && t.Key[0] == "institution_id" && n.partitioned(t.Name):
		return byNote
	case t.LinkTo("institutions") != nil && t.Key[0] == "institution_id":
		return byBank
	}
	return byText
}

// rest returns the columns of the key that make its text.
func (k keyed) rest(t *fact.Table) []string {
	switch k {
	case byNote:
		return t.Key[2:]
	case byBank:
		return t.Key[1:]
	}
	return t.Key
}

// Rows returns how many rows there are.
func (t *Table) Rows() int { return t.Keys.Len() }

// InstOf returns the number of the institution of a row, UnknownRow where there is
// none or it is unknown.
func (t *Table) InstOf(r uint32) uint32 {
	switch {
	case t.inst != nil:
		return t.inst[r]
	case t.of.Name == "institutions":
		return r
	}
	return vec.UnknownRow
}

// EntOf returns the number of the enterprise of a row.
func (t *Table) EntOf(r uint32) uint32 {
	switch {
	case t.ent != nil:
		return t.ent[r]
	case t.of.Name == "enterprises":
		return r
	}
	return vec.UnknownRow
}

// Subject returns the last column of the key of a row.
func (t *Table) Subject(r uint32) string {
	text := t.Keys.At(r)
	return text[strings.LastIndexByte(text, partOf[0])+1:]
}

// Key returns the columns of the key of a row, where it is one text.
func (t *Table) Key(r uint32) []string { return strings.Split(t.Keys.At(r), partOf) }

// Int returns a number or date of a row, 0 when it is unknown.
func (t *Table) Int(column string, r uint32) int64 {
	x, ok := t.Cols[column].At(r)
	if !ok {
		return 0
	}
	return x
}

// Linked returns where a link of a row leads, UnknownRow where it is not followed.
func (t *Table) Linked(link string, r uint32) uint32 {
	if to := t.links[link]; to != nil {
		return to[r]
	}
	return vec.UnknownRow
}

// bucketOf is a fixed function of an enterprise's id, FNV-1a folded to a byte: it
// decides which partition holds its notes, and the order of digests.
func bucketOf(enterprise string) uint8 {
	h := uint32(2166136261)
	for i := range len(enterprise) {
		h = (h ^ uint32(enterprise[i])) * 16777619
	}
	return uint8(h ^ h>>8 ^ h>>16 ^ h>>24)
}

// buckets is how many buckets there are, and so how many partitions at most.
const buckets = 256

// span is the buckets of a partition, from one to before another.
type span struct{ from, to int }

func (s span) holds(bucket uint8) bool { return int(bucket) >= s.from && int(bucket) < s.to }

// spanOf returns partition p of n.
func spanOf(p, n int) span { return span{p * buckets / n, (p + 1) * buckets / n} }

// keyTexts returns the key of a row, column by column.
func (b *Book) keyTexts(t *Table, p *Part, r uint32) []string {
	rest := strings.Split(t.Keys.At(r), partOf)
	switch t.keyed {
	case byBank:
		return slices.Insert(rest, 0, b.Insts.At(t.Keys.first[r]))
	case byNote:
		notes := p.tables["loans"]
		n := t.Keys.first[r]
		return slices.Insert(rest, 0, b.Insts.At(notes.inst[n]), notes.Keys.At(n))
	}
	return rest
}
