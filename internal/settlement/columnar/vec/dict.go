package vec

import "bytes"

// Dict numbers texts from 0 in the order of Add. The zero Dict is empty.
type Dict struct {
	text  []byte
	off   []int // where entry i begins in text; one more than there are entries
	slots []uint32
	all   string // text, once frozen
}

// Len returns how many entries there are.
func (d *Dict) Len() int { return max(0, len(d.off)-1) }

// At returns entry i of a frozen Dict.
func (d *Dict) At(i int) string { return d.all[d.off[i]:d.off[i+1]] }

// Raw returns entry i; it stays valid until the next Add.
func (d *Dict) Raw(i int) []byte { return d.text[d.off[i]:d.off[i+1]] }

// Freeze ends Add, and lets At be used.
func (d *Dict) Freeze() {
	d.all = string(d.text)
	d.text, d.slots = nil, nil
}

// Add returns the number of text, which it gets if it has none.
func (d *Dict) Add(text []byte) uint32 {
	if 2*d.Len() >= len(d.slots) {
		d.grow()
	}
	mask := uint64(len(d.slots) - 1)
	for h := Hash(0, text) & mask; ; h = (h + 1) & mask {
		slot := d.slots[h]
		if slot == 0 {
			d.text = append(d.text, text...)
			d.off = append(d.off, len(d.text))
			d.slots[h] = uint32(d.Len())
			return uint32(d.Len() - 1)
		}
		if bytes.Equal(d.Raw(int(slot-1)), text) {
			return slot - 1
		}
	}
}

func (d *Dict) grow() {
	if d.off == nil {
		d.off = []int{0}
	}
	d.slots = make([]uint32, max(16, 2*len(d.slots)))
	mask := uint64(len(d.slots) - 1)
	for i := range d.Len() {
		h := Hash(0, d.Raw(i)) & mask
		for d.slots[h] != 0 {
			h = (h + 1) & mask
		}
		d.slots[h] = uint32(i + 1)
	}
}
