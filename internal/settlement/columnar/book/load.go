package book

import (
	"context"
	"slices"
	"sync"

	"changrong/internal/fact"
	"changrong/internal/settlement/columnar/vec"
)

// loading is the reading of one table, or of one partition of it.
type loading struct {
	book  *Book
	need  *need
	keyed keyed
	part  *Part // nil: the table is held whole
	// columns are read from the source; those of texts, and of other values, by
	// their places among them.
	columns      []string
	texts, plain []int
	// links are resolved with every batch; notes is the one that decides whether a
	// row is of this partition, or -1.
	links []*fact.Link
	notes int

	mu         sync.Mutex
	stretches  []*stretch
	complaints complaints
}

// stretch is the rows that were kept of one batch.
type stretch struct {
	first     []uint32
	text      []byte
	off       []uint32 // in text; one more than there are rows
	inst, ent []uint32
	links     [][]uint32
	cols      []*vec.Column // by place among the columns; texts numbered by dicts
	dicts     []*vec.Dict   // the worker's
}

func (s *stretch) rows() int { return len(s.off) - 1 }

// intake is one worker of a loading.
type intake struct {
	*loading
	inst, ent decoder
	linked    []decoder
	coders    []coder
	dicts     []*vec.Dict
	count     int64 // rows read

	// Of the batch at hand: parties and linked rows of every row, and which are kept.
	instOf, entOf []uint32
	linkOf        [][]uint32
	kept          []uint32
}

// load reads a table, or its rows in a partition; rows is how many were looked at.
func (b *Book) load(ctx context.Context, n *need, p *Part) (t *Table, rows int64, err error) {
	l := &loading{book: b, need: n, keyed: b.needs.keyedOf(n.table), part: p, columns: b.needs.columns(n), notes: -1}
	l.complaints.of = n.table
	for i, name := range l.columns {
		switch c := n.table.Column(name); {
		case !n.values[name]:
		case c.Type.Textual():
			l.texts = append(l.texts, i)
		default:
			l.plain = append(l.plain, i)
		}
	}
	for i := range n.table.Links {
		link := &n.table.Links[i]
		if !n.links[link.Name] || isParty(link.Table) {
			continue
		}
		if p != nil && link.Table == "loans" {
			l.notes = len(l.links)
		}
		l.links = append(l.links, link)
	}
	intakes := make([]*intake, b.Workers)
	err = b.Src.Scan(ctx, n.table.Name, l.columns, b.Workers, func(w int, batch *fact.Batch) error {
		if intakes[w] == nil {
			intakes[w] = l.newIntake()
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return intakes[w].take(batch)
	})
	if err != nil {
		return nil, 0, err
	}
	for _, in := range intakes {
		if in != nil {
			rows += in.count
		}
	}
	if err := l.complaints.err(); err != nil {
		return nil, 0, err
	}
	t, err = l.assemble(ctx)
	return t, rows, err
}

func (l *loading) newIntake() *intake {
	in := &intake{
		loading: l, linked: make([]decoder, len(l.links)), linkOf: make([][]uint32, len(l.links)),
		coders: make([]coder, len(l.texts)), dicts: make([]*vec.Dict, len(l.columns)),
	}
	in.inst.keys, in.ent.keys = l.book.Insts, l.book.Ents
	for i, link := range l.links {
		if to := l.book.Table(l.part, link.Table); to != nil {
			in.linked[i].keys = to.Keys
		}
	}
	for i, at := range l.texts {
		in.dicts[at] = new(vec.Dict)
		in.coders[i].dict = in.dicts[at]
	}
	return in
}

// take keeps what belongs here of a batch.
func (in *intake) take(b *fact.Batch) error {
	if b.Len() == 0 {
		return nil
	}
	in.count += int64(b.Len())
	in.resolve(b)
	in.keep(b.Len())
	in.register(b)
	if len(in.kept) == 0 {
		return nil
	}
	s := &stretch{dicts: in.dicts, cols: make([]*vec.Column, len(in.columns))}
	in.copyKeys(b, s)
	for _, at := range in.plain {
		s.cols[at] = vec.New(b.Vectors[at].Column, len(in.kept))
		s.cols[at].Fill(0, b.Vectors[at], in.kept)
	}
	for i, at := range in.texts {
		s.cols[at] = vec.New(b.Vectors[at].Column, len(in.kept))
		s.cols[at].FillCodes(0, in.coders[i].code(b.Vectors[at], in.kept))
	}
	if in.has("institutions") && in.keyed != byBank {
		s.inst = pick(in.instOf, in.kept)
	}
	if in.has("enterprises") {
		s.ent = pick(in.entOf, in.kept)
	}
	for _, rows := range in.linkOf {
		s.links = append(s.links, pick(rows, in.kept))
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.stretches = append(in.stretches, s)
	return nil
}

// has tells whether the rows' parties of a kind are held.
func (l *loading) has(parties string) bool {
	link := l.need.table.LinkTo(parties)
	return link != nil && slices.Contains(l.columns, link.On[0])
}

// resolve numbers the parties of the batch's rows and finds where links lead.
func (in *intake) resolve(b *fact.Batch) {
	in.instOf, in.entOf = in.instOf[:0], in.entOf[:0]
	if v := b.Vector("institution_id"); v != nil && len(in.need.table.Links) > 0 {
		in.instOf = resize(in.instOf, b.Len())
		in.inst.decode(v, nil, in.instOf)
		if l := in.need.table.LinkTo("institutions"); l != nil {
			in.complain(b, l, in.instOf)
		}
	}
	if in.has("enterprises") {
		in.entOf = resize(in.entOf, b.Len())
		in.ent.decode(b.Vector("enterprise_id"), nil, in.entOf)
		in.complain(b, in.need.table.LinkTo("enterprises"), in.entOf)
	}
	for i, l := range in.links {
		in.linkOf[i] = resize(in.linkOf[i], b.Len())
		in.follow(i, l, b)
	}
}

// follow finds the rows that a link leads to.
func (in *intake) follow(i int, l *fact.Link, b *fact.Batch) {
	to, d := in.linkOf[i], &in.linked[i]
	if d.keys == nil {
		nowhere(in.need.table, l, b, to)
		return
	}
	var firsts []uint32
	if d.keys.first != nil {
		firsts = in.instOf
	}
	v := b.Vector(l.On[len(l.On)-1])
	d.decode(v, firsts, to)
	if i != in.notes || in.part.Of == 1 {
		in.complain(b, l, to)
		return
	}
	if in.part.P > 0 {
		return // the first partition has looked at all rows
	}
	for j, r := range to {
		if r == NotFound && !in.book.registries["loans"].has(hashOf(firsts[j], v.Texts.At(j))) {
			in.complaints.add(b, j, l)
		}
	}
}

// nowhere is follow for a table that is not in the facts.
func nowhere(t *fact.Table, l *fact.Link, b *fact.Batch, to []uint32) {
	for i := range to {
		to[i] = vec.UnknownRow
	}
	c := telling(t, l)
	if c == nil {
		return
	}
	v := b.Vector(c.Name)
	for i := range to {
		if !v.Unknown(i) && len(v.Texts.At(i)) == 0 {
			to[i] = vec.NoRow
		}
	}
}

func (in *intake) complain(b *fact.Batch, l *fact.Link, to []uint32) {
	for i, r := range to {
		if r == NotFound {
			in.complaints.add(b, i, l)
		}
	}
}

// keep lists the rows of the batch that belong to this partition.
func (in *intake) keep(n int) {
	in.kept = in.kept[:0]
	for i := range n {
		if in.part == nil || in.part.Of == 1 || in.belongs(i) {
			in.kept = append(in.kept, uint32(i))
		}
	}
}

func (in *intake) belongs(i int) bool {
	if in.notes < 0 {
		return in.part.span.holds(in.book.bucket(in.entOf[i]))
	}
	note := in.linkOf[in.notes][i]
	return note < MaxRows || note != NotFound && in.part.P == 0
}

// register enters the keys of all rows, when the first of several partitions is read.
func (in *intake) register(b *fact.Batch) {
	if in.part == nil || in.part.Of == 1 || in.part.P > 0 || in.keyed == byNote {
		return
	}
	v := b.Vector(in.need.table.Key[len(in.need.table.Key)-1])
	r := in.book.registries[in.need.table.Name]
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range b.Len() {
		first := uint32(0)
		if in.keyed == byBank {
			first = in.instOf[i]
		}
		r.add(hashOf(first, v.Texts.At(i)))
	}
}

// hashOf is never 0.
func hashOf(first uint32, text []byte) uint64 { return vec.Hash(first, text) | 1 }

// copyKeys copies the keys of the rows that are kept.
func (in *intake) copyKeys(b *fact.Batch, s *stretch) {
	var vs []*fact.Vector
	for _, c := range in.keyed.rest(in.need.table) {
		vs = append(vs, b.Vector(c))
	}
	switch in.keyed {
	case byBank:
		s.first = pick(in.instOf, in.kept)
	case byNote:
		s.first = pick(in.linkOf[in.notes], in.kept)
	}
	s.off = make([]uint32, 1, len(in.kept)+1)
	for _, r := range in.kept {
		for j, v := range vs {
			if j > 0 {
				s.text = append(s.text, partOf...)
			}
			s.text = v.AppendValue(s.text, int(r))
		}
		s.off = append(s.off, uint32(len(s.text)))
	}
}

// coder numbers texts by a worker's dictionary.
type coder struct {
	dict  *vec.Dict
	of    uint64
	known []uint32 // by entry of the batch's dictionary
	codes []uint32
}

// code returns the numbers of the values of v at rows, UnknownRow where unknown.
func (c *coder) code(v *fact.Vector, rows []uint32) []uint32 {
	c.codes = resize(c.codes, len(rows))
	t := &v.Texts
	if t.Index == nil {
		for i, r := range rows {
			if v.Unknown(int(r)) {
				c.codes[i] = vec.UnknownRow
			} else if i > 0 && rows[i-1]+1 == r && !v.Unknown(int(r)-1) && same(t, int(r)) {
				c.codes[i] = c.codes[i-1]
			} else {
				c.codes[i] = c.dict.Add(t.Entry(int(r)))
			}
		}
		return c.codes
	}
	if t.Dict == 0 || t.Dict != c.of {
		c.of, c.known = t.Dict, resize(c.known, t.Entries())
		for i := range c.known {
			c.known[i] = unresolved
		}
	}
	for i, r := range rows {
		if v.Unknown(int(r)) {
			c.codes[i] = vec.UnknownRow
			continue
		}
		entry := t.Index[r]
		if c.known[entry] == unresolved {
			c.known[entry] = c.dict.Add(t.Entry(int(entry)))
		}
		c.codes[i] = c.known[entry]
	}
	return c.codes
}

// resize returns s with n elements, of any values.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// pick copies the elements at rows.
func pick(from []uint32, rows []uint32) []uint32 {
	to := make([]uint32, len(rows))
	for i, r := range rows {
		to[i] = from[r]
	}
	return to
}
