package parquetfile

import (
	"math"
	"sync/atomic"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/fact"
)

// values are the values of a page or dictionary, as they lie in the file; which
// field they are in goes by the column's physical type.
type values struct {
	i32   []int32
	i64   []int64
	bits  []byte
	bytes []byte
	off   []uint32
	n     int
}

// load takes the values of data, n of them.
func (p *Plan) load(data encoding.Values, n int) values {
	v := values{n: n}
	switch p.kind {
	case parquet.Int32:
		v.i32 = data.Int32()[:n]
	case parquet.Int64:
		v.i64 = data.Int64()[:n]
	case parquet.Boolean:
		v.bits = data.Boolean()
	case parquet.ByteArray:
		v.bytes, v.off = data.ByteArray()
		v.off = v.off[:n+1]
	default:
		v.bytes, _ = data.FixedLenByteArray()
		v.bytes = v.bytes[:n*p.width]
	}
	return v
}

// at returns value i of a column of integers.
func (v *values) at(i int) int64 {
	switch {
	case v.i64 != nil:
		return v.i64[i]
	case v.i32 != nil:
		return int64(v.i32[i])
	default:
		return int64(v.bits[i/8] >> (i % 8) & 1)
	}
}

// cell returns value i of a column of bytes.
func (p *Plan) cell(v *values, i int) []byte {
	if v.off != nil {
		return v.bytes[v.off[i]:v.off[i+1]]
	}
	return v.bytes[i*p.width : (i+1)*p.width]
}

// append appends value i to vec. On an error it appends nothing and returns the
// value as text.
func (p *Plan) append(vec *fact.Vector, v *values, i int) (text string, err error) {
	if p.form == asText {
		cell := p.cell(v, i)
		if err := cells.Append(vec, cell); err != nil {
			return string(cell[:min(len(cell), 256)]), err
		}
		return "", nil
	}
	var x int64
	if p.form != asDigits {
		x = v.at(i)
	} else if y, ok := fromDigits(p.cell(v, i)); ok {
		x = y
	} else {
		x = math.MaxInt64 // beyond every range, as the number is
	}
	y, ok := p.number(x)
	if !ok {
		return p.refuse(x)
	}
	vec.AppendInt(y)
	return "", nil
}

// appendNothing appends something in the place of a value that is wrong.
func appendNothing(vec *fact.Vector) {
	if vec.Column.Type.Textual() {
		vec.AppendText(nil)
	} else {
		vec.AppendInt(0)
	}
}

// badValue is what is wrong with a value.
type badValue struct {
	text string
	err  error
}

// dictionary is the dictionary of a column chunk, its values checked. Its last
// entry stands for rows without a value, and is none of the file's.
type dictionary struct {
	vec  *fact.Vector
	none int32
	bad  map[int32]badValue // by entry
	id   uint64
}

// dictionaries numbers the dictionaries of this process.
var dictionaries atomic.Uint64

// dictionary checks the entries of d, once for all rows.
func (p *Plan) dictionary(d parquet.Dictionary) *dictionary {
	n := d.Len()
	vals := p.load(d.Page().Data(), n)
	dict := &dictionary{vec: fact.NewVector(p.column), none: int32(n), id: dictionaries.Add(1)}
	if p.column.Type.Textual() {
		dict.vec.Texts.Bytes = make([]byte, 0, len(vals.bytes))
		dict.vec.Texts.Off = make([]uint32, 0, n+2)
	} else {
		dict.vec.Ints = make([]int64, 0, n+1)
	}
	for i := range n {
		text, err := p.append(dict.vec, &vals, i)
		if err != nil {
			dict.refuse(int32(i), text, err)
		}
	}
	if err := dict.vec.AppendCell(nil); err != nil {
		dict.refuse(dict.none, "", err)
	}
	return dict
}

func (d *dictionary) refuse(entry int32, text string, err error) {
	if d.bad == nil {
		d.bad = map[int32]badValue{}
	}
	d.bad[entry] = badValue{text, err}
	appendNothing(d.vec)
}
