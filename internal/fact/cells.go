package fact

import (
	"maps"
	"slices"

	"changrong/internal/base/fault"
)

// FromCells makes a Source of rows written out by hand, as pack cases and tests
// hold them: by table, each row a map from column to cell, as AppendCell reads
// it. A column that a row does not mention is empty there. A table with no rows
// is there and empty.
//
// Errors: fact.table, fact.column, and those of AppendCell, each placed by file
// (the table), line (the row, from 1) and field.
func FromCells(tables map[string][]map[string]string) (Memory, error) {
	return fromCells(tables, (*Vector).AppendCell)
}

// FromExample is FromCells for worked examples, in which the code of a party may
// be any text: "bank-a" reads better than eighteen characters.
func FromExample(tables map[string][]map[string]string) (Memory, error) {
	return fromCells(tables, func(v *Vector, cell []byte) error {
		if v.Column.Type != USCC || len(cell) == 0 {
			return v.AppendCell(cell)
		}
		if err := checkFreeText(cell); err != nil {
			return err
		}
		v.AppendText(cell)
		return nil
	})
}

func fromCells(tables map[string][]map[string]string, read func(*Vector, []byte) error) (Memory, error) {
	m := Memory{}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		t := Lookup(name)
		if t == nil {
			return nil, fault.Invalidf("fact.table", "没有名为“%s”的事实表", "there is no table %q", fault.Clip(name))
		}
		b := NewBatch(t, t.Stored())
		b.File, b.Line = name, 1
		for i, row := range tables[name] {
			if err := appendRow(b, row, read); err != nil {
				return nil, fault.Of(err).In(fault.Place{File: name, Line: i + 1})
			}
		}
		m[name] = b
	}
	return m, nil
}

// appendRow reads the cells of one row into b.
func appendRow(b *Batch, row map[string]string, read func(*Vector, []byte) error) error {
	for _, name := range slices.Sorted(maps.Keys(row)) {
		if b.Vector(name) == nil {
			return fault.Invalidf("fact.column", "表中没有名为“%s”的列", "the table has no column %q", fault.Clip(name)).In(fault.Place{Field: name})
		}
	}
	for _, v := range b.Vectors {
		cell := row[v.Column.Name]
		if err := read(v, []byte(cell)); err != nil {
			return fault.Of(err).In(fault.Place{Field: v.Column.Name, Value: cell})
		}
	}
	return nil
}
