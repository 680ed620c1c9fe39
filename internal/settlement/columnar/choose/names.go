package choose

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// Names numbers the facts that details may speak of, and keeps details once made:
// a few of them stand in very many rows.
type Names struct {
	mu      sync.Mutex
	all     []string
	places  map[string]int
	details map[mask]string
}

func newNames() *Names { return &Names{places: map[string]int{}, details: map[mask]string{}} }

// place returns the number of a name.
func (n *Names) place(name string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	i, ok := n.places[name]
	if !ok {
		i = len(n.all)
		n.places[name] = i
		n.all = append(n.all, name)
	}
	return i
}

// detail names the facts of a mask, in byte order.
func (n *Names) detail(m mask) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	text, ok := n.details[m]
	if !ok {
		var list []string
		for i, name := range n.all {
			if m[i/64]>>(i%64)&1 == 1 {
				list = append(list, name)
			}
		}
		slices.Sort(list)
		text = strings.Join(list, ";")
		n.details[m] = text
	}
	return text
}

// mask is a set of names. The rows in sight of an item and of all its related
// tables have fewer columns than it has bits.
type mask [3]uint64

func (m *mask) set(place int) { m[place/64] |= 1 << (place % 64) }

func (m *mask) merge(o mask) {
	for i := range m {
		m[i] |= o[i]
	}
}

// ask is what the rows that might decide about a row hang on.
type ask struct {
	row  uint32
	mask mask
}

// asks are collected in any order, sorted, and then asked.
type asks struct{ list []ask }

// of returns what a row hangs on.
func (a *asks) of(row uint32) (m mask) {
	i, _ := slices.BinarySearchFunc(a.list, row, func(x ask, row uint32) int { return cmp.Compare(x.row, row) })
	for ; i < len(a.list) && a.list[i].row == row; i++ {
		m.merge(a.list[i].mask)
	}
	return m
}

// add takes more.
func (a *asks) add(more []ask) { a.list = append(a.list, more...) }

func (a *asks) sort() {
	slices.SortFunc(a.list, func(x, y ask) int { return cmp.Compare(x.row, y.row) })
}
