package fact

import (
	"context"

	"changrong/internal/base/civil"
)

// Texts is a column of texts: entry i is Bytes[Off[i]:Off[i+1]]. With an Index,
// value i is entry Index[i], so that a value that comes a million times is held
// and looked up once.
type Texts struct {
	Bytes []byte
	Off   []uint32 // one more than there are entries
	Index []int32  // nil: value i is entry i
	// Dict numbers the dictionary that the entries are, or is 0: batches with the
	// same number, and from the same process, have the very same entries in the
	// same order, so what is worked out for an entry may be kept by its number. An
	// entry with no value of any row may be there, and two may be equal.
	Dict uint64
}

// Entries returns how many entries there are.
func (t *Texts) Entries() int { return max(0, len(t.Off)-1) }

// Entry returns entry i; it stays valid until the batch is reused.
func (t *Texts) Entry(i int) []byte { return t.Bytes[t.Off[i]:t.Off[i+1]] }

// At returns value i; it stays valid until the batch is reused.
func (t *Texts) At(i int) []byte {
	if t.Index != nil {
		i = int(t.Index[i])
	}
	return t.Entry(i)
}

// Vector is one column of a batch. Of a column whose emptiness has a meaning no
// value is Null: an empty date is civil.Never and an empty text is "".
type Vector struct {
	Column *Column
	Ints   []int64 // values when the type is not textual; 0 where Null
	Texts  Texts   // values when it is; "" where Null
	Null   []bool  // nil when every value is known
	n      int
}

// NewVector returns an empty vector for c.
func NewVector(c *Column) *Vector { return &Vector{Column: c} }

// Len returns how many values v holds.
func (v *Vector) Len() int { return v.n }

// Reset empties v and keeps its memory.
func (v *Vector) Reset() {
	v.Ints, v.Null, v.n = v.Ints[:0], nil, 0
	v.Texts = Texts{Bytes: v.Texts.Bytes[:0], Off: v.Texts.Off[:0]}
}

// Unknown tells whether value i is not known.
func (v *Vector) Unknown(i int) bool { return v.Null != nil && v.Null[i] }

// AppendInt appends a known value of a type that is not textual.
func (v *Vector) AppendInt(x int64) {
	v.Ints = append(v.Ints, x)
	v.grow(false)
}

// AppendText appends a known textual value.
func (v *Vector) AppendText(b []byte) {
	if len(v.Texts.Off) == 0 {
		v.Texts.Off = append(v.Texts.Off, 0)
	}
	v.Texts.Bytes = append(v.Texts.Bytes, b...)
	v.Texts.Off = append(v.Texts.Off, uint32(len(v.Texts.Bytes)))
	v.grow(false)
}

// AppendEmpty appends what an empty cell means in this column.
func (v *Vector) AppendEmpty() {
	known := v.Column.None
	switch {
	case v.Column.Type.Textual():
		if len(v.Texts.Off) == 0 {
			v.Texts.Off = append(v.Texts.Off, 0)
		}
		v.Texts.Off = append(v.Texts.Off, uint32(len(v.Texts.Bytes)))
	case known:
		v.Ints = append(v.Ints, int64(civil.Never))
	default:
		v.Ints = append(v.Ints, 0)
	}
	v.grow(!known)
}

// grow counts one more value; null says that it is unknown.
func (v *Vector) grow(null bool) {
	v.n++
	if null && v.Null == nil {
		v.Null = make([]bool, v.n-1, max(16, 2*v.n))
	}
	if v.Null != nil {
		v.Null = append(v.Null, null)
	}
}

// SetLen tells v, filled by hand, that it holds n values.
func (v *Vector) SetLen(n int) { v.n = n }

// Batch is some rows of one table, column by column.
type Batch struct {
	Table   *Table
	Vectors []*Vector // in the order the reader was asked for
	File    string    // where the rows come from
	Line    int       // the line, or row, of the first of them in File; 0 unknown
	Lines   []int32   // the line of every row; nil when they are Line, Line+1, …
}

// LineOf returns the line, or row, of row i in File; 0 when it is not known.
func (b *Batch) LineOf(i int) int {
	switch {
	case b.Lines != nil:
		return int(b.Lines[i])
	case b.Line == 0:
		return 0
	}
	return b.Line + i
}

// NewBatch returns an empty batch of the named columns.
func NewBatch(t *Table, columns []string) *Batch {
	b := &Batch{Table: t, Vectors: make([]*Vector, len(columns))}
	for i, name := range columns {
		b.Vectors[i] = NewVector(t.Column(name))
	}
	return b
}

// Len returns how many rows b holds.
func (b *Batch) Len() int {
	if len(b.Vectors) == 0 {
		return 0
	}
	return b.Vectors[0].Len()
}

// Vector returns the vector of the named column, or nil.
func (b *Batch) Vector(name string) *Vector {
	for _, v := range b.Vectors {
		if v.Column.Name == name {
			return v
		}
	}
	return nil
}

// Reset empties b and keeps its memory.
func (b *Batch) Reset() {
	b.Line, b.Lines = 0, nil
	for _, v := range b.Vectors {
		v.Reset()
	}
}

// Source is where facts are read from. A table may be read many times, and
// several may be read at once.
type Source interface {
	// Has tells whether there is anything for table, if only an empty file. A
	// table that is not there has no rows, and what others refer to in it is unknown.
	Has(table string) bool
	// Scan reads the named columns of table and calls fn with batches of its rows,
	// from up to workers goroutines at once: worker says which, from 0. A batch is
	// the reader's again when fn returns. A column that the file lacks is empty
	// in every row. Scan stops at the first error, its own or fn's.
	Scan(ctx context.Context, table string, columns []string, workers int, fn func(worker int, b *Batch) error) error
}

// Memory is a Source of batches held in memory, by table name; every batch must
// hold all stored columns of its table.
type Memory map[string]*Batch

// Has tells whether m holds a batch for table.
func (m Memory) Has(table string) bool { return m[table] != nil }

// Scan hands out the whole table at once.
func (m Memory) Scan(_ context.Context, table string, columns []string, _ int, fn func(int, *Batch) error) error {
	b := m[table]
	if b == nil || b.Len() == 0 {
		return nil
	}
	view := &Batch{Table: b.Table, File: b.File, Line: b.Line, Lines: b.Lines, Vectors: make([]*Vector, len(columns))}
	for i, name := range columns {
		view.Vectors[i] = b.Vector(name)
	}
	return fn(0, view)
}
