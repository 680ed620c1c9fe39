package server

import (
	"context"
	"slices"

	"changrong/internal/adapter/factfile"
	"changrong/internal/base/civil"
	"changrong/internal/fact"
	"changrong/internal/fact/shelf"
)

// keptLists is for how many policies' periods the office's lists stay in memory.
const keptLists = 8

// lists are the office's lists in memory. It implements benefit.Lists.
type lists struct {
	shelf *shelf.Shelf // nil: nothing is known by them
	asOf  civil.Date
}

// readLists reads a folder of facts.
func readLists(ctx context.Context, dir string) (*lists, error) {
	facts, err := factfile.Open(dir)
	if err != nil {
		return nil, err
	}
	defer facts.Close()
	wanted := []string{"institutions", "branches", "enterprises"}
	s, err := shelf.Read(ctx, facts, func(t *fact.Table) []string {
		if !slices.Contains(wanted, t.Name) {
			return nil
		}
		return t.Stored()
	}, "institution_id")
	return &lists{shelf: s}, err
}

// AsOf implements benefit.Lists.
func (l *lists) AsOf() civil.Date { return l.asOf }

// Enterprise implements benefit.Lists.
func (l *lists) Enterprise(uscc string) map[string]string { return l.row("enterprises", uscc) }

// Institution implements benefit.Lists.
func (l *lists) Institution(uscc string) map[string]string { return l.row("institutions", uscc) }

// Branch implements benefit.Lists.
func (l *lists) Branch(institution, name string) (found map[string]string) {
	if row := l.row("branches", institution, name); row != nil {
		return row
	}
	t := l.table("branches")
	if t == nil {
		return nil
	}
	n := 0
	t.By("institution_id", institution, func(row int32) {
		if called, ok := t.Text(row, "name"); ok && called == name {
			n++
			found = cellsOf(t, row)
		}
	})
	if n != 1 {
		return nil
	}
	return found
}

func (l *lists) table(name string) *shelf.Table {
	if l.shelf == nil {
		return nil
	}
	return l.shelf.Table(name)
}

func (l *lists) row(table string, key ...string) map[string]string {
	t := l.table(table)
	if t == nil {
		return nil
	}
	row := t.Key(key...)
	if row < 0 {
		return nil
	}
	return cellsOf(t, row)
}

// cellsOf is a row as it would be written.
func cellsOf(t *shelf.Table, row int32) map[string]string {
	cells := map[string]string{}
	for i := range t.Of.Columns {
		c := &t.Of.Columns[i]
		if text, ok := t.Text(row, c.Name); ok {
			cells[c.Name] = text
		} else if x, ok := t.Int(row, c.Name); ok {
			v := fact.NewVector(c)
			v.AppendInt(x)
			cells[c.Name] = string(v.AppendValue(nil, 0))
		}
	}
	return cells
}
