package factfile

import (
	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/fact"
)

// rows collects rows of cells, from CSV or a sheet, in a batch.
type rows struct {
	batch   *fact.Batch
	columns []*fact.Column
	lines   []int32 // memory of batch.Lines
	errs    []cellError
}

// cellError is what is wrong with a cell of a row.
type cellError struct {
	column *fact.Column
	field  int // of the row
	err    error
}

func newRows(t *fact.Table, columns []*fact.Column) *rows {
	b := &fact.Batch{Table: t, Vectors: make([]*fact.Vector, len(columns))}
	for i, c := range columns {
		b.Vectors[i] = fact.NewVector(c)
	}
	return &rows{batch: b, columns: columns}
}

// reset empties r for rows of file.
func (r *rows) reset(file string) {
	r.batch.Reset()
	r.batch.File = file
}

// add appends the row at line, cell by cell; at holds, for each
// column wanted, its field or -1. When a cell is wrong nothing is appended and
// r.errs says what is.
func (r *rows) add(line int, row [][]byte, at []int) bool {
	r.errs = r.errs[:0]
	n := r.batch.Len()
	for i, v := range r.batch.Vectors {
		if at[i] < 0 {
			v.AppendEmpty()
			continue
		}
		if err := cells.Append(v, row[at[i]]); err != nil {
			r.errs = append(r.errs, cellError{v.Column, at[i], err})
		}
	}
	if len(r.errs) > 0 {
		for _, v := range r.batch.Vectors {
			truncate(v, n)
		}
		return false
	}
	r.note(n, line)
	return true
}

// note keeps the line of row n.
func (r *rows) note(n, line int) {
	b := r.batch
	switch {
	case n == 0:
		b.Line = line
	case b.Lines != nil:
		b.Lines = append(b.Lines, int32(line))
	case line != b.Line+n:
		b.Lines = r.lines[:0]
		for i := range n {
			b.Lines = append(b.Lines, int32(b.Line+i))
		}
		b.Lines = append(b.Lines, int32(line))
	}
	if b.Lines != nil {
		r.lines = b.Lines
	}
}

// full tells whether the batch takes no more rows.
func (r *rows) full() bool { return r.batch.Len() >= batchRows }

// flush hands the rows to out, if there are any, and starts anew.
func (r *rows) flush(out output) error {
	if r.batch.Len() == 0 {
		return nil
	}
	err := out.batch(r.batch)
	r.batch.Reset()
	return err
}

// truncate takes from v, filled by appending, all values after the first n.
func truncate(v *fact.Vector, n int) {
	if v.Len() <= n {
		return
	}
	if v.Column.Type.Textual() {
		v.Texts.Off = v.Texts.Off[:n+1]
		v.Texts.Bytes = v.Texts.Bytes[:v.Texts.Off[n]]
	} else {
		v.Ints = v.Ints[:n]
	}
	if v.Null != nil {
		v.Null = v.Null[:n]
	}
	v.SetLen(n)
}
