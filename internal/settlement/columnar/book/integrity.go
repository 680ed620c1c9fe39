package book

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// dangling is a row with a link that leads nowhere although the table is there.
type dangling struct {
	key  []string
	at   fault.Place
	link int // among those of the table
	to   []string
}

func (d *dangling) compare(e *dangling) int {
	return cmp.Or(slices.Compare(d.key, e.key), cmp.Compare(d.at.File, e.at.File), cmp.Compare(d.at.Line, e.at.Line), cmp.Compare(d.link, e.link))
}

// complaints keep the first, by key, of what is wrong with a table's links.
type complaints struct {
	mu    sync.Mutex
	of    *fact.Table
	first *dangling
}

// add notes that row i of b has a link that leads nowhere.
func (c *complaints) add(b *fact.Batch, i int, l *fact.Link) {
	d := &dangling{key: cellsOf(b, c.of.Key, i), at: fault.Place{File: b.File, Line: b.LineOf(i)}, to: cellsOf(b, l.On, i)}
	d.link = slices.IndexFunc(c.of.Links, func(x fact.Link) bool { return x.Name == l.Name })
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.first == nil || d.compare(c.first) < 0 {
		c.first = d
	}
}

// err returns the complaint, nil when there is none.
func (c *complaints) err() error {
	if c.first == nil {
		return nil
	}
	d, link := c.first, &c.of.Links[c.first.link]
	return fault.Invalidf("settlement.link",
		"%[1]s（%[2]s）“%[3]s”所指的%[4]s“%[5]s”不在 %[6]s 表中",
		"the row %[3]q of %[2]s leads to %[5]q, which is not in %[6]s",
		c.of.Zh, c.of.Name, shown(d.key), link.Zh, shown(d.to), link.Table).
		In(d.at).In(fault.Place{Field: link.On[len(link.On)-1], Value: d.to[len(d.to)-1]})
}

// cellsOf returns cells of row i as text.
func cellsOf(b *fact.Batch, columns []string, i int) []string {
	cells := make([]string, len(columns))
	for j, c := range columns {
		cells[j] = string(b.Vector(c).AppendValue(nil, i))
	}
	return cells
}

func shown(key []string) string { return fault.Clip(strings.Join(key, " ")) }

// duplicate is the fault of a key that stands twice: placed at the second row, in
// order of files and lines, that has it.
func (b *Book) duplicate(ctx context.Context, t *fact.Table, key []string) error {
	var at []fault.Place
	err := b.Src.Scan(ctx, t.Name, t.Key, 1, func(_ int, batch *fact.Batch) error {
		for i := range batch.Len() {
			if slices.Equal(cellsOf(batch, t.Key, i), key) {
				at = append(at, fault.Place{File: batch.File, Line: batch.LineOf(i)})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(at, func(p, q fault.Place) int { return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line)) })
	place := fault.Place{Field: t.Key[len(t.Key)-1]}
	if len(at) > 1 {
		place.File, place.Line = at[1].File, at[1].Line
	}
	return fault.Invalidf("settlement.duplicate_key",
		"%[1]s（%[2]s）中“%[3]s”出现了不止一次", "%[2]s holds %[3]q more than once", t.Zh, t.Name, shown(key)).In(place)
}

// registry knows, by hash, every key of a table that is held partition by
// partition, whichever partition it falls into.
type registry struct {
	mu    sync.Mutex
	slots []uint64 // open addressing; 0 is free
	used  int
	twice []uint64 // hashes that came more than once
}

// add enters a key's hash, which is not 0.
func (r *registry) add(hash uint64) {
	if 4*r.used >= 3*len(r.slots) {
		r.grow()
	}
	mask := uint64(len(r.slots) - 1)
	for h := hash & mask; ; h = (h + 1) & mask {
		switch r.slots[h] {
		case 0:
			r.slots[h] = hash
			r.used++
			return
		case hash:
			r.twice = append(r.twice, hash)
			return
		}
	}
}

func (r *registry) grow() {
	old := r.slots
	r.slots = make([]uint64, max(1024, 2*len(old)))
	mask := uint64(len(r.slots) - 1)
	for _, hash := range old {
		if hash == 0 {
			continue
		}
		h := hash & mask
		for r.slots[h] != 0 {
			h = (h + 1) & mask
		}
		r.slots[h] = hash
	}
}

// has tells whether a key with that hash was entered.
func (r *registry) has(hash uint64) bool {
	if len(r.slots) == 0 {
		return false
	}
	mask := uint64(len(r.slots) - 1)
	for h := hash & mask; r.slots[h] != 0; h = (h + 1) & mask {
		if r.slots[h] == hash {
			return true
		}
	}
	return false
}

// check looks at the keys whose hashes came more than once, and returns the fault
// of the lowest that stands twice.
func (r *registry) check(ctx context.Context, b *Book, t *Table) error {
	if len(r.twice) == 0 {
		return nil
	}
	suspects := map[uint64]bool{}
	for _, h := range r.twice {
		suspects[h] = true
	}
	seen := map[string]bool{}
	var lowest []string
	err := b.Src.Scan(ctx, t.of.Name, t.of.Key, 1, func(_ int, batch *fact.Batch) error {
		for i := range batch.Len() {
			key, first := cellsOf(batch, t.of.Key, i), uint32(0)
			if t.keyed == byBank {
				first = b.Insts.find(0, []byte(key[0]))
			}
			if !suspects[hashOf(first, []byte(key[len(key)-1]))] {
				continue
			}
			joined := strings.Join(key, partOf)
			if seen[joined] && (lowest == nil || slices.Compare(key, lowest) < 0) {
				lowest = key
			}
			seen[joined] = true
		}
		return nil
	})
	if err != nil || lowest == nil {
		return err
	}
	return b.duplicate(ctx, t.of, lowest)
}
