package book

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"changrong/internal/base/fault"
	"changrong/internal/settlement/columnar/vec"
)

// assemble makes the table of the stretches, in the order of the keys. Files that
// are sorted, or whose parts are, need no sorting: each stretch is then in order,
// and so are the stretches by their first rows.
func (l *loading) assemble(ctx context.Context) (*Table, error) {
	slices.SortFunc(l.stretches, (*stretch).compareFirst)
	rows, text := 0, 0
	for _, s := range l.stretches {
		rows, text = rows+s.rows(), text+len(s.text)
	}
	if rows >= int(MaxRows) || text > math.MaxUint32 {
		return nil, fault.Newf(fault.Invalid, "settlement.too_large",
			"%s 表过大，请增加分区数", "table %s is too large; use more partitions", l.need.table.Name)
	}
	t, err := l.join(ctx, rows, text)
	if err != nil {
		return nil, err
	}
	l.stretches = nil
	order, err := t.Keys.order(ctx, l.book.Workers)
	if err != nil {
		return nil, err
	}
	if order != nil {
		t.permute(order)
	}
	for i := uint32(1); i < uint32(rows); i++ {
		if t.Keys.compare(i-1, i) == 0 {
			return nil, l.book.duplicate(ctx, t.of, l.book.keyTexts(t, l.part, i))
		}
	}
	return t, nil
}

func (s *stretch) compareFirst(t *stretch) int {
	if s.first != nil && s.first[0] != t.first[0] {
		return cmp.Compare(s.first[0], t.first[0])
	}
	return strings.Compare(string(s.text[:s.off[1]]), string(t.text[:t.off[1]]))
}

// join puts the stretches one after the other, several columns at a time. What has
// been copied is let go.
func (l *loading) join(ctx context.Context, rows, text int) (*Table, error) {
	t := &Table{of: l.need.table, keyed: l.keyed, links: map[string][]uint32{}, Cols: map[string]*vec.Column{}, read: l.columns}
	linked, cols := make([][]uint32, len(l.links)), make([]*vec.Column, len(l.columns))
	tasks := []func(){func() { t.Keys = l.joinKeys(rows, text) }}
	numbers := func(to *[]uint32, of func(*stretch) *[]uint32) {
		tasks = append(tasks, func() { *to = l.joinNumbers(rows, of) })
	}
	if l.has("institutions") && l.keyed != byBank {
		numbers(&t.inst, func(s *stretch) *[]uint32 { return &s.inst })
	}
	if l.has("enterprises") {
		numbers(&t.ent, func(s *stretch) *[]uint32 { return &s.ent })
	}
	for i := range linked {
		numbers(&linked[i], func(s *stretch) *[]uint32 { return &s.links[i] })
	}
	for _, at := range l.plain {
		tasks = append(tasks, func() { cols[at] = l.joinColumn(rows, at) })
	}
	for _, at := range l.texts {
		tasks = append(tasks, func() { cols[at] = l.joinTexts(rows, at) })
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(l.book.Workers)
	for _, task := range tasks {
		g.Go(func() error {
			task()
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if l.keyed == byBank {
		t.inst = t.Keys.first
	}
	for i, link := range l.links {
		t.links[link.Name] = linked[i]
	}
	for i, c := range cols {
		if c != nil {
			t.Cols[l.columns[i]] = c
		}
	}
	return t, nil
}

func (l *loading) joinKeys(rows, size int) *Keys {
	k := &Keys{off: make([]uint32, 1, rows+1)}
	if l.keyed != byText {
		k.first = l.joinNumbers(rows, func(s *stretch) *[]uint32 { return &s.first })
	}
	var text strings.Builder
	text.Grow(size)
	for _, s := range l.stretches {
		base := uint32(text.Len())
		text.Write(s.text)
		for _, off := range s.off[1:] {
			k.off = append(k.off, base+off)
		}
		s.text, s.off = nil, nil
	}
	k.text = text.String()
	k.level()
	return k
}

func (l *loading) joinNumbers(rows int, of func(*stretch) *[]uint32) []uint32 {
	all := make([]uint32, 0, rows)
	for _, s := range l.stretches {
		numbers := of(s)
		all = append(all, *numbers...)
		*numbers = nil
	}
	return all
}

func (l *loading) joinColumn(rows, at int) *vec.Column {
	all := vec.New(l.need.table.Column(l.columns[at]), rows)
	n := 0
	for _, s := range l.stretches {
		all.Copy(n, s.cols[at], nil)
		n += s.cols[at].Len()
		s.cols[at] = nil
	}
	return all
}

// joinTexts makes one dictionary of the workers'.
func (l *loading) joinTexts(rows, at int) *vec.Column {
	dict, renumber := new(vec.Dict), map[*vec.Dict][]uint32{}
	empty := dict.Add(nil)
	for _, s := range l.stretches {
		d := s.dicts[at]
		if renumber[d] != nil {
			continue
		}
		numbers := make([]uint32, d.Len())
		for i := range numbers {
			numbers[i] = dict.Add(d.Raw(i))
		}
		renumber[d] = numbers
	}
	dict.Freeze()
	all := vec.NewText(l.need.table.Column(l.columns[at]), rows, dict, empty)
	n := 0
	for _, s := range l.stretches {
		all.Copy(n, s.cols[at], renumber[s.dicts[at]])
		n += s.cols[at].Len()
		s.cols[at] = nil
	}
	return all
}

// permute puts the rows in another order.
func (t *Table) permute(order []uint32) {
	t.Keys.permute(order)
	if t.keyed == byBank {
		t.inst = t.Keys.first
	} else {
		t.inst = vec.Permute(t.inst, order)
	}
	t.ent = vec.Permute(t.ent, order)
	for name, link := range t.links {
		t.links[name] = vec.Permute(link, order)
	}
	for _, c := range t.Cols {
		c.Permute(order)
	}
}
