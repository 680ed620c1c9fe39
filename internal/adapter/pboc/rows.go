package pboc

import "math"

// Empty is the number of an empty field.
const Empty = math.MinInt64

// Rows are records of one message without an error, in order, by field. They are
// the reader's again when the function they were given to returns.
type Rows struct {
	Name Name
	File string

	text  []byte
	lines []int32
	cells []cells
}

// cells is one field of all rows: nothing, numbers or where their text is.
type cells struct {
	numbers []int64
	spans   []span
}

type span struct{ start, end uint32 }

// Len returns how many rows there are.
func (r *Rows) Len() int { return len(r.lines) }

// Line returns the line of row i in the .dat.
func (r *Rows) Line(i int) int { return int(r.lines[i]) }

// Text returns the text of a field that is not numeric, "" when it is empty.
func (r *Rows) Text(f *Field, i int) []byte {
	s := r.cells[f.No-1].spans[i]
	return r.text[s.start:s.end]
}

// Number returns a numeric field, Empty when it is empty.
func (r *Rows) Number(f *Field, i int) int64 { return r.cells[f.No-1].numbers[i] }

// reset empties r for records of m.
func (r *Rows) reset(m *Message) {
	if cap(r.cells) < len(m.Fields) {
		r.cells = make([]cells, len(m.Fields))
	}
	r.cells = r.cells[:len(m.Fields)]
	r.lines = r.lines[:0]
	for i := range r.cells {
		r.cells[i].numbers = r.cells[i].numbers[:0]
		r.cells[i].spans = r.cells[i].spans[:0]
	}
}

// cut drops what was put down for a row that turned out to have an error.
func (r *Rows) cut() {
	n := len(r.lines)
	for i := range r.cells {
		c := &r.cells[i]
		c.numbers = c.numbers[:min(n, len(c.numbers))]
		c.spans = c.spans[:min(n, len(c.spans))]
	}
}

// drop takes out the rows whose indexes are in bad, which is sorted.
func (r *Rows) drop(bad []int) {
	if len(bad) == 0 {
		return
	}
	r.lines = without(r.lines, bad)
	for i := range r.cells {
		c := &r.cells[i]
		c.numbers, c.spans = without(c.numbers, bad), without(c.spans, bad)
	}
}

// without takes the indexes in bad, which is sorted, out of s.
func without[T any](s []T, bad []int) []T {
	if len(s) == 0 {
		return s
	}
	kept := s[:bad[0]]
	for i := bad[0]; i < len(s); i++ {
		if len(bad) > 0 && bad[0] == i {
			bad = bad[1:]
			continue
		}
		kept = append(kept, s[i])
	}
	return kept
}
