package vec

import (
	"math"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
)

// Values is a column, or what can be worked out as if it were one.
type Values interface {
	// Read puts the values of rows, which may be UnknownRow or NoRow, into ints,
	// and into unknown 0 where one is known and Unknown where it is not. Of a
	// text it is the number in the dictionary. ints holds anything where unknown.
	Read(rows []uint32, ints []int64, unknown []Truth)
	// Texts returns the dictionary of a textual column, nil for others.
	Texts() *Dict
}

// width is an integer type that columns are held in.
type width interface {
	uint8 | uint16 | uint32 | int32 | int64
}

// Values that stand for unknown, one per width. No fact reaches them.
const (
	null8  = math.MaxUint8
	null16 = math.MaxUint16
	null32 = math.MaxUint32
	nullI  = math.MinInt32
	nullL  = math.MinInt64
)

// Column is a column of a table, held in one of its slices: truths and small
// dictionaries as bytes, larger dictionaries as 16 or 32 bits, days and months as
// 32 bits, everything else as 64.
type Column struct {
	Of    *fact.Column
	bytes []uint8
	short []uint16
	codes []uint32
	days  []int32
	longs []int64
	dict  *Dict
	empty int64 // what it holds in a row that is known not to exist
}

// New returns a column of n values, all to be filled; of texts, wide enough for
// any dictionary.
func New(of *fact.Column, n int) *Column {
	c := &Column{Of: of, empty: int64(civil.Never)}
	switch {
	case of.Type.Textual():
		c.codes = make([]uint32, n)
	case of.Type == fact.Bool:
		c.bytes = make([]uint8, n)
	case of.Type == fact.Date || of.Type == fact.Month:
		c.days = make([]int32, n)
	default:
		c.longs = make([]int64, n)
	}
	return c
}

// NewText returns a column of n texts of dict, which is frozen.
func NewText(of *fact.Column, n int, dict *Dict, empty uint32) *Column {
	c := &Column{Of: of, dict: dict, empty: int64(empty)}
	switch size := dict.Len(); {
	case size < null8:
		c.bytes = make([]uint8, n)
	case size < null16:
		c.short = make([]uint16, n)
	default:
		c.codes = make([]uint32, n)
	}
	return c
}

// Fill sets the values from at on to those of v, which is not textual, at rows.
func (c *Column) Fill(at int, v *fact.Vector, rows []uint32) {
	switch {
	case c.bytes != nil:
		fill(c.bytes[at:], v, rows, null8)
	case c.days != nil:
		fill(c.days[at:], v, rows, nullI)
	default:
		fill(c.longs[at:], v, rows, nullL)
	}
}

func fill[T width](to []T, v *fact.Vector, rows []uint32, null T) {
	for i, r := range rows {
		to[i] = T(v.Ints[r])
	}
	if v.Null == nil {
		return
	}
	for i, r := range rows {
		if v.Null[r] {
			to[i] = null
		}
	}
}

// FillCodes sets the values from at on to numbers in a dictionary, UnknownRow
// where unknown.
func (c *Column) FillCodes(at int, codes []uint32) { copy(c.codes[at:], codes) }

// Copy sets the values from at on to those of from; of texts, as renumber says.
func (c *Column) Copy(at int, from *Column, renumber []uint32) {
	switch {
	case c.dict == nil && c.bytes != nil:
		copy(c.bytes[at:], from.bytes)
	case c.dict == nil && c.days != nil:
		copy(c.days[at:], from.days)
	case c.dict == nil:
		copy(c.longs[at:], from.longs)
	case c.bytes != nil:
		copyCodes(c.bytes[at:], from.codes, renumber, null8)
	case c.short != nil:
		copyCodes(c.short[at:], from.codes, renumber, null16)
	default:
		copyCodes(c.codes[at:], from.codes, renumber, null32)
	}
}

func copyCodes[T width](to []T, codes, renumber []uint32, null T) {
	for i, code := range codes {
		if code == UnknownRow {
			to[i] = null
		} else {
			to[i] = T(renumber[code])
		}
	}
}

// Len returns how many values c holds.
func (c *Column) Len() int {
	return len(c.bytes) + len(c.short) + len(c.codes) + len(c.days) + len(c.longs) // all but one are nil
}

// Permute puts the values in another order: first that of row order[0], and so on.
func (c *Column) Permute(order []uint32) {
	c.bytes = Permute(c.bytes, order)
	c.short = Permute(c.short, order)
	c.codes = Permute(c.codes, order)
	c.days = Permute(c.days, order)
	c.longs = Permute(c.longs, order)
}

// Permute returns values in another order; nil stays nil.
func Permute[T any](values []T, order []uint32) []T {
	if values == nil {
		return nil
	}
	to := make([]T, len(order))
	for i, from := range order {
		to[i] = values[from]
	}
	return to
}

// Texts implements Values.
func (c *Column) Texts() *Dict { return c.dict }

// Read implements Values.
func (c *Column) Read(rows []uint32, ints []int64, unknown []Truth) {
	switch {
	case c.bytes != nil:
		read(c, c.bytes, null8, rows, ints, unknown)
	case c.short != nil:
		read(c, c.short, null16, rows, ints, unknown)
	case c.codes != nil:
		read(c, c.codes, null32, rows, ints, unknown)
	case c.days != nil:
		read(c, c.days, nullI, rows, ints, unknown)
	default:
		read(c, c.longs, nullL, rows, ints, unknown)
	}
}

func read[T width](c *Column, data []T, null T, rows []uint32, ints []int64, unknown []Truth) {
	ints, unknown = ints[:len(rows)], unknown[:len(rows)]
	for i, r := range rows {
		if r >= NoRow {
			ints[i], unknown[i] = c.nowhere(r)
			continue
		}
		x := data[r]
		ints[i] = int64(x)
		unknown[i] = Unknown * bit(x == null)
	}
}

// nowhere is what the column holds where there is no row.
func (c *Column) nowhere(r uint32) (int64, Truth) {
	if r == NoRow && c.Of.None {
		return c.empty, 0
	}
	return 0, Unknown
}

// At returns the value of row r; ok is false where it is unknown.
func (c *Column) At(r uint32) (x int64, ok bool) {
	switch {
	case c.bytes != nil:
		return int64(c.bytes[r]), c.bytes[r] != null8
	case c.short != nil:
		return int64(c.short[r]), c.short[r] != null16
	case c.codes != nil:
		return int64(c.codes[r]), c.codes[r] != null32
	case c.days != nil:
		return int64(c.days[r]), c.days[r] != nullI
	}
	return c.longs[r], c.longs[r] != nullL
}

// Text returns the text of row r; ok is false where it is unknown.
func (c *Column) Text(r uint32) (text string, ok bool) {
	i, ok := c.At(r)
	if !ok {
		return "", false
	}
	return c.dict.At(int(i)), true
}

// Absent is a column of a table that is not in the facts: unknown in every row
// but the one that is known not to exist.
func Absent(of *fact.Column) Values {
	c := New(of, 0)
	if of.Type.Textual() {
		c.dict = new(Dict)
		c.dict.Add(nil)
		c.dict.Freeze()
		c.empty = 0
	}
	return absent{c}
}

type absent struct{ *Column }

// Read implements Values.
func (a absent) Read(rows []uint32, ints []int64, unknown []Truth) {
	for i, r := range rows {
		ints[i], unknown[i] = a.nowhere(r)
	}
}

// bit is 1 for true.
func bit(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}
