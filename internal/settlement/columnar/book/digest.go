package book

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"

	"golang.org/x/sync/errgroup"

	"changrong/internal/fact"
	"changrong/internal/settlement/columnar/vec"
)

// TableDigest is what was read of a table, and its digest: over exactly those
// columns and rows, whatever order they came in and however they were read.
//
// It is SHA-256 over the table's name, the columns' names and the number of rows,
// then over 256 SHA-256 sums, one per bucket. The rows of a bucket enter in the
// order of their keys, each column as a byte 0 where it is unknown, 1 and eight
// bytes for a number, or 2, a length and the text. Notes, and what belongs to one,
// are in the bucket of the note's enterprise; all other rows in bucket 0.
// Month-end balances enter note by note.
type TableDigest struct {
	Table   string
	Rows    int64
	Columns []string
	SHA256  string // hex
}

// digest collects the sums of the buckets, partition by partition.
type digest struct {
	rows    int64
	columns []string
	sums    [buckets][sha256.Size]byte
}

// digestOf returns the digest of a table, begun if need be.
func (b *Book) digestOf(table string, columns []string) *digest {
	d := b.digests[table]
	if d == nil {
		d = &digest{columns: columns}
		empty := sha256.Sum256(nil)
		for i := range d.sums {
			d.sums[i] = empty
		}
		b.digests[table] = d
	}
	return d
}

// Digests returns the digests so far, in the order of the dictionary.
func (b *Book) Digests() []TableDigest {
	var all []TableDigest
	for _, t := range fact.Tables() {
		d := b.digests[t.Name]
		if d == nil {
			continue
		}
		buf := appendText(nil, t.Name)
		buf = binary.LittleEndian.AppendUint64(buf, uint64(len(d.columns)))
		for _, c := range d.columns {
			buf = appendText(buf, c)
		}
		buf = binary.LittleEndian.AppendUint64(buf, uint64(d.rows))
		for i := range d.sums {
			buf = append(buf, d.sums[i][:]...)
		}
		sum := sha256.Sum256(buf)
		all = append(all, TableDigest{Table: t.Name, Rows: d.rows, Columns: d.columns, SHA256: hex.EncodeToString(sum[:])})
	}
	return all
}

// appendix appends what a row holds, unambiguously.
type appendix func(buf []byte, row uint32) []byte

// digestTable enters a table, or its rows in a partition.
func (b *Book) digestTable(ctx context.Context, t *Table, p *Part) error {
	d := b.digestOf(t.of.Name, t.read)
	d.rows = b.counts[t.of.Name]
	bucket := func(uint32) uint8 { return 0 }
	switch {
	case p == nil:
	case t.of.Name == "loans":
		bucket = func(r uint32) uint8 { return b.bucket(t.EntOf(r)) }
	default:
		notes, link := p.tables["loans"], t.links["loan"]
		bucket = func(r uint32) uint8 {
			if link[r] >= MaxRows {
				return 0
			}
			return b.bucket(notes.EntOf(link[r]))
		}
	}
	parts := b.appendices(t, p)
	return d.enter(ctx, b.Workers, t.Rows(), p, bucket, func(buf []byte, r uint32) []byte {
		for _, part := range parts {
			buf = part(buf, r)
		}
		return buf
	})
}

// enter sums up rows by bucket. Every worker goes through all rows for the
// buckets that are its own; those outside of the partition stay as they are.
func (d *digest) enter(ctx context.Context, workers, rows int, p *Part, bucket func(uint32) uint8, row appendix) error {
	g, ctx := errgroup.WithContext(ctx)
	for w := range workers {
		g.Go(func() error {
			sums := make([]hash.Hash, buckets)
			var buf []byte
			for r := range uint32(rows) {
				at := bucket(r)
				if int(at)%workers != w {
					continue
				}
				if r&0xffff == 0 && ctx.Err() != nil {
					return ctx.Err()
				}
				if sums[at] == nil {
					sums[at] = sha256.New()
				}
				if buf = row(buf[:0], r); len(buf) > 0 {
					sums[at].Write(buf)
				}
			}
			for at, sum := range sums {
				if sum != nil && (p == nil || p.span.holds(uint8(at))) {
					sum.Sum(d.sums[at][:0])
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// appendices returns what the rows of a table hold: the key, then the other columns
// in the order of the dictionary.
func (b *Book) appendices(t *Table, p *Part) []appendix {
	var all []appendix
	switch t.keyed {
	case byBank:
		all = append(all, func(buf []byte, r uint32) []byte { return appendParty(buf, b.Insts, t.Keys.first[r]) })
	case byNote:
		all = append(all, b.noteKey(p.tables["loans"], func(r uint32) uint32 { return t.Keys.first[r] }))
	}
	all = append(all, func(buf []byte, r uint32) []byte { return appendText(buf, t.Keys.At(r)) })
	for _, name := range t.read {
		if slices.Contains(t.of.Key, name) {
			continue
		}
		switch c := t.Cols[name]; {
		case c != nil:
			all = append(all, columnOf(c))
		case name == "institution_id":
			all = append(all, func(buf []byte, r uint32) []byte { return appendParty(buf, b.Insts, t.InstOf(r)) })
		case name == "enterprise_id":
			all = append(all, func(buf []byte, r uint32) []byte { return appendParty(buf, b.Ents, t.EntOf(r)) })
		default:
			for i := range t.of.Links {
				l := &t.of.Links[i]
				if rows := t.links[l.Name]; rows != nil && l.On[len(l.On)-1] == name {
					to := b.Table(p, l.Table).Keys
					all = append(all, func(buf []byte, r uint32) []byte { return appendParty(buf, to, rows[r]) })
				}
			}
		}
	}
	return all
}

// noteKey appends the key of the note of a row.
func (b *Book) noteKey(notes *Table, of func(uint32) uint32) appendix {
	return func(buf []byte, r uint32) []byte {
		n := of(r)
		return appendText(appendParty(buf, b.Insts, notes.inst[n]), notes.Keys.At(n))
	}
}

func columnOf(c *vec.Column) appendix {
	if c.Texts() == nil {
		return func(buf []byte, r uint32) []byte {
			x, ok := c.At(r)
			if !ok {
				return append(buf, 0)
			}
			return appendInt(buf, x)
		}
	}
	return func(buf []byte, r uint32) []byte {
		text, ok := c.Text(r)
		if !ok {
			return append(buf, 0)
		}
		return appendText(buf, text)
	}
}

// appendParty appends the text of a row's key, as the link's column holds it.
func appendParty(buf []byte, to *Keys, r uint32) []byte {
	switch {
	case r == vec.NoRow:
		return appendText(buf, "")
	case r >= MaxRows:
		return append(buf, 0)
	}
	return appendText(buf, to.At(r))
}

func appendInt(buf []byte, x int64) []byte {
	return binary.LittleEndian.AppendUint64(append(buf, 1), uint64(x))
}

func appendText(buf []byte, text string) []byte {
	return append(binary.LittleEndian.AppendUint32(append(buf, 2), uint32(len(text))), text...)
}
