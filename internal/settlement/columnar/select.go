package columnar

import (
	"context"

	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/policy/expr"
	"changrong/internal/settlement/columnar/vec"
)

// filter is conditions on rows of a table, all of which are to hold.
type filter struct {
	programs []*vec.Program
	paths    []vec.Path
	bits     [][]int // by program and variable: its place among the names of a detail
}

// filterOf binds conditions on rows of t in a partition.
func (r *running) filterOf(p *part, t, parent *fact.Table, when []*expr.Expr, names *names) (*filter, error) {
	b := r.binder(p, t, parent)
	f := &filter{}
	for _, e := range when {
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

// frame returns the worker's frame of a filter, over rows.
func (w *worker) frame(f *filter, rows []uint32) *vec.Frame {
	frame := w.frames[f]
	if frame == nil {
		frame = vec.NewFrame(f.paths)
		w.frames[f] = frame
	}
	frame.Set(rows)
	return frame
}

// apply keeps, in place, the rows for which no condition is false, and says which
// of them are in doubt.
func (f *filter) apply(w *worker, rows []uint32, truth []vec.Truth) int {
	for _, p := range f.programs {
		if len(rows) == 0 {
			break
		}
		n := 0
		for i, t := range w.Truth(p, w.frame(f, rows)) {
			rows[n], truth[n] = rows[i], truth[i]|t // of rows that are kept, t is True or Unknown
			if t != vec.False {
				n++
			}
		}
		rows, truth = rows[:n], truth[:n]
	}
	return len(rows)
}

// missing notes, for each of rows, the variables that are unknown in conditions
// that are.
func (f *filter) missing(w *worker, rows []uint32, to []mask) {
	for i, p := range f.programs {
		frame := w.frame(f, rows)
		truth := w.Truth(p, frame)
		for v, bit := range f.bits[i] {
			for j, u := range w.Unknowns(p, v, frame) {
				if u != 0 && truth[j] == vec.Unknown {
					to[j].set(bit)
				}
			}
		}
	}
}

// unknowns notes, for each of rows, the variables of a single number that are
// unknown.
func (f *filter) unknowns(w *worker, rows []uint32, to []mask) {
	frame := w.frame(f, rows)
	for v, bit := range f.bits[0] {
		for j, u := range w.Unknowns(f.programs[0], v, frame) {
			if u != 0 {
				to[j].set(bit)
			}
		}
	}
}

// chooser finds the rows of an item or an indicator.
type chooser struct {
	*running
	table  *fact.Table
	when   []*expr.Expr
	first  policy.FirstLoan
	names  *names
	wanted []*relation
	bank   *banking // nil: none is picked

	firsts *firstLoans // of the partition
	filter *filter     // bound to the partition
}

func (r *running) chooser(t *fact.Table, when []*expr.Expr, related []policy.Related, first policy.FirstLoan, bank *policy.Earliest) chooser {
	c := chooser{running: r, table: t, when: when, first: first, names: newNames()}
	for i := range related {
		c.wanted = append(c.wanted, &relation{of: &related[i]})
	}
	if bank != nil {
		c.bank = &banking{of: bank}
	}
	return c
}

// look goes through the rows of other tables that belong to rows of this one, as
// far as they are in the partition; those held whole come with the first.
func (c *chooser) look(ctx context.Context, p *part) error {
	if c.tableIn(p, c.table.Name) == nil {
		return nil
	}
	for _, rel := range c.wanted {
		if p.p == 0 || c.needs.partitioned(rel.of.Table.Name) || c.needs.partitioned(c.table.Name) {
			if err := c.relate(ctx, p, rel); err != nil {
				return err
			}
		}
	}
	if c.bank != nil && (c.needs.partitioned(c.bank.of.Table.Name) || p.p == 0) {
		return c.findBanks(ctx, p)
	}
	return nil
}

// scan finds the rows, and hands them to take in chunks, in order inside a morsel:
// w.rows with w.truth, True or Unknown. A row that only another bank's first loan
// keeps out goes to elsewhere with that bank.
func (c *chooser) scan(ctx context.Context, p *part, take func(w *worker, morsel, n int) error, elsewhere func(morsel int, row, bank uint32)) error {
	t := c.tableIn(p, c.table.Name)
	if t == nil {
		return nil
	}
	var err error
	if c.filter, err = c.filterOf(p, c.table, nil, c.when, c.names); err != nil {
		return err
	}
	return c.morsels(ctx, t.rows(), func(w *worker, m int, lo, hi uint32) error {
		for ; lo < hi; lo += vec.Chunk {
			n := int(min(hi-lo, vec.Chunk))
			for i := range n {
				w.rows[i], w.truth[i] = lo+uint32(i), vec.True
			}
			if n = c.choose(w, m, n, elsewhere); n == 0 {
				continue
			}
			if err := take(w, m, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// choose keeps, of the first n rows of the chunk, those that nothing rules out.
func (c *chooser) choose(w *worker, m, n int, elsewhere func(morsel int, row, bank uint32)) int {
	n = c.filter.apply(w, w.rows[:n], w.truth[:n])
	for _, rel := range c.wanted {
		n = w.sift(n, func(i int) vec.Truth { return rel.truth(w.rows[i]) })
	}
	if c.first != "" {
		n = w.sift(n, func(i int) vec.Truth {
			t, bank := c.firsts.truth(c.first, w.rows[i])
			if t == vec.False && bank != vec.UnknownRow && w.truth[i] == vec.True {
				elsewhere(m, w.rows[i], bank)
			}
			return t
		})
	}
	if c.bank != nil {
		n = w.sift(n, func(i int) vec.Truth { return c.bank.truth(w.rows[i]) })
	}
	return n
}

// sift keeps the rows of the chunk for which truth is not False.
func (w *worker) sift(n int, truth func(i int) vec.Truth) int {
	kept := 0
	for i := range n {
		if t := truth(i); t != vec.False {
			w.rows[kept], w.truth[kept] = w.rows[i], w.truth[i]|t
			kept++
		}
	}
	return kept
}

// details says, for each of rows, on which facts the conditions hang that are
// unknown.
func (c *chooser) details(w *worker, rows []uint32) []string {
	masks := make([]mask, len(rows))
	c.filter.missing(w, rows, masks)
	details := make([]string, len(rows))
	for i, r := range rows {
		for _, rel := range c.wanted {
			if rel.truth(r) == vec.Unknown {
				masks[i].merge(rel.asks.of(r))
			}
		}
		if c.first != "" {
			if t, _ := c.firsts.truth(c.first, r); t == vec.Unknown {
				masks[i].set(c.names.place("loan.first_loan"))
			}
		}
		if c.bank != nil && c.bank.truth(r) == vec.Unknown {
			masks[i].merge(c.bank.asks.of(r))
		}
		details[i] = c.names.detail(masks[i])
	}
	return details
}
