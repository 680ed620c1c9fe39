package settletest

import (
	"math/rand/v2"

	"changrong/internal/fact"
)

// Permute returns the same facts with the rows of every table in another order.
func Permute(facts fact.Memory, seed uint64) fact.Memory {
	shuffled := fact.Memory{}
	for _, t := range fact.Tables() { // in a fixed order, so that the seed decides all
		b := facts[t.Name]
		if b == nil {
			continue
		}
		dice := rand.New(rand.NewPCG(seed, uint64(len(shuffled))))
		shuffled[t.Name] = reorder(b, dice.Perm(b.Len()))
	}
	return shuffled
}

// reorder returns the rows of b in the order given.
func reorder(b *fact.Batch, order []int) *fact.Batch {
	c := &fact.Batch{Table: b.Table, File: b.File}
	for _, v := range b.Vectors {
		w := fact.NewVector(v.Column)
		for _, i := range order {
			switch {
			case v.Unknown(i):
				w.AppendEmpty()
			case v.Column.Type.Textual():
				w.AppendText(v.Texts.At(i))
			default:
				w.AppendInt(v.Ints[i])
			}
		}
		c.Vectors = append(c.Vectors, w)
	}
	return c
}
