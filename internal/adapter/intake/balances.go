package intake

import (
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
)

// balances are the month-end balances: for each month one amount and one byte a
// row of loans.
type balances struct{ months []*monthColumn }

// monthColumn is the balances of one month, by row of loans.
type monthColumn struct {
	of      civil.Month
	fen     []int64  // unknown: no balance
	quality []uint8  // number in qualities; 0 unknown
	told    marks    // by the supplement being read
	from    []origin // of each, when traced
}

// qualities are the codes of loan quality; a quality's number is its index and one.
var qualities = func() (codes []string) {
	for _, v := range fact.Lookup("month_balances").Column("quality").Codes {
		codes = append(codes, v.Code)
	}
	return codes
}()

func qualityNumber(code []byte) uint8 { return uint8(slices.Index(qualities, string(code)) + 1) }

// begin returns the column of m, nil when there are too many months.
func (b *balances) begin(m civil.Month) *monthColumn {
	i, ok := slices.BinarySearchFunc(b.months, m, func(c *monthColumn, m civil.Month) int { return int(c.of - m) })
	if ok {
		return b.months[i]
	}
	if len(b.months) == maxMonths {
		return nil
	}
	c := &monthColumn{of: m}
	b.months = slices.Insert(b.months, i, c)
	return c
}

// get returns the balance of a row, unknown when there is none.
func (c *monthColumn) get(row uint32) int64 {
	if int(row) >= len(c.fen) {
		return unknown
	}
	return c.fen[row]
}

// put sets the balance of a row.
func (c *monthColumn) put(row uint32, fen int64, quality uint8) {
	for len(c.fen) <= int(row) {
		c.fen = append(c.fen, unknown)
		c.quality = append(c.quality, 0)
	}
	c.fen[row], c.quality[row] = fen, quality
}

// tell notes where the balance of a row was told.
func (c *monthColumn) tell(row uint32, from origin) {
	for len(c.from) <= int(row) {
		c.from = append(c.from, origin{})
	}
	c.from[row] = from
}

// marks is a set of rows.
type marks []uint64

// add adds a row and tells whether it was not in the set.
func (m *marks) add(row uint32) bool {
	for len(*m) <= int(row/64) {
		*m = append(*m, 0)
	}
	bit := uint64(1) << (row % 64)
	was := (*m)[row/64]&bit != 0
	(*m)[row/64] |= bit
	return !was
}
