package book

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"changrong/internal/settlement/columnar/vec"
)

// What is in the place of a row number while links are resolved.
const (
	NotFound   = vec.NoRow - 1 // a link that leads nowhere
	unresolved = vec.NoRow - 2
	MaxRows    = unresolved // the numbers of rows are below it
)

// Keys are the keys of a table's rows, in byte order, so that the order of row
// numbers is the order of keys. A key is the number of the row it belongs to (an
// institution, a note), where there is one, and a text.
type Keys struct {
	first []uint32 // nil: the text is the whole key
	text  string
	rows  int
	size  int      // of every text, when off is nil
	off   []uint32 // where the text of row i begins; one more than there are rows

	once  sync.Once
	tags  []uint8 // open addressing: 0 free, else some bits of the key's hash
	slots []uint32
}

// Len returns how many keys there are.
func (k *Keys) Len() int { return k.rows }

// At returns the text of row i.
func (k *Keys) At(i uint32) string {
	if k.off == nil {
		at := int(i) * k.size
		return k.text[at : at+k.size]
	}
	return k.text[k.off[i]:k.off[i+1]]
}

// level drops the offsets where all texts are equally long, as codes of parties are.
func (k *Keys) level() {
	k.rows = len(k.off) - 1
	for i := 1; i < len(k.off); i++ {
		if k.off[i]-k.off[i-1] != k.off[1] {
			return
		}
	}
	if k.rows > 0 {
		k.size, k.off = int(k.off[1]), nil
	}
}

func (k *Keys) firstOf(i uint32) uint32 {
	if k.first == nil {
		return 0
	}
	return k.first[i]
}

// is tells whether row i has that key.
func (k *Keys) is(i, first uint32, text []byte) bool {
	return k.firstOf(i) == first && k.At(i) == string(text)
}

// compare orders the keys of two rows.
func (k *Keys) compare(i, j uint32) int {
	return cmp.Or(cmp.Compare(k.firstOf(i), k.firstOf(j)), strings.Compare(k.At(i), k.At(j)))
}

// below tells whether row i comes before that key.
func (k *Keys) below(i, first uint32, text []byte) bool {
	if f := k.firstOf(i); f != first {
		return f < first
	}
	return k.At(i) < string(text)
}

// FindText returns the row of a text, or NotFound.
func (k *Keys) FindText(text string) uint32 { return k.find(0, []byte(text)) }

// find returns the row with that key, or NotFound. The first call builds an
// index: readers that come in the order of the keys never need it.
func (k *Keys) find(first uint32, text []byte) uint32 {
	k.once.Do(k.index)
	hash := vec.Hash(first, text)
	mask := uint64(len(k.slots) - 1)
	for h, tag := hash&mask, tagOf(hash); k.tags[h] != 0; h = (h + 1) & mask {
		if k.tags[h] == tag && k.is(k.slots[h], first, text) {
			return k.slots[h]
		}
	}
	return NotFound
}

// tagOf returns bits of a hash that its slot does not depend on; not 0.
func tagOf(hash uint64) uint8 { return uint8(hash>>56) | 1 }

// index fills at most two thirds of the slots.
func (k *Keys) index() {
	size := 16
	for 2*size < 3*k.Len() {
		size *= 2
	}
	k.tags, k.slots = make([]uint8, size), make([]uint32, size)
	mask := uint64(size - 1)
	for i := range uint32(k.Len()) {
		hash := vec.Hash(k.firstOf(i), k.At(i))
		h := hash & mask
		for k.tags[h] != 0 {
			h = (h + 1) & mask
		}
		k.tags[h], k.slots[h] = tagOf(hash), i
	}
}

// keysOf makes the keys of texts, each once, in byte order.
func keysOf(texts [][]byte) *Keys {
	slices.SortFunc(texts, bytes.Compare)
	k := &Keys{off: []uint32{0}}
	var all strings.Builder
	for i, t := range texts {
		if i > 0 && bytes.Equal(t, texts[i-1]) {
			continue
		}
		all.Write(t)
		k.off = append(k.off, uint32(all.Len()))
	}
	k.text = all.String()
	k.level()
	return k
}

// order returns the rows in the order of their keys; nil when they are so already.
func (k *Keys) order(ctx context.Context, workers int) ([]uint32, error) {
	n := uint32(k.Len())
	sorted := true
	for i := uint32(1); i < n && sorted; i++ {
		sorted = k.compare(i-1, i) <= 0
	}
	if sorted {
		return nil, nil
	}
	rows := make([]uint32, n)
	for i := range rows {
		rows[i] = uint32(i)
	}
	return sortParallel(ctx, workers, rows, k.compare)
}

// permute puts the keys in another order.
func (k *Keys) permute(order []uint32) {
	var all strings.Builder
	all.Grow(len(k.text))
	off := make([]uint32, 1, len(order)+1)
	for _, i := range order {
		all.WriteString(k.At(i))
		off = append(off, uint32(all.Len()))
	}
	k.first = vec.Permute(k.first, order)
	k.text, k.off = all.String(), off
	k.level()
}

// sortParallel sorts rows: each worker a stretch, then the stretches are merged
// two by two.
func sortParallel(ctx context.Context, workers int, rows []uint32, compare func(a, b uint32) int) ([]uint32, error) {
	step := (len(rows) + workers - 1) / workers
	g, ctx := errgroup.WithContext(ctx)
	for lo := 0; lo < len(rows); lo += step {
		g.Go(func() error {
			slices.SortFunc(rows[lo:min(lo+step, len(rows))], compare)
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	to := make([]uint32, len(rows))
	for ; step < len(rows); step *= 2 {
		for lo := 0; lo < len(rows); lo += 2 * step {
			mid, hi := min(lo+step, len(rows)), min(lo+2*step, len(rows))
			merge(to[lo:hi], rows[lo:mid], rows[mid:hi], compare)
		}
		rows, to = to, rows
	}
	return rows, nil
}

func merge(to, a, b []uint32, compare func(a, b uint32) int) {
	for i := range to {
		if len(b) == 0 || len(a) > 0 && compare(a[0], b[0]) <= 0 {
			to[i], a = a[0], a[1:]
		} else {
			to[i], b = b[0], b[1:]
		}
	}
}
