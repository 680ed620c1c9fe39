package columnar

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
	notFound   = vec.NoRow - 1 // a link that leads nowhere
	unresolved = vec.NoRow - 2
	maxRows    = unresolved // row numbers are below it
)

// keys are the keys of a table's rows, in byte order, so that the order of row
// numbers is the order of keys. A key is the number of the row it belongs to (an
// institution, a note), where there is one, and a text.
type keys struct {
	first []uint32 // nil: the text is the whole key
	text  string
	off   []uint32 // where the text of row i begins; one more than there are rows

	once  sync.Once
	slots []uint32 // open addressing: row number + 1
}

func (k *keys) len() int { return max(0, len(k.off)-1) }

// at returns the text of row i.
func (k *keys) at(i uint32) string { return k.text[k.off[i]:k.off[i+1]] }

func (k *keys) firstOf(i uint32) uint32 {
	if k.first == nil {
		return 0
	}
	return k.first[i]
}

// is tells whether row i has that key.
func (k *keys) is(i, first uint32, text []byte) bool {
	return k.firstOf(i) == first && k.at(i) == string(text)
}

func (k *keys) compare(i, j uint32) int {
	return cmp.Or(cmp.Compare(k.firstOf(i), k.firstOf(j)), strings.Compare(k.at(i), k.at(j)))
}

// find returns the row with that key, or notFound. The first call builds an
// index: readers that come in the order of the keys never need it.
func (k *keys) find(first uint32, text []byte) uint32 {
	k.once.Do(k.index)
	mask := uint64(len(k.slots) - 1)
	for h := vec.Hash(first, text) & mask; ; h = (h + 1) & mask {
		slot := k.slots[h]
		if slot == 0 {
			return notFound
		}
		if k.is(slot-1, first, text) {
			return slot - 1
		}
	}
}

// index fills at most three quarters of the slots.
func (k *keys) index() {
	size := 16
	for 3*size < 4*k.len() {
		size *= 2
	}
	k.slots = make([]uint32, size)
	mask := uint64(size - 1)
	var text []byte
	for i := range uint32(k.len()) {
		text = append(text[:0], k.at(i)...)
		h := vec.Hash(k.firstOf(i), text) & mask
		for k.slots[h] != 0 {
			h = (h + 1) & mask
		}
		k.slots[h] = i + 1
	}
}

// text returns the row of a text, or notFound.
func (k *keys) findText(text string) uint32 { return k.find(0, []byte(text)) }

// keysOf makes the keys of texts, each once, in byte order.
func keysOf(texts [][]byte) *keys {
	slices.SortFunc(texts, bytes.Compare)
	k := &keys{off: []uint32{0}}
	var all strings.Builder
	for i, t := range texts {
		if i > 0 && bytes.Equal(t, texts[i-1]) {
			continue
		}
		all.Write(t)
		k.off = append(k.off, uint32(all.Len()))
	}
	k.text = all.String()
	return k
}

// order returns the rows in the order of their keys; nil when they are so already.
func (k *keys) order(ctx context.Context, workers int) ([]uint32, error) {
	n := uint32(k.len())
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
func (k *keys) permute(order []uint32) {
	k.first = vec.Permute(k.first, order)
	var all strings.Builder
	all.Grow(len(k.text))
	off := make([]uint32, 1, len(k.off))
	for _, i := range order {
		all.WriteString(k.at(i))
		off = append(off, uint32(all.Len()))
	}
	k.text, k.off = all.String(), off
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
