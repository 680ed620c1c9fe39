package document

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"io"
	"os"
	"unicode"

	"changrong/internal/base/fault"
)

// Font is a TrueType font with Chinese characters.
type Font struct {
	body []byte
	has  map[rune]bool
}

// maxFont is how large a font file may be: those with all characters of GB 18030
// have some 30 MB.
const maxFont = 64 << 20

// own is Noto Sans SC with the characters of GB/T 2312 (decision 0010).
//
//go:embed font/noto-sans-sc-gb2312.ttf.gz
var own []byte

// LoadFont loads the TrueType font at path; where path is "", the one that is part
// of the program.
//
// Errors: document.no_font, document.font (it is no TrueType font).
func LoadFont(path string) (*Font, error) {
	body, err := readFont(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "document.no_font", "读不到字体文件，请核对 --font 所指的 .ttf 文件", "the font cannot be read; check the .ttf file that --font names").
			In(fault.Place{File: path}).Because(err)
	}
	has, ok := characters(body)
	if !ok {
		return nil, fault.New(fault.Invalid, "document.font", "不是可用的 TrueType 字体（.ttf）；字体集 .ttc 和 OpenType .otf 不能用", "it is no TrueType font that can be used").
			In(fault.Place{File: path})
	}
	return &Font{body, has}, nil
}

func readFont(path string) ([]byte, error) {
	if path == "" {
		z, err := gzip.NewReader(bytes.NewReader(own))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(z)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFont))
}

// prints tells whether every text can be printed with f, so that nobody's name has a hole.
//
// Errors: document.glyph.
func (f *Font) prints(texts ...string) error {
	for _, t := range texts {
		switch r, lacks := f.lacks(t); {
		case lacks && r > lastPlain:
			return fault.Newf(fault.Unavailable, "document.glyph", "“%c”字（%s）属于扩展字符，写不进 PDF，请另行打印（支付单可用 Excel）",
				"%c, in %s, cannot be written into a PDF; a payment order is there as Excel too", r, fault.Clip(t))
		case lacks:
			return fault.Newf(fault.Unavailable, "document.glyph", "所用字体没有“%c”字（%s），请用 --font 换用收字更全的 .ttf 字体（支付单可用 Excel）",
				"the font has no %c, in %s; use a fuller font by --font; a payment order is there as Excel too", r, fault.Clip(t))
		}
	}
	return nil
}

// lastPlain is the last character that the writer of PDFs can write, whatever the font.
const lastPlain = 0xFFFF

// lacks returns the first character of text that f has no glyph for, or that cannot be
// written. What steers a terminal is not seen on paper.
func (f *Font) lacks(text string) (rune, bool) {
	for _, r := range text {
		if r > ' ' && !unicode.IsControl(r) && (r > lastPlain || !f.has[r]) {
			return r, true
		}
	}
	return 0, false
}

// characters reads which characters a TrueType font has a glyph for: its table
// cmap, in the two formats for Unicode (4 and 12).
func characters(font []byte) (has map[rune]bool, ok bool) {
	if !bytes.HasPrefix(font, []byte{0, 1, 0, 0}) && !bytes.HasPrefix(font, []byte("true")) {
		return nil, false
	}
	cmap, glyphs := tableOf(font, "cmap"), tableOf(font, "glyf")
	if len(cmap) < 4 || len(glyphs) == 0 {
		return nil, false
	}
	has = map[rune]bool{}
	for i := range int(u16(cmap, 2)) {
		at := int(u32(cmap, 4+8*i+4))
		if at <= 0 || at >= len(cmap) {
			continue
		}
		switch sub := cmap[at:]; u16(sub, 0) {
		case 4:
			segments(sub, has)
		case 12:
			groups(sub, has)
		}
	}
	return has, len(has) > 0
}

func tableOf(font []byte, tag string) []byte {
	for i := range int(u16(font, 4)) {
		at := 12 + 16*i
		if at+16 > len(font) {
			return nil
		}
		if string(font[at:at+4]) == tag {
			from, size := uint64(u32(font, at+8)), uint64(u32(font, at+12))
			if from+size <= uint64(len(font)) {
				return font[from : from+size]
			}
		}
	}
	return nil
}

// segments reads format 4: characters up to U+FFFF.
func segments(b []byte, has map[rune]bool) {
	n := int(u16(b, 6)) / 2
	for i := range min(n, len(b)/8) {
		end, start := u16(b, 14+2*i), u16(b, 16+2*n+2*i)
		delta, offset := u16(b, 16+4*n+2*i), u16(b, 16+6*n+2*i)
		if end < start || i > 0 && start <= u16(b, 14+2*(i-1)) {
			return // they rise, and so are read once
		}
		for c := int(start); c <= int(end) && c < 0xffff; c++ {
			glyph := uint16(c) + delta
			if offset != 0 {
				glyph = u16(b, 16+6*n+2*i+int(offset)+2*(c-int(start)))
			}
			if glyph != 0 {
				has[rune(c)] = true
			}
		}
	}
}

// groups reads format 12: all characters.
func groups(b []byte, has map[rune]bool) {
	next := uint32(0)
	for i := range int(min(u32(b, 12), 1<<17)) {
		at := 16 + 12*i
		start, end := u32(b, at), u32(b, at+4)
		if end > 0x10ffff || end < start || start < next || at+12 > len(b) {
			return // they rise, and so are read once
		}
		next = end + 1
		for c := start; c <= end; c++ {
			has[rune(c)] = true
		}
	}
}

// u16 and u32 read numbers of a font; beyond its end they are 0.
func u16(b []byte, at int) uint16 {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return binary.BigEndian.Uint16(b[at:])
}

func u32(b []byte, at int) uint32 {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return binary.BigEndian.Uint32(b[at:])
}
