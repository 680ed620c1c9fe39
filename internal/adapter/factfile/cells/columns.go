package cells

import (
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// FinestRate is the unit of rates in files: five decimals of a percent.
const FinestRate = int64(money.Percent / 100_000)

// Columns looks up the columns of t's files that are wanted, one at least.
// Error: factfile.column, a defect of the caller.
func Columns(t *fact.Table, names []string) ([]*fact.Column, error) {
	if len(names) == 0 {
		return nil, fault.New(fault.Internal, "factfile.column", "没有指定要读的列", "no column to read was named")
	}
	cols := make([]*fact.Column, len(names))
	for i, name := range names {
		c := t.Column(name)
		if c == nil || c.Derived {
			return nil, &fault.Error{
				Kind: fault.Internal, Code: "factfile.column", At: fault.Place{Field: name},
				Zh: "表 " + t.Name + " 的文件没有这一列", En: "files of table " + t.Name + " have no such column",
			}
		}
		cols[i] = c
	}
	return cols, nil
}

// Written returns the columns to write to a file of t, in the dictionary's order:
// the named ones, or all when none is named.
func Written(t *fact.Table, names []string) ([]*fact.Column, error) {
	stored := t.Stored()
	if len(names) == 0 {
		names = stored
	}
	cols, err := Columns(t, names)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(cols, func(a, b *fact.Column) int {
		return slices.Index(stored, a.Name) - slices.Index(stored, b.Name)
	})
	return cols, nil
}

// Vectors returns the vectors of b that hold the columns; nil where it has none.
func Vectors(b *fact.Batch, columns []*fact.Column) []*fact.Vector {
	vectors := make([]*fact.Vector, len(columns))
	for i, c := range columns {
		vectors[i] = b.Vector(c.Name)
	}
	return vectors
}

// Writable tells whether value i of v, of column c, is written or left empty; v
// is nil where the batch has no such column.
//
// Errors: fact.required, money.finer (a rate finer than FinestRate).
func Writable(c *fact.Column, v *fact.Vector, i int) (bool, error) {
	if isEmpty(v, i) {
		if c.Required {
			return false, fault.Invalidf("fact.required", "“%s”不能为空", "%s is required", c.Name).In(fault.Place{Field: c.Name})
		}
		return false, nil
	}
	if c.Type == fact.Rate && v.Ints[i]%FinestRate != 0 {
		return false, fact.NewVector(c).AppendCell(v.AppendValue(nil, i))
	}
	return true, nil
}

// isEmpty tells whether value i of v is what an empty cell means.
func isEmpty(v *fact.Vector, i int) bool {
	switch {
	case v == nil || v.Unknown(i):
		return true
	case v.Column.Type.Textual():
		return len(v.Texts.At(i)) == 0
	case v.Column.None && v.Column.Type == fact.Date:
		return v.Ints[i] == int64(civil.Never)
	}
	return false
}
