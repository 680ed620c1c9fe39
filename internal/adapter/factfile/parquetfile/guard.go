package parquetfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
)

// The Parquet library believes the lengths that stand in a file and allocates by
// them. What is read here first makes sure that they can be true.

var (
	errThrift = errors.New("a description in the file is broken")
	errLength = errors.New("a length in the file is impossible")
	errCodec  = errors.New("a compression or encoding that is not supported")
)

// checkFooter checks the footer of a Parquet file of size bytes.
func checkFooter(r io.ReaderAt, size int64) error {
	const trailer = 8 // length of the footer, PAR1
	var tail [trailer]byte
	if size < trailer+4 {
		return io.ErrUnexpectedEOF
	}
	if _, err := r.ReadAt(tail[:], size-trailer); err != nil {
		return err
	}
	n := int64(binary.LittleEndian.Uint32(tail[:4]))
	if string(tail[4:]) != "PAR1" || n > size-trailer-4 || n > maxFooter {
		return errLength
	}
	footer := make([]byte, n)
	if _, err := r.ReadAt(footer, size-trailer-n); err != nil {
		return err
	}
	t := thrift{b: footer}
	if t.skip(thriftStruct, 0); t.err != nil {
		return t.err
	}
	return nil
}

// Types of the compact Thrift protocol.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI64    = 6 // i16 and i32, below it, look the same
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12

	thriftDepth = 16 // Parquet needs 8
)

// thrift walks over a description in the compact protocol.
type thrift struct {
	b     []byte
	at    int
	items int
	err   error
}

func (t *thrift) byte() byte {
	if t.err == nil && t.at >= len(t.b) {
		t.err = errThrift
	}
	if t.err != nil {
		return 0
	}
	t.at++
	return t.b[t.at-1]
}

func (t *thrift) uvarint() uint64 {
	if t.err != nil {
		return 0
	}
	x, n := binary.Uvarint(t.b[t.at:])
	if n <= 0 {
		t.err = errThrift
		return 0
	}
	t.at += n
	return x
}

// int reads an i16, i32 or i64.
func (t *thrift) int() int64 {
	x := t.uvarint()
	return int64(x>>1) ^ -int64(x&1)
}

// move goes n bytes on.
func (t *thrift) move(n uint64) {
	if t.err == nil && n > uint64(len(t.b)-t.at) {
		t.err = errLength
	}
	if t.err == nil {
		t.at += int(n)
	}
}

// fields walks over a structure; each takes a field or leaves it to be skipped.
func (t *thrift) fields(depth int, each func(id int64, kind byte) bool) {
	id := int64(0)
	for t.err == nil {
		b := t.byte()
		if b == 0 {
			return
		}
		if delta := b >> 4; delta != 0 {
			id += int64(delta)
		} else {
			id = t.int()
		}
		if !each(id, b&15) {
			t.skip(b&15, depth+1)
		}
	}
}

// skip walks over a value.
func (t *thrift) skip(kind byte, depth int) {
	switch {
	case depth > thriftDepth:
		t.err = errThrift
	case kind == thriftTrue || kind == thriftFalse: // the kind is the value
	case kind == thriftByte:
		t.move(1)
	case kind <= thriftI64:
		t.uvarint()
	case kind == thriftDouble:
		t.move(8)
	case kind == thriftBinary:
		t.move(t.uvarint())
	case kind == thriftList || kind == thriftSet:
		t.skipList(depth)
	case kind == thriftStruct:
		t.fields(depth, func(int64, byte) bool { return false })
	default: // there are no maps in Parquet
		t.err = errThrift
	}
}

func (t *thrift) skipList(depth int) {
	b := t.byte()
	n, kind := uint64(b>>4), b&15
	if n == 15 {
		n = t.uvarint()
	}
	if n > maxFooterItems || t.items+int(n) > maxFooterItems {
		t.err = errLength
		return
	}
	t.items += int(n)
	if kind == thriftTrue || kind == thriftFalse {
		kind = thriftByte // in a list a boolean has its byte
	}
	for ; n > 0 && t.err == nil; n-- {
		t.skip(kind, depth+1)
	}
}

// pageHead is what of a page header says how much to allocate.
type pageHead struct {
	kind, plain, packed int64
	values              int64
	encoding            int64
	levels              int64 // bytes before what is compressed
	stored              bool  // not compressed, though the column is
}

// readPageHead reads the header that b begins with, and returns its size.
func readPageHead(b []byte) (h pageHead, size int, err error) {
	t := thrift{b: b}
	t.fields(0, func(id int64, kind byte) bool {
		switch {
		case id == 1 && kind < thriftDouble:
			h.kind = t.int()
		case id == 2 && kind < thriftDouble:
			h.plain = t.int()
		case id == 3 && kind < thriftDouble:
			h.packed = t.int()
		case (id == 5 || id == 7 || id == 8) && kind == thriftStruct:
			h.read(&t, id == 8)
		default:
			return false
		}
		return true
	})
	return h, t.at, t.err
}

// read reads the part of a page header that is about its kind of page.
func (h *pageHead) read(t *thrift, v2 bool) {
	t.fields(1, func(id int64, kind byte) bool {
		switch {
		case id == 1 && kind < thriftDouble:
			h.values = t.int()
		case (!v2 && id == 2 || v2 && id == 4) && kind < thriftDouble:
			h.encoding = t.int()
		case v2 && (id == 5 || id == 6) && kind < thriftDouble:
			h.levels += t.int()
		case v2 && id == 7:
			h.stored = kind == thriftFalse
		default:
			return false
		}
		return true
	})
}

// checkPages checks the pages of a column chunk of a row group with so many rows.
func checkPages(chunk []byte, codec format.CompressionCodec, rows int64) error {
	for len(chunk) > 0 {
		h, size, err := readPageHead(chunk)
		if err != nil {
			return err
		}
		chunk = chunk[size:]
		if h.plain < 0 || h.plain > maxPage || h.packed < 0 || h.packed > int64(len(chunk)) ||
			h.values < 0 || h.values > maxPageValues || h.levels < 0 || h.levels > h.packed {
			return errLength
		}
		body := chunk[h.levels:h.packed]
		chunk = chunk[h.packed:]
		if h.kind == int64(format.DictionaryPage) {
			if h.values > h.plain { // no value takes less than a byte
				return errLength
			}
		} else if h.values > rows {
			return errLength
		}
		if h.encoding == int64(format.DeltaByteArray) { // a few bytes may stand for any number
			return errCodec
		}
		if !h.stored && !checkPacked(body, codec, uint64(h.plain)) {
			return errCodec
		}
	}
	return nil
}

// checkPacked tells whether body, compressed, unpacks to plain bytes, or
// at least to no more than a page may hold.
func checkPacked(body []byte, codec format.CompressionCodec, plain uint64) bool {
	if len(body) == 0 {
		return true
	}
	switch codec {
	case format.Uncompressed:
		return true
	case format.Snappy:
		n, size := binary.Uvarint(body)
		return size > 0 && n <= plain
	case format.Gzip: // says its size at the end, if at all truly
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return false
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, maxPage+1))
		return err == nil && n <= maxPage
	case format.Zstd:
		return zstdBound(body) <= maxPage
	default: // the library's LZ4 takes all memory over a broken page
		return false
	}
}

// zstdBound returns to how many bytes the Zstandard frames b unpack to at most.
func zstdBound(b []byte) (total uint64) {
	const beyond = maxPage + 1
	for len(b) > 0 && total <= maxPage {
		var h zstd.Header
		if h.Decode(b) != nil || h.Skippable || h.HeaderSize > len(b) {
			return beyond
		}
		n, size := zstdBlocks(b[h.HeaderSize:])
		if size < 0 {
			return beyond
		}
		if h.HasFCS {
			n = h.FrameContentSize
		}
		total += n
		b = b[h.HeaderSize+size:]
		if h.HasCheckSum {
			b = b[min(4, len(b)):]
		}
	}
	return total
}

// zstdBlocks walks over the blocks of a frame and returns to how many bytes they
// unpack to at most, and their size, -1 when they are broken.
func zstdBlocks(b []byte) (total uint64, size int) {
	const head, largest = 3, 128 << 10
	for {
		if len(b)-size < head {
			return 0, -1
		}
		h := uint32(b[size]) | uint32(b[size+1])<<8 | uint32(b[size+2])<<16
		n := int(h >> 3)
		size += head
		switch h >> 1 & 3 {
		case 0: // as it is
			total += uint64(n)
		case 1: // one byte, n times
			total += uint64(n)
			n = 1
		default:
			total += largest
		}
		if size += n; size > len(b) {
			return 0, -1
		}
		if h&1 == 1 {
			return total, size
		}
	}
}
