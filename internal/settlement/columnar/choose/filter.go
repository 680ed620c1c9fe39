package choose

import (
	"changrong/internal/base/civil"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement/columnar/book"
	"changrong/internal/settlement/columnar/vec"
)

// Filter is conditions on rows of a table in a partition, all of which are to hold;
// or one number of the row.
type Filter struct {
	programs []*vec.Program
	bits     [][]int // by program and variable: its place among the names
	paths    []vec.Path
	names    *Names
}

// Filter binds expressions on rows of t, which belong to rows of parent if that is
// not nil. Both are in the facts.
func (r *Run) Filter(p *book.Part, t, parent *fact.Table, es []*expr.Expr, names *Names) (*Filter, error) {
	b := &binder{book: r.Book, part: p, plan: r.Plan, table: t, parent: parent, paths: []vec.Path{{}}, known: map[string]int{}}
	f := &Filter{names: names}
	for _, e := range es {
		program, err := vec.Compile(e, b.bind)
		if err != nil {
			return nil, err
		}
		var bits []int
		for _, v := range program.Vars() {
			bits = append(bits, names.place(v))
		}
		f.programs, f.bits = append(f.programs, program), append(f.bits, bits)
	}
	f.paths = b.paths
	return f, nil
}

// binder finds the columns of variables.
type binder struct {
	book          *book.Book
	part          *book.Part
	plan          *policy.Plan
	table, parent *fact.Table
	paths         []vec.Path
	known         map[string]int // paths by owner
}

// bind is a vec.Bind.
func (b *binder) bind(v *expr.Variable) (path int, values vec.Values, err error) {
	hops, to := book.Route(b.table, b.parent, v.Owner)
	path, ok := b.known[v.Owner]
	if !ok {
		for _, h := range hops {
			b.paths = append(b.paths, vec.Path{From: path, Link: b.book.Follow(b.part, h)})
			path = len(b.paths) - 1
		}
		b.known[v.Owner] = path
	}
	t := b.book.Table(b.part, to.Name)
	switch {
	case t == nil:
		return path, vec.Absent(v.Column), nil
	case v.Column.Derived:
		return path, b.part.Balances.MonthEnd(b.month(v.Column)), nil
	}
	return path, t.Cols[v.Column.Name], nil
}

// month returns the month that a derived column is about.
func (b *binder) month(c *fact.Column) civil.Month {
	if c.Name == "closing_balance" {
		return b.plan.Scope.Last.Month()
	}
	return b.plan.Opening()
}

// frame returns the worker's frame of a filter, over rows.
func (w *Worker) frame(f *Filter, rows []uint32) *vec.Frame {
	frame := w.frames[f]
	if frame == nil {
		frame = vec.NewFrame(f.paths)
		w.frames[f] = frame
	}
	frame.Set(rows)
	return frame
}

// apply keeps, in place, the rows for which no condition is false, and notes which
// of them are in doubt.
func (f *Filter) apply(w *Worker, rows []uint32, truth []vec.Truth) int {
	for _, p := range f.programs {
		if len(rows) == 0 {
			break
		}
		found := w.machine.Truth(p, w.frame(f, rows))
		rows, truth = sift(rows, truth, func(i int) vec.Truth { return found[i] })
	}
	return len(rows)
}

// Judge evaluates all conditions on one row.
func (f *Filter) Judge(w *Worker, row uint32) vec.Truth {
	w.rows[0], w.truth[0] = row, vec.True
	if f.apply(w, w.rows[:1], w.truth[:1]) == 0 {
		return vec.False
	}
	return w.truth[0]
}

// Ints evaluates a filter that is one number; valid until the worker's next.
func (f *Filter) Ints(w *Worker, rows []uint32) (ints []int64, unknown []vec.Truth) {
	return w.machine.Ints(f.programs[0], w.frame(f, rows))
}

// missing notes, for each of rows, the variables that are unknown in conditions
// that are.
func (f *Filter) missing(w *Worker, rows []uint32, to []mask) {
	for i, p := range f.programs {
		frame := w.frame(f, rows)
		truth := w.machine.Truth(p, frame)
		for v, bit := range f.bits[i] {
			for j, u := range w.machine.Unknowns(p, v, frame) {
				if u != 0 && truth[j] == vec.Unknown {
					to[j].set(bit)
				}
			}
		}
	}
}

// Unknowns names, for each of rows, the variables of a number that are unknown.
func (f *Filter) Unknowns(w *Worker, rows []uint32) []string {
	masks, names := make([]mask, len(rows)), make([]string, len(rows))
	frame := w.frame(f, rows)
	for v, bit := range f.bits[0] {
		for j, u := range w.machine.Unknowns(f.programs[0], v, frame) {
			if u != 0 {
				masks[j].set(bit)
			}
		}
	}
	for i, m := range masks {
		names[i] = f.names.detail(m)
	}
	return names
}
