package parquetfile

import (
	"cmp"
	"slices"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/fact"
)

// Reader reads row groups into batches of some columns. One goroutine at a time
// may use it; it keeps its memory from one row group, and file, to the next.
type Reader struct {
	batch   *fact.Batch
	columns []*columnReader
}

// NewReader returns a reader of the columns of t.
func NewReader(t *fact.Table, columns []*fact.Column) *Reader {
	r := &Reader{batch: &fact.Batch{Table: t}}
	for _, c := range columns {
		v := fact.NewVector(c)
		r.batch.Vectors = append(r.batch.Vectors, v)
		r.columns = append(r.columns, &columnReader{vec: v})
	}
	return r
}

// Bad is what is wrong with a value.
type Bad struct {
	Line   int // the number of the row in the file, from 1
	Column *fact.Column
	Text   string // the value
	Err    error
}

// Read reads row group number group of f, each column as plans say, nil where the
// file lacks it, and calls batch with up to size rows at a time. What is wrong
// goes to bad, row by row, and the row is left out.
//
// Errors: parquet.damaged, parquet.unsupported, factfile.unreadable, bad's and batch's.
func (r *Reader) Read(f *File, plans []*Plan, group, size int, bad func(Bad) error, batch func(*fact.Batch) error) error {
	defer func() {
		for _, c := range r.columns {
			c.stop()
		}
	}()
	err := cells.Guarded(f.name, damaged, func() error {
		for i, c := range r.columns {
			if err := c.start(f, plans[i], group); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.batch.File = f.name
	for first, end := f.groups[group], f.groups[group+1]; first < end; {
		n := int(min(int64(size), end-first))
		err := cells.Guarded(f.name, damaged, func() error {
			for _, c := range r.columns {
				if err := c.fill(n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		r.batch.Line, r.batch.Lines = int(first)+1, nil
		if err := r.leaveOut(bad); err != nil {
			return err
		}
		if r.batch.Len() > 0 {
			if err := batch(r.batch); err != nil {
				return err
			}
		}
		first += int64(n)
	}
	return nil
}

// leaveOut tells what is wrong with the rows of the batch and takes them out.
func (r *Reader) leaveOut(report func(Bad) error) error {
	var bad []badRow
	for _, c := range r.columns {
		bad = append(bad, c.bad...)
	}
	if len(bad) == 0 {
		return nil
	}
	slices.SortStableFunc(bad, func(x, y badRow) int { return cmp.Compare(x.row, y.row) })
	b := r.batch
	keep := make([]int32, 0, b.Len())
	row := 0
	for _, x := range bad {
		if err := report(Bad{Line: b.Line + x.row, Column: x.column, Text: x.text, Err: x.err}); err != nil {
			return err
		}
		for ; row < x.row; row++ {
			keep = append(keep, int32(row))
		}
		row = max(row, x.row+1)
	}
	for ; row < b.Len(); row++ {
		keep = append(keep, int32(row))
	}
	for _, v := range b.Vectors {
		keepRows(v, keep)
	}
	for i := range keep {
		keep[i] += int32(b.Line)
	}
	if b.Lines = keep; len(keep) > 0 {
		b.Line = int(keep[0])
	}
	return nil
}

// keepRows leaves in v only the rows in keep, which are in order.
func keepRows(v *fact.Vector, keep []int32) {
	for i, row := range keep {
		switch {
		case !v.Column.Type.Textual():
			v.Ints[i] = v.Ints[row]
		case v.Texts.Index != nil:
			v.Texts.Index[i] = v.Texts.Index[row]
		}
		if v.Null != nil {
			v.Null[i] = v.Null[row]
		}
	}
	switch {
	case !v.Column.Type.Textual():
		v.Ints = v.Ints[:len(keep)]
	case v.Texts.Index != nil:
		v.Texts.Index = v.Texts.Index[:len(keep)]
	default:
		v.Texts.Index = slices.Clone(keep)
	}
	if v.Null != nil {
		v.Null = v.Null[:len(keep)]
	}
	v.SetLen(len(keep))
}
