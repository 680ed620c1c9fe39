package sim

import (
	"fmt"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// batchRows is how many rows a sheet hands on at once.
const batchRows = 8192

// sink takes batches of rows of one table.
type sink interface {
	Write(*fact.Batch) error
	Close() error
}

// sheet is a table, or some columns of it, being written: row after row, cell after
// cell in the order of the dictionary.
type sheet struct {
	to    sink
	batch *fact.Batch
	at    int // the next cell
	rows  int64
	open  bool // Close is due
}

// newSheet returns a sheet of columns of a table that writes to to.
func newSheet(t *fact.Table, columns []string, to sink) *sheet {
	return &sheet{to: to, batch: fact.NewBatch(t, columns), open: true}
}

// next returns the vector of the next cell.
func (s *sheet) next() *fact.Vector {
	v := s.batch.Vectors[s.at]
	s.at++
	return v
}

// bytes writes a text.
func (s *sheet) bytes(b []byte) { s.next().AppendText(b) }

// text writes a text that is there; an empty one is what empty means in the column.
func (s *sheet) text(t string) {
	if t == "" {
		s.next().AppendEmpty()
		return
	}
	s.next().AppendText([]byte(t))
}

// entry writes a text that the next rows may repeat; no text of the column is
// unknown.
func (s *sheet) entry(b []byte) {
	v := s.next()
	t := &v.Texts
	if len(t.Off) == 0 {
		t.Off = append(t.Off, 0)
	}
	t.Bytes = append(t.Bytes, b...)
	t.Off = append(t.Off, uint32(len(t.Bytes)))
	t.Index = append(t.Index, int32(t.Entries()-1))
	v.SetLen(v.Len() + 1)
}

// again repeats the text of the row before, which it is when the batch began anew.
func (s *sheet) again(b []byte) {
	v := s.batch.Vectors[s.at]
	n := v.Texts.Entries()
	if n == 0 {
		s.entry(b)
		return
	}
	s.at++
	v.Texts.Index = append(v.Texts.Index, int32(n-1))
	v.SetLen(v.Len() + 1)
}

// code writes code i of the column's list.
func (s *sheet) code(i int) {
	v := s.next()
	t := &v.Texts
	if len(t.Off) == 0 {
		t.Off = append(t.Off, 0)
		for _, c := range v.Column.Codes {
			t.Bytes = append(t.Bytes, c.Code...)
			t.Off = append(t.Off, uint32(len(t.Bytes)))
		}
	}
	t.Index = append(t.Index, int32(i))
	v.SetLen(v.Len() + 1)
}

// num writes a number; a negative one is unknown.
func (s *sheet) num(n int64) {
	if n < 0 {
		s.next().AppendEmpty()
		return
	}
	s.next().AppendInt(n)
}

// fen writes an amount; a negative one is unknown.
func (s *sheet) fen(f money.Fen) { s.num(int64(f)) }

// date writes a day; civil.Never is empty.
func (s *sheet) date(d civil.Date) {
	if d == civil.Never {
		s.next().AppendEmpty()
		return
	}
	s.next().AppendInt(int64(d))
}

// bool writes yes or no.
func (s *sheet) bool(b bool) {
	if b {
		s.num(1)
		return
	}
	s.num(0)
}

// end ends the row.
func (s *sheet) end() error {
	if s.at != len(s.batch.Vectors) {
		return fmt.Errorf("sim: a row of %s has %d cells of %d", s.batch.Table.Name, s.at, len(s.batch.Vectors))
	}
	s.at = 0
	s.rows++
	if s.batch.Len() >= batchRows {
		return s.flush()
	}
	return nil
}

// flush hands on what is there.
func (s *sheet) flush() error {
	if s.batch.Len() == 0 {
		return nil
	}
	err := s.to.Write(s.batch)
	s.batch.Reset()
	return err
}

// close hands on the rest and closes the sink.
func (s *sheet) close() error {
	if !s.open {
		return nil
	}
	s.open = false
	err := s.flush()
	if closing := s.to.Close(); err == nil {
		err = closing
	}
	return err
}
